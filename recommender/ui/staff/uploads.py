"""Many records at once: the tables out as files, a file in as changes of a draft, after a look at what it would do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from recommender.bureau import exchange
from recommender.catalog.tables import TABLES
from recommender.i18n import text
from recommender.markup import tag
from recommender.ui.staff import clash
from recommender.ui.staff.choosing import draft_box, get_draft
from recommender.ui.staff.differences import changes_table
from recommender.ui.staff.room import Room, alarm, go, place_names, show, tables_of_draft, tell

if TYPE_CHECKING:
    from recommender.bureau.exchange import DryRun, Upload
    from recommender.catalog.records import Tables
    from recommender.store.drafts import Draft

MOST = 200
"""Problems shown; the rest is counted."""


def draw(room: Room) -> None:
    """Files out, and a file in."""
    draft = draft_box(room, "uploads")
    tables = tables_of_draft(room, draft)
    with st.container(key="jz_files_out", border=True):
        _out(room, tables)
    with st.container(key="jz_files_in", border=True):
        _in(room, draft, tables)


def _out(room: Room, tables: Tables) -> None:
    show(tag("h2", room.say("files.out")))
    with st.container(horizontal=True):
        _download(room.say("files.workbook"), lambda: exchange.export_workbook(tables), "jinzhong.xlsx")
        _download(room.say("files.template"), exchange.export_workbook, "template.xlsx")
    names = [table.name for table in TABLES]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(room.say("table"), names, format_func=partial(room.name, "table"), key="jz_out_table")
        _download(room.say("files.csv"), lambda: exchange.export_csv(name, tables), f"{name}.csv")


def _download(label: str, write: Callable[[], bytes], file: str) -> None:
    """A file that is written when it is asked for."""
    st.download_button(label, write, file, key=f"jz_out_{file}", on_click="ignore")


def _in(room: Room, draft: Draft | None, tables: Tables) -> None:
    show(tag("h2", room.say("files.in")))
    show(tag("p", room.say("files.in_note"), class_="count"))
    given = st.file_uploader(room.say("files.choose"), type=["xlsx", "csv"], key="jz_file")
    if given is None:
        return
    upload = exchange.read_upload(given.name, given.getvalue())
    run = exchange.dry_run(room.person, None if draft is None else draft.id, upload)
    if run.problems:
        more = [room.say("files.more", count=len(run.problems) - MOST)] if len(run.problems) > MOST else []
        lines = [problem.message(room.lang) for problem in run.problems[:MOST]]
        alarm([room.say("files.wrong", count=len(run.problems)), *lines, *more])
        return
    tables_named = text("ui.list", room.lang).join(room.name("table", name) for name in run.tables)
    show(tag("p", room.say("files.would", tables=tables_named)))
    show(changes_table(room, run.changes, place_names(tables, room.lang)))
    if run.changes:
        _apply(room, upload, run)


def _apply(room: Room, upload: Upload, run: DryRun) -> None:
    prefer: exchange.Side | None = None
    if run.conflicts:
        alarm([room.say("files.clash", count=len(run.conflicts))])
        sides: tuple[exchange.Side, ...] = (clash.MINE, clash.THEIRS)
        prefer = st.radio(room.say("files.prefer"), sides, format_func=lambda side: room.say(f"files.{side}"), key="jz_prefer")
    why = st.text_input(room.say("why"), key="jz_why_file", max_chars=500, placeholder=room.say("why_hint"))
    if st.button(room.say("files.apply"), key="jz_apply", type="primary"):
        with room.trying():
            draft = get_draft(room)
            exchange.apply(room.person, draft.id, upload, why or upload.name, prefer=prefer)
            st.session_state.pop("jz_file", None)
            tell(room.say("files.done"))
            go("changes", draft=draft.id)
            st.rerun()
