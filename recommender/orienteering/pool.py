"""Routes that are known between two depots of a day, and what they are worth at prices of the moment."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from recommender.orienteering.dayroutes import DayRoutes
from recommender.orienteering.master import Floats
from recommender.orienteering.problem import Ints

Path = tuple[int, ...]


class Pool:
    """Routes as numbers of a day's visits, none of them empty, in the order in which they were found."""

    def __init__(self, day: DayRoutes, start: int, end: int) -> None:
        self.day, self.start, self.end = day, start, end
        self.paths: list[Path] = []
        self.known: dict[Path, None] = {}
        self._flat: tuple[Ints, Ints, Ints, Ints, Ints] | None = None

    def add(self, path: Path) -> bool:
        """Take in a route; whether it is new."""
        if not path or path in self.known:
            return False
        self.known[path] = None
        self.paths.append(path)
        self._flat = None
        return True

    def drop(self, paths: list[Path]) -> None:
        """Forget some routes."""
        for path in paths:
            self.known.pop(path, None)
        self.paths, self._flat = list(self.known), None

    def worth(self) -> Floats:
        """What each route is worth at the prices of the moment."""
        if not self.paths:
            return np.zeros(0)
        if self._flat is None:
            ends = (self.day.size + self.start, self.day.size + self.end)
            nodes = [(ends[0], *path, ends[1]) for path in self.paths]
            legs = np.array([leg for way in nodes for leg in pairwise(way)], dtype=np.int64)
            counts = np.array([len(path) for path in self.paths], dtype=np.int64)
            width = self.day.width_of_ranks
            visits = np.array(
                [k * width + j for path in self.paths for k, j in zip(path, self.day.ranked(path), strict=True)], dtype=np.int64
            )
            first = np.cumsum(counts) - counts
            self._flat = visits, first, legs[:, 0], legs[:, 1], first + np.arange(len(counts))
        visits, first, here, there, first_leg = self._flat
        found: Floats = np.add.reduceat(self.day.gains.ravel()[visits], first)
        return found - np.add.reduceat(self.day.cost[here, there], first_leg)
