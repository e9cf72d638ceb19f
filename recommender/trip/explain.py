"""Why a place is in a plan, and why another is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.errors import Problem, UnknownPlace
from recommender.model import Itinerary, LeftOut, PartItem, StopItem

if TYPE_CHECKING:
    from recommender.model import Reason
    from recommender.region import Region


def list_visits(itinerary: Itinerary) -> list[tuple[int, StopItem | PartItem]]:
    """(day from 1, visit) of every stop and of every sub-sight within one, in order."""
    visits: list[tuple[int, StopItem | PartItem]] = []
    for d, day in enumerate(itinerary.days, start=1):
        for item in day.items:
            if isinstance(item, StopItem):
                visits += [(d, item), *((d, part) for part in item.parts)]
    return visits


def find_stop(itinerary: Itinerary, place: str) -> tuple[int, StopItem | PartItem] | None:
    """Day (from 1) and stop or part at which a place is visited."""
    return next((found for found in list_visits(itinerary) if found[1].place == place), None)


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


def fresh_reasons(itinerary: Itinerary, d: int, stop: StopItem) -> list[Reason]:
    """Why a stop of day ``d`` (from 0) is made, without what was said at an earlier visit of the same place."""
    earlier = [item for day in itinerary.days[:d] for item in day.items]
    earlier += [item for item in itinerary.days[d].items if isinstance(item, StopItem) and item.start < stop.start]
    said = [reason for item in earlier if isinstance(item, StopItem) and item.place == stop.place for reason in item.reasons]
    return [reason for reason in stop.reasons if reason not in said]
