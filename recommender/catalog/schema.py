"""Cells against their columns, whole columns at a time, every problem at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from recommender.catalog.files import Sheet, problem
from recommender.catalog.grammars import Unreadable
from recommender.catalog.tables import TABLES, Column
from recommender.errors import Problem

if TYPE_CHECKING:
    import pandera.pandas as pa

HEADER_CODES = frozenset({"data_column_missing", "data_column_unknown", "data_column_twice", "data_column_unnamed"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row as values by field name; cells that could not be read are missing."""

    line: int
    values: dict[str, Any]

    def get(self, field: str) -> Any:
        """The value of a field; None too where it could not be read."""
        return self.values.get(field)


@cache
def schema_of(name: str) -> pa.DataFrameSchema:
    """The pandera schema of a file: its columns, which of them may be blank, what their cells must hold."""
    # Imported late: pandas and pandera cost a second that a door need not wait for.
    import pandera.pandas as pa

    table = next(table for table in TABLES if table.name == name)
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                None,
                pa.Check(_readable(column), element_wise=True, ignore_na=True, name="readable"),
                nullable=not column.required,
            )
            for column in table.columns
        },
        strict=True,
        name=table.file,
    )


def _readable(column: Column) -> Callable[[str], bool]:
    def check(cell: str) -> bool:
        return fault_of(column, cell) is None

    return check


def fault_of(column: Column, cell: str) -> Unreadable | None:
    """Why a cell cannot be read; None where it can."""
    try:
        column.read(cell)
    except Unreadable as fault:
        return fault
    return None


def check_cells(sheet: Sheet) -> list[Problem]:
    """Every cell that is blank and may not be, or does not hold what its column wants; in order of rows."""
    import pandas as pd
    import pandera.pandas as pa

    if not sheet.rows or len(set(sheet.header)) != len(sheet.header):
        return []
    lines = [row.line for row in sheet.rows]
    frame = pd.DataFrame(
        [[cell or None for cell in row.cells.values()] for row in sheet.rows],
        columns=list(sheet.header),
        index=lines,
        dtype=object,
    )
    try:
        schema_of(sheet.table.name).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    cells = {row.line: row.cells for row in sheet.rows}
    found = []
    # Columns that are missing or unknown have been named while the header was read.
    for name, line in zip(cases["column"], cases["index"], strict=True):
        if name in sheet.header and line in cells:
            column = sheet.table.column(name)
            found.append(_cell_problem(sheet, column, int(line), cells[line][name]))
    order = {name: k for k, name in enumerate(sheet.header)}
    return sorted(found, key=lambda p: (p.args["row"], order[p.args["column"]]))


def _cell_problem(sheet: Sheet, column: Column, line: int, cell: str) -> Problem:
    fault = fault_of(column, cell) if cell else Unreadable("data_blank")
    assert fault is not None
    return problem(sheet.table, fault.code, cell, line=line, column=column.name, **fault.args_named)


def read_rows(sheet: Sheet) -> list[Row]:
    """The rows as values, without the cells that cannot be read."""
    rows = []
    for raw in sheet.rows:
        values: dict[str, Any] = {}
        for column in sheet.table.columns:
            cell = raw.cells.get(column.name)
            if cell is not None and (cell or not column.required) and fault_of(column, cell) is None:
                values[column.field] = column.read(cell)
        rows.append(Row(raw.line, values))
    return rows
