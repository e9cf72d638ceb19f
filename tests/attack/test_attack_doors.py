"""Strangers at the doors: other sites' forms, other hosts, paths out of a folder, files nobody asked for, secrets in guesses."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from recommender import store
from recommender.bureau import logins, passwords, people, uploaders
from recommender.bureau.cookies import FORM_COOKIE, SESSION_COOKIE, SIGN_IN, SIGN_OUT
from recommender.settings import Settings, settings
from recommender.store import Database
from recommender.trip import sharing
from recommender.web import answers, api, headers, probes, routes
from recommender.web.bounds import LARGEST_HEAD_BYTES
from recommender.web.headers import content_security_policy, plain_policy, route_of
from recommender.web.staff import doors

PASSWORD = "一把很长很长的钥匙 2027"
EVIL = "evil.example"
TRIP = {"date": "2027-04-17", "days": "1"}


async def _inside(request: Request) -> Response:
    """Stands where Streamlit's own routes are."""
    return PlainTextResponse(f"inside {await request.body()!r}")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    monkeypatch.setattr(passwords, "_nobody", lambda: quick.hash("nobody"))
    opened = Database(f"sqlite:///{tmp_path}/doors.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    monkeypatch.setattr(sharing, "_rate", store.Rates())
    monkeypatch.setattr(api, "local_today", lambda: dt.date(2027, 4, 1))
    yield opened
    opened.close()


def client_of(**client: Any) -> TestClient:
    inside = [Route("/_stcore/{rest:path}", _inside, methods=["GET", "POST", "PUT", "DELETE"])]
    app = Starlette(routes=[*routes.routes(), *inside, Mount("/x", routes=inside)], middleware=routes.MIDDLEWARE)
    return TestClient(app, follow_redirects=False, headers={"accept-language": "en"}, **client)


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    with client_of() as made:
        yield made


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Chooses settings for one test."""

    def choose(**values: Any) -> None:
        chosen = Settings(var_dir=settings().var_dir, **values)
        for module in (headers, probes, answers, doors):
            monkeypatch.setattr(module, "settings", lambda: chosen)

    return choose


def enter(database: Database) -> str:
    """A session of an admin."""
    token = people.first_admin_link(database=database)
    assert token is not None
    people.create_first_admin(token, "admin", PASSWORD, database=database)
    return logins.login("admin", PASSWORD, database=database)


# --------------------------------------------------------------------------------------------- other sites


@pytest.mark.parametrize(
    "sent",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "what?"},
        {"origin": f"https://{EVIL}"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:81"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/plans", "/plain/plan", "/p/abc/report", "/e/abc", "/e/abc/delete", SIGN_IN, SIGN_OUT, "/staff/link/abc"]
)
def test_no_form_of_another_site_counts(client: TestClient, path: str, sent: dict[str, str]) -> None:
    assert client.post(path, data=TRIP, headers=sent).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver"},
        {"origin": "null"},
    ],
)
def test_forms_of_our_own_do_count(client: TestClient, sent: dict[str, str]) -> None:
    """A page without a referrer names its origin as null."""
    assert client.post("/p/abc/report", data={"place": "x"}, headers=sent).status_code == 404


def test_a_site_behind_another_name_is_ours(client: TestClient, configured: Any) -> None:
    configured(public_url="https://trip.example")
    assert client.post("/p/abc/report", data={}, headers={"origin": "https://trip.example"}).status_code == 404


def test_staff_forms_need_the_secret_that_came_with_them(client: TestClient, database: Database) -> None:
    session = enter(database)
    client.cookies.set(SESSION_COOKIE, session)
    assert client.post(SIGN_OUT, data={}).status_code == 403
    client.cookies.set(FORM_COOKIE, "")
    assert client.post(SIGN_OUT, data={"form": ""}).status_code == 403
    assert logins.find_person(session, database=database) is not None


def test_signing_in_gives_a_new_session_whatever_cookie_was_brought(client: TestClient, database: Database) -> None:
    enter(database)
    client.cookies.set(SESSION_COOKIE, "chosen-by-an-attacker")
    client.get(SIGN_IN)
    answer = client.post(SIGN_IN, data={"form": client.cookies[FORM_COOKIE], "name": "admin", "password": PASSWORD})
    given = answer.headers["set-cookie"]
    assert "chosen-by-an-attacker" not in given
    assert logins.find_person("chosen-by-an-attacker", database=database) is None
    for flag in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert flag in given


@pytest.mark.parametrize("secure", [False, True])
def test_over_tls_cookies_travel_over_tls_alone(client: TestClient, configured: Any, *, secure: bool) -> None:
    configured(public_url="https://trip.example" if secure else "")
    given = client.get(SIGN_IN).headers["set-cookie"]
    assert ("Secure" in given) is secure
    assert "HttpOnly" in given
    assert "SameSite=strict" in given


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/staff@evil.example", "/staffx", "javascript:1"],
)
def test_nobody_is_led_elsewhere_after_signing_in(client: TestClient, database: Database, target: str) -> None:
    enter(database)
    client.get(SIGN_IN)
    sent = {"form": client.cookies[FORM_COOKIE], "name": "admin", "password": PASSWORD, "to": target}
    assert client.post(SIGN_IN, data=sent).headers["location"].split("?")[0] == "/staff"


@pytest.mark.parametrize(
    "path", ["/staff?to=//evil.example", "/plain?to=//evil.example", "/?next=https://evil.example", "//evil.example"]
)
def test_no_address_leads_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(f"http://testserver{path}")
    assert EVIL not in answer.headers.get("location", "").split("?")[0]


# -------------------------------------------------------------------------------------------------- hosts


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("trip.example", True),
        ("trip.example:8443", True),
        ("TRIP.example", True),
        ("a.hotel.example", True),
        ("[::1]:8501", True),
        (EVIL, False),
        ("trip.example.evil.example", False),
        ("hotel.example", False),
        ("", False),
        ("trip.example@evil.example", False),
    ],
)
def test_only_the_names_of_the_settings_are_answered(
    client: TestClient, configured: Any, host: str, *, fine: bool
) -> None:
    configured(hosts="trip.example *.hotel.example [::1]")
    answer = client.get("/plain/privacy", headers={"host": host})
    assert answer.status_code == (200 if fine else 421)
    assert EVIL not in answer.text
    assert client.get("/healthz", headers={"host": host}).status_code in (200, 503), "probes ask by any name"


def test_web_sockets_of_other_names_are_refused_too(client: TestClient, configured: Any) -> None:
    from starlette.websockets import WebSocketDisconnect

    configured(hosts="trip.example")
    with (
        pytest.raises(WebSocketDisconnect) as caught,
        client.websocket_connect("/_stcore/stream", headers={"host": EVIL}),
    ):
        pass
    assert caught.value.code == 1008


def test_the_first_admins_link_names_no_host_that_a_stranger_chose(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get(SIGN_IN, headers={"host": EVIL, "x-forwarded-host": EVIL})
    printed = capsys.readouterr().out
    assert "/staff/link/" in printed
    assert EVIL not in printed


# ------------------------------------------------------------------------------------------ files and insides


@pytest.mark.parametrize("root", ["/assets", "/assets/geo", "/assets/leaflet", "/p/abc", "/static"])
@pytest.mark.parametrize(
    "way",
    [
        "../attractions.csv",
        "..%2fattractions.csv",
        "%2e%2e/attractions.csv",
        "..%5cattractions.csv",
        "....//attractions.csv",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..%00/x",
        "../../pyproject.toml",
        "..%252f..%252fpyproject.toml",
        "C:%5cx",
        "~root/x",
    ],
)
def test_no_path_leads_out_of_a_folder(client: TestClient, root: str, way: str) -> None:
    answer = client.get(f"{root}/{way}")
    assert answer.status_code in (301, 307, 400, 404), answer.text[:80]
    assert "root:" not in answer.text
    assert "name_zh" not in answer.text
    assert "[tool." not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/x/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/%6detrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
    ],
)
def test_what_streamlit_tells_about_itself_is_not_for_strangers(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, json={}).status_code == 404
    assert "inside" not in client.get(path).text
    assert "inside" in client.get("/_stcore/health").text


@pytest.mark.parametrize("path", ["/_stcore/upload_file/session/file", "/x/_stcore/upload_file/session/file"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_only_staff_may_send_files(client: TestClient, database: Database, path: str, method: str) -> None:
    assert client.request(method, path, content=b"x" * 999).status_code == 403
    client.cookies.set(SESSION_COOKIE, "made up")
    assert client.request(method, path, content=b"x" * 999).status_code == 403
    client.cookies.set(SESSION_COOKIE, enter(database))
    assert "inside" in client.request(method, path, content=b"x").text


def test_who_came_through_a_provider_sends_files_from_the_own_page_alone(client: TestClient, database: Database) -> None:
    token, path = enter(database), "/_stcore/upload_file/{}/file"
    uploaders.remember("own-page", token)
    client.cookies.set("_streamlit_user", "made up")
    assert "inside" in client.put(path.format("own-page"), content=b"x").text
    assert client.put(path.format("other-page"), content=b"x").status_code == 403
    logins.logout(token, database=database)
    assert client.put(path.format("own-page"), content=b"x").status_code == 403


def test_nobody_sends_files_while_the_database_is_away(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = Database("sqlite:////proc/x.sqlite")
    monkeypatch.setattr(store, "database", lambda: sealed)
    client.cookies.set(SESSION_COOKIE, "made up")
    assert client.put("/_stcore/upload_file/a/b", content=b"x").status_code == 503


# --------------------------------------------------------------------------------------------- size and names


def test_a_head_that_is_too_large_is_refused(client: TestClient) -> None:
    assert client.get("/plain/privacy", headers={"x-a": "a" * LARGEST_HEAD_BYTES}).status_code == 431
    headers = {"x-a": "a" * (LARGEST_HEAD_BYTES // 2)}
    assert client.get("/plain?more=" + "a" * (LARGEST_HEAD_BYTES // 2), headers=headers).status_code == 431
    assert client.get("/plain/privacy", headers={"x-a": "a" * 4000}).status_code == 200


@pytest.mark.parametrize("length", ["-1", "1e9", "99999999999999999999", "0x10", " 5", "5, 5", "٣"])
def test_an_odd_length_is_no_failure(client: TestClient, length: str) -> None:
    answer = client.post("/api/v1/plan", content=b"{}", headers={b"content-length": length.encode()})
    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize(
    "path", ["/", "/plain", "/plain/privacy", "/healthz", "/api/v1/places", "/assets/leaflet/leaflet.css", "/nowhere"]
)
def test_every_answer_says_what_it_is_and_who_may_frame_it(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
    assert "server" not in answer.headers or "Python" not in answer.headers["server"]


def test_no_policy_lets_text_become_code() -> None:
    page, plain = content_security_policy(Settings(), "trip.example"), plain_policy(Settings())
    scripts = next(part for part in page.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert scripts.count("'sha256-") >= 2
    assert "connect-src 'self' ws://trip.example wss://trip.example" in page
    assert "script-src" not in plain
    assert "default-src 'none'" in plain


@pytest.mark.parametrize("host", ["x; script-src *", "x y", "x'", "*", "", "a/b", "ü.example", "x\r\ny"])
def test_a_host_cannot_write_into_the_policy(host: str) -> None:
    assert "connect-src 'self';" in content_security_policy(Settings(), host)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/p/secret", "/p/{token}"),
        ("/e/secret/delete", "/e/{token}"),
        ("/staff/link/secret", "/staff"),
        ("/", "/"),
        ("/api/v1/plan", "/api"),
        ("/secret", "other"),
        ("/p", "/p"),
        ("//p/secret", "/p/{token}"),
    ],
)
def test_logs_and_meters_know_kinds_of_addresses_alone(path: str, route: str) -> None:
    assert route_of(path) == route


def test_secrets_are_compared_in_constant_time(
    client: TestClient, configured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    real = hmac.compare_digest

    def noted(a: Any, b: Any) -> bool:
        compared.append((a, b))
        return real(a, b)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    configured(metrics_token="t" * 32)
    client.get("/metrics", headers={"authorization": "Bearer x"})
    assert len(compared) == 1
    kept = client.post("/plans", json={"start_date": "2027-04-17", "days": 1}).json()
    for link in (kept["read"], kept["edit"]):
        before = len(compared)
        assert client.get(link).status_code == 200
        assert len(compared) > before
