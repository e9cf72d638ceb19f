"""What people can do in a day: the planner's human limits, in one place.

None of these is a fact about Jinzhong. They say how the product wants to treat its guests.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommender.model import LegItem, StopItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recommender.catalog import Attraction
    from recommender.model import Item, TripRequest


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of one pace.

    Attributes
    ----------
    outer_sights
        Sights outside an old town that fill 45 minutes or more, per day; a smaller one counts half.
    parts
        Sub-sights of old towns per day.
    stay_factor
        Length of a visit relative to the catalogue's usual stay.
    buffer_min
        Added to every visit: finding the entrance, queueing, a photograph.
    rests
        Rest breaks: (earliest, latest start, length), minutes after midnight.
    """

    outer_sights: int
    parts: int
    stay_factor: float
    buffer_min: int
    rests: tuple[tuple[int, int, int], ...] = ()


PACES: Final = {
    "relaxed": Pace(2, 3, 1.15, 10, ((10 * 60, 12 * 60 + 30, 15), (14 * 60 + 30, 17 * 60, 20))),
    "normal": Pace(3, 4, 1.0, 5),
    "full": Pace(4, 6, 0.9, 0),
}

ON_FEET_MIN: Final = 90
SITTING_MIN: Final = 15
SEATED_VISIT_MIN: Final = 20
"""Elderly guests who travel relaxed sit down for so long after every visit of twenty minutes and more, and within a long one
for each further hour and a half, so that with the ways between nobody is on their feet for two hours."""
GENTLE_WALK_M: Final = 3_000
"""What the planner lets them walk in a day of its own accord."""

EVENING_END_MIN: Final = 22 * 60
OUTER_MIN: Final = 45
GREAT_MIN: Final = 150
GREAT_CATEGORIES: Final = frozenset({"courtyard", "nature"})
LIGHT_CATEGORIES: Final = frozenset({"show", "shopping", "food", "square_park"})
EVENING_CATEGORIES: Final = frozenset({"show", "shopping", "food"})

LUNCH: Final = (11 * 60 + 15, 13 * 60 + 15, 60)
DINNER: Final = (17 * 60 + 15, 19 * 60 + 15, 60)

CROWDS_FROM_MIN: Final = 10 * 60
CROWDS_TO_MIN: Final = 15 * 60 + 30
"""Between these a famous sight is full on a public holiday: one comes before, or after."""

SHOW_LEAD_MIN: Final = 10
SHOW_EASY_LEAD_MIN: Final = 25
"""How long before a show one is there: at the last moment, which only a wish may need, and as a plan likes it."""
RESERVE_SHARE: Final = 16
MOST_RESERVE_MIN: Final = 30
STATION_BUFFER_MIN: Final = 20
AIRPORT_BUFFER_MIN: Final = 60
BUFFERS_MIN: Final = {"rail": STATION_BUFFER_MIN, "air": AIRPORT_BUFFER_MIN}
"""How long before a train or a flight one is there, by the names that words use."""
WALKED_VISIT_M_PER_MIN: Final = 30
"""A stroll or a mountain path, halts included."""

DAYLIGHT_END_MIN: Final = {1: 1030, 2: 1060, 3: 1100, 4: 1130, 5: 1160, 6: 1180, 7: 1175, 8: 1150, 9: 1105, 10: 1060,
                           11: 1025, 12: 1015}  # fmt: skip
"""Rounded civil dusk near 37° N, Beijing time, by month: open land is not planned beyond it."""


AFTERNOON_END_MIN: Final = 1050


def reserve_min(into_day_min: int) -> int:
    """Minutes kept free before a door closes so many minutes into a day: days run late, the more the longer they last."""
    return min(MOST_RESERVE_MIN, max(0, into_day_min) // RESERVE_SHARE)


def is_gentle(request: TripRequest) -> bool:
    """Elderly guests at a relaxed pace."""
    return request.pace == "relaxed" and bool(request.party.seniors)


def sittings(minutes: int, *, included: bool = False) -> int:
    """How often elderly guests sit down within a visit of so many minutes, the time for it ``included`` or not."""
    return max(0, math.ceil((minutes - ON_FEET_MIN) / (ON_FEET_MIN + SITTING_MIN * included)))


def walked_in_m(place: Attraction, stop: StopItem) -> int:
    """Metres walked within a visit that is itself a walk: open nature, and an area outside its sub-sights."""
    strolled = 0
    if place.category == "nature":
        strolled = stop.end - stop.start - stop.rest_min
    elif place.area_visit:
        strolled = stop.end - stop.start - stop.rest_min - sum(p.end - p.start - p.rest_min for p in stop.parts)
    return max(0, strolled) * WALKED_VISIT_M_PER_MIN


def walked_m(attractions: Mapping[str, Attraction], items: Iterable[Item]) -> int:
    """Metres on foot among the items of a day."""
    walked = 0
    for item in items:
        if isinstance(item, LegItem) and item.mode == "walk":
            walked += item.distance_m
        elif isinstance(item, StopItem):
            walked += walked_in_m(attractions[item.place], item)
    return walked


def part_of_day(minute: int) -> str:
    """``morning`` before noon, ``afternoon`` before 17:30, then ``evening``."""
    return "morning" if minute < 720 else "afternoon" if minute < AFTERNOON_END_MIN else "evening"
