"""What ``app.py`` hands to ``st.App``: routes beside the pages, middleware around everything, a start."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from recommender.settings import settings
from recommender.web.answers import with_shaped_errors
from recommender.web.api import api, health
from recommender.web.headers import Guard, HideTokens
from recommender.web.plain import doors
from recommender.web.plain.doors import Front
from recommender.web.shell import PAGES, page
from recommender.web.staff import doors as staff
from recommender.web.tidy import Tidying
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
    ]
    console = Route(staff.CONSOLE, page, methods=["GET"])
    fronts = [Route(path, page, methods=["GET"]) for path in PAGES]
    return [
        Mount("/api", app=api()),
        Mount("/assets/geo", app=with_shaped_errors(Assets(directory=settings().data_dir / "geo", check_dir=False))),
        Mount("/assets/leaflet", app=with_shaped_errors(Assets(directory=leaflet_directory()))),
        *(Route(route.path, with_shaped_errors(Router([route], redirect_slashes=False))) for route in own),
        *(Route(route.path, Front(with_shaped_errors(Router([route], redirect_slashes=False)), route.path)) for route in fronts),
        Route(staff.CONSOLE, staff.Console(with_shaped_errors(Router([console], redirect_slashes=False)))),
        *staff.routes(),
        *doors.routes(),
        Mount("/assets", app=with_shaped_errors(Assets(directory=leaflet_directory()))),
        Route("/api", with_shaped_errors(_missing)),
    ]


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:
    """Begin to warm up; the pages are served meanwhile."""
    warm_up().start()
    logging.getLogger("uvicorn.access").addFilter(HideTokens())
    tidying = Tidying()
    tidying.start()
    try:
        yield {}
    finally:
        tidying.stop()


ROUTES: Final = routes()
MIDDLEWARE: Final = [Middleware(Guard), Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)]
LIFESPAN: Final = lifespan
