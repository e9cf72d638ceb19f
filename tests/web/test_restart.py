"""A shared plan outlives the server that stored it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.conftest import Server

pytestmark = pytest.mark.server
TRIP = {"start_date": "2027-04-17", "days": 2}


def _words(page: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)


def test_a_shared_plan_is_the_same_after_the_server_was_started_anew(server_process: Server) -> None:
    server_process.wait("/plain")
    links = httpx2.post(f"{server_process.url}/plans", json=TRIP, timeout=120).json()
    assert links["read"].startswith(f"{server_process.url}/p/")
    before = httpx2.get(links["read"], timeout=60)
    assert before.status_code == 200
    server_process.stop()
    logs = server_process.read_log()
    server_process.start(urlsplit(server_process.url).port)
    server_process.wait("/plain")
    for name in ("read", "edit"):
        after = httpx2.get(links[name], timeout=60)
        assert after.status_code == 200
        if name == "read":
            assert _words(after.text) == _words(before.text)
    logs += server_process.read_log()
    assert "Traceback" not in logs
    assert not any(link.rsplit("/", 1)[1] in logs for link in (links["read"], links["edit"]))
