"""Conditional logit: which of several did they choose? A scikit-learn estimator, imported only where something is learned."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

Floats = npt.NDArray[np.float64]


class ConditionalLogit(BaseEstimator):  # type: ignore[misc]
    """Weights under which the chosen rows are likely among the rows of their group.

    Parameters
    ----------
    ridge
        Half the penalty on the squares of the weights.

    Attributes
    ----------
    coef_
        (d,) the weights; a group's odds are the exponentials of ``X @ coef_``.
    """

    def __init__(self, ridge: float = 1.0) -> None:
        self.ridge = ridge

    def fit(self, X: Floats, y: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> Self:  # noqa: N803 - as scikit-learn
        """Find the weights: convex, and the same whatever the order of the groups up to rounding.

        Parameters
        ----------
        X
            (m, d) rows, those of a group together and the chosen one first.
        y
            (m,) 1 where a group begins, else 0.
        weight
            One for each group; all 1 by default.
        """
        from scipy.optimize import minimize

        starts = np.flatnonzero(np.asarray(y))
        group = np.cumsum(np.asarray(y), dtype=np.int64) - 1
        by = np.ones(len(starts)) if weight is None else np.asarray(weight, dtype=float)

        def loss(coef: Floats) -> tuple[float, Floats]:
            appeal = X @ coef
            top = np.maximum.reduceat(appeal, starts)
            odds = np.exp(appeal - top[group])
            whole = np.add.reduceat(odds, starts)
            likely = by @ (appeal[starts] - top - np.log(whole))
            slope = by @ X[starts] - (by[group] * odds / whole[group]) @ X
            return float(self.ridge * coef @ coef - likely), 2 * self.ridge * coef - slope

        found = minimize(loss, np.zeros(X.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
        self.coef_: Floats = found.x
        return self

    def decision_function(self, X: Floats) -> Floats:  # noqa: N803 - as scikit-learn
        """(m,) the logarithm of the odds, up to a constant a group."""
        appeal: Floats = X @ self.coef_
        return appeal
