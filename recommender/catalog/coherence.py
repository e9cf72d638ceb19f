"""What must agree within a row, and between the rows of a joint ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from recommender.catalog.files import problem
from recommender.catalog.schema import Row
from recommender.catalog.tables import (
    ATTRACTIONS,
    CLOSURES,
    COUNTIES,
    DINING,
    EVENTS,
    HOLIDAYS,
    LINKS,
    THEMED_ROUTES,
    Table,
)
from recommender.errors import Problem

Rows = Mapping[str, Sequence[Row]]


def check_coherence(rows: Rows) -> Iterator[Problem]:
    """Every contradiction within rows, and joint tickets with more than one price."""
    for table, _ in _CHECKS:
        for row in rows[table.name]:
            yield from check_row(table, row)
    yield from _joint_tickets(rows["attractions"])
    yield from _areas(rows["attractions"])


def check_row(table: Table, row: Row) -> Iterator[Problem]:
    """Every contradiction within one row."""
    for of, check in _CHECKS:
        if of is table:
            yield from check(row)


def _attraction(row: Row) -> Iterator[Problem]:
    county, zh = row.get("county"), row.get("county_zh")
    if county and zh and COUNTIES[county] != zh:
        yield _odd(ATTRACTIONS, row, "county_zh", "data_other", other="county", wanted=COUNTIES[county])
    yield from _order(ATTRACTIONS, row, "min_visit_minutes", "max_visit_minutes")
    yield from _order(ATTRACTIONS, row, "stroll_minutes", "visit_minutes")
    yield from _together(ATTRACTIONS, row, "opening_hours", "hours_basis")
    yield from _together(ATTRACTIONS, row, "ticket_cny", "ticket_basis")
    yield from _needs(ATTRACTIONS, row, "ticket_group", "ticket_cny")
    yield from _needs(ATTRACTIONS, row, "stroll_minutes", "area_visit")
    if row.get("area_visit") == "stroll":
        yield from _needs(ATTRACTIONS, row, "area_visit", "stroll_minutes")
    if row.get("suggest") is False:
        yield from _needs(ATTRACTIONS, row, "suggest", "suggest_note")
    yield from _needs(ATTRACTIONS, row, "booking_opens_at", "booking_opens_days")
    yield from _needs(ATTRACTIONS, row, "booking_opens_days", "booking_channel")
    for column in ("area_id", "alternative_of"):
        if row.get(column) is not None and row.get(column) == row.get("id"):
            yield _odd(ATTRACTIONS, row, column, "data_itself")
    for column in ("booking_channel", "ticket_note", "checked_note", "accessibility_note"):
        yield from _together(ATTRACTIONS, row, column, f"{column}_en")


def _link(row: Row) -> Iterator[Problem]:
    if row.get("from_id") is not None and row.get("from_id") == row.get("to_id"):
        yield _odd(LINKS, row, "to_id", "data_itself")
    yield from _order(LINKS, row, "first_departure", "last_departure")
    yield from _together(LINKS, row, "operating_note", "operating_note_en")
    times = row.get("departures")
    for column, end in (("first_departure", 0), ("last_departure", -1)):
        given = row.get(column)
        if times and given is not None and given != times[end]:
            wanted = LINKS.column(column).write(times[end])
            yield _odd(LINKS, row, column, "data_other", other="departures", wanted=wanted)
    if row.get("usable") is False:
        yield from _needs(LINKS, row, "usable", "usable_note")
    if row.get("service") and row.get("mode") in ("drive", "walk"):
        yield _odd(LINKS, row, "service", "data_other", other="mode", wanted="–")


def _dining(row: Row) -> Iterator[Problem]:
    yield from _together(DINING, row, "dishes", "dishes_en")
    zh, en = row.get("dishes"), row.get("dishes_en")
    if zh and en and len(zh) != len(en):
        yield _odd(DINING, row, "dishes_en", "data_as_many", other="dishes", wanted=len(zh))


def _event(row: Row) -> Iterator[Problem]:
    yield from _needs(EVENTS, row, "dates_2026", "dates_source")
    yield from _needs(EVENTS, row, "dates_2027", "dates_source")


def _holiday(row: Row) -> Iterator[Problem]:
    date = row.get("date")
    if date and row.get("year") is not None and row.get("year") != date.year:
        yield _odd(HOLIDAYS, row, "year", "data_other", other="date", wanted=date.year)


def _closure(row: Row) -> Iterator[Problem]:
    yield from _order(CLOSURES, row, "from", "to")


def _route(row: Row) -> Iterator[Problem]:
    if row.get("kind") == "published":
        yield from _needs(THEMED_ROUTES, row, "kind", "source")


_CHECKS: Final[tuple[tuple[Table, Callable[[Row], Iterator[Problem]]], ...]] = (
    (ATTRACTIONS, _attraction),
    (LINKS, _link),
    (DINING, _dining),
    (EVENTS, _event),
    (HOLIDAYS, _holiday),
    (CLOSURES, _closure),
    (THEMED_ROUTES, _route),
)


def _joint_tickets(attractions: Sequence[Row]) -> Iterator[Problem]:
    """All rows of a group carry one price with the same concessions, since it is charged once, wherever it is bought."""
    first: dict[str, Row] = {}
    for row in attractions:
        group = row.get("ticket_group")
        if group is None:
            continue
        other = first.setdefault(group, row)
        for column in ("ticket_cny", "ticket_basis", "concessions"):
            field = ATTRACTIONS.column(column).field
            if {field} <= row.values.keys() & other.values.keys() and row.get(field) != other.get(field):
                wanted = ATTRACTIONS.column(column).write(other.get(field)) or "–"
                yield _odd(ATTRACTIONS, row, column, "data_joint", group=group, wanted=wanted,
                           first=f"{ATTRACTIONS.file}:{other.line}")  # fmt: skip


def _areas(attractions: Sequence[Row]) -> Iterator[Problem]:
    """An area lies in no other area."""
    for row in attractions:
        if row.get("area_visit") is not None and row.get("area_id") is not None:
            yield _odd(ATTRACTIONS, row, "area_id", "data_area_in_area")


def _odd(table: Table, row: Row, column: str, code: str, **args: Any) -> Problem:
    shown = table.column(column)
    return problem(table, code, shown.write(row.get(shown.field)), line=row.line, column=column, **args)


def _order(table: Table, row: Row, less: str, more: str) -> Iterator[Problem]:
    low, high = (row.get(table.column(name).field) for name in (less, more))
    if low is not None and high is not None and high < low:
        yield _odd(table, row, more, "data_order", other=less, limit=table.column(less).write(low))


def _together(table: Table, row: Row, one: str, other: str) -> Iterator[Problem]:
    yield from _needs(table, row, one, other)
    yield from _needs(table, row, other, one)


def _needs(table: Table, row: Row, given: str, needed: str) -> Iterator[Problem]:
    """Where a cell is filled, another must be; a cell that could not be read counts as filled."""
    have, want = table.column(given).field, table.column(needed).field
    blank = (None, "", ())
    if have in row.values and row.get(have) not in blank and want in row.values and row.get(want) in blank:
        shown = table.column(given).write(row.get(have))
        yield problem(table, "data_needs", shown, line=row.line, column=needed, other=given)
