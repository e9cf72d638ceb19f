"""How near a short search is to the full one for the panel as a whole: ``python -m benchmarks.agreement --count 540``.

Trips to each site at several limits of work against those of 6,000 iterations, and against the same with other seeds: what
chance alone makes of it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import Final

import numpy as np

from recommender.bureau.exposure import outside_old_town
from recommender.bureau.panel import Panel, panel
from recommender.bureau.replay import Replay, Run, replay
from recommender.model import ITERATIONS
from recommender.region import Region
from recommender.warm import warm

LIMITS: Final = (300, 600, 1_000)


def other_seeds(visitors: Panel) -> Panel:
    """The same visitors, searched for by other dice."""
    return Panel(tuple(
        replace(visitor, request=visitor.request.model_copy(update={"seed": visitor.number + 1_000_000}))
        for visitor in visitors.visitors
    ))  # fmt: skip


def row(region: Region, name: str, one: Replay, full: Replay, seconds: float) -> str:
    """One line of the table."""
    places = list(region.catalog.attractions)
    mine, theirs = (np.array([r.trips_to.get(place, 0) for place in places]) / len(r.outcomes) for r in (one, full))
    values = [float(np.mean([outcome.value for outcome in r.outcomes])) for r in (one, full)]
    ranks = [np.argsort(np.argsort(-shares, kind="stable")) for shares in (mine, theirs)]
    cells = (
        name, f"{1000 * seconds / len(one.outcomes):.0f}", f"{100 * abs(mine - theirs).mean():.2f}",
        f"{100 * abs(mine - theirs).max():.1f}", f"{np.corrcoef(mine, theirs)[0, 1]:.4f}",
        f"{np.corrcoef(ranks[0], ranks[1])[0, 1]:.3f}", f"{100 * (values[0] / values[1] - 1):+.1f} %",
        f"{100 * outside_old_town(region, one):.1f} %",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table as Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=540)
    arguments.add_argument("--jobs", type=int, default=1)
    given = arguments.parse_args()
    region, visitors = warm(), panel(given.count)
    most = ITERATIONS["interactive"]
    full = replay(region, visitors, Run(iterations=most, jobs=given.jobs))
    print("| iterations | ms of CPU | mean difference, points of % | largest | correlation | of ranks | value | outside |")
    print(f"|{'---|' * 8}")
    for name, people, iterations in (
        *((f"{limit:,}", visitors, limit) for limit in LIMITS), (f"{most:,}, other seeds", other_seeds(visitors), most),
    ):  # fmt: skip
        began = time.process_time()
        found = replay(region, people, Run(iterations=iterations, jobs=given.jobs))
        print(row(region, name, found, full, time.process_time() - began), flush=True)


if __name__ == "__main__":
    main()
