"""Routes that the bureau curates, tried out as trips."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.catalog.records import Tables, catalog_of
from recommender.errors import InfeasibleTrip, Problem, RequestError
from recommender.model import MAX_DAYS, StopItem, TripRequest
from recommender.region import Region
from recommender.trip.planning import plan_trip
from recommender.trip.templates import wish_of


@dataclass(frozen=True, slots=True)
class Tried:
    """What comes of a route: the places of each day, or why there is no such trip."""

    days: tuple[tuple[dt.date, tuple[str, ...]], ...] = ()
    refusal: InfeasibleTrip | RequestError | None = None


def try_route(tables: Tables, places: Sequence[str], days: str, first: dt.date) -> Tried:
    """Plan a trip that sees all places of a route, by hired car, with the data as they are in ``tables``.

    Raises
    ------
    RequestError
        The number of days cannot be read, or is more than a trip may have.
    CatalogInvalid
        The data make no catalogue.
    """
    if not days.strip().isascii() or not days.strip().isdigit() or not 1 <= int(days) <= MAX_DAYS:
        raise RequestError([Problem("days", days[:20], "field_choice", {"allowed": f"1 – {MAX_DAYS}"})])
    region = Region(catalog_of(tables))
    wanted = [place.strip() for place in places if place.strip()]
    wish = {"start_date": first.isoformat(), "mode": "charter", **wish_of(region, wanted, int(days))}
    try:
        itinerary = plan_trip(region, TripRequest.parse(wish))
    except (InfeasibleTrip, RequestError) as refusal:
        return Tried(refusal=refusal)
    return Tried(tuple(
        (day.date, tuple(item.place for item in day.items if isinstance(item, StopItem))) for day in itinerary.days
    ))  # fmt: skip
