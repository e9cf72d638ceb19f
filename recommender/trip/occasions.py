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
    days
        Of the trip, from 1, on which it takes place.
    met
        The first of them on which the plan is there; None where it is not.
    """

    event: Event
    days: tuple[int, ...]
    met: int | None


def occasions(region: Region, itinerary: Itinerary) -> tuple[Occasion, ...]:
    """Events at places within reach, by their first day; those that the plan meets come last."""
    days: dict[str, list[int]] = {}
    events: dict[str, Event] = {}
    for d, day in enumerate(itinerary.days, start=1):
        for event in region.calendar_events(day.date):
            if event.place_id in region.catalog.attractions:
                days.setdefault(event.id, []).append(d)
                events[event.id] = event
    # What lies within reach is worked out from ways; most trips have no event to ask for.
    reach = region.within_reach(itinerary.request.reach) if events else frozenset()
    found = [
        Occasion(event, tuple(days[name]), next((d for d in days[name] if _there(itinerary.days[d - 1], event.place_id)), None))
        for name, event in events.items()
        if event.place_id in reach
    ]
    return tuple(sorted(found, key=lambda one: (one.met is not None, one.days[0], one.event.id)))


def _there(day: ItineraryDay, place: str) -> bool:
    return any(isinstance(item, StopItem) and place in item.places for item in day.items)
