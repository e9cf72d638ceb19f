"""The first screen: what visitors get now, how to take it back, what must be closed at once, what is being worked on."""

from __future__ import annotations

import datetime as dt

import streamlit as st
from markupsafe import Markup

from recommender import store
from recommender.bureau import closures, drafting, publishing
from recommender.bureau.desk import Action
from recommender.i18n import text
from recommender.markup import tag
from recommender.store.revisions import Publication
from recommender.ui.staff.room import Room, go, leads, place_names, show, tables_of_revision, tell
from recommender.ui.state import local_today

REPORTS = 20
"""Reports shown; the latest."""


def draw(room: Room) -> None:
    """All of it, most urgent first."""
    line = publishing.list_publications(room.person)
    now = dt.datetime.now(dt.UTC)
    held = [publication for publication in line if publication.at <= now]
    published = publishing.published_now()
    names = place_names(tables_of_revision(room, published.revision), room.lang)
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        _published(room, published, held, now)
        _coming(room, [publication for publication in line if publication.at > now])
        _drafts(room)
    with right:
        _closing(room, names)
        _reports(room, names)


# ---------------------------------------------------------------------------------------------------- published


def _published(room: Room, published: Publication, held: list[Publication], now: dt.datetime) -> None:
    with st.container(key="jz_published", border=True):
        show(tag("h2", room.say("home.published")))
        show(publication_words(room, published))
        last = publishing.last_undone(held, now)
        if room.may(Action.PUBLISH) and last is not None and last.base is not None:
            with st.popover(room.say("home.undo")):
                reason = last.why or room.name("kind", last.kind)
                show(tag("p", room.say("home.undo_what", when=room.instant(last.at), why=reason)))
                why = st.text_input(room.say("why"), value=room.say("home.undo_why"), key="jz_undo_why", max_chars=200)
                if st.button(room.say("home.undo_go"), key="jz_undo_go", type="primary"):
                    with room.trying():
                        tell_made(room, "home.undone", publishing.roll_back(room.person, why))
                        st.rerun()


def tell_made(room: Room, done: str, made: Publication) -> None:
    """Say what was done at once, and which scheduled publications could not stand beside it."""
    dropped = [room.instant(one.at) for one in publishing.list_dropped(room.person, made)]
    words = room.say(done)
    tell(room.say("home.dropped", done=words, when=text("ui.list", room.lang).join(dropped)) if dropped else words)


def publication_words(room: Room, publication: Publication) -> Markup:
    """A publication in a line or two."""
    head = f"{room.instant(publication.at)} · {room.name('kind', publication.kind)} · {room.who(publication.who)}"
    short = room.say("revision", revision=publication.revision[:12])
    why = tag("p", publication.why) if publication.why else None
    return tag("div", tag("p", tag("b", head)), why, tag("p", short, class_="fine"), class_="published")


def _coming(room: Room, coming: list[Publication]) -> None:
    for publication in coming:
        with st.container(key=f"jz_coming_{publication.number}", border=True):
            show(tag("h2", room.say("home.coming")))
            show(publication_words(room, publication))
            if room.may(Action.PUBLISH) and st.button(room.say("home.cancel"), key=f"jz_cancel_{publication.number}"):
                with room.trying():
                    publishing.cancel(room.person, publication.number, room.say("home.cancel"))
                    tell(room.say("home.cancelled"))
                    st.rerun()


def _drafts(room: Room) -> None:
    with st.container(key="jz_drafts", border=True):
        show(tag("h2", room.say("home.drafts")))
        draft_buttons(room)


def draft_buttons(room: Room) -> None:
    """Every draft in work, and the way to edit."""
    found = drafting.list_drafts(room.person)
    if not found:
        show(tag("p", room.say("home.no_drafts"), class_="count"))
    for draft in found:
        label = f"{draft.name} · {room.name('state', draft.state)} · {draft.who} · {room.instant(draft.changed)}"
        leads(label, f"jz_draft_{draft.id}", "changes", draft=draft.id)
    leads(room.say("home.edit"), "jz_home_edit", "records", kind="primary")


# ----------------------------------------------------------------------------------------------------- closures


def _closing(room: Room, names: dict[str, str]) -> None:
    with st.container(key="jz_closing", border=True):
        show(tag("h2", room.say("close.title")))
        show(tag("p", room.say("close.note"), class_="count"))
        with st.popover(room.say("close.open")):
            _closing_form(room, names)
        for key, cells in closures.list_closures(room.person):
            until = cells["to"] or room.say("close.further")
            span = room.say("pair", name=f" {cells['from']} – {until}", words=cells["reason"])
            show(tag("p", tag("b", names.get(cells["place_id"], cells["place_id"])), span, class_="closure"))
            if room.may(Action.REOPEN) and st.button(room.say("close.reopen"), key=f"jz_reopen_{key}"):
                with room.trying():
                    tell_made(room, "close.reopened", closures.reopen(room.person, [key], room.say("close.reopen")))
                    st.rerun()


def _closing_form(room: Room, names: dict[str, str]) -> None:
    places = st.multiselect(
        room.say("close.places"), list(names), format_func=names.__getitem__, key="jz_close_places", placeholder=room.say("find")
    )
    today = local_today()
    first = st.date_input(room.say("column.from"), today, key="jz_close_from", format="YYYY-MM-DD")
    last = st.date_input(room.say("column.to"), None, key="jz_close_to", format="YYYY-MM-DD")
    reason = st.text_input(room.say("close.reason"), key="jz_close_reason", max_chars=200)
    source = st.text_input(room.say("close.source"), key="jz_close_source", max_chars=200)
    if st.button(room.say("close.go"), key="jz_close_go", type="primary"):
        with room.trying():
            assert isinstance(first, dt.date)
            until = last if isinstance(last, dt.date) else None
            made = closures.close(room.person, places, first, until, reason, source)
            for key in ("jz_close_places", "jz_close_reason", "jz_close_source"):
                st.session_state.pop(key, None)
            tell_made(room, "close.closed", made)
            st.rerun()


# ------------------------------------------------------------------------------------------------------ reports


def _reports(room: Room, names: dict[str, str]) -> None:
    found = store.list_reports(store.database(), is_open=True, limit=REPORTS)
    with st.container(key="jz_reports", border=True):
        show(tag("h2", room.say("home.reports", count=len(found))))
        if found:
            leads(room.say("home.settle"), "jz_to_settle", "reports")
        else:
            show(tag("p", room.say("home.no_reports"), class_="count"))
        for kept in found:
            report = kept.report
            field = text(f"ui.report.{report.field}", room.lang)
            head = f"{names.get(report.place, report.place)} · {field} · {room.instant(kept.sent)}"
            show(tag("p", tag("b", head), tag("span", f" {report.text}") if report.text else None, class_="closure"))
            st.button(
                room.say("home.check"), key=f"jz_report_{kept.id}", type="tertiary",
                on_click=_to_place, args=(room, report.place),
            )  # fmt: skip


def _to_place(room: Room, place: str) -> None:
    tables = tables_of_revision(room, publishing.published_now().revision)
    table = next((name for name, found in tables.items() if place in found), "attractions")
    go("records", table=table, key=place)
