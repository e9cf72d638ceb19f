"""Changing a plan, and planning the rest of it anew on the way."""

from __future__ import annotations

from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import Itinerary, StopItem, TripRequest, format_clock
from recommender.region import Region
from recommender.trip.explain import find_stop, list_visits
from recommender.trip.planning import check_request, plan_trip
from recommender.trip.previous import places_of
from recommender.trip.verify import verify
from tests.random_mishaps import disrupted

BASE: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}
SHOW = {"place": "youjian-pingyao", "day": 1, "time": "19:00"}
MISHAPS = 24


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def trip(region: Region) -> Itinerary:
    return plan_trip(region, TripRequest.parse(BASE | {"locks": [SHOW]}))


def change(region: Region, before: Itinerary, **wishes: Any) -> Itinerary:
    request = before.request.model_dump(mode="json", by_alias=True)
    previous = before.model_dump(mode="json", by_alias=True)
    after = plan_trip(region, TripRequest.parse(request | {"previous": previous} | wishes))
    assert [v.message("en") for v in verify(region, after)] == []
    return after


def stops(itinerary: Itinerary, day: int) -> list[StopItem]:
    return [item for item in itinerary.days[day - 1].items if isinstance(item, StopItem)]


def test_a_place_taken_out_leaves_the_rest_as_it_was(region: Region, trip: Itinerary) -> None:
    gone = next(stop.place for stop in stops(trip, 2) if not stop.parts)
    after = change(region, trip, avoid=[gone])
    assert find_stop(after, gone) is None
    kept = places_of(trip) & places_of(after)
    assert len(kept) >= len(places_of(trip)) - 2


def test_a_visit_lasts_as_long_as_wished(region: Region, trip: Itinerary) -> None:
    place = next(visit.place for _, visit in list_visits(trip) if visit.place == "shuanglin-si")
    for minutes in (45, 150):
        found = find_stop(change(region, trip, stays={place: minutes}, must_see=[place]), place)
        assert found is not None
        assert found[1].end - found[1].start == minutes


def test_an_hour_late_keeps_what_was_and_the_appointment(region: Region, trip: Itinerary) -> None:
    k = next(k for k, stop in enumerate(stops(trip, 1)) if k and stop.place != stops(trip, 1)[k - 1].place)
    first, second = stops(trip, 1)[k - 1 : k + 1]
    late = {"day": 1, "time": format_clock(second.start + 60), "place": first.place, "done": [first.place]}
    after = change(region, trip, now=late)
    assert stops(after, 1)[k - 1].place == first.place
    assert stops(after, 1)[k - 1].end == second.start + 60
    show = find_stop(after, "youjian-pingyao")
    assert show is not None
    assert show[1].start == 19 * 60
    assert all(stop.arrive >= second.start + 60 for stop in stops(after, 1)[k:])


def test_rain_moves_a_trip_indoors(region: Region) -> None:
    wishes = BASE | {"days": 3, "reach": "region", "mode": "drive"}
    dry = plan_trip(region, TripRequest.parse(wishes))
    wet = plan_trip(region, TripRequest.parse(wishes | {"rain": [1, 2, 3]}))
    assert verify(region, wet) == []

    def outdoors(itinerary: Itinerary) -> int:
        places = region.catalog.attractions
        return sum(v.end - v.start for _, v in list_visits(itinerary) if places[v.place].indoor == "no")

    assert outdoors(wet) < outdoors(dry)


def test_a_day_on_the_way_is_planned_from_where_one_is(region: Region, trip: Itinerary) -> None:
    now = {"day": 2, "time": "13:20", "place": "pingyaogucheng-station", "done": []}
    after = change(region, trip, now=now)
    assert after.days[0] == trip.days[0]
    coming = [item for item in after.days[1].items if isinstance(item, StopItem) and item.arrive >= 13 * 60 + 20]
    assert not {stop.place for stop in coming} & {visit.place for day, visit in list_visits(after) if day == 1} - {
        "pingyao-gucheng"
    }


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"previous": {"schema": "itinerary/1"}}, "field_missing"),
        ({"now": {"day": 1, "time": "12:00", "place": "shuanglin-si"}}, "now_without_previous"),
        ({"rain": [3]}, "rain_day"),
    ],
)
def test_what_is_no_plan_is_refused_by_name(region: Region, wishes: dict[str, Any], code: str) -> None:
    with pytest.raises(RequestError) as caught:
        plan_trip(region, TripRequest.parse(BASE | wishes))
    assert caught.value.problems[0].code == code


def test_an_appointment_in_the_past_is_refused_by_name(region: Region, trip: Itinerary) -> None:
    request = trip.request.model_dump(mode="json", by_alias=True)
    request["previous"] = trip.model_dump(mode="json", by_alias=True)
    request["now"] = {"day": 1, "time": "20:00", "place": "pingyao-gucheng", "done": ["pingyao-gucheng"]}
    with pytest.raises(RequestError) as caught:
        plan_trip(region, TripRequest.parse(request))
    assert caught.value.problems[0].code == "lock_past"


def test_unknown_places_on_the_way_are_named(region: Region, trip: Itinerary) -> None:
    request = trip.request.model_dump(mode="json", by_alias=True)
    request["previous"] = trip.model_dump(mode="json", by_alias=True)
    request["now"] = {"day": 1, "time": "12:00", "place": "atlantis", "done": ["nowhere"]}
    with pytest.raises(RequestError) as caught:
        check_request(region, TripRequest.parse(request))
    assert {problem.field for problem in caught.value.problems} == {"now.place", "now.done[0]"}


def _damaged(plan: dict[str, Any], how: str) -> None:
    items = plan["days"][0]["items"]
    stop = next(item for item in items if item["kind"] == "stop")
    leg = next(item for item in items if item["kind"] == "leg")
    if how == "no days":
        plan["days"] = []
    elif how == "no start":
        del items[0]
    elif how == "lost sight":
        stop["place"] = "atlantis"
    elif how == "lost way":
        leg["to"] = "atlantis"
    else:
        plan["days"][0]["lodging"] = "stay-atlantis"


@pytest.mark.parametrize(
    ("how", "field"),
    [("no days", "previous.days"), ("no start", "previous.days[0].items"), ("lost sight", "previous.days[0].items["),
     ("lost way", "previous.days[0].items["), ("lost bed", "previous.days[0].lodging")],
)  # fmt: skip
def test_a_followed_plan_that_cannot_be_is_refused_by_name(region: Region, trip: Itinerary, how: str, field: str) -> None:
    request = trip.request.model_dump(mode="json", by_alias=True)
    request["previous"] = trip.model_dump(mode="json", by_alias=True)
    request["now"] = {"day": 2, "time": "12:00", "place": "pingyao-gucheng", "done": []}
    _damaged(request["previous"], how)
    with pytest.raises(RequestError) as caught:
        plan_trip(region, TripRequest.parse(request))
    assert caught.value.problems[0].field.startswith(field)
    for lang in ("zh", "en"):
        assert caught.value.problems[0].message(lang)


def test_the_plan_before_the_plan_before_is_forgotten(region: Region, trip: Itinerary) -> None:
    once = change(region, trip, avoid=["shuanglin-si"])
    twice = change(region, once, avoid=["shuanglin-si", "zhenguo-si"])
    assert twice.request.previous is not None
    assert "previous" not in str(twice.request.previous["request"])


@pytest.mark.parametrize("block", range(4))
def test_mishaps_on_the_way_give_good_trips_or_named_conflicts(block: int, region: Region) -> None:
    from benchmarks.sweep import random_request

    faults: list[str] = []
    for seed in range(block * MISHAPS // 4, (block + 1) * MISHAPS // 4):
        try:
            before = plan_trip(region, TripRequest.parse(random_request(region.catalog, seed)))
            after = plan_trip(region, TripRequest.parse(disrupted(before, seed)))
        except (InfeasibleTrip, RequestError) as refused:
            if not (refused.problems or refused.detail.get("conflict")):
                faults.append(f"seed {seed}: a refusal that names nothing")
            continue
        faults += [f"seed {seed}: {violation.message('en')}" for violation in verify(region, after)]
    assert faults == []


@pytest.mark.parametrize(("trip_seed", "mishap"), [(20, 0), (82, 1), (233, 0), (148, 0), (180, 1), (226, 1)])
def test_who_stands_in_an_old_town_beside_a_sight_of_it_leaves_from_the_town(
    region: Region, trip_seed: int, mishap: int
) -> None:
    from benchmarks.sweep import random_request

    before = plan_trip(region, TripRequest.parse(random_request(region.catalog, trip_seed)))
    after = plan_trip(region, TripRequest.parse(disrupted(before, 2 * trip_seed + mishap)))
    assert [violation.message("en") for violation in verify(region, after)] == []
