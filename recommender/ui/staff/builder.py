"""Opening hours by choosing instead of typing: one rule at a time, added to the field or in its place."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st

from recommender.bureau.hours import WEEKDAYS, rule_of
from recommender.errors import OpeningHoursSyntax
from recommender.markup import tag
from recommender.ui.staff.fields import field_key
from recommender.ui.staff.room import Room, alarm, show

_COLUMN = "opening_hours"


def draw(room: Room, mark: str) -> None:
    """The choices, the rule that they make, and where it goes."""
    with st.popover(room.say("build.open")):
        months = list(range(1, 13))
        named = partial(_month, room)
        first, last = st.columns(2)
        begins = first.selectbox(room.say("build.from"), months, format_func=named, key="jz_build_from")
        ends = last.selectbox(room.say("build.to"), months, index=11, format_func=named, key="jz_build_to")
        days = st.pills(
            room.say("build.days"), list(range(7)), selection_mode="multi", key="jz_build_days",
            format_func=lambda day: room.say(f"weekday.{WEEKDAYS[day].lower()}"),
        )  # fmt: skip
        holidays = st.checkbox(room.say("build.holidays"), key="jz_build_holidays")
        closed = st.checkbox(room.say("build.closed"), key="jz_build_closed")
        left, right = st.columns(2)
        opens = left.time_input(room.say("build.opens"), dt.time(8, 30), key="jz_build_opens", disabled=closed)
        closes = right.time_input(room.say("build.closes"), dt.time(17, 30), key="jz_build_closes", disabled=closed)
        season = None if (begins, ends) == (1, 12) else (begins, ends)
        try:
            rule = rule_of(season, days, opens, closes, holidays=holidays, closed=closed)
        except OpeningHoursSyntax:
            alarm([room.say("build.backwards")])
            return
        show(tag("p", tag("code", rule)))
        key = field_key(mark, _COLUMN)
        with st.container(horizontal=True):
            st.button(room.say("build.add"), key="jz_build_add", type="primary", on_click=partial(_put, key, rule, also=True))
            st.button(room.say("build.only"), key="jz_build_only", on_click=partial(_put, key, rule, also=False))


def _month(room: Room, month: int) -> str:
    return room.say("build.month", month=month)


def _put(key: str, rule: str, *, also: bool) -> None:
    before = str(st.session_state.get(key, "")).strip() if also else ""
    st.session_state[key] = f"{before}; {rule}" if before else rule
