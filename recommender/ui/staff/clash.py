"""Two people changed the same fields: the second sees both and chooses, field by field; nothing is lost."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from recommender.bureau import drafting
from recommender.bureau.drafting import Record
from recommender.catalog.difference import Conflict
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
    """What somebody wanted to save, and where it clashes; without ``changes`` they wanted the record removed."""

    where: tuple[str, str, str]
    seen: Record
    changes: Mapping[str, str] | None
    why: str
    conflicts: tuple[Conflict, ...]


def open_on(
    where: tuple[str, str, str], seen: Record, changes: Mapping[str, str] | None, why: str, error: EditConflict
) -> None:
    """Keep what was to be saved until its author has chosen."""
    conflicts = tuple(Conflict(**conflict) for conflict in error.detail["conflicts"])
    st.session_state[Held.CLASH] = Clash(where, seen, changes, why, conflicts)


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


def mark_of(conflicts: tuple[Conflict, ...]) -> str:
    """What the keys of widgets about these conflicts end with: a choice is no choice about other values."""
    return f"{zlib.crc32(repr(conflicts).encode()):x}"


def choices(room: Room, conflicts: tuple[Conflict, ...], names: Mapping[str, str]) -> dict[Conflict, str]:
    """A pair of buttons for each field, and what is chosen."""
    found = {}
    for conflict in conflicts:
        title = record_name(conflict.table, conflict.key, None, room.lang, names)
        field = column_name(conflict.column, room.lang) if conflict.column else room.say("clash.record")

        def said(side: str, conflict: Conflict = conflict) -> str:
            value: str = getattr(conflict, side)
            words = value_name(conflict.column, value, room.lang) if conflict.column else room.say(f"clash.{value}")
            return room.say("pair", name=room.say(f"clash.{side}"), words=words)

        label = room.say("aside", words=f"{title} · {field}", aside=said("base"))
        found[conflict] = str(st.radio(label, (MINE, THEIRS), format_func=said, key=f"jz_clash_{mark_of((conflict,))}"))
    return found


def _settle(room: Room, held: Clash, chosen: Mapping[Conflict, str]) -> None:
    """Save what was chosen, on the values that were shown: what somebody changed again since is a clash again."""
    seen, changes = held.seen, held.changes
    mine = MINE in chosen.values()
    try:
        if changes is None:
            if mine:
                drafting.remove(room.person, seen, held.why)
        elif any(not conflict.column for conflict in chosen):
            if mine and seen.cells is not None:
                drafting.add(room.person, seen.draft, seen.table, {**seen.cells, **changes}, held.why)
        else:
            shown = {conflict.column: conflict.theirs for conflict in chosen}
            kept = {conflict.column for conflict, side in chosen.items() if side == THEIRS}
            seen = dataclasses.replace(seen, cells={**(seen.cells or {}), **shown})
            changes = {column: value for column, value in changes.items() if column not in kept}
            drafting.save(room.person, seen, changes, held.why)
    except EditConflict as error:
        if changes is None:
            seen = drafting.get_record(room.person, seen.draft, seen.table, seen.key)
        open_on(held.where, seen, changes, held.why, error)
        st.rerun()
    tell(room.say("saved"))
    _leave((str(seen.draft), seen.table, seen.key))


def _leave(where: tuple[str, str, str]) -> None:
    st.session_state.pop(Held.CLASH, None)
    st.session_state.pop("jz_staff_seen", None)
    go("records", draft=where[0] or None, table=where[1], key=where[2])
    st.rerun()
