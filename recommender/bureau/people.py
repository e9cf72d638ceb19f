"""Who may enter, as what, and for how long.

Nobody is known from the start and there is no password to begin with: the first start of the console makes a link that works
once, for the first admin. Admins make all other accounts; each begins, and each forgotten password ends, with such a link.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from recommender import store
from recommender.bureau.desk import PROGRAM, Action, Desk, Person, Role, acting, known_person, looking
from recommender.errors import LoginFailed, NotFound, OneTimeLinkError, Problem, RequestError, TooManyAttempts
from recommender.store import Database, accounts
from recommender.store.accounts import Account
from recommender.store.database import clock

if TYPE_CHECKING:
    from argon2 import PasswordHasher
    from sqlalchemy import Connection

SESSION: Final = dt.timedelta(hours=12)
IDLE: Final = dt.timedelta(minutes=30)
LINK: Final = dt.timedelta(hours=24)
TOUCH: Final = dt.timedelta(minutes=1)
"""A session's last use is noted no more often than this: reading a page should not write."""
WINDOW: Final = dt.timedelta(minutes=15)
MOST_PER_ACCOUNT: Final = 8
MOST_PER_ADDRESS: Final = 40
"""Failed attempts within the window; many people may sit behind one address."""
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
FIRST_ADMIN: Final = None
"""The account that the first admin's link is for: none yet."""
_NAME: Final = re.compile(r"\w(?:[\w.-]{0,38}\w)")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


# ------------------------------------------------------------------------------------------------ accounts


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
    hashed = _new_password(name, password)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        if _admins(desk.connection):
            raise OneTimeLinkError
        _take(desk, token, first=True)
        _refuse_taken(desk.connection, name, None)
        made = accounts.create_account(desk.connection, name, Role.ADMIN, desk.now, password=hashed)
        desk.note("create_account", f"account/{made.id}", {"name": name, "role": str(Role.ADMIN)})
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
    hashed = _new_password("", password)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        account = _get(desk.connection, _take(desk, token, first=False))
        _refuse_simple(account.name, password)
        if not account.active:
            raise OneTimeLinkError
        _put_password(desk, account, hashed)
        return _person(account)


def change_password(person: Person, old: str, new: str, *, address: str = "", database: Database | None = None) -> None:
    """Change one's own password; every session of the account ends, this one too.

    Raises
    ------
    LoginFailed, TooManyAttempts
        As `login`, of the old password.
    RequestError
        The new one cannot be.
    StoreUnavailable
        The database cannot be used.
    """
    hashed = _new_password(person.name, new)
    account = _authenticated(person.name, old, address, database)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        _put_password(desk, account, hashed)


def _put_password(desk: Desk, account: Account, hashed: str) -> None:
    accounts.update_account(desk.connection, account.id, password=hashed)
    accounts.close_sessions(desk.connection, account.id)
    accounts.drop_links(desk.connection, account.id)
    accounts.forget_attempts(desk.connection, bucket=_account_bucket(account.name))
    desk.note("set_password", f"account/{account.id}", {"name": account.name})


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


# ----------------------------------------------------------------------------------------------- passwords


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """What is checked where there is no such account, so that it takes as long."""
    return _hasher().hash("nobody's password")


def _new_password(name: str, password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise RequestError([Problem("password", "", "password_short", {"limit": SHORTEST_PASSWORD})])
    if len(password) > LONGEST_PASSWORD:
        raise RequestError([Problem("password", "", "password_long", {"limit": LONGEST_PASSWORD})])
    _refuse_simple(name, password)
    return _hasher().hash(_bytes(password))


def _refuse_simple(name: str, password: str) -> None:
    if len(set(password)) <= 2 or (name and name in password.casefold()):
        raise RequestError([Problem("password", "", "password_simple")])


def _bytes(password: str) -> bytes:
    """The same password whichever keyboard typed it; half a surrogate pair is a wrong password, not a failure."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "backslashreplace")


def _holds(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, _bytes(password[:LONGEST_PASSWORD]))
    except (VerificationError, InvalidHashError):
        return False


# -------------------------------------------------------------------------------------------------- logins


def login(name: str, password: str, *, address: str = "", database: Database | None = None) -> str:
    """Begin a session; returns its token, for a cookie.

    Parameters
    ----------
    address
        Where the attempt comes from. A hash of its network is kept for a quarter of an hour.

    Raises
    ------
    LoginFailed
        No such account, no such password, or let in no more; which of these is not said.
    TooManyAttempts
        Of this account or address, right or wrong.
    StoreUnavailable
        The database cannot be used.
    """
    account = _authenticated(name, password, address, database)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        return _open(desk, account, {})


def _authenticated(name: str, password: str, address: str, database: Database | None) -> Account:
    tidy = unicodedata.normalize("NFKC", name).strip().casefold()[:200]
    buckets = {_account_bucket(tidy): MOST_PER_ACCOUNT}
    if address:
        buckets[_address_bucket(address)] = MOST_PER_ADDRESS
    with (database or store.database()).writing_alone() as connection:
        now = clock(connection)
        # Counted before it is checked: of many at once none slips through.
        refused = _refused_min(connection, buckets, now)
        account = accounts.find_account(connection, name=tidy) if refused is None and tidy.isprintable() else None
    if refused is not None:
        raise TooManyAttempts(minutes=refused)
    held = account.password if account is not None and account.active else None
    right = _holds(held or _nobody(), password)
    if account is None or held is None or not right:
        raise LoginFailed
    with (database or store.database()).writing_alone() as connection:
        for bucket in buckets:
            accounts.drop_attempt(connection, bucket, now)
        accounts.forget_attempts(connection, bucket=_account_bucket(tidy))
    return account


def _refused_min(connection: Connection, buckets: Mapping[str, int], now: dt.datetime) -> int | None:
    """Count an attempt; where there were too many, after how many minutes there may be another."""
    accounts.forget_attempts(connection, before=now - WINDOW)
    for bucket, most in buckets.items():
        tried = accounts.list_attempts(connection, bucket, now - WINDOW)
        if len(tried) >= most:
            return math.ceil((tried[-most] + WINDOW - now) / dt.timedelta(minutes=1))
    for bucket in buckets:
        accounts.add_attempt(connection, bucket, now)
    return None


def _account_bucket(name: str) -> str:
    return "name:" + hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()


def _address_bucket(address: str) -> str:
    """One bucket a network: whoever has one IPv6 address has 2⁶⁴ of them."""
    try:
        known = ipaddress.ip_address(address.strip())
    except ValueError:
        network = "unknown"
    else:
        mapped = getattr(known, "ipv4_mapped", None) or known
        network = str(ipaddress.ip_network(f"{mapped}/{24 if mapped.version == 4 else 64}", strict=False))
    return "from:" + hashlib.sha256(network.encode()).hexdigest()


def _open(desk: Desk, account: Account, detail: Mapping[str, Any]) -> str:
    known = accounts.find_account(desk.connection, id=account.id)
    if known is None or not known.active or known.password != account.password:
        raise LoginFailed
    accounts.forget_sessions(desk.connection, desk.now - SESSION)
    desk.note("login", f"account/{account.id}", {"name": account.name, **detail})
    return accounts.open_session(desk.connection, account.id, desk.now)


def find_person(token: str, *, database: Database | None = None) -> Person | None:
    """Whose session a token is of; None where it has ended, was too long idle, or never was.

    Raises
    ------
    StoreUnavailable
        The database cannot be used.
    """
    target = database or store.database()
    with target.reading() as connection:
        session, now = accounts.find_session(connection, token), clock(connection)
        if session is None or now - session.made >= SESSION or now - session.seen >= IDLE:
            return None
        person = known_person(connection, Person(session.account, "", Role.PARTNER))
    if person is not None and now - session.seen >= TOUCH:
        with target.writing() as connection:
            accounts.touch_session(connection, token, now)
    return person


def logout(token: str, *, database: Database | None = None) -> None:
    """End a session; one that has ended already is no error.

    Raises
    ------
    StoreUnavailable
        The database cannot be used.
    """
    with (database or store.database()).writing() as connection:
        if accounts.find_session(connection, token) is not None:
            accounts.close_session(connection, token)


# ------------------------------------------------------------------------------- logins by another system


def match_account(user: Mapping[str, Any], known: Iterable[Account]) -> Account | None:
    """The account that an OpenID provider's word belongs to, as Streamlit's ``st.user`` gives it; None where there is none.

    An account is recognised by the ``subject`` that it once came with; before that by the e-mail address that an admin has
    allowed, if the provider says that it has verified it.
    """
    subject = subject_of(user)
    email = user.get("email") if user.get("email_verified") is True else None
    if subject is None:
        return None
    active = [account for account in known if account.active]
    for account in active:
        if account.subject == subject:
            return account
    for account in active:
        if isinstance(email, str) and account.subject is None and account.email == email.strip().casefold():
            return account
    return None


def subject_of(user: Mapping[str, Any]) -> str | None:
    """Who somebody is for an OpenID provider, once and for all: ``issuer|subject``."""
    issuer, subject = user.get("iss"), user.get("sub")
    named = isinstance(issuer, str) and isinstance(subject, str) and bool(issuer) and bool(subject)
    return f"{issuer}|{subject}" if named and len(f"{issuer}|{subject}") <= 600 else None


def login_by_provider(user: Mapping[str, Any], *, database: Database | None = None) -> str:
    """Begin a session for somebody whom an OpenID provider vouches for; returns its token.

    Raises
    ------
    LoginFailed
        No admin has allowed them.
    StoreUnavailable
        The database cannot be used.
    """
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        account = match_account(user, accounts.list_accounts(desk.connection))
        if account is None:
            raise LoginFailed
        if account.subject is None:
            accounts.update_account(desk.connection, account.id, subject=subject_of(user))
        return _open(desk, account, {"provider": user.get("iss")})
