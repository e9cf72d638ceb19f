"""The last entry of a day: ``17:00``, or by season ``Apr-Oct 17:30; Nov-Mar 17:00``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from recommender.calendar.hours import MONTH_DAYS, MONTHS
from recommender.calendar.syntax import hours_error

_MONTH = f"(?:{'|'.join(MONTHS)})"
_RULE = re.compile(rf"(?:({_MONTH})(?: (\d{{1,2}}))?(?:-({_MONTH})(?: (\d{{1,2}}))?)? )?(\d{{1,2}}):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class LastEntry:
    """Last entries by season; of rules that overlap the later one holds, as in opening hours.

    Attributes
    ----------
    rules
        ``(first, last, minute)``: first and last day as ``(month, day)``, both included, and minutes after midnight. A
        season whose last day comes before its first runs over the new year.
    """

    rules: tuple[tuple[tuple[int, int], tuple[int, int], int], ...]

    def minute(self, date: dt.date) -> int | None:
        """The last entry on a date, or None where no rule speaks of it."""
        day = (date.month, date.day)
        for first, last, minute in reversed(self.rules):
            if (first <= day <= last) if first <= last else (day >= first or day <= last):
                return minute
        return None


@lru_cache(maxsize=512)
def read_last_entry(text: str) -> LastEntry:
    """Read the grammar.

    Raises
    ------
    OpeningHoursSyntax
        It cannot be read, or names a day that does not exist.
    """
    rules = []
    for part in text.split(";"):
        match = _RULE.fullmatch(part.strip())
        if not match:
            raise hours_error(text, "entry")
        month, day, last_month, last_day, hour, minute = match.groups()
        at = int(hour) * 60 + int(minute)
        if at > 30 * 60:
            raise hours_error(text, "entry")
        if month is None:
            rules.append(((1, 1), (12, 31), at))
            continue
        first = (MONTHS.index(month) + 1, int(day or 1))
        # A lone day is that day, a lone month the whole month.
        end_month = MONTHS.index(last_month) + 1 if last_month else first[0]
        whole_day = day if last_month is None else last_day
        last = (end_month, int(whole_day or MONTH_DAYS[end_month - 1]))
        for m, d in (first, last):
            if not 1 <= d <= MONTH_DAYS[m - 1]:
                raise hours_error(text, "hours.no_such_day", day=f"{MONTHS[m - 1]} {d}")
        rules.append((first, last, at))
    return LastEntry(tuple(rules))


def last_entry_of(text: str | None, date: dt.date) -> int | None:
    """The last entry of a place on a date, minutes after midnight; None where nothing is said.

    Raises
    ------
    OpeningHoursSyntax
        It cannot be read.
    """
    return read_last_entry(text).minute(date) if text else None


def validate_last_entry(text: str) -> None:
    """Check that a last entry can be read.

    Raises
    ------
    OpeningHoursSyntax
        With what is allowed.
    """
    read_last_entry(text)
