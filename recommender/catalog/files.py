"""The files of a folder as rows of text, with the line on which each row begins."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from recommender.catalog.cells import unguard
from recommender.catalog.tables import Table
from recommender.errors import Problem

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: the line on which it begins, and its cells by column, stripped."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file as it was read.

    Attributes
    ----------
    header
        Column names as they stand in the file; empty where the file could not be read at all.
    rows
        Rows with as many cells as the header; rows without any text are left out.
    lost
        First cells of rows that have another number of cells.
    """

    table: Table
    header: tuple[str, ...] = ()
    rows: tuple[RawRow, ...] = ()
    lost: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the file has been read to its end, with every column that identifies a row."""
        return bool(self.header) and all(found.code != "data_quotes" for found in self.problems)


def problem(
    table: Table, code: str, value: object = "", *, line: int | None = None, column: str | None = None, **args: Any
) -> Problem:
    """A problem in a file, a row or a cell; ``field`` is ``file``, ``file:line`` or ``file:line:column``."""
    where = ":".join(str(part) for part in (table.file, line, column) if part is not None)
    named = {"file": table.file, "row": line, "column": column}
    return Problem(where, short(value), code, {k: v for k, v in named.items() if v is not None} | args)


def short(value: object) -> str:
    """A value fit for one line of a message."""
    shown = " ".join(CONTROL.sub("�", str(value)).split())
    return shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"


def read_sheet(directory: Path, table: Table) -> Sheet:
    """Read one file; what is wrong with it as a file is in ``problems``."""
    path = directory / table.file
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        if table.optional:
            return Sheet(table, tuple(column.name for column in table.columns))
        return _unread(table, "data_file_missing", value=str(directory))
    except OSError as error:
        return _unread(table, "data_file_unreadable", reason=error.strerror or type(error).__name__)
    text, refusal = _decode(table, data)
    if refusal is not None:
        return Sheet(table, problems=[refusal])
    return read_text(table, text)


def read_text(table: Table, text: str, *, guarded: bool = False) -> Sheet:
    """Read the text of one file; what is wrong with it is in ``problems``.

    Parameters
    ----------
    guarded
        Refuse text that a spreadsheet would run as a formula, unless an apostrophe says that it is text.
    """
    if not text.strip():
        return _unread(table, "data_file_empty")
    control = CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        return Sheet(table, problems=[problem(table, "data_control", line=line, character=f"U+{ord(control[0]):04X}")])
    return _split(table, text, guarded=guarded)


def _unread(table: Table, code: str, value: object = "", **args: Any) -> Sheet:
    return Sheet(table, problems=[problem(table, code, value, **args)])


def _decode(table: Table, data: bytes) -> tuple[str, Problem | None]:
    """The file's text, or what its encoding is instead of UTF-8."""
    if data.startswith(b"PK\x03\x04"):
        return "", problem(table, "data_workbook")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", problem(table, "data_encoding", encoding="UTF-16")
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "", problem(table, "data_not_utf8", line=line)
    # Reading it all the same would hide that the next save loses characters which GBK does not have.
    return "", problem(table, "data_encoding", encoding="GBK")


def _split(table: Table, text: str, *, guarded: bool) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    problems: list[Problem] = []
    begins = 1
    try:
        for cells in reader:
            # A cell may hold line breaks; whatever kind they are, the content is the same.
            tidy = [re.sub(r"\r\n?", "\n", cell).strip() for cell in cells]
            records.append((begins, [unguard(cell) for cell in tidy]))
            formulas = [k for k, cell in enumerate(tidy) if guarded and cell.startswith("=")]
            problems += [_formula(table, records, k) for k in formulas]
            begins = reader.line_num + 1
    except csv.Error as error:
        problems.append(problem(table, "data_quotes", line=begins, reason=str(error)))
    sheet = sheet_of(table, records, cut=any(p.code == "data_quotes" for p in problems))
    return Sheet(table, sheet.header, sheet.rows, sheet.lost, [*problems, *sheet.problems])


def _formula(table: Table, records: list[tuple[int, list[str]]], k: int) -> Problem:
    header, (line, cells) = records[0][1], records[-1]
    return problem(table, "data_formula", cells[k], line=line, column=header[k] if k < len(header) else str(k + 1))


def sheet_of(table: Table, records: list[tuple[int, list[str]]], *, cut: bool = False) -> Sheet:
    """Lines of cells as a sheet, the first of which names the columns.

    Parameters
    ----------
    records
        The line on which each begins, and its cells.
    cut
        Whether more lines should have followed.
    """
    problems: list[Problem] = []
    records = [(line, cells) for line, cells in records if any(cells)]
    if not records:
        return Sheet(table, problems=[] if cut else [problem(table, "data_file_empty")])
    header_line, header = records[0]
    problems += _header_problems(table, header_line, header)
    if any(p.code == "data_separator" for p in problems):
        return Sheet(table, problems=problems)
    rows, lost = [], []
    for line, cells in records[1:]:
        if len(cells) == len(header):
            rows.append(RawRow(line, dict(zip(header, cells, strict=True))))
        else:
            problems.append(problem(table, "data_ragged", len(cells), line=line, wanted=len(header)))
            lost.append(cells[0])
    if table.needed and not records[1:] and not cut:
        problems.append(problem(table, "data_no_rows"))
    return Sheet(table, tuple(header), tuple(rows), tuple(lost), problems)


def _header_problems(table: Table, line: int, header: list[str]) -> Iterable[Problem]:
    wanted = [column.name for column in table.columns]
    if len(header) == 1 and (mark := next((m for m in (";", "\t", "，", "；") if m in header[0]), None)):
        yield problem(table, "data_separator", "Tab" if mark == "\t" else mark, line=line)
        return
    for position, name in enumerate(header, start=1):
        if not name:
            yield problem(table, "data_column_unnamed", line=line, position=position)
        elif header.index(name) != position - 1:
            yield problem(table, "data_column_twice", name, line=line, column=name)
        elif name not in wanted:
            missing = [other for other in wanted if other not in header]
            near = difflib.get_close_matches(name, missing, n=1) or missing[:1] or ["–"]
            yield problem(table, "data_column_unknown", name, line=line, column=name, near=near[0])
    for name in wanted:
        if name not in header:
            yield problem(table, "data_column_missing", line=line, column=name)
