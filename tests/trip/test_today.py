"""The view of the running day, and mishaps."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender import region as regions
from recommender.model import EndItem, Itinerary, LegItem, StopItem, TripRequest
from recommender.region import Region
from recommender.trip.explain import find_stop
from recommender.trip.planning import plan_trip
from recommender.trip.today import begin_of, find_today, mishap
from recommender.trip.underway import changed
from recommender.trip.verify import verify


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def trip(region: Region) -> Itinerary:
    wishes = {"start_date": "2027-04-17", "days": 2, "locks": [{"place": "youjian-pingyao", "day": 1, "time": "19:00"}]}
    return plan_trip(region, TripRequest.parse(wishes))


def at(minute: int, day: int = 17) -> dt.datetime:
    return dt.datetime.combine(dt.date(2027, 4, day), dt.time()) + dt.timedelta(minutes=minute)


def test_on_other_dates_there_is_no_today(trip: Itinerary) -> None:
    assert find_today(trip, at(600, day=19)) is None


def test_one_leaves_as_long_before_the_next_stop_as_the_way_takes(trip: Itinerary) -> None:
    items = trip.days[0].items
    for k, item in enumerate(items[:-1]):
        following = items[k + 1]
        if isinstance(item, StopItem) and isinstance(following, LegItem):
            today = find_today(trip, at(item.end - 1))
            assert today is not None
            assert today.now == k
            assert today.leave_by == following.depart - following.wait_min
            assert today.leave_by >= item.end


def test_every_minute_of_the_day_has_its_moment(trip: Itinerary) -> None:
    items = trip.days[0].items
    for minute in range(0, 24 * 60, 7):
        today = find_today(trip, at(minute))
        assert today is not None
        assert today.next is None or today.next > (-1 if today.now is None else today.now)
        if today.next is None:
            assert today.now is not None
            assert isinstance(items[today.now], EndItem)


@pytest.mark.parametrize("kind", ["late", "rain", "tired", "here"])
@pytest.mark.parametrize("hour", [9, 11, 14, 16])
def test_the_rest_of_the_day_keeps_the_show(trip: Itinerary, region: Region, kind: str, hour: int) -> None:
    after = plan_trip(region, mishap(trip, at(hour * 60), kind, late_min=60 if kind == "late" else 0))  # type: ignore[arg-type]
    assert [violation.message("en") for violation in verify(region, after)] == []
    show = find_stop(after, "youjian-pingyao")
    assert show is not None
    assert show[1].start == 19 * 60


def test_a_closed_door_is_left_out(trip: Itinerary, region: Region) -> None:
    stops = [item for item in trip.days[0].items if isinstance(item, StopItem)]
    coming = next(stop for stop in reversed(stops) if stop.place != "youjian-pingyao")
    after = plan_trip(region, mishap(trip, at(coming.arrive - 5), "closed", closed=coming.place))
    assert verify(region, after) == []
    assert all(
        not (isinstance(item, StopItem) and item.place == coming.place and item.arrive >= coming.arrive - 5)
        for item in after.days[0].items
    )


def test_a_change_on_the_way_leaves_what_has_happened(trip: Itinerary, region: Region) -> None:
    late = plan_trip(region, mishap(trip, at(14 * 60), "late", late_min=30))
    coming = [item for item in late.days[1].items if isinstance(item, StopItem) and not item.parts]
    after = plan_trip(region, changed(late, avoid=(coming[0].place,)))
    assert verify(region, after) == []
    past = [item for item in late.days[0].items if begin_of(item) < 14 * 60]
    assert list(after.days[0].items[: len(past) - 1]) == past[:-1]
    assert find_stop(after, coming[0].place) is None
