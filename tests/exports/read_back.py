"""Readers that did not write the files, and the shape of what they find: counts that no name may change."""

from __future__ import annotations

import html.parser
import json
import re
import warnings
from collections.abc import Callable
from typing import Any, Final

GPX: Final = "{http://www.topografix.com/GPX/1/1}"
KML: Final = "{http://www.opengis.net/kml/2.2}"
Shape = tuple[int, ...]


def read_back(name: str, data: bytes) -> Shape:
    """How many of each thing a reader finds; every text format is UTF-8.

    Raises
    ------
    Exception
        The reader's own, where it cannot read the file.
    """
    return _READERS[name](data)


def calendar(data: bytes) -> Any:
    """The calendar as vobject reads it; lines are those of RFC 5545."""
    import vobject

    text = data.decode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return vobject.readOne(text)


def xml(data: bytes) -> Any:
    """The root as lxml reads it, nothing being fetched."""
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(no_network=True, resolve_entities=False))


def _calendar(data: bytes) -> Shape:
    read = calendar(data)
    events = list(read.contents.get("vevent", []))
    return len(read.contents["vtimezone"]), len(events), sum(len(event.contents) for event in events)


def _gpx(data: bytes) -> Shape:
    root = xml(data)
    return tuple(len(root.findall(f".//{GPX}{name}")) for name in ("wpt", "rte", "rtept", "name", "time"))


def _kml(data: bytes) -> Shape:
    root = xml(data)
    return tuple(
        len(root.findall(f".//{KML}{name}")) for name in ("Folder", "Placemark", "Point", "LineString", "name")
    )


def _geojson(data: bytes) -> Shape:
    import geojson
    from shapely.geometry import shape

    read = geojson.loads(data.decode("utf-8", "surrogatepass"))
    assert read.is_valid, read.errors()
    shapes = [shape(feature.geometry) for feature in read.features]
    assert all(111 <= s.bounds[0] < 115 and 34 < s.bounds[1] < 41 for s in shapes)
    return len(shapes), sum(len(feature.properties) for feature in read.features)


def _jsonld(data: bytes) -> Shape:
    read = json.loads(data.decode("utf-8"))
    days = [len(day["itinerary"]["itemListElement"]) for day in read["subTrip"]]
    return len(read), *days


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag not in ("script", "iframe", "img", "object")
        self.count += 1


def _html(data: bytes) -> Shape:
    parser = _Tags()
    parser.feed(data.decode("utf-8"))
    return (parser.count,)


def _text(data: bytes) -> Shape:
    return (len(re.findall(r"^\d\d:\d\d", data.decode("utf-8"), re.MULTILINE)),)


def _pdf(data: bytes) -> Shape:
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    return (len(re.findall(rb"/Type /Page\b", data)),)


def _png(data: bytes) -> Shape:
    """The size, and how many pixels are not of the ground: a picture without a drawing is told apart."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.format == "PNG"
        dark = sum(image.convert("L").histogram()[:200])
        return (*image.size, int(dark > 5_000))


_READERS: Final[dict[str, Callable[[bytes], Shape]]] = {
    "ics": _calendar, "gpx": _gpx, "kml": _kml, "geojson": _geojson, "jsonld": _jsonld, "html": _html, "text": _text,
    "pdf": _pdf, "png": _png,
}  # fmt: skip
