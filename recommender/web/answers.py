"""What goes back over HTTP: JSON, and every error in one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import anyio
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from recommender.errors import (
    CatalogInvalid,
    FormatUnavailable,
    InfeasibleTrip,
    ItineraryInvalid,
    LoginFailed,
    NoRoute,
    NotFound,
    OneTimeLinkError,
    PartnerTokenError,
    PermissionDenied,
    RecommenderError,
    RequestError,
    RevisionConflict,
    ShareLinkError,
    StoreUnavailable,
    TooManyAttempts,
    TooOften,
    UnknownPlace,
)
from recommender.i18n import LANGUAGES, best_language, find_text, text
from recommender.journal import note
from recommender.jsontext import JsonInvalid, write_json
from recommender.settings import settings

STATUS: Final[Mapping[type[RecommenderError], int]] = {
    JsonInvalid: 400, RequestError: 422, ItineraryInvalid: 422, UnknownPlace: 404, NoRoute: 409, InfeasibleTrip: 409,
    CatalogInvalid: 503, FormatUnavailable: 503, ShareLinkError: 404, RevisionConflict: 409, StoreUnavailable: 503, TooOften: 429,
    PermissionDenied: 403, PartnerTokenError: 403, LoginFailed: 403, TooManyAttempts: 429, OneTimeLinkError: 404, NotFound: 404,
}  # fmt: skip
"""Whose mistake an error is; what is not named here is ours."""
_CODE: Final = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


MOST_PROBLEMS: Final = 100
"""So many problems are named in an answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with what was sent, said in the language of the answer."""

    field: str
    value: str
    message: Callable[[str], str]


class Refusal(Exception):
    """An answer that is an error of HTTP itself, by the code of its message in ``i18n/web.toml``."""

    def __init__(
        self,
        status: int,
        code: str,
        headers: Mapping[str, str] | None = None,
        found: Sequence[Finding] = (),
        **values: object,
    ) -> None:
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.found = tuple(found)
        self.values = values
        super().__init__(code)


def language(request: HTTPConnection) -> str:
    """``?lang=``, else the browser's, else Chinese."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else best_language(request.headers.get("accept-language"))


def site_of(request: Request) -> str:
    """How links to send on begin."""
    return settings().public_url or str(request.base_url).rstrip("/")


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Any plain data as UTF-8 JSON."""
    return Response(write_json(value), status, dict(headers or {}), "application/json")


def error_answer(
    status: int,
    code: str,
    lang: str,
    headers: Mapping[str, str] | None = None,
    found: Sequence[Finding] = (),
    **values: Any,
) -> Response:
    """The one shape, for an error of HTTP itself."""
    problems = [{"field": one.field, "value": one.value, "message": one.message(lang)} for one in found[:MOST_PROBLEMS]]
    body = {"error": {"code": code, "message": text(f"web.{code}", lang, **values), "problems": problems}}
    return json_answer(body, status, {"cache-control": "no-store", "vary": "accept-language", **(headers or {})})


async def read_body(request: Request) -> bytes:
    """The body, up to the size and for the time in the settings.

    Raises
    ------
    Refusal
        It is larger, or does not come to an end; the rest is not read.
    """
    limit = settings().max_body_bytes
    too_large = Refusal(413, "body_too_large", {"connection": "close"}, limit=limit)
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length[:18]) > limit:
        raise too_large
    body = bytearray()
    seconds = settings().request_seconds
    try:
        with anyio.fail_after(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError:
        raise Refusal(408, "too_slow", {"connection": "close"}, seconds=seconds) from None
    return bytes(body)


async def read_json_body(request: Request) -> bytes:
    """The body of a request that is not said to be anything but JSON in UTF-8.

    Raises
    ------
    Refusal
        It is said to be something else, compressed, or it is too large.
    """
    kind, *params = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    if kind and not is_json(request):
        raise Refusal(415, "media_type", given=kind[:60])
    charset = next((param.partition("=")[2].strip('"') for param in params if param.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(415, "charset", given=charset[:60])
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Refusal(415, "content_coding", {"accept-encoding": "identity"}, given=coding[:60])
    return await read_body(request)


async def read_pairs(request: Request) -> list[tuple[str, str]]:
    """What a form sent, by address or body.

    Raises
    ------
    Refusal
        The form stands on another site, or its body is too large or no form.
    """
    if request.method != "POST":
        return list(request.query_params.multi_items())
    if is_foreign(request):
        raise Refusal(403, "foreign_form")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", ""):
        raise Refusal(415, "media_type", given=kind[:60])
    body = await read_body(request)
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=200)
    except ValueError:
        raise Refusal(400, "bad_request") from None


def is_foreign(request: Request) -> bool:
    """Whether another site made the browser send this: by what newer browsers say themselves, else by the origin they name.

    A form on a page of ours comes without an origin, since these pages send no referrer; other programs name none either.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = urlsplit(request.headers.get("origin", ""))
    own = (request.headers.get("host", ""), urlsplit(settings().public_url).netloc)
    return bool(origin.netloc) and origin.netloc not in own


def is_json(request: Request) -> bool:
    """Whether the body is said to be JSON."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def status_of(error: RecommenderError) -> int:
    """The HTTP status that says whose mistake it is."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def wait_of(error: Exception) -> dict[str, str]:
    """The header that says when to come back, where an error knows."""
    return {"retry-after": str(error.detail["retry_after_s"])} if isinstance(error, TooOften) else {}


def code_of(error: Exception) -> str:
    """Under what an error is counted."""
    if isinstance(error, HTTPException):
        return _CODE.get(error.status_code, "http")
    return str(getattr(error, "code", "internal"))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error_answer(error.status, error.code, language(request), error.headers, error.found, **error.values)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODE.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
    lang = language(request)
    values = {"path": request.url.path[:200], "method": request.method}
    if find_text(f"web.{code}", lang, **values) is None:
        code = "bad_request"
    return error_answer(error.status_code, code, lang, error.headers, (), **values)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, RecommenderError)
    status = status_of(error)
    lang = language(request)
    if status >= 500 and not isinstance(error, FormatUnavailable):
        # What is wrong with our data is for the log and for staff, not for strangers.
        return error_answer(status, "unavailable" if status == 503 else "internal", lang)
    error.problems = error.problems[:MOST_PROBLEMS]
    headers = {"cache-control": "no-store", "vary": "accept-language", **wait_of(error)}
    return json_answer(error.as_dict(lang), status, headers)


def shaped(request: Request, error: Exception) -> Response:
    """Any of the three kinds of errors in the one shape."""
    note("refused", code=code_of(error))
    if isinstance(error, Refusal):
        return _refused(request, error)
    return _http(request, error) if isinstance(error, HTTPException) else _ours(request, error)


def with_shaped_errors(app: ASGIApp) -> ASGIApp:
    """An app whose refusals, HTTP errors and errors of ours all leave in the one shape."""
    return ExceptionMiddleware(app, dict.fromkeys((Refusal, HTTPException, RecommenderError), shaped))
