"""How ``explore`` and ``reach`` move visits: ``python -m benchmarks.exposure``.

Plans the same seeded trips with every value of both, and prints where the visits go.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import random
import statistics
from collections.abc import Iterator
from typing import Any, Final

from recommender import region as regions
from recommender.bureau.exposure import gini
from recommender.catalog import Attraction
from recommender.errors import InfeasibleTrip
from recommender.model import Itinerary, StopItem, TripRequest
from recommender.region import Region
from recommender.scoring import REACHES
from recommender.trip.planner import plan

FIRST: Final = dt.date(2027, 3, 20)
SPAN_DAYS: Final = 230
EXPLORE: Final = (0.0, 0.3, 0.6, 0.8, 0.9, 1.0)
QUIET: Final = 45
"""Popularity up to which a place counts as quiet."""


def wishes(count: int, explore: float, reach: str) -> Iterator[TripRequest]:
    """Seeded requests by visitors who name no taste; the same but for ``explore`` and ``reach``."""
    for seed in range(count):
        dice = random.Random(seed)  # noqa: S311 - not a secret
        wish: dict[str, Any] = {
            "start_date": str(FIRST + dt.timedelta(days=dice.randrange(SPAN_DAYS))), "days": dice.choice((1, 2, 2, 3, 3, 4)),
            "mode": dice.choice(("transit", "drive", "charter")), "explore": explore, "reach": reach, "seed": seed,
        }  # fmt: skip
        yield TripRequest.parse(wish)


def visits(region: Region, itinerary: Itinerary) -> list[Attraction]:
    """The places that are visited; of an old town that is walked as a whole, its parts."""
    found: list[Attraction] = []
    for day in itinerary.days:
        for item in day.items:
            if isinstance(item, StopItem):
                places = [part.place for part in item.parts] or [item.place]
                found += [region.catalog.attractions[place] for place in places]
    return found


def _row(region: Region, found: list[Attraction], trips: int) -> list[str]:
    counts = collections.Counter(place.id for place in found)
    counties = collections.Counter(place.county for place in found)
    popularity = [place.popularity for place in found]
    most, share = counties.most_common(1)[0]
    return [
        f"{len(found) / trips:.1f}", f"{statistics.fmean(popularity):.0f}",
        f"{100 * sum(value <= QUIET for value in popularity) / len(found):.0f} %", str(len(counts)),
        str(len(counties)), f"{most} {100 * share / len(found):.0f} %",
        f"{gini([counts[place] for place in region.catalog.attractions]):.2f}",
    ]  # fmt: skip


def main() -> None:
    """Print the table as Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=30, help="trips for each value of both")
    count = arguments.parse_args().count
    region = regions.current()
    head = ["reach", "explore", "visits a trip", "mean popularity", f"popularity ≤ {QUIET}", "different places", "counties",
            "most visited county", "Gini of all places"]  # fmt: skip
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for reach in REACHES:
        for explore in EXPLORE:
            found: list[Attraction] = []
            trips = 0
            for request in wishes(count, explore, reach):
                try:
                    found += visits(region, plan(region, request))
                    trips += 1
                except InfeasibleTrip:
                    continue
            cells = _row(region, found, trips) if found else ["–"] * 7
            print(f"| {reach} | {explore} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
