"""Names, money, clocks and dates as people read them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from recommender.i18n import text
from recommender.model import PlaceRef, Point, format_clock

if TYPE_CHECKING:
    from recommender.region import Region

DAY_MIN: Final = 24 * 60
_ASIDE: Final = re.compile(r"\s*[(\uff08][^()\uff08\uff09]*[)\uff09]")
_NAMELESS: Final = Point.model_fields["name"].default


def _names(place: str, region: Region) -> tuple[str, str] | None:
    catalog = region.catalog
    found = catalog.find_place(place) or next((event for event in catalog.events if event.id == place), None)
    if found is None:
        return None
    zh, en = found.name_zh, found.name_en
    # "(area anchor)" is a note to the data's editors.
    return (_ASIDE.sub("", zh), _ASIDE.sub("", en)) if place in catalog.lodging else (zh, en)


def place_name(place: PlaceRef, region: Region, lang: str) -> str:
    """A place or event by name; in English the Chinese name stands beside it, for signs and drivers."""
    if isinstance(place, Point):
        return text("trip.point", lang) if place.name == _NAMELESS else place.name
    names = _names(place, region)
    if names is None:
        return place
    zh, en = names
    return zh if lang == "zh" else f"{en} {zh}"


def short_name(place: PlaceRef, region: Region, lang: str) -> str:
    """A name without what stands in brackets, in one language only: for headings."""
    if isinstance(place, Point):
        return place_name(place, region, lang)
    names = _names(place, region)
    if names is None:
        return place
    return _ASIDE.sub("", names[0] if lang == "zh" else names[1])


def listed(words: Iterable[str], lang: str) -> str:
    """Words in a row, with the language's comma."""
    mark = text("trip.list", lang)
    return (mark if lang == "zh" else f"{mark} ").join(words)


def money(fen: int | None, lang: str) -> str:
    """Whole fen as yuan: ``¥1,194``, ``¥28.50``; None is unknown, never a number."""
    if fen is None:
        return text("trip.unknown", lang)
    return f"¥{fen // 100:,}" if fen % 100 == 0 else f"¥{fen / 100:,.2f}"


def clock(minute: int, lang: str) -> str:
    """570 → ``09:30``; after midnight ``次日 01:10``."""
    if minute > DAY_MIN:
        return text("trip.time.next_day", lang, time=format_clock(minute - DAY_MIN))
    return format_clock(minute)


def clock_span(start: int, end: int, lang: str) -> str:
    """``09:30–12:00``; the whole day in a word."""
    if (start, end) == (0, DAY_MIN):
        return text("trip.time.all_day", lang)
    return f"{clock(start, lang)}–{clock(end, lang)}"


def duration(minutes: int, lang: str) -> str:
    """75 → ``75 分钟``, 180 → ``3 小时``, 200 → ``3 小时 20 分``."""
    hours, rest = divmod(minutes, 60)
    if minutes <= 90:
        return text("trip.time.minutes", lang, minutes=minutes)
    if rest == 0:
        return text("trip.time.hours", lang, hours=hours)
    return text("trip.time.hours_minutes", lang, hours=hours, minutes=rest)


def kilometres(metres: int) -> str:
    """5230 → ``5.2``, 92000 → ``92``."""
    return f"{metres / 1000:.1f}" if metres < 20_000 else f"{metres / 1000:.0f}"


def date_words(date: dt.date, lang: str, *, year: bool = False) -> str:
    """``10月17日 周六`` / ``Sat 17 October``."""
    return text(
        "trip.time.date_year" if year else "trip.time.date",
        lang,
        year=date.year,
        day=date.day,
        month_number=date.month,
        month=text(f"trip.month.m{date.month}", lang),
        weekday=text(f"trip.weekday.w{date.weekday()}", lang),
    )
