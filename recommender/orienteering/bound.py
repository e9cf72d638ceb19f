"""An upper bound on what any solution can be worth, by column generation over day routes.

The linear program that chooses one route a day has too many columns to write down; those that may improve it are priced by
labels on ng-routes (Baldacci, Mingozzi and Roberti 2011) whose neighbourhoods grow where the program takes advantage
(Roberti and Mingozzi 2014). At any prices, what the rows are worth plus the best route of every day is an upper bound
(Lagrange), so the work may end at any time. Prices begin with a relaxation without roads, follow Polyak's steps towards the
value already found, and then the program, smoothed (Wentges 1997). Every choice of depots has a bound of its own, the least
that any prices gave; the greatest of these holds for the problem, and the choice that it belongs to is worked on next.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from recommender.orienteering.dayroutes import Asked, DayRoutes, Interrupted, Room, engine
from recommender.orienteering.master import Column, Floats, Master, Ranks, opening_prices
from recommender.orienteering.pricing import LOW
from recommender.orienteering.problem import Ints, Problem, Solution

LABELS: Final = 300_000
BEAM: Final = 100
POLYAK_STEPS: Final = (12, 4)
"""For the first choice of depots, and for those that begin with prices of another."""
ROUNDS: Final = 60
CLOSE: Final = 0.001
"""Share of the value by which the bound may lie above the value or the program and count as reached."""
SLACK: Final = 0.003
"""Share of the value by which routes may be better than known ones and are not looked for: less is more work."""
HALF: Final = 0.5
WORK: Final = 60_000_000
OWN_WORK: Final = 300_000_000
STEPS: Final = 18
SHARED: Final = 8
"""Routes found for one day that are tried on the others."""
SECONDS: Final = 10.0
MOST_VISITS: Final = 400
MOST_CHOICES: Final = 20_000


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
        search = _Search(problem, solution, time.monotonic() + seconds, stop, compiled=compiled)
        search.run()
    except Interrupted:
        return None
    proven = float(search.bounds.max())
    # Values are whole.
    return max(float(solution.value), float(math.floor(proven + 1e-6 * max(1.0, abs(proven)))))


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
        self.unit = max(1.0, abs(float(solution.value)))
        self.choices, self.losses = _depots(problem)
        self.bounds: Floats = np.full(len(self.choices), np.inf)
        self.finished = np.zeros(len(self.choices), dtype=np.bool_)
        self.tried: list[Floats] = []
        self.best_prices: Ints = np.zeros(len(self.choices), dtype=np.int64)
        self.slots: tuple[int, ...] = tuple(solution.slots)
        self.loss = 0.0
        self.center: Floats = np.zeros(len(self.master.rhs))
        self.at_center = np.inf
        self.pool: dict[tuple[int, ...], None] = {}

    def late(self) -> bool:
        """Whether the time is up."""
        if self.stop():
            raise Interrupted
        return time.monotonic() > self.deadline

    @property
    def target(self) -> float:
        """What is good enough: a bound below it helps nobody."""
        done = float(self.bounds[self.finished].max()) if self.finished.any() else -np.inf
        return max(self.solution.value + CLOSE * self.unit, done)

    def run(self) -> None:
        """The choice of depots that was found, then always the one with the greatest bound."""
        self.center = opening_prices(self.problem, self.ranks, self.master)
        self._for_all(range(len(self.days)), None)
        for route in self.solution.routes:
            self.pool[route] = None
        own = np.flatnonzero((self.choices == np.array(self.solution.slots)).all(axis=1))
        number = int(own[0]) if len(own) else int(np.argmax(self.bounds))
        while self.bounds[number] > self.target and not self.finished[number] and not self.late():
            self._work_on(number)
            self.finished[number] = True
            number = int(np.argmax(self.bounds))

    def _work_on(self, number: int) -> None:
        """Prices, program, proof; again where the proof finds routes that were missed."""
        first = len(self.tried) <= 1
        self.slots, self.loss = tuple(self.choices[number].tolist()), float(self.losses[number])
        self.center, self.at_center = self.tried[self.best_prices[number]], np.inf
        self._first_columns()
        self._polyak(POLYAK_STEPS[0 if first else 1])
        for _ in range(ROUNDS):
            reached = self._generate()
            again = self._prove(number)
            if not again or not reached or self.late() or self.bounds[number] <= self.target:
                return

    def _first_columns(self) -> None:
        """Days without visits, what was found, and what was good between other depots."""
        routes, ranks = self.solution.routes, self.ranks.of(self.solution.routes)
        for d, day in enumerate(self.days):
            day.set_prices(self.center)
            start, end = self.slots[d], self.slots[d + 1]
            self.master.add(Column(d, start, end))
            if self.slots == self.solution.slots:
                self.master.add(Column(d, start, end, routes[d], ranks[d]))
            for visits in self.pool:
                self._try(day, visits)

    def _try(self, day: DayRoutes, visits: tuple[int, ...]) -> None:
        """Make a column of a route of another day or between other depots, if it fits."""
        if not all(k in day.place for k in visits):
            return
        start, end = self.slots[day.day], self.slots[day.day + 1]
        path = np.array([day.place[k] for k in visits], dtype=np.int64)
        if day.fits(start, end, path):
            self.master.add(day.column(start, end, path.tolist()))

    # ------------------------------------------------------------------------------------------------------- prices

    def _asked(self, day: DayRoutes, floor: float) -> Asked:
        """Routes of the day between the depots that are worked on."""
        ends: Floats = np.full(self.problem.depots, LOW)
        ends[self.slots[day.day + 1]] = 0.0
        return Asked(self.slots[day.day], ends, floor)

    def _evaluate(self, prices: Floats) -> tuple[float, int, Floats]:
        """A guess at the bound at these prices, how many columns are new, and what the best routes leave of each row."""
        total, slack = self.master.given(prices) - self.loss, self.master.rhs.copy()
        before = len(self.master.columns)
        for day in self.days:
            day.set_prices(prices)
        for day in self.days:
            mine = self.master.of_day(day.day, self.slots)
            reduced = self.master.reduced(prices)[mine]
            best, known = int(mine[np.argmax(reduced)]), float(reduced.max())
            asked = self._asked(day, known + 1e-6 * self.unit)
            _, found = day.search(self.room, asked, beam=BEAM, steps=1, work=WORK, stop=self.stop)
            for x, (value, column) in enumerate(found):
                number = self.master.add(column)
                if value > known:
                    best, known = number, value
                if x < SHARED:
                    for other in self.days:
                        if other is not day:
                            self._try(other, column.visits)
            total += known
            slack -= self.master.column(best)
        if total < self.at_center:
            self.center, self.at_center = prices, total
        return total, len(self.master.columns) - before, slack

    def _polyak(self, steps: int) -> None:
        """Steps against the slack of the rows, as long as the value found says."""
        pace, stale, prices = 1.0, 0, self.center
        for _ in range(steps):
            if self.late():
                return
            best = self.at_center
            total, _, slack = self._evaluate(prices)
            stale = 0 if total < best - CLOSE * self.unit else stale + 1
            if stale >= 4:
                pace, stale = pace / 2, 0
            slack = np.where((prices <= 0) & (slack > 0), 0.0, slack)
            norm = float(slack @ slack)
            if norm <= 0:
                return
            by = pace * max(total - self.solution.value, CLOSE * self.unit) / norm
            prices = np.maximum(0.0, prices - by * slack)

    def _generate(self) -> bool:
        """Columns until the guess at the bound meets the program; whether it did."""
        share = HALF
        for _ in range(ROUNDS):
            if self.late():
                return False
            solved = self.master.solve(self.slots)
            if solved is not None and self._tighten():
                solved = self.master.solve(self.slots)
                self.at_center = np.inf
                self._evaluate(self.center)
            if solved is None:
                return False
            value, prices = solved[0] - self.loss, solved[1]
            if self.at_center - value <= 2 * CLOSE * self.unit or self.at_center <= self.target - SLACK * self.unit:
                return True
            _, new, _ = self._evaluate(share * self.center + (1 - share) * prices)
            if new:
                share = HALF
            elif share < CLOSE:
                return True
            else:
                share = share / 2 if share > HALF / 16 else 0.0
        return True

    # -------------------------------------------------------------------------------------------------------- proof

    def _prove(self, number: int) -> bool:
        """Look at all routes at the best prices; whether any were found that are missing."""
        for column, share in self.master.chosen:
            if share > CLOSE and column.visits:
                self.pool[column.visits] = None
        prices = self.center
        reduced = self.master.reduced(prices)
        for day in self.days:
            day.set_prices(prices)
        known = np.array([reduced[self.master.of_day(d, self.slots)].max() for d in range(len(self.days))])
        self.at_center = self.master.given(prices) - self.loss + float(known.sum())
        goal = max(self.target, self.at_center + SLACK * self.unit)
        floors = known + (goal - self.at_center) / len(self.days)
        before = len(self.master.columns)
        own = []
        for d, day in enumerate(self.days):
            idle = float(day.idle[self.slots[d], self.slots[d + 1]])
            floor = max(float(floors[d]), idle)
            top = np.inf
            if not self.late():
                top, found = day.search(
                    self.room, self._asked(day, floor), beam=0, steps=STEPS, work=OWN_WORK, stop=self.stop
                )
                for _, column in found:
                    self.master.add(column)
            own.append(max(top, floor))
        total = self.master.given(prices) - self.loss + sum(own)
        self.bounds[number] = min(self.bounds[number], total)
        if len(self.master.columns) > before and total > goal:
            return True
        self._for_all(floors, number)
        return False

    def _for_all(self, floors: Floats | range, number: int | None) -> None:
        """Bounds of all choices of depots that may still matter, at the prices of the days."""
        given = self.master.given(self.center)
        rough = number is None
        if rough:
            matter = np.arange(len(self.choices))
            spare = np.zeros(len(self.choices))
            for day in self.days:
                day.set_prices(self.center)
        else:
            matter = np.flatnonzero((self.bounds > self.target) & ~self.finished)
            matter = matter[matter != number]
            spare = (self.losses - self.losses[number]) / len(self.days)
        if not len(matter):
            return
        total = given - self.losses[matter]
        for d, day in enumerate(self.days):
            starts, ends = self.choices[matter, d], self.choices[matter, d + 1]
            floor: Floats = np.full((self.problem.depots, self.problem.depots), np.inf)
            np.minimum.at(floor, (starts, ends), (0.0 if rough else float(floors[d])) + spare[matter])
            total += self._worth(day, floor, rough=rough)[starts, ends]
        better = matter[total < self.bounds[matter]]
        self.bounds[matter] = np.minimum(self.bounds[matter], total)
        self.best_prices[better] = len(self.tried)
        self.tried.append(self.center)

    def _worth(self, day: DayRoutes, floor: Floats, *, rough: bool) -> Floats:
        """What a day is worth at most from each depot to each, no less than its floor."""
        top = day.hopeful(np.where(np.isfinite(floor), -floor, LOW).max(axis=0))
        worth = floor.copy()
        for a in range(self.problem.depots):
            if not np.isfinite(floor[a]).any():
                continue
            more = float(top[a])
            if more > 0 and not rough and not self.late():
                asked = Asked(a, np.where(np.isfinite(floor[a]), -floor[a], LOW), 0.0)
                more, _ = day.search(self.room, asked, beam=0, steps=STEPS, work=WORK, stop=self.stop)
            worth[a] += max(0.0, more)
        return np.maximum(worth, day.idle)

    # ---------------------------------------------------------------------------------------------- tighter pricing

    def _tighten(self) -> bool:
        """Remember more where the program makes visits twice."""
        changed = False
        for column, share in self.master.chosen:
            for visit, at in self._cycles(column) if share > CLOSE else ():
                for day in self.days:
                    known = day.extra.setdefault(at, set())
                    changed = changed or visit not in known
                    known.add(visit)
        if changed:
            for day in self.days:
                day.refresh()
            self.master.replace([column for column in self.master.columns if not self._cycles(column)])
        return changed

    def _cycles(self, column: Column) -> list[tuple[int, int]]:
        """Pairs (visit, visit at which it has to be remembered) where one is made again."""
        variants = [int(self.problem.variant[k]) for k in column.visits]
        found: list[tuple[int, int]] = []
        for y, v in enumerate(variants):
            if v in variants[:y]:
                x = y - 1 - variants[:y][::-1].index(v)
                found += [(column.visits[x], k) for k in column.visits[x + 1 : y]]
        return found


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
