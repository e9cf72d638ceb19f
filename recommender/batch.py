"""Many requests, one a line, planned in order by one or several processes."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal, Self, TextIO

from recommender import region as regions
from recommender.errors import InfeasibleTrip, RecommenderError
from recommender.i18n import text
from recommender.jsontext import read_json, write_json
from recommender.model import TripRequest
from recommender.trip.planning import check_request, plan_trip
from recommender.warm import warm

AHEAD: Final = 16
"""Lines handed out ahead of the one that is waited for, per process."""
_BAR: Final = 30
_REDRAW_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of output, without its line end, and what became of the request."""

    line: bytes
    kind: Literal["itinerary", "infeasible", "refused", "failed"]


def plan_line(line: bytes, lang: str = "en", today: dt.date | None = None) -> Answer:
    """Plan one line; whatever is wrong with it becomes an ``{"error": …}`` line."""
    try:
        request = TripRequest.parse(read_json(line))
        region = regions.current()
        check_request(region, request, today)
        answer = plan_trip(region, request).to_json().encode("utf-8", "backslashreplace")
    except InfeasibleTrip as error:
        return Answer(write_json(error.as_dict(lang)), "infeasible")
    except RecommenderError as error:
        return Answer(write_json(error.as_dict(lang)), "refused")
    except Exception as error:  # noqa: BLE001 - a fault of ours in one line is recorded, the rest go on
        message = text("cli.failed", lang, kind=type(error).__name__, reason=" ".join(str(error).split())[:300])
        return Answer(write_json({"error": {"code": "internal", "message": message, "problems": []}}), "failed")
    return Answer(answer, "itinerary")


def plan_lines(
    lines: Iterable[bytes], jobs: int = 1, lang: str = "en", today: dt.date | None = None
) -> Iterator[Answer]:
    """Answers in the order of the lines.

    Parameters
    ----------
    lines
        JSON requests, one each.
    jobs
        Processes; 1 plans in this one.

    Raises
    ------
    CatalogInvalid
        The data cannot be used; before any line is planned.
    """
    if jobs == 1:
        regions.current()
        for line in lines:
            yield plan_line(line, lang, today)
        return
    # What is compiled here is found by the others.
    warm()
    # Spawned, not forked: the libraries below keep threads of their own.
    context = multiprocessing.get_context("spawn")
    waiting: deque[Future[Answer]] = deque()
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare) as pool:
        try:
            for line in lines:
                waiting.append(pool.submit(plan_line, line, lang, today))
                if len(waiting) >= AHEAD * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _prepare() -> None:
    regions.current().prepare()


class Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total = total
        self._stream = stream
        self._shown = stream.isatty() and total > 0
        self._done = 0
        self._started = time.perf_counter()
        self._drawn = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._draw()
            self._stream.write("\n")

    def step(self) -> None:
        """One more line is done."""
        self._done += 1
        if self._shown and time.perf_counter() - self._drawn >= _REDRAW_S:
            self._draw()

    def _draw(self) -> None:
        self._drawn = time.perf_counter()
        passed = self._drawn - self._started
        left = passed / max(self._done, 1) * (self._total - self._done)
        bar = "█" * (_BAR * self._done // self._total)
        self._stream.write(f"\r{bar:░<{_BAR}} {self._done}/{self._total} {passed:.0f} s + {left:.0f} s ")
        self._stream.flush()
