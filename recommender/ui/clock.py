"""Minutes of a day as people read them."""

from __future__ import annotations

import datetime as dt

from recommender.i18n import text
from recommender.model import format_clock

_DAY_MIN = 24 * 60


def clock(minute: int, lang: str) -> str:
    """570 → ``09:30``; after midnight ``次日 01:10``."""
    if minute > _DAY_MIN:
        return text("ui.time.next_day", lang, time=format_clock(minute - _DAY_MIN))
    return format_clock(minute)


def duration(minutes: int, lang: str) -> str:
    """75 → ``75 分钟``, 180 → ``3 小时``, 200 → ``3 小时 20 分``."""
    hours, rest = divmod(minutes, 60)
    if minutes <= 90:
        return text("ui.time.minutes", lang, minutes=minutes)
    if rest == 0:
        return text("ui.time.hours", lang, hours=hours)
    return text("ui.time.hours_minutes", lang, hours=hours, minutes=rest)


def span(intervals: tuple[tuple[int, int], ...], lang: str) -> str:
    """Opening intervals: ``08:30–12:00, 14:00–18:00``; the whole day in a word."""
    if intervals == ((0, _DAY_MIN),):
        return text("ui.time.all_day", lang)
    return ", ".join(f"{clock(a, lang)}–{clock(b, lang)}" for a, b in intervals)


def date_words(date: dt.date, lang: str, *, short: bool = False) -> str:
    """``10月17日 周六`` / ``Sat 17 Oct``."""
    return text(
        "ui.time.date_short" if short else "ui.time.date",
        lang,
        day=date.day,
        month_number=date.month,
        month=text(f"ui.time.month.m{date.month}", lang),
        weekday=text(f"ui.time.weekday.w{date.weekday()}", lang),
    )
