"""A second pair of eyes: re-checks any itinerary against the request, the facts and the clock.

Nothing here is shared with the planner. It asks the calendar one question only, whether a place is open at an instant;
it reads places and link facts; it measures geodesics. Where the planner and this room disagree, one of them is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.trip.verify.audit import Audit, Violation
from recommender.trip.verify.frame import check_frame
from recommender.trip.verify.hours import check_hours
from recommender.trip.verify.legs import check_legs
from recommender.trip.verify.meals import check_meals
from recommender.trip.verify.money import check_money
from recommender.trip.verify.notices import check_notices
from recommender.trip.verify.order import check_order
from recommender.trip.verify.pace import check_pace
from recommender.trip.verify.visits import check_visits
from recommender.trip.verify.wishes import check_wishes

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region

__all__ = ["Violation", "verify"]

_CHECKS = (
    check_frame, check_order, check_visits, check_hours, check_wishes, check_meals, check_legs, check_pace,
    check_money, check_notices,
)  # fmt: skip


def verify(region: Region, itinerary: Itinerary) -> list[Violation]:
    """Everything that is wrong with an itinerary, in the order of its days; empty if nothing is.

    Parameters
    ----------
    region
        The facts to hold it against; for a shared plan the current ones, whatever revision it was made with.
    """
    audit = Audit(region, itinerary)
    for check in _CHECKS:
        check(audit)
    return sorted(audit.found, key=lambda v: (v.day or 0, -1 if v.item is None else v.item))
