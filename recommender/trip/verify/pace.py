"""A day that people enjoy: a few outer sights, one great compound or mountain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommender.model import LegItem, MealItem, RestItem, StopItem
from recommender.trip.verify.audit import Audit

if TYPE_CHECKING:
    from recommender.catalog import Attraction

OUTER_SIGHTS: Final = {"relaxed": 2, "normal": 3, "full": 4}
OUTER_MIN: Final = 45
GREAT_MIN: Final = 150
ON_FEET_MIN: Final = 120
SITTING_MIN: Final = 15
SEAT_MIN: Final = 10
PASTIMES: Final = frozenset({"show", "shopping", "food", "square_park"})
"""What fills an hour without being a sight."""


def check_pace(audit: Audit) -> None:
    """No more sights a day than the pace allows, unless the visitor's own wishes force more and the plan says so."""
    if audit.request.pace == "relaxed" and audit.request.party.seniors:
        _on_feet(audit)
    told = [warning.day for warning in audit.itinerary.warnings if warning.code == "pace_exceeded"]
    for d in range(1, len(audit.itinerary.days) + 1):
        today = {visit.place.id: visit.place for visit in audit.visits if visit.day == d}
        outer = [place for place in today.values() if _outer(place)]
        great = [place for place in today.values() if _great(audit, place)]
        past = {visit.place.id for visit in audit.visits if visit.day == d} - {v.place.id for v in audit.coming}
        for code, places, most in (
            ("outer_sights", outer, OUTER_SIGHTS[audit.request.pace]),
            ("great_sights", great, 1),
        ):
            forced = sum(place.id in audit.wanted or place.id in past for place in places)
            seen = sum(place.id in past for place in places)
            if len(places) > max(most, forced):
                audit.add(code, d, found=len(places), wanted=max(most, forced))
            elif len(places) > max(most, seen) and not any(day in (None, d) for day in told):
                audit.add("warning", d, warning="pace_exceeded")


def _on_feet(audit: Audit) -> None:
    """Elderly guests at a relaxed pace are never on their feet for more than two hours without sitting down."""
    for d, day in enumerate(audit.itinerary.days, start=1):
        feet = 0
        for k, item in enumerate(day.items):
            stretch = 0
            if isinstance(item, LegItem):
                begin, longest, seated = item.depart, item.arrive - item.depart, item.mode != "walk"
                feet = 0 if seated and longest >= SEAT_MIN else feet + (0 if seated else longest)
            elif isinstance(item, MealItem | RestItem):
                begin = item.start
                feet = 0 if item.end - item.start >= SEAT_MIN else feet
            elif isinstance(item, StopItem):
                place = audit.catalog.attractions.get(item.place)
                begin = item.start
                stretch = round((item.end - item.start - item.rest_min) / (item.rest_min // SITTING_MIN + 1))
                show = place is not None and place.category == "show"
                feet = 0 if show else feet + stretch
            else:
                continue
            if audit.is_past(d, begin):
                # What has happened is not the plan's doing.
                feet = 0
            elif feet > ON_FEET_MIN:
                audit.add("on_feet", d, k, found=feet, wanted=ON_FEET_MIN)
            if isinstance(item, StopItem) and item.rest_min and feet:
                feet = stretch


def _outer(place: Attraction) -> bool:
    return (
        place.area_id is None and not place.walled and place.category not in PASTIMES and place.visit_min >= OUTER_MIN
    )


def _great(audit: Audit, place: Attraction) -> bool:
    if place.area_visit == "whole":
        return True
    parent = audit.catalog.attractions.get(place.area_id or "")
    inside = parent is not None and parent.area_visit == "whole"
    return not inside and place.category in ("courtyard", "nature") and place.visit_min >= GREAT_MIN
