"""Help: what is done where, step by step, in the language of the page."""

from __future__ import annotations

import streamlit as st

from recommender.markup import tag
from recommender.ui.staff.differences import listed
from recommender.ui.staff.room import Room, leads, show

TOPICS = (
    ("edit", "records"), ("publish", "changes"), ("close", "home"), ("hours", "records"), ("files", "uploads"),
    ("reports", "reports"), ("quality", "quality"), ("photo", "records"), ("route", "records"), ("figures", "figures"),
    ("licence", "records"), ("accounts", "own"), ("backup", "backup"),
)  # fmt: skip
"""Each topic, and the page on which it is done."""


def draw(room: Room) -> None:
    """A box a topic, with the way to its page."""
    show(tag("p", room.say("guide.lead"), class_="count"))
    columns = st.columns(2, gap="medium")
    for k, (topic, page) in enumerate(TOPICS):
        with columns[k % 2], st.container(key=f"jz_guide_{topic}", border=True):
            show(tag("h2", room.say(f"guide.{topic}")))
            show(listed(room.say(f"guide.{topic}_steps").split("|")))
            leads(room.say("guide.go", page=room.say(f"page.{page}")), f"jz_guide_to_{topic}", page, kind="tertiary")
