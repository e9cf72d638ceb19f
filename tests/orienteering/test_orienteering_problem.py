"""The door of the engine: its public face, and arrays that are refused with the field's name."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import recommender.orienteering as engine
from recommender.orienteering import INF, Problem, check, solve
from tests.orienteering.random_problems import FEATURES, Recipe
from tests.orienteering.small_problems import SIX_ON_A_ROAD, ints, nights, road, tied

EVERYTHING = Recipe(5, 6, 4, frozenset(FEATURES))()
FIELDS = [field.name for field in dataclasses.fields(Problem)]
ARRAYS = [name for name in FIELDS if isinstance(getattr(EVERYTHING, name), np.ndarray)]


def changed(name: str, value: Any) -> Problem:
    return dataclasses.replace(EVERYTHING, **{name: value})


def filled(name: str, value: int) -> Problem:
    """One array with one number put in."""
    array = getattr(EVERYTHING, name).copy()
    array.flat[0] = value
    return changed(name, array)


def test_the_public_face() -> None:
    assert {"INF", "Problem", "Solution", "check", "find_conflict", "is_warm", "solve"} <= set(engine.__all__)
    assert all(hasattr(engine, name) for name in engine.__all__)
    assert INF == 1_000_000


def test_the_essentials_are_enough() -> None:
    problem = Problem.of([1], [1], road(1, 0), [0], [10], [0, 0], [20, 20])
    assert (problem.visits, problem.depots, problem.days, problem.musts) == (1, 1, 2, ())
    assert check(problem, solve(problem, iterations=5)) == []


@pytest.mark.parametrize("name", ARRAYS)
def test_another_shape_is_refused_by_name(name: str) -> None:
    array = getattr(EVERYTHING, name)
    longer = np.concatenate([array, array[:1]])
    # A longer first axis can be right for what is counted by it: then something else no longer fits.
    with pytest.raises(ValueError, match=r"^[a-z_]+: "):
        changed(name, longer)
    with pytest.raises(ValueError, match=f"^{name}: "):
        changed(name, array[None])
    with pytest.raises(ValueError, match=f"^{name}: "):
        changed(name, array.sum())


@pytest.mark.parametrize("name", ARRAYS)
def test_another_type_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: float64"):
        changed(name, getattr(EVERYTHING, name).astype(np.float64))


@pytest.mark.parametrize(
    "name", ["prize", "duration", "travel", "late_travel", "first", "break_length", "day_use", "trip_use", "group_use",
             "day_weight", "trip_weight", "window_count", "break_count", "table_of_day"],
)  # fmt: skip
def test_a_negative_number_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: "):
        filled(name, -1)


@pytest.mark.parametrize(
    "name", ["prize", "duration", "travel", "late_travel", "first", "latest", "arc_loss", "slot_loss", "window_open",
             "window_close", "window_count", "day_start", "day_end", "break_earliest", "break_latest", "break_length",
             "break_count", "table_of_day", "kind", "group", "day_weight", "trip_weight", "day_use", "trip_use",
             "day_arc_use", "trip_arc_use", "group_use", "day_cap", "trip_cap"],
)  # fmt: skip
@pytest.mark.parametrize("value", [2**62, -(2**63)])
def test_a_number_that_could_overflow_is_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"^{name}: "):
        filled(name, value)


def test_a_move_that_costs_too_much_to_count_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^move_loss: "):
        changed("move_loss", 2**62)


@pytest.mark.parametrize("name", ["kind", "group", "table_of_day"])
@pytest.mark.parametrize("value", [-2, 99])
def test_a_number_of_nothing_is_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"^{name}: "):
        filled(name, value)


def test_windows_have_an_order() -> None:
    essentials = ([1], [1], road(1, 0))
    with pytest.raises(ValueError, match=r"^window_close: window 0 of visit 0 on day 0"):
        Problem.of(*essentials, [10], [9], [0], [20])
    with pytest.raises(ValueError, match=r"^window_open: "):
        Problem.of(*essentials, [[[0, 5]]], [[[5, 9]]], [0], [20])
    assert Problem.of(*essentials, [[[0, 6]]], [[[5, 9]]], [0], [20]).visits == 1


def test_windows_that_do_not_count_are_not_read() -> None:
    problem = Problem.of([1], [1], road(1, 0), [[[0, 7]]], [[[9, 3]]], [0], [20], window_count=ints([[1]]))
    assert solve(problem, iterations=5).value == 1


def test_weights_do_not_increase() -> None:
    with pytest.raises(ValueError, match=r"^day_weight: "):
        Problem.of([1], [1], road(1, 0), [0], [9], [0], [20], day_weight=ints([[500, 501]]))


def test_pairs_apart_are_pairs() -> None:
    with pytest.raises(ValueError, match=r"^apart: "):
        Problem.of([1, 1], [1, 1], road(1, 1, 0), [0] * 2, [9] * 2, [0], [20], apart=np.array([[False, True], [False] * 2]))


def test_every_slot_has_a_depot_ties_included() -> None:
    with pytest.raises(ValueError, match=r"^slot_allowed: slot 1"):
        dataclasses.replace(nights(0), slot_allowed=np.array([[True] * 2, [False] * 2, [True] * 2, [True] * 2]))
    with pytest.raises(ValueError, match=r"^slot_allowed: slot 0 is tied"):
        dataclasses.replace(nights(0), tie_first=True, slot_allowed=np.array([[True, False], [False, True], *[[True] * 2] * 2]))
    # Every neighbouring pair shares one, all three do not.
    alone = np.array([[True, False], [True, True], [False, True]])
    with pytest.raises(ValueError, match=r"^slot_allowed: slot [0-2] is tied"):
        dataclasses.replace(tied(2, first=True, last=True), slot_allowed=alone)


def test_a_leg_that_ends_before_it_begins_is_refused() -> None:
    """Who waits for the first departure would be overtaken by who comes after the last."""
    with pytest.raises(ValueError, match=r"^latest: "):
        dataclasses.replace(SIX_ON_A_ROAD, first=np.full((1, 7, 7), 60), latest=np.full((1, 7, 7), 59))


def test_closing_visits_closes_them_and_nothing_else() -> None:
    problem = SIX_ON_A_ROAD.without({2})
    assert problem.window_count[0].tolist() == [1, 1, 0, 1, 1, 1]
    assert solve(problem, iterations=200).value == 54
    assert SIX_ON_A_ROAD.window_count.all()


def test_a_closed_visit_is_no_longer_required() -> None:
    problem = dataclasses.replace(SIX_ON_A_ROAD, must=np.ones(6, dtype=np.bool_))
    assert problem.without(frozenset({1, 4})).musts == (0, 2, 3, 5)


def test_no_days_or_depots_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^day_start: "):
        Problem.of([1], [1], road(1, 0), [0], [9], [], [])
    with pytest.raises(ValueError, match=r"^slot_allowed: "):
        Problem.of([1], [1], road(1), [0], [9], [0], [9])
