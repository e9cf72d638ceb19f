"""Throughput of the panel: ``python -m benchmarks.simulate --count 2000 --days 3``.

The same visitors by one core, by two, and by a Dask scheduler with two workers on this machine; then once more from what is
kept. Prints plans per second and their ratios. Regions are built and engines loaded before the clock runs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from recommender.bureau.keeping import Kept
from recommender.bureau.panel import Panel, panel
from recommender.bureau.replay import ITERATIONS, Replay, Run, replay
from recommender.region import Region
from recommender.settings import settings
from recommender.warm import warm
from tests.bureau.local_cluster import local_cluster

WARMING: Final = 32


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[None]:
    """The settings as they are with a scheduler named in the environment."""
    os.environ["SCHEDULER_ADDRESS"] = address
    settings.cache_clear()
    try:
        yield
    finally:
        del os.environ["SCHEDULER_ADDRESS"]
        settings.cache_clear()


def timed(region: Region, visitors: Panel, run: Run) -> tuple[float, Replay]:
    """Seconds, and the outcomes, after as many visitors as make every worker ready."""
    replay(region, panel(WARMING, seed=0), replace(run, kept=None))
    began = time.perf_counter()
    found = replay(region, visitors, run)
    return time.perf_counter() - began, found


def main() -> int:
    """Print the figures; 1 if not all ways give the same outcomes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=2_000)
    arguments.add_argument("--days", type=int, default=3)
    arguments.add_argument("--iterations", type=int, default=ITERATIONS)
    given = arguments.parse_args()
    region = warm()
    visitors = panel(given.count, days=(given.days,))
    run = Run(iterations=given.iterations)
    with tempfile.TemporaryDirectory() as folder:
        one_s, one = timed(region, visitors, replace(run, jobs=1, kept=Kept(Path(folder))))
        two_s, two = timed(region, visitors, replace(run, jobs=2))
        with local_cluster(workers=2) as address, _cluster(address):
            dask_s, dask = timed(region, visitors, run)
        began = time.perf_counter()
        again = replay(region, visitors, replace(run, jobs=1, kept=Kept(Path(folder))))
        again_s = time.perf_counter() - began
    print(f"{given.count} visitors x {given.days} days, {given.iterations} iterations each, {os.cpu_count()} cores")
    print("| by | s | plans per second | against one core |\n|---|---|---|---|")
    for name, seconds in (("one core", one_s), ("two cores", two_s), ("Dask, two workers", dask_s)):
        print(f"| {name} | {seconds:.1f} | {given.count / seconds:.1f} | {one_s / seconds:.2f} |")
    print(f"| what is kept ({again.computed} computed) | {again_s:.2f} | {given.count / again_s:.0f} | {one_s / again_s:.0f} |")
    same = one.outcomes == two.outcomes == dask.outcomes == again.outcomes
    print("All four give the same outcomes." if same else "THE OUTCOMES DIFFER.")
    return 0 if same and again.computed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
