"""Kinds of days, checked against two independent libraries."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import chinese_calendar
import holidays as holidays_library
import pytest

from recommender.calendar import Calendar

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Row:
    date: dt.date
    name_zh: str
    name_en: str
    kind: str
    status: str


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    with (DATA / "holidays.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [
            Row(dt.date.fromisoformat(r["date"]), r["name_zh"], r["name_en"], r["kind"], r["status"])
            for r in csv.DictReader(file)
        ]
    return Calendar(rows, [], {})


YEAR_2026 = [dt.date(2026, 1, 1) + dt.timedelta(days=day) for day in range(365)]


def test_2026_agrees_day_by_day_with_chinesecalendar(calendar: Calendar) -> None:
    for date in YEAR_2026:
        kind = calendar.day(date)
        assert (kind.kind in {"workday", "makeup_workday"}) is chinese_calendar.is_workday(date), date
        assert (kind.kind == "makeup_workday") is (chinese_calendar.is_workday(date) and date.weekday() >= 5), date
        assert kind.status == "official"


def test_2026_and_the_statutory_days_of_2027_agree_with_holidays(calendar: Calendar) -> None:
    china = holidays_library.country_holidays("CN", years=[2026, 2027])
    for date in YEAR_2026:
        # The library lists days off in exchange as holidays; adjoining weekends it leaves to the weekend.
        if date in china:
            assert calendar.day(date).kind == "public_holiday", date
        assert (calendar.day(date).kind in {"workday", "makeup_workday"}) is china.is_working_day(date), date
    # Days in exchange for weekends are not decided before the notice; the library guesses some unless told not to.
    statutory = holidays_library.country_holidays("CN", years=2027, observed=False)
    ours = {d for d in (dt.date(2027, 1, 1) + dt.timedelta(n) for n in range(365)) if calendar.day(d).name_en}
    assert ours == set(statutory)


def test_a_weekend_worked_in_exchange_is_a_makeup_workday(calendar: Calendar) -> None:
    for date in (dt.date(2026, 2, 14), dt.date(2026, 9, 20)):
        assert date.weekday() >= 5
        assert calendar.day(date).kind == "makeup_workday"
        assert calendar.day(date).name_zh


def test_provisional_and_missing_years_say_so(calendar: Calendar) -> None:
    assert [calendar.has_table(year) for year in (2025, 2026, 2027, 2028)] == [
        "none",
        "official",
        "provisional",
        "none",
    ]
    assert calendar.day(dt.date(2027, 2, 6)).name_zh == "春节"
    unknown = calendar.day(dt.date(2028, 10, 1))
    assert (unknown.kind, unknown.name_zh, unknown.status) == ("weekend", None, "none")
