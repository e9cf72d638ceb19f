"""What to book, as sentences in the order in which to act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.i18n import text
from recommender.trip.booking import Booking, bookings
from recommender.trip.narrate.names import clock, date_words, place_name
from recommender.trip.narrate.prose import booking_channel

if TYPE_CHECKING:
    import datetime as dt

    from recommender.model import Itinerary
    from recommender.region import Region


def booking_texts(itinerary: Itinerary, region: Region, lang: str, today: dt.date | None = None) -> list[str]:
    """One sentence a place with when and where to book, then that nobody here asks for papers; [] where there is none.

    Parameters
    ----------
    today
        Where it is known, what is over is left out and what is due is said as such.
    """
    found = [
        _sentence(booking, region, lang, today)
        for booking in bookings(region, itinerary)
        if today is None or booking.visit.date() >= today
    ]
    return [*found, text("trip.booking.papers", lang)] if found else []


def _sentence(booking: Booking, region: Region, lang: str, today: dt.date | None) -> str:
    channel = booking_channel(region.catalog.attractions[booking.place], lang)
    visit = date_words(booking.visit.date(), lang)
    return text(
        f"trip.booking.{_form(booking, today)}", lang,
        place=place_name(booking.place, region, lang),
        visit=f"{visit} {clock(booking.visit.hour * 60 + booking.visit.minute, lang)}",
        by=date_words(booking.by, lang),
        opens=_when(booking, lang),
        channel=channel or text("trip.booking.channel_unknown", lang),
    )  # fmt: skip


def _form(booking: Booking, today: dt.date | None) -> str:
    if not booking.required:
        return "may"
    if today is not None and booking.by < today:
        return "late"
    given_out = booking.opens is None or (today is not None and booking.opens < today)
    return "by" if given_out else "opens"


def _when(booking: Booking, lang: str) -> str:
    """Day and, where it is known, hour at which places are given out."""
    if booking.opens is None:
        return ""
    day = date_words(booking.opens, lang)
    return day if booking.opens_min is None else f"{day} {clock(booking.opens_min, lang)}"
