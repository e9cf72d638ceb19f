"""So many a minute and no more, of each and of all together, counted in this process."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from recommender.errors import TooOften

MINUTE_S: Final = 60.0
MOST_CALLERS: Final = 20_000
"""So many are counted apart at once; of more, who came longest ago is forgotten."""


class Rate:
    """Lets ``a_minute`` pass within any minute; may be shared by threads.

    Parameters
    ----------
    clock
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._passed: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, a_minute: int) -> None:
        """Pass, or be told when to come back.

        Raises
        ------
        TooOften
            So many have passed within the minute; ``detail["retry_after_s"]`` says in how many seconds the next may.
        """
        with self._lock:
            now = self._clock()
            while self._passed and now - self._passed[0] >= MINUTE_S:
                self._passed.popleft()
            if len(self._passed) >= a_minute:
                raise TooOften(retry_after_s=max(1, math.ceil(MINUTE_S - (now - self._passed[0]))))
            self._passed.append(now)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left to a caller: of ``allowed`` in a minute ``left``, for ``reset_s`` seconds more."""

    allowed: int
    left: int
    reset_s: int


class Budget:
    """Counts by the minute that begins with a caller's first request; may be shared by threads.

    Parameters
    ----------
    clock
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str, allowed: int, cost: int = 1) -> tuple[bool, Standing]:
        """Whether ``cost`` more is granted, and what is left; what is refused costs nothing."""
        with self._lock:
            now = self._clock()
            since, used = self._windows.pop(caller, (now, 0))
            if now - since >= MINUTE_S:
                since, used = now, 0
            granted = used + cost <= max(allowed, cost) and used < allowed
            used += cost if granted else 0
            self._windows[caller] = since, used
            while len(self._windows) > MOST_CALLERS:
                self._windows.popitem(last=False)
            return granted, Standing(allowed, max(0, allowed - used), max(1, math.ceil(since + MINUTE_S - now)))

    def forget(self) -> None:
        """Begin anew for everybody."""
        with self._lock:
            self._windows.clear()


class Rates:
    """Lets so many of each pass in a minute, and so many of all together.

    Parameters
    ----------
    clock
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._all = Rate(clock)
        self._each = Budget(clock)

    def take(self, who: str, a_minute: int, of_all: int) -> None:
        """Pass, or be told when to come back; raises as `Rate.take`."""
        granted, standing = self._each.take(who, a_minute)
        if not granted:
            raise TooOften(retry_after_s=standing.reset_s)
        self._all.take(of_all)
