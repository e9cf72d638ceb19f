"""Several tastes as one score: the mean of all, or the lowest; parts and reasons stay those of the people behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender.scoring.score import Scores

RULES: Final = ("average", "least_misery")


@dataclass(frozen=True)
class GroupScores(Scores):
    """Scores of people who travel together.

    Attributes
    ----------
    members
        Each one's own scores, of the same places on the same date.
    rule
        ``average``: total and parts are the members' means, weighted if so wished. ``least_misery``: those of the member who
        likes a place least, the earlier one of two who like it equally little.
    """

    members: tuple[Scores, ...]
    rule: str

    def voices(self, row: int) -> tuple[Scores, ...]:
        """All members, or with least misery the one who decides about this place."""
        if self.rule == "average":
            return self.members
        return (min(self.members, key=lambda scores: float(scores.total[row])),)


def together(members: Sequence[Scores], rule: str, weights: Sequence[float] | None = None) -> Scores:
    """One score a place for all who travel; one member's scores are the group's.

    Parameters
    ----------
    weights
        Of the members in an average, none negative; equal by default.

    Raises
    ------
    ValueError
        No member, an unknown rule, or scores of different places or dates.
    """
    if not members or rule not in RULES:
        raise ValueError(f"at least one member, and a rule of {', '.join(RULES)}, not {rule!r}")
    first = members[0]
    if any((other.ids, other.date, other.part_names) != (first.ids, first.date, first.part_names) for other in members):
        raise ValueError("the members' scores must be of the same places on the same date")
    if len(members) == 1:
        return first
    each = np.stack([scores.parts for scores in members])
    if rule == "average":
        parts = np.average(each, axis=0, weights=weights)
    else:
        lowest = np.stack([scores.total for scores in members]).argmin(axis=0)
        parts = each[lowest, np.arange(len(first.ids))]
    return GroupScores(
        first.ids, parts.sum(axis=1), parts, first.part_names, None, first.date, members=tuple(members), rule=rule
    )
