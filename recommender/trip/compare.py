"""What changes from one plan to another: places gained and lost, time, money, walking."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.model import Itinerary
from recommender.trip.explain import list_visits
from recommender.trip.underway import places_of


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


def distance(one: Itinerary, other: Itinerary) -> float:
    """Share of all their places that two plans do not have in common, 0 to 1 (Jaccard)."""
    a, b = places_of(one), places_of(other)
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def _in_order(itinerary: Itinerary, places: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(visit.place for _, visit in list_visits(itinerary) if visit.place in places))
