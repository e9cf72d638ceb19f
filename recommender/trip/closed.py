"""Which closures a plan that was made before them runs into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.i18n import text
from recommender.model import Itinerary, ItineraryDay, MealItem, StopItem
from recommender.trip.narrate.names import date_words, place_name

if TYPE_CHECKING:
    from recommender.catalog import Closure
    from recommender.region import Region


@dataclass(frozen=True, slots=True)
class ClosedVisit:
    """A place of the plan that a closure meets on its day.

    Attributes
    ----------
    day
        Of the trip, from 1.
    """

    place: str
    day: int
    date: dt.date
    closure: Closure

    def message(self, region: Region, lang: str) -> str:
        """In words: where, when, why, until when, and who says so."""
        closure = self.closure
        values = {
            "place": place_name(self.place, region, lang), "date": date_words(self.date, lang), "reason": closure.reason,
            "source": closure.source,
        }  # fmt: skip
        if closure.to is None:
            return text("trip.closed.open_ended", lang, **values)
        return text("trip.closed.until", lang, **values, until=date_words(closure.to, lang))


def closed_visits(region: Region, itinerary: Itinerary) -> tuple[ClosedVisit, ...]:
    """Sights, parts of sights, meals and nights of a plan that are closed on their days, in order; each place once a day.

    Parameters
    ----------
    region
        What is known now.
    itinerary
        A plan that may have been made with older data.
    """
    found: dict[tuple[str, int], ClosedVisit] = {}
    for number, day in enumerate(itinerary.days, start=1):
        for place in _places(day):
            closure = _closure(region, place, day.date)
            if closure is not None:
                found.setdefault((place, number), ClosedVisit(place, number, day.date, closure))
    return tuple(found.values())


def _places(day: ItineraryDay) -> Iterator[str]:
    for item in day.items:
        if isinstance(item, StopItem):
            yield from item.places
        elif isinstance(item, MealItem) and isinstance(item.place, str):
            yield item.place
    if isinstance(day.lodging, str):
        yield day.lodging


def _closure(region: Region, place: str, date: dt.date) -> Closure | None:
    for closure in region.catalog.closures:
        if closure.place_id == place and closure.from_ <= date and (closure.to is None or date <= closure.to):
            return closure
    return None
