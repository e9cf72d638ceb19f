"""The real process with data it cannot read, a folder it cannot write, and no file descriptors left."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from recommender.i18n import text
from tests.conftest import Server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def degraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose database cannot be written."""
    folder = tmp_path_factory.mktemp("degraded")
    server = Server(folder / "log", JINZHONG_DATABASE_URL="sqlite:////proc/kept.sqlite", JINZHONG_VAR_DIR=str(folder)).start()
    try:
        server.wait("/readyz", 180)
        yield server
    finally:
        server.stop()


def test_data_that_were_never_good_are_named_in_the_log_and_said_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "attractions.csv").write_text("id,name_zh\nhalf", encoding="utf-8")
    server = Server(tmp_path / "log", JINZHONG_DATA_DIR=str(tmp_path / "data"), JINZHONG_VAR_DIR=str(tmp_path)).start()
    try:
        server.wait("/_stcore/health")
        deadline = time.monotonic() + 60
        while httpx2.get(f"{server.url}/healthz").json()["status"] != "failed":
            assert time.monotonic() < deadline, server.read_log()
            time.sleep(0.2)
        for lang in ("zh", "en"):
            answer = httpx2.get(f"{server.url}/plain?lang={lang}", timeout=60)
            assert answer.status_code == 503
            assert text("web.unavailable", lang) in answer.text
        assert httpx2.get(f"{server.url}/readyz", timeout=60).json()["status"] == "not_ready"
        assert "attractions.csv" in server.read_log()
        assert "Traceback" not in server.read_log()
    finally:
        server.stop()


def test_a_folder_that_cannot_be_written_leaves_a_process_that_plans_and_says_it_is_degraded(degraded: Server) -> None:
    server = degraded
    assert httpx2.get(f"{server.url}/readyz", timeout=60).json()["status"] == "degraded"
    assert httpx2.get(f"{server.url}/readyz?strict=1", timeout=60).status_code == 503
    assert (
        httpx2.post(f"{server.url}/api/v1/plan", json={"start_date": "2027-04-17", "days": 1}, timeout=120).status_code
        == 200
    )
    assert (
        httpx2.post(f"{server.url}/plans", json={"start_date": "2027-04-17", "days": 1}, timeout=120).status_code == 503
    )


def test_out_of_file_descriptors_it_answers_again_as_soon_as_there_are_some(degraded: Server) -> None:
    server = degraded
    used = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 20, used + 20))
    found = urlsplit(server.url)
    lines = []
    for _ in range(80):
        line = socket.create_connection((found.hostname, found.port), timeout=5)
        line.sendall(b"GET /plain HTTP/1.1\r\nHost: x\r\n")
        lines.append(line)
    time.sleep(2)
    for line in lines:
        line.close()
    server.wait("/_stcore/health", 60)
