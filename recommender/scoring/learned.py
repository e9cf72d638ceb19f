"""Scores learned from past trips: which places lie between two ends, and in what order.

Two conditional logits on a few named features: one chooses places, one chooses orders. Both are sums of parts. What they
know of single places comes from counts that any trip can be taken out of, so that a model can be asked about a trip
as if it had not been. Figures, ablations and what it is bad at: ``docs/scoring.md``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from recommender.errors import Problem, UnknownPlace
from recommender.scoring.history import LONGEST, History, PastTrip, legs_of, swaps_of

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Floats = npt.NDArray[np.float64]

PLACE_FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "popularity": ("visits", "long_trips", "long_trips_by_length", "like_length", "alone"),
    "company": ("together", "together_long", "together_smooth"),
    "way": ("detour", "detour_by_length", "nearer_end", "nearer_by_length", "farther_end", "beside", "beside_both", "on_the_way"),
    "kind": ("kind_between", "alike"),
    "hour": ("hour",),
}  # fmt: skip
"""Part of a place's score → its features."""
LEG_FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "sequence": ("follows", "order"),
    "way": ("distance", "rank", "beside"),
    "kind": ("kind_follows",),
    "hour": ("clock",),
}
"""Part of a leg's score → its features."""
RIDGE: Final = 1.0
DOUBT: Final = 5.0
"""Visits by an average visitor that are added to a place's own before its share of company is taken."""
LIKE_LENGTH: Final = 0.25
"""Two trips are of like length if the logarithms of their places differ by no more than about this."""
RANK: Final = 8
"""Dimensions in which company is smoothed."""


@dataclass(frozen=True)
class TripScores:
    """Scores of places between two ends, and of legs between places; logarithms of odds, so only differences count.

    Attributes
    ----------
    ids
        Place ids, length n.
    total, parts
        (n,) and (n, k) with ``parts.sum(axis=1)`` the total: how likely the place lies between, 0 for the average one.
    part_names
        Names of the k columns.
    legs, leg_parts
        (n, n) and (n, n, m) with ``leg_parts.sum(axis=2)`` the legs: how likely the column's place comes next.
    leg_names
        Names of the m.
    """

    ids: tuple[str, ...]
    total: Floats
    parts: Floats
    part_names: tuple[str, ...]
    legs: Floats
    leg_parts: Floats
    leg_names: tuple[str, ...]


@dataclass(frozen=True)
class Taste:
    """What was learned: the weights of all features, in the units of the features.

    Attributes
    ----------
    places, legs
        Feature → weight.
    """

    places: Mapping[str, float]
    legs: Mapping[str, float]


class TripModel:
    """A taste and a history; asks neither who travels nor when."""

    def __init__(self, history: History, taste: Taste) -> None:
        self.history = history
        self.taste = taste

    def score(self, start: str, end: str, length: int, *, without: Iterable[PastTrip] = ()) -> TripScores:
        """Score every place and leg for a trip from ``start`` to ``end`` of ``length`` places, both counted.

        Parameters
        ----------
        without
            Trips whose counts are left out. The weights are what they are: a model learned without these trips is the
            caller's to make.

        Raises
        ------
        UnknownPlace
            An end is not on the ground.
        ValueError
            The trip has no inner place.
        """
        ground = self.history.ground
        missing = [Problem(name, place, "unknown_place") for name, place in (("start", start), ("end", end))
                   if place not in ground.index]  # fmt: skip
        if missing:
            raise UnknownPlace(missing)
        if length < 3 or start == end:
            raise ValueError(f"length: from {start} to {end} in {length} places nothing lies between")
        with self.history.without(without) as history:
            places = place_features(history, ground.index[start], ground.index[end], length)
            legs = leg_features(history)
        inner = np.ones(ground.size, dtype=bool)
        inner[[ground.index[start], ground.index[end]]] = False
        parts, names = _parts(places, self.taste.places, PLACE_FEATURES)
        parts -= parts[inner].mean(axis=0) if inner.any() else 0.0
        leg_parts, leg_names = _parts(legs, self.taste.legs, LEG_FEATURES)
        return TripScores(ground.ids, parts.sum(axis=1), parts, names, leg_parts.sum(axis=2), leg_parts, leg_names)


def learn(
    history: History, trips: Sequence[PastTrip], *, leave_out: Iterable[str] = (), ridge: float = RIDGE
) -> TripModel:
    """Learn the weights from trips of three places and more.

    Parameters
    ----------
    history
        Counts that hold the trips; each trip is taken out while it teaches, since it must not foretell itself.
    trips
        What to learn from.
    leave_out
        Parts whose weights stay at zero, for ablations.
    ridge
        Penalty on squared weights of standardised features.

    Raises
    ------
    ValueError
        No trip has an inner place.
    """
    out = set(leave_out)
    chosen: list[Floats] = []
    ordered: list[Floats] = []
    weights: list[float] = []
    for trip in trips:
        rows = history.ground.rows(trip)
        if len(rows) < 3:
            continue
        rest = np.setdiff1d(np.arange(history.ground.size), rows)
        with history.without([trip]):
            table = place_features(history, int(rows[0]), int(rows[-1]), len(rows))
            chosen += [_columns(table[np.r_[row, rest]], PLACE_FEATURES, out) for row in rows[1:-1]]
            weights += [(len(rows) - 2) ** -0.5] * (len(rows) - 2)
            if len(rows) > 3:
                legs = leg_features(history)
                ways = np.array([legs[legs_of(path)].sum(axis=0) for path in (rows, *swaps_of(rows))])
                ordered.append(_columns(ways, LEG_FEATURES, out))
    if not chosen:
        raise ValueError("trips: none has a place between its ends")
    return TripModel(history, Taste(
        _fitted(chosen, weights, ridge, _kept(PLACE_FEATURES, out)), _fitted(ordered, None, ridge, _kept(LEG_FEATURES, out))
    ))  # fmt: skip


def pipeline(ridge: float) -> Pipeline:
    """What is fitted: features brought to one scale, then a conditional logit."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from recommender.scoring.choice import ConditionalLogit

    return make_pipeline(StandardScaler(with_mean=False), ConditionalLogit(ridge))


def _fitted(groups: list[Floats], weights: list[float] | None, ridge: float, names: list[str]) -> dict[str, float]:
    if not groups or not names:
        return dict.fromkeys(names, 0.0)
    first = np.concatenate([np.eye(1, len(group), dtype=np.int64)[0] for group in groups])
    fitted = pipeline(ridge).fit(np.vstack(groups), first, conditionallogit__weight=weights)
    scale, choice = fitted[0], fitted[-1]
    return dict(zip(names, (choice.coef_ / scale.scale_).tolist(), strict=True))


def _kept(features: Mapping[str, tuple[str, ...]], out: set[str]) -> list[str]:
    return [name for part, names in features.items() for name in names if part not in out and name not in out]


def _columns(table: Floats, features: Mapping[str, tuple[str, ...]], out: set[str]) -> Floats:
    names = [name for part in features.values() for name in part]
    kept = set(_kept(features, out))
    return table[..., [column for column, name in enumerate(names) if name in kept]]


def _parts(
    table: Floats, weights: Mapping[str, float], features: Mapping[str, tuple[str, ...]]
) -> tuple[Floats, tuple[str, ...]]:
    by_name = table * np.array([weights.get(name, 0.0) for part in features.values() for name in part])
    edges = np.cumsum([0, *(len(part) for part in features.values())])
    parts = np.stack([by_name[..., a:b].sum(axis=-1) for a, b in itertools.pairwise(edges.tolist())], axis=-1)
    return parts, tuple(features)


# ------------------------------------------------------------------------------------------------ features


def place_features(history: History, start: int, end: int, length: int) -> Floats:
    """(n, d) what is known of each place between two ends, in the order of ``PLACE_FEATURES``."""
    ground = history.ground
    by_length = np.log(length - 2)
    from_start, from_end = ground.km[start] / ground.step_km, ground.km[end] / ground.step_km
    straight = float(from_start[end])
    detour = np.log1p((from_start + from_end - straight).clip(0))
    near, far = np.minimum(from_start, from_end), np.maximum(from_start, from_end)
    long = np.log1p(history.long)
    long -= long.mean()
    shared = (history.shared + 0.5) / (history.shared + 0.5).sum()
    in_long = (history.long + 0.5) / (history.long + 0.5).sum()
    smooth = _smooth_company(history)
    lengths = np.log(np.arange(1, LONGEST + 2))  # row 0 holds no trip
    alike_length = np.exp(-0.5 * ((lengths - np.log(min(length, LONGEST) + 1)) / LIKE_LENGTH) ** 2)
    clock = history.clock
    found: dict[str, Any] = {
        "visits": np.log1p(history.visits),
        "long_trips": long,
        "long_trips_by_length": by_length * long,
        "like_length": np.log(alike_length @ history.inner_by_length + ground.size * shared),
        "alone": np.log((history.visits - history.shared + 1) / (history.visits + 2)),
        "together": sum(_company(history.together[place], shared) for place in (start, end)),
        "together_long": sum(_company(history.together_long[place], in_long) for place in (start, end)),
        "together_smooth": smooth[start] + smooth[end],
        "detour": -detour,
        "detour_by_length": -by_length * detour,
        "nearer_end": -np.log1p(near),
        "nearer_by_length": -by_length * np.log1p(near),
        "farther_end": -np.log1p(far),
        "beside": np.exp(-near),
        "beside_both": np.exp(-near - far),
        "on_the_way": from_start + from_end < 1.3 * straight,
        "kind_between": _kind_between(history, start, end),
        "alike": ground.alike[start] + ground.alike[end],
        "hour": clock @ (clock[start] + clock[end]),
    }
    return np.stack([found[name] for part in PLACE_FEATURES.values() for name in part], axis=1).astype(np.float64)


def leg_features(history: History) -> Floats:
    """(n, n, d) what is known of going from the row's place to the column's, in the order of ``LEG_FEATURES``."""
    ground = history.ground
    shared = history.shared + 0.5
    share = shared / shared.sum()
    kind = np.eye(ground.kinds)[ground.kind]
    of_kind = kind @ (kind.T @ shared)
    by_kind = (kind @ (kind.T @ history.follows @ kind + 1) @ kind.T) * (shared / of_kind)
    by_kind /= by_kind.sum(axis=1, keepdims=True)
    guess = by_kind * np.exp(-0.5 * ground.km / ground.step_km)
    guess /= guess.sum(axis=1, keepdims=True)
    follows = (history.follows + 3 * guess) / (history.follows.sum(axis=1, keepdims=True) + 3)
    clock = history.clock
    steps = ground.km / ground.step_km
    found: dict[str, Any] = {
        "follows": np.log(follows / share + 1e-3),
        "order": np.log((history.before + 1) / (history.before.T + 1)),
        "distance": -np.log1p(steps),
        "rank": -ground.rank,
        "beside": np.exp(-steps),
        "kind_follows": np.log(by_kind / share),
        "clock": np.outer(clock[:, 0], clock[:, 1]) - np.outer(clock[:, 1], clock[:, 0]),
    }
    return np.stack([found[name] for part in LEG_FEATURES.values() for name in part], axis=2)


def _company(row: Floats, share: Floats) -> Floats:
    """Logarithm of how much likelier each place is in the same trip, drawn to 0 where little is known."""
    company: Floats = np.log((row + DOUBT * share) / ((row.sum() + DOUBT) * share))
    return company


def _smooth_company(history: History) -> Floats:
    """(n, n) company in few dimensions: who shares trips with the same places counts as company too."""
    row = history.together.sum(axis=1) + DOUBT
    lift = np.log1p(history.together * history.together.sum() / np.outer(row, row))
    value, vector = np.linalg.eigh(lift)
    top = np.argsort(-np.abs(value), kind="stable")[:RANK]
    smooth: Floats = (vector[:, top] * value[top]) @ vector[:, top].T
    return smooth


def _kind_between(history: History, start: int, end: int) -> Floats:
    """Logarithm of how much likelier each place's category is between ends of these categories."""
    kind, counts = history.ground.kind, history.between_kinds + 1
    base = counts.sum(axis=(0, 1)) / counts.sum()
    row = counts[kind[start], kind[end]]
    likelier: Floats = np.log((row + 3 * base) / ((row.sum() + 3) * base))[kind]
    return likelier
