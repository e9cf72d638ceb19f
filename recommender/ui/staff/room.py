"""What every page of the console is given: who is there, what the address asks for, how to say no and where to go next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final

import streamlit as st
from markupsafe import Markup

from recommender.bureau import drafting, publishing
from recommender.bureau.cookies import PROVIDER
from recommender.bureau.desk import PROGRAM, Action, Person, may
from recommender.catalog.records import Cells, Tables
from recommender.catalog.references import PLACES
from recommender.errors import CatalogInvalid, RecommenderError, RequestError
from recommender.i18n import find_text, text
from recommender.markup import tag
from recommender.store.drafts import Draft
from recommender.ui.state import LOCAL, find_state

WANTED: Final = "jz-wanted"
"""Id of the field that somebody was led to."""


class Held(StrEnum):
    """What a session of the console remembers between two runs, beside the address."""

    TOLD = "jz_staff_told"
    CLASH = "jz_staff_clash"
    ONCE = "jz_staff_once"
    SERIAL = "jz_staff_serial"


@dataclass(frozen=True, slots=True)
class Room:
    """One run of a page of the console.

    Attributes
    ----------
    asked
        The parameters of the address: ``page``, and what the page takes.
    """

    person: Person
    lang: str
    asked: Mapping[str, str]

    def say(self, key: str, /, **values: Any) -> str:
        """Words of the console."""
        return text(f"staff.{key}", self.lang, **values)

    def name(self, kind: str, code: str) -> str:
        """What a code is called: of a ``role``, ``state``, ``kind``, ``table``, ``change`` or ``audit`` entry."""
        return find_text(f"bureau.{kind}.{code}", self.lang) or code

    def who(self, name: str) -> str:
        """A person's name; the program has one in each language."""
        return self.say("program") if name == PROGRAM.name else name

    def may(self, action: Action) -> bool:
        """Whether to offer something; the use case asks again."""
        return may(self.person, action)

    def number(self, name: str) -> int | None:
        """A number of the address; None where it is none."""
        given = self.asked.get(name, "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Do something that may be refused; a refusal ends in words on the page."""
        try:
            yield
        except RecommenderError as error:
            self.refuse(error)

    def refuse(self, error: RecommenderError) -> None:
        """Say what is wrong, every problem of it."""
        listed = error.problems if isinstance(error, RequestError | CatalogInvalid) else ()
        alarm([problem.message(self.lang) for problem in listed] or [error.message(self.lang)])

    def instant(self, at: dt.datetime) -> str:
        """An instant as the clock in Jinzhong shows it."""
        return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def alarm(lines: Sequence[str]) -> None:
    """A box of what is wrong."""
    head, rest = (lines[0], lines[1:]) if lines else ("", ())
    rows = tag("ul", *(tag("li", line) for line in rest)) if rest else None
    show(tag("div", tag("p", head), rows, class_="problems", role="alert"))


def show(html: Markup) -> None:
    """HTML of ours."""
    st.html(str(html))


def tell(words: str) -> None:
    """Say something at the top of the next page."""
    st.session_state[Held.TOLD] = words


def go(page: str, /, **asked: str | int | None) -> None:
    """Lead to a page, in a callback or before a rerun."""
    params = {name: str(value) for name, value in asked.items() if value is not None}
    kept = {name: st.query_params[name] for name in ("lang", PROVIDER) if name in st.query_params}
    st.query_params.from_dict({**kept, "page": page, **params})


def to_field(table: str, key: str, column: str = "") -> None:
    """Lead to one field of a record, in a callback: its group stands open and the page goes there."""
    state = find_state()
    if state is not None and column:
        state.go_to(WANTED)
    go("records", table=table, key=key, column=column or None)


def leads(label: str, key: str, page: str, /, *, kind: Any = "secondary", **asked: str | int | None) -> None:
    """A button that leads to a page."""
    st.button(label, key=key, on_click=partial(go, page, **asked), type=kind)


# ------------------------------------------------------------------------------------------------ what there is


@st.cache_resource(max_entries=4, show_spinner=False)
def _revision(revision: str, _person: Person) -> Tables:
    return publishing.get_revision(_person, revision)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Draft: repr})
def _draft(draft: Draft, _person: Person) -> Tables:
    return drafting.get_tables(_person, draft.id)


def tables_of_revision(room: Room, revision: str) -> Tables:
    """All records of a revision, which never changes; kept."""
    return _revision(revision, room.person)


def tables_of_draft(room: Room, draft: Draft | None) -> Tables:
    """All records of a draft, or what is published where there is none; kept as long as nothing changes."""
    if draft is None:
        return tables_of_revision(room, publishing.published_now().revision)
    return _draft(draft, room.person)


def place_names(tables: Tables, lang: str) -> dict[str, str]:
    """What every place is called, by id."""
    column = "name_zh" if lang == "zh" else "name_en"
    return {key: cells[column] for name in PLACES for key, cells in tables[name].items()}


def record_name(table: str, key: str, cells: Cells | None, lang: str, names: Mapping[str, str]) -> str:
    """What a record is called on a page."""
    if cells is None:
        return names.get(key, key)
    if table == "links":
        ends = (names.get(cells[end], cells[end]) for end in ("from_id", "to_id"))
        mode = find_text(f"staff.value.{cells['mode']}", lang) or cells["mode"]
        return text("staff.aside", lang, words=" → ".join(ends), aside=mode)
    if table == "closures":
        return f"{names.get(cells['place_id'], cells['place_id'])} {cells['from']}–{cells['to'] or '…'}"
    if table == "holidays":
        return f"{cells['date']} {cells['name_zh' if lang == 'zh' else 'name_en']}"
    named = (cells.get(f"{column}_{lang}") for column in ("name", "text"))
    return next(filter(None, (*named, cells.get("title"))), key)
