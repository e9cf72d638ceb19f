"""The bound: never below anything that can be had, near it on small problems, the same compiled and plain, and it gives way."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, assume, given, settings

from recommender.orienteering import Problem, Solution, bound_apart, solve, upper_bound
from recommender.orienteering import bound as bounding
from tests.orienteering.random_problems import FEATURES, Exhaustion, Recipe, recipes
from tests.orienteering.small_problems import (
    JOINT_TICKET,
    LONG_OR_SHORT,
    MARKET_DAYS,
    MORE_OF_THE_SAME,
    PURSE,
    SIX_IN_TWO_DAYS,
    SIX_ON_A_ROAD,
    SPLIT_HOURS,
    nights,
    tied,
)

EASY = {
    "road": SIX_ON_A_ROAD, "two days": SIX_IN_TWO_DAYS, "split hours": SPLIT_HOURS, "market": MARKET_DAYS,
    "same again": MORE_OF_THE_SAME, "variants": LONG_OR_SHORT, "joint ticket": JOINT_TICKET, "purse": PURSE,
}  # fmt: skip
MIXED = frozenset({"windows", "breaks", "timed", "loss", "slots", "kinds", "variants", "day_use", "trip_use", "groups"})


@pytest.mark.parametrize("name", EASY)
def test_small_problems_are_bounded_by_their_best_value(name: str) -> None:
    problem = EASY[name]
    found = solve(problem, iterations=300)
    bound = upper_bound(problem, found)
    assert bound is not None
    assert found.value <= bound <= found.value * 1.5


def test_a_poor_solution_does_not_lower_the_bound() -> None:
    nothing = Solution(routes=((), ()), slots=(0, 0, 0), value=0, unplaced=())
    best = solve(SIX_IN_TWO_DAYS, iterations=300)
    bound = upper_bound(SIX_IN_TWO_DAYS, nothing)
    assert bound is not None
    assert bound >= best.value


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(recipes(visits=5, days=2))
def test_no_plan_of_a_tiny_problem_is_worth_more(recipe: Recipe) -> None:
    problem = recipe()
    every = Exhaustion(problem)
    found = solve(problem, iterations=20)
    assume(every.can_keep and not found.unplaced and not found.exceeded)
    (made, best), _ = every.best
    assume(made == len(problem.musts))
    bound = upper_bound(problem, found, seconds=2)
    assert bound is not None
    assert bound >= best


HARD = frozenset(FEATURES) - {"disconnected", "musts"}


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_worth_more_whatever_is_combined(seed: int) -> None:
    problem = Recipe(seed, 4, 2, HARD)()
    every = Exhaustion(problem)
    if not every.can_keep:
        problem = dataclasses.replace(problem, trip_cap=problem.trip_cap + 1_000)
        every = Exhaustion(problem)
    (_, best), plan = every.best
    plan = dataclasses.replace(plan, value=best)
    for seconds in (0.0, 3.0):
        bound = upper_bound(problem, plan, seconds=seconds)
        assert bound is not None
        assert bound >= best


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("one_day", [True, False])
def test_more_of_a_kind_is_worth_what_it_is_worth(seed: int, *, one_day: bool) -> None:
    problem = Recipe(100 + seed, 5 if one_day else 4, 1 if one_day else 2, frozenset({"kinds", "slots"}))()
    (_, best), plan = Exhaustion(problem).best
    bound = upper_bound(problem, dataclasses.replace(plan, value=best), seconds=5)
    assert bound is not None
    assert best <= bound <= best + 0.02 * abs(best) + 1


@pytest.mark.parametrize("seed", range(4))
def test_a_bound_from_nothing_holds_for_the_best(seed: int) -> None:
    problem = Recipe(200 + seed, 4, 2, frozenset({"kinds", "slots", "breaks", "windows", "loss"}))()
    (_, best), plan = Exhaustion(problem).best
    nothing = dataclasses.replace(plan, routes=((), ()), value=-1_000)
    bound = upper_bound(problem, nothing, seconds=2)
    assert bound is not None
    assert bound >= best


@settings(deadline=None, max_examples=15)
@given(recipes(visits=14, days=3))
def test_nothing_that_a_long_search_finds_is_worth_more(recipe: Recipe) -> None:
    problem = recipe()
    short = solve(problem, iterations=20)
    assume(not short.unplaced and not short.exceeded)
    bound = upper_bound(problem, short, seconds=0.5)
    assert bound is not None
    assert bound >= solve(problem, iterations=3_000, seed=1).value


@pytest.mark.parametrize("seed", range(4))
def test_compiled_and_plain_give_the_same_bound(seed: int) -> None:
    problem = Recipe(seed, 6, 2, MIXED)()
    found = solve(problem, iterations=100)
    assert upper_bound(problem, found, seconds=600) == upper_bound(problem, found, seconds=600, compiled=False)


def test_who_no_longer_wants_it_gets_nothing() -> None:
    problem = Recipe(3, 12, 2, MIXED)()
    assert upper_bound(problem, solve(problem, iterations=50), cancelled=lambda: True) is None


def test_without_time_the_bound_is_worse_but_holds() -> None:
    problem = Recipe(3, 12, 2, MIXED)()
    found = solve(problem, iterations=2_000)
    hasty, calm = upper_bound(problem, found, seconds=0), upper_bound(problem, found, seconds=5)
    assert hasty is not None
    assert calm is not None
    assert hasty >= calm >= found.value


def test_there_is_no_bound_where_duties_are_not_done() -> None:
    found = solve(SIX_ON_A_ROAD, iterations=50)
    assert upper_bound(SIX_ON_A_ROAD, dataclasses.replace(found, unplaced=(1,))) is None
    assert upper_bound(SIX_ON_A_ROAD, dataclasses.replace(found, exceeded=(0,))) is None


@pytest.mark.parametrize(
    "problem",
    [nights(3), tied(2, first=True, last=True), tied(1, first=True, last=True)],
    ids=["nights", "tied", "one day"],
)
def test_every_choice_of_depots_counts(problem: Problem) -> None:
    found = solve(problem, iterations=200)
    bound = upper_bound(problem, found)
    assert bound is not None
    assert bound >= max(solve(problem, iterations=200, seed=seed).value for seed in range(5))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("together", [True, False])
def test_many_choices_of_depots_at_once_hold_too(seed: int, monkeypatch: pytest.MonkeyPatch, *, together: bool) -> None:
    monkeypatch.setattr(bounding, "MANY_SETS", 1 if together else 1_000)
    problem = Recipe(300 + seed, 4, 2, frozenset({"kinds", "slots", "loss", "variants"}))()
    (_, best), plan = Exhaustion(problem).best
    found = upper_bound(problem, dataclasses.replace(plan, value=best), seconds=5)
    assert found is not None
    assert best <= found <= best + 0.02 * abs(best) + 2


@pytest.mark.parametrize("seed", range(8))
def test_days_that_are_the_same_are_both_counted(seed: int) -> None:
    problem = Recipe(400 + seed, 5, 2, frozenset({"kinds", "windows", "breaks"}))()
    by_day = ("window_open", "window_close", "window_count", "day_start", "day_end", "break_earliest", "break_latest",
              "break_length", "break_count", "table_of_day")  # fmt: skip
    problem = dataclasses.replace(problem, **{name: getattr(problem, name)[[0, 0]] for name in by_day})
    (_, best), plan = Exhaustion(problem).best
    near = upper_bound(problem, dataclasses.replace(plan, value=best), seconds=5)
    assert near is not None
    assert best <= near <= best + 0.02 * abs(best) + 2
    far = upper_bound(problem, dataclasses.replace(plan, routes=((), ()), value=0), seconds=5)
    assert far is not None
    assert far >= best


def test_another_process_gives_the_same_bound() -> None:
    found = solve(SIX_IN_TWO_DAYS, iterations=200)
    # Behind everything else it may wait long for a busy processor.
    assert bound_apart(SIX_IN_TWO_DAYS, found, seconds=600) == upper_bound(SIX_IN_TWO_DAYS, found, seconds=600)
    assert bound_apart(SIX_IN_TWO_DAYS, found, cancelled=lambda: True) is None
