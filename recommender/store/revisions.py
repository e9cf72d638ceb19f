"""Revisions, which never change, and publications, which say from when on which of them holds, and under which rules.

A revision is a set of tables of text, each kept once under the hash of its content and shared by all revisions that have it. The
published revision is a question to the list of publications and the clock: a scheduled one takes effect by itself, in every
process that asks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from recommender.errors import StoreUnavailable
from recommender.store.columns import Instant, Json

Records = Mapping[str, Mapping[str, str]]
"""One table of the data: cells by column, by key."""

_metadata: Final = MetaData()
_contents: Final = Table(
    "contents", _metadata, Column("hash", String(64), primary_key=True), Column("text", Text, nullable=False)
)
_revisions: Final = Table(
    "revisions",
    _metadata,
    Column("id", String(80), primary_key=True),
    Column("tables", Json, nullable=False),
    Column("parent", String(80)),
    Column("made", Instant, nullable=False),
    Column("who", String(80), nullable=False),
)
_publications: Final = Table(
    "publications",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False, index=True),
    Column("revision", String(80), nullable=False),
    Column("base", String(80)),
    Column("kind", String(16), nullable=False),
    Column("draft", Integer),
    Column("undoes", Integer),
    Column("who", String(80), nullable=False),
    Column("why", Text, nullable=False),
    Column("ordered", Instant, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("rules", String(64)),
    Column("base_rules", String(64)),
)


class ContentDamaged(StoreUnavailable):
    """A stored table is not what its hash says, or is gone."""


@dataclass(frozen=True, slots=True)
class Publication:
    """From ``at`` on, ``revision`` holds under ``rules``, until a later publication does.

    Attributes
    ----------
    base
        The revision that held before; None of the first.
    kind
        ``import``, ``draft``, ``closure``, ``reopening``, ``rollback``, ``revision``, ``rules``.
    draft
        From which draft it comes.
    undoes
        The number of the publication that a rollback took back.
    ordered
        When somebody said so.
    rules, base_rules
        Hashes of the rules' texts (`get_text`), now and before; None where the bureau has ruled nothing.
    """

    number: int
    at: dt.datetime
    revision: str
    base: str | None
    kind: str
    draft: int | None
    undoes: int | None
    who: str
    why: str
    ordered: dt.datetime
    withdrawn: bool = False
    rules: str | None = None
    base_rules: str | None = None


def put_revision(
    connection: Connection,
    revision: str,
    tables: Mapping[str, Records],
    parent: str | None,
    made: dt.datetime,
    who: str,
) -> None:
    """Keep a revision; one that is there already stays as it is."""
    if has_revision(connection, revision):
        return
    hashes = {name: _put(connection, records) for name, records in tables.items()}
    connection.execute(insert(_revisions).values(id=revision, tables=hashes, parent=parent, made=made, who=who))


def has_revision(connection: Connection, revision: str) -> bool:
    """Whether there is a revision of that id."""
    return connection.execute(select(_revisions.c.id).where(_revisions.c.id == revision)).one_or_none() is not None


def get_tables(connection: Connection, revision: str) -> dict[str, dict[str, dict[str, str]]]:
    """The tables of a revision.

    Raises
    ------
    LookupError
        There is no such revision.
    ContentDamaged
        What is stored is not what was.
    """
    return {name: _get(connection, content) for name, content in get_contents(connection, revision).items()}


def get_contents(connection: Connection, revision: str) -> dict[str, str]:
    """The hash of each table of a revision; equal hashes are equal tables.

    Raises
    ------
    LookupError
        There is no such revision.
    """
    found = connection.execute(select(_revisions.c.tables).where(_revisions.c.id == revision)).scalar_one_or_none()
    if found is None:
        raise LookupError(revision)
    return dict(found)


def get_records(connection: Connection, content: str) -> dict[str, dict[str, str]]:
    """One table by the hash of its content.

    Raises
    ------
    ContentDamaged
        As ``get_tables``.
    """
    return _get(connection, content)


def list_revisions(connection: Connection) -> list[str]:
    """Ids of all revisions, oldest first."""
    return list(connection.execute(select(_revisions.c.id).order_by(_revisions.c.made, _revisions.c.id)).scalars())


def _put(connection: Connection, records: Records) -> str:
    columns = list(next(iter(records.values()), {}))
    rows = [[key, *(records[key][column] for column in columns)] for key in sorted(records)]
    text = json.dumps({"columns": columns, "rows": rows}, ensure_ascii=False, separators=(",", ":"))
    return put_text(connection, text)


def put_text(connection: Connection, text: str) -> str:
    """Keep a text for good; returns its hash. The same text is kept once."""
    content = hashlib.sha256(text.encode()).hexdigest()
    known = connection.execute(select(_contents.c.hash).where(_contents.c.hash == content)).one_or_none()
    if known is None:
        connection.execute(insert(_contents).values(hash=content, text=text))
    return content


def get_text(connection: Connection, content: str) -> str:
    """A kept text by its hash.

    Raises
    ------
    ContentDamaged
        What is stored is not what was, or is gone.
    """
    text: str | None = connection.execute(select(_contents.c.text).where(_contents.c.hash == content)).scalar_one_or_none()
    if text is None or hashlib.sha256(text.encode()).hexdigest() != content:
        raise ContentDamaged
    return text


def _get(connection: Connection, content: str) -> dict[str, dict[str, str]]:
    held = json.loads(get_text(connection, content))
    return {row[0]: dict(zip(held["columns"], row[1:], strict=True)) for row in held["rows"]}


# --------------------------------------------------------------------------------------------- publications


def find_published(connection: Connection, at: dt.datetime) -> Publication | None:
    """The publication that holds at an instant; None before the first."""
    query = (
        select(_publications)
        .where(_publications.c.at <= at, _publications.c.withdrawn.is_(False))
        .order_by(_publications.c.at.desc(), _publications.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _publication(row)


def list_publications(connection: Connection, *, withdrawn: bool = False) -> list[Publication]:
    """All publications in the order in which they hold, those to come included; ``withdrawn`` adds those taken back before."""
    query = select(_publications).order_by(_publications.c.at, _publications.c.number)
    if not withdrawn:
        query = query.where(_publications.c.withdrawn.is_(False))
    return [_publication(row) for row in connection.execute(query).mappings()]


def add_publication(connection: Connection, publication: Publication) -> Publication:
    """Add a publication, of which there is one transaction at a time; its number is the next one."""
    last = connection.execute(select(func.max(_publications.c.number))).scalar_one_or_none()
    numbered = dataclasses.replace(publication, number=(last or 0) + 1)
    connection.execute(insert(_publications).values(_values(numbered)))
    return numbered


def withdraw_publication(connection: Connection, number: int) -> None:
    """Take back a publication that does not hold yet."""
    connection.execute(update(_publications).where(_publications.c.number == number).values(withdrawn=True))


def _values(publication: Publication) -> dict[str, Any]:
    return {name: getattr(publication, name) for name in Publication.__slots__}


def _publication(row: RowMapping) -> Publication:
    return Publication(**{name: row[name] for name in Publication.__slots__})
