"""What is on during a trip: offered on its dates alone, and the plan built around it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from recommender import region as regions
from recommender.model import TripRequest
from recommender.region import Region
from recommender.trip.narrate.festive import occasion_text
from recommender.trip.occasions import occasions
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify

LANTERNS: dict[str, Any] = {"start_date": "2027-02-19", "days": 2}
"""The fifteenth night of the first month is the second day."""


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def test_the_lantern_festival_is_offered_on_its_day_and_on_no_other(region: Region) -> None:
    for start, day in (("2027-02-19", 2), ("2027-02-20", 1), ("2027-02-24", None), ("2027-05-10", None)):
        trip = plan_trip(region, TripRequest.parse({"start_date": start, "days": 2}))
        found = {one.event.id: one for one in occasions(region, trip)}
        assert ("ev-pingyao-dengjie" in found) == (day is not None)
        if day is not None:
            assert found["ev-pingyao-dengjie"].days == (day,)
            assert trip.days[day - 1].date == dt.date(2027, 2, 20)


def test_a_plan_is_built_around_what_is_on(region: Region) -> None:
    wishes = {**LANTERNS, "days": 3, "reach": "region", "avoid": ["pingyao-gucheng"]}
    missed = next(one for one in occasions(region, plan_trip(region, TripRequest.parse(wishes))) if one.met is None)
    place, day = missed.event.place_id, missed.days[0]
    wishes["avoid"] = [name for name in wishes["avoid"] if name != place]
    trip = plan_trip(region, TripRequest.parse({**wishes, "locks": [{"place": place, "day": day}]}))
    met = next(one for one in occasions(region, trip) if one.event.id == missed.event.id)
    assert met.met == day
    assert verify(region, trip) == []
    assert any(warning.code == "event_on" and warning.place == missed.event.id for warning in trip.warnings)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_told_with_its_days_and_how_sure_they_are(region: Region, lang: str) -> None:
    trip = plan_trip(region, TripRequest.parse(LANTERNS))
    for one in occasions(region, trip):
        words = occasion_text(one, region, lang)
        assert (one.event.name_zh if lang == "zh" else one.event.name_en) in words
        sure = {"zh": ("推算", "公告"), "en": ("not verified", "notice")}[lang]
        assert sum(mark in words for mark in sure) == 1
        assert ("not verified" in words or "推算" in words) == (one.event.confidence == "low")


DAY_OF_TOURISM: dict[str, Any] = {"start_date": "2027-05-19", "days": 1, "reach": "region"}


def test_an_event_of_several_venues_is_met_at_any_of_them_and_on_its_date_alone(region: Region) -> None:
    venues = ("mianshan", "zhangbi-gubao", "changjia-zhuangyuan", "yuci-laocheng", "hougou-gucun")
    for place in ("zhangbi-gubao", "changjia-zhuangyuan"):
        trip = plan_trip(region, TripRequest.parse(DAY_OF_TOURISM | {"locks": [{"place": place, "day": 1}]}))
        found = next(one for one in occasions(region, trip) if one.event.id == "ev-lvyouri")
        assert (found.places, found.met) == (venues, 1)
        assert any(warning.code == "event_on" and warning.place == "ev-lvyouri" for warning in trip.warnings)
    next_day = plan_trip(region, TripRequest.parse(DAY_OF_TOURISM | {"start_date": "2027-05-20"}))
    assert not [one for one in occasions(region, next_day) if one.event.id == "ev-lvyouri"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_holds_an_event_is_told_where_it_is_known(region: Region, lang: str) -> None:
    trip = plan_trip(region, TripRequest.parse(DAY_OF_TOURISM))
    found = next(one for one in occasions(region, trip) if one.event.id == "ev-lvyouri")
    assert not found.event.organizer_zh
    event = dataclasses.replace(found.event, organizer_zh="晋中学院", organizer_en="Jinzhong University")
    told = dataclasses.replace(found, event=event)
    name = {"zh": "主办：晋中学院", "en": "held by Jinzhong University"}[lang]
    assert name in occasion_text(told, region, lang)
    assert name not in occasion_text(found, region, lang)
