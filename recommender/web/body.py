"""Reading what is sent: JSON, and no more of it than the settings allow."""

from __future__ import annotations

from starlette.requests import Request

from recommender.settings import settings
from recommender.web.answers import Refusal


async def read_body(request: Request) -> bytes:
    """The body of a request.

    Raises
    ------
    Refusal
        It is not said to be JSON, or it is too large.
    """
    limit = settings().max_body_bytes
    kind = request.headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if not (kind == "application/json" or kind.endswith("+json")):
        raise Refusal(415, "media_type", given=kind[:60])
    too_large = Refusal(413, "body_too_large", {"connection": "close"}, limit=limit)
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length[:18]) > limit:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)
