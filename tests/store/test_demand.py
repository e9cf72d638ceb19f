"""What visitors asked for, counted by the day: bounded, in one statement, and in nobody's way."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest

from recommender.errors import StoreUnavailable
from recommender.store import Database, demand
from recommender.store.demand import Tally, add_counts, list_days, list_demand, sweep_demand

DAY = dt.date(2027, 4, 1)


def add(database: Database, day: dt.date = DAY, kind: str = "avoided", **times: int) -> None:
    with database.writing() as connection:
        add_counts(connection, Counter({(day, kind, subject): count for subject, count in times.items()}))


def test_counts_of_a_day_add_up_and_come_out_by_how_often(database: Database) -> None:
    add(database, a=2, b=5)
    add(database, a=4)
    add(database, DAY + dt.timedelta(days=40), a=100)
    with database.reading() as connection:
        assert list_demand(connection, DAY, DAY + dt.timedelta(days=30)) == [("avoided", "a", 6), ("avoided", "b", 5)]
        assert [row[3] for row in list_days(connection)] == [6, 5, 100]


def test_a_day_has_only_so_many_subjects_and_known_ones_still_count(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demand, "MOST_A_DAY", 3)
    add(database, kind="search", a=1, b=1)
    add(database, kind="search", c=1, d=9, e=8, a=2)
    add(database, kind="avoided", x=1)
    with database.reading() as connection:
        found = {(kind, subject): times for _, kind, subject, times in list_days(connection)}
    assert found == {("search", "a"): 3, ("search", "b"): 1, ("search", "d"): 9, ("avoided", "x"): 1}


def test_old_counts_go(database: Database) -> None:
    add(database, a=1)
    add(database, DAY + dt.timedelta(days=1), a=1)
    assert sweep_demand(database, DAY + dt.timedelta(days=1)) == 1


def test_many_at_once_lose_no_count(database: Database) -> None:
    def work() -> None:
        for _ in range(5):
            add(database, a=1, b=2)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert list_demand(connection, DAY, DAY) == [("avoided", "b", 40), ("avoided", "a", 20)]


def test_a_tally_writes_all_that_waits_in_one_go(database: Database) -> None:
    now = [0.0]
    tally = Tally(lambda: database, lambda: now[0])
    tally.add("removed", ["a", "b"])
    tally.add("removed", ["a"])
    with database.reading() as connection:
        assert list_days(connection) == []
    assert tally.write()
    with database.reading() as connection:
        assert sorted(row[2:] for row in list_days(connection)) == [("a", 2), ("b", 1)]
    assert tally.write()


def test_after_a_while_a_tally_writes_behind_whoever_counts(database: Database) -> None:
    now = [0.0]
    tally = Tally(lambda: database, lambda: now[0])
    now[0] = demand.EVERY_S + 1
    tally.add("removed", ["a"])
    for thread in threading.enumerate():
        if thread.name == "demand":
            thread.join(20)
    with database.reading() as connection:
        assert [row[2:] for row in list_days(connection)] == [("a", 1)]


def test_a_database_that_is_away_stops_nobody_and_loses_no_count(database: Database) -> None:
    away = [True]

    def where() -> Database:
        if away[0]:
            raise StoreUnavailable
        return database

    tally = Tally(where)
    tally.add("removed", ["a"])
    assert not tally.write()
    tally.add("removed", ["a"])
    away[0] = False
    assert tally.write()
    with database.reading() as connection:
        assert [row[2:] for row in list_days(connection)] == [("a", 2)]


def test_what_waits_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demand, "MOST_WAITING", 5)
    tally = Tally(lambda: database)
    tally.add("search", [f"name {k}" for k in range(50)])
    tally.write()
    with database.reading() as connection:
        assert len(list_days(connection)) == 5
