"""What has to be booked for a plan, in the order in which to do it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommender.model import Itinerary, StopItem

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region

MIDNIGHT: Final = dt.time(0)


@dataclass(frozen=True, slots=True)
class Booking:
    """One place to book.

    Attributes
    ----------
    place
        Its id.
    visit
        When the plan is there, in the region's own time.
    required
        False where the place takes bookings and nobody knows whether it insists.
    opens
        When the places of that day are given out: be there then. None where that is not known.
    by
        The last day on which booking ahead still is ahead: the day before the visit.
    """

    place: str
    visit: dt.datetime
    required: bool
    opens: dt.datetime | None
    by: dt.date


def bookings(region: Region, itinerary: Itinerary) -> tuple[Booking, ...]:
    """Every place of a plan that wants or takes bookings: those that must be first, each by the day on which to act."""
    found = [
        _booking(region.catalog.attractions[place], dt.datetime.combine(day.date, MIDNIGHT) + dt.timedelta(minutes=start))
        for day in itinerary.days
        for item in day.items
        if isinstance(item, StopItem)
        for place, start in [(item.place, item.start), *((part.place, part.start) for part in item.parts)]
        if _takes_bookings(region.catalog.attractions[place])
    ]
    return tuple(sorted(found, key=lambda b: (not b.required, b.by if b.opens is None else b.opens.date(), b.visit)))


def _takes_bookings(place: Attraction) -> bool:
    return bool(place.booking_required) or (place.booking_required is None and bool(place.booking_channel))


def _booking(place: Attraction, visit: dt.datetime) -> Booking:
    opens = None
    if place.booking_opens_days is not None:
        day = visit.date() - dt.timedelta(days=place.booking_opens_days)
        opens = dt.datetime.combine(day, MIDNIGHT) + dt.timedelta(minutes=place.booking_opens_min or 0)
    return Booking(place.id, visit, bool(place.booking_required), opens, visit.date() - dt.timedelta(days=1))
