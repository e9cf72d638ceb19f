"""What two states of the data differ in, by table, record and field, and how two people's changes go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recommender.catalog.records import Cells, Tables
from recommender.catalog.tables import TABLES

ChangeKind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell before and after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record before and after; None where it is not there."""

    table: str
    key: str
    before: Cells | None
    after: Cells | None

    @property
    def kind(self) -> ChangeKind:
        """What happened to it."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """The cells that differ, in order of the columns; of a record that is new or gone, all that are filled."""
        before, after = self.before or {}, self.after or {}
        return tuple(
            FieldChange(column, before.get(column, ""), after.get(column, ""))
            for column in (after or before)
            if before.get(column, "") != after.get(column, "")
        )


@dataclass(frozen=True, slots=True)
class Conflict:
    """One cell that two people changed in different ways.

    Attributes
    ----------
    column
        Empty where one of them removed the record that the other changed; then the texts are ``kept`` or ``removed``.
    base, mine, theirs
        As both found it, as the later one wants it, as the earlier one left it.
    """

    table: str
    key: str
    column: str
    base: str
    mine: str
    theirs: str

    def as_dict(self) -> dict[str, str]:
        """As plain data."""
        return {name: getattr(self, name) for name in ("table", "key", "column", "base", "mine", "theirs")}


def difference(before: Tables, after: Tables) -> tuple[RecordChange, ...]:
    """Every record that is not the same, in order of tables and keys."""
    found = []
    for table in TABLES:
        old, new = before.get(table.name, {}), after.get(table.name, {})
        if old is new:
            continue
        found += [
            RecordChange(table.name, key, old.get(key), new.get(key))
            for key in sorted(old.keys() | new.keys())
            if old.get(key) != new.get(key)
        ]
    return tuple(found)


def merge_record(
    table: str, key: str, base: Cells | None, mine: Cells | None, theirs: Cells | None
) -> tuple[Cells | None, tuple[Conflict, ...]]:
    """Two changes of one record as one.

    Returns
    -------
    tuple
        The record with both changes, mine where they clash, and the clashes.
    """
    if mine in (base, theirs):
        return theirs, ()
    if theirs == base:
        return mine, ()
    if mine is None or theirs is None:
        said = ("kept" if side is not None else "removed" for side in (base, mine, theirs))
        return mine, (Conflict(table, key, "", *said),)
    merged, conflicts = dict(theirs), []
    for column, wanted in mine.items():
        was, now = (base or {}).get(column, ""), theirs.get(column, "")
        if wanted == was:
            continue
        merged[column] = wanted
        if now not in (was, wanted):
            conflicts.append(Conflict(table, key, column, was, wanted, now))
    return merged, tuple(conflicts)


def merge_tables(
    base: Tables, mine: Tables, theirs: Tables
) -> tuple[dict[str, dict[str, Cells]], tuple[Conflict, ...]]:
    """Two sets of changes as one, record by record as `merge_record`."""
    merged = {table.name: dict(theirs.get(table.name, {})) for table in TABLES}
    conflicts: list[Conflict] = []
    for change in difference(base, mine):
        now = theirs.get(change.table, {}).get(change.key)
        cells, clashes = merge_record(change.table, change.key, change.before, change.after, now)
        conflicts += clashes
        if cells is None:
            merged[change.table].pop(change.key, None)
        else:
            merged[change.table][change.key] = cells
    return merged, tuple(conflicts)
