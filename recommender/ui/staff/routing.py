"""A route tried out while it is edited: whether its places fit into its days, and what of them is closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from recommender.bureau import routes
from recommender.catalog.records import Tables
from recommender.markup import tag
from recommender.ui.staff.differences import listed
from recommender.ui.staff.room import Room, alarm, place_names, show
from recommender.ui.state import local_today


def draw(room: Room, typed: Mapping[str, str], tables: Tables) -> None:
    """A day to begin on, and the trip that comes of the route."""
    show(tag("h3", room.say("route.title")))
    show(tag("p", room.say("route.note"), class_="count"))
    first = st.date_input(
        room.say("route.day"), local_today() + dt.timedelta(days=1), key="jz_route_day", format="YYYY-MM-DD"
    )
    if not st.button(room.say("route.go"), key="jz_route_go"):
        return
    assert isinstance(first, dt.date)
    with room.trying(), st.spinner(room.say("route.working")):
        found = routes.try_route(tables, typed["place_ids"].split(";"), typed["days"], first)
        names = place_names(tables, room.lang)
        if found.refusal is not None:
            words = [problem.message(room.lang) for problem in found.refusal.problems] or [found.refusal.message(room.lang)]
            alarm([room.say("route.no"), *words])
            return
        show(tag("p", room.say("route.yes"), class_="mark-fine-line"))
        show(listed(f"{day}: {' → '.join(names.get(place, place) for place in places)}" for day, places in found.days))
