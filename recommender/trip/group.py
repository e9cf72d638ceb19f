"""People of different tastes on one trip: a plan for all, how much each gets out of it, and whether another rule serves better.

A member's *satisfaction* is a share: what the places in the plan are worth to this member, by the member's own scores and the
time spent there, of what they are worth in a plan made for this member alone, all else being equal.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from recommender.errors import InfeasibleTrip
from recommender.model import Itinerary, StopItem, TripRequest
from recommender.orienteering import can_compile
from recommender.scoring import together
from recommender.trip import planner
from recommender.trip.candidates import worth
from recommender.trip.mapping import (
    DAY_WEIGHT,
    DAY_WEIGHTS,
    PART_DAY_WEIGHT,
    PART_OF,
    PART_TRIP_WEIGHT,
    TRIP_WEIGHT,
    TRIP_WEIGHTS,
)

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.scoring import Scores

ALONE_ITERATIONS: Final = 1_500
"""Rounds of search for a plan that only serves as a yardstick."""
HAPPY: Final = 0.97
"""Where everybody has this much, no other compromise is looked for: the rest is noise of the search."""
TILTS: Final = (2.0, 4.0)
"""Weights of the least happy member, the others' being 1, in the plans that are tilted towards them."""

Rule = Literal["average", "least_misery"]


@dataclass(frozen=True)
class Together:
    """What a plan gives each member, and what the other rule would give.

    Attributes
    ----------
    rule
        The rule that the plan follows.
    satisfaction
        One share in [0, 1] a member.
    other
        The same for the plan by the other rule; () where there is none.
    """

    rule: Rule
    satisfaction: tuple[float, ...]
    other: tuple[float, ...] = ()

    @property
    def lift(self) -> float | None:
        """What switching the rule adds to the lowest satisfaction, below 0 where it takes away; None where not known."""
        return min(self.other) - min(self.satisfaction) if self.other else None


# ----------------------------------------------------------------------------------------------------- what it is worth


def minutes_at(itinerary: Itinerary) -> Counter[str]:
    """Minutes spent at each place; time within an area but not at its sub-sights is the area's own."""
    minutes: Counter[str] = Counter()
    for stop in (item for day in itinerary.days for item in day.items if isinstance(item, StopItem)):
        minutes[stop.place] += stop.end - stop.start
        for part in stop.parts:
            minutes[part.place] += part.end - part.start
            minutes[stop.place] -= part.end - part.start
    return +minutes


def worth_to(region: Region, scores: Scores, itinerary: Itinerary) -> float:
    """What the places in a plan are worth by these scores, in the planner's points.

    A place visited twice counts once, with all its time. More of the same kind counts less and less, within a day and over the
    trip, as it does for the planner.
    """
    minutes = minutes_at(itinerary)
    days: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for d, day in enumerate(itinerary.days):
        for stop in (item for item in day.items if isinstance(item, StopItem)):
            for place in stop.places:
                spent = minutes.pop(place, 0)
                if spent:
                    days[_kind(region, place)][d].append(worth(float(scores.total[scores.index[place]]), spent))
    total = 0.0
    for kind, by_day in days.items():
        part = kind.startswith(PART_OF)
        of_day = PART_DAY_WEIGHT if part else DAY_WEIGHTS.get(kind, DAY_WEIGHT)
        of_trip = PART_TRIP_WEIGHT if part else TRIP_WEIGHTS.get(kind, TRIP_WEIGHT)
        total += sum(_fading([one for values in by_day.values() for one in _fading(values, of_day)], of_trip))
    return total


def _kind(region: Region, place: str) -> str:
    """What a visit is more of the same of."""
    attraction = region.catalog.attractions[place]
    parent = region.catalog.attractions.get(attraction.area_id or "")
    inside = parent is not None and (parent.walled or parent.area_visit == "whole")
    return f"{PART_OF}{attraction.area_id}" if inside else attraction.category


def _fading(values: Sequence[float], thousandths: Sequence[int]) -> list[float]:
    """Values, the largest first, each weighted by its rank."""
    last = len(thousandths) - 1
    return [value * thousandths[min(k, last)] / 1_000 for k, value in enumerate(sorted(values, reverse=True))]


# -------------------------------------------------------------------------------------------------------- satisfaction


@dataclass(frozen=True)
class Yardsticks:
    """Each member's own scores, and what a plan made for this member alone is worth to them."""

    scores: tuple[Scores, ...]
    best: tuple[float, ...]

    @classmethod
    def of(cls, region: Region, request: TripRequest) -> Yardsticks:
        """Plan for each member alone: same dates, days, ends, mode and wishes, a short search of counted work."""
        scores = planner.scores_of_each(region, request)
        best = [
            _worth_alone(region, request.alone(taste), own) for taste, own in zip(request.tastes, scores, strict=True)
        ]
        return cls(tuple(scores), tuple(best))

    def satisfaction(self, region: Region, itinerary: Itinerary) -> tuple[float, ...]:
        """One share in [0, 1] a member; 1 also for whom nothing better is known than this plan."""
        found = []
        for scores, best in zip(self.scores, self.best, strict=True):
            value = worth_to(region, scores, itinerary)
            found.append(1.0 if value >= best else value / best)
        return tuple(found)


def _worth_alone(region: Region, request: TripRequest, scores: Scores) -> float:
    compiled = can_compile()
    try:
        plan = planner.draft(region, request, iterations=ALONE_ITERATIONS if compiled else None, compiled=compiled)
    except InfeasibleTrip:
        return 0.0
    return worth_to(region, scores, plan.written())


def look_together(region: Region, itinerary: Itinerary) -> Together:
    """Each member's satisfaction with a plan, and with the plan that the other rule gives.

    Raises
    ------
    ValueError
        Fewer than two members travel.
    """
    request = itinerary.request
    if len(request.tastes) < 2:
        raise ValueError("one taste has nobody to agree with")
    sticks = Yardsticks.of(region, request)
    mine = sticks.satisfaction(region, itinerary)
    switched = request.model_copy(update={"group": "average" if request.group == "least_misery" else "least_misery"})
    try:
        other = plan(region, switched) if switched.group == "average" else _fairest(region, switched, sticks)
    except InfeasibleTrip:
        return Together(request.group, mine)
    return Together(request.group, mine, sticks.satisfaction(region, other))


# ---------------------------------------------------------------------------------------------------------------- plan


def plan(region: Region, request: TripRequest, *, compiled: bool = True, iterations: int | None = None) -> Itinerary:
    """The itinerary for a request of one or several tastes.

    With least misery a place's score is its lowest; which of a few plans is kept is decided by the least happy member. A place
    that everybody likes a little is not yet a trip that anybody likes: taking turns often serves the least happy better.

    Parameters
    ----------
    iterations
        Rounds of search other than those that the request's ``work`` names, where there is one search.

    Raises
    ------
    InfeasibleTrip
        The wishes cannot all be kept.
    """
    several = len(request.tastes) > 1 and request.group == "least_misery"
    if not several or request.now is not None or not compiled or not can_compile():
        return planner.plan(region, request, compiled=compiled, iterations=iterations)
    return _fairest(region, request, Yardsticks.of(region, request))


def _fairest(region: Region, request: TripRequest, sticks: Yardsticks) -> Itinerary:
    """Of the plans by the mean, by the mean tilted towards the least happy, and by the lowest scores: who has least, has most."""
    best = planner.draft(region, request, by=together(sticks.scores, "average")).written()
    shares = sticks.satisfaction(region, best)
    if min(shares) >= HAPPY:
        return best
    poorest = shares.index(min(shares))
    tilted = [[tilt if k == poorest else 1.0 for k in range(len(shares))] for tilt in TILTS]
    for by in (*(together(sticks.scores, "average", weights) for weights in tilted), None):
        try:
            other = planner.draft(region, request, by=by).written()
        except InfeasibleTrip:
            continue
        found = sticks.satisfaction(region, other)
        if min(found) > min(shares):
            best, shares = other, found
    return best
