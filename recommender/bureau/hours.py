"""Opening hours put together from choices: season, lunar days, weekdays, holidays and times, as one rule of an expression."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from recommender.calendar.hours import MONTHS, validate_hours

LunarDay = tuple[int, int]
"""Month and day."""
WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def rule_of(
    months: tuple[int, int] | None, weekdays: Sequence[int], opens: dt.time, closes: dt.time, *, holidays: bool = False,
    closed: bool = False, lunar: tuple[LunarDay, LunarDay] | None = None,
) -> str:  # fmt: skip
    """One rule.

    Parameters
    ----------
    months
        First and last, 1 to 12; None the whole year.
    weekdays
        0 Monday to 6 Sunday; none given are all.
    holidays
        Whether it is of public holidays; with weekdays, of these too.
    closed
        Closed on these days; the times do not count.
    lunar
        First and last lunar day, each month and day; in the place of months.

    Raises
    ------
    OpeningHoursSyntax
        It closes before it opens.
    """
    if lunar is not None:
        months = None
    season = "" if months is None else "-".join(dict.fromkeys(MONTHS[month - 1] for month in months))
    if lunar is not None:
        season = "lunar " + "..".join(dict.fromkeys(f"{month:02d}-{day:02d}" for month, day in lunar))
    days = ",".join([*_runs(sorted(set(weekdays))), *(["PH"] if holidays else [])])
    times = "off" if closed else f"{opens:%H:%M}-{closes:%H:%M}"
    rule = " ".join(part for part in (season, days, times) if part)
    validate_hours(rule)
    return rule


def _runs(days: list[int]) -> list[str]:
    """``[0, 1, 2, 5]`` → ``["Mo-We", "Sa"]``; all seven and none are nothing to say."""
    if len(days) in (0, 7):
        return []
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}" for run in runs]
