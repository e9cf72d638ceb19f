"""Opening-hours expressions: what is accepted, and public holidays written out as dates.

The grammar is that of OpenStreetMap's ``opening_hours``, read by opening-hours-py. That library's own table of Chinese
public holidays knows single festival days only, so it is given no country, and ``PH`` is replaced by the dates of the
sourced table before it is asked; lunar days (``lunar 12-30..01-05``) are written out in the same way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined] # missing in its stub

from recommender.calendar.syntax import hours_error

MAX_LENGTH: Final = 500
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
NIGHT_ENDS_MIN: Final = 6 * 60

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_MONTH_DAY = re.compile(rf"({'|'.join(MONTHS)})\s*(\d{{1,2}})(?![\d:])")
_MOVABLE = re.compile(r"\b(easter|sunrise|sunset|dawn|dusk)\b")
_PH = re.compile(r"\bPH\b")
_WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAY = rf"(?:PH|{_WEEKDAY}(?:-{_WEEKDAY})?)"
_TIME = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_REST = rf"(?:\s+{_TIME}(?:\s*,\s*{_TIME})*)?(?:\s+(?:off|closed|open|unknown))?"
_PH_RULE = re.compile(rf"(?P<season>[^:]*?)\s*(?P<days>{_DAY}(?:\s*,\s*{_DAY})*)(?P<rest>{_REST})")


@lru_cache(maxsize=1024)
def validate_hours(expression: str) -> None:
    """Check that an expression can be read and means what it seems to.

    Stricter than the library: no comments, school holidays, sun times, open ends, days that do not exist, or spans that
    close before they open; what a bureau's typist gets wrong is named instead of guessed.

    Raises
    ------
    OpeningHoursSyntax
        With the reason.
    """
    if not expression.strip():
        raise hours_error(expression, "hours.empty")
    if len(expression) > MAX_LENGTH:
        raise hours_error(expression, "hours.long", limit=MAX_LENGTH)
    if '"' in expression:
        raise hours_error(expression, "hours.comment")
    if re.search(r"\bSH\b", expression):
        raise hours_error(expression, "hours.school")
    if movable := _MOVABLE.search(expression):
        raise hours_error(expression, "hours.movable", word=movable[0])
    for span in _SPAN.finditer(expression):
        opens, closes = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
        if closes - 1440 > NIGHT_ENDS_MIN or (closes <= opens and closes > NIGHT_ENDS_MIN):
            raise hours_error(expression, "hours.backwards", span=span[0])
    for day in _MONTH_DAY.finditer(expression):
        if not 1 <= int(day[2]) <= MONTH_DAYS[MONTHS.index(day[1])]:
            raise hours_error(expression, "hours.no_such_day", day=day[0])
    if re.search(r":\d{2}\s*\+", expression):
        raise hours_error(expression, "hours.open_end")
    if re.search(r":\d{2}\s*/", expression):
        raise hours_error(expression, "hours.repeat")
    # Imported late: it reads the rules of events, which take the lengths of months from here.
    from recommender.calendar.lunar import write_out_lunar

    written = write_out_lunar(expression)
    _parse(written)
    for rule in written.split(";"):
        if _PH.search(rule):
            _split_holiday_rule(expression, rule)


def read_hours(expression: str, public_holidays: Sequence[dt.date]) -> OpeningHours:
    """A validated expression as the library's object, ``PH`` standing for the dates given, lunar days for theirs.

    Raises
    ------
    OpeningHoursSyntax
        The expression is refused by ``validate_hours``.
    """
    from recommender.calendar.lunar import write_out_lunar

    validate_hours(expression)
    return _parse(write_out_holidays(write_out_lunar(expression), public_holidays))


def mentions_holidays(expression: str) -> bool:
    """Whether the hours depend on the holiday table."""
    return _PH.search(expression) is not None


def write_out_holidays(expression: str, public_holidays: Sequence[dt.date]) -> str:
    """The same rules with ``PH`` replaced by dates; unchanged where there is no ``PH``.

    Each rule ``season days,PH times`` becomes ``season days times`` and ``dates times``, with the dates in the season.
    A rule on holidays alone falls away when there are none.
    """
    if not mentions_holidays(expression):
        return expression
    rules: list[str] = []
    for rule in expression.split(";"):
        if not _PH.search(rule):
            rules.append(rule.strip())
            continue
        season, weekdays, rest = _split_holiday_rule(expression, rule)
        if weekdays:
            rules.append(" ".join(part for part in (season, weekdays, rest) if part))
        dates = public_holidays
        if season:
            in_season = _parse(season)
            dates = [date for date in dates if in_season.is_open(dt.datetime.combine(date, dt.time(12)))]
        if dates:
            rules.append(f"{_write_dates(dates)} {rest}".strip())
    return "; ".join(rules) or "off"


def _split_holiday_rule(expression: str, rule: str) -> tuple[str, str, str]:
    """Season, weekdays beside ``PH``, and times of one rule."""
    match = None if "||" in rule else _PH_RULE.fullmatch(rule.strip())
    if not match or _PH.search(match["season"]) or re.search(rf"\b{_WEEKDAY}\b", match["season"]):
        raise hours_error(expression, "hours.holiday")
    season, rest = match["season"].strip(), match["rest"].strip()
    if season:
        _parse(season)
    days = [day.strip() for day in match["days"].split(",")]
    return season, ",".join(day for day in days if day != "PH"), rest


def _write_dates(dates: Sequence[dt.date]) -> str:
    runs: list[list[dt.date]] = []
    for date in dates:
        if runs and date - runs[-1][-1] == dt.timedelta(days=1):
            runs[-1][1:] = [date]
        else:
            runs.append([date])
    return ",".join("-".join(f"{d.year} {MONTHS[d.month - 1]} {d.day:02d}" for d in run) for run in runs)


def _parse(expression: str) -> OpeningHours:
    try:
        return OpeningHours(expression)
    except ParserError as error:
        at = re.search(r"--> \d+:(\d+)", str(error))
        raise hours_error(expression, "hours.unreadable", position=int(at[1]) if at else 1) from None
