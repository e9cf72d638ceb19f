"""Shared plans in the database: the same promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import json
import logging
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from recommender import store
from recommender.errors import RevisionConflict, ShareLinkError, StoreUnavailable
from recommender.store import Content, Database
from recommender.store.plans import TOKEN_BYTES
from tests.store.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]

PLAN = Content(
    request={"start_date": "2027-04-17", "days": 2},
    itinerary={"schema": "itinerary/1", "days": [{"items": []}], "note": "平遥\u2028 \U0001f3ee \x00 ' \" \\ %s :x"},
    places={"shuanglin-si": ["双林寺", "Shuanglin Temple", 37.166, 112.127]},
    revision="r1",
    lang="zh",
)
OTHER = Content({"days": 3}, {"days": []}, {}, "r2", "en")


# ------------------------------------------------------------------------------------------------- promises


def test_a_stored_plan_is_read_by_its_read_token_and_edited_by_its_edit_token(database: Database) -> None:
    before = dt.datetime.now(dt.UTC)
    keys = store.create_plan(database, PLAN)
    found = store.get_plan(database, keys.read)
    assert found.content == PLAN
    assert (found.read_token, found.version) == (keys.read, 1)
    assert before <= found.created == found.updated <= dt.datetime.now(dt.UTC)
    assert store.get_plan_to_edit(database, keys.edit) == found


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )
)
@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_and_json_comes_back_exactly(database: Database, data: Any) -> None:
    keys = store.create_plan(database, Content(data, [data], {"k": data}, "r", "zh"))
    found = store.get_plan(database, keys.read).content
    # repr also tells 1 from 1.0, True from 1, and one order of names from another.
    assert repr((found.request, found.itinerary, found.places)) == repr((data, [data], {"k": data}))


def test_a_change_keeps_links_and_counts_versions(database: Database) -> None:
    keys = store.create_plan(database, PLAN)
    assert store.update_plan(database, keys.edit, 1, OTHER) == 2
    found = store.get_plan(database, keys.read)
    assert (found.content, found.version) == (OTHER, 2)
    assert found.updated >= found.created


def test_the_second_of_two_tabs_gets_a_conflict_and_nothing_is_lost(database: Database) -> None:
    keys = store.create_plan(database, PLAN)
    store.update_plan(database, keys.edit, 1, OTHER)
    with pytest.raises(RevisionConflict) as caught:
        store.update_plan(database, keys.edit, 1, PLAN)
    assert caught.value.detail == {"version": 2}
    assert store.get_plan(database, keys.read).content == OTHER
    assert store.update_plan(database, keys.edit, 2, PLAN) == 3


def test_of_many_changes_at_once_exactly_one_wins(database: Database) -> None:
    keys = store.create_plan(database, PLAN)

    def change(number: int) -> int | None:
        try:
            store.update_plan(database, keys.edit, 1, Content({"n": number}, {}, {}, "r", "zh"))
        except RevisionConflict:
            return None
        return number

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        won = [number for number in pool.map(change, range(16)) if number is not None]
    assert len(won) == 1
    found = store.get_plan(database, keys.read)
    assert (found.content.request, found.version) == ({"n": won[0]}, 2)


def test_a_deleted_plan_is_gone_for_both_links(database: Database) -> None:
    keys, other = store.create_plan(database, PLAN), store.create_plan(database, PLAN)
    store.delete_plan(database, keys.edit)
    for gone in (
        lambda: store.get_plan(database, keys.read),
        lambda: store.get_plan_to_edit(database, keys.edit),
        lambda: store.update_plan(database, keys.edit, 1, OTHER),
        lambda: store.delete_plan(database, keys.edit),
    ):
        with pytest.raises(ShareLinkError):
            gone()
    assert store.get_plan(database, other.read).content == PLAN


@pytest.mark.parametrize("damage", ["cut", "longer", "case", "empty", "nul", "chinese", "quote", "surrogate", "huge"])
def test_a_token_that_is_not_exactly_right_opens_nothing(database: Database, damage: str) -> None:
    keys = store.create_plan(database, PLAN)

    def damaged(token: str) -> str:
        return {
            "cut": token[:-1], "longer": token + "A", "case": token.swapcase(), "empty": "", "nul": token + "\x00",
            "chinese": "平遥", "quote": "' OR 1=1 --", "surrogate": "\ud800", "huge": token * 10_000,
        }[damage]  # fmt: skip

    for call in (store.get_plan, store.get_plan_to_edit):
        token = keys.read if call is store.get_plan else keys.edit
        with pytest.raises(ShareLinkError):
            call(database, damaged(token))
    with pytest.raises(ShareLinkError):
        store.update_plan(database, damaged(keys.edit), 1, OTHER)
    with pytest.raises(ShareLinkError):
        store.delete_plan(database, damaged(keys.edit))
    assert store.get_plan(database, keys.read).content == PLAN


def test_one_token_does_not_do_the_work_of_the_other(database: Database) -> None:
    keys = store.create_plan(database, PLAN)
    with pytest.raises(ShareLinkError):
        store.get_plan_to_edit(database, keys.read)
    with pytest.raises(ShareLinkError):
        store.get_plan(database, keys.edit)
    with pytest.raises(ShareLinkError):
        store.delete_plan(database, keys.read)


def test_tokens_are_long_and_the_edit_token_is_nowhere_in_the_database(database: Database) -> None:
    assert TOKEN_BYTES * 8 >= 128
    many = [store.create_plan(database, PLAN) for _ in range(20)]
    tokens = [token for keys in many for token in (keys.read, keys.edit)]
    assert len(set(tokens)) == len(tokens)
    assert all(len(token) >= TOKEN_BYTES * 4 // 3 for token in tokens)
    with database.reading() as connection:
        stored = repr(connection.execute(text("SELECT * FROM shared_plans")).all())
    assert many[0].read in stored
    assert not any(keys.edit in stored for keys in many)


def test_what_fails_halfway_leaves_nothing_behind(database: Database) -> None:
    keys = store.create_plan(database, PLAN)

    def fail() -> None:
        with database.writing() as connection:
            connection.execute(text("DELETE FROM shared_plans"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.get_plan(database, keys.read).content == PLAN


# ------------------------------------------------------------------------------------------------ processes


_OTHER_PROCESS = """
import json, sys
from recommender import store
from recommender.store import Content, Database
database = Database(sys.argv[1])
if sys.argv[2] == "create":
    keys = store.create_plan(database, Content({"from": "another process"}, {"名": "平遥"}, {}, "r", "zh"))
    print(json.dumps([keys.read, keys.edit]))
else:
    print(json.dumps(store.get_plan(database, sys.argv[2]).content.itinerary))
database.close()
"""


def _start(address: str, what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", _OTHER_PROCESS, address, what]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _answer(process: subprocess.Popen[str]) -> Any:
    out, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert complaints == ""
    return json.loads(out)


def test_a_plan_stored_by_one_process_is_read_by_the_next(address: str, database: Database) -> None:
    read, edit = _answer(_start(address, "create"))
    assert _answer(_start(address, read)) == {"名": "平遥"}
    assert store.get_plan_to_edit(database, edit).content.request == {"from": "another process"}


def test_replicas_that_start_at_once_make_the_tables_once(address: str, database: Database) -> None:
    starting = [_start(address, "create") for _ in range(5)]
    made = [_answer(process) for process in starting]
    for read, _ in made:
        assert store.get_plan(database, read).content.itinerary == {"名": "平遥"}


def test_the_tables_are_as_the_program_thinks(database: Database) -> None:
    """The last migration and the table in the code say the same."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from recommender.store import accounts, audit, demand, drafts, partners, pictures, plans, reports, revisions

    tables = (
        plans._plans, reports._reports, audit._audit, revisions._revisions, drafts._drafts, accounts._accounts, demand._demand,
        pictures._pictures, partners._partners,
    )  # fmt: skip
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, [table.metadata for table in tables]) == []  # type: ignore[arg-type] # a list will do


# --------------------------------------------------------------------------------------------- out of order


def test_a_database_newer_than_the_program_is_left_alone(database: Database, address: str) -> None:
    keys = store.create_plan(database, PLAN)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    later = Database(address)
    with pytest.raises(StoreUnavailable):
        store.get_plan(later, keys.read)
    later.close()
    assert store.get_plan(database, keys.read).content == PLAN


def test_a_server_that_is_away_is_named_and_its_password_is_not(caplog: pytest.LogCaptureFixture) -> None:
    away = Database("postgresql://jz:topsecret@127.0.0.1:1/plans")
    with caplog.at_level(logging.ERROR), pytest.raises(StoreUnavailable) as caught:
        store.create_plan(away, PLAN)
    assert "topsecret" not in caplog.text
    assert "127.0.0.1" in caplog.text
    for lang in ("zh", "en"):
        assert "topsecret" not in caught.value.message(lang)


@pytest.mark.parametrize("address", ["", "plans.sqlite", "mysql://host/plans", "postgresql://host:port/plans"])
def test_an_address_of_nothing_we_know_is_a_named_error(address: str) -> None:
    with pytest.raises(StoreUnavailable):
        Database(address)


def test_a_file_that_is_no_database_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "plans.sqlite").write_text("平遥" * 1000, encoding="utf-8")
    with pytest.raises(StoreUnavailable):
        store.create_plan(Database(f"sqlite:///{tmp_path}/plans.sqlite"), PLAN)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        store.create_plan(Database(f"sqlite:///{tmp_path}/file/plans.sqlite"), PLAN)


def test_sqlite_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/plans.sqlite")
    keys = store.create_plan(database, PLAN)
    with sqlite3.connect(tmp_path / "plans.sqlite") as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()
    with database.writing() as connection:
        connection.execute(text("DELETE FROM shared_plans"))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            assert pool.submit(store.get_plan, database, keys.read).result(5).content == PLAN
    database.close()


@pytest.mark.server
def test_a_server_that_came_back_is_used_again(postgres: Postgres) -> None:
    database = Database(postgres.new_database("came_back"))
    keys = store.create_plan(database, PLAN)
    postgres.stop()
    with pytest.raises(StoreUnavailable):
        store.get_plan(database, keys.read)
    postgres.start()
    assert store.get_plan(database, keys.read).content == PLAN
    database.close()
