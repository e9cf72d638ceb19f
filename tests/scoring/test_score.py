"""Scores: parts that add up, wishes that only raise, and the order a local would expect."""

from __future__ import annotations

import csv
import datetime as dt
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import UnknownPlace
from recommender.model import CATEGORIES
from recommender.scoring import PART_NAMES, Profile, Scorer, Weights, fit

DATA = Path(__file__).parents[2] / "data"
APRIL = dt.date(2027, 4, 17)
JANUARY = dt.date(2027, 1, 16)
JULY = dt.date(2027, 7, 17)


def months_of(text: str) -> tuple[int, ...]:
    first, _, last = text.partition("-")
    return tuple(range(int(first), int(last or first) + 1)) if first else ()


def real_frame() -> pd.DataFrame:
    with (DATA / "attractions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    classic = {"pingyao-gucheng", "shuanglin-si", "zhenguo-si"}
    return pd.DataFrame([
        {
            "id": r["id"], "category": r["category"], "tags": tuple(filter(None, r["tags"].split(";"))),
            "grade": tuple(filter(None, r["grade"].split("/"))), "popularity": int(r["popularity"]),
            "indoor": {"1": "yes", "0": "no", "mixed": "mixed"}.get(r["indoor"]), "best_months": months_of(r["best_months"]),
            "description_zh": r["description_zh"], "description_en": r["description_en"],
            "visit_min": int(r["visit_minutes"]), "county": r["county"], "area_id": r["area_id"] or None,
            "in_classic": r["id"] in classic or r["area_id"] == "pingyao-gucheng",
        }
        for r in rows
    ]).set_index("id")  # fmt: skip


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return fit(real_frame())


def of(scorer: Scorer, place: str, profile: Profile | None = None, date: dt.date = APRIL) -> float:
    scores = scorer.score(profile or Profile(), date)
    return float(scores.total[scores.index[place]])


def part(scorer: Scorer, place: str, name: str, profile: Profile, date: dt.date = APRIL) -> float:
    scores = scorer.score(profile, date)
    return float(scores.parts[scores.index[place], PART_NAMES.index(name)])


# ------------------------------------------------------------------------------------------ what a local would expect

SIGHTS = ["pingyao-gucheng", "wangjia-dayuan", "qiaojia-dayuan", "pingyao-rishengchang", "pingyao-xianya", "pingyao-chengqiang",
          "youjian-pingyao", "shuanglin-si", "jinci", "shanxi-bowuyuan"]  # fmt: skip


@pytest.mark.parametrize("place", SIGHTS)
def test_the_great_sights_draw_a_first_time_visitor(scorer: Scorer, place: str) -> None:
    assert 0.75 <= of(scorer, place) <= 0.95


@pytest.mark.parametrize("place", ["liyinghou-miao", "hongfu-si-liangcun", "jinzhuang-wenmiao", "puzhao-si-siping"])
def test_village_temples_are_for_those_who_look_for_them(scorer: Scorer, place: str) -> None:
    assert 0.1 <= of(scorer, place) <= 0.3
    assert of(scorer, place, Profile(explore=1.0)) > of(scorer, "pingyao-gucheng", Profile(explore=1.0))


@pytest.mark.parametrize("place", ["shanshan-aolai", "jinzhong-wanda"])
def test_a_mall_is_for_those_who_shop(scorer: Scorer, place: str) -> None:
    assert of(scorer, place) < 0.3
    shopper = Profile(interests={"shopping": 1.0})
    assert of(scorer, place, shopper) > 2 * of(scorer, place)
    assert of(scorer, "shanshan-aolai", shopper) > of(scorer, "pingyao-gucheng", shopper)


def test_a_wish_comes_first(scorer: Scorer) -> None:
    for category, best in (
        ("nature", "mianshan"),
        ("red_heritage", "matian-balujun-zongbu"),
        ("courtyard", "wangjia-dayuan"),
    ):
        scores = scorer.score(Profile(interests={category: 1.0}), APRIL)
        assert scores.ids[int(scores.total.argmax())] == best


def test_fame_counts_clearly(scorer: Scorer) -> None:
    assert part(scorer, "pingyao-gucheng", "fame", Profile()) > 2 * part(
        scorer, "kongxiangxi-zhaiyuan", "fame", Profile()
    )


def test_a_like_lifts_what_is_alike(scorer: Scorer) -> None:
    def rank(place: str, profile: Profile) -> int:
        scores = scorer.score(profile, APRIL)
        return int((scores.total > scores.total[scores.index[place]]).sum())

    assert rank("qujia-dayuan", Profile(likes=("qiaojia-dayuan",))) < rank("qujia-dayuan", Profile())
    assert rank("qujia-dayuan", Profile(dislikes=("qiaojia-dayuan",))) > rank("qujia-dayuan", Profile())
    assert of(scorer, "qiaojia-dayuan", Profile(dislikes=("qiaojia-dayuan",))) < 0.4


def test_winter_favours_what_has_a_roof(scorer: Scorer) -> None:
    assert of(scorer, "pingyao-gucheng") > of(scorer, "shanxi-bowuyuan")
    assert of(scorer, "shanxi-bowuyuan", date=JANUARY) > of(scorer, "pingyao-gucheng", date=JANUARY)
    assert part(scorer, "mianshan", "season", Profile(), JANUARY) < part(scorer, "mianshan", "season", Profile())


def test_the_nudge_is_small_named_and_can_be_switched_off(scorer: Scorer) -> None:
    with_nudge, without = scorer.score(Profile(), APRIL), scorer.score(Profile(nudge=False), APRIL)
    column = PART_NAMES.index("dispersal")
    assert (without.parts[:, column] == 0).all()
    assert 0 < with_nudge.parts[:, column].max() <= Weights().dispersal
    inside = [with_nudge.index[place] for place in ("pingyao-rishengchang", "pingyao-gucheng")]
    assert (with_nudge.parts[inside, column] == 0).all()
    assert np.array_equal(with_nudge.total[inside], without.total[inside])
    assert (scorer.score(Profile(reach="classic"), APRIL).parts[:, column] == 0).all()


# ------------------------------------------------------------------------------------------------------- properties

UNIT = st.floats(0, 1)
INTERESTS = st.dictionaries(st.sampled_from(CATEGORIES), UNIT, max_size=6)
PLACES = st.lists(st.sampled_from([*SIGHTS, "mianshan", "shanshan-aolai", "huiji-qiao"]), max_size=3, unique=True).map(
    tuple
)
DATES = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
PROFILES = st.builds(
    Profile, interests=INTERESTS, likes=PLACES, dislikes=PLACES, explore=UNIT, nudge=st.booleans(),
    reach=st.sampled_from(["classic", "wings", "region"]),
)  # fmt: skip


@given(PROFILES, DATES)
def test_parts_are_named_not_negative_and_add_up(scorer: Scorer, profile: Profile, date: dt.date) -> None:
    scores = scorer.score(profile, date)
    assert scores.parts.shape == (len(scores.ids), len(scores.part_names))
    assert (scores.parts >= 0).all()
    assert np.allclose(scores.parts.sum(axis=1), scores.total, atol=1e-12)
    assert (scores.total >= 0).all()
    assert (scores.total <= 1 + 1e-12).all()


@given(PROFILES, st.sampled_from(CATEGORIES), UNIT, DATES)
def test_raising_an_interest_never_lowers_its_category(
    scorer: Scorer, profile: Profile, category: str, weight: float, date: dt.date
) -> None:
    now = profile.interests.get(category, 0.0)
    raised = Profile(
        {**profile.interests, category: max(now, weight)}, profile.likes, profile.dislikes, profile.explore, profile.nudge,
        profile.reach,
    )  # fmt: skip
    before, after = scorer.score(profile, date).total, scorer.score(raised, date).total
    rows = [row for row, c in enumerate(scorer._category) if c == category]
    assert (after[rows] >= before[rows] - 1e-12).all()


@given(PROFILES, st.sampled_from(SIGHTS))
def test_liking_a_place_never_lowers_its_rank(scorer: Scorer, profile: Profile, place: str) -> None:
    base = Profile(profile.interests, (), (), profile.explore, profile.nudge, profile.reach)
    liked = Profile(profile.interests, (place,), (), profile.explore, profile.nudge, profile.reach)
    before, after = scorer.score(base, APRIL), scorer.score(liked, APRIL)
    row = before.index[place]
    assert (after.total > after.total[row] + 1e-12).sum() <= (before.total > before.total[row] - 1e-12).sum()


@given(INTERESTS, st.floats(0, 1), st.floats(0, 1))
def test_exploring_further_moves_the_balance_from_the_most_famous_to_quiet_places(
    scorer: Scorer, interests: dict[str, float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    near, far = (scorer.score(Profile(interests, explore=e), APRIL) for e in (low, high))
    famous, quiet = near.index["pingyao-gucheng"], near.index["liyinghou-miao"]
    assert far.total[quiet] - far.total[famous] >= near.total[quiet] - near.total[famous] - 1e-12


def test_exploring_moves_the_best_twenty_step_by_step(scorer: Scorer) -> None:
    popularity = real_frame()["popularity"].to_numpy()
    means = [
        popularity[scorer.score(Profile(explore=e), APRIL).total.argsort()[-20:]].mean()
        for e in (0, 0.3, 0.5, 0.7, 0.85, 1)
    ]
    assert means == sorted(means, reverse=True)
    assert means[0] - means[1] < 5, "the default is a visitor who wants the sights"
    assert 45 < means[3] < 79, "between the two ends lie the places between"
    assert means[5] < 45


def test_the_same_question_gives_the_same_answer(scorer: Scorer) -> None:
    profile = Profile(likes=("qiaojia-dayuan",), dislikes=("shanshan-aolai",), interests={"temple": 0.4})
    again = fit(real_frame())
    assert np.array_equal(scorer.score(profile, APRIL).parts, scorer.score(profile, APRIL).parts)
    assert np.array_equal(scorer.score(profile, APRIL).parts, again.score(profile, APRIL).parts)


# ----------------------------------------------------------------------------------------------------------- reasons


def codes(scorer: Scorer, place: str, profile: Profile, date: dt.date = APRIL) -> list[str]:
    return [reason["code"] for reason in scorer.reasons(scorer.score(profile, date), place)]


def test_the_visitors_own_wish_is_the_first_reason(scorer: Scorer) -> None:
    scores = scorer.score(Profile(interests={"temple": 1.0}, likes=("zhenguo-si",)), APRIL)
    reasons = scorer.reasons(scores, "shuanglin-si")
    assert reasons[0] == {"code": "matches_interest", "category": "temple"}
    assert reasons[1] == {"code": "like", "place": "zhenguo-si"}
    assert {"code": "world_heritage"} in reasons


def test_reasons_name_what_is_true_and_nothing_else(scorer: Scorer) -> None:
    assert codes(scorer, "pingyao-rishengchang", Profile()) == ["famous", "grade"]
    assert codes(scorer, "shanxi-bowuyuan", Profile(), JULY) == ["famous", "grade", "rainproof"]
    assert codes(scorer, "liyinghou-miao", Profile(explore=0.9))[0] == "off_beaten"
    assert "off_beaten" not in codes(scorer, "liyinghou-miao", Profile(nudge=False))
    assert "in_season" in codes(scorer, "mianshan", Profile())
    assert "in_season" not in codes(scorer, "mianshan", Profile(), JANUARY)
    assert "matches_interest" not in codes(scorer, "mianshan", Profile(interests={"nature": 0.2}))


def test_unknown_places_are_named(scorer: Scorer) -> None:
    for profile, field in ((Profile(likes=("nowhere",)), "likes"), (Profile(dislikes=("nowhere",)), "dislikes")):
        with pytest.raises(UnknownPlace) as found:
            scorer.score(profile, APRIL)
        assert (found.value.problems[0].field, found.value.problems[0].value) == (field, "nowhere")
    with pytest.raises(UnknownPlace):
        scorer.reasons(scorer.score(Profile(), APRIL), "nowhere")


# -------------------------------------------------------------------------------------------------------- odd frames


def small(**change: Any) -> pd.DataFrame:
    row = {
        "category": "temple", "tags": (), "grade": (), "popularity": 50, "indoor": None, "best_months": (), "visit_min": 60,
        "description_zh": "", "description_en": "", "county": "Pingyao", "area_id": None, "in_classic": False,
    }  # fmt: skip
    return pd.DataFrame([row | {"id": "a"}, row | {"id": "b"} | change]).set_index("id")


@pytest.mark.parametrize(
    "change",
    [{}, {"popularity": float("nan")}, {"category": "never-heard-of"}, {"tags": ("a b", "晋商")}, {"description_zh": "古寺彩塑"},
     {"description_en": "the of and"}, {"grade": ("6A",)}, {"indoor": float("nan")}, {"best_months": [4]}, {"visit_min": 0}],
)  # fmt: skip
def test_unknown_cells_are_no_trouble(change: dict[str, Any]) -> None:
    scores = fit(small(**change)).score(Profile(likes=("a",)), APRIL)
    assert np.isfinite(scores.total).all()
    assert np.allclose(scores.parts.sum(axis=1), scores.total)


def test_one_place_is_enough_and_none_is_refused() -> None:
    assert fit(small().iloc[:1]).score(Profile(likes=("a",)), APRIL).total.shape == (1,)
    with pytest.raises(ValueError, match="at least one"):
        fit(small().iloc[:0])
    with pytest.raises(ValueError, match="each id once"):
        fit(pd.concat([small(), small()]))


@pytest.mark.parametrize(
    "wrong",
    [{"interests": {"temple": 1.1}}, {"interests": {"temple": float("nan")}}, {"explore": -0.1}, {"reach": "moon"}],
)
def test_a_profile_checks_itself(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Profile(**wrong)


def test_scoring_is_cheap_enough_to_do_for_every_request(scorer: Scorer) -> None:
    profile = Profile(likes=("qiaojia-dayuan",), interests={"temple": 0.4})
    best = min(_seconds(scorer, profile) for _ in range(20))
    assert best < 0.003
    matrix = scorer.features.matrix
    assert matrix.data.nbytes + scorer.features.similarity.nbytes < 1_000_000


def _seconds(scorer: Scorer, profile: Profile) -> float:
    start = time.perf_counter()
    scorer.score(profile, APRIL)
    return time.perf_counter() - start
