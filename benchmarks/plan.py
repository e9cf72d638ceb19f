"""Time and quality of planning: ``python -m benchmarks.plan``.

Plans the whole catalogue for 1, 3, 5 and 7 days in this one process. Time is given in seconds and as a multiple of
sorting a million seeded floats with numpy in the same run, so that figures of different machines can be compared. The
value of a plan is what the solver maximises; the gap says how much 30,000 iterations would have gained over 6,000.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from recommender.model import ITERATIONS, TripRequest
from recommender.region import Region
from recommender.trip import planner
from recommender.warm import warm

DAYS: Final = (1, 3, 5, 7)
FLOATS: Final = 1_000_000
FIRST: Final = dt.date(2027, 4, 3)
TASTES: Final[tuple[dict[str, float], ...]] = (
    {}, {"courtyard": 1.0, "temple": 0.6}, {"nature": 1.0, "village": 0.7}, {"museum": 0.8, "food": 0.8, "show": 0.6},
)  # fmt: skip
MODES: Final = ("transit", "drive", "charter")


def requests(days: int, count: int) -> list[TripRequest]:
    """Seeded requests over the whole region: dates, modes and tastes in turn."""
    return [
        TripRequest(
            start_date=FIRST + dt.timedelta(days=11 * k),
            days=days,
            reach="region",
            mode=MODES[k % len(MODES)],
            interests=TASTES[k % len(TASTES)],
            explore=(k % 5) / 4,
            seed=k,
        )
        for k in range(count)
    ]


def sort_s() -> float:
    """Median seconds to sort a million seeded floats."""
    floats = np.random.default_rng(0).random(FLOATS)
    return float(np.median([_timed(lambda: np.sort(floats))[0] for _ in range(7)]))


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def row(region: Region, days: int, count: int, unit_s: float) -> str:
    """One line of the table."""
    wishes = requests(days, count)
    times = np.array([_timed(lambda w=wish: planner.plan(region, w))[0] for wish in wishes])  # type: ignore[misc]
    gaps = []
    for wish in wishes[: max(count // 2, 1)]:
        quick, careful = (planner.draft(region, wish, iterations=work).solution.value for work in ITERATIONS.values())
        gaps.append(100 * (1 - quick / careful) if careful else 0.0)
    median, high = np.median(times), np.quantile(times, 0.95)
    return (
        f"| {days} | {count} | {ITERATIONS['interactive']:,} | {median:.3f} | {high:.3f} | {median / unit_s:.1f} |"
        f" {high / unit_s:.1f} | {np.mean(gaps):.2f} | {np.max(gaps):.2f} |"
    )


def main() -> None:
    """Print the table as Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=20, help="requests for each number of days")
    count = arguments.parse_args().count
    region = warm()
    for mode in MODES:
        planner.plan(region, TripRequest(start_date=FIRST, days=2, mode=mode))
    unit_s = sort_s()
    print(f"{len(region.catalog.attractions)} attractions; one sort of {FLOATS:,} floats: {unit_s:.3f} s\n")
    print("| days | plans | iterations | median s | p95 s | median, sorts | p95, sorts | mean gap % | largest gap % |")
    print("|---|---|---|---|---|---|---|---|---|")
    for days in DAYS:
        print(row(region, days, count, unit_s), flush=True)


if __name__ == "__main__":
    main()
