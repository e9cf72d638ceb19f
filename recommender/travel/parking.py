"""Where one's own car stands while one is at a place, so that it is always found where it was left.

A place shares its car park with what is a few steps away; a walled town has one, at one of its gates, for all within a walk of
it. Rides lead from car park to car park only, and one walks only among places of the same: so every journey leaves the car
where the next one begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from recommender.travel.graph import STATION_KINDS
from recommender.travel.hops import RIDE, WALK, Hops
from recommender.travel.road import CENTRES

if TYPE_CHECKING:
    from recommender.travel.graph import Site

FROM_GATE_MIN: Final = 15
"""So far one walks from the gate of a walled town rather than drive on."""
NEAR_MIN: Final = 6
"""The same from the car park of anything else."""
NOWHERE: Final = -1
PASSED: Final = STATION_KINDS | CENTRES | {"bus_station", "expressway_exit"}
STAYED: Final = ("place", "point")
"""Kinds of inns, eateries and the visitor's own points."""
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def car_parks(sites: Sequence[Site], hops: Hops) -> Ints:
    """For each place the place where the car stands; shape (n,).

    ``NOWHERE`` for what only a scenic bus reaches.
    """
    walk = _walks(len(sites), hops)
    longer = np.maximum(walk, walk.T)
    near, from_gate = longer <= NEAR_MIN, longer <= FROM_GATE_MIN
    parks = np.full(len(sites), NOWHERE, dtype=np.int64)
    # Nobody visits a station, a seat or a junction: they serve none but themselves.
    free = np.array([site.road and site.kind not in PASSED for site in sites], dtype=np.bool_)
    for town, inside in _towns(sites).items():
        doors = [k for k, site in enumerate(sites) if site.id == town or site.kind == "area_anchor"]
        doors = [k for k in doors if sites[k].road and np.isfinite(walk[k, inside]).any()]
        if doors:
            head = min(doors, key=lambda k: (-int((from_gate[k] & free).sum()), float(walk[k, inside].min()), k))
            parks[[head, *inside]] = head
            parks[from_gate[head] & free & (parks == NOWHERE)] = head
    # The car stands at what people come for; inns and eateries have a car park of their own only where nothing else has.
    order = sorted(np.flatnonzero(free).tolist(), key=lambda k: (sites[k].kind in STAYED, -sites[k].fame, k))
    for head in order:
        if parks[head] == NOWHERE:
            parks[head] = head
            parks[near[head] & free & (parks == NOWHERE)] = head
    alone = [k for k, site in enumerate(sites) if site.road and parks[k] == NOWHERE]
    parks[alone] = alone
    return parks


def leaves_no_car_behind(sites: Sequence[Site], hops: Hops) -> Bools:
    """Which hops may be used with one's own car; shape of the hops."""
    parks = car_parks(sites, hops)
    ends = parks[hops.tail], parks[hops.head]
    ride = (ends[0] == hops.tail) & (ends[1] == hops.head)
    walk = (ends[0] == ends[1]) | (ends[0] == NOWHERE) | (ends[1] == NOWHERE)
    return np.asarray(np.where(hops.kind == RIDE, ride, (hops.kind != WALK) | walk), dtype=np.bool_)


def _walks(n: int, hops: Hops) -> npt.NDArray[np.float64]:
    """Minutes of the direct walk between each pair, infinite where there is none."""
    walk = np.full((n, n), np.inf)
    on_foot = hops.kind == WALK
    np.minimum.at(walk, (hops.tail[on_foot], hops.head[on_foot]), hops.minutes[on_foot])
    return walk


def _towns(sites: Sequence[Site]) -> dict[str, list[int]]:
    """The places within each walled town."""
    towns: dict[str, list[int]] = {}
    for k, site in enumerate(sites):
        if site.closed_by == "wall" and site.area is not None:
            towns.setdefault(site.area, []).append(k)
    return towns
