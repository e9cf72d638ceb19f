"""Everything one may do next at a place, as a table: walk on, take a car to anywhere, board a train or bus.

A car ride is one hop however many roads it uses, so that getting in, the flag fall and a known taxi fare count once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from recommender.travel import assumptions as a
from recommender.travel.graph import Graph, Site
from recommender.travel.tree import accumulated

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WALK: Final = 0
RIDE: Final = 1
SERVICE: Final = 2
NEVER: Final = 2880
"""A departure limit that never binds."""
SCENIC: Final = frozenset({"shuttle", "tourist_bus"})
"""Services that people with a car take too, where cars may not go."""


@dataclass(frozen=True)
class Hops:
    """Columns of equal length, one row per hop.

    Attributes
    ----------
    tail, head
        Positions of the places.
    kind
        ``WALK``, ``RIDE`` or ``SERVICE``.
    ref
        Row of `Roads.ways` of a service or walk; -1 for rides.
    cost
        Generalised minutes: time, money at `assumptions.VALUE_OF_TIME_FEN_MIN`, trouble.
    minutes
        Waiting and moving. ``wait`` is the part before boarding that counts against ``last``.
    metres, walk_m
        Length, and the part on foot.
    fare_head, fare_vehicle, guess_head, guess_vehicle, unknown
        Fen known, fen guessed where not known, and whether it is not known.
    first, last
        Minutes after midnight between which to board; 0 and ``NEVER`` where nothing binds.
    robust
        False for services whose last departure is assumed, buses only.
    scenic
        Services that people with a car take too.
    """

    tail: Ints
    head: Ints
    kind: Ints
    ref: Ints
    cost: Floats
    minutes: Ints
    wait: Ints
    metres: Ints
    walk_m: Ints
    fare_head: Ints
    fare_vehicle: Ints
    guess_head: Ints
    guess_vehicle: Ints
    unknown: Ints
    first: Ints
    last: Ints
    robust: npt.NDArray[np.bool_]
    scenic: npt.NDArray[np.bool_]

    def joined(self, other: Hops) -> Hops:
        """Both tables, this one first."""
        columns = (f.name for f in dataclasses.fields(self))
        return Hops(*(np.concatenate([getattr(self, c), getattr(other, c)]) for c in columns))


@dataclass(frozen=True)
class Roads:
    """Shortest car rides between all places where cars stop.

    Attributes
    ----------
    wheel
        (n, n) minutes at the wheel, infinite where no road leads; without `assumptions.PARK_MIN`.
    metres
        (n, n) metres driven.
    guessed
        (n, n) how many roads of the way are estimated.
    previous
        (n, n) the place before on the way from the row's place; negative at the start.
    best
        Road of a pair of neighbours: the fastest edge's attributes.
    facts
        Attributes of the road fact of a pair, where one is known: such a ride is never bettered by an estimate.
    """

    wheel: Floats
    metres: Floats
    guessed: Ints
    previous: npt.NDArray[np.int32]
    best: Mapping[tuple[int, int], Mapping[str, Any]]
    facts: Mapping[tuple[int, int], Mapping[str, Any]]

    def way(self, i: int, j: int) -> list[Mapping[str, Any]]:
        """The roads of a ride, in order."""
        if (i, j) in self.facts:
            return [self.facts[i, j]]
        found: list[Mapping[str, Any]] = []
        while j != i:
            before = int(self.previous[i, j])
            found.append(self.best[before, j])
            j = before
        return found[::-1]


def roads_of(graph: Graph, index: Mapping[str, int], km_cost_min: float) -> Roads:
    """All-pairs car rides over the road edges; a pair with a fact keeps the fact's minutes.

    Parameters
    ----------
    km_cost_min
        What a kilometre costs beside its time, in minutes: taxis take the way that is cheapest for the passenger.
    """
    n = len(index)
    best: dict[tuple[int, int], dict[str, Any]] = {}
    facts: dict[tuple[int, int], dict[str, Any]] = {}
    for u, v, data in graph.edges(data=True):
        if data["kind"] != "road":
            continue
        pair = index[u], index[v]
        if data.get("fact") and (pair not in facts or data["wheel_min"] < facts[pair]["wheel_min"]):
            facts[pair] = data
        if pair not in best or data["wheel_min"] < best[pair]["wheel_min"]:
            best[pair] = data
    pairs = np.array(sorted(best), dtype=np.int64).reshape(-1, 2)
    ways = [best[i, j] for i, j in pairs.tolist()]
    wheels, lengths = np.array([w["wheel_min"] for w in ways]), np.array([w["distance_m"] for w in ways])
    table = csr_array((wheels + km_cost_min * lengths / 1000, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    cost, previous = dijkstra(table, return_predecessors=True)
    row = np.full((n, n), -1, dtype=np.int64)
    row[pairs[:, 0], pairs[:, 1]] = np.arange(len(pairs))
    back = np.asarray(previous, dtype=np.int64)
    edge = np.where(back >= 0, row[np.maximum(back, 0), np.arange(n)[None, :]], -1)
    doubtful = np.array([w["basis"] != "sourced" for w in ways], dtype=np.int64)
    wheel, metres, guesses = accumulated(edge, back, [wheels, lengths, doubtful])
    wheel[~np.isfinite(cost)], guessed = np.inf, guesses.astype(np.int64)
    for (i, j), data in facts.items():
        wheel[i, j], metres[i, j], guessed[i, j] = data["wheel_min"], data["distance_m"], data["basis"] != "sourced"
    np.fill_diagonal(wheel, np.inf)
    return Roads(wheel, metres, guessed, np.asarray(previous), best, facts)


def guess_fare_fen(kind: str, service: str, metres: float) -> int:
    """A cautious fare for budgets, per head by rail and bus, per vehicle by taxi."""
    km = metres / 1000
    if kind == "taxi":
        return int(a.TAXI_FLAG_FEN + a.TAXI_KM_FEN * max(0.0, km - a.TAXI_FLAG_KM))
    least, per_km = a.RAIL_GUESS_FEN.get(service, a.RAIL_GUESS_FEN["emu"]) if kind == "rail" else a.BUS_GUESS_FEN
    return int(max(least, per_km * km))


def rides(
    tail: Ints, head: Ints, wheel: Floats, metres: Floats, fares: Mapping[tuple[int, int], int], sites: Sequence[Site],
    *, taxi: bool,
) -> Hops:  # fmt: skip
    """Car rides: taxis that one waits and pays for, or a car of one's own."""
    count = len(tail)
    zero = np.zeros(count, dtype=np.int64)
    waits = np.array([s.taxi_wait_min for s in sites], dtype=np.int64)[tail] if taxi else zero
    minutes = waits + np.ceil(wheel + a.PARK_MIN - 1e-9).astype(np.int64)
    km = metres / 1000
    guess = (a.TAXI_FLAG_FEN + a.TAXI_KM_FEN * np.maximum(0.0, km - a.TAXI_FLAG_KM)).astype(np.int64)
    known = np.full(count, -1, dtype=np.int64)
    if taxi:
        known = np.array(
            [fares.get(pair, -1) for pair in zip(tail.tolist(), head.tolist(), strict=True)], dtype=np.int64
        )
    blank = known < 0 if taxi else np.zeros(count, dtype=np.bool_)
    paid = np.where(blank, guess, known) if taxi else zero
    money = paid / a.PARTY / a.VALUE_OF_TIME_FEN_MIN
    cost = minutes + money + (a.BOARD_COST_MIN if taxi else a.CAR_COST_MIN)
    return Hops(
        tail=tail, head=head, kind=np.full(count, RIDE), ref=np.full(count, -1), cost=cost, minutes=minutes, wait=waits,
        metres=np.rint(metres).astype(np.int64), walk_m=zero, fare_head=zero,
        fare_vehicle=np.where(blank, 0, np.maximum(known, 0)) if taxi else zero, guess_head=zero,
        guess_vehicle=np.where(blank, guess, 0), unknown=blank.astype(np.int64), first=zero,
        last=np.full(count, NEVER), robust=np.ones(count, dtype=np.bool_), scenic=np.zeros(count, dtype=np.bool_),
    )  # fmt: skip


def ways_table(ways: Sequence[tuple[int, int, Mapping[str, Any]]], first_ref: int = 0) -> Hops:
    """Walks and services as hops; ``ref`` counts from ``first_ref`` in the order given."""
    rows = [_row(i, j, way, first_ref + k) for k, (i, j, way) in enumerate(ways)]
    names = [f.name for f in dataclasses.fields(Hops)]
    columns: list[npt.NDArray[Any]] = []
    for name in names:
        kind: type = np.float64 if name == "cost" else np.bool_ if name in ("robust", "scenic") else np.int64
        columns.append(np.array([row[name] for row in rows], dtype=kind))
    return Hops(*columns)


def _row(i: int, j: int, way: Mapping[str, Any], ref: int) -> dict[str, Any]:
    metres = round(way["distance_m"])
    row: dict[str, Any] = {
        "tail": i, "head": j, "kind": WALK, "ref": ref, "cost": way["minutes"] * a.WALK_WEIGHT + a.WALK_COST_MIN,
        "minutes": int(way["minutes"]), "wait": 0, "metres": metres, "walk_m": metres, "fare_head": 0, "fare_vehicle": 0,
        "guess_head": 0, "guess_vehicle": 0, "unknown": 0, "first": 0, "last": NEVER, "robust": True, "scenic": False,
    }  # fmt: skip
    if way["kind"] == "walk":
        return row
    table, fare = way["timetable"], way["fare_fen"]
    guess = 0 if fare is not None else guess_fare_fen(way["kind"], way["service"], metres)
    minutes = table.expected_wait_min + int(way["minutes"])
    row.update(
        kind=SERVICE, minutes=minutes, wait=table.wait_min, walk_m=0, fare_head=fare or 0, guess_head=guess,
        unknown=int(fare is None), first=table.first, last=table.last, scenic=way["service"] in SCENIC,
        cost=minutes + a.BOARD_COST_MIN + ((fare or 0) + guess) / a.VALUE_OF_TIME_FEN_MIN,
        robust=way["kind"] == "rail" or table.basis == "sourced" or way["service"] in SCENIC,
    )  # fmt: skip
    return row
