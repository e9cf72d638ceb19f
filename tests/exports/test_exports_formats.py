"""Every format keeps the same few promises."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from recommender.exports import FORMATS, Format, file_name
from recommender.i18n import LANGUAGES
from recommender.model import Itinerary
from tests.exports.random_trips import HOSTILE, named, trips
from tests.exports.read_back import Shape, read_back
from tests.trip.little_region import good_trip, little_region, trip_of

LIGHT = [form for form in FORMATS.values() if form.name not in ("pdf", "png")]


@pytest.fixture(scope="module")
def region() -> Any:
    return little_region()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_the_same_itinerary_gives_the_same_bytes(form: Format, lang: str, region: Any) -> None:
    first = form.write(trip_of(good_trip()), region, lang)
    assert first == form.write(trip_of(json.loads(trip_of(good_trip()).to_json())), little_region(), lang)
    assert read_back(form.name, first)


def test_another_process_gives_the_same_bytes() -> None:
    """Nothing depends on the order of sets or on what was written before."""
    code = (
        "import hashlib; from recommender.exports import FORMATS; "
        "from tests.trip.little_region import good_trip, little_region, trip_of; "
        "trip, region = trip_of(good_trip()), little_region(); "
        "print(*(hashlib.sha256(form.write(trip, region, 'zh')).hexdigest() for form in FORMATS.values()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "1"}
    )
    trip, region = trip_of(good_trip()), little_region()
    assert done.stdout.split() == [hashlib.sha256(form.write(trip, region, "zh")).hexdigest() for form in FORMATS.values()]


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_a_format_has_a_module_a_type_and_a_name_for_its_file(form: Format) -> None:
    assert FORMATS[form.name] is form
    assert "/" in form.media_type
    assert file_name(trip_of(good_trip()), form) == f"jinzhong-2027-04-17-2d{form.suffix}"


@cache
def plain_shape(name: str) -> Shape:
    return read_back(name, FORMATS[name].write(named("某处"), little_region(), "zh"))


DRAWN = ("pdf", "png")
"""These two write no marks that a name could end, and take a second each: some names do in every run."""
MOST_HOSTILE = (HOSTILE[3], HOSTILE[8], HOSTILE[10])
"""Joiners and marks of direction, controls, and a long one."""


@pytest.mark.parametrize(
    ("form", "name"),
    [
        pytest.param(
            form, name, marks=[pytest.mark.heavy] if form.name in DRAWN and name not in MOST_HOSTILE else [],
            id=f"{form.name}-{name}",
        )
        for form in FORMATS.values()
        for name in HOSTILE
    ],
)  # fmt: skip
def test_no_name_breaks_a_format(form: Format, name: str, region: Any) -> None:
    assert read_back(form.name, form.write(named(name), region, "zh")) == plain_shape(form.name), (
        "the file has another shape than with a plain name"
    )


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(itinerary=trips())
def test_whatever_the_itinerary_every_file_can_be_read_back(itinerary: Itinerary) -> None:
    for form in LIGHT:
        for lang in LANGUAGES:
            assert read_back(form.name, form.write(itinerary, little_region(), lang)), form.name


@settings(deadline=None, max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(itinerary=trips())
def test_whatever_the_itinerary_the_pdf_can_be_read_back(itinerary: Itinerary) -> None:
    assert read_back("pdf", FORMATS["pdf"].write(itinerary, little_region(), "zh"))
