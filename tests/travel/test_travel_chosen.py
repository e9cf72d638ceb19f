"""Legs by a vehicle of the visitor's choice: what such a journey is, and what it does to every journey that holds it."""

from __future__ import annotations

import pytest
from geopy.distance import geodesic

from recommender.travel import NEVER, UNREACHABLE, LegChoice, TravelMatrix
from recommender.travel.segment import SegmentMode
from tests.travel.small_region import PLACES

AT = {place.id: (place.lat, place.lon) for place in PLACES}


def modes(matrix: TravelMatrix, origin: str, target: str, *, late: bool = False) -> list[str]:
    return [segment.mode for segment in matrix.segments(origin, target, late)]


def minutes(matrix: TravelMatrix, origin: str, target: str) -> int:
    return int(matrix.minutes[matrix.index[origin], matrix.index[target]])


def chosen(
    small: dict[str, TravelMatrix], origin: str, target: str, mode: SegmentMode, day: str = "transit"
) -> TravelMatrix:
    return small[day].with_legs([LegChoice((origin,), (target,), mode)], small["transit"])


def test_a_walk_is_measured_on_foot_and_not_on_the_cars_way(small: dict[str, TravelMatrix]) -> None:
    matrix = chosen(small, "station", "temple", "walk")
    (walk,) = matrix.segments("station", "temple")
    straight = geodesic(AT["station"], AT["temple"]).m
    assert walk.mode == "walk"
    assert straight * 1.2 < walk.distance_m < straight * 1.4
    assert minutes(matrix, "station", "temple") == walk.ride_min == pytest.approx(walk.distance_m / 75, abs=1)
    by_car = small["drive"].segments("station", "temple")
    assert walk.distance_m != sum(segment.distance_m for segment in by_car)


@pytest.mark.parametrize("target", ["far-temple", "big-station", "mianshan"])
def test_nobody_walks_an_hour_and_a_half_or_up_a_mountain(small: dict[str, TravelMatrix], target: str) -> None:
    matrix = chosen(small, "station", target, "walk")
    assert minutes(matrix, "station", target) == UNREACHABLE
    assert small["transit"].chooser.journey(matrix.index["station"], matrix.index[target], "walk") is None


@pytest.mark.parametrize(
    ("origin", "target", "mode", "wanted"),
    [
        ("station", "temple", "bus", ["bus"]),
        ("station", "temple", "taxi", ["taxi"]),
        ("big-station", "station", "rail", ["rail"]),
        ("temple", "yard", "taxi", ["taxi", "walk"]),
        ("station", "mianshan", "taxi", ["taxi", "bus"]),
    ],
)
def test_a_choice_is_one_ride_with_feet_and_the_scenic_bus_around_it(
    small: dict[str, TravelMatrix], origin: str, target: str, mode: SegmentMode, wanted: list[str]
) -> None:
    assert modes(chosen(small, origin, target, mode), origin, target) == wanted


@pytest.mark.parametrize(
    ("origin", "target", "mode"),
    [
        ("temple", "far-temple", "rail"),
        ("station", "far-temple", "bus"),
        ("yard", "town", "taxi"),
        ("station", "temple", "drive"),
    ],
)
def test_what_does_not_exist_is_no_way(
    small: dict[str, TravelMatrix], origin: str, target: str, mode: SegmentMode
) -> None:
    matrix = chosen(small, origin, target, mode)
    assert minutes(matrix, origin, target) == UNREACHABLE
    assert matrix.late_minutes[matrix.index[origin], matrix.index[target]] == UNREACHABLE


def test_after_the_last_chosen_bus_nothing_goes(small: dict[str, TravelMatrix]) -> None:
    matrix = chosen(small, "station", "temple", "bus")
    pair = matrix.index["station"], matrix.index["temple"]
    assert matrix.latest[pair] < NEVER
    assert matrix.late_minutes[pair] == UNREACHABLE
    taxi = chosen(small, "station", "temple", "taxi")
    assert taxi.latest[pair] == NEVER
    assert taxi.late_minutes[pair] == taxi.minutes[pair] < UNREACHABLE


def test_journeys_that_hold_the_leg_change_with_it_and_all_others_stay(small: dict[str, TravelMatrix]) -> None:
    before = small["transit"]
    assert modes(before, "big-station", "temple") == ["rail", "taxi"]
    matrix = chosen(small, "station", "temple", "bus")
    assert modes(matrix, "big-station", "temple") == ["rail", "bus"]
    gained = minutes(matrix, "big-station", "temple") - minutes(before, "big-station", "temple")
    assert gained == minutes(matrix, "station", "temple") - minutes(before, "station", "temple")
    assert modes(matrix, "temple", "station") == modes(before, "temple", "station")
    assert modes(matrix, "seat", "compound") == modes(before, "seat", "compound")
    assert before.segments("station", "temple")[0].mode == "taxi"


def test_the_tables_add_up_to_the_segments(small: dict[str, TravelMatrix]) -> None:
    matrix = chosen(small, "station", "temple", "taxi")
    for origin in matrix.ids:
        for target in matrix.ids:
            pair = matrix.index[origin], matrix.index[target]
            if origin == target or matrix.minutes[pair] >= UNREACHABLE:
                continue
            segments = matrix.segments(origin, target)
            assert (segments[0].from_id, segments[-1].to_id) == (origin, target)
            assert matrix.metres[pair] == sum(segment.distance_m for segment in segments)
            assert matrix.walk_m[pair] == sum(s.distance_m for s in segments if s.mode == "walk")
            assert matrix.minutes[pair] >= sum(segment.ride_min for segment in segments)


def test_one_with_a_car_may_take_a_taxi_and_one_without_may_not_drive(small: dict[str, TravelMatrix]) -> None:
    assert modes(chosen(small, "station", "temple", "taxi", "drive"), "station", "temple") == ["taxi"]
    assert modes(chosen(small, "station", "temple", "drive", "drive"), "station", "temple") == ["drive"]


def test_the_choice_that_names_fewer_places_holds(small: dict[str, TravelMatrix]) -> None:
    wide, narrow = LegChoice(("temple",), ("town", "yard"), "taxi"), LegChoice(("temple",), ("yard",), "bus")
    for choices in ([wide, narrow], [narrow, wide]):
        matrix = small["transit"].with_legs(choices, small["transit"])
        assert "taxi" in modes(matrix, "temple", "town")
        assert "bus" in modes(matrix, "temple", "yard")
        assert "taxi" not in modes(matrix, "temple", "yard")


def test_points_of_ones_own_take_part(small: dict[str, TravelMatrix]) -> None:
    spots = {"@home": (37.1650, 112.1400)}
    plain = small["transit"].with_points(spots)
    matrix = plain.with_legs([LegChoice(("@home",), ("temple",), "walk"), LegChoice(("station",), ("temple",), "taxi")], plain)
    assert modes(matrix, "@home", "temple") == ["walk"]
    assert plain.with_legs([], plain) is plain
