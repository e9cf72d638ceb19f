"""The problem that the solver takes and the solution that it gives: numbers and arrays, no tourism.

A team orienteering problem with time windows: one tour a day, every visit at most once over all days, as much prize as
possible. Beyond the textbook's: several start windows a day, different every day; breaks that have to be taken; legs
that run only between a first and a last departure; a choice of depot between two days; resources by day and over the
trip; prizes that shrink with more of the same kind; visits that must be made.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

INF: Final = 1_000_000
"""Minutes that never come: marks legs that do not exist, and a last departure that never is."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is to be solved. All arrays are int64 unless said otherwise; times are in minutes of one common clock.

    ``n`` visits and ``b`` depots make ``n + b`` nodes, visits first. ``D`` days, ``T`` tables of legs, ``W`` windows,
    ``K`` breaks, ``C`` kinds, ``R`` day resources, ``Q`` trip resources, ``G`` groups.

    Attributes
    ----------
    prize
        (n,) worth of each visit, not negative.
    duration
        (n,) length of each visit.
    travel
        (T, n + b, n + b) time of the leg; ``INF`` where there is none.
    first, latest
        (T, n + b, n + b) departures between which ``travel`` holds; one who comes before ``first`` waits. No ``latest`` is
        before its ``first``, so that nobody who leaves later is there sooner.
    late_travel
        (T, n + b, n + b) time of the leg when leaving after ``latest``.
    arc_loss
        (T, n + b, n + b) value that the leg costs.
    table_of_day
        (D,) which table holds on which day.
    window_open, window_close
        (D, n, W) earliest and latest start, sorted and disjoint; only the first ``window_count`` count.
    window_count
        (D, n).
    day_start, day_end
        (D,) earliest departure from the day's first depot, latest arrival at its last.
    slot_allowed
        (D + 1, b) bool: depots allowed before day 0, between days, and after the last. Day ``d`` goes from slot ``d`` to
        slot ``d + 1``.
    slot_loss
        (D + 1, b) value that choosing a depot costs.
    tie_first, tie_last
        Slot 0 is the same depot as slot 1; slot D the same as slot D - 1.
    move_loss
        Value lost for each pair of neighbouring slots between days with different depots.
    break_earliest, break_latest, break_length
        (D, K) start window and length of the day's breaks, in order; all are taken on a day with any visit, between visits.
    break_count
        (D,).
    kind
        (n,) kind of each visit, or -1 for one that nothing diminishes.
    day_weight, trip_weight
        (C, at least 1) thousandths, not increasing. Visits of a kind are ranked by prize within the day and weighted;
        the weighted prizes of all days are ranked again and weighted by ``trip_weight``. Beyond the last column the last holds.
    variant
        (n,) at most one visit of each number is made: the same place seen in different ways.
    apart
        (n, n) bool, symmetric: pairs that may not share a day.
    day_use, day_arc_use, day_cap
        (R, n), (R, T, n + b, n + b) or empty, (R, D): what visits and legs take of a day's resource, and how much there is.
    trip_use, trip_arc_use, trip_cap
        (Q, n), (Q, T, n + b, n + b) or empty, (Q,): the same over the whole trip.
    group, group_use
        (n,) group or -1, and (Q, G): what the first visit of a group takes, once a trip.
    must
        (n,) bool: visits that have to be made.
    """

    prize: Ints
    duration: Ints
    travel: Ints
    first: Ints
    latest: Ints
    late_travel: Ints
    arc_loss: Ints
    table_of_day: Ints
    window_open: Ints
    window_close: Ints
    window_count: Ints
    day_start: Ints
    day_end: Ints
    slot_allowed: Bools
    slot_loss: Ints
    tie_first: bool
    tie_last: bool
    move_loss: int
    break_earliest: Ints
    break_latest: Ints
    break_length: Ints
    break_count: Ints
    kind: Ints
    day_weight: Ints
    trip_weight: Ints
    variant: Ints
    apart: Bools
    day_use: Ints
    day_arc_use: Ints
    day_cap: Ints
    trip_use: Ints
    trip_arc_use: Ints
    trip_cap: Ints
    group: Ints
    group_use: Ints
    must: Bools

    def __post_init__(self) -> None:
        _check(self)

    @property
    def visits(self) -> int:
        """Number of visits, ``n``."""
        return len(self.prize)

    @property
    def depots(self) -> int:
        """Number of depots, ``b``."""
        return int(self.slot_allowed.shape[1])

    @property
    def days(self) -> int:
        """Number of days, ``D``."""
        return len(self.day_start)

    @cached_property
    def musts(self) -> tuple[int, ...]:
        """Visits that have to be made."""
        return tuple(np.flatnonzero(self.must).tolist())

    @cached_property
    def slot_choices(self) -> Bools:
        """``slot_allowed`` without the depots that a tied slot may not have."""
        choices = self.slot_allowed.copy()
        for _ in range(2):  # the second time for two days, where both ties meet
            if self.tie_first:
                choices[:2] = choices[0] & choices[1]
            if self.tie_last:
                choices[-2:] = choices[-2] & choices[-1]
        return choices

    @classmethod
    def of(
        cls,
        prize: Any,
        duration: Any,
        travel: Any,
        window_open: Any,
        window_close: Any,
        day_start: Any,
        day_end: Any,
        **more: Any,
    ) -> Problem:
        """A problem from its essentials; everything else is absent unless given.

        Parameters
        ----------
        travel
            (n + b, n + b); one table for all days. The last node is the depot of every slot unless ``slot_allowed`` is given.
        window_open, window_close
            (n,), one window for all days, or (D, n, W).
        **more
            Any other attribute, in its own shape.
        """
        prize, duration = _ints(prize), _ints(duration)
        table = _ints(travel)
        table = table[None] if table.ndim == 2 else table
        n, nodes, days = len(prize), table.shape[-1], len(day_start)
        b = nodes - n
        opens, closes = _ints(window_open), _ints(window_close)
        if opens.ndim == 1:
            opens, closes = (np.repeat(array[None, :, None], days, axis=0) for array in (opens, closes))
        allowed = np.zeros((days + 1, b), dtype=np.bool_)
        allowed[:, -1:] = True
        none = np.zeros((0, 0, 0, 0), dtype=np.int64)
        fields: dict[str, Any] = {
            "first": np.zeros_like(table), "latest": np.full_like(table, INF), "late_travel": table,
            "arc_loss": np.zeros_like(table), "table_of_day": np.zeros(days, dtype=np.int64),
            "window_count": np.full((days, n), opens.shape[2], dtype=np.int64), "slot_allowed": allowed,
            "slot_loss": np.zeros((days + 1, b), dtype=np.int64), "tie_first": False, "tie_last": False, "move_loss": 0,
            "break_earliest": np.zeros((days, 0), dtype=np.int64), "break_latest": np.zeros((days, 0), dtype=np.int64),
            "break_length": np.zeros((days, 0), dtype=np.int64), "break_count": np.zeros(days, dtype=np.int64),
            "kind": np.full(n, -1, dtype=np.int64), "day_weight": np.full((1, 1), 1000, dtype=np.int64),
            "trip_weight": np.full((1, 1), 1000, dtype=np.int64), "variant": np.arange(n, dtype=np.int64),
            "apart": np.zeros((n, n), dtype=np.bool_), "day_use": np.zeros((0, n), dtype=np.int64), "day_arc_use": none,
            "day_cap": np.zeros((0, days), dtype=np.int64), "trip_use": np.zeros((0, n), dtype=np.int64),
            "trip_arc_use": none, "trip_cap": np.zeros(0, dtype=np.int64), "group": np.full(n, -1, dtype=np.int64),
            "group_use": np.zeros((len(more.get("trip_cap", ())), 1), dtype=np.int64), "must": np.zeros(n, dtype=np.bool_),
        }  # fmt: skip
        return cls(
            prize=prize, duration=duration, travel=table, window_open=opens, window_close=closes,
            day_start=_ints(day_start), day_end=_ints(day_end), **(fields | more),
        )  # fmt: skip

    def without(self, visits: frozenset[int] | set[int]) -> Problem:
        """The same problem with some visits closed on every day and no longer required."""
        closed = np.zeros(self.visits, dtype=np.bool_)
        closed[list(visits)] = True
        return dataclasses.replace(
            self, window_count=np.where(closed[None, :], 0, self.window_count), must=self.must & ~closed
        )


@dataclass(frozen=True)
class Solution:
    """Tours, one a day.

    Attributes
    ----------
    routes
        Visits of each day, in order.
    slots
        Depot of each of the D + 1 slots.
    value
        Prizes as weighted, less all losses.
    unplaced
        Required visits that were not made.
    exceeded
        Trip resources that not even a trip without visits can keep to.
    iterations
        Rounds of search that were done.
    compiled
        Whether the compiled engine did them.
    """

    routes: tuple[tuple[int, ...], ...]
    slots: tuple[int, ...]
    value: int
    unplaced: tuple[int, ...]
    exceeded: tuple[int, ...] = ()
    iterations: int = 0
    compiled: bool = True


def _ints(values: Any) -> Ints:
    return np.ascontiguousarray(values, dtype=np.int64)


_AXES: Final = {
    1: ("prize", "duration", "table_of_day", "day_start", "day_end", "break_count", "kind", "variant", "trip_cap", "group",
        "must"),
    2: ("window_count", "slot_allowed", "slot_loss", "break_earliest", "break_latest", "break_length", "day_weight",
        "trip_weight", "apart", "day_use", "day_cap", "trip_use", "group_use"),
    3: ("travel", "first", "latest", "late_travel", "arc_loss", "window_open", "window_close"),
    4: ("day_arc_use", "trip_arc_use"),
}  # fmt: skip
_FLAGS: Final = ("slot_allowed", "apart", "must")
_LIMITS: Final = {
    INF: ("duration", "travel", "first", "latest", "late_travel", "window_open", "window_close", "day_start", "day_end",
          "break_earliest", "break_latest", "break_length", "day_weight", "trip_weight"),
    10**9: ("prize", "arc_loss", "slot_loss"),
    10**12: ("day_use", "day_arc_use", "trip_use", "trip_arc_use", "group_use"),
    10**15: ("day_cap", "trip_cap"),
}  # fmt: skip
"""So far from zero that no sum over a trip overflows."""


def _check(p: Problem) -> None:
    """Shapes, ranges and order of everything; the first thing that is wrong is named."""
    for axes, names in _AXES.items():
        for name in names:
            array = getattr(p, name)
            if array.ndim != axes:
                raise ValueError(f"{name}: shape {array.shape} has not {axes} axes")
            if array.dtype != (kind := np.bool_ if name in _FLAGS else np.int64):
                raise ValueError(f"{name}: {array.dtype} is not {np.dtype(kind).name}")
    _check_shapes(p)
    _check_ranges(p)
    _check_windows(p)
    for name in ("day_weight", "trip_weight"):
        if (np.diff(getattr(p, name), axis=1) > 0).any():
            raise ValueError(f"{name}: weights must not increase")
    if ((p.first > p.latest) & (p.travel < INF)).any():
        table, i, j = np.argwhere((p.first > p.latest) & (p.travel < INF))[0].tolist()
        raise ValueError(f"latest: the last departure from {i} to {j} of table {table} is before the first")
    if (p.apart != p.apart.T).any():
        raise ValueError("apart: not symmetric")
    for slots, why in ((p.slot_allowed, "has no depot"), (p.slot_choices, "is tied and shares no depot")):
        if not slots.any(axis=1).all():
            raise ValueError(f"slot_allowed: slot {int(np.argmin(slots.any(axis=1)))} {why}")


def _check_shapes(p: Problem) -> None:
    n, b, days, nodes = p.visits, p.depots, p.days, p.visits + p.depots
    if days < 1 or b < 1:
        raise ValueError(f"{'day_start' if days < 1 else 'slot_allowed'}: at least one day and one depot are needed")
    tables, width, breaks = p.travel.shape[0], p.window_open.shape[2], p.break_earliest.shape[1]
    resources, trip, kinds = p.day_use.shape[0], p.trip_use.shape[0], p.day_weight.shape[0]
    square = (tables, nodes, nodes)
    shapes: dict[str, tuple[int, ...]] = {
        "prize": (n,), "duration": (n,), "travel": square, "first": square, "latest": square, "late_travel": square,
        "arc_loss": square, "table_of_day": (days,), "window_open": (days, n, width), "window_close": (days, n, width),
        "window_count": (days, n), "day_start": (days,), "day_end": (days,), "slot_allowed": (days + 1, b),
        "slot_loss": (days + 1, b), "break_earliest": (days, breaks), "break_latest": (days, breaks),
        "break_length": (days, breaks), "break_count": (days,), "kind": (n,),
        "day_weight": (kinds, max(1, p.day_weight.shape[1])), "trip_weight": (kinds, max(1, p.trip_weight.shape[1])),
        "variant": (n,), "apart": (n, n), "day_use": (resources, n), "day_cap": (resources, days), "trip_use": (trip, n),
        "trip_cap": (trip,), "group": (n,), "group_use": (trip, p.group_use.shape[1]), "must": (n,),
    }  # fmt: skip
    for name, shape in shapes.items():
        if getattr(p, name).shape != shape:
            raise ValueError(f"{name}: shape {getattr(p, name).shape} is not {shape}")
    for name, rows in (("day_arc_use", resources), ("trip_arc_use", trip)):
        array = getattr(p, name)
        if array.size and array.shape != (rows, *square):
            raise ValueError(f"{name}: shape {array.shape} is neither {(rows, *square)} nor empty")


def _check_ranges(p: Problem) -> None:
    for most, names in _LIMITS.items():
        for name in names:
            array = getattr(p, name)
            if array.size and not (-most <= array.min() and array.max() <= most):
                raise ValueError(f"{name}: {array.min()} to {array.max()} is not within {-most} to {most}")
    if not -(10**9) <= p.move_loss <= 10**9:
        raise ValueError(f"move_loss: {p.move_loss} is not within {-(10**9)} to {10**9}")
    for name in ("prize", "duration", "travel", "late_travel", "break_length", "day_use", "trip_use", "first", "group_use",
                 "day_weight", "trip_weight"):  # fmt: skip
        array = getattr(p, name)
        if array.size and array.min() < 0:
            raise ValueError(f"{name}: {array.min()} is negative")
    ranges = {
        "table_of_day": (0, p.travel.shape[0] - 1), "kind": (-1, p.day_weight.shape[0] - 1),
        "group": (-1, max(1, p.group_use.shape[1]) - 1), "window_count": (0, p.window_open.shape[2]),
        "break_count": (0, p.break_earliest.shape[1]),
    }  # fmt: skip
    for name, (low, high) in ranges.items():
        array = getattr(p, name)
        if array.size and not (low <= array.min() and array.max() <= high):
            raise ValueError(f"{name}: {array.min()} to {array.max()} is not within {low} to {high}")


def _check_windows(p: Problem) -> None:
    width = p.window_open.shape[2]
    used = np.arange(width)[None, None, :] < p.window_count[:, :, None]
    if (used & (p.window_open > p.window_close)).any():
        day, visit, window = np.argwhere(used & (p.window_open > p.window_close))[0].tolist()
        raise ValueError(f"window_close: window {window} of visit {visit} on day {day} closes before it opens")
    if width > 1 and (used[:, :, 1:] & (p.window_open[:, :, 1:] <= p.window_close[:, :, :-1])).any():
        raise ValueError("window_open: windows of a visit must be sorted and disjoint")
