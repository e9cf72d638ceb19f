"""Hours by the lunar calendar hold on the days that the almanac says, in every year."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender.calendar import Calendar, HoursFact, validate_hours
from recommender.calendar.lunar import FIRST_YEAR, LAST_YEAR
from recommender.catalog import grammars
from recommender.errors import OpeningHoursSyntax

NEW_YEARS = {
    2021: dt.date(2021, 2, 12), 2024: dt.date(2024, 2, 10), 2026: dt.date(2026, 2, 17), 2027: dt.date(2027, 2, 6),
    2033: dt.date(2033, 1, 31), 2040: dt.date(2040, 2, 12),
}  # fmt: skip
"""By the Purple Mountain Observatory's almanac."""


def calendar(hours: str) -> Calendar:
    return Calendar([], [], {"x": HoursFact(hours, "sourced", None)})


@pytest.mark.parametrize("first", NEW_YEARS.values(), ids=str)
def test_closed_from_new_years_eve_to_the_fifth(first: dt.date) -> None:
    found = calendar("09:00-17:00; lunar 12-30..01-05 off")
    around = [first + dt.timedelta(days=n) for n in range(-10, 15)]
    closed = [date for date in around if not found.opening("x", date).intervals]
    assert closed == [first + dt.timedelta(days=n) for n in range(-1, 5)]
    assert found.opening("x", first).known
    assert not found.is_open("x", dt.datetime.combine(first, dt.time(12)))
    assert found.is_open("x", dt.datetime.combine(first + dt.timedelta(days=6), dt.time(12)))


def test_longer_hours_on_the_lantern_festival_only() -> None:
    found = calendar("09:00-17:00; lunar 01-15 09:00-21:30")
    assert found.opening("x", dt.date(2027, 2, 20)).intervals == ((540, 1290),)
    assert found.opening("x", dt.date(2027, 2, 21)).intervals == ((540, 1020),)


def test_lunar_days_go_with_weekdays_and_holidays() -> None:
    found = calendar("09:00-17:00; lunar 01-01..01-15 Sa,Su 10:00-12:00")
    assert found.opening("x", dt.date(2027, 2, 6)).intervals == ((600, 720),)
    assert found.opening("x", dt.date(2027, 2, 8)).intervals == ((540, 1020),)
    validate_hours("09:00-17:00; lunar 01-01..01-15 Sa,PH 10:00-12:00")


def test_years_beyond_the_table_are_not_taken_for_known() -> None:
    found = calendar("09:00-17:00; lunar 12-30..01-05 off")
    assert found.opening("x", dt.date(LAST_YEAR, 6, 1)).known
    assert not found.opening("x", dt.date(LAST_YEAR + 1, 6, 1)).known
    assert not found.opening("x", dt.date(FIRST_YEAR - 1, 6, 1)).known


@pytest.mark.parametrize(
    "hours",
    ["lunar 13-01 off", "lunar 01-31 off", "lunar 1-5 off", "Mo lunar 01-01 off", "lunar 01-01,lunar 01-15 off", "lunar off",
     "lunar 01-01..13-01 09:00-17:00", "09:00-17:00 lunar 01-01"],
)  # fmt: skip
def test_what_is_no_lunar_day_is_refused_by_calendar_and_catalogue_alike(hours: str) -> None:
    with pytest.raises(OpeningHoursSyntax):
        validate_hours(hours)
    with pytest.raises(grammars.Unreadable):
        grammars.check_hours(hours)


@pytest.mark.parametrize(
    "hours", ["lunar 12-30..01-05 off", "08:00-18:00; lunar 08-15 08:00-22:00", "lunar 01-01..01-15 Sa,PH 10:00-12:00"]
)
def test_what_is_taken_is_taken_by_both(hours: str) -> None:
    validate_hours(hours)
    grammars.check_hours(hours)
