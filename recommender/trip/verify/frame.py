"""The frame of the trip: days, dates, ends, lodging, the hours of each day."""

from __future__ import annotations

from typing import Final

from recommender.model import EndItem, PlaceRef, StartItem, format_clock
from recommender.trip.verify import asked
from recommender.trip.verify.audit import Audit

EVENING_END_MIN: Final = 22 * 60
RETURN_MIN: Final = 90
"""How long after the last visit's limit people may still be on their way to bed."""
EVENING_CATEGORIES: Final = frozenset({"show", "shopping", "food"})


def check_frame(audit: Audit) -> None:
    """Days and dates, first and last place and time, nights, day start and day end."""
    itinerary, request = audit.itinerary, audit.request
    if len(itinerary.days) != request.days:
        audit.add("day_count", found=len(itinerary.days), wanted=request.days)
    for d, (day, date) in enumerate(zip(itinerary.days, request.dates, strict=False), start=1):
        if day.date != date:
            audit.add("day_date", d, found=str(day.date), wanted=str(date))
    shapely = [_shape(audit, d) for d in range(1, len(itinerary.days) + 1)]
    if shapely and all(shapely):
        _ends(audit)
        _nights(audit)
        _day_hours(audit)


def _shape(audit: Audit, d: int) -> bool:
    """A day begins with its start, ends with its end, and has no other of either."""
    items = audit.itinerary.days[d - 1].items
    inner = any(isinstance(item, StartItem | EndItem) for item in items[1:-1])
    if len(items) < 2 or not isinstance(items[0], StartItem) or not isinstance(items[-1], EndItem) or inner:
        audit.add("day_shape", d)
        return False
    return True


def _bounds(audit: Audit, d: int) -> tuple[StartItem, EndItem]:
    items = audit.itinerary.days[d - 1].items
    first, last = items[0], items[-1]
    assert isinstance(first, StartItem)
    assert isinstance(last, EndItem)
    return first, last


def _ends(audit: Audit) -> None:
    """The trip where, and each day when, it was asked to start and end; where days meet is a matter of the nights."""
    count = len(audit.itinerary.days)
    for d, day in enumerate(audit.itinerary.days, start=1):
        first, last = _bounds(audit, d)
        place, time = asked.bound(audit.request, d, "start")
        if d == 1 and place is not None and first.place != place:
            audit.add("start_place", d, 0, first.place)
        if time is not None and first.time != time:
            _late(audit, "start_time", d, 0, first.place, first.time, time)
        place, time = asked.bound(audit.request, d, "end")
        at = len(day.items) - 1
        if d == count and place is not None and last.place != place:
            audit.add("end_place", d, at, last.place)
        if time is not None and last.time > time:
            _late(audit, "end_time", d, at, last.place, last.time, time)


def _nights(audit: Audit) -> None:
    """Each night where it was asked for, and each morning where the night was."""
    request, days = audit.request, audit.itinerary.days
    for d, day in enumerate(days, start=1):
        if d == len(days):
            if day.lodging is not None:
                audit.add("lodging", d, place=day.lodging)
            continue
        wanted = asked.night(request, d)
        known = isinstance(day.lodging, str) and day.lodging in audit.catalog.lodging
        if day.lodging != wanted and (wanted is not None or not known):
            audit.add("lodging", d, place=day.lodging)
        _, evening = _bounds(audit, d)
        morning, _ = _bounds(audit, d + 1)
        if day.lodging is not None and evening.place != day.lodging:
            audit.add("night", d, len(day.items) - 1, evening.place)
        if day.lodging is not None and morning.place != day.lodging:
            audit.add("night", d + 1, 0, morning.place)
    first, _ = _bounds(audit, 1)
    _, last = _bounds(audit, len(days))
    begun, ended = asked.bound(request, 1, "start")[0], asked.bound(request, request.days, "end")[0]
    at = len(days[-1].items) - 1
    if len(days) > 1:
        if begun is None and first.place != days[0].lodging:
            audit.add("night", 1, 0, first.place)
        if ended is None and last.place != days[-2].lodging:
            audit.add("night", len(days), at, last.place)
    elif ended is None and last.place != first.place and last.place not in audit.catalog.lodging:
        audit.add("night", 1, at, last.place)
    elif begun is None and first.place not in audit.catalog.lodging:
        audit.add("night", 1, 0, first.place)


def _day_hours(audit: Audit) -> None:
    """Nothing before the day's start, daytime sights by its end, evening pastimes by ten, and then to bed."""
    request = audit.request
    for d, day in enumerate(audit.itinerary.days, start=1):
        begins, ends = asked.hours(request, d)
        evening = max(EVENING_END_MIN, ends) if request.evenings else ends
        first, last = _bounds(audit, d)
        arrives = asked.bound(request, d, "start")[1] is not None
        if not arrives and first.time < begins:
            _late(audit, "day_start", d, 0, first.place, first.time, begins)
        visits = [visit for visit in audit.coming if visit.day == d]
        told = asked.bound(request, d, "end")[1] is not None
        if visits and not told and last.time > evening + RETURN_MIN:
            _late(audit, "day_end", d, len(day.items) - 1, last.place, last.time, evening)
        for visit in visits:
            place = visit.place
            pastime = (
                place.category in EVENING_CATEGORIES
                or place.walled
                or place.area_visit is not None
                or place.opening_hours == "24/7"
            )
            limit = evening if pastime else ends
            if visit.end > limit:
                _late(audit, "day_end", d, visit.item, place.id, visit.end, limit)


def _late(audit: Audit, code: str, d: int, k: int, place: PlaceRef, found: int, wanted: int) -> None:
    audit.add(code, d, k, place, found=format_clock(found), wanted=format_clock(wanted))
