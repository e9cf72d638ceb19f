"""The page Explore: every place on a map and in a list, open or not on a chosen date."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st
from markupsafe import Markup

from recommender.catalog.search import search
from recommender.i18n import text
from recommender.markup import join, tag
from recommender.model import CATEGORIES
from recommender.trip import asked, narrate
from recommender.trip.narrate.prose import access_note, booking_channel
from recommender.ui import plans
from recommender.ui.clock import date_words, duration
from recommender.ui.components import map_view, sheet
from recommender.ui.form import first_day, optional
from recommender.ui.itinerary import opening_words
from recommender.ui.map import browse_payload
from recommender.ui.photo import photo_of
from recommender.ui.pictograms import pictogram
from recommender.ui.provenance import basis_mark, place_provenance
from recommender.ui.report import report_form
from recommender.ui.state import Looking, Other, State, bind, get_state, local_today

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region

PAGE: Final = 24
HITS: Final = 60


def explore_page(region: Region) -> None:
    """Filters, map, one place in detail, the list."""
    state = get_state()
    lang, looking = state.lang, state.looking
    state.shown = False
    st.html(str(tag("h2", text("ui.explore.title", lang), class_="serif page-title")))
    _filters(looking, region, lang, state.draft.start_date)
    date = looking.date or state.draft.start_date
    found = matching(region, looking)
    _count(state, found)
    left, right = st.columns([1.2, 1], gap="medium")
    with right, st.container(key="jz_side"):
        map_view(browse_payload(region, found, lang, looking.place), Other.EXPLORE_MAP, _on_map)
        if looking.place in region.catalog.attractions:
            _detail(state, region, region.catalog.attractions[looking.place], date)
    with left, st.container(key="jz_found"):
        key = "ui.explore.count" if found else "ui.explore.none"
        counted = text(key, lang, count=len(found), date=date_words(date, lang))
        st.html(str(tag("p", counted, class_="count", role="status")))
        shown = found[: looking.shown]
        rows = [_row(region, place, date, lang, place.id == looking.place) for place in shown]
        sheet(tag("ul", *rows, class_="places"), Other.EXPLORE_LIST, _on_list)
        if len(found) > looking.shown and st.button(
            text("ui.explore.more", lang, count=len(found) - looking.shown), key=Other.MORE
        ):
            looking.shown += PAGE
            st.rerun()


def _count(state: State, found: list[Attraction]) -> None:
    """Count a search without a hit, once."""
    looking = state.looking
    in_vain = not found and not looking.categories and looking.county is None
    if looking.query != state.searched:
        state.searched = looking.query
        if in_vain:
            asked.note_search(looking.query)


def matching(region: Region, looking: Looking) -> list[Attraction]:
    """Places that fit the filters: best match first for a query, else the best known first."""
    catalog = region.catalog
    query = looking.query.strip()
    if query:
        ranked = [catalog.attractions[p] for p, _ in search(catalog, query, HITS) if p in catalog.attractions]
    else:
        ranked = sorted(catalog.attractions.values(), key=lambda place: -place.popularity)
    return [
        place
        for place in ranked
        if (not looking.categories or place.category in looking.categories)
        and (looking.county is None or place.county == looking.county)
    ]


def _filters(looking: Looking, region: Region, lang: str, start: dt.date) -> None:
    before = (looking.query, tuple(looking.categories), looking.county)
    counties = {place.county: place.county_zh for place in region.catalog.attractions.values()}
    with st.container(key="jz_filters"):
        with st.container(key="jz_search_row"):
            looking.query = st.text_input(
                text("ui.explore.search", lang),
                key=bind(Other.SEARCH, looking.query),
                max_chars=60,
                placeholder=text("ui.explore.search_hint", lang),
            )
        with st.container(key="jz_where_when"):
            second, third = st.columns(2, gap="small")
        with second:
            looking.county = optional(
                text("ui.explore.county", lang),
                sorted(counties),
                looking.county,
                Other.COUNTY,
                lambda county: counties[county] if lang == "zh" else county,
                text("ui.explore.all", lang),
                type_in=False,
            )
        with third:
            date = looking.date or start
            looking.date = first_day(text("ui.explore.date", lang), date, bind(Other.ON_DATE, date), local_today())
        looking.categories = list(
            st.pills(
                text("ui.explore.category", lang),
                CATEGORIES,
                selection_mode="multi",
                format_func=lambda code: text(f"ui.category.{code}", lang),
                key=bind(Other.CATEGORY, looking.categories),
            )
        )
    if before != (looking.query, tuple(looking.categories), looking.county):
        looking.shown = PAGE
        looking.place = None


def _row(region: Region, place: Attraction, date: dt.date, lang: str, chosen: bool) -> Markup:
    name, other = (place.name_zh, place.name_en) if lang == "zh" else (place.name_en, place.name_zh)
    county = place.county_zh if lang == "zh" else place.county
    return tag(
        "li",
        tag(
            "button",
            pictogram(place.category),
            tag(
                "span",
                tag("b", name),
                tag("small", other, lang="en" if lang == "zh" else "zh-CN"),
                tag("small", f"{text(f'ui.category.{place.category}', lang)} · {county} · {duration(place.visit_min, lang)}"),
                tag("small", opening_words(region, place, date, lang)),
            ),
            type="button",
            data_act=f"open:{place.id}",
            aria_pressed="true" if chosen else "false",
        ),
        class_="is-picked" if chosen else None,
        id=f"place-{place.id}",
    )


def _detail(state: State, region: Region, place: Attraction, date: dt.date) -> None:
    lang = state.lang
    rows = [
        ("ui.explore.open_on", opening_words(region, place, date, lang)),
        ("ui.explore.price", price_words(place, lang)),
        ("ui.explore.stay", join([duration(place.visit_min, lang)])),
        ("ui.explore.wheelchair", _access(place, lang)),
    ]
    if place.booking_required:
        rows.append(("ui.explore.booking", join([booking_channel(place, lang) or text("ui.unknown", lang)])))
    description = place.description_zh if lang == "zh" else place.description_en
    facts = [join([tag("dt", text(key, lang, date=date_words(date, lang))), tag("dd", value)]) for key, value in rows]
    with st.container(key="jz_detail"):
        st.html(
            str(
                tag(
                    "article",
                    tag("h3", pictogram(place.category), tag("span", narrate.place_name(place.id, region, lang)), class_="serif"),
                    photo_of(region.catalog, place.id, lang),
                    tag("p", description),
                    tag("dl", *facts),
                    place_provenance(region.catalog, place, lang),
                    class_="day detail",
                    id="jz-detail",
                )
            )
        )  # fmt: skip
        actions = st.container(key="jz_detail_actions", horizontal=True)
    wanted = place.id in state.draft.must_see
    with actions:
        st.button(
            text("ui.explore.in_must_see" if wanted else "ui.explore.add_must_see", lang),
            key=Other.ADD_MUST,
            disabled=wanted,
            type="primary",
            on_click=partial(_want, place.id),
        )
        st.button(text("ui.act.report", lang), key=Other.REPORT, on_click=partial(_report, place.id))
        st.button(text("ui.explore.close", lang), key=Other.CLOSE, on_click=partial(_close, place.id))

    if state.reporting == place.id:
        report_form(state, region, place.id)


def _report(place: str) -> None:
    """Open the form for a wrong fact, or close it again."""
    state = get_state()
    state.reporting, state.reported = (None if state.reporting == place else place), None


def _want(place: str) -> None:
    """Among the must-sees, and the form open when the visitor comes back to it."""
    state = get_state()
    plans.add_must_see(state.draft, place)
    state.rebind = True
    state.form_open = True


def _close(place: str) -> None:
    """Back to where the place stands in the list."""
    state = get_state()
    state.looking.place = None
    state.go_to(f"place-{place}")


def price_words(place: Attraction, lang: str) -> Markup:
    """An adult's ticket, with what it rests on."""
    if place.ticket_fen is None:
        return tag("span", text("ui.stop.price_unknown", lang), class_="mark mark-amber")
    words = (
        text("ui.stop.no_ticket", lang)
        if place.ticket_fen == 0
        else text("ui.explore.adult", lang, money=narrate.money(place.ticket_fen, lang))
    )
    joint = text("ui.explore.joint", lang) if place.ticket_group else ""
    return join([words, joint, " ", basis_mark("ticket", place.ticket_basis, lang)])


def _access(place: Attraction, lang: str) -> Markup:
    known = (
        tag("span", text("ui.unknown", lang), class_="mark mark-amber")
        if place.wheelchair is None
        else join([text(f"ui.wheelchair.{place.wheelchair}", lang)])
    )
    note = access_note(place, lang)
    return join([known, " ", text("ui.explore.access_note", lang, note=note)]) if note else known


def _on_map() -> None:
    _open(str(st.session_state[Other.EXPLORE_MAP].picked or ""), jump=False)


def _on_list() -> None:
    _, _, place = str(st.session_state[Other.EXPLORE_LIST].act or "").partition(":")
    _open(place, jump=True)


def _open(place: str, *, jump: bool) -> None:
    state = get_state()
    state.looking.place = place or None
    if jump and place:
        state.go_to("jz-detail")
