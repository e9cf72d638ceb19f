"""Thousands of seeded random requests, planned and checked: ``python -m benchmarks.sweep --count 10000 --jobs 2``.

Every line must be an itinerary in which the independent check finds nothing, or a named conflict. ``--write FILE`` only
writes the requests, for ``python -m recommender plan --batch FILE``; ``--hard`` takes those of ``tests/random_requests.py``,
made to break planners, instead of what visitors ask; ``--own`` adds days of their own and legs done otherwise; ``--gentle``
takes a senior along, at a relaxed pace.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from recommender import region as regions
from recommender.batch import Answer, Progress, plan_lines
from recommender.catalog import Catalog
from recommender.model import CATEGORIES, Itinerary, format_clock
from recommender.region import Region
from recommender.trip.verify import verify

FIRST: Final = dt.date(2026, 1, 1)
SPAN_DAYS: Final = 720
BUSY: Final = (
    dt.date(2026, 10, 1),
    dt.date(2027, 2, 6),
    dt.date(2026, 2, 15),
    dt.date(2027, 5, 1),
    dt.date(2027, 10, 1),
)
"""First days of holidays; one request in six falls on one."""
SHOWN: Final = 20


def random_request(catalog: Catalog, seed: int) -> dict[str, Any]:
    """One seeded request, as a visitor might send it: most wishes left alone, any of them possible."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    attractions, hubs, hotels = list(catalog.attractions), list(catalog.hubs), list(catalog.lodging)
    days = dice.randint(1, 7)
    start = dice.choice(BUSY) if dice.random() < 1 / 6 else FIRST + dt.timedelta(days=dice.randrange(SPAN_DAYS))
    wish: dict[str, Any] = {
        "start_date": str(start), "days": days, "seed": seed % 1000, "mode": dice.choice(["transit", "drive", "charter"]),
        "reach": dice.choice(["classic", "wings", "wings", "region", "region", "region"]),
        "pace": dice.choice(["relaxed", "normal", "normal", "full"]), "explore": round(dice.random(), 2),
        "interests": {kind: round(dice.random(), 2) for kind in dice.sample(CATEGORIES, dice.randint(0, 4))},
    }  # fmt: skip

    def sometimes(share: float, **fields: Any) -> None:
        if dice.random() < share:
            wish.update(fields)

    def anchor(first: int, last: int) -> dict[str, Any]:
        place: Any = dice.choice(dice.choice([hubs, hubs, hotels, attractions]))
        if dice.random() < 0.1:
            place = {
                "lat": round(dice.uniform(36.9, 37.9), 4),
                "lon": round(dice.uniform(111.7, 112.8), 4),
                "name": "x",
            }
        time_ = {"time": format_clock(5 * dice.randint(first // 5, last // 5))} if dice.random() < 0.7 else {}
        return {"place": place, **time_}

    sometimes(0.4, start=anchor(7 * 60, 13 * 60))
    sometimes(0.4, end=anchor(14 * 60, 22 * 60))
    sometimes(0.2, lodging=[dice.choice(hotels) for _ in range(days - 1)])
    sometimes(0.2, day_start=dice.choice(["07:00", "09:30", "10:30"]))
    sometimes(0.2, day_end=dice.choice(["16:30", "17:00", "19:30"]))
    sometimes(0.2, evenings=False)
    sometimes(0.1, nudge=False)
    sometimes(0.15, meals=False)
    sometimes(0.2, likes=dice.sample(attractions, 2), dislikes=dice.sample(attractions, 1))
    sometimes(0.2, needs=dice.sample(["wheelchair", "stroller", "few_steps"], dice.randint(1, 2)))
    sometimes(0.15, max_walk_m=dice.choice([2000, 4000, 8000]))
    sometimes(0.2, budget_fen=dice.choice([0, 5_000, 20_000, 60_000, 200_000]))
    sometimes(
        0.4,
        party={
            "adults": dice.randint(1, 4),
            "children": [dice.choice([3, 8, {"age": 5, "height_cm": 110}]) for _ in range(dice.randint(0, 2))],
            "seniors": [dice.choice([62, 70]) for _ in range(dice.randint(0, 2))],
            "students": dice.randint(0, 1),
        },
    )
    sometimes(0.3, must_see=dice.sample(attractions, dice.randint(1, 3)))
    taken = wish.get("must_see", [])
    sometimes(0.2, avoid=[place for place in dice.sample(attractions, 6) if place not in taken])
    if dice.random() < 0.2:
        place = dice.choice([place for place in attractions if place not in wish.get("avoid", [])])
        lock: dict[str, Any] = {"place": place}
        if dice.random() < 0.7:
            lock["day"] = dice.randint(1, days)
        if dice.random() < 0.4:
            lock["time"] = format_clock(15 * dice.randint(9 * 4, 17 * 4))
        wish["locks"] = [lock]
    return wish


def lines(
    catalog: Catalog, count: int, first: int = 0, *, hard: bool = False, own: bool = False, gentle: bool = False
) -> Iterator[bytes]:
    """Requests ``first`` to ``first + count - 1`` as JSON, one a line."""
    from tests.random_requests import hard_request, own_wishes

    make = hard_request if hard else random_request
    for seed in range(first, first + count):
        request = make(catalog, seed)
        if gentle:
            request |= {"pace": "relaxed", "party": {"adults": 1, **request.get("party", {}), "seniors": [70]}}
        yield json.dumps(own_wishes(catalog, seed, request, 0.9) if own else request, ensure_ascii=False).encode()


def faults(region: Region, answer: Answer) -> list[str]:
    """What is wrong with one answer: violations, and refusals that name nothing."""
    if answer.kind == "itinerary":
        return [violation.message("en") for violation in verify(region, Itinerary.parse(answer.line))]
    error = json.loads(answer.line)["error"]
    named = error["message"] and (error["problems"] or error.get("conflict"))
    return [] if named and answer.kind != "failed" else [error["message"] or "a conflict that names nothing"]


def main() -> int:
    """Print figures and the first faults; 1 if there are any."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--first", type=int, default=0, help="seed of the first request")
    arguments.add_argument("--hard", action="store_true", help="requests that are hard to plan")
    arguments.add_argument("--own", action="store_true", help="with days of their own and legs done otherwise")
    arguments.add_argument("--gentle", action="store_true", help="all with a senior, at a relaxed pace")
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--write", type=Path, help="only write the requests there")
    given = arguments.parse_args()
    region = regions.current()
    wishes = lines(region.catalog, given.count, given.first, hard=given.hard, own=given.own, gentle=given.gentle)
    if given.write:
        given.write.write_bytes(b"".join(line + b"\n" for line in wishes))
        return 0
    began = time.perf_counter()
    kinds: collections.Counter[str] = collections.Counter()
    found: list[str] = []
    with Progress(given.count, sys.stderr) as progress:
        for number, answer in enumerate(plan_lines(wishes, jobs=given.jobs), start=given.first):
            kinds[answer.kind] += 1
            found += [f"seed {number}: {fault}" for fault in faults(region, answer)]
            progress.step()
    took = time.perf_counter() - began
    print(f"{given.count} requests, seeds from {given.first}: {dict(kinds)}, {len(found)} faults, {took:.0f} s")
    print(*found[:SHOWN], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
