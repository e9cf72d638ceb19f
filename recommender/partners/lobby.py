"""What the screen in the lobby shows: what is open around the hotel today, and the next buses where they are written down."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommender.partners.hotel import Hotel

if TYPE_CHECKING:
    from recommender.catalog import Link, Lodging
    from recommender.region import Region

SIGHTS: Final = 8
WITHIN_KM: Final = 40.0
STOPS_WITHIN_KM: Final = 2.5
DEPARTURES: Final = 4
_ALL_DAY_MIN: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Sight:
    """A place around the hotel today.

    Attributes
    ----------
    state
        ``open``, ``late`` after the last entry, ``later``, ``over`` or ``closed``.
    at_min
        Until when it is open, or when it opens; None where it does neither any more.
    known
        Whether the hours are known, and not a cautious guess, which a screen must not pass off as a fact.
    verified
        Whether they are certain enough for plans to keep no time free for them.
    """

    place: str
    km: float
    state: str
    at_min: int | None
    known: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class Departure:
    """The next one of a line from a stop near the hotel."""

    link: Link
    at_min: int


@dataclass(frozen=True, slots=True)
class Board:
    """One moment's screen."""

    at: dt.datetime
    sights: tuple[Sight, ...]
    departures: tuple[Departure, ...]


def board(region: Region, hotel: Hotel, now: dt.datetime) -> Board:
    """The screen at a moment; the nearest places first, whatever they are.

    Parameters
    ----------
    now
        Aware, or local time.
    """
    minute = now.hour * 60 + now.minute
    here = region.catalog.lodging.get(hotel.place, hotel)
    return Board(now, tuple(_sights(region, here, now.date(), minute)), tuple(_departures(region, here, minute)))


def _sights(region: Region, here: Hotel | Lodging, today: dt.date, minute: int) -> list[Sight]:
    from recommender.travel.road import straight_km

    found = [a for a in region.catalog.attractions.values() if a.area_id is None and a.suggest and a.category != "show"]
    if not found:
        return []
    far = straight_km(here.lat, here.lon, [a.lat for a in found], [a.lon for a in found])
    near = sorted((float(km), a.id) for a, km in zip(found, far, strict=True) if km <= WITHIN_KM)[:SIGHTS]
    return [_sight(region, place, km, today, minute) for km, place in near]


def _sight(region: Region, place: str, km: float, today: dt.date, minute: int) -> Sight:
    opening = region.calendar.opening(place, today)
    verified = opening.slack_min == 0
    for opens, closes in opening.intervals:
        if minute < opens:
            return Sight(place, km, "later", opens, opening.known, verified)
        if minute < closes:
            if opening.last_entry_min is not None and minute > opening.last_entry_min:
                return Sight(place, km, "late", closes, opening.known, verified)
            return Sight(place, km, "open", closes if closes - opens < _ALL_DAY_MIN else None, opening.known, verified)
    return Sight(place, km, "over" if opening.intervals else "closed", None, opening.known, verified)


def _departures(region: Region, here: Hotel | Lodging, minute: int) -> list[Departure]:
    """Only what is written down and fit to plan on: a guess on a screen would make somebody miss a bus."""
    from recommender.travel.road import straight_km

    hubs = list(region.catalog.hubs.values())
    far = straight_km(here.lat, here.lon, [hub.lat for hub in hubs], [hub.lon for hub in hubs])
    near = {hub.id for hub, km in zip(hubs, far, strict=True) if km <= STOPS_WITHIN_KM}
    found = [
        Departure(link, min(at for at in link.departures if at >= minute))
        for link in region.catalog.links
        if link.from_id in near and link.usable and any(at >= minute for at in link.departures)
    ]
    return sorted(found, key=lambda one: one.at_min)[:DEPARTURES]
