"""The one port through which pages, HTTP and command line plan trips.

Threads today: the compiled engine releases the interpreter lock. A pool, a queue and cancelling can come behind the
same two methods without the doors noticing.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Final, Protocol, TypeAlias

from recommender.errors import Problem, RecommenderError, RequestError
from recommender.journal import note
from recommender.model import Itinerary, Point, TripRequest
from recommender.orienteering import can_compile, is_warm
from recommender.region import Region
from recommender.trip import group
from recommender.trip.alternatives import AT_ONCE
from recommender.trip.certificate import MOST_DAYS, certificate
from recommender.trip.group import Together, look_together
from recommender.trip.shortlist import shortlist
from recommender.trip.ways import day_problems, leg_problems

FIRST_DATE: Final = dt.date(2020, 1, 1)
LAST_DATE: Final = dt.date(2099, 12, 31)
FARTHEST_DAYS: Final = 550
KEPT_PLANS: Final = 256
CROWD: Final = AT_ONCE
"""Plans in line from which on who may be hurried is: more than one visitor's own trials can leave in line."""
BUSY: Final = 16
BUSY_S: Final = 10.0
"""So many plans in so many seconds are a crowd as well, short as the line may be; one visitor alone hardly asks for as many."""
CROWD_SHARE: Final[Mapping[str, int]] = {"classic": 12, "wings": 12, "region": 6}
"""Of the rounds of search, then one in so many, by reach: a plan is worth some 0.3 % less, across the whole region 1 %."""
CROWD_LOOK_S: Final = 0.5
"""How often is looked whether a crowd is over, where a proof waits for that: it would slow down the plans of many."""
WAITING: Final = 8
"""Certificates that may wait for their turn; the oldest gives way."""
FORGOTTEN_S: Final = 15.0
"""A certificate that nobody has asked for during so many seconds is given up."""
_log = logging.getLogger(__name__)


class Planning(Protocol):
    """Plans trips; how and where is its own business."""

    def plan(self, region: Region, request: TripRequest, *, hurried: bool = False) -> Itinerary:
        """The itinerary; raises ``RequestError`` or ``InfeasibleTrip``."""

    def submit(self, region: Region, request: TripRequest, *, hurried: bool = False) -> Future[Itinerary]:
        """The same, without waiting; who cancels it no longer waits, and what nobody waits for is not begun.

        Parameters
        ----------
        hurried
            A somewhat lesser plan soon is better than the best one late: where many wait it is given less ``work``.
        """

    def ahead(self, future: Future[Itinerary]) -> int:
        """How many plans are to be made before this one; 0 once it is being made."""

    def certify(self, region: Region, request: TripRequest, itinerary: Itinerary) -> Future[float | None]:
        """How much better, as a share of its value, a trip for these wishes could be at most; None where nothing is proven.

        Worked out behind everything else. To be asked for again every few seconds: what nobody asks for is given up and
        comes out as None or cancelled.
        """

    def look_together(self, region: Region, itinerary: Itinerary) -> Future[Together]:
        """What a plan for several tastes gives each member, and what the other rule would; without waiting."""


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
    attractions += [(f"stays.{place}", place) for place in request.stays]
    anywhere = [(name, anchor.place) for name, anchor in (("start.place", request.start), ("end.place", request.end)) if anchor]
    if request.lodging != "auto":
        anywhere += [(f"lodging[{k}]", place) for k, place in enumerate(request.lodging)]
    if request.now is not None:
        anywhere.append(("now.place", request.now.place))
        attractions += [(f"now.done[{k}]", place) for k, place in enumerate(request.now.done)]
        attractions += [(f"now.closed[{k}]", place) for k, place in enumerate(request.now.closed)]
    for k, member in enumerate(request.members or ()):
        for name in ("likes", "dislikes"):
            attractions += [(f"members[{k}].{name}[{i}]", place) for i, place in enumerate(getattr(member, name))]
    for field, place in attractions:
        if place not in catalog.attractions:
            known = catalog.find_place(place) is not None
            problems.append(Problem(field, place, "not_an_attraction" if known else "unknown_place"))
    for field, ref in anywhere:
        if not isinstance(ref, Point) and catalog.find_place(ref) is None:
            problems.append(Problem(field, ref, "unknown_place"))
    problems += day_problems(region, request)
    problems += leg_problems(region, request) if not problems else ()
    first, last = request.dates[0], request.dates[-1]
    if not FIRST_DATE <= first <= last <= LAST_DATE:
        problems.append(
            Problem("start_date", str(first), "date_absurd", {"first": str(FIRST_DATE), "last": str(LAST_DATE)})
        )
    elif today is not None and first < today and request.now is None:
        problems.append(Problem("start_date", str(first), "date_past", {"today": str(today)}))
    elif today is not None and last > today + dt.timedelta(days=FARTHEST_DAYS):
        limit = today + dt.timedelta(days=FARTHEST_DAYS)
        problems.append(Problem("start_date", str(first), "date_far", {"limit": str(limit)}))
    if problems:
        raise RequestError(problems)


def plan_trip(region: Region, request: TripRequest, *, compiled: bool = True, iterations: int | None = None) -> Itinerary:
    """Check and plan, without a cache: a pure function of its arguments."""
    check_request(region, request)
    return group.plan(shortlist(region, request), request, compiled=compiled, iterations=iterations)


def _noted(region: Region, request: TripRequest, *, compiled: bool = True, iterations: int | None = None) -> Itinerary:
    """`plan_trip`, told to the journal: how it went and how long it took, not what was wished."""
    began, outcome = time.perf_counter(), "internal"
    try:
        made = plan_trip(region, request, compiled=compiled, iterations=iterations)
        outcome = "made"
        return made
    except RecommenderError as error:
        outcome = error.code
        raise
    finally:
        note("plan", outcome=outcome, days=request.days, work=request.work, seconds=time.perf_counter() - began)


def is_full(itinerary: Itinerary) -> bool:
    """Whether a plan was given all the work that its request names."""
    return itinerary.work >= itinerary.request.iterations


def brief_work(request: TripRequest) -> int:
    """Rounds of search for who is hurried."""
    return request.iterations // CROWD_SHARE[request.reach]


def will_improve(itinerary: Itinerary) -> bool:
    """Whether the plan was made before the engine was compiled, so that a better one comes; a hurried one stays."""
    return can_compile() and itinerary.work < brief_work(itinerary.request)


def may_certify(itinerary: Itinerary) -> bool:
    """Whether asking how far a plan is from the best makes sense: not for quick, changed and long ones."""
    if itinerary.request.previous is not None:
        return False
    return can_compile() and is_full(itinerary) and itinerary.request.days <= MOST_DAYS


def is_ready() -> bool:
    """Whether plans are given all their work from now on."""
    return is_warm() or not can_compile()


_Key: TypeAlias = tuple[str, str, int | None]


@dataclass(slots=True)
class _Shared:
    """One computation and how many wait for it."""

    future: Future[Itinerary]
    waiting: int = 0


class ThreadPlanning:
    """Plans in threads and keeps the latest plans by (revision, request)."""

    def __init__(self, workers: int = 2) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="plan")
        self._kept: OrderedDict[_Key, _Shared] = OrderedDict()
        self._lock = Lock()
        self._line: dict[Future[Itinerary], None] = {}
        self._begun: deque[float] = deque(maxlen=BUSY)
        self._tickets: dict[Future[Itinerary], Future[Itinerary]] = {}
        self._prover = ThreadPoolExecutor(1, thread_name_prefix="certificate")
        self._proofs: OrderedDict[tuple[str, str], Future[float | None]] = OrderedDict()
        self._asked: dict[tuple[str, str], float] = {}
        self._looks: OrderedDict[tuple[str, str, int], Future[Together]] = OrderedDict()

    def submit(self, region: Region, request: TripRequest, *, hurried: bool = False) -> Future[Itinerary]:
        """Equal requests share one computation, each with a future of its own; a failed one is not kept.

        Until the engine is compiled, a plan of less work is made at once, and not kept either. Hurried plans are kept for
        those who are hurried; whole ones serve everybody.
        """
        if can_compile() and not is_warm():
            return self._queued(self._pool.submit(_noted, region, request, compiled=False))
        key: _Key = (*_key(region, request), None)
        with self._lock:
            if hurried and key not in self._kept:
                brief: _Key = (*_key(region, request), brief_work(request))
                key = brief if brief in self._kept or self._is_crowded() else key
            shared = self._kept.get(key)
            if shared is None:
                shared = _Shared(self._queued(self._pool.submit(_noted, region, request, iterations=key[2])))
                self._kept[key] = shared
                self._begun.append(time.monotonic())
                while len(self._kept) > KEPT_PLANS:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
                note("plan", outcome="kept", days=request.days)
            shared.waiting += 1
        own: Future[Itinerary] = Future()
        self._tickets[own] = shared.future
        own.add_done_callback(lambda done: self._tickets.pop(done, None))
        own.add_done_callback(lambda done: self._leave(key, shared) if done.cancelled() else None)
        shared.future.add_done_callback(lambda done: self._hand_on(key, done, own))
        return own

    def ahead(self, future: Future[Itinerary]) -> int:
        """First come, first served: those that came before and wait as well."""
        made = self._tickets.get(future, future)
        waiting = self._waiting()
        return waiting.index(made) + 1 if made in waiting else 0

    def _is_crowded(self) -> bool:
        busy = len(self._begun) == BUSY and time.monotonic() - self._begun[0] < BUSY_S
        return busy or len(self._waiting()) >= CROWD

    def _waiting(self) -> list[Future[Itinerary]]:
        return [other for other in tuple(self._line) if not other.running() and not other.done()]

    def _queued(self, future: Future[Itinerary]) -> Future[Itinerary]:
        self._line[future] = None
        future.add_done_callback(lambda done: self._line.pop(done, None))
        return future

    def plan(self, region: Region, request: TripRequest, *, hurried: bool = False) -> Itinerary:
        return self.submit(region, request, hurried=hurried).result()

    def certify(self, region: Region, request: TripRequest, itinerary: Itinerary) -> Future[float | None]:
        """One at a time, in another process of low priority, none begun in a crowd; kept like plans."""
        key = _key(region, request)
        with self._lock:
            self._asked[key] = time.monotonic()
            future = self._proofs.get(key)
            if future is None:
                future = self._prover.submit(self._prove, key, region, request, itinerary)
                self._proofs[key] = future
                waiting = [other for other, proof in self._proofs.items() if not proof.done()]
                for other in waiting[: -WAITING - 1]:
                    if self._proofs[other].cancel():
                        del self._proofs[other], self._asked[other]
                while len(self._proofs) > KEPT_PLANS + WAITING:
                    self._asked.pop(self._proofs.popitem(last=False)[0], None)
            else:
                self._proofs.move_to_end(key)
        return future

    def look_together(self, region: Region, itinerary: Itinerary) -> Future[Together]:
        """Kept like plans; the first, quick plan for a request has its own."""
        key = (*_key(region, itinerary.request), itinerary.work)
        with self._lock:
            future = self._looks.get(key)
            if future is None:
                future = self._looks[key] = self._pool.submit(look_together, shortlist(region, itinerary.request), itinerary)
                while len(self._looks) > KEPT_PLANS:
                    self._looks.popitem(last=False)
        return future

    def _prove(self, key: tuple[str, str], region: Region, request: TripRequest, itinerary: Itinerary) -> float | None:
        def forgotten() -> bool:
            return time.monotonic() - self._asked.get(key, 0.0) > FORGOTTEN_S

        while self._is_crowded() and not forgotten():
            time.sleep(CROWD_LOOK_S)
        found = None
        if not forgotten():
            try:
                found = certificate(shortlist(region, request), request, itinerary, cancelled=forgotten)
            except Exception:  # noqa: BLE001 - a plan is as good without
                _log.exception("no certificate")
        if forgotten():
            with self._lock:
                self._proofs.pop(key, None)
                self._asked.pop(key, None)
        return found

    def _hand_on(self, key: _Key, done: Future[Itinerary], own: Future[Itinerary]) -> None:
        """What a shared computation gave to one of those who wait for it."""
        error = CancelledError() if done.cancelled() else done.exception()
        if error is not None:
            with self._lock:
                if key in self._kept and self._kept[key].future is done:
                    del self._kept[key]
        if not own.set_running_or_notify_cancel():
            return
        if error is None:
            own.set_result(done.result())
        else:
            own.set_exception(error)

    def _leave(self, key: _Key, shared: _Shared) -> None:
        """One of those who wait has gone; the last takes a computation that has not begun along."""
        with self._lock:
            shared.waiting -= 1
            idle = shared.waiting == 0 and not shared.future.running() and not shared.future.done()
            if idle and self._kept.get(key) is shared:
                del self._kept[key]
        if idle:
            shared.future.cancel()


def _key(region: Region, request: TripRequest) -> tuple[str, str]:
    return region.state, request.model_dump_json(by_alias=True)


_planning: ThreadPlanning | None = None
_guard = Lock()


def planning() -> Planning:
    """The process's planning service, made on first use."""
    global _planning  # noqa: PLW0603 - one service a process
    with _guard:
        if _planning is None:
            _planning = ThreadPlanning()
        return _planning
