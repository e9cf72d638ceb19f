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
    reach = region.within_reach(itinerary.request.reach)
    days: dict[str, list[int]] = {}
    events: dict[str, Event] = {}
    for d, day in enumerate(itinerary.days, start=1):
        for event in region.calendar_events(day.date):
            if event.place_id in region.catalog.attractions and event.place_id in reach:
                days.setdefault(event.id, []).append(d)
                events[event.id] = event
    found = [
        Occasion(event, tuple(days[name]), next((d for d in days[name] if _there(itinerary.days[d - 1], event.place_id)), None))
        for name, event in events.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.met is not None, one.days[0], one.event.id)))


def _there(day: ItineraryDay, place: str) -> bool:
    stops = [item for item in day.items if isinstance(item, StopItem)]
    return any(place in (stop.place, *(part.place for part in stop.parts)) for stop in stops)
