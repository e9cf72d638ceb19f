"""A catalogue as files that people can open: one workbook, or a folder of CSV that loads as the same revision."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from recommender.catalog.cells import guard
from recommender.catalog.places import Catalog
from recommender.catalog.records import Tables, in_rows, tables_of, whole
from recommender.catalog.tables import TABLES, Table

WORKBOOK: Final = ".xlsx"
_WIDEST: Final = 60


def export_catalog(catalog: Catalog, path: Path | str) -> None:
    """Write a revision as ``FILE.xlsx``, one sheet a file, or else as a folder of CSV.

    No text becomes a formula: in a workbook its type says so, in CSV an apostrophe, which loading takes off again. CSV is
    UTF-8 with a byte order mark, so that Excel does not take it for GBK. Files of the same name are replaced, each as a
    whole or not at all.

    Raises
    ------
    OSError
        The file or folder cannot be written.
    """
    target = Path(path)
    tables = tables_of(catalog)
    if target.suffix.lower() == WORKBOOK:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, write_workbook(tables))
        return
    target.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        _replace(target / table.file, write_csv(table, tables))


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:  # whatever ended it, no half file stays
        Path(name).unlink(missing_ok=True)
        raise


def write_csv(table: Table, tables: Tables) -> bytes:
    """One table as CSV for a spreadsheet: UTF-8 with a byte order mark, no cell a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    numbers = [column.kind.is_number for column in table.columns]
    for _, record in in_rows(table, tables):
        cells = whole(table, record).values()
        writer.writerow(cell if n else guard(cell) for cell, n in zip(cells, numbers, strict=True))
    return text.getvalue().encode("utf-8-sig")


def write_workbook(tables: Tables) -> bytes:
    """All tables as a workbook, one sheet each, no cell a formula; without any records it is a template."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for table in TABLES:
        sheet = book.create_sheet(table.name)
        sheet.append([column.name for column in table.columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        widths = [len(column.name) for column in table.columns]
        for row, (_, record) in enumerate(in_rows(table, tables), start=2):
            for k, text in enumerate(whole(table, record).values()):
                _fill(sheet.cell(row, k + 1), text, is_number=table.columns[k].kind.is_number)
                widths[k] = max(widths[k], len(text))
        for k, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(k)].width = min(width + 2, _WIDEST)
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = sheet.dimensions
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(cell: Any, text: str, *, is_number: bool) -> None:
    if not text:
        return
    if is_number and (number := _number(text)) is not None:
        cell.value = number
        return
    cell.value = text
    # The content stays as it is; the type says text, and the mark keeps Excel from reading it anew when edited.
    cell.data_type = "s"
    cell.quotePrefix = guard(text) != text


def _number(text: str) -> float | int | None:
    """None too where a spreadsheet, which keeps fifteen digits, would give another text back."""
    try:
        number = float(text) if "." in text else int(text)
    except ValueError:
        return None
    return number if len(text.strip("-0.")) <= 15 else None
