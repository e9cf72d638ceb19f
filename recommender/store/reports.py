"""What visitors say is wrong with a fact, for staff to read; nothing of who said it.

The table is bounded: so many reports an hour from everybody together, and so many in all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from recommender.errors import TooOften
from recommender.store.columns import Instant
from recommender.store.database import Database

LONGEST_TEXT: Final = 500
"""Characters."""
MOST: Final = 20_000
"""Reports kept in all: some 40 MB of the longest."""
_HOUR: Final = dt.timedelta(hours=1)

_reports: Final = Table(
    "fact_reports",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("place", String(80), nullable=False),
    Column("field", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("revision", String(80), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("sent", Instant, nullable=False, index=True),
    Column("outcome", String(16)),
    Column("note", Text),
    Column("settled", Instant),
    Column("settled_by", String(80)),
)


@dataclass(frozen=True, slots=True)
class FactReport:
    """One report.

    Attributes
    ----------
    place
        Id of the place.
    field
        What of it is wrong: ``hours``, ``price``, ``closed``, ``place`` or ``other``.
    text
        In the visitor's words, at most `LONGEST_TEXT` characters; may be empty.
    revision
        Of the data that the visitor saw.
    lang
        In which language.
    """

    place: str
    field: str
    text: str
    revision: str
    lang: str


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report as stored, and what became of it.

    Attributes
    ----------
    outcome
        ``mended``, ``right`` or ``unclear``; None while nobody has settled it.
    """

    id: int
    sent: dt.datetime
    report: FactReport
    outcome: str | None = None
    note: str = ""
    settled: dt.datetime | None = None
    settled_by: str = ""


def add_report(database: Database, report: FactReport, an_hour: int, *, now: dt.datetime | None = None) -> None:
    """Store a report.

    Parameters
    ----------
    an_hour
        So many are taken within any hour, from all visitors together.
    now
        The instant; the clock's by default.

    Raises
    ------
    TooOften
        There were so many within the hour, or the table is full; nothing was stored.
    StoreUnavailable
        The database cannot be used.
    """
    now = now or dt.datetime.now(dt.UTC)
    values = {
        "place": report.place, "field": report.field, "text": report.text[:LONGEST_TEXT], "revision": report.revision,
        "lang": report.lang, "sent": now,
    }  # fmt: skip
    with database.writing() as connection:
        lately = connection.scalar(select(func.count()).where(_reports.c.sent.between(now - _HOUR, now))) or 0
        kept = connection.scalar(select(func.count()).select_from(_reports)) or 0
        if lately >= an_hour or kept >= MOST:
            raise TooOften(retry_after_s=int(_HOUR.total_seconds()))
        connection.execute(insert(_reports).values(values))


def list_reports(
    database: Database, *, place: str | None = None, is_open: bool | None = None, limit: int = 100
) -> list[KeptReport]:
    """Reports, the latest first.

    Parameters
    ----------
    place
        Of this place only.
    is_open
        Only those that nobody has settled (True), or only those that somebody has (False).
    limit
        At most so many.
    """
    with database.reading() as connection:
        return find_reports(connection, place=place, is_open=is_open, limit=limit)


def find_reports(
    connection: Connection, *, place: str | None = None, is_open: bool | None = None, limit: int = MOST
) -> list[KeptReport]:
    """Reports within a transaction, as `list_reports`."""
    wanted = select(_reports).order_by(_reports.c.sent.desc(), _reports.c.id.desc()).limit(limit)
    if place is not None:
        wanted = wanted.where(_reports.c.place == place)
    if is_open is not None:
        wanted = wanted.where(_reports.c.outcome.is_(None) if is_open else _reports.c.outcome.is_not(None))
    return [_kept(row) for row in connection.execute(wanted).mappings()]


def settle_reports(
    connection: Connection, reports: Sequence[int], outcome: str, note: str, by: str, at: dt.datetime
) -> list[KeptReport]:
    """Say what became of reports that nobody has settled yet; returns those."""
    mine = (_reports.c.id.in_(list(reports)), _reports.c.outcome.is_(None))
    found = [_kept(row) for row in connection.execute(select(_reports).where(*mine).order_by(_reports.c.id)).mappings()]
    values = {"outcome": outcome, "note": note, "settled": at, "settled_by": by}
    connection.execute(update(_reports).where(*mine).values(values))
    return found


def _kept(row: RowMapping) -> KeptReport:
    report = FactReport(row["place"], row["field"], row["text"], row["revision"], row["lang"])
    return KeptReport(
        row["id"], row["sent"], report, row["outcome"], row["note"] or "", row["settled"], row["settled_by"] or ""
    )


def sweep_reports(database: Database, before: dt.datetime) -> int:
    """Delete what was sent before an instant; returns how many."""
    with database.writing() as connection:
        return connection.execute(delete(_reports).where(_reports.c.sent < before)).rowcount
