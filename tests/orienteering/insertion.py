"""What the search's test of insertions says, and what trying says: the only tests' look into the plain kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.orienteering import INF, Problem, Solution, kernel, solve
from recommender.orienteering.check import _day, _nodes
from recommender.orienteering.solving import _given, _state, pack


def present(problem: Problem, seed: int) -> tuple[Any, Any, Solution]:
    """The kernel's data and state of some plan: a searched one, with about half of its visits left out."""
    plan = solve(problem, iterations=10, seed=seed)
    half = tuple(tuple(k for k in route if (k * 2_654_435_761 + seed) % 7 > 2) for route in plan.routes)
    thin = solve(problem, iterations=0, start=Solution(half, plan.slots, 0, ()))
    data = pack(problem)
    state = _state(problem, data)
    state.slots[:] = thin.slots
    kernel.settle(data, state, *_given(problem, thin), np.zeros(4, dtype=np.int64))
    return data, state, thin


def judged(data: Any, state: Any, day: int) -> dict[int, int | None]:
    """For visits that are on no day: the place where each is said to fit, or None."""
    kernel.refresh(data, state, day)
    kernel.evaluate(data, state, day, -1)
    return {
        k: int(state.at[day, k]) if state.shift[day, k] < INF else None
        for k in range(data.n)
        if state.day_of[k] < 0
    }


def fitting(problem: Problem, solution: Solution, day: int, visit: int) -> list[int]:
    """Places where the check accepts the visit; what may not share its day and the trip's resources are asked later."""
    route = solution.routes[day]
    places = []
    for place in range(len(route) + 1):
        longer = (*route[:place], visit, *route[place:])
        whole = Solution((*solution.routes[:day], longer, *solution.routes[day + 1 :]), solution.slots, 0, ())
        if all(fault.rule == "apart" for fault in _day(problem, day, longer, _nodes(problem, whole, day))):
            places.append(place)
    return places
