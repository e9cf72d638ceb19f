"""Festivals and seasons on the dates of a trip: which the plan meets, and which it could be built around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.model import StopItem

if TYPE_CHECKING:
    from recommender.catalog import Event
    from recommender.model import Itinerary, ItineraryDay
    from recommender.region import Region


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event during the trip.

    Attributes
    ----------
    places
        Where it is held within the reach of the trip; at least one.
    days
        Of the trip, from 1, on which it takes place.
    met
        The first of them on which the plan is at one of the places; None where it is not.
    """

    event: Event
    places: tuple[str, ...]
    days: tuple[int, ...]
    met: int | None


def occasions(region: Region, itinerary: Itinerary) -> tuple[Occasion, ...]:
    """Events at places within reach, by their first day; those that the plan meets come last."""
    days: dict[str, list[int]] = {}
    events: dict[str, Event] = {}
    for d, day in enumerate(itinerary.days, start=1):
        for event in region.calendar_events(day.date):
            if any(place in region.catalog.attractions for place in event.place_ids):
                days.setdefault(event.id, []).append(d)
                events[event.id] = event
    # What lies within reach is worked out from ways; most trips have no event to ask for.
    reach = region.within_reach(itinerary.request.reach) if events else frozenset()
    found = [
        Occasion(event, places, tuple(days[name]), next((d for d in days[name] if _there(itinerary.days[d - 1], places)), None))
        for name, event in events.items()
        if (places := tuple(place for place in event.place_ids if place in reach))
    ]
    return tuple(sorted(found, key=lambda one: (one.met is not None, one.days[0], one.event.id)))


def _there(day: ItineraryDay, places: tuple[str, ...]) -> bool:
    return any(isinstance(item, StopItem) and not set(places).isdisjoint(item.places) for item in day.items)
