"""The outermost layer: security headers on every response, and a named 500 instead of a traceback."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.i18n import text
from recommender.settings import Settings, settings
from recommender.web.answers import error_answer, language

_TOKEN: Final = re.compile(r"((?:/|%2F)[pe](?:/|%2F)|/api/v1/plans/|/staff/link/|[?&]kept=)[^/?&%\s]+", re.IGNORECASE)
_STAFF: Final = re.compile(r"(^|/)staff(/|$)", re.IGNORECASE)
"""Addresses that no page may frame, whatever stands before or after: the script that runs there decides what it shows."""
_BY_ADDRESS: Final = '%s - "'
"""How uvicorn begins the lines that name a client's address."""
_ANCESTORS: Final = re.compile(r"(frame-ancestors)[^;]*")
_log = logging.getLogger(__name__)


def content_security_policy(config: Settings) -> str:
    """The browser may ask nobody but us, and the tile server of the settings; frames as the settings say.

    Streamlit's page needs inline styles, inline module scripts and workers made from blobs.
    """
    tiles = urlsplit(config.map_tiles_url.replace("{s}", "*"))
    tile_host = f" {tiles.scheme}://{tiles.netloc}" if tiles.netloc else ""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob:{tile_host}",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors 'self' {config.frame_ancestors}".rstrip(),
        )
    )


def plain_policy(config: Settings) -> str:
    """For pages without scripts: nothing is fetched, nothing runs; frames as elsewhere."""
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors 'self' {config.frame_ancestors}".rstrip(),
        )
    )


def partner_policy(hosts: Iterable[str], *, framed: bool, script: str = "", screen: bool = False) -> str:
    """For a hotel's pages: as for plain ones, and frames on the hotel's own sites alone.

    Parameters
    ----------
    hosts
        Origins that may show the page in a frame, where it is one for frames.
    framed
        Whether it is; all other pages of a hotel stand in no frame at all.
    script
        The hash of the one script of a page for frames: it tells how tall the page is.
    screen
        Whether it is the screen in the lobby, which asks us for news.
    """
    runs = f"script-src {script}" if framed else "script-src 'self'; connect-src 'self'" if screen else "script-src 'none'"
    may = f"'self' {' '.join(hosts)}".rstrip() if framed else "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            runs,
            "style-src 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {may}",
        )
    )


def without_tokens(path: str) -> str:
    """An address as a log may hold it: ``/p/abc…`` → ``/p/…``, ``?kept=abc…`` → ``?kept=…``."""
    return _TOKEN.sub(r"\1…", path)


class HideTokens(logging.Filter):
    """For the logs of the server: whoever reads them opens and edits nothing, and learns nobody's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without tokens and without the client's address, which uvicorn puts first."""
        if isinstance(record.args, tuple):
            args = ("-", *record.args[1:]) if str(record.msg).startswith(_BY_ADDRESS) else record.args
            record.args = tuple(without_tokens(one) if isinstance(one, str) else one for one in args)
        return True


class Guard:
    """ASGI middleware; a response that already carries one of the headers keeps its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._headers = {
            "content-security-policy": content_security_policy(settings()),
            "x-content-type-options": "nosniff",
            "referrer-policy": "strict-origin-when-cross-origin",
            "permissions-policy": "camera=(), microphone=(), payment=(), usb=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if _STAFF.search(scope["path"]):
                    headers["content-security-policy"] = _ANCESTORS.sub(r"\1 'none'", headers["content-security-policy"])
                    headers["x-frame-options"] = "DENY"
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except ClientDisconnect:
            return
        except Exception:
            _log.exception("%s %s failed", scope["method"], without_tokens(scope["path"]))
            if started:
                raise
            request = Request(scope)
            lang = language(request)
            if "text/html" in request.headers.get("accept", "") and not scope["path"].startswith("/api"):
                words = text("web.internal", lang)
                answer = HTMLResponse(
                    f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>{words}</title><p>{words}</p></html>',
                    500,
                )
            else:
                answer = error_answer(500, "internal", lang)  # type: ignore[assignment]
            await answer(scope, receive, guarded)
