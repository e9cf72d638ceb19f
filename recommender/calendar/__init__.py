"""When things are open: opening hours, public holidays, closures, and the dates of events.

Minutes are after local midnight (Asia/Shanghai) of the date asked for. Unknown is never open: see ``docs/calendar.md``.
"""

from recommender.calendar.days import DayKind, HolidayLike
from recommender.calendar.entry import LastEntry, last_entry_of, validate_last_entry
from recommender.calendar.events import EventLike, dates_of, events_on, occurrences
from recommender.calendar.hours import validate_hours
from recommender.calendar.openings import Calendar, ClosureLike, HoursFact, Opening

__all__ = [
    "Calendar",
    "ClosureLike",
    "DayKind",
    "EventLike",
    "HolidayLike",
    "HoursFact",
    "LastEntry",
    "Opening",
    "dates_of",
    "events_on",
    "last_entry_of",
    "occurrences",
    "validate_hours",
    "validate_last_entry",
]
