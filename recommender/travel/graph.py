"""The region as a networkx multigraph: hubs, attractions, lodgings and eateries, joined by road, rail, bus and feet.

Link facts come first; estimated roads and walks fill what they leave open. Every edge says by ``basis`` which it is.
Cars do not enter walled old towns nor mountains that only a scenic bus climbs: such places have no road edge, and a
fact that drives to the heart of a walled town ends at its nearest gate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import networkx as nx
import numpy as np
from geopy.distance import geodesic

from recommender.travel import assumptions as a
from recommender.travel.road import CENTRES, class_of, estimate, is_hilly, neighbours, straight_km, town_of
from recommender.travel.timetable import Timetable, kind_of, timetable_of

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[str]
else:
    Graph = nx.MultiDiGraph

STATION_KINDS: Final = frozenset({"rail", "rail_hsr", "airport", "area_anchor"})
_EARTH: Final = geodesic()
"""One for all measuring: each new one would build its series of the ellipsoid anew."""
GUESSED: Final = ("general knowledge", "estimate", "project", "no web page")
ESTIMATED_TIME_NOTE: Final = "时长为估计"


class NodeLike(Protocol):
    """A place of the catalogue. ``kind`` (hubs), ``category``, ``area_id`` and ``walled`` are read where present."""

    @property
    def id(self) -> str: ...
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def county(self) -> str: ...


class LinkLike(Protocol):
    """A way known between two places; ``service`` and ``headway_or_trips_per_day`` are read where present."""

    @property
    def from_id(self) -> str: ...
    @property
    def to_id(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def distance_km(self) -> float | None: ...
    @property
    def minutes(self) -> int | None: ...
    @property
    def headway_min(self) -> int | None: ...
    @property
    def trips_per_day(self) -> int | None: ...
    @property
    def first_departure(self) -> int | None: ...
    @property
    def last_departure(self) -> int | None: ...
    @property
    def departures(self) -> tuple[int, ...]: ...
    @property
    def oneway(self) -> bool: ...
    @property
    def usable(self) -> bool: ...
    @property
    def fare_fen(self) -> int | None: ...
    @property
    def operating_note(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def confidence(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Site:
    """What travel needs to know of a place.

    ``area`` is the car-free area in which it lies: no road edge. ``closed_by`` says what closes it.
    """

    id: str
    lat: float
    lon: float
    county: str
    kind: str
    hilly: bool
    town: str | None
    area: str | None = None
    closed_by: Literal["wall", "shuttle"] | None = None
    taxi_wait_min: int = a.TAXI_WAIT_COUNTRY_MIN
    fame: int = 0

    @property
    def road(self) -> bool:
        """Whether a car can stop here."""
        return self.area is None


def metres_between(one: Site, other: Site) -> float:
    """Geodesic distance."""
    return float(1000 * _EARTH.measure((one.lat, one.lon), (other.lat, other.lon)))


def build_graph(nodes: Iterable[NodeLike], links: Iterable[LinkLike]) -> Graph:
    """The multimodal graph of the region.

    Parameters
    ----------
    nodes
        Places with unique ids. Links that name others are left out.
    links
        Known ways, both ways unless ``oneway``; those not ``usable`` are left out.

    Returns
    -------
    networkx.MultiDiGraph
        Node attribute ``site``; edge attributes ``kind`` (road, rail, bus, walk), ``minutes`` (riding; roads include
        `assumptions.PARK_MIN`), ``wheel_min`` (roads: without it), ``distance_m``, ``basis``, ``fare_fen``,
        ``timetable`` (`Timetable` or None), ``service``, ``note``, ``source``, ``confidence``.
    """
    places = {node.id: node for node in nodes}
    known = [link for link in links if link.usable and link.from_id in places and link.to_id in places]
    gates = _gates(places, known)
    sites = _sites(places, known, gates)
    graph: Graph = nx.MultiDiGraph()
    for site in sites.values():
        graph.add_node(site.id, site=site)
    driven = _add_facts(graph, sites, known, gates)
    _add_shuttles(graph, sites)
    for one, other in _road_pairs(list(sites.values())):
        _fill(graph, one.id, other.id, road_attributes(one, other), driven)
    on_foot = {(u, v) for u, v, data in graph.edges(data=True) if data["kind"] == "walk"}
    for one, other in _walk_pairs(list(sites.values())):
        way = walk_attributes(one, other)
        if way is not None:
            _fill(graph, one.id, other.id, way, on_foot)
    return graph


def sites_of(graph: Graph) -> dict[str, Site]:
    """The sites of a graph in order of its nodes."""
    return {node: data["site"] for node, data in graph.nodes(data=True)}


def road_attributes(one: Site, other: Site) -> dict[str, Any]:
    """Attributes of an estimated road."""
    straight = metres_between(one, other)
    driven, wheel = estimate(straight / 1000, class_of(one.town, other.town, one.hilly, other.hilly))
    return _attributes("road", wheel + a.PARK_MIN, driven * 1000, wheel_min=wheel)


def walk_attributes(one: Site, other: Site, flat_km: float = a.WALK_KM) -> dict[str, Any] | None:
    """Attributes of an estimated walk, None where it is too far to be one: farther than ``flat_km`` in a straight line."""
    straight = metres_between(one, other)
    hill = any(site.closed_by == "shuttle" or site.kind == "nature" for site in (one, other))
    flat = any(site.closed_by == "wall" or site.town is not None for site in (one, other))
    if straight > 1000 * (a.HILL_WALK_KM if hill or ((one.hilly or other.hilly) and not flat) else flat_km):
        return None
    metres = straight * (a.HILL_WALK_CIRCUITY if hill else a.WALK_CIRCUITY)
    kmh = a.HILL_WALK_KMH if hill else a.WALK_KMH
    return _attributes("walk", max(1, math.ceil(metres / 1000 / kmh * 60 - 1e-9)), metres)


def _attributes(kind: str, minutes: float, distance_m: float, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": kind, "minutes": minutes, "wheel_min": minutes, "distance_m": distance_m, "basis": "estimated",
        "fare_fen": None, "timetable": None, "service": "", "note": "", "source": "", "confidence": "low",
    }  # fmt: skip
    found.update(more)
    return found


def _fill(graph: Graph, one: str, other: str, way: Mapping[str, Any], known: set[tuple[str, str]]) -> None:
    """Add an estimate in each direction that no fact describes."""
    for ends in ((one, other), (other, one)):
        if ends not in known:
            graph.add_edge(*ends, **way)


def _gates(places: Mapping[str, NodeLike], links: Iterable[LinkLike]) -> dict[str, tuple[str, ...]]:
    """Walled area to its gates: anchors from which a fact walks into it."""
    found: dict[str, set[str]] = {p.id: set() for p in places.values() if getattr(p, "walled", False)}
    for link in links:
        for area, gate in ((link.from_id, link.to_id), (link.to_id, link.from_id)):
            if link.mode == "walk" and area in found and getattr(places[gate], "kind", "") == "area_anchor":
                found[area].add(gate)
    return {area: tuple(sorted(gates)) for area, gates in found.items()}


def _sites(
    places: Mapping[str, NodeLike], links: Iterable[LinkLike], gates: Mapping[str, tuple[str, ...]]
) -> dict[str, Site]:
    climbed = {place for link in links if link.mode == "bus" for place in (link.from_id, link.to_id)} & a.SHUTTLE_ONLY
    centres = {p.county: (p.lat, p.lon) for p in places.values() if getattr(p, "kind", "") in CENTRES}
    ranks = [p for p in places.values() if getattr(p, "kind", "") in STATION_KINDS | CENTRES]
    rank_lats, rank_lons = [p.lat for p in ranks], [p.lon for p in ranks]
    sites = {}
    for place in places.values():
        area_id = getattr(place, "area_id", None)
        area: str | None = None
        closed_by: Literal["wall", "shuttle"] | None = None
        if area_id in gates or gates.get(place.id):
            area, closed_by = (area_id if area_id in gates else place.id), "wall"
        elif area_id in climbed or place.id in climbed:
            area, closed_by = (area_id if area_id in climbed else place.id), "shuttle"
        near = bool(ranks) and straight_km(place.lat, place.lon, rank_lats, rank_lons).min() <= a.TAXI_RANK_KM
        sites[place.id] = Site(
            id=place.id, lat=place.lat, lon=place.lon, county=place.county,
            kind=str(getattr(place, "kind", "") or getattr(place, "category", "") or "place"),
            hilly=is_hilly(place.lat, place.lon, place.county, str(getattr(place, "category", ""))),
            town=town_of(place.lat, place.lon, centres), area=area, closed_by=closed_by,
            taxi_wait_min=a.TAXI_WAIT_MIN if near else a.TAXI_WAIT_COUNTRY_MIN, fame=int(getattr(place, "popularity", 0)),
        )  # fmt: skip
    return sites


def _add_facts(
    graph: Graph, sites: Mapping[str, Site], links: Iterable[LinkLike], gates: Mapping[str, tuple[str, ...]]
) -> set[tuple[str, str]]:
    """Add link facts; return the ordered pairs that a road fact joins."""
    driven: set[tuple[str, str]] = set()
    moved: list[tuple[str, str, LinkLike]] = []
    for link in links:
        ends = sites[link.from_id], sites[link.to_id]
        if link.mode == "drive":
            if all(site.road for site in ends):
                _add_road(graph, *ends, link, known_fare=True)
                driven |= _directions(link.from_id, link.to_id, link)
            elif not any(site.closed_by == "shuttle" for site in ends):
                stops = _gate_for(sites, gates, *ends), _gate_for(sites, gates, *reversed(ends))
                moved.append((*stops, link))
        elif link.mode == "walk":
            metres = max(metres_between(*ends), (link.distance_km or 0) * 1000)
            _add_walk(graph, *ends, link, metres)
        elif not any(site.closed_by == "wall" for site in ends):
            _add_service(graph, *ends, link)
    for start, end, link in moved:
        if start != end and (start, end) not in driven and sites[start].road and sites[end].road:
            _add_road(graph, sites[start], sites[end], link, known_fare=False)
            driven |= _directions(start, end, link)
    return driven


def _directions(one: str, other: str, link: LinkLike) -> set[tuple[str, str]]:
    return {(one, other)} if link.oneway else {(one, other), (other, one)}


def _gate_for(sites: Mapping[str, Site], gates: Mapping[str, tuple[str, ...]], site: Site, other: Site) -> str:
    """The gate at which a car from ``other`` to ``site`` stops; the site itself where cars may go."""
    doors = gates.get(site.area or "", ())
    if site.road:
        return site.id
    return min(doors, key=lambda gate: (metres_between(sites[gate], other), gate)) if doors else site.area or site.id


def _basis(link: LinkLike) -> str:
    """``sourced`` where minutes are given by more than general knowledge."""
    sources = [part.strip() for part in link.source.split(";") if part.strip()]
    guessed = all(part.startswith(GUESSED) for part in sources)
    return "estimated" if link.minutes is None or guessed or ESTIMATED_TIME_NOTE in link.operating_note else "sourced"


def _facts_of(link: LinkLike) -> dict[str, Any]:
    return {
        "basis": _basis(link), "note": link.operating_note, "source": link.source, "confidence": link.confidence,
        "service": getattr(link, "service", ""),
    }  # fmt: skip


def _add_road(graph: Graph, one: Site, other: Site, link: LinkLike, *, known_fare: bool) -> None:
    guess = road_attributes(one, other)
    metres = max(metres_between(one, other), link.distance_km * 1000 if link.distance_km else guess["distance_m"])
    minutes = float(link.minutes) if link.minutes is not None else guess["minutes"]
    way = _attributes("road", minutes, metres, wheel_min=max(1.0, minutes - a.PARK_MIN), **_facts_of(link))
    way["fare_fen"] = link.fare_fen if known_fare else None
    way["fact"] = True
    graph.add_edge(one.id, other.id, **way)
    if not link.oneway:
        graph.add_edge(other.id, one.id, **way)


def _add_walk(graph: Graph, one: Site, other: Site, link: LinkLike, metres: float) -> None:
    minutes = link.minutes if link.minutes is not None else math.ceil(metres / 1000 / a.WALK_KMH * 60)
    way = _attributes("walk", minutes, metres, **_facts_of(link))
    graph.add_edge(one.id, other.id, **way)
    if not link.oneway:
        graph.add_edge(other.id, one.id, **way)


def _add_service(graph: Graph, one: Site, other: Site, link: LinkLike) -> None:
    straight = metres_between(one, other)
    kind = kind_of(link, (one.county, other.county), straight / 1000)
    circuity = a.RAIL_CIRCUITY if link.mode == "rail" else a.BUS_CIRCUITY
    metres = max(straight, link.distance_km * 1000 if link.distance_km else straight * circuity)
    if link.minutes is None and link.mode == "rail":
        return
    minutes = link.minutes if link.minutes is not None else math.ceil(metres / 1000 / a.BUS_KMH * 60)
    way = _attributes(link.mode, minutes, metres, fare_fen=link.fare_fen, **_facts_of(link))
    way["service"] = kind
    graph.add_edge(one.id, other.id, **way | {"timetable": timetable_of(link, kind, as_written=True)})
    if not link.oneway:
        graph.add_edge(other.id, one.id, **way | {"timetable": timetable_of(link, kind, as_written=False)})


def _add_shuttles(graph: Graph, sites: Mapping[str, Site]) -> None:
    """The scenic bus between the sights of a mountain, on the ticket bought at its foot, and straight to each of them."""
    for area in sorted({site.area for site in sites.values() if site.closed_by == "shuttle" and site.area}):
        known = [(u, v, data) for u, v, data in graph.edges(data=True) if area in (u, v) and data["kind"] == "bus"]
        stops = [site for site in sites.values() if site.area == area and site.id != area]
        if not known or not stops:
            continue
        for u, v, data in known:
            for stop in stops:
                one, other = (sites[u], stop) if v == area else (stop, sites[v])
                _add_shuttle(graph, one, other, data["timetable"], data["fare_fen"])
        table = min((data["timetable"] for _, _, data in known), key=lambda t: t.last)
        inner = [*stops, sites[area]]
        for one in inner:
            for other in inner:
                if one.id != other.id:
                    _add_shuttle(graph, one, other, table, 0)


def _add_shuttle(graph: Graph, one: Site, other: Site, table: Timetable, fare_fen: int | None) -> None:
    metres = metres_between(one, other) * a.SHUTTLE_CIRCUITY
    minutes = max(3, math.ceil(metres / 1000 / a.SHUTTLE_KMH * 60))
    graph.add_edge(
        one.id, other.id,
        **_attributes("bus", minutes, metres, fare_fen=fare_fen, service="shuttle", timetable=table),
    )  # fmt: skip


def _road_pairs(sites: list[Site]) -> list[tuple[Site, Site]]:
    """Pairs of places to join by an estimated road: seat, neighbours, and the nearest stations and gates."""
    places = [site for site in sites if site.road]
    if not places:
        return []
    lats, lons = np.array([s.lat for s in places]), np.array([s.lon for s in places])
    pairs: set[tuple[int, int]] = set()
    for i in range(len(places)):
        for j in attachments(places[i], places, lats, lons, skip=i):
            pairs.add((min(i, j), max(i, j)))
    return [(places[i], places[j]) for i, j in sorted(pairs)]


def attachments(site: Site, places: list[Site], lats: Any, lons: Any, skip: int | None = None) -> set[int]:
    """Positions in ``places`` that an estimated road joins to a site."""
    km = straight_km(site.lat, site.lon, lats, lons)
    if skip is not None:
        km[skip] = math.inf
    found = set(neighbours(km, a.NEAR_KM, a.NEIGHBOURS))
    stations = np.array([p.kind in STATION_KINDS for p in places])
    found |= set(neighbours(np.where(stations, km, math.inf), 0.0, a.STATIONS))
    seats = [i for i, p in enumerate(places) if p.kind in CENTRES and p.county == site.county and i != skip]
    return found | set(seats)


def _walk_pairs(sites: list[Site]) -> list[tuple[Site, Site]]:
    lats, lons = np.array([s.lat for s in sites]), np.array([s.lon for s in sites])
    pairs = []
    for i, site in enumerate(sites):
        km = straight_km(site.lat, site.lon, lats[i + 1 :], lons[i + 1 :])
        pairs += [(site, sites[i + 1 + int(k)]) for k in np.flatnonzero(km <= a.WALK_KM * 1.01)]
    return pairs
