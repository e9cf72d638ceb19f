"""Where every change begins: one transaction in which somebody who may do it does it, and the audit says so.

A use case that writes runs within `acting`. The role is read from the database there, not taken from the page's word: who was
demoted a second ago may do no more than that.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from recommender import store
from recommender.errors import PermissionDenied, Problem, RequestError
from recommender.store import Database, accounts, audit
from recommender.store.database import clock

LONGEST_WHY: Final = 1000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Role(StrEnum):
    """What somebody is to the bureau."""

    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"
    PARTNER = "partner"


class Action(StrEnum):
    """What somebody may be allowed to do."""

    EDIT = "edit"
    REVIEW = "review"
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"
    READ_AUDIT = "read_audit"
    MANAGE_PEOPLE = "manage_people"
    BACK_UP = "back_up"
    SETTLE = "settle"
    OWN_HOTEL = "own_hotel"
    REVIEW_PARTNERS = "review_partners"
    MANAGE_PARTNERS = "manage_partners"


_STAFF: Final = frozenset({Role.EDITOR, Role.REVIEWER, Role.ADMIN})
_SENIOR: Final = frozenset({Role.REVIEWER, Role.ADMIN})
ALLOWED: Final = {
    Action.EDIT: _STAFF,
    Action.REVIEW: _SENIOR,
    Action.PUBLISH: _SENIOR,
    # To close a gate wrongly costs a visit, to leave it open wrongly may cost more: anybody on duty may close, not open.
    Action.CLOSE: _STAFF,
    Action.REOPEN: _SENIOR,
    Action.READ_AUDIT: _SENIOR,
    Action.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Action.BACK_UP: frozenset({Role.ADMIN}),
    Action.SETTLE: _STAFF,
    Action.OWN_HOTEL: frozenset({Role.PARTNER, Role.ADMIN}),
    Action.REVIEW_PARTNERS: _SENIOR,
    Action.MANAGE_PARTNERS: frozenset({Role.ADMIN}),
}
"""Who may do what."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts. The program itself, where nobody does, is `PROGRAM`."""

    id: int
    name: str
    role: Role


PROGRAM: Final = Person(0, "program", Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Desk:
    """A transaction in which a person acts.

    Attributes
    ----------
    person
        As the database knows them now.
    now
        By the database's clock.
    """

    connection: Connection
    person: Person
    now: dt.datetime

    def note(self, action: str, subject: str, detail: Any = None, why: str = "", *, by: Person | None = None) -> None:
        """Add to the audit; ``action`` has its words in ``i18n/bureau.toml``, ``by`` is who did it if not who acts."""
        who = by or self.person
        audit.add_entry(self.connection, self.now, who.id, who.name, action, subject, detail, why)


def may(person: Person, action: Action) -> bool:
    """Whether a page should offer an action; the use case asks again."""
    return person.role in ALLOWED[action]


@contextmanager
def acting(person: Person, action: Action, database: Database | None = None) -> Iterator[Desk]:
    """A transaction for somebody who may do ``action``: all of it happens, with its audit, or nothing.

    Raises
    ------
    PermissionDenied
        Their role does not allow it, or they may not enter any more.
    StoreUnavailable
        The database cannot be used.
    """
    with (database or store.database()).writing_alone() as connection:
        known = known_person(connection, person)
        if known is None or not may(known, action):
            raise PermissionDenied(action=str(action), role=str(known.role if known else person.role))
        yield Desk(connection, known, clock(connection))


def known_person(connection: Connection, person: Person) -> Person | None:
    """A person as the database knows them now; None who may not enter any more."""
    if person is PROGRAM:
        return PROGRAM
    account = accounts.find_account(connection, id=person.id)
    return Person(account.id, account.name, Role(account.role)) if account is not None and account.active else None


@contextmanager
def looking(person: Person, database: Database | None = None, action: Action = Action.EDIT) -> Iterator[Connection]:
    """A transaction that reads, for somebody who may do ``action``.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `acting`.
    """
    with (database or store.database()).reading() as connection:
        known = known_person(connection, person)
        if known is None or not may(known, action):
            raise PermissionDenied(action=str(action), role=str(known.role if known else person.role))
        yield connection


def sentence(field: str, value: str, most: int = LONGEST_WHY) -> str:
    """A short text that must be there.

    Raises
    ------
    RequestError
        It is blank, too long, or holds control characters.
    """
    tidy = value.strip()
    if not tidy:
        raise RequestError([Problem(field, "", "text_missing")])
    if len(tidy) > most:
        raise RequestError([Problem(field, tidy[:60], "text_long", {"limit": most})])
    if _CONTROL.search(tidy):
        raise RequestError([Problem(field, "", "text_characters")])
    return tidy
