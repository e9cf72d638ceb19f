"""``kill -9`` at any moment of a first start, import, save or publication: what was acknowledged is there, the rest is not."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from recommender.catalog.records import catalog_of
from recommender.store import Database, audit, drafts, revisions
from recommender.store.database import clock
from tests.bureau.killed import IMPORTED
from tests.store.postgres import Postgres

ROOT: Final = Path(__file__).resolve().parents[2]
LATEST_S: Final = 0.35
"""A worker is killed within this of its first word; it begins to save after some hundredths of a second."""
_names = count()
ROUNDS: Final = [pytest.param(12), pytest.param(200, marks=pytest.mark.heavy)]


class Worker:
    """The process that forks workers."""

    def __init__(self, data_dir: Path) -> None:
        command = [sys.executable, "-m", "tests.bureau.killed", str(data_dir)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == {"ready": True}

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def run_and_kill(self, address: str, seed: int, after_s: float, *, at_work: bool = True) -> list[dict[str, Any]]:
        """What a worker acknowledged before it was killed, so long after its first word or, if not ``at_work``, its birth."""
        assert self._process.stdin is not None
        print(address, seed, file=self._process.stdin, flush=True)
        said: list[dict[str, Any]] = []
        killed = False
        while "gone" not in (line := self._line()):
            said.append(line)
            pid = next((one["pid"] for one in said if "pid" in one), None)
            if pid is not None and len(said) > at_work and not killed:
                time.sleep(after_s)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                killed = True
        assert not any("failed" in line for line in said), said[-2:]
        return said

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture
def worker(little_data: Path) -> Iterator[Worker]:
    started = Worker(little_data)
    yield started
    started.close()


def _check(address: str, said: list[dict[str, Any]]) -> int:
    """The database opens and holds all that was acknowledged, and nothing by halves; how much that was."""
    database = Database(address)
    with database.reading() as connection:
        assert audit.find_break(connection) is None
        published = revisions.find_published(connection, clock(connection))
        line = {p.number: p.revision for p in revisions.list_publications(connection)}
        assert (published is None) == (not line)
        for revision in set(line.values()):
            assert catalog_of(revisions.get_tables(connection, revision)).revision == revision
        for found in said:
            if "published" in found:
                assert line[found["published"]] == found["revision"]
            elif "saved" in found:
                edits = {
                    e.version: e for e in drafts.list_edits(connection, found["saved"], "attractions", found["key"])
                }
                assert edits[found["version"]].cells == found["cells"]
            elif "draft" in found:
                assert drafts.find_draft(connection, found["draft"]) is not None
        for draft in {found["importing"] for found in said if "importing" in found}:
            sizes = Counter(edit.at for edit in drafts.list_edits(connection, draft))
            assert set(sizes.values()) <= {1, IMPORTED}, "an import is whole or not there"
            if {"imported": draft} in said:
                assert IMPORTED in sizes.values()
    database.close()
    return sum(bool({"published", "saved", "imported"} & found.keys()) for found in said)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_whatever_it_was_doing_nothing_acknowledged_is_lost(address: str, worker: Worker, rounds: int) -> None:
    chance, acknowledged = random.Random(rounds), 0
    worker.run_and_kill(address, 0, 1.0)
    for seed in range(1, rounds + 1):
        said = worker.run_and_kill(address, seed, chance.uniform(0.02, LATEST_S))
        acknowledged += _check(address, said)
    assert acknowledged > rounds, "workers were killed before they had done anything"


@pytest.mark.parametrize("rounds", [pytest.param(4), pytest.param(60, marks=pytest.mark.heavy)])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def test_a_first_start_that_is_killed_can_be_made_again(
    kind: str, rounds: int, worker: Worker, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(rounds)
    for seed in range(rounds):
        if kind == "sqlite":
            address = f"sqlite:///{tmp_path}/first_{seed}.sqlite"
        else:
            server: Postgres = request.getfixturevalue("postgres")
            address = server.new_database(f"killed_{next(_names)}")
        _check(address, worker.run_and_kill(address, seed, chance.uniform(0, 0.15), at_work=False))
        _check(address, worker.run_and_kill(address, rounds + seed, 0.8))
        database = Database(address)
        with database.reading() as connection:
            imports = [p for p in revisions.list_publications(connection) if p.kind == "import"]
        database.close()
        assert len(imports) == 1
