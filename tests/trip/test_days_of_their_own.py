"""Days with their own ends, hours and way of travelling; five traps that others fell into."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import EndItem, Itinerary, LegItem, Point, StartItem, StopItem, TripRequest, format_clock
from recommender.region import Region
from recommender.trip.planner import relaxed
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify
from recommender.trip.ways import day_problems

BASE: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}
STATION, INN, OTHER, CITY = "pingyaogucheng-station", "stay-jingzhai", "stay-qiaojiabao-area", "stay-ty-yingze"


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def plan(region: Region, **wishes: Any) -> Itinerary:
    itinerary = plan_trip(region, TripRequest.parse(BASE | wishes))
    assert [v.message("en") for v in verify(region, itinerary)] == []
    return itinerary


def bounds(itinerary: Itinerary) -> list[tuple[Any, str, Any, str]]:
    """Each day's first and last place and minute."""
    found = []
    for day in itinerary.days:
        first, last = day.items[0], day.items[-1]
        assert isinstance(first, StartItem)
        assert isinstance(last, EndItem)
        found.append((first.place, format_clock(first.time), last.place, format_clock(last.time)))
    return found


def modes(itinerary: Itinerary, day: int) -> set[str]:
    return {item.mode for item in itinerary.days[day].items if isinstance(item, LegItem)}


def visits(itinerary: Itinerary, day: int) -> list[StopItem]:
    return [item for item in itinerary.days[day].items if isinstance(item, StopItem)]


def test_a_hotel_without_coordinates_is_asked_for_them_and_one_with_them_keeps_its_name(region: Region) -> None:
    with pytest.raises(RequestError) as caught:
        TripRequest.parse(BASE | {"days_detail": [{"end": {"place": {"name": "我家客栈"}}}, None]})
    assert {p.field for p in caught.value.problems} == {f"days_detail[0].end.place.{name}" for name in ("lat", "lon")}
    home = {"lat": 37.19, "lon": 112.16, "name": "我家客栈"}
    itinerary = plan(region, days_detail=[{"end": {"place": home}}, None])
    assert itinerary.days[0].lodging == Point(**home)
    assert bounds(itinerary)[1][0] == Point(**home)


def test_two_hotels_on_a_transfer_day(region: Region) -> None:
    transfer = {"start": {"place": INN, "time": "09:30"}, "end": {"place": OTHER, "time": "18:30"}}
    itinerary = plan(region, days=3, mode="drive", reach="region", days_detail=[None, transfer, None])
    assert [day.lodging for day in itinerary.days] == [INN, OTHER, None]
    assert bounds(itinerary)[1][:3] == (INN, "09:30", OTHER)
    assert bounds(itinerary)[1][3] <= "18:30"
    assert bounds(itinerary)[0][2] == INN
    assert bounds(itinerary)[2][0] == OTHER
    assert visits(itinerary, 1)


def test_check_out_comes_before_the_first_stop(region: Region) -> None:
    itinerary = plan(
        region, start={"place": STATION, "time": "14:10"},
        days_detail=[{"end": {"place": INN}}, {"start": {"place": INN, "time": "10:30"}}],
    )  # fmt: skip
    assert bounds(itinerary)[0][:3] == (STATION, "14:10", INN)
    assert bounds(itinerary)[1][:2] == (INN, "10:30")
    assert visits(itinerary, 1)[0].arrive >= 10 * 60 + 30
    assert visits(itinerary, 0)[0].arrive > 14 * 60 + 10


def test_a_first_day_from_station_to_hotel_may_be_nothing_else(region: Region) -> None:
    itinerary = plan(
        region, evenings=False, start={"place": STATION, "time": "17:30"}, days_detail=[{"end": {"place": INN}}, None]
    )
    assert bounds(itinerary)[0][:3] == (STATION, "17:30", INN)
    assert itinerary.days[0].lodging == INN
    assert visits(itinerary, 0) == []
    assert modes(itinerary, 0)


def test_a_night_outside_the_region(region: Region) -> None:
    itinerary = plan(region, mode="drive", start={"place": STATION}, days_detail=[{"end": {"place": CITY}}, None])
    assert itinerary.days[0].lodging == CITY
    edge = {"lat": 40.8, "lon": 114.6, "name": "远方"}
    far = plan(region, mode="drive", start={"place": STATION}, days_detail=[{"end": {"place": edge}}, None])
    assert far.days[0].lodging == Point(**edge)
    assert bounds(far)[0][2] == Point(**edge)


def test_an_excursion_is_back_at_the_station_in_time(region: Region) -> None:
    day = {"start": {"place": STATION, "time": "09:00"}, "end": {"place": STATION, "time": "16:00"}}
    itinerary = plan(region, days=1, days_detail=[day])
    assert bounds(itinerary)[0][:3] == (STATION, "09:00", STATION)
    assert bounds(itinerary)[0][3] <= "15:40"
    assert visits(itinerary, 0)


def test_a_rented_car_is_there_on_its_day_only(region: Region) -> None:
    itinerary = plan(region, days=3, reach="region", days_detail=[None, {"mode": "drive"}, None])
    assert "drive" in modes(itinerary, 1)
    assert modes(itinerary, 1) <= {"drive", "walk", "bus"}
    assert "drive" not in modes(itinerary, 0) | modes(itinerary, 2)
    assert "own_car_costs" in {warning.code for warning in itinerary.warnings}
    hired = plan(region, days=3, reach="region", days_detail=[None, {"mode": "charter"}, None])
    fee = next(warning for warning in hired.warnings if warning.code == "charter_fee")
    assert fee.detail["days"] == 1


def test_a_day_keeps_its_own_hours(region: Region) -> None:
    itinerary = plan(region, evenings=False, days_detail=[None, {"day_start": "10:30", "day_end": "15:00"}])
    assert bounds(itinerary)[1][1] >= "10:30"
    assert visits(itinerary, 1)
    assert all(stop.end <= 15 * 60 for stop in visits(itinerary, 1))


def test_a_day_of_its_own_equals_the_same_said_of_the_trip(region: Region) -> None:
    said = plan(region, start={"place": STATION, "time": "09:30"}, end={"place": INN, "time": "17:00"})
    own = plan(
        region, days_detail=[{"start": {"place": STATION, "time": "09:30"}}, {"end": {"place": INN, "time": "17:00"}}]
    )
    assert own.days == said.days


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        ([{"end": {"place": STATION, "time": "16:00"}}, None], "days_detail[0].end.place"),
        ([None, {"start": {"place": "shuanglin-si"}}], "days_detail[1].start.place"),
    ],
)
def test_nobody_sleeps_at_a_station_unless_they_say_so(region: Region, detail: Any, field: str) -> None:
    with pytest.raises(RequestError) as caught:
        plan(region, days_detail=detail)
    assert [(p.field, p.code) for p in caught.value.problems] == [(field, "night_nowhere")]


@pytest.mark.parametrize(("days", "wishes", "clear"), [
    (1, {}, False), (2, {"start": {"place": STATION}}, False),
    (1, {"start": {"place": STATION}}, True), (2, {"lodging": [INN]}, True),
])  # fmt: skip
def test_where_the_data_name_no_place_to_sleep_the_request_must(
    region: Region, days: int, wishes: dict[str, Any], clear: bool
) -> None:
    inn = region.catalog.lodging[INN]
    bare = copy(region)
    bare.catalog = replace(region.catalog, lodging={INN: replace(inn, is_anchor=False)})
    found = list(day_problems(bare, TripRequest.parse(BASE | {"days": days} | wishes)))
    assert [problem.code for problem in found] == ([] if clear else ["no_lodging"])


def test_an_unknown_place_of_a_day_is_named(region: Region) -> None:
    with pytest.raises(RequestError) as caught:
        plan(region, days_detail=[{"end": {"place": "stay-nowhere"}}, None])
    assert [(p.field, p.code) for p in caught.value.problems] == [("days_detail[0].end.place", "unknown_place")]


def test_a_day_that_cannot_be_kept_is_named_and_letting_go_of_it_works(region: Region) -> None:
    request = TripRequest.parse(
        BASE | {"start": {"place": STATION, "time": "09:00"}, "days_detail": [{"end": {"place": CITY, "time": "09:30"}}, None]}
    )
    with pytest.raises(InfeasibleTrip) as caught:
        plan_trip(region, request)
    assert caught.value.problems[0].field == "days_detail[0]"
    assert "days_detail[0]" in caught.value.detail["conflict"]
    way: dict[str, object] = {"field": "days_detail[0]", "value": None}
    assert way in caught.value.detail["relaxations"]
    assert plan_trip(region, relaxed(request, way)).days


def test_a_longer_trip_still_ends_where_the_last_day_was_to_end() -> None:
    request = TripRequest.parse(
        BASE | {"days_detail": [{"mode": "drive"}, {"day_end": "16:00", "end": {"place": STATION, "time": "17:00"}}]}
    )
    longer = relaxed(request, {"field": "days", "value": 4})
    assert longer.days_detail is not None
    kept = [detail and detail.model_dump(exclude_none=True, mode="json") for detail in longer.days_detail]
    assert kept == [{"mode": "drive"}, {"day_end": "16:00"}, None, {"end": {"place": STATION, "time": "17:00"}}]
