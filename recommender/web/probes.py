"""For who runs the app: whether it is ready, and its meters. Health itself is at ``/healthz``."""

from __future__ import annotations

import hmac
import ipaddress
import os
from typing import Any, Final

import anyio
import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from recommender.errors import RecommenderError, StoreUnavailable
from recommender.settings import Settings, settings
from recommender.web import api
from recommender.web.answers import json_answer
from recommender.web.export import writing
from recommender.web.meters import meters
from recommender.web.warmup import warm_up

_WAIT_S: Final = 3.0


async def ready(request: Request) -> Response:
    """Engine compiled, catalogue read, database reachable.

    Without its database the app still plans; it says ``degraded`` and stays ready, unless ``?strict=1`` asks for all of it.
    """
    from recommender.trip.planning import is_ready

    engine = "ok" if warm_up().state == "ok" and is_ready() else warm_up().state
    revision = await _soon(_revision) if warm_up().state == "ok" else None
    database = "ok" if await _soon(_database_answers) else "away"
    plans = engine == "ok" and revision is not None
    status = "ok" if plans and database == "ok" else "degraded" if plans else "not_ready"
    fine = status == "ok" or (status == "degraded" and not request.query_params.get("strict"))
    body = {"status": status, "engine": engine, "revision": revision, "database": database}
    return json_answer(body, 200 if fine else 503, {"cache-control": "no-store"})


async def _soon(ask: Any) -> Any:
    """The answer of something that may hang; None where it takes too long."""
    with anyio.move_on_after(_WAIT_S):
        return await anyio.to_thread.run_sync(ask, abandon_on_cancel=True)
    return None


def _revision() -> str | None:
    from recommender import region

    try:
        return region.current().revision
    except RecommenderError:
        return None


def _database_answers() -> bool:
    config = settings()
    if not config.database_url and not config.database_file.exists():
        # Nobody has kept anything yet: the file is made when somebody does.
        folder = config.var_dir if config.var_dir.exists() else config.var_dir.parent
        return os.access(folder, os.W_OK)
    from recommender.store import database

    try:
        database().check()
    except StoreUnavailable:
        return False
    return True


async def metrics(request: Request) -> Response:
    """The meters in Prometheus' text format, for who may read them; for everybody else there is nothing here."""
    if not may_read(request, settings()):
        raise HTTPException(404)
    known = await _soon(_revision) if warm_up().state == "ok" else None
    text = meters().text(
        revision=known, ready=warm_up().state == "ok", waiting={"plans": api.queue.waiting, "files": writing.waiting}
    )
    return Response(text, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})


def may_read(request: Request, config: Settings) -> bool:
    """Whether the meters are shown: from the networks, and with the token, of the settings; where neither is set, to nobody."""
    if not config.metrics_token and not config.metrics_from:
        return False
    if config.metrics_token:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, f"Bearer {config.metrics_token}".encode()):
            return False
    return not config.metrics_from or _is_within(request.client.host if request.client else "", config.metrics_from.split())


def _is_within(address: str, networks: list[str]) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known in ipaddress.ip_network(network) for network in networks)
