"""Records of any table: found, looked at, changed, added, removed, put back; the effect of an edit beside the edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from recommender.bureau import drafting, preview, publishing
from recommender.bureau.drafting import Record
from recommender.catalog.records import Cells, Tables, get_table, in_rows, whole
from recommender.catalog.references import PLACES
from recommender.catalog.tables import TABLES, Table
from recommender.errors import EditConflict
from recommender.i18n import text
from recommender.markup import tag
from recommender.ui.staff import builder, clash, photo, pin, routing
from recommender.ui.staff.choosing import draft_box, find_draft, get_draft
from recommender.ui.staff.differences import column_name, value_name
from recommender.ui.staff.fields import form, problems_of
from recommender.ui.staff.hours import year_table
from recommender.ui.staff.room import (
    Held,
    Room,
    alarm,
    go,
    leads,
    place_names,
    record_name,
    show,
    tables_of_draft,
    tables_of_revision,
    tell,
)
from recommender.ui.state import local_today

if TYPE_CHECKING:
    from recommender.store.drafts import Draft

_SEEN = "jz_staff_seen"


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as it was when its form was opened, whoever has changed it since."""

    where: tuple[str, str, str]
    record: Record
    serial: int

    @property
    def mark(self) -> str:
        """What the keys of the form's widgets begin with."""
        draft, table, key = self.where
        return "_".join((draft or "new", table, key, str(self.serial)))


def draw(room: Room) -> None:
    """A table, or one of its records."""
    name = room.asked.get("table", "attractions")
    table = get_table(name) if name in {known.name for known in TABLES} else TABLES[0]
    key = room.asked.get("key", "")
    boxes = st.columns([1, 1, 1.6])
    with boxes[0]:
        draft = draft_box(room, "records", table=table.name, key=key or None)
    tables = tables_of_draft(room, draft)
    names = place_names(tables, room.lang)
    with boxes[1]:
        _table_box(room, table, draft)
    with boxes[2]:
        _record_box(room, table, tables, names, draft)
    if key == clash.NEW:
        _add(room, table, names)
    elif key:
        _edit(room, table, key, tables, names)
    else:
        _listed(room, table, tables, names, draft)


def _number(draft: Draft | None) -> int | None:
    return None if draft is None else draft.id


def _table_box(room: Room, table: Table, draft: Draft | None) -> None:
    options = [known.name for known in TABLES]
    picked = st.selectbox(
        room.say("table"), options, index=options.index(table.name), format_func=lambda name: room.name("table", name),
        key=f"jz_table_{table.name}",
    )  # fmt: skip
    if picked != table.name:
        go("records", draft=_number(draft), table=picked)
        st.rerun()


def _record_box(room: Room, table: Table, tables: Tables, names: Mapping[str, str], draft: Draft | None) -> None:
    rows = dict(in_rows(table, tables))
    key = room.asked.get("key", "")

    def named(option: str) -> str:
        return record_name(table.name, option, rows[option], room.lang, names)

    picked = st.selectbox(
        room.say("record"), list(rows), index=list(rows).index(key) if key in rows else None, format_func=named,
        key=f"jz_record_{table.name}_{key}", placeholder=room.say("find"),
    )  # fmt: skip
    if picked is not None and picked != key:
        go("records", draft=_number(draft), table=table.name, key=picked)
        st.rerun()


def _listed(room: Room, table: Table, tables: Tables, names: Mapping[str, str], draft: Draft | None) -> None:
    import pandas as pd

    with st.container(horizontal=True):
        leads(room.say("add"), "jz_add", "records", draft=_number(draft), table=table.name, key=clash.NEW)
        leads(room.say("in_bulk"), "jz_bulk", "uploads", draft=_number(draft))
    if table.name == "holidays":
        _years(room, tables)
    rows = in_rows(table, tables)
    named = {column_name("name_zh", room.lang): [record_name(table.name, key, cells, room.lang, names) for key, cells in rows]}
    columns = [column.name for column in table.columns if column.name not in ("id", "name_zh", "name_en")]
    shown = {column_name(name, room.lang): [cells[name] for _, cells in rows] for name in columns}
    event = st.dataframe(
        pd.DataFrame({**named, **shown}), hide_index=True, on_select="rerun", selection_mode="single-row",
        key=f"jz_rows_{table.name}", height=520,
    )  # fmt: skip
    picked = event["selection"]["rows"]
    if picked and picked[0] < len(rows):
        go("records", draft=_number(draft), table=table.name, key=rows[picked[0]][0])
        st.rerun()


def _years(room: Room, tables: Tables) -> None:
    """Which years' holidays are announced."""
    known: dict[str, set[str]] = {}
    for cells in tables["holidays"].values():
        known.setdefault(cells["year"], set()).add(cells["status"])
    year = local_today().year
    for one in sorted({*known, str(year), str(year + 1)}):
        status = "official" if known.get(one) == {"official"} else "provisional" if one in known else "none"
        show(tag("p", room.say(f"year.{status}", year=one), class_="closure"))


# -------------------------------------------------------------------------------------------------- one record


def _edit(room: Room, table: Table, key: str, tables: Tables, names: Mapping[str, str]) -> None:
    opened = _opened(room, table, key, tables)
    if opened is None or opened.record.cells is None:
        alarm([room.say("gone")])
        return
    cells = opened.record.cells
    show(tag("h2", record_name(table.name, key, cells, room.lang, names), class_="serif"))
    if clash.is_open(opened.where):
        clash.draw(room, opened.where, names)
        return
    left, right = st.columns([1, 1.1], gap="medium")
    with left:
        typed = form(room, table, cells, names, opened.mark)
        changes = {column: value for column, value in typed.items() if value.strip() != cells.get(column, "")}
        _save_bar(room, table, opened, changes)
    with right:
        if table.name == "attractions":
            with st.container(horizontal=True):
                builder.draw(room, opened.mark)
                builder.closing(room, key, partial(_add_closure, room))
            _preview(room, key, {**cells, **typed}, tables)
        pin.draw(room, typed, tables, names, opened.mark)
        if table.name in PLACES:
            photo.draw(room, key, tables)
        if table.name == "themed_routes":
            routing.draw(room, typed, tables)
        _versions(room, table, key)


def _opened(room: Room, table: Table, key: str, tables: Tables) -> Opened | None:
    draft = find_draft(room)
    where = (str(draft.id) if draft else "", table.name, key)
    held = st.session_state.get(_SEEN)
    if isinstance(held, Opened) and held.where == where:
        return held
    if draft is not None:
        record = drafting.get_record(room.person, draft.id, table.name, key)
    elif key in tables[table.name]:
        record = Record(0, table.name, key, 0, tables[table.name][key])
    else:
        return None
    return _open(where, record)


def _open(where: tuple[str, str, str], record: Record) -> Opened:
    serial = st.session_state.get(Held.SERIAL, 0) + 1
    st.session_state[Held.SERIAL] = serial
    opened = Opened(where, record, serial)
    st.session_state[_SEEN] = opened
    return opened


def _save_bar(room: Room, table: Table, opened: Opened, changes: Mapping[str, str]) -> None:
    with st.container(key="jz_save_bar"):
        why = st.text_input(room.say("why_edit"), key=f"jz_why_{opened.mark}", max_chars=500)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(room.say("save"), key="jz_save", type="primary", disabled=not changes):
                _save(room, opened, changes, why)
            show(tag("span", room.say("changed_fields", count=len(changes)), class_="count"))
            with st.popover(room.say("remove")):
                show(tag("p", room.say("remove_note")))
                if st.button(room.say("remove_go"), key="jz_remove"):
                    _remove(room, table, opened, why)


def _drafted(room: Room, record: Record) -> Record:
    """The record as seen, of a draft: begun here where it was seen in what is published."""
    if record.draft:
        return record
    return Record(get_draft(room).id, record.table, record.key, 0, record.cells)


def _save(room: Room, opened: Opened, changes: Mapping[str, str], why: str) -> None:
    with room.trying():
        seen = _drafted(room, opened.record)
        try:
            saved = drafting.save(room.person, seen, changes, why)
        except EditConflict as error:
            clash.open_on(opened.where, seen, changes, why, error)
            st.rerun()
        _after(room, seen.draft, saved)


def _after(room: Room, draft: int, saved: Record) -> None:
    _open((str(draft), saved.table, saved.key), saved)
    tell(room.say("saved"))
    go("records", draft=draft, table=saved.table, key=saved.key)
    st.rerun()


def _remove(room: Room, table: Table, opened: Opened, why: str) -> None:
    with room.trying():
        seen = _drafted(room, opened.record)
        try:
            drafting.remove(room.person, seen, why)
        except EditConflict as error:
            now = drafting.get_record(room.person, seen.draft, seen.table, seen.key)
            clash.open_on(opened.where, now, None, why, error)
            st.rerun()
        tell(room.say("removed"))
        go("records", draft=seen.draft, table=table.name)
        st.rerun()


def _add(room: Room, table: Table, names: Mapping[str, str]) -> None:
    show(tag("h2", f"{room.say('add')} · {room.name('table', table.name)}", class_="serif"))
    typed = form(room, table, whole(table, {}), names, f"new_{table.name}", new=True)
    why = st.text_input(room.say("why_edit"), key=f"jz_why_new_{table.name}", max_chars=500)
    if st.button(room.say("save"), key="jz_save_new", type="primary"):
        problems = problems_of(table, typed)
        if problems:
            alarm([room.say("wrong_fields", count=len(problems)), *(problem.message(room.lang) for problem in problems)])
            return
        with room.trying():
            draft = get_draft(room)
            _after(room, draft.id, drafting.add(room.person, draft.id, table.name, typed, why))


# ------------------------------------------------------------------------------------------- beside the record


def _add_closure(room: Room, cells: Mapping[str, str]) -> None:
    """The closure into the draft, which the form goes on with."""
    draft = get_draft(room)
    drafting.add(room.person, draft.id, "closures", cells, cells["reason"])
    tell(room.say("build.closing_done"))
    go("records", draft=draft.id, table="attractions", key=cells["place_id"])
    st.rerun()


def _preview(room: Room, key: str, cells: Cells, tables: Tables) -> None:
    """The year as it would be, and the days on which it differs from what visitors are told now."""
    show(tag("h3", room.say("hours.title")))
    columns = ("opening_hours", "hours_basis", "last_entry")
    wrong = [problem for problem in problems_of(get_table("attractions"), cells) if problem.args.get("column") in columns]
    if wrong:
        show(tag("p", room.say("hours.unreadable"), class_="count"))
        return
    published = tables_of_revision(room, publishing.published_now().revision)
    year = preview.year_of(tables, key, cells, local_today())
    was = published["attractions"].get(key)
    before = None if was is None else preview.year_of(published, key, was, local_today())
    show(year_table(room, year, before))


def _versions(room: Room, table: Table, key: str) -> None:
    """What the record was before, in what was published; each can be put into the draft again."""
    with st.expander(room.say("versions.title")):
        found = publishing.list_versions(room.person, table.name, key)
        for k, version in enumerate(found):
            publication = version.publication
            head = f"{room.instant(publication.at)} · {room.name('kind', publication.kind)} · {room.who(publication.who)}"
            after = found[k - 1].cells if k else None
            lines = _differing(version.cells, after, room.lang) if k else []
            show(tag("div", tag("b", head), *(tag("p", line, class_="fine") for line in lines)))
            if k and st.button(room.say("versions.restore"), key=f"jz_restore_{publication.number}"):
                with room.trying():
                    draft = get_draft(room)
                    _after(room, draft.id, drafting.restore(room.person, draft.id, version, room.say("versions.restore")))


def _differing(was: Cells | None, now: Cells | None, lang: str) -> list[str]:
    pairs = [(name, (was or {}).get(name, ""), (now or {}).get(name, "")) for name in (now or was or {})]
    return [
        text("staff.pair", lang, name=column_name(name, lang), words=value_name(name, old, lang))
        for name, old, new in pairs
        if old != new
    ]
