"""Resident memory of the server: ``python -m benchmarks.memory``.

After the warm-up, after 50 different plans over HTTP, and what each further open page with a plan on it adds.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import urllib.error
import urllib.request
from typing import Final

from benchmarks.serving import Visitor, resident_mb, serving, wait_for

PLANS: Final = 50
PAGES: Final = 20
MODES: Final = ("transit", "drive", "charter")


def plan(host: str, number: int) -> None:
    """Ask for one plan; a refusal counts as work done too."""
    start = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30 + number)
    wish = {
        "start_date": str(start), "days": 1 + number % 7, "reach": "region", "mode": MODES[number % 3], "seed": number,
    }  # fmt: skip
    request = urllib.request.Request(
        f"http://{host}/api/v1/plan", json.dumps(wish).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            answer.read()
    except urllib.error.HTTPError as refusal:
        if refusal.code != 409:
            raise


async def open_pages(host: str, pid: int) -> tuple[float, float]:
    """Memory with one page and with all of them open."""
    start = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=40)
    query = f"date={start}&days=2"
    first = Visitor(host, query)
    await first.open()
    one = resident_mb(pid)
    others = [Visitor(host, query) for _ in range(PAGES)]
    for visitor in others:
        await visitor.open()
    every = resident_mb(pid)
    for visitor in [first, *others]:
        await visitor.close()
    return one, every


def main() -> None:
    """Print the table as Markdown."""
    with serving() as (host, pid):
        idle = resident_mb(pid)
        wait_for(f"http://{host}/healthz", b'"warm":true')
        warm = resident_mb(pid)
        for number in range(PLANS):
            plan(host, number)
        after = resident_mb(pid)
        one, every = asyncio.run(open_pages(host, pid))
    print("| server | resident MB |\n|---|---|")
    print(f"| just started | {idle:.0f} |")
    print(f"| warmed up | {warm:.0f} |")
    print(f"| after {PLANS} plans | {after:.0f} |")
    print(f"| first open page | {one:.0f} |")
    print(f"| each of {PAGES} further open pages | {(every - one) / PAGES:.2f} |")


if __name__ == "__main__":
    main()
