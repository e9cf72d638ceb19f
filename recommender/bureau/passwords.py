"""Passwords: which are taken, and what is kept of them."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from recommender.errors import Problem, RequestError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """What is checked where there is no such account, so that it takes as long."""
    return _hasher().hash("nobody's password")


def hashed_password(name: str, password: str) -> str:
    """The hash of a new password.

    Raises
    ------
    RequestError
        It is too short, too long or too simple.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise RequestError([Problem("password", "", "password_short", {"limit": SHORTEST_PASSWORD})])
    if len(password) > LONGEST_PASSWORD:
        raise RequestError([Problem("password", "", "password_long", {"limit": LONGEST_PASSWORD})])
    refuse_simple(name, password)
    return _hasher().hash(_bytes(password))


def refuse_simple(name: str, password: str) -> None:
    """Say no to a password that repeats a character or two, or holds the account's name.

    Raises
    ------
    RequestError
        It does.
    """
    if len(set(password)) <= 2 or (name and name in password.casefold()):
        raise RequestError([Problem("password", "", "password_simple")])


def _bytes(password: str) -> bytes:
    """The same password whichever keyboard typed it; half a surrogate pair is a wrong password, not a failure."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "backslashreplace")


def is_password(hashed: str | None, password: str) -> bool:
    """Whether a password is the one of a hash; takes as long where there is none, so that nobody learns who has an account."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(hashed or _nobody(), _bytes(password[:LONGEST_PASSWORD]))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None
