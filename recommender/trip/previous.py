"""A plan that is being changed: what it was, and how the new one stays near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recommender.errors import ItineraryInvalid, Problem, RequestError
from recommender.model import EndItem, Item, Itinerary, StartItem, StopItem, TripRequest
from recommender.orienteering import Solution
from recommender.trip.candidates import Option
from recommender.trip.mapping import Mapped

STROLL_MIN: Final = 45
"""Time in an old town outside its sub-sights from which on it was a stroll."""


def read_previous(request: TripRequest) -> Itinerary | None:
    """The itinerary that a request changes or follows.

    Raises
    ------
    RequestError
        It is not an itinerary, or not one of these days.
    """
    if request.previous is None:
        return None
    try:
        previous = Itinerary.parse(request.previous)
    except ItineraryInvalid as error:
        first = error.problems[0]
        raise RequestError([replace(first, field=f"previous.{first.field}")]) from None
    for d, day in enumerate(previous.days):
        if len(day.items) < 2 or not isinstance(day.items[0], StartItem) or not isinstance(day.items[-1], EndItem):
            raise RequestError([Problem(f"previous.days[{d}].items", "", "previous_shape")])
    if request.now is not None and (
        not previous.days or previous.days[0].date != request.start_date or len(previous.days) < request.now.day
    ):
        first_date = str(previous.days[0].date) if previous.days else ""
        raise RequestError([Problem("previous.days", first_date, "previous_dates")])
    return previous


def changed(itinerary: Itinerary, **wishes: object) -> TripRequest:
    """The request of a plan with some wishes changed, to be planned near that plan; what has happened of it stays."""
    previous = itinerary.model_dump(mode="json", by_alias=True)
    return TripRequest.model_validate({**itinerary.request.model_dump(by_alias=True), "previous": previous, **wishes})


def places_of(itinerary: Itinerary) -> frozenset[str]:
    """Every place that an itinerary visits, sub-sights and their areas included."""
    return frozenset(place for day in itinerary.days for item in day.items for place in places_at(item))


def places_at(item: Item) -> tuple[str, ...]:
    """The places of a stop; nothing of anything else."""
    return item.places if isinstance(item, StopItem) else ()


def start_of(previous: Itinerary, request: TripRequest, mapped: Mapped) -> Solution | None:
    """Where the search begins so that it stays near a previous plan; None where nothing of it is left."""
    by_date = {day.date: day for day in previous.days}
    index = {depot: k for k, depot in enumerate(mapped.depots)}
    routes: list[tuple[int, ...]] = []
    taken: set[int] = set()
    for d, date in enumerate(request.dates):
        route: list[int] = []
        for place, start, length in _seen(by_date[date].items if date in by_date else ()):
            found = _option(mapped.options, place, d, start, length)
            if found is not None and int(mapped.problem.variant[found]) not in taken:
                taken.add(int(mapped.problem.variant[found]))
                route.append(found)
        routes.append(tuple(route))
    slots = [int(row.argmax()) for row in mapped.problem.slot_allowed]
    for d, date in enumerate(request.dates[:-1]):
        night = by_date[date].lodging if date in by_date else None
        depot = index.get(night) if isinstance(night, str) else None
        if depot is not None and mapped.problem.slot_allowed[d + 1, depot]:
            slots[d + 1] = depot
    if mapped.problem.tie_first:
        slots[0] = slots[1]
    if mapped.problem.tie_last:
        slots[-1] = slots[-2]
    return Solution(tuple(routes), tuple(slots), 0, ()) if any(routes) else None


def _seen(items: Sequence[Item]) -> list[tuple[str, int, int]]:
    """Visits as (place, start, minutes), a stroll between sub-sights being one of its own."""
    found: list[tuple[str, int, int]] = []
    for item in items:
        if not isinstance(item, StopItem):
            continue
        parts = sorted(item.parts, key=lambda part: part.start)
        found += [(part.place, part.start, part.end - part.start) for part in parts]
        free, at = [], item.start
        for start, end in [*((part.start, part.end) for part in parts), (item.end, item.end)]:
            free.append((start - at, at))
            at = end
        longest, begin = max(free)
        if not parts or longest >= STROLL_MIN:
            found.append((item.place, begin, longest))
    return sorted(found, key=lambda visit: visit[1])


def _option(options: Sequence[Option], place: str, day: int, start: int, length: int) -> int | None:
    """The option nearest to how a place was visited before."""
    same = [
        (min((max(a - start, start - b, 0) for a, b in option.windows[day]), default=10_000),
         abs(option.duration_min - length), i)
        for i, option in enumerate(options) if option.place == place
    ]  # fmt: skip
    best = min(same, default=None)
    return best[2] if best is not None and best[0] < 10_000 else None
