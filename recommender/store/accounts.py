"""People who may enter: accounts, their sessions, one-time links, and how often somebody has tried of late.

Of every secret only a hash is kept: the database alone lets nobody in. Session and link tokens are long and random, for which a
plain hash is enough; passwords come here already hashed by somebody who knows how.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import secrets
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
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from recommender.store.columns import Instant

TOKEN_BYTES: Final = 24
"""192 bits: nobody finds one by trying."""
LONGEST_TOKEN: Final = 64

_metadata: Final = MetaData()
_accounts: Final = Table(
    "accounts",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("password", Text),
    Column("email", String(320), unique=True),
    Column("subject", String(600), unique=True),
    Column("made", Instant, nullable=False),
)
_sessions: Final = Table(
    "sessions",
    _metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", Integer, nullable=False, index=True),
    Column("made", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
)
_links: Final = Table(
    "one_time_links",
    _metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", Integer),
    Column("until", Instant, nullable=False),
)
_attempts: Final = Table(
    "login_attempts",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("bucket", String(80), nullable=False, index=True),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may enter.

    Attributes
    ----------
    password
        Its hash; None where there is none yet, or where another system knows who it is.
    email, subject
        By which another system's word is recognised: the address that an admin allowed, and the ``issuer|subject`` that came
        with it first.
    """

    id: int
    name: str
    role: str
    active: bool
    password: str | None = dataclasses.field(repr=False)
    email: str | None
    subject: str | None
    made: dt.datetime


@dataclass(frozen=True, slots=True)
class Session:
    """An open session, and when it was last used."""

    account: int
    made: dt.datetime
    seen: dt.datetime


def create_account(
    connection: Connection,
    name: str,
    role: str,
    at: dt.datetime,
    *,
    password: str | None = None,
    email: str | None = None,
) -> Account:
    """Add an account; name and address must be free."""
    values: dict[str, Any] = {"name": name, "role": role, "active": True, "password": password, "email": email,
                              "subject": None, "made": at}  # fmt: skip
    done = connection.execute(insert(_accounts).values(values).returning(_accounts.c.id))
    return Account(id=done.scalar_one(), **values)


def find_account(connection: Connection, **by: object) -> Account | None:
    """The account with that ``id``, ``name``, ``email`` or ``subject``."""
    where = [_accounts.c[name] == value for name, value in by.items()]
    row = connection.execute(select(_accounts).where(*where)).mappings().one_or_none()
    return None if row is None else _account(row)


def list_accounts(connection: Connection) -> list[Account]:
    """All accounts by name, those that may not enter any more included."""
    return [_account(row) for row in connection.execute(select(_accounts).order_by(_accounts.c.name)).mappings()]


def update_account(connection: Connection, account: int, **changes: object) -> None:
    """Change what is known of an account."""
    connection.execute(update(_accounts).where(_accounts.c.id == account).values(changes))


def _account(row: RowMapping) -> Account:
    return Account(**{name: row[name] for name in Account.__slots__})


# ------------------------------------------------------------------------------------------------- sessions


def open_session(connection: Connection, account: int, at: dt.datetime) -> str:
    """Begin a session; returns its token, which is not to be had again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(insert(_sessions).values(hash=_hash(token), account=account, made=at, seen=at))
    return token


def find_session(connection: Connection, token: str) -> Session | None:
    """The session of a token, however old."""
    if not _may_be_token(token):
        return None
    row = connection.execute(select(_sessions).where(_sessions.c.hash == _hash(token))).mappings().one_or_none()
    return None if row is None else Session(row["account"], row["made"], row["seen"])


def touch_session(connection: Connection, token: str, at: dt.datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(_sessions).where(_sessions.c.hash == _hash(token)).values(seen=at))


def close_session(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(_sessions).where(_sessions.c.hash == _hash(token)))


def close_sessions(connection: Connection, account: int) -> None:
    """End every session of an account."""
    connection.execute(delete(_sessions).where(_sessions.c.account == account))


def forget_sessions(connection: Connection, before: dt.datetime) -> None:
    """Drop sessions that began before an instant."""
    connection.execute(delete(_sessions).where(_sessions.c.made < before))


# ------------------------------------------------------------------------------------------------ one-time links


def make_link(connection: Connection, account: int | None, until: dt.datetime) -> str:
    """A link that works once, for an account or (None) for the first admin; returns its token. Earlier ones work no more."""
    drop_links(connection, account)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(insert(_links).values(hash=_hash(token), account=account, until=until))
    return token


def has_link(connection: Connection, account: int | None, at: dt.datetime) -> bool:
    """Whether there is a link that still works."""
    query = select(func.count()).select_from(_links).where(_links.c.until > at, _same(account))
    return bool(connection.execute(query).scalar_one())


def find_link(connection: Connection, token: str, at: dt.datetime) -> tuple[bool, int | None]:
    """Whether there is a link that still works, and the account that it is for."""
    if not _may_be_token(token):
        return False, None
    row = connection.execute(select(_links).where(_links.c.hash == _hash(token))).mappings().one_or_none()
    return (False, None) if row is None or row["until"] <= at else (True, row["account"])


def take_link(connection: Connection, token: str, at: dt.datetime) -> tuple[bool, int | None]:
    """Use a link up: whether there was one that still worked, and the account that it is for."""
    known, account = find_link(connection, token, at)
    gone = connection.execute(delete(_links).where(_links.c.hash == _hash(token))) if _may_be_token(token) else None
    return (known, account) if gone is not None and gone.rowcount == 1 else (False, None)


def drop_links(connection: Connection, account: int | None) -> None:
    """Let no link of an account work any more."""
    connection.execute(delete(_links).where(_same(account)))


def _same(account: int | None) -> Any:
    return _links.c.account.is_(None) if account is None else _links.c.account == account


# ------------------------------------------------------------------------------------------------- attempts


def add_attempt(connection: Connection, bucket: str, at: dt.datetime) -> None:
    """Note that somebody has tried."""
    connection.execute(insert(_attempts).values(bucket=bucket, at=at))


def list_attempts(connection: Connection, bucket: str, since: dt.datetime) -> list[dt.datetime]:
    """When somebody has tried since an instant, oldest first."""
    query = select(_attempts.c.at).where(_attempts.c.bucket == bucket, _attempts.c.at > since).order_by(_attempts.c.at)
    return list(connection.execute(query).scalars())


def drop_attempt(connection: Connection, bucket: str, at: dt.datetime) -> None:
    """Drop one attempt, which was none: the password was right."""
    connection.execute(delete(_attempts).where(_attempts.c.bucket == bucket, _attempts.c.at == at))


def forget_attempts(
    connection: Connection, *, bucket: str | None = None, before: dt.datetime | None = None, after: dt.datetime | None = None
) -> None:
    """Drop the attempts of a bucket, or all those before one instant and after another, which a clock put back has left."""
    query = delete(_attempts)
    if bucket is not None:
        query = query.where(_attempts.c.bucket == bucket)
    outside = [] if before is None else [_attempts.c.at < before]
    outside += [] if after is None else [_attempts.c.at > after]
    connection.execute(query.where(or_(*outside)) if outside else query)


def _may_be_token(token: str) -> bool:
    return 0 < len(token) <= LONGEST_TOKEN and token.isascii()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
