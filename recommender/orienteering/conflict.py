"""Which required visits cannot be made together: the smallest set that conflicts."""

from __future__ import annotations

from itertools import combinations
from typing import Final

from recommender.orienteering.problem import Problem
from recommender.orienteering.solving import solve

MOST_SETS: Final = 400


def find_conflict(problem: Problem, *, iterations: int = 1_500, seed: int = 0) -> tuple[int, ...]:
    """The smallest set of required visits for which no tours were found, or () if all fit.

    Sets of one, two and three are tried by size; beyond that, and beyond 400 sets, visits are left out one by one as
    long as the rest still conflicts, which gives a set none of whose members can be spared.
    """
    musts = problem.musts

    def clash(visits: tuple[int, ...]) -> bool:
        others = {k for k in range(problem.visits) if k not in visits}
        found = solve(problem.without(others), iterations=min(iterations, 60 + 120 * len(visits)), seed=seed)
        return bool(found.unplaced or found.exceeded)

    if not musts or not clash(musts):
        return ()
    tried = 0
    for size in range(1, min(3, len(musts)) + 1):
        for visits in combinations(musts, size):
            tried += 1
            if tried > MOST_SETS:
                break
            if clash(visits):
                return visits
    kept = musts
    for k in musts:
        rest = tuple(x for x in kept if x != k)
        if rest and clash(rest):
            kept = rest
    return kept
