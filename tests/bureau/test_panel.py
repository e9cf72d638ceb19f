"""The panel: the same visitors every time, every kind as often as it should be."""

from __future__ import annotations

import collections
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import region as regions
from recommender.bureau.panel import DAYS, DECK, MODES, PERSONAS, SEASONS, SIZE, panel


def test_the_panel_is_the_one_that_is_documented() -> None:
    visitors = panel().visitors
    told = [(v.persona, v.season, v.request.mode, v.request.days, str(v.request.start_date), v.request.start) for v in visitors]
    assert len(visitors) == SIZE == 4 * DECK
    assert hashlib.sha256(repr(told).encode()).hexdigest()[:16] == "d911f51787b2ca05"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 5))
def test_a_smaller_panel_is_the_beginning_of_a_larger_one(one: int, other: int, seed: int) -> None:
    small, large = sorted((one, other))
    assert panel(large, seed=seed).first(small) == panel(small, seed=seed)


def test_a_deck_holds_every_kind_as_often_as_the_next() -> None:
    kinds = collections.Counter((v.persona, v.season, v.request.mode) for v in panel(DECK).visitors)
    assert len(kinds) == len(PERSONAS) * len(SEASONS) * len(MODES)
    assert set(kinds.values()) == {len(DAYS)}


def test_another_seed_deals_other_visitors() -> None:
    assert panel(30) != panel(30, seed=1)


def test_lengths_of_stay_can_be_chosen() -> None:
    assert {v.request.days for v in panel(50, days=(3,)).visitors} == {3}


def test_holidays_lie_on_holidays_and_the_other_seasons_clear_of_them() -> None:
    calendar = regions.current().calendar
    for visitor in panel(DECK).visitors:
        is_holiday = calendar.day(visitor.request.start_date).kind == "public_holiday"
        assert is_holiday == (visitor.season == "holiday"), visitor


@pytest.mark.parametrize(("size", "days"), [(-1, (2,)), (3, ())])
def test_a_panel_of_nobody_or_no_days_is_refused(size: int, days: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="panel"):
        panel(size, days=days)
