"""Less to look through for the collector of cyclic garbage, which Streamlit runs in full after every run of the page.

What has lived for a minute, modules, region and compiled code above all, is set aside. It would take longer to look through than
the page takes to draw. Once a minute everything is looked through all the same, so that nothing that has died stays.
"""

from __future__ import annotations

import gc
import threading
from typing import Final

EVERY_S: Final = 60.0


def tidy() -> None:
    """Collect everything that is dead, and set aside what is not."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Tidying:
    """A daemon thread that tidies up again and again."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, once; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tidy", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End, and give everything back to the collector."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        gc.unfreeze()

    def _run(self) -> None:
        while not self._ended.wait(self._every_s):
            tidy()
