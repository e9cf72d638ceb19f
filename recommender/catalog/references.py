"""What holds across rows and files: unique ids, and references that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from recommender.catalog.files import Sheet, problem
from recommender.catalog.schema import Row
from recommender.catalog.tables import ATTRACTIONS, LICENCES, TABLES, Table
from recommender.errors import Problem

Rows = Mapping[str, Sequence[Row]]
PLACES: Final = ("attractions", "hubs", "lodging", "dining")
IDENTIFIED: Final = (*PLACES, "events", "collections", "themed_routes", "advice", "sources")
_NEAREST: Final = 0.75


def check_unique(sheets: Mapping[str, Sheet], rows: Rows) -> Iterator[Problem]:
    """Ids are given once in all files, keys once in their own, and no row stands twice."""
    seen: dict[str, tuple[Table, int]] = {}
    for name in IDENTIFIED:
        table = sheets[name].table
        for row in rows[name]:
            given = row.get("id")
            if given is None:
                continue
            if given in seen:
                other, line = seen[given]
                yield problem(table, "data_twice", given, line=row.line, column="id", first=f"{other.file}:{line}")
            else:
                seen[given] = (table, row.line)
    for sheet in sheets.values():
        lines: dict[tuple[str, ...], int] = {}
        by_key = "id" not in sheet.table.key and bool(sheet.table.key)
        for raw in sheet.rows:
            cells = tuple(raw.cells.get(c, "") for c in sheet.table.key) if by_key else tuple(raw.cells.values())
            first = lines.setdefault(cells, raw.line)
            if first == raw.line:
                continue
            where = f"{sheet.table.file}:{first}"
            if by_key:
                column = sheet.table.key[0]
                yield problem(sheet.table, "data_twice", cells[0], line=raw.line, column=column, first=where)
            elif not sheet.table.key:
                yield problem(sheet.table, "data_row_twice", line=raw.line, first=where)


def check_references(sheets: Mapping[str, Sheet], rows: Rows) -> Iterator[Problem]:
    """Every id that is named stands in its file.

    Ids of files that could not be read to their end are not judged: one problem there is enough.
    """
    known = {name: _ids(sheets[name], rows[name]) for name in IDENTIFIED}
    attractions = known["attractions"]
    places = _union(known[name] for name in PLACES)
    areas = {row.get("id") for row in rows["attractions"] if row.get("area_visit") is not None}
    single = {
        "links": (("from_id", places), ("to_id", places)),
        "events": (("place_id", places),),
        "closures": (("place_id", places),),
        "pictures": (("place_id", places),),
        "attractions": (("area_id", attractions), ("alternative_of", attractions)),
        "lodging": (("area_id", attractions),),
        "dining": (("area_id", attractions),),
    }
    listed = {
        "collections": ("place_ids", attractions),
        "themed_routes": ("place_ids", places),
        "advice": ("place_ids", attractions),
        "events": ("venue_ids", places),
    }
    for name, columns in single.items():
        for row in rows[name]:
            for column, ids in columns:
                given = row.get(column)
                if given is None or ids is None:
                    continue
                if given not in ids:
                    code = "data_unknown_attraction" if ids is attractions else "data_unknown_place"
                    yield _unknown(sheets[name].table, code, given, ids, line=row.line, column=column)
                elif column == "area_id" and given not in areas:
                    yield problem(sheets[name].table, "data_not_an_area", given, line=row.line, column=column)
    for name, (column, ids) in listed.items():
        code = "data_unknown_attraction" if ids is attractions else "data_unknown_place"
        for row in rows[name]:
            for given in row.get(column) or ():
                if ids is not None and given not in ids:
                    yield _unknown(sheets[name].table, code, given, ids, line=row.line, column=column)
    yield from _check_sources(sheets, rows, known["sources"])


def _check_sources(sheets: Mapping[str, Sheet], rows: Rows, known: set[str] | None) -> Iterator[Problem]:
    columns = {column.name for column in ATTRACTIONS.columns}
    for row in rows["attractions"]:
        for column, named in (row.get("field_sources") or {}).items():
            if column not in columns:
                yield problem(ATTRACTIONS, "data_unknown_column", column, line=row.line, column="field_sources")
            for given in named.source_ids:
                if known is not None and given not in known:
                    yield _unknown(
                        ATTRACTIONS, "data_unknown_source", given, known, line=row.line, column="field_sources"
                    )
    if known is None:
        return
    for row in rows["licences"]:
        if row.get("source_id") is not None and row.get("source_id") not in known:
            yield _unknown(LICENCES, "data_unknown_source", row.get("source_id"), known, line=row.line, column="source_id")
    for table in TABLES:
        for column in ("source", "dates_source"):
            for row in rows[table.name]:
                for given in source_ids(row.get(column) or ""):
                    if given not in known:
                        yield _unknown(sheets[table.name].table, "data_unknown_source", given, known,
                                       line=row.line, column=column)  # fmt: skip


def source_ids(text: str) -> list[str]:
    """Ids of ``sources.csv`` in a ``source`` cell: its parts between `` ; `` that begin with ``s-``."""
    parts = (part.strip() for part in text.replace(" | ", " ; ").split(" ; "))
    return [word.strip() for part in parts if part.startswith("s-") for word in part.split("+")]


def _ids(sheet: Sheet, rows: Iterable[Row]) -> set[str] | None:
    if not sheet.is_whole or "id" not in sheet.header:
        return None
    return {row.get("id") for row in rows if row.get("id")} | set(sheet.lost)


def _union(parts: Iterable[set[str] | None]) -> set[str] | None:
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return found


def _unknown(table: Table, code: str, given: str, known: Iterable[str], **where: Any) -> Problem:
    from rapidfuzz import fuzz, process

    near = process.extractOne(given, sorted(known), scorer=fuzz.ratio, score_cutoff=100 * _NEAREST)
    return problem(table, code, given, **where, near=near[0] if near else "–")
