"""So many pages and plans a minute for each partner: a flood through one hotel's link is that hotel's alone.

Half of them are for one guest: a flood from one address leaves the other half to the house and its other guests.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from recommender.errors import TooOften
from recommender.settings import settings
from recommender.store import Rates

AT_ONCE: Final = 3
"""Plans of one partner that may be in the making; others' wait in no queue behind them."""
OF_ONE: Final = 2
"""Of these, as many for one guest."""
MOST_KNOWN: Final = 2_000
NOBODY: Final = ""
"""Links that do not hold share one allowance."""


@dataclass(slots=True)
class _Allowance:
    pages: Rates = field(default_factory=Rates)
    plans: Rates = field(default_factory=Rates)
    busy: Counter[str] = field(default_factory=Counter)


_allowances: Final[dict[str, _Allowance]] = {}
_lock: Final = threading.Lock()


def take_page(partner: str, guest: str) -> None:
    """Let a page pass.

    Parameters
    ----------
    guest
        Who asks for it, as the limits of the door know them.

    Raises
    ------
    TooOften
        The partner has had as many within the minute as the settings allow, or the guest half of them.
    """
    _take(_of(partner).pages, guest, settings().partner_pages_per_minute)


def _take(rates: Rates, guest: str, allowed: int) -> None:
    rates.take(guest, max(1, allowed // 2), allowed)


@contextmanager
def planning(partner: str, guest: str) -> Iterator[None]:
    """Make a plan.

    Raises
    ------
    TooOften
        As `take_page`, or enough are in the making, for all or for this guest.
    """
    own = _of(partner)
    with _lock:
        if own.busy.total() >= AT_ONCE or own.busy[guest] >= OF_ONE:
            raise TooOften(retry_after_s=5)
        own.busy[guest] += 1
    try:
        _take(own.plans, guest, settings().partner_plans_per_minute)
        yield
    finally:
        with _lock:
            own.busy[guest] -= 1
            own.busy += Counter()


def _of(partner: str) -> _Allowance:
    with _lock:
        if len(_allowances) >= MOST_KNOWN:
            _allowances.clear()
        return _allowances.setdefault(partner, _Allowance())
