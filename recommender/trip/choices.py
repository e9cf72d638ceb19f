"""Three really different plans for the same wishes, and what moving the dial of reach gains and costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import Itinerary, TripRequest
from recommender.trip.compare import Difference, difference, distance
from recommender.trip.explain import list_visits

if TYPE_CHECKING:
    from recommender.region import Region

Plan = Callable[[TripRequest], Itinerary]
REALLY_DIFFERENT: Final = 0.3
"""Share of places that two plans must not have in common."""
VISIT_EASE: Final = 0.25
WALKED_M_PER_MIN: Final = 60
"""What a minute at a sight tires beside one on the way, and how far feet carry in such a minute."""
OLD_TOWN: Final = "pingyao-gucheng"
REACHES: Final = ("classic", "wings", "region")


@dataclass(frozen=True)
class Choice:
    """One of several plans: ``kind`` is ``fuller``, ``calmer`` or ``cheaper``."""

    kind: str
    itinerary: Itinerary
    change: Difference


def _measures(itinerary: Itinerary) -> tuple[float, float, float]:
    """What one wants more of: worth of the sights, ease, money kept."""
    totals = itinerary.totals
    toil = totals.travel_min + totals.walk_m / WALKED_M_PER_MIN + totals.visit_min * VISIT_EASE
    return totals.score, -toil, -float(totals.tickets_fen + totals.fares_fen)


def dominates(one: Itinerary, other: Itinerary) -> bool:
    """Whether a plan is at least as good in worth, ease and cost, and better in one of them."""
    a, b = _measures(one), _measures(other)
    return all(x >= y for x, y in zip(a, b, strict=True)) and a != b


def find_choices(itinerary: Itinerary, plan: Plan) -> list[Choice]:
    """A fuller, a calmer and a cheaper plan, none beaten by another, each with other places; fewer where that is all.

    Parameters
    ----------
    plan
        Plans a request; raises ``InfeasibleTrip``.
    """
    by_kind = {kind: _tried(wishes, plan) for kind, wishes in _wishes(itinerary).items()}
    pools = [[(kind, one) for one in plans] for kind, plans in by_kind.items() if plans]
    for size in (3, 2, 1):
        for kinds in combinations(pools, size):
            # The plainest way to each kind comes first.
            for chosen in _tuples(kinds):
                apart = all(distance(a, b) > REALLY_DIFFERENT for (_, a), (_, b) in combinations(chosen, 2))
                beaten = any(dominates(a, b) for _, a in chosen for _, b in chosen if a is not b)
                if apart and not beaten:
                    return [Choice(kind, one, difference(itinerary, one)) for kind, one in chosen]
    return []


def _tuples(pools: Sequence[Sequence[tuple[str, Itinerary]]]) -> list[tuple[tuple[str, Itinerary], ...]]:
    rows: list[tuple[tuple[str, Itinerary], ...]] = [()]
    for pool in pools:
        rows = [(*row, item) for row in rows for item in pool]
    return rows


def _wishes(itinerary: Itinerary) -> dict[str, list[TripRequest]]:
    """For each kind, requests that may lead there, the plainest first."""
    request = itinerary.request.model_copy(update={"previous": None, "now": None})
    spent = itinerary.totals.tickets_fen + itinerary.totals.fares_fen

    def ask(**update: Any) -> TripRequest:
        return request.model_copy(update=update)

    quiet = min(1.0, request.explore + 0.5)
    return {
        "fuller": [ask(pace="full"), ask(pace="full", explore=quiet)],
        "calmer": [ask(pace="relaxed", day_end=min(request.day_end, 17 * 60)), ask(pace="relaxed", explore=quiet)],
        "cheaper": [ask(budget_fen=int(spent * share), explore=x) for share in (0.6, 0.35) for x in (request.explore, quiet)],
    }


def _tried(requests: Sequence[TripRequest], plan: Plan) -> list[Itinerary]:
    found = []
    for request in requests:
        try:
            found.append(plan(request))
        except (InfeasibleTrip, RequestError):
            continue
    return found


@dataclass(frozen=True)
class Reach:
    """What one setting of the dial gives.

    Attributes
    ----------
    places
        How many places it lets in.
    outside
        Share of the plan's visiting time spent outside the old town of Pingyao, 0 to 1.
    change
        Against the plan that is shown; None for that plan itself.
    """

    reach: str
    places: int
    itinerary: Itinerary | None
    outside: float
    change: Difference | None


def dial(region: Region, itinerary: Itinerary, plan: Plan) -> list[Reach]:
    """The three settings, from the old town outwards; a setting with which the wishes clash has no plan."""
    request = itinerary.request.model_copy(update={"previous": None, "now": None})
    rows = []
    for reach in REACHES:
        places = len(region.within_reach(reach))
        if reach == request.reach:
            rows.append(Reach(reach, places, itinerary, outside_share(region, itinerary), None))
            continue
        try:
            other = plan(request.model_copy(update={"reach": reach}))
        except (InfeasibleTrip, RequestError):
            rows.append(Reach(reach, places, None, 0.0, None))
            continue
        rows.append(Reach(reach, places, other, outside_share(region, other), difference(itinerary, other)))
    return rows


def outside_share(region: Region, itinerary: Itinerary) -> float:
    """Share of the time at sights that is spent outside the old town of Pingyao."""
    inside = total = 0
    for _, visit in list_visits(itinerary):
        place = region.catalog.attractions[visit.place]
        if place.area_id is not None and not hasattr(visit, "parts"):
            continue
        total += visit.end - visit.start
        inside += (visit.end - visit.start) * (OLD_TOWN in (place.id, place.area_id))
    return 1 - inside / total if total else 0.0
