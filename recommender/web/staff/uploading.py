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
from recommender.errors import StoreUnavailable
from recommender.settings import settings
from recommender.web.answers import error_answer, language

PROVIDER_COOKIE: Final = "_streamlit_user"
"""By which Streamlit knows whom a provider vouches for; it is signed, and read by Streamlit alone."""
_UPLOAD: Final = re.compile(r"(^|/)_stcore/upload_file(/|$)")


class Uploads:
    """ASGI middleware in front of Streamlit's door for files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] != "OPTIONS" and _UPLOAD.search(scope["path"]):
            request = Request(scope)
            try:
                allowed = await anyio.to_thread.run_sync(_is_staff, request)
            except StoreUnavailable:
                await error_answer(503, "unavailable", language(request))(scope, receive, send)
                return
            if not allowed:
                answer = error_answer(403, "upload_denied", language(request), {"connection": "close"})
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _is_staff(request: Request) -> bool:
    if settings().staff_provider and request.cookies.get(PROVIDER_COOKIE):
        return True
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return False
    from recommender.bureau import logins

    return logins.find_person(token) is not None
