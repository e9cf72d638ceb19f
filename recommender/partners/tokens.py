"""Links that carry a hotel: signed, so that nobody makes one for another hotel, and withdrawn by changing the key.

A token is ``<partner>.<signed [start, language, last day]>``. The partner's own keys sign it; who changes them lets the old ones
hold for a while (cards are printed, sites are slow) or for no day longer.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from recommender.errors import PartnerTokenError
from recommender.i18n import LANGUAGES

Keys = Sequence[Sequence[str | None]]

KEY_BYTES: Final = 32
MOST_KEYS: Final = 20
"""So many are kept, those that hold the longest."""
LONGEST: Final = 300
PARTNER: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_START: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,79}|")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says.

    Attributes
    ----------
    partner
        Id of the partner.
    start
        Where trips begin: a place of the catalogue, or empty for the hotel itself.
    lang
        In which language its pages open; empty goes by the hotel's record.
    until
        The last day on which it holds; None for good.
    """

    partner: str
    start: str = ""
    lang: str = ""
    until: dt.date | None = None


def make_key() -> list[str | None]:
    """A key that signs from now on."""
    return [secrets.token_urlsafe(KEY_BYTES), None]


def rotated(keys: Keys, until: dt.date | None, today: dt.date) -> list[list[str | None]]:
    """Keys with a new one; the old ones sign no more, and hold to ``until`` or, without it, not at all.

    Those that hold no more are kept too: who comes with their links is told that there are new ones.
    """
    last = (until or today - dt.timedelta(days=1)).isoformat()
    ends = sorted((min(end or last, last), key) for key, end in keys)
    return [*([key, end] for end, key in ends[1 - MOST_KEYS :]), make_key()]


def sign(token: Token, keys: Keys) -> str:
    """The token as it stands in addresses."""
    body = [token.start, token.lang, token.until.isoformat() if token.until else ""]
    signed = _signer(token.partner, [str(keys[-1][0])]).dumps(body)
    return f"{token.partner}.{signed}"


def partner_of(given: str) -> str | None:
    """The partner that a token names; nothing is checked but that it looks like one."""
    name, dot, _ = given.partition(".")
    return name if dot and len(given) <= LONGEST and PARTNER.fullmatch(name) else None


def read(given: str, keys: Keys, today: dt.date) -> Token:
    """What a token says.

    Raises
    ------
    PartnerTokenError
        ``forged``: not signed with any of the keys. ``expired``: by its own day. ``revoked``: its key holds no more.
    """
    partner = partner_of(given)
    if partner is None:
        raise PartnerTokenError(reason="forged")
    signed = given[len(partner) + 1 :]
    holds = [str(key) for key, end in keys if end is None or end >= today.isoformat()]
    body = _body(partner, signed, holds)
    if body is None:
        old = [str(key) for key, _ in keys if str(key) not in holds]
        raise PartnerTokenError(reason="revoked" if _body(partner, signed, old) is not None else "forged")
    token = _token(partner, body)
    if token.until is not None and token.until < today:
        raise PartnerTokenError(reason="expired")
    return token


def _body(partner: str, signed: str, keys: list[str]) -> Any:
    if not keys:
        return None
    try:
        return _signer(partner, keys).loads(signed)
    except BadData:
        return None


def _token(partner: str, body: Any) -> Token:
    """What was signed was ours; of a program that wrote it otherwise it is as good as forged."""
    try:
        start, lang, until = body
        token = Token(partner, start, lang, dt.date.fromisoformat(until) if until else None)
        if not _START.fullmatch(token.start) or token.lang not in ("", *LANGUAGES):
            raise PartnerTokenError(reason="forged")
    except (TypeError, ValueError) as error:
        raise PartnerTokenError(reason="forged") from error
    return token


def _signer(partner: str, keys: list[str]) -> URLSafeSerializer:
    import hashlib

    return URLSafeSerializer(keys, salt=f"jinzhong partner {partner}", signer_kwargs={"digest_method": hashlib.sha256})
