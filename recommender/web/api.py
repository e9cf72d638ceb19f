"""What every door that plans shares: the region of now, today, the queue before the planner; and health."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from recommender.jsontext import read_json
from recommender.model import Itinerary, TripRequest
from recommender.settings import settings
from recommender.web.answers import Refusal, json_answer, read_json_body
from recommender.web.limits import caller_of
from recommender.web.warmup import warm_up

if TYPE_CHECKING:
    from recommender.region import Region

Answer = TypeVar("Answer")
SHANGHAI: Final = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
ASKING: Final = 2
"""So many questions of several plans are worked on at once."""
BUSY_S: Final = "5"
"""When to come back to a busy planner, in seconds."""
_HEALTH_WAIT_S: Final = 0.5


def local_today() -> dt.date:
    """Today in Jinzhong."""
    return dt.datetime.now(SHANGHAI).date()


def _region() -> Region:
    # Imported late: the pages are up before pandas and numba are.
    from recommender import region

    return region.current()


# ------------------------------------------------------------------------------------------------- health


_known: dict[str, str] = {}


async def health(request: Request) -> Response:
    """Up, which data revision, and whether the first plan will be quick; answers at once whatever else goes on."""
    state = warm_up().state
    if state == "ok":
        with anyio.move_on_after(_HEALTH_WAIT_S):
            region = await anyio.to_thread.run_sync(_region, abandon_on_cancel=True)
            _known["revision"] = region.state
    body = {"status": state, "revision": _known.get("revision"), "warm": state == "ok"}
    return json_answer(body, 503 if state == "failed" else 200, {"cache-control": "no-store"})


# --------------------------------------------------------------------------------------------------- plan


class Abandoned(Exception):
    """Nobody waits any more for what a thread works on."""


Plan = Callable[[TripRequest], Itinerary]


class PlanQueue:
    """At most so many plans wait or run at once, and so many of one caller, whichever door they came through.

    Who has gone away, or has waited long enough, gives up: what has not begun by then is not done.
    """

    def __init__(self) -> None:
        self._busy = 0
        self._by: Counter[str] = Counter()
        self._asking: ThreadPoolExecutor | None = None

    @property
    def waiting(self) -> int:
        """How many wait or run now."""
        return self._busy

    async def plan(self, region: Region, wish: TripRequest, request: Request | None = None) -> Itinerary:
        """The itinerary, planned off the event loop.

        Parameters
        ----------
        request
            Who asks, and whether they still do.

        Raises
        ------
        RequestError, InfeasibleTrip
            As the planner and the check of a request say.
        Refusal
            Too many are waiting.
        ClientDisconnect
            The visitor has gone.
        """
        from recommender.trip.planning import check_request, planning

        check_request(region, wish, today=local_today())
        with self._seat(request):
            return await _wanted(asyncio.wrap_future(planning().submit(region, wish)), request)

    async def ask(self, region: Region, request: Request, question: Callable[[Plan], Answer]) -> Answer:
        """The answer to a question that takes several plans one after the other; raises as ``plan``."""
        from recommender.trip.planning import planning

        gone = threading.Event()

        def plan(wish: TripRequest) -> Itinerary:
            if gone.is_set():
                raise Abandoned
            return planning().plan(region, wish)

        with self._seat(request):
            self._asking = self._asking or ThreadPoolExecutor(ASKING, thread_name_prefix="ask")
            answer = asyncio.wrap_future(self._asking.submit(question, plan))
            try:
                return await _wanted(answer, request)
            finally:
                gone.set()

    @contextmanager
    def _seat(self, request: Request | None) -> Iterator[None]:
        config = settings()
        caller = "" if request is None else caller_of(request).key
        if caller and self._by[caller] >= config.plans_at_once:
            raise Refusal(429, "too_many_at_once", {"retry-after": BUSY_S}, limit=config.plans_at_once)
        if self._busy >= config.plan_queue:
            raise Refusal(503, "busy", {"retry-after": BUSY_S})
        self._busy += 1
        self._by[caller] += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._by[caller] -= 1
            if not self._by[caller]:
                del self._by[caller]


async def _wanted(work: asyncio.Future[Answer], request: Request | None) -> Answer:
    """What comes of some work, unless nobody wants it any more."""
    left = asyncio.ensure_future(_left(request)) if request is not None else None
    try:
        both: set[asyncio.Future[Any]] = {work, left} if left is not None else {work}
        await asyncio.wait(both, timeout=settings().plan_wait_s, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        if left is not None and left.done():
            raise ClientDisconnect
        raise Refusal(503, "busy", {"retry-after": BUSY_S})
    finally:
        work.cancel()
        if left is not None:
            left.cancel()


async def _left(request: Request) -> None:
    """Until the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


queue: Final = PlanQueue()


async def region_now() -> Region:
    """The region of the published revision; the first call takes seconds, off the event loop."""
    return await anyio.to_thread.run_sync(_region)


async def read_wish(request: Request) -> TripRequest:
    """The request in a JSON body.

    Raises
    ------
    Refusal, JsonInvalid, RequestError
        Too large or not said to be JSON; not JSON; not a request.
    """
    body = await read_json_body(request)
    return await anyio.to_thread.run_sync(lambda: TripRequest.parse(read_json(body)))
