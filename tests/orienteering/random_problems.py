"""Random problems small enough for many examples, with any mixture of what the solver knows, and every plan of a tiny one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations, product
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st

from recommender.orienteering import INF, Problem, Solution
from recommender.orienteering.check import _day, _nodes, value

Ints = np.ndarray[Any, np.dtype[np.int64]]

FEATURES: Final = (
    "windows", "breaks", "timed", "tables", "disconnected", "loss", "slots", "ties", "kinds", "variants", "apart", "day_use",
    "day_arcs", "trip_use", "trip_arcs", "groups", "musts", "uneven",
)  # fmt: skip
"""``uneven``: legs that are longer than a way round, as in timetables; ``disconnected``: legs that do not exist."""


@dataclass(frozen=True)
class Recipe:
    """Everything that makes a random problem: as few and small parts as possible show what is wrong with it."""

    seed: int
    visits: int
    days: int
    features: frozenset[str]

    def __call__(self) -> Problem:
        return _Kitchen(self).cook()


def recipes(visits: int, days: int, without: frozenset[str] = frozenset()) -> st.SearchStrategy[Recipe]:
    """Recipes of up to so many visits and days."""
    return st.builds(
        Recipe,
        st.integers(0, 2**31),
        st.integers(0, visits),
        st.integers(1, days),
        st.frozensets(st.sampled_from([feature for feature in FEATURES if feature not in without])),
    )


class _Kitchen:
    def __init__(self, recipe: Recipe) -> None:
        self.n, self.days = recipe.visits, recipe.days
        self.features = recipe.features
        self.dice = random.Random(recipe.seed)
        self.depots = self.dice.randint(2, 3) if recipe.features & {"slots", "ties"} else 1
        self.tables = 2 if "tables" in recipe.features else 1
        self.nodes = self.n + self.depots

    def ints(self, low: int, high: int, *shape: int) -> Ints:
        count = int(np.prod(shape))
        return np.array([self.dice.randint(low, high) for _ in range(count)], dtype=np.int64).reshape(shape)

    def chances(self, percent: int, *shape: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return self.ints(0, 99, *shape) < percent

    def cook(self) -> Problem:
        opens, closes, count = self.windows()
        days = self.days
        starts, more = self.ints(0, 60, days), self.legs() | self.counted() | self.nights()
        if "breaks" in self.features:
            more |= self.breaks()
        if "kinds" in self.features:
            kinds = self.dice.randint(1, 3)
            more["kind"] = self.ints(-1, kinds - 1, self.n)
            more["day_weight"], more["trip_weight"] = self.weights(kinds), self.weights(kinds)
        if "variants" in self.features:
            more["variant"] = self.ints(0, max(1, self.n * 2 // 3), self.n)
        if "apart" in self.features:
            upper = np.triu(self.chances(25, self.n, self.n), 1)
            more["apart"] = upper | upper.T
        if "musts" in self.features:
            more["must"] = self.chances(30, self.n)
        return Problem.of(
            self.ints(0, 60, self.n), self.ints(0, 60, self.n), more.pop("travel"), opens, closes,
            starts, starts + self.ints(100, 400, days), window_count=count, **more,
        )  # fmt: skip

    def metric(self) -> Ints:
        """Whole distances of points in the plane, closed under the shortest way."""
        places = [(self.dice.randint(0, 70), self.dice.randint(0, 70)) for _ in range(self.nodes)]
        table = np.array([[round(((a - c) ** 2 + (b - d) ** 2) ** 0.5) for c, d in places] for a, b in places])
        return closed(table.astype(np.int64))

    def legs(self) -> dict[str, Any]:
        shape = (self.tables, self.nodes, self.nodes)
        travel = np.stack([self.metric() for _ in range(self.tables)])
        if "uneven" in self.features:
            travel += self.ints(0, 60, *shape) * self.chances(30, *shape)
        if "disconnected" in self.features:
            travel = np.where(self.chances(20, *shape), INF, travel)
        more: dict[str, Any] = {"travel": travel}
        if "tables" in self.features:
            more["table_of_day"] = self.ints(0, 1, self.days)
        if "timed" in self.features:
            few = self.chances(40, *shape)
            more["first"] = np.where(few, self.ints(0, 200, *shape), 0)
            more["latest"] = np.where(few, more["first"] + self.ints(0, 200, *shape), INF)
            slow = np.where(self.chances(40, *shape), INF, np.minimum(travel + self.ints(-10, 60, *shape), INF))
            more["late_travel"] = np.where(few, np.maximum(slow, 0), travel)
        if "loss" in self.features:
            more["arc_loss"] = self.ints(0, 12, *shape) * self.chances(50, *shape)
        return more

    def arcs(self) -> Ints:
        """What legs take of two resources: like their times, no more than a way round, unless uneven."""
        shape = (2, self.tables, self.nodes, self.nodes)
        use = np.stack([closed(self.metric() // 10) for _ in range(2 * self.tables)]).reshape(shape)
        return use + self.ints(0, 20, *shape) * self.chances(30, *shape) if "uneven" in self.features else use

    def windows(self) -> tuple[Ints, Ints, Ints]:
        width = 3 if "windows" in self.features else 1
        moments = [sorted(self.dice.sample(range(0, 420, 3), 2 * width)) for _ in range(self.days * self.n)]
        cuts = np.array(moments, dtype=np.int64).reshape(self.days, self.n, width, 2)
        if "windows" not in self.features:
            cuts[..., 0] = cuts[..., 0] // 2
            return cuts[..., 0].copy(), cuts[..., 1].copy(), np.ones((self.days, self.n), dtype=np.int64)
        at_once = self.chances(15, self.days, self.n, width)
        return cuts[..., 0].copy(), np.where(at_once, cuts[..., 0], cuts[..., 1]), self.ints(0, 3, self.days, self.n)

    def breaks(self) -> dict[str, Any]:
        early = np.sort(self.ints(40, 300, self.days, 2), axis=1)
        return {
            "break_earliest": early, "break_latest": early + self.ints(0, 120, self.days, 2),
            "break_length": self.ints(0, 60, self.days, 2), "break_count": self.ints(0, 2, self.days),
        }  # fmt: skip

    def nights(self) -> dict[str, Any]:
        if not self.features & {"slots", "ties"}:
            return {}
        allowed = self.chances(60, self.days + 1, self.depots)
        shared = self.dice.randrange(self.depots)
        allowed[:, shared] = True
        tied = "ties" in self.features
        return {
            "slot_allowed": allowed, "slot_loss": self.ints(0, 15, self.days + 1, self.depots),
            "move_loss": self.dice.randint(0, 20), "tie_first": tied and self.dice.random() < 0.7,
            "tie_last": tied and self.dice.random() < 0.7,
        }  # fmt: skip

    def counted(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.features & {"day_use", "day_arcs"}:
            more["day_use"] = self.ints(0, 10, 2, self.n) * self.chances(70, 2, self.n)
            more["day_cap"] = self.ints(5, 40, 2, self.days)
        if "day_arcs" in self.features:
            more["day_arc_use"] = self.arcs()
            more["day_cap"] = more["day_cap"] + self.ints(0, 20, 2, self.days)
        if self.features & {"trip_use", "trip_arcs", "groups"}:
            more["trip_use"] = self.ints(0, 10, 2, self.n) * self.chances(70, 2, self.n)
            more["trip_cap"] = self.ints(5, 60, 2)
        if "trip_arcs" in self.features:
            more["trip_arc_use"] = self.arcs()
            more["trip_cap"] = more["trip_cap"] + self.ints(0, 20, 2) * self.days
        if "groups" in self.features:
            more["group"] = self.ints(-1, 1, self.n)
            more["group_use"] = self.ints(0, 15, 2, 2)
        return more

    def weights(self, kinds: int) -> Ints:
        return -np.sort(-self.ints(0, 1000, kinds, self.dice.randint(1, 3)), axis=1)


def closed(table: Ints) -> Ints:
    """Every leg as short as the shortest way round."""
    table = table.copy()
    for via in range(len(table)):
        table = np.minimum(table, table[:, via, None] + table[None, via, :])
    return table


class Exhaustion:
    """Every plan of a tiny problem, feasibility by day asked of the check once for each tour and pair of depots."""

    def __init__(self, problem: Problem) -> None:
        assert problem.visits <= 5
        assert problem.days <= 2
        self.problem = problem

    @cached_property
    def best(self) -> tuple[tuple[int, int], Solution]:
        """As many required visits as can be made, then as much value, within all resources; only if any plan is."""
        return max(self.rated(), key=lambda rated: rated[0])

    @cached_property
    def can_keep(self) -> bool:
        """Whether any choice of depots keeps to the trip's resources when nothing is visited."""
        empty = ((),) * self.problem.days
        return any(not over(self.problem, empty, slots) for slots in self.slots())

    def rated(self) -> Iterator[tuple[tuple[int, int], Solution]]:
        problem = self.problem
        tours = [[t for size in range(problem.visits + 1) for t in permutations(range(problem.visits), size)]]
        for slots in self.slots():
            by_day = []
            for day in range(problem.days):
                shell = ((),) * day
                rest = ((),) * (problem.days - day - 1)
                fits = []
                for tour in tours[0]:
                    nodes = _nodes(problem, Solution((*shell, tour, *rest), slots, 0, ()), day)
                    if not _day(problem, day, tour, nodes):
                        fits.append(tour)
                by_day.append(fits)
            for plan in product(*by_day):
                visited = [k for tour in plan for k in tour]
                if len({int(problem.variant[k]) for k in visited}) < len(visited):
                    continue
                if over(problem, plan, slots):
                    continue
                made = sum(bool(problem.must[k]) for k in visited)
                found = Solution(plan, slots, 0, ())
                yield (made, value(problem, found)), found

    def slots(self) -> Iterator[tuple[int, ...]]:
        problem = self.problem
        for slots in product(range(problem.depots), repeat=problem.days + 1):
            if not all(problem.slot_allowed[s, b] for s, b in enumerate(slots)):
                continue
            if (problem.tie_first and slots[0] != slots[1]) or (problem.tie_last and slots[-1] != slots[-2]):
                continue
            yield slots


def over(problem: Problem, routes: tuple[tuple[int, ...], ...], slots: tuple[int, ...]) -> list[int]:
    """Trip resources that tours exceed."""
    exceeded = []
    for q, cap in enumerate(problem.trip_cap.tolist()):
        used = sum(int(problem.group_use[q, g]) for g in {int(problem.group[k]) for r in routes for k in r} - {-1})
        for day, route in enumerate(routes):
            used += sum(int(problem.trip_use[q, k]) for k in route)
            if problem.trip_arc_use.size:
                nodes = [problem.visits + slots[day], *route, problem.visits + slots[day + 1]]
                table = int(problem.table_of_day[day])
                used += sum(int(problem.trip_arc_use[q, table, i, j]) for i, j in pairwise(nodes))
        if used > cap:
            exceeded.append(q)
    return exceeded
