"""How far plans are from the best possible ones: ``python -m benchmarks.trips --count 200``.

Seeded requests as visitors make them, on the real catalogue: the value at 6,000 and 30,000 iterations, a bound on the full
problem (every open, reachable, permitted candidate, every town to stay in), and the gap between them that is proven. Every
bound is held against every value found for its request; one that lies below is an error.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.habits import wishes
from recommender import region as regions
from recommender.errors import InfeasibleTrip
from recommender.model import ITERATIONS, TripRequest
from recommender.orienteering import solve, upper_bound
from recommender.trip.certificate import MOST_DAYS, gap, provable
from recommender.trip.planner import draft

WISHES: Final = 1_000
SEEDS: Final = 2
"""Further searches for each request, that no bound may lie below."""


@dataclass(frozen=True)
class Row:
    """One request: values and bound in the solver's points, gaps as shares, seconds; those of the bound are the processor's."""

    seed: int
    days: int
    mode: str
    visits: int
    iterations: int
    value_interactive: int
    value_careful: int
    value_best: int
    bound: float | None
    gap_interactive: float | None
    gap_careful: float | None
    seconds_interactive: float
    seconds_careful: float
    seconds_bound: float


def measure(request: TripRequest, seconds: float) -> Row | None:
    """One request planned twice and bounded once; None where there is nothing to bound."""
    region = regions.current()
    try:
        began = time.perf_counter()
        quick = draft(region, request, iterations=ITERATIONS["interactive"])
        between = time.perf_counter()
        careful = draft(region, request, iterations=ITERATIONS["careful"])
        ended = time.perf_counter()
    except InfeasibleTrip:
        return None
    one, two = provable(quick), provable(careful)
    if one is None or two is None:
        return None
    problem, solution = two
    values = [one[1].value, solution.value]
    for seed in range(1, SEEDS + 1):
        other = solve(problem, iterations=ITERATIONS["careful"], seed=request.seed + seed)
        values += [] if other.unplaced or other.exceeded else [other.value]
    started = time.process_time()
    bound = upper_bound(problem, solution, seconds=seconds, clock=time.process_time)
    return Row(
        request.seed, request.days, request.mode, problem.visits, solution.iterations,
        one[1].value, solution.value, max(values), bound, gap(one[1].value, bound), gap(solution.value, bound),
        round(between - began, 3), round(ended - between, 3), round(time.process_time() - started, 3),
    )  # fmt: skip


def table(rows: list[Row]) -> Iterable[str]:
    """The figures as Markdown, one line for each number of days."""
    yield "| days | requests | gap in %, 6,000 iterations | 30,000 | p90 | within 2 % | within 4 % | s to bound |"
    yield "|---|---|---|---|---|---|---|---|"
    several = [row for row in rows if row.days > 1]
    named = [(str(days), [row for row in rows if row.days == days]) for days in range(1, MOST_DAYS + 1)]
    for name, some in [*named, ("2–5", several)]:
        quick = [100 * row.gap_interactive for row in some if row.gap_interactive is not None]
        careful = [100 * row.gap_careful for row in some if row.gap_careful is not None]
        if careful:
            yield (
                f"| {name} | {len(careful)} | {np.median(quick):.2f} | {np.median(careful):.2f} "
                f"| {np.percentile(careful, 90):.2f} | {np.mean(np.array(careful) <= 2):.0%} "
                f"| {np.mean(np.array(careful) <= 4):.0%} | {np.median([row.seconds_bound for row in some]):.1f} |"
            )


def kept(path: Path) -> list[Row]:
    """The rows of an earlier run."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    whole = {field.name for field in fields(Row) if field.type == "int"}
    return [
        Row(**{
            name: word if name == "mode" else None if not word else int(word) if name in whole else float(word)
            for name, word in line.items()
        })  # type: ignore[arg-type] # by the names of the fields
        for line in lines
    ]  # fmt: skip


def keep(path: Path, row: Row) -> None:
    """Add a row, under a head if it is the first."""
    first = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        if first:
            writer.writeheader()
        writer.writerow(asdict(row))


def main() -> int:
    """Print the table; 1 if any bound lies below a value."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--days", type=int, help="only requests of so many days")
    arguments.add_argument("--seed", type=int, default=0, help="number of the first request")
    arguments.add_argument("--seconds", type=float, default=45.0, help="processor time for each bound")
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--csv", type=Path, help="add a line for each request there; those that have one are not run again")
    given = arguments.parse_args()
    requests = [request for request in wishes(WISHES)[given.seed :] if given.days in (None, request.days)][: given.count]
    rows = kept(given.csv) if given.csv else []
    known = {row.seed for row in rows}
    work = partial(measure, seconds=given.seconds)
    with ProcessPoolExecutor(given.jobs) as pool:
        for row in pool.map(work, [request for request in requests if request.seed not in known]):
            if row is not None:
                rows.append(row)
                print(row, file=sys.stderr, flush=True)
                if given.csv:
                    keep(given.csv, row)
    print(*table(rows), sep="\n")
    wrong = [row for row in rows if row.bound is not None and row.bound < row.value_best]
    print(f"\n{len(rows)} requests; bounds below a value found: {len(wrong)}")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
