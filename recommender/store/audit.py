"""Who did what, when and why: rows that are only ever added, each carrying the hash of the one before.

The database refuses to change or delete them; were it done all the same, by somebody with the file in hand, the chain of hashes
tells from which row on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, MetaData, RowMapping, String, Table, Text, func, insert, select

from recommender.jsontext import write_json
from recommender.store.columns import Instant, Json

FIRST: Final = "0" * 64
"""What stands before the first row."""

_audit: Final = Table(
    "audit",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("account", Integer, nullable=False),
    Column("who", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Json, nullable=False),
    Column("why", Text, nullable=False),
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``subject`` says of what: ``draft/3``, ``attractions/shuanglin-si``."""

    number: int
    at: dt.datetime
    account: int
    who: str
    action: str
    subject: str
    detail: Any
    why: str
    hash: str


def add_entry(
    connection: Connection, at: dt.datetime, account: int, who: str, action: str, subject: str, detail: Any, why: str
) -> None:
    """Add a row; within a transaction of which there is one at a time."""
    last = connection.execute(select(_audit).order_by(_audit.c.number.desc()).limit(1)).mappings().one_or_none()
    values = {
        "number": last["number"] + 1 if last else 1, "at": at.astimezone(dt.UTC), "account": account, "who": who,
        "action": action, "subject": subject, "detail": detail, "why": why, "before": last["hash"] if last else FIRST,
    }  # fmt: skip
    connection.execute(insert(_audit).values(**values, hash=_hash(values)))


def list_entries(
    connection: Connection,
    *,
    subject: str | None = None,
    action: str | None = None,
    at: dt.datetime | None = None,
    before: int | None = None,
    most: int = 200,
) -> list[Entry]:
    """The latest rows, newest first; ``before`` is the number below which to go on."""
    query = select(_audit).order_by(_audit.c.number.desc()).limit(most)
    if subject is not None:
        query = query.where(_audit.c.subject == subject)
    if action is not None:
        query = query.where(_audit.c.action == action)
    if at is not None:
        query = query.where(_audit.c.at == at)
    if before is not None:
        query = query.where(_audit.c.number < before)
    return [_entry(row) for row in connection.execute(query).mappings()]


def latest_by_account(connection: Connection, action: str) -> dict[int, dt.datetime]:
    """When each account did something last."""
    query = select(_audit.c.account, func.max(_audit.c.at)).where(_audit.c.action == action).group_by(_audit.c.account)
    return {account: at for account, at in connection.execute(query) if at is not None}


def find_break(connection: Connection) -> int | None:
    """The first number at which the chain of hashes does not hold; None where it holds throughout."""
    before = FIRST
    rows = connection.execute(select(_audit).order_by(_audit.c.number)).mappings()
    for number, row in enumerate(rows, start=1):
        values = {name: row[name] for name in row if name != "hash"}
        if row["number"] != number or row["before"] != before or row["hash"] != _hash(values):
            return number
        before = row["hash"]
    return None


def _hash(values: dict[str, Any]) -> str:
    ordered = [values[column.name].isoformat(timespec="microseconds") if column.name == "at" else values[column.name]
               for column in _audit.columns if column.name != "hash"]  # fmt: skip
    return hashlib.sha256(write_json(ordered)).hexdigest()


def _entry(row: RowMapping) -> Entry:
    return Entry(**{name: row[name] for name in Entry.__slots__})
