"""Dispersal: rules leave alone whoever asks, cost what they say, and run as they were picked."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from recommender import region as regions
from recommender.bureau import exposure
from recommender.bureau.dispersal import Point, Targets, fit_rules, frontier, price, undominated
from recommender.bureau.keeping import Kept
from recommender.bureau.replay import Run, replay
from recommender.model import TripRequest
from recommender.region import Region
from recommender.scoring import Profile, Rules
from recommender.trip.planner import plan
from tests.bureau.little_panel import QUICK, some_visitors

DATE = dt.date(2027, 4, 17)


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def run() -> Run:
    return dataclasses.replace(QUICK, kept=Kept())


RULES = st.builds(
    Rules, dispersal=st.floats(0, 0.4), places=st.dictionaries(st.sampled_from(["jinci", "zhenguo-si"]), st.floats(0.3, 1.6)),
    counties=st.dictionaries(st.sampled_from(["Yushe", "Pingyao"]), st.floats(0.3, 1.6)),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(RULES)
def test_rules_leave_alone_who_wants_no_nudge_and_keep_scores_within_one(rules: Rules) -> None:
    region = regions.current()
    ruled = region.under(rules).scorer
    pure = Profile(nudge=False)
    np.testing.assert_array_equal(ruled.score(pure, DATE).total, region.scorer.score(pure, DATE).total)
    scores = ruled.score(Profile(reach="region"), DATE)
    assert scores.total.max() <= 1 + 1e-9
    np.testing.assert_allclose(scores.parts.sum(axis=1), scores.total)


def test_a_place_counts_by_its_own_factor_and_its_countys(region: Region) -> None:
    usual = region.scorer.score(Profile(), DATE)
    ruled = region.under(Rules(places={"jinci": 0.5}, counties={"Taiyuan": 0.8})).scorer.score(Profile(), DATE)
    for place, factor in (("jinci", 0.4), ("shanxi-bowuyuan", 0.8), ("zhenguo-si", 1.0)):
        assert ruled.total[ruled.index[place]] == pytest.approx(factor * usual.total[usual.index[place]])


def test_default_rules_are_no_rules(region: Region) -> None:
    assert Rules(places={"jinci": 1.0}).digest == "" != Rules(places={"jinci": 1.1}).digest
    assert region.under(Rules()).state == region.state == region.revision
    assert region.under(Rules(dispersal=0.2)).state != region.state
    assert Rules(dispersal=0.1).model_copy(update={"dispersal": 0.2}).digest == Rules(dispersal=0.2).digest


@pytest.mark.parametrize("wrong", [{"dispersal": 0.5}, {"places": {"jinci": 2.0}}, {"counties": {"Yushe": 0.1}}, {"boost": 1}])
def test_guard_rails_refuse_what_lies_beyond_them(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rules.model_validate(wrong)


def test_more_dispersal_sends_more_outside_and_costs_more(region: Region, run: Run) -> None:
    points = frontier(region, some_visitors(20), run, levels=(0.0, 0.16, 0.4))
    assert points[0].utility == 1
    assert points[0].hurt == 0
    outside, utility = [p.outside for p in points], [p.utility for p in points]
    assert outside == sorted(outside)
    assert utility == sorted(utility, reverse=True)
    assert points[2].outside > points[0].outside + 0.1
    assert points[2].overdone
    assert not points[0].overdone
    assert frontier(region, some_visitors(20), QUICK, levels=(0.16,)) == [points[1]]


def test_the_point_that_is_picked_is_what_runs(region: Region, run: Run) -> None:
    panel = some_visitors(24)
    picked = price(region, Rules(dispersal=0.3), panel, run)
    kept = Rules.model_validate_json(picked.rules.model_dump_json())
    assert price(region, kept, panel, QUICK) == picked
    running = region.under(kept)
    assert exposure.outside_old_town(running, replay(running, panel, run)) == pytest.approx(picked.outside, abs=0.1)
    request = TripRequest.parse({"start_date": "2027-04-17", "days": 1, "mode": "drive", "reach": "region"})
    here, there = (plan(each, request).days for each in (region, running))
    assert here != there
    pure = request.model_copy(update={"nudge": False})
    assert plan(region, pure).days == plan(running, pure).days


def test_a_cap_is_kept_where_there_are_other_places_to_go(region: Region, run: Run) -> None:
    panel = some_visitors(20)
    free = fit_rules(region, Targets(caps={"qiaojia-dayuan": 1e9}, visitors_a_day=10_000), panel, run)
    assert free.unmet == ()
    assert free.point.rules == Rules()
    cap = 0.6 * free.reached["qiaojia-dayuan"]
    held = fit_rules(region, Targets(caps={"qiaojia-dayuan": cap}, visitors_a_day=10_000), panel, run)
    assert held.unmet == ()
    assert held.reached["qiaojia-dayuan"] <= 1.02 * cap
    assert held.point.rules.places["qiaojia-dayuan"] < 1


def test_a_quota_that_no_weight_can_fill_comes_back_by_name(region: Region, run: Run) -> None:
    fitted = fit_rules(region, Targets(quotas={"Yushe": 0.9}), some_visitors(8), run, rounds=2)
    assert fitted.unmet == ("Yushe",)
    assert fitted.wanted["Yushe"] == 0.9


def test_caps_need_the_visitors_of_a_day(region: Region) -> None:
    with pytest.raises(ValueError, match="visitors of a day"):
        fit_rules(region, Targets(caps={"jinci": 100}), some_visitors(1), QUICK)


def _point(utility: float, outside: float) -> Point:
    return Point(Rules(), utility, outside, 0, 0, 0, ("", 0))


@given(st.lists(st.tuples(st.sampled_from([0.8, 0.9, 1.0]), st.sampled_from([0.4, 0.5, 0.6])), max_size=8))
def test_what_is_left_of_points_is_beaten_by_none_and_the_rest_is(pairs: list[tuple[float, float]]) -> None:
    points = [_point(*pair) for pair in pairs]
    kept = undominated(points)
    best = {(p.utility, p.outside) for p in kept}
    for one in points:
        beaten = any(u >= one.utility and o >= one.outside and (u, o) != (one.utility, one.outside) for u, o in pairs)
        assert beaten == ((one.utility, one.outside) not in best)
