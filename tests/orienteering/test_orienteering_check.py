"""The second opinion: right plans pass, and each broken rule is named."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

from recommender.orienteering import Fault, Problem, Solution, check, solve
from recommender.orienteering.check import value
from tests.orienteering.random_problems import Recipe, recipes
from tests.orienteering.small_problems import (
    AGAIN_TOMORROW,
    APART,
    DUTY,
    FOOT_SORE,
    JOINT_TICKET,
    LOADS,
    LONG_OR_SHORT,
    LUNCH_MISSED,
    MARKET_DAYS,
    MORE_OF_THE_SAME,
    NO_WAY_HOME,
    PURSE,
    SIX_IN_TWO_DAYS,
    SIX_ON_A_ROAD,
    SPLIT_HOURS,
    SPLIT_HOURS_TOO_SHORT,
    first_bus,
    ints,
    last_bus,
    meals,
    nights,
    tied,
)  # fmt: skip


def plan(problem: Problem, *routes: tuple[int, ...], slots: tuple[int, ...] | None = None) -> Solution:
    """A plan with the value and the missing visits that it has."""
    made = {k for route in routes for k in route}
    empty = Solution(routes, slots or (0,) * (problem.days + 1), 0, tuple(k for k in problem.musts if k not in made))
    return dataclasses.replace(empty, value=value(problem, empty))


@pytest.mark.parametrize(
    ("problem", "routes", "worth"),
    [
        (SIX_ON_A_ROAD, [(0, 1, 2)], 60), (SIX_ON_A_ROAD, [(0, 2, 1)], 60), (SIX_ON_A_ROAD, [()], 0),
        (SIX_IN_TWO_DAYS, [(5, 4, 3), (0, 1, 2)], 114), (SPLIT_HOURS, [(0,)], 7), (MARKET_DAYS, [(0,), (1,)], 14),
        (meals(120), [(0,)], 1), (meals(105), [(0,)], 1), (LUNCH_MISSED, [(), (0,)], 3), (last_bus(40), [(0,)], 4),
        (last_bus(41, late=39), [(0,)], 4), (first_bus(40), [(0,)], 4), (LOADS, [(0, 2)], 18), (FOOT_SORE, [(0,)], 10),
        (PURSE, [(0,), ()], 10), (JOINT_TICKET, [(1,), (0,)], 19), (MORE_OF_THE_SAME, [(0, 1)], 145),
        (MORE_OF_THE_SAME, [(1, 2)], 150), (AGAIN_TOMORROW, [(1,), (0,)], 154), (LONG_OR_SHORT, [(2, 0)], 21),
        (APART, [(0, 2), (1,)], 12), (DUTY, [(0,)], 1), (NO_WAY_HOME, [(0, 1)], 11),
    ],
)  # fmt: skip
def test_right_plans_pass_and_are_worth_what_they_are(problem: Problem, routes: list[tuple[int, ...]], worth: int) -> None:
    made = plan(problem, *routes)
    assert check(problem, made) == []
    assert made.value == worth


@pytest.mark.parametrize(
    ("problem", "routes", "fault"),
    [
        (SIX_ON_A_ROAD, [(0, 1, 2, 3)], Fault("time", 0)), (SPLIT_HOURS_TOO_SHORT, [(0,)], Fault("time", 0)),
        (MARKET_DAYS, [(), (0,)], Fault("time", 1)), (meals(119), [(0,)], Fault("time", 0)),
        (meals(106), [(0,)], Fault("time", 0)),
        (LUNCH_MISSED, [(0,), ()], Fault("time", 0)), (last_bus(41), [(0,)], Fault("time", 0)),
        (last_bus(41, late=50), [(0,)], Fault("time", 0)), (first_bus(39), [(0,)], Fault("time", 0)),
        (LOADS, [(0, 1)], Fault("day resource", 0)), (FOOT_SORE, [(0, 1)], Fault("day resource", 0)),
        (PURSE, [(0, 1), ()], Fault("trip resource")), (PURSE, [(0,), (1,)], Fault("trip resource")),
        (JOINT_TICKET, [(0,), (2,)], Fault("trip resource")), (LONG_OR_SHORT, [(0, 1)], Fault("made twice", None, 0)),
        (SIX_IN_TWO_DAYS, [(0,), (0,)], Fault("made twice", None, 0)), (APART, [(0, 1), ()], Fault("apart", 0)),
        (NO_WAY_HOME, [(0,)], Fault("time", 0)), (NO_WAY_HOME, [(1, 0)], Fault("time", 0)),
    ],
)  # fmt: skip
def test_a_broken_rule_is_named(problem: Problem, routes: list[tuple[int, ...]], fault: Fault) -> None:
    assert check(problem, plan(problem, *routes)) == [fault]


def test_a_wrong_value_and_a_missing_visit_that_is_not_named() -> None:
    assert check(DUTY, plan(DUTY, (1,))) == []
    assert check(DUTY, Solution(((1,),), (0, 0), 100, ())) == [Fault("unplaced")]
    assert check(DUTY, Solution(((1,),), (0, 0), 99, (0,))) == [Fault("value")]


def test_plans_of_another_shape() -> None:
    assert check(SIX_ON_A_ROAD, Solution((), (0,), 0, ())) == [Fault("shape")]
    assert check(SIX_ON_A_ROAD, Solution(((),), (0,), 0, ())) == [Fault("shape")]
    for stranger in (6, -1):
        assert check(SIX_ON_A_ROAD, Solution(((stranger,),), (0, 0), 0, ())) == [Fault("unknown visit")]


def test_depots_that_a_slot_does_not_have() -> None:
    problem = nights(20)
    stay = plan(problem, (0,), (1,), (2,), slots=(0, 1, 0, 1))
    assert check(problem, stay) == []
    assert stay.value == 50 + 40 + 30 - 20
    assert check(problem, plan(problem, (0,), (1,), (), slots=(0, 1, 1, 1))) == []
    for slots in ((1, 1, 0, 1), (0, 1, 0, 0), (0, 2, 0, 1), (0, -1, 0, 1)):
        wrong = check(problem, Solution(stay.routes, slots, stay.value, ()))
        assert [fault.rule for fault in wrong] == ["depot"]
    # From the western depot the second day begins too late.
    assert Fault("time", 1) in check(problem, Solution(stay.routes, (0, 0, 0, 1), 0, ()))


def test_tied_slots_are_the_same_depot() -> None:
    for first, last in ((True, False), (False, True), (True, True)):
        problem = tied(2, first=first, last=last)
        assert check(problem, plan(problem, (0,), (), slots=(1, 1, 1))) == []
        apart = (0, 1, 1) if first else (1, 1, 0)
        assert check(problem, plan(problem, (0,), (), slots=apart)) == [Fault("tie")]
    assert check(tied(2, first=False, last=True), plan(tied(2, first=False, last=True), (), (0,), slots=(0, 1, 1))) == []


def test_losses_of_legs_slots_and_moves_are_subtracted() -> None:
    problem = dataclasses.replace(
        nights(7), arc_loss=np.full((1, 5, 5), 1, dtype=np.int64), slot_loss=ints([[100, 0], [3, 4], [5, 6], [0, 200]])
    )
    # Six legs; slots 100 + 4 + 5 + 200; one move between inner nights.
    assert plan(problem, (0,), (1,), (2,), slots=(0, 1, 0, 1)).value == 120 - 6 - 309 - 7


def test_ranks_of_a_kind_go_by_worth_not_by_order_and_round_down() -> None:
    problem = dataclasses.replace(
        AGAIN_TOMORROW, prize=ints([7, 99, 3]), kind=ints([0, 0, 0]), duration=ints([1, 1, 1]),
        day_weight=ints([[1000, 500]]), trip_weight=ints([[1000, 900, 333]]),
    )  # fmt: skip
    # Day one: 99 and 7/2 = 3; day two: 3. The trip: 99, then 3 * 0.9 = 2, then 3 * 0.333 = 0.
    assert plan(problem, (0, 1), (2,)).value == 101
    # Beyond the last column the last weight holds: 99, 3 (of 7), 1 (of 3): 99 + 2 + 0.
    assert plan(problem, (2, 0, 1), ()).value == 101


def test_a_group_is_charged_once_a_trip() -> None:
    dear = dataclasses.replace(JOINT_TICKET, trip_cap=ints([9]))
    assert check(dear, plan(dear, (0,), (1,))) == [Fault("trip resource")]
    assert check(dataclasses.replace(JOINT_TICKET, trip_cap=ints([10])), plan(JOINT_TICKET, (0,), (1,))) == []


def test_a_trip_that_costs_too_much_even_empty_may_say_so() -> None:
    fares = np.full((1, 1, 3, 3), 11, dtype=np.int64)
    problem = dataclasses.replace(PURSE, trip_arc_use=fares)
    empty = plan(problem, (), ())
    assert check(problem, empty) == [Fault("trip resource")]
    assert check(problem, dataclasses.replace(empty, exceeded=(0,))) == []
    assert check(PURSE, dataclasses.replace(plan(PURSE, (), ()), exceeded=(0,))) == [Fault("trip resource")]


def test_a_day_without_visits_is_asked_nothing() -> None:
    problem = dataclasses.replace(FOOT_SORE, day_cap=ints([[0]]), day_arc_use=np.full((1, 1, 3, 3), 5, dtype=np.int64))
    assert check(problem, plan(problem, ())) == []
    assert check(problem, plan(problem, (0,))) == [Fault("day resource", 0)]


@given(recipes(visits=6, days=3))
@settings(deadline=None, max_examples=60)
def test_a_solution_made_worse_is_noticed(recipe: Recipe) -> None:
    """The value is never taken on trust, nor is what is missing."""
    problem = recipe()
    found = solve(problem, iterations=30)
    assert Fault("value") in check(problem, dataclasses.replace(found, value=found.value + 1))
    for day, route in enumerate(found.routes):
        if route:
            twice = dataclasses.replace(found, routes=(*found.routes[:day], (*route, route[0]), *found.routes[day + 1 :]))
            assert [fault.rule for fault in check(problem, twice)] == ["made twice"]
