"""The list of what to re-check: what visitors say is wrong, what trips hang on without good evidence, what is old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recommender.bureau.quality import Doubt, Finding
from recommender.catalog.records import Cells, Tables
from recommender.catalog.tables import COUNTIES
from recommender.exports.tables import Cell, Report, Sheet
from recommender.i18n import find_text, text

if TYPE_CHECKING:
    from recommender.region import Region

MOST: Final = 40
"""Rows of a week's list: what two people look up in two days."""
LISTED: Final = ("stale", "broken_route", "contradictory", "unreachable")
"""Findings that a look at the world settles; those that are merely blank would drown the rest."""

NAMED_BY: Final = {"links": ("from_id", "to_id", "mode", "service"), "closures": ("place_id", "to")}
"""The columns by which a finding names a record without an id."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact to look up; ``trips`` of the panel hang on it, so many ``reports`` of visitors are open."""

    table: str
    key: str
    column: str
    why: str
    trips: int
    reports: int


def find_key(tables: Tables, table: str, row: str) -> str:
    """The key of the record that a finding names; one without an id is found by what the finding says of it (`NAMED_BY`)."""
    if table not in NAMED_BY:
        return row
    return next((key for key, cells in tables[table].items() if ":".join(cells[c] for c in NAMED_BY[table]) == row), row)


def finding_words(found: Finding, lang: str, names: Mapping[str, str]) -> str:
    """A finding as a sentence."""
    called = {**COUNTIES, **names} if lang == "zh" else names
    detail: dict[str, Any] = {
        name: called.get(value, value) if name in ("place", "other", "nearest") else value
        for name, value in found.detail.items()
    }
    return find_text(f"bureau.finding.{found.code}", lang, **detail) or found.code


def recheck(
    tables: Tables, found: Sequence[Finding], doubts: Sequence[Doubt], complained: Mapping[tuple[str, str, str], int],
    trips_to: Mapping[str, int], lang: str, names: Mapping[str, str],
) -> list[Row]:  # fmt: skip
    """What to look up, what matters most first.

    Parameters
    ----------
    doubts
        Of `quality.verify_next`; empty where no trips were counted.
    complained
        Open reports by table, record and column (`settling.complaints`).
    trips_to
        Trips to each place; empty where none were counted.
    """
    why: dict[tuple[str, str, str], str] = {key: text("bureau.recheck.reported", lang) for key in complained}
    trips: dict[tuple[str, str, str], int] = {key: trips_to.get(key[1], 0) for key in complained}
    for doubt in doubts:
        key = (doubt.table, find_key(tables, doubt.table, doubt.row), doubt.column)
        basis = find_text(f"staff.value.{doubt.basis}", lang) or text("staff.unknown", lang)
        why.setdefault(key, text("bureau.recheck.doubtful", lang, basis=basis))
        trips[key] = doubt.trips
    for one in found:
        if one.kind in LISTED:
            key = (one.table, find_key(tables, one.table, one.row), one.column)
            why.setdefault(key, finding_words(one, lang, names))
            trips.setdefault(key, trips_to.get(one.row, 0))
    rows = [Row(*key, why[key], trips[key], complained.get(key, 0)) for key in why]
    return sorted(rows, key=lambda row: (-row.reports, -row.trips, row.table, row.key, row.column))[:MOST]


def recheck_report(
    region: Region, rows: Sequence[Row], tables: Tables, lang: str, made: dt.datetime, names: Mapping[str, str],
    visitors: int,
) -> Report:  # fmt: skip
    """The list on paper.

    Parameters
    ----------
    visitors
        Of the panel that ``trips`` were counted with; 0 where none were.
    """

    def say(name: str, **values: object) -> str:
        return text(f"bureau.recheck.{name}", lang, **values)

    def shown(row: Row) -> tuple[Cell, ...]:
        cells = tables[row.table].get(row.key, {})
        where = (text(f"bureau.table.{row.table}", lang), find_text(f"staff.column.{row.column}", lang) or row.column)
        now = (cells.get(row.column, ""), source_of(cells, row.column))
        return (names.get(row.key, row.key), *where, row.why, *now, row.reports, row.trips)

    heads = tuple(say(name) for name in ("record", "table", "field", "why", "now", "source", "reports", "trips"))
    year, week, _ = made.isocalendar()
    about = say("about", revision=region.revision, week=f"{year}-W{week:02d}")
    counted = say("counted", visitors=visitors) if visitors else say("uncounted")
    return Report(say("title"), (about, counted), (Sheet(say("title"), heads, tuple(map(shown, rows))),), made, lang)


def source_of(cells: Cells, column: str) -> str:
    """Where a field's value comes from: its own source, else that of the whole record."""
    for part in cells.get("field_sources", "").split(" | "):
        name, _, rest = part.partition(":")
        if name == column and rest:
            return rest
    return cells.get("source", "")
