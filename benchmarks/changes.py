"""Plans changed on the way and questions answered: ``python -m benchmarks.changes``.

Mishaps: seeded trips meet seeded mishaps (late, early, elsewhere, closed, tired, rain); every new plan is held against the
independent check, or the wishes that clash are named. Questions: "why not this place?" is asked of seeded plans; every
change that is claimed is applied again and has to bring the place in.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from benchmarks.sweep import random_request
from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import Itinerary, TripRequest
from recommender.region import Region
from recommender.trip.counterfactual import counterfactual
from recommender.trip.explain import find_stop
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify
from recommender.warm import warm
from tests.random_mishaps import disrupted

PER_TRIP = 2


def trips(region: Region) -> Iterator[tuple[int, Itinerary]]:
    """Seeded plans, those whose wishes clash left out."""
    seed = 0
    while True:
        with contextlib.suppress(InfeasibleTrip, RequestError):
            yield seed, plan_trip(region, TripRequest.parse(random_request(region.catalog, seed)))
        seed += 1


def mishaps(region: Region, count: int) -> None:
    """Print how many mishaps ended well."""
    found: Counter[str] = Counter()
    seconds = []
    for seed, before in trips(region):
        for k in range(PER_TRIP):
            began = time.perf_counter()
            try:
                after = plan_trip(region, TripRequest.parse(disrupted(before, PER_TRIP * seed + k)))
            except (InfeasibleTrip, RequestError) as refused:
                named = refused.problems or refused.detail.get("conflict")
                found["named conflicts" if named else "FAULTS"] += 1
                continue
            seconds.append(time.perf_counter() - began)
            faults = verify(region, after)
            found["FAULTS" if faults else "itineraries"] += 1
            for fault in faults:
                print(f"seed {seed}, mishap {k}: {fault.message('en')}")
        if sum(found.values()) >= count:
            break
    print(f"mishaps: {dict(found)}; median {np.median(seconds):.2f} s, p95 {np.quantile(seconds, 0.95):.2f} s")


def questions(region: Region, count: int) -> None:
    """Print how many of the changes that are claimed do what they say."""
    found: Counter[str] = Counter()
    dice = np.random.default_rng(0)
    for _, itinerary in trips(region):
        if itinerary.left_out:
            place = itinerary.left_out[int(dice.integers(len(itinerary.left_out)))].place
            answer = counterfactual(region, itinerary, place, lambda request: plan_trip(region, request))
            found["questions"] += 1
            found["with a change"] += bool(answer and answer.changes)
            for change in answer.changes if answer else ():
                true = find_stop(plan_trip(region, change.request), place) is not None
                found["changes that hold" if true else "CHANGES THAT DO NOT"] += 1
        if found["questions"] >= count:
            break
    print(f"questions: {dict(found)}")


def main() -> None:
    """Print both."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mishaps", type=int, default=1000)
    arguments.add_argument("--questions", type=int, default=200)
    given = arguments.parse_args()
    region = warm()
    if given.mishaps:
        mishaps(region, given.mishaps)
    if given.questions:
        questions(region, given.questions)


if __name__ == "__main__":
    main()
