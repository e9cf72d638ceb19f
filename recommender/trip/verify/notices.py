"""What a plan must own up to: everything in it that rests on less than a source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from recommender.model import LegItem
from recommender.trip.verify import asked
from recommender.trip.verify.audit import Audit

if TYPE_CHECKING:
    from recommender.catalog import Attraction

DOUBTFUL_HOURS: Final = frozenset({"typical_unverified", "partly_sourced"})
DOUBTFUL_PRICE: Final = frozenset({"commonly_quoted_unverified", "free_or_included_unverified"})


def check_notices(audit: Audit) -> None:
    """Every notice that the facts call for is among the warnings."""
    given = {(w.code, w.place if isinstance(w.place, str) else None, w.day) for w in audit.itinerary.warnings}
    loose = {(code, place) for code, place, _ in given}
    codes = {code for code, _, _ in given}
    for visit in {v.place.id: v for v in audit.visits}.values():
        for code in _of_place(audit, visit.place):
            if (code, visit.place.id) not in loose:
                audit.add("warning", visit.day, visit.item, visit.place.id, warning=code)
    for code, day in _of_trip(audit):
        if code not in codes or (day is not None and not any(c == code and at == day for c, _, at in given)):
            audit.add("warning", day, warning=code)
    for d, night in enumerate(audit.itinerary.days, start=1):
        stay = audit.catalog.lodging.get(night.lodging) if isinstance(night.lodging, str) else None
        if stay is not None and stay.is_anchor and ("lodging_anchor", stay.id) not in loose:
            audit.add("warning", d, place=stay.id, warning="lodging_anchor")


def _of_place(audit: Audit, place: Attraction) -> Iterator[str]:
    if not place.opening_hours:
        yield "hours_unknown"
    elif place.hours_basis in DOUBTFUL_HOURS:
        yield "hours_unverified"
    if place.ticket_fen is None:
        yield "price_unknown"
    elif place.ticket_basis in DOUBTFUL_PRICE:
        yield "price_unverified"
    if place.coord_confidence == "low":
        yield "coord_low"
    if place.booking_required:
        yield "booking_required"
    needs = set(audit.request.needs)
    if "wheelchair" in needs and place.wheelchair is None:
        yield "wheelchair_unknown"
    if needs & {"few_steps", "stroller"} and place.steps_level is None:
        yield "steps_unknown"
    if place.seated is False and (needs or audit.request.party.seniors):
        yield "standing"


def _of_trip(audit: Audit) -> Iterator[tuple[str, int | None]]:
    request, calendar = audit.request, audit.region.calendar
    for year in sorted({date.year for date in request.dates}):
        status = calendar.has_table(year)
        if status != "official":
            yield ("holiday_provisional" if status == "provisional" else "no_holiday_table"), None
    for d, date in enumerate(request.dates, start=1):
        kind = calendar.day(date).kind
        if kind in ("public_holiday", "makeup_workday"):
            yield kind, d
    if request.reach == "wings":
        yield "reach_provisional", None
    modes = {asked.mode(request, d) for d in range(1, request.days + 1)}
    if "drive" in modes:
        yield "own_car_costs", None
    if "charter" in modes:
        yield "charter_fee", None
    if any(child.height_cm is None for child in request.party.children):
        yield "children_height_unknown", None
    for d, day in enumerate(audit.itinerary.days, start=1):
        if any(isinstance(item, LegItem) and item.timetable == "assumed" for item in day.items):
            yield "timetable_assumed", d
