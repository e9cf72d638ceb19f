"""Who asks: whoever is behind an address, and the partner whose token came along.

The one place where partners are plugged in: `plug_in` takes whatever knows their tokens and sites. Until then there are none.
Addresses stay in memory, and only as a hash under a key that this process makes up and forgets.
"""

from __future__ import annotations

import dataclasses
import hashlib
import ipaddress
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from starlette.requests import Request

from recommender.settings import settings

LOOPBACK: Final = "127.0.0.1"
_KEY: Final = secrets.token_bytes(32)
_HOP: Final = re.compile(r"\[([^\]]*)\](?::\d+)?|([^:]*)(?::\d+)?|(.*)")


class Partner(Protocol):
    """What the HTTP door needs to know of a partner."""

    @property
    def key(self) -> str:
        """Names the partner's token for good; never the token itself."""

    @property
    def requests_per_minute(self) -> int | None:
        """None for what the settings give every partner."""

    @property
    def plans_per_minute(self) -> int | None:
        """None for what the settings give every partner."""


class Partners(Protocol):
    """Who knows partners."""

    async def partner_of(self, request: Request) -> Partner | None:
        """Whose token a request carries; None without one.

        Raises
        ------
        RecommenderError, Refusal
            The token opens nothing, or may not be used here; the request is refused with it.
        """

    def allowed_origins(self) -> Collection[str]:
        """Sites (``https://hotel.example``) whose scripts may call the API; asked often, so kept in memory."""


class _Nobody:
    async def partner_of(self, request: Request) -> Partner | None:
        return None

    def allowed_origins(self) -> Collection[str]:
        return ()


_known: list[Partners] = [_Nobody()]


def plug_in(partners: Partners) -> None:
    """Let ``partners`` say from now on who is one."""
    _known[0] = partners


async def partner_of(request: Request) -> Partner | None:
    """The partner whose token a request carries, as `Partners.partner_of`."""
    return await _known[0].partner_of(request)


def allowed_origins() -> Collection[str]:
    """Sites whose scripts may call the API: those of the settings and those of partners."""
    return (*settings().cors_origins.split(), *_known[0].allowed_origins())


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom requests are counted for.

    Attributes
    ----------
    key
        Of an address or of a partner; never the address or the token.
    partner
        Whose token came along, for whom the same is counted once more: tokens stand in public links, so that they lift no bound.
    """

    key: str
    requests_per_minute: int
    plans_per_minute: int
    partner: Partner | None = None


async def identify(request: Request) -> Caller:
    """Whom a request is counted for; raises as ``partner_of``."""
    return dataclasses.replace(stranger(request), partner=await partner_of(request))


def together(partner: Partner) -> Caller:
    """All who come with a partner's token, as one caller."""
    config = settings()
    return Caller(
        f"partner:{partner.key}",
        partner.requests_per_minute or config.partner_requests_per_minute,
        partner.plans_per_minute or config.partner_planned_per_minute,
    )


def stranger(request: Request) -> Caller:
    """Whoever is behind the address that a request comes from."""
    config = settings()
    return Caller(f"address:{_hidden(client_address(request))}", config.requests_per_minute, config.planned_per_minute)


def client_address(request: Request) -> str:
    """Where a request comes from: the peer, or behind trusted proxies the last address that none of them has.

    The server itself believes what a proxy on this machine says of a client, before anybody has said that there is one. That is
    taken back here: without trusted proxies whoever comes through one counts as this machine.
    """
    peer = request.client.host if request.client is not None else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    if not forwarded:
        return peer
    hops = [_host(hop) for hop in forwarded.split(",")]
    if next((hop for hop in reversed(hops) if hop != LOOPBACK), None) == peer:
        peer = LOOPBACK
    trusted = _networks(settings().trusted_proxies)
    while hops and _is_in(peer, trusted):
        peer = hops.pop()
    return peer


def _host(hop: str) -> str:
    """``[2001:db8::1]:443``, ``192.0.2.1:80`` → the address alone."""
    found = _HOP.fullmatch(hop.strip())
    return next((part for part in found.groups() if part is not None), "") if found else ""


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=4)
def _networks(named: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(name, strict=False) for name in named.split())


def _is_in(host: str, networks: Sequence[Network]) -> bool:
    address = _address(host)
    return address is not None and any(address in network for network in networks)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _hidden(host: str) -> str:
    """A word for an address that says nothing to anybody else; of IPv6 for the network that one household has."""
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        host = str(ipaddress.ip_network((address, 64), strict=False))
    elif address is not None:
        host = str(address)
    return hashlib.blake2b(host.encode("utf-8", "backslashreplace"), key=_KEY, digest_size=12).hexdigest()
