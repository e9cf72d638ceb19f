"""What is wrong, in words, with the way out beside it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, get_args

import streamlit as st

from recommender.errors import Problem
from recommender.i18n import find_text, text
from recommender.model import CATEGORIES, LegWish, TripRequest
from recommender.trip import narrate
from recommender.ui import plans
from recommender.ui.markup import join, tag
from recommender.ui.state import Other, State

if TYPE_CHECKING:
    from recommender.region import Region

PLACE: Final = "jz-problems"
"""Id of the box, to scroll to."""
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: get_args(TripRequest.model_fields[name].annotation) for name in ("mode", "pace", "reach")},
    "needs": ("wheelchair", "stroller", "few_steps"),
    "interests": CATEGORIES,
}
_SHELF: Final = {"interests": "category"}
_CODES: Final = {"reach": "reach", "need": "needs"}
"""Values of a message that are codes, and where their words are."""
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
        _box([text("ui.problem.conflict", lang)], conflict_words(state, region))
        _ways_out(state, region)


def _box(head: list[str], lines: list[str] | None = None) -> None:
    rows = tag("ul", *(tag("li", line) for line in lines)) if lines else None
    st.html(str(tag("div", *(tag("p", line) for line in head), rows, class_="problems", id=PLACE, role="alert")))


def conflict_words(state: State, region: Region) -> list[str]:
    """The conflict, one line a problem."""
    assert state.conflict is not None
    if state.conflict.problems:
        return [problem_words(p, region, state.lang) for p in state.conflict.problems]
    fields = _labels(", ".join(map(str, state.conflict.detail.get("conflict", ()))), state.lang)
    return [text("ui.problem.clash", state.lang, fields=fields)]


def problem_words(problem: Problem, region: Region, lang: str) -> str:
    """A problem with field, places and codes named as on the page."""
    root = _root(problem.field)
    args: dict[str, Any] = dict(problem.args)
    for name, shelf in _CODES.items():
        if name in args:
            args[name] = find_text(f"ui.{shelf}.{args[name]}", lang) or args[name]
    if problem.code == "field_choice" and root in _CHOICES:
        shelf = _SHELF.get(root, root)
        args["allowed"] = text("ui.list", lang).join(text(f"ui.{shelf}.{code}", lang) for code in _CHOICES[root])
    value = problem.value
    if value and region.catalog.find_place(value) is not None:
        value = narrate.short_name(value, region, lang)
    return Problem(_labels(problem.field, lang), value, problem.code, args).message(lang)


def _labels(fields: str, lang: str) -> str:
    """``must_see[1], must_see[0]`` → ``必去``; a field without a label keeps its code."""
    roots = dict.fromkeys(_root(field) for field in fields.split(","))
    return text("ui.list", lang).join(find_text(f"ui.field.{root}", lang) or root for root in roots)


def _root(field: str) -> str:
    return re.split(r"[.\[]", field.strip(), maxsplit=1)[0]


# -------------------------------------------------------------------------------------------------- ways out


def _without_own(state: State, region: Region) -> None:
    """Wishes for single legs and days have no field in the form; where one is in the way, it can be let go of here."""
    roots = {_root(problem.field) for problem in state.problems}
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


def relaxation_words(change: Mapping[str, Any], asked: TripRequest | None, region: Region, lang: str) -> str:
    """A change of the request as a button says it."""
    field, value = str(change["field"]), change["value"]
    root = _root(field)
    if root == "budget_fen":
        value = narrate.money(value, lang)
    elif root in ("reach", "mode"):
        value = text(f"ui.{root}.{value}", lang)
    elif root == "needs" and asked is not None:
        value = _listed([text(f"ui.needs.{need}", lang) for need in asked.needs if need not in value], lang)
    index = re.search(r"\[(\d+)\]", field)
    place = ""
    if root == "must_see" and index is None and asked is not None:
        place = _listed([narrate.short_name(wish, region, lang) for wish in asked.must_see if wish not in value], lang)
    if index is not None and asked is not None:
        wish = getattr(asked, root)[int(index[1])]
        if isinstance(wish, LegWish):
            ends = (narrate.short_name(end, region, lang) for end in (wish.from_, wish.to))
            return text("ui.relax.leg_modes", lang, origin=next(ends), target=next(ends))
        if root == "days_detail":
            return text("ui.relax.days_detail", lang, day=int(index[1]) + 1)
        place = narrate.short_name(wish if isinstance(wish, str) else wish.place, region, lang)
    label = _labels(field, lang)
    return find_text(f"ui.relax.{root}", lang, value=value, place=place) or text("ui.relax.other", lang, field=label)


def _listed(words: list[str], lang: str) -> str:
    return text("ui.list", lang).join(words)


# ------------------------------------------------------------------------------------------------- last resort


@contextmanager
def guarded(lang: str) -> Iterator[None]:
    """A mistake of ours ends in a sentence on the page and a traceback in the log."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is, the visitor gets a sentence
        _log.exception("the page failed")
        st.html(str(join([tag("div", tag("p", text("ui.problem.internal", lang)), class_="problems", role="alert")])))
