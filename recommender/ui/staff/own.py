"""One's own account: who one is here, when one signed in last, and another password."""

from __future__ import annotations

import streamlit as st

from recommender.bureau import people
from recommender.bureau.cookies import SIGN_IN
from recommender.errors import Problem, RequestError
from recommender.markup import tag
from recommender.ui.staff import provider
from recommender.ui.staff.room import Room, show

_KEYS = ("jz_own_old", "jz_own_new", "jz_own_again")


def draw(room: Room) -> None:
    """The form; a changed password ends every session, this one too."""
    if provider.find_person() is not None:
        show(tag("p", room.say("own.provider"), class_="count"))
        return
    with st.container(key="jz_own", border=True), st.form("jz_own_form", border=False):
        show(tag("h2", room.say("own.title")))
        show(tag("p", room.say("own.note"), class_="count"))
        old = st.text_input(room.say("own.old"), type="password", key=_KEYS[0], max_chars=200, autocomplete="current-password")
        new = st.text_input(room.say("link.password"), type="password", key=_KEYS[1], max_chars=200, autocomplete="new-password")
        again = st.text_input(room.say("link.again"), type="password", key=_KEYS[2], max_chars=200, autocomplete="new-password")
        sent = st.form_submit_button(room.say("own.go"), type="primary")
    if not sent:
        return
    with room.trying():
        if new != again:
            raise RequestError([Problem("password", "", "password_differs")])
        people.change_password(room.person, old, new)
        link = tag("a", room.say("sign_in.go"), href=f"{SIGN_IN}?lang={room.lang}", target="_self", class_="staff-in")
        show(tag("div", tag("p", room.say("own.done")), tag("p", link), class_="answer", role="status"))
