"""Who may send files: staff who are signed in, and nobody else, before a byte of it is read.

Streamlit takes files from every open page and keeps them in memory, whether or not the page has a place for them.
"""

from __future__ import annotations

import re
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from recommender.bureau.cookies import SESSION_COOKIE
from recommender.bureau.uploaders import find_token
from recommender.errors import StoreUnavailable
from recommender.web.answers import error_answer, language

_UPLOAD: Final = re.compile(r"(?:^|/)_stcore/upload_file(?:/([^/]*)|$)")
"""With the id of the page."""


class Uploads:
    """ASGI middleware in front of Streamlit's door for files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] != "OPTIONS" and (found := _UPLOAD.search(scope["path"])):
            request = Request(scope)
            try:
                allowed = await anyio.to_thread.run_sync(_is_staff, request, found[1] or "")
            except StoreUnavailable:
                await error_answer(503, "unavailable", language(request))(scope, receive, send)
                return
            if not allowed:
                answer = error_answer(403, "upload_denied", language(request), {"connection": "close"})
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _is_staff(request: Request, page: str) -> bool:
    tokens = [token for token in (request.cookies.get(SESSION_COOKIE), find_token(page)) if token]
    if not tokens:
        return False
    from recommender.bureau import logins

    return any(logins.find_person(token) is not None for token in tokens)
