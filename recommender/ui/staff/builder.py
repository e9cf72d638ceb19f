"""Opening hours by choosing instead of typing: one rule at a time, added to the field or in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import streamlit as st

from recommender.bureau.hours import WEEKDAYS, LunarDay, rule_of
from recommender.errors import OpeningHoursSyntax
from recommender.markup import tag
from recommender.ui.staff.fields import field_key
from recommender.ui.staff.room import Room, alarm, show
from recommender.ui.state import local_today

_COLUMN = "opening_hours"


def draw(room: Room, mark: str) -> None:
    """The choices, the rule that they make, and where it goes."""
    with st.popover(room.say("build.open")):
        by_moon = st.checkbox(room.say("build.lunar"), key="jz_build_lunar")
        season, lunar = (None, _lunar_days(room)) if by_moon else (_season(room), None)
        days = st.pills(
            room.say("build.days"), list(range(7)), selection_mode="multi", key="jz_build_days",
            format_func=lambda day: room.say(f"weekday.{WEEKDAYS[day].lower()}"),
        )  # fmt: skip
        holidays = st.checkbox(room.say("build.holidays"), key="jz_build_holidays")
        closed = st.checkbox(room.say("build.closed"), key="jz_build_closed")
        left, right = st.columns(2)
        opens = left.time_input(room.say("build.opens"), dt.time(8, 30), key="jz_build_opens", disabled=closed)
        closes = right.time_input(room.say("build.closes"), dt.time(17, 30), key="jz_build_closes", disabled=closed)
        try:
            rule = rule_of(season, days, opens, closes, holidays=holidays, closed=closed, lunar=lunar)
        except OpeningHoursSyntax:
            alarm([room.say("build.backwards")])
            return
        show(tag("p", tag("code", rule)))
        key = field_key(mark, _COLUMN)
        with st.container(horizontal=True):
            st.button(room.say("build.add"), key="jz_build_add", type="primary", on_click=partial(_put, key, rule, also=True))
            st.button(room.say("build.only"), key="jz_build_only", on_click=partial(_put, key, rule, also=False))


def _season(room: Room) -> tuple[int, int] | None:
    months = list(range(1, 13))
    named = partial(_month, room)
    first, last = st.columns(2)
    begins = first.selectbox(room.say("build.from"), months, format_func=named, key="jz_build_from")
    ends = last.selectbox(room.say("build.to"), months, index=11, format_func=named, key="jz_build_to")
    return None if (begins, ends) == (1, 12) else (begins, ends)


def _lunar_days(room: Room) -> tuple[LunarDay, LunarDay]:
    """From one lunar day to another; the New Year's days at first."""
    found: list[int] = []
    ends = (("from", (12, 30)), ("to", (1, 5)))
    for name, at_first in ends:
        for column, unit, most, first in zip(st.columns(2), ("month", "day"), (12, 30), at_first, strict=True):
            label = room.say("aside", words=room.say(f"build.{name}"), aside=room.say(f"build.lunar_{unit}"))
            found.append(column.selectbox(label, range(1, most + 1), index=first - 1, key=f"jz_build_lunar_{name}_{unit}"))
    return (found[0], found[1]), (found[2], found[3])


def closing(room: Room, key: str, add: Callable[[dict[str, str]], None]) -> None:
    """A one-off closure of the place, into the same draft.

    Parameters
    ----------
    add
        Takes the closure's cells.
    """
    with st.popover(room.say("build.closing")):
        today = local_today()
        first = st.date_input(room.say("column.from"), today, key="jz_build_close_from", format="YYYY-MM-DD")
        last = st.date_input(room.say("column.to"), None, key="jz_build_close_to", format="YYYY-MM-DD")
        reason = st.text_input(room.say("close.reason"), key="jz_build_close_reason", max_chars=200)
        source = st.text_input(room.say("close.source"), key="jz_build_close_source", max_chars=200)
        if st.button(room.say("build.closing_go"), key="jz_build_close", type="primary"):
            cells = {"place_id": key, "from": str(first), "to": str(last or ""), "reason": reason, "source": source}
            with room.trying():
                add(cells)


def _month(room: Room, month: int) -> str:
    return room.say("build.month", month=month)


def _put(key: str, rule: str, *, also: bool) -> None:
    before = str(st.session_state.get(key, "")).strip() if also else ""
    st.session_state[key] = f"{before}; {rule}" if before else rule
