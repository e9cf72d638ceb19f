"""What is worth a detour, one sentence a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.i18n import text
from recommender.trip.extras import extras
from recommender.trip.narrate.days import nth_day
from recommender.trip.narrate.names import duration, place_name, short_name

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region


def extra_texts(itinerary: Itinerary, region: Region, lang: str) -> list[str]:
    """``第一天下午：清虚观，离县衙 5 分钟，有 40 分钟就够``."""
    return [
        text(
            "trip.extra.line", lang,
            nth=nth_day(extra.day + 1, lang), part=text(f"trip.extra.{extra.part}", lang),
            place=place_name(extra.place, region, lang), after=short_name(extra.after, region, lang),
            way=duration(extra.way_min, lang), needed=duration(extra.needed_min, lang),
        )
        for extra in extras(region, itinerary)
    ]  # fmt: skip
