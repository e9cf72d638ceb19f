"""Stored plans over HTTP: two links, changes by version, and what a reader may not do."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import WISH, fields, refused


@pytest.fixture
def stored(visitor: TestClient) -> dict[str, Any]:
    answer = visitor.post("/api/v1/plans", json=WISH)
    assert answer.status_code == 201, answer.text
    links: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"http://testserver/api/v1/plans/{links['token']}"
    assert (answer.headers["etag"], answer.headers["cache-control"]) == ('"1"', "no-store")
    return links


def at(stored: dict[str, Any]) -> str:
    return f"/api/v1/plans/{stored['token']}"


def owner(stored: dict[str, Any], version: str | None = None) -> dict[str, str]:
    return {"authorization": f"Bearer {stored['edit_token']}", **({"if-match": version} if version else {})}


def test_both_links_open_the_pages_and_the_token_the_plan(visitor: TestClient, stored: dict[str, Any]) -> None:
    assert visitor.get(stored["read"]).status_code == 200
    assert visitor.get(stored["edit"]).status_code == 200
    answer = visitor.get(at(stored))
    found = answer.json()
    assert found["itinerary"]["request"]["start_date"] == WISH["start_date"]
    assert (found["version"], answer.headers["etag"]) == (1, '"1"')
    assert (found["moved_on"], found["gone"], found["closed"], found["changes"]) == (False, [], [], [])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert stored["edit_token"] not in answer.text


def test_its_owner_changes_it_by_version(visitor: TestClient, stored: dict[str, Any]) -> None:
    wish = WISH | {"pace": "relaxed"}
    answer = visitor.put(at(stored), json=wish, headers=owner(stored, '"1"'))
    assert (answer.status_code, answer.json()["version"], answer.headers["etag"]) == (200, 2, '"2"')
    assert visitor.get(at(stored)).json()["itinerary"]["request"]["pace"] == "relaxed"
    late = visitor.put(at(stored), json=WISH, headers=owner(stored, '"1"'))
    assert "2" in refused(late, 412, "plan_changed")["message"]
    assert late.headers["etag"] == '"2"'
    assert visitor.get(at(stored)).json()["version"] == 2
    assert visitor.put(at(stored), json=WISH, headers=owner(stored, "*")).json()["version"] == 3


@pytest.mark.parametrize("given", ["x", '"0"', '"-1"', '"' + "9" * 40 + '"', '""', "\u00e9"])
def test_a_version_that_cannot_be_is_refused(visitor: TestClient, stored: dict[str, Any], given: str) -> None:
    headers = [(b"authorization", owner(stored)["authorization"].encode()), (b"if-match", given.encode("latin-1"))]
    error = refused(visitor.put(at(stored), json=WISH, headers=headers), 400, "version_missing")
    assert fields(error) == ["If-Match"]


def test_a_change_without_a_version_is_not_taken(visitor: TestClient, stored: dict[str, Any]) -> None:
    refused(visitor.put(at(stored), json=WISH, headers=owner(stored)), 428, "version_missing")


def test_its_owner_deletes_it_for_good(visitor: TestClient, stored: dict[str, Any]) -> None:
    gone = visitor.delete(at(stored), headers=owner(stored))
    assert (gone.status_code, gone.content) == (204, b"")
    refused(visitor.get(at(stored)), 404, "share_link")
    refused(visitor.delete(at(stored), headers=owner(stored)), 404, "share_link")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_who_only_reads_changes_nothing(visitor: TestClient, stored: dict[str, Any], method: str) -> None:
    other = visitor.post("/api/v1/plans", json=WISH).json()
    body: dict[str, Any] = {"json": WISH} if method == "PUT" else {}
    for headers in ({}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer"}, {"authorization": "Bearer  "}):
        answer = visitor.request(method, at(stored), headers={**headers, "if-match": "*"}, **body)
        refused(answer, 401, "edit_token_missing")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    for token in (stored["token"], "x" * 32, "x" * 5000, other["edit_token"]):
        answer = visitor.request(method, at(stored), headers={"authorization": f"Bearer {token}", "if-match": "*"}, **body)
        refused(answer, 404, "share_link")
    assert visitor.get(at(stored)).json()["version"] == 1


@pytest.mark.parametrize("token", ["x", "%00", "..%2f..", "\u9999", "a" * 2000, "%ff"])
def test_a_token_that_is_not_right_is_a_404(visitor: TestClient, token: str) -> None:
    assert visitor.get(f"/api/v1/plans/{token}").status_code == 404


def test_wishes_that_cannot_be_are_not_stored(visitor: TestClient, stored: dict[str, Any]) -> None:
    refused(visitor.post("/api/v1/plans", json=WISH | {"days": 8}), 422, "request_invalid")
    refused(visitor.put(at(stored), json={}, headers=owner(stored, "*")), 422, "request_invalid")
    assert visitor.get(at(stored)).json()["version"] == 1


def test_no_token_is_in_a_log_line() -> None:
    from recommender.journal import without_tokens

    assert without_tokens("/api/v1/plans/abc-_1?lang=zh") == "/api/v1/plans/…?lang=zh"
