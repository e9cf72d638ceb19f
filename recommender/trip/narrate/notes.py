"""Which warning belongs beside which item of which day."""

from __future__ import annotations

from typing import Final

from recommender.model import Itinerary, StopItem, Warning_

WEAKEST: Final = ("hours_unknown", "timetable_assumed", "hours_unverified", "coord_low", "price_unknown", "price_unverified")
"""What a plan may rest on, the shakiest first: a closed door costs more than a wrong price."""
OF_THE_TRIP: Final = frozenset({"timetable_assumed"})
"""Said once for all days that it concerns."""


def notes_of_day(itinerary: Itinerary, d: int) -> dict[int | None, list[Warning_]]:
    """Warnings of one day (from 0): by item index where they name a place seen there first, else under None."""
    here: dict[str, int] = {}
    before: set[str] = set()
    for at, day in enumerate(itinerary.days[: d + 1]):
        for k, item in enumerate(day.items):
            if isinstance(item, StopItem):
                for place in item.places:
                    if at < d:
                        before.add(place)
                    elif place not in before:
                        here.setdefault(place, k)
    found: dict[int | None, list[Warning_]] = {}
    for warning in itinerary.warnings:
        if warning.code in OF_THE_TRIP:
            continue
        if warning.day in (None, d + 1) and isinstance(warning.place, str) and warning.place in here:
            found.setdefault(here[warning.place], []).append(warning)
        elif warning.day == d + 1:
            found.setdefault(None, []).append(warning)
    return found


def weakest_fact(itinerary: Itinerary) -> Warning_ | None:
    """The warning about the fact on which the plan rests least surely; None where all of them have a source."""
    told = [warning for warning in itinerary.warnings if warning.code in WEAKEST]
    return min(told, key=lambda warning: WEAKEST.index(warning.code), default=None)


def notes_of_trip(itinerary: Itinerary) -> list[Warning_]:
    """Warnings that belong to no day."""
    shown = [w for d in range(len(itinerary.days)) for listed in notes_of_day(itinerary, d).values() for w in listed]
    return [warning for warning in itinerary.warnings if warning not in shown]
