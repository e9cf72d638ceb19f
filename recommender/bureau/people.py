"""Who may enter, and as what.

Nobody is known from the start and there is no password to begin with: the first start of the console makes a link that works
once, for the first admin. Admins make all other accounts; each begins, and each forgotten password ends, with such a link.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from recommender import store
from recommender.bureau.desk import PROGRAM, Action, Desk, Person, Role, acting, looking
from recommender.bureau.logins import account_bucket, authenticated
from recommender.bureau.passwords import hashed_password, refuse_simple
from recommender.errors import NotFound, OneTimeLinkError, Problem, RequestError
from recommender.store import Database, accounts, audit
from recommender.store.accounts import Account
from recommender.store.database import clock

if TYPE_CHECKING:
    from sqlalchemy import Connection

LINK: Final = dt.timedelta(hours=24)
FIRST_ADMIN: Final = None
"""The account that the first admin's link is for: none yet."""
_NAME: Final = re.compile(r"\w(?:[\w.-]{0,38}\w)")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


def first_admin_link(*, database: Database | None = None) -> str | None:
    """The token of a link that makes the first admin, to be shown once; None where there is an admin or such a link.

    Raises
    ------
    StoreUnavailable
        The database cannot be used.
    """
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        if _admins(desk.connection) or accounts.has_link(desk.connection, FIRST_ADMIN, desk.now):
            return None
        desk.note("first_link", "people")
        return accounts.make_link(desk.connection, FIRST_ADMIN, desk.now + LINK)


def has_admin(*, database: Database | None = None) -> bool:
    """Whether anybody manages people yet.

    Raises
    ------
    StoreUnavailable
        The database cannot be used.
    """
    with (database or store.database()).reading() as connection:
        return bool(_admins(connection))


def link_name(token: str, *, database: Database | None = None) -> str | None:
    """For whose account a one-time link is; None for the first admin's, who has none yet.

    Raises
    ------
    OneTimeLinkError
        It does not work, or no more.
    StoreUnavailable
        The database cannot be used.
    """
    with (database or store.database()).reading() as connection:
        known, account = accounts.find_link(connection, token, clock(connection))
        if not known:
            raise OneTimeLinkError
        return None if account is FIRST_ADMIN else _get(connection, account).name


def create_first_admin(token: str, name: str, password: str, *, database: Database | None = None) -> Person:
    """Use the first admin's link.

    Raises
    ------
    OneTimeLinkError
        It does not work, or no more.
    RequestError
        Name or password cannot be; the link still works.
    StoreUnavailable
        The database cannot be used.
    """
    name = _tidy_name(name)
    hashed = hashed_password(name, password)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        if _admins(desk.connection):
            raise OneTimeLinkError
        _take(desk, token, first=True)
        _refuse_taken(desk.connection, name, None)
        made = accounts.create_account(desk.connection, name, Role.ADMIN, desk.now, password=hashed)
        desk.note("create_account", f"account/{made.id}", {"name": name, "role": str(Role.ADMIN)}, by=_person(made))
        return _person(made)


def create_account(
    person: Person, name: str, role: Role | str, *, email: str | None = None, database: Database | None = None
) -> tuple[Person, str]:
    """Make an account; returns it with the token of the link by which its owner chooses a password.

    Parameters
    ----------
    email
        The address by which a login through another system is recognised.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `acting`.
    RequestError
        Name, role or address cannot be, or are taken.
    """
    name, kind, address = _tidy_name(name), _role(role), _tidy_email(email)
    with acting(person, Action.MANAGE_PEOPLE, database) as desk:
        _refuse_taken(desk.connection, name, address)
        made = accounts.create_account(desk.connection, name, kind, desk.now, email=address)
        desk.note("create_account", f"account/{made.id}", {"name": name, "role": str(kind), "email": address})
        return _person(made), accounts.make_link(desk.connection, made.id, desk.now + LINK)


def list_accounts(person: Person, *, database: Database | None = None) -> list[Account]:
    """All accounts.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `acting`.
    """
    with looking(person, database, Action.MANAGE_PEOPLE) as connection:
        return accounts.list_accounts(connection)


def last_logins(person: Person, *, database: Database | None = None) -> dict[int, dt.datetime]:
    """When each account was signed in to last, by its number; who never was is missing.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `acting`.
    """
    with looking(person, database, Action.MANAGE_PEOPLE) as connection:
        return audit.latest_by_account(connection, "login")


def change_account(
    person: Person,
    account: int,
    *,
    role: Role | str | None = None,
    active: bool | None = None,
    database: Database | None = None,
) -> Person:
    """Give somebody another role, or let them in no more; all their sessions end.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `acting`.
    NotFound
        There is no such account.
    RequestError
        No such role; or nobody would be left who manages people.
    """
    changes: dict[str, Any] = {} if role is None else {"role": str(_role(role))}
    changes |= {} if active is None else {"active": active}
    with acting(person, Action.MANAGE_PEOPLE, database) as desk:
        known = _get(desk.connection, account)
        if not changes:
            return _person(known)
        accounts.update_account(desk.connection, account, **changes)
        if not _admins(desk.connection):
            raise RequestError([Problem("account", known.name, "account_last_admin")])
        accounts.close_sessions(desk.connection, account)
        if active is False:
            accounts.drop_links(desk.connection, account)
        desk.note("change_account", f"account/{account}", changes)
        return _person(_get(desk.connection, account))


def reset_link(person: Person, account: int, *, database: Database | None = None) -> str:
    """A link by which somebody chooses a new password, once; returns its token. Their sessions end now.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `acting`.
    NotFound
        There is no such account.
    """
    with acting(person, Action.MANAGE_PEOPLE, database) as desk:
        _get(desk.connection, account)
        accounts.close_sessions(desk.connection, account)
        desk.note("reset_link", f"account/{account}")
        return accounts.make_link(desk.connection, account, desk.now + LINK)


def set_password(token: str, password: str, *, database: Database | None = None) -> Person:
    """Choose a password by a one-time link; every session of the account ends.

    Raises
    ------
    OneTimeLinkError
        The link does not work, or no more.
    RequestError
        The password cannot be; the link still works.
    StoreUnavailable
        The database cannot be used.
    """
    hashed = hashed_password("", password)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        account = _get(desk.connection, _take(desk, token, first=False))
        refuse_simple(account.name, password)
        if not account.active:
            raise OneTimeLinkError
        _put_password(desk, account, hashed)
        return _person(account)


def change_password(person: Person, old: str, new: str, *, address: str = "", database: Database | None = None) -> None:
    """Change one's own password; every session of the account ends, this one too.

    Raises
    ------
    LoginFailed, TooManyAttempts
        As `logins.login`, of the old password.
    RequestError
        The new one cannot be.
    StoreUnavailable
        The database cannot be used.
    """
    hashed = hashed_password(person.name, new)
    account = authenticated(person.name, old, address, database)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        _put_password(desk, account, hashed)


def _put_password(desk: Desk, account: Account, hashed: str) -> None:
    accounts.update_account(desk.connection, account.id, password=hashed)
    accounts.close_sessions(desk.connection, account.id)
    accounts.drop_links(desk.connection, account.id)
    accounts.forget_attempts(desk.connection, bucket=account_bucket(account.name))
    desk.note("set_password", f"account/{account.id}", {"name": account.name}, by=_person(account))


def _take(desk: Desk, token: str, *, first: bool) -> Any:
    known, account = accounts.take_link(desk.connection, token, desk.now)
    if not known or (account is FIRST_ADMIN) != first:
        raise OneTimeLinkError
    return account


def _get(connection: Connection, account: int) -> Account:
    found = accounts.find_account(connection, id=account)
    if found is None:
        raise NotFound(what="account")
    return found


def _admins(connection: Connection) -> list[Account]:
    return [found for found in accounts.list_accounts(connection) if found.active and found.role == Role.ADMIN]


def _person(account: Account) -> Person:
    return Person(account.id, account.name, Role(account.role))


def _refuse_taken(connection: Connection, name: str, email: str | None) -> None:
    if name == PROGRAM.name or accounts.find_account(connection, name=name):
        raise RequestError([Problem("name", name, "account_taken")])
    if email and accounts.find_account(connection, email=email):
        raise RequestError([Problem("email", email, "account_taken")])


def _tidy_name(name: str) -> str:
    tidy = unicodedata.normalize("NFKC", name).strip().casefold()
    if not _NAME.fullmatch(tidy):
        raise RequestError([Problem("name", name[:60], "account_name")])
    return tidy


def _tidy_email(email: str | None) -> str | None:
    tidy = (email or "").strip().casefold()
    if tidy and not (_EMAIL.fullmatch(tidy) and tidy.isprintable()):
        raise RequestError([Problem("email", tidy[:60], "account_email")])
    return tidy or None


def _role(role: Role | str) -> Role:
    if role not in list(Role):
        raise RequestError([Problem("role", str(role)[:60], "account_role", {"allowed": ", ".join(Role)})])
    return Role(role)
