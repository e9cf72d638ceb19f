"""What is near and open if there is time to spare: a wish-list for each half of a day, not part of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recommender.catalog import party_ticket
from recommender.model import EndItem, Itinerary, LegItem, StopItem
from recommender.trip import pacing
from recommender.trip.candidates import Option, find_candidates
from recommender.trip.mapping import walk_limit_m, walked_m
from recommender.trip.planner import score
from recommender.trip.previous import places_of
from recommender.trip.ways import day_matrices

if TYPE_CHECKING:
    from recommender.model import Item, PlaceRef, TripRequest
    from recommender.region import Region
    from recommender.travel import TravelMatrix

MOST_MIN: Final = 90
"""Detour and visit together: what takes longer is no extra but a change of plan."""
NEAR_MIN: Final = 15
A_HALF_DAY: Final = 2


@dataclass(frozen=True, slots=True)
class Extra:
    """A place that is not in the plan and could be.

    Attributes
    ----------
    day
        Of the trip, from 0.
    part
        ``morning``, ``afternoon`` or ``evening``.
    after
        The place from which one would go there.
    way_min
        Minutes from there.
    needed_min
        Minutes that it takes in all: the detour and the visit.
    """

    day: int
    part: str
    place: str
    after: str
    way_min: int
    needed_min: int


def extras(region: Region, itinerary: Itinerary) -> tuple[Extra, ...]:
    """At most two places for each half day, each once a trip, the best for the time that they take.

    Only what is near a stop still to come, open when one would come there, and within the wishes: one of the planner's own
    candidates that the limit on walking and the budget allow.
    """
    request = itinerary.request
    seen = places_of(itinerary)
    found = find_candidates(region, request, score(region, request))
    new = [o for o in found.options if o.role in ("sight", "part") and not o.lead_min and o.place not in seen]
    options = [option for option in new if _affordable(region, itinerary, option.place)]
    matrices = day_matrices(region, request)
    offered: list[Extra] = []
    for d, day in enumerate(itinerary.days):
        ranked = sorted(_of_day(region, request, d, day.items, options, matrices[d]), key=lambda pair: (-pair[0], pair[1].place))
        for _, extra in ranked:
            here = [e for e in offered if (e.day, e.part) == (extra.day, extra.part)]
            if len(here) < A_HALF_DAY and extra.place not in {e.place for e in offered}:
                offered.append(extra)
    order = ("morning", "afternoon", "evening")
    return tuple(sorted(offered, key=lambda e: (e.day, order.index(e.part))))


def _affordable(region: Region, itinerary: Itinerary, place: str) -> bool:
    """Whether what is left of a budget pays for a place; an unknown price might not."""
    budget, totals = itinerary.request.budget_fen, itinerary.totals
    if budget is None:
        return True
    fen = party_ticket(region.catalog.attractions[place], itinerary.request.party).fen
    return fen is not None and fen <= budget - totals.tickets_fen - totals.fares_fen


def _of_day(
    region: Region, request: TripRequest, d: int, items: Sequence[Item], options: Sequence[Option], matrix: TravelMatrix
) -> Iterator[tuple[float, Extra]]:
    """Every extra of a day with what it is worth for its minutes."""
    now = request.now
    limit = walk_limit_m(region, request, ())
    feet = None if limit is None else limit - pacing.walked_m(region.catalog.attractions, items)
    for k, item in enumerate(items):
        if not isinstance(item, StopItem) or (now is not None and (d + 1, item.end) < (now.day, now.time)):
            continue
        last = max(item.parts, key=lambda part: part.end, default=None)
        here = last.place if last is not None and last.end == item.end else item.place
        following = _next_place(items[k + 1 :])
        if here not in matrix.index or not isinstance(following, str) or following not in matrix.index:
            continue
        for option in options:
            way = _between(matrix.minutes, matrix, here, option.place)
            needed = option.duration_min + _detour(matrix.minutes, matrix, here, option.place, following)
            if way > NEAR_MIN or not 0 < needed <= MOST_MIN or not _open(option, d, item.end + way):
                continue
            walk = walked_m(region.catalog.attractions[option.place], option)
            if feet is not None and walk + _detour(matrix.walk_m, matrix, here, option.place, following) > feet:
                continue
            part = pacing.part_of_day(item.end)
            yield option.score / needed, Extra(d, part, option.place, here, way, 5 * -(-needed // 5))


def _open(option: Option, day: int, minute: int) -> bool:
    return any(earliest <= minute <= latest for earliest, latest in option.windows[day])


def _between(table: Any, matrix: TravelMatrix, origin: str, target: str) -> int:
    return 0 if origin == target else int(table[matrix.index[origin], matrix.index[target]])


def _detour(table: Any, matrix: TravelMatrix, origin: str, place: str, target: str) -> int:
    """Minutes or metres that going by way of a place adds."""
    by_way = _between(table, matrix, origin, place) + _between(table, matrix, place, target)
    return by_way - _between(table, matrix, origin, target)


def _next_place(items: Sequence[Item]) -> PlaceRef | None:
    """Where one goes from here; where the day ends if nowhere else."""
    for item in items:
        if isinstance(item, LegItem):
            continue
        place = getattr(item, "place", None)
        if place is not None or isinstance(item, EndItem):
            return place
    return None
