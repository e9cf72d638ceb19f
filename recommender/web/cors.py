"""Scripts of other sites: only those of registered ones may read what the API answers."""

from __future__ import annotations

from typing import Final

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from recommender.web.answers import error_answer, language
from recommender.web.callers import allowed_origins

METHODS: Final = ("GET", "POST", "PUT", "DELETE")
SENT: Final = ("accept", "accept-language", "authorization", "content-type", "if-match", "if-none-match", "x-partner-token")
"""Headers that a script of a registered site may send."""
READ: Final = ("content-disposition", "etag", "location", "ratelimit", "ratelimit-policy", "retry-after")
"""Headers of an answer that it may read."""
_HOUR_S: Final = 3600


class Cors:
    """Starlette's, with origins that may change while the server runs, and refusals in the one shape; no cookies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # Sites are known from the database, for which nobody else shall wait.
        origins = await anyio.to_thread.run_sync(allowed_origins) if "origin" in headers else ()
        cors = CORSMiddleware(
            self._app, allow_origins=origins, allow_methods=METHODS, allow_headers=SENT, expose_headers=READ, max_age=_HOUR_S
        )
        asks = scope["method"] == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers
        if not asks:
            await cors(scope, receive, send)
            return
        answer = cors.preflight_response(headers)
        if answer.status_code >= 400:
            vary = {"vary": "origin, access-control-request-method, access-control-request-headers, accept-language"}
            lang = language(Request(scope))
            answer = error_answer(403, "foreign_script", lang, vary, given=headers["origin"][:80])
        else:
            answer = Response(status_code=204, headers=_without_body(answer))
        await answer(scope, receive, send)


def _without_body(answer: Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in ("content-length", "content-type")}
