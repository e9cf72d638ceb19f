"""Why not my site: the reason is the one that was planted, the fix is tried, and it does what it says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import region as regions
from recommender.bureau.keeping import Kept
from recommender.bureau.prominence import Fix, _total, count, fixes, longer, predict, standing, why_not
from recommender.bureau.replay import Replay, Run, replay
from recommender.errors import UnknownPlace
from recommender.region import Region
from tests.bureau.little_panel import QUICK, by_hand, changed, seen, some_visitors

SITE = "qiaojia-dayuan"


@pytest.fixture(scope="module")
def run() -> Run:
    return dataclasses.replace(QUICK, kept=Kept())


def _baseline(region: Region, run: Run, visitors: int = 16) -> Replay:
    return replay(region, some_visitors(visitors), run)


def test_rank_counts_the_sites_that_more_trips_see() -> None:
    region = regions.current()
    made = by_hand(seen((1, "zhenguo-si", 600, 660), (1, SITE, 700, 800)), seen((1, "zhenguo-si", 600, 660)))
    first, second = standing(region, made, "zhenguo-si"), standing(region, made, SITE)
    assert (first.rank, first.trips, first.share) == (1, 2, 1.0)
    assert (second.rank, second.trips, second.share) == (2, 1, 0.5)
    assert standing(region, made, "jinci").rank == 3


@pytest.mark.parametrize(
    ("fields", "blocking"),
    [
        ({"suggest": False, "suggest_note": "停业"}, "admission"),
        ({"opening_hours": "Feb 29 09:00-10:00", "hours_basis": "sourced"}, "hours"),
        ({"popularity": 1, "grade": (), "hours_basis": "sourced"}, "score"),
        ({"popularity": 1, "grade": (), "hours_basis": "typical_unverified"}, "missing"),
    ],
)
def test_what_stands_in_the_way_is_told(run: Run, fields: dict[str, object], blocking: str) -> None:
    region = changed(SITE, **fields)
    assert standing(region, _baseline(region, run, 8), SITE).blocking == blocking


def test_nothing_stands_in_the_way_of_a_site_to_which_most_go() -> None:
    there, elsewhere = seen((1, SITE, 600, 660)), seen((1, "zhenguo-si", 600, 660))
    found = standing(regions.current(), by_hand(there, there, elsewhere), SITE)
    assert (sum(found.reasons.values()), found.blocking) == (1, "none")
    assert standing(regions.current(), by_hand(there, elsewhere, elsewhere), SITE).blocking != "none"


@pytest.mark.parametrize(
    ("hours", "wider"),
    [
        ("Apr-Oct 08:30-18:00; Nov-Mar 09:00-17:00; Mo off", "Apr-Oct 08:00-19:00; Nov-Mar 08:00-19:00; Mo off"),
        ("08:30-12:00,14:00-18:00", "08:00-12:00,14:00-19:00"), ("05:30-21:30", "05:30-21:30"),
        ("18:00-02:00", "08:00-02:00"), ("24/7", "24/7"), ("", "08:00-19:00"), ("off", "08:00-19:00"),
    ],
)  # fmt: skip
def test_to_open_longer_shortens_no_day(hours: str, wider: str) -> None:
    assert longer(hours) == wider


def test_who_is_open_long_already_and_a_show_are_not_told_to_open_longer() -> None:
    for fields in ({"opening_hours": "05:30-21:30"}, {"category": "show"}):
        assert "open_longer" not in {fix.code for fix in fixes(changed(SITE, hours_basis="sourced", **fields), SITE)}


def test_fixes_are_only_those_that_apply_the_smallest_first() -> None:
    open_all_day = changed(SITE, opening_hours="24/7", hours_basis="open_space")
    assert {fix.code for fix in fixes(open_all_day, SITE)} == {"weight"}
    shut = changed(SITE, suggest=False, suggest_note="停业", hours_basis="typical_unverified")
    assert [fix.code for fix in fixes(shut, SITE)] == ["admit", "verify_hours", "open_longer"]
    factors = [fix.factor for fix in fixes(open_all_day, SITE)]
    assert factors == sorted(factors, key=lambda factor: factor or 0)
    with pytest.raises(UnknownPlace):
        fixes(open_all_day, "no-such-place")


def test_a_fix_changes_its_own_site_and_nothing_else() -> None:
    region = regions.current()
    draft = Fix(SITE, "open_longer", {"opening_hours": "08:00-19:00"}).applied(region)
    assert draft.catalog.attractions[SITE].opening_hours == "08:00-19:00"
    differing = [place for place, a in draft.catalog.attractions.items() if a != region.catalog.attractions[place]]
    assert differing == [SITE]
    weighed = Fix(SITE, "weight", factor=1.3).applied(region)
    assert weighed.catalog is region.catalog
    assert weighed.state != region.state


def test_a_site_that_was_shut_by_mistake_is_let_in_by_the_first_fix_and_the_effect_is_counted(run: Run) -> None:
    region = changed(SITE, suggest=False, suggest_note="停业", hours_basis="sourced")
    baseline = _baseline(region, run)
    answer = why_not(region, SITE, baseline, len(baseline.panel), run)
    assert answer.standing.trips == 0
    assert answer.fix is not None
    assert answer.fix.code == "admit"
    counted = count(region, answer.fix, baseline, run)
    assert counted.before == 0 < counted.after
    assert answer.predicted is not None
    assert answer.predicted.change == pytest.approx(counted.change)


def test_a_prediction_from_a_sample_searches_the_sample_alone_and_speaks_for_all(run: Run) -> None:
    region = changed(SITE, suggest=False, suggest_note="停业", hours_basis="sourced")
    baseline = _baseline(region, run)
    fix = fixes(region, SITE)[0]
    half = predict(region, fix, baseline, 8, run)
    known = count(region, fix, replay(region, some_visitors(8), run), run)
    assert half.sample <= 8
    assert half.change >= known.change - 1e-9


GAINS = st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=30)


@given(GAINS, st.integers(1, 30))
def test_a_glance_that_sees_all_makes_the_estimate_exact_and_one_that_sees_nothing_scales_up(gains: list[float], n: int) -> None:
    all_ = np.array(gains)
    few = all_[:n]
    spread = few.min() != few.max()
    blind = len(all_) * few.mean()
    assert _total(few, all_) == pytest.approx(all_.sum() if spread else blind, abs=1e-9)
    assert _total(few, np.zeros(len(all_))) == pytest.approx(blind)
    assert _total(all_[:0], all_) == 0


def test_nothing_is_claimed_where_nothing_helps(run: Run) -> None:
    region = changed(SITE, popularity=1, grade=(), category="square_park", visit_min=10, hours_basis="sourced")
    answer = why_not(region, SITE, _baseline(region, run, 8), 8, run, worthwhile=0.9)
    assert answer.fix is None
    assert answer.predicted is None
    assert len(answer.tried) == len(fixes(region, SITE))
