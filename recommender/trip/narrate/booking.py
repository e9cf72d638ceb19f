"""What to book, as sentences in the order in which to act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.i18n import text
from recommender.trip.booking import Booking, bookings
from recommender.trip.narrate.names import clock, date_words, place_name
from recommender.trip.narrate.prose import booking_channel

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region


def booking_texts(itinerary: Itinerary, region: Region, lang: str) -> list[str]:
    """One sentence a place with when and where to book, then that nobody here asks for papers; [] where there is none."""
    found = [_sentence(booking, region, lang) for booking in bookings(region, itinerary)]
    return [*found, text("trip.booking.papers", lang)] if found else []


def _sentence(booking: Booking, region: Region, lang: str) -> str:
    channel = booking_channel(region.catalog.attractions[booking.place], lang)
    visit = date_words(booking.visit.date(), lang)
    form = "may" if not booking.required else "by" if booking.opens is None else "opens"
    return text(
        f"trip.booking.{form}", lang,
        place=place_name(booking.place, region, lang),
        visit=f"{visit} {clock(booking.visit.hour * 60 + booking.visit.minute, lang)}",
        by=date_words(booking.by, lang),
        opens=_when(booking, lang),
        channel=channel or text("trip.booking.channel_unknown", lang),
    )  # fmt: skip


def _when(booking: Booking, lang: str) -> str:
    """Day and, where it is known, hour at which places are given out."""
    if booking.opens is None:
        return ""
    day = date_words(booking.opens, lang)
    return day if booking.opens_min is None else f"{day} {clock(booking.opens_min, lang)}"
