"""The hotels' doors: read what was sent, hold it against the hotel's link, call one use case, show a page.

Only what lies under ``/embed/`` may stand in a frame, and only on the sites that the hotel named and the bureau approved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp

from recommender import address
from recommender.errors import (
    InfeasibleTrip,
    RecommenderError,
    RequestError,
    ShareLinkError,
    StoreUnavailable,
    TooOften,
)
from recommender.i18n import LANGUAGES, best_language, text
from recommender.model import Itinerary, PlaceRef, TripRequest
from recommender.partners import Partner, Visit, attribution, find, limits, origins, visit
from recommender.partners.links import HEIGHT_PX, WIDTH_PX, Kit, frame_html, full_planner
from recommender.settings import settings
from recommender.web import api
from recommender.web.answers import (
    Refusal,
    error_answer,
    is_json,
    json_answer,
    language,
    read_pairs,
    site_of,
    status_of,
)
from recommender.web.export import writing
from recommender.web.headers import partner_policy
from recommender.web.limits import PLANS, Limited, caller_of, take
from recommender.web.partners import frame
from recommender.web.partners.frame import Room
from recommender.web.plain.doors import failed, said

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.web.plain.wishes import Wishes

Draw = Callable[[], str]

STATUS: Final[Mapping[str, int]] = {"": 200, "forged": 404, "expired": 410, "revoked": 410}
OEMBED_CACHE_S: Final = 3600
SCRIPT_CACHE_S: Final = 3600
_HEADERS: Final = {
    "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex", "vary": "accept-language",
}  # fmt: skip
_CHANNELS: Final = {"embed": "iframe", "desk": "desk", "lobby": "lobby", "mini": "mini"}
"""By which way a guest came where the address does not say."""


async def room_of(request: Request) -> Room:
    """Where a request stands: its hotel, language and way.

    Raises
    ------
    TooOften
        Too many pages went through this hotel's link within the minute.
    """
    room = await _stands(request)
    limits.take_page(_id(room), caller_of(request).key)
    return room


async def _stands(request: Request) -> Room:
    name, token = [*request.scope["path"].split("/"), ""][1:3]
    came: Visit = await anyio.to_thread.run_sync(visit, token)
    sites = came.named.hotel.hosts if came.named is not None else await anyio.to_thread.run_sync(_around, request)
    channel = attribution.channel_of(request.query_params, _CHANNELS.get(name, "link"))
    return Room(name, token, came, _language(request, came), channel, site_of(request), sites, _is_silent(request))


def _around(request: Request) -> tuple[str, ...]:
    """The hotel's site that shows us in a frame, as the browser says, for pages that know no hotel."""
    page = f"{request.headers.get('referer', '')}/"
    return tuple(site for site in origins() if page.startswith(f"{site}/"))


def _is_silent(request: Request) -> bool:
    return request.method == "HEAD" or frame.PREVIEW in request.query_params


def _language(request: Request, came: Visit) -> str:
    """``?lang=``, else the link's, else the hotel's, else the browser's."""
    asked = request.query_params.get("lang", "")
    hotel = came.partner.hotel.lang if came.partner else ""
    return next((one for one in (asked, came.lang, hotel) if one in LANGUAGES), language(request))


def _id(room: Room) -> str:
    return room.visit.partner.id if room.visit.partner is not None else limits.NOBODY


async def _shown(room: Room, draw: Draw, *, kind: str = "", status: int | None = None) -> Response:
    html = await anyio.to_thread.run_sync(draw)
    policy = partner_policy(room.sites, framed=room.framed, script=frame.height_hash(), screen=room.name == "lobby")
    headers = {**_HEADERS, "content-language": room.lang, "content-security-policy": policy}
    status = STATUS[room.visit.wrong] if status is None else status
    return HTMLResponse(html.encode("utf-8", "replace"), status, headers, background=_counted(room, kind))


def _counted(room: Room, kind: str) -> BackgroundTask | None:
    """Count something once the answer is out; nothing where there is no partner."""
    partner = room.visit.partner
    if partner is None or not kind or room.silent:
        return None
    way = room.channel if room.channel in attribution.CHANNELS else "other"
    return BackgroundTask(attribution.count, partner.id, kind, way)


async def _failed(request: Request, error: Exception) -> Response:
    """Any named error as a page of the hotel's, so that it is seen where the hotel's pages are."""
    if is_json(request) or request.scope["path"].split("/")[1] not in (*frame.ROOMS, *frame.HOUSE):
        return await failed(request, error)
    from recommender.web.partners import pages

    room = await _stands(request)
    if isinstance(error, TooOften):
        return await _busy(room, error)
    title, note, status, headers = said(error, room.lang)
    answer = await _shown(room, partial(pages.failed_page, room, title, note), status=status)
    answer.headers.update(headers)
    return answer


async def _busy(room: Room, error: TooOften, again: Mapping[str, str] | None = None) -> Response:
    """Come back in a moment; what a form sent is kept in a button that sends it once more."""
    from recommender.web.partners import pages

    title = text("partners.wrong.busy_title", room.lang)
    note = text("partners.wrong.busy", room.lang, seconds=error.detail["retry_after_s"])
    answer = await _shown(room, partial(pages.failed_page, room, title, note, again), status=status_of(error))
    answer.headers.update(said(error, room.lang)[3])
    return answer


def _with_house_pages(app: ASGIApp) -> ASGIApp:
    return ExceptionMiddleware(app, dict.fromkeys((Refusal, HTTPException, RecommenderError), _failed))


# ------------------------------------------------------------------------------------------------------ form, plan


async def form(request: Request) -> Response:
    """The form, with trips beginning at the hotel."""
    room = await room_of(request)
    region = await api.region_now()
    today = api.local_today()
    wishes, problems = await anyio.to_thread.run_sync(_asked, request, room, region, today)
    return await _form(room, region, wishes, problems, kind="open")


def _asked(request: Request, room: Room, region: Region, today: dt.date) -> tuple[Wishes, Sequence[Any]]:
    """What the address asks for; a guest who asks nothing goes out tomorrow, for a day, from the hotel and back."""
    from recommender.trip.planning import check_request
    from recommender.web.plain.wishes import Wishes

    params = dict(request.query_params)
    home = room.visit.start_ref(region)
    if home is not None:
        params = {"days": "1", **_ends(home), **params}
    check = partial(check_request, region, today=today)
    first = today + dt.timedelta(days=1) if home is not None else address.sensible_date(today)
    wish, problems = address.read_request(params, first, check)
    return Wishes.of(wish), problems


def _ends(home: PlaceRef) -> dict[str, str]:
    """Hotel and hotel, as the address says it."""
    anchor = {"place": home if isinstance(home, str) else home.model_dump(mode="json")}
    wish = TripRequest.parse({"start_date": "2027-01-01", "days": 1, "start": anchor, "end": anchor})
    return {name: value for name, value in address.encode(wish).items() if name in ("from", "to")}


async def _form(
    room: Room, region: Region, wishes: Wishes, problems: Sequence[Any], *, box: Any = None, status: int | None = None,
    kind: str = "",
) -> Response:  # fmt: skip
    from recommender.web.partners import pages
    from recommender.web.plain.form import Form, problem_box

    def draw() -> str:
        action = f"/{room.name}/{room.token}/plan"
        made = Form(
            wishes.without(problems), region, room.lang, action=action, submit=text("plain.form.submit", room.lang),
            problems=problems, hidden=room.carried,
        ).html()  # fmt: skip
        said = box or (problem_box(text("ui.problem.title", room.lang), problems, region, room.lang) if problems else None)
        home = room.visit.start_ref(region)
        today = api.local_today()
        quick = [] if home is None or said else [pages.quick_link(room, home, today, days) for days in pages.QUICK_DAYS]
        return pages.form_page(room, made, wishes.params(), said, quick)

    return await _shown(room, draw, status=status, kind=kind)


async def plan(request: Request) -> Response:
    """The form's wishes as a plan from the hotel's door; what is wrong with them comes back beside the form."""
    from recommender.web.partners import pages
    from recommender.web.plain.wishes import Wishes

    room = await room_of(request)
    wishes = Wishes.read(await read_pairs(request))
    region = await api.region_now()
    try:
        wish, itinerary = await _planned(request, room, region, wishes)
    except (RequestError, InfeasibleTrip) as error:
        return await _refused(room, region, wishes, error)
    return await _shown(room, partial(pages.plan_page, room, wish, itinerary, region), kind="plan", status=200)


async def _planned(request: Request, room: Room, region: Region, wishes: Wishes) -> tuple[TripRequest, Itinerary]:
    """The guest's wish, and the plan for it with what follows from the hotel."""
    wish = wishes.request()
    asked = {field for name, field in (("dawn", "day_start"), ("stay", "lodging")) if name in wishes.kept}
    return wish, await _made(request, room, region, wish, asked)


async def _made(request: Request, room: Room, region: Region, wish: TripRequest, asked: set[str]) -> Itinerary:
    from recommender.partners import stay

    home = room.visit.home_ref(region)
    settled = wish
    if room.hotel is not None and home is not None:
        settled = stay.settled(room.hotel, wish, home, asked)
    take(request, PLANS)
    with limits.planning(_id(room), caller_of(request).key):
        return await api.queue.plan(region, settled, request)


async def _refused(room: Room, region: Region, wishes: Wishes, error: RequestError | InfeasibleTrip) -> Response:
    """The form again with all that was typed: what is wrong, or what clashes and the ways out that were tried."""
    if isinstance(error, RequestError):
        return await _form(room, region, wishes, error.problems, status=status_of(error))
    from recommender.markup import tag
    from recommender.trip.narrate.problems import conflict_words, relaxation_words
    from recommender.trip.planner import relaxed
    from recommender.web.plain.form import box

    wish = wishes.request()
    heads = [text("ui.problem.conflict", room.lang), *conflict_words(error, region, room.lang)]
    rows = []
    for change in error.detail.get("relaxations", ()):
        if isinstance(change, dict):
            way = room.path("/plan", address.encode(relaxed(wish, change)))
            rows.append(tag("li", tag("a", relaxation_words(change, wish, region, room.lang), href=way)))
    heads += [text("ui.problem.relax", room.lang)] if rows else []
    return await _form(room, region, wishes, (), box=box(heads, rows), status=status_of(error))


async def keep(request: Request) -> Response:
    """Store a plan for the wishes sent, remembering through which hotel it came about."""
    from recommender.trip import sharing
    from recommender.web.plain.wishes import Wishes

    pairs = await read_pairs(request)
    room = await room_of(request)
    sent = dict(pairs)
    room = replace(
        room, lang=_sent_language(sent, room.lang), channel=attribution.channel_of(sent), silent=frame.PREVIEW in sent
    )
    wishes = Wishes.read(pairs)
    region = await api.region_now()
    try:
        _, itinerary = await _planned(request, room, region, wishes)
    except (RequestError, InfeasibleTrip) as error:
        return await _refused(room, region, wishes, error)
    except TooOften as error:
        return await _busy(room, error, sent)
    partner = room.visit.partner
    whose = None if partner is None else partner.id
    store_it = partial(
        sharing.share, region, itinerary, room.lang, by=caller_of(request).key, partner=whose,
        channel=room.channel if partner else None,
    )  # fmt: skip
    try:
        keys = await anyio.to_thread.run_sync(store_it)
    except TooOften as error:
        return await _busy(room, error, sent)
    return _led(f"/e/{keys.edit}?lang={room.lang}", _counted(room, "share"))


def _sent_language(sent: Mapping[str, str], otherwise: str) -> str:
    asked = sent.get("lang", "")
    return asked if asked in LANGUAGES else otherwise


async def full(request: Request) -> Response:
    """On to the full planner, with the trip as it is or just the hotel as its beginning."""
    room = await room_of(request)
    ours = {name: value for name, value in request.query_params.items() if name in (*address.PARAMETERS, address.MORE)}
    partner = room.visit.partner
    if partner is None:
        return _led(f"/?lang={room.lang}")
    region = await api.region_now()
    wish = await anyio.to_thread.run_sync(_full_wish, room, region, ours)
    target = full_planner(address.encode(wish), room.token, room.lang, room.channel, partner.id)
    return _led(target, _counted(room, "handoff"))


def _full_wish(room: Room, region: Region, asked: Mapping[str, str]) -> TripRequest:
    """What the full planner begins with: the wish so far, with what follows from the hotel written out."""
    from recommender.partners import stay
    from recommender.trip.planning import check_request

    start, home, hotel, today = room.visit.start_ref(region), room.visit.home_ref(region), room.hotel, api.local_today()
    assert start is not None
    assert home is not None
    assert hotel is not None
    check = partial(check_request, region, today=today)
    wish, _ = address.read_request({"days": "1", **_ends(start), **asked}, today + dt.timedelta(days=1), check)
    chosen = {field for name, field in (("dawn", "day_start"), ("stay", "lodging")) if name in asked}
    return stay.settled(hotel, wish, home, chosen)


def _led(path: str, background: BackgroundTask | None = None) -> Response:
    return RedirectResponse(path, 303, dict(_HEADERS), background=background)


# -------------------------------------------------------------------------------------------------- frames, oEmbed


async def shared(request: Request) -> Response:
    """A shared plan in a frame, on the sites of the hotel through which it was made."""
    from recommender.trip import sharing
    from recommender.web.partners import pages

    region = await api.region_now()
    token = request.path_params["read"]
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, token)
    partner = await anyio.to_thread.run_sync(find, trip.plan.partner) if trip.plan.partner else None
    if partner is None:
        raise Refusal(404, "not_found")
    limits.take_page(partner.id, caller_of(request).key)
    asked = request.query_params.get("lang")
    lang = asked if asked in LANGUAGES else best_language(request.headers.get("accept-language"), trip.plan.content.lang)
    came = Visit(partner, named=partner)
    channel = attribution.channel_of(request.query_params, "oembed")
    sites, silent = partner.hotel.hosts, _is_silent(request)
    room = Room("embed", partner.token(), came, lang, channel, site_of(request), sites, silent)
    return await _shown(room, partial(pages.shared_embed, room, trip), kind="open")


async def oembed(request: Request) -> Response:
    """How to embed a hotel's page or a plan that was made through one, for sites that ask by themselves."""
    form_ = request.query_params.get("format", "json")
    if form_ != "json":
        return error_answer(501, "only_json", language(request), _HEADERS, given=form_[:60])
    site = site_of(request)
    url = request.query_params.get("url", "")
    found = await anyio.to_thread.run_sync(_embeddable, url, site)
    if found is None:
        raise Refusal(404, "not_found")
    partner, target, lang = found
    limits.take_page(partner.id, caller_of(request).key)
    width = _bounded(request.query_params.get("maxwidth"), WIDTH_PX)
    height = _bounded(request.query_params.get("maxheight"), HEIGHT_PX)
    title = text("partners.snippet.words", lang, hotel=partner.hotel.name(lang))
    body = {
        "version": "1.0", "type": "rich", "title": title, "provider_name": text("trip.brand", lang), "provider_url": f"{site}/",
        "author_name": partner.hotel.name(lang), "cache_age": OEMBED_CACHE_S, "width": width, "height": height,
        "html": frame_html(target, title, width=width, height=height),
    }  # fmt: skip
    headers = {"access-control-allow-origin": "*", "cache-control": f"public, max-age={OEMBED_CACHE_S}"}
    return json_answer(body, 200, headers)


def _embeddable(url: str, site: str) -> tuple[Partner, str, str] | None:
    """Whose page an address of ours is, what to put into the frame, and its language; None for all other addresses."""
    from recommender import store

    if len(url) > 2000 or not url.startswith(f"{site}/"):
        return None
    parts = urlsplit(url[len(site) :])
    words = parts.path.split("/")
    if len(words) != 3:
        return None
    if words[1] in ("h", "embed"):
        came = visit(words[2])
        partner = came.partner
        lang = came.lang or (partner.hotel.lang if partner else "") or "zh"
        target = f"{site}/embed/{words[2]}?utm_medium=oembed"
    elif words[1] == "p":
        try:
            stored = store.get_plan(store.database(), words[2])
        except (ShareLinkError, StoreUnavailable):
            return None
        partner = find(stored.partner) if stored.partner else None
        lang = stored.content.lang
        target = f"{site}/embed/p/{words[2]}?utm_medium=oembed"
    else:
        return None
    return None if partner is None else (partner, target, lang)


def _bounded(given: str | None, most: int) -> int:
    return min(max(int(given), 1), most) if given and given.isascii() and given.isdigit() and len(given) < 6 else most


async def script(request: Request) -> Response:
    """One of our scripts; ``embed.js`` runs on the hotels' sites, ``lobby.js`` on the screen."""
    name = request.url.path.rsplit("/", 1)[-1]
    headers = {"cache-control": f"public, max-age={SCRIPT_CACHE_S}", "cross-origin-resource-policy": "cross-origin"}
    return Response(frame.script_file(name), headers={**headers, "content-type": "text/javascript; charset=utf-8"})


# ------------------------------------------------------------------------------------------------- codes and cards


async def file(request: Request) -> Response:
    """``qr.svg``, ``qr.png`` or ``card.pdf`` of a hotel's link."""
    from recommender.partners import card, qr

    room = await room_of(request)
    partner, hotel = room.visit.partner, room.hotel
    name = request.path_params["file"]
    if partner is None or hotel is None or name not in ("qr.svg", "qr.png", "card.pdf"):
        raise Refusal(404, "not_found")
    kit = Kit(room.site, partner.id, hotel, room.token, room.lang)
    if name == "card.pdf":
        data = await writing.run(request, partial(card.write, hotel, kit.address("h", "card"), room.lang))
        kind = "application/pdf"
    elif name == "qr.png":
        data, kind = await anyio.to_thread.run_sync(qr.png, kit.address("h", "qr")), "image/png"
    else:
        data, kind = (await anyio.to_thread.run_sync(qr.svg, kit.address("h", "qr"))).encode(), "image/svg+xml"
    disposition = f'attachment; filename="{partner.id}-{name}"'
    return Response(data, headers={**_HEADERS, "content-disposition": disposition, "content-type": kind})


# ------------------------------------------------------------------------------------------------------- the house


def _now() -> dt.datetime:
    """The clock on the wall in Jinzhong, on the day that all doors take for today."""
    now = dt.datetime.now(api.SHANGHAI)
    return dt.datetime.combine(api.local_today(), now.time())


async def desk(request: Request) -> Response:
    """Four taps for the front desk."""
    from recommender.web.partners import house

    room = await _inside(request)
    return await _shown(room, partial(house.desk_page, room, _now()))


async def desk_plan(request: Request) -> Response:
    """What was tapped as a plan, stored, so that a code can lead to it."""
    from recommender.trip import sharing
    from recommender.web.partners import house

    sent = dict(await read_pairs(request))
    room = await _inside(request)
    region = await api.region_now()
    home = room.visit.start_ref(region)
    partner = room.visit.partner
    assert home is not None
    assert partner is not None
    try:
        wish = house.desk_wish(sent, home, _now())
        itinerary = await _made(request, room, region, wish, set())
    except (RequestError, InfeasibleTrip) as error:
        draw = partial(house.desk_page, room, _now(), error.message(room.lang))
        return await _shown(room, draw, status=status_of(error))
    by = caller_of(request).key
    store_it = partial(sharing.share, region, itinerary, room.lang, by=by, partner=partner.id, channel="desk")
    keys = await anyio.to_thread.run_sync(store_it)
    return _led(f"/desk/{room.token}/p/{keys.read}?lang={room.lang}", _counted(replace(room, channel="desk"), "plan"))


async def desk_shown(request: Request) -> Response:
    """A plan of the desk, with its code for the guest's phone."""
    from recommender.trip import sharing
    from recommender.web.partners import house

    room = await _inside(request)
    region = await api.region_now()
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, request.path_params["read"])
    link = f"{room.site}/p/{trip.plan.read_token}?utm_medium=desk"
    return await _shown(room, partial(house.desk_plan_page, room, trip, link))


async def lobby(request: Request) -> Response:
    """The screen in the lobby."""
    from recommender.partners.lobby import board
    from recommender.web.partners import house

    room = await _inside(request)
    region = await api.region_now()
    hotel = room.hotel
    assert hotel is not None
    assert room.visit.partner is not None
    link = Kit(room.site, room.visit.partner.id, hotel, room.token, room.lang).address("h", "lobby")
    return await _shown(room, lambda: house.lobby_page(room, board(region, hotel, _now()), region, link))


async def lobby_now(request: Request) -> Response:
    """What moves on the screen, alone."""
    from recommender.partners.lobby import board
    from recommender.web.partners import house

    room = await _inside(request)
    region = await api.region_now()
    hotel = room.hotel
    assert hotel is not None
    return await _shown(room, lambda: str(house.board_part(room, board(region, hotel, _now()), region)))


async def _inside(request: Request) -> Room:
    """As `room_of`, for pages that are nothing without their hotel.

    Raises
    ------
    Refusal
        The link does not hold.
    """
    room = await room_of(request)
    if room.visit.partner is None:
        raise Refusal(STATUS[room.visit.wrong], "not_found")
    return room


async def places(request: Request) -> Response:
    """Every stop of a shared plan for a mini-program's map (GCJ-02)."""
    from recommender.trip import sharing
    from recommender.web.partners import pages

    region = await api.region_now()
    trip = await anyio.to_thread.run_sync(sharing.open_shared, region, request.path_params["token"])
    lang = language(request)
    body = {"datum": "GCJ-02", "places": pages.open_location(trip.itinerary, trip.region, lang)}
    return json_answer(body, 200, _HEADERS)


async def domain_file(request: Request) -> Response:
    """The file by which WeChat sees that a business domain is ours."""
    return PlainTextResponse(settings().domain_file_text)


def routes() -> list[BaseRoute]:
    """The hotels' pages, and what hotels' sites ask for."""
    doors = [
        Route("/embed/p/{read}", shared, methods=["GET"]),
        *(Route(f"/{room}/{{token}}", form, methods=["GET"]) for room in frame.ROOMS),
        *(Route(f"/{room}/{{token}}/plan", plan, methods=["GET"]) for room in frame.ROOMS),
        *(Route(f"/{room}/{{token}}/keep", keep, methods=["POST"]) for room in ("h", "mini")),
        Route("/h/{token}/full", full, methods=["GET"]),
        Route("/h/{token}/{file}", file, methods=["GET"]),
        Route("/desk/{token}", desk, methods=["GET"]),
        Route("/desk/{token}", desk_plan, methods=["POST"]),
        Route("/desk/{token}/p/{read}", desk_shown, methods=["GET"]),
        Route("/lobby/{token}", lobby, methods=["GET"]),
        Route("/lobby/{token}/now", lobby_now, methods=["GET"]),
        Route("/p/{token}/openlocation.json", places, methods=["GET"]),
        Route("/oembed", oembed, methods=["GET"]),
        Route("/embed.js", script, methods=["GET"]),
        Route("/lobby.js", script, methods=["GET"]),
    ]
    room = Limited(Router(doors, redirect_slashes=False), _with_house_pages)
    rooms = (*frame.ROOMS, *frame.HOUSE)
    paths = [f"/{name}{rest}" for name in rooms for rest in ("", "/{rest:path}")]
    paths += ["/p/{token}/openlocation.json", "/oembed", "/embed.js", "/lobby.js"]
    name = settings().domain_file_name
    return [*(Route(path, room) for path in paths), *([Route(f"/{name}", domain_file, methods=["GET"])] if name else [])]
