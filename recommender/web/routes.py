"""What ``app.py`` hands to ``st.App``: routes beside the pages, middleware around everything, a start."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from recommender.journal import log_json
from recommender.settings import settings
from recommender.web import callers, open_data, pictures, probes
from recommender.web.answers import with_shaped_errors
from recommender.web.api import health
from recommender.web.bounds import bound_server
from recommender.web.headers import Guard, HideTokens
from recommender.web.meters import meters
from recommender.web.partners import doors as hotels
from recommender.web.partners.callers import Hotels
from recommender.web.plain import doors
from recommender.web.plain.doors import Front
from recommender.web.shell import PAGES, page
from recommender.web.staff import doors as staff
from recommender.web.staff.uploading import Uploads
from recommender.web.tidy import Tidying
from recommender.web.v1.routing import api
from recommender.web.warmup import warm_up

_DAY_S: Final = 86_400


class Assets(StaticFiles):
    """Files that may be kept for a day and are then asked about by their ETag."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.setdefault("cache-control", f"public, max-age={_DAY_S}")
        return response


def leaflet_directory() -> Path:
    """Leaflet's scripts and styles as the XStatic-Leaflet package ships them."""
    found = find_spec("xstatic.pkg.leaflet")
    assert found is not None, "XStatic-Leaflet is not installed"
    assert found.origin is not None
    return Path(found.origin).parent / "data"


async def _missing(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)


def routes() -> list[BaseRoute]:
    """Everything that is not a page of Streamlit's."""
    own = [
        Route("/healthz", health, methods=["GET"]),
        Route("/readyz", probes.ready, methods=["GET"]),
        Route("/metrics", probes.metrics, methods=["GET"]),
    ]
    console = Route(staff.CONSOLE, page, methods=["GET"])
    fronts = [Route(path, page, methods=["GET"]) for path in PAGES]
    every: list[BaseRoute] = [
        Mount("/api", app=api()),
        Mount("/assets/geo", app=with_shaped_errors(Assets(directory=settings().data_dir / "geo", check_dir=False))),
        Mount("/assets/leaflet", app=with_shaped_errors(Assets(directory=leaflet_directory()))),
        *(Route(route.path, with_shaped_errors(Router([route], redirect_slashes=False))) for route in own),
        *(Route(route.path, Front(with_shaped_errors(Router([route], redirect_slashes=False)), route.path)) for route in fronts),
        Route(staff.CONSOLE, staff.Console(with_shaped_errors(Router([console], redirect_slashes=False)))),
        *staff.routes(),
        *pictures.routes(),
        *open_data.routes(),
        *hotels.routes(),
        *doors.routes(),
        Mount("/assets", app=with_shaped_errors(Assets(directory=leaflet_directory()))),
        Route("/api", with_shaped_errors(_missing)),
    ]
    return [_with_line_breaks(route) for route in every]


def _with_line_breaks(route: BaseRoute) -> BaseRoute:
    """A route whose ``path`` takes every character: with a line break, an address of ours would else be the app's."""
    assert isinstance(route, Route | Mount)
    route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    return route


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:
    """Begin to warm up; the pages are served meanwhile."""
    if settings().log_format == "json":
        log_json()
    meters()
    bound_server(settings().request_seconds)
    warm_up().start()
    callers.plug_in(Hotels())
    for name in ("uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).addFilter(HideTokens())
    tidying = Tidying()
    tidying.start()
    try:
        yield {}
    finally:
        tidying.stop()
    from recommender.trip import asked

    await anyio.to_thread.run_sync(asked.finish)


ROUTES: Final = routes()
MIDDLEWARE: Final = [Middleware(Guard), Middleware(Uploads), Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)]
LIFESPAN: Final = lifespan
