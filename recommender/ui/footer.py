"""The foot of every page: what the data are, privacy, and the numbers the law asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from recommender.i18n import text
from recommender.markup import tag
from recommender.settings import settings
from recommender.ui.state import State

if TYPE_CHECKING:
    from recommender.region import Region


def footer(state: State, region: Region) -> None:
    """Data revision, privacy in one line, ICP and map approval numbers from the settings."""
    lang = state.lang
    config = settings()
    lines = [
        tag("p", text("ui.footer.data", lang, revision=region.state, date=config.data_date)),
        tag("p", text("ui.footer.privacy", lang, days=config.plan_days)),
        tag("p", tag("a", text("plain.privacy.title", lang), href=f"/plain/privacy?lang={lang}", target="_self")),
        tag("p", tag("a", text("ui.footer.open_data", lang), href=f"/open-data?lang={lang}", target="_self")),
        tag("p", text("ui.footer.map_approval", lang, number=config.map_approval or text("ui.map.approval_pending", lang))),
        tag("p", config.icp_number) if config.icp_number else None,
    ]
    with st.container(key="jz_footer"):
        st.html(str(tag("footer", *lines, class_="page-foot")))
