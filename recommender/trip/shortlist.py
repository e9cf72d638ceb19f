"""Of a catalogue too large for tables of all its places, the part that one request is about.

Ways and scores are kept as tables of places by places: good for some hundreds, not for a hundred thousand. Beyond
`region.LARGE` places a request is planned among those near where it begins, ends, sleeps and what it names: the best known,
and the best known of every kind, so that no taste goes without. Which they are does not depend on tastes, so that requests
for one corner share a part. A catalogue that is not large is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from recommender import region as regions
from recommender.model import Point, TripRequest

if TYPE_CHECKING:
    from recommender.catalog import Place
    from recommender.region import Region

FAMOUS: Final = 160
OF_A_KIND: Final = 12
OTHERS: Final = 40
"""Attractions by fame, attractions by fame of every category, and each of hubs, lodgings and eateries."""
CELL_DEG: Final = 0.25
"""Where a request is, is rounded to this, so that neighbours share a part."""
NEAR_KM: Final = 40.0
"""So far away fame counts 1/e."""
KM_PER_DEG: Final = 111.0
Floats = npt.NDArray[np.float64]


class Outline:
    """What has to be known of every place to choose among all: made once for a catalogue, linear in its size."""

    def __init__(self, region: Region) -> None:
        catalog = region.catalog
        self.ids = list(catalog.attractions)
        places = list(catalog.attractions.values())
        self.where = _where(places)
        self.fame: Floats = np.array([place.popularity for place in places], dtype=np.float64)
        names = [place.category for place in places]
        self.kinds = [np.array([k for k, name in enumerate(names) if name == kind]) for kind in sorted(set(names))]
        self.others = [(list(table), _where(table.values())) for table in (catalog.hubs, catalog.lodging, catalog.dining)]
        self.centre = self._fullest()

    def _fullest(self) -> tuple[float, float]:
        """The corner with most to see, for who names none."""
        cells = np.floor(self.where / CELL_DEG)
        corners, which = np.unique(cells, axis=0, return_inverse=True)
        worth = np.bincount(which.ravel(), weights=self.fame**2)
        lat, lon = ((corners[int(worth.argmax())] + 0.5) * CELL_DEG).tolist()
        return lat, lon

    def near(self, spots: Iterable[tuple[float, float]]) -> frozenset[str]:
        """The places to plan with around some spots."""
        corners = np.array(sorted(spots), dtype=np.float64)
        pull = self.fame * np.exp(-_km(self.where, corners) / NEAR_KM)
        chosen = {self.ids[k] for k in _most(pull, FAMOUS)}
        for kind in self.kinds:
            chosen |= {self.ids[kind[k]] for k in _most(pull[kind], OF_A_KIND)}
        for ids, where in self.others:
            if ids:
                chosen |= {ids[k] for k in _most(-_km(where, corners), OTHERS)}
        return frozenset(chosen)


def shortlist(region: Region, request: TripRequest) -> Region:
    """The region to plan a request in: the whole one, or a part of a large one that holds all that the request names."""
    if region.size <= regions.LARGE:
        return region
    outline = _outline(region)
    spots = {_rounded(spot) for spot in _spots(region, request)} or {_rounded(outline.centre)}
    return region.part(outline.near(spots) | _named(region, request))


@cache
def _outlines() -> dict[int, tuple[Region, Outline]]:
    return {}


def _outline(region: Region) -> Outline:
    """Kept for the two regions asked for last."""
    kept = _outlines()
    found = kept.get(id(region))
    if found is None:
        found = kept[id(region)] = (region, Outline(region))
        while len(kept) > 2:
            kept.pop(next(iter(kept)))
    return found[1]


def _named(region: Region, request: TripRequest) -> frozenset[str]:
    """Every place of which a request speaks, those of the plan that it changes included."""
    wishes = request.model_dump(mode="json", by_alias=True)
    before = wishes.pop("previous") or {}
    return frozenset(w for w in _words([wishes, before.get("days")]) if region.catalog.find_place(w) is not None)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)


def _spots(region: Region, request: TripRequest) -> list[tuple[float, float]]:
    """Where a request is."""
    found = [(place.lat, place.lon) for place in map(region.catalog.find_place, sorted(_named(region, request))) if place]
    points = [anchor.place for anchor in (request.start, request.end, request.now) if anchor is not None]
    points += () if request.lodging == "auto" else request.lodging
    return [*found, *((point.lat, point.lon) for point in points if isinstance(point, Point))]


def _rounded(spot: tuple[float, float]) -> tuple[float, float]:
    lat, lon = ((np.floor(np.array(spot) / CELL_DEG) + 0.5) * CELL_DEG).tolist()
    return lat, lon


def _where(places: Iterable[Place]) -> Floats:
    return np.array([(place.lat, place.lon) for place in places], dtype=np.float64).reshape(-1, 2)


def _km(where: Floats, corners: Floats) -> Floats:
    """From each place to the nearest corner, roughly."""
    best = np.full(len(where), np.inf)
    for lat, lon in corners:
        east = (where[:, 1] - lon) * np.cos(np.radians(lat))
        best = np.minimum(best, np.hypot(where[:, 0] - lat, east) * KM_PER_DEG)
    return best


def _most(values: Floats, count: int) -> Sequence[Any]:
    """Positions of the largest, equal ones in order of position."""
    picked: list[int] = np.argsort(-values, kind="stable")[:count].tolist()
    return picked
