"""So many a minute and no more, of each and of all together, counted in this process."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from recommender.errors import TooOften

MINUTE_S = 60.0
MOST_KNOWN = 20_000
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


class Rates:
    """Lets so many of each pass within any minute, and so many of all together.

    Parameters
    ----------
    clock
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Rate(clock)
        self._each: OrderedDict[str, Rate] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: str, a_minute: int, of_all: int) -> None:
        """Pass, or be told when to come back; raises as `Rate.take`."""
        with self._lock:
            own = self._each.setdefault(who, Rate(self._clock))
            self._each.move_to_end(who)
            while len(self._each) > MOST_KNOWN:
                self._each.popitem(last=False)
        own.take(a_minute)
        self._all.take(of_all)
