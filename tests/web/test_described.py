"""The OpenAPI document is exact: whatever is sent, no failure of ours, and every answer as described."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender.settings import Settings
from recommender.web import callers, openapi, operations
from recommender.web.partners.callers import Hotels
from tests.web.conftest import WISH

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
"""Not among them: that whatever the schema rules out is refused. Numbers written as text are read, as in forms."""
ANSWER_S = 120
OPERATIONS = [(path, method) for path, methods in openapi.document()["paths"].items() for method in methods]
ITINERARIES = ("/api/v1/verify", "/api/v1/alternatives", "/api/v1/why-not", "/api/v1/export/{format}")
"""What takes an itinerary takes long to make up."""
QUICK = hypothesis_settings(
    max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
QUICKER = hypothesis_settings(QUICK, max_examples=2)
THOROUGH = hypothesis_settings(QUICK, max_examples=200, derandomize=False)


# ------------------------------------------------------------------------------------------- made-up requests


def send_much(document: dict[str, Any], app: Starlette, path: str, method: str, how: hypothesis_settings) -> None:
    """Whatever the description of one operation allows, and what it does not."""
    operation = schemathesis.openapi.from_dict(document)[path][method.upper()]
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

        @given(case=operation.as_strategy(generation_mode=mode))
        @how
        def send(case: Any) -> None:
            case.call_and_validate(app=app, base_url="http://testserver", checks=CHECKS, timeout=ANSWER_S)

        send()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_to_made_up_requests_is_as_described(api_app: Starlette, path: str, method: str) -> None:
    send_much(openapi.document(), api_app, path, method, QUICKER if path in ITINERARIES else QUICK)


@pytest.mark.heavy
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described_at_length(api_app: Starlette, path: str, method: str) -> None:
    send_much(openapi.document(), api_app, path, method, THOROUGH)


def test_an_answer_that_is_not_as_described_is_found(api_app: Starlette) -> None:
    path = "/api/v1/places/{id}"
    untold, headless = copy.deepcopy(openapi.document()), copy.deepcopy(openapi.document())
    del untold["paths"][path]["get"]["responses"]["404"]
    headless["paths"][path]["get"]["responses"]["404"]["headers"]["X-Other"] = {"required": True, "schema": {"type": "string"}}
    for wrong in (untold, headless):
        with pytest.raises(FailureGroup):
            send_much(wrong, api_app, path, "get", QUICK)


# -------------------------------------------------------------------------------------------- every status


OURS = {500, 503}
"""A mistake of ours, or too busy: seen in other tests."""


class Seen:
    """Sends, holds each answer to the document, and remembers which statuses came."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self._document = openapi.document()
        self.statuses: dict[tuple[str, str], set[int]] = defaultdict(set)

    def __call__(self, method: str, path: str, status: int, *, within: dict[str, str] | None = None, **more: Any) -> Any:
        answer = self._client.request(method, path.format(**(within or {})), follow_redirects=False, **more)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text[:300])
        described = self._document["paths"][path.partition("?")[0]][method.lower()]["responses"][str(status)]
        always = {name for name, one in described.get("headers", {}).items() if one.get("required")}
        assert all(name in answer.headers for name in always), (method, path, status, answer.headers)
        contents = described.get("content", {})
        assert bool(answer.content) == bool(contents)
        if contents:
            sent = answer.headers["content-type"].replace(" ", "")
            kind = next(one for one in contents if sent.startswith(one.replace(" ", "")))
            if kind == "application/json":
                schema = {**contents[kind]["schema"], "components": self._document["components"]}
                jsonschema.validate(answer.json(), schema, cls=jsonschema.Draft202012Validator)
        self.statuses[method, path.partition("?")[0]].add(status)
        return answer

    def untold(self) -> dict[tuple[str, str], set[int]]:
        """Statuses that are described and did not come."""
        return {
            (method.upper(), path): missing
            for path, methods in self._document["paths"].items()
            for method, operation in methods.items()
            if (missing := {int(code) for code in operation["responses"]} - self.statuses[method.upper(), path] - OURS)
        }


def test_every_status_that_is_described_can_be_met_and_is_as_described(
    caller: Callable[[str], TestClient],
    configured: Callable[..., Settings],
    one_day: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = Seen(caller("192.0.2.1"))
    impossible = WISH | {
        "end": {"place": "taiyuan-south-station", "time": "11:00"}, "reach": "region",
        "must_see": ["mianshan", "wangjia-dayuan", "qiaojia-dayuan"],
    }  # fmt: skip
    stop = next(item for item in one_day["days"][0]["items"] if item["kind"] == "stop")
    now = {"day": 1, "time": stop["end"], "place": stop["place"], "done": [stop["place"]]}
    follow = WISH | {"previous": one_day, "now": now}
    about = {"itinerary": one_day, "place": "shuanglin-si"}

    seen("GET", "/healthz", 200)
    for path, within in (
        ("/api/v1/openapi.json", {}), ("/api/v1/places?kind=hub", {}), ("/api/v1/places/{id}", {"id": "shuanglin-si"}),
        ("/api/v1/places/{id}/openings?date=2027-04-17", {"id": "shuanglin-si"}),
        ("/api/v1/events?from=2027-01-01&to=2027-12-31", {}),
    ):  # fmt: skip
        first = seen("GET", path, 200, within=within)
        seen("GET", path, 304, within=within, headers={"if-none-match": first.headers["etag"]})
        if "openapi" not in path:
            seen("GET", f"{path}{'&' if '?' in path else '?'}typo=1", 422, within=within)
        if "{id}" in path:
            seen("GET", path, 404, within={"id": "no-such-place"})

    token: dict[str, str] = {}
    bodies: list[tuple[str, str, Any, int]] = [
        ("POST", "/api/v1/plan", WISH, 200), ("POST", "/api/v1/replan", follow, 200),
        ("POST", "/api/v1/alternatives", about, 200),
        ("POST", "/api/v1/why-not", about | {"place": "zhenguo-si"}, 200), ("POST", "/api/v1/verify", one_day, 200),
        ("POST", "/api/v1/export/{format}", one_day, 200), ("POST", "/api/v1/plans", WISH, 201), ("POST", "/plans", WISH, 201),
        ("PUT", "/api/v1/plans/{token}", WISH, 200),
    ]  # fmt: skip
    headers: dict[str, str] = {}
    for method, path, body, status in bodies:
        send = {"within": {"format": "ics", **token}, "headers": headers if method == "PUT" else {}}
        answer = seen(method, path, status, json=body, **send)
        typed = send["headers"] | {"content-type": "application/json"}
        seen(method, path, 400, content=b"{", within=send["within"], headers=typed)
        seen(method, path, 413, content=b" " * 300_000, within=send["within"], headers=typed)
        other = "application/xml" if path == "/plans" else "text/plain"
        seen(method, path, 415, content=b"{}", within=send["within"], headers=send["headers"] | {"content-type": other})
        seen(method, path, 422, json={}, **send)
        if status == 201 and path.startswith("/api"):
            stored = answer.json()
            token = {"token": stored["token"]}
            headers = {"authorization": f"Bearer {stored['edit_token']}", "if-match": "*"}
        if path in ("/api/v1/plan", "/api/v1/plans", "/plans", "/api/v1/plans/{token}"):
            seen(method, path, 409, json=impossible, **send)
    late = {"place": "taiyuan-south-station", "time": "23:59"}
    seen("POST", "/api/v1/replan", 409, json=impossible | {"previous": one_day, "now": now | {"time": "09:00"}, "end": late | {
        "time": "10:59"}})
    seen("POST", "/api/v1/export/{format}", 404, json=one_day, within={"format": "docx"})

    own = "/api/v1/plans/{token}"
    seen("GET", own, 200, within=token)
    seen("GET", own, 404, within={"token": "x"})
    seen("PUT", own, 401, within=token, json=WISH)
    seen("PUT", own, 404, within={"token": "x"}, json=WISH, headers=headers)
    seen("PUT", own, 412, within=token, json=WISH, headers=headers | {"if-match": '"1"'})
    seen("PUT", own, 428, within=token, json=WISH, headers={"authorization": headers["authorization"]})
    seen("DELETE", own, 401, within=token)
    seen("DELETE", own, 404, within={"token": "x"}, headers=headers)

    seen("POST", "/plans", 303, data={"date": "2027-04-17", "days": "1"})
    seen("POST", "/plans", 403, data={"date": "2027-04-17"}, headers={"sec-fetch-site": "cross-site"})
    for page in ("/p/{token}", "/e/{token}", "/p/{token}/{file}"):
        key = headers["authorization"].split()[1] if page.startswith("/e") else token["token"]
        seen("GET", page, 200, within={"token": key, "file": "plan.ics"})
        seen("GET", page, 404, within={"token": "x", "file": "plan.ics"})
    seen("DELETE", own, 204, within=token, headers=headers)

    filled = {"id": "x", "format": "ics", "token": "x", "file": "plan.ics"}
    monkeypatch.setattr(callers, "_known", [Hotels()])
    for operation in operations.OPERATIONS:
        if operation.by_token:
            seen(operation.method, operation.path, 403, within=filled, headers={"x-partner-token": "inn.forged"})

    configured(requests_per_minute=0)
    for path, method in OPERATIONS:
        if path != "/healthz":
            seen(method.upper(), path, 429, within=filled)
    assert seen.untold() == {}
