"""A whole copy of the database in one file, and back again, whichever of the two databases either is.

The file is a zip archive: ``manifest.json``, and for each table one file of JSON lines, a row a line, in the order of its
columns. The manifest says how many rows and bytes each table has and what they hash to; a file that differs in anything is
refused before a row is written. Sessions, one-time links and login attempts stay behind: who was signed in signs in again.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy import text as sql

from recommender.errors import Problem, RequestError
from recommender.jsontext import JsonInvalid, read_json, write_json

FORMAT: Final = "jinzhong-backup/1"
MANIFEST: Final = "manifest.json"
LEFT_OUT: Final = ("sessions", "one_time_links", "login_attempts")
"""Tables that are not copied; a restore empties them."""
LARGEST_BYTES: Final = 4 * 1024**3
LARGEST_UNPACKED_BYTES: Final = 8 * 1024**3
LARGEST_RATIO: Final = 200
"""How much one part may grow when unpacked, above `FREE_BYTES`; rows of text grow tenfold."""
FREE_BYTES: Final = 4 * 1024**2
LONGEST_LINE: Final = 64 * 1024**2
MOST_PARTS: Final = 200
_BATCH: Final = 400
_SCHEMA: Final = "alembic_version"


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a copy."""

    columns: tuple[str, ...]
    rows: int
    size: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {"columns": list(self.columns), "rows": self.rows, "bytes": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy says of itself.

    Attributes
    ----------
    schema
        Name of the latest migration of the database that it was made of.
    made
        When, by that database's clock.
    """

    schema: str
    made: dt.datetime
    tables: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(part.rows for part in self.tables.values())


# ------------------------------------------------------------------------------------------------------- out


def write_copy(connection: Connection, out: BinaryIO, made: dt.datetime) -> Copy:
    """Write all tables as one transaction sees them.

    Parameters
    ----------
    out
        A file that can be sought and read.

    Raises
    ------
    RequestError
        It has become a file that would be refused when it is to be restored.
    """
    parts: dict[str, Part] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in _tables(connection):
            with archive.open(_entry(table.name), "w", force_zip64=True) as file:
                parts[table.name] = _write_table(connection, table, file)
        copy = Copy(schema_of(connection), made, parts)
        archive.writestr(MANIFEST, write_json({
            "format": FORMAT, "schema": copy.schema, "made": made.isoformat(), "left_out": list(LEFT_OUT),
            "tables": {name: part.as_dict() for name, part in parts.items()},
        }, indent=1))  # fmt: skip
    with _opened(out, "backup"):
        return copy


def _write_table(connection: Connection, table: Table, file: Any) -> Part:
    digest, rows, size = hashlib.sha256(), 0, 0
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=_BATCH)):
        line = write_json([_plain(value) for value in row]) + b"\n"
        file.write(line)
        digest.update(line)
        rows, size = rows + 1, size + len(line)
    return Part(tuple(column.name for column in table.columns), rows, size, digest.hexdigest())


def _plain(value: Any) -> Any:
    """A value as JSON; instants in UTC."""
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def schema_of(connection: Connection) -> str:
    """Name of the latest migration that the database has been through."""
    return str(connection.execute(sql("SELECT version_num FROM alembic_version")).scalar_one())


def _tables(connection: Connection) -> list[Table]:
    """All tables that are copied, as they are in this database."""
    return [table for table in _all_tables(connection) if table.name not in LEFT_OUT]


def _all_tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _SCHEMA]


def _entry(table: str) -> str:
    return f"tables/{table}.jsonl"


# -------------------------------------------------------------------------------------------------- checking


def check_copy(source: BinaryIO, name: str) -> Copy:
    """Read a copy from beginning to end without keeping anything of it.

    Parameters
    ----------
    name
        What to call the file in a message.

    Raises
    ------
    RequestError
        It is no copy of ours, is damaged or cut off, or would grow beyond all measure.
    """
    with _opened(source, name) as archive:
        copy = _manifest(archive, name)
        for table in copy.tables:
            for _ in _rows(archive, copy, table, name):
                pass
    return copy


def _refused(name: str, code: str, **values: Any) -> RequestError:
    return RequestError([Problem(name, "", code, values)])


class _opened:  # noqa: N801 - used like a function
    """An archive whose every failure has a name."""

    def __init__(self, source: BinaryIO, name: str) -> None:
        self._source = source
        self._name = name
        self._archive: zipfile.ZipFile | None = None

    def __enter__(self) -> zipfile.ZipFile:
        size = self._source.seek(0, 2)
        if size > LARGEST_BYTES:
            raise _refused(self._name, "backup_large", limit=f"{LARGEST_BYTES // 1024**2} MB")
        self._source.seek(0)
        begins = self._source.read(4)
        self._source.seek(0)
        try:
            self._archive = zipfile.ZipFile(self._source)
        except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
            # A copy that was cut off has lost the list of its parts, which stands at the end.
            code = "backup_damaged" if begins == b"PK\x03\x04" else "backup_foreign"
            raise _refused(self._name, code, part="zip") from error
        _bound(self._archive, self._name)
        return self._archive

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        assert self._archive is not None
        self._archive.close()
        if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError | NotImplementedError | UnicodeDecodeError | JsonInvalid):
            raise _refused(self._name, "backup_damaged", part="zip") from error


def _bound(archive: zipfile.ZipFile, name: str) -> None:
    found = archive.infolist()
    if MANIFEST not in archive.namelist():
        raise _refused(name, "backup_foreign")
    if len(found) > MOST_PARTS or len({one.filename for one in found}) != len(found):
        raise _refused(name, "backup_damaged", part="zip")
    for one in found:
        if one.file_size > FREE_BYTES and one.file_size > LARGEST_RATIO * one.compress_size:
            raise _refused(name, "backup_bomb", part=one.filename)
    if sum(one.file_size for one in found) > LARGEST_UNPACKED_BYTES:
        raise _refused(name, "backup_bomb", part="zip")


def _manifest(archive: zipfile.ZipFile, name: str) -> Copy:
    if archive.getinfo(MANIFEST).file_size > FREE_BYTES:
        raise _refused(name, "backup_foreign")
    told = read_json(archive.read(MANIFEST), name)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _refused(name, "backup_foreign")
    try:
        tables = {
            table: Part(tuple(map(str, part["columns"])), int(part["rows"]), int(part["bytes"]), str(part["sha256"]))
            for table, part in told["tables"].items()
        }
        copy = Copy(str(told["schema"]), dt.datetime.fromisoformat(told["made"]), tables)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(name, "backup_damaged", part=MANIFEST) from error
    if {MANIFEST, *map(_entry, tables)} != set(archive.namelist()) or set(tables) & {*LEFT_OUT, _SCHEMA}:
        raise _refused(name, "backup_damaged", part=MANIFEST)
    return copy


def _rows(archive: zipfile.ZipFile, copy: Copy, table: str, name: str) -> Iterator[list[Any]]:
    """The rows of a table; that they are all there, and as they were, is known at the end."""
    part = copy.tables[table]
    digest, rows, size = hashlib.sha256(), 0, 0
    with archive.open(_entry(table)) as file:
        while line := file.readline(LONGEST_LINE):
            digest.update(line)
            rows, size = rows + 1, size + len(line)
            row = read_json(line, name, halves=True) if line.endswith(b"\n") else None
            if not isinstance(row, list) or len(row) != len(part.columns):
                raise _refused(name, "backup_damaged", part=_entry(table))
            yield row
    if (rows, size, digest.hexdigest()) != (part.rows, part.size, part.sha256):
        raise _refused(name, "backup_damaged", part=_entry(table))


# -------------------------------------------------------------------------------------------------------- in


def is_empty(connection: Connection) -> bool:
    """Whether no table holds a row."""
    return all(connection.execute(select(table).limit(1)).first() is None for table in _all_tables(connection))


def restore_copy(connection: Connection, source: BinaryIO, name: str) -> Copy:
    """Put a copy in the place of everything that is there; within the caller's transaction, so all of it or nothing.

    A copy of an older version of this program fits as long as what has been added since may be empty.

    Raises
    ------
    RequestError
        As `check_copy`; or the copy is of a version that this one cannot take.
    """
    with _opened(source, name) as archive:
        copy = _manifest(archive, name)
        tables = {table.name: table for table in _all_tables(connection)}
        _refuse_unfit(connection, copy, tables, name)
        guards = _unguard(connection, tables)
        for table in tables.values():
            connection.execute(delete(table))
        for kept in copy.tables:
            _fill(connection, tables[kept], copy.tables[kept], _rows(archive, copy, kept, name), name)
        _guard(connection, tables, guards)
    return copy


def _refuse_unfit(connection: Connection, copy: Copy, tables: Mapping[str, Table], name: str) -> None:
    if copy.schema not in _known_schemas():
        raise _refused(name, "backup_newer", schema=copy.schema, own=schema_of(connection))
    for table, part in copy.tables.items():
        known = {column.name for column in tables[table].columns} if table in tables else set()
        if not known or not known.issuperset(part.columns):
            raise _refused(name, "backup_newer", schema=copy.schema, own=schema_of(connection))
        missing = [column for column in tables[table].columns if column.name not in part.columns]
        if part.rows and any(not column.nullable and column.server_default is None for column in missing):
            raise _refused(name, "backup_older", schema=copy.schema, own=schema_of(connection))


def _known_schemas() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory(str(Path(__file__).with_name("migrations"))).walk_revisions()}


def _fill(connection: Connection, table: Table, part: Part, rows: Iterator[list[Any]], name: str) -> None:
    columns = [table.columns[column] for column in part.columns]
    batch: list[dict[str, Any]] = []
    for row in rows:
        try:
            batch.append({column.name: _value(column, cell) for column, cell in zip(columns, row, strict=True)})
        except (TypeError, ValueError) as error:
            raise _refused(name, "backup_damaged", part=_entry(table.name)) from error
        if len(batch) == _BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    _count_on(connection, table)


def _value(column: Column[Any], cell: Any) -> Any:
    if cell is None:
        return None
    if isinstance(column.type, DateTime):
        return dt.datetime.fromisoformat(cell)
    if isinstance(column.type, Date):
        return dt.date.fromisoformat(cell)
    return base64.b64decode(cell, validate=True) if isinstance(column.type, LargeBinary) else cell


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that came with the copy; SQLite does by itself."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return
    counter = connection.execute(select(func.pg_get_serial_sequence(table.name, keys[0].name))).scalar()
    if counter is not None:
        last = connection.execute(select(func.max(keys[0]))).scalar()
        connection.execute(select(func.setval(counter, last or 1, last is not None)))


# ---------------------------------------------------------------------------- rows that are only ever added to


def _unguard(connection: Connection, tables: Mapping[str, Table]) -> list[str]:
    """Lift what refuses to rewrite rows, for this transaction; returns what puts it back."""
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.quote
        for table in tables:
            connection.exec_driver_sql(f"ALTER TABLE {quote(table)} DISABLE TRIGGER USER")
        return [f"ALTER TABLE {quote(table)} ENABLE TRIGGER USER" for table in tables]
    found = connection.execute(sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for trigger, _ in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
    return [str(made) for _, made in found]


def _guard(connection: Connection, tables: Mapping[str, Table], guards: list[str]) -> None:
    for made in guards:
        connection.exec_driver_sql(made)
