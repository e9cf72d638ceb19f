"""County outlines, for telling a slip of the pen from a place near a border: schematic, never evidence of boundaries."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.jsontext import read_json

METRES_PER_DEGREE: Final = 111_195.0

Ring = npt.NDArray[np.float64]
"""(n, 2): longitude and latitude, WGS-84, the first point again at the end."""
Outlines = Mapping[str, tuple[Ring, ...]]
"""County → all its rings, holes included."""


def load_outlines(file: Path) -> Outlines:
    """Read a GeoJSON file whose features name their ``county``.

    Raises
    ------
    OSError
        There is no such file.
    JsonInvalid
        It is no JSON.
    """
    found: dict[str, tuple[Ring, ...]] = {}
    for feature in read_json(file.read_bytes())["features"]:
        shape = feature["geometry"]
        polygons: Sequence[Any] = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings = tuple(np.asarray(ring, dtype=float)[:, :2] for polygon in polygons for ring in polygon)
        found[feature["properties"]["county"]] = found.get(feature["properties"]["county"], ()) + rings
    return found


def outside_by_m(rings: Sequence[Ring], lat: float, lon: float) -> float:
    """Metres from a point to a county; 0 within it."""
    scale = np.array([math.cos(math.radians(lat)) * METRES_PER_DEGREE, METRES_PER_DEGREE])
    local = [(ring - (lon, lat)) * scale for ring in rings]
    if sum(_crossings(ring) for ring in local) % 2:
        return 0.0
    return min((_distance(ring) for ring in local), default=math.inf)


def _crossings(ring: Ring) -> int:
    """How often a ray from the origin to the east crosses the ring."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    spans = (y0 > 0) != (y1 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x0 + (x1 - x0) * (-y0) / (y1 - y0)
    return int((spans & (at > 0)).sum())


def _distance(ring: Ring) -> float:
    """From the origin to the nearest point of the ring."""
    start, step = ring[:-1], np.diff(ring, axis=0)
    length = (step**2).sum(axis=1)
    along = np.clip(-(start * step).sum(axis=1) / np.where(length > 0, length, 1), 0, 1)
    return float(np.sqrt(((start + along[:, None] * step) ** 2).sum(axis=1)).min())
