"""Is the simulated chance of finishing as planned right? ``python -m benchmarks.robustness`` asks a second simulation.

The second one is written for itself from the tables of ``docs/robustness.md``: one run after another in plain loops, the standard
library's dice, its own numbers and its own way to closing times. Of 100 random plans, each share must be within five points of
the share among 10,000 runs of the second simulation. A year of the simulated world is not a year of the real one: this checks the
arithmetic, not the assumptions.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.sweep import random_request
from recommender import region as regions
from recommender.errors import RecommenderError
from recommender.model import Itinerary, LegItem, MealItem, PartItem, StopItem, TripRequest
from recommender.region import Region
from recommender.trip import planner
from recommender.trip.robustness import robustness

ALLOWED: Final = 0.05
ITERATIONS: Final = 1_500
NEVER: Final = 10_000
SPREAD: Final = {
    ("walk", "sourced"): 0.10, ("walk", "estimated"): 0.15, ("drive", "sourced"): 0.12, ("drive", "estimated"): 0.25,
    ("taxi", "sourced"): 0.12, ("taxi", "estimated"): 0.25, ("charter", "sourced"): 0.12, ("charter", "estimated"): 0.25,
    ("bus", "sourced"): 0.15, ("bus", "estimated"): 0.25, ("rail", "sourced"): 0.03, ("rail", "estimated"): 0.10,
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """When one can no longer enter: minutes after midnight, ``NEVER`` where there is no such time."""

    opens: int
    closes: int
    last_entry: int
    performance: bool
    appointment: bool


def door_of(region: Region, itinerary: Itinerary, d: int, visit: StopItem | PartItem) -> Door:
    """What the calendar's windows and the request say about one visit."""
    opening = region.calendar.opening(visit.place, itinerary.days[d].date)
    span = next(((a, b) for a, b in opening.intervals if a <= visit.start < b), (visit.start, visit.start))
    around_the_clock = span == (0, 1440)
    show = region.catalog.attractions[visit.place].category == "show"
    locks = itinerary.request.locks
    return Door(
        opens=span[0],
        closes=NEVER if around_the_clock else span[1],
        last_entry=NEVER if opening.last_entry_min is None else opening.last_entry_min,
        performance=show and span[0] == visit.start,
        appointment=any(lock.place == visit.place and lock.time == visit.start for lock in locks),
    )


def doors_of(region: Region, itinerary: Itinerary) -> dict[int, Door]:
    """Doors by the identity of the visit."""
    found: dict[int, Door] = {}
    for d, day in enumerate(itinerary.days):
        for stop in (item for item in day.items if isinstance(item, StopItem)):
            found[id(stop)] = door_of(region, itinerary, d, stop)
            found |= {id(part): door_of(region, itinerary, d, part) for part in stop.parts}
    return found


class Run:
    """One time that the trip is lived through."""

    def __init__(self, region: Region, itinerary: Itinerary, doors: dict[int, Door], dice: random.Random) -> None:
        self.region, self.itinerary, self.doors, self.dice = region, itinerary, doors, dice
        self.now = 0.0

    def goes_as_planned(self) -> bool:
        """Live through every day; False as soon as something is missed."""
        for d, day in enumerate(self.itinerary.days):
            for item in day.items:
                if item.kind == "start":
                    self.now = item.time
                elif isinstance(item, LegItem):
                    if not self.travels(item):
                        return False
                elif isinstance(item, StopItem):
                    if not self.sees(item):
                        return False
                elif isinstance(item, MealItem):
                    self.eats(item)
                elif item.kind == "rest":
                    self.now = max(self.now, item.end)
            end = self.itinerary.request.end
            if d == len(self.itinerary.days) - 1 and end is not None and end.time is not None and self.now > end.time:
                return False
        return True

    def around_one(self, sigma: float) -> float:
        """Lognormal with mean 1."""
        return self.dice.lognormvariate(-sigma * sigma / 2, sigma)

    def travels(self, leg: LegItem) -> bool:
        """Wait and ride; False if the last vehicle has gone."""
        if leg.mode in ("bus", "rail"):
            self.now = max(self.now, leg.depart - leg.wait_min)
            leaves = self.boards(leg)
            if leaves is None:
                return False
            self.now = leaves
        elif leg.mode == "taxi":
            self.now = max(self.now, leg.depart - leg.wait_min - 15)
            self.now += self.dice.expovariate(1 / leg.wait_min) if leg.wait_min else 0
        else:
            self.now = max(self.now, leg.depart - 15)
        self.now += (leg.arrive - leg.depart) * self.around_one(SPREAD[leg.mode, leg.basis])
        return True

    def boards(self, leg: LegItem) -> float | None:
        """When the train or bus leaves with us; None if none does any more."""
        there = self.now + (5 if leg.mode == "rail" else 0)
        for link in self.region.catalog.links:
            if (link.from_id, link.to_id, link.mode) == (leg.from_, leg.to, leg.mode) and link.departures:
                return min((minute for minute in link.departures if minute >= there), default=None)
        wait = min(leg.wait_min, 60) * (self.dice.uniform(0, 2) if leg.mode == "bus" else self.dice.uniform(0.5, 1.5))
        leaves = self.now + wait
        if leg.wait_min > 60:
            leaves = max(leaves, leg.depart)
        if leg.latest_depart is not None:
            last = leg.latest_depart + (10 if leg.timetable == "sourced" else self.dice.uniform(0, 60))
            if there > last:
                return None
            leaves = min(leaves, last)
        return leaves

    def eats(self, meal: MealItem) -> None:
        """A meal, or a bite where the kitchen has closed."""
        self.now = max(self.now, meal.start - 15)
        length = (meal.end - meal.start) * self.around_one(0.15)
        if self.now > (840 if meal.meal == "lunch" else 1230):
            length = min(length, 20)
        self.now += length

    def sees(self, stop: StopItem) -> bool:
        """A stop with everything in it; False if something cannot be entered."""
        if not stop.parts and not self.region.catalog.attractions[stop.place].walled:
            return self.visits(stop)
        if self.enters(stop) is None:
            return False
        before = stop.start
        for part in stop.parts:
            self.strolls(before, part.start)
            if not self.visits(part):
                return False
            before = part.end
        self.strolls(before, stop.end)
        return True

    def strolls(self, begin: int, end: int) -> None:
        """Time of one's own, at least half of it, however late it is."""
        wished = max(0, end - begin) * self.around_one(0.2)
        spare = end - self.now
        if end - begin < 20 or spare >= wished:
            self.now += wished
        else:
            self.now += max(spare, wished / 2)

    def visits(self, visit: StopItem | PartItem) -> bool:
        """Enter, look, and be out by closing."""
        planned = visit.end - visit.start
        if self.doors[id(visit)].performance:
            if self.now > visit.start + 5:
                return False
            self.now = max(self.now, visit.start) + planned
            return True
        closes = self.enters(visit)
        if closes is None:
            return False
        self.now = max(self.now, min(self.now + planned * self.around_one(0.2), closes))
        return True

    def enters(self, visit: StopItem | PartItem) -> float | None:
        """The closing time once inside; None at a closed door."""
        door = self.doors[id(visit)]
        if door.appointment and self.now > visit.start + 5:
            return None
        off = self.dice.uniform(-visit.slack_min, visit.slack_min)
        enough = min(30, (visit.end - visit.start) / 2)
        if self.now > min(door.closes - enough, door.last_entry) + off:
            return None
        sooner = 0 if door.appointment or visit.start - 15 < door.opens else 15
        self.now = max(self.now, visit.start - sooner)
        return door.closes + off


def second_share(region: Region, itinerary: Itinerary, runs: int, seed: int) -> float:
    """Share of runs that go as planned, by the second simulation."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    doors = doors_of(region, itinerary)
    return sum(Run(region, itinerary, doors, dice).goes_as_planned() for _ in range(runs)) / runs


def plans(region: Region, count: int) -> list[Itinerary]:
    """The first ``count`` plans that random requests lead to."""
    found: list[Itinerary] = []
    seed = 0
    while len(found) < count:
        try:
            request = TripRequest.parse(random_request(region.catalog, seed))
            found.append(planner.draft(region, request, iterations=ITERATIONS).written())
        except RecommenderError:
            pass
        seed += 1
    return found


def compare(region: Region, itineraries: list[Itinerary], runs: int) -> list[dict[str, Any]]:
    """Both shares of each plan, and how long the first took."""
    rows = []
    for k, itinerary in enumerate(itineraries):
        robustness(region, itinerary)
        begun = time.process_time()
        found = robustness(region, itinerary)
        spent = time.process_time() - begun
        second = second_share(region, itinerary, runs, seed=1_000 + k)
        rows.append({"days": len(itinerary.days), "first": found.trip.on_time, "second": second, "ms": 1_000 * spent})
    return rows


def main() -> int:
    """Print both shares of every plan; 1 if any differ by more than allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--runs", type=int, default=10_000)
    asked = parser.parse_args()
    region = regions.current()
    region.prepare()
    rows = compare(region, plans(region, asked.count), asked.runs)
    print("plan  days  simulated  second  difference   ms")
    for k, row in enumerate(rows):
        apart = row["first"] - row["second"]
        print(f"{k:4d}  {row['days']:4d}  {row['first']:9.1%}  {row['second']:6.1%}  {apart:+10.1%}  {row['ms']:4.1f}")
    apart = [abs(row["first"] - row["second"]) for row in rows]
    far = sum(one > ALLOWED for one in apart)
    print(f"more than {ALLOWED:.0%} apart: {far} of {len(rows)}; largest {max(apart):.1%}, mean {sum(apart) / len(apart):.2%}")
    mean, longest = sum(row["first"] for row in rows) / len(rows), max(row["ms"] for row in rows)
    print(f"mean chance {mean:.1%}; longest simulation {longest:.1f} ms")
    return 1 if far else 0


if __name__ == "__main__":
    sys.exit(main())
