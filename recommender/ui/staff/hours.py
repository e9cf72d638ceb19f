"""Twelve months of a place's hours, a row a month and a cell a day, as the planner sees them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import groupby

from markupsafe import Markup

from recommender.bureau.preview import Year, changed_days
from recommender.calendar import Opening
from recommender.markup import tag
from recommender.model import format_clock
from recommender.ui.staff.room import Room


def year_table(room: Room, year: Year, before: Year | None = None) -> Markup:
    """The year; days on which something else holds than ``before`` are framed and counted."""
    changed = frozenset(changed_days(before, year)) if before is not None else frozenset()
    rows = []
    for month, group in groupby(year, key=lambda pair: (pair[0].year, pair[0].month)):
        days = list(group)
        first = days[0][0]
        blank = tag("td", colspan=first.day - 1) if first.day > 1 else None
        cells = [_day(room, date, opening, changed=date in changed) for date, opening in days]
        head = tag("th", f"{month[0]}-{month[1]:02d}", scope="row")
        rest = 31 - days[-1][0].day
        after = tag("td", colspan=rest) if rest else None
        rows.append(tag("tr", head, blank, *cells, after, tag("td", _usual(room, days), class_="usual")))
    count = tag("p", room.say("hours.changed", count=len(changed)), class_="changed-days") if before is not None else None
    keys = (tag("span", room.say(f"hours.{name}"), class_=f"key d-{name}") for name in ("open", "closed", "unsure", "notice"))
    legend = tag("p", *keys, class_="legend")
    return tag("div", count, legend, tag("div", tag("table", tag("tbody", *rows), class_="year"), class_="wide"))


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
    spans = "、".join(f"{format_clock(opens)}–{format_clock(closes)}" for opens, closes in opening.intervals)
    return spans if opening.known else f"{room.say('hours.unsure')} {spans}"


def _usual(room: Room, days: list[tuple[dt.date, Opening]]) -> str:
    """What holds on most of a month's days."""
    counted = Counter(hours_words(room, opening) for _, opening in days)
    return room.say("hours.usual", words=counted.most_common(1)[0][0], open=sum(1 for _, o in days if o.closed_reason is None))
