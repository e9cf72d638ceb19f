"""So many a minute and no more, counted in this process."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from recommender.errors import TooOften

MINUTE_S = 60.0


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
