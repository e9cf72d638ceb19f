"""Everything in one file, back again from one, and whether what is kept is whole."""

from __future__ import annotations

import io

import streamlit as st

from recommender.bureau import backups
from recommender.bureau.desk import Person
from recommender.markup import tag
from recommender.store import copying
from recommender.ui.staff.differences import listed
from recommender.ui.staff.room import Room, alarm, show
from recommender.ui.state import local_now

LARGEST_MB = 200
"""Of a backup that the page takes; larger ones are for the command line."""


def draw(room: Room) -> None:
    """Out, in, and a look at what there is."""
    left, right = st.columns(2, gap="medium")
    with left:
        with st.container(key="jz_backup_out", border=True):
            show(tag("h2", room.say("backup.title")))
            show(tag("p", room.say("backup.note"), class_="count"))
            name = f"jinzhong-{local_now():%Y%m%d-%H%M}.zip"
            st.download_button(
                room.say("backup.go"), lambda: _written(room.person), name, "application/zip", key="jz_backup",
                on_click="ignore", type="primary",
            )  # fmt: skip
        with st.container(key="jz_integrity", border=True):
            show(tag("h2", room.say("backup.integrity")))
            show(tag("p", room.say("backup.integrity_note"), class_="count"))
            if st.button(room.say("backup.check"), key="jz_check"):
                with room.trying():
                    _check(room)
    with right, st.container(key="jz_backup_in", border=True):
        _restoring(room)


def _written(person: Person) -> bytes:
    out = io.BytesIO()
    backups.write_backup(person, out)
    return out.getvalue()


def _check(room: Room) -> None:
    found = backups.check_integrity(room.person)
    if found:
        alarm([room.say("backup.broken", count=len(found)), *(problem.message(room.lang) for problem in found[:50])])
    else:
        show(tag("p", room.say("backup.whole"), class_="answer", role="status"))


def _restoring(room: Room) -> None:
    show(tag("h2", room.say("backup.restore")))
    show(tag("p", room.say("backup.restore_note"), class_="count"))
    given = st.file_uploader(room.say("backup.choose"), type=["zip"], key="jz_backup_file", max_upload_size=LARGEST_MB)
    if given is None:
        return
    with room.trying():
        copy = backups.read_backup(room.person, given, given.name)
        show(tag("p", room.say("backup.is", when=room.instant(copy.made), rows=copy.rows, schema=copy.schema)))
        show(listed(_contents(room, copy)))
        sure = st.text_input(room.say("backup.sure", word=room.say("backup.word")), key="jz_backup_sure")
        if st.button(room.say("backup.restore_go"), key="jz_restore", type="primary"):
            if sure.strip() != room.say("backup.word"):
                alarm([room.say("backup.unsure", word=room.say("backup.word"))])
                return
            backups.restore_backup(room.person, given, given.name, replace=True)
            st.rerun()


def _contents(room: Room, copy: copying.Copy) -> list[str]:
    """What is in a copy, table by table, the names of our own tables in words."""
    return [room.say("backup.table", name=room.name("kept", name), rows=part.rows) for name, part in copy.tables.items()]
