"""A Dask scheduler and workers as processes of this machine, for tests and benchmarks of what a cluster does."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LONGEST_S: Final = 60
ROOT: Final = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def local_cluster(workers: int = 2) -> Iterator[str]:
    """Start them on 127.0.0.1, give the scheduler's address, and end them afterwards.

    Raises
    ------
    TimeoutError
        The scheduler does not answer, or the workers do not come.
    """
    address = f"tcp://127.0.0.1:{_free_port()}"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        host, port = address.removeprefix("tcp://").split(":")
        _start(running, folder, "scheduler", "--host", host, "--port", port, "--no-dashboard", "--no-jupyter")
        for _ in range(workers):
            _start(running, folder, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                   "--memory-limit", "0", "--host", host)  # fmt: skip
        _wait(address, workers)
        yield address


def _start(running: contextlib.ExitStack, folder: str, *command: str) -> None:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        cwd=folder,
        env={**os.environ, **threads, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    running.callback(_end, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(address: str, workers: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + LONGEST_S
    while True:
        try:
            with Client(address, set_as_default=False, timeout="5s") as client:
                client.wait_for_workers(workers, timeout=max(1.0, deadline - time.monotonic()))
                return
        except OSError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no scheduler at {address}") from None
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
