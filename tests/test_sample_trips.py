"""Golden itineraries: sample trips as docs/sample_trips.md holds them, made anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.sample_trips import written
from recommender import region as regions
from recommender.trip.verify import verify

GOLDEN = Path(__file__).parent.parent / "docs" / "sample_trips.md"
CHECKED = (1, 3, 8, 12, 16, 18, 19)
"""Default, locked show, named mountain, budget, holiday, a day between trains, wheelchair; all twenty take too long."""


@pytest.mark.parametrize("number", CHECKED)
def test_a_sample_trip_is_what_the_page_of_samples_says(number: int) -> None:
    sections = re.split(r"^(?=## \d+\. )", GOLDEN.read_text(encoding="utf-8"), flags=re.MULTILINE)
    itinerary, section = written(regions.current(), number)
    assert verify(regions.current(), itinerary) == []
    assert section.strip() == sections[number].strip(), "make docs/sample_trips.md anew and read what has changed"
