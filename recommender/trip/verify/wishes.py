"""What the visitor asked for: must-sees, what to avoid, appointments, reach, needs, walking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommender.model import format_clock
from recommender.trip.verify.audit import Audit, Visit
from recommender.trip.verify.money import strolled_m

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.model import StopItem

OLD_TOWN: Final = "pingyao-gucheng"
CLASSIC: Final = "col-yicheng-liangsi"
COUNTY: Final = "Pingyao"
WINGS_DRIVE_MIN: Final = 45
ELDERLY_WALK_M: Final = 3_000
ROAD_M_PER_MIN: Final = 110_000 / 60


def check_wishes(audit: Audit) -> None:
    """Every wish is kept."""
    _named(audit)
    _locks(audit)
    for visit in audit.coming:
        _reach(audit, visit)
        _barriers(audit, visit)
    _walking(audit)


def _named(audit: Audit) -> None:
    seen = {visit.place.id for visit in audit.visits}
    for place in audit.request.must_see:
        if place not in seen:
            audit.add("must_see", place=place)
    now = audit.request.now
    for visit in audit.coming:
        shut = now.closed if now is not None and visit.day == now.day else ()
        avoided = {*audit.request.avoid, *shut}
        inherited = visit.place.area_id in avoided and visit.place.id not in audit.wanted
        if visit.place.id in avoided or inherited:
            audit.add("avoided", visit.day, visit.item, visit.place.id)
    for left in audit.itinerary.left_out:
        if left.place in seen:
            audit.add("left_out", place=left.place)


def _locks(audit: Audit) -> None:
    for lock in audit.request.locks:
        kept = any(
            visit.place.id == lock.place and lock.day in (None, visit.day) and lock.time in (None, visit.start)
            for visit in audit.visits
        )
        if not kept and not (lock.day is not None and audit.is_past(lock.day, lock.time or 0)):
            time = format_clock(lock.time) if lock.time is not None else "–"
            audit.add("lock", lock.day, place=lock.place, time=time)


def _reach(audit: Audit, visit: Visit) -> None:
    place, reach = visit.place, audit.request.reach
    if reach == "region" or _classic(audit, place):
        return
    if reach == "wings" and (place.county == COUNTY or _maybe_near(audit, place)):
        return
    audit.add("reach", visit.day, visit.item, place.id, reach=reach)


def _classic(audit: Audit, place: Attraction) -> bool:
    named = audit.catalog.collections.get(CLASSIC)
    return place.area_id == OLD_TOWN or (named is not None and place.id in named.place_ids)


def _maybe_near(audit: Audit, place: Attraction) -> bool:
    """Whether 45 minutes by car can suffice: by the fact that joins the two, else at 110 km/h in a straight line."""
    facts = [
        link.minutes
        for link in audit.catalog.links
        if link.mode == "drive" and link.minutes is not None and {link.from_id, link.to_id} == {OLD_TOWN, place.id}
    ]
    if facts:
        return min(facts) <= WINGS_DRIVE_MIN
    return audit.metres(OLD_TOWN, place.id) / ROAD_M_PER_MIN <= WINGS_DRIVE_MIN


def _barriers(audit: Audit, visit: Visit) -> None:
    place, needs = visit.place, audit.request.needs
    steep = place.steps_level is not None and place.steps_level >= 2
    if needs and (steep or ("wheelchair" in needs and place.wheelchair == "no")):
        audit.add("barrier", visit.day, visit.item, place.id, needs=", ".join(needs))


def _walking(audit: Audit) -> None:
    """The visitor's own limit; for elderly guests at a relaxed pace 3 km a day, but for what they asked for by name."""
    elderly = audit.request.pace == "relaxed" and bool(audit.request.party.seniors)
    told = {warning.day for warning in audit.itinerary.warnings if warning.code == "walk_beyond"}
    for d in range(1, len(audit.itinerary.days) + 1):
        legs = [(item.depart, item.distance_m) for at, _, item, _, _ in audit.legs() if at == d and item.mode == "walk"]
        strolls = [(stop.start, strolled_m(audit.catalog, stop)) for at, _, stop in audit.stops() if at == d]
        walked = sum(metres for _, metres in legs + strolls)
        if all(audit.is_past(d, stop.start) for at, _, stop in audit.stops() if at == d):
            continue
        limit = audit.request.max_walk_m
        if limit is not None and walked > limit:
            audit.add("walk_limit", d, found=walked, wanted=limit)
        asked = sum(strolled_m(audit.catalog, s) for at, _, s in audit.stops() if at == d and _asked_for(audit, s))
        if elderly and walked > ELDERLY_WALK_M + asked:
            audit.add("walk_limit", d, found=walked, wanted=ELDERLY_WALK_M + asked)
        elif elderly and walked > ELDERLY_WALK_M and d not in told:
            audit.add("warning", d, warning="walk_beyond")


def _asked_for(audit: Audit, stop: StopItem) -> bool:
    """Whether a stop is there because the visitor named it, or something within a mountain area."""
    area = audit.catalog.attractions.get(stop.place)
    whole = area is not None and area.area_visit == "whole"
    return stop.place in audit.wanted or (whole and any(part.place in audit.wanted for part in stop.parts))
