"""Cells against their columns, every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recommender.catalog.files import Sheet, problem
from recommender.catalog.grammars import Unreadable
from recommender.catalog.tables import Column
from recommender.errors import Problem

HEADER_CODES = frozenset({"data_column_missing", "data_column_unknown", "data_column_twice", "data_column_unnamed"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row as values by field name; cells that could not be read are missing."""

    line: int
    values: dict[str, Any]

    def get(self, field: str) -> Any:
        """The value of a field; None too where it could not be read."""
        return self.values.get(field)


def fault_of(column: Column, cell: str) -> Unreadable | None:
    """Why a cell cannot be read; None where it can."""
    if not cell:
        return Unreadable("data_blank") if column.required else None
    try:
        column.read(cell)
    except Unreadable as fault:
        return fault
    return None


def check_cells(sheet: Sheet) -> list[Problem]:
    """Every cell that is blank and may not be, or does not hold what its column wants; in order of rows."""
    if len(set(sheet.header)) != len(sheet.header):
        return []
    # Columns that are missing or unknown have been named while the header was read.
    columns = {column.name: column for column in sheet.table.columns}
    return [
        problem(sheet.table, fault.code, cell, line=row.line, column=name, **fault.args_named)
        for row in sheet.rows
        for name, cell in row.cells.items()
        if name in columns and (fault := fault_of(columns[name], cell)) is not None
    ]


def read_rows(sheet: Sheet) -> list[Row]:
    """The rows as values, without the cells that cannot be read."""
    rows = []
    for raw in sheet.rows:
        values: dict[str, Any] = {}
        for column in sheet.table.columns:
            cell = raw.cells.get(column.name)
            if cell is not None and fault_of(column, cell) is None:
                values[column.field] = column.read(cell)
        rows.append(Row(raw.line, values))
    return rows
