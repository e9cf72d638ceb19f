"""Uploaded files, which come from anybody's spreadsheet: read within bounds, every problem named, no formula taken.

A workbook holds one sheet for each table that it brings; a CSV file is one table. A table that is brought is the whole table:
rows that are not in it are removed.
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from recommender.catalog.cells import plain
from recommender.catalog.files import Sheet, problem, read_text, sheet_of, short
from recommender.catalog.loading import check_sheets
from recommender.catalog.records import Cells, Tables, new_key, sheets_of, tidy_record
from recommender.catalog.tables import TABLES, Table
from recommender.errors import Problem

LARGEST_BYTES: Final = 10 * 1024 * 1024
LARGEST_UNPACKED_BYTES: Final = 80 * 1024 * 1024
LARGEST_RATIO: Final = 200
"""How much a part of a workbook may grow when unpacked, above `FREE_BYTES`; ordinary sheets grow tenfold."""
FREE_BYTES: Final = 1024 * 1024
MOST_PARTS: Final = 500
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 5_000_000
"""Of one sheet, blank ones included: formats reach further than values."""
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_NAMES: Final = {table.name: table for table in TABLES}
_ALLOWED: Final = ", ".join(_NAMES)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was read: its sheets by table, and what is wrong with it as a file."""

    name: str
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    is_workbook: bool = False


def read_upload(name: str, data: bytes) -> Upload:
    """Read a workbook or a CSV file; what cannot be read is among the problems, nothing is raised."""
    if len(data) > LARGEST_BYTES:
        sizes = {"limit": _size(LARGEST_BYTES)}
        return Upload(name, problems=(Problem(short(name), _size(len(data)), "upload_large", sizes),))
    suffix = name.lower().rsplit(".", 1)[-1]
    if suffix in ("xlsx", "xlsm") or (suffix != "csv" and data.startswith(b"PK\x03\x04")):
        return _workbook(name, data)
    if suffix == "csv":
        return _csv(name, data)
    return Upload(name, problems=(Problem("file", short(name), "upload_kind"),))


def matched(upload: Upload, base: Tables) -> dict[str, dict[str, Cells]]:
    """All tables as the upload wants them, under the keys of ``base`` wherever a row is one of its rows.

    Rows without an id are known by their content first; of those left on both sides, the ones that agree in most cells
    are taken for the same row, if they agree in the cells that say what the row is about.
    """
    wanted: dict[str, dict[str, Cells]] = {name: dict(records) for name, records in base.items()}
    for name, sheet in upload.sheets.items():
        table = _NAMES[name]
        rows = [tidy_record(table, raw.cells, row=raw.line)[0] for raw in sheet.rows]
        wanted[name] = _by_key(table, rows) if table.key else _by_content(table, rows, base.get(name, {}))
    return wanted


def check_upload(upload: Upload, base: Tables) -> list[Problem]:
    """Everything that is wrong: with the file, with its rows, and with what other tables say of them."""
    found = check_sheets({**sheets_of(base), **upload.sheets})[0]
    odd = {wrong.field for wrong in found if wrong.code in ("data_formula", "data_error_cell")}
    # What a formula reads like is no second problem.
    found = [wrong for wrong in found if wrong.field not in odd or wrong.code in ("data_formula", "data_error_cell")]
    return [*upload.problems, *(map(_without_suffix, found) if upload.is_workbook else found)]


def _by_key(table: Table, rows: list[dict[str, str]]) -> dict[str, Cells]:
    return {new_key(table, cells, ()): cells for cells in rows}


def _by_content(table: Table, rows: list[dict[str, str]], known: Mapping[str, Cells]) -> dict[str, Cells]:
    keys = {tuple(cells.values()): key for key, cells in known.items()}
    found: dict[str, Cells] = {}
    new = []
    for cells in rows:
        key = keys.get(tuple(cells.values()))
        if key is None or key in found:
            new.append(cells)
        else:
            found[key] = cells
    left = {key: cells for key, cells in known.items() if key not in found}
    for cells in new:
        key = _nearest(table, cells, left) or new_key(table, cells, {*found, *left})
        left.pop(key, None)
        found[key] = cells
    return found


_ABOUT: Final = {"links": ("from_id", "to_id", "mode"), "closures": ("place_id",)}


def _nearest(table: Table, cells: Cells, left: Mapping[str, Cells]) -> str | None:
    about = _ABOUT[table.name]
    same = {
        key: sum(was[column] == cells[column] for column in cells)
        for key, was in left.items()
        if all(was[column] == cells[column] for column in about)
    }
    return max(same, key=lambda key: (same[key], key)) if same else None


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB"


# ------------------------------------------------------------------------------------------------------ CSV


def _csv(name: str, data: bytes) -> Upload:
    text = None if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _decoded(data)
    stem = re.split(r"[/\\]", name)[-1].lower().removesuffix(".csv")
    if text is None:
        return Upload(name, problems=(Problem("file", short(name), "upload_kind"),))
    table = _NAMES.get(stem) or _by_header(text)
    if table is None:
        return Upload(name, problems=(Problem("file", short(name), "upload_table", {"allowed": _ALLOWED}),))
    sheet = read_text(table, text, guarded=True)
    if len(sheet.rows) > MOST_ROWS or len(sheet.header) > MOST_COLUMNS:
        return Upload(name, problems=(problem(table, "data_too_many", rows=MOST_ROWS, columns=MOST_COLUMNS),))
    return Upload(name, {table.name: sheet})


def _decoded(data: bytes) -> str | None:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _by_header(text: str) -> Table | None:
    """The table whose columns a file has, where its name does not say."""
    given = {name.strip().strip('"') for name in text.split("\n", 1)[0].split(",")}
    fits = [table for table in TABLES if given == {column.name for column in table.columns}]
    return fits[0] if len(fits) == 1 else None


# ------------------------------------------------------------------------------------------------- workbooks


def _workbook(name: str, data: bytes) -> Upload:
    refusal = _bounds(name, data)
    if refusal is not None:
        return Upload(name, problems=(refusal,))
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            return _sheets(name, book)
        finally:
            book.close()
    except Exception:  # noqa: BLE001 - whatever a damaged file makes its reader stumble over, the file is damaged
        return Upload(name, problems=(Problem("file", short(name), "upload_damaged"),))


def _bounds(name: str, data: bytes) -> Problem | None:
    """Why a workbook must not be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return Problem("file", short(name), "upload_damaged")
    unpacked = sum(part.file_size for part in parts)
    grows = any(
        part.file_size > FREE_BYTES and part.file_size > LARGEST_RATIO * max(part.compress_size, 1) for part in parts
    )
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED_BYTES or grows:
        return Problem("file", short(name), "upload_bomb")
    return None


def _sheets(name: str, book: Any) -> Upload:
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for worksheet in book.worksheets:
        title = worksheet.title.strip().lower()
        table = _NAMES.get(title)
        if table is None or title in sheets:
            problems.append(Problem("file", short(worksheet.title), "upload_sheet", {"allowed": _ALLOWED}))
            continue
        sheets[title] = _sheet(table, worksheet)
    if not sheets and not problems:
        problems.append(Problem("file", short(name), "upload_empty"))
    return Upload(name, sheets, tuple(problems), is_workbook=True)


def _without_suffix(found: Problem) -> Problem:
    """A sheet is called by its own name."""
    file = found.args["file"].removesuffix(".csv")
    return Problem(found.field.replace(".csv", "", 1), found.value, found.code, {**found.args, "file": file})


def _sheet(table: Table, worksheet: Any) -> Sheet:
    worksheet.reset_dimensions()
    rows: list[tuple[int, list[str]]] = []
    problems: list[Problem] = []
    header: list[str] = []
    seen = 0
    for line, row in enumerate(worksheet.iter_rows(), start=1):
        seen += len(row)
        if line > MOST_ROWS + 1 or seen > MOST_CELLS or any(cell.value is not None for cell in row[MOST_COLUMNS:]):
            return Sheet(table, problems=[problem(table, "data_too_many", rows=MOST_ROWS, columns=MOST_COLUMNS)])
        texts = [_text(cell) for cell in row[:MOST_COLUMNS]]
        header = header or [text for text in texts if text]
        problems += _odd_cells(table, header, line, row)
        rows.append((line, texts))
    width = max((k + 1 for _, texts in rows for k, text in enumerate(texts) if text), default=0)
    padded = [(line, [*texts, *[""] * width][:width]) for line, texts in rows]
    made = sheet_of(table, padded)
    return Sheet(table, made.header, made.rows, made.lost, [*made.problems, *problems])


def _odd_cells(table: Table, header: list[str], line: int, row: Any) -> Iterator[Problem]:
    for k, cell in enumerate(row):
        kind = getattr(cell, "data_type", "n")
        if kind in ("f", "e"):
            column = header[k] if k < len(header) else str(k + 1)
            code = "data_formula" if kind == "f" else "data_error_cell"
            yield problem(table, code, cell.value, line=line, column=column)


def _text(cell: Any) -> str:
    """A cell of a workbook as it would stand in CSV."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    return str(value)
