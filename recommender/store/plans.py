"""Shared plans: kept without an account, found by a secret link.

Two secrets belong to a plan. Who has the read token sees it; who has the edit token may change and delete it. Of the edit
token only a hash is kept: the database alone lets nobody edit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Integer, MetaData, RowMapping, String, Table, delete, func, insert, select, update

from recommender.errors import RevisionConflict, ShareLinkError, StoreUnavailable
from recommender.store.columns import Instant, Json
from recommender.store.database import Database

TOKEN_BYTES: Final = 24
"""192 bits: nobody finds a link by trying."""
LONGEST_TOKEN: Final = 64
OPENED_EVERY: Final = dt.timedelta(days=1)
"""That a plan was opened is noted once in so long: by the day is enough, and readers seldom have to write."""
_log = logging.getLogger(__name__)

_plans: Final = Table(
    "shared_plans",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("read_hash", String(64), nullable=False, unique=True),
    Column("read_token", String(64), nullable=False),
    Column("edit_hash", String(64), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    Column("updated", Instant, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("revision", String(80), nullable=False),
    Column("request", Json, nullable=False),
    Column("itinerary", Json, nullable=False),
    Column("places", Json, nullable=False),
    Column("opened", Instant),
    Column("partner", String(40)),
    Column("channel", String(16)),
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The two secrets of a plan, for its links; the edit token is not to be had again."""

    read: str
    edit: str


@dataclass(frozen=True, slots=True)
class Content:
    """What of a plan may change.

    Attributes
    ----------
    request, itinerary
        As JSON data.
    places
        Name and position of each place of the plan when it was stored, by id: ``[zh, en, lat, lon]``.
    revision
        Of the data that the itinerary was made with.
    lang
        In which language it was shared.
    """

    request: Any
    itinerary: Any
    places: Any
    revision: str
    lang: str


@dataclass(frozen=True, slots=True)
class SharedPlan:
    """A plan as stored. ``version`` counts from 1 and grows with each change.

    Attributes
    ----------
    partner, channel
        Through which hotel partner it was made, and by which of the partner's ways; None where through none.
    """

    read_token: str
    version: int
    created: dt.datetime
    updated: dt.datetime
    content: Content
    partner: str | None = None
    channel: str | None = None


def create_plan(database: Database, content: Content, *, partner: str | None = None, channel: str | None = None) -> Keys:
    """Store a plan and make its two secrets; ``partner`` and ``channel`` as of `SharedPlan`, which no later change touches."""
    keys = Keys(secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES))
    now = dt.datetime.now(dt.UTC)
    values = {
        "read_hash": _hash(keys.read), "read_token": keys.read, "edit_hash": _hash(keys.edit), "version": 1,
        "created": now, "updated": now, "opened": _day(now), "partner": partner, "channel": channel, **_columns(content),
    }  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(_plans).values(values))
    return keys


def get_plan(database: Database, read_token: str) -> SharedPlan:
    """The plan behind a read link.

    Raises
    ------
    ShareLinkError
        There is none, or no more.
    """
    row = _find(database, "read_hash", read_token)
    # The hash has found it; whether it is the one does not hang on how long a comparison takes.
    if row is None or not hmac.compare_digest(row["read_token"].encode(), read_token.encode()):
        raise ShareLinkError
    _note_opened(database, row)
    return _plan(row)


def get_plan_to_edit(database: Database, edit_token: str) -> SharedPlan:
    """The plan behind an edit link.

    Raises
    ------
    ShareLinkError
        There is none, or no more.
    """
    row = _find(database, "edit_hash", edit_token)
    if row is None or not hmac.compare_digest(row["edit_hash"], _hash(edit_token)):
        raise ShareLinkError
    _note_opened(database, row)
    return _plan(row)


def update_plan(database: Database, edit_token: str, expected_version: int, content: Content) -> int:
    """Put other content under the same links; returns the new version.

    Raises
    ------
    ShareLinkError
        No such plan, or no more.
    RevisionConflict
        It was changed since ``expected_version``; what is stored stays, ``detail["version"]`` says which version that is.
    """
    now = dt.datetime.now(dt.UTC)
    with database.writing() as connection:
        mine = _plans.c.edit_hash == _hash(edit_token)
        changed = connection.execute(
            update(_plans)
            .where(mine, _plans.c.version == expected_version)
            .values(version=expected_version + 1, updated=now, opened=_day(now), **_columns(content))
        )
        if changed.rowcount == 1:
            return expected_version + 1
        version = connection.execute(select(_plans.c.version).where(mine)).scalar_one_or_none()
    if version is None:
        raise ShareLinkError
    raise RevisionConflict(version=version)


def delete_plan(database: Database, edit_token: str) -> None:
    """Forget a plan for good; both its links lead nowhere from now on.

    Raises
    ------
    ShareLinkError
        No such plan, or no more.
    """
    with database.writing() as connection:
        gone = connection.execute(delete(_plans).where(_plans.c.edit_hash == _hash(edit_token)))
    if gone.rowcount != 1:
        raise ShareLinkError
    try:
        database.wipe()
    except StoreUnavailable:
        _log.warning("a deleted plan could not be written over at once")


def sweep_plans(database: Database, before: dt.datetime) -> int:
    """Forget plans that nobody has opened since an instant; returns how many."""
    # A program of before this column may still write rows without it.
    opened = func.coalesce(_plans.c.opened, _plans.c.updated, type_=Instant())
    with database.writing() as connection:
        return connection.execute(delete(_plans).where(opened < before)).rowcount


def _note_opened(database: Database, row: RowMapping) -> None:
    """Keep the day on which a plan was opened; that it cannot be kept is no reason not to show the plan."""
    today = _day(dt.datetime.now(dt.UTC))
    if row["opened"] is not None and today - row["opened"] < OPENED_EVERY:
        return
    try:
        with database.writing() as connection:
            connection.execute(update(_plans).where(_plans.c.id == row["id"]).values(opened=today))
    except StoreUnavailable:
        _log.warning("the day on which a plan was opened could not be kept")


def _day(instant: dt.datetime) -> dt.datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _find(database: Database, column: str, token: str) -> RowMapping | None:
    if not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
        return None
    with database.reading() as connection:
        return connection.execute(select(_plans).where(_plans.c[column] == _hash(token))).mappings().one_or_none()


def _hash(token: str) -> str:
    """Tokens are long and random: a plain hash is enough, none can be guessed from it."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def _columns(content: Content) -> dict[str, Any]:
    return {
        "lang": content.lang, "revision": content.revision, "request": content.request, "itinerary": content.itinerary,
        "places": content.places,
    }  # fmt: skip


def _plan(row: RowMapping) -> SharedPlan:
    content = Content(row["request"], row["itinerary"], row["places"], row["revision"], row["lang"])
    return SharedPlan(
        row["read_token"], row["version"], row["created"], row["updated"], content, row["partner"], row["channel"]
    )
