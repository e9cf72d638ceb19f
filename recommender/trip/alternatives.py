"""Instead of this stop: other places that fit there, each tried, with what the swap costs and saves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommender.errors import InfeasibleTrip, Problem, RequestError, UnknownPlace
from recommender.model import Itinerary, Lock, TripRequest
from recommender.trip.compare import Difference, difference
from recommender.trip.explain import find_stop
from recommender.trip.planner import score
from recommender.trip.previous import changed, places_of

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region

Plan = Callable[[TripRequest], Itinerary]
OFFERED: Final = 3
AT_ONCE: Final = 4
"""Tried side by side; others only where these do not give three."""
TRIED: Final = 8
NEAR_MIN: Final = 60
"""As far as this anything is near; what fills half a day is replaced from farther away."""


@dataclass(frozen=True)
class Alternative:
    """A place instead of another; ``request`` plans it, ``itinerary`` is what comes out."""

    place: str
    request: TripRequest
    itinerary: Itinerary
    change: Difference


def swapped(itinerary: Itinerary, place: str, other: str) -> TripRequest:
    """The request that has ``other`` instead of ``place``, on the same day, all else kept as it is."""
    request = itinerary.request
    found = find_stop(itinerary, place)
    day = found[0] if found is not None else None
    locks = tuple(lock for lock in request.locks if lock.place not in (place, other))
    return changed(
        itinerary,
        must_see=tuple(name for name in request.must_see if name not in (place, other)),
        avoid=tuple(dict.fromkeys([*(name for name in request.avoid if name != other), place])),
        locks=(*locks, Lock(place=other, day=day)),
    )


def find_alternatives(
    region: Region, itinerary: Itinerary, place: str, plan: Plan, begin: Callable[[TripRequest], object] = id
) -> list[Alternative]:
    """Up to three other places for a stop, the most fitting first, each planned and feasible.

    Parameters
    ----------
    plan
        Plans a request; raises ``InfeasibleTrip``.
    begin
        Told each request beforehand, so that several can be planned side by side.

    Raises
    ------
    UnknownPlace
        The plan does not visit this place.
    """
    if find_stop(itinerary, place) is None:
        raise UnknownPlace([Problem("place", place, "unknown_place")])
    found: list[Alternative] = []
    likely = _likely(region, itinerary, place)[:TRIED]
    for first in range(0, len(likely), AT_ONCE):
        if len(found) < OFFERED:
            found += _tried(itinerary, place, likely[first : first + AT_ONCE], plan, begin)
    # The swap that tears the least out of the rest comes first; equal ones stay in order of liking.
    found.sort(key=lambda one: len(one.change.lost) - len(one.change.gained))
    return found[:OFFERED]


def _tried(
    itinerary: Itinerary, place: str, others: list[str], plan: Plan, begin: Callable[[TripRequest], object]
) -> Iterator[Alternative]:
    requests: list[tuple[str, TripRequest]] = []
    for other in others:
        try:
            requests.append((other, swapped(itinerary, place, other)))
        except RequestError:
            # On the way a swap may also ask for an hour that is past.
            continue
    for _, request in requests:
        begin(request)
    for other, request in requests:
        try:
            after = plan(request)
        except (InfeasibleTrip, RequestError):
            continue
        yield Alternative(other, request, after, difference(itinerary, after))


def _likely(region: Region, itinerary: Itinerary, place: str) -> list[str]:
    """Places not in the plan, those near, alike, as long and liked first."""
    request, catalog = itinerary.request, region.catalog
    here = catalog.attractions[place]
    scores = score(region, request)
    liked = dict(zip(scores.ids, scores.total.tolist(), strict=True))
    planned = places_of(itinerary)
    out = {left.place for left in itinerary.left_out if left.reason in ("closed", "out_of_reach", "unsuitable", "avoided")}
    matrix = region.travel(request.mode)
    row = matrix.minutes[matrix.index[place]]
    ranked = []
    for other in catalog.attractions.values():
        if other.id in planned or other.id in out or other.id not in matrix.index:
            continue
        # Who gives up a town gives up what is in it.
        if other.id == here.area_id or other.area_id == place:
            continue
        if other.alternative_of in planned or _holds_any(region, other, planned):
            continue
        minutes = float(row[matrix.index[other.id]])
        if minutes <= max(NEAR_MIN, here.visit_min / 2):
            alike = 0.2 if other.category == here.category else 0.0
            alike += 0.4 * min(other.visit_min, here.visit_min) / max(other.visit_min, here.visit_min, 1)
            ranked.append((liked[other.id] + alike - minutes / (NEAR_MIN + here.visit_min), other.id))
    return [name for _, name in sorted(ranked, key=lambda item: (-item[0], item[1]))]


def _holds_any(region: Region, area: Attraction, places: frozenset[str]) -> bool:
    return any(part.id in places for part in region.catalog.parts_of(area.id))
