"""What to book, in which order, and in which words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from recommender import region as regions
from recommender.exports import pdf
from recommender.exports.sheet import Section
from recommender.model import Itinerary, TripRequest
from recommender.region import Region
from recommender.trip.booking import bookings
from recommender.trip.narrate.booking import _sentence, booking_texts
from recommender.trip.planning import plan_trip

WISHES: dict[str, Any] = {
    "start_date": "2027-04-17", "days": 4, "reach": "region", "mode": "drive",
    "must_see": ["shanxi-bowuyuan", "jinci", "youjian-pingyao"],
}  # fmt: skip


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def itinerary(region: Region) -> Itinerary:
    return plan_trip(region, TripRequest.parse(WISHES))


def test_what_must_be_booked_comes_first_and_by_the_day_on_which_to_act(region: Region, itinerary: Itinerary) -> None:
    found = bookings(region, itinerary)
    assert {"shanxi-bowuyuan", "youjian-pingyao", "jinci"} <= {booking.place for booking in found}
    must = [booking for booking in found if booking.required]
    assert found[: len(must)] == tuple(must)
    acts = [booking.opens or booking.by for booking in must]
    assert acts == sorted(acts)
    museum = next(booking for booking in found if booking.place == "shanxi-bowuyuan")
    assert museum.opens == museum.visit.date() - dt.timedelta(days=3)
    assert museum.opens_min == 7 * 60
    assert all(booking.by < booking.visit.date() for booking in found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_is_told_with_its_channel_and_nobody_asks_for_papers(region: Region, itinerary: Itinerary, lang: str) -> None:
    *told, papers = booking_texts(itinerary, region, lang)
    found = bookings(region, itinerary)
    assert len(told) == len(found)
    for sentence, booking in zip(told, found, strict=True):
        place = region.catalog.attractions[booking.place]
        assert place.name_zh in sentence
        channel = place.booking_channel if lang == "zh" else place.booking_channel_en
        assert (channel or "") in sentence
    assert papers == {"zh": "实名预约在官方渠道填证件，这里不收集证件号",
                      "en": "Real-name booking asks for ID on the official channel; this planner never does"}[lang]  # fmt: skip


def test_an_hour_that_nobody_knows_is_not_told(region: Region, itinerary: Itinerary) -> None:
    museum = next(booking for booking in bookings(region, itinerary) if booking.place == "shanxi-bowuyuan")
    assert "07:00" in _sentence(museum, region, "zh", None).split("开始放票")[0]
    assert "00:00" not in _sentence(dataclasses.replace(museum, opens_min=None), region, "zh", None).split("开始放票")[0]


def test_what_is_due_is_said_as_such_and_what_is_over_is_not_said(region: Region, itinerary: Itinerary) -> None:
    show = next(booking for booking in bookings(region, itinerary) if booking.place == "youjian-pingyao")
    name = region.catalog.attractions[show.place].name_zh
    for today, said in ((show.by, "最迟"), (show.visit.date(), "现在就订")):
        told = next(words for words in booking_texts(itinerary, region, "zh", today) if name in words)
        assert told.startswith(said)
    after = show.visit.date() + dt.timedelta(days=1)
    assert not any(name in words for words in booking_texts(itinerary, region, "zh", after))


def test_a_trip_without_anything_to_book_says_nothing(region: Region) -> None:
    quiet = plan_trip(region, TripRequest.parse(WISHES | {"must_see": [], "days": 1, "reach": "classic", "evenings": False}))
    assert bookings(region, quiet) == ()
    assert booking_texts(quiet, region, "en") == []


def test_in_print_bookings_and_notes_share_a_page(region: Region, itinerary: Itinerary) -> None:
    assert sum(isinstance(block, Section) for block in pdf._end(itinerary, region, "zh")) == 1
