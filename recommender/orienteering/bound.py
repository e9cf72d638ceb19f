"""An upper bound on what any solution can be worth, by column generation over day routes.

The linear program that chooses one route a day has too many columns to write down; those that may improve it are priced by
labels on ng-routes (Baldacci, Mingozzi and Roberti 2011) whose neighbourhoods grow where the program takes advantage
(Roberti and Mingozzi 2014). At any prices, what the rows are worth plus the best route of every day is an upper bound
(Lagrange), so the work may end at any time. Prices begin with a relaxation without roads and follow the program, smoothed
(Wentges 1997). Every choice of depots has a bound of its own, the least that any prices gave; the greatest of these holds for
the problem. Choices that have the same homes are looked at together, the greatest bound first; where there are very many, all
are at first. Last, for what is left above, visits of a kind are told apart by rank.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from recommender.orienteering.dayroutes import Interrupted
from recommender.orienteering.generation import TOLERANCES, Generation, Hours
from recommender.orienteering.master import Floats, opening_prices
from recommender.orienteering.problem import Ints, Problem, Solution

SECONDS: Final = 40.0
MOST_VISITS: Final = 400
MOST_CHOICES: Final = 20_000
MANY_SETS: Final = 100
"""So many sets of homes are looked at together first."""


def upper_bound(
    problem: Problem,
    solution: Solution,
    *,
    seconds: float = SECONDS,
    cancelled: Callable[[], bool] | None = None,
    compiled: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> float | None:
    """What no solution that makes all required visits can be worth more than.

    Every visit and every depot of the problem counts, whether the search has looked at them or not. Relaxed are: mixtures of
    routes in place of one route a day, so that budgets, ranks and visits of several days hold on average; visits made again
    after a long way round.

    Parameters
    ----------
    solution
        What the search has found; the nearer it is to the best, the sooner the bound is good.
    seconds
        After so long the best bound so far is given; the steps in between last up to some seconds.
    cancelled
        Asked often; when true the bound is given up.
    clock
        Counts the seconds; for benchmarks that of the processor, which other work does not disturb.
    compiled
        False runs the same source uncompiled, with the same result, for tests.

    Returns
    -------
    float or None
        Never less than the value of ``solution``. None if cancelled, if the solution leaves required visits out or exceeds
        resources, or if there are too many visits or choices of depots.
    """
    choices = math.prod(int(problem.slot_choices[s].sum()) for s in _free(problem))
    if solution.unplaced or solution.exceeded or problem.visits > MOST_VISITS or choices > MOST_CHOICES:
        return None
    stop = cancelled or (lambda: False)
    try:
        search = _Search(problem, solution, Hours(clock, seconds), stop, compiled=compiled)
        search.run()
    except Interrupted:
        return None
    proven = float(search.bounds.max())
    if not math.isfinite(proven):
        return None
    # Values are whole.
    return max(float(solution.value), float(math.floor(proven + 1e-6 * max(1.0, abs(proven)))))


class _Search(Generation):
    """Which choices of depots are looked at, one after the other."""

    def __init__(
        self, problem: Problem, solution: Solution, hours: Hours, stop: Callable[[], bool], *, compiled: bool
    ) -> None:
        super().__init__(problem, solution, _depots(problem), hours, stop, compiled=compiled)
        self.alike: Ints = np.unique(self.master.has, axis=0, return_inverse=True)[1].astype(np.int64)
        self.split: set[int] = set()
        self.of_home: dict[int, Floats] = {}
        opening = opening_prices(problem, self.ranks, self.master)
        self.center[: len(opening)] = opening
        self.opening = self.center

    def run(self) -> None:
        """The towns of what was found, then whatever may be worth more; what is left above as exactly as time allows."""
        self.judge()
        self._node(self._one(int(np.argmin((self.choices != np.array(self.solution.slots)).sum(axis=1)))))
        if self.alike.max() >= MANY_SETS:
            for choice in np.flatnonzero((self.master.has.sum(axis=1) == 1) & (self.bounds > self.target)).tolist():
                self._node(self._one(choice))
            self._node(self._open())
        while not self.late() and len(still := self._open()):
            self._node(self._next(still))
        self.finished[:] = False
        while not self.late() and len(still := self._open()):
            self._sharpened(int(still[np.argmax(self.bounds[still])]))

    def _next(self, still: Ints) -> Ints:
        """The choice whose bound is greatest, at first with all that have the same homes."""
        worst = int(still[np.argmax(self.bounds[still])])
        kin = int(self.alike[worst])
        alike: Ints = still[self.alike[still] == kin]
        if kin in self.split or len(alike) == 1:
            return self._one(worst)
        self.split.add(kin)
        return alike

    @staticmethod
    def _one(choice: int) -> Ints:
        one: Ints = np.array([choice], dtype=np.int64)
        return one

    def _node(self, group: Ints) -> None:
        """Choices of depots together, beginning with the last prices known of each of their homes."""
        if not len(group) or self.late():
            return
        homes = np.flatnonzero(self.master.has[group].any(axis=0)).tolist()
        center = self._compose(homes)
        for self.tolerance in TOLERANCES[: 2 if len(group) == 1 else 1]:
            group = group[self.bounds[group] > self.target]
            if len(group) and not self.late():
                self.work_on(group, center)
                center = self.center
        for h in homes:
            self.of_home[h] = self.master.folded(center, h)
        if len(group) == 1:
            self.finished[group] = True

    def _sharpened(self, choice: int) -> None:
        """One choice with ranks told apart, kind by kind, as long as that helps."""
        self.sharpen(None)
        center = self.tried[self.best_prices[choice]]
        for self.tolerance in TOLERANCES[1:]:
            more = True
            while more and not self.late() and self.bounds[choice] > self.target:
                self.work_on(self._one(choice), center)
                center, more = self.center, self.tell_apart()
        self.finished[choice] = True

    def _compose(self, homes: list[int]) -> Floats:
        """Prices that are what each of some homes had last."""
        copied, size = self.master.copied, self.master.copied.size
        known = [h for h in homes if h in self.of_home]
        if not size or not known:
            return self.of_home[known[0]] if known else self.opening
        prices = self.opening.copy()
        prices[: self.master.shared] = self.of_home[known[0]]
        table = np.array([self.of_home.get(h, self.opening[: self.master.shared])[copied] for h in homes])
        least = table.min(axis=0)
        prices[copied] = least
        for h, row in zip(homes, table, strict=True):
            prices[self.master.shared + h * size : self.master.shared + (h + 1) * size] = row - least
        return prices

    def _open(self) -> Ints:
        """Choices that may still matter and are not finished."""
        return np.flatnonzero((self.bounds > self.target) & ~self.finished)


def _free(problem: Problem) -> list[int]:
    """Slots whose depot no other slot says."""
    first, last = int(problem.tie_first), problem.days - int(problem.tie_last)
    return list(range(first, last + 1)) or [1]


def _depots(problem: Problem) -> tuple[Ints, Floats]:
    """Every choice of depots, and what it costs."""
    free = _free(problem)
    every = list(itertools.product(*(np.flatnonzero(problem.slot_choices[s]).tolist() for s in free)))
    choices = np.zeros((len(every), problem.days + 1), dtype=np.int64)
    choices[:, free] = np.array(every, dtype=np.int64)
    if problem.tie_first:
        choices[:, 0] = choices[:, 1]
    if problem.tie_last:
        choices[:, -1] = choices[:, -2]
    losses = problem.slot_loss[np.arange(problem.days + 1), choices].sum(axis=1).astype(np.float64)
    inner = choices[:, 1:-1]
    losses += problem.move_loss * (inner[:, 1:] != inner[:, :-1]).sum(axis=1)
    return choices, losses
