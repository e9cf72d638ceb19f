"""One self-contained page without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.trip.narrate import itinerary_html

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region


def write(itinerary: Itinerary, region: Region, lang: str) -> bytes:
    """The page, as UTF-8."""
    return itinerary_html(itinerary, region, lang).encode("utf-8", "backslashreplace")
