"""The small languages of cells: what the files accept, the calendar can read, and reads in the same way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.calendar.entry import read_last_entry
from recommender.calendar.events import SOLAR_TERMS, dates_of, read_announced
from recommender.calendar.hours import validate_hours
from recommender.catalog import grammars
from recommender.catalog.cells import MONTH_LIST, MONTH_RANGE
from recommender.catalog.grammars import Unreadable
from recommender.errors import DateRuleSyntax, OpeningHoursSyntax


def accepts(check: Callable[[str], object], text: str) -> bool:
    try:
        check(text)
    except (Unreadable, OpeningHoursSyntax, DateRuleSyntax):
        return False
    return True


def spoilt(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts, some of them with a character lost, doubled or changed."""

    def spoil(text: str, at: int, how: str) -> str:
        k = at % (len(text) + 1)
        return {"whole": text, "lost": text[:k] + text[k + 1 :], "twice": text[: k + 1] + text[k:]}.get(
            how, text[:k] + how + text[k + 1 :]
        )

    return st.builds(
        spoil,
        texts,
        st.integers(0, 60),
        st.sampled_from(("whole", "whole", "lost", "twice", "9", "3", "-", " ", ".", ":")),
    ).map(str.strip)


PAIR = st.builds("{:02d}-{:02d}".format, st.integers(0, 13), st.integers(0, 32))
SPAN = st.one_of(PAIR, st.builds("{}..{}".format, PAIR, PAIR))
ISO = st.builds("{}-{}".format, st.integers(2024, 2029), PAIR)
TERM = st.sampled_from((*sorted(SOLAR_TERMS), "easter", "lichun1"))
OFFSET = st.builds("{:+d}".format, st.integers(-20, 20))
RULES = st.one_of(
    st.just("announced"),
    st.builds("fixed {}".format, SPAN),
    st.builds("lunar {}".format, SPAN),
    st.builds("solar-term {}".format, TERM),
    st.builds("solar-term {} {}".format, TERM, OFFSET),
    st.builds("solar-term {} {}..{}".format, TERM, OFFSET, OFFSET),
    st.builds(
        "nth {} {} {:02d}".format, st.sampled_from(("Mo", "Sa", "Su", "sa")), st.integers(-2, 6), st.integers(0, 13)
    ),
    st.builds("once {}".format, ISO),
    st.builds("once {}..{}".format, ISO, ISO),
)


@settings(deadline=None)
@given(spoilt(RULES))
def test_event_rules_are_those_of_the_calendar(rule: str) -> None:
    assert accepts(grammars.check_rule, rule) == accepts(lambda text: dates_of(text, 2026), rule)


CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 31), st.integers(0, 61))
MONTH = st.sampled_from((*grammars.MONTHS, "Sept"))
MONTH_DAY = st.one_of(MONTH, st.builds("{} {}".format, MONTH, st.integers(0, 32)))
SEASON = st.one_of(MONTH_DAY, st.builds("{}-{}".format, MONTH_DAY, MONTH_DAY))
ENTRY = st.one_of(CLOCK, st.builds("{} {}".format, SEASON, CLOCK))


@settings(deadline=None)
@given(spoilt(st.lists(ENTRY, min_size=1, max_size=3).map("; ".join)))
def test_last_entries_are_those_of_the_calendar(entry: str) -> None:
    assert accepts(grammars.check_last_entry, entry) == accepts(read_last_entry, entry)


TIMES = st.lists(st.builds("{}-{}".format, CLOCK, CLOCK), min_size=1, max_size=2).map(",".join)
DAYS = st.lists(st.sampled_from(("Mo", "Tu-Su", "Sa", "PH", "SH", "Fr-Mo")), min_size=1, max_size=3).map(",".join)
STATE = st.one_of(TIMES, st.sampled_from(("off", "24/7", "09:00+", "sunrise-sunset", "10:00-16:00/90", "open")))
HOURS_RULE = st.one_of(
    STATE,
    st.builds("{} {}".format, SEASON, STATE),
    st.builds("{} {}".format, DAYS, STATE),
    st.builds("{} {} {}".format, SEASON, DAYS, STATE),
)


@settings(deadline=None)
@given(spoilt(st.lists(HOURS_RULE, min_size=1, max_size=3).map("; ".join)))
def test_hours_that_a_file_may_hold_can_be_read_by_the_calendar(hours: str) -> None:
    assert not accepts(grammars.check_hours, hours) or accepts(validate_hours, hours)


@pytest.mark.parametrize(
    "hours",
    [
        "24/7", "off", "08:00-18:00", "Apr-Oct 08:00-18:00; Nov-Mar 08:00-17:30", "Tu-Su 09:00-17:00",
        "08:00-12:00,15:00-18:00", "Tu-Su 14:00-15:30,19:00-20:30", "09:00-17:00; PH off", "Sa,Su,PH 10:00-16:00",
        "Mar 15-Jun 30 08:00-18:00", "May-Oct 18:00-02:00", "20:00-26:00", "Jul-Aug 19:30-04:00", "00:00-24:00",
    ],
)  # fmt: skip
def test_hours_as_people_write_them(hours: str) -> None:
    assert accepts(grammars.check_hours, hours)
    assert accepts(validate_hours, hours)


@pytest.mark.parametrize(
    "hours", ["18:00-09:00", "18:00-04:01", "10:00-10:00", "26:00-25:00", "17:30-08:00", "20:00-28:01"]
)
def test_hours_that_close_before_they_open(hours: str) -> None:
    with pytest.raises(Unreadable) as caught:
        grammars.check_hours(hours)
    assert caught.value.code == "data_hours_backwards"


DATES = st.one_of(ISO, st.builds("{}/{}".format, ISO, ISO))


@settings(deadline=None)
@given(spoilt(st.lists(DATES, min_size=1, max_size=3).map(";".join)))
def test_announced_dates_can_be_read_by_the_calendar(dates: str) -> None:
    for year in (2026, 2027):
        if accepts(partial(grammars.check_announced, year=year), dates):
            assert all(first.year == year for first, _ in read_announced(dates))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("4-10", (4, 5, 6, 7, 8, 9, 10)),
        ("11-2", (11, 12, 1, 2)),
        ("1;2", (1, 2)),
        ("9", (9,)),
        ("1-12", tuple(range(1, 13))),
    ],
)
def test_months(text: str, months: tuple[int, ...]) -> None:
    assert grammars.read_months(text) == months
    assert grammars.read_months(MONTH_RANGE.write(months)) == months
    assert grammars.read_months(MONTH_LIST.write(months)) == months


@pytest.mark.parametrize("text", ["0-4", "4-13", "4;4", "1-12;3", "4—10", "", ";", "-3"])
def test_what_is_no_month(text: str) -> None:
    assert not accepts(grammars.read_months, text)


@settings(deadline=None)
@given(st.integers(0, 30 * 60))
def test_clocks_come_back(minute: int) -> None:
    assert grammars.read_clock(grammars.write_clock(minute)) == minute


@pytest.mark.parametrize("text", ["8", "08:60", "30:01", "-1:00", "08:00 ", "８:００", "8h30"])
def test_what_is_no_clock(text: str) -> None:
    assert not accepts(grammars.read_clock, text)
