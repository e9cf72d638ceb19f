"""The clock jumps: nobody stays in for ever, nobody is kept out for ever, and nothing is swept that is of today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from recommender import store
from recommender.bureau import logins, passwords, people, publishing
from recommender.errors import LoginFailed, ShareLinkError, TooManyAttempts, TooOften
from recommender.store import Content, Database, FactReport, upkeep
from recommender.store import rate as rates

PLAN = Content({}, {}, {}, "0123456789ab", "zh")
REPORT = FactReport("shuanglin-si", "hours", "", "0123456789ab", "zh")
PASSWORD = "一把很长很长的钥匙 2027"
NOW = dt.datetime(2027, 4, 1, 12, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)


class Clock:
    """The clock that staff's rooms look at."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self, connection: object) -> dt.datetime:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    from recommender.bureau import desk

    made = Clock()
    for room in (logins, people, desk, publishing):
        if hasattr(room, "clock"):
            monkeypatch.setattr(room, "clock", made)
    return made


@pytest.fixture
def entered(address: str, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database with one admin."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    monkeypatch.setattr(passwords, "_nobody", lambda: quick.hash("nobody"))
    database = Database(address)
    token = people.first_admin_link(database=database)
    assert token is not None
    people.create_first_admin(token, "admin", PASSWORD, database=database)
    yield database
    database.close()


def test_a_session_from_the_future_is_none(entered: Database, time: Clock) -> None:
    time.now = NOW + YEAR
    token = logins.login("admin", PASSWORD, database=entered)
    assert logins.find_person(token, database=entered) is not None
    time.now = NOW
    assert logins.find_person(token, database=entered) is None, "it would stay open for a year"
    assert logins.find_person(logins.login("admin", PASSWORD, database=entered), database=entered) is not None


def test_a_clock_a_little_off_ends_no_session(entered: Database, time: Clock) -> None:
    token = logins.login("admin", PASSWORD, database=entered)
    time.now = NOW - dt.timedelta(seconds=20)
    assert logins.find_person(token, database=entered) is not None


def test_a_session_ends_when_the_clock_goes_on(entered: Database, time: Clock) -> None:
    token = logins.login("admin", PASSWORD, database=entered)
    time.now = NOW + logins.SESSION
    assert logins.find_person(token, database=entered) is None


def test_attempts_of_a_time_to_come_keep_nobody_out(entered: Database, time: Clock) -> None:
    time.now = NOW + YEAR
    for _ in range(logins.MOST_PER_ACCOUNT):
        with pytest.raises(LoginFailed):
            logins.login("admin", "wrong", database=entered)
    with pytest.raises(TooManyAttempts) as caught:
        logins.login("admin", PASSWORD, database=entered)
    assert caught.value.detail["minutes"] <= 15
    time.now = NOW
    assert logins.login("admin", PASSWORD, database=entered)


def test_reports_of_a_time_to_come_stop_no_others(database: Database) -> None:
    for _ in range(3):
        store.add_report(database, REPORT, 3, now=NOW + YEAR)
    with pytest.raises(TooOften):
        store.add_report(database, REPORT, 3, now=NOW + YEAR)
    store.add_report(database, REPORT, 3, now=NOW)
    assert len(store.list_reports(database)) == 4


def test_a_clock_that_jumps_ahead_sweeps_no_plan_of_today(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keys = store.create_plan(database, PLAN)
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "_BEGAN", dt.datetime.now(dt.UTC) - 2 * YEAR)
        assert not store.sweep(database, 400)
    assert store.get_plan(database, keys.read).content == PLAN
    assert "the clock has jumped" in caplog.text
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "_BEGAN", dt.datetime.now(dt.UTC) + 2 * YEAR)
        assert not store.sweep(database, 400), "back is a jump too"
    assert store.sweep(database, 400), "with the clock as it was the day is done"


def test_rates_do_not_look_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    rate = rates.Rate(clock=lambda: seconds[0])
    rate.take(1)
    with pytest.raises(TooOften):
        rate.take(1)
    seconds[0] += 60
    rate.take(1)
    import time as machine

    assert rates.Rate()._clock is machine.monotonic


def test_a_plan_deleted_stays_deleted_whatever_the_clock_says(database: Database) -> None:
    keys = store.create_plan(database, PLAN)
    store.delete_plan(database, keys.edit)
    with pytest.raises(ShareLinkError):
        store.get_plan(database, keys.read)
