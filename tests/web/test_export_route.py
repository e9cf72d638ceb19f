"""Files over HTTP: an itinerary that passes the check in, the file out."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from recommender import region as regions
from recommender.exports import FORMATS
from recommender.i18n import LANGUAGES
from recommender.model import Itinerary, TripRequest
from recommender.settings import settings
from recommender.trip import planning
from recommender.web import routes
from recommender.web.callers import stranger
from recommender.web.export import OF_ONE, WAITING, writing


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    with TestClient(app) as made:
        yield made


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    itinerary = planning.plan_trip(regions.current(), TripRequest.parse({"start_date": "2027-04-17", "days": 1}))
    decoded: dict[str, Any] = json.loads(itinerary.to_json())
    return decoded


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_the_file_is_that_of_the_format(client: TestClient, plan: dict[str, Any], name: str, lang: str) -> None:
    answer = client.post(f"/api/v1/export/{name}?lang={lang}", json=plan)
    assert answer.status_code == 200, answer.text
    form = FORMATS[name]
    assert answer.content == form.write(Itinerary.parse(plan), regions.current(), lang)
    assert answer.headers["content-type"] == form.media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="jinzhong-2027-04-17-1d{form.suffix}"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_itinerary_that_fails_the_check_is_refused_naming_each_violation(
    client: TestClient, plan: dict[str, Any], lang: str
) -> None:
    broken = copy.deepcopy(plan)
    at = next(k for k, item in enumerate(broken["days"][0]["items"]) if item["kind"] == "stop")
    broken["days"][0]["items"][at] |= {"place": "no-such-place"}
    broken["days"] = broken["days"] * 2
    answer = client.post(f"/api/v1/export/ics?lang={lang}", json=broken)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "itinerary_refused"
    fields = [problem["field"] for problem in error["problems"]]
    assert f"days[0].items[{at}]" in fields
    assert "days" in fields
    assert all(problem["message"] and problem["value"] for problem in error["problems"])
    assert "no-such-place" in answer.text


def test_what_is_no_itinerary_is_refused_by_field(client: TestClient, plan: dict[str, Any]) -> None:
    answer = client.post("/api/v1/export/pdf?lang=en", json=plan | {"days": [{"date": "soon"}]})
    assert answer.status_code == 422
    assert {"days[0].date", "days[0].items"} <= {problem["field"] for problem in answer.json()["error"]["problems"]}
    cut = client.post("/api/v1/export/pdf", content=b"{", headers={"content-type": "application/json"})
    assert (cut.status_code, cut.json()["error"]["code"]) == (400, "json_invalid")


def test_other_formats_methods_and_types_are_refused(client: TestClient, plan: dict[str, Any]) -> None:
    unknown = client.post("/api/v1/export/docx?lang=en", json=plan)
    assert unknown.status_code == 404
    assert "text, html, pdf, png, ics, gpx, kml, geojson, jsonld" in unknown.json()["error"]["message"]
    assert client.get("/api/v1/export/pdf").status_code == 405
    assert client.post("/api/v1/export/pdf", content=b"x", headers={"content-type": "text/plain"}).status_code == 415


def test_a_body_over_the_limit_is_not_read(client: TestClient) -> None:
    body = b'{"a": "' + b"x" * settings().max_body_bytes + b'"}'
    answer = client.post("/api/v1/export/pdf", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")


def test_more_than_may_wait_are_asked_to_come_back(
    client: TestClient, plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_by", Counter({"others": WAITING}))
    answer = client.post("/api/v1/export/text", json=plan)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_one_caller_has_only_some_of_the_seats(client: TestClient, plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    mine = client.post("/api/v1/export/text", json=plan)
    assert mine.status_code == 200
    assert not writing.waiting
    scope = {"type": "http", "headers": [], "client": ("testclient", 50000)}
    monkeypatch.setattr(writing, "_by", Counter({stranger(Request(scope)).key: OF_ONE}))
    answer = client.post("/api/v1/export/text", json=plan)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_at_once")


def test_a_note_without_end_is_refused_before_anything_is_laid_out(client: TestClient, plan: dict[str, Any]) -> None:
    noted = copy.deepcopy(plan)
    at = next(k for k, item in enumerate(noted["days"][0]["items"]) if item["kind"] == "leg")
    noted["days"][0]["items"][at]["note"] = "长" * 501
    answer = client.post("/api/v1/export/pdf?lang=en", json=noted)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["error"]["problems"]] == [f"days[0].items[{at}].note"]
    noted["days"][0]["items"][at]["note"] = "长" * 500
    assert client.post("/api/v1/export/html?lang=en", json=noted).status_code == 200
