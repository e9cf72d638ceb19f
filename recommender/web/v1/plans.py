"""Stored plans: made from a request, found by the token of the read link, changed and deleted with the edit token."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from recommender.errors import RevisionConflict, ShareLinkError
from recommender.partners import attribution
from recommender.web import api
from recommender.web.answers import Finding, Refusal, language, site_of
from recommender.web.limits import caller_of, planned
from recommender.web.plain.doors import LARGEST_VERSION
from recommender.web.v1 import shapes
from recommender.web.v1.reading import answer

if TYPE_CHECKING:
    from recommender.trip.sharing import SharedTrip

_PRIVATE: Final = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}


@planned(1)
async def share(request: Request) -> Response:
    """Plan a request and store the result under two new links."""
    from recommender.trip import sharing

    wish, region = await api.read_wish(request), await api.region_now()
    itinerary = await api.queue.plan(region, wish, request)
    caller = caller_of(request)
    partner = None if caller.partner is None else caller.partner.key
    channel = None if partner is None else attribution.channel_of(request.query_params, "other")
    store_it = partial(sharing.share, region, itinerary, language(request), by=caller.key, partner=partner, channel=channel)
    keys = await anyio.to_thread.run_sync(store_it)
    site = site_of(request)
    links = shapes.Links(
        token=keys.read, edit_token=keys.edit, read=f"{site}/p/{keys.read}", edit=f"{site}/e/{keys.edit}", version=1,
        revision=itinerary.revision,
    )  # fmt: skip
    made = await answer(links, 201, {"location": f"{site}/api/v1/plans/{keys.read}", "etag": '"1"', **_PRIVATE})
    if partner is not None and channel is not None:
        made.background = BackgroundTask(attribution.count, partner, "share", channel)
    return made


async def opened(request: Request) -> Response:
    """A stored plan as it was made, held against the facts of now."""
    from recommender.trip import sharing

    region, lang = await api.region_now(), language(request)
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, request.path_params["token"])
    return await answer(_stored(trip, lang), 200, {"etag": f'"{trip.plan.version}"', "vary": "accept-language", **_PRIVATE})


@planned(1)
async def replace(request: Request) -> Response:
    """Plan other wishes and put the result under the same links, unless somebody else was quicker."""
    from recommender.trip import sharing

    edit_token = await _edit_token(request)
    expected = _expected(request)
    wish, region = await api.read_wish(request), await api.region_now()
    itinerary = await api.queue.plan(region, wish, request)

    def put() -> int:
        version = sharing.version_of(edit_token) if expected is None else expected
        return sharing.reshare(region, itinerary, language(request), edit_token, version, by=caller_of(request).key)

    try:
        version = await anyio.to_thread.run_sync(put)
    except RevisionConflict as error:
        raise Refusal(412, "plan_changed", {"etag": f'"{error.detail["version"]}"'}, version=error.detail["version"]) from None
    replaced = shapes.Replaced(token=request.path_params["token"], version=version, revision=itinerary.revision)
    return await answer(replaced, 200, {"etag": f'"{version}"', **_PRIVATE})


async def forget(request: Request) -> Response:
    """Delete a stored plan for good."""
    from recommender.trip import sharing

    edit_token = await _edit_token(request)
    await anyio.to_thread.run_sync(sharing.forget, edit_token)
    return Response(status_code=204, headers={"cache-control": "no-store"})


class StoredPlan(HTTPEndpoint):
    """One address for reading, changing and deleting a stored plan."""

    async def get(self, request: Request) -> Response:
        """Read."""
        return await opened(request)

    async def put(self, request: Request) -> Response:
        """Change."""
        return await replace(request)

    async def delete(self, request: Request) -> Response:
        """Delete."""
        return await forget(request)


async def _edit_token(request: Request) -> str:
    """The edit token sent, once it is seen to belong to the plan of the address.

    Raises
    ------
    Refusal
        None was sent.
    ShareLinkError
        It opens nothing, or another plan.
    """
    from recommender.trip import sharing

    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Refusal(401, "edit_token_missing", {"www-authenticate": 'Bearer realm="plan"'})
    keys = await anyio.to_thread.run_sync(sharing.keys_of, token.strip())
    if keys.read != request.path_params["token"]:
        raise ShareLinkError
    return keys.edit


def _expected(request: Request) -> int | None:
    """The version that the change began from; None for whatever is stored."""
    given = request.headers.get("if-match")
    if given is None:
        raise Refusal(428, "version_missing")
    if given.strip() == "*":
        return None
    number = given.strip().strip('"')
    if not number.isascii() or not number.isdigit() or not 1 <= int(number[:12]) <= LARGEST_VERSION:
        raise Refusal(400, "version_missing", found=[Finding("If-Match", given[:60], _how)])
    return int(number[:12])


def _how(lang: str) -> str:
    from recommender.i18n import text

    return text("web.version_missing", lang)


def _stored(trip: SharedTrip, lang: str) -> shapes.Stored:
    plan = trip.plan
    return shapes.Stored(
        token=plan.read_token, version=plan.version, created=plan.created, updated=plan.updated, lang=plan.content.lang,
        itinerary=trip.itinerary, moved_on=trip.moved_on,
        gone=tuple(one.message(lang) for one in trip.gone),
        closed=tuple(one.message(lang) for one in trip.closed),
        changes=tuple(one.message(lang) for one in trip.changes),
    )  # fmt: skip
