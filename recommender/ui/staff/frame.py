"""The console's frame: who is there, where one can go, and what to say to somebody who is not signed in.

A page is a module with ``draw(room)`` and a line in `PAGES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import groupby
from typing import Final, Literal
from urllib.parse import urlencode

import streamlit as st

from recommender.bureau import logins
from recommender.bureau.cookies import FORM_COOKIE, FORM_FIELD, PROVIDER, SESSION_COOKIE, SIGN_IN, SIGN_OUT
from recommender.bureau.desk import Action, Person
from recommender.errors import StoreUnavailable
from recommender.i18n import text
from recommender.markup import tag, void
from recommender.ui.staff import (
    backup,
    board,
    changes,
    figures,
    guide,
    history,
    home,
    hotel,
    members,
    opening,
    own,
    partners,
    provider,
    records,
    reports,
    uploads,
    wanted,
    weights,
    whatif,
    why_not,
)
from recommender.ui.staff.room import Held, Room, alarm, go, show
from recommender.ui.state import State


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name in the address, with which others it stands, who is offered it, and how it is drawn."""

    name: str
    group: str
    action: Action
    draw: Callable[[Room], None]


PAGES: Final = (
    Page("home", "home", Action.EDIT, home.draw),
    Page("records", "data", Action.EDIT, records.draw),
    Page("uploads", "data", Action.EDIT, uploads.draw),
    Page("quality", "data", Action.EDIT, board.draw),
    Page("reports", "data", Action.SETTLE, reports.draw),
    Page("changes", "publishing", Action.EDIT, changes.draw),
    Page("history", "publishing", Action.EDIT, history.draw),
    Page("whatif", "effect", Action.EDIT, whatif.draw),
    Page("weights", "effect", Action.EDIT, weights.draw),
    Page("why_not", "effect", Action.EDIT, why_not.draw),
    Page("opening", "effect", Action.EDIT, opening.draw),
    Page("figures", "effect", Action.EDIT, figures.draw),
    Page("demand", "effect", Action.EDIT, wanted.draw),
    Page("partners", "hotels", Action.REVIEW_PARTNERS, partners.draw),
    Page("hotel", "hotels", Action.OWN_HOTEL, hotel.draw),
    Page("own", "house", Action.EDIT, own.draw),
    Page("members", "house", Action.MANAGE_PEOPLE, members.draw),
    Page("backup", "house", Action.BACK_UP, backup.draw),
    Page("guide", "house", Action.EDIT, guide.draw),
)


def staff_page(state: State) -> None:
    """The page of the console that the address asks for, for somebody who is signed in."""
    lang = state.lang
    show(tag("style", _style()))
    if not state.staff:
        # A page that others may frame never turns into the console: it must be opened by its own address.
        show(tag("p", tag("a", text("staff.open", lang), href="/staff", target="_top")))
        return
    try:
        person = find_person()
    except StoreUnavailable as error:
        alarm([error.message(lang)])
        return
    if person is None:
        _ask_in(lang)
        return
    room = Room(person, lang, {name: str(value) for name, value in st.query_params.items()})
    offered = [page for page in PAGES if room.may(page.action)]
    if not offered:
        alarm([room.say("nothing_for_you", role=room.name("role", person.role))])
        _leave(room)
        return
    page = next((page for page in offered if page.name == room.asked.get("page")), offered[0])
    _header(room, offered, page)
    told = st.session_state.pop(Held.TOLD, "")
    if told:
        show(tag("p", told, class_="answer", role="status"))
    with room.trying():
        page.draw(room)


def find_person() -> Person | None:
    """Who is signed in, by the cookie that came with this page or through the provider."""
    token = st.context.cookies.get(SESSION_COOKIE)
    return (logins.find_person(token) if token else None) or provider.find_person()


def _ask_in(lang: str) -> None:
    if PROVIDER in st.query_params:
        provider.enter(lang)
        return
    params = {"ended": "1", "lang": lang, "to": f"/staff?{urlencode(dict(st.query_params.items()))}"}
    link = tag("a", text("staff.sign_in.go", lang), href=f"{SIGN_IN}?{urlencode(params)}", target="_self", class_="staff-in")
    show(tag("div", tag("p", text("staff.sign_in.ended", lang)), tag("p", link), class_="problems", role="alert"))


def _header(room: Room, offered: list[Page], current: Page) -> None:
    with st.container(key="jz_staff_nav", horizontal=True, gap="small", vertical_alignment="center"):
        for group, pages in groupby(offered, key=lambda page: page.group):
            _way(room.say(f"group_of_pages.{group}"), f"jz_group_{group}", next(pages), here=group == current.group)
        show(tag("a", room.say("visitors"), href=f"/?lang={room.lang}", target="_blank", rel="noopener", class_="staff-in"))
        _leave(room)
    beside = [page for page in offered if page.group == current.group]
    if len(beside) > 1:
        with st.container(key="jz_staff_pages", horizontal=True, gap="small"):
            for page in beside:
                _way(room.say(f"page.{page.name}"), f"jz_to_{page.name}", page, here=page is current)


def _way(label: str, key: str, to: Page, *, here: bool) -> None:
    kind: Literal["primary", "tertiary"] = "primary" if here else "tertiary"
    st.button(label, key=key, type=kind, on_click=partial(go, to.name))


def _leave(room: Room) -> None:
    """Who is there, and the way out: a form, so that no link anywhere signs anybody out."""
    if provider.find_person() is not None:
        provider.leave(room.lang)
        return
    secret = st.context.cookies.get(FORM_COOKIE, "")
    who = room.say("who", name=room.person.name, role=room.name("role", room.person.role))
    form = tag(
        "form",
        void("input", type="hidden", name=FORM_FIELD, value=secret),
        void("input", type="hidden", name="lang", value=room.lang),
        tag("span", who),
        tag("button", room.say("sign_out"), type="submit"),
        method="post", action=SIGN_OUT, class_="staff-out",
    )  # fmt: skip
    show(form)


@cache
def _style() -> str:
    return resources.files(__package__).joinpath("staff.css").read_text(encoding="utf-8")
