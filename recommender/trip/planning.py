"""The one port through which pages, HTTP and command line plan trips.

Threads today: the compiled engine releases the interpreter lock. A pool, a queue and cancelling can come behind the
same two methods without the doors noticing.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Final, Protocol

from recommender.errors import Problem, RequestError
from recommender.model import ITERATIONS, Itinerary, Point, TripRequest
from recommender.orienteering import can_compile, is_warm
from recommender.region import Region
from recommender.trip import planner

FIRST_DATE: Final = dt.date(2020, 1, 1)
LAST_DATE: Final = dt.date(2099, 12, 31)
FARTHEST_DAYS: Final = 550
KEPT_PLANS: Final = 256


class Planning(Protocol):
    """Plans trips; how and where is its own business."""

    def plan(self, region: Region, request: TripRequest) -> Itinerary:
        """The itinerary; raises ``RequestError`` or ``InfeasibleTrip``."""

    def submit(self, region: Region, request: TripRequest) -> Future[Itinerary]:
        """The same, without waiting."""


def check_request(region: Region, request: TripRequest, today: dt.date | None = None) -> None:
    """Hold a request against the catalogue and, at the doors for people, against today.

    Raises
    ------
    RequestError
        Unknown places, places of the wrong kind, absurd dates; with ``today`` also past and too distant ones.
    """
    problems: list[Problem] = []
    catalog = region.catalog
    attractions: list[tuple[str, str]] = []
    for name in ("likes", "dislikes", "must_see", "avoid"):
        attractions += [(f"{name}[{k}]", place) for k, place in enumerate(getattr(request, name))]
    attractions += [(f"locks[{k}].place", lock.place) for k, lock in enumerate(request.locks)]
    for field, place in attractions:
        if place not in catalog.attractions:
            known = catalog.find_place(place) is not None
            problems.append(Problem(field, place, "not_an_attraction" if known else "unknown_place"))
    anywhere = [(name, anchor.place) for name, anchor in (("start.place", request.start), ("end.place", request.end)) if anchor]
    if request.lodging != "auto":
        anywhere += [(f"lodging[{k}]", place) for k, place in enumerate(request.lodging)]
    for field, ref in anywhere:
        if not isinstance(ref, Point) and catalog.find_place(ref) is None:
            problems.append(Problem(field, ref, "unknown_place"))
    first, last = request.dates[0], request.dates[-1]
    if not FIRST_DATE <= first <= last <= LAST_DATE:
        problems.append(
            Problem("start_date", str(first), "date_absurd", {"first": str(FIRST_DATE), "last": str(LAST_DATE)})
        )
    elif today is not None and first < today:
        problems.append(Problem("start_date", str(first), "date_past", {"today": str(today)}))
    elif today is not None and last > today + dt.timedelta(days=FARTHEST_DAYS):
        limit = today + dt.timedelta(days=FARTHEST_DAYS)
        problems.append(Problem("start_date", str(first), "date_far", {"limit": str(limit)}))
    if problems:
        raise RequestError(problems)


def plan_trip(region: Region, request: TripRequest, *, compiled: bool = True) -> Itinerary:
    """Check and plan, without a cache: a pure function of its arguments."""
    check_request(region, request)
    return planner.plan(region, request, compiled=compiled)


def is_full(itinerary: Itinerary) -> bool:
    """Whether a plan was given all the work that its request names."""
    return itinerary.work >= ITERATIONS[itinerary.request.work]


def will_improve(itinerary: Itinerary) -> bool:
    """Whether a better plan for the same request comes once the engine is compiled."""
    return can_compile() and not is_full(itinerary)


def is_ready() -> bool:
    """Whether plans are given all their work from now on."""
    return is_warm() or not can_compile()


class ThreadPlanning:
    """Plans in threads and keeps the latest plans by (revision, request)."""

    def __init__(self, workers: int = 2) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="plan")
        self._kept: OrderedDict[tuple[str, str], Future[Itinerary]] = OrderedDict()
        self._lock = Lock()

    def submit(self, region: Region, request: TripRequest) -> Future[Itinerary]:
        """Equal requests share one computation; a failed one is not kept.

        Until the engine is compiled, a plan of less work is made at once, and not kept either.
        """
        if can_compile() and not is_warm():
            return self._pool.submit(plan_trip, region, request, compiled=False)
        key = (region.revision, request.model_dump_json(by_alias=True))
        with self._lock:
            future = self._kept.get(key)
            if future is None:
                future = self._pool.submit(plan_trip, region, request)
                self._kept[key] = future
                while len(self._kept) > KEPT_PLANS:
                    self._kept.popitem(last=False)
                future.add_done_callback(lambda done: self._forget(key) if done.exception() else None)
            else:
                self._kept.move_to_end(key)
        return future

    def plan(self, region: Region, request: TripRequest) -> Itinerary:
        return self.submit(region, request).result()

    def _forget(self, key: tuple[str, str]) -> None:
        with self._lock:
            self._kept.pop(key, None)


_planning: ThreadPlanning | None = None
_guard = Lock()


def planning() -> Planning:
    """The process's planning service, made on first use."""
    global _planning  # noqa: PLW0603 - one service a process
    with _guard:
        if _planning is None:
            _planning = ThreadPlanning()
        return _planning
