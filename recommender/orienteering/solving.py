"""Solve a problem: pack it for the kernel, search, and unpack what was found."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.orienteering import kernel
from recommender.orienteering.engine import engine, set_warm
from recommender.orienteering.problem import INF, Problem, Solution

HOT: Final = 0.02
COLD: Final = 0.002
"""Share of the best value that a worse solution may lack and be accepted with probability 1/e, at first and at last."""
CHUNK: Final = 64
"""Compiled rounds between two looks at the clock; plain ones take too long for more than one."""
PILOT_SHARE: Final = 4
SHORTEST_PILOT: Final = 25
"""A quarter of the rounds goes into short searches from one depot each, if that leaves each of them as many."""
CROSSING: Final = 20_000
"""Rounds from which on there are also searches from what two of these make together."""
PILOTS: Final = 0.15
FINALS: Final = 0.3
"""Then shares of the rounds for searches from one depot each, for as many from two of these, and for the best of all."""
PARENTS: Final = 6
CROSSED: Final = 10
FINALISTS: Final = 3


def solve(
    problem: Problem,
    *,
    iterations: int = 6_000,
    seconds: float | None = None,
    seed: int = 0,
    start: Solution | None = None,
    compiled: bool = True,
) -> Solution:
    """Search for the tours that are worth most.

    Parameters
    ----------
    iterations
        Rounds of ruin and recreate. Equal problem, seed, start and iterations give equal solutions.
    seconds
        Search for this long instead, for benchmarks.
    seed
        Any integer.
    start
        Where to begin, for example a plan before an edit; visits that no longer fit are dropped.
    compiled
        False runs the same source uncompiled, with the same result.

    Returns
    -------
    Solution
        Feasible always; ``unplaced`` names required visits for which no place was found.

    Raises
    ------
    ValueError
        Negative iterations, or a start of another shape.
    """
    if iterations < 0:
        raise ValueError(f"iterations: {iterations} is negative")
    run = engine(compiled=compiled)
    data = pack(problem)
    rng = np.array([(seed * 2_654_435_761 + 88_172_645_463_325) % 0xFFFFFFFB + 1], dtype=np.int64)
    search = _Search(problem, data, run, rng, _slots(problem, start), start)
    done = 0
    if len(data.alive) and seconds is not None:
        done = search.go_on_for(seconds, CHUNK if compiled else 1)
    elif len(data.alive):
        if start is None:
            search, done = _best_pilot(problem, data, run, rng, search, iterations)
        search.go(0, iterations - done, max(iterations - done, 1))
        done = iterations
    else:
        search = _best_nights(problem, data, run, rng, search)
    if compiled:
        set_warm()
    return search.solution(done, compiled=compiled)


def _best_pilot(
    problem: Problem,
    data: kernel.Data,
    run: Any,
    rng: npt.NDArray[np.int64],
    search: _Search,
    iterations: int,
) -> tuple[_Search, int]:
    """Short searches from each depot that could serve every night, then from what two of them make together; the best goes on.

    A night elsewhere changes whole days at once, which small steps rarely get across.
    """
    starts = [_Search(problem, data, run, rng, slots, None) for slots in _uniform_slots(problem)]
    if len(starts) < 2 or iterations // PILOT_SHARE // len(starts) < SHORTEST_PILOT:
        return search, 0
    if iterations < CROSSING:
        done = _cool(starts, iterations // PILOT_SHARE)
        return max([search, *starts], key=lambda pilot: pilot.rank), done
    done = _cool(starts, iterations * PILOTS)
    starts.sort(key=lambda pilot: pilot.rank, reverse=True)
    crossed = _crossed(problem, data, run, rng, [pilot.solution(0, compiled=True) for pilot in starts[:PARENTS]])[:CROSSED]
    done += _cool(crossed, iterations * PILOTS)
    last = sorted(starts + crossed, key=lambda pilot: pilot.rank, reverse=True)[:FINALISTS]
    done += _cool(last, iterations * FINALS)
    return max(last, key=lambda pilot: pilot.rank), done


def _cool(searches: list[_Search], iterations: float) -> int:
    """Share rounds among searches, each a cooling of its own; how many there were."""
    rounds = int(iterations) // max(1, len(searches))
    for search in searches:
        search.go(0, rounds, rounds)
    return rounds * len(searches)


def _crossed(
    problem: Problem, data: kernel.Data, run: Any, rng: npt.NDArray[np.int64], parents: list[Solution]
) -> list[_Search]:
    """The first days of one solution and the last of another, moved between; the best first."""
    found = [
        _Search(problem, data, run, rng, np.array(slots, dtype=np.int64), Solution(routes, slots, 0, ()))
        for one, two in itertools.permutations(parents, 2)
        for day in range(2, problem.days)
        for routes, slots in [(one.routes[:day] + two.routes[day:], one.slots[:day] + two.slots[day:])]
    ]
    return sorted(found, key=lambda search: search.rank, reverse=True)


def _best_nights(
    problem: Problem, data: kernel.Data, run: Any, rng: npt.NDArray[np.int64], search: _Search
) -> _Search:
    """With nothing to visit: depots changed one at a time as long as that helps."""
    better = True
    while better:
        better = False
        for s in data.free_slots.tolist():
            for depot in np.flatnonzero(problem.slot_choices[s]).tolist():
                slots = search.slots
                slots[s] = depot
                slots[0] = slots[1] if problem.tie_first else slots[0]
                slots[-1] = slots[-2] if problem.tie_last else slots[-1]
                other = _Search(problem, data, run, rng, slots, None)
                if other.rank > search.rank:
                    search, better = other, True
    return search


class _Search:
    """A search under way: where it is, the best it has seen, and its chance."""

    def __init__(
        self,
        problem: Problem,
        data: kernel.Data,
        run: Any,
        rng: npt.NDArray[np.int64],
        slots: npt.NDArray[np.int64],
        start: Solution | None,
    ) -> None:
        self._problem, self._data, self._run, self._rng = problem, data, run, rng
        self._worth = np.zeros(4, dtype=np.int64)
        now = _state(problem, data)
        now.slots[:] = slots
        run.settle(data, now, *_given(problem, start), self._worth)
        self._worth[2:] = self._worth[:2]
        self._now = now
        self._trial = kernel.State(*(np.copy(array) for array in now))._replace(clock=now.clock)
        self._seq = now.seq[:, 1:].copy()
        self._length, self._slots = now.length.copy(), now.slots.copy()

    @property
    def rank(self) -> tuple[int, int]:
        """Duties and value of the best."""
        return int(self._worth[2]), int(self._worth[3])

    @property
    def slots(self) -> npt.NDArray[np.int64]:
        """Depots of the best, as a copy."""
        return np.array(self._slots, dtype=np.int64)

    def go(self, begin: int, rounds: int, total: int) -> None:
        """Rounds ``begin`` to ``begin`` + ``rounds`` of a cooling of ``total``."""
        self._run.search(
            self._data, self._now, self._trial, self._seq, self._length, self._slots, self._worth, self._rng,
            begin, rounds, total, HOT, COLD,
        )  # fmt: skip

    def go_on_for(self, seconds: float, chunk: int) -> int:
        """One cooling a second from two seconds on, one for all below; each goes on from where the last has come."""
        coolings = max(1, round(seconds)) if seconds >= 2 else 1
        began = time.perf_counter()
        done = 0
        for lap in range(coolings):
            length = seconds / coolings
            opened = began + lap * length
            while (share := (time.perf_counter() - opened) / length) < 1:
                # The kernel reads progress as begin / total.
                self.go(int(share * 1_000_000), chunk, 1_000_000 + chunk)
                done += chunk
        return done

    def solution(self, iterations: int, *, compiled: bool) -> Solution:
        """The best seen."""
        problem = self._problem
        tours = tuple(tuple(self._seq[d, : self._length[d]].tolist()) for d in range(problem.days))
        slots = tuple(self._slots.tolist())
        used = trip_used(problem, tours, slots)
        placed = {k for tour in tours for k in tour}
        return Solution(
            routes=tours,
            slots=slots,
            value=int(self._worth[3]),
            unplaced=tuple(k for k in problem.musts if k not in placed),
            exceeded=tuple(q for q, cap in enumerate(problem.trip_cap.tolist()) if used[q] > cap),
            iterations=iterations,
            compiled=compiled,
        )


def trip_used(problem: Problem, routes: Sequence[Sequence[int]], slots: Sequence[int]) -> list[int]:
    """What tours take of each trip resource: visits, groups once, legs."""
    used = [0] * len(problem.trip_cap)
    groups = {int(problem.group[k]) for route in routes for k in route} - {-1}
    for q in range(len(used)):
        used[q] = sum(int(problem.group_use[q, g]) for g in groups)
        for d, route in enumerate(routes):
            used[q] += sum(int(problem.trip_use[q, k]) for k in route)
            if problem.trip_arc_use.size:
                nodes = [problem.visits + slots[d], *route, problem.visits + slots[d + 1]]
                arcs = problem.trip_arc_use[q, problem.table_of_day[d]]
                used[q] += sum(int(arcs[i, j]) for i, j in itertools.pairwise(nodes))
    return used


@cache
def _tables() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """-ln(u) and u for 4,096 evenly spread u, shuffled: chance without logarithms in the kernel."""
    order = np.random.default_rng(20_240_607).permutation(kernel.TABLE)
    u = (np.arange(kernel.TABLE) + 0.5) / kernel.TABLE
    logs = np.array([round(-math.log(x), 9) for x in u.tolist()])
    return logs[order], np.random.default_rng(7).permutation(u)


def pack(problem: Problem) -> kernel.Data:
    """The problem as the kernel reads it."""
    n = problem.visits
    swift = np.minimum(problem.travel, problem.late_travel)
    opens_late = (problem.first > problem.day_start.min()) & (problem.travel < INF)
    timed = bool(opens_late.any() or (problem.latest < problem.day_end.max()).any())
    travelled = problem.travel[problem.travel < INF]
    lost = int(problem.arc_loss[problem.travel < INF].sum())
    logs, noise = _tables()
    # On a single day both ties say the same; one of them is enough, and one slot has to stay free to move.
    tie_last = problem.tie_last and not (problem.tie_first and problem.days == 1)
    free = [
        s
        for s in range(problem.days + 1)
        if problem.slot_choices[s].sum() > 1
        and not (s == 0 and problem.tie_first)
        and not (s == problem.days and tie_last)
    ]

    def filled(arcs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return arcs if arcs.size else np.zeros((0, 0, 0, 0), dtype=np.int64)

    def turned(table: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.ascontiguousarray(table.transpose(0, 2, 1))

    return kernel.Data(
        n=n, days=problem.days, depots=problem.depots, breaks=problem.break_earliest.shape[1], timed=timed,
        simple=not timed and problem.break_earliest.shape[1] == 0,
        costly=bool(problem.arc_loss.any()), rate=max(1, lost // max(1, int(travelled.sum()))),
        prize=problem.prize, duration=problem.duration, travel=problem.travel, travel_t=turned(problem.travel),
        first=problem.first, latest=problem.latest, late=problem.late_travel, swift=swift, swift_t=turned(swift),
        loss=problem.arc_loss, loss_t=turned(problem.arc_loss), table=problem.table_of_day, opens=problem.window_open,
        closes=problem.window_close, windows=problem.window_count, day_start=problem.day_start, day_end=problem.day_end,
        slot_allowed=problem.slot_choices, slot_loss=problem.slot_loss, tie_first=bool(problem.tie_first),
        tie_last=bool(tie_last), move_loss=int(problem.move_loss), break_early=problem.break_earliest,
        break_late=problem.break_latest, break_len=problem.break_length, break_count=problem.break_count,
        kind=problem.kind, day_weight=problem.day_weight,
        trip_weight=problem.trip_weight, variant=np.unique(problem.variant, return_inverse=True)[1].astype(np.int64),
        apart=problem.apart, any_apart=bool(problem.apart.any()), day_use=problem.day_use, day_arc=filled(problem.day_arc_use),
        day_cap=problem.day_cap, trip_use=problem.trip_use, trip_arc=filled(problem.trip_arc_use), trip_cap=problem.trip_cap,
        group=problem.group, group_use=problem.group_use, must=problem.must,
        alive=np.flatnonzero(problem.window_count.any(axis=0)).astype(np.int64), free_slots=np.array(free, dtype=np.int64),
        log_table=logs, noise_table=noise,
    )  # fmt: skip


def _state(problem: Problem, data: kernel.Data) -> kernel.State:
    n, days, top = problem.visits, problem.days, data.breaks + 1
    kinds = problem.day_weight.shape[0]

    def zeros(*shape: int, kind: Any = np.int64) -> npt.NDArray[Any]:
        return np.zeros(shape, dtype=kind)

    return kernel.State(
        seq=zeros(days, n + 2), length=zeros(days), start=zeros(days, n + 2, top), arrive=zeros(days, n + 2, top),
        limit=zeros(days, n + 2, top), soon=zeros(days, n + 2), deep=zeros(days, n + 2),
        shift=np.full((days, n), INF, dtype=np.int64), worse=zeros(days, n), at=zeros(days, n), gain=zeros(days, n),
        day_of=np.full(n, -1, dtype=np.int64), slots=zeros(days + 1), day_used=zeros(problem.day_use.shape[0], days),
        trip_used=zeros(problem.trip_use.shape[0]), arc_used=zeros(problem.trip_use.shape[0], days), day_loss=zeros(days),
        groups=zeros(problem.group_use.shape[1]), variants=zeros(max(1, len(np.unique(problem.variant)))),
        ranked=zeros(kinds, days, max(1, n)), ranks=zeros(kinds, days), kind_worth=zeros(kinds),
        stale_day=zeros(days, kind=np.bool_), version=zeros(kinds), gain_at=np.full((days, n), -1, dtype=np.int64),
        clock=zeros(1), touched_day=zeros(days, kind=np.bool_), touched_kind=zeros(kinds, kind=np.bool_),
        stale_pick=zeros(days, kind=np.bool_),
        top_score=zeros(days, kind=np.float64), top_visit=np.full(days, -1, dtype=np.int64), ready=zeros(top),
        sorted=zeros(n * days + 1), marks=zeros(days + 1, kind=np.bool_), blocked=zeros(days, n, kind=np.bool_),
    )  # fmt: skip


def _slots(problem: Problem, start: Solution | None) -> npt.NDArray[np.int64]:
    """The depots of ``start`` where the problem allows them, else the first allowed of every slot, ties kept."""
    if start is not None and len(start.slots) == problem.days + 1:
        given = np.array(start.slots, dtype=np.int64)
        tied = (problem.tie_first and given[0] != given[1]) or (problem.tie_last and given[-1] != given[-2])
        known = given.min() >= 0 and given.max() < problem.depots
        if known and not tied and problem.slot_allowed[np.arange(problem.days + 1), given].all():
            return given
    first: npt.NDArray[np.int64] = np.argmax(problem.slot_choices, axis=1).astype(np.int64)
    return first


def _uniform_slots(problem: Problem) -> list[npt.NDArray[np.int64]]:
    """One row for each depot that could serve every slot with a choice; the other slots as they have to be."""
    first = _slots(problem, None)
    free = problem.slot_choices.sum(axis=1) > 1
    serving = [depot for depot in range(problem.depots) if free.any() and problem.slot_choices[free, depot].all()]
    return [np.where(free, depot, first) for depot in serving]


def _given(problem: Problem, start: Solution | None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    routes = np.zeros((problem.days, max(problem.visits, 1)), dtype=np.int64)
    lengths = np.zeros(problem.days, dtype=np.int64)
    if start is None:
        return routes, lengths
    if len(start.routes) != problem.days:
        raise ValueError(f"start: {len(start.routes)} days are not {problem.days}")
    for d, route in enumerate(start.routes):
        if any(not 0 <= k < problem.visits for k in route) or len(route) > problem.visits:
            raise ValueError(f"start: day {d} holds a visit that the problem does not have")
        routes[d, : len(route)] = route
        lengths[d] = len(route)
    return routes, lengths
