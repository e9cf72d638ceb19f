"""GeoJSON (RFC 7946): places as points, legs as lines, each with its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recommender.exports.course import Day, Mark, Way, course, instant
from recommender.i18n import text
from recommender.jsontext import write_json
from recommender.model import Point

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region


def write(itinerary: Itinerary, region: Region, lang: str) -> bytes:
    """One FeatureCollection; WGS-84, longitude first."""
    features = []
    for d, day in enumerate(course(itinerary, region)):
        features += [_point(d, day, mark) for mark in day.marks]
        features += [_line(d, way, lang) for way in day.ways]
    collection = {
        "type": "FeatureCollection",
        "features": features,
        "name": text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(itinerary.days)),
        "revision": itinerary.revision,
    }
    return write_json(collection, indent=1) + b"\n"


def _point(d: int, day: Day, mark: Mark) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{d + 1}-{mark.item}",
        "geometry": {"type": "Point", "coordinates": [round(mark.lon, 6), round(mark.lat, 6)]},
        "properties": {
            "day": d + 1,
            "date": str(day.date),
            "kind": mark.kind,
            "number": mark.number or None,
            "place": None if isinstance(mark.place, Point) else mark.place,
            "name_zh": mark.name_zh,
            "name_en": mark.name_en,
            "arrive": instant(day.date, mark.arrive).isoformat(),
            "leave": instant(day.date, mark.leave).isoformat(),
            "position": "approximate" if mark.approximate else "known",
        },
    }


def _line(d: int, way: Way, lang: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{d + 1}-{way.item}",
        "geometry": {"type": "LineString", "coordinates": [[round(lon, 6), round(lat, 6)] for lat, lon in way.ends]},
        "properties": {
            "day": d + 1,
            "kind": "leg",
            "mode": way.mode,
            "name": text(f"trip.leg.{way.mode}", lang),
            "shape": "straight_line",
            "position": "approximate" if way.approximate else "known",
        },
    }
