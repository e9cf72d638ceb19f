"""The HTTP door, unit by unit, without a server."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import region as regions
from recommender.errors import CatalogInvalid, Problem
from recommender.model import Itinerary, TripRequest
from recommender.settings import settings
from recommender.trip import planning
from recommender.web import api, routes
from recommender.web.v1 import routing

TODAY = dt.date(2027, 4, 1)
TRIP: dict[str, Any] = {"start_date": "2027-04-17", "days": 1}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Our routes as the server mounts them, on a fixed day; nothing is warmed up."""
    monkeypatch.setattr(api, "local_today", lambda: TODAY)
    app = Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    with TestClient(app) as made:
        yield made


def assert_error(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The one shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    error: dict[str, Any] = answer.json()["error"]
    assert {"code", "message", "problems"} <= error.keys()
    assert error["code"] == code
    assert error["message"]
    assert all(problem.keys() == {"field", "value", "message"} for problem in error["problems"])
    return error


# ---------------------------------------------------------------------------------------------------- plan


def test_a_request_gives_the_itinerary_of_the_use_case(client: TestClient) -> None:
    wanted = planning.plan_trip(regions.current(), TripRequest.parse(TRIP))
    answer = client.post("/api/v1/plan", json=TRIP)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert Itinerary.parse(answer.text) == wanted


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"", 400, "json_invalid", "request"),
        (b"{", 400, "json_invalid", "request"),
        (b"\xff\xfe", 400, "json_invalid", "request"),
        (b"[" * 50_000, 400, "json_invalid", "request"),
        (b"null", 422, "request_invalid", "request"),
        (b"[]", 422, "request_invalid", "request"),
        ({"days": 1}, 422, "request_invalid", "start_date"),
        (TRIP | {"days": 0}, 422, "request_invalid", "days"),
        (TRIP | {"must_see": ["no-such-place"]}, 422, "request_invalid", "must_see[0]"),
        (TRIP | {"start_date": "2027-03-31"}, 422, "request_invalid", "start_date"),
        (TRIP | {"start_date": "2031-01-01"}, 422, "request_invalid", "start_date"),
        (TRIP | {"now": {"day": 1, "time": "10:00", "place": "zhenguo-si"}}, 422, "request_invalid", "previous"),
        (TRIP | {"group": "loudest"}, 422, "request_invalid", "group"),
        (TRIP | {"members": [{"likes": ["no-such-place"]}]}, 422, "request_invalid", "members[0].likes[0]"),
        (TRIP | {"\ud800": 1}, 422, "request_invalid", "?"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bad_request_names_the_field(
    client: TestClient, body: Any, status: int, code: str, field: str, lang: str
) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = assert_error(client.post("/api/v1/plan", content=data, headers={"accept-language": lang}), status, code)
    assert field in [problem["field"] for problem in error["problems"]]


def test_today_is_no_past_date(client: TestClient) -> None:
    assert client.post("/api/v1/plan", json=TRIP | {"start_date": str(TODAY)}).status_code == 200


def test_wishes_that_clash_are_a_409_with_the_conflict(client: TestClient) -> None:
    wish = TRIP | {
        "end": {"place": "taiyuan-south-station", "time": "11:00"},
        "must_see": ["mianshan", "wangjia-dayuan", "qiaojia-dayuan"],
        "reach": "region",
    }
    error = assert_error(client.post("/api/v1/plan", json=wish), 409, "infeasible_trip")
    assert error["conflict"]


def test_a_body_that_is_too_large_is_not_read(client: TestClient) -> None:
    limit = settings().max_body_bytes
    error = assert_error(client.post("/api/v1/plan", content=b" " * (limit + 1)), 413, "body_too_large")
    assert str(limit) in error["message"]

    def chunks() -> Iterator[bytes]:
        for _ in range(limit // 1000 + 2):
            yield b" " * 1000

    assert_error(client.post("/api/v1/plan", content=chunks()), 413, "body_too_large")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
def test_a_form_of_another_site_cannot_plan(client: TestClient, kind: str) -> None:
    answer = client.post("/api/v1/plan", content=json.dumps(TRIP), headers={"content-type": kind})
    assert_error(answer, 415, "media_type")


def test_when_too_many_wait_one_is_asked_to_come_back(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        plan_queue = 0
        plans_at_once = 8
        max_body_bytes = 1000

    monkeypatch.setattr(api, "settings", Full)
    answer = client.post("/api/v1/plan", json=TRIP)
    assert_error(answer, 503, "busy")
    assert answer.headers["retry-after"] == "5"


def test_a_failure_while_planning_is_a_500_without_details(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def submit(self, region: object, request: object) -> Future[Itinerary]:
            future: Future[Itinerary] = Future()
            future.set_exception(ZeroDivisionError("the secret is 4711"))
            return future

    monkeypatch.setattr(planning, "planning", Broken)
    answer = client.post("/api/v1/plan", json=TRIP)
    assert_error(answer, 500, "internal")
    assert "4711" not in answer.text


def test_data_that_cannot_be_used_are_a_503_without_details(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise CatalogInvalid([Problem("attractions.csv:3:lat", "99", "field_range", {"allowed": "≤ 40.8"})])

    monkeypatch.setattr(regions, "current", broken)
    for answer in (client.post("/api/v1/plan", json=TRIP), client.get("/api/v1/places")):
        error = assert_error(answer, 503, "unavailable")
        assert error["problems"] == []
        assert "attractions" not in answer.text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["days", "start", "place", "locks", "party", "lodging", "x"]), inner, max_size=4
            )
        ),
        max_leaves=8,
    )
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_nonsense_is_always_refused_in_the_one_shape(data: object) -> None:
    with TestClient(Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)) as client:
        answer = client.post("/api/v1/plan", content=json.dumps(data))
        assert_error(answer, 422, answer.json()["error"]["code"])


# -------------------------------------------------------------------------------------------------- places


def test_places_are_those_of_the_catalogue(client: TestClient) -> None:
    answer = client.get("/api/v1/places")
    catalog = regions.current().catalog
    found = answer.json()
    assert found["revision"] == catalog.revision
    assert {place["id"] for place in found["places"]} == {
        *catalog.attractions, *catalog.hubs, *catalog.lodging, *catalog.dining,
    }  # fmt: skip
    hubs = client.get("/api/v1/places?kind=hub").json()["places"]
    assert {place["id"] for place in hubs} == set(catalog.hubs)
    unknown = [place for place in found["places"] if place.get("ticket_fen", 0) is None]
    assert unknown, "an unknown price is null"


def test_places_that_have_not_changed_are_not_sent_again(client: TestClient) -> None:
    tag = client.get("/api/v1/places").headers["etag"]
    again = client.get("/api/v1/places", headers={"if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/v1/places?kind=hub", headers={"if-none-match": tag}).status_code == 200


def test_a_kind_that_is_not_there_is_named(client: TestClient) -> None:
    error = assert_error(client.get("/api/v1/places?kind=castle&lang=en"), 422, "request_invalid")
    assert "attraction" in error["message"]


# --------------------------------------------------------------------------------------- what is not there


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/v1",
        "/api/typo",
        "/api/v1/plan/x",
        "/api/v1/plan/",
        "/api/v2/plan",
        "/api/../api/x",
        "/api/%2e%2e/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_not_there_is_a_404_naming_what_is(client: TestClient, path: str, method: str) -> None:
    error = assert_error(client.request(method, path), 404, "not_found")
    assert "/api/v1/openapi.json" in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/plan", "POST"),
        ("DELETE", "/api/v1/plan", "POST"),
        ("POST", "/api/v1/places", "GET"),
        ("PUT", "/api/v1/openapi.json", "GET"),
        ("POST", "/healthz", "GET"),
        ("POST", "/", "GET"),
    ],
)
def test_a_wrong_method_is_a_405_naming_the_right_one(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    assert_error(answer, 405, "method_not_allowed")
    assert allowed in answer.headers["allow"]


# ---------------------------------------------------------------------------------------- assets, describe


def test_leaflet_comes_from_its_package(client: TestClient) -> None:
    script = client.get("/assets/leaflet/leaflet-src.esm.js")
    assert script.status_code == 200
    assert "javascript" in script.headers["content-type"]
    assert "max-age" in script.headers["cache-control"]
    assert client.get("/assets/leaflet/leaflet.css").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/leaflet/typo.js",
        "/assets/geo/typo.geojson",
        "/assets/geo/../attractions.csv",
        "/assets/geo/%2e%2e/attractions.csv",
        "/assets/leaflet/",
    ],
)
def test_no_other_file_is_an_asset(client: TestClient, path: str) -> None:
    assert_error(client.get(path), 404, "not_found")


def test_the_description_names_every_route_and_resolves(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    under_api = {(f"/api{route.path}", method) for route in routing.routes() for method in (route.methods or ())}
    under_api = {(path, method) for path, method in under_api if method != "HEAD"}
    pages = {("/plans", "POST"), ("/p/{token}", "GET"), ("/p/{token}/{file}", "GET"), ("/e/{token}", "GET")}
    assert described == {*under_api, *pages, ("/healthz", "GET")}
    schemas = document["components"]["schemas"]
    for reference in _references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas, reference


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_an_itinerary_and_a_request_keep_to_the_published_schemas(client: TestClient) -> None:
    import jsonschema

    from recommender.web import openapi

    answer = client.post("/api/v1/plan", json=TRIP).json()
    jsonschema.validate(answer, openapi.itinerary_schema(), cls=jsonschema.Draft202012Validator)
    jsonschema.validate(TRIP, openapi.request_schema(), cls=jsonschema.Draft202012Validator)
    jsonschema.validate(answer["request"], openapi.request_schema(), cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(TRIP | {"days": 9}, openapi.request_schema(), cls=jsonschema.Draft202012Validator)
