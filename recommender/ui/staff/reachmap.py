"""Reach as two little maps, now and after: every attraction as a dot in the colour of its minutes from the nearest gateway."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from recommender.bureau.outlines import Outlines, load_outlines
from recommender.bureau.reachability import BANDS_MIN
from recommender.markup import join, tag, void
from recommender.settings import settings

if TYPE_CHECKING:
    from recommender.bureau.reachability import Reach
    from recommender.region import Region
    from recommender.ui.staff.room import Room

OUTLINES: Final = Path("geo", "counties.geojson")
WIDTH: Final = 360.0
MARGIN: Final = 10.0
Position = tuple[float, float]
COLOURS: Final = ("#1b7f5c", "#7aa62c", "#d99a1c", "#b4442c", "#6b6b75")
_STYLE: Final = (
    ".ground{fill:none;stroke:#a89c8c;stroke-width:1}.way{fill:none;stroke:#8f2f22;stroke-width:2.5;stroke-dasharray:6 3}"
    "circle{stroke:#fff;stroke-width:1}" + "".join(f".reach-{k}{{fill:{colour}}}" for k, colour in enumerate(COLOURS))
)


class _View:
    """Longitude and latitude on a drawing of fixed width; at this size the earth is flat."""

    def __init__(self, points: Sequence[Position]) -> None:
        lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
        self._west, self._north = min(lons), max(lats)
        self._squeeze = math.cos(math.radians((min(lats) + max(lats)) / 2))
        self._scale = (WIDTH - 2 * MARGIN) / max((max(lons) - min(lons)) * self._squeeze, 0.05)
        self.height = (max(lats) - min(lats)) * self._scale + 2 * MARGIN

    def spot(self, lon: float, lat: float) -> Position:
        x = MARGIN + (lon - self._west) * self._squeeze * self._scale
        return round(x, 1), round(MARGIN + (self._north - lat) * self._scale, 1)


def maps(room: Room, region: Region, found: Reach, way: Sequence[str]) -> Markup:
    """Both maps and what the colours say.

    Parameters
    ----------
    way
        Places that the new way joins, drawn as a line on the second map.
    """
    outlines = _outlines(settings().data_dir / OUTLINES)
    places = region.catalog.attractions
    rings = [ring for rings in outlines.values() for ring in rings]
    points = [(float(lon), float(lat)) for ring in rings for lon, lat in ring]
    view = _View([*points, *((place.lon, place.lat) for place in places.values())])
    ground = join(_path(view, ring) for ring in rings)
    drawn = []
    for side in ("before", "after"):
        minutes = {str(place): float(value) for place, value in found.places[f"{side}_min"].items()}
        dots = join(_dot(view, places[place].lon, places[place].lat, value) for place, value in minutes.items())
        line = _line(view, region, way) if side == "after" else None
        title = room.say(f"figure.{side}")
        size = {"viewBox": f"0 0 {WIDTH:g} {view.height:.0f}", "width": f"{WIDTH:g}", "height": f"{view.height:.0f}"}
        svg = tag("svg", tag("style", _STYLE), ground, line, dots, xmlns="http://www.w3.org/2000/svg", **size)
        # The page lets no drawing of ours through but as a picture.
        data = base64.b64encode(str(svg).encode()).decode()
        picture = void(
            "img", src=f"data:image/svg+xml;base64,{data}", alt=room.say("way.map_label", side=title), class_="reach-map"
        )
        drawn.append(tag("figure", tag("figcaption", title), picture))
    return tag("div", tag("div", *drawn, class_="reach-maps"), _legend(room))


def _legend(room: Room) -> Markup:
    names = [room.say("way.band", most=most) for most in BANDS_MIN]
    names += [room.say("way.beyond", most=BANDS_MIN[-1]), room.say("way.never")]
    return tag("p", *(tag("span", tag("i", class_=f"reach-{k}"), name) for k, name in enumerate(names)), class_="reach-legend")


def band(minutes: float) -> int:
    """Which colour: 0 to 2 within `BANDS_MIN`, 3 beyond, 4 where nothing leads."""
    if math.isnan(minutes):
        return len(BANDS_MIN) + 1
    return next((k for k, most in enumerate(BANDS_MIN) if minutes <= most), len(BANDS_MIN))


def _dot(view: _View, lon: float, lat: float, minutes: float) -> Markup:
    x, y = view.spot(lon, lat)
    return tag("circle", cx=str(x), cy=str(y), r="4", class_=f"reach-{band(minutes)}")


def _path(view: _View, ring: Iterable[Iterable[float]]) -> Markup:
    spots = (view.spot(*(float(value) for value in point)) for point in ring)
    return tag("path", d="M" + "L".join(f"{x} {y}" for x, y in spots) + "Z", class_="ground")


def _line(view: _View, region: Region, way: Sequence[str]) -> Markup:
    found = (region.catalog.find_place(place) for place in way)
    spots = [view.spot(place.lon, place.lat) for place in found if place is not None]
    return tag("polyline", points=" ".join(f"{x},{y}" for x, y in spots), class_="way")


@cache
def _outlines(file: Path) -> Outlines:
    """None where there is no such file."""
    return load_outlines(file) if file.exists() else {}
