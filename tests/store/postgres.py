"""A throw-away PostgreSQL server: Debian's, in a temporary folder, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import free_port

SUPERUSERS: Final = ("postgres", "nobody")
"""Whom the server may run as where the tests run as root, which it refuses."""


def programs() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``; a missing one fails and says what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        pytest.fail("the database tests need PostgreSQL (Debian: apt-get install postgresql)")
    return Path(elsewhere).resolve().parent


def _as_somebody(folder: Path) -> list[str]:
    """What stands before a command so that it does not run as root."""
    if os.getuid() != 0:
        return []
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in SUPERUSERS if name in known)
    shutil.chown(folder, user)
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups", "--"]


class Postgres:
    """A running server."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.port = free_port()
        self._durable = durable
        self._folder = folder
        self._programs = programs()
        self._before = _as_somebody(folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._before, str(self._programs / program), *arguments]
        done = subprocess.run(
            command, cwd=self._folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env={**os.environ, "HOME": str(self._folder)},
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}"

    def prepare(self) -> None:
        self._run(
            "initdb", "-D", f"{self._folder}/data", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "test", "--no-sync"
        )
        self.start()

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder}"
            + ("" if self._durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off")
        )
        # Its output goes to its log: a server that inherits our pipe would keep it open.
        log = f"{self._folder}/log"
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-l", log, "-w", "start", "-o", options)

    def stop(self, how: str = "fast") -> None:
        """Stop; ``immediate`` is a crash."""
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", how, "-w", "stop")

    def new_database(self, name: str) -> str:
        """Make an empty database; returns its address."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "test", name)
        return f"postgresql://test@127.0.0.1:{self.port}/{name}"


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A server for as long as the block lasts; a ``durable`` one keeps what it has acknowledged through a crash."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        server = Postgres(folder, durable=durable)
        server.prepare()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
