"""Several tastes as one score: the mean or the lowest, with parts that add up and reasons that are somebody's own."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from recommender.scoring import GroupScores, Profile, Scorer, Scores, fit, together
from tests.scoring.test_score import real_frame

APRIL = dt.date(2027, 4, 17)
TEMPLES, NATURE = Profile(interests={"temple": 1.0}), Profile(interests={"nature": 1.0})


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return fit(real_frame())


def scores(*rows: tuple[float, float]) -> Scores:
    """Three places a, b, c by two parts."""
    parts = np.array(rows)
    return Scores(("a", "b", "c"), parts.sum(axis=1), parts, ("interest", "fame"), Profile(), APRIL)


ANNA = scores((0.4, 0.2), (0.1, 0.1), (0.3, 0.3))
BEN = scores((0.0, 0.2), (0.6, 0.2), (0.2, 0.4))


def test_the_average_is_the_mean_of_scores_and_of_parts() -> None:
    group = together([ANNA, BEN], "average")
    assert group.total.tolist() == pytest.approx([0.4, 0.5, 0.6])
    assert group.parts.tolist() == [pytest.approx(row) for row in ([0.2, 0.2], [0.35, 0.15], [0.25, 0.35])]


def test_weights_tilt_the_average() -> None:
    group = together([ANNA, BEN], "average", (1, 3))
    assert group.total.tolist() == pytest.approx([0.3, 0.65, 0.6])


def test_least_misery_is_the_lowest_score_with_that_members_parts() -> None:
    group = together([ANNA, BEN], "least_misery")
    assert group.total.tolist() == pytest.approx([0.2, 0.2, 0.6])
    assert group.parts.tolist() == [[0.0, 0.2], [0.1, 0.1], [0.3, 0.3]]
    assert [group.voices(row) for row in range(3)] == [(BEN,), (ANNA,), (ANNA,)]


@pytest.mark.parametrize("rule", ["average", "least_misery"])
def test_one_member_is_nobody_to_agree_with(rule: str) -> None:
    assert together([ANNA], rule) is ANNA


@pytest.mark.parametrize("rule", ["average", "least_misery"])
def test_parts_of_real_scores_still_add_up(scorer: Scorer, rule: str) -> None:
    group = together([scorer.score(profile, APRIL) for profile in (TEMPLES, NATURE, Profile(explore=1.0))], rule)
    assert isinstance(group, GroupScores)
    assert np.allclose(group.parts.sum(axis=1), group.total)
    assert (group.parts >= 0).all()
    assert (group.total <= 1).all()


def test_nobody_and_strangers_have_no_score_together(scorer: Scorer) -> None:
    with pytest.raises(ValueError, match="at least one member"):
        together([], "average")
    with pytest.raises(ValueError, match="majority"):
        together([ANNA], "majority")
    with pytest.raises(ValueError, match="same places"):
        together([ANNA, scorer.score(TEMPLES, APRIL)], "average")


def test_reasons_say_how_many_share_a_wish_and_least_misery_speaks_for_one(scorer: Scorer) -> None:
    each = [scorer.score(profile, APRIL) for profile in (NATURE, TEMPLES)]
    mean, lowest = together(each, "average"), together(each, "least_misery")
    assert scorer.reasons(mean, "shuanglin-si")[0] == {"code": "matches_some", "category": "temple", "value": 1.0}
    assert scorer.reasons(lowest, "shuanglin-si") == scorer.reasons(each[0], "shuanglin-si")
    both = together([each[1], each[1]], "average")
    assert scorer.reasons(both, "shuanglin-si") == scorer.reasons(each[1], "shuanglin-si")
