"""Legs done otherwise: all later times move, what cannot be had is said, and the independent check agrees."""

from __future__ import annotations

import random
from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import Itinerary, LegItem, StopItem, TripRequest
from recommender.region import Region
from recommender.trip.narrate import warning_text
from recommender.trip.planner import relaxed
from recommender.trip.planning import check_request, plan_trip
from recommender.trip.verify import verify
from recommender.trip.ways import otherwise

BASE: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}
STATION, GATE, TEMPLE, FAR = "pingyaogucheng-station", "pingyao-south-gate", "shuanglin-si", "zhenguo-si"


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def plan(region: Region, **wishes: Any) -> Itinerary:
    request = TripRequest.parse(BASE | wishes)
    check_request(region, request)
    itinerary = plan_trip(region, request)
    assert [v.message("en") for v in verify(region, itinerary)] == []
    return itinerary


def legs(itinerary: Itinerary) -> list[tuple[int, int, LegItem]]:
    """(day from 0, index, leg) in order."""
    return [
        (d, k, item) for d, day in enumerate(itinerary.days) for k, item in enumerate(day.items) if isinstance(item, LegItem)
    ]


def wished(leg: LegItem, mode: str) -> dict[str, Any]:
    data = leg.model_dump(mode="json", by_alias=True)
    return {"from": data["from"], "to": data["to"], "mode": mode}


def stops(itinerary: Itinerary) -> list[str]:
    return [item.place for day in itinerary.days for item in day.items if isinstance(item, StopItem)]


def test_switching_a_leg_keeps_the_rest_and_moves_all_later_times(region: Region) -> None:
    before = plan(region, start={"place": STATION, "time": "09:00"}, must_see=[TEMPLE])
    d, k, leg = next(found for found in legs(before) if found[2].from_ == STATION)
    way = min(
        (way for way in otherwise(region, before.request, leg.from_, leg.to, d)
         if way.mode != leg.mode and way.minutes > leg.arrive - leg.depart + leg.wait_min),
        key=lambda way: way.minutes,
    )  # fmt: skip
    after = plan(
        region, start={"place": STATION, "time": "09:00"}, must_see=[TEMPLE], leg_modes=[wished(leg, way.mode)]
    )
    changed = next(found[2] for found in legs(after) if found[2].from_ == STATION)
    assert (changed.mode, changed.to) == (way.mode, leg.to)
    assert changed.arrive > leg.arrive
    assert stops(after) == stops(before)
    first = [next(item for item in trip.days[d].items[k:] if isinstance(item, StopItem)) for trip in (before, after)]
    assert first[1].arrive > first[0].arrive


def test_a_chosen_walk_is_walked_on_foot_distances(region: Region) -> None:
    both = [{"from": a, "to": b, "mode": "walk"} for a, b in (("youjian-pingyao", GATE), (GATE, "youjian-pingyao"))]
    itinerary = plan(region, start={"place": GATE}, must_see=["youjian-pingyao"], leg_modes=both)
    for _, _, leg in legs(itinerary):
        if {leg.from_, leg.to} == {GATE, "youjian-pingyao"}:
            car = region.travel("drive")
            pair = car.index[str(leg.from_)], car.index[str(leg.to)]
            assert leg.mode == "walk"
            assert leg.arrive - leg.depart == pytest.approx(leg.distance_m / 75, abs=1.5)
            assert leg.distance_m != car.metres[pair]


@pytest.mark.parametrize(
    ("wish", "field", "code"),
    [
        ({"from": TEMPLE, "to": FAR, "mode": "walk"}, "leg_modes[0].mode", "leg_too_far"),
        ({"from": TEMPLE, "to": FAR, "mode": "rail"}, "leg_modes[0].mode", "leg_no_rail_way"),
        ({"from": "mianshan", "to": FAR, "mode": "bus"}, "leg_modes[0].mode", "leg_no_bus_way"),
        ({"from": TEMPLE, "to": FAR, "mode": "drive"}, "leg_modes[0].mode", "leg_no_drive"),
        ({"from": TEMPLE, "to": FAR, "mode": "charter"}, "leg_modes[0].mode", "leg_no_charter"),
        ({"from": "pingyao-xianya", "to": "pingyao-shilou", "mode": "taxi"}, "leg_modes[0].mode", "leg_no_taxi_way"),
        ({"from": "nowhere-at-all", "to": FAR, "mode": "taxi"}, "leg_modes[0].from", "unknown_place"),
        ({"from": TEMPLE, "to": {"lat": 37.2, "lon": 112.1, "name": "家"}, "mode": "taxi"}, "leg_modes[0].to",
         "leg_point_unknown"),
    ],
)  # fmt: skip
def test_a_leg_that_cannot_be_had_is_named(region: Region, wish: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_request(region, TripRequest.parse(BASE | {"leg_modes": [wish]}))
    assert [(p.field, p.code) for p in caught.value.problems] == [(field, code)]
    for lang in ("zh", "en"):
        assert "{" not in caught.value.message(lang)


def test_own_car_is_a_choice_on_its_day_only(region: Region) -> None:
    wish = {"from": GATE, "to": TEMPLE, "mode": "drive"}
    itinerary = plan(region, must_see=[TEMPLE], days_detail=[None, {"mode": "drive"}], leg_modes=[wish])
    assert all(d == 1 for d, _, leg in legs(itinerary) if leg.mode == "drive")
    ways = [{way.mode for way in otherwise(region, itinerary.request, GATE, TEMPLE, day)} for day in (0, 1)]
    assert "drive" not in ways[0]
    assert "drive" in ways[1]


def test_who_leaves_the_own_car_is_told_where_it_stays(region: Region) -> None:
    before = plan(region, mode="drive", must_see=[TEMPLE])
    leg = next(leg for _, _, leg in legs(before) if leg.to == TEMPLE and leg.mode == "drive")
    after = plan(region, mode="drive", must_see=[TEMPLE], leg_modes=[wished(leg, "taxi")])
    told = [warning for warning in after.warnings if warning.code == "car_left"]
    assert [warning.place for warning in told] == [leg.from_]
    assert all("{" not in warning_text(warning, region, lang) for warning in told for lang in ("zh", "en"))


def test_a_wish_for_a_leg_that_is_not_in_the_plan_is_owned_up_to(region: Region) -> None:
    itinerary = plan(region, leg_modes=[{"from": "jinci", "to": "shanxi-bowuyuan", "mode": "taxi"}])
    told = next(warning for warning in itinerary.warnings if warning.code == "leg_unused")
    assert "晋祠" in warning_text(told, region, "zh")
    assert "Jinci" in warning_text(told, region, "en")
    silent = itinerary.model_copy(update={"warnings": tuple(w for w in itinerary.warnings if w.code != "leg_unused")})
    assert [v.code for v in verify(region, silent)] == ["warning"]


def test_a_leg_that_makes_the_trip_impossible_is_named_with_the_way_out(region: Region) -> None:
    request = TripRequest.parse({
        "start_date": "2027-04-17", "days": 1, "start": {"place": STATION, "time": "20:50"},
        "end": {"place": GATE, "time": "21:30"}, "leg_modes": [{"from": STATION, "to": GATE, "mode": "bus"}],
    })  # fmt: skip
    with pytest.raises(InfeasibleTrip) as caught:
        plan_trip(region, request)
    assert "leg_modes[0]" in caught.value.detail["conflict"]
    assert caught.value.problems[0].field == "leg_modes[0]"
    way: dict[str, object] = {"field": "leg_modes[0]", "value": None}
    assert way in caught.value.detail["relaxations"]
    assert plan_trip(region, relaxed(request, way)).days


@pytest.mark.parametrize("block", range(4))
def test_any_leg_of_any_plan_can_be_done_otherwise(block: int, region: Region) -> None:
    from benchmarks.sweep import random_request

    done = 0
    for seed in range(3 * block, 3 * block + 3):
        dice = random.Random(seed)
        wishes = random_request(region.catalog, seed)
        try:
            before = plan_trip(region, TripRequest.parse(wishes))
        except InfeasibleTrip:
            continue
        chosen = {}
        for d, _, leg in dice.sample(legs(before), min(3, len(legs(before)))):
            ways = [way for way in otherwise(region, before.request, leg.from_, leg.to, d) if way.mode != leg.mode]
            if ways:
                wish = wished(leg, dice.choice(ways).mode)
                chosen[str(wish["from"]), str(wish["to"])] = wish
        try:
            after = plan_trip(region, TripRequest.parse(wishes | {"leg_modes": list(chosen.values())}))
        except InfeasibleTrip as conflict:
            assert conflict.detail["conflict"]
            continue
        assert [v.message("en") for v in verify(region, after)] == [], seed
        done += 1
    assert done
