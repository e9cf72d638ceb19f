"""The door for staff: only our own forms count, cookies no script can read, no page that another could frame."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from recommender import store
from recommender.bureau import logins, passwords, people
from recommender.bureau.cookies import FORM_COOKIE, SESSION_COOKIE, SIGN_IN, SIGN_OUT
from recommender.bureau.desk import Person, Role
from recommender.errors import LoginFailed
from recommender.i18n import text
from recommender.settings import Settings
from recommender.store import Database
from recommender.web import callers
from recommender.web.headers import Guard, HideTokens
from recommender.web.staff import doors

PASSWORD = "一把很长很长的钥匙 2027"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    monkeypatch.setattr(passwords, "_nobody", lambda: quick.hash("nobody"))


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/door.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    yield opened
    opened.close()


async def _console(request: Request) -> Response:
    return PlainTextResponse("the console")


@pytest.fixture
def client(database: Database) -> TestClient:
    page = doors.Console(Starlette(routes=[Route(doors.CONSOLE, _console)]))
    app = Starlette(routes=[Route(doors.CONSOLE, page), *doors.routes()], middleware=[Middleware(Guard)])
    return TestClient(app, follow_redirects=False, client=("203.0.113.9", 50000))


def _first_link(client: TestClient, capsys: pytest.CaptureFixture[str]) -> str:
    client.get(SIGN_IN)
    return urlsplit(str(re.search(r"http\S+/staff/link/\S+", capsys.readouterr().out)[0])).path  # type: ignore[index]


@pytest.fixture
def admin(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    """The first admin, made by the link on the terminal."""
    link = _first_link(client, capsys)
    client.get(link)
    sent = {"form": client.cookies[FORM_COOKIE], "name": "admin", "password": PASSWORD, "again": PASSWORD}
    assert client.post(link, data=sent).headers["location"].startswith(SIGN_IN)


def _sign_in(client: TestClient, password: str = PASSWORD, **more: str) -> Any:
    client.get(SIGN_IN)
    return client.post(SIGN_IN, data={"form": client.cookies[FORM_COOKIE], "name": "admin", "password": password, **more})


def test_the_first_start_prints_a_link_once_and_shows_it_to_no_visitor(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    page = client.get(SIGN_IN).text
    printed = capsys.readouterr().out
    token = re.search(r"/staff/link/(\S+)", printed)
    assert token is not None
    assert token[1] not in page
    assert text("staff.sign_in.first", "zh") in page
    client.get(SIGN_IN)
    assert "/staff/link/" not in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_link_that_was_used_opens_nothing_more(
    client: TestClient, admin: None, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    answer = client.get(f"/staff/link/{'x' * 32}?lang={lang}")
    assert answer.status_code == 404
    assert text("errors.one_time_link", lang) in answer.text


@pytest.mark.parametrize(
    ("name", "password", "again", "said"),
    [
        ("admin", PASSWORD, PASSWORD + "!", "staff.link.differ"),
        ("admin", "short", "short", "errors.password_short"),
        ("?", PASSWORD, PASSWORD, "errors.account_name"),
    ],
)
def test_a_refused_password_says_why_and_leaves_the_link_good(
    client: TestClient, capsys: pytest.CaptureFixture[str], name: str, password: str, again: str, said: str
) -> None:
    link = _first_link(client, capsys)
    client.get(link)
    sent = {"form": client.cookies[FORM_COOKIE], "name": name, "password": password, "again": again}
    answer = client.post(link, data=sent)
    assert answer.status_code == 422
    words = text(said, "zh", field="", limit=12, value="?").split("：")[-1][:8]
    assert words in answer.text
    assert client.get(link).status_code == 200


def test_who_signs_in_gets_a_cookie_that_no_script_reads_and_no_other_site_sends(client: TestClient, admin: None) -> None:
    answer = _sign_in(client, to="/staff?page=history")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/staff?page=history&lang=zh"
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(SESSION_COOKIE))
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert logins.find_person(client.cookies[SESSION_COOKIE]) is not None
    assert client.get(doors.CONSOLE).text == "the console"


def test_over_tls_the_cookies_travel_over_tls_only(client: TestClient, admin: None) -> None:
    client.base_url = client.base_url.copy_with(scheme="https")
    client.cookies.clear()
    answer = _sign_in(client)
    assert all("secure" in cookie.lower() for cookie in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/staffing", "/staff/sign-out", "javascript:x"])
def test_nobody_is_led_elsewhere_after_signing_in(client: TestClient, admin: None, to: str) -> None:
    assert _sign_in(client, to=to).headers["location"] == "/staff?lang=zh"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_password_is_told_in_the_language_of_the_form_without_saying_which_was_wrong(
    client: TestClient, admin: None, lang: str
) -> None:
    answer = _sign_in(client, "not this one at all", lang=lang)
    assert answer.status_code == 403
    assert text("errors.login_failed", lang) in answer.text
    assert SESSION_COOKIE not in client.cookies


def test_attempts_are_counted_by_who_is_behind_the_proxy(
    client: TestClient, admin: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "settings", lambda: Settings(trusted_proxies="203.0.113.9"))
    seen: list[str] = []

    def login(name: str, password: str, *, address: str) -> str:
        seen.append(address)
        raise LoginFailed

    monkeypatch.setattr(logins, "login", login)
    client.headers["x-forwarded-for"] = "198.51.100.4"
    _sign_in(client)
    assert seen == ["198.51.100.4"]


def test_too_many_attempts_are_refused(client: TestClient, admin: None) -> None:
    for _ in range(logins.MOST_PER_ACCOUNT):
        _sign_in(client, "not this one at all")
    answer = _sign_in(client)
    assert answer.status_code == 429
    assert SESSION_COOKIE not in client.cookies


@pytest.mark.parametrize("path", [SIGN_IN, SIGN_OUT, "/staff/link/abc"])
def test_a_form_that_was_not_given_out_to_this_browser_does_nothing(client: TestClient, admin: None, path: str) -> None:
    _sign_in(client)
    good = client.cookies[FORM_COOKIE]
    for sent, headers in (({}, {}), ({"form": "x" * 32}, {}), ({"form": good}, {"sec-fetch-site": "cross-site"})):
        answer = client.post(path, data={"name": "admin", "password": PASSWORD, **sent}, headers=headers)
        assert answer.status_code == 403
    assert logins.find_person(client.cookies[SESSION_COOKIE]) is not None


def test_signing_out_ends_the_session_wherever_it_is_open(client: TestClient, admin: None) -> None:
    _sign_in(client)
    token = client.cookies[SESSION_COOKIE]
    answer = client.post(SIGN_OUT, data={"form": client.cookies[FORM_COOKIE]})
    assert answer.headers["location"].startswith(SIGN_IN)
    assert SESSION_COOKIE not in client.cookies
    assert logins.find_person(token) is None


def test_without_a_session_the_console_leads_to_the_form_and_back(client: TestClient) -> None:
    answer = client.get("/staff?page=history&lang=en")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/staff/sign-in?to=%2Fstaff%3Fpage%3Dhistory%26lang%3Den&lang=en"


@pytest.mark.parametrize("path", ["/staff", SIGN_IN, "/staff/link/abc", "/staff/nowhere", "/x/staff", "/Staff", "/staff/"])
def test_no_page_frames_the_console(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"


def test_no_log_holds_a_one_time_link() -> None:
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "%s", ("/staff/link/secret-token?lang=zh",), None)
    assert HideTokens().filter(record)
    assert "secret-token" not in record.getMessage()


def test_a_link_for_somebody_names_them_and_sets_their_password(client: TestClient, admin: None) -> None:
    boss = logins.find_person(_entered(client))
    assert isinstance(boss, Person)
    _, token = people.create_account(boss, "ann", Role.EDITOR)
    link = f"/staff/link/{token}"
    assert "ann" in client.get(link).text
    sent = {"form": client.cookies[FORM_COOKIE], "password": PASSWORD, "again": PASSWORD}
    assert client.post(link, data=sent).status_code == 303
    assert client.get(link).status_code == 404
    assert logins.login("ann", PASSWORD)


def _entered(client: TestClient) -> str:
    _sign_in(client)
    return str(client.cookies[SESSION_COOKIE])


def test_the_form_says_that_a_session_has_ended(client: TestClient, admin: None) -> None:
    assert text("staff.sign_in.ended", "en") in client.get(f"{SIGN_IN}?ended=1&lang=en").text
