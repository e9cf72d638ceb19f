"""Some hours between two trains at Taiyuan South, and a day out with the last train back."""

from __future__ import annotations

from typing import Any

import pytest

from recommender import region as regions
from recommender.model import EndItem, Itinerary, LegItem, StopItem, TripRequest, format_clock
from recommender.region import Region
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify

STATION = "taiyuan-south-station"
BUFFER_MIN = 20


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def layover(region: Region, begin: int, end: int, **wishes: Any) -> Itinerary:
    anchors = {"start": {"place": STATION, "time": format_clock(begin)}, "end": {"place": STATION, "time": format_clock(end)}}
    itinerary = plan_trip(region, TripRequest.parse({"start_date": "2027-05-20", "days": 1} | anchors | wishes))
    assert [v.message("en") for v in verify(region, itinerary)] == []
    return itinerary


@pytest.mark.parametrize("reach", ["wings", "region"])
@pytest.mark.parametrize("begin", [8 * 60 + 10, 10 * 60, 13 * 60 + 25])
@pytest.mark.parametrize("hours", [1, 2, 4, 6, 10])
def test_one_is_back_twenty_minutes_before_the_train_whatever_the_layover(
    region: Region, reach: str, begin: int, hours: int
) -> None:
    end = min(begin + 60 * hours, 22 * 60)
    itinerary = layover(region, begin, end, reach=reach)
    last = itinerary.days[-1].items[-1]
    assert isinstance(last, EndItem)
    assert last.place == STATION
    assert last.time <= end - BUFFER_MIN


def test_half_a_day_in_taiyuan_is_worth_leaving_the_station_for(region: Region) -> None:
    itinerary = layover(region, 10 * 60, 15 * 60, reach="region")
    stops = [item for item in itinerary.days[0].items if isinstance(item, StopItem)]
    assert stops
    assert all(region.catalog.attractions[stop.place].county in ("Taiyuan", "Yuci") for stop in stops)


def test_the_outlets_can_be_the_layover_for_who_stays_shorter_than_usual(region: Region) -> None:
    outlets = next(place.id for place in region.catalog.attractions.values() if "杉杉" in place.name_zh)
    itinerary = layover(region, 10 * 60, 15 * 60, reach="region", must_see=[outlets], stays={outlets: 90})
    assert outlets in [item.place for item in itinerary.days[0].items if isinstance(item, StopItem)]


def test_a_day_out_takes_a_train_back_that_is_not_the_last_to_be_trusted(region: Region) -> None:
    itinerary = layover(region, 8 * 60, 21 * 60, reach="region", must_see=["pingyao-gucheng"])
    trains = [item for item in itinerary.days[0].items if isinstance(item, LegItem) and item.mode == "rail"]
    assert len(trains) >= 2
    assert all(leg.latest_depart is not None and leg.depart <= leg.latest_depart for leg in trains)
