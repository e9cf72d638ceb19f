"""Text that strangers, hotels and staff can write, wherever it is shown: it stays text."""

from __future__ import annotations

import html.parser
import io
import json
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from recommender.catalog.cells import guard, unguard
from recommender.exports import FORMATS, file_name
from recommender.i18n import LANGUAGES
from recommender.markup import link, tag
from recommender.trip.narrate.page import itinerary_html
from tests.exports.random_trips import named
from tests.exports.read_back import calendar, xml
from tests.trip.little_region import good_trip, little_region, trip_of

EVIL = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></textarea><svg onload=alert(1)>",
    "<!--",
    "-->",
    "]]>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "{{7*7}} ${7*7} {0} {page.__class__} %(a)s %s",
    "\r\nBEGIN:VEVENT\r\nX:1",
    "\r\nSet-Cookie: a=b",
    "=1+1",
    "\u202egnp.exe",
    "[x](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "\x00\x08\x1b[31m",
)
PLACE = "shuanglin_si"
FIELDS = (
    "name_zh",
    "name_en",
    "description_zh",
    "description_en",
    "ticket_note",
    "ticket_note_en",
    "accessibility_note",
    "accessibility_note_en",
    "last_entry_note",
    "booking_channel",
    "booking_channel_en",
    "county_zh",
)
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "section",
    "article",
    "footer",
    "div",
    "span",
    "p",
    "b",
    "h1",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "a",
    "strong",
    "em",
    "small",
    "details",
    "summary",
    "time",
    "dl",
    "dt",
    "dd",
    "nav",
    "i",
    "abbr",
    "svg",
    "path",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
    "br",
    "q",
    "u",
    "figure",
}


class Elements(html.parser.HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def evil_region(words: str) -> Any:
    changed: dict[str, Any] = {PLACE: dict.fromkeys(FIELDS, words)}
    return little_region(**changed)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("words", EVIL)
def test_in_a_page_it_is_text(words: str, lang: str) -> None:
    for trip in (trip_of(good_trip()), named(words[:80])):
        page = Elements(itinerary_html(trip, evil_region(words), lang))
        assert page.names <= ALLOWED, page.names - ALLOWED
        assert not [name for name in page.attributes if name.startswith("on") or name == "srcdoc"]
        assert all(re.match(r"https?://|tel:|geo:|#|/|$", address) for address in page.links)
    assert tag("p", words, title=words).count("<") == 2


@pytest.mark.parametrize("words", EVIL)
def test_in_xml_calendar_and_json_it_is_text(words: str) -> None:
    trip, region = named(words[:80]), evil_region(words)
    plain = named("某处")
    for name in ("gpx", "kml"):
        roots = [
            xml(FORMATS[name].write(one, where, "zh")) for one, where in ((trip, region), (plain, little_region()))
        ]
        tags = [sorted({str(node.tag) for node in root.iter()}) for root in roots]
        assert tags[0] == tags[1]
        assert b"<!DOCTYPE" not in FORMATS[name].write(trip, region, "zh")
    written = FORMATS["ics"].write(trip, region, "zh")
    peaceful = FORMATS["ics"].write(plain, little_region(), "zh")
    assert len(calendar(written).contents["vevent"]) == len(calendar(peaceful).contents["vevent"])
    data = FORMATS["jsonld"].write(trip, region, "zh")
    assert b"<" not in data, "between script tags of somebody's page it would end them"
    assert json.loads(data)
    assert json.loads(FORMATS["geojson"].write(trip, region, "zh"))


@pytest.mark.parametrize("words", EVIL)
def test_no_name_reaches_a_header(words: str) -> None:
    for form in FORMATS.values():
        assert re.fullmatch(r"jinzhong-\d{4}-\d\d-\d\d-\dd\.\w+", file_name(named(words[:80]), form))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:1",
        "data:text/html,x",
        "vbscript:x",
        "//e.example",
        "java\nscript:1",
        "\x01script:1",
    ],
)
def test_only_addresses_of_pages_become_links(address: str) -> None:
    assert "href" not in link(address, "x")


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1"])
def test_no_cell_is_a_formula_and_none_changes_on_the_way(words: str) -> None:
    from recommender.catalog.export import write_workbook
    from recommender.catalog.records import in_rows
    from recommender.catalog.tables import TABLES

    assert unguard(guard(words)) == words
    assert guard(words)[0] not in "=+-@\t\r＝"
    table = next(table for table in TABLES if table.name == "attractions")
    record = {"id": "x", "name_zh": words, "description_zh": words}
    assert in_rows(table, {"attractions": {"x": record}})
    book = load_workbook(io.BytesIO(write_workbook({"attractions": {"x": record}})))
    cells = [cell for row in book["attractions"].iter_rows() for cell in row if cell.value is not None]
    assert cells
    assert all(cell.data_type != "f" for cell in cells)


def test_what_staff_read_of_strangers_is_escaped_by_construction() -> None:
    """Reports, audit and names reach the console through ``tag`` alone; no page there takes Markdown or raw HTML of data."""
    from pathlib import Path

    from recommender.settings import ROOT

    for file in Path(ROOT, "recommender", "ui").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in source, file
        assert "st.markdown" not in source, file
        assert "unsafe_allow_javascript" not in source, file
        for call in re.findall(r"st\.html\((.*)", source):
            assert call == "" or call.startswith(("str(", 'f"<style>{components.page_css()}')), (file, call)
