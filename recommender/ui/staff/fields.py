"""One form for every table: a field for each column, as the column's kind asks, with what is wrong beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from recommender.bureau.drafting import cell_message
from recommender.catalog.records import Cells, tidy_record
from recommender.catalog.tables import Column, Table
from recommender.errors import Problem
from recommender.markup import tag
from recommender.travel.datum import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from recommender.ui.staff.differences import REFERENCES, column_name, value_name
from recommender.ui.staff.room import WANTED, Room, show
from recommender.ui.state import bind

Turn = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Datum:
    """From WGS-84 to what a map shows, and back."""

    shown: Turn
    kept: Turn


DATUMS: Final = {
    "wgs84": Datum(lambda lat, lon: (lat, lon), lambda lat, lon: (lat, lon)),
    "gcj02": Datum(wgs84_to_gcj02, gcj02_to_wgs84),
    "bd09": Datum(wgs84_to_bd09, bd09_to_wgs84),
}
GROUPS: Final = {
    "hours": (
        "opening_hours", "hours_basis", "last_entry", "last_entry_note", "open_hours", "rule", "date_rule", "months",
        "dates_2026", "dates_2027", "dates_status", "dates_source", "date", "from", "to", "reason", "night_opening",
        "performance_times", "best_months", "best_part_of_day",
    ),
    "money": (
        "ticket_cny", "ticket_basis", "ticket_group", "concessions", "ticket_note", "ticket_note_en", "fare_cny",
        "price_level", "booking_required", "booking_channel", "booking_channel_en", "booking_opens_days",
        "booking_opens_at",
    ),
    "transport": (
        "distance_km", "minutes", "service", "headway_or_trips_per_day", "headway_min", "trips_per_day",
        "first_departure", "last_departure", "departures", "oneway", "usable", "usable_note", "operating_note",
        "operating_note_en",
    ),
    "place": (
        "lat", "lon", "coord_confidence", "county", "county_zh", "area", "area_id", "address", "phone",
    ),
    "visit": (
        "visit_minutes", "min_visit_minutes", "max_visit_minutes", "popularity", "indoor", "steps_level", "wheelchair",
        "toilets", "accessibility_note", "capacity_day", "capacity_now", "area_visit", "stroll_minutes", "walled",
        "alternative_of", "suggest", "suggest_note",
    ),
    "words": (
        "description_zh", "description_en", "note", "note_zh", "note_en", "dishes", "dishes_en",
    ),
    "source": (
        "source", "confidence", "checked_note", "checked_note_en", "field_sources",
    ),
}  # fmt: skip
"""Which fields stand together; the rest comes first, under ``names``."""
OPEN: Final = dict.fromkeys(("themed_routes", "collections", "pictures", "licences"), ("names",))
"""Which groups stand open at first, where it is not hours and money."""
_PROSE: Final = ("description_zh", "description_en", "checked_note", "checked_note_en", "source", "field_sources", "concessions",
                 "accessibility_note", "operating_note", "operating_note_en", "departures")  # fmt: skip


def grouped(table: Table) -> dict[str, list[Column]]:
    """The columns of a table by group, in order of the groups; none is left out."""
    group_of = {column: group for group, columns in GROUPS.items() for column in columns}
    found: dict[str, list[Column]] = {name: [] for name in ("names", *GROUPS)}
    for column in table.columns:
        found[group_of.get(column.name, "names")].append(column)
    for group, columns in found.items():
        order = GROUPS.get(group, ())
        columns.sort(key=lambda column: order.index(column.name) if column.name in order else -1)
    return {group: columns for group, columns in found.items() if columns}


def form(room: Room, table: Table, cells: Cells, names: Mapping[str, str], mark: str, *, new: bool = False) -> dict[str, str]:
    """The form; returns all cells as they stand in it.

    Parameters
    ----------
    mark
        Makes the keys of the widgets those of this record at this version.
    new
        Whether the record is yet to be added; else its key cannot be changed.
    """
    typed: dict[str, str] = {}
    places = {}
    for group, columns in grouped(table).items():
        led = room.asked.get("column", "") in {column.name for column in columns}
        with st.expander(room.say(f"group.{group}"), expanded=led or new or group in OPEN.get(table.name, ("hours", "money"))):
            shown = _datum(room, cells, mark) if any(column.name == "lat" for column in columns) else Shown("wgs84", cells)
            with st.container(key=f"jz_fields_{group}"):
                for column in columns:
                    held, own = not new and column.name in table.key, shown.mark(mark, column)
                    wanted = column.name == room.asked.get("column")
                    with st.container(gap=None, key="jz_wanted" if wanted else None):
                        if wanted:
                            show(tag("p", room.say("wanted"), class_="wanted", id=WANTED))
                        typed[column.name] = _field(room, column, shown.cell(column.name), names, own, held=held)
                        places[column.name] = st.empty()
            typed.update(shown.kept(room, typed))
    for problem in problems_of(table, typed):
        column = problem.args.get("column", "")
        if column in places and not (new and typed[column] == cells.get(column, "")):
            places[column].html(str(tag("p", cell_message(problem, room.lang), class_="wrong", role="alert")))
    return typed


def field_key(mark: str, column: str) -> str:
    """The key of a column's widget."""
    return f"jz_f_{mark}_{column}"


def datum_key(mark: str) -> str:
    """The key of the choice of a datum."""
    return f"jz_datum_{mark}"


def problems_of(table: Table, typed: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a record by itself."""
    return tidy_record(table, typed)[1]


def _field(room: Room, column: Column, cell: str, names: Mapping[str, str], mark: str, *, held: bool) -> str:
    label = column_name(column.name, room.lang) + (" *" if column.required else "")
    key = field_key(mark, column.name)
    options = _options(column, cell, names)
    if options is not None:

        def named(code: str) -> str:
            if column.name in REFERENCES and code:
                return room.say("aside", words=names.get(code, code), aside=code)
            return value_name(column.name, code, room.lang)

        index = options.index(cell) if cell in options else 0
        return str(st.selectbox(label, options, index=index, format_func=named, key=key, disabled=held))
    if column.name in ("place_ids", "venue_ids"):
        ids = [part.strip() for part in cell.split(";") if part.strip()]
        chosen = st.multiselect(
            label, list(dict.fromkeys([*ids, *names])), default=ids, format_func=lambda code: names.get(code, code), key=key,
            placeholder=room.say("find"), disabled=held,
        )  # fmt: skip
        return ";".join(chosen)
    hint = room.say("hint.opening_hours") if column.name == "opening_hours" else None
    if column.name in _PROSE:
        return str(st.text_area(label, key=bind(key, cell), disabled=held, height="content"))
    return str(st.text_input(label, key=bind(key, cell), disabled=held, help=hint))


def _options(column: Column, cell: str, names: Mapping[str, str]) -> list[str] | None:
    if column.name in REFERENCES:
        found = ["", *names]
    elif column.kind.codes:
        found = [*column.kind.codes] if column.required else ["", *column.kind.codes]
    else:
        return None
    return found if cell in found else [cell, *found]


# -------------------------------------------------------------------------------------------------- coordinates


@dataclass(frozen=True, slots=True)
class Shown:
    """A record's cells, its point in the datum of the map that somebody reads from."""

    datum: str
    cells: Cells

    def point(self) -> dict[str, str]:
        """The point in that datum; empty where there is none yet."""
        try:
            lat, lon = DATUMS[self.datum].shown(float(self.cells["lat"]), float(self.cells["lon"]))
        except (KeyError, ValueError):
            return {}
        return {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}

    def cell(self, column: str) -> str:
        """What a field shows at first."""
        own = self.cells.get(column, "")
        return own if self.datum == "wgs84" or column not in ("lat", "lon") else self.point().get(column, own)

    def mark(self, mark: str, column: Column) -> str:
        """What makes a field that of this datum."""
        return f"{mark}_{self.datum}" if column.name in ("lat", "lon") else mark

    def kept(self, room: Room, typed: Mapping[str, str]) -> dict[str, str]:
        """The point as it is kept, in WGS-84; as typed where it is no point."""
        if self.datum == "wgs84":
            return {}
        given = {name: typed[name].strip() for name in ("lat", "lon")}
        if given == self.point():
            return {name: self.cells[name] for name in given}
        try:
            lat, lon = DATUMS[self.datum].kept(float(given["lat"]), float(given["lon"]))
        except ValueError:
            return {}
        kept = {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}
        show(tag("p", room.say("datum.kept", lat=kept["lat"], lon=kept["lon"]), class_="count"))
        return kept


def _datum(room: Room, cells: Cells, mark: str) -> Shown:
    chosen = st.radio(
        room.say("datum.title"), list(DATUMS), format_func=lambda code: room.say(f"datum.{code}"), horizontal=True,
        key=datum_key(mark), help=room.say("datum.help"),
    )  # fmt: skip
    return Shown(str(chosen), cells)
