"""Routes, prices and proofs for some choices of depots: what the bound does again and again.

Prices follow the linear program, smoothed (Wentges 1997); routes come from changing known ones, then from some labels, and
from all of them for a proof. What is remembered on the way grows where the program takes advantage (Roberti and Mingozzi 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from recommender.orienteering.dayroutes import Asked, DayRoutes, Interrupted, Room, engine
from recommender.orienteering.master import Column, Floats, Key, Master, Ranks
from recommender.orienteering.pool import Path, Pool
from recommender.orienteering.pricing import LOW
from recommender.orienteering.problem import Bools, Ints, Problem, Solution
from recommender.orienteering.program import Program

LABELS: Final = 800_000
BEAM: Final = 100
NARROW: Final = 40
WIDE: Final = 500
LOOKS: Final = 1_500
"""Labels for each number of visits: to look around, for a proof of little, and for one of everything."""
TOP: Final = 4
CLIMB: Final = 6
"""Routes that are varied at a time, and how often."""
ROUNDS: Final = 100
PROOFS: Final = 40
STALE: Final = 4
"""Proofs of one choice or group, and how many that do not improve the bound end them."""
GOOD: Final = 0.009
"""Share of the value by which the bound may lie above it and count as good enough: better is more work for nobody."""
CLOSE: Final = 0.001
"""Share of the value by which the bound may lie above the program and count as reached."""
TOLERANCES: Final = (0.015, 0.005, 0.002)
"""Shares of the value by which the bound of a choice of depots may lie above its program, one after the other."""
SLACK: Final = 0.3
"""Share of the tolerance by which routes may be better than known ones and are not looked for: less is more work."""
MOST_EASE: Final = 16
"""So much more of it may be left where labels are too many."""
HALF: Final = 0.5
EASY: Final = 0.15
"""Share of the value by which a guess may lie below what is good enough and is proven without further ado."""
HURRY: Final = 0.92
"""Share of the time after which prices are no longer improved before they are proven."""
WORK: Final = 24_000_000
OWN_WORK: Final = 60_000_000
STEPS: Final = 6
OWN_STEPS: Final = 15
"""Labels' comparisons and steps on multipliers, for many choices of depots and for one alone."""
SHARED: Final = 8
"""Routes found for one day that are tried on the others."""
POOLED: Final = 150
"""Routes that were good elsewhere and are tried between other depots."""
FAR_OFF: Final = 0.02
"""Share of the value by which a choice of depots may be behind and is still looked at in every round."""


class Hours:
    """Time that may be spent."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock, self._begin, self._seconds = clock, clock(), max(seconds, 1e-9)

    def spent(self) -> float:
        """Share of the time that has gone."""
        return (self._clock() - self._begin) / self._seconds


class Generation:
    """Bounds of all choices of depots, and the routes and prices that give them."""

    def __init__(
        self, problem: Problem, solution: Solution, depots: tuple[Ints, Floats], hours: Hours, stop: Callable[[], bool], *,
        compiled: bool,
    ) -> None:  # fmt: skip
        self.problem, self.solution, self.hours, self.stop = problem, solution, hours, stop
        self.unit = max(1.0, abs(float(solution.value)))
        self.choices, self.losses = depots
        self.ranks = Ranks(problem)
        self.master = Master(problem, self.ranks, self.choices)
        run = engine(compiled=compiled)
        self.days = [DayRoutes(problem, self.ranks, self.master, d, run) for d in range(problem.days)]
        self.room = Room(LABELS, max(len(day.cap) for day in self.days))
        self.bounds: Floats = np.full(len(self.choices), np.inf)
        self.tried: list[Floats] = []
        self.best_prices: Ints = np.zeros(len(self.choices), dtype=np.int64)
        self.finished = np.zeros(len(self.choices), dtype=np.bool_)
        self.program = Program(self.master, self.losses, self.unit, np.zeros(1, dtype=np.int64))
        self.doubtful: list[int] = []
        self.looked_at = 0
        self.exact: set[int] = set()
        self.twin = _twins(problem)
        self.group: Ints = np.arange(len(self.choices))
        self.pools: dict[tuple[int, int, int], Pool] = {}
        self.fresh: set[tuple[int, int, int]] = set()
        self.good: dict[tuple[int, ...], None] = {}
        self.tolerance = TOLERANCES[0]
        self.ease = 1
        self.center: Floats = np.zeros(len(self.master.rhs))
        self.at_center = np.inf
        self.value = -np.inf
        self.hurried = False
        for route in solution.routes:
            self.good[route] = None

    def late(self) -> bool:
        """Whether the time is up."""
        if self.stop():
            raise Interrupted
        return self.hours.spent() > 1

    @property
    def slack(self) -> float:
        """By how much routes may be better than known ones and are not looked for."""
        return SLACK * self.tolerance * self.ease * self.unit

    @property
    def target(self) -> float:
        """What is good enough: a bound below it helps nobody."""
        done = float(self.bounds[self.finished].max()) if self.finished.any() else -np.inf
        return max(self.solution.value + GOOD * self.unit, done)

    @property
    def aim(self) -> float:
        """Where proofs aim: what is good enough, even if no more than the greatest bound counts so far."""
        return self.solution.value + GOOD * self.unit

    def sharpen(self, kind: int | None) -> None:
        """Visits of this kind too take different ranks, or none do: nearer the truth, and more work."""
        if kind is None and not self.exact:
            return
        self.exact = self.exact | {kind} if kind is not None else set()
        for day in self.days:
            day.sharpen(self.exact)
            day.refresh()
        for pool in self.pools.values():
            pool.forget()
        self._ban()

    def tell_apart(self) -> bool:
        """Tell ranks of the kind apart of which the program gives the same rank to most; whether there is any."""
        weight: dict[int, float] = {}
        for column, share in self.program.chosen:
            for kind, _, y in self._ties(column):
                if kind not in self.exact:
                    weight[kind] = weight.get(kind, 0.0) + share * float(self.problem.prize[column.visits[y]])
        if not weight or max(weight.values()) < CLOSE * self.unit:
            return False
        self.sharpen(max(weight, key=lambda kind: weight[kind]))
        return True

    def work_on(self, group: Ints, center: Floats) -> None:
        """Prices, program, proof; again where the proof finds routes that were missed, with fewer and fewer choices."""
        self.group, self.ease = group, 1
        self.program = Program(self.master, self.losses, self.unit, group)
        self.center = center
        self.at_center = np.inf
        anchor, least, share, stale = self.center, np.inf, 0.0, 0
        for _ in range(PROOFS):
            self.hurried = np.isinf(least)
            reached = self._generate()
            mixed = share * anchor + (1 - share) * self.center
            if share and np.isfinite(least) and self._guess(mixed) <= self._guess(self.center) + self.slack:
                self.center = mixed
            bound, fresh = self._prove()
            stale += int(np.isfinite(bound))
            if bound < least:
                anchor, least, stale = self.center, bound, 0
            near = least <= max(self.target, self.value + self.tolerance * self.unit + self.slack)
            left = self.group[self.bounds[self.group] > self.target]
            if near or not len(left) or not reached or stale >= STALE or self.late():
                return
            if len(group) > 1 and len(left) < HALF * len(self.group):
                self.group, least, share, self.at_center = left, np.inf, 0.0, np.inf
                continue
            if share == 0 and not fresh:
                # There was no room or time for all labels: ask for less.
                if self.ease >= MOST_EASE:
                    return
                self.ease *= 4
            share = HALF if fresh else 0.0

    # ------------------------------------------------------------------------------------------------------- routes

    def _pairs(self, day: int) -> list[tuple[int, int]]:
        """Depots between which the day may go in what is worked on."""
        return sorted(set(map(tuple, self.choices[self.group, day : day + 2].tolist())))

    def _pool(self, d: int, start: int, end: int) -> Pool:
        """Routes between two depots; to begin with what was found, and what was good elsewhere and fits."""
        day = self.days[d].at(self.master.home(d, start, end))
        if (d, start, end) not in self.pools:
            pool = self.pools[d, start, end] = Pool(day, start, end)
            self.fresh.add((d, start, end))
            self.master.add(Column(d, start, end))
            if (start, end) == self.solution.slots[d : d + 2]:
                route = self.solution.routes[d]
                pool.add(tuple(day.place[k] for k in route))
                self.master.add(Column(d, start, end, route, self.ranks.of(self.solution.routes)[d]))
            for visits in list(self.good)[-POOLED:]:
                self._try(pool, visits)
        return self.pools[d, start, end]

    def _try(self, pool: Pool, visits: tuple[int, ...]) -> None:
        """Take in a route of another day or between other depots, if it fits."""
        place = pool.day.place
        if all(k in place for k in visits):
            path = tuple(place[k] for k in visits)
            if path not in pool.known and pool.day.fits(pool.start, pool.end, np.array(path, dtype=np.int64)):
                pool.add(path)

    def _share(self, pool: Pool, paths: list[Path]) -> None:
        """Try the routes found for one day on the others, from the same home."""
        home = self.master.home(pool.day.day, pool.start, pool.end)
        for path in paths[:SHARED]:
            visits = tuple(int(pool.day.visits[i]) for i in path)
            for (d, a, e), other in self.pools.items():
                if other is not pool and self.master.home(d, a, e) == home:
                    self._try(other, visits)

    # ------------------------------------------------------------------------------------------------------- prices

    def _along(self, worth: list[Floats], matter: Ints) -> Floats:
        """What choices are worth if their days are worth so much: with what they allow of copies, less what they cost."""
        total: Floats = self.credits[matter] - self.losses[matter]
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

    def _set(self, prices: Floats) -> None:
        self.prices = prices
        self.credits = self.master.credits(prices)
        for day in self.days:
            day.set_prices(prices)

    def _known(self) -> list[Floats]:
        """For each day (b, b): the worth of the best route known between two depots."""
        found = []
        columns = self.master.best(self.prices)
        for d, day in enumerate(self.days):
            best: Floats = np.full(day.idle.shape, -np.inf)
            for a, e in self._pairs(d):
                pool = self._pool(d, a, e)
                best[a, e] = max(columns[d][a, e], float(day.idle[a, e]), float(pool.worth().max(initial=-np.inf)))
            found.append(best)
        return found

    def _evaluate(self, prices: Floats, beam: int = 0) -> tuple[float, int]:
        """A guess at the bound at these prices, and how many columns are new."""
        self._set(prices)
        before = len(self.master.columns)
        known = self._known()
        total = self._along(known, self.group)
        for d in range(len(self.days)):
            through = self._spread(d, self.group, total, least=False)
            near = through > total.max() - FAR_OFF * self.unit
            for a, e in self._pairs(d):
                if near[a, e] and not beam:
                    self._vary(self._pool(d, a, e))
            self._beam(d, near, known[d], beam)
        known, columns = self._known(), self.master.best(prices)
        for (d, a, e), pool in self.pools.items():
            if np.isfinite(known[d][a, e]) and known[d][a, e] > columns[d][a, e] + 1e-6 * self.unit:
                pool.day.at(self.master.home(d, a, e))
                worth = pool.worth()
                for x in np.argsort(-worth)[:TOP].tolist():
                    if worth[x] > columns[d][a, e] + 1e-6 * self.unit:
                        path = pool.paths[x]
                        self._add(pool.day.column(a, e, path, pool.day.ranked(path)))
        guess = self.master.given(prices) + float(self._along(known, self.group).max())
        if guess < self.at_center:
            self.center, self.at_center = prices, guess
        return guess, len(self.master.columns) - before

    def _vary(self, pool: Pool) -> None:
        """The best routes known, changed by a visit, as long as that makes better ones."""
        worth = pool.worth()
        best = float(worth.max(initial=-np.inf))
        named = [pool.paths[x] for x in np.argsort(-worth)[:TOP].tolist()] or [()]
        todo = [path for path in named if not self._cycles_of(pool.day.visits[list(path)].tolist())]
        floor = best if np.isfinite(best) else float(pool.day.idle[pool.start, pool.end])
        found: list[Path] = []
        for _ in range(CLIMB):
            better: list[tuple[float, Path]] = []
            for path in todo:
                better += [item for item in pool.day.varied(pool.start, pool.end, path, floor)[:TOP] if pool.add(item[1])]
            if not better:
                break
            better.sort(key=lambda item: -item[0])
            floor, todo = better[0][0], [path for _, path in better[:TOP]]
            found = todo + found
        self._share(pool, found)

    def _beam(self, d: int, near: Bools, known: Floats, beam: int) -> None:
        """Labels, but not all of them: for depots never looked at before, or for all that matter."""
        for home, start, ends in self._asks(d):
            matter = [e for e in ends if (beam and near[start, e]) or (d, start, e) in self.fresh]
            if matter:
                self.fresh -= {(d, start, e) for e in matter}
                worth = np.full(self.problem.depots, LOW)
                worth[matter] = -known[start, matter]
                asked = Asked(start, worth, 1e-6 * self.unit)
                day = self.days[d].at(home)
                _, found = day.search(self.room, asked, beam=beam or BEAM, steps=0, work=WORK, stop=self.stop)
                self._take(day, [column for _, column in found])

    def _take(self, day: DayRoutes, columns: list[Column]) -> None:
        """Take in routes that were found at the prices of the moment."""
        for x, column in enumerate(columns):
            pool = self._pool(day.day, column.start, column.end)
            path = tuple(day.place[k] for k in column.visits)
            self._add(column)
            if pool.add(path) and x < SHARED:
                self._share(pool, [path])

    def _add(self, column: Column) -> None:
        """Take in a column; for a single choice also on the days that are the same, whose prices are the same in a proof."""
        self.master.add(column)
        if len(self.group) == 1:
            pair, choice = (column.start, column.end), self.choices[self.group[0]].tolist()
            for d, first in enumerate(self.twin):
                if first == self.twin[column.day] and tuple(choice[d : d + 2]) == pair:
                    self.master.add(replace(column, day=d))

    def _asks(self, d: int) -> list[tuple[int, int, list[int]]]:
        """Home, first depot and last depots of a day for all routes that are priced at once."""
        found: dict[tuple[int, int], list[int]] = {}
        for a, e in self._pairs(d):
            found.setdefault((self.master.home(d, a, e), a), []).append(e)
        return [(home, start, ends) for (home, start), ends in found.items()]

    def _guess(self, prices: Floats) -> float:
        """What the bound would be at these prices if the routes known were all."""
        self._set(prices)
        return self.master.given(prices) + float(self._along(self._known(), self.group).max())

    def _solve(self) -> tuple[float, Floats] | None:
        """The program, with routes that come back to a visit driven out as far as it takes advantage of them."""
        self.program.restrict(self.group)
        solved = self.program.solve()
        while solved is not None and self._tighten():
            self.at_center = np.inf
            solved = self.program.solve()
        return solved

    def _generate(self) -> bool:
        """Columns until the guess at the bound meets the program; whether it did."""
        share, beam = HALF, 0
        self._evaluate(self.center)
        for _ in range(ROUNDS):
            if self.late() or (solved := self._solve()) is None:
                return False
            if self.hurried and self.hours.spent() > HURRY:
                return True
            self.value, prices = solved
            self.at_center = self._guess(self.center)  # columns found since may be worth more there
            if self.at_center <= self.aim - EASY * self.unit:
                return True
            if self.at_center - self.value <= self.slack:
                if self.at_center <= self.aim - self.slack:
                    return True
                # A wider look is dear, but not as dear as a proof.
                if beam == BEAM or not self._evaluate(self.center, BEAM)[1]:
                    return True
                beam = BEAM if self._guess(self.center) - self.value <= self.slack else 0
                continue
            wanted = share * self.center + (1 - share) * prices
            _, new = self._evaluate(wanted, beam)
            if new or self.center is wanted:
                beam = 0
                share = HALF if self.center is wanted else share
            elif beam == 0:
                beam = NARROW
            elif share < CLOSE:
                return True
            else:
                share, beam = (share / 2 if share > HALF / 16 else 0.0), 0
        return True

    # -------------------------------------------------------------------------------------------------------- proof

    def _prove(self) -> tuple[float, bool]:
        """Look at all routes at the best prices: the bound there, and whether any were found that were missing."""
        for column, share in self.program.chosen:
            if share > CLOSE and column.visits:
                self.good[column.visits] = None
        before = len(self.master.columns)
        self.center = self._even(self.center)
        hoped = self._guess(self.center)
        if not self.late() and hoped > self.aim - self.slack and self._look(hoped) > max(self.aim, hoped) + self.slack:
            return np.inf, True
        given, known = self.master.given(self.center), self._known()
        total = given + self._along(known, self.group)
        goal = max(self.aim, float(total.max()) + self.slack)
        spare = (goal - total) / len(self.days)
        steps, work = (OWN_STEPS, OWN_WORK) if len(self.group) == 1 else (STEPS, WORK)
        if self.exact:
            steps, work = 4 * steps, 2 * work
        worth = []
        proven: dict[tuple[int, ...], Floats] = {}
        for d, day in enumerate(self.days):
            mine = np.isfinite(known[d]) & np.isfinite(room := self._spread(d, self.group, spare, least=True))
            floor = np.where(mine, np.maximum(np.where(mine, known[d], 0.0) + room, day.idle), np.inf)
            for home, start, ends in self._asks(d):
                to = np.full(self.problem.depots, LOW)
                to[ends] = -floor[start, ends]
                asked = Asked(start, to, 0.0)
                day.at(home)
                same = (self.twin[d], home, start, *ends)
                if same in proven and len(self.group) == 1:
                    floor[start, ends] = proven[same]
                    continue
                if self.late():
                    more = float(day.hopeful(to)[start])
                else:
                    more, found = day.search(self.room, asked, beam=0, steps=steps, work=work * self.ease, stop=self.stop)
                    self._take(day, [column for _, column in found])
                floor[start, ends] += max(0.0, more)
                proven[same] = floor[start, ends]
            worth.append(np.maximum(floor, day.idle))
        bounds = given + self._along(worth, self.group)
        self._keep(bounds)
        self.at_center = self._guess(self.center)
        return float(bounds.max()), len(self.master.columns) > before

    def _even(self, prices: Floats) -> Floats:
        """The same prices on days that are the same, between the same depots: no worse, and these are proven at once."""
        if len(self.group) > 1:
            return prices
        choice, even = self.choices[self.group[0]], prices.copy()
        alike: dict[Key, list[int]] = {}
        for key, row in self.master.rows.items():
            if key[0] == "rank" and len(key) == 4:
                d = key[3]
                alike.setdefault((*key[:3], self.twin[d], int(choice[d]), int(choice[d + 1])), []).append(row)
        for rows in alike.values():
            even[rows] = prices[rows].mean()
        return even

    def _look(self, hoped: float) -> float:
        """Look with few labels wherever routes may be better than those known: the guess at the bound after that."""
        known = self._known()
        through = self._along(known, self.group)
        spare = (max(self.aim, hoped) - self.master.given(self.center) - through) / len(self.days)
        beam = max(NARROW, min(WIDE, LOOKS // sum(len(self._asks(d)) for d in range(len(self.days)))))
        for d, day in enumerate(self.days):
            room = self._spread(d, self.group, spare, least=True)
            floor = np.maximum(np.where(np.isfinite(room), known[d], 0.0) + room, day.idle)
            doubtful = np.zeros(floor.shape, dtype=np.bool_)
            for home, start, ends in self._asks(d):
                to = np.full(self.problem.depots, LOW)
                to[ends] = -floor[start, ends]
                doubtful[start, ends] = day.at(home).hopeful(to)[start] > 0
            self._beam(d, doubtful, known[d], beam)
        return self.master.given(self.center) + float(self._along(self._known(), self.group).max())

    def judge(self) -> None:
        """Rough bounds of all choices of depots at the prices of the moment."""
        self._set(self.center)
        self.group = np.arange(len(self.choices))
        worth = []
        for d, day in enumerate(self.days):
            today = day.idle.copy()
            for home, start, ends in self._asks(d):
                to = np.full(self.problem.depots, LOW)
                to[ends] = 0.0
                today[start, ends] = np.maximum(today[start, ends], day.at(home).hopeful(to)[start])
            worth.append(today)
        self._keep(self.master.given(self.center) + self._along(worth, self.group))

    def _keep(self, bounds: Floats) -> None:
        """Take over the bounds of what is worked on where they are better, and the prices that gave them."""
        better = self.group[bounds < self.bounds[self.group]]
        self.best_prices[better] = len(self.tried)
        self.tried.append(self.center)
        self.bounds[self.group] = np.fmin(self.bounds[self.group], bounds)

    # ---------------------------------------------------------------------------------------------- tighter pricing

    def _tighten(self) -> bool:
        """Remember more where the program makes visits twice, or two of a day at the same rank."""
        chosen = [column for column, share in self.program.chosen if share > CLOSE]
        changed = [
            at for column in chosen for name, at in self._cycles_of(column.visits) for day in self.days
            if _learn(day.extra, at, name)
        ]  # fmt: skip
        for column in chosen:
            for kind, x, y in self._ties(column):
                for k in column.visits[x + 1 : y] if kind in self.exact else ():
                    changed += [k for day in self.days if _learn(day.more_of, k, kind)]
        if changed:
            for day in self.days:
                day.refresh()
            self._ban()
        return bool(changed)

    def _ban(self) -> None:
        """No columns any more that labels no longer make."""
        for number in range(self.looked_at, len(self.master.columns)):
            column = self.master.columns[number]
            if self._cycles_of(column.visits) or self._ties(column):
                self.doubtful.append(number)
        self.looked_at = len(self.master.columns)
        columns = {number: self.master.columns[number] for number in self.doubtful}
        banned = [
            number for number, column in columns.items()
            if not self.days[column.day].makes(column.visits, [j for j, _ in column.ranks])
        ]  # fmt: skip
        self.doubtful = sorted(columns.keys() - set(banned))
        self.master.ban(banned)
        self.program.end(banned)
        for pool in self.pools.values():
            day = pool.day
            pool.drop([path for path in pool.twice if not day.makes(day.visits[list(path)].tolist(), day.ranked(path))])

    def _ties(self, column: Column) -> list[tuple[int, int, int]]:
        """Kinds of which a day rank is taken again, and the places where it was taken last and is again."""
        kinds = [(int(self.problem.kind[k]), j) for k, (j, _) in zip(column.visits, column.ranks, strict=True)]
        found: list[tuple[int, int, int]] = []
        for y, (kind, j) in enumerate(kinds):
            if kind >= 0 and j < self.ranks.day[kind] - 1 and (kind, j) in kinds[:y]:
                found.append((kind, y - 1 - kinds[:y][::-1].index((kind, j)), y))
        return found

    def _cycles_of(self, visits: Sequence[int]) -> list[tuple[int, int]]:
        """Pairs (visit, visit at which it has to be remembered) where one is made again."""
        variants = [int(self.problem.variant[k]) for k in visits]
        found: list[tuple[int, int]] = []
        for y, v in enumerate(variants):
            if v in variants[:y]:
                x = y - 1 - variants[:y][::-1].index(v)
                found += [(visits[x], k) for k in visits[x + 1 : y]]
        return found


def _learn(known: dict[int, set[int]], at: int, name: int) -> bool:
    """Note a name; whether it is new."""
    fresh = name not in known.setdefault(at, set())
    known[at].add(name)
    return fresh


def _twins(problem: Problem) -> list[int]:
    """For each day the first that is the same: its legs, hours, breaks and resources."""
    tables = (problem.window_open, problem.window_close, problem.window_count, problem.day_start, problem.day_end,
              problem.break_earliest, problem.break_latest, problem.break_length, problem.break_count, problem.table_of_day,
              problem.day_cap.T)  # fmt: skip
    days = range(problem.days)
    return [next(e for e in days if all(np.array_equal(table[d], table[e]) for table in tables)) for d in days]
