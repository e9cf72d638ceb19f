"""A visitor says that a fact is wrong: a small form beside the place, and a thank-you."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from recommender.errors import RequestError, StoreUnavailable, TooOften
from recommender.i18n import text
from recommender.markup import tag
from recommender.trip import narrate, reporting
from recommender.ui.state import Other, State

if TYPE_CHECKING:
    from recommender.region import Region

PLACE = "jz-report"
"""Id of the form, to scroll to."""


def report_form(state: State, region: Region, place: str) -> None:
    """What is wrong with a place; after sending it a thank-you, after a refusal why, with all that was written."""
    lang = state.lang
    with st.container(key="jz_report"):
        if state.reported == place:
            st.html(str(tag("p", text("ui.report.thanks", lang), class_="answer", role="status")))
            return
        title = text("ui.report.about", lang, place=narrate.place_name(place, region, lang))
        st.html(str(tag("h3", title, class_="serif", id=PLACE)))
        with st.form(f"jz_report_form_{place}", border=False):
            field = st.radio(
                text("ui.report.field", lang), reporting.FIELDS, format_func=lambda code: text(f"ui.report.{code}", lang),
                key=f"{Other.REPORT_FIELD}_{place}",
            )  # fmt: skip
            words = st.text_area(
                text("ui.report.words", lang), max_chars=reporting.LONGEST, key=f"{Other.REPORT_WORDS}_{place}",
                help=text("ui.report.no_contact", lang),
            )  # fmt: skip
            if st.form_submit_button(text("ui.report.send", lang), type="primary"):
                _send(state, region, place, str(field), words)


def _send(state: State, region: Region, place: str, field: str, words: str) -> None:
    lang = state.lang
    try:
        reporting.report(region, place, field, words, lang)
    except (RequestError, TooOften) as error:
        said = error.message(lang)
    except StoreUnavailable:
        said = text("ui.report.failed", lang)
    else:
        state.reported = place
        st.rerun()
    st.html(str(tag("div", tag("p", said), class_="problems", role="alert")))
