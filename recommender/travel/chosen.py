"""Journeys by a vehicle that the visitor chose for one leg: one ride by it, feet and the scenic bus before and after.

On foot a leg is measured on foot: an estimate that knows walls and hills, or a walk that is a fact, never a car's way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from recommender.travel import assumptions as a
from recommender.travel.graph import walk_attributes
from recommender.travel.hops import NEVER, RIDE, SERVICE, WALK, Hops, ways_table
from recommender.travel.network import Network, Paths
from recommender.travel.segment import Segment, SegmentMode, walk_segment
from recommender.travel.tree import accumulated

if TYPE_CHECKING:
    from recommender.travel.matrix import TravelMode, World

SUMS: Final = ("minutes", "metres", "walk_m", "fare_head", "fare_vehicle", "guess_head", "guess_vehicle", "unknown")
PUBLIC: Final[tuple[SegmentMode, ...]] = ("taxi", "rail", "bus")
"""Vehicles that anybody may take, whatever the day's own way of travelling."""
_STEP: Final = (
    "minutes", "wait", "metres", "walk_m", "fare_head", "fare_vehicle", "guess_head", "guess_vehicle", "unknown", "first",
    "last",
)  # fmt: skip

Step = Mapping[str, int]
"""The columns `_STEP` of one hop."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One way from one place to another.

    Attributes
    ----------
    segments
        Vehicles and walks, in order.
    steps
        What the tables hold of each hop, in order.
    """

    segments: tuple[Segment, ...]
    steps: tuple[Step, ...]

    def total(self, column: str) -> int:
        """Sum of a column over all hops."""
        return sum(step[column] for step in self.steps)

    @property
    def latest(self) -> int:
        """Last minute to leave so that every vehicle is caught; ``NEVER`` where nothing binds."""
        return min((limit for limit, step in self._limits("last") if step["last"] < NEVER), default=NEVER)

    @property
    def first(self) -> int:
        """First minute to leave without waiting for a first departure; 0 where nothing binds."""
        return max((limit for limit, step in self._limits("first") if step["last"] < NEVER), default=0)

    @property
    def runs_at_any_hour(self) -> bool:
        """Whether no timetable binds it."""
        return all(step["last"] >= NEVER for step in self.steps)

    def _limits(self, name: str) -> Iterable[tuple[int, Step]]:
        gone = 0
        for step in self.steps:
            yield step[name] - step["wait"] - gone, step
            gone += step["minutes"]


def joined(journeys: Sequence[Journey]) -> Journey:
    """Journeys that follow one another as one."""
    return Journey(
        tuple(segment for journey in journeys for segment in journey.segments),
        tuple(step for journey in journeys for step in journey.steps),
    )


class Chooser:
    """Journeys by one vehicle over the hops of one way of travelling; trees are built on first use and kept."""

    def __init__(self, world: World, ids: tuple[str, ...], mode: TravelMode) -> None:
        self._world = world
        self._ids = ids
        self._mode = mode
        self._found: dict[tuple[int, int, SegmentMode], Journey | None] = {}
        self._walks = {(tail, head): way for tail, head, way in world.ways if way["kind"] == "walk"}
        self._networks: dict[SegmentMode, Network] = {}
        self._trees: dict[tuple[SegmentMode, int], Paths] = {}
        self._parts: dict[tuple[int, ...], tuple[str, Journey]] = {}

    def offers(self, mode: SegmentMode) -> bool:
        """Whether this way of travelling knows such vehicles."""
        return mode == "walk" or (mode in PUBLIC if self._mode == "transit" else mode == self._mode)

    def journey(self, i: int, j: int, mode: SegmentMode) -> Journey | None:
        """The best journey with exactly one ride by ``mode``, or all on foot; None where there is none, or it saves no walking.

        Parameters
        ----------
        i, j
            Positions of the places.
        """
        key = i, j, mode
        if key not in self._found:
            self._found[key] = None if i == j or not self.offers(mode) else self._search(i, j, mode)
        return self._found[key]

    def _search(self, i: int, j: int, mode: SegmentMode) -> Journey | None:
        if mode == "walk":
            return self._walk(i, j)
        hops = self._ride(i, j, mode)
        found = None if hops is None else joined([part for _, part in self.parts(hops)])
        if found is None or found.total("walk_m") > 1000 * a.WALK_KM or found.latest < found.first:
            return None
        on_foot = self.journey(i, j, "walk")
        saves = on_foot is None or found.total("walk_m") < on_foot.total("walk_m")
        return found if saves else None

    def parts(self, hops: Sequence[int]) -> list[tuple[str, Journey]]:
        """A path segment by segment: the place at its end, and the segment with its hops; walks in a row are one."""
        return [self._part(group) for group in _groups(hops, self._world.hops)]

    def _part(self, group: tuple[int, ...]) -> tuple[str, Journey]:
        found = self._parts.get(group)
        if found is None:
            table = self._world.hops
            segments = self._world.read(self._ids, group, self._mode)
            steps = tuple(_step(table, hop) for hop in group)
            found = self._parts[group] = (segments[-1].to_id, Journey(segments, steps))
        return found

    def _walk(self, i: int, j: int) -> Journey | None:
        world = self._world
        way = self._walks.get((i, j)) or walk_attributes(
            world.sites[i], world.sites[j], a.CHOSEN_WALK_KM / a.WALK_CIRCUITY
        )
        if way is None or way["distance_m"] > 1000 * a.CHOSEN_WALK_KM or way["minutes"] > a.CHOSEN_WALK_MIN:
            return None
        segment = walk_segment(self._ids[i], self._ids[j], [way])
        return Journey((segment,), (_step(ways_table([(i, j, way)]), 0),))

    def _ride(self, i: int, j: int, mode: SegmentMode) -> list[int] | None:
        """Hops from ``i`` to ``j`` with one ride by ``mode``."""
        tree = self._trees.get((mode, i))
        if tree is None:
            tree = self._network(mode).from_places(np.array([i])).paths
            self._trees[mode, i] = tree
        found: list[int] = []
        state = j + len(self._ids)
        while tree.edge[0, state] >= 0:
            found.append(int(tree.edge[0, state]))
            state = int(tree.near[0, state])
        return found[::-1] if found and state == i else None

    def _network(self, mode: SegmentMode) -> Network:
        if mode not in self._networks:
            hops = self._world.hops
            service = hops.kind == SERVICE
            if mode in ("rail", "bus"):
                kinds = np.array([way["kind"] == mode for _, _, way in self._world.ways] or [False])
                wished = service & kinds[np.maximum(hops.ref, 0)]
                used = wished | (hops.kind == WALK)
            else:
                wished = hops.kind == RIDE
                used = wished | (hops.kind == WALK) | (service & hops.scenic)
            recast = np.where(wished, RIDE, np.where(hops.kind == WALK, WALK, SERVICE))
            network = Network(dataclasses.replace(hops, kind=recast), used, len(self._ids), single_ride=True)
            self._networks[mode] = network
        return self._networks[mode]


def _groups(hops: Sequence[int], table: Hops) -> list[tuple[int, ...]]:
    """Hops by segment: walks that follow one another belong together."""
    found: list[list[int]] = []
    for hop in hops:
        if found and table.kind[hop] == WALK and table.kind[found[-1][-1]] == WALK:
            found[-1].append(hop)
        else:
            found.append([hop])
    return [tuple(group) for group in found]


def _step(table: Hops, hop: int) -> Step:
    return {name: int(getattr(table, name)[hop]) for name in _STEP}


@dataclass(frozen=True, slots=True)
class LegChoice:
    """A wish: from any of the origins straight to any of the targets by ``mode``. Ids of places."""

    origins: tuple[str, ...]
    targets: tuple[str, ...]
    mode: SegmentMode


def kept(parts: Sequence[tuple[str, Journey]], origin: str, legs: Mapping[tuple[str, str], Journey | None]) -> (
    tuple[bool, Journey | None]
):  # fmt: skip
    """A journey with every stretch between two places of a wish replaced.

    Parameters
    ----------
    parts
        Each segment with the place at its end.
    legs
        Pair of places to the journey wished for; None where the wish cannot be kept.

    Returns
    -------
    tuple
        Whether a wish concerns the journey, and the journey that keeps it, if any.
    """
    nodes = [origin, *(place for place, _ in parts)]
    found: list[Journey] = []
    concerned, a_ = False, 0
    while a_ < len(parts):
        b = next((b for b in range(a_ + 1, len(nodes)) if (nodes[a_], nodes[b]) in legs), None)
        if b is None:
            found.append(parts[a_][1])
            a_ += 1
            continue
        concerned, chosen = True, legs[nodes[a_], nodes[b]]
        if chosen is None:
            return True, None
        found.append(chosen)
        a_ = b
    return concerned, joined(found)


def passing(paths: Paths, hops: Hops, tails: Sequence[int], heads: Sequence[int]) -> npt.NDArray[np.bool_]:
    """(s, n) whether a path leaves one of ``tails`` and comes to one of ``heads``, in whatever order."""
    columns = [np.isin(hops.tail, tails), np.isin(hops.head, heads)]
    sums = accumulated(paths.edge.astype(np.int64), paths.near.astype(np.int64), columns)
    both = np.logical_and(*(total > 0 for total in sums))
    return np.asarray(np.take_along_axis(both, paths.end.astype(np.int64), axis=1))
