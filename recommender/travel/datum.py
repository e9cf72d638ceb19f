"""WGS-84, GCJ-02 (AMap, Tencent) and BD-09 (Baidu), in degrees of latitude and longitude.

GCJ-02 is the published polynomial-and-sine offset on the Krasovsky ellipsoid. It has no closed inverse: the pair here
iterates until the forward formula gives the point back, which five rounds do to far below 1e-9 degrees. Outside the
rectangle that holds China the datums are taken to agree, as map services do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

Degrees = tuple[float, float]

AXIS_M: Final = 6378245.0
ECCENTRICITY2: Final = 0.00669342162296594323
BD_PI: Final = math.pi * 3000.0 / 180.0
TOLERANCE_DEG: Final = 1e-11
ROUNDS: Final = 30


def outside_china(lat: float, lon: float) -> bool:
    """Whether a point lies outside the rectangle in which GCJ-02 differs from WGS-84."""
    return not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271)


def wgs84_to_gcj02(lat: float, lon: float) -> Degrees:
    """WGS-84 to GCJ-02; about 560 m apart in Jinzhong."""
    if outside_china(lat, lon):
        return lat, lon
    return _shifted(lat, lon)


def gcj02_to_wgs84(lat: float, lon: float) -> Degrees:
    """GCJ-02 to WGS-84, the inverse of `wgs84_to_gcj02` within 1e-9 degrees."""
    if outside_china(lat, lon):
        return lat, lon
    return _inverted(_shifted, lat, lon)


def gcj02_to_bd09(lat: float, lon: float) -> Degrees:
    """GCJ-02 to BD-09; about 880 m apart in Jinzhong."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * BD_PI)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BD_PI)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def bd09_to_gcj02(lat: float, lon: float) -> Degrees:
    """BD-09 to GCJ-02, the inverse of `gcj02_to_bd09` within 1e-9 degrees."""
    return _inverted(gcj02_to_bd09, lat, lon)


def wgs84_to_bd09(lat: float, lon: float) -> Degrees:
    """WGS-84 to BD-09; about 1.35 km apart in Jinzhong."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lat, lon))


def bd09_to_wgs84(lat: float, lon: float) -> Degrees:
    """BD-09 to WGS-84, the inverse of `wgs84_to_bd09` within 1e-9 degrees."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lat, lon))


def _shifted(lat: float, lon: float) -> Degrees:
    """The GCJ-02 formula without the rectangle, so that its inverse is smooth at the edge."""
    x, y = lon - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    wave = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (wave + 20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (wave + 20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1.0 - ECCENTRICITY2 * math.sin(phi) ** 2
    meridian_m = AXIS_M * (1.0 - ECCENTRICITY2) / (magic * math.sqrt(magic))
    parallel_m = AXIS_M / math.sqrt(magic) * math.cos(phi)
    return lat + math.degrees(north / meridian_m), lon + math.degrees(east / parallel_m)


def _inverted(forward: Callable[[float, float], Degrees], lat: float, lon: float) -> Degrees:
    guess_lat, guess_lon = lat, lon
    for _ in range(ROUNDS):
        there_lat, there_lon = forward(guess_lat, guess_lon)
        off_lat, off_lon = there_lat - lat, there_lon - lon
        guess_lat, guess_lon = guess_lat - off_lat, guess_lon - off_lon
        if max(abs(off_lat), abs(off_lon)) < TOLERANCE_DEG:
            break
    return guess_lat, guess_lon
