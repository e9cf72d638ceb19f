"""The journal: events whose facts are numbers and codes, and a log of one JSON object a line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from recommender import journal
from recommender.journal import JsonLines, note, without_tokens
from recommender.web.meters import Meters


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    monkeypatch.setattr(journal, "_listeners", [lambda event, facts: found.append((event, facts))])
    return found


def test_what_is_no_number_and_no_code_does_not_get_in(heard: list[tuple[str, Mapping[str, Any]]]) -> None:
    note("plan", outcome="made", days=2, seconds=1.23456789)
    note("plan", outcome="老王的民宿", code="two words", route="a" * 61, kind=None)
    assert heard == [
        ("plan", {"outcome": "made", "days": 2, "seconds": 1.2346}),
        ("plan", {"outcome": "other", "code": "other", "route": "other"}),
    ]


def test_a_fact_that_is_not_on_the_list_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        note("plan", name="x")


def test_who_listens_twice_hears_once(heard: list[tuple[str, Mapping[str, Any]]]) -> None:
    def listener(event: str, facts: Mapping[str, Any]) -> None:
        heard.append((event, facts))

    journal.listen(listener)
    journal.listen(listener)
    note("warm", outcome="ok")
    assert len(heard) == 2, "the fixture's and this one"


def _line(record: logging.LogRecord) -> dict[str, Any]:
    text = JsonLines().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_is_one_json_object_without_tokens_and_without_the_words_of_an_exception() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("老王的民宿")
    info = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "GET %s\nfailed", ("/p/secret-token/maps",), info)
    line = _line(record)
    assert line["message"] == "GET /p/…/maps\nfailed"
    assert line["exception"] == "ValueError"
    assert line["frames"][0].endswith(
        "test_a_line_is_one_json_object_without_tokens_and_without_the_words_of_an_exception"
    )
    assert "老王" not in json.dumps(line, ensure_ascii=False)
    assert line["level"] == "error"


def test_an_event_tells_its_facts(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "recommender.journal"):
        note("request", route="/p/{token}", method="GET", status=200, seconds=0.5)
    line = _line(caplog.records[-1])
    assert (line["event"], line["route"], line["status"], line["seconds"]) == ("request", "/p/{token}", 200, 0.5)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    logger = logging.getLogger()
    before = logger.handlers, logging.getLogger("recommender.journal").level
    yield logger
    logger.handlers = before[0]
    logging.getLogger("recommender.journal").setLevel(before[1])


def test_the_log_turned_to_json_twice_writes_each_line_once(root: logging.Logger) -> None:
    access = logging.getLogger("uvicorn.access")
    other = logging.getLogger("uvicorn.made_up")
    other.addHandler(logging.NullHandler())
    before = list(access.handlers), access.propagate
    journal.log_json()
    journal.log_json()
    assert sum(isinstance(handler.formatter, JsonLines) for handler in root.handlers) == 1
    assert other.handlers == []
    assert (list(access.handlers), access.propagate) == before, "the access log would tell addresses"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/p/abc", "/p/…"),
        ("/staff/link/abc?x=1", "/staff/link/…?x=1"),
        ("/?kept=a.1&b=2", "/?kept=…&b=2"),
        ("/plain", "/plain"),
    ],
)
def test_addresses_lose_their_tokens(path: str, shown: str) -> None:
    assert without_tokens(path) == shown


def test_meters_count_events_and_show_how_things_stand() -> None:
    meters = Meters()
    meters.hear("plan", {"outcome": "made", "seconds": 0.3})
    meters.hear("plan", {"outcome": "kept"})
    meters.hear("request", {"route": "/plain", "status": 200, "seconds": 0.01})
    meters.hear("failed", {"kind": "KeyError"})
    meters.hear("warm", {})
    meters.text(revision="aaaaaaaaaaaa", ready=True, waiting={"plans": 3})
    text = meters.text(revision="bbbbbbbbbbbb", ready=True, waiting={"plans": 3}).decode()
    assert 'jinzhong_plans_total{outcome="kept"} 1.0' in text
    assert "jinzhong_plan_seconds_count 1.0" in text
    assert 'jinzhong_requests_total{route="/plain",status="200"} 1.0' in text
    assert 'jinzhong_errors_total{code="internal"} 1.0' in text
    assert 'jinzhong_waiting{kind="plans"} 3.0' in text
    assert "aaaaaaaaaaaa" not in text, "one revision holds at a time"
