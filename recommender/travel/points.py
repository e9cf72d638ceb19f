"""Points of the visitor's own, joined to the places around them by estimated roads and walks."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.travel import assumptions as a
from recommender.travel.graph import STATION_KINDS, Site, attachments, road_attributes, walk_attributes
from recommender.travel.hops import Hops, Roads, rides, ways_table
from recommender.travel.road import CENTRES, is_hilly, straight_km, town_of


@dataclass(frozen=True)
class Attached:
    """New places after the old ones, and the hops that join them."""

    sites: tuple[Site, ...]
    hops: Hops
    ways: tuple[tuple[int, int, Mapping[str, Any]], ...]


def attach(
    sites: Sequence[Site], roads: Roads, points: Mapping[str, tuple[float, float]], *, taxi: bool, first_ref: int
) -> Attached:
    """Join points to places: walks where near, car rides over the nearest places that cars reach.

    Parameters
    ----------
    roads
        Rides between the first of ``sites``; those after them were attached before.
    points
        Id to latitude and longitude.
    first_ref
        ``ref`` of the first new walk.

    Raises
    ------
    ValueError
        A coordinate is not a finite number.
    """
    new = [_site(sites, place, lat, lon) for place, (lat, lon) in points.items()]
    all_sites = [*sites, *new]
    base = len(roads.wheel)
    reach = [_reach(all_sites, roads, k) for k in range(base, len(all_sites))]
    ways: list[tuple[int, int, Mapping[str, Any]]] = []
    tails, heads, wheels, metres = [], [], [], []
    for p in range(len(sites), len(all_sites)):
        point = all_sites[p]
        km = straight_km(point.lat, point.lon, [s.lat for s in all_sites[:p]], [s.lon for s in all_sites[:p]])
        for q in np.flatnonzero(km <= a.WALK_KM * 1.01).tolist():
            way = walk_attributes(point, all_sites[q])
            if way is not None:
                ways += [(p, q, way), (q, p, way)]
        wheel, driven = reach[p - base]
        for q in range(p):
            if q < base:
                minutes, far = wheel[q], driven[q]
            else:
                other_wheel, other_driven = reach[q - base]
                via = int(np.argmin(wheel + other_wheel))
                minutes, far = wheel[via] + other_wheel[via], driven[via] + other_driven[via]
                if point.road and all_sites[q].road and km[q] <= a.NEAR_KM:
                    direct = road_attributes(point, all_sites[q])
                    minutes, far = direct["wheel_min"], direct["distance_m"]
            if math.isfinite(minutes):
                tails += [p, q]
                heads += [q, p]
                wheels += [minutes, minutes]
                metres += [far, far]
    ends = np.array([tails, heads], dtype=np.int64).reshape(2, -1)
    length = np.array([wheels, metres], dtype=np.float64).reshape(2, -1)
    by_car = rides(ends[0], ends[1], length[0], length[1], {}, all_sites, taxi=taxi)
    return Attached(tuple(new), ways_table(ways, first_ref).joined(by_car), tuple(ways))


def _site(sites: Sequence[Site], place: str, lat: float, lon: float) -> Site:
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise ValueError(f"{place}: coordinates {lat}, {lon}")
    km = straight_km(lat, lon, [s.lat for s in sites], [s.lon for s in sites])
    county = sites[int(np.argmin(km))].county if len(sites) else ""
    centres = {s.county: (s.lat, s.lon) for s in sites if s.kind in CENTRES}
    site = Site(
        id=place, lat=lat, lon=lon, county=county, kind="point", hilly=is_hilly(lat, lon, county),
        town=town_of(lat, lon, centres),
    )  # fmt: skip
    ranks = [k for k, s in enumerate(sites) if s.kind in STATION_KINDS | CENTRES]
    if ranks and km[ranks].min() <= a.TAXI_RANK_KM:
        site = dataclasses.replace(site, taxi_wait_min=a.TAXI_WAIT_MIN)
    for area in sorted({s.area for s in sites if s.area is not None}):
        inside = [s for s in sites if s.area == area]
        if _within(lat, lon, [(s.lat, s.lon) for s in inside]):
            return dataclasses.replace(site, area=area, closed_by=inside[0].closed_by)
    return site


def _reach(sites: Sequence[Site], roads: Roads, k: int) -> tuple[Any, Any]:
    """Minutes at the wheel and metres from a point to each place that has roads of its own."""
    base = len(roads.wheel)
    wheel, metres = np.full(base, np.inf), np.full(base, np.inf)
    point = sites[k]
    places = [(i, s) for i, s in enumerate(sites[:base]) if s.road]
    if not point.road or not places:
        return wheel, metres
    near = [s for _, s in places]
    for at in sorted(attachments(point, near, [s.lat for s in near], [s.lon for s in near])):
        i, site = places[at]
        way = road_attributes(point, site)
        onward, length = roads.wheel[i] + way["wheel_min"], roads.metres[i] + way["distance_m"]
        onward[i], length[i] = way["wheel_min"], way["distance_m"]
        shorter = onward < wheel
        wheel, metres = np.where(shorter, onward, wheel), np.where(shorter, length, metres)
    return wheel, metres


def _within(lat: float, lon: float, corners: Sequence[tuple[float, float]]) -> bool:
    """Whether a point lies in the convex hull of others (Andrew 1979)."""
    points = sorted(set(corners))
    if len(points) < 3:
        return False

    def turn(o: tuple[float, float], p: tuple[float, float], q: tuple[float, float]) -> float:
        return (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])

    hull: list[tuple[float, float]] = []
    for chain in (points, points[::-1]):
        half: list[tuple[float, float]] = []
        for point in chain:
            while len(half) > 1 and turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        hull += half[:-1]
    return all(turn(p, q, (lat, lon)) >= 0 for p, q in zip(hull, [*hull[1:], hull[0]], strict=True))
