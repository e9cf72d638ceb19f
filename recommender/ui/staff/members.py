"""Who may enter: accounts, roles, one-time links."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st

from recommender.bureau import people
from recommender.bureau.desk import Role
from recommender.markup import tag
from recommender.settings import settings
from recommender.store.accounts import Account
from recommender.ui.staff.room import Held, Room, show, tell


def draw(room: Room) -> None:
    """Every account, and a form for a new one."""
    link = st.session_state.pop(Held.ONCE, None)
    if link:
        show(tag("div", tag("p", room.say("members.link")), tag("p", tag("code", link)), class_="answer", role="status"))
    with st.container(key="jz_new_member", border=True):
        show(tag("h2", room.say("members.new")))
        name = st.text_input(room.say("name"), key="jz_new_name", max_chars=60)
        email = st.text_input(room.say("members.email"), key="jz_new_email", max_chars=320)
        roles, named = list(Role), partial(room.name, "role")
        role = st.selectbox(room.say("members.role"), roles, format_func=named, key="jz_new_role")
        if st.button(room.say("members.make"), key="jz_make", type="primary"):
            with room.trying():
                _, token = people.create_account(room.person, name, role, email=email or None)
                _show_link(token)
    seen = people.last_logins(room.person)
    for account in people.list_accounts(room.person):
        _account(room, account, seen.get(account.id))


def _show_link(token: str) -> None:
    """Keep a link to be shown once, after the rerun."""
    site = settings().public_url or str(st.context.url or "").split("/staff")[0]
    st.session_state[Held.ONCE] = f"{site}/staff/link/{token}"
    for key in ("jz_new_name", "jz_new_email"):
        st.session_state.pop(key, None)
    st.rerun()


def _account(room: Room, account: Account, seen: dt.datetime | None) -> None:
    with st.container(key=f"jz_account_{account.id}", border=True, horizontal=True, vertical_alignment="center"):
        stopped = room.say("aside", words=account.name, aside=room.say("members.inactive"))
        at = room.say("members.seen", when=room.instant(seen)) if seen else room.say("members.never")
        show(tag("div", tag("b", account.name if account.active else stopped), tag("p", at, class_="count"), class_="member"))
        roles, named = list(Role), partial(room.name, "role")
        role = st.selectbox(
            room.say("members.role"), roles, index=roles.index(Role(account.role)), format_func=named,
            key=f"jz_role_{account.id}_{account.role}", label_visibility="collapsed",
        )  # fmt: skip
        if role != account.role:
            with room.trying():
                people.change_account(room.person, account.id, role=role)
                tell(room.say("members.changed", name=account.name))
                st.rerun()
        label = room.say("members.stop" if account.active else "members.admit")
        if st.button(label, key=f"jz_active_{account.id}"):
            with room.trying():
                people.change_account(room.person, account.id, active=not account.active)
                tell(room.say("members.changed", name=account.name))
                st.rerun()
        if account.active and st.button(room.say("members.reset"), key=f"jz_reset_{account.id}"):
            with room.trying():
                _show_link(people.reset_link(room.person, account.id))
