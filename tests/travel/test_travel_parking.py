"""One's own car: whatever the journeys, the next ride begins where the last one ended."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.travel import UNREACHABLE, TravelMatrix, travel_matrix
from recommender.travel.graph import Graph

INN = {"own-inn": (37.2005, 112.1790), "own-farm": (37.25, 112.30), "by-the-wall": (37.1935, 112.1700)}
"""Within the walls of Pingyao, in the country, and near the wall."""


@pytest.fixture(scope="module")
def driven(whole_graph: Graph) -> TravelMatrix:
    return travel_matrix(whole_graph, "drive").with_points(INN)


@given(st.lists(st.tuples(st.integers(0, 250), st.booleans()), min_size=2, max_size=7))
@settings(max_examples=300, deadline=None)
def test_each_ride_begins_where_the_last_one_ended(driven: TravelMatrix, route: list[tuple[int, bool]]) -> None:
    places = [(driven.ids[k % len(driven.ids)], late) for k, late in route]
    car = None
    for (one, _), (other, late) in itertools.pairwise(places):
        if (driven.late_minutes if late else driven.minutes)[driven.index[one], driven.index[other]] >= UNREACHABLE:
            return
        for segment in driven.segments(one, other, late=late):
            if segment.mode == "drive":
                assert car in (None, segment.from_id), (places, car)
                car = segment.to_id


def test_everything_can_be_reached_by_car(driven: TravelMatrix) -> None:
    assert int(driven.minutes.max()) < 24 * 60


def test_an_old_town_is_walked_through_and_left_by_the_gate_at_which_the_car_stands(driven: TravelMatrix) -> None:
    assert {s.mode for s in driven.segments("pingyao-xianya", "pingyao-wenmiao")} == {"walk"}
    ways = [driven.segments(one, "shuanglin-si") for one in ("pingyao-xianya", "pingyao-chengqiang-beimen", "own-inn")]
    assert {way[-1].from_id for way in ways} == {"pingyao-south-gate"}


def test_who_is_driven_is_picked_up_anywhere(whole_graph: Graph) -> None:
    hired = travel_matrix(whole_graph, "charter")
    ends = {s.from_id for place in ("pingyao-wenmiao", "pingyao-chengqiang-beimen")
            for s in hired.segments(place, "zhenguo-si") if s.mode == "charter"}  # fmt: skip
    assert len(ends) > 1
