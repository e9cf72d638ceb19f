"""A year of a place's hours as the planner will see it, while they are being typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from recommender.calendar import Calendar, HoursFact, Opening
from recommender.catalog.records import Cells, Records, Tables, get_table

DAYS: Final = 365
Year = tuple[tuple[dt.date, Opening], ...]
"""Dates in order, each with what the calendar says of it."""


def year_of(tables: Tables, place: str, cells: Cells, first: dt.date, days: int = DAYS) -> Year:
    """A place's openings from a date on, with the holidays and closures of a draft.

    Parameters
    ----------
    tables
        Of the draft, or of a revision.
    cells
        The attraction's, as typed; each must be readable.

    Raises
    ------
    Unreadable
        A cell is not.
    """
    fact = HoursFact(cells.get("opening_hours") or None, cells.get("hours_basis", ""), cells.get("last_entry") or None)
    closures = {key: row for key, row in tables.get("closures", {}).items() if row["place_id"] == place}
    calendar = Calendar(_read("holidays", tables.get("holidays", {})), _read("closures", closures), {place: fact})
    dates = [first + dt.timedelta(days=k) for k in range(days)]
    return tuple((date, calendar.opening(place, date)) for date in dates)


def changed_days(before: Year, after: Year) -> tuple[dt.date, ...]:
    """The dates on which visitors would find something else."""
    was = dict(before)
    return tuple(date for date, opening in after if date in was and _told(was[date]) != _told(opening))


def _told(opening: Opening) -> tuple[Any, ...]:
    return opening.intervals, opening.last_entry_min


def _read(name: str, records: Records) -> list[Any]:
    table = get_table(name)
    return [table.record(**_values(name, cells)) for cells in records.values()]


def _values(name: str, cells: Cells) -> Mapping[str, Any]:
    return {column.field: column.read(cells[column.name]) for column in get_table(name).columns}
