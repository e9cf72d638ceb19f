"""What several rooms' tests share: a real server process and ways to talk to it."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine

from recommender.settings import settings
from recommender.store import Database
from recommender.trip import planning

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

    from tests.store.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
START_S = 120
UNPROVEN = str(ROOT / "tests" / "ui" / "unproven")
TOGETHER = {
    **dict.fromkeys(
        ("test_browser_change.py", "test_browser_courtesies.py", "test_browser_look.py", "test_browser_plain.py",
         "test_browser_plan.py", "test_browser_safe.py", "test_browser_take.py", "test_server.py", "test_restart.py",
         "test_http_examples.py", "test_load.py"),
        "server",
    ),
    **dict.fromkeys(
        ("test_browser_console.py", "test_browser_partners.py", "test_browser_provider.py", "test_browser_whatif.py"), "desk"
    ),
}  # fmt: skip
"""Files whose tests share a running server: that of the fixture named."""
ONE_DATABASE = pytest.mark.parametrize(
    "address", ["sqlite", pytest.param("postgresql", marks=[pytest.mark.server, pytest.mark.heavy])], indirect=True
)
"""For what is made of data that any database holds: the other one is asked in ``make test-all``."""
_names = count()

# Each test process and the many that tests start would otherwise compile all of our code anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for browsers and servers begins first, so that no process is left with it when the others are done."""
    first = {"browser": 0, "server": 1}
    of_file: dict[Path, int] = {}
    for item in items:
        rank = min((first[mark.name] for mark in item.iter_markers() if mark.name in first), default=len(first))
        of_file[item.path] = min(rank, of_file.get(item.path, rank))
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (of_file[item.path], -sizes[item.path], item.path))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """A file is done by one process, and so are all files that share a server: to start one costs as much as many tests."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):  # type: ignore[misc] # it comes without types
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return TOGETHER.get(Path(path).name, path)

    return Together(config, log)


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What somebody has published or kept on this machine is no matter of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JINZHONG_VAR_DIR", str(tmp_path_factory.mktemp("var")))
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("JINZHONG_DATABASE_URL", raising=False)
        # Tests ask more in a minute than a visitor may.
        patch.setenv("JINZHONG_REQUESTS_PER_MINUTE", "1000000")
        patch.setenv("JINZHONG_PLANNED_PER_MINUTE", "1000000")
        # A machine that does much else at once is slow, not wrong.
        patch.setenv("JINZHONG_PLAN_WAIT_S", "300")
        settings.cache_clear()
        # A test waits for the compiled engine once; visitors meanwhile get plans made without it, in ten times as long.
        patch.setattr(planning, "is_warm", lambda: True)
        # No test pulls this machine's plug, and what was written outlives a killed process without waiting for the disk.
        module = sys.modules[Database.__module__]
        opened = module._open_sqlite

        def at_once(connection: Any, record: object) -> None:
            opened(connection, record)
            connection.execute("PRAGMA synchronous = OFF")

        patch.setattr(module, "_open_sqlite", at_once)
        patch.setattr(module, "_migrate", made_once(module._migrate))
        yield
    settings.cache_clear()


def made_once(migrate: Callable[[Engine], None]) -> Callable[[Engine], None]:
    """Tables of a new SQLite file are a copy of those that the migrations have made in the first one."""
    first = sqlite3.connect(":memory:", check_same_thread=False)
    lock = Lock()

    def copied(engine: Engine) -> None:
        file = Path(engine.url.database or "")
        if engine.dialect.name != "sqlite" or (file.exists() and file.stat().st_size):
            migrate(engine)
            return
        with lock, engine.connect() as connection:
            opened: Any = connection.connection.driver_connection
            if first.execute("SELECT 1 FROM sqlite_schema").fetchone():
                first.backup(opened)
            else:
                migrate(engine)
                opened.backup(first)

    return copied


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError:
        return False
    except OSError:
        return False


class Server:
    """``streamlit run app.py`` as an owner would start it, on a free port."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.url = ""
        self.log = log
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, port: int | None = None) -> Server:
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.address=127.0.0.1",
            f"--server.port={port}",
        ]
        with self.log.open("wb") as out:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **self._environment}
            )
        return self

    def wait(self, path: str, seconds: float = START_S) -> None:
        """Until ``path`` answers 200; fails with the server's log."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None or _answers(self.url + path):
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"{path} did not answer within {seconds} s:\n{self.read_log()}")
        if self._process.poll() is not None:
            pytest.fail(f"the server ended with {self._process.returncode}:\n{self.read_log()}")

    def read_log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@pytest.fixture(scope="session")
def server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running server per test process, stopped at the end."""
    folder = tmp_path_factory.mktemp("server")
    running = Server(folder / "log", JINZHONG_VAR_DIR=str(folder), PYTHONPATH=UNPROVEN).start()
    try:
        running.wait("/_stcore/health")
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def server(server_process: Server) -> str:
    """Base URL of the running server, without a slash at the end."""
    return server_process.url


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    from tests.store.postgres import running_postgres

    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database is, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/down/kept.sqlite"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database(f"kept_{next(_names)}")


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    opened = Database(address)
    yield opened
    opened.close()
