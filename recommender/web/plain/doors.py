"""The plain pages' doors: read what was sent, call one use case, show a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from recommender import address
from recommender.errors import (
    FormatUnavailable,
    InfeasibleTrip,
    OneTimeLinkError,
    Problem,
    RecommenderError,
    RequestError,
    RevisionConflict,
    ShareLinkError,
    StoreUnavailable,
    TooOften,
)
from recommender.i18n import LANGUAGES, best_language, find_text, text
from recommender.journal import note as note_event
from recommender.model import Itinerary
from recommender.settings import settings
from recommender.web import api
from recommender.web.agents import cannot_run_app, is_wechat
from recommender.web.answers import (
    Refusal,
    code_of,
    is_json,
    json_answer,
    language,
    read_pairs,
    shaped,
    site_of,
    status_of,
    wait_of,
)
from recommender.web.export import writing
from recommender.web.headers import plain_policy
from recommender.web.limits import Limited, caller_of, planned
from recommender.web.partners import hotels

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.trip.sharing import SharedTrip
    from recommender.web.plain.pages import Reported
    from recommender.web.plain.wishes import Wishes

LARGEST_VERSION: Final = 2**31 - 1
MOST_STOPS: Final = 100
"""So many places of a plan a report may carry along."""


# ------------------------------------------------------------------------------------------------ form, plan


async def form(request: Request) -> Response:
    """The form, filled in as the address asks."""
    region = await api.region_now()
    asked, problems = _asked(request, region)
    return await _form(request, region, asked, problems)


async def privacy(request: Request) -> Response:
    """What is kept, where and for how long."""
    from recommender.web.plain import pages

    lang = language(request)
    return await _shown(lang, partial(pages.privacy_page, lang))


@planned(1)
async def plan(request: Request) -> Response:
    """The form's wishes as a plan; what is wrong with them comes back beside the form, which is kept."""
    from recommender.trip import asked
    from recommender.web.plain import pages
    from recommender.web.plain.wishes import Wishes

    lang = _language(request, pairs := await read_pairs(request))
    region = await api.region_now()
    wishes = Wishes.read(pairs)
    try:
        itinerary = await api.queue.plan(region, wishes.request(), request)
        asked.note_plan(itinerary)
    except (RequestError, InfeasibleTrip) as error:
        if isinstance(error, InfeasibleTrip):
            asked.note_conflict(wishes.request(), error)
        return await _refused(request, region, wishes, error, lang)
    return await _shown(lang, partial(pages.plan_page, itinerary, region, lang, api.local_today()))


async def front(request: Request) -> Response:
    """The app's own address, for a browser that cannot run the app: the plan it asks for, or the form."""
    answer = await (plan if address.holds_request(request.query_params) else form)(request)
    answer.headers["vary"] = "accept-language, user-agent"
    return answer


def _asked(request: Request, region: Region) -> tuple[Wishes, list[Problem]]:
    from recommender.trip.planning import check_request
    from recommender.web.plain.wishes import Wishes

    today = api.local_today()
    check = partial(check_request, region, today=today)
    wish, problems = address.read_request(dict(request.query_params), address.sensible_date(today), check)
    return Wishes.of(wish), problems


async def _form(
    request: Request, region: Region, wishes: Wishes, problems: Sequence[Problem], *, lang: str | None = None, status: int = 200,
    box: Any = None, target: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    from recommender.web.plain import pages
    from recommender.web.plain.form import Form, problem_box

    lang = lang or language(request)

    def draw() -> str:
        goal = target or {"action": pages.PLANNED, "submit": text("plain.form.submit", lang)}
        made = Form(wishes.without(problems), region, lang, problems=problems, **goal).html()
        said = box or (problem_box(text("ui.problem.title", lang), problems, region, lang) if problems else None)
        other = "en" if lang == "zh" else "zh"
        params = wishes.params()
        switch = None if target else pages.with_query(pages.PLAIN, {**params, "lang": other})
        wechat = is_wechat(request.headers.get("user-agent", ""))
        return pages.form_page(made, lang, box=said, switch=switch, full=pages.with_query("/", params), wechat=wechat)

    return await _shown(lang, draw, status)


async def _refused(
    request: Request, region: Region, wishes: Wishes, error: RequestError | InfeasibleTrip, lang: str,
    target: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    """The form again with all that was typed: what is wrong, or what clashes and the ways out that were tried."""
    show = partial(_form, request, region, wishes, lang=lang, status=status_of(error), target=target)
    if isinstance(error, RequestError):
        return await show(error.problems)
    from recommender.markup import tag
    from recommender.trip.narrate.problems import conflict_words, relaxation_words
    from recommender.trip.planner import relaxed
    from recommender.web.plain import pages
    from recommender.web.plain.form import box

    wish = wishes.request()
    changes = [change for change in error.detail.get("relaxations", ()) if isinstance(change, dict)]
    heads = [text("ui.problem.conflict", lang), *conflict_words(error, region, lang)]
    rows = []
    for change in changes:
        way = pages.with_query(pages.PLANNED, {**address.encode(relaxed(wish, change)), "lang": lang})
        if target is None:
            rows.append(tag("li", tag("a", relaxation_words(change, wish, region, lang), href=way)))
        else:
            rows.append(tag("li", relaxation_words(change, wish, region, lang)))
    heads += [text("ui.problem.relax", lang)] if rows else []
    return await show((), box=box(heads, rows))


# ---------------------------------------------------------------------------------------------------- shared


@planned(1)
async def keep(request: Request) -> Response:
    """Store a plan for the wishes sent: a form is led to its edit page, JSON gets both links."""
    from recommender.trip import sharing
    from recommender.web.plain.wishes import Wishes

    if is_json(request):
        lang, wish = language(request), await api.read_wish(request)
        region = await api.region_now()
        itinerary = await api.queue.plan(region, wish, request)
    else:
        lang = _language(request, pairs := await read_pairs(request))
        region = await api.region_now()
        wishes = Wishes.read(pairs)
        try:
            itinerary = await api.queue.plan(region, wishes.request(), request)
        except (RequestError, InfeasibleTrip) as error:
            return await _refused(request, region, wishes, error, lang)
    try:
        keys = await anyio.to_thread.run_sync(partial(sharing.share, region, itinerary, lang, by=caller_of(request).key))
    except TooOften as error:
        if is_json(request):
            raise
        return await _later(error, "/plans", {**address.encode(itinerary.request), "lang": lang}, lang)
    if is_json(request):
        site = site_of(request)
        links = {"read": f"{site}/p/{keys.read}", "edit": f"{site}/e/{keys.edit}"}
        return json_answer({**links, "version": 1, "revision": itinerary.revision}, 201, _HEADERS)
    return _led(f"/e/{keys.edit}?lang={lang}")


async def _later(error: TooOften, action: str, again: Mapping[str, str], lang: str) -> Response:
    """Not stored for now: a page whose button sends the same once more, so that nothing is lost."""
    from recommender.web.plain import pages

    answer = await _shown(lang, partial(pages.later_page, error.message(lang), action, again, lang), status_of(error))
    answer.headers.update(wait_of(error))
    return answer


async def shared(request: Request) -> Response:
    """A shared plan, to look at."""
    from recommender.trip import sharing
    from recommender.web.plain import pages

    region = await api.region_now()
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, request.path_params["token"])
    lang = _reader(request, trip)
    wechat = is_wechat(request.headers.get("user-agent", ""))
    through, counted = await hotels.credit(trip, request, lang, "open")
    draw = partial(pages.shared_page, trip, site_of(request), lang, request.url.path, api.local_today(), through, wechat=wechat)
    answer = await _shown(lang, draw)
    answer.background = counted
    return answer


async def maps(request: Request) -> Response:
    """The days and legs of a shared plan, for the visitor's own map."""
    from recommender.trip import sharing
    from recommender.web.plain import pages

    region = await api.region_now()
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, request.path_params["token"])
    lang = _reader(request, trip)
    answer = await _shown(lang, partial(pages.maps_page, trip, lang, request.url.path))
    _, answer.background = await hotels.credit(trip, request, lang, "handoff")
    return answer


async def file(request: Request) -> Response:
    """A shared plan as a file: ``plan.pdf``, ``plan.ics`` and so on."""
    from recommender.exports import file_name
    from recommender.trip import sharing
    from recommender.web.plain import pages

    name = request.path_params["file"]
    form = next((form for form in pages.taken().values() if name == f"plan{form.suffix}"), None)
    if form is None:
        raise Refusal(404, "not_found")
    region = await api.region_now()
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, request.path_params["token"])
    lang = _reader(request, trip)
    credit, counted = await hotels.credit(trip, request, lang, "export")
    write = partial(form.write, trip.itinerary, trip.region, lang, credit=credit.in_file(form.name))
    data = await writing.run(request, write)
    headers = {**_HEADERS, "content-disposition": f'attachment; filename="{file_name(trip.itinerary, form)}"'}
    return Response(data, headers={**headers, "content-type": form.media_type}, background=counted)


async def wrong(request: Request) -> Response:
    """What a reader says is wrong with a place of a shared plan; a refusal keeps what was written."""
    from recommender.trip import sharing
    from recommender.web.plain import pages

    lang = _language(request, pairs := await read_pairs(request))
    region = await api.region_now()
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, request.path_params["token"])
    return await _reported(dict(pairs), pages.shared_reported(trip), region, lang, trip.itinerary.revision)


async def wrong_unkept(request: Request) -> Response:
    """The same about a plan that nobody has stored, whose wishes the form carries along."""
    from recommender.web.plain import pages

    lang = _language(request, pairs := await read_pairs(request))
    region = await api.region_now()
    sent = dict(pairs)
    places = [place for place in sent.get(pages.STOPS, "").split(",") if region.catalog.find_place(place) is not None]
    params = {name: value for name, value in sent.items() if name in (*address.PARAMETERS, address.MORE)}
    return await _reported(sent, pages.reported_as(places[:MOST_STOPS], region, params), region, lang, None)


async def _reported(sent: Mapping[str, str], about: Reported, region: Region, lang: str, revision: str | None) -> Response:
    from recommender.trip import reporting
    from recommender.web.plain import pages

    sent = {"place": "", "field": "", "text": "", **sent}
    try:
        await anyio.to_thread.run_sync(
            partial(reporting.report, region, sent["place"], sent["field"], sent["text"], lang, revision=revision)
        )
    except (RequestError, TooOften) as error:
        draw = partial(pages.report_page, about, error.message(lang), lang, sent)
        answer = await _shown(lang, draw, status_of(error))
        answer.headers.update(wait_of(error))
        return answer
    return await _shown(lang, partial(pages.report_page, about, text("ui.report.thanks", lang), lang, None))


async def own(request: Request) -> Response:
    """A shared plan, for its owner."""
    from recommender.web.plain import pages

    token, trip = await _to_edit(request)
    lang = _reader(request, trip)
    draw = partial(pages.own_page, trip, token, site_of(request), lang, request.url.path, api.local_today())
    return await _shown(lang, draw)


async def change(request: Request) -> Response:
    """The form with the wishes of a stored plan, to plan it again under the same links."""
    from recommender.web.plain.wishes import Wishes

    token, trip = await _to_edit(request)
    lang = _reader(request, trip)
    wishes = Wishes.of(trip.itinerary.request)
    return await _form(request, trip.region, wishes, (), lang=lang, target=_saving(token, trip.plan.version, lang))


@planned(1)
async def replace(request: Request) -> Response:
    """Plan a stored plan's new wishes and put the result under its links, unless somebody else was quicker."""
    from recommender.trip import sharing
    from recommender.web.plain import pages
    from recommender.web.plain.wishes import Wishes

    lang = _language(request, pairs := await read_pairs(request))
    token = request.path_params["token"]
    version = _version(dict(pairs).get("version", ""))
    wishes = Wishes.read(pairs)
    region = await api.region_now()
    try:
        wish = wishes.request()
        itinerary: Itinerary = await api.queue.plan(region, wish, request)
    except (RequestError, InfeasibleTrip) as error:
        return await _refused(request, region, wishes, error, lang, _saving(token, version, lang))
    try:
        put = partial(sharing.reshare, region, itinerary, lang, token, version, by=caller_of(request).key)
        await anyio.to_thread.run_sync(put)
    except TooOften as error:
        again = {**address.encode(wish), "lang": lang, "version": str(version)}
        return await _later(error, f"/e/{token}", again, lang)
    except RevisionConflict as error:
        draw = partial(pages.conflict_page, wish, int(error.detail["version"]), token, lang)
        return await _shown(lang, draw, status_of(error))
    return _led(f"/e/{token}?lang={lang}")


async def forget(request: Request) -> Response:
    """Delete a stored plan."""
    from recommender.trip import sharing
    from recommender.web.plain import pages

    lang = _language(request, await read_pairs(request))
    await anyio.to_thread.run_sync(sharing.forget, request.path_params["token"])
    words = text("plain.own.deleted", lang), text("plain.own.deleted_note", lang)
    return await _shown(lang, partial(pages.message_page, *words, lang))


async def _to_edit(request: Request) -> tuple[str, SharedTrip]:
    from recommender.trip import sharing

    token = request.path_params["token"]
    return token, await anyio.to_thread.run_sync(sharing.open_to_edit, await api.region_now(), token)


def _saving(token: str, version: int, lang: str) -> dict[str, Any]:
    """Where the form of a stored plan is sent."""
    return {
        "action": f"/e/{token}", "method": "post", "submit": text("plain.form.save", lang), "hidden": {"version": str(version)},
    }  # fmt: skip


def _version(given: str) -> int:
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:12]) <= LARGEST_VERSION:
        raise Refusal(400, "bad_request")
    return int(given[:12])


# --------------------------------------------------------------------------------------------- in and out


_HEADERS: Final = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "vary": "accept-language",
}


async def _shown(lang: str, draw: Any, status: int = 200) -> Response:
    html = await anyio.to_thread.run_sync(draw)
    headers = {**_HEADERS, "content-language": lang, "content-security-policy": plain_policy(settings())}
    return HTMLResponse(html.encode("utf-8", "replace"), status, headers)


def _led(path: str) -> Response:
    return RedirectResponse(path, 303, {**_HEADERS})


def _language(request: Request, pairs: Sequence[tuple[str, str]]) -> str:
    """That of the form, as it was shown."""
    asked = dict(pairs).get("lang")
    return asked if asked in LANGUAGES else language(request)


def _reader(request: Request, trip: SharedTrip) -> str:
    """``?lang=``, else the reader's browser, else as it was shared."""
    asked = request.query_params.get("lang")
    shared_in = trip.plan.content.lang
    return asked if asked in LANGUAGES else best_language(request.headers.get("accept-language"), shared_in)


async def failed(request: Request, error: Exception) -> Response:
    """Any named error as a page; as JSON for who sent JSON."""
    if is_json(request):
        return shaped(request, error)
    from recommender.web.plain import pages

    lang = language(request)
    title, note, status, headers = said(error, lang)
    answer = await _shown(lang, partial(pages.message_page, title, note, lang), status)
    answer.headers.update(headers)
    return answer


def said(error: Exception, lang: str) -> tuple[str, str, int, dict[str, str]]:
    """Any named error for people: a title, a sentence, the status and headers; it is noted as a refusal."""
    note_event("refused", code=code_of(error))
    title, headers = text("plain.error.title", lang), {}
    if isinstance(error, ShareLinkError):
        title, note, status = text("plain.missing.title", lang), text("plain.missing.note", lang), 404
    elif isinstance(error, StoreUnavailable):
        note, status = text("plain.error.store", lang), 503
    elif isinstance(error, RequestError | InfeasibleTrip | TooOften | OneTimeLinkError | FormatUnavailable):
        note, status = error.message(lang), status_of(error)
    elif isinstance(error, RecommenderError):
        status = status_of(error)
        note = text("web.unavailable" if status == 503 else "web.internal", lang)
    elif isinstance(error, Refusal):
        note = find_text(f"plain.error.{error.code}", lang) or text(f"web.{error.code}", lang, **error.values)
        status, headers = error.status, error.headers
    else:
        assert isinstance(error, HTTPException)
        status, headers = error.status_code, dict(error.headers or {})
        code = {404: "not_found", 405: "method_not_allowed"}.get(status, "bad_request")
        note = text(f"plain.error.{code}", lang)
    return title, note, status, {**headers, **wait_of(error)}


def with_pages(app: ASGIApp) -> ASGIApp:
    """An app whose errors leave as pages for people."""
    return ExceptionMiddleware(app, dict.fromkeys((Refusal, HTTPException, RecommenderError), failed))


class Front:
    """The app's own addresses: its page, or the plain one for browsers that are known to fail; ``?full=1`` insists."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._plain = with_pages(Router([Route(path, front, methods=["GET"])], redirect_slashes=False))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        plain = (
            request.method in ("GET", "HEAD")
            and "full" not in request.query_params
            and cannot_run_app(request.headers.get("user-agent", ""))
        )
        await (self._plain if plain else self._app)(scope, receive, send)


def routes() -> list[Route]:
    """The plain pages and the shared plans."""
    doors = [
        Route("/plain", form, methods=["GET"]),
        Route("/plain/privacy", privacy, methods=["GET"]),
        Route("/plain/plan", plan, methods=["GET", "POST"]),
        Route("/plain/report", wrong_unkept, methods=["POST"]),
        Route("/plans", keep, methods=["POST"]),
        Route("/p/{token}", shared, methods=["GET"]),
        Route("/p/{token}/maps", maps, methods=["GET"]),
        Route("/p/{token}/report", wrong, methods=["POST"]),
        Route("/p/{token}/{file}", file, methods=["GET"]),
        Route("/e/{token}", own, methods=["GET"]),
        Route("/e/{token}", replace, methods=["POST"]),
        Route("/e/{token}/change", change, methods=["GET"]),
        Route("/e/{token}/delete", forget, methods=["POST"]),
    ]
    room = Limited(Router(doors, redirect_slashes=False), with_pages)
    # A path that only begins like one of ours is a page of ours that is not there, not the app.
    paths = ("/plain", "/plain/{rest:path}", "/plans", "/plans/{rest:path}", "/p", "/p/{rest:path}", "/e", "/e/{rest:path}")
    return [Route(path, room) for path in paths]
