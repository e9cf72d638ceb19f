"""How well the effect of a fix is predicted: ``python -m benchmarks.prominence --sites 20``.

For sites that few trips see, the first fix that a glance finds worthwhile: its effect predicted from a sample of the panel, and
counted on all of it.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import Final

from recommender.bureau.keeping import Kept
from recommender.bureau.panel import SIZE, panel
from recommender.bureau.prominence import count, why_not
from recommender.bureau.replay import Run, replay
from recommender.warm import warm

RARE: Final = 0.15
WORTHWHILE: Final = 0.05


def main() -> int:
    """Print one row a site as Markdown; 1 if a prediction is off by more than a tenth."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sites", type=int, default=20)
    arguments.add_argument("--size", type=int, default=SIZE, help="visitors of the whole panel")
    arguments.add_argument("--sample", type=int, default=SIZE // 2, help="visitors searched in full for the prediction")
    arguments.add_argument("--jobs", type=int, default=None)
    arguments.add_argument("--kept", type=Path, help="folder in which outcomes are kept")
    given = arguments.parse_args()
    region = warm()
    run = Run(jobs=given.jobs, kept=Kept(given.kept))
    baseline = replay(region, panel(given.size), run)
    rare = [place for place in region.catalog.attractions if baseline.trips_to.get(place, 0) <= RARE * given.size]
    # The better known first: of those nobody has heard of, no single fix makes a sight that many go to.
    rare.sort(key=lambda place: (-region.catalog.attractions[place].popularity, place))
    print("| site | blocked by | fix | trips before | predicted change | counted change | off by | s |")
    print("|---|---|---|---|---|---|---|---|")
    done = far = 0
    for place in rare:
        began = time.perf_counter()
        answer = why_not(region, place, baseline, given.sample, run, WORTHWHILE)
        if answer.fix is None or answer.predicted is None:
            tried = ", ".join(f"{fix.code} {gained:+d}" for fix, gained in answer.tried)
            print(f"{place}: {answer.standing.blocking}; {tried}", file=sys.stderr, flush=True)
            continue
        counted = count(region, answer.fix, baseline, dataclasses.replace(run))
        off = answer.predicted.change / counted.change - 1 if counted.change else float("inf")
        code = answer.fix.code if answer.fix.factor is None else f"{answer.fix.code} × {answer.fix.factor}"
        print(f"| {place} | {answer.standing.blocking} | {code} | {counted.before:.0f} | {answer.predicted.change:.0f} | "
              f"{counted.change:.0f} | {100 * off:+.0f} % | {time.perf_counter() - began:.0f} |", flush=True)  # fmt: skip
        far += abs(off) > 0.1
        done += 1
        if done == given.sites:
            break
    print(f"\n{done} sites, {far} off by more than 10 %")
    return 1 if far else 0


if __name__ == "__main__":
    sys.exit(main())
