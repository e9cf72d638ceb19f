"""A server of our own to measure, and visitors that speak Streamlit's protocol without a browser."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE_KIB: Final = os.sysconf("SC_PAGE_SIZE") / 1024
_ANSWER_S: Final = 120


@contextmanager
def serving(log: Path | None = None, environment: Mapping[str, str] | None = None) -> Iterator[tuple[str, int]]:
    """``streamlit run app.py`` on a free port: (host and port, process id); stopped at the end. What it says goes to ``log``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.address=127.0.0.1",
        f"--server.port={port}",
    ]
    env = {**os.environ, **(environment or {})}
    with (
        (log or Path(os.devnull)).open("wb") as said,
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=said, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def wait_for(url: str, said: bytes = b"") -> None:
    """Until ``url`` answers 200 and its body holds ``said``."""
    deadline = time.monotonic() + _ANSWER_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if said in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise TimeoutError(url)


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB (10^6 bytes)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE_KIB * 1024 / 1e6


def cpu_s(pid: int) -> float:
    """Processor seconds that a process and its ended children have used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Visitor:
    """One open page."""

    def __init__(self, host: str, query: str) -> None:
        self._host = host
        self._query = query
        self._socket: Any = None

    async def open(self) -> None:
        """Open the page and wait until its first run, plan included, is done."""
        import websockets
        from streamlit.proto.BackMsg_pb2 import BackMsg

        self._socket = await websockets.connect(
            f"ws://{self._host}/_stcore/stream", subprotocols=[websockets.Subprotocol("streamlit")], max_size=None
        )
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.context_info.locale = "zh-CN"
        message.rerun_script.context_info.timezone = "Asia/Shanghai"
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._finished(), _ANSWER_S)

    async def _finished(self) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        while True:
            message = ForwardMsg()
            message.ParseFromString(await self._socket.recv())
            if message.WhichOneof("type") == "script_finished":
                return

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()
