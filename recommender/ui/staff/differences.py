"""Differences of the data as a table: which record, which field, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from recommender.catalog.difference import FieldChange, RecordChange
from recommender.catalog.tables import COUNTIES
from recommender.i18n import find_text, text
from recommender.markup import join, tag
from recommender.ui.staff.room import Room, record_name

REFERENCES: Final = ("area_id", "alternative_of", "from_id", "to_id", "place_id")
"""Columns that name another record."""
MOST: Final = 200
"""Records shown; the rest is counted."""


def column_name(column: str, lang: str) -> str:
    """What a column is called."""
    return find_text(f"staff.column.{column}", lang) or column


def value_name(column: str, value: str, lang: str) -> str:
    """What a cell says: codes in words, all else as it is."""
    if not value:
        return text("staff.none" if column in REFERENCES else "staff.unknown", lang)
    if column == "county" and lang == "zh":
        return COUNTIES.get(value, value)
    if column == "category":
        return find_text(f"trip.category.{value}", lang) or value
    if value in ("1", "0") and column in ("booking_required", "walled", "suggest", "oneway", "usable", "is_anchor", "indoor"):
        return text("staff.flag_yes" if value == "1" else "staff.flag_no", lang)
    return find_text(f"staff.value.{value}", lang) or value


def changes_table(room: Room, found: Sequence[RecordChange], names: Mapping[str, str]) -> Markup:
    """Every change, record by record."""
    if not found:
        return tag("p", room.say("changes.none"), class_="count")
    rows = [row for change in found[:MOST] for row in _rows(room, change, names)]
    heads = (tag("th", room.say(f"changes.{name}"), scope="col") for name in ("record", "field", "before", "after"))
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff")
    more = tag("p", room.say("changes.more", count=len(found) - MOST), class_="count") if len(found) > MOST else None
    count = tag("p", room.say("changes.count", count=len(found)), class_="count")
    return tag("div", count, table, more, class_="wide", tabindex=0)


def _rows(room: Room, change: RecordChange, names: Mapping[str, str]) -> Iterable[Markup]:
    title = record_name(change.table, change.key, change.after or change.before, room.lang, names)
    where = f"{room.name('table', change.table)} · {room.name('change', change.kind)}"
    fields = change.fields if change.kind == "changed" else change.fields[:4]
    for k, field in enumerate(fields):
        head = tag("th", title, tag("small", where), scope="rowgroup", rowspan=len(fields)) if k == 0 else None
        yield tag("tr", head, *_cells(field, room.lang))


def _cells(field: FieldChange, lang: str) -> list[Markup]:
    shown = [tag("td", column_name(field.column, lang), class_="field-name")]
    for side, class_ in ((field.before, "was"), (field.after, "now")):
        shown.append(tag("td", value_name(field.column, side, lang), class_=class_))
    return shown


def listed(lines: Iterable[str]) -> Markup:
    """Lines of text."""
    return tag("ul", join(tag("li", line) for line in lines), class_="lines")
