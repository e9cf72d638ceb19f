"""One thing after another: places that follow from places, minutes that follow from minutes."""

from __future__ import annotations

from recommender.model import Item, LegItem, MealItem, PlaceRef, RestItem, StopItem, format_clock
from recommender.trip.verify.audit import Audit


def check_order(audit: Audit) -> None:
    """One's own car is found where it was left, and everything follows from what was before."""
    _items(audit)
    if audit.request.mode == "drive" and not audit.request.leg_modes and not audit.request.days_detail:
        _car(audit)


def _car(audit: Audit) -> None:
    """Each ride begins where the last one ended, overnight too; not told of rides that have happened."""
    left: PlaceRef | None = None
    for d, day in enumerate(audit.itinerary.days, start=1):
        for k, item in enumerate(day.items):
            if not isinstance(item, LegItem) or item.mode != "drive":
                continue
            if audit.is_past(d, item.depart):
                left = None
                continue
            if left is not None and item.from_ != left:
                audit.add("car_elsewhere", d, k, left)
            left = item.to


def _items(audit: Audit) -> None:
    """Every item happens where one is, and when one is free; waiting shows as ``wait_min`` or before a stop's start."""
    for d, day in enumerate(audit.itinerary.days, start=1):
        here: PlaceRef | None = None
        now: int | None = None
        for k, item in enumerate(day.items):
            at, begin, end = _span(item)
            to = item.to if isinstance(item, LegItem) else at
            if now is not None and _planned_anew(audit, d, now) and audit.request.now is not None:
                here = audit.request.now.place
            if at is not None:
                _known(audit, d, k, at)
                if here is not None and here != at:
                    audit.add("place_jump", d, k, at)
            if isinstance(item, LegItem):
                _known(audit, d, k, item.to)
                _wait(audit, d, k, item, now)
            if not _forwards(item):
                audit.add("backwards", d, k, to)
            if now is not None and begin < now:
                audit.add("overlap", d, k, found=format_clock(begin), free=format_clock(now))
            elif now is not None and begin > now and not isinstance(item, LegItem):
                audit.add("gap", d, k, found=format_clock(begin), free=format_clock(now))
            here, now = to if to is not None else here, end


def _planned_anew(audit: Audit, d: int, minute: int) -> bool:
    """Whether this is the moment from which on the trip was planned anew, from wherever the visitor was."""
    now = audit.request.now
    return now is not None and (now.day, now.time) == (d, minute)


def _span(item: Item) -> tuple[PlaceRef | None, int, int]:
    """Where an item begins, if anywhere, and its first and last minute."""
    if isinstance(item, LegItem):
        return item.from_, item.depart, item.arrive
    if isinstance(item, StopItem):
        return item.place, item.arrive, item.end
    if isinstance(item, MealItem):
        return item.place, item.start, item.end
    if isinstance(item, RestItem):
        return None, item.start, item.end
    return item.place, item.time, item.time


def _forwards(item: Item) -> bool:
    _, begin, end = _span(item)
    if isinstance(item, StopItem):
        return item.arrive <= item.start < item.end
    return begin < end if isinstance(item, MealItem | RestItem) else begin <= end


def _wait(audit: Audit, d: int, k: int, leg: LegItem, now: int | None) -> None:
    if now is not None and leg.depart >= now and leg.depart - now != leg.wait_min:
        audit.add("wait", d, k, leg.to, found=leg.wait_min, wanted=leg.depart - now)


def _known(audit: Audit, d: int, k: int, place: PlaceRef) -> None:
    item = audit.itinerary.days[d - 1].items[k]
    missing = isinstance(place, str) and audit.catalog.find_place(place) is None
    if missing or (isinstance(item, StopItem) and place not in audit.catalog.attractions):
        audit.add("unknown_place", d, k, place, id=str(place))
