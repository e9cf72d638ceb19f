"""Pictures of a place, beside its record: what there is, and one more, with whose it is and on what terms."""

from __future__ import annotations

import streamlit as st

from recommender.bureau import drafting, pictures
from recommender.catalog.records import Tables, get_table
from recommender.catalog.tables import PICTURE_LICENCES
from recommender.errors import RequestError
from recommender.markup import tag
from recommender.ui.photo import figure
from recommender.ui.staff.choosing import get_draft
from recommender.ui.staff.differences import column_name, value_name
from recommender.ui.staff.fields import problems_of
from recommender.ui.staff.room import Room, go, leads, show, tell

NOBODY = "0" * 32
"""Stands for a name until the picture has one."""


def draw(room: Room, place: str, tables: Tables) -> None:
    """Every picture of a place, and the form for another."""
    found = {key: cells for key, cells in tables.get("pictures", {}).items() if cells["place_id"] == place}
    with st.expander(room.say("aside", words=room.say("photo.title"), aside=len(found))):
        if not found:
            show(tag("p", room.say("photo.none"), class_="count"))
        for key, cells in found.items():
            caption = cells["caption_zh" if room.lang == "zh" else "caption_en"]
            show(figure(key, caption, cells["credit"], cells["licence"], room.lang))
            leads(room.say("photo.edit", file=key[:8]), f"jz_photo_{key}", "records", kind="tertiary", table="pictures", key=key)
        _form(room, place)


def _form(room: Room, place: str) -> None:
    show(tag("h3", room.say("photo.add")))
    given = st.file_uploader(
        room.say("photo.choose"), type=["jpg", "jpeg", "png", "webp"], key=f"jz_photo_file_{place}", max_upload_size=12
    )
    cells = {"place_id": place, "licence": ""}
    for name in ("credit", "source", "caption_zh", "caption_en"):
        cells[name] = st.text_input(column_name(name, room.lang), key=f"jz_photo_{name}_{place}", max_chars=300)
    cells["licence"] = st.selectbox(
        column_name("licence", room.lang), PICTURE_LICENCES, index=None, key=f"jz_photo_licence_{place}",
        format_func=lambda code: value_name("licence", code, room.lang), placeholder=room.say("find"),
    ) or ""  # fmt: skip
    if st.button(room.say("photo.go"), key=f"jz_photo_go_{place}", disabled=given is None) and given is not None:
        with room.trying():
            # Refused before anything is kept: a picture without credit or licence.
            problems = problems_of(get_table("pictures"), {**cells, "file": NOBODY})
            if problems:
                raise RequestError(problems)
            image = pictures.upload(room.person, given.getvalue(), given.name)
            draft = get_draft(room)
            drafting.add(room.person, draft.id, "pictures", {**cells, "file": image.name}, room.say("photo.add"))
            tell(room.say("photo.added"))
            go("records", draft=draft.id, table=room.asked.get("table", "attractions"), key=place)
            st.rerun()
