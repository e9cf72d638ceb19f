"""Opening hours by the lunar calendar: ``lunar 12-30..01-05 off`` stands for the dates of those days, year by year."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from recommender.calendar.events import dates_of
from recommender.calendar.syntax import hours_error
from recommender.errors import DateRuleSyntax

FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2060
"""Beyond these, hours that name lunar days count as unknown."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORD: Final = re.compile(r"\blunar\b")
_RULE: Final = re.compile(r"\s*(lunar \d{2}-\d{2}(?:\.\.\d{2}-\d{2})?)(?=\s|$)(.*)", re.ASCII | re.DOTALL)


def mentions_lunar(expression: str) -> bool:
    """Whether the hours depend on the lunar calendar."""
    return _WORD.search(expression) is not None


def covers_lunar(year: int) -> bool:
    """Whether lunar days of a year are written out."""
    return FIRST_YEAR <= year <= LAST_YEAR


def write_out_lunar(expression: str) -> str:
    """The same rules with lunar days replaced by dates; unchanged where there are none.

    Raises
    ------
    OpeningHoursSyntax
        Lunar days stand elsewhere than at the beginning of a rule, or are none.
    """
    if not mentions_lunar(expression):
        return expression
    return "; ".join(_written(expression, rule) for rule in expression.split(";"))


def _written(expression: str, rule: str) -> str:
    if not mentions_lunar(rule):
        return rule.strip()
    match = _RULE.fullmatch(rule)
    if match is None or mentions_lunar(match[2]):
        raise hours_error(expression, "hours.lunar")
    spans: list[tuple[dt.date, dt.date]] = []
    for year in range(FIRST_YEAR - 1, LAST_YEAR + 1):
        try:
            spans += dates_of(match[1], year) or ()
        except DateRuleSyntax:
            raise hours_error(expression, "hours.lunar") from None
    dates = ",".join(
        "-".join(f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}" for day in dict.fromkeys(span)) for span in spans
    )
    return f"{dates}{match[2]}".strip()
