"""Twelve months of a place's hours, a row a month and a cell a day, as the planner sees them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import groupby

from markupsafe import Markup

from recommender.bureau.preview import Year, changed_days
from recommender.calendar import Opening
from recommender.i18n import text
from recommender.markup import tag
from recommender.model import format_clock
from recommender.ui.staff.differences import listed
from recommender.ui.staff.room import Room

Day = tuple[dt.date, Opening]


def year_table(room: Room, year: Year, before: Year | None = None) -> Markup:
    """The year; days on which something else holds than ``before`` are framed and counted."""
    changed = frozenset(changed_days(before, year)) if before is not None else frozenset()
    months = [(name, list(days)) for name, days in groupby(year, key=lambda day: f"{day[0]:%Y-%m}")]
    rows = [_month(room, name, days, changed) for name, days in months]
    count = tag("p", room.say("hours.changed", count=len(changed)), class_="changed-days" if changed else "count")
    keys = (tag("span", room.say(f"hours.{name}"), class_=f"key d-{name}") for name in ("open", "closed", "unsure", "notice"))
    grid = tag("div", tag("table", tag("tbody", *rows), class_="year"), class_="wide", tabindex=0)
    return tag("div", count if before is not None else None, tag("p", *keys, class_="legend"), grid, _in_words(room, months))


def _month(room: Room, name: str, days: list[Day], changed: frozenset[dt.date]) -> Markup:
    first, last = days[0][0].day, days[-1][0].day
    before = tag("td", colspan=first - 1) if first > 1 else None
    after = tag("td", colspan=31 - last) if last < 31 else None
    cells = (_day(room, date, opening, changed=date in changed) for date, opening in days)
    return tag("tr", tag("th", name, scope="row"), before, *cells, after)


def _in_words(room: Room, months: list[tuple[str, list[Day]]]) -> Markup:
    """What holds on most days, months of the same taken together."""
    lines = []
    for words, group in groupby(months, key=lambda month: _usual(room, month[1])):
        run = list(group)
        opened = sum(1 for _, days in run for _, opening in days if opening.closed_reason is None)
        span = run[0][0] if len(run) == 1 else f"{run[0][0]} – {run[-1][0]}"
        lines.append(room.say("hours.usual", months=span, words=words, open=opened, days=sum(len(days) for _, days in run)))
    return listed(lines)


def _day(room: Room, date: dt.date, opening: Opening, *, changed: bool) -> Markup:
    words = f"{date.isoformat()} {hours_words(room, opening)}"
    class_ = f"d-{_look(opening)}{' d-changed' if changed else ''}{' d-sunday' if date.weekday() == 6 else ''}"
    return tag("td", str(date.day), class_=class_, title=words, aria_label=words)


def _look(opening: Opening) -> str:
    if opening.closed_reason == "closure":
        return "notice"
    if opening.closed_reason is not None:
        return "closed"
    return "open" if opening.known else "unsure"


def hours_words(room: Room, opening: Opening) -> str:
    """An opening in words."""
    if opening.closed_reason is not None:
        return opening.notice or room.say(f"hours.{opening.closed_reason}")
    mark = text("ui.list", room.lang)
    spans = mark.join(f"{format_clock(opens)}–{format_clock(closes)}" for opens, closes in opening.intervals)
    return spans if opening.known else f"{room.say('hours.unsure')} {spans}"


def _usual(room: Room, days: list[Day]) -> str:
    """What holds on most of a month's days."""
    return Counter(hours_words(room, opening) for _, opening in days).most_common(1)[0][0]
