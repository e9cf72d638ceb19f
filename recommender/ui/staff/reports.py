"""What visitors say is wrong: by place and fact, with the way to the field, and what became of it."""

from __future__ import annotations

import streamlit as st

from recommender.bureau import publishing, settling
from recommender.bureau.settling import Heap
from recommender.i18n import text
from recommender.markup import tag
from recommender.ui.staff.room import Room, place_names, show, tables_of_revision, tell, to_field

SHOWN = 40
"""Heaps on a page; the rest is counted."""
TEXTS = 12
"""Words of visitors shown of one heap."""


def draw(room: Room) -> None:
    """What is open, then what was settled."""
    tables = tables_of_revision(room, publishing.published_now().revision)
    names = place_names(tables, room.lang)
    heaps = settling.list_heaps(room.person)
    count = sum(len(heap.reports) for heap in heaps)
    show(tag("p", room.say("reports.open", count=count, heaps=len(heaps)), class_="count"))
    for heap in heaps[:SHOWN]:
        with st.container(key=f"jz_heap_{heap.place}_{heap.field}", border=True):
            _heap(room, heap, names, settling.where_to_mend(tables, heap.place, heap.field))
    if len(heaps) > SHOWN:
        show(tag("p", room.say("reports.more", count=len(heaps) - SHOWN), class_="count"))
    _settled(room, names)


def _heap(room: Room, heap: Heap, names: dict[str, str], where: tuple[str, str]) -> None:
    field = text(f"ui.report.{heap.field}", room.lang)
    title = f"{names.get(heap.place, heap.place)} · {field} · {len(heap.reports)}"
    show(tag("h2", title))
    lines = [
        tag("li", kept.report.text or room.say("reports.no_words"), " ", tag("small", room.instant(kept.sent), class_="fine"))
        for kept in heap.reports[:TEXTS]
    ]
    show(tag("ul", *lines, class_="lines"))
    key = f"{heap.place}_{heap.field}"
    note = st.text_input(room.say("reports.note"), key=f"jz_note_{key}", max_chars=500)
    with st.container(horizontal=True):
        st.button(
            room.say("reports.to_field"), key=f"jz_mend_{key}", on_click=to_field, args=(where[0], heap.place, where[1])
        )
        for outcome in settling.OUTCOMES:
            if st.button(room.say(f"reports.{outcome}"), key=f"jz_settle_{outcome}_{key}"):
                with room.trying():
                    settling.settle(room.person, [kept.id for kept in heap.reports], outcome, note)
                    tell(room.say("reports.settled"))
                    st.rerun()


def _settled(room: Room, names: dict[str, str]) -> None:
    found = settling.list_settled(room.person)
    with st.expander(room.say("reports.done", count=len(found))):
        for kept in found:
            field = text(f"ui.report.{kept.report.field}", room.lang)
            head = f"{names.get(kept.report.place, kept.report.place)} · {field} · {room.say(f'reports.{kept.outcome}')}"
            when = room.instant(kept.settled) if kept.settled else ""
            show(tag("div", tag("b", head), tag("p", f"{kept.settled_by} · {when} · {kept.note}", class_="fine"),
                     tag("p", kept.report.text) if kept.report.text else None, class_="closure"))  # fmt: skip
