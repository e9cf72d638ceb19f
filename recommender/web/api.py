"""The JSON API: parse, call one use case, answer."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from recommender.errors import Problem, RequestError
from recommender.jsontext import read_json, write_json
from recommender.model import Itinerary, TripRequest
from recommender.settings import settings
from recommender.web import openapi
from recommender.web.answers import Refusal, is_json, json_answer, read_body, with_shaped_errors
from recommender.web.export import export
from recommender.web.warmup import warm_up

if TYPE_CHECKING:
    from recommender.catalog import Catalog
    from recommender.region import Region

SHANGHAI: Final = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
KINDS: Final = ("attraction", "hub", "lodging", "dining")
_HEALTH_WAIT_S: Final = 0.5


def local_today() -> dt.date:
    """Today in Jinzhong."""
    return dt.datetime.now(SHANGHAI).date()


def _region() -> Region:
    # Imported late: the pages are up before pandas and numba are.
    from recommender import region

    return region.current()


# ------------------------------------------------------------------------------------------------- health


_known: dict[str, str] = {}


async def health(request: Request) -> Response:
    """Up, which data revision, and whether the first plan will be quick; answers at once whatever else goes on."""
    state = warm_up().state
    if state == "ok":
        with anyio.move_on_after(_HEALTH_WAIT_S):
            region = await anyio.to_thread.run_sync(_region, abandon_on_cancel=True)
            _known["revision"] = region.revision
    body = {"status": state, "revision": _known.get("revision"), "warm": state == "ok"}
    return json_answer(body, 503 if state == "failed" else 200, {"cache-control": "no-store"})


# --------------------------------------------------------------------------------------------------- plan


class PlanQueue:
    """At most so many plans wait or run at once, whichever door they came through."""

    def __init__(self) -> None:
        self._busy = 0

    @property
    def waiting(self) -> int:
        """How many wait or run now."""
        return self._busy

    async def plan(self, region: Region, wish: TripRequest) -> Itinerary:
        """The itinerary, planned off the event loop.

        Raises
        ------
        RequestError, InfeasibleTrip
            As the planner and the check of a request say.
        Refusal
            Too many are waiting.
        """
        from recommender.trip.planning import check_request, planning

        check_request(region, wish, today=local_today())
        if self._busy >= settings().plan_queue:
            raise Refusal(503, "busy", {"retry-after": "5"})
        self._busy += 1
        try:
            # Shielded: others may be waiting for the same plan.
            return await asyncio.shield(asyncio.wrap_future(planning().submit(region, wish)))
        finally:
            self._busy -= 1


queue: Final = PlanQueue()


async def region_now() -> Region:
    """The region of the published revision; the first call takes seconds, off the event loop."""
    return await anyio.to_thread.run_sync(_region)


async def plan(request: Request) -> Response:
    """Request in, itinerary out."""
    if request.headers.get("content-type") and not is_json(request):
        kind = request.headers["content-type"].split(";")[0].strip().lower()
        raise Refusal(415, "media_type", given=kind[:60])
    wish = await read_wish(request)
    itinerary = await queue.plan(await region_now(), wish)
    return Response(
        itinerary.to_json().encode("utf-8", "backslashreplace"),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


async def read_wish(request: Request) -> TripRequest:
    """The request in a JSON body.

    Raises
    ------
    Refusal, JsonInvalid, RequestError
        Too large; not JSON; not a request.
    """
    body = await read_body(request)
    return TripRequest.parse(await anyio.to_thread.run_sync(read_json, body))


# ------------------------------------------------------------------------------------------------- places


async def places(request: Request) -> Response:
    """Every place of the catalogue with its id, or those of ``?kind=``; changes only with the revision."""
    kind = request.query_params.get("kind", "")
    if kind and kind not in KINDS:
        allowed = ", ".join(KINDS)
        raise RequestError([Problem("kind", kind[:60], "field_choice", {"allowed": allowed})])
    region = await region_now()
    tag = f'W/"{region.revision}{"-" if kind else ""}{kind}"'
    headers = {"etag": tag, "cache-control": "public, max-age=0, must-revalidate"}
    given = request.headers.get("if-none-match", "")
    if given.strip() == "*" or tag in (part.strip() for part in given.split(",")):
        return Response(status_code=304, headers=headers)
    body = await anyio.to_thread.run_sync(_places, region.revision, kind)
    return Response(body, media_type="application/json", headers=headers)


@lru_cache(maxsize=10)
def _places(revision: str, kind: str) -> bytes:
    catalog = _region().catalog
    found = [place for place in _all_places(catalog) if kind in ("", place["kind"])]
    return write_json({"revision": revision, "places": found})


def _all_places(catalog: Catalog) -> list[dict[str, Any]]:
    common = ("id", "name_zh", "name_en", "county", "lat", "lon", "coord_confidence")
    own = {
        "attraction": (
            "category", "tags", "grade", "area_id", "opening_hours", "hours_basis", "last_entry", "ticket_fen",
            "ticket_basis", "ticket_group", "visit_min", "popularity", "indoor", "best_months", "description_zh",
            "description_en",
        ),
        "hub": (),
        "lodging": ("is_anchor",),
        "dining": ("dishes", "dishes_en", "open_hours", "price_level"),
    }  # fmt: skip
    shelves: dict[str, Any] = {
        "attraction": catalog.attractions, "hub": catalog.hubs, "lodging": catalog.lodging, "dining": catalog.dining,
    }  # fmt: skip
    return [
        {"kind": kind, **{name: getattr(place, name) for name in (*common, *own[kind], "source", "confidence")}}
        for kind, shelf in shelves.items()
        for place in shelf.values()
    ]


# ------------------------------------------------------------------------------------------------- routes


async def describe(request: Request) -> Response:
    """The OpenAPI description of this API."""
    return Response(openapi.document_bytes(), media_type="application/json", headers={"cache-control": "no-cache"})


def api() -> ASGIApp:
    """Everything under ``/api``; what is not there is a 404 that says so."""
    routes = [
        Route("/v1/openapi.json", describe, methods=["GET"]),
        Route("/v1/plan", plan, methods=["POST"]),
        Route("/v1/export/{format}", export, methods=["POST"]),
        Route("/v1/places", places, methods=["GET"]),
    ]
    return with_shaped_errors(Router(routes, redirect_slashes=False))
