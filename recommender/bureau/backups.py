"""Copies of everything that is kept, their return, and whether what is kept is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection
from sqlalchemy import text as sql

from recommender.bureau.desk import Action, Person, acting, looking
from recommender.errors import Problem, RequestError
from recommender.jsontext import JsonInvalid, read_json
from recommender.store import Database, audit, copying, drafts, revisions
from recommender.store.copying import Copy
from recommender.store.database import clock

JSON_COLUMNS: Final = {
    "shared_plans": ("request", "itinerary", "places"), "edits": ("cells",), "audit": ("detail",), "revisions": ("tables",),
    "partners": ("keys", "record"), "partner_proposals": ("record",),
}  # fmt: skip
"""Columns that hold JSON."""


def write_backup(person: Person, out: BinaryIO, *, database: Database | None = None) -> Copy:
    """Copy everything into a file; the audit says so.

    Parameters
    ----------
    out
        A file that can be sought and read.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        There is more than a restore takes.
    """
    with looking(person, database, Action.BACK_UP) as connection:
        copy = copying.write_copy(connection, out, clock(connection))
    with acting(person, Action.BACK_UP, database) as desk:
        desk.note("backup", f"backup/{copy.made:%Y-%m-%dT%H:%M:%S}", {"rows": copy.rows, "schema": copy.schema})
    return copy


def read_backup(person: Person, source: BinaryIO, name: str, *, database: Database | None = None) -> Copy:
    """Read a copy to its end and say what is in it; nothing is changed.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        The file is not a whole copy of ours.
    """
    with looking(person, database, Action.BACK_UP):
        return copying.check_copy(source, name)


def restore_backup(
    person: Person, source: BinaryIO, name: str, *, replace: bool = False, database: Database | None = None
) -> Copy:
    """Put a copy in the place of what is kept: all of it or nothing. All sessions end.

    Parameters
    ----------
    name
        What to call the file in a message.
    replace
        Whether what is there may go; without that only an empty database is restored into.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        The file is not a whole copy that this version can take, or the database is not empty.
    """
    # First on its own: nobody waits for a lock while a damaged file is read.
    read_backup(person, source, name, database=database)
    with acting(person, Action.BACK_UP, database) as desk:
        if not replace and not copying.is_empty(desk.connection):
            raise RequestError([Problem(name, "", "backup_not_empty")])
        before = next(iter(audit.list_entries(desk.connection, most=1)), None)
        copy = copying.restore_copy(desk.connection, source, name)
        detail: dict[str, Any] = {"rows": copy.rows, "schema": copy.schema}
        if before is not None:
            # What is gone can still be told apart from what never was.
            detail |= {"audit_before": before.number, "audit_hash": before.hash}
        desk.note("restore", f"backup/{copy.made:%Y-%m-%dT%H:%M:%S}", detail)
    return copy


# -------------------------------------------------------------------------------------------------- integrity


def check_integrity(person: Person, *, database: Database | None = None) -> list[Problem]:
    """Everything that is not as it was written or leads nowhere; empty where all is whole.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.looking`.
    """
    with looking(person, database, Action.BACK_UP) as connection:
        return [*_file(connection), *_unreadable(connection), *_audit(connection), *_contents(connection), *_pictures(connection)]


def _file(connection: Connection) -> Iterator[Problem]:
    """What the database says of its own pages; PostgreSQL checks its own as they are read."""
    if connection.dialect.name == "sqlite":
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check").all():
            if said != "ok":
                yield Problem("database", str(said)[:200], "integrity_file")


def _unreadable(connection: Connection) -> Iterator[Problem]:
    for table, columns in JSON_COLUMNS.items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        for number, row in enumerate(connection.execute(sql(f"SELECT {quoted} FROM {table}")), start=1):  # noqa: S608 - our own names
            for column, cell in zip(columns, row, strict=True):
                try:
                    read_json(cell, table)
                except JsonInvalid:
                    yield Problem(f"{table}.{column}", str(number), "integrity_json")


def _audit(connection: Connection) -> Iterator[Problem]:
    # What cannot be read cannot be hashed either, and is told already.
    try:
        broken = audit.find_break(connection)
    except JsonInvalid:
        return
    if broken is not None:
        yield Problem("audit", str(broken), "integrity_audit")


def _contents(connection: Connection) -> Iterator[Problem]:
    """Tables and rules that are not what their hashes say, and publications and drafts of no revision."""
    whole: set[str] = set()
    for content, text in connection.execute(sql("SELECT hash, text FROM contents")):
        if hashlib.sha256(text.encode()).hexdigest() == content:
            whole.add(content)
        else:
            yield Problem("contents", content[:12], "integrity_content")
    known = set(revisions.list_revisions(connection))
    for revision in sorted(known):
        for table, content in revisions.get_contents(connection, revision).items():
            if content not in whole:
                yield Problem(f"revisions.{revision}", table, "integrity_content")
    for publication in revisions.list_publications(connection, withdrawn=True):
        if publication.revision not in known:
            yield Problem(f"publications.{publication.number}", publication.revision, "integrity_reference")
        if not whole.issuperset({publication.rules, publication.base_rules} - {None}):
            yield Problem(f"publications.{publication.number}", "rules", "integrity_content")
    states = (*drafts.IN_WORK, drafts.PUBLISHED, drafts.ABANDONED)
    for draft in drafts.list_drafts(connection, states=states):
        if draft.base not in known:
            yield Problem(f"drafts.{draft.id}", draft.base, "integrity_reference")


def _pictures(connection: Connection) -> Iterator[Problem]:
    for name, data in connection.execute(sql("SELECT hash, data FROM pictures")):
        if hashlib.sha256(bytes(data)).hexdigest() != name:
            yield Problem("pictures", str(name)[:12], "integrity_picture")


