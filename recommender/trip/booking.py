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
    opens, opens_min
        Day and minute when the places for the visit are given out: be there then. None where that is not known.
    by
        The last day on which booking ahead still is ahead: the day before the visit.
    """

    place: str
    visit: dt.datetime
    required: bool
    opens: dt.date | None
    opens_min: int | None
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
    return tuple(sorted(found, key=lambda b: (not b.required, b.opens or b.by, b.visit)))


def _takes_bookings(place: Attraction) -> bool:
    return bool(place.booking_required) or (place.booking_required is None and bool(place.booking_channel))


def _booking(place: Attraction, visit: dt.datetime) -> Booking:
    ahead = place.booking_opens_days
    return Booking(
        place.id, visit, bool(place.booking_required), None if ahead is None else visit.date() - dt.timedelta(days=ahead),
        place.booking_opens_min, visit.date() - dt.timedelta(days=1),
    )  # fmt: skip
