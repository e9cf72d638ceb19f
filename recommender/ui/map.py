"""What the map shows, as plain data: network, stops and legs of each day, places to browse."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from recommender.i18n import text
from recommender.model import Item, Itinerary, LegItem, PlaceRef, Point, StopItem
from recommender.settings import settings
from recommender.trip import narrate
from recommender.ui.clock import clock, date_words

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region

DAY_COLORS: Final = ("#8c2f1b", "#2f6b5e", "#34508a", "#7a5417", "#6d3a6e", "#3d5a66", "#8a3a5a")
"""White numbers on each pass AA."""
ASSETS: Final = "assets/"
OUTLINES: Final = "geo/counties.geojson"
BOUNDS: Final = ((36.65, 111.4), (38.0, 114.1))
"""Jinzhong, south-west and north-east corner."""
NEAR_M: Final = 60_000
"""Longer legs do not widen what a day's map shows."""
_NETWORK_KIND: Final = {"drive": "road", "rail": "rail"}
_DETOUR: Final = 1.06
"""A straight line is left out where the way over another hub is hardly longer."""


def plan_payload(region: Region, itinerary: Itinerary, lang: str, picked: tuple[int, int] | None) -> dict[str, Any]:
    """The map of a plan: numbered stops per day and the legs between them."""
    days: list[dict[str, Any]] = []
    for d, day in enumerate(itinerary.days):
        stops: list[dict[str, Any]] = []
        legs: list[dict[str, Any]] = []
        for k, item in enumerate(day.items):
            if isinstance(item, StopItem):
                inside = _inside(region, item)
                stops.append(
                    {
                        "id": f"{d}-{k}",
                        "n": len(stops) + 1,
                        **_spot(region, item.place, lang),
                        **({name: inside[0][name] for name in ("lat", "lon")} if inside else {}),
                        "full": narrate.place_name(item.place, region, lang),
                        "time": f"{clock(item.start, lang)}–{clock(item.end, lang)}",
                        "picked": (d, k) == picked,
                        "parts": [_spot(region, part.place, lang) for part in item.parts],
                    }
                )
            elif isinstance(item, LegItem):
                ends = [_leaves(region, day.items[:k], item), _arrives(region, day.items[k + 1 :], item)]
                if None not in ends and ends[0] != ends[1]:
                    legs.append({"mode": item.mode, "points": ends, "near": item.distance_m < NEAR_M})
        days.append(
            {
                "day": d,
                "label": text("ui.map.day", lang, number=d + 1, date=date_words(day.date, lang, short=True)),
                "color": DAY_COLORS[d % len(DAY_COLORS)],
                "stops": stops,
                "legs": legs,
            }
        )
    view = "|".join(stop["id"] + stop["name"] for day in days for stop in day["stops"])
    return _payload(region, lang, days, [], view, text("ui.map.label_plan", lang))


def browse_payload(region: Region, places: Iterable[Attraction], lang: str, picked: str | None) -> dict[str, Any]:
    """The map of the Explore page."""
    points = [
        {
            "id": place.id,
            **_spot(region, place.id, lang),
            "picked": place.id == picked,
        }
        for place in places
    ]
    view = "|".join(str(point["id"]) for point in points)
    return _payload(region, lang, [], points, view, text("ui.map.label_explore", lang, count=len(points)))


def _payload(
    region: Region, lang: str, days: list[dict[str, Any]], points: list[dict[str, Any]], view: str, label: str
) -> dict[str, Any]:
    config = settings()
    base = _base(region, lang)
    approval = config.map_approval or text("ui.map.approval_pending", lang)
    return {
        "assets": ASSETS,
        "outlines": OUTLINES,
        "shape": f"{region.revision}-{lang}",
        "view": view,
        **base,
        "days": days,
        "points": points,
        "bounds": BOUNDS,
        "tiles": tiles(),
        "words": {
            "all": text("ui.map.all", lang),
            "wake": text("ui.map.wake", lang),
            "zoom_in": text("ui.map.zoom_in", lang),
            "zoom_out": text("ui.map.zoom_out", lang),
            "label": label,
            "note": text("ui.map.note", lang, approval=approval),
        },
    }


def tiles() -> dict[str, str] | None:
    """The tile layer of the settings; none by default."""
    config = settings()
    if not config.map_tiles_url:
        return None
    return {"url": config.map_tiles_url, "attribution": config.map_tiles_attribution}


def _base(region: Region, lang: str) -> dict[str, Any]:
    return _network(region, region.revision, lang)


@lru_cache(maxsize=8)
def _network(region: Region, revision: str, lang: str) -> dict[str, Any]:
    """Roads and rail as straight lines between hubs, and the county seats' names."""
    hubs = region.catalog.hubs
    pairs: dict[str, set[frozenset[str]]] = {"road": set(), "rail": set()}
    for link in region.catalog.links:
        kind = _NETWORK_KIND.get(link.mode)
        if kind is not None and link.usable and link.from_id in hubs and link.to_id in hubs:
            pairs[kind].add(frozenset((link.from_id, link.to_id)))
    lines = [
        {"kind": kind, "points": [(hubs[end].lat, hubs[end].lon) for end in sorted(pair)]}
        for kind, found in pairs.items()
        for pair in sorted(_direct(region, found), key=sorted)
    ]
    towns = [
        {"lat": hub.lat, "lon": hub.lon, "name": hub.town_zh if lang == "zh" else hub.town_en}
        for hub in hubs.values()
        if hub.kind in ("county_seat", "city_center")
    ]
    return {"network": lines, "hubs": towns}


def _direct(region: Region, pairs: set[frozenset[str]]) -> list[frozenset[str]]:
    """Pairs of hubs without a third hub on the straight way between them."""
    stations = {hub for pair in pairs for hub in pair}

    def apart(a: str, b: str) -> float:
        one, other = region.catalog.hubs[a], region.catalog.hubs[b]
        east = (one.lon - other.lon) * math.cos(math.radians((one.lat + other.lat) / 2))
        return math.hypot(one.lat - other.lat, east)

    kept = []
    for pair in pairs:
        a, b = sorted(pair)
        between = stations - pair
        if all(apart(a, c) + apart(c, b) > _DETOUR * apart(a, b) for c in between):
            kept.append(pair)
    return kept


def _spot(region: Region, place: str, lang: str) -> dict[str, Any]:
    found = region.catalog.attractions[place]
    return {"lat": found.lat, "lon": found.lon, "name": narrate.short_name(place, region, lang)}


def _inside(region: Region, stop: StopItem) -> list[dict[str, float]]:
    """Where one is within an area: its sub-sights in the order of the visit."""
    places = [region.catalog.attractions[part.place] for part in stop.parts]
    return [{"lat": place.lat, "lon": place.lon} for place in places]


def _leaves(region: Region, before: Sequence[Item], leg: LegItem) -> tuple[float, float] | None:
    """Where a leg begins: at the last sub-sight of an area."""
    last = before[-1] if before else None
    if isinstance(last, StopItem) and last.parts and last.place == leg.from_:
        return _position(region, last.parts[-1].place)
    return _position(region, leg.from_)


def _arrives(region: Region, after: Sequence[Item], leg: LegItem) -> tuple[float, float] | None:
    """Where a leg ends: at the first sub-sight of an area."""
    first = after[0] if after else None
    if isinstance(first, StopItem) and first.parts and first.place == leg.to:
        return _position(region, first.parts[0].place)
    return _position(region, leg.to)


def _position(region: Region, place: PlaceRef) -> tuple[float, float] | None:
    if isinstance(place, Point):
        return place.lat, place.lon
    found = region.catalog.find_place(place)
    return None if found is None else (found.lat, found.lon)
