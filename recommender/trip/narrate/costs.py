"""What a day costs, how much of it is walked, and where it ends, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.i18n import text
from recommender.model import Itinerary, LegItem, StopItem
from recommender.trip.narrate.names import kilometres, money, place_name
from recommender.trip.narrate.sentences import fares_value
from recommender.trip.verify.money import strolled_m

if TYPE_CHECKING:
    from recommender.region import Region


def day_costs(itinerary: Itinerary, d: int, region: Region, lang: str) -> tuple[list[str], int]:
    """Tickets, fares, walking and the night of day ``d`` (from 0), and how many prices are unknown and not in them."""
    day = itinerary.days[d]
    tickets = fares = walk = 0
    for item in day.items:
        if isinstance(item, StopItem):
            walk += strolled_m(region.catalog, item)
            tickets += item.ticket_fen or sum(part.ticket_fen or 0 for part in item.parts)
        elif isinstance(item, LegItem):
            fares += item.fare_fen or 0
            walk += item.distance_m if item.mode == "walk" else 0
    unknown = [mark for mark in itinerary.totals.unknown_prices if mark.split(":")[1] == str(d + 1)]
    cells = [
        text("trip.totals.tickets", lang, money=money(tickets, lang)),
        text("trip.totals.fares", lang, money=fares_value(fares, unknown, itinerary.request.mode, lang)),
        text("trip.totals.walk", lang, km=kilometres(walk)),
    ]
    if day.lodging is not None:
        cells.append(text("trip.totals.night", lang, place=place_name(day.lodging, region, lang)))
    return cells, len(unknown)
