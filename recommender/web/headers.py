"""The outermost layer: what is let in at all, security headers on every response, and a named 500 instead of a traceback."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.i18n import text
from recommender.journal import note, without_tokens
from recommender.settings import Settings, settings
from recommender.web.answers import error_answer, language
from recommender.web.bounds import LARGEST_HEAD_BYTES
from recommender.web.shell import script_hashes

_STAFF: Final = re.compile(r"(^|/)staff(/|$)", re.IGNORECASE)
"""Addresses that no page may frame, whatever stands before or after: the script that runs there decides what it shows."""
_BY_ADDRESS: Final = '%s - "'
"""How uvicorn begins the lines that name a client's address."""
_ANCESTORS: Final = re.compile(r"(frame-ancestors)[^;]*")
_INSIDE: Final = re.compile(r"(^|/)_stcore/(metrics|agent)(/|$)")
"""What Streamlit tells anybody about the process, and its door for programs: not for strangers."""
_PROBED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked for by machines under whatever name they know."""
_SITE: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_FIRST: Final = frozenset(
    {"", "plan", "explore", "plain", "plans", "p", "e", "staff", "api", "assets", "static", "_stcore", "healthz", "readyz",
     "metrics", "open-data", "pictures", "h", "embed", "mini", "desk", "lobby", "oembed"}
)  # fmt: skip
_log = logging.getLogger(__name__)


def content_security_policy(config: Settings, host: str = "") -> str:
    """The browser may ask nobody but us, and the tile server of the settings; frames as the settings say.

    Streamlit's page needs inline styles, and blobs for the scripts of components. The scripts in the page itself are named by
    their hash; nothing else runs, and no text is turned into code.

    Parameters
    ----------
    host
        By which name the browser reaches us: older ones do not count our own web sockets as ``'self'``.
    """
    sockets = f" ws://{host} wss://{host}" if _SITE.fullmatch(host) else ""
    tiles = urlsplit(config.map_tiles_url.replace("{s}", "*"))
    tile_host = f" {tiles.scheme}://{tiles.netloc}" if tiles.netloc else ""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes(), "blob:")),
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob:{tile_host}",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets}",
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


class HideTokens(logging.Filter):
    """For the logs of the server: whoever reads them opens and edits nothing, and learns of nobody who asked what."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass without tokens; lines that begin with a client's address without it and without wishes."""
        if isinstance(record.args, tuple) and record.args:
            named = str(record.msg).startswith(_BY_ADDRESS)
            args = ("-", *record.args[1:]) if named else record.args
            hidden = [without_tokens(one) if isinstance(one, str) else one for one in args]
            record.args = tuple(one.split("?")[0] if named and isinstance(one, str) else one for one in hidden)
        return True


def route_of(path: str) -> str:
    """Of which kind an address is, without what is secret or made up in it: ``/p/abc…`` → ``/p/{token}``."""
    first, _, rest = path.strip("/").partition("/")
    if first not in _FIRST:
        return "other"
    if first in ("p", "e") and rest:
        return f"/{first}/{{token}}"
    return f"/{first}"


def _is_ours(host: str, names: str) -> bool:
    """Whether a name is one of the settings', or there are none."""
    bare = (host if host.endswith("]") else host.rsplit(":", 1)[0] if host.rpartition(":")[2].isdigit() else host).lower()
    return not names or any(
        bare.endswith(name[1:]) if name.startswith("*.") else bare == name for name in names.split()
    )


class Guard:
    """ASGI middleware; a response that already carries one of the headers keeps its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._headers = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "strict-origin-when-cross-origin",
            "permissions-policy": "camera=(), microphone=(), payment=(), usb=()",
            "cross-origin-opener-policy": "same-origin-allow-popups",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = _refusal(scope)
        if scope["type"] == "websocket":
            if refusal is not None:
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        policy = content_security_policy(settings(), Request(scope).headers.get("host", ""))

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", policy)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if _STAFF.search(scope["path"]):
                    headers["content-security-policy"] = _ANCESTORS.sub(r"\1 'none'", headers["content-security-policy"])
                    headers["x-frame-options"] = "DENY"
            await send(message)

        try:
            await (refusal or self.app)(scope, receive, guarded)
        except ClientDisconnect:
            return
        except Exception as error:
            _log.exception("%s %s failed", scope["method"], route_of(scope["path"]))
            note("failed", kind=type(error).__name__, route=route_of(scope["path"]))
            if status:
                raise
            await _failure(scope)(scope, receive, guarded)
        finally:
            seconds = time.perf_counter() - began
            note("request", route=route_of(scope["path"]), method=scope["method"], status=status, seconds=seconds)


def _refusal(scope: Scope) -> Response | None:
    """Why a request is not looked at further."""
    request = HTTPConnection(scope)
    lang = language(request)
    if scope["path"] not in _PROBED and not _is_ours(request.headers.get("host", ""), settings().hosts):
        return error_answer(421, "host", lang)
    if _INSIDE.search(scope["path"]):
        return error_answer(404, "not_found", lang, path="/_stcore")
    size = len(scope["query_string"]) + sum(len(name) + len(value) for name, value in scope["headers"])
    if size > LARGEST_HEAD_BYTES:
        return error_answer(431, "head_too_large", lang, {"connection": "close"}, limit=LARGEST_HEAD_BYTES)
    return None


def _failure(scope: Scope) -> Response:
    """A sentence for people, the one shape for programs."""
    request = Request(scope)
    lang = language(request)
    if "text/html" not in request.headers.get("accept", "") or scope["path"].startswith("/api"):
        return error_answer(500, "internal", lang)
    words = text("web.internal", lang)
    page = f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><title>{words}</title><p>{words}</p></html>'
    return HTMLResponse(page, 500)
