"""The linear program of the bound, solved again and again as routes come in: HiGHS, each time from where it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from recommender.orienteering.master import Column, Floats, Master
from recommender.orienteering.problem import Ints

MISSED: Final = 1e-6
AT_ONCE: Final = 200
"""Copies of rows taken in between two solutions."""
SEPARATIONS: Final = 20
CHOICES: Final = 40
UNPAID: Final = 4.0
"""What a required visit that is left out costs in the program, in values of the whole plan: it must have a solution."""


class Program:
    """Choose routes for each day, shares of them allowed: shares of choices of depots, and of routes between their depots."""

    def __init__(self, master: Master, losses: Floats, unit: float, group: Ints) -> None:
        import highspy

        solver: Any = highspy.Highs
        self.master, self.losses, self.unit, self.group = master, losses, unit, group
        self.solver: Any = solver()
        for option, setting in (("output_flag", False), ("threads", 1), ("solver", "simplex")):
            self.solver.setOptionValue(option, setting)
        self._optimal = highspy.HighsModelStatus.kOptimal
        self.chosen: list[tuple[Column, float]] = []
        self._choice_at: dict[int, int] = {}
        self._column_at: list[int] = []
        self._taken_in = 0
        self._number: list[int] = []
        self._ended: set[int] = set(master.banned)
        self._row_of: Ints = np.full(len(master.rhs), -1, dtype=np.int64)
        self._open = np.zeros(len(losses), dtype=np.bool_)
        self._build()
        self.restrict(group)

    def _build(self) -> None:
        """Rows: one a pair of depots of a day, one for all choices, one a home, one a day's home, then what is shared."""
        m, none = self.master, float("inf")
        choices = m.choices
        days, homes = choices.shape[1] - 1, m.homes.size
        codes = [choices[:, d] * m.problem.depots + choices[:, d + 1] for d in range(days)]
        self.pairs: dict[tuple[int, int, int], int] = {}
        pair_rows = np.zeros((len(choices), days), dtype=np.int64)
        for d, code in enumerate(codes):
            for value in np.unique(code[self.group]).tolist():
                self.pairs[d, value // m.problem.depots, value % m.problem.depots] = len(self.pairs)
                pair_rows[code == value, d] = len(self.pairs) - 1
        whole = len(self.pairs)
        home = whole + 1
        start = home + homes
        low = np.concatenate([np.zeros(whole), [1.0], np.full(homes + m.shared, -none)])
        high = np.concatenate([np.zeros(whole), [1.0], np.zeros(homes), m.rhs[: m.shared]])
        self.solver.addRows(len(low), low, high, 0, np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
        self._row_of[: m.shared] = start + np.arange(m.shared)
        self._rows = pair_rows, whole, home
        for h in range(homes):
            self._column(0.0, none, [home + h], [1.0])
        for charge in m.charges:
            at = np.flatnonzero(charge)
            self._column(0.0, 1.0, (start + at).tolist(), charge[at].tolist())
        for key, row in m.rows.items():
            if key[0] == "must":
                self._column(UNPAID * self.unit, 1.0, [start + row], [-1.0])

    def _column(self, cost: float, most: float, at: list[int], coef: list[float]) -> None:
        self.solver.addCol(cost, 0.0, most, len(at), np.array(at, np.int32), np.array(coef))

    def restrict(self, group: Ints) -> None:
        """Only these choices of depots; they come in as they are wanted."""
        self._open = np.zeros(len(self.losses), dtype=np.bool_)
        self._open[group] = True
        for choice, at in self._choice_at.items():
            self.solver.changeColBounds(at, 0.0, float("inf") if self._open[choice] else 0.0)
        if not any(self._open[choice] for choice in self._choice_at):
            self._take_choice(int(group[0]))

    def _take_choice(self, c: int) -> None:
        m = self.master
        pair_rows, whole, home = self._rows
        days, mine = m.home_of.shape[1], np.flatnonzero(m.has[c])
        at = [*pair_rows[c].tolist(), whole, *(home + mine).tolist()]
        sign = [-1.0] * days + [1.0] + [-1.0] * len(mine)
        self._choice_at[c] = int(self.solver.getNumCol())
        self._column(float(self.losses[c]), float("inf"), at, sign)

    def _want_choices(self, duals: Floats) -> bool:
        """Take in choices that the program would gain by; whether there were any."""
        m = self.master
        pair_rows, whole, home = self._rows
        homes = m.homes.size
        cost = self.losses - duals[whole] + duals[pair_rows].sum(axis=1) + m.has @ duals[home : home + homes]
        gain = np.flatnonzero(self._open & (cost < -MISSED * self.unit))
        order: list[int] = gain[np.argsort(cost[gain], kind="stable")].tolist()
        wanted = [c for c in order if c not in self._choice_at][:CHOICES]
        for c in wanted:
            self._take_choice(c)
        return bool(wanted)

    def end(self, numbers: Iterable[int]) -> None:
        """Never again these columns."""
        self._ended |= set(numbers)
        for x, number in enumerate(self._number):
            if number in self._ended:
                self.solver.changeColBounds(self._column_at[x], 0.0, 0.0)

    def _take_in(self) -> None:
        m = self.master
        for number in range(self._taken_in, len(m.columns)):
            column = m.columns[number]
            pair = self.pairs.get((column.day, column.start, column.end))
            if pair is None or number in self._ended:
                continue
            rows, coefs = m.entries(number)
            at, coef = [pair], [1.0]
            for row, by in zip(rows, coefs, strict=True):
                if self._row_of[row] >= 0:
                    at.append(int(self._row_of[row]))
                    coef.append(by)
            self._column_at.append(int(self.solver.getNumCol()))
            self._column(-float(m.values[number]), float("inf"), at, coef)
            self._number.append(number)
        self._taken_in = len(m.columns)

    def solve(self) -> tuple[float, Floats] | None:
        """Value and prices over the columns so far; ``chosen`` keeps how much of which columns is taken."""
        self._take_in()
        values, duals = np.zeros(0), np.zeros(0)
        for _ in range(SEPARATIONS):
            self.solver.run()
            if self.solver.getModelStatus() != self._optimal:
                return None
            found = self.solver.getSolution()
            values, duals = np.array(found.col_value), np.array(found.row_dual)
            if not (self._separate(values) or self._want_choices(duals)):
                break
        prices: Floats = np.zeros(len(self.master.rhs))
        live = np.flatnonzero((self._row_of >= 0) & (self._row_of < len(duals)))
        prices[live] = np.maximum(0.0, -duals[self._row_of[live]])
        shares = values[self._column_at]
        self.chosen = [(self.master.columns[self._number[x]], float(shares[x])) for x in np.flatnonzero(shares > MISSED)]
        return -float(self.solver.getInfo().objective_function_value), prices

    def _separate(self, values: Floats) -> bool:
        """Take in copies of rows that the solution breaks; whether there were any."""
        m = self.master
        size = m.copied.size
        if not size:
            return False
        used = np.zeros(len(m.rhs))
        shares = values[self._column_at]
        for x in np.flatnonzero(shares > MISSED).tolist():
            rows, coefs = m.entries(self._number[x])
            used[rows] += shares[x] * np.array(coefs)
        allowed = np.zeros((m.homes.size, size))
        # The variables of homes may be anything up to what choices give; what counts are these.
        taken = np.zeros(len(self.losses))
        taken[list(self._choice_at)] = values[list(self._choice_at.values())]
        allowed[:] = (taken @ m.has)[:, None]
        over = used[m.shared :] - allowed.ravel()
        broken = np.flatnonzero((over > 1e-5) & (self._row_of[m.shared :] < 0))
        broken = broken[np.argsort(-over[broken], kind="stable")[:AT_ONCE]]
        if not len(broken):
            return False
        self._add_copies(broken + m.shared)
        return True

    def _add_copies(self, numbers: Ints) -> None:
        m = self.master
        size = m.copied.size
        first = int(self.solver.getNumRow())
        self._row_of[numbers] = first + np.arange(len(numbers))
        place = {int(number): x for x, number in enumerate(numbers.tolist())}
        parts = [([(number - m.shared) // size], [-1.0]) for number in numbers.tolist()]
        for x, number in enumerate(self._number):
            for row, by in zip(*m.entries(number), strict=True):
                if row in place:
                    parts[place[row]][0].append(self._column_at[x])
                    parts[place[row]][1].append(by)
        starts = np.concatenate([[0], np.cumsum([len(at) for at, _ in parts])])[:-1].astype(np.int32)
        at = np.array([i for part, _ in parts for i in part], np.int32)
        coef = np.array([by for _, part in parts for by in part])
        none = np.full(len(parts), -float("inf"))
        self.solver.addRows(len(parts), none, np.zeros(len(parts)), len(at), starts, at, coef)
