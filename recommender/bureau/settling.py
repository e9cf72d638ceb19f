"""What visitors say is wrong: one heap for each place and fact, the way to the field that it is about, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from recommender.bureau.desk import Action, Person, acting, looking, sentence
from recommender.catalog.records import Tables
from recommender.catalog.references import PLACES
from recommender.errors import NotFound, Problem, RequestError
from recommender.store import Database, KeptReport, reports

Outcome = Literal["mended", "right", "unclear"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
"""The fact was wrong and is mended; it is right as it stands; nobody could say."""
COLUMNS: Final = {
    "attractions": {"hours": "opening_hours", "closed": "opening_hours", "price": "ticket_cny", "place": "lat"},
    "dining": {"hours": "open_hours", "closed": "open_hours", "price": "price_level", "place": "lat"},
    "lodging": {"place": "lat"},
    "hubs": {"place": "lat"},
}
"""The column that what a visitor complains of is kept in."""


@dataclass(frozen=True, slots=True)
class Heap:
    """Reports about one fact of one place that nobody has settled, the latest first."""

    place: str
    field: str
    reports: tuple[KeptReport, ...]

    @property
    def latest(self) -> dt.datetime:
        """When the last one came."""
        return self.reports[0].sent


def list_heaps(person: Person, *, database: Database | None = None) -> list[Heap]:
    """What is still to be settled: where most have complained first, then the latest.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.looking`.
    """
    with looking(person, database, Action.SETTLE) as connection:
        return heaps_of(reports.find_reports(connection, is_open=True))


def heaps_of(found: Iterable[KeptReport]) -> list[Heap]:
    """Reports by place and field."""
    heaps: dict[tuple[str, str], list[KeptReport]] = {}
    for kept in found:
        heaps.setdefault((kept.report.place, kept.report.field), []).append(kept)
    made = [Heap(place, field, tuple(some)) for (place, field), some in heaps.items()]
    return sorted(made, key=lambda heap: (-len(heap.reports), -heap.latest.timestamp(), heap.place, heap.field))


def list_settled(person: Person, *, most: int = 50, database: Database | None = None) -> list[KeptReport]:
    """What was settled, the latest report first.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.looking`.
    """
    with looking(person, database, Action.SETTLE) as connection:
        return reports.find_reports(connection, is_open=False, limit=most)


def settle(
    person: Person, which: Sequence[int], outcome: Outcome | str, note: str, *, database: Database | None = None
) -> list[KeptReport]:
    """Say what became of reports; returns those that it now holds for.

    Parameters
    ----------
    which
        Their numbers; those that somebody else has settled meanwhile stay as they are.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        No such outcome, or no note.
    NotFound
        None of them is still to be settled.
    """
    if outcome not in OUTCOMES:
        raise RequestError([Problem("outcome", str(outcome)[:40], "field_choice", {"allowed": ", ".join(OUTCOMES)})])
    note = sentence("note", note)
    with acting(person, Action.SETTLE, database) as desk:
        found = reports.settle_reports(desk.connection, which, outcome, note, desk.person.name, desk.now)
        if not found:
            raise NotFound(what="report")
        for heap in heaps_of(found):
            detail = {"outcome": outcome, "reports": [kept.id for kept in heap.reports]}
            desk.note("settle_report", f"report/{heap.place}/{heap.field}", detail, note)
        return found


def where_to_mend(tables: Tables, place: str, field: str) -> tuple[str, str]:
    """The table of a place, and the column of what is said to be wrong (empty where it may be any)."""
    table = next((name for name in PLACES if place in tables.get(name, {})), PLACES[0])
    return table, COLUMNS[table].get(field, "")


def complaints(heaps: Iterable[Heap], tables: Tables) -> dict[tuple[str, str, str], int]:
    """How many reports are still open, by table, record and column."""
    found: dict[tuple[str, str, str], int] = {}
    for heap in heaps:
        table, column = where_to_mend(tables, heap.place, heap.field)
        key = (table, heap.place, column)
        found[key] = found.get(key, 0) + len(heap.reports)
    return found
