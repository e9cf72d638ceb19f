"""Larger catalogues: ``python -m benchmarks.scale --places 100 1000 10000 100000``.

The real catalogue is thinned out or sown wider: every further place has the facts of a real one and lies somewhere around it,
over an area that grows with their number. For each size: processor time and memory until the region is there, the first plan, and
later ones in other corners and in the same. With ``--value``, what planning in a part of a catalogue costs in value.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import datetime as dt
import math
import os
import random
import statistics
import time
from typing import Any, Final

from benchmarks import serving
from recommender import region as regions
from recommender.catalog import Catalog, load_catalog
from recommender.errors import InfeasibleTrip
from recommender.model import Anchor, TripRequest
from recommender.orienteering import value_of
from recommender.region import Region
from recommender.settings import settings
from recommender.trip import planner, shortlist

FIRST: Final = dt.date(2027, 4, 17)
SPREAD_DEG: Final = 0.12
FARTHEST_DEG: Final = 8.0
TABLES: Final = ("attractions", "hubs", "lodging", "dining")


def generated(catalog: Catalog, places: int, seed: int = 0) -> Catalog:
    """A catalogue of so many attractions, and of hubs, lodgings and eateries in proportion."""
    chance = random.Random(seed)  # noqa: S311 - positions of examples
    share = places / len(catalog.attractions)
    tables: dict[str, Any] = {}
    for name in TABLES:
        real = getattr(catalog, name)
        count = max(4, round(share * len(real)))
        kept = real if count >= len(real) else _thinned(real, count)
        spread = min(FARTHEST_DEG, SPREAD_DEG * math.sqrt(share))
        sown = {f"{place.id}-{k}": _sown(place, k, spread, chance) for k, place in _further(list(real.values()), count)}
        tables[name] = dict(sorted({**kept, **sown}.items()))
    every = {place for table in tables.values() for place in table}
    areas = tables["attractions"]
    tables["attractions"] = {
        name: place if (place.area_id is None or place.area_id in areas) else dataclasses.replace(place, area_id=None)
        for name, place in areas.items()
    }
    links = tuple(link for link in catalog.links if link.from_id in every and link.to_id in every)
    events = tuple(event for event in catalog.events if event.place_id in every)
    return dataclasses.replace(catalog, **tables, links=links, events=events, revision=f"generated-{places}-{seed}")


def _thinned(table: dict[str, Any], count: int) -> dict[str, Any]:
    """The best known, each with the area that it lies in."""
    ranked = sorted(table.values(), key=lambda place: (-getattr(place, "popularity", 0), place.id))[:count]
    return {place.id: place for place in ranked}


def _further(real: list[Any], count: int) -> list[tuple[int, Any]]:
    return [(k // len(real), real[k % len(real)]) for k in range(len(real), count)]


def _sown(place: Any, k: int, spread: float, chance: random.Random) -> Any:
    moved = {"id": f"{place.id}-{k}", "lat": place.lat + chance.gauss(0, spread), "lon": place.lon + chance.gauss(0, spread)}
    if hasattr(place, "popularity"):
        # Few are famous: most of what a denser catalogue adds is little known.
        moved |= {"popularity": round(place.popularity * chance.random()), "alternative_of": None, "ticket_group": None}
        moved["area_id"] = None
        if place.area_visit:
            moved |= {"area_visit": None, "walled": False}
    return dataclasses.replace(place, **moved)


def asked(catalog: Catalog, number: int) -> TripRequest:
    """Wishes for one to three days, half of them from some station or lodging."""
    chance = random.Random(f"wish {number}")  # noqa: S311 - a choice of examples
    doors = [*catalog.hubs, *catalog.lodging]
    start = Anchor(place=chance.choice(doors)) if number % 2 else None
    return TripRequest(
        start_date=FIRST + dt.timedelta(days=number % 30), days=1 + number % 3, mode=("drive", "transit")[number % 4 // 2],
        start=start, reach="region", seed=number,
    )  # fmt: skip


def resident_mb() -> float:
    """Memory of this process."""
    return serving.resident_mb(os.getpid())


def planned_s(region: Region, request: TripRequest) -> float:
    """Processor seconds of one plan."""
    from recommender.trip.planning import plan_trip

    used = time.process_time()
    with contextlib.suppress(InfeasibleTrip):
        plan_trip(region, request)
    return time.process_time() - used


def measure(catalog: Catalog, places: int, plans: int) -> str:
    """One row of the table."""
    used = time.process_time()
    grown = generated(catalog, places)
    before = resident_mb()
    made = time.process_time() - used
    used = time.process_time()
    region = Region(grown)
    region.prepare()
    ready = time.process_time() - used
    first = planned_s(region, asked(grown, 0))
    times = [planned_s(region, asked(grown, k)) for k in range(1, plans + 1)]
    others = [asked(grown, k).model_copy(update={"seed": 1000 + k}) for k in range(max(1, plans - 7), plans + 1)]
    again = [planned_s(region, other) for other in others]
    seconds = (ready, first, statistics.median(times), max(times), statistics.median(again))
    told = " | ".join(f"{one:.2f}" for one in seconds)
    return f"| {places:,} | {region.size:,} | {made:.1f} | {told} | {before:.0f} | {resident_mb():.0f} |"


def value(catalog: Catalog, places: int, count: int) -> str:
    """How much less the plans in a part are worth than those in the whole catalogue, by the whole one's own prizes."""
    region = Region(generated(catalog, places))
    lost = []
    for k in range(count):
        request = asked(region.catalog, k)
        regions.LARGE = 0  # type: ignore[misc]
        part = shortlist.shortlist(region, request)
        try:
            whole, some = planner.draft(region, request), planner.draft(part, request)
        except InfeasibleTrip:
            continue
        # The tours of the part on the problem of the whole: one yardstick for both; its own where the whole lacks its beds.
        start = some.tours.start(whole.mapped) if set(some.tours.depots) <= set(whole.mapped.depots) else None
        worth = value_of(whole.mapped.problem, start) if start is not None else some.points
        if whole.points:
            lost.append(100 * (1 - worth / whole.points))
    told = (statistics.mean(lost), statistics.median(lost), max(lost), min(lost))
    return f"| {places:,} | {len(lost)} | " + " | ".join(f"{one:.2f}" for one in told) + " |"


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, nargs="+", default=[100, 1_000, 10_000, 100_000])
    parser.add_argument("--plans", type=int, default=12)
    parser.add_argument("--value", type=int, default=0, help="so many requests planned both ways (up to some 1,000 places)")
    options = parser.parse_args()
    catalog = load_catalog(settings().data_dir)
    if options.value:
        print("| attractions | requests | mean loss % | median | most | least |\n|---|---|---|---|---|---|")
        for places in options.places:
            print(value(catalog, places, options.value), flush=True)
        return
    planned_s(Region(catalog), asked(catalog, 0))
    print("| attractions | places | making it s | start s | first plan s | other corners s | longest | same corner s ", end="")
    print("| MB before | MB after |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for places in options.places:
        print(measure(catalog, places, options.plans), flush=True)


if __name__ == "__main__":
    main()
