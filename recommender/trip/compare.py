"""What changes from one plan to another: places gained and lost, time, money, walking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from recommender.model import EndItem, Itinerary, ItineraryDay, StopItem
from recommender.trip.explain import list_visits
from recommender.trip.previous import places_of

NOTICED_MIN: Final = 15


@dataclass(frozen=True, slots=True)
class Difference:
    """From one itinerary to another; positive is more.

    Attributes
    ----------
    gained, lost
        Places, in the order of the plan that has them.
    visit_min, travel_min, walk_m
        Minutes at sights, minutes on the way, metres on foot.
    cost_fen
        Known tickets and fares; ``unknown`` says how many more prices are not known.
    """

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    visit_min: int
    travel_min: int
    walk_m: int
    cost_fen: int
    unknown: int


def difference(before: Itinerary, after: Itinerary) -> Difference:
    """What ``after`` has more or less than ``before``."""
    old, new = before.totals, after.totals
    had, has = places_of(before), places_of(after)
    return Difference(
        gained=_in_order(after, has - had),
        lost=_in_order(before, had - has),
        visit_min=new.visit_min - old.visit_min,
        travel_min=new.travel_min - old.travel_min,
        walk_m=new.walk_m - old.walk_m,
        cost_fen=new.tickets_fen + new.fares_fen - old.tickets_fen - old.fares_fen,
        unknown=len(new.unknown_prices) - len(old.unknown_prices),
    )


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """What a day planned anew does at other times than before.

    Attributes
    ----------
    shortened
        Places with less time than before.
    moved
        Places with their new minute, where it is another by `NOTICED_MIN` or more.
    ends
        Minute at which the day ended before, and ends now.
    other_days
        Days, from 1, besides this one that are not what they were.
    """

    shortened: tuple[str, ...]
    moved: tuple[tuple[str, int], ...]
    ends: tuple[int, int]
    other_days: tuple[int, ...]


def rescheduled(before: Itinerary, after: Itinerary, day: int) -> Rescheduled:
    """What became of the hours of one day, counted from 1."""
    old, new = (_hours(itinerary.days[day - 1]) for itinerary in (before, after))
    both = [place for place in new if place in old]
    pairs = enumerate(zip(before.days, after.days, strict=False), start=1)
    return Rescheduled(
        shortened=tuple(p for p in both if new[p][1] < old[p][1]),
        moved=tuple((p, new[p][0]) for p in both if abs(new[p][0] - old[p][0]) >= NOTICED_MIN),
        ends=(_end(before.days[day - 1]), _end(after.days[day - 1])),
        other_days=tuple(d for d, (was, now) in pairs if d != day and was != now),
    )


def _hours(day: ItineraryDay) -> dict[str, tuple[int, int]]:
    """Places of a day with when one first comes there and for how many minutes in all; sub-sights for old towns."""
    found: dict[str, tuple[int, int]] = {}
    for item in day.items:
        if isinstance(item, StopItem):
            for visit in item.parts or (item,):
                start, minutes = found.get(visit.place, (visit.start, 0))
                found[visit.place] = start, minutes + visit.end - visit.start
    return found


def _end(day: ItineraryDay) -> int:
    last = day.items[-1]
    assert isinstance(last, EndItem)
    return last.time


def distance(one: Itinerary, other: Itinerary) -> float:
    """Share of all their places that two plans do not have in common, 0 to 1 (Jaccard)."""
    a, b = places_of(one), places_of(other)
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def _in_order(itinerary: Itinerary, places: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(visit.place for _, visit in list_visits(itinerary) if visit.place in places))
