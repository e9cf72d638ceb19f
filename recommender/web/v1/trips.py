"""Plans, changes of plans, and the check: an itinerary or a request in, an answer out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from recommender.errors import Problem, RequestError
from recommender.jsontext import read_json
from recommender.model import Itinerary, problems_of
from recommender.web import api
from recommender.web.answers import Refusal, language, read_json_body
from recommender.web.export import finding
from recommender.web.limits import planned
from recommender.web.v1 import shapes
from recommender.web.v1.reading import answer

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.trip.compare import Difference


@planned(1)
async def plan(request: Request) -> Response:
    """Request in, itinerary out."""
    wish = await api.read_wish(request)
    return await answer(await api.queue.plan(await api.region_now(), wish, request))


@planned(1)
async def replan(request: Request) -> Response:
    """The rest of a trip under way planned anew: a request with ``now`` and ``previous`` in, the whole itinerary out."""
    wish = await api.read_wish(request)
    missing = [name for name in ("now", "previous") if getattr(wish, name) is None]
    if missing:
        raise RequestError([Problem(name, "", "field_missing") for name in missing])
    return await answer(await api.queue.plan(await api.region_now(), wish, request))


@planned(3)
async def alternatives(request: Request) -> Response:
    """Other places for a stop, each tried."""
    from recommender.trip.alternatives import find_alternatives
    from recommender.trip.explain import find_stop

    region, itinerary, place = await _about(request)
    if find_stop(itinerary, place) is None:
        raise RequestError([Problem("place", place, "not_planned")])
    found = await api.queue.ask(region, request, partial(find_alternatives, region, itinerary, place))
    return await answer(
        shapes.Alternatives(
            revision=region.revision,
            place=place,
            alternatives=tuple(
                shapes.Replacement(place=one.place, effect=_effect(one.change), itinerary=one.itinerary) for one in found
            ),
        )
    )


@planned(3)
async def why_not(request: Request) -> Response:
    """Why a place is not in a plan, and the smallest changes that bring it in, each tried."""
    from recommender.trip import narrate
    from recommender.trip.counterfactual import counterfactual

    region, itinerary, place = await _about(request)
    found = await api.queue.ask(region, request, partial(counterfactual, region, itinerary, place))
    why: shapes.WhyLeft | None = None
    changes: tuple[shapes.WishChange, ...] = ()
    if found is not None:
        words = narrate.left_out_text(found.why, region, language(request))
        why = shapes.WhyLeft(**found.why.model_dump(), message=words)
        changes = tuple(
            shapes.WishChange(field=one.field, value=one.value, effect=_effect(one.effect), itinerary=one.itinerary)
            for one in found.changes
        )  # fmt: skip
    return await answer(
        shapes.WhyNot(revision=region.revision, place=place, why=why, changes=changes), headers={"vary": "accept-language"}
    )


async def verify(request: Request) -> Response:
    """What an itinerary breaks, held against the facts of now."""
    from recommender.trip import verify as checking

    body = await read_json_body(request)
    region, lang = await api.region_now(), language(request)

    def check() -> shapes.Verdict:
        found = checking.verify(region, Itinerary.parse(read_json(body)))
        broken = [
            shapes.Broken(code=one.code, day=one.day, item=one.item, place=one.place, message=one.message(lang)) for one in found
        ]
        return shapes.Verdict(revision=region.revision, violations=tuple(broken))

    return await answer(await anyio.to_thread.run_sync(check), headers={"vary": "accept-language"})


async def _about(request: Request) -> tuple[Region, Itinerary, str]:
    """A place and an itinerary that holds against the facts of now.

    Raises
    ------
    JsonInvalid, ItineraryInvalid, RequestError
        As they say.
    Refusal
        The itinerary does not pass the check: nothing can be said of what would come of it.
    """
    body = await read_json_body(request)
    region = await api.region_now()

    def read() -> tuple[Itinerary, str]:
        from recommender.trip.planning import check_request
        from recommender.trip.verify import verify

        asked = _read_about(read_json(body))
        check_request(region, asked.itinerary.request)
        found = verify(region, asked.itinerary)
        if found:
            raise Refusal(422, "itinerary_fails", found=[finding(one, "itinerary.") for one in found])
        return asked.itinerary, asked.place

    itinerary, place = await anyio.to_thread.run_sync(read)
    if place not in region.catalog.attractions:
        known = region.catalog.find_place(place) is not None
        raise RequestError([Problem("place", place, "not_an_attraction" if known else "unknown_place")])
    return region, itinerary, place


def _read_about(data: Any) -> shapes.AboutPlace:
    from pydantic import ValidationError

    try:
        return shapes.AboutPlace.model_validate(data)
    except ValidationError as error:
        raise RequestError(problems_of(error)) from None


def _effect(change: Difference) -> shapes.Effect:
    return shapes.Effect.model_validate(change)


