"""The plain pages as HTML: form, plan, shared plan, and what to say when something is in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from markupsafe import Markup

from recommender import address
from recommender.exports import FORMATS, Format
from recommender.exports.course import course
from recommender.exports.maps import day_menu, leg_menu
from recommender.exports.png import SIZE as PICTURE
from recommender.i18n import text
from recommender.markup import EMPTY, join, tag, void
from recommender.model import Itinerary, LegItem, StopItem, TripRequest
from recommender.settings import settings
from recommender.trip import narrate
from recommender.trip.explain import list_visits
from recommender.trip.narrate.extra import extra_texts
from recommender.trip.narrate.names import date_words, listed
from recommender.trip.narrate.page import brand_line, document, itinerary_parts, page_title
from recommender.trip.narrate.sentences import leg_text, wishes_text
from recommender.trip.reporting import FIELDS, LONGEST
from recommender.web.plain.form import hidden_inputs
from recommender.web.shell import SEAL

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.trip.sharing import SharedTrip
    from recommender.web.partners.hotels import Through

SHOWN_CHANGES: Final = 10
PLAIN: Final = "/plain"
PLANNED: Final = "/plain/plan"
REPORTED: Final = "/plain/report"
STOPS: Final = "stops"
"""The field in which a report about a plan that is not kept names the plan's places."""
PRIVACY: Final = "/plain/privacy"
STORED: Final = "/plans"
TAKEN: Final = ("pdf", "png", "ics", "gpx", "kml", "geojson", "text")
_OG_LOCALE: Final = {"zh": "zh_CN", "en": "en_US"}
_LOCAL: Final = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")


# ---------------------------------------------------------------------------------------------------- frame


def page(
    title: str, parts: Sequence[Markup | None], lang: str, *, heads: Sequence[Markup] = (), switch: str | None = None,
    head: Markup = EMPTY, full: str = "/",
) -> str:  # fmt: skip
    """A page in our frame.

    Parameters
    ----------
    heads
        What stands in the header; the brand alone by default.
    switch
        Address of the same page in the other language; None where there is none.
    head
        What else belongs into the head.
    full
        Address of the app for the same thing.
    """
    links = [tag("a", text("plain.language", lang), href=switch, lang=_other(lang), hreflang=_other(lang))] if switch else []
    links.append(tag("a", text("plain.full", lang), href=with_query(full, {"full": "1", "lang": lang})))
    brand = heads or [tag("b", text("trip.brand", lang), class_="serif"), tag("h1", title)]
    nav = tag("nav", *links, aria_label=text("plain.menu", lang))
    body = [tag("header", *brand, nav), tag("main", *parts), _foot(lang)]
    icon = join([void("link", rel="icon", href=SEAL), void("meta", name="robots", content="noindex")])
    return document(title, body, lang, head=join([icon, head]), style=style())


def _foot(lang: str) -> Markup:
    """Where it is said what is kept, and the numbers the law asks for."""
    config = settings()
    approval = config.map_approval or text("ui.map.approval_pending", lang)
    lines = [
        tag("p", tag("a", text("plain.privacy.title", lang), href=f"{PRIVACY}?lang={lang}")),
        tag("p", tag("a", text("ui.footer.open_data", lang), href=f"/open-data?lang={lang}")),
        tag("p", text("ui.footer.map_approval", lang, number=approval)),
        tag("p", config.icp_number) if config.icp_number else None,
    ]
    return tag("footer", *lines, class_="foot-note")


def privacy_page(lang: str) -> str:
    """What is kept, where, for how long, and how to have it deleted."""
    days = settings().plan_days
    kinds = ("wishes", "plans", "hotels", "reports", "demand", "requests", "cookies")
    said = [tag("p", text(f"plain.privacy.{kind}", lang, days=days)) for kind in kinds]
    words = tag("section", *said, class_="day privacy")
    return page(
        text("plain.privacy.title", lang), [words], lang, switch=with_query(PRIVACY, {"lang": _other(lang)}), full="/"
    )


def with_query(path: str, params: Mapping[str, str]) -> str:
    """An address with parameters added."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode(params)}" if params else path


@cache
def style() -> str:
    """The style sheet of the plain pages."""
    return resources.files(__package__).joinpath("plain.css").read_text(encoding="utf-8")


def _other(lang: str) -> str:
    return "en" if lang == "zh" else "zh"


def _button(action: str, label: str, values: Mapping[str, str], class_: str) -> Markup:
    """A form of one button."""
    return tag("form", *hidden_inputs(values), tag("button", label, type="submit", class_=class_), action=action, method="post")


def _link(href: str, label: str, class_: str = "act") -> Markup:
    return tag("a", label, href=href, class_=class_)


def _actions(*parts: Markup | None, lang: str) -> Markup:
    return tag("section", tag("h2", text("plain.plan.actions", lang), class_="serif"), *parts, class_="day actions")


# ----------------------------------------------------------------------------------------------------- form


def form_page(form: Markup, lang: str, *, box: Markup | None = None, switch: str | None = None, full: str = "/",
              wechat: bool = False) -> str:  # fmt: skip
    """The form; ``box`` says what is wrong with it."""
    lead = text("plain.in_browser" if wechat else "plain.lead", lang)
    return page(
        text("plain.form.title", lang), [box, tag("p", lead, class_="hint"), form], lang, switch=switch,
        head=card(text("web.title", lang), text("web.description", lang), lang), full=full,
    )  # fmt: skip


def form_address(request: TripRequest, today: dt.date, lang: str) -> str:
    """The form filled in with these wishes; days that are past are not among them."""
    return with_query(PLAIN, {**params_from(request, today), "lang": lang})


def params_from(request: TripRequest, today: dt.date) -> dict[str, str]:
    """A request as the address says it, without a first day that is past."""
    params = address.encode(request)
    if request.start_date < today:
        del params["date"]
    return params


# ----------------------------------------------------------------------------------------------------- plan


def plan_page(itinerary: Itinerary, region: Region, lang: str, today: dt.date) -> str:
    """A plan just made, with the button that keeps it."""
    request = itinerary.request
    params = address.encode(request)
    spare = extra_texts(itinerary, region, lang)
    nothing = not list_visits(itinerary) and request.reach != "region"
    wider = text("ui.plan.wider", lang, reach=text("ui.reach.region", lang))
    keep = _actions(
        _link(with_query(PLANNED, {**params, "reach": "region", "lang": lang}), wider, "go") if nothing else None,
        tag("p", text("plain.plan.keep_note", lang), class_="hint"),
        _button(STORED, text("plain.plan.keep", lang), {**params, "lang": lang}, "go"),
        _link(form_address(request, today, lang), text("plain.plan.change", lang)),
        lang=lang,
    )
    return page(
        page_title(itinerary, lang),
        [*itinerary_parts(itinerary, region, lang, spare=spare), report_form(reported_of(itinerary, region), lang), keep], lang,
        heads=brand_line(itinerary, lang), head=plan_card(itinerary, region, lang), full=with_query("/", params),
        switch=with_query(PLANNED, {**params, "lang": _other(lang)}),
    )  # fmt: skip


def plan_card(itinerary: Itinerary, region: Region, lang: str, picture: str | None = None) -> Markup:
    """What a messenger shows of a link to the plan; ``picture`` is the address of its picture."""
    first = date_words(itinerary.days[0].date, lang)
    ideas = [narrate.day_idea(itinerary, d, region, lang) for d in range(len(itinerary.days))]
    words = listed([" · ".join(wishes_text(itinerary, region, lang)[:1]), *ideas], lang)
    return card(f"{page_title(itinerary, lang)} · {first}", words, lang, picture)


def card(title: str, description: str, lang: str, picture: str | None = None) -> Markup:
    """What a messenger shows of a link."""
    named = {
        "og:title": title, "og:description": description, "og:type": "website", "og:locale": _OG_LOCALE[lang],
        "og:site_name": text("trip.brand", lang),
    }  # fmt: skip
    if picture is not None:
        wide, tall = PICTURE
        named |= {"og:image": picture, "og:image:type": "image/png", "og:image:width": str(wide), "og:image:height": str(tall)}
    described = void("meta", name="description", content=description)
    return join([described, *(void("meta", property=name, content=content) for name, content in named.items())])


# --------------------------------------------------------------------------------------------------- shared


def shared_page(trip: SharedTrip, site: str, lang: str, path: str, today: dt.date, through: Through, *,
                wechat: bool = False) -> str:  # fmt: skip
    """A shared plan for whoever has its read link.

    Parameters
    ----------
    site
        How addresses of this server begin.
    through
        The hotel that it was made through, if any; what is planned from here on is too.
    """
    request = trip.itinerary.request
    similar = {**params_from(request, today), **through.carried, "lang": lang}
    after = _actions(
        _link(with_query(through.form, similar), text("plain.plan.similar", lang), "go"),
        _link(with_query(_app(request, today, lang), through.carried), text("plain.open_full", lang)),
        tag("p", text("plain.in_browser", lang), class_="hint") if wechat else None,
        lang=lang,
    )
    shared = text("plain.shared.from", lang, date=_date(trip.plan.created, lang))
    state, wrong = _state(trip, lang, today, shared), report_form(shared_reported(trip), lang)
    parts = [through.box, state, *_plan(trip, lang), wrong, _take(trip, lang), after]
    return _of(trip, parts, site, lang, path, today, through.carried)


def _plan(trip: SharedTrip, lang: str) -> list[Markup]:
    # Where places are gone there are names left of them, and nothing to look around from.
    spare = () if trip.gone else extra_texts(trip.itinerary, trip.region, lang)
    return itinerary_parts(trip.itinerary, trip.region, lang, spare=spare)


@dataclass(frozen=True, slots=True)
class Reported:
    """A plan about which something may be said to be wrong.

    Attributes
    ----------
    places
        Of its stops.
    action, back
        Where the form is sent, and where the plan is.
    kept
        What the form carries along.
    """

    places: tuple[str, ...]
    region: Region
    action: str
    back: str
    kept: Mapping[str, str]


def shared_reported(trip: SharedTrip) -> Reported:
    """A shared plan as one that may be wrong."""
    here = f"/p/{trip.plan.read_token}"
    return Reported(_stops(trip.itinerary), trip.region, f"{here}/report", here, {})


def reported_of(itinerary: Itinerary, region: Region) -> Reported:
    """The same for a plan that is not kept: the form carries its wishes and stops."""
    return reported_as(_stops(itinerary), region, address.encode(itinerary.request))


def reported_as(places: Sequence[str], region: Region, params: Mapping[str, str]) -> Reported:
    """The same by what such a form sent."""
    kept = {**params, STOPS: ",".join(places)}
    return Reported(tuple(places), region, REPORTED, with_query(PLANNED, params), kept)


def _stops(itinerary: Itinerary) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.place for day in itinerary.days for item in day.items if isinstance(item, StopItem)))


def report_form(about: Reported, lang: str, values: Mapping[str, str] | None = None) -> Markup:
    """What is wrong with a place of the plan: a form without scripts, filled in with what was sent before."""
    given = values or {}
    options = [
        tag("option", narrate.place_name(place, about.region, lang), value=place, selected=place == given.get("place"))
        for place in about.places
    ]
    chosen = given.get("field", FIELDS[0])
    picks = [
        tag("label", void("input", type="radio", name="field", value=code, checked=code == chosen),
            tag("span", text(f"ui.report.{code}", lang)), class_="pick")
        for code in FIELDS
    ]  # fmt: skip
    words = tag("textarea", given.get("text", ""), name="text", id="r-text", rows=4, maxlength=LONGEST)
    form = tag(
        "form",
        *hidden_inputs({**about.kept, "lang": lang}),
        tag("div", tag("label", text("plain.report.place", lang), for_="r-place"),
            tag("select", *options, name="place", id="r-place"), class_="field"),
        tag("fieldset", tag("legend", text("ui.report.field", lang)), tag("div", *picks, class_="picks")),
        tag("div", tag("label", text("ui.report.words", lang), for_="r-text"), words,
            tag("p", text("ui.report.no_contact", lang), class_="hint"), class_="field"),
        tag("p", tag("button", text("ui.report.send", lang), type="submit", class_="go"), class_="send"),
        action=about.action,
        method="post",
    )  # fmt: skip
    return tag("details", tag("summary", text("ui.act.report", lang)), form, class_="day report", open=values is not None)


def report_page(about: Reported, note: str, lang: str, values: Mapping[str, str] | None) -> str:
    """A report that was noted; with ``values``, one that was not, and why."""
    back = _link(with_query(about.back, {"lang": lang}), text("plain.take.back", lang), "act" if values else "go")
    box = tag("div", tag("p", note), class_="problems" if values else "fine-box", role="alert" if values else "status")
    parts = [box, report_form(about, lang, values) if values else None, tag("section", back, class_="day actions")]
    return page(text("ui.act.report", lang), parts, lang)


def maps_page(trip: SharedTrip, lang: str, path: str) -> str:
    """Every day and every leg of a shared plan as links into five maps."""
    days = []
    for d, (day, places) in enumerate(zip(trip.itinerary.days, course(trip.itinerary, trip.region), strict=True), start=1):
        legs = [item for item in day.items if isinstance(item, LegItem)]
        rows = [tag("li", leg_text(leg, trip.region, lang), leg_menu(leg, trip.region, lang)) for leg in legs]
        title = tag("h2", text("ui.day.title", lang, number=d, date=date_words(day.date, lang)), class_="serif")
        days.append(tag("section", title, day_menu(places, d, trip.region, lang), tag("ol", *rows, class_="plain"), class_="day"))
    back = _link(f"/p/{trip.plan.read_token}?lang={lang}", text("plain.take.back", lang), "go")
    return page(
        text("plain.take.maps", lang), [*days, tag("section", back, class_="day actions")], lang,
        heads=brand_line(trip.itinerary, lang), switch=with_query(path, {"lang": _other(lang)}),
    )  # fmt: skip


def _take(trip: SharedTrip, lang: str) -> Markup:
    """The plan as files, and the way into maps."""
    here = f"/p/{trip.plan.read_token}"
    files = [_link(f"{here}/plan{form.suffix}?lang={lang}", text(f"ui.take.{name}", lang)) for name, form in taken().items()]
    maps = _link(f"{here}/maps?lang={lang}", text("plain.take.maps", lang), "go")
    return tag("section", tag("h2", text("ui.take.title", lang), class_="serif"), maps, *files, class_="day actions")


def taken() -> dict[str, Format]:
    """The files that a shared plan can be had as, by name."""
    return {name: FORMATS[name] for name in TAKEN}


def own_page(trip: SharedTrip, edit_token: str, site: str, lang: str, path: str, today: dt.date) -> str:
    """A shared plan for its owner: both links, and what can be done with it."""
    request = trip.itinerary.request
    links = tag(
        "section",
        tag("h2", text("plain.own.title", lang), class_="serif"),
        _copied("read", f"{site}/p/{trip.plan.read_token}", lang),
        _copied("edit", f"{site}/e/{edit_token}", lang),
        tag("p", text("plain.own.copy_note", lang), class_="hint"),
        _link(f"/p/{trip.plan.read_token}?lang={lang}", text("plain.own.look", lang)),
        _link(f"/e/{edit_token}/change?lang={lang}", text("plain.plan.change", lang)),
        _link(with_query(_app(request, today, lang), {address.KEPT: f"{edit_token}.{trip.plan.version}"}),
              text("plain.open_full", lang)),
        tag(
            "details",
            tag("summary", text("plain.own.delete", lang)),
            tag("p", text("plain.own.delete_sure", lang), class_="hint"),
            _button(f"/e/{edit_token}/delete", text("plain.own.delete_yes", lang), {"lang": lang}, "risk"),
        ),
        class_="day actions",
    )
    saved = text("plain.own.version", lang, version=trip.plan.version, date=_date(trip.plan.updated, lang))
    parts = [links, _state(trip, lang, today, saved), *_plan(trip, lang), _take(trip, lang)]
    return _of(trip, parts, site, lang, path, today)


def _of(trip: SharedTrip, parts: Sequence[Markup | None], site: str, lang: str, path: str, today: dt.date,
        carried: Mapping[str, str] = MappingProxyType({})) -> str:  # fmt: skip
    here = f"{site}/p/{trip.plan.read_token}"
    head = plan_card(trip.itinerary, trip.region, lang, f"{here}/plan.png?lang={lang}")
    if trip.plan.partner is not None:
        # Sites that embed by address find out how; only those of the hotel may.
        found = f"{site}/oembed?{urlencode({'url': here, 'format': 'json'})}"
        head = join([head, void("link", rel="alternate", type="application/json+oembed", href=found)])
    return page(
        page_title(trip.itinerary, lang), parts, lang, heads=brand_line(trip.itinerary, lang), head=head,
        switch=with_query(path, {"lang": _other(lang)}),
        full=with_query("/", {**params_from(trip.itinerary.request, today), **carried}),
    )  # fmt: skip


def _app(request: TripRequest, today: dt.date, lang: str) -> str:
    return with_query("/", {**params_from(request, today), "full": "1", "lang": lang})


def _copied(name: str, link: str, lang: str) -> Markup:
    box = void("input", type="text", readonly=True, value=link, id=f"l-{name}")
    return tag("div", tag("label", text(f"plain.own.{name}", lang), for_=f"l-{name}"), box, class_="link")


def _state(trip: SharedTrip, lang: str, today: dt.date, first: str) -> Markup:
    """When the plan was stored, and how it stands against the facts of today."""
    said = [tag("p", first)]
    if trip.moved_on:
        old, new = trip.itinerary.revision, trip.region.state
        said.append(tag("p", text("plain.shared.moved", lang, old=old, new=new)))
    rows = [tag("li", text("plain.shared.gone", lang, place=place.message(lang))) for place in trip.gone]
    rows += [tag("li", tag("strong", closed.message(lang))) for closed in trip.closed]
    rows += [tag("li", change.message(lang)) for change in trip.changes]
    if not rows:
        said.append(tag("p", text("plain.shared.still_good" if trip.moved_on else "plain.shared.fresh", lang)))
        return tag("div", *said, class_="fine-box")
    left = len(rows) - SHOWN_CHANGES
    rows = rows[:SHOWN_CHANGES] + ([tag("li", text("plain.shared.more", lang, count=left))] if left > 0 else [])
    said += [tag("p", text("plain.shared.found", lang)), tag("ul", *rows)]
    again = with_query(PLANNED, {**address.encode(trip.itinerary.request), "lang": lang})
    if trip.itinerary.request.start_date < today:
        again = form_address(trip.itinerary.request, today, lang)
    said.append(tag("p", tag("a", text("plain.shared.again", lang), href=again)))
    return tag("div", *said, class_="problems", role="status")


def _date(instant: dt.datetime, lang: str) -> str:
    return date_words(instant.astimezone(_LOCAL).date(), lang, year=True)


# ---------------------------------------------------------------------------------------- what is in the way


def message_page(title: str, note: str, lang: str, *, links: Sequence[Markup] = ()) -> str:
    """A sentence, and where to go from here."""
    onward = links or (_link(f"{PLAIN}?lang={lang}", text("plain.error.back", lang), "go"),)
    said = tag("section", tag("h1", title, class_="serif"), tag("p", note), *onward, class_="day actions")
    return page(title, [said], lang, heads=[tag("b", text("trip.brand", lang), class_="serif")])


def later_page(note: str, action: str, again: Mapping[str, str], lang: str) -> str:
    """Too many at once: the wishes are kept in a button that sends them once more."""
    button = _button(action, text("plain.error.again", lang), again, "go")
    return message_page(text("plain.error.title", lang), note, lang, links=(button,))


def conflict_page(mine: TripRequest, version: int, edit_token: str, lang: str) -> str:
    """Two tabs, one plan: both versions are safe, and the visitor chooses."""
    params = {**address.encode(mine), "lang": lang}
    links = (
        _link(f"/e/{edit_token}?lang={lang}", text("plain.conflict.theirs", lang), "go"),
        _button(f"/e/{edit_token}", text("plain.conflict.replace", lang), {**params, "version": str(version)}, "act"),
        _button(STORED, text("plain.conflict.apart", lang), params, "act"),
    )
    note = text("plain.conflict.note", lang, version=version)
    return message_page(text("plain.conflict.title", lang), note, lang, links=links)
