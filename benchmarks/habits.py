"""What kind of trips the planner makes: ``python -m benchmarks.habits > docs/habits.md``.

Plans seeded requests as visitors make them and prints how full, how far, how straight and how varied the days are. The
reading below the tables is written by hand in ``READING`` and stands beside the figures that it reads.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from recommender import region as regions
from recommender.catalog import Attraction
from recommender.errors import InfeasibleTrip
from recommender.model import ItineraryDay, LegItem, StopItem, TripRequest
from recommender.region import Region
from recommender.trip import pacing
from recommender.trip.planner import plan

FIRST: Final = dt.date(2027, 3, 20)
SPAN_DAYS: Final = 230
GATEWAY: Final = "taiyuan-south-station"
TASTES: Final[tuple[dict[str, float], ...]] = (
    {}, {}, {}, {"courtyard": 1.0}, {"temple": 1.0, "museum": 0.6}, {"nature": 1.0, "village": 0.6}, {"red_heritage": 1.0},
    {"shopping": 0.8, "food": 0.8, "show": 0.6}, {"workshop": 0.8, "village": 0.8},
)  # fmt: skip
READING: Final = """## Reading

- **Pace.** One or two outer sights and a piece of an old town make up most days; three outer sights are for days by car. By
  rail and bus days hold fewer, since waits and the last bus are planned with. Counting each courtyard of the old town, a day
  has three to four visits. Never two great compounds or mountains on a day.
- **Old town.** Its lanes come in the morning and after dark, its courtyards in bunches of two to four between meals, and half
  a dozen of them are enough for a trip.
- **Beds.** Three nights or fewer mostly stay in one place; on five days the bed moves once, seldom twice.
- **Straightness.** The order of a day is within a few per cent of the best one for nine days in ten; what is left is opening
  hours, meals and the evening.
- **Spread.** Two visits in three are in Pingyao, a third of the requests asking for nothing else; the eastern counties come up
  only for visitors who ask for them. That is far from what the region hopes for, and where dispersal has its work to do.
"""


@dataclass(frozen=True)
class Day:
    """What one planned day was like."""

    mode: str
    days: int
    outer: int
    parts: int
    great: int
    km: float
    detour: float
    pattern: str
    counties: tuple[str, ...]


def wishes(count: int) -> list[TripRequest]:
    """Seeded requests: most leave almost everything to us, half arrive by train."""
    found = []
    for seed in range(count):
        dice = random.Random(seed)  # noqa: S311 - not a secret
        wish: dict[str, Any] = {
            "start_date": str(FIRST + dt.timedelta(days=dice.randrange(SPAN_DAYS))),
            "days": dice.choice((1, 2, 2, 2, 3, 3, 3, 4, 5)), "mode": dice.choice(("transit", "drive", "charter")),
            "reach": dice.choice(("wings", "region", "region")), "interests": dice.choice(TASTES),
            "pace": dice.choice(("normal", "normal", "normal", "relaxed", "full")), "explore": dice.choice((0.2, 0.3, 0.6)),
            "seed": seed,
        }  # fmt: skip
        if dice.random() < 0.5:
            wish["start"] = {"place": GATEWAY, "time": dice.choice(("09:00", "10:30", "12:30"))}
            wish["end"] = {"place": GATEWAY, "time": dice.choice(("17:30", "19:30", "21:00"))}
        found.append(TripRequest.parse(wish))
    return found


def _great(place: Attraction) -> bool:
    return place.area_visit == "whole" or (
        place.category in pacing.GREAT_CATEGORIES and place.visit_min >= pacing.GREAT_MIN and place.area_id is None
    )


def _detour(region: Region, mode: str, day: ItineraryDay) -> float:
    """Minutes between the day's places in its order over those of the best order, ends kept."""
    matrix = region.travel(mode)
    ids = [getattr(item, "place", None) for item in day.items if item.kind in ("start", "stop", "end")]
    places = [place for place in ids if isinstance(place, str) and place in matrix.index]
    stops = list(dict.fromkeys(places[1:-1]))
    if not 2 <= len(stops) <= 7 or len(places) != len(ids):
        return 1.0
    rows = [matrix.index[p] for p in (places[0], *stops, places[-1])]
    minutes = np.asarray(matrix.minutes, dtype=float)[np.ix_(rows, rows)]

    def length(order: Sequence[int]) -> float:
        path = (0, *order, len(rows) - 1)
        return float(sum(minutes[a, b] for a, b in itertools.pairwise(path)))

    own = length(range(1, len(rows) - 1))
    best = min(length(order) for order in itertools.permutations(range(1, len(rows) - 1)))
    return own / max(best, 1.0)


def describe(region: Region, request: TripRequest, day: ItineraryDay) -> Day:
    """One day in figures."""
    stops = [item for item in day.items if isinstance(item, StopItem)]
    places = [region.catalog.attractions[stop.place] for stop in stops]
    parts = [region.catalog.attractions[part.place] for stop in stops for part in stop.parts]
    outer = [p for p in places if not p.walled and not p.area_id and p.category not in pacing.LIGHT_CATEGORIES]
    pattern = " → ".join(dict.fromkeys("old town" if p.walled or p.area_id else p.category.replace("_", " ") for p in places))
    return Day(
        request.mode, request.days, len(outer), len(parts), sum(_great(p) for p in places),
        sum(item.distance_m for item in day.items if isinstance(item, LegItem)) / 1000, _detour(region, request.mode, day),
        pattern, tuple(p.county for p in [*places, *parts] if not p.walled or not parts),
    )  # fmt: skip


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table."""
    print(f"## {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    print()


def _share(counts: collections.Counter[int], value: int) -> str:
    return f"{100 * counts[value] / max(1, counts.total()):.0f} %"


def main() -> None:
    """Print all tables and the reading."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=500)
    count = arguments.parse_args().count
    region = regions.current()
    found: list[Day] = []
    beds: dict[int, list[int]] = collections.defaultdict(list)
    refused = 0
    for request in wishes(count):
        try:
            itinerary = plan(region, request)
        except InfeasibleTrip:
            refused += 1
            continue
        found += [describe(region, request, day) for day in itinerary.days]
        nights = [str(day.lodging) for day in itinerary.days[:-1]]
        beds[request.days].append(sum(a != b for a, b in itertools.pairwise(nights)))
    print("# How the planned trips look\n")
    print(f"`python -m benchmarks.habits --count {count}`: {len(found)} days of {count - refused} trips; {refused} refused.\n")
    modes = sorted({day.mode for day in found})
    by_mode = {mode: [day for day in found if day.mode == mode] for mode in modes}
    counted = {mode: collections.Counter(day.outer for day in by_mode[mode]) for mode in modes}
    table(
        "Outer sights a day", ["mode", "0", "1", "2", "3", "4", "mean", "with old-town sights"],
        [[mode, *(_share(counted[mode], k) for k in range(5)), f"{np.mean([d.outer for d in by_mode[mode]]):.2f}",
          f"{np.mean([d.outer + d.parts for d in by_mode[mode]]):.2f}"] for mode in modes],
    )  # fmt: skip
    great = collections.Counter(day.great for day in found)
    table("Great compounds and mountains a day", ["0", "1", "2 or more"],
          [[_share(great, 0), _share(great, 1), f"{sum(v for k, v in great.items() if k > 1)} days"]])  # fmt: skip
    table("Kilometres a day", ["mode", "median", "p90", "largest"],
          [[mode, *(f"{v:.0f}" for v in np.quantile([d.km for d in by_mode[mode]], (0.5, 0.9, 1)))]
           for mode in modes])  # fmt: skip
    table("Changes of bed", ["days", "trips", "none", "one", "two or more"],
          [[days, len(moves), *(f"{100 * sum(map(test, moves)) / len(moves):.0f} %" for test in
            (lambda m: m == 0, lambda m: m == 1, lambda m: m > 1))]
           for days, moves in sorted(beds.items()) if days > 2])  # fmt: skip
    detours = np.array([day.detour for day in found])
    table("Way of a day over the best order of the same places", ["median", "p90", "more than a quarter longer"],
          [[f"{np.median(detours):.2f}", f"{np.quantile(detours, 0.9):.2f}",
            f"{100 * np.mean(detours > 1.25):.0f} %"]])  # fmt: skip
    counties = collections.Counter(county for day in found for county in day.counties)
    table("Visits by county", ["county", "share"],
          [[name, f"{100 * n / counties.total():.1f} %"] for name, n in counties.most_common()])  # fmt: skip
    patterns = collections.Counter(day.pattern for day in found)
    table("Most frequent days", ["kinds in order", "share"],
          [[name or "on the road", f"{100 * n / len(found):.1f} %"] for name, n in patterns.most_common(10)])  # fmt: skip
    print(READING.rstrip())


if __name__ == "__main__":
    main()
