"""The real process under attack and under watch: slow and endless requests, no look outside, nothing of visitors left behind."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest

from tests.conftest import Server

pytestmark = pytest.mark.server
SECONDS = 3
TOKEN = "a-token-of-twenty-four-or-more"
READY_S = 180
NAME = "老王的民宿七四一"
WISH = {
    "start_date": "2027-04-17",
    "days": 1,
    "start": {"place": {"lat": 37.2035, "lon": 112.1833, "name": NAME}, "time": "09:41"},
    "party": {"adults": 1, "seniors": [83]},
    "avoid": ["shuanglin-si"],
}
FORM = {
    "date": "2027-04-17",
    "days": "1",
    "from": "37.2035~112.1833~" + NAME,
    "from_time": "09:41",
    "adults": "1",
    "seniors": "83",
}
AGENT = "Mozilla/5.0 (Strange Visitor 4711)"
ADDRESS = "203.0.113.77"


class Watched:
    """A server whose looks outside, log and folder are kept for the tests."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder

    @property
    def log(self) -> str:
        return self.server.read_log()

    def asked(self) -> list[str]:
        file = self.folder / "asked"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "var").mkdir()
    server = Server(
        folder / "log",
        PYTHONPATH=str(Path(__file__).with_name("guarded")),
        JZ_ASKED=str(folder / "asked"),
        JINZHONG_VAR_DIR=str(folder / "var"),
        JINZHONG_LOG_FORMAT="json",
        JINZHONG_REQUEST_SECONDS=str(SECONDS),
        JINZHONG_METRICS_TOKEN=TOKEN,
        JINZHONG_METRICS_FROM="127.0.0.1",
    ).start()
    try:
        server.wait("/healthz")
        deadline = time.monotonic() + READY_S
        while httpx2.get(f"{server.url}/readyz").status_code != 200:
            assert time.monotonic() < deadline, server.read_log()
            time.sleep(0.3)
        yield Watched(server, folder)
    finally:
        server.stop()


@pytest.fixture
def client(watched: Watched) -> Iterator[httpx2.Client]:
    headers = {"user-agent": AGENT, "x-forwarded-for": ADDRESS, "accept-language": "zh-CN"}
    with httpx2.Client(base_url=watched.server.url, timeout=120, headers=headers) as made:
        yield made


@pytest.fixture(scope="module")
def journey(watched: Watched) -> dict[str, str]:
    """A visitor's whole way: form, plan, files, share, look, report, delete; returns the links of a plan that stays."""
    headers = {"user-agent": AGENT, "x-forwarded-for": ADDRESS, "accept-language": "zh-CN"}
    with httpx2.Client(base_url=watched.server.url, timeout=120, headers=headers) as client:
        for path in (
            "/",
            "/explore",
            "/plain",
            "/plain/privacy",
            "/api/v1/places",
            "/api/v1/openapi.json",
            "/staff/sign-in",
        ):
            assert client.get(path).status_code == 200
        query = urlencode(FORM)
        assert client.get(f"/plain?{query}").status_code == 200
        assert client.get(f"/plain/plan?{query}").status_code == 200
        assert client.post("/plain/plan", data=FORM).status_code == 200
        made = client.post("/api/v1/plan", json=WISH)
        assert made.status_code == 200
        for kind in ("ics", "gpx", "kml", "geojson", "jsonld", "pdf", "png", "text"):
            assert client.post(f"/api/v1/export/{kind}", content=made.content).status_code == 200, kind
        assert client.post("/api/v1/plan", json={**WISH, "days": NAME}).status_code == 422
        assert client.post("/plain/plan", data={**FORM, "children": NAME}).status_code == 422
        gone = client.post("/plans", json=WISH).json()
        assert client.post(f"{urlsplit(gone['edit']).path}/delete", data={}).status_code == 200
        place = json.loads(made.content)["days"][0]["items"]
        stop = next(item["place"] for item in place if item["kind"] == "stop")
        plan = {"start_date": "2027-05-22", "days": 1}
        kept: dict[str, str] = client.post("/plans", json=plan).json()
        page = client.get(urlsplit(kept["read"]).path)
        assert page.status_code == 200
        assert stop
        return kept


def test_nobody_outside_is_asked_from_start_to_end(watched: Watched, journey: dict[str, str]) -> None:
    assert watched.asked() == []


def test_the_watch_would_have_seen_it(tmp_path: Path) -> None:
    import subprocess
    import sys

    environment = {"PYTHONPATH": str(Path(__file__).with_name("guarded")), "JZ_ASKED": str(tmp_path / "asked")}
    code = "import urllib.request; urllib.request.urlopen('http://203.0.113.1/')"
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False).returncode != 0
    )
    assert "203.0.113.1" in (tmp_path / "asked").read_text()


def test_what_a_visitor_types_is_found_nowhere_but_in_a_plan_that_is_kept(
    watched: Watched, journey: dict[str, str]
) -> None:
    tokens = [urlsplit(journey[name]).path.rpartition("/")[2] for name in ("read", "edit")]
    log = watched.log
    for secret in (NAME, "%E8%80%81", "112.1833", "09:41", "0941", AGENT, "4711", ADDRESS, *tokens):
        assert secret not in log, secret
    assert not re.search(r"\b127\.0\.0\.1:\d{4,5}\b(?!/)", log.split("URL:")[-1].partition("\n")[2]), (
        "an address of a visitor"
    )
    held = [file for file in watched.folder.rglob("*") if file.is_file() and file.name != "log"]
    for file in held:
        data = file.read_bytes()
        assert AGENT.encode() not in data
        assert ADDRESS.encode() not in data
        assert tokens[1].encode() not in data, "the edit token itself is not kept"
    assert {file.name.split("-")[0] for file in held} <= {"jinzhong.sqlite"}


def test_a_deleted_plan_leaves_nothing_on_disk(watched: Watched, journey: dict[str, str]) -> None:
    for file in (watched.folder / "var").iterdir():
        assert NAME.encode() not in file.read_bytes(), file.name


def test_every_line_of_the_log_is_one_event(watched: Watched, journey: dict[str, str]) -> None:
    lines = [line for line in watched.log.splitlines() if line.startswith("{")]
    read = [json.loads(line) for line in lines]
    assert {"request", "plan", "warm", "refused"} <= {line["event"] for line in read}
    assert all({"at", "level", "logger", "event"} <= line.keys() for line in read)
    routes = {line["route"] for line in read if line["event"] == "request"}
    assert {"/p/{token}", "/e/{token}", "/plain", "/api"} <= routes


def test_meters_count_what_happened(client: httpx2.Client, journey: dict[str, str]) -> None:
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "127.0.0.1"})
    assert answer.status_code == 200
    found = answer.text
    assert re.search(r'jinzhong_plans_total\{outcome="made"\} [1-9]', found)
    assert re.search(r'jinzhong_plans_total\{outcome="kept"\} [1-9]', found)
    assert re.search(r"jinzhong_plan_seconds_count [1-9]", found)
    assert re.search(r'jinzhong_errors_total\{code="request_invalid"\} [1-9]', found)
    assert re.search(r'jinzhong_revision\{revision="[0-9a-f]{12}"\} 1', found)
    assert 'jinzhong_waiting{kind="plans"} 0' in found
    assert "jinzhong_ready 1" in found
    assert NAME not in found


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer x"},
        {"authorization": TOKEN},
        {"authorization": f"Bearer {TOKEN}", "x-forwarded-for": ADDRESS},
    ],
)
def test_meters_are_not_there_for_others(client: httpx2.Client, headers: dict[str, str]) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404


# ------------------------------------------------------------------------------------------ slow and endless


def _connected(watched: Watched) -> socket.socket:
    found = urlsplit(watched.server.url)
    return socket.create_connection((found.hostname, found.port), timeout=SECONDS * 4)


@pytest.mark.parametrize(
    "begun", [b"", b"GET /plain", b"GET /plain HTTP/1.1\r\nHost: x\r\n", b"GET /plain HTTP/1.1\r\nX-A: a"]
)
def test_a_head_that_does_not_come_is_not_waited_for(watched: Watched, begun: bytes) -> None:
    began = time.monotonic()
    with _connected(watched) as line:
        line.sendall(begun)
        assert line.recv(99) == b""
    assert time.monotonic() - began < SECONDS * 3


def test_a_head_that_does_not_end_is_cut(watched: Watched) -> None:
    head = b"GET /plain HTTP/1.1\r\nHost: x\r\n" + (b"X-A: " + b"a" * 8000 + b"\r\n") * 2000
    with _connected(watched) as line, pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe
        line.sendall(head)


def test_a_body_that_does_not_come_is_not_waited_for(watched: Watched) -> None:
    began = time.monotonic()
    with _connected(watched) as line:
        line.sendall(
            b"POST /api/v1/plan HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        assert b" 408 " in line.recv(200)
    assert time.monotonic() - began < SECONDS * 3


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /y HTTP/1.1\r\n\r\n",
        b"POST /plain/plan HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        b"POST /plain/plan HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"GET /plain HTTP/1.1\r\nHost: x\r\nX\x00Y: 1\r\n\r\n",
        b"GET /plain HTTP/1.1\r\nHost : x\r\n\r\n",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused(watched: Watched, sent: bytes) -> None:
    with _connected(watched) as line:
        line.sendall(sent)
        answer = line.recv(400)
    assert answer.startswith(b"HTTP/1.1 4"), answer


def test_many_slow_connections_keep_nobody_out(watched: Watched, client: httpx2.Client) -> None:
    lines = [_connected(watched) for _ in range(150)]
    try:
        assert client.get("/plain/privacy").status_code == 200
    finally:
        for line in lines:
            line.close()
