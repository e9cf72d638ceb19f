"""Estimates of roads that no fact describes: class of the ground, kilometres driven, minutes at the wheel."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from recommender.travel.assumptions import (
    CIRCUITY,
    HILL_CATEGORIES,
    HILL_COUNTIES,
    SPEED_KMH,
    TOWN_KM,
    TOWN_KM_DEFAULT,
    VALLEY,
    VALLEY_KM,
    RoadClass,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KM_PER_LAT_DEG: Final = 111.0
CENTRES: Final = frozenset({"county_seat", "city_center"})


def straight_km(lat: float, lon: float, lats: npt.ArrayLike, lons: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Distances from one point to many, good to 0.5 % within the region: a sieve before the geodesic is measured."""
    north = (np.asarray(lats, dtype=np.float64) - lat) * KM_PER_LAT_DEG
    middle = np.radians((np.asarray(lats, dtype=np.float64) + lat) / 2)
    east = (np.asarray(lons, dtype=np.float64) - lon) * (111.32 * np.cos(middle))
    return np.hypot(north, east)


def valley_offset_km(lat: float, lon: float) -> float:
    """Distance from the line of the Fen plain; positive to the south-east of it, where the ground rises."""
    scale = 111.32 * math.cos(math.radians(37.3))
    x, y = lon * scale, lat * KM_PER_LAT_DEG
    best = math.inf
    for (lat_a, lon_a), (lat_b, lon_b) in itertools.pairwise(VALLEY):
        ax, ay = lon_a * scale, lat_a * KM_PER_LAT_DEG
        dx, dy = lon_b * scale - ax, lat_b * KM_PER_LAT_DEG - ay
        along = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
        away = math.hypot(x - ax - along * dx, y - ay - along * dy)
        if away < abs(best):
            best = away if dx * (y - ay) - dy * (x - ax) < 0 else -away
    return best


def is_hilly(lat: float, lon: float, county: str, category: str = "") -> bool:
    """Whether mountain roads are to be expected: by county, distance from the plain, and kind of place."""
    if county in HILL_COUNTIES:
        return True
    if county == "Taiyuan":
        return category == "nature"
    return valley_offset_km(lat, lon) > VALLEY_KM or category in HILL_CATEGORIES


def town_of(lat: float, lon: float, centres: Mapping[str, tuple[float, float]]) -> str | None:
    """The county in whose built-up centre a point lies, if any.

    Parameters
    ----------
    centres
        County to latitude and longitude of its seat.
    """
    for county, (seat_lat, seat_lon) in centres.items():
        if float(straight_km(lat, lon, [seat_lat], [seat_lon])[0]) <= TOWN_KM.get(county, TOWN_KM_DEFAULT):
            return county
    return None


def class_of(town_a: str | None, town_b: str | None, hilly_a: bool, hilly_b: bool) -> RoadClass:
    """Class of the road between two places."""
    if town_a is not None and town_a == town_b:
        return "town"
    return "mountain" if hilly_a or hilly_b else "plain"


def estimate(geodesic_km: float, road: RoadClass) -> tuple[float, float]:
    """Kilometres driven and minutes at the wheel (without `assumptions.PARK_MIN`)."""
    driven = geodesic_km * CIRCUITY[road]
    minutes, done = 0.0, 0.0
    for limit, kmh in SPEED_KMH[road]:
        part = min(driven, limit) - done
        if part <= 0:
            break
        minutes += 60.0 * part / kmh
        done += part
    return driven, minutes


def neighbours(km: npt.NDArray[np.float64], within_km: float, at_least: int) -> Sequence[int]:
    """Positions nearer than ``within_km``, or the nearest ``at_least`` where fewer are; infinite ones never."""
    order = np.argsort(km, kind="stable")
    count = max(at_least, int(np.sum(km <= within_km)))
    return [int(i) for i in order[:count] if np.isfinite(km[i])]
