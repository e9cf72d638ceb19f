"""Which draft is worked on: the one the address names, else one's own that is open, else a new one on the first save."""

from __future__ import annotations

import streamlit as st

from recommender.bureau import drafting
from recommender.store.drafts import OPEN, Draft
from recommender.ui.staff.room import Room, go
from recommender.ui.state import local_today

NEW = "new"


def find_draft(room: Room, states: tuple[str, ...] = (OPEN,)) -> Draft | None:
    """The draft to work on; None where the next save begins one.

    Parameters
    ----------
    states
        In which one's own is taken where the address names none: an edit of one that was handed in would take it back.
    """
    if room.asked.get("draft") == NEW:
        return None
    number = room.number("draft")
    found = drafting.list_drafts(room.person)
    named = [draft for draft in found if draft.id == number]
    mine = [draft for draft in found if draft.who == room.person.name and draft.state in states]
    return next(iter([*named, *mine]), None)


def get_draft(room: Room) -> Draft:
    """The draft to work on, begun if there is none."""
    return find_draft(room) or drafting.create_draft(
        room.person, room.say("draft_name", date=local_today().isoformat(), name=room.person.name)
    )


def draft_box(room: Room, page: str, **asked: str | int | None) -> Draft | None:
    """A box to choose the draft by."""
    chosen = find_draft(room)
    drafts = {str(draft.id): draft for draft in drafting.list_drafts(room.person)}
    options = [*drafts, NEW]
    current = str(chosen.id) if chosen is not None and str(chosen.id) in drafts else NEW

    def named(option: str) -> str:
        if option == NEW:
            return room.say("new_draft")
        draft = drafts[option]
        return room.say("aside", words=draft.name, aside=room.name("state", draft.state))

    picked = st.selectbox(
        room.say("draft"), options, index=options.index(current), format_func=named, key=f"jz_which_{page}_{current}"
    )
    if picked != current:
        go(page, draft=picked, **asked)
        st.rerun()
    return chosen
