"""The partners as every request needs them: all of them at hand, a change of any seen within seconds.

A database that is away costs nobody their plan: the partners known last go on, and where none were ever known, a page without a
hotel does.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from recommender import store
from recommender.errors import PartnerTokenError, RequestError, StoreUnavailable
from recommender.model import PlaceRef
from recommender.partners import tokens
from recommender.partners.hotel import Hotel, read
from recommender.region import Region
from recommender.store import Database
from recommender.store.partners import PartnerRow, list_partners, stamp_of_partners

LOOKED_EVERY_S: Final = 2.0
SHANGHAI: Final = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Partner:
    """A hotel that works with us, as the bureau approved it."""

    id: str
    version: int
    keys: tokens.Keys = field(repr=False)
    hotel: Hotel

    def token(self, *, start: str = "", lang: str = "", until: dt.date | None = None) -> str:
        """A signed token of its own."""
        return tokens.sign(tokens.Token(self.id, start, lang, until), self.keys)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a link brought along.

    Attributes
    ----------
    partner
        The hotel; None where the link does not hold.
    start, lang
        As of the token.
    wrong
        Why it does not hold: ``forged``, ``expired``, ``revoked``; empty where it does.
    named
        The hotel whose link it is or was; None where nobody signed it.
    """

    partner: Partner | None
    start: str = ""
    lang: str = ""
    wrong: str = ""
    named: Partner | None = None

    def start_ref(self, region: Region) -> PlaceRef | None:
        """Where trips begin: the token's place or the hotel's own, by its id where the catalogue has it."""
        if self.partner is None:
            return None
        return self.start if _leads_somewhere(self.start, region) else self.home_ref(region)

    def home_ref(self, region: Region) -> PlaceRef | None:
        """The hotel, by its id where the catalogue has it."""
        if self.partner is None:
            return None
        hotel = self.partner.hotel
        return hotel.place if _leads_somewhere(hotel.place, region) else hotel.point(hotel.lang or "zh")


def _leads_somewhere(place: str, region: Region) -> bool:
    return place in region.catalog.lodging or place in region.catalog.hubs


class Register:
    """The partners of one database."""

    def __init__(self) -> None:
        self._partners: Mapping[str, Partner] = {}
        self._stamp: tuple[int, int] | None = None
        self._looked = -LOOKED_EVERY_S
        self._lock = threading.Lock()

    def partners(self, database: Database) -> Mapping[str, Partner]:
        """All that are active, by id; who comes while somebody else looks gets those known last, where there are any."""
        if time.monotonic() - self._looked >= LOOKED_EVERY_S and self._lock.acquire(blocking=self._stamp is None):
            try:
                if time.monotonic() - self._looked >= LOOKED_EVERY_S:
                    self._look(database)
            except StoreUnavailable:
                _log.warning("partners could not be looked up; those known last go on")
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        return self._partners

    def forget(self) -> None:
        """Look anew the next time: something was changed in this process."""
        with self._lock:
            self._looked = -LOOKED_EVERY_S

    def _look(self, database: Database) -> None:
        with database.reading() as connection:
            stamp = stamp_of_partners(connection)
            if stamp == self._stamp:
                return
            rows = list_partners(connection)
        self._partners = {row.id: known for row in rows if row.active and (known := _read(row)) is not None}
        self._stamp = stamp


_registers: Final[WeakKeyDictionary[Database, Register]] = WeakKeyDictionary()
_lock: Final = threading.Lock()


def register(database: Database | None = None) -> Register:
    """The register of a database, this process's by default."""
    kept = database or store.database()
    with _lock:
        return _registers.setdefault(kept, Register())


def find(partner: str, *, database: Database | None = None) -> Partner | None:
    """The active partner of that id."""
    return all_partners(database=database).get(partner)


def all_partners(*, database: Database | None = None) -> Mapping[str, Partner]:
    """Every active partner by id."""
    kept = database or store.database()
    return register(kept).partners(kept)


def of_token(token: str, *, database: Database | None = None) -> Partner | None:
    """The partner whose token this is; None where it does not hold."""
    return visit(token, database=database).partner


def visit(token: str, *, database: Database | None = None, today: dt.date | None = None) -> Visit:
    """What a token brings along; never raises for what a stranger may send."""
    name = tokens.partner_of(token)
    named = find(name, database=database) if name else None
    if named is None:
        # Nobody learns from this whether there was ever such a partner.
        return Visit(None, wrong="forged")
    try:
        said = tokens.read(token, named.keys, today or dt.datetime.now(SHANGHAI).date())
    except PartnerTokenError as error:
        wrong = str(error.detail["reason"])
        return Visit(None, wrong=wrong, named=None if wrong == "forged" else named)
    return Visit(named, said.start, said.lang, "", named)


def origins(*, database: Database | None = None) -> frozenset[str]:
    """Every site that some partner may show our pages on."""
    return frozenset(host for partner in all_partners(database=database).values() for host in partner.hotel.hosts)


def _read(row: PartnerRow) -> Partner | None:
    try:
        return Partner(row.id, row.version, row.keys, read(row.record))
    except RequestError as error:
        _log.error("partner %s cannot be read and is left out: %s", row.id, error)
        return None
