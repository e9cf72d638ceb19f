"""An upper bound on what any solution can be worth, by column generation over day routes.

The linear program that chooses one route a day has too many columns to write down; those that may improve it are priced by
labels on ng-routes (Baldacci, Mingozzi and Roberti 2011) whose neighbourhoods, and the kinds whose ranks labels keep apart,
grow where the program takes advantage (dynamic ng-routes, Roberti and Mingozzi 2014). At any prices, what the rows are worth
plus the best route of every day is an upper bound (Lagrange), so the work may end at any time. Prices begin with a relaxation
without roads, follow Polyak's steps towards the value already found, and then the program, smoothed (Wentges 1997).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from recommender.orienteering.dayroutes import DayRoutes, Interrupted, Room, engine
from recommender.orienteering.master import Column, Floats, Master, Ranks, opening_prices
from recommender.orienteering.problem import Problem, Solution

LABELS: Final = 300_000
BEAM: Final = 200
POLYAK_STEPS: Final = 15
ROUNDS: Final = 150
CLOSE: Final = 0.001
"""Share of the value by which the bound may lie above the program and count as reached."""
SLACKS: Final = (0.02, 0.006, 0.002)
"""Shares of the value below which routes are not looked for, when the bound is proven: less is more work."""
HALF: Final = 0.5
WORK: Final = 60_000_000
SECONDS: Final = 20.0
MOST_VISITS: Final = 400


def upper_bound(
    problem: Problem,
    solution: Solution,
    *,
    seconds: float = SECONDS,
    cancelled: Callable[[], bool] | None = None,
    compiled: bool = True,
) -> float | None:
    """What no solution that makes all required visits can be worth more than.

    Every visit and every depot of the problem counts, whether the search has looked at them or not. Relaxed are: mixtures of
    routes in place of one route a day, so that budgets, ranks over the trip and visits of two days hold on average; visits
    made again after a long way round; ranks within the day of kinds where this made no difference.

    Parameters
    ----------
    solution
        What the search has found; the nearer it is to the best, the sooner the bound is good.
    seconds
        After so long the best bound so far is given; the steps in between last up to some seconds.
    cancelled
        Asked often; when true the bound is given up.
    compiled
        False runs the same source uncompiled, with the same result, for tests.

    Returns
    -------
    float or None
        Never less than the value of ``solution``. None if cancelled, if the solution leaves required visits out or exceeds
        resources, or if nothing was proven.
    """
    if solution.unplaced or solution.exceeded or problem.visits > MOST_VISITS:
        return None
    stop = cancelled or (lambda: False)
    try:
        search = _Search(problem, solution, time.monotonic() + seconds, stop, compiled=compiled)
        search.run()
    except Interrupted:
        return None
    return None if search.proven == np.inf else max(float(solution.value), search.proven)


class _Search:
    def __init__(
        self, problem: Problem, solution: Solution, deadline: float, stop: Callable[[], bool], *, compiled: bool
    ) -> None:
        self.problem, self.solution, self.deadline, self.stop = problem, solution, deadline, stop
        self.ranks = Ranks(problem)
        self.master = Master(problem, self.ranks)
        run = engine(compiled=compiled)
        self.days = [DayRoutes(problem, self.ranks, self.master, d, run) for d in range(problem.days)]
        self.room = Room(LABELS, max(len(day.cap) for day in self.days))
        self.proven = np.inf
        self.unit = max(1.0, abs(float(solution.value)))
        self.center: Floats = np.zeros(len(self.master.rhs))
        self.at_center = np.inf
        self._first_columns()

    def _first_columns(self) -> None:
        for day in self.days:
            for a, e in np.argwhere(day.pairs).tolist():
                self.master.add(Column(day.day, a, e))
        slots = self.solution.slots
        for d, (route, ranks) in enumerate(
            zip(self.solution.routes, self.ranks.of(self.solution.routes), strict=True)
        ):
            self.master.add(Column(d, slots[d], slots[d + 1], route, ranks))

    def late(self) -> bool:
        """Whether the time is up."""
        if self.stop():
            raise Interrupted
        return time.monotonic() > self.deadline

    def run(self) -> None:
        """Prices, program, proof; again where the proof finds routes that were missed."""
        self._polyak(opening_prices(self.problem, self.ranks, self.master))
        for _ in range(ROUNDS):
            reached = self._generate()
            if not self._prove() or not reached or self.late():
                return

    # ------------------------------------------------------------------------------------------------------- prices

    def _evaluate(self, prices: Floats) -> tuple[float, int, Floats]:
        """A guess at the bound at these prices, how many columns are new, and what the best routes leave of each row."""
        reduced = self.master.reduced(prices)
        day_of = np.array([column.day for column in self.master.columns])
        total, slack = self.master.given(prices), self.master.rhs.copy()
        before = len(self.master.columns)
        for day in self.days:
            mine = np.flatnonzero(day_of == day.day)
            best = int(mine[np.argmax(reduced[mine])])
            known = float(reduced[best])
            day.set_prices(prices)
            _, found = day.search(self.room, known + 1e-6 * self.unit, beam=BEAM, steps=1, work=WORK, stop=self.stop)
            for value, column in found:
                number = self.master.add(column)
                if value > known:
                    best, known = number, value
            total += known
            slack -= self.master.column(best)
        if total < self.at_center:
            self.center, self.at_center = prices, total
        return total, len(self.master.columns) - before, slack

    def _polyak(self, prices: Floats) -> None:
        """Steps against the slack of the rows, as long as the value found says."""
        pace, stale, free = 1.0, 0, np.arange(len(prices)) < self.master.equal
        for _ in range(POLYAK_STEPS):
            if self.late():
                return
            best = self.at_center
            total, _, slack = self._evaluate(prices)
            stale = 0 if total < best - CLOSE * self.unit else stale + 1
            if stale >= 4:
                pace, stale = pace / 2, 0
            slack = np.where(~free & (prices <= 0) & (slack > 0), 0.0, slack)
            norm = float(slack @ slack)
            if norm <= 0:
                return
            prices = prices - pace * max(total - self.solution.value, CLOSE * self.unit) / norm * slack
            prices = np.where(free, prices, np.maximum(0.0, prices))

    def _generate(self) -> bool:
        """Columns until the guess at the bound meets the program; whether it did."""
        share = HALF
        for _ in range(ROUNDS):
            if self.late():
                return False
            solved = self.master.solve()
            if solved is not None and self._tighten():
                solved = self.master.solve()
                self.at_center = np.inf
                self._evaluate(self.center)
            if solved is None:
                return False
            value, prices = solved
            if self.at_center - value <= CLOSE * self.unit:
                return True
            _, new, _ = self._evaluate(share * self.center + (1 - share) * prices)
            if new:
                share = HALF
            elif share < CLOSE:
                return True
            else:
                share = share / 2 if share > HALF / 16 else 0.0
        return False

    # -------------------------------------------------------------------------------------------------------- proof

    def _prove(self) -> bool:
        """Look at all routes at the best prices, with less and less left out; whether any were found that are missing."""
        prices = self.center
        reduced = self.master.reduced(prices)
        day_of = np.array([column.day for column in self.master.columns])
        for day in self.days:
            day.set_prices(prices)
        given = self.master.given(prices)
        known = [float(reduced[day_of == day.day].max()) for day in self.days]
        tops = [np.inf] * len(self.days)
        for slack in SLACKS:
            fresh = False
            for d, day in enumerate(self.days):
                if self.late():
                    return False
                floor = max(known[d], day.idle()) + slack * self.unit / len(self.days)
                if tops[d] <= floor:
                    continue
                top, found = day.search(self.room, floor, beam=0, steps=25, work=WORK, stop=self.stop)
                tops[d] = min(tops[d], max(top, day.idle()))
                for value, column in found:
                    number = len(self.master.columns)
                    fresh = self.master.add(column) == number or fresh
                    known[d] = max(known[d], value)
            self.proven = min(self.proven, given + sum(tops))
            if fresh:
                self.at_center = given + sum(known)
                return True
            if self.proven <= self.solution.value * (1 + CLOSE):
                return False
        return False

    # ---------------------------------------------------------------------------------------------- tighter pricing

    def _tighten(self) -> bool:
        """Keep apart what the program mixes up: ranks taken twice in a day, and visits made twice."""
        changed = False
        for share, column in zip(self.master.chosen.tolist(), self.master.columns, strict=True):
            if share <= CLOSE:
                continue
            for day in self.days:
                more = self._repeated(column) - day.exact
                changed = changed or bool(more)
                day.exact |= more
                for visit, at in self._cycles(column):
                    known = day.extra.setdefault(at, set())
                    changed = changed or visit not in known
                    known.add(visit)
        if changed:
            for day in self.days:
                day.refresh()
            self.master.replace([self._proper(c) for c in self.master.columns if not any(self._cycles(c))])
        return changed

    def _repeated(self, column: Column) -> set[int]:
        """Kinds with a day rank that two visits take."""
        kinds = self.problem.kind
        taken = [(int(kinds[k]), j) for k, (j, _) in zip(column.visits, column.ranks, strict=True)]
        return {c for c, j in taken if c >= 0 and j < self.ranks.day[c] - 1 and taken.count((c, j)) > 1}

    def _cycles(self, column: Column) -> list[tuple[int, int]]:
        """Pairs (visit, visit at which it has to be remembered) where one is made again."""
        variants = [int(self.problem.variant[k]) for k in column.visits]
        found: list[tuple[int, int]] = []
        for y, v in enumerate(variants):
            if v in variants[:y]:
                x = y - 1 - variants[:y][::-1].index(v)
                found += [(column.visits[x], k) for k in column.visits[x + 1 : y]]
        return found

    def _proper(self, column: Column) -> Column:
        """The column with true day ranks, if it takes one twice that is now kept apart."""
        if not self._repeated(column) & self.days[column.day].exact:
            return column
        true = self.ranks.of([column.visits])[0]
        ranks = []
        for k, (j, _), (_, r) in zip(column.visits, true, column.ranks, strict=True):
            allowed = [choice for choice in self.ranks.choices[k] if choice[0] == j]
            ranks.append(min(allowed, key=lambda choice: abs(choice[1] - r)))
        return replace(column, ranks=tuple(ranks))
