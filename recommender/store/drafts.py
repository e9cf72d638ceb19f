"""Drafts: a name, a revision to start from, and edits that are only ever added.

The state of a record in a draft is its latest edit, or the record of the base. Versions count from 1 within a draft and a
record; two people cannot both write the same one, whatever the database's isolation.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, MetaData, RowMapping, String, Table, Text, insert, select, update

from recommender.store.columns import Instant, Json

LARGEST: Final = 2**31 - 1
"""What the databases take for an integer; an address of a page may hold any number."""
OPEN: Final = "open"
SUBMITTED: Final = "submitted"
APPROVED: Final = "approved"
PUBLISHED: Final = "published"
ABANDONED: Final = "abandoned"
IN_WORK: Final = (OPEN, SUBMITTED, APPROVED)

_metadata: Final = MetaData()
_drafts: Final = Table(
    "drafts",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("base", String(80), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", String(80)),
    Column("who", String(80), nullable=False),
    Column("made", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
)
_edits: Final = Table(
    "edits",
    _metadata,
    Column("draft", Integer, primary_key=True, autoincrement=False),
    Column("sheet", String(40), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("cells", Json, nullable=False),
    Column("account", Integer, nullable=False),
    Column("who", String(80), nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A set of edits on top of a revision.

    Attributes
    ----------
    state
        ``open``, ``submitted``, ``approved``, ``published``, ``abandoned``.
    version
        Grows with every edit and change of state.
    revision
        What it was published as.
    """

    id: int
    name: str
    base: str
    state: str
    version: int
    revision: str | None
    who: str
    made: dt.datetime
    changed: dt.datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """One version of one record in a draft; ``cells`` None says that the record was removed."""

    draft: int
    sheet: str
    key: str
    version: int
    cells: Mapping[str, str] | None
    account: int
    who: str
    at: dt.datetime


def create_draft(connection: Connection, name: str, base: str, who: str, at: dt.datetime) -> Draft:
    """Begin a draft."""
    values = {"name": name, "base": base, "state": OPEN, "version": 1, "revision": None, "who": who, "made": at,
              "changed": at}  # fmt: skip
    done = connection.execute(insert(_drafts).values(values).returning(_drafts.c.id))
    return Draft(id=done.scalar_one(), **values)  # type: ignore[arg-type] # the values are those of the class


def find_draft(connection: Connection, draft: int) -> Draft | None:
    """The draft of that number."""
    if not 0 < draft <= LARGEST:
        return None
    row = connection.execute(select(_drafts).where(_drafts.c.id == draft)).mappings().one_or_none()
    return None if row is None else _draft(row)


def list_drafts(connection: Connection, *, states: tuple[str, ...] = IN_WORK) -> list[Draft]:
    """Drafts in some states, the one changed last first."""
    query = select(_drafts).where(_drafts.c.state.in_(states)).order_by(_drafts.c.changed.desc(), _drafts.c.id.desc())
    return [_draft(row) for row in connection.execute(query).mappings()]


def update_draft(connection: Connection, draft: Draft, at: dt.datetime, **changes: Any) -> Draft:
    """Change a draft's state, base or revision; its version grows."""
    changed = dataclasses.replace(draft, version=draft.version + 1, changed=at, **changes)
    values = {name: getattr(changed, name) for name in ("base", "state", "version", "revision", "changed")}
    connection.execute(update(_drafts).where(_drafts.c.id == draft.id).values(values))
    return changed


def add_edit(connection: Connection, edit: Edit) -> None:
    """Add the next version of a record."""
    connection.execute(insert(_edits).values({name: getattr(edit, name) for name in Edit.__slots__}))


def find_edit(connection: Connection, draft: int, sheet: str, key: str) -> Edit | None:
    """The latest version of a record in a draft; None where the draft has not touched it."""
    mine = (_edits.c.draft == draft, _edits.c.sheet == sheet, _edits.c.key == key)
    query = select(_edits).where(*mine).order_by(_edits.c.version.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _edit(row)


def list_edits(connection: Connection, draft: int, sheet: str | None = None, key: str | None = None) -> list[Edit]:
    """Every edit of a draft, or of one table or record in it, oldest first."""
    query = select(_edits).where(_edits.c.draft == draft).order_by(_edits.c.at, _edits.c.version)
    if sheet is not None:
        query = query.where(_edits.c.sheet == sheet)
    if key is not None:
        query = query.where(_edits.c.key == key)
    return [_edit(row) for row in connection.execute(query).mappings()]


def latest_edits(connection: Connection, draft: int) -> dict[tuple[str, str], Edit]:
    """The latest version of each record that a draft touches."""
    found: dict[tuple[str, str], Edit] = {}
    for edit in list_edits(connection, draft):
        known = found.get((edit.sheet, edit.key))
        if known is None or known.version < edit.version:
            found[edit.sheet, edit.key] = edit
    return found


def _draft(row: RowMapping) -> Draft:
    return Draft(**{name: row[name] for name in Draft.__slots__})


def _edit(row: RowMapping) -> Edit:
    return Edit(**{name: row[name] for name in Edit.__slots__})
