"""Getting ready behind the first visitor's back: the region and the compiled solver, in one daemon thread."""

from __future__ import annotations

import logging
import threading
import time

from recommender.errors import RecommenderError
from recommender.journal import log_json, note
from recommender.settings import settings

_log = logging.getLogger(__name__)


class WarmUp:
    """One warm-up and how far it got.

    Attributes
    ----------
    state
        ``starting``, ``ok``, or ``failed``: the data cannot be read.
    """

    def __init__(self) -> None:
        self.state = "starting"
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, once; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="warm-up", daemon=True)
            self._thread.start()

    def wait(self, timeout_s: float | None = None) -> None:
        """Until it is done."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        began = time.perf_counter()
        try:
            from recommender.warm import warm
            from recommender.web.tidy import tidy

            warm(apart=True)
            tidy()
        except RecommenderError as error:
            _log.error("the data cannot be used:\n%s", error.message("en"))
            self.state = "failed"
        except Exception:  # noqa: BLE001 - a thread of its own: nobody else would hear of it
            _log.exception("warming up failed")
            self.state = "failed"
        else:
            self.state = "ok"
        if settings().log_format == "json":
            log_json()
        note("warm", outcome=self.state, seconds=time.perf_counter() - began)


_warm_up = WarmUp()


def warm_up() -> WarmUp:
    """This process's warm-up."""
    return _warm_up
