"""The picture: the right size, small, its words within their lines."""

from __future__ import annotations

from typing import Any

import pytest

from recommender.exports import FORMATS, png
from recommender.i18n import LANGUAGES
from tests.exports.read_back import read_back
from tests.trip.little_region import good_trip, little_region, trip_of

SMALL = 100_000


@pytest.fixture(scope="module")
def region() -> Any:
    return little_region()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_is_small_and_of_the_size_that_messengers_show(region: Any, lang: str) -> None:
    data = FORMATS["png"].write(trip_of(good_trip()), region, lang)
    assert read_back("png", data) == (*png.SIZE, 1)
    assert len(data) < SMALL


def test_long_words_end_within_their_two_lines() -> None:
    class Fixed:
        """Ten units a character."""

        def getlength(self, words: str) -> float:
            return 10.0 * len(words)

    font: Any = Fixed()
    lines = png._wrapped("先逛平遥古城，再去镇国寺与渠家大院，夜里看戏，回来再逛逛", font, 100)
    assert len(lines) == png.LINES_A_DAY
    assert lines[-1].endswith("…")
    assert all(font.getlength(line) <= 110 for line in lines)
    assert not any(line[0] in "，。、" for line in lines)
    assert png._wrapped("先逛古城", font, 100) == ["先逛古城"]
