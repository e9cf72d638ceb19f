"""Numbers, papers, money, luggage and parking: whom they concern, with their sources, and what nobody knows."""

from __future__ import annotations

import datetime as dt

import pytest
from markupsafe import escape

from recommender import region as regions
from recommender.catalog.references import source_ids
from recommender.model import Itinerary, TripRequest
from recommender.region import Region
from recommender.trip.advice import advice, parking_unknown
from recommender.trip.narrate import itinerary_html
from recommender.trip.narrate.advice import advice_box, advice_texts
from recommender.trip.planning import plan_trip

FOR_ALL = {"110", "119", "120", "12345", "12306"}


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def driven(region: Region) -> Itinerary:
    return plan_trip(region, TripRequest(start_date=dt.date(2027, 4, 17), days=3, mode="drive", must_see=("pingyao-xianya",)))


@pytest.fixture(scope="module")
def ridden(region: Region) -> Itinerary:
    return plan_trip(region, TripRequest(start_date=dt.date(2027, 4, 17), days=1, must_see=("pingyao-xianya",)))


@pytest.mark.parametrize("foreign", [False, True])
def test_everybody_is_told_whom_to_call(region: Region, ridden: Itinerary, foreign: bool) -> None:
    told = advice(region, ridden, foreign=foreign)
    assert {one.phone for one in told if one.topic == "help"} == FOR_ALL
    assert {one.audience for one in told} == ({"all", "foreign"} if foreign else {"all"})


def test_only_who_drives_is_told_where_to_leave_the_car(region: Region, driven: Itinerary, ridden: Itinerary) -> None:
    parked = [one for one in advice(region, driven, foreign=False) if one.topic == "parking"]
    assert "pingyao-gucheng" in {place for one in parked for place in one.place_ids}
    assert all(one.topic != "parking" for one in advice(region, ridden, foreign=False))
    assert parking_unknown(region, ridden) == ()


def test_a_stop_without_a_word_on_parking_is_named_as_not_known(region: Region, driven: Itinerary) -> None:
    unknown = parking_unknown(region, driven)
    assert unknown
    told = {place for one in advice(region, driven, foreign=False) if one.topic == "parking" for place in one.place_ids}
    assert not told & set(unknown)
    assert any(region.catalog.attractions[unknown[0]].name_zh[:3] in words for words in advice_texts(driven, region, "zh"))


def test_luggage_and_foreign_guests_are_not_known_and_said_to_be(region: Region, driven: Itinerary) -> None:
    assert any(words.startswith("行李寄存：没有查到") for words in advice_texts(driven, region, "zh"))
    english = advice_texts(driven, region, "en")
    assert any("foreign guests" in words and "ask before you book" in words for words in english)
    assert not any("外国" in words for words in advice_texts(driven, region, "zh"))


def test_what_is_not_verified_says_so(region: Region, driven: Itinerary) -> None:
    unsure = [one for one in advice(region, driven, foreign=True) if one.confidence == "low"]
    words = advice_texts(driven, region, "en")
    assert unsure
    assert all(any(one.text_en in w and w.endswith("(not verified)") for w in words) for one in unsure)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_numbers_can_be_tapped_and_every_sentence_has_its_source(region: Region, driven: Itinerary, lang: str) -> None:
    box = str(advice_box(driven, region, lang))
    for one in advice(region, driven, foreign=lang != "zh"):
        if one.phone:
            assert f'href="tel:{one.phone}"' in box
        for source in source_ids(one.source):
            assert str(escape(region.catalog.sources[source].title)) in box
    assert box in itinerary_html(driven, region, lang)
