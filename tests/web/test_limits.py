"""How much one caller may ask for: who is counted, what is left, and that others do not feel it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from recommender.errors import InfeasibleTrip
from recommender.model import Itinerary, TripRequest
from recommender.settings import Settings, SettingsInvalid, settings
from recommender.store.rate import Budget
from recommender.trip import planning
from recommender.web import callers
from recommender.web.answers import Refusal
from recommender.web.callers import Partner, client_address
from tests.web.conftest import WISH, refused

At = Callable[[str], TestClient]
Configured = Callable[..., Settings]


# -------------------------------------------------------------------------------------------------- budgets


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_minute_begins_with_the_first_request_and_then_anew() -> None:
    clock = Clock()
    budget = Budget(clock)
    assert [budget.take("a", 2)[0] for _ in range(3)] == [True, True, False]
    assert budget.take("b", 2)[0]
    clock.now += 59
    granted, standing = budget.take("a", 2)
    assert (granted, standing.left, standing.reset_s) == (False, 0, 1)
    clock.now += 1
    granted, standing = budget.take("a", 2)
    assert (granted, standing.left, standing.reset_s) == (True, 1, 60)


def test_what_costs_more_than_is_left_is_refused_and_costs_nothing() -> None:
    budget = Budget(Clock())
    assert budget.take("a", 4, 3)[1].left == 1
    assert budget.take("a", 4, 3) == (False, budget.take("a", 4, 0)[1])
    assert budget.take("a", 4, 1)[0]
    assert budget.take("b", 2, 3)[0], "what costs more than all is granted once a minute"
    assert not budget.take("b", 2, 3)[0]


def test_only_so_many_callers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.store import rate

    monkeypatch.setattr(rate, "MOST_CALLERS", 3)
    budget = Budget(Clock())
    for name in "abcd":
        budget.take(name, 1)
    assert len(budget._windows) == 3
    assert budget.take("a", 1)[0]
    assert not budget.take("d", 1)[0]


# ---------------------------------------------------------------------------------------------------- flood


def test_who_floods_from_one_address_slows_nobody_else(caller: At, configured: Configured) -> None:
    configured(requests_per_minute=5)
    flood, other = caller("192.0.2.1"), caller("192.0.2.2")
    answers = [flood.get("/api/v1/places/shuanglin-si?lang=en") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers[:5]] == ["r=4", "r=3", "r=2", "r=1", "r=0"]
    last = answers[-1]
    error = refused(last, 429, "rate_limited")
    assert "5" in error["message"]
    assert 1 <= int(last.headers["retry-after"]) <= 60
    assert last.headers["ratelimit-policy"] == '"requests";q=5;w=60'
    assert "frame-ancestors" in last.headers["content-security-policy"]
    assert other.get("/api/v1/places/shuanglin-si").headers["ratelimit"].startswith('"requests";r=4')
    assert flood.get("/healthz").status_code in (200, 503), "health is not counted"
    assert "ratelimit" not in flood.get("/healthz").headers


def test_plans_have_a_budget_of_their_own_in_which_questions_count_more(
    caller: At, configured: Configured, one_day: dict[str, Any]
) -> None:
    configured(planned_per_minute=4)
    client = caller("192.0.2.1")
    answer = client.post("/api/v1/plan", json=WISH)
    assert answer.headers["ratelimit-policy"].endswith('"plans";q=4;w=60')
    asked = client.post("/api/v1/why-not", json={"itinerary": one_day, "place": "shuanglin-si"})
    assert '"plans";r=0;' in asked.headers["ratelimit"]
    spent = client.post("/api/v1/plans", json=WISH)
    refused(spent, 429, "rate_limited")
    assert client.get("/api/v1/places/shuanglin-si").status_code == 200
    assert client.post("/api/v1/verify", json=one_day).status_code == 200
    page = client.post("/plain/plan", data={"date": "2027-04-17", "days": "1"})
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert page.headers["retry-after"]
    assert caller("192.0.2.2").post("/api/v1/plan", json=WISH).status_code == 200


def test_one_household_of_ipv6_is_one_caller(caller: At, configured: Configured) -> None:
    configured(requests_per_minute=1)
    assert caller("2001:db8:1:2::1").get("/api/v1/places/shuanglin-si").status_code == 200
    assert caller("2001:db8:1:2:3::9").get("/api/v1/places/shuanglin-si").status_code == 429
    assert caller("2001:db8:1:3::1").get("/api/v1/places/shuanglin-si").status_code == 200
    assert caller("192.0.2.7").get("/api/v1/places/shuanglin-si").status_code == 200
    assert caller("::ffff:192.0.2.7").get("/api/v1/places/shuanglin-si").status_code == 429


class Held:
    """A planner that never finishes."""

    def __init__(self) -> None:
        self.futures: list[Future[Itinerary]] = []

    def submit(self, region: object, request: TripRequest) -> Future[Itinerary]:
        self.futures.append(Future())
        return self.futures[-1]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    planner = Held()
    monkeypatch.setattr(planning, "planning", lambda: planner)
    yield planner
    for future in planner.futures:
        future.cancel()


def test_who_waits_for_many_plans_at_once_is_told_so_before_the_queue_is_full(
    api_app: Starlette, configured: Configured, held: Held
) -> None:
    import anyio
    import httpx2

    configured(plans_at_once=2, plan_queue=4, plan_wait_s=60)
    codes: dict[str, list[int]] = {"192.0.2.1": [], "192.0.2.2": [], "192.0.2.3": []}

    async def ask(address: str) -> None:
        transport = httpx2.ASGITransport(app=api_app, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.post("/api/v1/plan", json=WISH, timeout=60)
            codes[address].append(answer.status_code)

    async def end_it() -> None:
        with anyio.fail_after(60):
            while len(held.futures) < 4 or len(codes["192.0.2.1"]) < 2:  # noqa: ASYNC110 - what is waited for has no event
                await anyio.sleep(0.02)
        await ask("192.0.2.3")
        for future in held.futures:
            future.set_exception(InfeasibleTrip(conflict=[], relaxations=[]))

    async def everybody() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(end_it)
            for _ in range(4):
                group.start_soon(ask, "192.0.2.1")
            for _ in range(2):
                group.start_soon(ask, "192.0.2.2")

    anyio.run(everybody)
    assert codes == {"192.0.2.1": [429, 429, 409, 409], "192.0.2.2": [409, 409], "192.0.2.3": [503]}


def test_for_who_has_gone_away_nothing_is_planned(api_app: Starlette, held: Held) -> None:
    import anyio

    body = json.dumps(WISH).encode()
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/plan", "raw_path": b"/api/v1/plan", "root_path": "", "scheme": "http",
        "query_string": b"", "headers": [], "client": ("192.0.2.1", 1), "server": ("test", 80), "http_version": "1.1",
    }  # fmt: skip
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Any:
            while (message := next(messages, None)) is None:
                while not held.futures:  # noqa: ASYNC110 - what is waited for has no event
                    await anyio.sleep(0.01)
                return {"type": "http.disconnect"}
            return message

        with anyio.fail_after(60):
            await api_app(scope, receive, send)

    anyio.run(ask)
    assert [future.cancelled() for future in held.futures] == [True]
    assert sent == []


def test_an_answer_that_takes_too_long_is_a_503_that_says_when_to_come_back(
    caller: At, configured: Configured, held: Held
) -> None:
    configured(plan_wait_s=1)
    answer = caller("192.0.2.1").post("/api/v1/plan", json=WISH)
    refused(answer, 503, "busy")
    assert answer.headers["retry-after"] == "5"
    assert [future.cancelled() for future in held.futures] == [True], "who has waited long enough no longer waits"


# ----------------------------------------------------------------------------------------------- who it is


def asked(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "address"),
    [
        ("", "198.51.100.1", [], "198.51.100.1"),
        ("", "198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("", "127.0.0.1", ["203.0.113.9"], "127.0.0.1"),
        # The server has put in place what a proxy on this machine said, though nobody has said that there is one.
        ("", "203.0.113.9", ["203.0.113.9"], "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9", ["192.0.2.66, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", ["192.0.2.66", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
        ("127.0.0.1 10.0.0.0/8", "10.1.1.1", ["192.0.2.66, 203.0.113.9, 10.2.2.2"], "203.0.113.9"),
        ("10.0.0.0/8", "10.1.1.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.0/8", "10.1.1.1", ["203.0.113.9:80"], "203.0.113.9"),
        ("10.0.0.0/8", "10.1.1.1", ["10.3.3.3"], "10.3.3.3"),
        ("10.0.0.0/8", "10.1.1.1", [""], "10.1.1.1"),
        ("10.0.0.0/8", "10.1.1.1", ["unknown"], "unknown"),
        ("10.0.0.0/8", "10.1.1.1", [",,,"], ""),
        ("", "", [], ""),
    ],
)
def test_an_address_is_believed_from_trusted_proxies_alone(
    configured: Configured, trusted: str, peer: str, forwarded: list[str], address: str
) -> None:
    configured(trusted_proxies=trusted)
    assert client_address(asked(peer, *forwarded)) == address


@pytest.mark.parametrize("value", ["localhost", "10.0.0.0/99", "1.2.3", "127.0.0.1,10.0.0.1"])
def test_a_proxy_that_is_no_address_is_refused_by_name(value: str) -> None:
    with pytest.raises(SettingsInvalid, match="JINZHONG_TRUSTED_PROXIES"):
        Settings.from_environment({"JINZHONG_TRUSTED_PROXIES": value})


def test_no_address_is_kept_or_logged(
    caller: At, caplog: pytest.LogCaptureFixture, tmp_path: Path, configured: Configured
) -> None:
    from recommender.web import limits

    configured(planned_per_minute=1)
    address = "198.51.100.77"
    client = caller(address)
    with caplog.at_level("DEBUG"):
        assert client.post("/api/v1/plans", json=WISH).status_code == 201
        assert client.post("/api/v1/plans", json=WISH).status_code == 429
        client.get("/api/v1/%00")
    assert address not in caplog.text
    assert not any(address in key for budget in limits.BUDGETS.values() for key in budget._windows)
    with closing(sqlite3.connect(tmp_path / "plans.sqlite")) as database:
        assert address not in "\n".join(database.iterdump())


# -------------------------------------------------------------------------------------------------- partners


@dataclass(frozen=True)
class Hotel:
    key: str
    requests_per_minute: int | None = None
    plans_per_minute: int | None = None


class Hotels:
    """Partners as another room will know them."""

    known: ClassVar = {"t-one": Hotel("one", 3, 2), "t-two": Hotel("two")}

    async def partner_of(self, request: Request) -> Partner | None:
        token = request.headers.get("x-partner-token")
        if token is None:
            return None
        if token not in self.known:
            raise Refusal(403, "foreign_form")
        return self.known[token]

    def allowed_origins(self) -> tuple[str, ...]:
        return ("https://hotel.example",)


@pytest.fixture
def hotels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "_known", list(callers._known))
    callers.plug_in(Hotels())


@pytest.mark.usefixtures("hotels")
def test_a_partner_is_counted_by_its_token_wherever_it_calls_from(caller: At, configured: Configured) -> None:
    configured(requests_per_minute=60, partner_requests_per_minute=50)
    one, two = {"x-partner-token": "t-one"}, {"x-partner-token": "t-two"}
    path = "/api/v1/places/shuanglin-si"
    codes = [caller(f"192.0.2.{k}").get(path, headers=one).status_code for k in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert caller("192.0.2.1").get(path, headers=two).headers["ratelimit-policy"] == '"requests";q=50;w=60'
    assert caller("192.0.2.1").get(path).status_code == 200


@pytest.mark.usefixtures("hotels")
def test_a_token_that_everybody_can_read_gives_a_stranger_no_more(caller: At, configured: Configured) -> None:
    configured(requests_per_minute=2, partner_requests_per_minute=50)
    two, path = {"x-partner-token": "t-two"}, "/api/v1/places/shuanglin-si"
    answers = [caller("192.0.2.1").get(path, headers=two) for _ in range(9)]
    assert [answer.status_code for answer in answers] == [200] * 2 + [429] * 7
    assert answers[0].headers["ratelimit-policy"] == '"requests";q=2;w=60'
    assert caller("192.0.2.2").get(path, headers=two).status_code == 200


def test_sites_are_looked_up_where_nobody_else_waits_for_it(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Hotels):
        def allowed_origins(self) -> tuple[str, ...]:
            with pytest.raises(RuntimeError, match="no running event loop"):
                asyncio.get_running_loop()
            return super().allowed_origins()

    monkeypatch.setattr(callers, "_known", [Slow()])
    answer = visitor.get("/api/v1/places/shuanglin-si", headers={"origin": "https://hotel.example"})
    assert answer.headers["access-control-allow-origin"] == "https://hotel.example"
    assert visitor.get("/api/v1/places/shuanglin-si").headers["vary"].lower().count("origin") == 1


def test_a_socket_to_the_api_is_closed_and_nothing_fails(visitor: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), visitor.websocket_connect("/api/v1/places"):
        pass


@pytest.mark.usefixtures("hotels")
def test_who_tries_tokens_is_counted_by_address(caller: At, configured: Configured) -> None:
    configured(requests_per_minute=3)
    client = caller("192.0.2.1")
    codes = [client.get("/api/v1/places", headers={"x-partner-token": f"guess-{k}"}).status_code for k in range(5)]
    assert codes == [403, 403, 403, 429, 429]
    assert client.get("/api/v1/places").status_code == 429


# ------------------------------------------------------------------------------------------- other sites


def preflight(client: TestClient, origin: str, method: str = "POST", headers: str = "content-type") -> Any:
    asked = {"origin": origin, "access-control-request-method": method, "access-control-request-headers": headers}
    return client.options("/api/v1/plan", headers=asked)


@pytest.mark.usefixtures("hotels")
def test_scripts_of_registered_sites_may_call_and_read(caller: At, configured: Configured) -> None:
    configured(cors_origins="https://guide.example")
    client = caller("192.0.2.1")
    for origin in ("https://hotel.example", "https://guide.example"):
        allowed = preflight(client, origin, headers="content-type, X-Partner-Token, If-Match")
        assert (allowed.status_code, allowed.content) == (204, b"")
        assert allowed.headers["access-control-allow-origin"] == origin
        assert "PUT" in allowed.headers["access-control-allow-methods"]
        answer = client.get("/api/v1/places/shuanglin-si", headers={"origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
        assert "ETag".lower() in answer.headers["access-control-expose-headers"].lower()
        assert "access-control-allow-credentials" not in answer.headers
        wrong = client.post("/api/v1/plan", content=b"{", headers={"origin": origin})
        assert (wrong.status_code, wrong.headers["access-control-allow-origin"]) == (400, origin)


@pytest.mark.usefixtures("hotels")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://hotel.example.evil", "http://hotel.example", "null", "https://HOTEL.example", "*"]
)
def test_scripts_of_other_sites_may_not(caller: At, origin: str) -> None:
    client = caller("192.0.2.1")
    error = refused(preflight(client, origin), 403, "foreign_script")
    assert origin[:20] in error["message"]
    answer = client.get("/api/v1/places/shuanglin-si", headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    assert "origin" in answer.headers["vary"].lower()


@pytest.mark.usefixtures("hotels")
def test_a_method_or_header_that_is_not_ours_is_no_preflight(caller: At) -> None:
    client = caller("192.0.2.1")
    refused(preflight(client, "https://hotel.example", "PATCH"), 403, "foreign_script")
    refused(preflight(client, "https://hotel.example", headers="x-other"), 403, "foreign_script")
    refused(client.options("/api/v1/plan"), 405, "method_not_allowed")


@pytest.mark.parametrize("value", ["*", "hotel.example", "https://hotel.example/", "https://*.example", "https://Hotel.example"])
def test_an_origin_that_is_none_is_refused_by_name(value: str) -> None:
    with pytest.raises(SettingsInvalid, match="JINZHONG_CORS_ORIGINS"):
        Settings.from_environment({"JINZHONG_CORS_ORIGINS": value})
    assert settings().cors_origins == ""
