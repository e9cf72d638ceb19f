"""A browser, and a server that is done getting ready."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from recommender import store
from recommender.store import Database
from tests.ui.chromium import launch
from tests.ui.desk import Desk, running_desk

READY_S = 120


@pytest.fixture(scope="session", autouse=True)
def packages_are_looked_through_once() -> Iterator[None]:
    """Streamlit reads what every installed package says of itself whenever a page is opened in a test: a second each."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def nobody_waits_for_proofs() -> Iterator[None]:
    """Pages drawn within a test set off no search for how far a plan is from the best one: it would go on for minutes after."""
    from recommender.ui import plans

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "proof", lambda *_: Future())
        yield


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit puts the page in the place of ``__main__``, which processes that a later test starts would then run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """What the pages keep, for one test alone."""
    opened = Database(f"sqlite:///{tmp_path}/kept.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    yield opened
    opened.close()


_running = ExitStack()
_browsers: list[Browser] = []


@pytest.fixture
def browser() -> Browser:
    """One for all tests that follow each other and need one; each visitor has a profile of their own."""
    if not _browsers:
        started = launch(_running.enter_context(sync_playwright()))
        _running.callback(started.close)
        _browsers.append(started)
    return _browsers[0]


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """While a browser is open there is a running event loop, which is in the way of tests that want their own."""
    if "browser" not in getattr(nextitem, "fixturenames", ()):
        _browsers.clear()
        _running.close()


@pytest.fixture(scope="module")
def warm_server(server: str) -> str:
    """A server that is still getting ready swaps plans while one looks; these tests are about what comes after."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{server}/healthz", timeout=10) as answer:
            if json.load(answer)["warm"]:
                return server
        time.sleep(0.1)
    pytest.fail(f"the server did not get warm within {READY_S} s")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One server with an open console for all tests of it; who publishes takes it back."""
    folder = tmp_path_factory.mktemp("desk")
    with running_desk(folder, f"sqlite:///{folder}/jinzhong.sqlite") as running:
        yield running
