"""The view of the running day, and mishaps."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from recommender import region as regions
from recommender.model import (
    EndItem,
    Itinerary,
    ItineraryDay,
    LegItem,
    MealItem,
    Now,
    PartItem,
    StartItem,
    StopItem,
    TripRequest,
)
from recommender.region import Region
from recommender.trip.explain import find_stop
from recommender.trip.planning import is_full, plan_trip
from recommender.trip.previous import changed
from recommender.trip.today import Mishap, begin_of, find_today, mishap, replanned, sights_after
from recommender.trip.underway import _happened
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


def test_who_has_to_leave_this_minute_is_told_so(trip: Itinerary) -> None:
    leg = next(item for item in trip.days[0].items if isinstance(item, LegItem))
    today = find_today(trip, at(leg.depart))
    assert today is not None
    assert today.leave_by == leg.depart - leg.wait_min


def test_the_next_door_is_that_of_the_next_sight_within_a_town() -> None:
    parts = tuple(PartItem(place=f"p{k}", start=600 + 60 * k, end=650 + 60 * k) for k in range(2))
    town = StopItem(place="town", arrive=590, start=590, end=720, parts=parts)
    temple = StopItem(place="temple", arrive=740, start=740, end=800)
    assert [sight.place for sight in sights_after((town, temple), 600)] == ["p1", "temple"]


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
def test_the_rest_of_the_day_keeps_the_show(trip: Itinerary, region: Region, kind: Mishap, hour: int) -> None:
    after = plan_trip(region, mishap(region, trip, at(hour * 60), kind, late_min=60 if kind == "late" else 0))
    assert [violation.message("en") for violation in verify(region, after)] == []
    show = find_stop(after, "youjian-pingyao")
    assert show is not None
    assert show[1].start == 19 * 60


def test_a_closed_door_is_left_out(trip: Itinerary, region: Region) -> None:
    stops = [item for item in trip.days[0].items if isinstance(item, StopItem)]
    coming = next(stop for stop in reversed(stops) if stop.place != "youjian-pingyao")
    after = plan_trip(region, mishap(region, trip, at(coming.arrive - 5), "closed", closed=coming.place))
    assert verify(region, after) == []
    assert all(
        not (isinstance(item, StopItem) and item.place == coming.place and item.arrive >= coming.arrive - 5)
        for item in after.days[0].items
    )


def test_a_change_on_the_way_leaves_what_has_happened(trip: Itinerary, region: Region) -> None:
    late = plan_trip(region, mishap(region, trip, at(14 * 60), "late", late_min=30))
    coming = [item for item in late.days[1].items if isinstance(item, StopItem) and not item.parts]
    after = plan_trip(region, changed(late, avoid=(coming[0].place,)))
    assert verify(region, after) == []
    past = [item for item in late.days[0].items if begin_of(item) < 14 * 60]
    assert list(after.days[0].items[: len(past) - 1]) == past[:-1]
    assert find_stop(after, coming[0].place) is None


MOMENTS = [day * 24 * 60 + minute for day in range(2) for minute in (9 * 60 + 20, 11 * 60, 13 * 60 + 29, 15 * 60 + 40, 17 * 60)]


def moment(minute: int) -> dt.datetime:
    return at(minute % (24 * 60), day=17 + minute // (24 * 60))


def hours(day: ItineraryDay) -> list[tuple[str, object, int]]:
    """What happens when; a joint ticket may be bought on another day than before."""
    return [(item.kind, getattr(item, "place", None), begin_of(item)) for item in day.items]


def visited(itinerary: Itinerary, day: int) -> set[str]:
    stops = [item for item in itinerary.days[day].items if isinstance(item, StopItem)]
    return {place for stop in stops for place in (stop.place, *(part.place for part in stop.parts))}


@pytest.mark.parametrize("kind", ["late", "rain", "tired", "closed", "here"])
@pytest.mark.parametrize("minute", MOMENTS)
def test_a_mishap_touches_the_rest_of_its_own_day_and_nothing_else(
    trip: Itinerary, region: Region, kind: Mishap, minute: int
) -> None:
    day = minute // (24 * 60)
    coming = [i.place for i in trip.days[day].items if isinstance(i, StopItem) and i.start > minute % (24 * 60)]
    if kind == "closed" and not coming:
        return
    _, after = replanned(
        region, trip, moment(minute), kind, partial(plan_trip, region),
        late_min=60 if kind == "late" else 0, closed=coming[0] if coming else "",
    )  # fmt: skip
    assert [violation.message("en") for violation in verify(region, after)] == []
    assert [hours(d) for d in after.days[day + 1 :]] == [hours(d) for d in trip.days[day + 1 :]]
    assert after.days[:day] == trip.days[:day]
    if kind in ("late", "tired"):
        assert visited(after, day) <= visited(trip, day)
    if kind in ("rain", "here"):
        new = visited(after, day) - visited(trip, day)
        assert kind == "here" or all(region.catalog.attractions[place].indoor == "yes" for place in new)


@pytest.mark.parametrize("kind", ["late", "tired", "closed"])
def test_what_one_is_at_is_finished_first(trip: Itinerary, region: Region, kind: Mishap) -> None:
    stop = next(item for item in trip.days[1].items if isinstance(item, StopItem))
    spans = [(part.place, part.start, part.end) for part in stop.parts] or [(stop.place, stop.start, stop.end)]
    place, start, end = spans[0]
    late = 10 if kind == "late" else 0
    wish = mishap(region, trip, at(start + 15 + late, day=18), kind, late_min=late, closed="zhenguo-si")
    assert wish.now is not None
    assert wish.now.time == end + late
    after = plan_trip(region, wish)
    found = next(item for item in after.days[1].items if isinstance(item, StopItem) and item.place == stop.place)
    kept = [(found.start, found.end), *((part.start, part.end) for part in found.parts)]
    assert any(a == start and b - a >= end - start for a, b in kept)
    assert place in visited(after, 1)


def test_joint_tickets_are_charged_on_the_day_that_now_needs_them_first(region: Region) -> None:
    """The first day buys the old town's ticket; when its sights are left out, the second day buys it."""
    wishes = {"start_date": "2027-04-17", "days": 2, "must_see": ["pingyao-xianya", "pingyao-rishengchang"]}
    before = plan_trip(region, TripRequest.parse(wishes))
    paid = {place for day in (0, 1) for place in visited(before, day)
            if region.catalog.attractions[place].ticket_group == "pingyao-joint"}  # fmt: skip
    assert paid
    for hour in (9, 10, 12, 14):
        after = plan_trip(region, mishap(region, before, at(hour * 60), "late", late_min=120))
        assert [violation.message("en") for violation in verify(region, after)] == []


def test_of_two_visits_to_an_old_town_only_those_named_have_happened() -> None:
    def town(start: int, end: int, part: str) -> StopItem:
        inside = PartItem(place=part, start=start, end=end, ticket_fen=0)
        return StopItem(place="pingyao-gucheng", arrive=start, start=start, end=end, ticket_fen=0, parts=(inside,))

    items = (
        StartItem(place="stay-inn", time=510), town(520, 690, "pingyao-xianya"),
        MealItem(meal="lunch", place=None, start=690, end=740), town(750, 900, "pingyao-wenmiao"),
        EndItem(place="stay-inn", time=910),
    )  # fmt: skip
    for done, kept in ((("pingyao-gucheng",), 1), (("pingyao-gucheng", "pingyao-gucheng"), 2)):
        now = Now(day=1, time=800, place="eat-street", done=done)
        assert sum(isinstance(item, StopItem) for item in _happened(items, now)) == kept


def test_a_rest_of_the_day_with_nothing_left_to_choose_is_a_full_plan(trip: Itinerary, region: Region) -> None:
    """Otherwise a page would wait for a better one for ever."""
    _, after = replanned(region, trip, at(20 * 60 + 40), "late", partial(plan_trip, region), late_min=30)
    assert is_full(after)


def test_what_is_found_shut_today_stays_shut_today_and_may_be_seen_tomorrow(trip: Itinerary, region: Region) -> None:
    town = "pingyao-gucheng"
    request, after = replanned(region, trip, at(660), "closed", partial(plan_trip, region), closed=town)
    assert verify(region, after) == []
    assert not any(isinstance(i, StopItem) and i.place == town and i.start >= 660 for i in after.days[0].items)
    assert hours(after.days[1]) == hours(trip.days[1])
    assert town in visited(after, 1)
    again, rained = replanned(region, after, at(840), "rain", partial(plan_trip, region))
    assert request.now is not None
    assert again.now is not None
    assert again.now.closed == request.now.closed == (town,)
    assert not any(isinstance(i, StopItem) and i.place == town and i.start >= 840 for i in rained.days[0].items)
