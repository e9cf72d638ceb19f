"""What lives long is set aside from the collector, and what has died is found all the same."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator

import pytest

from recommender.web.tidy import Tidying, tidy


class Knot:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_lives_is_set_aside() -> None:
    gc.unfreeze()
    tidy()
    assert gc.get_freeze_count() > 1_000
    assert gc.get_count()[2] <= 1


def test_what_was_set_aside_and_has_died_is_collected() -> None:
    knot = Knot()
    seen = weakref.ref(knot)
    tidy()
    del knot
    gc.collect()
    assert seen() is not None
    tidy()
    assert seen() is None


def test_tidying_goes_on_by_itself_and_gives_everything_back() -> None:
    tidying = Tidying(0.01)
    tidying.start()
    tidying.start()
    until = time.monotonic() + 60
    while not (frozen := gc.get_freeze_count()) and time.monotonic() < until:
        time.sleep(0.001)
    assert frozen
    tidying.stop()
    assert gc.get_freeze_count() == 0
