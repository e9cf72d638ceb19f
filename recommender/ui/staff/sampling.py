"""A sample trip beside the difference: what one visitor's day was and would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from markupsafe import Markup

from recommender.catalog.difference import difference
from recommender.catalog.records import Tables
from recommender.errors import InfeasibleTrip
from recommender.markup import join, tag
from recommender.model import StopItem, format_clock
from recommender.ui.staff.room import Room, place_names, show
from recommender.ui.state import local_today

if TYPE_CHECKING:
    from recommender.bureau.sample import Planned


def draw(room: Room, published: Tables, drafted: Tables) -> None:
    """A button for an attraction that the draft changes; the two days side by side."""
    changed = {change.key for change in difference(published, drafted) if change.table == "attractions"}
    places = sorted(changed & published["attractions"].keys() & drafted["attractions"].keys())
    if not places:
        return
    names = place_names(drafted, room.lang)
    show(tag("h3", room.say("sample.title")))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(room.say("sample.place"), places, format_func=names.__getitem__, key="jz_sample_place")
        pressed = st.button(room.say("sample.go"), key="jz_sample")
    if pressed:
        from recommender.bureau import sample

        date = sample.sample_day(published, drafted, place, local_today())
        with st.spinner(room.say("sample.working")):
            before, after = (sample.plan_sample(tables, place, date) for tables in (published, drafted))
        columns = (_day(room, room.say("changes.before"), before, names), _day(room, room.say("changes.after"), after, names))
        show(tag("p", room.say("sample.what", place=names[place], date=date.isoformat()), class_="count"))
        show(tag("div", *columns, class_="two-days"))


def _day(room: Room, title: str, planned: Planned, names: dict[str, str]) -> Markup:
    head = tag("b", title)
    if planned.itinerary is None:
        refusal = planned.refusal
        assert refusal is not None
        words = room.say("sample.none") if isinstance(refusal, InfeasibleTrip) else refusal.message(room.lang)
        return tag("div", head, tag("p", words, class_="wrong"))
    stops = [item for day in planned.itinerary.days for item in day.items if isinstance(item, StopItem)]
    rows = (
        tag("li", f"{format_clock(stop.start)}–{format_clock(stop.end)} {names.get(str(stop.place), str(stop.place))}")
        for stop in stops
    )
    return tag("div", head, tag("ul", join(rows), class_="lines"))
