"""How far a plan can be from the best possible one: what is proven, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from recommender.orienteering import bound_apart, value_of
from recommender.trip import planner

if TYPE_CHECKING:
    from recommender.model import Itinerary, TripRequest
    from recommender.orienteering import Problem, Solution
    from recommender.region import Region
    from recommender.trip.planner import Draft

MOST_DAYS: Final = 5
SECONDS: Final = 60.0
"""How long it may take: the visitor has the plan already and waits for nothing."""


def provable(plan: Draft) -> tuple[Problem, Solution] | None:
    """The problem and the routes that were kept, if a bound on this problem is one on all trips for these wishes.

    It is not where the daily caps were lifted for a wish, the order of visits was kept for a leg done otherwise, or the budget
    lowered because a dearer vehicle was needed on the clock; long trips take too long.
    """
    problem, budget = plan.mapped.problem, plan.request.budget_fen
    if not plan.paced or plan.request.leg_modes or plan.request.days > MOST_DAYS:
        return None
    if budget is not None and problem.trip_cap.tolist() != [budget]:
        return None
    # The clock may have dropped a visit: what counts is what is shown.
    return problem, replace(plan.solution, value=value_of(problem, plan.solution))


def gap(value: int, bound: float | None) -> float | None:
    """Share of a plan's value by which another could be worth more; None where the value is no measure."""
    return None if bound is None or value <= 0 else max(0.0, bound / value - 1)


def certificate(
    region: Region, request: TripRequest, itinerary: Itinerary, *, seconds: float = SECONDS,
    cancelled: Callable[[], bool] | None = None,
) -> float | None:  # fmt: skip
    """Share of the plan's value by which no trip for these wishes can be worth more.

    The value is the solver's: scores weighted by kind, less time and money on the road. Every open, reachable and permitted
    candidate and every town to stay in counts. The plan is made once more, which gives the problem that it solves.

    Returns
    -------
    float or None
        None where nothing is proven, or the itinerary is not the one that its request gives.
    """
    if request.days > MOST_DAYS:
        return None
    plan = planner.draft(region, request)
    asked = provable(plan)
    if asked is None or plan.written() != itinerary:
        return None
    problem, solution = asked
    return gap(solution.value, bound_apart(problem, solution, seconds=seconds, cancelled=cancelled))
