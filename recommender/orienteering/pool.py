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
        self.twice: dict[Path, None] = {}
        self.forget()

    def add(self, path: Path) -> bool:
        """Take in a route; whether it is new."""
        if not path or path in self.known:
            return False
        self.known[path] = None
        self.paths.append(path)
        if len(set(self.day.problem.variant[self.day.visits[list(path)]].tolist())) < len(path):
            self.twice[path] = None
        return True

    def drop(self, paths: list[Path]) -> None:
        """Leave out some routes."""
        for path in paths:
            del self.known[path], self.twice[path]
        self.paths = list(self.known)
        self.forget()

    def forget(self) -> None:
        """Ranks of visits have changed, or routes have gone."""
        none: Ints = np.zeros(0, dtype=np.int64)
        self._visits, self._here, self._there, self._counts = none, none, none, none

    def _lay_out(self) -> None:
        """The arrays of what has come in since the last time."""
        fresh = self.paths[len(self._counts) :]
        ends = (self.day.size + self.start, self.day.size + self.end)
        legs = np.array([leg for path in fresh for leg in pairwise((ends[0], *path, ends[1]))], dtype=np.int64)
        width = self.day.width_of_ranks
        visits = [k * width + j for path in fresh for k, j in zip(path, self.day.ranked(path), strict=True)]
        self._visits = np.concatenate([self._visits, np.array(visits, dtype=np.int64)])
        self._here = np.concatenate([self._here, legs[:, 0]])
        self._there = np.concatenate([self._there, legs[:, 1]])
        self._counts = np.concatenate([self._counts, np.array([len(path) for path in fresh], dtype=np.int64)])

    def worth(self) -> Floats:
        """What each route is worth at the prices of the moment."""
        if not self.paths:
            return np.zeros(0)
        if len(self._counts) < len(self.paths):
            self._lay_out()
        first = np.cumsum(self._counts) - self._counts
        found: Floats = np.add.reduceat(self.day.gains.ravel()[self._visits], first)
        return found - np.add.reduceat(self.day.cost[self._here, self._there], first + np.arange(len(first)))
