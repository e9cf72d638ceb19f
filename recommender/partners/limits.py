"""So many pages and plans a minute for each partner: a flood through one hotel's link is that hotel's alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from recommender.errors import TooOften
from recommender.settings import settings
from recommender.store import Rate

AT_ONCE: Final = 2
"""Plans of one partner that may be in the making; others' wait in no queue behind them."""
MOST_KNOWN: Final = 2_000
NOBODY: Final = ""
"""Links that do not hold share one allowance."""


@dataclass(slots=True)
class _Allowance:
    pages: Rate = field(default_factory=Rate)
    plans: Rate = field(default_factory=Rate)
    busy: int = 0


_allowances: Final[dict[str, _Allowance]] = {}
_lock: Final = threading.Lock()


def take_page(partner: str) -> None:
    """Let a page pass.

    Raises
    ------
    TooOften
        The partner has had as many within the minute as the settings allow.
    """
    _of(partner).pages.take(settings().partner_pages_per_minute)


@contextmanager
def planning(partner: str) -> Iterator[None]:
    """Make a plan.

    Raises
    ------
    TooOften
        The partner has had as many within the minute as the settings allow, or enough are in the making.
    """
    own = _of(partner)
    with _lock:
        if own.busy >= AT_ONCE:
            raise TooOften(retry_after_s=5)
        own.busy += 1
    try:
        own.plans.take(settings().partner_plans_per_minute)
        yield
    finally:
        with _lock:
            own.busy -= 1


def _of(partner: str) -> _Allowance:
    with _lock:
        if len(_allowances) >= MOST_KNOWN:
            _allowances.clear()
        return _allowances.setdefault(partner, _Allowance())
