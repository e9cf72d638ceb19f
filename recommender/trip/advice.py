"""What is good to know on the way: numbers to call, papers, money, luggage, parking; and what of it nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.catalog import ADVICE_TOPICS
from recommender.model import StopItem
from recommender.trip.frames import modes_of
from recommender.trip.previous import places_of

if TYPE_CHECKING:
    from recommender.catalog import Advice
    from recommender.model import Itinerary
    from recommender.region import Region


def advice(region: Region, itinerary: Itinerary, *, foreign: bool) -> tuple[Advice, ...]:
    """What concerns this trip, by topic.

    Parameters
    ----------
    foreign
        Whether what only foreign visitors need is wanted.
    """
    audiences = {"all"} | ({"foreign"} if foreign else set()) | ({"driver"} if _drives(itinerary) else set())
    visited = places_of(itinerary)
    places = visited | {region.catalog.attractions[place].area_id for place in visited}
    found = [
        one
        for one in region.catalog.advice.values()
        if one.audience in audiences and (not one.place_ids or any(place in places for place in one.place_ids))
    ]
    return tuple(sorted(found, key=lambda one: (ADVICE_TOPICS.index(one.topic), one.phone or "", one.id)))


def parking_unknown(region: Region, itinerary: Itinerary) -> tuple[str, ...]:
    """Stops to which one drives oneself without a word on where to leave the car; in order of the trip."""
    if not _drives(itinerary):
        return ()
    told = {p for one in region.catalog.advice.values() if one.topic == "parking" for p in one.place_ids}
    stops = dict.fromkeys(item.place for day in itinerary.days for item in day.items if isinstance(item, StopItem))
    return tuple(place for place in stops if place not in told and region.catalog.attractions[place].area_id not in told)


def _drives(itinerary: Itinerary) -> bool:
    """Whether on some day."""
    return "drive" in modes_of(itinerary.request)
