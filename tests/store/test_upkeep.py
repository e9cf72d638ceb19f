"""What keeps the tables small: reports bounded, old plans swept, so many a minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from recommender import store
from recommender.errors import ShareLinkError, TooOften
from recommender.store import Content, Database, FactReport, Rate, Rates
from tests.store.postgres import Postgres, running_postgres

_names = count()
NOW = dt.datetime(2027, 4, 17, 9, 30, tzinfo=dt.UTC)
REPORT = FactReport("shuanglin-si", "hours", "门口写 17:00 停止入园 🏮", "r1", "zh")
PLAN = Content({"days": 2}, {"days": []}, {}, "r1", "zh")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/upkeep.sqlite"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        address = server.new_database(f"upkeep_{next(_names)}")
    opened = Database(address)
    yield opened
    opened.close()


def test_a_report_is_listed_as_it_was_sent_the_latest_first(database: Database) -> None:
    store.add_report(database, REPORT, 10, now=NOW)
    other = FactReport("zhenguo-si", "closed", "", "r1", "en")
    store.add_report(database, other, 10, now=NOW + dt.timedelta(minutes=1))
    found = store.list_reports(database)
    assert [one.report for one in found] == [other, REPORT]
    assert found[1].sent == NOW
    assert [one.report for one in store.list_reports(database, place="shuanglin-si")] == [REPORT]
    assert len(store.list_reports(database, limit=1)) == 1


def test_a_flood_of_reports_ends_within_the_hour_and_the_next_hour_is_free(database: Database) -> None:
    for _ in range(3):
        store.add_report(database, REPORT, 3, now=NOW)
    with pytest.raises(TooOften):
        store.add_report(database, REPORT, 3, now=NOW + dt.timedelta(minutes=59))
    assert len(store.list_reports(database)) == 3
    store.add_report(database, REPORT, 3, now=NOW + dt.timedelta(minutes=61))


def test_a_longer_text_than_allowed_is_never_stored(database: Database) -> None:
    store.add_report(database, FactReport("a", "other", "长" * 600, "r1", "zh"), 10, now=NOW)
    assert len(store.list_reports(database)[0].report.text) == store.LONGEST_TEXT


def test_a_plan_that_nobody_opens_goes_and_one_that_was_opened_stays(database: Database) -> None:
    forgotten, opened = store.create_plan(database, PLAN), store.create_plan(database, PLAN)
    with database.writing() as connection:
        connection.execute(text("UPDATE shared_plans SET opened = :day"), {"day": "2020-01-01 00:00:00"})
    store.get_plan(database, opened.read)
    assert store.sweep_plans(database, dt.datetime.now(dt.UTC) - dt.timedelta(days=400)) == 1
    assert store.get_plan(database, opened.read).content == PLAN
    with pytest.raises(ShareLinkError):
        store.get_plan(database, forgotten.read)


def test_sweeping_is_done_once_a_day(database: Database) -> None:
    store.add_report(database, REPORT, 10, now=NOW)
    assert store.sweep(database, 30, now=NOW)
    assert not store.sweep(database, 30, now=NOW + dt.timedelta(hours=1))
    assert len(store.list_reports(database)) == 1
    assert store.sweep(database, 30, now=NOW + dt.timedelta(days=31))
    assert store.list_reports(database) == []


def test_so_many_a_minute_pass_and_the_next_is_told_when() -> None:
    seconds = [0.0]
    rate = Rate(lambda: seconds[0])
    rate.take(2)
    seconds[0] = 10.5
    rate.take(2)
    with pytest.raises(TooOften) as caught:
        rate.take(2)
    assert caught.value.detail == {"retry_after_s": 50}
    seconds[0] = 60.0
    rate.take(2)


def test_who_has_had_a_share_takes_nothing_of_the_others() -> None:
    rates = Rates(lambda: 0.0)
    rates.take("flood", 1, 2)
    for _ in range(5):
        with pytest.raises(TooOften):
            rates.take("flood", 1, 2)
    rates.take("other", 1, 2)
    with pytest.raises(TooOften):
        rates.take("third", 1, 2)
