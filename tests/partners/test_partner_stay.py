"""What staying at a hotel means for a plan: never before breakfast ends unless asked, nights at the hotel, hints of the house."""

from __future__ import annotations

import dataclasses
import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from recommender import region as regions
from recommender.calendar.openings import Opening
from recommender.model import EndItem, StartItem, TripRequest
from recommender.partners import lobby, stay
from recommender.partners.hotel import read
from recommender.region import Region
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify
from tests.partners.little_hotels import INN, NEW

HOME = "stay-jingzhai"
INN_READ = read(INN)


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def wish(**more: object) -> TripRequest:
    anchor = {"place": HOME}
    return TripRequest.parse({"start_date": "2027-04-17", "days": 2, "start": anchor, "end": anchor, **more})


@pytest.mark.parametrize("ends", ["08:00", "09:00", "09:30", "10:15"])
def test_no_day_begins_before_breakfast_ends(region: Region, ends: str) -> None:
    hotel = read(INN | {"breakfast_end": ends})
    itinerary = plan_trip(region, stay.settled(hotel, wish(), HOME))
    assert verify(region, itinerary) == []
    for day in itinerary.days:
        [start] = [item for item in day.items if isinstance(item, StartItem)]
        assert start.time >= max(hotel.breakfast_end or 0, 8 * 60 + 30)
    assert [day.lodging for day in itinerary.days] == [HOME, None]


def test_a_guest_who_asks_for_it_begins_earlier(region: Region) -> None:
    asked = stay.settled(INN_READ, wish(day_start="07:30"), HOME, {"day_start"})
    assert asked.day_start == 450
    early = plan_trip(region, stay.settled(INN_READ, wish(start={"place": HOME, "time": "07:00"}), HOME))
    starts = [item.time for day in early.days for item in day.items if isinstance(item, StartItem)]
    assert starts[0] == 420
    assert starts[1] >= 570


def test_unknown_hours_change_nothing(region: Region) -> None:
    home = read(NEW).point("zh")
    given = wish(start={"place": home.model_dump()}, end={"place": home.model_dump()})
    settled = stay.settled(read(NEW), given, home)
    assert settled == given.model_copy(update={"lodging": (home,)})
    assert verify(region, plan_trip(region, settled)) == []


def test_what_a_guest_has_chosen_is_left_alone() -> None:
    other = wish(lodging=["stay-yunjincheng-gongguan"])
    assert stay.settled(INN_READ, other, HOME, {"lodging"}).lodging == ("stay-yunjincheng-gongguan",)
    short = wish(day_start="06:00", day_end="11:00")
    assert stay.settled(INN_READ, short, HOME).day_start == 360


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_house_says_what_of_the_plan_meets_its_hours(region: Region, lang: str) -> None:
    itinerary = plan_trip(region, stay.settled(INN_READ, wish(), HOME))
    late = max(item.time for day in itinerary.days for item in day.items if isinstance(item, EndItem))
    hotel = dataclasses.replace(INN_READ, door_closes=late - 1)
    said = "\n".join(stay.hints(hotel, lang, itinerary))
    assert INN[f"luggage_{lang}"] in said
    assert {"zh": "还没到入住时间", "en": "before check-in"}[lang] in said
    assert {"zh": "已过退房时间", "en": "after check-out"}[lang] in said
    assert {"zh": "已过锁门时间", "en": "after the door closes"}[lang] in said
    assert stay.hints(read(NEW), lang, itinerary) == []


def test_hints_say_nothing_of_a_plan_that_is_not_so(region: Region) -> None:
    """A day that begins before breakfast ends, a door that closes after midnight, a trip that ends at the station."""
    early = plan_trip(region, stay.settled(INN_READ, wish(day_start="07:30"), HOME, {"day_start"}))
    late = dataclasses.replace(INN_READ, door_closes=30)
    said = "\n".join(stay.hints(late, "en", early))
    assert "Breakfast is served until 09:30." in said
    assert "after the door closes" not in said
    assert "the plan begins after it" in "\n".join(stay.hints(INN_READ, "en"))
    away = plan_trip(region, stay.settled(INN_READ, wish(end={"place": "pingyaogucheng-station"}), HOME))
    ends = [item.time for item in away.days[-1].items if isinstance(item, EndItem)]
    early_door = dataclasses.replace(INN_READ, check_out=ends[0] - 1, door_closes=None)
    assert "after check-out" not in "\n".join(stay.hints(early_door, "en", away))


def test_no_entry_is_offered_after_the_last_one() -> None:
    opening = Opening(((480, 1020),), 990, "official", 0, True, None)
    closed: Any = SimpleNamespace(calendar=SimpleNamespace(opening=lambda *asked: opening))
    states = [lobby._sight(closed, "wall", 1.0, dt.date(2027, 4, 1), minute).state for minute in (980, 995, 1030)]
    assert states == ["open", "late", "over"]


def test_the_screen_stands_where_the_catalogue_has_the_hotel(region: Region) -> None:
    moved = dataclasses.replace(INN_READ, lat=36.0, lon=114.0)
    now = dt.datetime(2027, 4, 1, 9, tzinfo=dt.UTC)
    assert lobby.board(region, moved, now).sights == lobby.board(region, INN_READ, now).sights
