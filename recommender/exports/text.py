"""Plain text, as the terminal shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.trip.narrate import itinerary_text

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region


def write(itinerary: Itinerary, region: Region, lang: str) -> bytes:
    """The itinerary to read, as UTF-8."""
    return itinerary_text(itinerary, region, lang).encode("utf-8", "backslashreplace")
