"""The bound's columns and rows: day routes, and what they share."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.orienteering.problem import Ints, Problem

Floats = npt.NDArray[np.float64]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """A route of one day. ``ranks`` gives every visit its rank of the day and of the trip within its kind."""

    day: int
    start: int
    end: int
    visits: tuple[int, ...] = ()
    ranks: tuple[tuple[int, int], ...] = ()


class Ranks:
    """Which ranks a visit may take, and what it is worth there.

    Weights do not increase, so what sorted prizes are worth is the most that any way of giving each its own rank is worth
    (rearrangement): a bound may leave the choice free. The last rank of a kind, where weights no longer change or as many
    visits as there are have ranks, may be taken by any number. Nobody's trip rank is above the day rank.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        alive = problem.window_count.any(axis=0)
        self.day: list[int] = []
        self.trip: list[int] = []
        for c in range(problem.day_weight.shape[0]):
            many = max(1, len(set(problem.variant[(problem.kind == c) & alive].tolist())))
            day, trip = _different(problem.day_weight[c]), _different(problem.trip_weight[c])
            if problem.days == 1:
                day = trip = max(day, trip)
            self.day.append(min(day, many))
            self.trip.append(min(trip, many))
        self.choices = [list(self._choices(k)) for k in range(problem.visits)]

    def _choices(self, visit: int) -> Iterable[tuple[int, int]]:
        c = int(self.problem.kind[visit])
        if c < 0:
            return [(0, 0)]
        if self.problem.days == 1:
            return [(j, j) for j in range(self.day[c])]
        return [(j, r) for j in range(self.day[c]) for r in range(min(j, self.trip[c] - 1), self.trip[c])]

    def worth(self, visit: int, day: int, trip: int) -> int:
        """Prize of a visit at a day rank and a trip rank."""
        p, c = self.problem, int(self.problem.kind[visit])
        if c < 0:
            return int(p.prize[visit])
        return self._share(p.trip_weight[c], self._share(p.day_weight[c], int(p.prize[visit]), day), trip)

    @staticmethod
    def _share(weights: Any, prize: int, rank: int) -> int:
        return prize * int(weights[min(rank, len(weights) - 1)]) // 1000

    def of(self, routes: Sequence[Sequence[int]]) -> list[tuple[tuple[int, int], ...]]:
        """The true ranks of all visits of some routes."""
        p = self.problem
        rank_of: dict[int, tuple[int, int]] = {}
        kinds: dict[int, list[tuple[int, int, int]]] = {}
        for route in routes:
            today: dict[int, list[int]] = {}
            for k in route:
                today.setdefault(int(p.kind[k]), []).append(k)
            for c, visits in today.items():
                for j, k in enumerate(sorted(visits, key=lambda k: -int(p.prize[k]))):
                    weighted = self._share(p.day_weight[c], int(p.prize[k]), j) if c >= 0 else 0
                    kinds.setdefault(c, []).append((-weighted, j, k))
        for c, items in kinds.items():
            for r, (_, j, k) in enumerate(sorted(items)):
                rank_of[k] = (min(j, self.day[c] - 1), min(r, self.trip[c] - 1)) if c >= 0 else (0, 0)
        return [tuple(rank_of[k] for k in route) for route in routes]


def _different(weights: Any) -> int:
    """Number of weights up to the first of those that are all like the last."""
    count = len(weights)
    while count > 1 and weights[count - 2] == weights[count - 1]:
        count -= 1
    return count


class Master:
    """What routes of different days share: rows, columns of the routes known, and what both are worth at given prices.

    Rows: each variant once; musts; each rank of a kind once; trip resources, with the first visit of a group charged by a
    variable of its own. A program that mixes choices of depots could take the best day of each. So every row of a variant or a
    rank is there again for each home, the depot where a day begins (where it ends if it begins the trip): what is made on days
    of a home is made only as far as choices with that home are taken. Prices are given for the rows and then for the copies.
    """

    def __init__(self, problem: Problem, ranks: Ranks, choices: Ints) -> None:
        self.problem, self.ranks, self.choices = problem, ranks, choices
        self.rows: dict[Key, int] = {}
        self._rhs: list[float] = []
        self._shared()
        self.shared = len(self._rhs)
        self._copies()
        self.rhs: Floats = np.concatenate([np.array(self._rhs, dtype=np.float64), np.zeros(self.homes.size * self.copied.size)])
        self.scale = [float(max(1, cap)) for cap in problem.trip_cap.tolist()]
        self.columns: list[Column] = []
        self.known: dict[Column, int] = {}
        self.charges: list[Floats] = [self._group(g) for g in self.groups]
        self.values: list[int] = []
        self._at: list[int] = []
        self._coef: list[float] = []
        self._ends: list[int] = [0]
        self.banned: set[int] = set()
        self._banned: list[int] = []
        self._rows_of, self._of = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        self._take, self._value = np.zeros(0), np.zeros(0)
        self._where: Ints = np.zeros((0, 3), dtype=np.int64)

    def _row(self, key: Key, most: float) -> None:
        if key not in self.rows:
            self.rows[key] = len(self.rows)
            self._rhs.append(most)

    def _shared(self) -> None:
        p = self.problem
        alive = np.flatnonzero(p.window_count.any(axis=0)).tolist()
        self.groups: list[int] = []
        for k in alive:
            self._row(("variant", int(p.variant[k])), 1)
            g = int(p.group[k])
            if g >= 0 and len(p.trip_cap) and p.group_use[:, g].any():
                self._row(("group", int(p.variant[k]), g), 0)
                if g not in self.groups:
                    self.groups.append(g)
        for k in p.musts:
            self._row(("must", k), -1)
        for c in range(p.day_weight.shape[0]):
            if p.days > 1:
                for r in range(self.ranks.trip[c] - 1):
                    self._row(("rank", c, r), 1)
            for j, d in itertools.product(range(self.ranks.day[c] - 1), range(p.days)):
                self._row(("rank", c, j, d), 1)
        for q, cap in enumerate(p.trip_cap.tolist()):
            self._row(("cap", q), cap / max(1, cap))

    def _copies(self) -> None:
        """Which rows are there for each home, and which choices have which homes."""
        p = self.problem
        self.by_end = p.days > 1 and not p.tie_first
        begins = self.choices[:, :-1].copy()
        if self.by_end:
            begins[:, 0] = self.choices[:, 1]
        self.homes: Ints = np.unique(begins)
        self.home_of: Ints = np.searchsorted(self.homes, begins)
        self.has: Floats = np.zeros((len(self.choices), self.homes.size))
        self.has[np.arange(len(self.choices))[:, None], self.home_of] = 1.0
        named = [(row, key) for key, row in self.rows.items() if key[0] == "variant" or (key[0] == "rank" and len(key) == 3)]
        if self.homes.size == 1:
            named = []
        self.copied: Ints = np.array([row for row, _ in named], dtype=np.int64)
        self._copy_at = {row: x for x, (row, _) in enumerate(named)}

    def home(self, day: int, start: int, end: int) -> int:
        """Number of the home of a day between two depots."""
        return int(np.searchsorted(self.homes, end if self.by_end and day == 0 else start))

    def folded(self, prices: Floats, home: int) -> Floats:
        """(shared,) what rows cost the routes of a home, copies included."""
        found: Floats = prices[: self.shared].copy()
        size = self.copied.size
        found[self.copied] += prices[self.shared + home * size : self.shared + (home + 1) * size]
        return found

    def credits(self, prices: Floats) -> Floats:
        """(choices,) what the copies of the homes that each choice has are worth."""
        copies = prices[self.shared :].reshape(self.homes.size, self.copied.size)
        total: Floats = self.has @ copies.sum(axis=1)
        return total

    def of_visit(self, visit: int) -> dict[int, float]:
        """Rows that a visit is in, whatever day and rank."""
        p, v = self.problem, int(self.problem.variant[visit])
        found = {self.rows["variant", v]: 1.0}
        if ("group", v, int(p.group[visit])) in self.rows:
            found[self.rows["group", v, int(p.group[visit])]] = 1.0
        if ("must", visit) in self.rows:
            found[self.rows["must", visit]] = -1.0
        for q in range(len(p.trip_cap)):
            if p.trip_use[q, visit]:
                found[self.rows["cap", q]] = float(p.trip_use[q, visit]) / self.scale[q]
        return found

    def loss(self, column: Column) -> int:
        """What the legs of a column cost."""
        table = int(self.problem.table_of_day[column.day])
        return sum(int(self.problem.arc_loss[table, i, j]) for i, j in pairwise(self.nodes(column)))

    def nodes(self, column: Column) -> list[int]:
        """Nodes of a column, depots included."""
        n = self.problem.visits
        return [n + column.start, *column.visits, n + column.end]

    def add(self, column: Column) -> int:
        """Take in a column, if it is new; its number."""
        if column in self.known:
            return self.known[column]
        p, d = self.problem, column.day
        found: dict[int, float] = {}

        def put(key: Key, by: float) -> None:
            if key in self.rows:
                found[self.rows[key]] = found.get(self.rows[key], 0.0) + by

        value = -self.loss(column)
        for k, (j, r) in zip(column.visits, column.ranks, strict=True):
            value += self.ranks.worth(k, j, r)
            put(("rank", int(p.kind[k]), r), 1.0)
            put(("rank", int(p.kind[k]), j, d), 1.0)
            for row, by in self.of_visit(k).items():
                found[row] = found.get(row, 0.0) + by
        if p.trip_arc_use.size:
            for q in range(len(p.trip_cap)):
                arcs = p.trip_arc_use[q, p.table_of_day[d]]
                put(("cap", q), sum(int(arcs[i, j]) for i, j in pairwise(self.nodes(column))) / self.scale[q])
        begin = self.shared + self.home(d, column.start, column.end) * self.copied.size
        found |= {begin + self._copy_at[row]: by for row, by in found.items() if row in self._copy_at}
        self.known[column] = len(self.columns)
        self.columns.append(column)
        self.values.append(value)
        self._at += found.keys()
        self._coef += found.values()
        self._ends.append(len(self._at))
        return self.known[column]

    def ban(self, numbers: Iterable[int]) -> None:
        """Never again these columns."""
        self.banned |= set(numbers)
        self._banned = sorted(self.banned)

    def entries(self, number: int) -> tuple[list[int], list[float]]:
        """Rows that a column is in, and how much it takes of them."""
        part = slice(self._ends[number], self._ends[number + 1])
        return self._at[part], self._coef[part]

    def _pack(self) -> None:
        """Bring the arrays of what columns take up to the columns there are."""
        done, known = len(self._value), len(self._rows_of)
        if done == len(self.columns):
            return
        fresh = self.columns[done:]
        counts = np.diff(self._ends[done:])
        self._rows_of = np.concatenate([self._rows_of, np.array(self._at[known:], dtype=np.int64)])
        self._take = np.concatenate([self._take, np.array(self._coef[known:])])
        self._of = np.concatenate([self._of, np.repeat(np.arange(done, len(self.columns)), counts)])
        self._value = np.concatenate([self._value, np.array(self.values[done:], dtype=np.float64)])
        where = np.array([(c.day, c.start, c.end) for c in fresh], dtype=np.int64)
        self._where = np.concatenate([self._where, where])

    def reduced(self, prices: Floats) -> Floats:
        """Worth of every column less what its rows cost."""
        self._pack()
        worth: Floats = self._value - np.bincount(self._of, self._take * prices[self._rows_of], len(self.columns))
        worth[self._banned] = -np.inf
        return worth

    def given(self, prices: Floats) -> float:
        """What the rows and the groups are worth at these prices."""
        total = float(prices @ self.rhs)
        return total + sum(max(0.0, float(-prices @ charge)) for charge in self.charges)

    def _group(self, group: int) -> Floats:
        dense = np.zeros(len(self.rhs))
        for key, row in self.rows.items():
            if key[0] == "group" and key[2] == group:
                dense[row] = -1.0
            elif key[0] == "cap":
                dense[row] = float(self.problem.group_use[key[1], group]) / self.scale[key[1]]
        return dense

    def best(self, prices: Floats) -> list[Floats]:
        """For each day (b, b): the worth of the best column between two depots at these prices, -inf where there is none."""
        b = self.problem.depots
        found: Floats = np.full((self.problem.days, b, b), -np.inf)
        worth = self.reduced(prices)
        np.maximum.at(found, tuple(self._where.T), worth)
        return list(found)


def opening_prices(problem: Problem, ranks: Ranks, master: Master) -> Floats:
    """Prices of a relaxation without roads: all time of the trip as one purse, every visit with its shortest way there."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    rows: dict[Key, int] = {("time",): 0}
    most = [float(np.maximum(0, problem.day_end - problem.day_start).sum())]
    at: list[int] = []
    number: list[int] = []
    coef: list[float] = []
    worth: list[float] = []
    near, lost = _access(problem)

    def put(key: Key, by: float, cap: float) -> None:
        if key not in rows:
            rows[key] = len(rows)
            most.append(cap)
        at.append(rows[key])
        number.append(len(worth) - 1)
        coef.append(by)

    for k in np.flatnonzero(problem.window_count.any(axis=0)).tolist():
        c = int(problem.kind[k])
        for j, r in ranks.choices[k]:
            worth.append(ranks.worth(k, j, r) - lost[k])
            put(("time",), float(problem.duration[k] + near[k]), 0.0)
            if ("rank", c, r) in master.rows:
                put(("rank", c, r), 1.0, 1.0)
            if c >= 0 and j < ranks.day[c] - 1:
                put(("rank", c, j, "day"), 1.0, float(problem.days))
            for row, by in master.of_visit(k).items():
                put(("row", row), by, float(master.rhs[row]))
            for x, cap in enumerate(problem.day_cap.sum(axis=1).tolist()):
                put(("day", x), float(problem.day_use[x, k]), float(cap))
    prices = np.zeros(len(master.rhs))
    if not worth:
        return prices
    table = csr_array((coef, (at, number)), shape=(len(rows), len(worth)))
    found: Any = linprog(  # type: ignore[call-overload] # as above
        -np.array(worth), A_ub=table, b_ub=most, bounds=(0, 1), method="highs-ds")
    if found.status == 0:
        paid = np.maximum(0.0, -found.ineqlin.marginals)
        for key, row in master.rows.items():
            name: Key = ("row", row)
            if key[0] == "rank":
                name = (*key[:3], "day") if len(key) == 4 else key
            if name in rows:
                prices[row] = paid[rows[name]]
    return prices


def _access(problem: Problem) -> tuple[Floats, Floats]:
    """Minutes and loss of a usual way to each visit: the fourth shortest leg, or the longest where there are fewer."""
    n = problem.visits
    which = min(3, problem.travel.shape[1] - 1)
    near, lost = np.full(n, np.inf), np.full(n, np.inf)
    for travel, late, loss in zip(problem.travel, problem.late_travel, problem.arc_loss, strict=True):
        swift = np.minimum(travel, late).astype(np.float64)
        np.fill_diagonal(swift, np.inf)
        near = np.minimum(near, np.sort(swift, axis=0)[which, :n])
        lost = np.minimum(lost, np.sort(loss, axis=0)[which, :n])
    return np.where(np.isfinite(near), near, 1e6), np.where(np.isfinite(lost), lost, 0.0)
