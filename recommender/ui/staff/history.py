"""What was published when, by whom and why; what changed; any of it back again; and the audit."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from recommender.bureau import auditing, publishing, ruling
from recommender.bureau.desk import Action
from recommender.catalog.difference import difference
from recommender.markup import tag
from recommender.store.audit import Entry
from recommender.store.revisions import Publication
from recommender.ui.staff.differences import changes_table, column_name
from recommender.ui.staff.home import publication_words, tell_made
from recommender.ui.staff.room import Room, alarm, go, place_names, show, tables_of_revision
from recommender.ui.staff.weights import rules_words

ENTRIES = 100
"""Entries of the audit shown at a time."""


def draw(room: Room) -> None:
    """Publications and what each changed; the audit for those who may read it."""
    line = publishing.list_publications(room.person, withdrawn=True)[::-1]
    numbers = [publication.number for publication in line]
    asked = room.number("number")
    chosen = line[numbers.index(asked)] if asked in numbers else line[0]
    picked = st.selectbox(
        room.say("history.which"), numbers, index=numbers.index(chosen.number), key=f"jz_number_{chosen.number}",
        format_func=lambda number: _title(room, line[numbers.index(number)]),
    )  # fmt: skip
    if picked != chosen.number:
        go("history", number=picked)
        st.rerun()
    _publication(room, chosen, line)
    if room.may(Action.READ_AUDIT):
        _audit(room)


def _title(room: Room, publication: Publication) -> str:
    kind = room.name("kind", publication.kind)
    parts = (room.instant(publication.at), kind, room.who(publication.who), publication.why[:40])
    words = " · ".join(part for part in parts if part)
    return room.say("aside", words=words, aside=room.say("history.withdrawn")) if publication.withdrawn else words


def _publication(room: Room, chosen: Publication, line: list[Publication]) -> None:
    show(publication_words(room, chosen))
    after = tables_of_revision(room, chosen.revision)
    if chosen.base is not None:
        before = tables_of_revision(room, chosen.base)
        names = {**place_names(before, room.lang), **place_names(after, room.lang)}
        if chosen.rules != chosen.base_rules:
            was, now = (rules_words(room, rules, names) for rules in ruling.rules_of(room.person, chosen.number))
            show(tag("p", room.say("history.rules", before=was, after=now)))
        show(changes_table(room, difference(before, after), names))
    current = publishing.published_now()
    if not room.may(Action.PUBLISH) or (chosen.revision, chosen.rules) == (current.revision, current.rules):
        return
    with st.popover(room.say("history.restore")):
        show(tag("p", room.say("history.restore_note")))
        why = st.text_input(room.say("why"), value=room.say("history.restore"), key=f"jz_why_restore_{chosen.number}")
        if st.button(room.say("history.restore_go"), key="jz_restore_revision", type="primary"):
            with room.trying():
                made = publishing.publish_revision(room.person, chosen.revision, why, rules_of=chosen.number)
                tell_made(room, "history.restored", made)
                go("home")
                st.rerun()


def _audit(room: Room) -> None:
    with st.expander(room.say("audit.title")):
        before = room.number("before")
        entries = auditing.list_entries(room.person, before=before, most=ENTRIES)
        heads = (tag("th", room.say(f"audit.{name}"), scope="col") for name in ("when", "who", "what", "subject", "why"))
        rows = [_entry(room, entry) for entry in entries]
        table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff")
        show(tag("div", table, class_="wide", tabindex=0))
        with st.container(horizontal=True):
            if len(entries) == ENTRIES:
                st.button(room.say("audit.older"), key="jz_older", on_click=lambda: go("history", before=entries[-1].number))
            if st.button(room.say("audit.check"), key="jz_audit_check"):
                broken = auditing.check_audit(room.person)
                if broken is None:
                    show(tag("p", room.say("audit.whole"), class_="answer", role="status"))
                else:
                    alarm([room.say("audit.broken", number=broken)])


def _entry(room: Room, entry: Entry) -> Markup:
    texts = (room.instant(entry.at), room.who(entry.who), room.name("audit", entry.action))
    subject = tag("td", entry.subject, tag("small", _detail(entry.detail, room.lang)))
    return tag("tr", *(tag("td", one) for one in texts), subject, tag("td", entry.why))


def _detail(detail: object, lang: str) -> str:
    """The fields of an edit, before and after."""
    fields = detail.get("fields") if isinstance(detail, dict) else None
    if not isinstance(fields, dict):
        return ""
    return "; ".join(f"{column_name(column, lang)}: {before} → {after}" for column, (before, after) in fields.items())
