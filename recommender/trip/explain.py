"""Why a place is in a plan, and why another is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.errors import Problem, UnknownPlace
from recommender.model import Itinerary, LeftOut, PartItem, StopItem

if TYPE_CHECKING:
    from recommender.region import Region


def find_stop(itinerary: Itinerary, place: str) -> tuple[int, StopItem | PartItem] | None:
    """Day (from 1) and stop or part at which a place is visited."""
    for d, day in enumerate(itinerary.days, start=1):
        for item in day.items:
            if isinstance(item, StopItem):
                if item.place == place:
                    return d, item
                for part in item.parts:
                    if part.place == place:
                        return d, part
    return None


def why_not(region: Region, itinerary: Itinerary, place: str) -> LeftOut | None:
    """Why a place is not in the plan; None if it is.

    Raises
    ------
    UnknownPlace
        No attraction has this id.
    """
    if place not in region.catalog.attractions:
        raise UnknownPlace([Problem("place", place, "unknown_place")])
    if find_stop(itinerary, place):
        return None
    return next(
        (left for left in itinerary.left_out if left.place == place), LeftOut(place=place, reason="lower_score")
    )
