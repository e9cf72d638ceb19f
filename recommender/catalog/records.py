"""The data as records: cells of text by column, under a key that outlives their changes.

Revisions, drafts and uploads are all made of these. The key of a record is its id (or date) where its table has one; ways and
closures, which have none, are known by what they held when they were first written down. Cells are canonical: what is read
from them and written again is the same text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from recommender.catalog.coherence import check_row
from recommender.catalog.files import CONTROL, RawRow, Sheet, problem
from recommender.catalog.loading import assemble, cells_of, check_sheets, records_of
from recommender.catalog.places import Catalog
from recommender.catalog.schema import Row, fault_of
from recommender.catalog.tables import TABLES, Table
from recommender.errors import CatalogInvalid, Problem

Cells = Mapping[str, str]
"""One record: every column of its table, blank ones included."""
Records = Mapping[str, Cells]
"""One table: records by key."""
Tables = Mapping[str, Records]
"""All tables by name."""

FIRST_ROW: Final = 2
"""Below the names of the columns."""
LONGEST_CELL: Final = 20_000
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem and the record it is about.

    Attributes
    ----------
    key
        None where a table as a whole is meant.
    column
        None where a record as a whole is meant.
    """

    problem: Problem
    table: str
    key: str | None = None
    column: str | None = None


def get_table(name: str) -> Table:
    """The table of that name.

    Raises
    ------
    LookupError
        There is none.
    """
    for table in TABLES:
        if table.name == name:
            return table
    raise LookupError(name)


def tables_of(catalog: Catalog) -> dict[str, dict[str, Cells]]:
    """A catalogue as records."""
    names = {table.name: [column.name for column in table.columns] for table in TABLES}
    return {
        table.name: keyed(table, (dict(zip(names[table.name], cells_of(table, record), strict=True))
                                  for record in records_of(catalog, table)))
        for table in TABLES
    }  # fmt: skip


def catalog_of(tables: Tables) -> Catalog:
    """Records as a catalogue.

    Raises
    ------
    CatalogInvalid
        With every problem of every table at once.
    """
    problems, rows = check_sheets(sheets_of(tables))
    if problems:
        raise CatalogInvalid(problems)
    return assemble(rows)


def check_tables(tables: Tables) -> list[Finding]:
    """Every problem of the records together; empty where they make a catalogue."""
    problems, _ = check_sheets(sheets_of(tables))
    keys = {table.file: [key for key, _ in in_rows(table, tables)] for table in TABLES}
    return [finding_of(found, keys) for found in problems]


def finding_of(found: Problem, keys: Mapping[str, list[str]]) -> Finding:
    """Which record a problem is about; ``keys`` are those of each file, in order of its rows."""
    file, row = found.args["file"], found.args.get("row", 0)
    at = row - FIRST_ROW
    key = keys[file][at] if 0 <= at < len(keys[file]) else None
    return Finding(found, file.removesuffix(".csv"), key, found.args.get("column"))


def sheets_of(tables: Tables) -> dict[str, Sheet]:
    """Records as if they had been read from files, in order."""
    return {
        table.name: Sheet(
            table,
            tuple(column.name for column in table.columns),
            tuple(
                RawRow(line, whole(table, cells)) for line, (_, cells) in enumerate(in_rows(table, tables), FIRST_ROW)
            ),
        )
        for table in TABLES
    }


def in_rows(table: Table, tables: Tables) -> list[tuple[str, Cells]]:
    """Key and cells of a table's records in the order in which they are written to a file."""
    records = tables.get(table.name, {})
    if table.key:
        return sorted(records.items())
    columns = [column.name for column in table.columns]
    return sorted(records.items(), key=lambda pair: [pair[1].get(column, "") for column in columns])


def whole(table: Table, cells: Cells) -> dict[str, str]:
    """The cells of every column in order; those not given are blank."""
    return {column.name: cells.get(column.name, "") for column in table.columns}


def whole_tables(tables: Tables) -> dict[str, dict[str, Cells]]:
    """Every table with every column of this version of the program, blank in what was kept before there was one."""
    return {
        table.name: {key: whole(table, cells) for key, cells in tables.get(table.name, {}).items()} for table in TABLES
    }


def keyed(table: Table, records: Iterable[Cells]) -> dict[str, Cells]:
    """Records under their keys."""
    found: dict[str, Cells] = {}
    for cells in records:
        found[new_key(table, cells, found)] = cells
    return found


def new_key(table: Table, cells: Cells, taken: Container[str]) -> str:
    """The key of a new record.

    Of a table with ids it is the id, taken or not; else it follows from the cells, so that two people who write down the
    same closure have written down one.
    """
    if table.key:
        return ":".join(cells.get(column, "") for column in table.key)
    text = json.dumps(list(whole(table, cells).values()), ensure_ascii=False)
    stem = hashlib.sha256(text.encode()).hexdigest()[:16]
    key, times = stem, 1
    while key in taken:
        times += 1
        key = f"{stem}-{times}"
    return key


def tidy_record(
    table: Table, given: Mapping[str, str], *, row: int = FIRST_ROW
) -> tuple[dict[str, str], list[Problem]]:
    """A record as it is kept, and everything that is wrong with it by itself; what it refers to is not asked.

    Parameters
    ----------
    given
        Cells as somebody typed them; columns that are not given are blank.
    row
        Which row to name in the problems.
    """
    names = {column.name for column in table.columns}
    problems = [
        problem(table, "data_column_unknown", name, line=row, column=name, near="–")
        for name in given
        if name not in names
    ]
    cells: dict[str, str] = {}
    values = {}
    for column in table.columns:
        cell = _typed(given.get(column.name, ""))
        cells[column.name] = cell
        found = _cell_problem(table, column.name, cell, row)
        if found is not None:
            problems.append(found)
            continue
        values[column.field] = column.read(cell)
        cells[column.name] = column.write(values[column.field])
    problems += check_row(table, Row(row, values))
    return cells, problems


def _typed(cell: str) -> str:
    return re.sub(r"\r\n?", "\n", cell).strip()


def _cell_problem(table: Table, name: str, cell: str, row: int) -> Problem | None:
    column = table.column(name)
    unprintable = CONTROL.search(cell) or _SURROGATE.search(cell)
    if unprintable:
        return problem(table, "data_control", line=row, column=name, character=f"U+{ord(unprintable[0]):04X}")
    if len(cell) > LONGEST_CELL:
        return problem(table, "data_long", cell, line=row, column=name, limit=LONGEST_CELL)
    if not cell:
        return problem(table, "data_blank", line=row, column=name) if column.required else None
    fault = fault_of(column, cell)
    return problem(table, fault.code, cell, line=row, column=name, **fault.args_named) if fault else None
