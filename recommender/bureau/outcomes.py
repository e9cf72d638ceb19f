"""What became of one visitor's trip: where they go, when, and what it is worth to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from recommender.errors import InfeasibleTrip, RecommenderError
from recommender.model import Frozen, Itinerary, LegItem, StopItem, TripRequest
from recommender.orienteering import can_compile
from recommender.trip import planner
from recommender.trip.group import worth_to
from recommender.trip.mapping import LOSS_PER_MIN
from recommender.trip.planning import check_request

if TYPE_CHECKING:
    from recommender.region import Region

INFEASIBLE: Final = "infeasible"
REFUSED: Final = "refused"


class Visit(Frozen):
    """A stop, or a sub-sight within one (``area``); ``day`` counts from 1."""

    day: int
    place: str
    start_min: int
    end_min: int
    area: str | None = None


class Outcome(Frozen):
    """One visitor's trip on one region.

    Attributes
    ----------
    visits
        Stops in order, each followed by its sub-sights.
    tours, depots
        The trip as the search knows it (`planner.Tours`).
    rides
        Rail and bus, each once: from, to, mode.
    points
        The planner's own value of the plan, under the rules of the region.
    value
        What the plan is worth to the visitor, in the planner's points, whatever the rules: the places by the visitor's own
        scores without any nudge, more of the same fading, less what minutes on the way cost.
    heads
        Who travels.
    failed
        Empty, ``infeasible`` where wishes cannot all be kept, or ``refused`` where the request names what the region does not
        hold. There are no visits then.
    """

    heads: int
    visits: tuple[Visit, ...] = ()
    tours: tuple[tuple[tuple[str, int], ...], ...] = ()
    depots: tuple[str, ...] = ()
    rides: tuple[tuple[str, str, str], ...] = ()
    points: int = 0
    value: float = 0.0
    travel_min: int = 0
    failed: str = ""

    @property
    def places(self) -> frozenset[str]:
        """Everything seen, areas and sub-sights alike."""
        return frozenset(visit.place for visit in self.visits)

    @property
    def plan(self) -> tuple[tuple[int, str], ...]:
        """What is seen on which day, in no order: two outcomes with the same are the same trip."""
        return tuple(sorted({(visit.day, visit.place) for visit in self.visits}))


def outcome_of(region: Region, request: TripRequest, iterations: int, begin: Outcome | None = None) -> Outcome:
    """Plan for one visitor.

    Parameters
    ----------
    iterations
        Rounds of search.
    begin
        A trip to begin the search from.
    """
    try:
        check_request(region, request)
        start = None if begin is None else planner.Tours(begin.tours, begin.depots)
        draft = planner.draft(region, request, iterations=iterations, begin=start, compiled=can_compile())
    except InfeasibleTrip:
        return Outcome(heads=request.party.size, failed=INFEASIBLE)
    except RecommenderError:
        return Outcome(heads=request.party.size, failed=REFUSED)
    itinerary = draft.written()
    return Outcome(
        heads=request.party.size, visits=tuple(_visits(itinerary)),
        tours=draft.tours.visits, depots=draft.tours.depots,
        rides=tuple(sorted(_rides(itinerary))), points=draft.points, value=round(value_of(region, request, itinerary), 1),
        travel_min=itinerary.totals.travel_min,
    )  # fmt: skip


def value_of(region: Region, request: TripRequest, itinerary: Itinerary) -> float:
    """What a plan is worth to the visitor; see `Outcome`."""
    scores = planner.score(region, request.model_copy(update={"nudge": False}))
    return worth_to(region, scores, itinerary) - LOSS_PER_MIN * itinerary.totals.travel_min


def _visits(itinerary: Itinerary) -> Iterable[Visit]:
    for number, day in enumerate(itinerary.days, start=1):
        for stop in day.items:
            if isinstance(stop, StopItem):
                yield Visit(day=number, place=stop.place, start_min=stop.start, end_min=stop.end)
                for part in stop.parts:
                    yield Visit(day=number, place=part.place, start_min=part.start, end_min=part.end, area=stop.place)


def _rides(itinerary: Itinerary) -> set[tuple[str, str, str]]:
    legs = [leg for day in itinerary.days for leg in day.items if isinstance(leg, LegItem) and leg.mode in ("rail", "bus")]
    return {(leg.from_, leg.to, leg.mode) for leg in legs if isinstance(leg.from_, str) and isinstance(leg.to, str)}

