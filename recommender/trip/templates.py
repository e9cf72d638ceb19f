"""Curated routes as templates: what they ask of a trip, and which of them can be offered today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from recommender.model import MAX_DAYS

if TYPE_CHECKING:
    from recommender.catalog import ThemedRoute
    from recommender.region import Region


def wish_of(region: Region, places: Sequence[str], days: int) -> dict[str, Any]:
    """The fields of a request that a route fills; places that are not attractions are passed through by themselves."""
    wanted = list(dict.fromkeys(place for place in places if place in region.catalog.attractions))
    return {"days": min(days, MAX_DAYS), "must_see": wanted, "reach": "region"}


def templates(region: Region, date: dt.date) -> list[ThemedRoute]:
    """The routes to offer to who travels from a date on: those of which no place is closed, unpublished or held back.

    Published ones come first, then the shorter ones.
    """
    found = [route for route in region.catalog.routes.values() if _is_whole(region, route, date)]
    return sorted(found, key=lambda route: (route.kind != "published", route.days, route.id))


def _is_whole(region: Region, route: ThemedRoute, date: dt.date) -> bool:
    if route.days > MAX_DAYS:
        return False
    for place in route.place_ids:
        found = region.catalog.find_place(place)
        attraction = region.catalog.attractions.get(place)
        if found is None or (attraction is not None and not attraction.suggest):
            return False
        days = [date + dt.timedelta(days=n) for n in range(route.days)]
        if attraction is not None and not any(region.calendar.opening(place, day).intervals for day in days):
            return False
    return any(place in region.catalog.attractions for place in route.place_ids)
