"""The routes of one day under given prices: arrays for the labels, and multipliers that make their pruning sharp."""

from __future__ import annotations

import importlib.util
import itertools
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.orienteering import pricing
from recommender.orienteering.compiling import compiled
from recommender.orienteering.master import Column, Floats, Master, Ranks
from recommender.orienteering.pricing import BITS, LOW, NODE, PARENT, RANK, USED
from recommender.orienteering.problem import INF, Bools, Ints, Problem

NEAR: Final = 8
"""Neighbours that a visit remembers, to begin with."""
COARSE_MIN: Final = 10
FINE_CELLS: Final = 6_000_000
"""Steps of ``complete`` that are worth a finer table."""
SLICE: Final = 40
"""Buckets of labels between two looks at whether anybody still wants the bound."""
MANY: Final = 60
PER_LABEL: Final = 200
"""Comparisons for each label that there is room for."""
NEVER: Final = 1e17
_TWIN: Final = "recommender.orienteering.pricing_compiled"
_guard = threading.Lock()


@cache
def _compiled() -> ModuleType:
    spec = importlib.util.spec_from_file_location(_TWIN, pricing.__file__)
    assert spec is not None
    assert spec.loader is not None
    twin = importlib.util.module_from_spec(spec)
    sys.modules[_TWIN] = twin
    spec.loader.exec_module(twin)
    for name in pricing.COMPILED:
        how: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
        if name not in pricing.ENTRIES:
            how |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        setattr(twin, name, compiled(getattr(twin, name), **how))
    return twin


def engine(*, compiled: bool) -> Any:
    """The functions of ``pricing``, compiled or plain."""
    if not compiled:
        return pricing
    with _guard:
        return _compiled()


class Room:
    """Memory for labels, shared by all days."""

    def __init__(self, labels: int, resources: int) -> None:
        self.labels = labels
        self.ints: Ints = np.zeros((labels, USED + resources), dtype=np.int64)
        self._masks: dict[int, Ints] = {}
        self.worth: Floats = np.zeros(labels)
        self.promise: Floats = np.zeros(labels)
        self.bars: Ints = np.zeros(256, dtype=np.int64)

    def masks(self, words: int) -> Ints:
        """Bits that labels remember."""
        if words not in self._masks:
            self._masks[words] = np.zeros((self.labels, words), dtype=np.int64)
        return self._masks[words]


class Interrupted(Exception):
    """Somebody no longer wants the bound."""


@dataclass(frozen=True)
class Asked:
    """Routes from a depot, what ending at each depot is worth (LOW where they may not), and below what they do not matter."""

    start: int
    ends: Floats
    floor: float


class DayRoutes:
    """One day: its visits, what is remembered of them, and the prices of the moment.

    ``extra`` names visits that are remembered at others beyond their neighbourhood, ``more_of`` kinds whose ranks are.
    """

    def __init__(self, problem: Problem, ranks: Ranks, master: Master, day: int, run: Any) -> None:
        self.problem, self.ranks, self.master, self.day, self.run = problem, ranks, master, day, run
        self.extra: dict[int, set[int]] = {}
        self.more_of: dict[int, set[int]] = {}
        d, n, b = day, problem.visits, problem.depots
        self.table = int(problem.table_of_day[d])
        self.visits: Ints = np.flatnonzero(problem.window_count[d]).astype(np.int64)
        if problem.day_end[d] < problem.day_start[d]:
            self.visits = self.visits[:0]
        self.size = len(self.visits)
        nodes = np.concatenate([self.visits, n + np.arange(b)])
        grid: Any = np.ix_(nodes, nodes)
        tables = (problem.travel, problem.first, problem.latest, problem.late_travel)
        self.legs: Ints = np.stack([array[self.table][grid] for array in tables])
        self.loss: Floats = problem.arc_loss[self.table][grid].astype(np.float64)
        self.trip_arcs: Floats = (
            problem.trip_arc_use[:, self.table][(slice(None), *grid)] / np.array(master.scale)[:, None, None]
            if problem.trip_arc_use.size
            else np.zeros((0, len(nodes), len(nodes)))
        )
        breaks = int(problem.break_count[d])
        self.breaks: Ints = np.stack(
            [array[d, :breaks] for array in (problem.break_earliest, problem.break_latest, problem.break_length)]
        )
        self.span: Ints = np.array([problem.day_start[d], problem.day_end[d]], dtype=np.int64)
        self._resources(grid)
        self._choices()
        self.sharpen(frozenset())
        self.refresh()
        self.kept: dict[tuple[int, int], tuple[Floats, Floats]] = {}
        self.multiplier: Floats = np.zeros(self.bits)

    def _resources(self, grid: Any) -> None:
        """The day's resources; on a single day those of the trip too, without groups."""
        p, d = self.problem, self.day
        use, cap = p.day_use[:, self.visits], p.day_cap[:, d]
        arcs = p.day_arc_use[:, self.table][(slice(None), *grid)] if p.day_arc_use.size else None
        if p.days == 1 and len(p.trip_cap):
            use, cap = np.concatenate([use, p.trip_use[:, self.visits]]), np.concatenate([cap, p.trip_cap])
            if p.trip_arc_use.size or arcs is not None:
                nodes = self.legs.shape[1]
                today = arcs if arcs is not None else np.zeros((len(p.day_cap), nodes, nodes), dtype=np.int64)
                trip = p.trip_arc_use[:, self.table][(slice(None), *grid)] if p.trip_arc_use.size else (
                    np.zeros((len(p.trip_cap), nodes, nodes), dtype=np.int64))  # fmt: skip
                arcs = np.concatenate([today, trip])
        self.use: Ints = np.ascontiguousarray(use, dtype=np.int64)
        self.cap: Ints = np.ascontiguousarray(cap, dtype=np.int64)
        self.arcs: Ints = np.ascontiguousarray(arcs) if arcs is not None else np.zeros((0, 0, 0), dtype=np.int64)
        self.scale: Floats = np.maximum(1.0, self.cap / 4)
        self.scarce: Floats = np.zeros(len(self.cap))

    def _choices(self) -> None:
        """Every visit with every rank, in one list, and the rows that price them."""
        rows, p, m = self.master.rows, self.problem, self.size
        none = self.master.shared
        self.kind: Ints = p.kind[self.visits]
        self.last_rank: Ints = np.array([self.ranks.day[c] - 1 if c >= 0 else 0 for c in self.kind.tolist()], dtype=np.int64)
        self.width_of_ranks = int(self.last_rank.max(initial=0)) + 1
        self.order: Ints = np.zeros(m, dtype=np.int64)
        self.order[np.lexsort((self.visits, -p.prize[self.visits]))] = np.arange(m)
        worth, trip, today, place, rank = [], [], [], [], []
        for i, k in enumerate(self.visits.tolist()):
            c = int(p.kind[k])
            # Ranks go by prize: one cannot have more of its kind before it than there are.
            better = int(((self.kind == c) & (self.order < self.order[i])).sum())
            for j, r in self.ranks.choices[k]:
                if j <= better:
                    worth.append(self.ranks.worth(k, j, r))
                    trip.append(rows.get(("rank", c, r), none))
                    today.append(rows.get(("rank", c, j, self.day), none))
                    place.append(i * self.width_of_ranks + j)
                    rank.append(r)
        self.choice_worth: Floats = np.array(worth, dtype=np.float64)
        self.choice_rows: Ints = np.array([trip, today], dtype=np.int64)
        self.choice_place: Ints = np.array(place, dtype=np.int64)
        self.choice_rank: Ints = np.array(rank, dtype=np.int64)
        self.place = {k: i for i, k in enumerate(self.visits.tolist())}
        self.visit_rows: Floats = np.zeros((m, none))
        for i, k in enumerate(self.visits.tolist()):
            for row, by in self.master.of_visit(k).items():
                self.visit_rows[i, row] = by

    # ------------------------------------------------------------------------------------------- what is remembered

    def sharpen(self, kinds: Iterable[int]) -> None:
        """Visits of these kinds take different ranks; all others each the rank that is worth most. ``refresh`` comes next."""
        self.exact: Bools = np.isin(self.kind, list(kinds))
        self.last: Ints = np.where(self.exact, self.last_rank, 0)

    def refresh(self) -> None:
        """Bits and options anew, after ``exact`` or ``extra`` has changed."""
        p, m = self.problem, self.size
        variant = p.variant[self.visits]
        # The bit of a variant says that it was made; that of a visit, that it may not be, for whatever reason.
        self.speaks: Ints = np.arange(m, dtype=np.int64)
        several = [v for v in np.unique(variant).tolist() if (variant == v).sum() > 1]
        for x, v in enumerate(several):
            self.speaks[variant == v] = m + x
        self.bits = m + len(several)
        self.rank_bit: Ints = np.full((m, self.width_of_ranks), -1, dtype=np.int64)
        for c in np.unique(self.kind).tolist():
            mine = np.flatnonzero(self.kind == c)
            last = int(self.last_rank[mine[0]])
            if self.exact[mine[0]]:
                self.rank_bit[mine, :last] = self.bits + np.arange(last)
            self.bits += last
        words = max(1, -(-self.bits // BITS))
        self.keep: Ints = np.zeros((m, words), dtype=np.int64)
        self.block: Ints = np.zeros((m, words), dtype=np.int64)
        mutual = (variant[:, None] == variant[None, :]) | p.apart[np.ix_(self.visits, self.visits)]
        mutual[np.arange(m), np.arange(m)] = True
        near = self._near()
        for i in range(m):
            kept = np.flatnonzero(mutual[near[i]].any(axis=0))
            kinds = self.more_of.get(int(self.visits[i]), set()) | {int(self.kind[i])}
            ranks = np.unique(self.rank_bit[np.isin(self.kind, list(kinds))])
            _put(self.keep, i, [*kept.tolist(), *self.speaks[kept].tolist(), *ranks[ranks >= 0].tolist()])
            _put(self.block, i, [*np.flatnonzero(mutual[i]).tolist(), int(self.speaks[i])])

    def _near(self) -> npt.NDArray[np.bool_]:
        m = self.size
        near = np.eye(m, dtype=np.bool_)
        way = np.minimum(self.legs[0, :m, :m], INF)
        far = way + way.T
        for i, row in enumerate(np.argsort(far, axis=1, kind="stable")[:, : NEAR + 1]):
            near[i, row] = True
        for k, others in self.extra.items():
            if k in self.place:
                near[self.place[k], [self.place[o] for o in others if o in self.place]] = True
        return near

    # ------------------------------------------------------------------------------------------------------ prices

    def set_prices(self, prices: Floats) -> None:
        """Cost of legs at these prices of the master's rows, and for ``at`` what visits are worth."""
        p, rows, m, b = self.problem, self.master.rows, self.size, self.problem.depots
        self.prices = prices
        self._gains: dict[int, tuple[Floats, Floats]] = {}
        self.cost: Floats = self.loss.copy()
        if len(self.trip_arcs):
            self.cost += np.tensordot([prices[rows["cap", q]] for q in range(len(p.trip_cap))], self.trip_arcs, 1)
        self.idle: Floats = -self.cost[m : m + b, m : m + b]

    def at(self, home: int) -> DayRoutes:
        """The day with the worth of visits on routes of this home."""
        if home not in self._gains:
            folded = self.master.folded(self.prices, home)
            priced = np.append(folded, 0.0)
            choice = self.choice_worth - priced[self.choice_rows].sum(axis=0)
            table: Floats = np.full(self.size * self.width_of_ranks, LOW)
            np.maximum.at(table, self.choice_place, choice)
            table = table.reshape(self.size, self.width_of_ranks)
            table = np.where(table > LOW, table - (self.visit_rows @ folded)[:, None], LOW)
            table[~self.exact, 0] = table[~self.exact].max(axis=1, initial=LOW)
            table[~self.exact, 1:] = LOW
            self._gains[home] = choice, table
        self.home = home
        self.choice_gain, self.gains = self._gains[home]
        self.gain: Floats = self.gains.max(axis=1, initial=LOW)
        return self

    # -------------------------------------------------------------------------------------------------- multipliers

    def promise(self, asked: Asked, steps: int, width: int, only: Ints) -> _Promise:
        """The least upper bound that some steps on the multipliers find, by Polyak's rule towards the floor.

        That a visit is made once and that resources suffice, labels see to where they remember, but what they may still gain is
        estimated without memory. Multipliers charge for each of these there.
        """
        found = _Promise(self, asked, width, only)
        best, kept = np.inf, (self.multiplier, self.scarce)
        pace, stale = 1.0, 0
        for step in range(steps + 1):
            found.compute()
            if found.top < best - 1e-9:
                best, kept, stale = found.top, (self.multiplier, self.scarce), 0
            else:
                stale += 1
                pace *= 0.7 if stale > 1 else 1.0
            if step == steps or found.top <= asked.floor:
                break
            slack, spare = found.slack()
            slack = np.where((self.multiplier <= 0) & (slack > 0), 0.0, slack)
            spare = np.where((self.scarce <= 0) & (spare > 0), 0.0, spare / self.scale)
            norm = float(slack @ slack + spare @ spare)
            if norm <= 0:
                break
            by = pace * (found.top - asked.floor) / norm
            self.multiplier = np.maximum(0.0, self.multiplier - by * slack)
            self.scarce = np.maximum(0.0, self.scarce - by * spare / self.scale)
        self.multiplier, self.scarce = kept
        if found.top > best:
            found.compute()
        return found

    def hopeful(self, ends: Floats) -> Floats:
        """(b,) what a day from each depot is worth at most at its home: a rough bound, in one go for all."""
        every = np.arange(self.size, dtype=np.int64)
        if not self.size:
            return np.full(self.problem.depots, LOW)
        if not (width := self.width(every)):
            return np.full(self.problem.depots, NEVER)
        found = _Promise(self, Asked(0, ends, 0.0), width, every)
        found.compute()
        return found.onward[0, self.size :, 0] + found.given

    def width(self, visits: Ints) -> int:
        """Minutes of a moment that no visit is shorter than; 0 if some take no time."""
        shortest = int(self.problem.duration[self.visits[visits]].min()) if len(visits) else 0
        return min(COARSE_MIN, shortest)

    def search(
        self, room: Room, asked: Asked, *, beam: int, steps: int, work: int, stop: Callable[[], bool]
    ) -> tuple[float, list[tuple[float, Column]]]:
        """Routes worth more than the floor, and what no route is worth more than: the floor, the best, or a weaker bound.

        With a beam the second is not proven.
        """
        every = np.arange(self.size, dtype=np.int64)
        if beam:
            every = every[self.gain[every] > 0]
        if not len(every):
            return asked.floor, []
        if not (width := self.width(every)):
            return self._labels(room, asked, NEVER, every, None, beam, work, stop)
        self.multiplier, self.scarce = self.kept.get((self.home, asked.start), (self.multiplier, self.scarce))
        found = self._narrowed(room, asked, every, width, beam, steps, work, stop)
        self.kept[self.home, asked.start] = self.multiplier, self.scarce
        return found

    def _narrowed(
        self, room: Room, asked: Asked, some: Ints, width: int, beam: int, steps: int, work: int, stop: Callable[[], bool]
    ) -> tuple[float, list[tuple[float, Column]]]:  # fmt: skip
        """Better and better promises for fewer and fewer visits, then labels."""
        promise = self.promise(asked, steps if beam else 0, width, some)
        if beam:
            if promise.top <= asked.floor:
                return asked.floor, []
            return self._labels(room, asked, promise.top, some, promise, beam, work, stop)
        for count, fine in ((steps // 6, False), (steps // 2, True)):
            if stop():
                raise Interrupted
            if promise.top <= asked.floor or not len(some := promise.useful(asked.floor)):
                return asked.floor, []
            promise = self.promise(asked, count, self._fine(some) if fine else width, some)
        if promise.top <= asked.floor or not len(some := promise.useful(asked.floor)):
            return asked.floor, []
        if len(some) < len(promise.part.some):
            promise = self.promise(asked, 0, promise.width, some)
        return self._labels(room, asked, promise.top, some, promise, 0, work, stop)

    def _fine(self, visits: Ints) -> int:
        """The shortest moment that is affordable for so many visits."""
        cells = (len(visits) + self.problem.depots) ** 2 * (self.breaks.shape[1] + 1) * int(self.span[1] - self.span[0] + 1)
        return int(min(self.width(visits), max(1, -(-cells // FINE_CELLS))))

    def _labels(
        self, room: Room, asked: Asked, bound: float, some: Ints, promise: _Promise | None, beam: int, work: int,
        stop: Callable[[], bool],
    ) -> tuple[float, list[tuple[float, Column]]]:  # fmt: skip
        gains, bits = self.gains[some], self.rank_bit[some]
        wide = int(self.last[some].max(initial=0)) + 1
        gains, bits = gains[:, :wide].copy(), bits[:, :wide].copy()
        if beam or gains.shape[1] == 1:
            return self._run(room, asked, bound, some, promise, beam, work, stop, gains, bits)
        # If any number of visits might have the best rank, there are fewer labels: often these are proof enough.
        best, free = gains.max(axis=1, initial=LOW)[:, None], np.full((len(some), 1), -1, dtype=np.int64)
        bound, routes = self._run(room, asked, bound, some, promise, 0, work, stop, best, free)
        if bound <= asked.floor:
            return bound, []
        again, found = self._run(room, asked, bound, some, promise, 0, work, stop, gains, bits)
        return again, found + routes

    def _run(
        self, room: Room, asked: Asked, bound: float, some: Ints, promise: _Promise | None, beam: int, work: int,
        stop: Callable[[], bool], gains: Floats, bits: Ints,
    ) -> tuple[float, list[tuple[float, Column]]]:  # fmt: skip
        part = promise.part if promise is not None else _Part(self, some)
        queue: Ints = np.zeros(max(int(self.span[1] - self.span[0]) + 1, len(some) + 2), dtype=np.int64)
        settled, label_of, end_of = (np.zeros(len(some), dtype=np.int64) for _ in range(3))
        best: Floats = np.zeros(len(some))
        multiplier = self.multiplier * part.active
        heavy = np.flatnonzero(multiplier > 0).astype(np.int64)
        effort: Ints = np.array([work], dtype=np.int64)
        onward = promise.onward if promise is not None else np.zeros((0, 0, 0))
        made = 0
        pace = len(queue) if beam else SLICE
        for begin in range(0, len(queue), pace):
            if stop():
                raise Interrupted
            made = self.run.price(
                part.legs, part.cost, part.duration, part.opens, part.closes, part.count, self.breaks, self.span,
                gains, bits, some, part.keep, part.block, part.use, part.arcs, self.cap,
                asked.start, asked.ends,
                onward, promise.width if promise is not None else 0, heavy, multiplier[heavy], self.scarce,
                float(asked.floor), beam,
                room.ints, room.masks(self.keep.shape[1]), room.worth[: max(MANY, work // PER_LABEL)], room.promise,
                queue, settled, room.bars, best, label_of, end_of, made, begin, begin + pace, effort,
            )  # fmt: skip
            if made < 0:
                break
        found = []
        for i in np.argsort(-best, kind="stable")[:MANY].tolist():
            if label_of[i] >= 0:
                path: list[int] = []
                ranks: list[int] = []
                label = int(label_of[i])
                while room.ints[label, PARENT] >= 0:
                    path.insert(0, int(some[room.ints[label, NODE]]))
                    ranks.insert(0, int(room.ints[label, RANK]))
                    label = int(room.ints[label, PARENT])
                true = ranks if gains.shape[1] > 1 else self.ranked(path)
                found.append((float(best[i]), self.column(asked.start, int(end_of[i]), path, true)))
        if made < 0 and beam == 0:
            return bound, found
        return (found[0][0] if found else asked.floor), found

    def column(self, start: int, end: int, path: Sequence[int], ranks: Sequence[int]) -> Column:
        """The column of a route, each visit at the trip's rank that is worth most at the prices of the moment."""
        chosen: list[tuple[int, int]] = []
        for i, j in zip(path, ranks, strict=True):
            at = self.choice_place == i * self.width_of_ranks + j
            mine = np.flatnonzero(at if self.exact[i] else self.choice_place // self.width_of_ranks == i)
            best = int(mine[np.argmax(self.choice_gain[mine])])
            chosen.append((int(self.choice_place[best]) % self.width_of_ranks, int(self.choice_rank[best])))
        return Column(self.day, start, end, tuple(self.visits[list(path)].tolist()), tuple(chosen))

    def makes(self, visits: Sequence[int], ranks: Sequence[int]) -> bool:
        """Whether labels, which forget, make these visits at these ranks of the day."""
        mask = 0
        for k, rank in zip(visits, ranks, strict=True):
            i = self.place[k]
            bits = [i] if (bit := int(self.rank_bit[i, rank])) < 0 else [i, bit]
            if any(mask >> bit & 1 for bit in bits):
                return False
            mask = mask & self.wide(self.keep, i) | self.wide(self.block, i)
            mask |= sum(1 << bit for bit in bits[1:])
        return True

    @staticmethod
    def wide(masks: Ints, row: int) -> int:
        """The bits of a row as one number."""
        return sum(int(word) << (BITS * x) for x, word in enumerate(masks[row].tolist()))

    def ranked(self, path: Sequence[int]) -> list[int]:
        """Rank of each visit of a route among those of its kind."""
        found = []
        for i in path:
            before = {o for o in path if self.kind[o] == self.kind[i] and self.order[o] < self.order[i]}
            found.append(min(len(before), int(self.last[i])))
        return found

    @cached_property
    def _whole(self) -> _Part:
        return _Part(self, np.arange(self.size, dtype=np.int64))

    def fits(self, start: int, end: int, path: Ints) -> bool:
        """Whether a route may be made on this day."""
        part = self._whole
        room: Ints = np.zeros((2, self.breaks.shape[1] + 1), dtype=np.int64)
        return bool(self.run.fits(
            part.legs, part.duration, part.opens, part.closes, part.count, self.breaks, self.span,
            part.use, part.arcs, self.cap, start, end, path, room,
        ))  # fmt: skip

    def varied(self, start: int, end: int, path: tuple[int, ...], floor: float) -> list[tuple[float, tuple[int, ...]]]:
        """Routes that are a route with one visit changed and worth more than the floor, the best first."""
        m = self.size
        if not m:
            return []
        part = self._whole
        room: Ints = np.zeros((2, self.breaks.shape[1] + 1), dtype=np.int64)
        best: Floats = np.zeros(m)
        out, at = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64)
        self.run.vary(
            part.legs, self.cost, part.duration, part.opens, part.closes, part.count, self.breaks, self.span, self.gains,
            self.kind, self.order, self.last, part.some, self.block, part.use, part.arcs, self.cap, start, end,
            np.array(path, dtype=np.int64), floor, room, np.zeros(len(path) + 1, dtype=np.int64), best, out, at,
        )  # fmt: skip
        found = []
        for k in np.argsort(-best, kind="stable").tolist():
            if best[k] <= floor:
                break
            left = list(path)
            if out[k] >= 0:
                del left[int(out[k])]
            left.insert(int(at[k]), k)
            found.append((float(best[k]), tuple(left)))
        return found


def _put(masks: Ints, row: int, bits: Iterable[int]) -> None:
    for bit in bits:
        masks[row, bit // BITS] |= 1 << (bit % BITS)


class _Part:
    """The arrays of a day cut down to some of its visits."""

    def __init__(self, day: DayRoutes, some: Ints) -> None:
        p, d = day.problem, day.day
        nodes = np.concatenate([some, day.size + np.arange(p.depots)])
        grid: Any = np.ix_(nodes, nodes)
        visits = day.visits[some]
        self.some = some
        self.legs: Ints = np.ascontiguousarray(day.legs[(slice(None), *grid)])
        self.cost: Floats = np.ascontiguousarray(day.cost[grid])
        self.duration: Ints = p.duration[visits]
        self.opens: Ints = np.ascontiguousarray(p.window_open[d][visits])
        self.closes: Ints = np.ascontiguousarray(p.window_close[d][visits])
        self.count: Ints = p.window_count[d][visits]
        self.keep: Ints = np.ascontiguousarray(day.keep[some])
        self.block: Ints = np.ascontiguousarray(day.block[some])
        self.use: Ints = np.ascontiguousarray(day.use[:, some])
        self.arcs: Ints = np.ascontiguousarray(day.arcs[(slice(None), *grid)]) if day.arcs.size else day.arcs
        # Multipliers of visits that are out are not needed.
        self.active: Floats = np.zeros(day.bits)
        self.active[day.speaks[some]] = 1.0
        bits = day.rank_bit[some]
        self.active[bits[bits >= 0]] = 1.0


class _Promise:
    """What ``complete`` says for one choice of multipliers."""

    def __init__(self, day: DayRoutes, asked: Asked, width: int, some: Ints) -> None:
        self.day, self.asked, self.width = day, asked, width
        self.part = _Part(day, some)
        moments = int(day.span[1] - day.span[0]) // width + 1
        shape = (moments, self.part.legs.shape[1], day.breaks.shape[1] + 1)
        self.fixed = self._in_moments(moments)
        self.onward: Floats = np.empty(shape)
        self.inside: Floats = np.empty(shape)
        self.top = NEVER

    def _in_moments(self, moments: int) -> tuple[Ints, Ints, Ints]:
        """Legs, visits and breaks in moments: see ``complete``."""
        part, breaks, width = self.part, self.day.breaks, self.width
        begin = int(self.day.span[0])
        travel, first, latest, late = part.legs
        beyond = moments + 1
        hops = np.stack(
            [
                travel // width, (first + travel - begin) // width, (latest - begin) // width,
                late // width, (latest + travel - begin) // width,
            ]
        )  # fmt: skip
        nodes = np.arange(hops.shape[1])
        hops[:, nodes, nodes] = beyond
        hops = np.clip(hops, -1, beyond).astype(np.int32)
        self.plain = bool((hops[1] <= hops[0]).all() and (hops[2] >= moments - hops[0]).all() and (hops[3] >= hops[0]).all())
        self.nearest = np.argsort(np.minimum(hops[0], hops[3]), axis=1).astype(np.int32)
        times = begin + width * np.arange(moments)
        stays = np.full((moments, len(part.some)), beyond, dtype=np.int64)
        for w in range(part.opens.shape[1] - 1, -1, -1):
            fits = (times[:, None] <= part.closes[None, :, w]) & (w < part.count)[None, :]
            ends = (np.maximum(times[:, None], part.opens[None, :, w]) + part.duration - begin) // width
            stays = np.where(fits, np.minimum(ends, beyond), stays)
        pauses = np.full((breaks.shape[1], moments), beyond, dtype=np.int64)
        for x, (earliest, latest_start, length) in enumerate(breaks.T.tolist()):
            after = (np.maximum(times, earliest) + length - begin) // width
            pauses[x] = np.where(times <= latest_start, np.minimum(after, beyond), beyond)
        return hops, stays.astype(np.int32), pauses.astype(np.int32)

    def compute(self) -> None:
        """Bounds for the day's multipliers."""
        day, part = self.day, self.part
        count = len(part.some)
        multiplier, scarce = day.multiplier * part.active, day.scarce
        by_rank = day.gains[part.some] - np.append(multiplier, 0.0)[day.rank_bit[part.some]]
        self.rank: Ints = by_rank.argmax(axis=1)
        self.visit_gain: Floats = by_rank.max(axis=1, initial=LOW) - multiplier[day.speaks[part.some]] - scarce @ part.use
        self.cost: Floats = part.cost + np.tensordot(scarce, part.arcs, 1) if part.arcs.size else part.cost
        hops, stays, pauses = self.fixed
        self._args = (hops, np.ascontiguousarray(self.cost), stays, pauses)
        cost = self._args[1:]
        day.run.complete(
            hops, self.nearest, self.plain, *cost, self.visit_gain, self.asked.ends, self.onward, self.inside
        )
        self.given = float(multiplier.sum() + scarce @ day.cap)
        self.top = float(self.onward[0, count + self.asked.start, 0]) + self.given

    def slack(self) -> tuple[Floats, Floats]:
        """What the best way leaves of each multiplier's row: once for every bit, and the resources."""
        day, part = self.day, self.part
        path: Ints = np.zeros(64, dtype=np.int64)
        depot = self.asked.start
        length = day.run.trace(*self._args, self.onward, self.inside, depot, path)
        once, spare = part.active.copy(), day.cap.astype(np.float64)
        for i in path[:length].tolist():
            once[day.speaks[part.some[i]]] -= 1.0
            if (bit := day.rank_bit[part.some[i], self.rank[i]]) >= 0:
                once[bit] -= 1.0
            spare -= part.use[:, i]
        if part.arcs.size:
            way = [len(part.some) + depot, *path[: min(length + 1, len(path))].tolist()]
            for i, j in itertools.pairwise(way):
                spare -= part.arcs[:, i, j]
        return once, spare

    def useful(self, floor: float) -> Ints:
        """Visits that some way worth more than ``floor`` may contain."""
        part = self.part
        ready, there = np.empty_like(self.onward), np.empty_like(self.onward)
        through: Floats = np.zeros(len(part.some))
        self.day.run.reach(*self._args, self.visit_gain, self.asked.start, self.onward, ready, there, through)
        return part.some[through + self.given > floor - 1e-6]
