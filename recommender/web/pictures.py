"""``GET /pictures/NAME.jpg``: a stored picture, for as long as a browser likes: under a name there is ever but one."""

from __future__ import annotations

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router

from recommender.web.answers import with_shaped_errors

FOREVER = "public, max-age=31536000, immutable"


async def picture(request: Request) -> Response:
    """The picture, or 404."""
    name = request.path_params["name"]
    found = await anyio.to_thread.run_sync(_find, name)
    if found is None:
        raise HTTPException(404)
    media, data = found
    tag = f'"{name}"'
    headers = {"cache-control": FOREVER, "etag": tag, "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media, headers=headers)


def _find(name: str) -> tuple[str, bytes] | None:
    from recommender import store
    from recommender.store.pictures import find_picture

    with store.database().reading() as connection:
        image = find_picture(connection, name)
    return None if image is None else (image.media, image.data)


def routes() -> list[BaseRoute]:
    """The one address."""
    path = "/pictures/{name}.jpg"
    return [Route(path, with_shaped_errors(Router([Route(path, picture, methods=["GET"])], redirect_slashes=False)))]
