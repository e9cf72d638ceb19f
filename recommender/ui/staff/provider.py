"""Signing in through the bureau's identity provider: Streamlit asks it who somebody is, an admin has said who may enter.

The session's token stays in this page's memory; a page opened anew asks again.
"""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from recommender.bureau import logins
from recommender.bureau.cookies import PROVIDER
from recommender.bureau.desk import Person
from recommender.bureau.uploaders import remember
from recommender.errors import LoginFailed
from recommender.i18n import text
from recommender.markup import tag
from recommender.settings import settings
from recommender.ui.staff.room import alarm, show

_SESSION: Final = "jz_staff_token"
_UNNAMED: Final = "default"


def is_vouched() -> bool:
    """Whether a provider has said who this is."""
    return bool(settings().staff_provider) and bool(st.user.is_logged_in)


def find_person() -> Person | None:
    """Who is signed in through the provider in this page."""
    token, context = st.session_state.get(_SESSION), get_script_run_ctx()
    if not token or context is None:
        return None
    remember(context.session_id, token)
    return logins.find_person(token)


def enter(lang: str) -> None:
    """The way in: to the provider, or from there to the console."""
    if not settings().staff_provider or PROVIDER not in st.query_params:
        return
    if not is_vouched():
        if st.button(text("staff.sign_in.provider", lang), key="jz_provider", type="primary"):
            name = settings().staff_provider
            st.login(None if name == _UNNAMED else name)
        return
    if _SESSION in st.session_state:
        show(tag("p", text("staff.sign_in.ended", lang)))
        if not st.button(text("staff.sign_in.provider", lang), key="jz_provider_again", type="primary"):
            return
    try:
        st.session_state[_SESSION] = logins.login_by_provider(st.user.to_dict())
    except LoginFailed:
        alarm([text("staff.sign_in.stranger", lang, email=str(st.user.get("email") or ""))])
        if st.button(text("staff.sign_out", lang), key="jz_provider_out"):
            st.logout()
        return
    st.rerun()


def leave(lang: str) -> None:
    """Sign out here and at the provider."""
    if st.button(text("staff.sign_out", lang), key="jz_provider_out"):
        logins.logout(st.session_state.pop(_SESSION, ""))
        st.logout()


def way_back(lang: str) -> None:
    """The provider leads back to the first page: a link from there to the console, for who has come from it."""
    if is_vouched():
        link = tag("a", text("staff.open", lang), href=f"/staff?{PROVIDER}=1&lang={lang}", target="_top", class_="staff-way")
        show(tag("p", link, class_="lead"))
