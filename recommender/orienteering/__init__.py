"""Which visits, in what order, on which day: a team orienteering engine that knows arrays only."""

from __future__ import annotations

from recommender.orienteering.apart import bound_apart
from recommender.orienteering.bound import upper_bound
from recommender.orienteering.check import Fault, check
from recommender.orienteering.check import value as value_of
from recommender.orienteering.conflict import find_conflict
from recommender.orienteering.engine import can_compile, is_warm
from recommender.orienteering.problem import INF, Problem, Solution
from recommender.orienteering.solving import solve, trip_used

__all__ = [
    "INF", "Fault", "Problem", "Solution", "bound_apart", "can_compile", "check", "find_conflict", "is_warm", "solve",
    "trip_used", "upper_bound", "value_of",
]  # fmt: skip
