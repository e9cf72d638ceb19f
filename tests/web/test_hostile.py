"""What nobody should send: every answer is a named refusal in the one shape, never a failure of ours."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from recommender.settings import settings
from tests.web.conftest import WISH, fields, refused

BODIES = ("/plan", "/replan", "/alternatives", "/why-not", "/verify", "/export/ics", "/plans")
READS = ("/places", "/places/shuanglin-si", "/places/shuanglin-si/openings", "/events", "/openapi.json", "/plans/x")


def deep(levels: int, inside: str = "1") -> bytes:
    return (b'{"a":[' * levels) + inside.encode() + (b"]}" * levels)


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json_invalid"),
        (b"{", "json_invalid"),
        (b"\xff\xfe{\x00}\x00", "json_invalid"),
        ("{}".encode("utf-16"), "json_invalid"),
        (b'{"days": NaN}', "json_invalid"),
        (b'{"days": Infinity}', "json_invalid"),
        (b'{"days": 1, "days": 2}', "json_invalid"),
        (b"[" * 100_000, "json_invalid"),
        (b'{"days": ' + b"9" * 10_000 + b"}", "json_invalid"),
        (b"<xml/>", "json_invalid"),
        (b"days=1", "json_invalid"),
    ],
)
def test_what_is_no_json_is_a_400_in_the_one_shape(visitor: TestClient, path: str, body: bytes, code: str) -> None:
    for lang in ("zh", "en"):
        headers = {"accept-language": lang, "content-type": "application/json"}
        answer = visitor.post(f"/api/v1{path}", content=body, headers=headers)
        assert refused(answer, 400, code)["problems"]


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "body",
    [
        b"null", b"1", b'"x"', b"[]", b"[[[[]]]]", b"{}", deep(20), deep(240), deep(450), b'{"days": 1e400}',
        b'{"start_date": "2027-04-17", "days": -1e308, "budget_fen": 1e308, "explore": 1e400}',
        b'{"start_date": "9999-12-31", "days": 7}', b'{"start_date": "0001-01-01", "days": 1}', b'{"__proto__": {"days": 1}}',
        b'{"start_date": "2027-04-17", "days": 1, "seed": 99999999999999999999999999}', b'{"\\ud800": "\\udfff"}',
        b'{"start_date": "2027-04-17", "days": 1, "previous": ' + deep(200) + b"}",
        b'{"itinerary": ' + deep(200) + b', "place": 1}',
        '{"start_date": "\u202e2027-04-17", "days": "\u0664"}'.encode(), b'{"days": "1; DROP TABLE plans"}',
        b'{"start_date": "2027-04-17", "days": 1, "start": {"place": {"lat": 1e400, "lon": 0}}}',
    ],
)  # fmt: skip
def test_json_that_is_no_request_is_a_422_in_the_one_shape(visitor: TestClient, path: str, body: bytes) -> None:
    answer = visitor.post(f"/api/v1{path}", content=body)
    assert answer.status_code in (400, 422), answer.text[:300]
    error = answer.json()["error"]
    assert error["code"] in ("json_invalid", "request_invalid", "itinerary_invalid")
    assert error["problems"]
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("path", BODIES)
def test_a_body_is_read_as_said_and_no_longer_than_allowed(visitor: TestClient, path: str) -> None:
    body = json.dumps(WISH).encode()
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"):
        refused(visitor.post(f"/api/v1{path}", content=body, headers={"content-type": kind}), 415, "media_type")
    for charset in ("gbk", '"utf-16"', "latin-1", "../../x"):
        kind = f"application/json; charset={charset}"
        refused(visitor.post(f"/api/v1{path}", content=body, headers={"content-type": kind}), 415, "charset")
    for coding in ("gzip", "br", "zstd", "gzip, gzip"):
        answer = visitor.post(f"/api/v1{path}", content=body, headers={"content-encoding": coding})
        refused(answer, 415, "content_coding")
    refused(visitor.post(f"/api/v1{path}", content=b" " * (settings().max_body_bytes + 1)), 413, "body_too_large")
    lying = visitor.post(f"/api/v1{path}", content=b"{}", headers={"content-length": "9" * 30})
    refused(lying, 413, "body_too_large")


def test_json_said_in_any_usual_way_is_read(visitor: TestClient) -> None:
    body = json.dumps(WISH).encode()
    for kind in ("application/json", "application/json; charset=UTF-8", 'application/json;charset="utf-8"', "application/x+json"):
        assert visitor.post("/api/v1/plan", content=body, headers={"content-type": kind}).status_code == 200
    assert visitor.post("/api/v1/plan", content=b"\xef\xbb\xbf" + body).status_code == 200


@pytest.mark.parametrize("path", [*BODIES, *READS])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_every_other_method_is_a_405_naming_the_right_ones(visitor: TestClient, path: str, method: str) -> None:
    taken = {"POST"} if path in BODIES else {"GET", "PUT", "DELETE"} if path == "/plans/x" else {"GET"}
    if method in taken:
        return
    answer = visitor.request(method, f"/api/v1{path}")
    refused(answer, 405, "method_not_allowed")
    assert taken <= {one.strip() for one in answer.headers["allow"].split(",")}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/", "/api/v1/places/", "/api/v1/places/x%0A", "/api/%0A", "/api/v1/x%0D%0Aset-cookie:a=b",
        "/api/v1//places", "/api/v1/PLACES", "/api/v1/plan%00", "/api/v1/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/places/a/b", "/api/v1/places/x/openings/", "/api/v1/\u9999", "/api/v1/" + "x" * 8000,
        "/api/v1/export/%2e%2e%2fpdf", "/api/v1/plans/a/b", "/api/v1.0/plan", "/api//v1/plan", "/api/v1;x=1/plan",
    ],
)  # fmt: skip
def test_tricks_with_paths_lead_nowhere(visitor: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        answer = visitor.request(method, path)
        assert answer.status_code in (404, 405)
        assert answer.json().keys() == {"error"}
        assert len(answer.content) < 3000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accept-language", "\x00" * 10), ("accept-language", "x" * 20_000), ("if-none-match", '"' * 5000), ("origin", "null"),
        ("accept", "text/html"), ("accept", "application/xml"), ("x-forwarded-for", ",".join(["1.1.1.1"] * 500)),
        ("x-forwarded-for", "'; DROP TABLE plans; --"), ("host", "evil.example"), ("content-length", "x"), ("range", "bytes=0-1"),
    ],
)  # fmt: skip
def test_odd_headers_do_no_harm(visitor: TestClient, name: str, value: str) -> None:
    answer = visitor.get("/api/v1/places/shuanglin-si", headers=[(name.encode(), value.encode())])
    assert answer.status_code == 200


def test_a_failure_of_ours_is_a_500_in_the_one_shape(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.web.v1 import catalogue

    def fails(*_args: object) -> None:
        raise ZeroDivisionError("the secret is 4711")

    monkeypatch.setattr(catalogue, "_facts", fails)
    answer = visitor.get("/api/v1/places/shuanglin-si?lang=en")
    refused(answer, 500, "internal")
    assert "4711" not in answer.text


# ------------------------------------------------------------------------------------ damaged itineraries


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(node, dict):
        found += [one for key, value in node.items() for one in _paths(value, (*path, key))]
    elif isinstance(node, list):
        found += [one for k, value in enumerate(node) for one in _paths(value, (*path, k))]
    return found


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 2**31, 2**70, 1e308, "", "x", "25:99", "30:00", "00:00", "no-such-place", "taiyuan-south-station",
     "stay-jingzhai",
     "pingyao-gucheng", "2027-04-17", "0001-01-01", "1000-01-01", "9999-12-31", [], {}, [[]],
     {"lat": 37.2, "lon": 112.1, "name": "x"}, "\ud800", "𝟙"]
)  # fmt: skip


@given(data=st.data())
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_damaged_itinerary_is_an_answer_or_a_refusal(visitor: TestClient, one_day: dict[str, Any], data: st.DataObject) -> None:
    made = copy.deepcopy(one_day)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(_paths(made)))
        node = made
        for step in path[:-1]:
            node = node[step]
        if data.draw(st.booleans()):
            node[path[-1]] = data.draw(ODD)
        else:
            del node[path[-1]]
        if not _paths(made):
            break
    name = data.draw(st.sampled_from(["/verify", "/alternatives", "/why-not", "/export/geojson", "/replan"]))
    body: Any = made
    if name in ("/alternatives", "/why-not"):
        body = {"itinerary": made, "place": data.draw(st.sampled_from(["shuanglin-si", "zhenguo-si", "pingyao-xianya"]))}
    elif name == "/replan":
        here = data.draw(st.sampled_from(["shuanglin-si", "pingyao-gucheng", "stay-jingzhai"]))
        now = {"day": 1, "time": "12:00", "place": here}
        body = WISH | {"previous": made, "now": now}
    answer = visitor.post(f"/api/v1{name}", content=json.dumps(body))
    assert answer.status_code in (200, 409, 422), (name, answer.status_code, answer.text[:500])
    if answer.status_code != 200:
        assert answer.json()["error"]["message"]


def test_many_wrong_fields_are_named_at_once_and_briefly(visitor: TestClient) -> None:
    wrong = {f"field{k}": k for k in range(2000)}
    answer = visitor.post("/api/v1/plan", json=wrong)
    assert len(fields(refused(answer, 422, "request_invalid"))) <= 100
