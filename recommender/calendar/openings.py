"""The calendar: when each place is open on a date, as windows and as a point question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

from recommender.calendar.days import DayKind, HolidayLike, HolidayTable, TableStatus
from recommender.calendar.entry import last_entry_of
from recommender.calendar.hours import NIGHT_ENDS_MIN, mentions_holidays, read_hours
from recommender.calendar.lunar import covers_lunar, mentions_lunar
from recommender.errors import Problem, UnknownPlace

DAY_MIN: Final = 1440
CAUTIOUS: Final = (9 * 60 + 30, 16 * 60 + 30)
"""What is assumed where hours are unknown: a window in which most sights of the region are open."""
CAUTIOUS_SLACK_MIN: Final = 30
FIRM_BASES: Final = frozenset({"sourced_two", "sourced", "open_space"})
"""Bases that cost no slack; every other one, none given included, costs ``CAUTIOUS_SLACK_MIN``."""
KEPT_OPENINGS: Final = 20_000

_ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class HoursFact:
    """What is known of a place's hours: OSM ``opening_hours``, what it rests on, and the last entry. None is unknown."""

    opening_hours: str | None
    basis: str
    last_entry: str | None


class ClosureLike(Protocol):
    """A one-off closure; a missing end leaves it open-ended."""

    @property
    def place_id(self) -> str: ...
    @property
    def from_(self) -> dt.date | None: ...
    @property
    def to(self) -> dt.date | None: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Opening:
    """When a place is open on one date.

    Attributes
    ----------
    intervals
        ``(open_min, close_min)``, minutes after midnight of the date, sorted and disjoint; empty when closed. What opens
        on the date and runs past midnight ends after 1440, at most at 1800; a place open around the clock has (0, 1440).
    last_entry_min
        Last entry, or None where unknown or where there is none.
    basis
        What the hours rest on, ``unknown`` where nothing is known.
    slack_min
        Minutes that a plan should keep clear of closing and last entry, because the hours are not certain.
    known
        False where the intervals are the cautious assumption, or depend on holidays of a year without a table.
    closed_reason
        None when open; else ``closure`` (a notice), ``holiday``, ``weekday``, ``season``, ``never``.
    notice
        The notice's own words, with ``closure``.
    """

    intervals: tuple[tuple[int, int], ...]
    last_entry_min: int | None
    basis: str
    slack_min: int
    known: bool
    closed_reason: str | None
    notice: str | None = None


class Calendar:
    """Opening hours, holidays and closures of one revision; read-only.

    Parameters
    ----------
    holidays
        The table of public holidays and make-up workdays.
    closures
        One-off closures.
    hours
        What is known of each place's hours; a place missing here is unknown to ``opening`` and ``is_open``.

    Notes
    -----
    Expressions are parsed once, on first use, and openings kept per place and date; a repeated question is a dictionary
    look-up. Make-up workdays and public holidays change hours only where the expression says ``PH``: a museum closed on
    Mondays counts as closed on a Monday that is a public holiday, as long as it has not said otherwise.
    """

    def __init__(
        self, holidays: Iterable[HolidayLike], closures: Iterable[ClosureLike], hours: Mapping[str, HoursFact]
    ) -> None:
        self._table = HolidayTable(holidays)
        self._hours = dict(hours)
        self._closures: dict[str, list[ClosureLike]] = {}
        for closure in closures:
            self._closures.setdefault(closure.place_id, []).append(closure)
        self._parsed: dict[str, OpeningHours] = {}
        self._openings: dict[tuple[str, dt.date], Opening] = {}
        self._same: dict[Opening, Opening] = {}

    def day(self, date: dt.date) -> DayKind:
        """What kind of day a date is; never raises, a year without a table has status ``none``."""
        return self._table.day(date)

    def has_table(self, year: int) -> TableStatus:
        """What is known of a year's holidays: ``official``, ``provisional`` or ``none``."""
        return self._table.status(year)

    def opening(self, place_id: str, date: dt.date) -> Opening:
        """When a place is open on a date.

        Raises
        ------
        UnknownPlace
            No such place.
        OpeningHoursSyntax
            The place's hours cannot be read.
        """
        key = (place_id, date)
        found = self._openings.get(key)
        if found is None:
            found = self._find_opening(place_id, date)
            found = self._same.setdefault(found, found)
            if len(self._openings) >= KEPT_OPENINGS:
                self._openings.clear()
            self._openings[key] = found
        return found

    def is_open(self, place_id: str, instant: dt.datetime) -> bool:
        """Whether a place is open at an instant: local time if naive, else converted. Does not use ``opening``.

        Unknown hours answer True only inside the cautious window, 09:30 to 16:30.

        Raises
        ------
        UnknownPlace, OpeningHoursSyntax
            As ``opening``.
        """
        fact = self._fact(place_id)
        local = instant if instant.tzinfo is None else instant.astimezone(_ZONE).replace(tzinfo=None)
        if self._closure(place_id, local.date()) is not None:
            return False
        if fact.opening_hours is None:
            return dt.time(9, 30) <= local.time() < dt.time(16, 30)
        return self._read(place_id, fact.opening_hours).is_open(local)

    def _fact(self, place_id: str) -> HoursFact:
        try:
            fact = self._hours[place_id]
        except KeyError:
            raise UnknownPlace([Problem("place", place_id, "unknown_place")]) from None
        return fact if fact.opening_hours else HoursFact(None, fact.basis, fact.last_entry)

    def _read(self, place_id: str, expression: str) -> OpeningHours:
        parsed = self._parsed.get(place_id)
        if parsed is None:
            parsed = self._parsed[place_id] = read_hours(expression, self._table.public_holidays)
        return parsed

    def _closure(self, place_id: str, date: dt.date) -> ClosureLike | None:
        for closure in self._closures.get(place_id, ()):
            if (closure.from_ is None or closure.from_ <= date) and (closure.to is None or date <= closure.to):
                return closure
        return None

    def _find_opening(self, place_id: str, date: dt.date) -> Opening:
        fact = self._fact(place_id)
        entry = last_entry_of(fact.last_entry, date)
        closure = self._closure(place_id, date)
        hours = fact.opening_hours
        basis = (fact.basis if hours else "") or "unknown"
        known = hours is not None and self._covers(hours, date.year)
        slack = 0 if known and basis in FIRM_BASES else CAUTIOUS_SLACK_MIN
        if closure is not None:
            return Opening((), None, basis, slack, known, "closure", closure.reason)
        if hours is None:
            return Opening((CAUTIOUS,), entry, basis, slack, known, None)
        parsed = self._read(place_id, hours)
        intervals = self._intervals(parsed, place_id, date)
        if not intervals:
            return Opening((), None, basis, slack, known, self._why_closed(parsed, hours, date))
        return Opening(intervals, entry, basis, slack, known, None)

    def _covers(self, hours: str, year: int) -> bool:
        """Whether all that the hours depend on is known of a year."""
        if mentions_lunar(hours) and not covers_lunar(year):
            return False
        return not (mentions_holidays(hours) and self.has_table(year) == "none")

    def _intervals(self, parsed: OpeningHours, place_id: str, date: dt.date) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for opens, closes in _spans(parsed, date, DAY_MIN + NIGHT_ENDS_MIN):
            if opens >= DAY_MIN:
                break
            ends_at_midnight = opens == 0 or self._closure(place_id, _shifted(date, 1)) is not None
            found.append((opens, min(closes, DAY_MIN) if ends_at_midnight else closes))
        return tuple(found)

    def _why_closed(self, parsed: OpeningHours, expression: str, date: dt.date) -> str:
        if str(parsed) == "24/7 closed":
            return "never"
        if mentions_holidays(expression) and self.day(date).kind == "public_holiday":
            return "holiday"
        # Open on some day of the week before and of the week after: only this weekday is closed.
        six_days = 6 * DAY_MIN
        weekday = _spans(parsed, _shifted(date, -6), six_days) and _spans(parsed, _shifted(date, 1), six_days)
        return "weekday" if weekday else "season"


def _shifted(date: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(max(date.toordinal() + days, 1), dt.date.max.toordinal()))


def _spans(parsed: OpeningHours, date: dt.date, minutes: int) -> list[tuple[int, int]]:
    """Open spans in the minutes that follow a date's midnight, touching ones joined; an unknown state is not open."""
    midnight = dt.datetime.combine(date, dt.time())
    end = dt.datetime.combine(_shifted(date, minutes // DAY_MIN), dt.time(minutes % DAY_MIN // 60, minutes % 60))
    spans: list[tuple[int, int]] = []
    for starts, ends, state, _ in parsed.intervals(midnight, end):
        if str(state) != "open":
            continue
        opens = int((starts - midnight).total_seconds() // 60)
        closes = min(minutes, int((ends - midnight).total_seconds() // 60))
        if spans and spans[-1][1] == opens:
            spans[-1] = (spans[-1][0], closes)
        else:
            spans.append((opens, closes))
    return spans
