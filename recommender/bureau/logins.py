"""Sessions: how they begin, by password or by another system's word, how often one may try, and when they end."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from recommender import store
from recommender.bureau.desk import PROGRAM, Action, Desk, Person, Role, acting, known_person
from recommender.bureau.passwords import is_password
from recommender.errors import LoginFailed, TooManyAttempts
from recommender.store import Database, accounts
from recommender.store.accounts import Account, Session
from recommender.store.database import clock

if TYPE_CHECKING:
    from sqlalchemy import Connection

SESSION: Final = dt.timedelta(hours=12)
IDLE: Final = dt.timedelta(minutes=30)
TOUCH: Final = dt.timedelta(minutes=1)
"""A session's last use is noted no more often than this: reading a page should not write."""
WINDOW: Final = dt.timedelta(minutes=15)
MOST_PER_ACCOUNT: Final = 8
MOST_PER_ADDRESS: Final = 40
"""Failed attempts within the window; many people may sit behind one address."""


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
    account = authenticated(name, password, address, database)
    with acting(PROGRAM, Action.MANAGE_PEOPLE, database) as desk:
        return _open(desk, account, {})


def authenticated(name: str, password: str, address: str, database: Database | None) -> Account:
    """The account that name and password open.

    Raises
    ------
    LoginFailed, TooManyAttempts, StoreUnavailable
        As `login`.
    """
    tidy = unicodedata.normalize("NFKC", name).strip().casefold()[:200]
    buckets = {account_bucket(tidy): MOST_PER_ACCOUNT}
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
    if not is_password(held, password) or account is None:
        raise LoginFailed
    with (database or store.database()).writing_alone() as connection:
        for bucket in buckets:
            accounts.drop_attempt(connection, bucket, now)
        accounts.forget_attempts(connection, bucket=account_bucket(tidy))
    return account


def _refused_min(connection: Connection, buckets: Mapping[str, int], now: dt.datetime) -> int | None:
    """Count an attempt; where there were too many, after how many minutes there may be another."""
    accounts.forget_attempts(connection, before=now - WINDOW, after=now + TOUCH)
    for bucket, most in buckets.items():
        tried = accounts.list_attempts(connection, bucket, now - WINDOW)
        if len(tried) >= most:
            return math.ceil((tried[-most] + WINDOW - now) / dt.timedelta(minutes=1))
    for bucket in buckets:
        accounts.add_attempt(connection, bucket, now)
    return None


def account_bucket(name: str) -> str:
    """Under what the attempts to enter an account are counted."""
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
    who = Person(known.id, known.name, Role(known.role))
    desk.note("login", f"account/{account.id}", {"name": account.name, **detail}, by=who)
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
        if session is None or not _is_open(session, now):
            return None
        person = known_person(connection, Person(session.account, "", Role.PARTNER))
    if person is not None and now - session.seen >= TOUCH:
        with target.writing() as connection:
            accounts.touch_session(connection, token, now)
    return person


def _is_open(session: Session, now: dt.datetime) -> bool:
    """Neither too old nor too long idle; nor from a time to come, which a clock that was put back would keep open for as long."""
    return -TOUCH <= now - session.made < SESSION and -TOUCH <= now - session.seen < IDLE


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
