"""The calendar, read by another library."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest

from recommender.exports import FORMATS
from recommender.model import Itinerary
from tests.exports.read_back import calendar
from tests.trip.little_region import good_trip, little_region, trip_of

CHINA = dt.timedelta(hours=8)


def events(trip: Itinerary, lang: str = "zh") -> list[Any]:
    return list(calendar(FORMATS["ics"].write(trip, little_region(), lang)).contents["vevent"])


@pytest.fixture(scope="module")
def trip() -> Itinerary:
    return trip_of(good_trip())


def found(trip: Itinerary, word: str, lang: str = "zh") -> Any:
    return next(event for event in events(trip, lang) if word in event.summary.value)


def test_visits_meals_and_rides_that_leave_without_one_are_events(trip: Itinerary) -> None:
    assert [event.summary.value.split("（")[0] for event in events(trip)] == [
        "火车 太原南站 → 平遥古城站", "公交 平遥古城站 → 双林寺", "双林寺", "午饭 · 南大街小吃", "平遥古城",
        "晚饭 · 就近吃", "又见平遥", "打车 平遥小客栈 → 镇国寺", "镇国寺", "平遥古城", "午饭 · 南大街小吃",
        "火车 平遥古城站 → 太原南站",
    ]  # fmt: skip


def test_a_meal_is_headed_by_its_place_and_its_dishes_follow(trip: Itinerary) -> None:
    lunch = found(trip, "午饭")
    assert "碗托" not in lunch.summary.value
    assert "碗托" in lunch.description.value


def test_times_are_those_of_shanghai(trip: Itinerary) -> None:
    show = found(trip, "又见平遥")
    assert show.dtstart.value.isoformat() == "2027-04-17T19:00:00+08:00"
    assert show.dtend.value - show.dtstart.value == dt.timedelta(minutes=90)
    assert all(event.dtstart.value.utcoffset() == CHINA for event in events(trip))
    raw = FORMATS["ics"].write(trip, little_region(), "zh")
    assert b"DTSTART;TZID=Asia/Shanghai:20270417T190000\r\n" in raw
    assert raw.count(b"BEGIN:VTIMEZONE") == 1


def test_what_is_after_midnight_is_on_the_next_day() -> None:
    data = good_trip()
    data["days"][0]["items"][-3] |= {"start": "23:30", "end": "25:10"}
    show = found(trip_of(data), "又见平遥")
    assert show.dtend.value.isoformat() == "2027-04-18T01:10:00+08:00"


def test_trains_and_shows_ring_and_walks_are_silent(trip: Itinerary) -> None:
    alarms = {event.summary.value: event.valarm.trigger.value for event in events(trip) if "valarm" in event.contents}
    assert alarms["火车 太原南站 → 平遥古城站"] == dt.timedelta(minutes=-30)
    assert alarms["又见平遥"] == dt.timedelta(minutes=-60)
    assert not any("步行" in name or name == "双林寺" for name in alarms)


def test_an_event_keeps_its_uid_when_only_its_hour_moves(trip: Itinerary) -> None:
    moved = copy.deepcopy(good_trip())
    moved["days"][1]["items"][2] |= {"start": "09:40", "end": "10:30"}
    before, after = ({event.uid.value for event in events(one)} for one in (trip, trip_of(moved)))
    assert before == after
    assert len(before) == len(events(trip)), "every UID is another"


def test_the_same_place_twice_on_a_day_gives_two_events() -> None:
    data = good_trip()
    items = data["days"][1]["items"]
    items.insert(6, items[4] | {"arrive": "12:50", "start": "12:50", "end": "13:00"})
    uids = [event.uid.value for event in events(trip_of(data))]
    assert len(uids) == len(set(uids))


def test_an_event_says_where_and_what_to_mind(trip: Itinerary) -> None:
    temple = next(event for event in events(trip) if event.summary.value == "镇国寺")
    assert temple.location.value == "镇国寺, Zhenguo Temple, 平遥县"
    assert temple.geo.value == "37.2896;112.2826"
    assert "票价未知" in temple.description.value
    assert "注意：镇国寺的开放时间没有查到" in temple.description.value
    english = next(event for event in events(trip, "en") if event.summary.value == "Zhenguo Temple 镇国寺")
    assert "price unknown" in english.description.value


def test_a_rough_position_is_no_geo() -> None:
    region = little_region(zhenguo_si={"coord_confidence": "low"})
    read = calendar(FORMATS["ics"].write(trip_of(good_trip()), region, "zh")).contents["vevent"]
    temple = next(event for event in read if event.summary.value == "镇国寺")
    assert "geo" not in temple.contents
    assert temple.location.value.startswith("镇国寺")
