"""KML 2.2: a folder for each day with numbered placemarks and the ways between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from recommender.exports.course import Day, Mark, Way, clean, course, instant
from recommender.i18n import text
from recommender.trip.narrate import clock_span, day_idea, day_title

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region

NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
DAY_COLORS: Final = ("8c2f1b", "2f6b5e", "34508a", "7a5417", "6d3a6e", "3d5a66", "8a3a5a")
"""Red, green, blue in hexadecimal, one a day of the week at most; white numbers on each pass AA."""


def write(itinerary: Itinerary, region: Region, lang: str) -> bytes:
    """The file."""
    register_namespace("", NAMESPACE)
    root = Element(f"{{{NAMESPACE}}}kml")
    document = _add(root, "Document")
    _add(document, "name", text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(itinerary.days)))
    _add(document, "description", text("trip.page.revision", lang, revision=itinerary.revision, work=itinerary.work))
    days = course(itinerary, region)
    for d in range(len(days)):
        _style(document, d)
    for d, day in enumerate(days):
        folder = _add(document, "Folder")
        _add(folder, "name", day_title(itinerary, d, region, lang))
        _add(folder, "description", day_idea(itinerary, d, region, lang))
        for mark in day.marks:
            _placemark(folder, d, day, mark, lang)
        for way in day.ways:
            _line(folder, d, way, lang)
    indent(root, " ")
    written: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _add(parent: Element, name: str, words: str | None = None) -> Element:
    child = SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if words is not None:
        child.text = clean(words)
    return child


def _style(document: Element, d: int) -> None:
    red, green, blue = (DAY_COLORS[d % len(DAY_COLORS)][k : k + 2] for k in (0, 2, 4))
    style = _add(document, "Style")
    style.set("id", f"day-{d + 1}")
    _add(_add(style, "IconStyle"), "color", f"ff{blue}{green}{red}")
    line = _add(style, "LineStyle")
    _add(line, "color", f"ff{blue}{green}{red}")
    _add(line, "width", "4")


def _placemark(folder: Element, d: int, day: Day, mark: Mark, lang: str) -> None:
    placemark = _add(folder, "Placemark")
    _add(placemark, "name", f"{mark.number}. {mark.label}" if mark.number else mark.label)
    words = [clock_span(mark.arrive, mark.leave, lang)] if mark.leave > mark.arrive else []
    words += [text("exports.approximate", lang)] if mark.approximate else []
    _add(placemark, "description", "\n".join(words))
    span = _add(placemark, "TimeSpan")
    _add(span, "begin", instant(day.date, mark.arrive).isoformat())
    _add(span, "end", instant(day.date, mark.leave).isoformat())
    _add(placemark, "styleUrl", f"#day-{d + 1}")
    _add(_add(placemark, "Point"), "coordinates", f"{mark.lon:.6f},{mark.lat:.6f}")


def _line(folder: Element, d: int, way: Way, lang: str) -> None:
    placemark = _add(folder, "Placemark")
    _add(placemark, "name", text(f"trip.leg.{way.mode}", lang))
    _add(placemark, "styleUrl", f"#day-{d + 1}")
    line = _add(placemark, "LineString")
    _add(line, "tessellate", "1")
    _add(line, "coordinates", " ".join(f"{lon:.6f},{lat:.6f}" for lat, lon in way.ends))
