"""The database fills up, is locked, damaged, moved away or never there: it is named, and a visitor can always still plan."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import store
from recommender.errors import ShareLinkError, StoreUnavailable
from recommender.i18n import text
from recommender.store import Content, Database
from recommender.trip import sharing
from recommender.web import api, routes

TODAY = dt.date(2027, 4, 1)
TRIP = {"date": "2027-04-17", "days": "1"}
PLAN = Content({"a": 1}, {"b": ["x" * 2000]}, {}, "0123456789ab", "zh")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.sqlite"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, database: Database) -> Iterator[TestClient]:
    monkeypatch.setattr(store, "database", lambda: database)
    monkeypatch.setattr(sharing, "_rate", store.Rates())
    monkeypatch.setattr(api, "local_today", lambda: TODAY)
    app = Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)
    with TestClient(app, follow_redirects=False) as made:
        yield made


def assert_only_sharing_fails(client: TestClient) -> None:
    """A plan can be made; keeping it says in both languages why that cannot be now."""
    for lang in ("zh", "en"):
        made = client.post("/plain/plan", data={**TRIP, "lang": lang})
        assert made.status_code == 200
        kept = client.post("/plans", data={**TRIP, "lang": lang}, headers={"accept-language": lang})
        assert kept.status_code == 503
        assert text("plain.error.store", lang) in kept.text
        shown = client.get(f"/p/{'x' * 32}?lang={lang}")
        assert shown.status_code in (404, 503)
    assert client.post("/api/v1/plan", json={"start_date": "2027-04-17", "days": 1}).status_code == 200


def test_a_full_disk_keeps_nothing_half_and_what_was_kept_stays(database: Database, client: TestClient) -> None:
    keys = store.create_plan(database, PLAN)

    def no_room(connection: Any, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    engine = database._prepared()
    event.listen(engine, "connect", no_room)
    engine.dispose()
    for _ in range(40):
        try:
            store.create_plan(database, PLAN)
        except StoreUnavailable:
            break
    else:
        pytest.fail("the disk never fills up")
    assert_only_sharing_fails(client)
    assert store.get_plan(database, keys.read).content == PLAN
    event.remove(engine, "connect", no_room)
    engine.dispose()
    store.create_plan(database, PLAN)


def test_a_writer_that_never_ends_is_named_and_readers_go_on(
    file: Path, database: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["recommender.store.database"], "WAIT_S", 0.2)
    keys = store.create_plan(database, PLAN)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert_only_sharing_fails(client)
        assert store.get_plan(database, keys.read).content == PLAN
    finally:
        other.close()
    store.create_plan(database, PLAN)


@pytest.mark.parametrize("damage", ["cut", "garbage", "page", "empty"])
def test_a_damaged_file_is_named_and_plans_are_made(
    file: Path, database: Database, client: TestClient, damage: str
) -> None:
    keys = store.create_plan(database, PLAN)
    database.close()
    whole = file.read_bytes()
    file.with_name(f"{file.name}-wal").unlink(missing_ok=True)
    damaged = {
        "cut": whole[: len(whole) // 2 + 100],
        "garbage": b"this is no database at all, and never was" * 100,
        "page": whole[:4096] + b"\x99" * (len(whole) - 4096),
        "empty": b"",
    }[damage]
    file.write_bytes(damaged)
    # A file without anything in it is a new one; the plan is gone and its link says so.
    with pytest.raises(ShareLinkError if damage == "empty" else StoreUnavailable):
        store.get_plan(database, keys.read)
    if damage != "empty":
        assert_only_sharing_fails(client)


def test_a_file_taken_away_while_the_server_runs_is_begun_anew(file: Path, database: Database) -> None:
    lost = store.create_plan(database, PLAN)
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    keys = store.create_plan(database, PLAN)
    assert file.exists(), "what is kept goes where it is found again"
    assert store.get_plan(database, keys.read).content == PLAN
    with pytest.raises(ShareLinkError):
        store.get_plan(database, lost.read)


def test_a_folder_that_cannot_be_written_stops_nobody_from_planning(
    monkeypatch: pytest.MonkeyPatch, client: TestClient
) -> None:
    sealed = Database("sqlite:////proc/kept.sqlite")
    monkeypatch.setattr(store, "database", lambda: sealed)
    assert_only_sharing_fails(client)


@pytest.mark.server
def test_a_postgresql_that_stops_is_named_soon_and_used_again_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, client: TestClient
) -> None:
    from tests.store.postgres import running_postgres

    with running_postgres() as server:
        database = Database(server.new_database("faults"))
        monkeypatch.setattr(store, "database", lambda: database)
        keys = store.create_plan(database, PLAN)
        server.stop()
        began = time.monotonic()
        assert_only_sharing_fails(client)
        assert time.monotonic() - began < 60
        server.start()
        assert store.get_plan(database, keys.read).content == PLAN
        database.close()


def test_what_can_be_stored_comes_back_whatever_characters_it_holds(database: Database) -> None:
    odd = {"name": "\x00 \ud800 民宿 ' ; -- \u202e"}
    keys = store.create_plan(database, Content(odd, odd, {}, "r", "zh"))
    assert json.dumps(store.get_plan(database, keys.read).content.request) == json.dumps(odd)
