"""Which required visits cannot be made together, as few as can be."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings

from recommender.orienteering import Problem, find_conflict, solve
from tests.orienteering.random_problems import Exhaustion, Recipe, recipes
from tests.orienteering.small_problems import (
    APART,
    DUTY,
    JOINT_TICKET,
    LONG_OR_SHORT,
    PURSE,
    SIX_ON_A_ROAD,
    TOO_FAR,
    at_once,
    ints,
    wide,
)  # fmt: skip


def required(problem: Problem, *visits: int) -> Problem:
    must = np.zeros(problem.visits, dtype=np.bool_)
    must[list(visits)] = True
    return dataclasses.replace(problem, must=must)


def test_nothing_required_and_nothing_in_conflict() -> None:
    assert find_conflict(SIX_ON_A_ROAD) == ()
    assert find_conflict(DUTY) == ()
    assert find_conflict(required(SIX_ON_A_ROAD, 0, 1, 2)) == ()


def test_one_that_cannot_be_made_at_all() -> None:
    assert find_conflict(TOO_FAR) == (1,)


def test_two_at_the_same_moment() -> None:
    assert find_conflict(at_once(0, 100, 200, 105, 300)) == (1, 3)
    assert find_conflict(at_once(0, 100, 200, 105, 300, days=2)) == ()


def test_three_on_two_days() -> None:
    assert find_conflict(at_once(0, 100, 200, 105, 300, 109, days=2)) == (1, 3, 5)


def test_four_of_which_any_three_fit() -> None:
    """Beyond three, what can be spared is left out: the rest is as small as it can be."""
    assert find_conflict(at_once(0, 100, 104, 105, 300, 109, days=3)) == (1, 2, 3, 5)


def test_two_forms_of_the_same_place() -> None:
    assert find_conflict(required(LONG_OR_SHORT, 0, 1, 2)) == (0, 1)


def test_two_that_may_not_share_the_only_day() -> None:
    alone = Problem.of([5, 4, 3], [1] * 3, APART.travel[0], *wide(3), [0], [100], apart=APART.apart)
    assert find_conflict(required(alone, 0, 1, 2)) == (0, 1)
    assert find_conflict(required(APART, 0, 1, 2)) == ()


def test_two_that_cost_too_much_together() -> None:
    assert find_conflict(required(PURSE, 0, 1)) == (0, 1)
    assert find_conflict(required(JOINT_TICKET, 0, 1)) == ()
    assert find_conflict(required(JOINT_TICKET, 0, 2)) == (0, 2)
    assert find_conflict(required(dataclasses.replace(PURSE, trip_cap=ints([13])), 1)) == (1,)


@pytest.mark.parametrize("seed", [0, 5, 77])
def test_a_conflict_is_the_same_every_time(seed: int) -> None:
    problem = at_once(0, 100, 104, 105, 300, 104, days=3)
    assert find_conflict(problem, seed=seed) == find_conflict(problem, seed=seed) != ()


def test_many_required_visits_take_bounded_work() -> None:
    problem = at_once(*range(0, 480, 16), visits_each=2)
    assert find_conflict(problem) == (0, 1)


@given(recipes(visits=4, days=2))
@settings(deadline=None, max_examples=100)
def test_what_is_named_cannot_be_made_and_is_required(recipe: Recipe) -> None:
    """Judged by trying every plan; uneven legs let a search overlook what is possible, hence only one direction."""
    problem = dataclasses.replace(recipe, features=recipe.features | {"musts"})()
    assume(Exhaustion(problem).can_keep)
    found = find_conflict(problem)
    assert set(found) <= set(problem.musts)
    (made, _), _ = Exhaustion(problem).best
    if made < len(problem.musts):
        assert found
    if found and not recipe.features & {"uneven", "disconnected", "timed", "loss"}:
        alone = problem.without(set(range(problem.visits)) - set(found))
        (made, _), _ = Exhaustion(alone).best
        assert made < len(found)


def test_what_is_left_fits_when_one_of_the_conflict_is_given_up() -> None:
    problem = at_once(0, 100, 104, 105, 300, 109, days=3)
    for k in find_conflict(problem):
        assert solve(problem.without({k}), iterations=500).unplaced == ()
