"""Swaps, counterfactuals, three plans and the dial: everything that is offered was planned and holds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import UnknownPlace
from recommender.model import Itinerary, TripRequest
from recommender.region import Region
from recommender.trip.alternatives import find_alternatives
from recommender.trip.choices import REALLY_DIFFERENT, dial, dominates, find_choices
from recommender.trip.compare import difference, distance
from recommender.trip.counterfactual import counterfactual
from recommender.trip.explain import find_stop
from recommender.trip.planning import plan_trip
from recommender.trip.previous import places_of
from recommender.trip.verify import verify

Plan = Callable[[TripRequest], Itinerary]


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def plan(region: Region) -> Plan:
    return lambda request: plan_trip(region, request)


@pytest.fixture(scope="module")
def trip(plan: Plan) -> Itinerary:
    wishes: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}
    return plan(TripRequest.parse(wishes | {"locks": [{"place": "youjian-pingyao", "day": 1, "time": "19:00"}]}))


def test_a_stop_has_other_places_to_go_to_instead(region: Region, trip: Itinerary, plan: Plan) -> None:
    place = "zhenguo-si" if find_stop(trip, "zhenguo-si") else "shuanglin-si"
    found = find_alternatives(region, trip, place, plan)
    assert 1 <= len(found) <= 3
    for one in found:
        assert verify(region, one.itinerary) == []
        assert find_stop(one.itinerary, place) is None
        assert find_stop(one.itinerary, one.place) is not None
        assert one.itinerary == plan(one.request)
        show = find_stop(one.itinerary, "youjian-pingyao")
        assert show is not None
        assert show[1].start == 19 * 60


def test_who_gives_up_a_town_is_offered_nothing_within_it(region: Region, trip: Itinerary, plan: Plan) -> None:
    found = find_alternatives(region, trip, "pingyao-gucheng", plan)
    assert len(found) == 3
    assert all(region.catalog.attractions[one.place].area_id != "pingyao-gucheng" for one in found)


def test_what_is_not_in_the_plan_cannot_be_swapped(region: Region, trip: Itinerary, plan: Plan) -> None:
    with pytest.raises(UnknownPlace):
        find_alternatives(region, trip, "wangjia-dayuan", plan)


def test_a_difference_counts_both_ways(trip: Itinerary, plan: Plan) -> None:
    other = plan(trip.request.model_copy(update={"avoid": ("shuanglin-si",)}))
    there, back = difference(trip, other), difference(other, trip)
    assert there.gained == back.lost
    assert there.lost == back.gained
    assert there.cost_fen == -back.cost_fen
    assert distance(trip, other) == distance(other, trip)
    assert difference(trip, trip).gained == ()


@pytest.mark.parametrize(
    "rank", [0, 8, 40, *(pytest.param(rank, marks=pytest.mark.heavy) for rank in (3, 21, 70, 110))]
)
def test_a_change_that_is_claimed_brings_the_place_in(region: Region, trip: Itinerary, plan: Plan, rank: int) -> None:
    place = trip.left_out[rank].place
    begun: list[TripRequest] = []
    planned: list[TripRequest] = []

    def noted(request: TripRequest) -> Itinerary:
        planned.append(request)
        return plan(request)

    answer = counterfactual(region, trip, place, noted, begun.append)
    assert begun == planned
    assert answer is not None
    assert answer.why.place == place
    for change in answer.changes:
        again = plan(change.request)
        assert find_stop(again, place) is not None
        assert verify(region, again) == []


def test_what_is_there_needs_no_change(region: Region, trip: Itinerary, plan: Plan) -> None:
    assert counterfactual(region, trip, "youjian-pingyao", plan) is None


def test_three_plans_are_really_different_and_none_beats_another(trip: Itinerary, plan: Plan) -> None:
    found = find_choices(trip, plan)
    assert len(found) >= 2
    for one, other in combinations(found, 2):
        assert distance(one.itinerary, other.itinerary) > REALLY_DIFFERENT
        assert not dominates(one.itinerary, other.itinerary)
        assert not dominates(other.itinerary, one.itinerary)


def test_the_dial_lets_more_in_and_its_figures_are_those_of_the_plans(region: Region, trip: Itinerary, plan: Plan) -> None:
    settings = dial(region, trip, plan)
    assert [row.places for row in settings] == sorted(row.places for row in settings)
    for row in settings:
        if row.itinerary is not None and row.change is not None:
            assert row.change == difference(trip, row.itinerary)
            assert places_of(row.itinerary) <= region.within_reach(row.reach) | {"pingyao-gucheng"}
