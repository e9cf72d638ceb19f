"""What the map shows, as plain data: network, stops and legs of each day, places to browse."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from recommender.i18n import text
from recommender.model import Itinerary, LegItem, PlaceRef, Point, StopItem
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
_NETWORK_KIND: Final = {"drive": "road", "rail": "rail"}


def plan_payload(region: Region, itinerary: Itinerary, lang: str, picked: tuple[int, int] | None) -> dict[str, Any]:
    """The map of a plan: numbered stops per day and the legs between them."""
    days: list[dict[str, Any]] = []
    for d, day in enumerate(itinerary.days):
        stops: list[dict[str, Any]] = []
        legs: list[dict[str, Any]] = []
        for k, item in enumerate(day.items):
            if isinstance(item, StopItem):
                place = region.catalog.attractions[item.place]
                stops.append(
                    {
                        "id": f"{d}-{k}",
                        "n": len(stops) + 1,
                        "lat": place.lat,
                        "lon": place.lon,
                        "name": narrate.place_name(item.place, region, lang),
                        "time": f"{clock(item.start, lang)}–{clock(item.end, lang)}",
                        "picked": (d, k) == picked,
                    }
                )
            elif isinstance(item, LegItem):
                ends = [_position(region, item.from_), _position(region, item.to)]
                if None not in ends and ends[0] != ends[1]:
                    legs.append({"mode": item.mode, "points": ends, "near": item.distance_m < 60_000})
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
            "lat": place.lat,
            "lon": place.lon,
            "name": narrate.place_name(place.id, region, lang),
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
    seen: set[tuple[str, frozenset[str]]] = set()
    lines: list[dict[str, Any]] = []
    for link in region.catalog.links:
        kind = _NETWORK_KIND.get(link.mode)
        pair = frozenset((link.from_id, link.to_id))
        ends = [_position(region, link.from_id), _position(region, link.to_id)]
        if kind is None or not link.usable or (kind, pair) in seen or None in ends:
            continue
        seen.add((kind, pair))
        lines.append({"kind": kind, "points": ends})
    hubs = [
        {"lat": hub.lat, "lon": hub.lon, "name": _town(hub.name_zh if lang == "zh" else hub.name_en, lang)}
        for hub in region.catalog.hubs.values()
        if hub.kind == "county_seat"
    ]
    return {"network": lines, "hubs": hubs}


def _town(name: str, lang: str) -> str:
    return name.removesuffix("城区").removesuffix("县城") if lang == "zh" else name.split(" ")[0]


def _position(region: Region, place: PlaceRef) -> tuple[float, float] | None:
    if isinstance(place, Point):
        return place.lat, place.lon
    found = region.catalog.find_place(place)
    return None if found is None else (found.lat, found.lon)
