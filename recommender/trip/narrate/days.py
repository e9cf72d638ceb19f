"""A day's title and its idea in one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from recommender.i18n import text
from recommender.model import EndItem, Itinerary, PlaceRef, Point, StartItem, StopItem
from recommender.trip.narrate.names import date_words, listed, short_name

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region

EVENING_MIN: Final = 17 * 60 + 30
DUSK_MIN: Final = 16 * 60 + 30
NEAR_KM: Final = 12
WALL_ID: Final = "pingyao-chengqiang"
GATEWAY: Final = "Taiyuan"
_WINDS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def day_title(itinerary: Itinerary, d: int, region: Region, lang: str) -> str:
    """``第一天 · 10月17日 周六``, with the holiday's name where there is one; ``d`` counts from 0."""
    date = itinerary.days[d].date
    title = text("trip.day.title", lang, nth=nth_day(d + 1, lang), date=date_words(date, lang))
    kind = region.calendar.day(date)
    if kind.kind == "makeup_workday":
        return text("trip.day.named", lang, title=title, name=text("trip.day.makeup", lang))
    name = kind.name_zh if lang == "zh" else kind.name_en
    return text("trip.day.named", lang, title=title, name=name) if name else title


def nth_day(day: int, lang: str) -> str:
    """``第一天`` / ``Day 1``."""
    return text(f"trip.nth.d{day}", lang)


def day_idea(itinerary: Itinerary, d: int, region: Region, lang: str) -> str:
    """What the day is about in one line: ``西南线：王家大院与张壁古堡``; ``d`` counts from 0."""
    items = itinerary.days[d].items
    stops = [item for item in items if isinstance(item, StopItem) and item.place in region.catalog.attractions]
    if not stops:
        ends = [item.place for item in items if isinstance(item, StartItem | EndItem)]
        if len(ends) == 2 and ends[0] != ends[1]:
            return text("trip.idea.move", lang, place=short_name(ends[1], region, lang))
        empty = not any(isinstance(item, StopItem) for day in itinerary.days for item in day.items)
        return text(f"trip.idea.{'nothing' if empty else 'free'}", lang)
    places = {stop.place: region.catalog.attractions[stop.place] for stop in stops}
    shows = [stop for stop in stops if places[stop.place].category == "show"]
    sights = [stop for stop in stops if stop not in shows] or shows
    town = [stop for stop in sights if _town(region, places[stop.place]) is not None]
    outer = [stop for stop in sights if stop not in town]
    idea = _idea(itinerary, d, region, lang, town, outer)
    if shows and sights is not shows and any(stop.start >= EVENING_MIN for stop in shows):
        return text("trip.idea.show", lang, idea=idea)
    if any(place == WALL_ID and start >= DUSK_MIN for place, start in _starts(stops)):
        return text("trip.idea.wall", lang, idea=idea)
    if town and len(town) > 1 and places[town[-1].place].walled and town[-1].start >= EVENING_MIN:
        return text("trip.idea.again", lang, idea=idea)
    return idea


def _idea(
    itinerary: Itinerary, d: int, region: Region, lang: str, town: Sequence[StopItem], outer: Sequence[StopItem]
) -> str:
    if not town:
        return _out(itinerary, d, region, lang, outer)
    area = _town(region, region.catalog.attractions[town[0].place])
    assert area is not None
    named = short_name(area.id, region, lang)
    if outer:
        code = "then_town" if outer[0].start < town[0].start else "then_out"
        return text(f"trip.idea.{code}", lang, town=named, places=_two(outer, region, lang))
    parts = [part for stop in town for part in stop.parts]
    best = sorted(parts, key=lambda part: (-part.score, part.start))[:2]
    seen = [part.place for part in sorted(best, key=lambda part: part.start)]
    seen += [stop.place for stop in town if stop.place != area.id][: 2 - len(seen)]
    if not seen:
        return text("trip.idea.town", lang, town=named)
    words = listed([short_name(place, region, lang) for place in seen], lang)
    return text("trip.idea.town_parts", lang, town=named, places=words)


def _out(itinerary: Itinerary, d: int, region: Region, lang: str, outer: Sequence[StopItem]) -> str:
    words = _two(outer, region, lang)
    chosen = [region.catalog.attractions[stop.place] for stop in _main(outer)]
    if all(place.county == GATEWAY for place in chosen):
        return text("trip.idea.taiyuan", lang, places=words)
    base = _base(itinerary, d, region)
    if base is None:
        return words
    north = sum(place.lat for place in chosen) / len(chosen) - base[0]
    east = (sum(place.lon for place in chosen) / len(chosen) - base[1]) * math.cos(math.radians(base[0]))
    if math.hypot(north, east) * 111.2 <= NEAR_KM:
        return text("trip.idea.near", lang, places=words)
    wind = _WINDS[round(math.degrees(math.atan2(east, north)) / 45) % 8]
    return text("trip.idea.line", lang, direction=text(f"trip.direction.{wind}", lang), places=words)


def _main(stops: Sequence[StopItem]) -> list[StopItem]:
    """The two stops that make the day, in order of time."""
    best = sorted(stops, key=lambda stop: (stop.start - stop.end, -stop.score))[:2]
    return sorted(best, key=lambda stop: stop.start)


def _two(stops: Sequence[StopItem], region: Region, lang: str) -> str:
    names = list(dict.fromkeys(short_name(stop.place, region, lang) for stop in _main(stops)))
    return names[0] if len(names) == 1 else text("trip.idea.two", lang, a=names[0], b=names[1])


def _town(region: Region, place: Attraction) -> Attraction | None:
    """The walled town that a place is or lies in."""
    if place.walled:
        return place
    area = region.catalog.attractions.get(place.area_id or "")
    return area if area is not None and area.walled else None


def _starts(stops: Sequence[StopItem]) -> list[tuple[str, int]]:
    parts = [(part.place, part.start) for stop in stops for part in stop.parts]
    return [*((stop.place, stop.start) for stop in stops), *parts]


def _base(itinerary: Itinerary, d: int, region: Region) -> tuple[float, float] | None:
    """Where one sleeps before the day, or after it, or where it begins."""
    days = itinerary.days
    nights: list[PlaceRef | None] = [days[d - 1].lodging] if d else []
    nights += [days[d].lodging, *(item.place for item in days[d].items[:1] if isinstance(item, StartItem))]
    place = next((night for night in nights if night is not None), None)
    if isinstance(place, Point):
        return place.lat, place.lon
    known = region.catalog.find_place(place) if place is not None else None
    return (known.lat, known.lon) if known is not None else None
