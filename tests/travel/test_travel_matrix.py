from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import NoRoute, UnknownPlace
from recommender.travel import MODES, NEVER, UNREACHABLE, Segment, TravelMatrix, build_graph, travel_matrix
from recommender.travel.assumptions import ASSUMED_SLACK_MIN, LAST_MIN, SOURCED_SLACK_MIN
from tests.travel.small_region import LINKS, PLACES, Place, Way, changed, without

PERMITTED = {
    "transit": {"walk", "rail", "bus", "taxi"}, "drive": {"walk", "drive", "bus"}, "charter": {"walk", "charter", "bus"},
}  # fmt: skip


def pair(matrix: TravelMatrix, one: str, other: str) -> tuple[int, int]:
    return matrix.index[one], matrix.index[other]


def minutes(segments: Sequence[Segment]) -> int:
    return sum(s.wait_min + s.ride_min for s in segments)


def check(matrix: TravelMatrix, one: str, other: str) -> None:
    """What holds of every journey."""
    at = pair(matrix, one, other)
    if matrix.minutes[at] >= UNREACHABLE:
        with pytest.raises(NoRoute):
            matrix.segments(one, other)
        return
    journey = matrix.segments(one, other)
    assert journey[0].from_id == one
    assert journey[-1].to_id == other
    for before, after in itertools.pairwise(journey):
        assert before.to_id == after.from_id
        assert (before.mode, after.mode) != ("walk", "walk")
        assert (before.mode, after.mode) != ("taxi", "taxi")
    if matrix.mode != "transit":
        assert sum(s.mode in {"drive", "charter"} for s in journey) <= 1
    assert {s.mode for s in journey} <= PERMITTED[matrix.mode]
    assert matrix.metres[at] == sum(s.distance_m for s in journey)
    assert matrix.walk_m[at] == sum(s.distance_m for s in journey if s.mode == "walk")
    assert matrix.unknown_fares[at] == sum(s.fare_fen is None for s in journey)
    assert matrix.fare_head_fen[at] == sum(s.fare_fen or 0 for s in journey if s.per == "head")
    assert matrix.fare_vehicle_fen[at] == sum(s.fare_fen or 0 for s in journey if s.per == "vehicle")
    if not any(s.departures for s in journey):
        assert matrix.minutes[at] == minutes(journey)
        now, latest, first = 0, NEVER, 0
        for segment in journey:
            if segment.last is not None and segment.first is not None:
                latest = min(latest, segment.last - now - segment.wait_min)
                first = max(first, segment.first - now - segment.wait_min)
            now += segment.wait_min + segment.ride_min
        assert (matrix.first[at], matrix.latest[at]) == (first, latest)
    if matrix.late_minutes[at] < UNREACHABLE:
        late = matrix.segments(one, other, late=True)
        assert minutes(late) == matrix.late_minutes[at]
        assert not {s.mode for s in late} & {"rail", "bus"}


@pytest.mark.parametrize("mode", MODES)
def test_every_small_journey_adds_up(small: dict[str, TravelMatrix], mode: str) -> None:
    matrix = small[mode]
    for one in matrix.ids:
        assert matrix.segments(one, one) == ()
        for other in matrix.ids:
            if one != other:
                check(matrix, one, other)


@pytest.mark.parametrize("mode", MODES)
def test_journeys_of_the_whole_region_add_up(whole: dict[str, TravelMatrix], mode: str) -> None:
    matrix = whole[mode]
    chance = np.random.default_rng(7)
    for i, j in chance.integers(0, len(matrix.ids), size=(1_500, 2)):
        if i != j:
            check(matrix, matrix.ids[i], matrix.ids[j])


@pytest.mark.parametrize("mode", MODES)
def test_the_whole_region_is_connected_and_the_diagonal_is_nothing(whole: dict[str, TravelMatrix], mode: str) -> None:
    matrix = whole[mode]
    assert matrix.minutes.max() < UNREACHABLE
    assert matrix.minutes.min() == 0
    for name in ("minutes", "first", "metres", "walk_m", "late_minutes", "unknown_fares", "fare_guess_fen_vehicle"):
        table = getattr(matrix, name)
        assert table.dtype == np.int32
        assert table.shape == (len(matrix.ids),) * 2
        assert (table >= 0).all()
        assert not np.diag(table).any()
    assert (np.diag(matrix.latest) == NEVER).all()
    assert (matrix.latest >= matrix.first).all()


def test_cars_keep_the_triangle_inequality_within_a_quarter_of_an_hour(whole: dict[str, TravelMatrix]) -> None:
    """Choice is by cost, not by minutes, so small violations are honest; by taxi and train money makes larger ones."""
    table = whole["drive"].minutes.astype(np.int64)
    worst = max(int((table - (table[:, [k]] + table[[k], :])).max()) for k in range(len(table)))
    assert worst <= 15


def test_old_town_is_reached_by_train_then_bus_or_taxi_to_a_gate(whole: dict[str, TravelMatrix]) -> None:
    journey = whole["transit"].segments("taiyuan-south-station", "pingyao-gucheng")
    assert (journey[0].mode, journey[0].to_id) == ("rail", "pingyaogucheng-station")
    assert journey[1].mode in {"taxi", "bus"}
    assert journey[1].to_id.endswith("-gate")
    assert journey[2].mode == "walk"
    assert journey[0].timetable == "assumed"
    assert journey[0].fare_fen == 2850


def test_inside_the_wall_people_walk_in_every_mode(
    whole: dict[str, TravelMatrix], small: dict[str, TravelMatrix]
) -> None:
    for matrix in whole.values():
        for one, other in itertools.permutations(("pingyao-rishengchang", "stay-jingzhai", "pingyao-wenmiao"), 2):
            assert {s.mode for s in matrix.segments(one, other)} == {"walk"}
    for mode, matrix in small.items():
        for target in ("yard", "inn", "town"):
            last = matrix.segments("far-temple", target)[-1]
            assert (last.mode, last.to_id) == ("walk", target), mode


def test_a_fact_is_never_bettered_by_estimates(whole: dict[str, TravelMatrix], whole_links: tuple[Way, ...]) -> None:
    least: dict[tuple[str, str], int] = {}
    for link in whole_links:
        if link.mode == "drive" and link.usable and link.minutes is not None:
            for ends in ((link.from_id, link.to_id), (link.to_id, link.from_id)):
                least[ends] = min(least.get(ends, 9_999), link.minutes)
    for mode in ("drive", "transit"):
        for one, other in least:
            for segment in whole[mode].segments(one, other):
                if segment.mode in {"drive", "taxi"} and (segment.from_id, segment.to_id) in least:
                    assert segment.ride_min >= least[segment.from_id, segment.to_id]


def test_nobody_takes_a_taxi_round_the_corner(whole: dict[str, TravelMatrix]) -> None:
    matrix = whole["transit"]
    near = np.argwhere((matrix.metres > 0) & (matrix.metres < 2_000))
    rides = [s for i, j in near for s in matrix.segments(matrix.ids[i], matrix.ids[j]) if s.mode == "taxi"]
    assert all(s.distance_m >= 900 for s in rides)


def test_the_last_train_is_guarded(small: dict[str, TravelMatrix]) -> None:
    matrix = small["transit"]
    at = pair(matrix, "station", "big-station")
    assert matrix.latest[at] == LAST_MIN["rail"] - ASSUMED_SLACK_MIN - 30
    late = matrix.segments("station", "big-station", late=True)
    assert {s.mode for s in late} == {"taxi"}


def test_the_last_bus_down_the_mountain_is_guarded_and_nothing_follows_it(small: dict[str, TravelMatrix]) -> None:
    for matrix in small.values():
        at = pair(matrix, "mianshan", "compound")
        down = matrix.segments("mianshan", "compound")[0]
        assert (down.mode, down.last) == ("bus", 1110 - SOURCED_SLACK_MIN)
        assert matrix.latest[at] == 1110 - SOURCED_SLACK_MIN - down.wait_min
        assert matrix.late_minutes[at] == UNREACHABLE
        with pytest.raises(NoRoute):
            matrix.segments("mianshan", "compound", late=True)


def test_known_departures_are_told_as_written() -> None:
    places = (Place("a", 37.0, 112.0, kind="county_seat"), Place("b", 37.3, 112.6))
    links = (Way("a", "b", "bus", minutes=50, service="coach", departures=(530, 790), fare_fen=900, oneway=True),)
    matrix = travel_matrix(build_graph(places, links), "transit")
    (there,) = matrix.segments("a", "b")
    assert (there.mode, there.departures, there.last, there.timetable) == ("bus", (530, 790), 790, "sourced")
    assert matrix.latest[pair(matrix, "a", "b")] == 790 - there.wait_min
    assert {s.mode for s in matrix.segments("b", "a")} == {"taxi"}


def test_a_fare_known_for_the_taxi_is_told_and_others_are_guessed(small: dict[str, TravelMatrix]) -> None:
    graph = build_graph(PLACES, without(LINKS, "bus"))
    matrix = travel_matrix(graph, "transit")
    (ride,) = matrix.segments("station", "south-gate")
    assert (ride.mode, ride.fare_fen, ride.per, ride.basis) == ("taxi", 2500, "vehicle", "sourced")
    at = pair(small["transit"], "seat", "far-temple")
    assert small["transit"].fare_vehicle_fen[at] == 0
    assert small["transit"].fare_guess_fen_vehicle[at] > 1_000
    assert small["drive"].unknown_fares.sum() == 0


def test_a_bus_of_unknown_hours_does_not_end_the_day_of_those_who_take_the_train() -> None:
    links = changed(LINKS, ("station", "temple"), "bus", last_departure=None, first_departure=None)
    matrix = travel_matrix(build_graph(PLACES, links), "transit")
    journey = matrix.segments("temple", "big-station")
    assert journey[-1].mode == "rail"
    assert matrix.latest[pair(matrix, "temple", "big-station")] > LAST_MIN["bus"]


def test_unknown_places_and_modes_are_refused(small: dict[str, TravelMatrix]) -> None:
    with pytest.raises(UnknownPlace) as caught:
        small["drive"].segments("town", "atlantis")
    assert [problem.value for problem in caught.value.problems] == ["atlantis"]
    with pytest.raises(ValueError, match="rocket"):
        travel_matrix(build_graph(PLACES, LINKS), "rocket")


def test_no_road_is_no_route() -> None:
    places = (Place("mianshan", 36.8948, 111.9930, category="nature"), Place("foot", 36.9, 111.93, kind="area_anchor"))
    links = (Way("foot", "mianshan", "bus", minutes=30, service="shuttle", oneway=True),)
    matrix = travel_matrix(build_graph(places, links), "drive")
    assert [s.mode for s in matrix.segments("foot", "mianshan")] == ["bus"]
    assert matrix.minutes[pair(matrix, "mianshan", "foot")] == UNREACHABLE
    with pytest.raises(NoRoute):
        matrix.segments("mianshan", "foot")


@pytest.mark.parametrize("mode", MODES)
def test_a_lone_place_is_a_region_too(mode: str) -> None:
    matrix = travel_matrix(build_graph([Place("a", 37.0, 112.0)], []), mode)
    assert matrix.minutes.tolist() == [[0]]
    assert matrix.with_points({"@b": (37.2, 112.2)}).segments("a", "@b")[0].mode in {"taxi", "drive", "charter"}


def test_matrices_are_the_same_each_time(small: dict[str, TravelMatrix]) -> None:
    again = travel_matrix(build_graph(PLACES, LINKS), "transit")
    assert np.array_equal(again.minutes, small["transit"].minutes)
    assert [again.segments("city", t) for t in again.ids] == [small["transit"].segments("city", t) for t in again.ids]


@pytest.mark.parametrize("mode", MODES)
def test_a_point_is_joined_and_changes_nothing_else(whole: dict[str, TravelMatrix], mode: str) -> None:
    base = whole[mode]
    matrix = base.with_points({"@start": (37.25, 112.22), "@end": (37.70, 112.74)})
    n = len(base.ids)
    assert matrix.ids[n:] == ("@start", "@end")
    assert np.array_equal(matrix.minutes[:n, :n], base.minutes)
    assert "@start" not in base.index
    for other in (*base.ids[::6], "@end", "mianshan-yunfengsi", "pingyao-rishengchang"):
        for one, two in (("@start", other), (other, "@start")):
            check(matrix, one, two)
    assert matrix.segments("pingyao-gucheng", "qiaojia-dayuan") == base.segments("pingyao-gucheng", "qiaojia-dayuan")
    third = matrix.with_points({"@more": (37.4, 112.5)})
    check(third, "@more", "@start")
    check(third, "@start", "@more")
    assert matrix.with_points({}) is matrix
    with pytest.raises(ValueError, match="@start"):
        matrix.with_points({"@start": (37.0, 112.0)})
    with pytest.raises(ValueError, match="nan"):
        matrix.with_points({"@x": (math.nan, 112.0)})


def test_a_point_inside_the_wall_is_walked_to(whole: dict[str, TravelMatrix]) -> None:
    matrix = whole["drive"].with_points({"@room": (37.2035, 112.1790)})
    assert [s.mode for s in matrix.segments("@room", "pingyao-rishengchang")] == ["walk"]
    last = matrix.segments("shuanglin-si", "@room")[-1]
    assert (last.mode, last.from_id[-5:]) == ("walk", "-gate")


def test_a_point_beside_a_place_is_as_good_as_the_place(whole: dict[str, TravelMatrix]) -> None:
    base = whole["drive"]
    matrix = base.with_points({"@door": (37.1906, 112.1700)})
    seat, door = matrix.index["seat-pingyao"], matrix.index["@door"]
    near = base.minutes[seat] < 60
    assert (abs(matrix.minutes[door][: len(near)][near] - base.minutes[seat][near]) <= 25).all()


COORDINATES = st.tuples(st.floats(36.9, 37.5), st.floats(111.8, 112.8))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(COORDINATES, min_size=2, max_size=7, unique=True),
    st.lists(
        st.tuples(
            st.integers(0, 6), st.integers(0, 6), st.sampled_from(["drive", "bus", "rail", "walk"]),
            st.integers(1, 90), st.booleans(), st.one_of(st.none(), st.integers(600, 1320)),
        ),
        max_size=10,
    ),
)  # fmt: skip
def test_any_region_holds_together(
    spots: list[tuple[float, float]], drawn: list[tuple[int, int, str, int, bool, int | None]]
) -> None:
    places = [Place(f"p{k}", lat, lon, kind="county_seat" if k == 0 else "") for k, (lat, lon) in enumerate(spots)]
    n = len(places)
    links = [
        Way(f"p{i % n}", f"p{j % n}", mode, minutes=m, oneway=oneway, last_departure=last)
        for i, j, mode, m, oneway, last in drawn
        if i % n != j % n
    ]
    graph = build_graph(places, links)
    for mode in MODES:
        matrix = travel_matrix(graph, mode)
        assert (matrix.minutes >= 0).all()
        assert not np.diag(matrix.minutes).any()
        for one, other in itertools.permutations(matrix.ids, 2):
            check(matrix, one, other)
            if matrix.minutes[pair(matrix, one, other)] >= UNREACHABLE:
                continue
            for segment in matrix.segments(one, other):
                if segment.mode == "walk":
                    assert _walks(graph, segment.from_id, segment.to_id)


def _walks(graph: object, one: str, other: str) -> bool:
    """Whether feet alone lead from one to the other."""
    import networkx as nx

    assert isinstance(graph, nx.MultiDiGraph)
    paths = nx.DiGraph((u, v) for u, v, data in graph.edges(data=True) if data["kind"] == "walk")
    return bool(one in paths and other in paths and nx.has_path(paths, one, other))
