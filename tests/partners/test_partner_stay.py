"""What staying at a hotel means for a plan: never before breakfast ends unless asked, nights at the hotel, hints of the house."""

from __future__ import annotations

import dataclasses

import pytest

from recommender import region as regions
from recommender.model import EndItem, StartItem, TripRequest
from recommender.partners import stay
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
