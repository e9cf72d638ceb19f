"""From a folder of files to a catalogue, or to everything that is wrong with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from recommender.catalog.coherence import check_coherence
from recommender.catalog.files import Sheet, read_sheet
from recommender.catalog.places import Catalog
from recommender.catalog.references import check_references, check_unique
from recommender.catalog.schema import Row, check_cells, read_rows
from recommender.catalog.tables import TABLES, Table
from recommender.errors import CatalogInvalid, Problem

REVISION_LENGTH: Final = 12
SHELVES: Final = {
    "attractions": "attractions", "hubs": "hubs", "lodging": "lodging", "dining": "dining", "collections": "collections",
    "themed_routes": "routes", "advice": "advice", "sources": "sources",
}  # fmt: skip
"""File to field of `Catalog`, for files whose rows have an id that others name."""
LISTS: Final = ("links", "events", "holidays", "closures", "pictures", "licences")


def load_catalog(directory: Path | str) -> Catalog:
    """Read the data files of a folder.

    Parameters
    ----------
    directory
        Holds one UTF-8 file for each of `tables.TABLES`; a byte order mark is accepted.

    Raises
    ------
    CatalogInvalid
        With every problem of every file at once.
    """
    problems, rows = _read(Path(directory))
    if problems:
        raise CatalogInvalid(problems)
    return assemble(rows)


def check_catalog(directory: Path | str) -> list[Problem]:
    """Every problem of the data files, in order of files and rows; empty where they can be loaded."""
    return _read(Path(directory))[0]


def _read(directory: Path) -> tuple[list[Problem], dict[str, list[Row]]]:
    if not directory.is_dir():
        return [Problem(str(directory), str(directory), "data_folder_missing")], {}
    return check_sheets({table.name: read_sheet(directory, table) for table in TABLES})


def check_sheets(sheets: Mapping[str, Sheet]) -> tuple[list[Problem], dict[str, list[Row]]]:
    """Every problem of all files together, in order of files and rows, and the rows as values."""
    rows = {name: read_rows(sheet) for name, sheet in sheets.items()}
    problems = [p for sheet in sheets.values() for p in (*sheet.problems, *check_cells(sheet))]
    problems += [*check_unique(sheets, rows), *check_references(sheets, rows), *check_coherence(rows)]
    place = {table.file: k for k, table in enumerate(TABLES)}
    return sorted(problems, key=lambda p: (place[p.args["file"]], p.args.get("row", 0))), rows


def assemble(rows: Mapping[str, Sequence[Row]]) -> Catalog:
    """The catalogue of rows in which `check_sheets` has found no problem."""
    records = {
        table.name: in_order(table, [table.record(**row.values) for row in rows[table.name]]) for table in TABLES
    }
    fields: dict[str, Any] = {
        field: {record.id: record for record in records[name]} for name, field in SHELVES.items()
    } | {name: tuple(records[name]) for name in LISTS}
    return Catalog(**fields, revision=_revision(records))


def in_order(table: Table, records: Sequence[Any]) -> list[Any]:
    """Records by id, or by their cells from the left where they have none."""
    if hasattr(table.record, "id"):
        return sorted(records, key=lambda record: str(record.id))
    return sorted(records, key=lambda record: cells_of(table, record))


def cells_of(table: Table, record: Any) -> list[str]:
    """A record as the cells of its row, in the order of the file's columns."""
    return [column.write(getattr(record, column.field)) for column in table.columns]


def records_of(catalog: Catalog, table: Table) -> list[Any]:
    """The records of one file, in order."""
    held = getattr(catalog, SHELVES.get(table.name, table.name))
    return list(held.values() if isinstance(held, dict) else held)


def _revision(records: Mapping[str, Sequence[Any]]) -> str:
    # Cells written from values, not as they were typed: 30, 30.0 and a stray blank are the same content.
    content = {
        table.name: [[column.name for column in table.columns], *(cells_of(table, r) for r in records[table.name])]
        for table in TABLES
        if records[table.name] or not table.optional
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:REVISION_LENGTH]
