"""Three processes of the app, one PostgreSQL and nginx before them, as ``deploy/`` describes it, on free ports of 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from recommender.store import Database
from tests.bureau.little_bureau import Bureau, open_bureau
from tests.conftest import ROOT, Server, free_port
from tests.store.postgres import Postgres, running_postgres

SITE: Final = ROOT / "deploy" / "nginx" / "jinzhong.conf"
PORTS: Final = (8501, 8502, 8503)
NGINX: Final = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""


@dataclass
class Cluster:
    """What runs, and where visitors reach it."""

    host: str
    replicas: list[Server]
    postgres: Postgres
    bureau: Bureau

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def wait_warm(self, replica: Server) -> None:
        """Until a process plans at full strength."""
        until = time.monotonic() + 180
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{replica.url}/healthz", timeout=5) as answer:
                    if b'"warm":true' in answer.read():
                        return
            except OSError:
                pass
            time.sleep(0.2)
        pytest.fail(f"a replica did not get ready:\n{replica.read_log()}")


def _nginx(folder: Path, replicas: list[Server], port: int) -> subprocess.Popen[bytes]:
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.fail("the cluster is tested behind nginx (Debian: apt-get install nginx-light)")
    site = SITE.read_text(encoding="utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
    for named, replica in zip(PORTS, replicas, strict=True):
        assert f"127.0.0.1:{named} " in site
        site = site.replace(f"127.0.0.1:{named} ", f"{replica.url.removeprefix('http://')} ")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder), encoding="utf-8")
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    return subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf", *user])


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Everything, ready to plan; ended with the block."""
    with ExitStack() as stack:
        postgres = stack.enter_context(running_postgres(durable=True))
        address = postgres.new_database("cluster")
        database = Database(address)
        stack.callback(database.close)
        bureau = open_bureau(database, ROOT / "data")
        port = free_port()
        replicas = []
        for k in range(len(PORTS)):
            var = folder / f"var{k}"
            var.mkdir()
            replica = Server(
                folder / f"replica{k}.log", DATABASE_URL=address, JINZHONG_VAR_DIR=str(var),
                JINZHONG_PUBLIC_URL=f"http://127.0.0.1:{port}", JINZHONG_PLANS_PER_MINUTE="1000",
            )  # fmt: skip
            replicas.append(replica.start())
            stack.callback(replica.stop)
        proxy = _nginx(folder, replicas, port)
        stack.callback(proxy.wait, 20)
        stack.callback(proxy.terminate)
        cluster = Cluster(f"127.0.0.1:{port}", replicas, postgres, bureau)
        for replica in replicas:
            cluster.wait_warm(replica)
        yield cluster
