"""What may be written in cells that hold a small language: hours, last entries, event rules, clocks, months, lists.

Each ``check_`` raises `Unreadable` and otherwise does nothing; each ``read_`` gives the value.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SOLAR_TERMS: Final = frozenset({
    "xiaohan", "dahan", "lichun", "yushui", "jingzhe", "chunfen", "qingming", "guyu", "lixia", "xiaoman", "mangzhong",
    "xiazhi", "xiaoshu", "dashu", "liqiu", "chushu", "bailu", "qiufen", "hanlu", "shuangjiang", "lidong", "xiaoxue",
    "daxue", "dongzhi",
})  # fmt: skip
LONGEST_HOURS: Final = 500
NIGHT_ENDS_MIN: Final = 4 * 60
"""A span that closes earlier than it opens is a night that runs past midnight if it ends by this, else a mistake."""
LATEST_CLOCK_MIN: Final = 30 * 60

_MONTH: Final = f"(?:{'|'.join(MONTHS)})"
_WEEKDAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_CLOCK: Final = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", re.ASCII)
_MONTH_DAY: Final = re.compile(rf"({'|'.join(MONTHS)})\s*(\d{{1,2}})(?![\d:])", re.ASCII)
_UNSUPPORTED: Final = re.compile(r'"|\bSH\b|\b(?:easter|sunrise|sunset|dawn|dusk)\b|:\d{2}\s*\+|:\d{2}\s*/', re.ASCII)
_TIMES: Final = r"\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}"
_DAYS: Final = rf"(?:PH|{_WEEKDAY}(?:-{_WEEKDAY})?)"
_HOLIDAY_RULE: Final = re.compile(
    rf"(?P<season>[^:]*?)\s*{_DAYS}(?:\s*,\s*{_DAYS})*(?:\s+{_TIMES}(?:\s*,\s*{_TIMES})*)?(?:\s+(?:off|closed|open|unknown))?",
    re.ASCII,
)
_ENTRY: Final = re.compile(
    rf"(?:({_MONTH})(?: (\d{{1,2}}))?(?:-({_MONTH})(?: (\d{{1,2}}))?)? )?(\d{{1,2}}:\d{{2}})", re.ASCII
)
_DAY: Final = r"(\d{2})-(\d{2})"
_LUNAR_RULE: Final = re.compile(rf"\s*lunar {_DAY}(?:\.\.{_DAY})?(?=\s|$)", re.ASCII)
_YEARLY: Final = re.compile(rf"(fixed|lunar) {_DAY}(?:\.\.{_DAY})?", re.ASCII)
_TERM: Final = re.compile(r"solar-term ([a-z]+)(?: ([+-]?\d{1,2})(?:\.\.([+-]?\d{1,2}))?)?", re.ASCII)
_NTH: Final = re.compile(rf"nth {_WEEKDAY} (?:[1-5]|-1) (\d{{2}})", re.ASCII)
_ONCE: Final = re.compile(r"once (\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?", re.ASCII)
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH_ITEM: Final = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)


class Unreadable(ValueError):
    """A cell does not hold what its column wants: a code of ``i18n/errors.toml`` and what the message names."""

    def __init__(self, code: str, **args: Any) -> None:
        super().__init__(code)
        self.code = code
        self.args_named = args


# ------------------------------------------------------------------------------------------ clocks and dates


def read_clock(text: str) -> int:
    """``"08:50"`` → 530; up to ``30:00``, hours after midnight going on from 24.

    Raises
    ------
    Unreadable
        It is no clock value.
    """
    match = _CLOCK.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match else LATEST_CLOCK_MIN + 1
    if minute > LATEST_CLOCK_MIN:
        raise Unreadable("data_clock")
    return minute


def write_clock(minute: int) -> str:
    """530 → ``"08:50"``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_date(text: str) -> dt.date:
    """``"2027-04-17"`` as a date, nothing shorter and nothing longer.

    Raises
    ------
    Unreadable
        It is no date.
    """
    try:
        if _ISO.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Unreadable("data_date")


def check_announced(text: str, year: int) -> None:
    """Dates announced for a year: ``2027-02-20`` or ``2027-02-18/2027-02-20``, several separated by ``;``.

    Raises
    ------
    Unreadable
        A part is no date, ends before it begins, or begins in another year.
    """
    for part in text.split(";"):
        ends = part.strip().split("/")
        try:
            days = [read_date(end) for end in ends]
        except Unreadable:
            raise Unreadable("data_announced", year=year) from None
        if len(days) > 2 or days[-1] < days[0] or days[0].year != year:
            raise Unreadable("data_announced", year=year)


def check_spans(text: str) -> None:
    """Daily serving hours: ``11:00-14:00,17:00-21:00``, the same every day, none past midnight.

    Raises
    ------
    Unreadable
        It is no such list, or a span closes before it opens or before the one in front of it.
    """
    before = -1
    for part in text.split(","):
        opens, dash, closes = part.partition("-")
        try:
            ends = read_clock(opens), read_clock(closes)
        except Unreadable:
            raise Unreadable("data_spans") from None
        if not dash or not before < ends[0] < ends[1] <= 1440:
            raise Unreadable("data_spans")
        before = ends[1]


def read_months(text: str) -> tuple[int, ...]:
    """``"4-10"``, ``"11-3"`` over the new year, ``"1;2"`` → month numbers in that order.

    Raises
    ------
    Unreadable
        It names no months, or one twice.
    """
    found: list[int] = []
    for part in text.split(";"):
        match = _MONTH_ITEM.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not (1 <= first <= 12 and 1 <= last <= 12):
            raise Unreadable("data_months")
        found += [(first - 1 + k) % 12 + 1 for k in range((last - first) % 12 + 1)]
    if len(found) != len(set(found)):
        raise Unreadable("data_months")
    return tuple(found)


# ------------------------------------------------------------------------------------------------- opening hours


def check_hours(text: str) -> None:
    """Opening hours in OpenStreetMap's grammar, without what a typist rarely means.

    Refused are comments, school holidays, sun times, ``easter``, open ends, repeats, days that no month has, and spans
    that close no later than they open unless they run past midnight and end by `NIGHT_ENDS_MIN`.

    Raises
    ------
    Unreadable
        With the part that cannot stand.
    """
    if len(text) > LONGEST_HOURS:
        raise Unreadable("data_hours_long", limit=LONGEST_HOURS)
    if bad := _UNSUPPORTED.search(text):
        raise Unreadable("data_hours_unsupported", part=bad[0])
    for span in _SPAN.finditer(text):
        opens, closes = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
        past = closes if closes < opens else max(0, closes - 1440)
        if opens == closes or past > NIGHT_ENDS_MIN:
            raise Unreadable("data_hours_backwards", part=span[0], limit=write_clock(NIGHT_ENDS_MIN))
    for day in _MONTH_DAY.finditer(text):
        if not 1 <= int(day[2]) <= MONTH_DAYS[MONTHS.index(day[1])]:
            raise Unreadable("data_no_such_day", part=day[0])
    text = _without_lunar(text)
    _parse(text)
    for rule in text.split(";"):
        if re.search(r"\bPH\b", rule):
            match = None if "||" in rule else _HOLIDAY_RULE.fullmatch(rule.strip())
            season = match["season"].strip() if match else "PH"
            if re.search(rf"\b(?:PH|{_WEEKDAY})\b", season):
                raise Unreadable("data_hours_holiday", part=rule.strip())
            if season:
                _parse(season)


def _without_lunar(text: str) -> str:
    """Hours with any date in the place of lunar days, which stand at the beginning of a rule."""
    rules = []
    for rule in text.split(";"):
        match = _LUNAR_RULE.match(rule)
        days = [int(part) for part in match.groups() if part is not None] if match else []
        fits = all(1 <= month <= 12 for month in days[::2]) and all(1 <= day <= 30 for day in days[1::2])
        rules.append(f"2027 Jan 01{rule[match.end() :]}" if match and fits else rule)
        if re.search(r"\blunar\b", rules[-1]):
            raise Unreadable("data_hours_lunar", part=rule.strip())
    return ";".join(rules)


def _parse(text: str) -> None:
    # Imported late: reading the package must stay cheap.
    from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined] # missing in its stub

    try:
        OpeningHours(text)
    except ParserError as error:
        at = re.search(r"--> \d+:(\d+)", str(error))
        raise Unreadable("data_hours", position=int(at[1]) if at else 1) from None


def check_last_entry(text: str) -> None:
    """The last entry: ``17:00``, or by season ``Apr-Oct 17:30; Nov-Mar 17:00``, ``Mar 15-Jun 30 16:00``.

    Raises
    ------
    Unreadable
        It cannot be read, or names a day that does not exist.
    """
    for part in text.split(";"):
        match = _ENTRY.fullmatch(part.strip())
        if not match:
            raise Unreadable("data_last_entry")
        try:
            read_clock(match[5])
        except Unreadable:
            raise Unreadable("data_last_entry") from None
        for month, day in ((match[1], match[2]), (match[3], match[4])):
            if day is not None and not 1 <= int(day) <= MONTH_DAYS[MONTHS.index(month)]:
                raise Unreadable("data_no_such_day", part=f"{month} {day}")


# --------------------------------------------------------------------------------------------------- event rules


def check_rule(text: str) -> None:
    """The date rule of an event; its forms are listed in ``docs/data_dictionary.md``.

    Raises
    ------
    Unreadable
        It has none of the forms, names a day or solar term that does not exist, or ends before it begins.
    """
    if text == "announced":
        return
    if match := _YEARLY.fullmatch(text):
        lengths = MONTH_DAYS if match[1] == "fixed" else (30,) * 12
        for month, day in (match.group(2, 3), match.group(4, 5)):
            if month is not None and not (1 <= int(month) <= 12 and 1 <= int(day) <= lengths[int(month) - 1]):
                raise Unreadable("data_no_such_day", part=f"{month}-{day}")
    elif match := _TERM.fullmatch(text):
        if match[1] not in SOLAR_TERMS:
            raise Unreadable("data_rule_term", part=match[1])
        if match[3] is not None and int(match[3]) < int(match[2]):
            raise Unreadable("data_rule")
    elif match := _NTH.fullmatch(text):
        if not 1 <= int(match[1]) <= 12:
            raise Unreadable("data_no_such_day", part=match[1])
    elif match := _ONCE.fullmatch(text):
        try:
            first, last = read_date(match[1]), read_date(match[2] or match[1])
        except Unreadable:
            raise Unreadable("data_rule") from None
        if last < first:
            raise Unreadable("data_rule")
    else:
        raise Unreadable("data_rule")
