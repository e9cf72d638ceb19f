"""The score of every place for one visitor on one date: a sum of named parts, none negative."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from recommender.errors import Problem, UnknownPlace
from recommender.scoring.features import ContentFeatures, content_features
from recommender.scoring.profile import Profile
from recommender.scoring.rules import USUAL_DISPERSAL, Rules

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

PART_NAMES: Final = ("interest", "likeness", "fame", "heritage", "season", "comfort", "explore", "dispersal")

OUTDOOR_COMFORT: Final = (0.2, 0.3, 0.6, 0.9, 1.0, 0.9, 0.75, 0.75, 1.0, 0.95, 0.5, 0.25)
"""How pleasant a day in the open is, January to December: a coarse judgement from the climate of central Shanxi (about −5 °C
in January, 24 °C in July, half of the year's rain in July and August), not a forecast."""
RAINY_MONTHS: Final = (7, 8)
GRADES: Final[Mapping[str, float]] = {"UNESCO": 1.0, "5A": 0.9, "4A": 0.6, "NCH": 0.55, "3A": 0.4}
FAMOUS: Final = 80
QUIET: Final = 45


@dataclass(frozen=True, slots=True)
class Weights:
    """The most that each part can give. Season and comfort share out ``weather`` by how much the rest appeals.

    ``interest + fame + heritage + dispersal + season + comfort`` is 1; with likes or dislikes, ``taste`` of the interest goes
    to likeness.
    """

    interest: float = 0.40
    fame: float = 0.30
    heritage: float = 0.08
    dispersal: float = USUAL_DISPERSAL
    season: float = 0.10
    comfort: float = 0.08
    taste: float = 0.14

    @property
    def pull(self) -> float:
        """The most that all but season and comfort can give."""
        return self.interest + self.fame + self.heritage + self.dispersal


@dataclass(frozen=True)
class Scores:
    """Scores of all places.

    Attributes
    ----------
    ids
        Place ids, length n.
    total
        (n,) in [0, 1].
    parts
        (n, k), none negative; ``parts.sum(axis=1)`` is ``total``.
    part_names
        Names of the k columns.
    profile, date
        Whom and when they are for; several people together have no one profile.
    """

    ids: tuple[str, ...]
    total: Floats
    parts: Floats
    part_names: tuple[str, ...]
    profile: Profile | None
    date: dt.date

    @cached_property
    def index(self) -> dict[str, int]:
        """Place id → row."""
        return {place: row for row, place in enumerate(self.ids)}

    def voices(self, row: int) -> tuple[Scores, ...]:
        """Whose own scores speak for a place's score."""
        return (self,)


class Scorer:
    """Content features fitted to one catalogue; read-only, made by ``fit``."""

    def __init__(self, features: ContentFeatures, frame: pd.DataFrame, weights: Weights) -> None:
        self.features = features
        self.weights = weights
        self._index = {place: row for row, place in enumerate(features.ids)}
        self._category = [str(value) for value in frame["category"]]
        self._grade = [tuple(value) if isinstance(value, tuple | list) else () for value in frame["grade"]]
        self._indoor = [value if isinstance(value, str) else "" for value in frame["indoor"]]
        self._months = np.array([_month_mask(value) for value in frame["best_months"]], dtype=bool).reshape(-1, 12)
        self._popularity = np.nan_to_num(frame["popularity"].to_numpy(dtype=float)).clip(0, 100)
        self._fame = _fame(self._popularity)
        self._heritage = np.array([_heritage(grade) for grade in self._grade], dtype=float)
        self._outside = ~frame["in_classic"].to_numpy(dtype=bool)
        self._county = [str(value) for value in frame["county"]] if "county" in frame else [""] * len(frame)
        self.rules = Rules()
        self.factors = np.ones(len(frame))

    def under(self, rules: Rules) -> Scorer:
        """The same scorer with the bureau's rules; places and counties that it does not know are left out."""
        ruled = copy.copy(self)
        ruled.rules = rules
        ruled.factors = np.array([
            rules.factor(place, county)
            for place, county in zip(self.features.ids, self._county, strict=True)
        ])  # fmt: skip
        return ruled

    def score(self, profile: Profile, date: dt.date) -> Scores:
        """Score every place.

        Raises
        ------
        UnknownPlace
            A liked or disliked id is not among the places fitted.
        """
        w = self.weights
        likes, dislikes = self._rows("likes", profile.likes), self._rows("dislikes", profile.dislikes)
        appetite = {category: profile.appetite(category) for category in set(self._category)}
        want = np.array([appetite[category] for category in self._category], dtype=float)
        known, found = self._renown(profile.explore)
        pull = np.maximum(known + found, 0.6 * self._heritage**2)
        taste = w.taste if likes or dislikes else 0.0
        gate = 0.4 + 0.6 * want

        parts = np.zeros((len(self.features.ids), len(PART_NAMES)))
        parts[:, 0] = (w.interest - taste) * want * (0.08 + 0.92 * pull)
        parts[:, 1] = taste * self._likeness(likes, dislikes)
        parts[:, 2] = w.fame * gate * known
        parts[:, 3] = w.heritage * self._heritage
        parts[:, 6] = w.fame * gate * found
        if profile.nudge and profile.reach != "classic":
            parts[:, 7] = w.dispersal * self._outside * (0.4 + 0.6 * (1 - self._fame))
        appeal = parts.sum(axis=1) / w.pull
        parts[:, 4] = w.season * appeal * self._season(date.month)
        parts[:, 5] = w.comfort * appeal * self._comfort(date.month)
        # A thumb down is about the place itself before it is about its kind.
        parts[dislikes] *= 0.4
        if profile.nudge and not self.rules.changes_nothing:
            parts[:, 7] *= self.rules.dispersal / USUAL_DISPERSAL
            parts *= self.factors[:, None]
            parts /= np.maximum(parts.sum(axis=1, keepdims=True), 1.0)
        return Scores(self.features.ids, parts.sum(axis=1), parts, PART_NAMES, profile, date)

    def reasons(self, scores: Scores, place_id: str) -> list[dict[str, Any]]:
        """Why a place scores as it does: codes with what they name, the visitor's own wishes first.

        Each is a dictionary with ``code`` and, where it says more, ``category``, ``place``, ``tag`` or ``value``:
        ``matches_interest``, ``like``, ``world_heritage``, ``famous``, ``heritage``, ``grade``, ``off_beaten``, ``in_season``,
        ``rainproof``. Of several people, what holds for any of them; ``matches_some`` counts in ``value`` those who wish for
        the category, where not all do.

        Raises
        ------
        UnknownPlace
            No such place was fitted.
        """
        (row,) = self._rows("place", (place_id,))
        voices = scores.voices(row)
        each = [self._reasons(voice, row) for voice in voices]
        found = [reason for reasons in each for reason in reasons]
        distinct = [reason for k, reason in enumerate(found) if reason not in found[:k]]
        if len(each) == 1:
            return distinct
        wished = sum(any(reason["code"] == "matches_interest" for reason in reasons) for reasons in each)
        own = ("matches_interest", "like")
        return [
            {"code": "matches_some", "category": reason["category"], "value": float(wished)}
            if reason["code"] == "matches_interest" and wished < len(each)
            else reason
            for reason in sorted(distinct, key=lambda reason: reason["code"] not in own)
        ]

    def _reasons(self, scores: Scores, row: int) -> list[dict[str, Any]]:
        """Reasons of one visitor."""
        profile, date = scores.profile, scores.date
        assert profile is not None, "several people speak one by one"
        found: list[dict[str, Any]] = []
        category = self._category[row]
        if profile.interests.get(category, 0) >= 0.5:
            found.append({"code": "matches_interest", "category": category})
        if liked := self._most_alike(row, profile):
            found.append({"code": "like", "place": liked})
        off_beaten = self._popularity[row] <= QUIET and (
            profile.explore >= 0.5 or scores.parts[row, PART_NAMES.index("dispersal")] > 0
        )
        if off_beaten and profile.explore >= 0.5:
            found.append({"code": "off_beaten"})
        grade = self._grade[row]
        if "UNESCO" in grade:
            found.append({"code": "world_heritage"})
        if self._popularity[row] >= FAMOUS:
            found.append({"code": "famous"})
        # One label is enough, and the world's says more than the county's.
        if "UNESCO" not in grade:
            if "5A" in grade or ("4A" in grade and "NCH" not in grade):
                found.append({"code": "grade", "tag": "5A" if "5A" in grade else "4A"})
            elif "NCH" in grade:
                found.append({"code": "heritage", "tag": "NCH"})
        months = self._months[row]
        if months[date.month - 1] and not months.all():
            found.append({"code": "in_season"})
        if self._indoor[row] == "yes" and (date.month in RAINY_MONTHS or OUTDOOR_COMFORT[date.month - 1] <= 0.5):
            found.append({"code": "rainproof"})
        if off_beaten and profile.explore < 0.5:
            found.append({"code": "off_beaten"})
        return found

    def _rows(self, field: str, ids: tuple[str, ...]) -> list[int]:
        missing = [place for place in ids if place not in self._index]
        if missing:
            raise UnknownPlace([Problem(field, place, "unknown_place") for place in missing])
        return [self._index[place] for place in ids]

    def _renown(self, explore: float) -> tuple[Floats, Floats]:
        """How well known a place is, and what it gains from being less so, each (n,); their sum is in [0, 1].

        The fame that suits best moves from the highest at ``explore`` 0 to that of a village temple at 1. Better known
        than that counts down, the more so the further one explores; less known gains, half of it only with heritage.
        """
        # The lower half of the slider acts gently: 0.3, the default, is still a visitor who wants the sights.
        away = explore**2.5
        best = 1 - 0.85 * away
        suits = np.where(self._fame <= best, away + (1 - away) * self._fame / best, 1 - away * (self._fame - best))
        known: Floats = np.minimum(self._fame, suits)
        found: Floats = (suits - known) * (0.5 + 0.5 * self._heritage)
        return known, found

    def _likeness(self, likes: list[int], dislikes: list[int]) -> Floats:
        """(n,) in [0, 1]: near to what is liked, far from what is not."""
        n = len(self.features.ids)
        if not likes and not dislikes:
            return np.zeros(n)
        near = self._nearness(likes) if likes else np.full(n, 0.5)
        far = 1 - self._nearness(dislikes) if dislikes else np.ones(n)
        return near * far

    def _nearness(self, rows: list[int]) -> Floats:
        similar = self.features.similarity[rows].astype(np.float64)
        nearness: Floats = 0.7 * similar.max(axis=0) + 0.3 * similar.mean(axis=0)
        return nearness

    def _most_alike(self, row: int, profile: Profile) -> str | None:
        """The liked place that is most like this one, if it is much like it; a place liked itself names itself."""
        place = self.features.ids[row]
        if place in profile.likes:
            return place
        alike = sorted((-float(self.features.similarity[row, self._index[liked]]), liked) for liked in profile.likes)
        return alike[0][1] if alike and -alike[0][0] >= 0.6 else None

    def _season(self, month: int) -> Floats:
        """1 in the best months, 0.6 next to them, 0.2 else; 0.5 where they are not known."""
        best = self._months[:, month - 1]
        beside = self._months[:, month - 2] | self._months[:, month % 12]
        known = self._months.any(axis=1)
        return np.where(known, np.where(best, 1.0, np.where(beside, 0.6, 0.2)), 0.5)

    def _comfort(self, month: int) -> Floats:
        outdoor = OUTDOOR_COMFORT[month - 1]
        # Unknown shelter is no shelter.
        by_setting = {"yes": 1.0, "mixed": 0.5 + 0.5 * outdoor}
        return np.array([by_setting.get(setting, outdoor) for setting in self._indoor], dtype=float)


def fit(frame: pd.DataFrame, weights: Weights | None = None) -> Scorer:
    """Fit the content features of a catalogue.

    Parameters
    ----------
    frame
        Index: place id. Columns: ``category``, ``tags`` and ``grade`` (tuples of texts), ``popularity`` (0 to 100), ``indoor``
        (``yes``, ``no``, ``mixed`` or missing), ``best_months`` (tuple of 1 to 12), ``description_zh``, ``description_en``,
        ``visit_min``, ``in_classic`` (bool: one of the places everybody goes to). ``county`` serves rules alone, ``area_id`` is
        allowed and not used.
    weights
        The most that each part can give; the hand-set ones by default.

    Raises
    ------
    ValueError
        The frame is empty, or an id stands twice.
    """
    if frame.empty or not frame.index.is_unique:
        raise ValueError("the frame must hold at least one place, and each id once")
    return Scorer(content_features(frame), frame, weights or Weights())


def _fame(popularity: Floats) -> Floats:
    """Popularity 0 to 100 as (n,) in [0, 1]: half linear, half S-shaped, so that the middle sets apart top and bottom."""
    x = ((popularity - 5) / 90).clip(0, 1)
    fame: Floats = 0.5 * x + 0.5 * x * x * (3 - 2 * x)
    return fame


def _heritage(grade: tuple[str, ...]) -> float:
    """The highest grade, a tenth more for each further one, at most 1."""
    values = sorted((GRADES.get(g, 0.0) for g in grade), reverse=True)
    return min(1.0, values[0] + 0.1 * sum(v > 0 for v in values[1:])) if values else 0.0


def _month_mask(months: object) -> list[bool]:
    known = set(months) if isinstance(months, tuple | list) else set()
    return [month in known for month in range(1, 13)]
