"""The map sketch of the PDF as plain shapes in millimetres: outlines, towns, ways, numbered stops that do not overlap."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recommender.exports.course import Day, Position
from recommender.settings import settings

if TYPE_CHECKING:
    from recommender.region import Region

OUTLINES: Final = Path("geo", "counties.geojson")
PIN_MM: Final = (8.0, 4.6)
"""Width and height of a number's plate."""
MARGIN: Final = 0.14
LEAST_SPAN: Final = 0.05
"""Degrees of latitude that a sketch shows at least: some 5 km."""
_RING_MM: Final = 2.6
_RINGS: Final = 14
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pin:
    """A numbered stop: where it is, and where its plate finds room; both from the upper left corner, in mm."""

    day: int
    label: str
    spot: Spot
    plate: Spot


@dataclass(frozen=True, slots=True)
class Sketch:
    """Shapes within a frame of the given size. Points are x, y in mm from its upper left corner; days count from 0."""

    width: float
    height: float
    outlines: tuple[tuple[Spot, ...], ...]
    towns: tuple[tuple[Spot, str], ...]
    hubs: tuple[tuple[Spot, str], ...]
    ways: tuple[tuple[int, Spot, Spot], ...]
    pins: tuple[Pin, ...]


def sketch(days: Sequence[Day], region: Region, lang: str, width: float, height: float) -> Sketch:
    """The sketch of a trip.

    Parameters
    ----------
    width, height
        Size of the frame in mm.
    """
    shown = [(mark.lat, mark.lon) for day in days for mark in day.marks]
    shown += [end for day in days for way in day.ways for end in way.ends]
    view = _View.of(shown, width, height)
    hubs = {
        mark.name_zh if lang == "zh" else mark.name_en: view.spot((mark.lat, mark.lon))
        for day in days
        for mark in day.marks
        if mark.kind in ("start", "end") and mark.place in region.catalog.hubs
    }
    seats = (hub for hub in region.catalog.hubs.values() if hub.kind in ("county_seat", "city_center"))
    towns = [(view.spot((hub.lat, hub.lon)), hub.town_zh if lang == "zh" else hub.town_en) for hub in seats]
    stops = [
        (d, f"{d + 1}.{mark.number}", view.spot((mark.lat, mark.lon)))
        for d, day in enumerate(days)
        for mark in day.marks
        if mark.number
    ]
    return Sketch(
        width, height,
        tuple(tuple(view.spot(point) for point in ring) for ring in _rings()),
        tuple((spot, name) for spot, name in towns if 0 < spot[0] < width and 0 < spot[1] < height),
        tuple((spot, name) for name, spot in hubs.items()),
        tuple((d, view.spot(way.ends[0]), view.spot(way.ends[1])) for d, day in enumerate(days) for way in day.ways),
        tuple(_placed(stops, list(hubs.values()), width, height)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _View:
    """An equirectangular window; at this size the earth is flat."""

    north: float
    west: float
    mm_a_degree: float
    squeeze: float

    @classmethod
    def of(cls, points: Sequence[Position], width: float, height: float) -> _View:
        south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
        west, east = min(lon for _, lon in points), max(lon for _, lon in points)
        lat, lon = (south + north) / 2, (west + east) / 2
        squeeze = math.cos(math.radians(lat))
        tall = max(north - south, LEAST_SPAN) * (1 + 2 * MARGIN)
        wide = max((east - west) * squeeze, LEAST_SPAN) * (1 + 2 * MARGIN)
        scale = min(height / tall, width / wide)
        return cls(lat + height / scale / 2, lon - width / scale / 2 / squeeze, scale, squeeze)

    def spot(self, point: Position) -> Spot:
        return (point[1] - self.west) * self.squeeze * self.mm_a_degree, (self.north - point[0]) * self.mm_a_degree


def _placed(stops: Iterable[tuple[int, str, Spot]], taken: list[Spot], width: float, height: float) -> list[Pin]:
    """Plates at the free place nearest to their stops, looked for in growing rings."""
    wide, tall = PIN_MM[0] + 0.6, PIN_MM[1] + 0.6
    plates: list[Spot] = []
    pins: list[Pin] = []
    for day, label, spot in stops:
        best = spot
        for x, y in _around(spot):
            inside = wide / 2 < x < width - wide / 2 and tall / 2 < y < height - tall / 2
            free = all(abs(x - px) >= wide or abs(y - py) >= tall for px, py in plates)
            clear = all(abs(x - px) >= wide / 2 + 1.2 or abs(y - py) >= tall / 2 + 1.2 for px, py in taken)
            if inside and free and clear:
                best = (x, y)
                break
        plates.append(best)
        pins.append(Pin(day, label, spot, best))
    return pins


def _around(spot: Spot) -> Iterable[Spot]:
    yield spot
    for ring in range(1, _RINGS):
        count = 8 * ring
        for k in range(count):
            angle = 2 * math.pi * k / count
            yield spot[0] + ring * _RING_MM * math.cos(angle), spot[1] + ring * _RING_MM * math.sin(angle)


def _rings() -> tuple[tuple[Position, ...], ...]:
    return _read(settings().data_dir / OUTLINES)


@cache
def _read(path: Path) -> tuple[tuple[Position, ...], ...]:
    """Outer and inner rings of all outlines as latitude and longitude; none where there is no such file."""
    if not path.exists():
        return ()
    rings: list[tuple[Position, ...]] = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        shape = feature["geometry"]
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings += [tuple((lat, lon) for lon, lat in ring) for part in parts for ring in part]
    return tuple(rings)
