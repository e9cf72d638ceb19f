"""The PDF, read by poppler."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from recommender import region as regions
from recommender.exports import FORMATS, pdf
from recommender.exports.breaks import break_units
from recommender.exports.course import course
from recommender.exports.face import MISSING, characters, fit
from recommender.exports.sheet import Picture
from recommender.exports.sketch import PIN_MM, sketch
from recommender.i18n import LANGUAGES, messages, rooms
from recommender.model import Itinerary, LegItem, MealItem, PlaceRef, StopItem, TripRequest
from recommender.trip.narrate import place_name
from recommender.trip.planning import plan_trip
from tests.exports.random_trips import named
from tests.trip.little_region import good_trip, little_region, trip_of

LONG: dict[str, Any] = {"start_date": "2027-02-06", "days": 5, "mode": "drive", "explore": 1, "reach": "region"}


def poppler(tool: str, data: bytes, folder: Path, *options: str) -> str:
    """What a tool of poppler says of a PDF; a line of its errors fails."""
    assert shutil.which(tool), "poppler-utils is not installed: apt-get install poppler-utils, or make test-quick"
    path = folder / "trip.pdf"
    path.write_bytes(data)
    last = ["-"] if tool == "pdftotext" else []
    done = subprocess.run([tool, *options, str(path), *last], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def squeezed(words: str) -> str:
    """Without the breaks of lines."""
    return re.sub(r"\s+", "", words)


def places(itinerary: Itinerary) -> set[PlaceRef]:
    found: set[PlaceRef] = set()
    for day in itinerary.days:
        found |= {day.lodging} if day.lodging is not None else set()
        for item in day.items:
            if isinstance(item, StopItem):
                found |= {item.place, *(part.place for part in item.parts)}
            elif isinstance(item, LegItem):
                found |= {item.from_, item.to}
            elif isinstance(item, MealItem) and item.place is not None:
                found.add(item.place)
    return found


@pytest.fixture(scope="module")
def long_trip() -> Itinerary:
    return plan_trip(regions.current(), TripRequest.parse(LONG))


@pytest.mark.poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_name_of_the_plan_can_be_searched_and_copied(lang: str, long_trip: Itinerary, tmp_path: Path) -> None:
    region = regions.current()
    data = FORMATS["pdf"].write(long_trip, region, lang)
    said = squeezed(poppler("pdftotext", data, tmp_path, "-raw"))
    names = [place_name(place, region, language) for place in places(long_trip) for language in {lang, "zh"}]
    assert len(names) > 20
    assert [name for name in names if squeezed(name) not in said] == []
    assert MISSING not in said
    assert long_trip.revision in said


@pytest.mark.poppler
def test_its_typeface_is_inside_and_nothing_is_left_to_the_reader(tmp_path: Path) -> None:
    data = FORMATS["pdf"].write(trip_of(good_trip()), little_region(), "zh")
    fonts = [line.split() for line in poppler("pdffonts", data, tmp_path).splitlines()[2:]]
    assert len(fonts) == 2
    for font in fonts:
        assert font[0].endswith("NotoSansSCThin"), font  # the name of the variable font's first instance
        assert font[-5:-2] == ["yes", "yes", "yes"], "embedded, a subset, with its way back to Unicode"
    assert len(data) < 200_000
    info = poppler("pdfinfo", data, tmp_path)
    assert re.search(r"Page size:\s+595.28 x 841.89 pts \(A4\)", info)
    assert re.search(r"JavaScript:\s+no", info)


@pytest.mark.poppler
def test_a_day_has_its_page_and_doubtful_facts_stand_apart(tmp_path: Path) -> None:
    data = FORMATS["pdf"].write(trip_of(good_trip()), little_region(), "zh")
    pages = poppler("pdftotext", data, tmp_path, "-layout").split("\f")[:-1]
    assert len(pages) == 4  # cover, two days, what to know
    assert "全程一览" in pages[0]
    assert "第一天 " in pages[1]
    assert "第二天 " in pages[2]
    assert "出发前要知道的" in pages[3]
    assert [f"第 {n} 页，共 4 页" in page for n, page in enumerate(pages, start=1)] == [True] * 4
    notes = [
        line.words
        for block in pdf.compose(trip_of(good_trip()), little_region(), "zh").blocks
        for line in getattr(block, "lines", [block])
        if getattr(line, "style", "") == "note"
    ]
    assert any(words.startswith("开放时间未知") and "票价未知" in words for words in notes)


def test_the_typeface_has_every_character_of_the_catalogue_and_of_our_words() -> None:
    catalog = regions.current().catalog
    shelves = (catalog.attractions, catalog.hubs, catalog.lodging, catalog.dining, catalog.sources)
    words = [str(place) for shelf in shelves for place in shelf.values()]
    words += [str(link) for link in catalog.links] + [str(event) for event in catalog.events]
    words += [said for room in rooms() for message in messages(room).values() for said in message.values()]
    missing = {c for each in words for c in each if c.isprintable() and ord(c) not in characters()}
    assert missing == set()


def test_a_character_that_the_typeface_lacks_is_shown_as_a_box() -> None:
    assert fit("民宿🏮\u202eبa") == f"民宿{MISSING}{MISSING}a"
    assert ord(MISSING) in characters()
    assert FORMATS["pdf"].write(named("🏮بيت"), little_region(), "zh").startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("双林寺（平遥），¥70。", ["双", "林", "寺", "（平", "遥），", "¥70。"]),
        ("open 08:00–18:00 “好”", ["open ", "08:00–18:00 ", "“好”"]),
        ("a/b-c?d=1，好", ["a/b-c?d=1，", "好"]),
        ("", []),
    ],
)
def test_lines_break_where_readers_expect_it(words: str, units: list[str]) -> None:
    assert break_units(words) == units


def test_breaking_loses_nothing() -> None:
    words = " ".join(said for room in rooms() for message in messages(room).values() for said in message.values())
    assert "".join(break_units(words)) == words


def test_the_plates_of_the_map_do_not_hide_each_other(long_trip: Itinerary) -> None:
    drawn = sketch(course(long_trip, regions.current()), regions.current(), "zh", 176, 104)
    stops = sum(isinstance(item, StopItem) for day in long_trip.days for item in day.items)
    assert len(drawn.pins) == stops > 10
    for k, pin in enumerate(drawn.pins):
        assert 0 < pin.spot[0] < drawn.width
        assert 0 < pin.spot[1] < drawn.height
        for other in drawn.pins[:k]:
            apart = [abs(a - b) for a, b in zip(pin.plate, other.plate, strict=True)]
            assert apart[0] >= PIN_MM[0] or apart[1] >= PIN_MM[1], (pin, other)


def test_without_outlines_there_is_still_a_map(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from recommender.exports import sketch as module

    monkeypatch.setattr(module, "OUTLINES", tmp_path / "none.geojson")
    blocks = pdf.compose(trip_of(good_trip()), little_region(), "zh").blocks
    [picture] = [block for block in blocks if isinstance(block, Picture)]
    assert picture.sketch.outlines == ()
    assert len(picture.sketch.pins) == 5
