"""Two people changed the same fields: the second sees both and chooses, field by field; nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from recommender.bureau import drafting
from recommender.bureau.drafting import Record
from recommender.errors import EditConflict
from recommender.markup import tag
from recommender.ui.staff.differences import column_name, value_name
from recommender.ui.staff.room import Held, Room, go, record_name, show, tell

NEW: Final = "new!"
"""In the place of a key: a record to be added."""
MINE: Final = "mine"
THEIRS: Final = "theirs"


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody wanted to save, and where it clashes."""

    where: tuple[str, str, str]
    seen: Record
    changes: Mapping[str, str]
    why: str
    conflicts: tuple[Mapping[str, str], ...]


def open_on(where: tuple[str, str, str], seen: Record, changes: Mapping[str, str], why: str, error: EditConflict) -> None:
    """Keep what was to be saved until its author has chosen."""
    st.session_state[Held.CLASH] = Clash(where, seen, changes, why, tuple(error.detail["conflicts"]))


def is_open(where: tuple[str, str, str]) -> bool:
    """Whether a choice is due at this record."""
    held = st.session_state.get(Held.CLASH)
    return isinstance(held, Clash) and held.where == where


def draw(room: Room, where: tuple[str, str, str], names: Mapping[str, str]) -> None:
    """The choice, and what was chosen saved."""
    held = st.session_state[Held.CLASH]
    assert isinstance(held, Clash)
    show(tag("div", tag("p", room.say("clash.title")), tag("p", room.say("clash.note")), class_="problems", role="alert"))
    chosen = choices(room, held.conflicts, names)
    with st.container(horizontal=True):
        if st.button(room.say("clash.save"), key="jz_clash_save", type="primary"):
            with room.trying():
                _settle(room, held, chosen)
        if st.button(room.say("clash.drop"), key="jz_clash_drop"):
            _leave(where)


def choices(room: Room, conflicts: tuple[Mapping[str, str], ...], names: Mapping[str, str]) -> dict[tuple[str, str, str], str]:
    """A pair of buttons for each field; what is chosen, by table, key and column."""
    found = {}
    for k, conflict in enumerate(conflicts):
        table, key, column = conflict["table"], conflict["key"], conflict["column"]
        title = record_name(table, key, None, room.lang, names)
        field = column_name(column, room.lang) if column else room.say("clash.record")

        def said(side: str, conflict: Mapping[str, str] = conflict) -> str:
            value = conflict[side]
            words = value_name(conflict["column"], value, room.lang) if conflict["column"] else room.say(f"clash.{value}")
            return room.say("pair", name=room.say(f"clash.{side}"), words=words)

        label = room.say("aside", words=f"{title} · {field}", aside=said("base"))
        picked = st.radio(label, (MINE, THEIRS), format_func=said, key=f"jz_clash_{k}")
        found[table, key, column] = str(picked)
    return found


def _settle(room: Room, held: Clash, chosen: Mapping[tuple[str, str, str], str]) -> None:
    draft, table, key = held.seen.draft, held.seen.table, held.seen.key
    if (table, key, "") in chosen:
        if chosen[table, key, ""] == MINE and held.seen.cells is not None:
            drafting.add(room.person, draft, table, {**held.seen.cells, **held.changes}, held.why)
    else:
        theirs = {column for (_, _, column), side in chosen.items() if side == THEIRS}
        wanted = {column: value for column, value in held.changes.items() if column not in theirs}
        now = drafting.get_record(room.person, draft, table, key)
        if wanted:
            drafting.save(room.person, now, wanted, held.why)
    tell(room.say("saved"))
    _leave((str(draft), table, key))


def _leave(where: tuple[str, str, str]) -> None:
    st.session_state.pop(Held.CLASH, None)
    st.session_state.pop("jz_staff_seen", None)
    go("records", draft=where[0] or None, table=where[1], key=where[2])
    st.rerun()
