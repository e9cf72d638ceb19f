"""Exposure and load by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import region as regions
from recommender.bureau import exposure
from tests.bureau.little_panel import by_hand, changed, rows, seen

COUNTS = st.lists(st.integers(0, 1_000), min_size=1, max_size=30)


@given(COUNTS)
def test_gini_lies_between_even_and_one_for_all(counts: list[int]) -> None:
    found = exposure.gini(counts)
    assert -1e-9 <= found < 1
    assert exposure.gini([3 * count for count in counts]) == pytest.approx(found)


def test_gini_of_known_counts() -> None:
    assert exposure.gini([5, 5, 5, 5]) == 0
    assert exposure.gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert exposure.gini([0, 0]) == 0


def test_sites_counties_and_the_old_town_are_counted_by_hand() -> None:
    region = regions.current()
    made = by_hand(
        seen((1, "pingyao-gucheng", 540, 700), (1, "pingyao-rishengchang", 550, 600), (2, "pingyao-gucheng", 540, 700)),
        seen((1, "qiaojia-dayuan", 540, 700), heads=3),
    )
    sites = rows(exposure.by_site(region, made))
    assert [sites["pingyao-gucheng"][name] for name in ("trips", "heads", "visits")] == [1, 2, 2]
    assert [sites["qiaojia-dayuan"][name] for name in ("trips", "share", "heads")] == [1, 0.5, 3]
    counties = rows(exposure.by_kind(region, made, "county"))
    assert [counties["Pingyao"][name] for name in ("trips", "visits", "part")] == [1, 3, 0.75]
    assert counties["Yushe"]["trips"] == 0
    assert exposure.outside_old_town(region, made) == 0.25
    assert exposure.coverage(region, made) == pytest.approx(3 / len(region.catalog.attractions))


def test_load_is_shared_out_over_half_days_and_held_against_known_capacity_only() -> None:
    region = changed("qiaojia-dayuan", capacity_day=150, capacity_now=40)
    made = by_hand(
        seen((1, "qiaojia-dayuan", 600, 700), (1, "zhenguo-si", 1100, 1200)), seen((1, "qiaojia-dayuan", 900, 1000), heads=3)
    )
    people = rows(exposure.load(region, made, 1_000).set_index(["place", "half"]))
    first, second = made.panel.visitors
    assert first.season != second.season
    for visitor, half in ((first, "morning"), (second, "afternoon")):
        row = people["qiaojia-dayuan", half]
        assert row["season"] == visitor.season
        assert row["people"] == row["people_day"] == pytest.approx(1_000 / visitor.request.days)
        assert row["capacity_now"] == 40
        assert row["full"] == pytest.approx(1_000 / visitor.request.days / 150)
    evening = people["zhenguo-si", "evening"]
    assert math.isnan(evening["capacity_day"])
    assert math.isnan(evening["full"])
    assert math.isnan(evening["capacity_now"])
