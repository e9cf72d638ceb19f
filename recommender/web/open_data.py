"""``/open-data``: the published catalogue for anybody, as CSV and JSON-LD, with a page that says what it is."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route, Router

from recommender.i18n import text
from recommender.settings import settings
from recommender.web.answers import language, site_of, with_shaped_errors
from recommender.web.headers import plain_policy

if TYPE_CHECKING:
    from recommender.region import Region

PATH: Final = "/open-data"
ENDINGS: Final = ("csv", "jsonld")
_FRESH_S: Final = 3_600
_ANYBODY: Final = {"access-control-allow-origin": "*", "cache-control": f"public, max-age={_FRESH_S}"}


async def about(request: Request) -> Response:
    """What the files hold, on what terms, and the way to them."""
    lang = language(request)
    html = await anyio.to_thread.run_sync(partial(_page, lang))
    headers = {"content-language": lang, "content-security-policy": plain_policy(settings())}
    return HTMLResponse(html.encode("utf-8", "replace"), headers=headers)


def _page(lang: str) -> str:
    from recommender import region as regions
    from recommender.exports import opendata
    from recommender.markup import tag
    from recommender.web.plain import pages

    catalog = regions.current().catalog
    found = opendata.facts(catalog)
    own = sum(fact.licences == (opendata.OWN,) for fact in found)
    files = [tag("a", f"places.{ending}", href=f"{PATH}/places.{ending}") for ending in ENDINGS]
    words = [
        tag("p", text("web.open_data.what", lang, places=len(catalog.attractions), own=own, facts=len(found) - own)),
        tag("p", text("web.open_data.terms", lang, licence=opendata.OWN)),
        tag("p", files[0], " · ", files[1]),
        tag("p", text("ui.footer.data", lang, revision=catalog.revision, date=settings().data_date)),
    ]
    other = pages.with_query(PATH, {"lang": "en" if lang == "zh" else "zh"})
    return pages.page(text("web.open_data.title", lang), [tag("section", *words, class_="day privacy")], lang, switch=other)


async def places(ending: str, request: Request) -> Response:
    """The places as a file; the same as last time is answered by 304."""
    data, revision = await anyio.to_thread.run_sync(partial(_file, ending, site_of(request)))
    headers = {**_ANYBODY, "etag": f'"{revision}-{ending}"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    media = "text/csv; charset=utf-8" if ending == "csv" else "application/ld+json"
    return Response(data, media_type=media, headers=headers)


def _file(ending: str, site: str) -> tuple[bytes, str]:
    from recommender import region as regions

    region = regions.current()
    return _written(region, ending, site), region.revision


@lru_cache(maxsize=2)
def _written(region: Region, ending: str, site: str) -> bytes:
    from recommender.exports import opendata

    return opendata.write_csv(region.catalog) if ending == "csv" else opendata.write_jsonld(region.catalog, site)


def routes() -> list[BaseRoute]:
    """The page and the two files."""
    doors = [
        Route(PATH, about, methods=["GET"]),
        Route(f"{PATH}/", about, methods=["GET"]),
        *(Route(f"{PATH}/places.{ending}", partial(places, ending), methods=["GET"]) for ending in ENDINGS),
    ]
    return [Route(door.path, with_shaped_errors(Router([door], redirect_slashes=False))) for door in doors]
