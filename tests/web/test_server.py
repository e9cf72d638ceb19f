"""The real process: pages and API together, as an owner starts it."""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.conftest import Server

pytestmark = pytest.mark.server
TRIP = {"start_date": "2027-04-17", "days": 1}


@pytest.fixture
def client(server: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server, timeout=120) as made:
        yield made


@pytest.mark.parametrize(
    "path",
    [
        "/", "/explore", "/healthz", "/api/v1/openapi.json", "/api/typo", "/assets/leaflet/leaflet.css",
        "/assets/typo", "/_stcore/health", "/_stcore/host-config", "/favicon.png", "/no-such-page",
    ],
)  # fmt: skip
def test_every_response_carries_frame_ancestors(client: httpx2.Client, path: str) -> None:
    answer = client.get(path)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_is_dressed_and_compressed(client: httpx2.Client) -> None:
    answer = client.get("/", headers={"accept-language": "en", "accept-encoding": "gzip"})
    assert '<html lang="en">' in answer.text
    assert answer.headers["content-encoding"] == "gzip"


def test_unknown_api_paths_are_not_the_page(client: httpx2.Client) -> None:
    answer = client.get("/api/typo", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_it_gets_warm_and_says_so(server_process: Server, client: httpx2.Client) -> None:
    deadline = time.monotonic() + 120
    while not (body := client.get("/healthz").json())["warm"]:
        assert body["status"] == "starting", server_process.read_log()
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert body["status"] == "ok"
    assert body["revision"]


def test_health_stays_quick_while_plans_are_made(client: httpx2.Client, server: str) -> None:
    def plan(seed: int) -> int:
        body = TRIP | {"days": 5, "reach": "region", "seed": seed}
        return httpx2.post(f"{server}/api/v1/plan", json=body, timeout=120).status_code

    slowest = 0.0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        plans = [pool.submit(plan, seed) for seed in range(4)]
        while not all(future.done() for future in plans):
            began = time.perf_counter()
            assert client.get("/healthz").status_code == 200
            slowest = max(slowest, time.perf_counter() - began)
            time.sleep(0.02)
    assert [future.result() for future in plans] == [200] * 4
    assert slowest < 2


def test_the_log_holds_no_traceback(server_process: Server, client: httpx2.Client) -> None:
    client.post("/api/v1/plan", json=TRIP)
    client.post("/api/v1/plan", content=b"{")
    assert "Traceback" not in server_process.read_log()
