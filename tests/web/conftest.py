"""What the tests of the HTTP door share: our routes on a fixed day with an empty database, and budgets that begin anew."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import region as regions
from recommender import store
from recommender.model import TripRequest
from recommender.settings import Settings, settings
from recommender.store import Database
from recommender.trip import planning, sharing
from recommender.web import api, callers, limits, routes

DAY = dt.date(2027, 4, 1)
WISH: dict[str, Any] = {"start_date": "2027-04-17", "days": 1}


@pytest.fixture
def api_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Starlette]:
    """Our routes as the server mounts them, on a fixed day, with an empty database and fresh budgets."""
    opened = Database(f"sqlite:///{tmp_path}/plans.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    monkeypatch.setattr(sharing, "_rate", store.Rates())
    monkeypatch.setattr(api, "local_today", lambda: DAY)
    for name, budget in limits.BUDGETS.items():
        monkeypatch.setitem(limits.BUDGETS, name, type(budget)())
    yield Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    opened.close()


@pytest.fixture
def caller(api_app: Starlette) -> Iterator[Callable[[str], TestClient]]:
    """Somebody at an address."""
    made: list[TestClient] = []

    def at(address: str) -> TestClient:
        made.append(TestClient(api_app, client=(address, 50_000)))
        return made[-1]

    yield at
    for client in made:
        client.close()


@pytest.fixture
def visitor(caller: Callable[[str], TestClient]) -> TestClient:
    return caller("192.0.2.1")


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Other settings for the modules of the door that read them."""

    def change(**values: object) -> Settings:
        changed = dataclasses.replace(settings(), **values)  # type: ignore[arg-type]
        for module in (api, callers):
            monkeypatch.setattr(module, "settings", lambda: changed)
        return changed

    return change


@pytest.fixture(scope="session")
def one_day() -> dict[str, Any]:
    """An itinerary of one day, as JSON data."""
    decoded: dict[str, Any] = json.loads(planning.plan_trip(regions.current(), TripRequest.parse(WISH)).to_json())
    return decoded


def stops_of(itinerary: dict[str, Any]) -> list[str]:
    """Places of the stops, in order."""
    return [item["place"] for day in itinerary["days"] for item in day["items"] if item["kind"] == "stop"]


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The error of an answer in the one shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body.keys() == {"error"}
    error: dict[str, Any] = body["error"]
    assert error["code"] == code
    assert error["message"]
    assert all(problem.keys() == {"field", "value", "message"} for problem in error["problems"])
    return error


def fields(error: dict[str, Any]) -> list[str]:
    """The fields that an error names."""
    return [problem["field"] for problem in error["problems"]]
