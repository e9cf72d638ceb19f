"""Best journeys over hops: Dijkstra on places before and after a car ride.

Nobody leaves one taxi for another, and a car of one's own stays where it was parked: after a ride people walk, or board
a train or bus. Only in `transit` does that bring the next taxi within reach again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from recommender.travel.hops import NEVER, RIDE, WALK, Hops
from recommender.travel.tree import accumulated, least

Ints = npt.NDArray[np.int64]

SUMS: Final = (
    "minutes", "metres", "walk_m", "fare_head", "fare_vehicle", "guess_head", "guess_vehicle", "unknown",
)  # fmt: skip


@dataclass(frozen=True)
class Paths:
    """Shortest-path trees to read journeys back from.

    Attributes
    ----------
    end
        (s, n) state from which a path is read back.
    edge, near
        (s, m) hop at each state, and the state at its other end, nearer to the root.
    backward
        Whether the roots are destinations.
    """

    end: npt.NDArray[np.int32]
    edge: npt.NDArray[np.int32]
    near: npt.NDArray[np.int32]
    backward: bool

    def path(self, row: int, place: int) -> list[int]:
        """Hops between root ``row`` and ``place``, in order of travel."""
        found: list[int] = []
        state = int(self.end[row, place])
        while self.edge[row, state] >= 0:
            found.append(int(self.edge[row, state]))
            state = int(self.near[row, state])
        return found if self.backward else found[::-1]


@dataclass(frozen=True)
class Journeys:
    """Best journeys from some places to all, or from all to one.

    Attributes
    ----------
    cost
        (s, n) generalised minutes, infinite where none leads.
    sums
        (s, n) sums of the hops' columns `SUMS`.
    first, last
        (s, n) departures between which every vehicle is caught; 0 and ``NEVER`` where nothing binds.
    paths
        The journeys themselves.
    """

    cost: npt.NDArray[np.float64]
    sums: dict[str, Ints]
    first: Ints
    last: Ints
    paths: Paths


class Network:
    """Hops that may follow one another.

    Parameters
    ----------
    hops
        All hops; ids are positions here.
    chosen
        Which of them may be used.
    places
        How many places there are.
    single_ride
        At most one car ride a journey; otherwise a ride may follow a train or bus.
    """

    def __init__(self, hops: Hops, chosen: npt.NDArray[np.bool_], places: int, *, single_ride: bool) -> None:
        self._hops = hops
        self._places = places
        self._states = 2 * places
        ids = np.flatnonzero(chosen)
        kind, tail, head = hops.kind[ids], hops.tail[ids], hops.head[ids]
        on = kind != RIDE
        stays = single_ride | (kind[on] == WALK)
        ids = np.concatenate([ids, ids[on]])
        head = np.concatenate([head + ~on * places, head[on] + stays * places])
        tail = np.concatenate([tail, tail[on] + places])
        key = tail * self._states + head
        order = np.lexsort((ids, hops.cost[ids], key))
        key, ids = key[order], ids[order]
        kept = np.ones(len(key), dtype=np.bool_)
        kept[1:] = key[1:] != key[:-1]
        self._key, self._ids = key[kept], ids[kept]
        shape = (self._states, self._states)
        self._table = csr_array(
            (hops.cost[self._ids], (self._key // self._states, self._key % self._states)), shape=shape
        )

    def from_places(self, roots: Ints) -> Journeys:
        """Best journeys from each of ``roots`` to every place."""
        cost, previous = dijkstra(self._table, indices=roots, return_predecessors=True)
        before = np.asarray(previous, dtype=np.int64)
        state = np.arange(self._states)[None, :]
        edge = np.where(before >= 0, self._hop(np.maximum(before, 0), state), -1)
        minutes, *others = accumulated(edge, before, [getattr(self._hops, name) for name in SUMS])
        tail_min = np.take_along_axis(minutes, np.maximum(before, 0), axis=1)
        last = least(edge, before, self._bound("last", edge, -tail_min))
        first = -least(edge, before, -self._bound("first", edge, -tail_min))
        n = self._places
        end = np.arange(n)[None, :] + n * (cost[:, n:] < cost[:, :n])
        return self._read(cost, end, [minutes, *others], first, last, edge, before, backward=False)

    def to_place(self, target: int) -> Journeys:
        """Best journeys from every place to ``target``, one row."""
        roots = np.arange(target, self._states, self._places)
        cost, following = dijkstra(csr_array(self._table.T), indices=roots, return_predecessors=True)
        after = np.asarray(following, dtype=np.int64)
        state = np.arange(self._states)[None, :]
        edge = np.where(after >= 0, self._hop(state, np.maximum(after, 0)), -1)
        minutes, *others = accumulated(edge, after, [getattr(self._hops, name) for name in SUMS])
        last = np.minimum(NEVER, least(edge, after, self._bound("last", edge, minutes)) - minutes)
        first = np.maximum(0, -least(edge, after, -self._bound("first", edge, minutes)) - minutes)
        n = self._places
        row = np.argmin(cost[:, :n], axis=0)
        one = np.arange(n)

        def pick(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.asarray(values[row, one][None, :])

        flat = self._states * row + one
        picked_edge, picked_after = edge.reshape(1, -1), after.reshape(1, -1).copy()
        picked_after += np.repeat(np.arange(len(roots)), self._states)[None, :] * self._states
        return self._read(
            pick(cost), np.asarray(flat[None, :], dtype=np.int64), [pick(minutes), *(pick(o) for o in others)],
            pick(first), pick(last), picked_edge, picked_after, backward=True, taken=True,
        )  # fmt: skip

    def _hop(self, tail: Ints, head: Ints) -> Ints:
        key = tail * self._states + head
        if not len(self._key):
            return np.full_like(key, -1)
        at = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        return np.asarray(np.where(self._key[at] == key, self._ids[at], -1), dtype=np.int64)

    def _bound(self, name: str, edge: Ints, shift: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Limit on leaving the origin (up to a constant) that the hop at each state sets; infinite where none."""
        limit = np.append(np.asarray(getattr(self._hops, name) - self._hops.wait, dtype=np.float64), 0.0)[edge] + shift
        none = np.append(self._hops.last, NEVER)[edge] >= NEVER
        return np.where(none, np.inf if name == "last" else -np.inf, limit)

    def _read(
        self, cost: npt.NDArray[np.float64], end: Ints, sums: list[npt.NDArray[np.float64]],
        first: npt.NDArray[np.float64], last: npt.NDArray[np.float64], edge: Ints, near: Ints,
        *, backward: bool, taken: bool = False,
    ) -> Journeys:  # fmt: skip
        def at_end(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return values if taken else np.asarray(np.take_along_axis(values, end, axis=1))

        return Journeys(
            cost=at_end(cost),
            sums={name: at_end(values).astype(np.int64) for name, values in zip(SUMS, sums, strict=True)},
            first=np.clip(at_end(first), 0, NEVER).astype(np.int64),
            last=np.clip(at_end(last), -NEVER, NEVER).astype(np.int64),
            paths=Paths(end.astype(np.int32), edge.astype(np.int32), near.astype(np.int32), backward=backward),
        )  # fmt: skip
