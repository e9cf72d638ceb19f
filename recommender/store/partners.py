"""Hotel partners: their record, the keys their links are signed with, what they propose, and how often their links are used.

Counts are sums a day; nothing in these tables tells one guest from another.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
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
from sqlalchemy.dialects import postgresql, sqlite

from recommender.store.columns import Instant, Json

OPEN: Final = "open"
APPROVED: Final = "approved"
DECLINED: Final = "declined"
WITHDRAWN: Final = "withdrawn"
LARGEST: Final = 2**31 - 1

_metadata: Final = MetaData()
_partners: Final = Table(
    "partners",
    _metadata,
    Column("id", String(40), primary_key=True),
    Column("account", Integer, index=True),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("keys", Json, nullable=False),
    Column("record", Json, nullable=False),
    Column("made", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
)
_proposals: Final = Table(
    "partner_proposals",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("partner", String(40), nullable=False, index=True),
    Column("base", Integer, nullable=False),
    Column("record", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("account", Integer, nullable=False),
    Column("who", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("decided_by", String(80)),
    Column("decided", Instant),
    Column("why", Text, nullable=False),
)
_counts: Final = Table(
    "partner_counts",
    _metadata,
    Column("partner", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner as stored.

    Attributes
    ----------
    account
        Of the person who keeps it; None where nobody does yet.
    version
        Grows with every change.
    keys
        ``[key, last day]`` each, the newest last; its day is None.
    record
        What visitors see, as approved last.
    """

    id: str
    account: int | None
    active: bool
    version: int
    keys: Sequence[Sequence[str | None]] = dataclasses.field(repr=False)
    record: Mapping[str, str]
    made: dt.datetime
    changed: dt.datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a partner would like visitors to see; ``base`` is the partner's version it was written on."""

    id: int
    partner: str
    base: int
    record: Mapping[str, str]
    note: str
    state: str
    account: int
    who: str
    at: dt.datetime
    decided_by: str | None
    decided: dt.datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """So many of a kind on a day by one way."""

    day: dt.date
    kind: str
    channel: str
    count: int


def create_partner(
    connection: Connection, partner: str, account: int | None, keys: Any, record: Mapping[str, str], at: dt.datetime
) -> PartnerRow:
    """Add a partner; the caller has seen that there is none of that id."""
    values: dict[str, Any] = {
        "id": partner, "account": account, "active": True, "version": 1, "keys": keys, "record": dict(record), "made": at,
        "changed": at,
    }  # fmt: skip
    connection.execute(insert(_partners).values(values))
    return PartnerRow(**values)


def find_partner(connection: Connection, partner: str) -> PartnerRow | None:
    """The partner of that id."""
    row = connection.execute(select(_partners).where(_partners.c.id == partner)).mappings().one_or_none()
    return None if row is None else _partner(row)


def list_partners(connection: Connection, account: int | None = None) -> list[PartnerRow]:
    """All partners in order of id, or those of one account."""
    query = select(_partners).order_by(_partners.c.id)
    if account is not None:
        query = query.where(_partners.c.account == account)
    return [_partner(row) for row in connection.execute(query).mappings()]


def stamp_of_partners(connection: Connection) -> tuple[int, int]:
    """Differs after every change of any partner: how many there are, and the sum of their versions."""
    count, versions = connection.execute(select(func.count(), func.coalesce(func.sum(_partners.c.version), 0))).one()
    return int(count), int(versions)


def update_partner(connection: Connection, partner: PartnerRow, at: dt.datetime, **changes: Any) -> PartnerRow:
    """Change a partner; its version grows."""
    changed = dataclasses.replace(partner, version=partner.version + 1, changed=at, **changes)
    names = ("account", "active", "version", "keys", "record", "changed")
    values = {name: getattr(changed, name) for name in names}
    connection.execute(update(_partners).where(_partners.c.id == partner.id).values(values))
    return changed


# ---------------------------------------------------------------------------------------------------- proposals


def add_proposal(
    connection: Connection, partner: PartnerRow, record: Mapping[str, str], note: str, account: int, who: str, at: dt.datetime
) -> Proposal:
    """Keep what a partner proposes; the one before it, where still open, is withdrawn."""
    before = _proposals.update().where(_proposals.c.partner == partner.id, _proposals.c.state == OPEN)
    connection.execute(before.values(state=WITHDRAWN, decided=at, decided_by=who))
    values: dict[str, Any] = {
        "partner": partner.id, "base": partner.version, "record": dict(record), "note": note, "state": OPEN, "account": account,
        "who": who, "at": at, "decided_by": None, "decided": None, "why": "",
    }  # fmt: skip
    done = connection.execute(insert(_proposals).values(values).returning(_proposals.c.id))
    return Proposal(id=done.scalar_one(), **values)


def find_proposal(connection: Connection, proposal: int) -> Proposal | None:
    """The proposal of that number."""
    if not 0 < proposal <= LARGEST:
        return None
    row = connection.execute(select(_proposals).where(_proposals.c.id == proposal)).mappings().one_or_none()
    return None if row is None else _proposal(row)


def list_proposals(
    connection: Connection, *, partner: str | None = None, state: str | None = None, most: int = 50
) -> list[Proposal]:
    """Proposals, the latest first."""
    query = select(_proposals).order_by(_proposals.c.at.desc(), _proposals.c.id.desc()).limit(most)
    if partner is not None:
        query = query.where(_proposals.c.partner == partner)
    if state is not None:
        query = query.where(_proposals.c.state == state)
    return [_proposal(row) for row in connection.execute(query).mappings()]


def close_proposal(connection: Connection, proposal: Proposal, state: str, who: str, why: str, at: dt.datetime) -> Proposal:
    """Note what was decided, by whom and why."""
    values: dict[str, Any] = {"state": state, "decided_by": who, "decided": at, "why": why}
    connection.execute(update(_proposals).where(_proposals.c.id == proposal.id).values(values))
    return dataclasses.replace(proposal, **values)


# ------------------------------------------------------------------------------------------------------- counts


def add_count(connection: Connection, partner: str, day: dt.date, kind: str, channel: str, count: int = 1) -> None:
    """Count something; two processes that count at once both count."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"partner": partner, "day": day, "kind": kind, "channel": channel, "count": count}
    added = dialect.insert(_counts).values(values)
    key = [_counts.c.partner, _counts.c.day, _counts.c.kind, _counts.c.channel]
    more = {"count": _counts.c.count + added.excluded["count"]}
    connection.execute(added.on_conflict_do_update(index_elements=key, set_=more))


def list_counts(connection: Connection, partner: str, first: dt.date, last: dt.date) -> list[Count]:
    """All counts of a partner between two days, both included, in order."""
    query = (
        select(_counts)
        .where(_counts.c.partner == partner, _counts.c.day >= first, _counts.c.day <= last)
        .order_by(_counts.c.day, _counts.c.kind, _counts.c.channel)
    )
    return [Count(row["day"], row["kind"], row["channel"], row["count"]) for row in connection.execute(query).mappings()]


def _partner(row: RowMapping) -> PartnerRow:
    return PartnerRow(**{name: row[name] for name in PartnerRow.__slots__})


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(**{name: row[name] for name in Proposal.__slots__})
