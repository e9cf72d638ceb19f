"""Every response carries the headers, and a failure of ours is named, never shown."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from recommender.settings import Settings
from recommender.web.headers import Guard, content_security_policy


async def _fine(request: Request) -> Response:
    return PlainTextResponse("fine", headers={"referrer-policy": "no-referrer"})


async def _broken(request: Request) -> Response:
    msg = "the secret is 4711"
    raise RuntimeError(msg)


async def _half(request: Request) -> Response:
    def body() -> Iterator[bytes]:
        yield b"half"
        raise OSError

    return StreamingResponse(body())


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/fine", _fine), Route("/api/broken", _broken), Route("/broken", _broken), Route("/half", _half)]
    app = Starlette(routes=routes, middleware=[Middleware(Guard)])
    return TestClient(app)


@pytest.mark.parametrize("path", ["/fine", "/api/broken", "/broken", "/nowhere"])
def test_every_response_carries_the_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"]


def test_a_response_keeps_a_header_of_its_own(client: TestClient) -> None:
    assert client.get("/fine").headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(("lang", "word"), [("zh", "出了错"), ("en", "went wrong")])
def test_a_failure_of_ours_has_the_one_shape_and_tells_nothing(
    client: TestClient, lang: str, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"/api/broken?lang={lang}")
    assert answer.status_code == 500
    error = answer.json()["error"]
    assert error["code"] == "internal"
    assert word in error["message"]
    assert "4711" not in answer.text
    assert "4711" in caplog.text


def test_a_person_who_meets_a_failure_reads_a_sentence(client: TestClient) -> None:
    answer = client.get("/broken", headers={"accept": "text/html", "accept-language": "en-GB"})
    assert answer.status_code == 500
    assert '<html lang="en">' in answer.text
    assert "4711" not in answer.text


def test_a_failure_halfway_through_a_body_is_not_dressed_up(client: TestClient) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - whatever it was goes on up, the connection is cut
        client.get("/half")


def test_only_sites_of_the_settings_may_frame_the_pages() -> None:
    policy = content_security_policy(Settings(frame_ancestors="https://hotel.example https://*.partner.example"))
    assert policy.endswith("frame-ancestors 'self' https://hotel.example https://*.partner.example")


def test_only_a_configured_tile_host_may_be_asked_for_images() -> None:
    assert "http" not in content_security_policy(Settings())
    policy = content_security_policy(
        Settings(map_tiles_url="https://{s}.tiles.example/{z}/{x}/{y}.png", map_tiles_attribution="tiles")
    )
    assert "img-src 'self' data: blob: https://*.tiles.example;" in policy
