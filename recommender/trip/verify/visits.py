"""Visits themselves: parts within their stop, nothing twice, long enough to be a visit."""

from __future__ import annotations

from typing import Final

from recommender.trip.verify.audit import Audit, Visit, part_of_day

WALK_M_PER_MIN: Final = 100
SHUTTLE_M_PER_MIN: Final = 1_000
"""Within a mountain area, by the scenic area's own vehicles: 60 km/h at the very most."""


def check_visits(audit: Audit) -> None:
    """Parts, repeats, lengths."""
    _parts(audit)
    _repeats(audit)
    for visit in audit.coming:
        place = visit.place
        wanted = min(place.visit_min, 2 * audit.request.stays.get(place.id, place.visit_min))
        if place.area_visit is None and place.category != "show" and 2 * (visit.end - visit.start) < wanted:
            audit.add(
                "visit_short", visit.day, visit.item, place.id, found=visit.end - visit.start, usual=place.visit_min
            )


def _parts(audit: Audit) -> None:
    for d, k, stop in audit.stops():
        area = audit.catalog.attractions.get(stop.place)
        previous = None
        for part in sorted(stop.parts, key=lambda p: (p.start, p.end)):
            attraction = audit.catalog.attractions.get(part.place)
            if attraction is None:
                audit.add("unknown_place", d, k, part.place, id=part.place)
                continue
            if attraction.area_id != stop.place:
                audit.add("part_foreign", d, k, part.place)
            if part.end <= part.start:
                audit.add("backwards", d, k, part.place)
            if part.start < stop.start or part.end > stop.end:
                audit.add("part_outside", d, k, part.place)
            if previous is not None:
                if part.start < previous.end:
                    audit.add("part_overlap", d, k, part.place)
                else:
                    speed = SHUTTLE_M_PER_MIN if area is not None and area.area_visit == "whole" else WALK_M_PER_MIN
                    needed = audit.metres(previous.place, part.place) / speed
                    if part.start - previous.end + 1 < needed:
                        audit.add("part_rush", d, k, part.place, found=part.start - previous.end, needed=round(needed))
            previous = part


def _repeats(audit: Audit) -> None:
    """A place once a trip; a walled old town once in each part of a day and by appointment; one of two entrances."""
    seen: dict[str, list[Visit]] = {}
    appointed = {(lock.place, lock.time) for lock in audit.request.locks if lock.time is not None}
    for visit in audit.visits:
        before = seen.setdefault(visit.place.id, [])
        again = visit.place.walled and visit.part is None
        if again:
            asked = (visit.place.id, visit.start) in appointed
            again = asked or all((v.day, part_of_day(v.start)) != (visit.day, part_of_day(visit.start)) for v in before)
        if before and not again:
            audit.add("twice", visit.day, visit.item, visit.place.id)
        before.append(visit)
    for place, visits in seen.items():
        other = visits[0].place.alternative_of
        if other is not None and other in seen:
            audit.add("same_sight", visits[0].day, visits[0].item, place, other=audit.name(other))
