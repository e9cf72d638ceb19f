"""A day that people enjoy: a few outer sights, one great compound or mountain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommender.trip.verify.audit import Audit

if TYPE_CHECKING:
    from recommender.catalog import Attraction

OUTER_SIGHTS: Final = {"relaxed": 2, "normal": 3, "full": 4}
OUTER_MIN: Final = 45
GREAT_MIN: Final = 150
PASTIMES: Final = frozenset({"show", "shopping", "food", "square_park"})
"""What fills an hour without being a sight."""


def check_pace(audit: Audit) -> None:
    """No more sights a day than the pace allows, unless the visitor's own wishes force more and the plan says so."""
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
