"""What is done now and then so that nothing grows for ever: plans nobody opens, old reports and old counts go."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from typing import Final
from weakref import WeakKeyDictionary

from recommender.errors import StoreUnavailable
from recommender.store.database import Database
from recommender.store.demand import sweep_demand
from recommender.store.plans import sweep_plans
from recommender.store.reports import sweep_reports

JUMP: Final = dt.timedelta(days=1)
_BEGAN: Final = dt.datetime.now(dt.UTC)
_BEGAN_S: Final = time.monotonic()
_swept: Final[WeakKeyDictionary[Database, dt.date]] = WeakKeyDictionary()
_lock: Final = threading.Lock()
_log = logging.getLogger(__name__)


def tidy(database: Database, keep_days: int) -> None:
    """Sweep after something was stored; that is done already, so that a failure here is for the log alone."""
    try:
        sweep(database, keep_days)
    except StoreUnavailable:
        _log.warning("old plans and reports could not be swept")


def _has_jumped(now: dt.datetime) -> bool:
    """Whether the clock went another way than time did since this process began: what is old by it may be of today."""
    passed = dt.timedelta(seconds=time.monotonic() - _BEGAN_S)
    return abs(now - _BEGAN - passed) > JUMP


def sweep(database: Database, keep_days: int, *, now: dt.datetime | None = None) -> bool:
    """Delete what is too old, once a day in each process; returns whether this was the time.

    Parameters
    ----------
    keep_days
        Plans that were not opened for so many days go, and reports and counts from before them.
    now
        The instant; the clock's by default.

    Raises
    ------
    StoreUnavailable
        The database cannot be used; it is tried again on the next day.
    """
    if now is None:
        now = dt.datetime.now(dt.UTC)
        if _has_jumped(now):
            _log.warning("the clock has jumped: nothing is swept by it")
            return False
    with _lock:
        if _swept.get(database) == now.date():
            return False
        _swept[database] = now.date()
    before = now - dt.timedelta(days=keep_days)
    sweep_plans(database, before)
    sweep_reports(database, before)
    sweep_demand(database, before.date())
    return True
