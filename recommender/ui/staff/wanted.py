"""What visitors asked for in a month: the ten of each kind that came up most."""

from __future__ import annotations

import streamlit as st

from recommender.bureau import demand, publishing
from recommender.markup import tag
from recommender.trip.asked import KINDS
from recommender.ui.staff.room import Room, go, leads, place_names, show, tables_of_revision
from recommender.ui.state import local_today


def draw(room: Room) -> None:
    """A month, and its lists."""
    show(tag("p", room.say("demand.note", fewest=demand.FEWEST), class_="count"))
    months = demand.list_months(room.person) or [local_today().replace(day=1)]
    names = [f"{month:%Y-%m}" for month in months]
    asked = room.asked.get("month", names[0])
    chosen = asked if asked in names else names[0]
    picked = st.selectbox(room.say("demand.month"), names, index=names.index(chosen), key=f"jz_month_{chosen}")
    if picked != chosen:
        go("demand", month=picked)
        st.rerun()
    found = demand.list_top(room.person, months[names.index(chosen)])
    named = place_names(tables_of_revision(room, publishing.published_now().revision), room.lang)
    columns = st.columns(2, gap="medium")
    for k, kind in enumerate(KINDS):
        with columns[k % 2], st.container(key=f"jz_demand_{kind}", border=True):
            show(tag("h2", room.name("demand", kind)))
            rows = found[kind]
            if not rows:
                show(tag("p", room.say("demand.none"), class_="count"))
                continue
            most = rows[0][1]
            lines = [
                tag("li", tag("span", named.get(subject, subject)),
                    tag("i", tag("i", style=f"width:{100 * times / most:.0f}%"), class_="meter", aria_hidden="true"),
                    tag("b", str(times)))
                for subject, times in rows
            ]  # fmt: skip
            show(tag("ol", *lines, class_="top-ten"))
    leads(room.say("demand.report"), "jz_demand_report", "figures", kind="tertiary")
