"""The chance that a plan works out as written, and what gives way first when it does not.

A written itinerary is lived through many times at once, with visits, ways and waits that last longer or shorter than planned.
Who is ahead goes on a little early where nothing is tied to an hour; who is late catches up by cutting into rests, waiting and
strolls, and meals move. It reads the itinerary and facts of the region, nothing of how the plan was made.
``docs/robustness.md`` names every distribution and says which are assumptions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from recommender.calendar import last_entry_of
from recommender.model import EndItem, Itinerary, LegItem, MealItem, PartItem, PlaceRef, RestItem, StartItem, StopItem

if TYPE_CHECKING:
    from recommender.catalog import Link
    from recommender.region import Region

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RUNS: Final = 2_000
SEED: Final = 20_270_417

EARLY_MIN: Final = 15
"""So much ahead of the plan people go on where they can."""
VISIT_SIGMA: Final = 0.20
STROLL_MIN: Final = 20
LEAST_STROLL: Final = 0.5
"""Between sub-sights so many minutes or more are a stroll, and who is late makes strolls shorter, down to this share."""
MEAL_SIGMA: Final = 0.15
RIDE_SIGMA: Final = {
    "walk": (0.10, 0.15), "drive": (0.12, 0.25), "taxi": (0.12, 0.25), "charter": (0.12, 0.25), "bus": (0.15, 0.25),
    "rail": (0.03, 0.10),
}  # fmt: skip
"""Spread of the logarithm of a ride's length: where its minutes are sourced, and where they are estimated."""
WAIT_SPAN: Final = {"bus": (0.0, 2.0), "rail": (0.5, 1.5)}
"""Least and greatest wait as a share of the planned one; half of a wait for a train is security and finding the platform."""
LONGEST_WAIT_MIN: Final = 60
"""A longer planned wait is for a vehicle at a fixed time."""
GATE_MIN: Final = {"bus": 0, "rail": 5}
"""How long before a departure one must be there."""
LAST_SLACK_MIN: Final = {"sourced": 10.0, "assumed": 30.0}
"""What the plan took off the last departure; an assumed one may itself be off by as much either way."""
GRACE_MIN: Final = 5
"""So late one is still let in to a show or an appointment."""
SHORTEST_VISIT_MIN: Final = 30
"""Whoever cannot stay so long before closing, or half the planned visit if that is less, comes too late."""
MEAL_ENDS_MIN: Final = {"lunch": 14 * 60, "dinner": 20 * 60 + 30}
BITE_MIN: Final = 20
"""A meal that cannot begin by then is a bite on the way."""
CLOSING_STEP_MIN: Final = 20
CLOSING_HORIZON_MIN: Final = 5 * 60


@dataclass(frozen=True, slots=True)
class WeakLink:
    """Where plans break most often.

    Attributes
    ----------
    day, item
        Day from 1, and index of the item in the day.
    code
        ``entry`` (last entry or closing), ``show``, ``appointment``, ``last_departure`` or ``end_time``.
    place
        Where: for a last departure the stop at which one boards.
    mode
        Of a last departure: ``rail`` or ``bus``.
    share
        Of the runs that fail, those that fail here first.
    """

    day: int
    item: int
    code: str
    place: PlaceRef
    mode: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Chance:
    """Share of runs that go as planned, its standard error, and the weakest link if any run fails."""

    on_time: float
    standard_error: float
    weakest: WeakLink | None


@dataclass(frozen=True, slots=True)
class Robustness:
    """The whole trip and each of its days."""

    runs: int
    trip: Chance
    days: tuple[Chance, ...]


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that may fail: what and where, and in which runs."""

    link: WeakLink
    failed: Flags


def robustness(region: Region, itinerary: Itinerary, *, runs: int = RUNS, seed: int = SEED) -> Robustness:
    """Live through a plan many times: same plan, facts, runs and seed, same answer.

    Cost grows with runs times items; 2,000 runs of a week take less than 10 ms.
    """
    links = {(link.from_id, link.to_id, link.mode): link for link in region.catalog.links}
    by_day = [
        _Day(region, itinerary, d, links, np.random.default_rng([seed, d]), runs).checks()
        for d in range(len(itinerary.days))
    ]
    everything = [check for checks in by_day for check in checks]
    return Robustness(runs, _chance(everything, runs), tuple(_chance(checks, runs) for checks in by_day))


def _chance(checks: list[_Check], runs: int) -> Chance:
    """How often nothing fails; a run that fails more than once counts where it failed first."""
    failed = np.zeros(runs, dtype=np.bool_)
    first: list[tuple[int, WeakLink]] = []
    for check in checks:
        first.append((int(np.count_nonzero(check.failed & ~failed)), check.link))
        failed |= check.failed
    count = int(np.count_nonzero(failed))
    share = 1 - count / runs
    error = float(np.sqrt(share * (1 - share) / runs))
    if not count:
        return Chance(share, error, None)
    most, link = max(first, key=lambda found: found[0])
    return Chance(share, error, WeakLink(link.day, link.item, link.code, link.place, link.mode, most / count))


class _Day:
    """One day, all runs at once; ``now`` holds each run's clock in minutes after midnight."""

    def __init__(
        self,
        region: Region,
        itinerary: Itinerary,
        d: int,
        links: dict[tuple[str, str, str], Link],
        dice: np.random.Generator,
        runs: int,
    ) -> None:
        self._region = region
        self._request = itinerary.request
        self._is_last = d == len(itinerary.days) - 1
        self._d = d
        self._day = itinerary.days[d]
        self._links = links
        self._dice = dice
        self._runs = runs
        self._now: Floats = np.zeros(runs)
        self._checks: list[_Check] = []

    def checks(self) -> list[_Check]:
        """Everything that may fail on this day, in order of time."""
        for k, item in enumerate(self._day.items):
            if isinstance(item, StartItem):
                self._now[:] = item.time
            elif isinstance(item, LegItem):
                self._ride(k, item)
            elif isinstance(item, StopItem):
                self._stop(k, item)
            elif isinstance(item, MealItem):
                self._eat(item)
            elif isinstance(item, RestItem):
                self._wait_until(item.end)
            else:
                self._end(k, item)
        return self._checks

    def _spread(self, sigma: float) -> Floats:
        """Factors around 1: lognormal with mean 1."""
        return np.exp(sigma * self._dice.standard_normal(self._runs) - sigma * sigma / 2)

    def _wait_until(self, minute: float) -> None:
        np.maximum(self._now, minute, out=self._now)

    def _check(self, k: int, code: str, place: PlaceRef, failed: Flags, mode: str | None = None) -> None:
        self._checks.append(_Check(WeakLink(self._d + 1, k, code, place, mode, 0.0), failed))

    # ---------------------------------------------------------------------------------------------- on the way

    def _ride(self, k: int, leg: LegItem) -> None:
        if leg.mode in ("rail", "bus"):
            self._wait_until(leg.depart - leg.wait_min)
            self._board(k, leg)
        elif leg.mode == "taxi":
            self._wait_until(leg.depart - leg.wait_min - EARLY_MIN)
            self._now += self._dice.exponential(leg.wait_min, self._runs)
        else:
            self._wait_until(leg.depart - EARLY_MIN)
        sigma = RIDE_SIGMA[leg.mode][leg.basis != "sourced"]
        self._now += (leg.arrive - leg.depart) * self._spread(sigma)

    def _board(self, k: int, leg: LegItem) -> None:
        """Wait for a train or bus: for the next of its known departures, or as long as its headway may have it."""
        ready = self._now + GATE_MIN[leg.mode]
        link = self._links.get((str(leg.from_), str(leg.to), leg.mode))
        if link is not None and link.departures:
            times = np.array(sorted(link.departures), dtype=np.float64)
            at = np.searchsorted(times, ready)
            self._check(k, "last_departure", leg.from_, at == len(times), leg.mode)
            self._now = np.maximum(self._now, times[np.minimum(at, len(times) - 1)])
            return
        low, high = WAIT_SPAN[leg.mode]
        leaves = self._now + min(leg.wait_min, LONGEST_WAIT_MIN) * self._dice.uniform(low, high, self._runs)
        if leg.wait_min > LONGEST_WAIT_MIN:
            leaves = np.maximum(leaves, leg.depart)
        if leg.latest_depart is not None:
            last = self._last_departure(leg.latest_depart, leg.timetable)
            self._check(k, "last_departure", leg.from_, ready > last, leg.mode)
            leaves = np.maximum(self._now, np.minimum(leaves, last))
        self._now = leaves

    def _last_departure(self, trusted: int, timetable: str | None) -> Floats:
        if timetable == "sourced":
            return np.full(self._runs, trusted + LAST_SLACK_MIN["sourced"])
        return trusted + self._dice.uniform(0, 2 * LAST_SLACK_MIN["assumed"], self._runs)

    def _end(self, k: int, end: EndItem) -> None:
        wanted = self._request.end
        if self._is_last and wanted is not None and wanted.time is not None:
            self._check(k, "end_time", end.place, self._now > wanted.time)

    # ------------------------------------------------------------------------------------------------- being there

    def _eat(self, meal: MealItem) -> None:
        self._wait_until(meal.start - EARLY_MIN)
        length = (meal.end - meal.start) * self._spread(MEAL_SIGMA)
        self._now += np.where(self._now > MEAL_ENDS_MIN[meal.meal], np.minimum(length, BITE_MIN), length)

    def _stop(self, k: int, stop: StopItem) -> None:
        streets = self._region.catalog.attractions[stop.place].walled
        if not stop.parts and not streets:
            self._visit(k, stop)
            return
        self._enter(k, stop)
        at = stop.start
        for part in stop.parts:
            self._stroll(at, part.start)
            self._visit(k, part)
            at = part.end
        self._stroll(at, stop.end)

    def _stroll(self, begin: int, end: int) -> None:
        """Time between sub-sights, or in the lanes of an old town: gives way where one is late."""
        if end <= begin:
            return
        length = (end - begin) * self._spread(VISIT_SIGMA)
        if end - begin >= STROLL_MIN:
            length = np.minimum(length, np.maximum(LEAST_STROLL * length, end - self._now))
        self._now += length

    def _visit(self, k: int, visit: StopItem | PartItem) -> None:
        if self._is_performance(visit):
            self._check(k, "show", visit.place, self._now > visit.start + GRACE_MIN)
            self._wait_until(visit.start)
            self._now += visit.end - visit.start
            return
        closes = self._enter(k, visit)
        out = self._now + (visit.end - visit.start) * self._spread(VISIT_SIGMA)
        self._now = out if closes is None else np.maximum(self._now, np.minimum(out, closes))

    def _enter(self, k: int, visit: StopItem | PartItem) -> Floats | None:
        """Come in, perhaps too late; returns the closing time, None where there is none to fear."""
        appointed = any(lock.place == visit.place and lock.time == visit.start for lock in self._request.locks)
        if appointed:
            self._check(k, "appointment", visit.place, self._now > visit.start + GRACE_MIN)
        early = not appointed and self._is_open(visit.place, visit.start - EARLY_MIN)
        begins = visit.start - (EARLY_MIN if early else 0)
        closing = self._closing(visit)
        entry = last_entry_of(self._region.catalog.attractions[visit.place].last_entry, self._day.date)
        if closing is None and entry is None:
            self._wait_until(begins)
            return None
        off = self._dice.uniform(-1, 1, self._runs) * visit.slack_min
        shortest = min(SHORTEST_VISIT_MIN, (visit.end - visit.start) / 2)
        latest = min(np.inf if closing is None else closing - shortest, np.inf if entry is None else entry)
        self._check(k, "entry", visit.place, self._now > latest + off)
        self._wait_until(begins)
        return None if closing is None else closing + off

    def _is_open(self, place: str, minute: int) -> bool:
        instant = dt.datetime.combine(self._day.date, dt.time()) + dt.timedelta(minutes=minute)
        return self._region.calendar.is_open(place, instant)

    def _is_performance(self, visit: StopItem | PartItem) -> bool:
        """A show that begins when it begins."""
        show = self._region.catalog.attractions[visit.place].category == "show"
        return show and self._is_open(visit.place, visit.start) and not self._is_open(visit.place, visit.start - 1)

    def _closing(self, visit: StopItem | PartItem) -> int | None:
        """When the place closes next after the planned start, a noon break included; None if not for hours."""
        opened = visit.start
        while self._is_open(visit.place, opened + CLOSING_STEP_MIN):
            opened += CLOSING_STEP_MIN
            if opened > visit.start + CLOSING_HORIZON_MIN:
                return None
        closed = opened + CLOSING_STEP_MIN
        while closed - opened > 1:
            middle = (opened + closed) // 2
            if self._is_open(visit.place, middle):
                opened = middle
            else:
                closed = middle
        return closed
