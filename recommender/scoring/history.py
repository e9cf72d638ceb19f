"""What past trips say about places, as counts from which any one trip can be taken out again exactly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EARTH_KM: Final = 6371.0
LONGEST: Final = 30
"""Trips of more places than this count as so long."""
CLOCK_STEPS: Final = 1000
"""The hand of the clock is kept in whole thousandths, so that counts stay whole numbers and subtract exactly."""


@dataclass(frozen=True, slots=True)
class PastTrip:
    """A trip that somebody made or kept.

    Attributes
    ----------
    places
        Place ids in the order of the visits, each once.
    minutes
        Minute of the day at which each visit began, in any one time zone; empty if not known.

    Raises
    ------
    ValueError
        No place, a place twice, or as many minutes as places are not given.
    """

    places: tuple[str, ...]
    minutes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.places or len(set(self.places)) < len(self.places):
            raise ValueError("places: at least one, and each once")
        if self.minutes and len(self.minutes) != len(self.places):
            raise ValueError("minutes: one for each place, or none at all")


@dataclass(frozen=True)
class Ground:
    """What does not change with the trips: where places are and what kind.

    Attributes
    ----------
    ids
        Place ids, length n.
    kind
        (n,) number of the category.
    km
        (n, n) distances as the crow flies.
    alike
        (n, n) likeness of content in [0, 1].
    """

    ids: tuple[str, ...]
    kind: Ints
    km: Floats
    alike: Floats

    @classmethod
    def of(cls, frame: pd.DataFrame, alike: npt.ArrayLike | None = None) -> Ground:
        """From a frame of places.

        Parameters
        ----------
        frame
            Index: place id. Columns: ``category``, ``lat`` and ``lon`` (WGS-84).
        alike
            (n, n), as in ``ContentFeatures.similarity``; without it, places of one category are alike.

        Raises
        ------
        ValueError
            The frame is empty, an id stands twice, or a coordinate is missing.
        """
        lat, lon = (np.radians(frame[axis].to_numpy(dtype=float)) for axis in ("lat", "lon"))
        if frame.empty or not frame.index.is_unique or not (np.isfinite(lat).all() and np.isfinite(lon).all()):
            raise ValueError("the frame must hold at least one place, each id once, with its coordinates")
        kind = np.unique([str(value) for value in frame["category"]], return_inverse=True)[1].astype(np.int64)
        half = (
            np.sin((lat[:, None] - lat) / 2) ** 2
            + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
        )
        km = 2 * EARTH_KM * np.arcsin(np.sqrt(half.clip(0, 1)))
        near = (kind[:, None] == kind).astype(float) if alike is None else np.asarray(alike, dtype=float)
        return cls(tuple(str(place) for place in frame.index), kind, km, near)

    @property
    def size(self) -> int:
        """Number of places, ``n``."""
        return len(self.ids)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Place id → row."""
        return {place: row for row, place in enumerate(self.ids)}

    @cached_property
    def kinds(self) -> int:
        """Number of categories."""
        return int(self.kind.max()) + 1

    @cached_property
    def step_km(self) -> float:
        """The distance that counts as one step here: the median over the places of that to the third nearest."""
        third = np.sort(self.km, axis=1)[:, min(3, self.size - 1)]
        return max(float(np.median(third)), 1e-3)

    @cached_property
    def rank(self) -> Floats:
        """(n, n) how many places are nearer to the row's, 0 for itself, over how many there are, on a logarithmic scale."""
        order = np.argsort(np.argsort(self.km, axis=1, kind="stable"), axis=1)
        return np.asarray(np.log1p(order) / math.log1p(self.size), dtype=float)

    def rows(self, trip: PastTrip) -> Ints:
        """The rows of a trip's places.

        Raises
        ------
        KeyError
            A place is not on the ground.
        """
        return np.array([self.index[place] for place in trip.places], dtype=np.int64)


class History:
    """Counts over past trips; all are whole numbers, so that a trip taken out leaves no trace.

    Attributes
    ----------
    visits, shared, long
        (n,) trips that hold the place: all, those of two places or more, and of three or more.
    inner_by_length
        (LONGEST + 1, n) trips in which the place is neither first nor last, by their number of places.
    together, together_long
        (n, n) trips of two places or more, and of three or more, that hold both; 0 on the diagonal.
    follows, before
        (n, n) trips in which the column's place comes next after the row's, and in which it comes later.
    between_kinds
        (k, k, k) inner visits by category of the trip's first place, of its last, and of the visit.
    hand
        (n, 2) sums of the hour hand (of a clock of 24 hours) at which visits begin.
    """

    def __init__(self, ground: Ground, trips: Iterable[PastTrip] = ()) -> None:
        n, k = ground.size, ground.kinds
        self.ground = ground
        self.visits, self.shared, self.long = (np.zeros(n) for _ in range(3))
        self.inner_by_length = np.zeros((LONGEST + 1, n))
        self.together, self.together_long, self.follows, self.before = (np.zeros((n, n)) for _ in range(4))
        self.between_kinds = np.zeros((k, k, k))
        self.hand = np.zeros((n, 2))
        for trip in trips:
            self.add(trip)

    def add(self, trip: PastTrip, times: int = 1) -> None:
        """Count a trip; with ``times`` -1, take it out again."""
        rows = self.ground.rows(trip)
        self.visits[rows] += times
        if trip.minutes:
            angle = np.array(trip.minutes) * (2 * math.pi / 1440)
            self.hand[rows] += times * np.rint(CLOCK_STEPS * np.stack([np.cos(angle), np.sin(angle)], axis=1))
        if len(rows) < 2:
            return
        self.shared[rows] += times
        self.follows[rows[:-1], rows[1:]] += times
        earlier, later = (rows[i] for i in np.triu_indices(len(rows), 1))
        self.before[earlier, later] += times
        for table in (self.together, self.together_long)[: 1 + (len(rows) > 2)]:
            table[earlier, later] += times
            table[later, earlier] += times
        if len(rows) > 2:
            inner, kind = rows[1:-1], self.ground.kind
            self.long[rows] += times
            self.inner_by_length[min(len(rows), LONGEST), inner] += times
            np.add.at(self.between_kinds, (kind[rows[0]], kind[rows[-1]], kind[inner]), times)

    @contextmanager
    def without(self, trips: Iterable[PastTrip]) -> Iterator[History]:
        """The same counts as if these trips had not been, for as long as the context lasts."""
        out = list(trips)
        for trip in out:
            self.add(trip, -1)
        try:
            yield self
        finally:
            for trip in out:
                self.add(trip)

    @property
    def clock(self) -> Floats:
        """(n, 2) the mean hand, drawn to the middle by five visits without an hour."""
        return self.hand / (CLOCK_STEPS * (self.visits[:, None] + 5))


def legs_of(rows: Ints) -> tuple[Ints, Ints]:
    """Where each leg of a path begins and ends."""
    return rows[:-1], rows[1:]


def swaps_of(rows: Ints) -> list[Ints]:
    """The paths with two inner places exchanged."""
    found = []
    for i, j in itertools.combinations(range(1, len(rows) - 1), 2):
        swapped = rows.copy()
        swapped[[i, j]] = rows[[j, i]]
        found.append(swapped)
    return found
