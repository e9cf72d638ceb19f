"""The API in the real process: who goes away, who floods, and what the log holds."""

from __future__ import annotations

import concurrent.futures
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.conftest import Server

pytestmark = pytest.mark.server
WISH = {"start_date": "2027-04-17", "days": 3, "reach": "region"}


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that allows little."""
    folder = tmp_path_factory.mktemp("tight")
    running = Server(
        folder / "log", JINZHONG_VAR_DIR=str(folder), JINZHONG_REQUESTS_PER_MINUTE="40",
        JINZHONG_PLANS_AT_ONCE="6", JINZHONG_PLAN_WAIT_S="120",
        JINZHONG_TRUSTED_PROXIES="127.0.0.1",
    ).start()  # fmt: skip
    try:
        running.wait("/healthz")
        deadline = time.monotonic() + 120
        while not httpx2.get(f"{running.url}/healthz").json()["warm"] and time.monotonic() < deadline:
            time.sleep(0.2)
        yield running
    finally:
        running.stop()


def ask_and_go(url: str, wish: dict[str, object], proxied: str) -> None:
    """Ask for a plan and hang up at once."""
    address = urlsplit(url)
    body = json.dumps(wish).encode()
    head = f"POST /api/v1/plan HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {proxied}\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        time.sleep(0.05)


def test_who_goes_away_keeps_no_seat_and_no_worker_busy(tight: Server) -> None:
    for k in range(30):
        ask_and_go(tight.url, WISH | {"seed": 100 + k}, "203.0.113.1")
    time.sleep(0.5)
    after = httpx2.post(f"{tight.url}/api/v1/plan", json=WISH, headers={"x-forwarded-for": "203.0.113.1"}, timeout=130)
    assert after.status_code == 200, "six at once is all that one address may ask for"


def test_a_flood_through_a_proxy_is_stopped_for_its_own_address_while_others_are_served(tight: Server) -> None:
    def get(address: str) -> tuple[int, float]:
        began = time.perf_counter()
        answer = httpx2.get(f"{tight.url}/api/v1/places/shuanglin-si", headers={"x-forwarded-for": address}, timeout=30)
        return answer.status_code, time.perf_counter() - began

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        flood = [pool.submit(get, "198.51.100.9") for _ in range(80)]
        others = [get(f"198.51.100.{20 + k}") for k in range(5)]
        codes = [future.result()[0] for future in flood]
    assert codes.count(200) == 40
    assert codes.count(429) == 40
    assert [code for code, _ in others] == [200] * 5
    assert max(took for _, took in others) < 5
    assert httpx2.get(f"{tight.url}/healthz").status_code == 200


def test_no_log_holds_an_address_or_a_traceback(tight: Server) -> None:
    log = Path(tight.log).read_text(encoding="utf-8")
    assert "203.0.113." not in log
    assert "198.51.100." not in log
    assert "Traceback" not in log


def test_without_a_trusted_proxy_nobody_makes_up_addresses(tmp_path: Path) -> None:
    running = Server(tmp_path / "log", JINZHONG_VAR_DIR=str(tmp_path), JINZHONG_REQUESTS_PER_MINUTE="3").start()
    try:
        running.wait("/healthz")
        made_up = ["203.0.113.1", "203.0.113.2", "[2001:db8::1]:80", "203.0.113.3:4000", "203.0.113.4, 203.0.113.5"]
        path = f"{running.url}/api/v1/openapi.json"
        codes = [httpx2.get(path, headers={"x-forwarded-for": one}, timeout=30).status_code for one in made_up]
    finally:
        running.stop()
    assert codes == [200, 200, 200, 429, 429]
