"""Dates of events: a small rule grammar for fixed, lunar, solar-term and n-th weekday dates.

========================================  =============================================================================
``fixed 05-19``                           every 19 May
``fixed 09-01..10-10``                    every year, both days included; may run over the new year
``lunar 01-15``                           15th of the 1st lunar month; never of a leap month
``lunar 12-23..01-16``                    lunar days, both included; may run into the next lunar year
``solar-term qingming``                   the day of a solar term, in pinyin
``solar-term qingming -1..+1``            days around it
``nth Sa 3 09``                           third Saturday of September; ``-1`` is the last
``once 2025-06-10..2025-08-31``           these dates only; one date may stand alone
``announced``                             no rule: the organiser names the dates
========================================  =============================================================================

Day 30 of a lunar month that has 29 days is its last day, so ``lunar 12-30`` is New Year's Eve in every year; 29 February is
28 February in common years.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from recommender.calendar.hours import MONTH_DAYS
from recommender.calendar.syntax import rule_error

Span = tuple[dt.date, dt.date]

WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
SOLAR_TERMS: Final = {
    "xiaohan": "小寒", "dahan": "大寒", "lichun": "立春", "yushui": "雨水", "jingzhe": "惊蛰", "chunfen": "春分",
    "qingming": "清明", "guyu": "谷雨", "lixia": "立夏", "xiaoman": "小满", "mangzhong": "芒种", "xiazhi": "夏至",
    "xiaoshu": "小暑", "dashu": "大暑", "liqiu": "立秋", "chushu": "处暑", "bailu": "白露", "qiufen": "秋分",
    "hanlu": "寒露", "shuangjiang": "霜降", "lidong": "立冬", "xiaoxue": "小雪", "daxue": "大雪", "dongzhi": "冬至",
}  # fmt: skip
_LATE_KEYS: Final = {"DA_XUE": "大雪", "DONG_ZHI": "冬至", "XIAO_HAN": "小寒", "DA_HAN": "大寒", "LI_CHUN": "立春"}
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

_DAY = r"(\d{2})-(\d{2})"
_FIXED = re.compile(rf"fixed {_DAY}(?:\.\.{_DAY})?", re.ASCII)
_LUNAR = re.compile(rf"lunar {_DAY}(?:\.\.{_DAY})?", re.ASCII)
_TERM = re.compile(r"solar-term ([a-z]+)(?: ([+-]?\d{1,2})(?:\.\.([+-]?\d{1,2}))?)?", re.ASCII)
_NTH = re.compile(rf"nth ({'|'.join(WEEKDAYS)}) ([1-5]|-1) (\d{{2}})", re.ASCII)
_ONCE = re.compile(r"once (\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?", re.ASCII)


class EventLike(Protocol):
    """An event of the catalogue: a rule, and the dates announced for single years."""

    @property
    def rule(self) -> str | None: ...
    @property
    def dates_2026(self) -> str | None: ...
    @property
    def dates_2027(self) -> str | None: ...


E = TypeVar("E", bound=EventLike)


@lru_cache(maxsize=4096)
def dates_of(rule: str, year: int) -> tuple[Span, ...] | None:
    """First and last days, both included, of every occurrence that *begins* in a calendar year.

    A lunar day may fall into a calendar year never, once or twice: Laba 2022 began on 10 January and on 30 December, and no
    Laba fell into 2023.

    Parameters
    ----------
    rule
        The grammar above.
    year
        A Gregorian year; rules that need the lunar calendar give nothing outside 1900 to 2199.

    Returns
    -------
    spans
        Sorted; None for ``announced``.

    Raises
    ------
    DateRuleSyntax
        The rule cannot be read.
    """
    text = rule.strip()
    if text == "announced":
        return None
    if match := _FIXED.fullmatch(text):
        return _fixed(text, match, year)
    if match := _LUNAR.fullmatch(text):
        return _lunar(text, match, year)
    if match := _TERM.fullmatch(text):
        return _solar_term(text, match, year)
    if match := _NTH.fullmatch(text):
        return _nth(text, match, year)
    if match := _ONCE.fullmatch(text):
        return _once(text, match, year)
    raise rule_error(rule, "rule.form")


def events_on(events: Iterable[E], date: dt.date) -> tuple[E, ...]:
    """The events that take place on a date, in the order given.

    Dates announced for a year (``dates_2026``, ``dates_2027``: a date or ``start/end``, several separated by ``;``) win over
    what the rule would compute for that year. An event that is only announced, for a year without dates, does not take place
    as far as is known.

    Raises
    ------
    DateRuleSyntax
        A rule or announced dates cannot be read.
    """
    return tuple(event for event in events if any(first <= date <= last for first, last in _spans_around(event, date)))


def occurrences(event: EventLike, first: dt.date, last: dt.date) -> tuple[Span, ...]:
    """When an event takes place within some days, both included: whole occurrences, also those that begin or end outside.

    Raises
    ------
    DateRuleSyntax
        A rule or announced dates cannot be read.
    """
    spans = {span for span in _spans(event, range(first.year - 1, last.year + 1)) if span[0] <= last and span[1] >= first}
    return tuple(sorted(spans))


def _spans_around(event: EventLike, date: dt.date) -> Iterable[Span]:
    """Occurrences that begin in the date's year or the year before."""
    return _spans(event, (date.year - 1, date.year))


def _spans(event: EventLike, years: Iterable[int]) -> Iterable[Span]:
    """Occurrences that begin in some years, and one that is but once."""
    for year in years:
        announced = getattr(event, f"dates_{year}", None)
        if announced:
            yield from read_announced(announced)
        elif event.rule and not event.rule.startswith("once "):
            yield from dates_of(event.rule, year) or ()
    if event.rule and event.rule.startswith("once "):
        yield from dates_of(event.rule, int(event.rule[5:9]) if event.rule[5:9].isdecimal() else dt.MINYEAR) or ()


@lru_cache(maxsize=1024)
def read_announced(text: str) -> tuple[Span, ...]:
    """Announced dates: ``2027-02-20`` or ``2027-02-18/2027-02-20``, several separated by ``;``.

    Raises
    ------
    DateRuleSyntax
        A part is no date, or ends before it begins.
    """
    spans: list[Span] = []
    for part in text.split(";"):
        ends = part.strip().split("/")
        try:
            first, last = dt.date.fromisoformat(ends[0]), dt.date.fromisoformat(ends[-1])
        except ValueError:
            raise rule_error(text, "rule.dates") from None
        if len(ends) > 2:
            raise rule_error(text, "rule.dates")
        if last < first:
            raise rule_error(text, "rule.order")
        spans.append((first, last))
    return tuple(sorted(spans))


def _days(rule: str, match: re.Match[str], month_days: tuple[int, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
    first = (int(match[1]), int(match[2]))
    last = first if match[3] is None else (int(match[3]), int(match[4]))
    for month, day in (first, last):
        if not (1 <= month <= 12 and 1 <= day <= month_days[month - 1]):
            raise rule_error(rule, "rule.day", day=f"{month:02d}-{day:02d}")
    return first, last


def _fixed(rule: str, match: re.Match[str], year: int) -> tuple[Span, ...]:
    first, last = _days(rule, match, MONTH_DAYS)
    end_year = year + (last < first)
    if not dt.MINYEAR <= year <= end_year <= dt.MAXYEAR:
        return ()
    return ((_day_in(year, *first), _day_in(end_year, *last)),)


def _day_in(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _lunar(rule: str, match: re.Match[str], year: int) -> tuple[Span, ...]:
    first, last = _days(rule, match, (30,) * 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    spans = []
    # Lunar year Y runs from about February of year Y into the next year.
    for lunar_year in (year - 1, year):
        begins = _lunar_day(lunar_year, *first)
        if begins.year == year:
            spans.append((begins, _lunar_day(lunar_year + (last < first), *last)))
    return tuple(sorted(spans))


def _lunar_day(lunar_year: int, month: int, day: int) -> dt.date:
    from lunar_python import Lunar, LunarMonth

    length: int = LunarMonth.fromYm(lunar_year, month).getDayCount()
    return dt.date.fromisoformat(Lunar.fromYmd(lunar_year, month, min(day, length)).getSolar().toYmd())


def _solar_term(rule: str, match: re.Match[str], year: int) -> tuple[Span, ...]:
    if match[1] not in SOLAR_TERMS:
        raise rule_error(rule, "rule.term", term=match[1])
    before = int(match[2] or 0)
    after = int(match[3]) if match[3] else before
    if after < before:
        raise rule_error(rule, "rule.order")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    days = [_term_day(SOLAR_TERMS[match[1]], y) for y in (year - 1, year, year + 1)]
    spans = [(day + dt.timedelta(days=before), day + dt.timedelta(days=after)) for day in days]
    return tuple(span for span in spans if span[0].year == year)


@lru_cache(maxsize=512)
def _term_day(name: str, year: int) -> dt.date:
    """The day of a solar term in a calendar year, Beijing time."""
    from lunar_python import Solar

    table = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()
    # The table runs from the December before to the March after; late terms come under keys of their own.
    days = (dt.date.fromisoformat(day.toYmd()) for key, day in table.items() if name in (key, _LATE_KEYS.get(key)))
    return next(day for day in days if day.year == year)


def _nth(rule: str, match: re.Match[str], year: int) -> tuple[Span, ...]:
    weekday, n, month = WEEKDAYS.index(match[1]), int(match[2]), int(match[3])
    if not 1 <= month <= 12:
        raise rule_error(rule, "rule.day", day=match[3])
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return ()
    length = calendar.monthrange(year, month)[1]
    days = [day for d in range(1, length + 1) if (day := dt.date(year, month, d)).weekday() == weekday]
    if n > len(days):
        return ()
    found = days[n if n < 0 else n - 1]
    return ((found, found),)


def _once(rule: str, match: re.Match[str], year: int) -> tuple[Span, ...]:
    try:
        first = dt.date.fromisoformat(match[1])
        last = dt.date.fromisoformat(match[2]) if match[2] else first
    except ValueError:
        raise rule_error(rule, "rule.form") from None
    if last < first:
        raise rule_error(rule, "rule.order")
    return ((first, last),) if first.year == year else ()
