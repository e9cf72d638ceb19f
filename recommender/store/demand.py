"""How often visitors asked for something: counts a day, of nobody in particular.

Counts are gathered in memory and written together, behind whatever a visitor is waiting for. A database that is away loses
nobody's plan and, for a while, not even the counts. The table is bounded: so many subjects a day and kind, so many days.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, Date, Integer, MetaData, String, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from recommender.errors import StoreUnavailable
from recommender.store.database import Database

MOST_A_DAY: Final = 600
"""Subjects of one kind that are counted on one day; more places than there are."""
MOST_WAITING: Final = 2_000
"""Counts that wait in memory for a database that is away."""
EVERY_S: Final = 20.0
AGAIN_S: Final = 120.0
"""After how long a database that was away is tried again."""
LONGEST: Final = 80
_LOCAL: Final = ZoneInfo("Asia/Shanghai")
_log = logging.getLogger(__name__)

_demand: Final = Table(
    "demand",
    MetaData(),
    Column("day", Date, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("subject", String(LONGEST), primary_key=True),
    Column("times", Integer, nullable=False),
)
Key = tuple[dt.date, str, str]


def add_counts(connection: Connection, counts: Counter[Key]) -> None:
    """Add to what is counted, all in one statement; subjects beyond a day's bound are left out."""
    rows = [
        {"day": day, "kind": kind, "subject": subject, "times": times}
        for (day, kind, subject), times in sorted(_bounded(connection, counts).items())
    ]
    if not rows:
        return
    upsert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(_demand)
    known = [_demand.c.day, _demand.c.kind, _demand.c.subject]
    added = {"times": _demand.c.times + upsert.excluded.times}
    connection.execute(upsert.on_conflict_do_update(index_elements=known, set_=added), rows)


def _bounded(connection: Connection, counts: Counter[Key]) -> dict[Key, int]:
    room: dict[tuple[dt.date, str], set[str]] = {}
    kept: dict[Key, int] = {}
    for (day, kind, subject), times in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if (day, kind) not in room:
            mine = select(_demand.c.subject).where(_demand.c.day == day, _demand.c.kind == kind)
            room[day, kind] = set(connection.execute(mine).scalars())
        known = room[day, kind]
        if subject in known or len(known) < MOST_A_DAY:
            known.add(subject)
            kept[day, kind, subject] = times
    return kept


def list_demand(connection: Connection, first: dt.date, last: dt.date) -> list[tuple[str, str, int]]:
    """Kind, subject and how often, from one day to another, most often first."""
    times = func.sum(_demand.c.times)
    query = (
        select(_demand.c.kind, _demand.c.subject, times)
        .where(_demand.c.day >= first, _demand.c.day <= last)
        .group_by(_demand.c.kind, _demand.c.subject)
        .order_by(times.desc(), _demand.c.kind, _demand.c.subject)
    )
    return [(kind, subject, int(count)) for kind, subject, count in connection.execute(query)]


def list_days(connection: Connection) -> list[tuple[dt.date, str, str, int]]:
    """Every row as it is: day, kind, subject, times."""
    query = select(_demand).order_by(_demand.c.day, _demand.c.kind, _demand.c.subject)
    return [(row.day, row.kind, row.subject, row.times) for row in connection.execute(query)]


def sweep_demand(database: Database, before: dt.date) -> int:
    """Delete what was counted before a day; returns how many rows."""
    with database.writing() as connection:
        return connection.execute(delete(_demand).where(_demand.c.day < before)).rowcount


class Tally:
    """Counts that wait to be written; shared by threads, and never in anybody's way.

    Parameters
    ----------
    database
        Asked for when there is something to write.
    clock
        Seconds that only grow.
    """

    def __init__(self, database: Callable[[], Database], clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._waiting: Counter[Key] = Counter()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._next = clock() + EVERY_S

    def add(self, kind: str, subjects: Iterable[str]) -> None:
        """Count once for each subject; returns at once."""
        today = dt.datetime.now(_LOCAL).date()
        with self._lock:
            for subject in subjects:
                key = (today, kind, subject[:LONGEST])
                if key in self._waiting or len(self._waiting) < MOST_WAITING:
                    self._waiting[key] += 1
            due = bool(self._waiting) and self._clock() >= self._next
            if due:
                self._next = self._clock() + EVERY_S
        if due:
            threading.Thread(target=self.write, name="demand", daemon=True).start()

    def write(self) -> bool:
        """Write what waits; False where the database is away, and it goes on waiting."""
        with self._writing:
            with self._lock:
                taken, self._waiting = self._waiting, Counter()
            if not taken:
                return True
            try:
                with self._database().writing() as connection:
                    add_counts(connection, taken)
            except StoreUnavailable:
                _log.warning("what visitors asked for could not be counted")
                with self._lock:
                    for key, times in self._waiting.items():
                        taken[key] += times
                    self._waiting = Counter(dict(taken.most_common(MOST_WAITING)))
                    self._next = self._clock() + AGAIN_S
                return False
            return True
