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
WIDE: Final = 400
POLYAK_STEPS: Final = (12, 4)
"""For the first choice of depots, and for those that begin with prices of another."""
ROUNDS: Final = 100
PROOFS: Final = 16
GOOD: Final = 0.009
"""Share of the value by which the bound may lie above it and count as good enough: better is more work for nobody."""
CLOSE: Final = 0.001
"""Share of the value by which the bound may lie above the program and count as reached."""
TOLERANCES: Final = (0.015, 0.006, 0.003)
"""Shares of the value by which the bound of a choice of depots may lie above its program, one pass after the other."""
SLACK: Final = 0.3
"""Share of the tolerance by which routes may be better than known ones and are not looked for: less is more work."""
MOST_EASE: Final = 16
HALF: Final = 0.5
WORK: Final = 60_000_000
OWN_WORK: Final = 300_000_000
STEPS: Final = 9
OWN_STEPS: Final = 27
"""Labels' comparisons and steps on multipliers, for many choices of depots and for one alone."""
SHARED: Final = 8
"""Routes found for one day that are tried on the others."""
POOLED: Final = 150
"""Routes that were good elsewhere and are tried between other depots."""
FEW: Final = 4
FAR_OFF: Final = 0.02
"""Share of the value by which a choice of depots may be behind and is still looked at in every round."""
SECONDS: Final = 40.0
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
        self.group: Ints = np.zeros(0, dtype=np.int64)
        self.asked: set[tuple[int, int, int]] = set()
        self.last = 0
        self.tolerance = TOLERANCES[0]
        self.ease = 1
        self.center: Floats = np.zeros(len(self.master.rhs))
        self.at_center = np.inf
        self.program = -np.inf
        self.pool: dict[tuple[int, ...], None] = {}

    def late(self) -> bool:
        """Whether the time is up."""
        if self.stop():
            raise Interrupted
        return time.monotonic() > self.deadline

    @property
    def slack(self) -> float:
        """By how much routes may be better than known ones and are not looked for."""
        return SLACK * self.tolerance * self.ease * self.unit

    @property
    def target(self) -> float:
        """What is good enough: a bound below it helps nobody."""
        done = float(self.bounds[self.finished].max()) if self.finished.any() else -np.inf
        return max(self.solution.value + GOOD * self.unit, done)

    def run(self) -> None:
        """What was found, then every choice without a move that may matter, then all others together and what is left alone."""
        self.center = opening_prices(self.problem, self.ranks, self.master)
        self._judge(np.arange(len(self.choices)))
        for route in self.solution.routes:
            self.pool[route] = None
        for self.tolerance in TOLERANCES:
            self._pass()
            if self.late() or self.bounds.max() <= self.solution.value + GOOD * self.unit:
                return
            self.finished[:] = False

    def _pass(self) -> None:
        """All choices once, as exactly as is wanted now."""
        self.last = 2 * len(self.choices)
        own = np.argmin((self.choices != np.array(self.solution.slots)).sum(axis=1))
        number = int(own if self.tolerance == TOLERANCES[0] else np.argmax(self.bounds))
        while self.bounds[number] > self.target and not self.finished[number] and not self.late():
            self._work_on(np.array([number], dtype=np.int64), POLYAK_STEPS[min(1, len(self.master.columns))])
            self.finished[number] = True
            still = np.flatnonzero((self.bounds > self.target) & ~self.finished)
            settled = self.losses[still] <= self.losses.min()
            if settled.any():
                still = still[settled]
            else:
                while FEW < len(still) <= self.last * HALF and not self.late():
                    self.last = len(still)
                    self._work_on(still, 0)
                    still = np.flatnonzero((self.bounds > self.target) & ~self.finished)
            number = int(still[np.argmax(self.bounds[still])]) if len(still) else int(np.argmax(self.bounds))

    def _work_on(self, group: Ints, steps: int) -> None:
        """Prices, program, proof; again where the proof finds routes that were missed."""
        self.group = group
        worst = group[np.argmax(self.bounds[group])]
        self.center, self.at_center = self.tried[self.best_prices[worst]], np.inf
        self.ease = 1
        self._first_columns()
        self.asked.clear()
        self._polyak(steps)
        anchor, least, share = self.center, np.inf, 0.0
        for _ in range(PROOFS):
            reached = self._generate()
            self.center = share * anchor + (1 - share) * self.center
            bound, fresh = self._prove()
            if bound < least:
                anchor, least = self.center, bound
            near = least <= max(self.target, self.program + self.tolerance * self.unit + self.slack)
            if near or not reached or self.late():
                return
            if share == 0 and not fresh:
                # There was no room or time for all labels: ask for less.
                if self.ease >= MOST_EASE:
                    return
                self.ease *= 4
            share = HALF if fresh else 0.0

    def _pairs(self, day: int) -> list[tuple[int, int]]:
        """Depots between which the day may go in what is worked on."""
        return sorted(set(map(tuple, self.choices[self.group, day : day + 2].tolist())))

    def _first_columns(self) -> None:
        """Days without visits, what was found, and what was good between other depots."""
        routes, ranks, slots = self.solution.routes, self.ranks.of(self.solution.routes), self.solution.slots
        for d, day in enumerate(self.days):
            day.set_prices(self.center)
            worth = sorted(self.pool, key=lambda visits: -sum(day.gain[day.place[k]] for k in visits if k in day.place))
            for pair in self._pairs(d):
                self.master.add(Column(d, *pair))
                if pair == slots[d : d + 2]:
                    self.master.add(Column(d, *pair, routes[d], ranks[d]))
                room = POOLED if len(self.group) == 1 else FEW
                for visits in worth:
                    room -= self._try(day, pair, visits)
                    if room < 0:
                        break

    def _try(self, day: DayRoutes, pair: tuple[int, int], visits: tuple[int, ...]) -> bool:
        """Make a column of a route of another day or between other depots, if it fits."""
        if not all(k in day.place for k in visits):
            return False
        path = np.array([day.place[k] for k in visits], dtype=np.int64)
        if not day.fits(*pair, path):
            return False
        self.master.add(day.column(*pair, path.tolist()))
        return True

    # ------------------------------------------------------------------------------------------------------- prices

    def _along(self, worth: list[Floats], matter: Ints) -> Floats:
        """Sum over the days of what they are worth between the depots of each choice, less what these cost."""
        total: Floats = -self.losses[matter]
        for d, today in enumerate(worth):
            total = total + today[self.choices[matter, d], self.choices[matter, d + 1]]
        return total

    def _spread(self, day: int, matter: Ints, of: Floats, *, least: bool) -> Floats:
        """The least or greatest number of all choices that a day's pair of depots is in."""
        b = self.problem.depots
        found: Floats = np.full((b, b), np.inf if least else -np.inf)
        where = (self.choices[matter, day], self.choices[matter, day + 1])
        (np.minimum if least else np.maximum).at(found, where, of)
        return found

    def _evaluate(self, prices: Floats, beam: int = BEAM) -> tuple[float, int, Floats]:
        """A guess at the bound at these prices, how many columns are new, and what the best routes leave of each row."""
        before = len(self.master.columns)
        for day in self.days:
            day.set_prices(prices)
        known = self.master.best(prices)
        total = self._along(known, self.group)
        best = self.choices[self.group[np.argmax(total)]].tolist()
        for d, day in enumerate(self.days):
            through = self._spread(d, self.group, total, least=False)
            matter = through > total.max() - FAR_OFF * self.unit
            for a, e in self._pairs(d):
                matter[a, e] = matter[a, e] or (d, a, e) not in self.asked
                self.asked.add((d, a, e))
            matter &= np.isfinite(through)
            for a in np.flatnonzero(matter.any(axis=1)).tolist():
                asked = Asked(a, np.where(matter[a], -known[d][a], LOW), 1e-6 * self.unit)
                _, found = day.search(self.room, asked, beam=beam, steps=beam // BEAM - 1, work=WORK, stop=self.stop)
                for x, (_, column) in enumerate(found):
                    self.master.add(column)
                    for other in self.days if x < SHARED else ():
                        if other is not day:
                            self._try(other, (best[other.day], best[other.day + 1]), column.visits)
        known = self.master.best(prices)
        total = self._along(known, self.group)
        best = self.choices[self.group[np.argmax(total)]].tolist()
        slack = self.master.rhs - self.master.taken(prices, best)
        guess = self.master.given(prices) + float(total.max())
        if guess < self.at_center:
            self.center, self.at_center = prices, guess
        return guess, len(self.master.columns) - before, slack

    def _guess(self, prices: Floats) -> float:
        """What the bound would be at these prices if the columns were all routes."""
        return self.master.given(prices) + float(self._along(self.master.best(prices), self.group).max())

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
        share, sure = HALF, False
        for _ in range(ROUNDS):
            if self.late():
                return False
            solved = self.master.solve(self.choices[self.group], self.losses[self.group])
            if solved is not None and self._tighten():
                solved = self.master.solve(self.choices[self.group], self.losses[self.group])
                self.at_center = np.inf
                self._evaluate(self.center)
            if solved is None:
                return False
            value, prices = solved
            self.program = value
            if self.at_center < np.inf:  # columns found since may be worth more there
                self.at_center = self._guess(self.center)
            near = self.at_center - value <= self.slack or self.at_center <= self.target - self.slack
            if near:
                # A wider look is dear, but not as dear as a proof.
                if sure or not self._evaluate(self.center, WIDE)[1]:
                    return True
                sure = self._guess(self.center) - value <= self.slack
                continue
            wanted = prices if self.at_center == np.inf else share * self.center + (1 - share) * prices
            _, new, _ = self._evaluate(wanted)
            if self.center is wanted:
                share = HALF
            elif share < CLOSE and not new:
                return True
            else:
                share = share / 2 if share > HALF / 16 else 0.0
        return True

    # -------------------------------------------------------------------------------------------------------- proof

    def _prove(self) -> tuple[float, bool]:
        """Look at all routes at the best prices: the bound there, and whether any were found that were missing."""
        for column, share in self.master.chosen:
            if share > CLOSE and column.visits:
                self.pool[column.visits] = None
        for day in self.days:
            day.set_prices(self.center)
        given, known = self.master.given(self.center), self.master.best(self.center)
        total = given + self._along(known, self.group)
        goal = max(self.target, float(total.max()) + self.slack)
        spare = (goal - total) / len(self.days)
        before = len(self.master.columns)
        steps, work = (OWN_STEPS, OWN_WORK) if len(self.group) == 1 else (STEPS, WORK)
        worth = []
        for d, day in enumerate(self.days):
            mine = np.isfinite(known[d]) & np.isfinite(room := self._spread(d, self.group, spare, least=True))
            floor = np.where(mine, np.maximum(np.where(mine, known[d], 0.0) + room, day.idle), np.inf)
            top = day.hopeful(np.where(np.isfinite(floor), -floor, LOW).max(axis=0))
            for a in np.flatnonzero(np.isfinite(floor).any(axis=1)).tolist():
                more = float(top[a])
                if more > 0 and not self.late():
                    asked = Asked(a, np.where(np.isfinite(floor[a]), -floor[a], LOW), 0.0)
                    more, found = day.search(self.room, asked, beam=0, steps=steps, work=work, stop=self.stop)
                    for _, column in found:
                        self.master.add(column)
                floor[a] += max(0.0, more)
            worth.append(np.maximum(floor, day.idle))
        total = given + self._along(worth, self.group)
        self._keep(total, self.group)
        self.at_center = self._guess(self.center)
        return float(total.max()), len(self.master.columns) > before

    def _judge(self, matter: Ints) -> None:
        """Rough bounds of all choices of depots at the prices of the moment."""
        worth = []
        for d, day in enumerate(self.days):
            day.set_prices(self.center)
            allowed = self._spread(d, matter, np.zeros(len(matter)), least=True)
            top = day.hopeful(np.where(np.isfinite(allowed), 0.0, LOW).max(axis=0))
            worth.append(np.maximum(top[:, None], day.idle))
        self._keep(self.master.given(self.center) + self._along(worth, matter), matter)

    def _keep(self, bounds: Floats, matter: Ints) -> None:
        """Take over the bounds of some choices of depots where they are better."""
        better = bounds < self.bounds[matter]
        self.best_prices[matter[better]] = len(self.tried)
        self.bounds[matter] = np.minimum(self.bounds[matter], bounds)
        self.tried.append(self.center)

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
