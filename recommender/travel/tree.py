"""Sums and minima along shortest-path trees, for all trees at once.

A tree is a row of predecessors. Pointer jumping (Wyllie 1979) adds up whole paths in log2(depth) sweeps over the array
instead of one walk per path.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def accumulated(
    edge: npt.NDArray[np.int64], previous: npt.NDArray[np.int64], values: Sequence[npt.NDArray[np.generic]]
) -> list[npt.NDArray[np.float64]]:
    """Sums of edge values along the path from the root to each state.

    Parameters
    ----------
    edge
        (s, m) edge by which a state is reached from ``previous``; negative at roots and where nothing leads.
    previous
        (s, m) state before; anything where ``edge`` is negative.
    values
        One array per edge for each sum wanted.

    Returns
    -------
    list of (s, m) float arrays
        0 at roots and where nothing leads. O(s m log depth) each.
    """
    reached = edge >= 0
    here = np.arange(edge.shape[1])[None, :]
    above = np.where(reached, previous, here)
    rows = np.where(reached, edge, -1)
    sums = [np.append(np.asarray(v, dtype=np.float64), 0.0)[rows] for v in values]
    while True:
        further = np.take_along_axis(above, above, axis=1)
        sums = [s + np.take_along_axis(s, above, axis=1) for s in sums]
        if np.array_equal(further, above):
            return sums
        above = further


def least(
    edge: npt.NDArray[np.int64], previous: npt.NDArray[np.int64], value: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The least of the states' values along the path from the root to each state.

    Parameters
    ----------
    edge, previous
        As in `accumulated`.
    value
        (s, m) value of each state.
    """
    here = np.arange(edge.shape[1])[None, :]
    above = np.where(edge >= 0, previous, here)
    found = value
    while True:
        further = np.take_along_axis(above, above, axis=1)
        found = np.minimum(found, np.take_along_axis(found, above, axis=1))
        if np.array_equal(further, above):
            return found
        above = further
