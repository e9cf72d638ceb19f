"""Open all the time that people are there, the last entry kept, and real slack where hours are not verified."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from recommender.model import format_clock
from recommender.trip.verify.audit import Audit, Visit

STEP_MIN: Final = 5
SLACK_MIN: Final = 30
VERIFIED_HOURS: Final = frozenset({"sourced", "sourced_two", "open_space"})
_MONTHS: Final = {name: k for k, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
)}  # fmt: skip
_SEASON: Final = re.compile(
    r"(?:(?P<m1>[A-Z][a-z]{2})(?: (?P<d1>\d{1,2}))?(?:-(?P<m2>[A-Z][a-z]{2})(?: (?P<d2>\d{1,2}))?)? )?"
    r"(?P<h>\d{1,2}):(?P<min>\d{2})"
)


def check_hours(audit: Audit) -> None:
    """Each stop and each part: open from its first to its last minute, let in before the last entry, slack kept."""
    for visit in audit.coming:
        place, date = visit.place, audit.itinerary.days[visit.day - 1].date
        minutes = sorted({*range(visit.start, visit.end, STEP_MIN), visit.end - 1})
        closed = next((m for m in minutes if not _open(audit, place.id, date, m)), None)
        if closed is not None:
            audit.add(
                "closed", visit.day, visit.item, place.id, time=format_clock(closed), hours=place.opening_hours or "?"
            )
            continue
        _last_entry(audit, visit, date)
        _slack(audit, visit, date)
        if visit.hours_basis in VERIFIED_HOURS and place.hours_basis not in VERIFIED_HOURS:
            audit.add(
                "basis", visit.day, visit.item, place.id, claimed=visit.hours_basis, fact=place.hours_basis or "?"
            )


def _open(audit: Audit, place: str, date: dt.date, minute: int) -> bool:
    instant = dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=minute)
    return audit.region.calendar.is_open(place, instant)


def _last_entry(audit: Audit, visit: Visit, date: dt.date) -> None:
    limit = last_entry_min(visit.place.last_entry, date)
    if limit is not None and visit.start > limit:
        audit.add(
            "last_entry",
            visit.day,
            visit.item,
            visit.place.id,
            found=format_clock(visit.start),
            wanted=format_clock(limit),
        )


def _slack(audit: Audit, visit: Visit, date: dt.date) -> None:
    """What the plan claims must be there; before an unverified closing time at least half an hour must be."""
    place = visit.place
    needed = visit.slack_min
    if place.hours_basis not in VERIFIED_HOURS and place.category != "show":
        needed = max(needed, SLACK_MIN)
    if needed <= 0:
        return
    last = visit.end + needed - 1
    if not all(_open(audit, place.id, date, m) for m in {*range(visit.end, last, STEP_MIN), last}):
        audit.add("slack", visit.day, visit.item, place.id, wanted=needed)


def last_entry_min(rule: str | None, date: dt.date) -> int | None:
    """Last admission on a date, minutes after midnight; None where none is known.

    ``"17:00"``, ``"Apr-Oct 17:30; Nov-Mar 17:00"``, ``"Mar 15-Jun 30 16:00; …"``; seasons may pass the year's end, and of
    overlapping ones the later holds.
    """
    for clause in reversed((rule or "").split(";")):
        match = _SEASON.fullmatch(clause.strip())
        if match and _in_season(match, date):
            return int(match["h"]) * 60 + int(match["min"])
    return None


def _in_season(match: re.Match[str], date: dt.date) -> bool:
    if match["m1"] is None:
        return True
    first = (_MONTHS[match["m1"]], int(match["d1"] or 1))
    last = (_MONTHS[match["m2"] or match["m1"]], int(match["d2"] or 31))
    today = (date.month, date.day)
    return first <= today <= last if first <= last else today >= first or today <= last
