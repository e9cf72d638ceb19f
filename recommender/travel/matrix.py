"""Travel times, fares and departure limits between all places, for one way of travelling."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from recommender.errors import NoRoute, Problem, UnknownPlace
from recommender.travel import assumptions as a
from recommender.travel.chosen import Chooser, Journey, LegChoice, kept, passing
from recommender.travel.graph import Graph, Site, sites_of
from recommender.travel.hops import NEVER, SERVICE, WALK, Hops, Roads, rides, roads_of, ways_table
from recommender.travel.network import Journeys, Network, Paths
from recommender.travel.parking import leaves_no_car_behind
from recommender.travel.points import Attached, attach
from recommender.travel.segment import Segment, SegmentMode, service_segment, told, walk_segment

TravelMode = Literal["transit", "drive", "charter"]
MODES: Final[tuple[TravelMode, ...]] = get_args(TravelMode)
UNREACHABLE: Final = 99_999
"""Minutes where no journey leads."""
TOLD: Final = 16_384
"""Journeys that a matrix keeps as segments once they were asked for."""
Table = npt.NDArray[np.int32]
COLUMNS: Final = {
    "minutes": "minutes", "metres": "metres", "walk_m": "walk_m", "fare_head_fen": "fare_head",
    "fare_vehicle_fen": "fare_vehicle", "fare_guess_fen_head": "guess_head", "fare_guess_fen_vehicle": "guess_vehicle",
    "unknown_fares": "unknown",
}  # fmt: skip

Way = tuple[int, int, Mapping[str, Any]]
Option = tuple[Paths, int, int]
"""Paths with the row and the column that hold one pair."""


@dataclass(frozen=True)
class TravelMatrix:
    """All pairs of places for one mode. Rows are origins, columns destinations; all arrays are (n, n) int32.

    Attributes
    ----------
    ids, index
        Places in order, and the position of each.
    minutes
        Expected, waits included; ``UNREACHABLE`` where nothing leads. 0 on the diagonal.
    first, latest
        Departures from the origin, minutes after midnight, between which every rail and bus of the journey is caught;
        0 and ``NEVER`` where nothing binds.
    late_minutes
        By road and on foot only, for leaving after ``latest``; ``UNREACHABLE`` where nothing leads.
    metres, walk_m
        Length, and the part on foot.
    fare_head_fen, fare_vehicle_fen
        What is known to be paid, per head and per vehicle.
    fare_guess_fen_head, fare_guess_fen_vehicle
        A cautious guess at what is not known, for budgets only.
    unknown_fares
        How many vehicles of the journey have no known fare.
    """

    mode: TravelMode
    ids: tuple[str, ...]
    index: dict[str, int]
    minutes: Table
    first: Table
    latest: Table
    late_minutes: Table
    metres: Table
    walk_m: Table
    fare_head_fen: Table
    fare_vehicle_fen: Table
    fare_guess_fen_head: Table
    fare_guess_fen_vehicle: Table
    unknown_fares: Table
    _world: World = field(repr=False)
    _told: dict[tuple[str, str, bool], tuple[Segment, ...]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def segments(self, origin_id: str, dest_id: str, late: bool = False) -> tuple[Segment, ...]:
        """The vehicles and walks of a journey, in order.

        Parameters
        ----------
        late
            The journey for leaving after ``latest``, by road and on foot.

        Raises
        ------
        UnknownPlace
            An id is not in this matrix.
        NoRoute
            Nothing leads from one to the other.
        """
        key = (origin_id, dest_id, late)
        if key in self._told:
            return self._told[key]
        problems = [
            Problem("place", place, "unknown_place") for place in (origin_id, dest_id) if place not in self.index
        ]
        if problems:
            raise UnknownPlace(problems)
        if origin_id == dest_id:
            return ()
        i, j = self.index[origin_id], self.index[dest_id]
        if (self.late_minutes if late else self.minutes)[i, j] >= UNREACHABLE:
            raise NoRoute(origin=origin_id, destination=dest_id)
        if len(self._told) >= TOLD:
            self._told.clear()
        return self._told.setdefault(key, self._world.segments(self.ids, i, j, self.mode, late=late))

    def with_points(self, points: Mapping[str, tuple[float, float]]) -> TravelMatrix:
        """A matrix that also holds points of the visitor's own, by latitude and longitude (WGS-84).

        Journeys between the places already there stay as they are. Costs two Dijkstra searches a point.

        Raises
        ------
        ValueError
            An id is already taken, or a coordinate is not a number.
        """
        if not points:
            return self
        taken = sorted(set(points) & set(self.index))
        if taken:
            raise ValueError(f"already in the matrix: {', '.join(taken)}")
        return _extended(self, points)

    @cached_property
    def chooser(self) -> Chooser:
        """Journeys by a vehicle of the visitor's choice, whatever was wished so far."""
        return Chooser(self._world, self.ids, self.mode)

    def with_legs(self, choices: Sequence[LegChoice], public: TravelMatrix) -> TravelMatrix:
        """A matrix in which every journey keeps to the visitor's choice wherever it leads from one such place to another.

        Leaving late does not undo a choice: where the chosen bus or train runs no more, nothing leads there any more. A pair
        that no such vehicle joins is `UNREACHABLE`. Of two choices for one pair the one that names fewer places holds.

        Parameters
        ----------
        public
            The matrix of ``transit`` with the same places, for taxis, trains and buses.
        """
        return _chosen(self, choices, public) if choices else self


@dataclass(frozen=True)
class World:
    """What journeys are read back from.

    ``options`` maps a pair that involves a custom point to its journeys by day and after the last departure; every other
    pair is found in ``day`` (rows of the first ``base`` places, ``plain`` where its bit is set) and ``night``. ``chosen`` goes
    before both: journeys as the visitor wants them, by origin, destination and whether one leaves late.
    """

    sites: tuple[Site, ...]
    roads: Roads
    hops: Hops
    ways: tuple[Way, ...]
    day: Paths
    plain: Paths
    night: Paths
    choice: npt.NDArray[np.int8]
    base: int
    options: Mapping[tuple[int, int], tuple[Option, Option]]
    chosen: Mapping[tuple[int, int, bool], tuple[Segment, ...]] = field(default_factory=dict)

    def segments(self, ids: tuple[str, ...], i: int, j: int, mode: TravelMode, *, late: bool) -> tuple[Segment, ...]:
        """The journey from ``i`` to ``j`` as segments."""
        if (i, j, late) in self.chosen:
            return self.chosen[i, j, late]
        return self.read(ids, self.path(i, j, late=late), mode)

    def path(self, i: int, j: int, *, late: bool) -> list[int]:
        """The hops of the journey from ``i`` to ``j``."""
        if (i, j) in self.options:
            paths, row, column = self.options[i, j][int(late)]
        else:
            tier = 2 if late else int(self.choice[i, j])
            paths, row, column = (self.day, self.plain, self.night)[tier], i, j
        return paths.path(row, column)

    def read(self, ids: tuple[str, ...], hops: Sequence[int], mode: TravelMode) -> tuple[Segment, ...]:
        """Hops that follow one another as segments."""
        found: list[Segment] = []
        walked: list[Mapping[str, Any]] = []
        start = -1
        for hop in hops:
            tail, head, kind = int(self.hops.tail[hop]), int(self.hops.head[hop]), int(self.hops.kind[hop])
            if kind == WALK:
                start = tail if not walked else start
                walked.append(self.ways[int(self.hops.ref[hop])][2])
                continue
            if walked:
                found.append(walk_segment(ids[start], ids[tail], walked))
                walked = []
            if kind == SERVICE:
                found.append(service_segment(ids[tail], ids[head], self.ways[int(self.hops.ref[hop])][2]))
            else:
                found.append(self._ride(ids, hop, mode))
        if walked:
            found.append(walk_segment(ids[start], ids[int(self.hops.head[hops[-1]])], walked))
        return tuple(found)

    def _ride(self, ids: tuple[str, ...], hop: int, mode: TravelMode) -> Segment:
        tail, head = int(self.hops.tail[hop]), int(self.hops.head[hop])
        ways = self.roads.way(tail, head) if max(tail, head) < self.base else []
        kind: SegmentMode = "taxi" if mode == "transit" else mode
        unknown = bool(self.hops.unknown[hop])
        wait = int(self.hops.wait[hop])
        about = told(ways) if ways else {"basis": "estimated", "note": "", "source": "", "confidence": "low"}
        return Segment(
            mode=kind, from_id=ids[tail], to_id=ids[head], ride_min=int(self.hops.minutes[hop]) - wait, wait_min=wait,
            distance_m=int(self.hops.metres[hop]), fare_fen=None if unknown else int(self.hops.fare_vehicle[hop]),
            per="vehicle", **about,
        )  # fmt: skip


def travel_matrix(graph: Graph, mode: str) -> TravelMatrix:
    """Best journeys between all places of a graph, by generalised cost.

    Parameters
    ----------
    mode
        ``transit``: rail, bus, walk, and taxi for the rest. ``drive`` and ``charter``: one car ride with walks before
        and after it, and the scenic bus where cars may not go.

    Raises
    ------
    ValueError
        Unknown mode.
    """
    chosen = next((m for m in MODES if m == mode), None)
    if chosen is None:
        raise ValueError(f"mode {mode!r} is none of {', '.join(MODES)}")
    sites = tuple(sites_of(graph).values())
    index = {site.id: i for i, site in enumerate(sites)}
    per_km = a.TAXI_KM_FEN / a.PARTY / a.VALUE_OF_TIME_FEN_MIN if chosen == "transit" else a.OWN_KM_COST_MIN
    roads = roads_of(graph, index, per_km)
    ways: tuple[Way, ...] = tuple(
        (index[u], index[v], data) for u, v, data in graph.edges(data=True) if data["kind"] != "road"
    )
    tail, head = np.nonzero(np.isfinite(roads.wheel))
    fares = {pair: data["fare_fen"] for pair, data in roads.facts.items() if data["fare_fen"] is not None}
    hops = ways_table(ways).joined(
        rides(tail, head, roads.wheel[tail, head], roads.metres[tail, head], fares, sites, taxi=chosen == "transit")
    )
    networks = _networks(hops, chosen, sites)
    day, plain, night = (network.from_places(np.arange(len(sites))) for network in networks)
    choice = _choice(day, plain, night)
    world = World(sites, roads, hops, ways, day.paths, plain.paths, night.paths, choice, len(sites), {})
    return TravelMatrix(mode=chosen, ids=tuple(index), index=index, **_tables(day, plain, night, choice), _world=world)


def _networks(hops: Hops, mode: TravelMode, sites: Sequence[Site]) -> tuple[Network, Network, Network]:
    """By day; by day without buses of unknown hours; by road and on foot."""
    places = len(sites)
    service = hops.kind == SERVICE
    single = mode != "transit"
    usable = leaves_no_car_behind(sites, hops) if mode == "drive" else np.ones(len(hops.tail), dtype=np.bool_)
    day = usable & (~service | hops.scenic) if single else usable
    return (
        Network(hops, day, places, single_ride=single),
        Network(hops, day & hops.robust, places, single_ride=single),
        Network(hops, usable & ~service, places, single_ride=single),
    )


def _choice(day: Journeys, plain: Journeys, night: Journeys) -> npt.NDArray[np.int8]:
    """0 the cheapest journey; 1 the one without buses of unknown hours; 2 by road, as those are missed or far too slow.

    A bus of unknown hours on the way to a train must not end the day early, nor leave the whole way to a taxi after.
    """
    longer = (plain.last - day.last >= a.EARLIER_BACK_MIN) & (plain.last < NEVER) & (plain.last >= plain.first)
    choice = np.where(longer, 1, 0)
    last, first = np.where(longer, plain.last, day.last), np.where(longer, plain.first, day.first)
    minutes = np.where(longer, plain.sums["minutes"], day.sums["minutes"])
    slow = np.isfinite(night.cost) & (minutes - night.sums["minutes"] > a.LONGEST_LOSS_MIN)
    return np.where((last < first) | (last < 0) | slow, 2, choice).astype(np.int8)


def _tables(day: Journeys, plain: Journeys, night: Journeys, choice: npt.NDArray[np.int8]) -> dict[str, Table]:
    def chosen(one: Any, two: Any, three: Any) -> Any:
        return np.where(choice == 0, one, np.where(choice == 1, two, three))

    lost = ~np.isfinite(chosen(day.cost, plain.cost, night.cost))
    found: dict[str, Any] = {
        name: np.where(lost, 0, chosen(*(j.sums[column] for j in (day, plain, night))))
        for name, column in COLUMNS.items()
    }
    found["minutes"] = np.where(lost, UNREACHABLE, found["minutes"])
    found["first"] = np.where(lost, 0, chosen(day.first, plain.first, 0))
    found["latest"] = np.where(lost, NEVER, chosen(day.last, plain.last, NEVER))
    found["late_minutes"] = np.where(np.isfinite(night.cost), night.sums["minutes"], UNREACHABLE)
    return {name: np.ascontiguousarray(values, dtype=np.int32) for name, values in found.items()}


def _extended(matrix: TravelMatrix, points: Mapping[str, tuple[float, float]]) -> TravelMatrix:
    old = matrix._world  # noqa: SLF001 - of the same class
    added: Attached = attach(old.sites, old.roads, points, taxi=matrix.mode == "transit", first_ref=len(old.ways))
    sites, hops, ways = (*old.sites, *added.sites), old.hops.joined(added.hops), (*old.ways, *added.ways)
    n, m = len(old.sites), len(sites)
    networks = _networks(hops, matrix.mode, sites)
    grown = {name: np.pad(getattr(matrix, name), (0, m - n)) for name in (*COLUMNS, "first", "latest", "late_minutes")}
    options = dict(old.options)
    for p in range(n, m):
        outward = [network.from_places(np.array([p])) for network in networks]
        inward = [network.to_place(p) for network in networks]
        for journeys, place in ((outward, (p, slice(None))), (inward, (slice(None), p))):
            choice = _choice(*journeys)
            for name, values in _tables(journeys[0], journeys[1], journeys[2], choice).items():
                grown[name][place] = values[0]
            for q in range(m):
                pair = (p, q) if journeys is outward else (q, p)
                options[pair] = (journeys[int(choice[0, q])].paths, 0, q), (journeys[2].paths, 0, q)
    ids = tuple(site.id for site in sites)
    world = dataclasses.replace(old, sites=sites, hops=hops, ways=ways, options=options)
    index = {place: i for i, place in enumerate(ids)}
    return TravelMatrix(mode=matrix.mode, ids=ids, index=index, **grown, _world=world)


def _chosen(matrix: TravelMatrix, choices: Sequence[LegChoice], public: TravelMatrix) -> TravelMatrix:
    legs = _legs(matrix, choices, public)
    tables = {name: getattr(matrix, name).copy() for name in (*COLUMNS, "first", "latest", "late_minutes")}
    read: dict[tuple[int, int, bool], tuple[Segment, ...]] = {}
    for i, j, late in _concerned(matrix, choices):
        parts = matrix.chooser.parts(matrix._world.path(i, j, late=late))  # noqa: SLF001 - of the same class
        concerned, journey = kept(parts, matrix.ids[i], legs)
        if concerned:
            _put(tables, read, (i, j, late), journey)
    for (origin, target), journey in legs.items():
        pair = matrix.index[origin], matrix.index[target]
        _put(tables, read, (*pair, False), journey)
        _put(tables, read, (*pair, True), journey)
    world = dataclasses.replace(matrix._world, chosen=read)  # noqa: SLF001 - of the same class
    return dataclasses.replace(matrix, **tables, _world=world)


def _legs(
    matrix: TravelMatrix, choices: Sequence[LegChoice], public: TravelMatrix
) -> dict[tuple[str, str], Journey | None]:
    """Each pair of places that a choice names, with the journey chosen; the choice that names fewest holds, else the first."""
    found: dict[tuple[str, str], Journey | None] = {}
    for choice in sorted(choices, key=lambda c: len(c.origins) * len(c.targets)):
        source = matrix if matrix.chooser.offers(choice.mode) else public
        for pair in itertools.product(choice.origins, choice.targets):
            if pair[0] != pair[1] and pair not in found:
                i, j = (source.index[place] for place in pair)
                found[pair] = source.chooser.journey(i, j, choice.mode)
    return found


def _concerned(matrix: TravelMatrix, choices: Sequence[LegChoice]) -> list[tuple[int, int, bool]]:
    """Journeys that pass an origin and a target of one choice, by day and after the last departure."""
    world = matrix._world  # noqa: SLF001 - of the same class
    n = world.base
    day, night = np.zeros((n, n), dtype=np.bool_), np.zeros((n, n), dtype=np.bool_)
    for choice in choices:
        tails, heads = ([matrix.index[place] for place in places] for places in (choice.origins, choice.targets))
        tiers = [passing(paths, world.hops, tails, heads) for paths in (world.day, world.plain, world.night)]
        day |= np.choose(world.choice, tiers)
        night |= tiers[2]
    found = [(i, j, late) for late, pairs in ((False, day), (True, night)) for i, j in np.argwhere(pairs).tolist()]
    found += [(i, j, late) for i, j in world.options for late in (False, True)]
    return [
        (i, j, late) for i, j, late in found
        if i != j and (matrix.late_minutes if late else matrix.minutes)[i, j] < UNREACHABLE
    ]  # fmt: skip


def _put(
    tables: dict[str, Table], read: dict[tuple[int, int, bool], tuple[Segment, ...]], pair: tuple[int, int, bool],
    journey: Journey | None,
) -> None:  # fmt: skip
    """Enter a chosen journey, or that nothing leads there any more."""
    i, j, late = pair
    if journey is not None:
        read[pair] = journey.segments
    if late:
        good = journey is not None and journey.runs_at_any_hour
        tables["late_minutes"][i, j] = journey.total("minutes") if journey is not None and good else UNREACHABLE
        return
    good = journey is not None and journey.first <= journey.latest and journey.latest >= 0
    if journey is None or not good:
        journey = Journey((), ())
    for name, column in COLUMNS.items():
        tables[name][i, j] = journey.total(column)
    tables["minutes"][i, j] = journey.total("minutes") if good else UNREACHABLE
    tables["first"][i, j], tables["latest"][i, j] = max(0, journey.first), journey.latest
