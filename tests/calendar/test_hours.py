"""The hours grammar: what is refused and why, and public holidays written out."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender.calendar import validate_hours, validate_last_entry
from recommender.calendar.hours import read_hours, write_out_holidays
from recommender.errors import OpeningHoursSyntax

OCTOBER = [dt.date(2026, 10, day) for day in range(1, 8)]
HOLIDAYS = [*OCTOBER, dt.date(2027, 1, 1)]


@pytest.mark.parametrize(
    "hours",
    ["24/7", "off", "Tu-Su 09:00-17:00", "Apr-Oct 08:00-18:00; Nov-Mar 08:00-17:30", "08:00-12:00,15:00-18:00",
     "Mar 15-Jun 30 09:00-17:00", "09:00-17:00; PH off", "Sa,Su,PH 10:00-16:00", "Apr-Oct PH 10:00-16:00", "Mo[1] 10:00-12:00",
     "20:00-02:00", "Fr 20:00-26:00", "Mo-Fr 08:00-12:00, Sa 08:00-10:00", "2027 Apr 10-2027 Apr 12 off"],
)  # fmt: skip
def test_what_is_well_formed_passes(hours: str) -> None:
    validate_hours(hours)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ("", "empty"), ("  ", "empty"), ("nine to five", "character 1"), ("Mo 08:00-", "character"),
        ("18:00-10:00", "18:00-10:00"), ("10:00-10:00", "before it opens"), ("10:00-40:00", "before it opens"),
        ("Feb 30 10:00-12:00", "Feb 30"), ("Apr 31-May 2 10:00-12:00", "Apr 31"), ('10:00-12:00 "ask"', "note"),
        ("SH off", "school"), ("sunrise-sunset", "sunrise"), ("easter off", "easter"), ("08:00+", "closing time"),
        ("10:00-12:00/00:30", "each session"), ("PH Mo 10:00-12:00", "semicolons"), ("PH -1 day off", "semicolons"),
        ("Mo-Fr 09:00-17:00, PH 10:00-12:00", "semicolons"), ("09:00-17:00 || PH off", "semicolons"), ("9" * 600, "too long"),
        ("八点到六点", "character 1"),
    ],
)  # fmt: skip
def test_what_is_not_is_refused_with_the_reason_in_both_languages(hours: str, says: str) -> None:
    with pytest.raises(OpeningHoursSyntax) as found:
        validate_hours(hours)
    assert says in found.value.message("en")
    assert found.value.message("zh") != found.value.message("en")
    assert found.value.as_dict()["error"]["code"] == "opening_hours_syntax"
    assert "\n" not in found.value.message("en")


def test_holidays_are_written_out_as_dates() -> None:
    assert write_out_holidays("09:00-17:00; PH off", HOLIDAYS) == (
        "09:00-17:00; 2026 Oct 01-2026 Oct 07,2027 Jan 01 off"
    )
    assert write_out_holidays("Sa,PH 10:00-16:00", HOLIDAYS[-1:]) == "Sa 10:00-16:00; 2027 Jan 01 10:00-16:00"
    assert write_out_holidays("Apr-Oct PH,Su 10:00-16:00", HOLIDAYS) == (
        "Apr-Oct Su 10:00-16:00; 2026 Oct 01-2026 Oct 07 10:00-16:00"
    )
    assert write_out_holidays("24/7", HOLIDAYS) == "24/7"


def test_without_holidays_a_holiday_rule_falls_away() -> None:
    assert write_out_holidays("PH 10:00-16:00", []) == "off"
    assert write_out_holidays("09:00-17:00; PH off", []) == "09:00-17:00"


def test_the_whole_holiday_counts_and_not_the_festival_day_alone() -> None:
    hours = read_hours("09:00-17:00; PH off", HOLIDAYS)
    for date in OCTOBER:
        assert not hours.is_open(dt.datetime.combine(date, dt.time(12)))
    assert hours.is_open(dt.datetime.fromisoformat("2026-10-08T12:00"))
    assert hours.is_open(dt.datetime.fromisoformat("2027-10-01T12:00")), "no table row says that this is a holiday"


@pytest.mark.parametrize(
    "last", ["", "5pm", "25 Apr 17:00", "Apr-Oct", "Apr 31 17:00", "17:60", "31:00", "Apr-Oct 17:00, 18:00"]
)
def test_a_wrong_last_entry_is_refused(last: str) -> None:
    with pytest.raises(OpeningHoursSyntax) as found:
        validate_last_entry(last)
    assert found.value.message("zh") != found.value.message("en")
