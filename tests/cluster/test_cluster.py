"""Replicas die, the database crashes, data and program are rolled out: what was acknowledged stays, visitors come back."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Iterator
from typing import Any, Final, Self

import httpx2
import pytest

from benchmarks.load import Page, Tally
from recommender.bureau import closures
from tests.cluster.replicas import Cluster, running_cluster

pytestmark = [pytest.mark.heavy, pytest.mark.server]
DAY: Final = dt.date(2027, 4, 17)
VISITORS: Final = 6
QUERY: Final = f"lang=zh&date={DAY}&days=2"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def page(cluster: Cluster, seat: int, query: str = QUERY) -> Page:
    return Page(cluster.host, Tally(), "zh", query=query, cookie=f"jz_seat=visitor{seat}")


async def is_gone(visitor: Page) -> bool:
    """Whether a visitor's connection has ended; one that stands answers by choosing nothing."""
    try:
        await visitor.press("jz_change", "form")
    except Exception:  # noqa: BLE001 - however it ended
        return True
    return False


def keep(cluster: Cluster, seed: int) -> httpx2.Response:
    return httpx2.post(f"{cluster.url}/plans", json={"start_date": str(DAY), "days": 1, "seed": seed}, timeout=60)


def opens_everywhere(cluster: Cluster, link: str) -> bool:
    doors = [cluster.url, *(replica.url for replica in cluster.replicas)]
    return all(httpx2.get(link.replace(cluster.url, door), timeout=60).status_code == 200 for door in doors)


class Planners:
    """Visitors who have plans made, one after the other, until the block ends; who is turned away tries again, as people do."""

    def __init__(self, cluster: Cluster, count: int = 3) -> None:
        self._url = cluster.url
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(k,)) for k in range(count)]
        self.revisions: list[str] = []
        self.wrong: list[str] = []
        self.again = 0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        seed = number * 10_000
        headers = {"cookie": f"jz_seat=planner{number}"}
        while not self._ended.is_set():
            wish = {"start_date": str(DAY + dt.timedelta(days=seed % 5)), "days": 1, "seed": seed}
            said, revision = "", ""
            for _ in range(5):
                said, revision = self._plan(wish, headers)
                if said != "again":
                    break
                self.again += 1
                time.sleep(0.5)
            if revision:
                self.revisions.append(revision)
            else:
                self.wrong.append(said)
            seed += 1

    def _plan(self, wish: dict[str, Any], headers: dict[str, str]) -> tuple[str, str]:
        """What went wrong, and by which revision a plan was made."""
        try:
            answer = httpx2.post(f"{self._url}/api/v1/plan", json=wish, headers=headers, timeout=120)
        except httpx2.TransportError as error:
            return f"{type(error).__name__}: {error}", ""
        if answer.status_code == 200:
            return "", str(answer.json()["revision"])
        return "again" if answer.status_code in (502, 504) else f"{answer.status_code} {answer.text[:200]}", ""


async def _survive_a_kill(cluster: Cluster) -> None:
    visitors = [page(cluster, k) for k in range(VISITORS)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    seen = [visitor.stops for visitor in visitors]
    assert all(seen)
    victim = cluster.replicas[0]
    port = int(victim.url.rsplit(":", 1)[1])
    victim.kill()
    gone = await asyncio.gather(*(is_gone(visitor) for visitor in visitors))
    assert any(gone), "nobody was at the replica that was killed"
    assert not all(gone), "those of the other replicas were thrown out as well"
    for k, visitor in enumerate(visitors):
        if gone[k]:
            back = page(cluster, k, visitor.query)
            await back.open()
            assert back.stops == seen[k]
            await back.close()
        await visitor.close()
    victim.start(port)


def test_visitors_of_a_killed_replica_come_back_to_the_same_plan(cluster: Cluster) -> None:
    link = keep(cluster, 1).json()["read"]
    asyncio.run(_survive_a_kill(cluster))
    cluster.wait_warm(cluster.replicas[0])
    assert opens_everywhere(cluster, link)


def test_nothing_acknowledged_is_lost_when_the_database_crashes(cluster: Cluster) -> None:
    links: list[str] = []
    refused = 0

    def crash() -> None:
        time.sleep(2)
        cluster.postgres.stop("immediate")
        cluster.postgres.start()

    crashed = threading.Thread(target=crash)
    crashed.start()
    until = time.monotonic() + 20
    while time.monotonic() < until and (crashed.is_alive() or len(links) < 20):
        answer = keep(cluster, len(links))
        if answer.is_success:
            links.append(answer.json()["read"])
        else:
            assert answer.status_code == 503, answer.text
            refused += 1
    crashed.join()
    assert len(links) >= 5
    # A plan can be made while the database is away, and kept again afterwards.
    until = time.monotonic() + 30
    while not (last := keep(cluster, 999)).is_success:
        assert time.monotonic() < until, last.text
        time.sleep(0.5)
    assert all(opens_everywhere(cluster, link) for link in links)


def test_a_new_revision_reaches_every_replica_while_visitors_plan(cluster: Cluster) -> None:
    def told() -> set[str]:
        return {httpx2.get(f"{replica.url}/healthz", timeout=30).json()["revision"] for replica in cluster.replicas}

    before = told()
    assert len(before) == 1
    link = keep(cluster, 2).json()["read"]
    with Planners(cluster) as planners:
        time.sleep(3)
        bureau = cluster.bureau
        made = closures.close(bureau.ann, ["shuanglin-si"], DAY, DAY, "山洪预警", "县应急局", database=bureau.database)
        until = time.monotonic() + 90
        while told() != {made.revision}:
            assert time.monotonic() < until
            time.sleep(0.5)
        time.sleep(3)
    assert planners.wrong == []
    assert set(planners.revisions) == {*before, made.revision}
    assert planners.revisions[-1] == made.revision
    assert opens_everywhere(cluster, link)


def test_replicas_are_started_anew_one_by_one_while_visitors_plan(cluster: Cluster) -> None:
    with Planners(cluster) as planners:
        for replica in cluster.replicas:
            port = int(replica.url.rsplit(":", 1)[1])
            replica.stop()
            replica.start(port)
            cluster.wait_warm(replica)
    assert planners.wrong == []
    assert len(planners.revisions) > 10


def test_each_browser_keeps_to_one_replica(cluster: Cluster) -> None:
    first = httpx2.get(f"{cluster.url}/plain", timeout=60)
    given: Any = first.headers["set-cookie"]
    assert given.startswith("jz_seat=")
    assert "HttpOnly" in given
    again = httpx2.get(f"{cluster.url}/plain", headers={"cookie": given.split(";")[0]}, timeout=60)
    assert "set-cookie" not in again.headers
    assert httpx2.get(f"{cluster.url}/_stcore/metrics", timeout=60).status_code == 404
