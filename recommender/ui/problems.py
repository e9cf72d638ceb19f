"""What is wrong, in words, with the way out beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import streamlit as st

from recommender.i18n import text
from recommender.markup import join, tag
from recommender.trip.narrate.problems import conflict_words, field_root, problem_words, relaxation_words
from recommender.ui import plans
from recommender.ui.state import Other, State

if TYPE_CHECKING:
    from recommender.region import Region

PLACE: Final = "jz-problems"
"""Id of the box, to scroll to."""
_log = logging.getLogger(__name__)


def show(state: State, region: Region) -> None:
    """Nothing where nothing is wrong."""
    lang = state.lang
    if state.broken:
        _box([text("ui.problem.internal", lang)])
    if state.problems:
        _box([text("ui.problem.title", lang)], [problem_words(p, region, lang) for p in state.problems])
        _without_own(state, region)
    if state.conflict is not None:
        _box([text("ui.problem.conflict", lang)], conflict_words(state.conflict, region, lang))
        _ways_out(state, region)


def _box(head: list[str], lines: list[str] | None = None) -> None:
    rows = tag("ul", *(tag("li", line) for line in lines)) if lines else None
    st.html(str(tag("div", *(tag("p", line) for line in head), rows, class_="problems", id=PLACE, role="alert")))


# -------------------------------------------------------------------------------------------------- ways out


def _without_own(state: State, region: Region) -> None:
    """Wishes for single legs and days have no field in the form; where one is in the way, it can be let go of here."""
    roots = {field_root(problem.field) for problem in state.problems}
    for root, held in (("leg_modes", state.draft.leg_modes), ("days_detail", state.draft.days_detail)):
        if held and root in roots and st.button(text(f"ui.problem.drop_{root}", state.lang), key=f"{Other.RELAX}_{root}"):
            plans.drop_own(state.draft, root)
            plans.ask(state, region)
            st.rerun()


def _ways_out(state: State, region: Region) -> None:
    assert state.conflict is not None
    lang = state.lang
    changes = [change for change in state.conflict.detail.get("relaxations", ()) if isinstance(change, dict)]
    if not changes and not state.history:
        return
    with st.container(key="jz_ways_out"):
        st.html(str(tag("p", text("ui.problem.relax", lang), class_="ways")))
        for k, change in enumerate(changes):
            words = relaxation_words(change, state.asked, region, lang)
            if st.button(words, key=f"{Other.RELAX}_{k}"):
                plans.relax(state, region, change)
                st.rerun()
        if state.history and st.button(text("ui.problem.back", lang), key=Other.UNDO):
            plans.undo(state)
            st.rerun()


# ------------------------------------------------------------------------------------------------- last resort


@contextmanager
def guarded(lang: str) -> Iterator[None]:
    """A mistake of ours ends in a sentence on the page and a traceback in the log."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is, the visitor gets a sentence
        _log.exception("the page failed")
        st.html(str(join([tag("div", tag("p", text("ui.problem.internal", lang)), class_="problems", role="alert")])))
