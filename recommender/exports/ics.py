"""A calendar (RFC 5545): an event for each visit, show, meal, and each ride that must not be missed.

Times carry ``TZID=Asia/Shanghai`` with its VTIMEZONE, which Apple, Google and Outlook read alike. An event keeps its UID
as long as it is the same visit on the same day, so that a plan sent again moves events instead of doubling them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from recommender.exports.course import clean, instant, names, position
from recommender.i18n import text
from recommender.model import Item, Itinerary, LegItem, MealItem, PlaceRef, Point, StopItem
from recommender.trip.narrate import (
    day_title,
    hours_text,
    leg_text,
    meal_dishes,
    meal_name,
    place_name,
    price_text,
    reason_text,
    warning_texts,
)  # fmt: skip
from recommender.trip.narrate.names import clock_span
from recommender.trip.narrate.notes import notes_of_day
from recommender.trip.narrate.prose import leg_note

if TYPE_CHECKING:
    from icalendar import Event

    from recommender.exports import Credit
    from recommender.region import Region

ZONE: Final = "Asia/Shanghai"
RIDE_ALARM_MIN: Final = 30
SHOW_ALARM_MIN: Final = 60
TIMED: Final = frozenset({"rail", "bus"})
"""Rides that leave without one."""


def write(itinerary: Itinerary, region: Region, lang: str, *, credit: Credit | None = None) -> bytes:
    """The calendar; each event leads to the plan where ``credit`` says where that is."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Jinzhong itinerary recommender//exports//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _title(itinerary, lang))
    calendar.add("x-wr-timezone", ZONE)
    calendar.add_component(_zone())
    for event in _events(itinerary, region, lang):
        if credit is not None:
            event.add("contact", clean(credit.words))
            event.add("url", credit.link)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _title(itinerary: Itinerary, lang: str) -> str:
    return text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(itinerary.days))


def _zone() -> Any:
    """China has had one offset and no summer time since 1992; written out so that no zone table changes the file."""
    from icalendar import Timezone, TimezoneStandard

    standard = TimezoneStandard()
    standard.add("dtstart", dt.datetime(1992, 1, 1))  # noqa: DTZ001 - local by RFC 5545
    standard.add("tzname", "CST")
    standard.add("tzoffsetfrom", dt.timedelta(hours=8))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    zone = Timezone()
    zone.add("tzid", ZONE)
    zone.add_component(standard)
    return zone


def _events(itinerary: Itinerary, region: Region, lang: str) -> Iterator[Event]:
    counts: dict[str, int] = {}
    # A fixed rule instead of the clock: the first moment of the trip's first day, universal time.
    stamp = dt.datetime.combine(itinerary.days[0].date, dt.time(), dt.UTC)
    for d, day in enumerate(itinerary.days):
        notes = notes_of_day(itinerary, d)
        first = next((k for k, item in enumerate(day.items) if isinstance(item, LegItem)), None)
        for k, item in enumerate(day.items):
            if not _is_event(item, first=k == first):
                continue
            key = f"{day.date} {_key(item)}"
            counts[key] = counts.get(key, 0) + 1
            warned = warning_texts(notes.get(k, []), region, lang)
            event = _event(itinerary, d, item, warned, region, lang)
            event.add("uid", _uid(f"{key} {counts[key]}"))
            event.add("dtstamp", stamp)
            yield event


def _is_event(item: Item, *, first: bool) -> bool:
    if isinstance(item, LegItem):
        return item.mode in TIMED or (first and item.mode != "walk")
    return isinstance(item, StopItem | MealItem)


def _key(item: Item) -> str:
    """What an event is, whatever its hour."""
    if isinstance(item, LegItem):
        return f"leg {item.mode} {_id(item.from_)} {_id(item.to)}"
    if isinstance(item, MealItem):
        return f"meal {item.meal}"
    assert isinstance(item, StopItem)
    return f"stop {item.place}"


def _id(place: PlaceRef) -> str:
    return f"{place.lat},{place.lon}" if isinstance(place, Point) else place


def _uid(key: str) -> str:
    return f"{hashlib.sha256(key.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}@jinzhong-itinerary"


def _event(itinerary: Itinerary, d: int, item: Item, warned: list[str], region: Region, lang: str) -> Event:
    from icalendar import Event

    day = itinerary.days[d]
    event = Event()
    lines = [day_title(itinerary, d, region, lang)]
    alarm_min = 0
    where: PlaceRef | None
    if isinstance(item, LegItem):
        begin, end, where = item.depart, item.arrive, item.from_
        mode = text(f"trip.leg.{item.mode}", lang)
        title = text("exports.ics.ride", lang, mode=mode, **_ends(item, region, lang))
        note = leg_note(item, region.catalog, lang)
        lines += [leg_text(item, region, lang), *([note] if note else [])]
        alarm_min = RIDE_ALARM_MIN
    elif isinstance(item, MealItem):
        begin, end, where = item.start, item.end, item.place
        title = meal_name(item, region, lang)
        lines += filter(None, [meal_dishes(item, region, lang)])
    else:
        assert isinstance(item, StopItem)
        begin, end, where = item.start, item.end, item.place
        title = place_name(item.place, region, lang)
        lines += _visit(itinerary, d, item, region, lang)
        locked = any(lock.place == item.place and lock.time is not None for lock in itinerary.request.locks)
        alarm_min = SHOW_ALARM_MIN if locked or region.catalog.attractions[item.place].category == "show" else 0
    lines += [text("exports.ics.warning", lang, words=words) for words in warned]
    event.add("summary", clean(title))
    event.add("dtstart", instant(day.date, begin))
    event.add("dtend", instant(day.date, max(end, begin + 1)))
    event.add("description", clean("\n".join(lines)))
    event.add("transp", "OPAQUE")
    if where is not None:
        _place(event, where, region)
    if alarm_min:
        event.add_component(_alarm(clean(title), alarm_min))
    return event


def _ends(leg: LegItem, region: Region, lang: str) -> dict[str, str]:
    return {"origin": place_name(leg.from_, region, lang), "target": place_name(leg.to, region, lang)}


def _visit(itinerary: Itinerary, d: int, stop: StopItem, region: Region, lang: str) -> list[str]:
    heads = itinerary.request.party.size
    lines = [price_text(stop, heads, region, lang), hours_text(stop.place, itinerary.days[d].date, region, lang)]
    lines += [
        f"{clock_span(part.start, part.end, lang)} {place_name(part.place, region, lang)}"
        f" · {price_text(part, heads, region, lang)}"
        for part in stop.parts
    ]
    if stop.reasons:
        lines.append(" · ".join(reason_text(reason, region, lang) for reason in stop.reasons))
    return lines


def _place(event: Event, place: PlaceRef, region: Region) -> None:
    """Where: both names, address where known; a position only where it is not a rough one."""
    zh, en = names(place, region)
    known = None if isinstance(place, Point) else region.catalog.get_place(place)
    address = str(getattr(known, "address", None) or getattr(known, "county_zh", ""))
    event.add("location", ", ".join(dict.fromkeys(word for word in (zh, en, clean(address)) if word)))
    lat, lon, approximate = position(place, region)
    if not approximate:
        event.add("geo", (round(lat, 6), round(lon, 6)))


def _alarm(title: str, minutes: int) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", dt.timedelta(minutes=-minutes))
    return alarm
