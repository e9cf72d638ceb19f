"""Requests a second and how long they take, over HTTP: ``python -m benchmarks.http``.

Starts a server of its own on 127.0.0.1 with an empty folder for what it keeps, asks with 1, 8 and 32 clients for so many
seconds a row, and stops it. Clients and server share the machine. ``--also`` measures further pages; ``{token}`` in them is a
shared plan's.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import itertools
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx2

from benchmarks.serving import serving, wait_for

CLIENTS: Final = (1, 8, 32)
LIMITS: Final = ("REQUESTS_PER_MINUTE", "PLANNED_PER_MINUTE", "PLANS_PER_MINUTE", "PLANS_AT_ONCE", "PLAN_QUEUE")
"""Out of the way."""
LONGEST_S: Final = 60.0
"""A client that hears nothing for so long gives up."""


@dataclass(frozen=True)
class Question:
    """One kind of request; ``body`` gives the next one to send, None for a GET."""

    name: str
    path: str
    body: Callable[[], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Row:
    """What came of one kind of request with so many clients."""

    name: str
    clients: int
    took_s: float
    times_ms: list[float]
    statuses: Counter[int]

    def line(self) -> str:
        """As a row of the table."""
        cuts = statistics.quantiles(self.times_ms, n=100, method="inclusive") if len(self.times_ms) > 1 else self.times_ms * 99
        odd = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()) if status != 200)
        figures = " | ".join(f"{cuts[k]:.0f}" for k in (49, 94, 98))
        return f"| {self.name} | {self.clients} | {len(self.times_ms) / self.took_s:.1f} | {figures} | {odd} |"


async def measured(host: str, question: Question, clients: int, seconds: float) -> Row:
    """Ask as fast as so many clients can, each its next when it has its last answer."""
    times: list[float] = []
    statuses: Counter[int] = Counter()

    async def ask(client: httpx2.AsyncClient, end: float) -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            if question.body is None:
                answer = await client.get(question.path)
            else:
                answer = await client.post(question.path, json=question.body())
            times.append((time.perf_counter() - began) * 1000)
            statuses[answer.status_code] += 1

    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(base_url=f"http://{host}", timeout=LONGEST_S, limits=limits) as client:
        began = time.perf_counter()
        await asyncio.gather(*(ask(client, began + seconds) for _ in range(clients)))
        return Row(question.name, clients, time.perf_counter() - began, times, statuses)


def wishes(days: int, seeds: Iterator[int]) -> Callable[[], dict[str, Any]]:
    """Requests that differ by their seed alone."""
    start = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=60)
    return lambda: {"start_date": str(start), "days": days, "seed": next(seeds)}


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each row (default 5)")
    parser.add_argument("--also", nargs="*", default=[], help="further addresses to read, like '/embed/{token}'")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {f"JINZHONG_{name}": "1000000" for name in LIMITS}
        with serving(environment={"JINZHONG_VAR_DIR": folder, **environment}) as (host, _pid):
            wait_for(f"http://{host}/healthz", b'"warm":true')
            stored = httpx2.post(f"http://{host}/api/v1/plans", json=wishes(3, itertools.repeat(0))(), timeout=LONGEST_S).json()
            seeds = itertools.count(1)
            questions = [
                Question("`POST /api/v1/plan`, 3 days, kept", "/api/v1/plan", wishes(3, itertools.repeat(0))),
                Question("`POST /api/v1/plan`, 1 day, new", "/api/v1/plan", wishes(1, seeds)),
                Question("`POST /api/v1/plan`, 3 days, new", "/api/v1/plan", wishes(3, seeds)),
                Question("`GET /api/v1/places?kind=attraction`", "/api/v1/places?kind=attraction"),
                Question("`GET /api/v1/places/{id}`", "/api/v1/places/shuanglin-si"),
                Question("`GET /p/{token}`, the shared page", f"/p/{stored['token']}"),
                Question("`GET /api/v1/plans/{token}`", f"/api/v1/plans/{stored['token']}"),
                *(Question(f"`GET {path}`", path.replace("{token}", stored["token"])) for path in given.also),
            ]
            busy = os.getloadavg()[0]
            print("| request | clients | a second | p50 ms | p95 ms | p99 ms | not 200 |\n|---|---|---|---|---|---|---|")
            for question in questions:
                for clients in CLIENTS:
                    print(asyncio.run(measured(host, question, clients, given.seconds)).line(), flush=True)
    print(f"\n{os.cpu_count()} processors; {busy:.1f} programs were running or waiting for one before the first row")


if __name__ == "__main__":
    main()
