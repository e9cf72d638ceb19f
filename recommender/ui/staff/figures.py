"""Reports for those above: where visitors are sent and what they ask for, by county and month."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from recommender import region as regions
from recommender.bureau import demand, figures, whatif
from recommender.markup import tag
from recommender.ui.staff import question
from recommender.ui.staff.room import Room, go, show
from recommender.ui.staff.tables import draw_report
from recommender.ui.state import local_now

KINDS = ("exposure", "demand")


def draw(room: Room) -> None:
    """One of the two reports."""
    asked = room.asked.get("kind")
    kind = asked if asked in KINDS else KINDS[0]
    picked = st.segmented_control(
        room.say("figures.kind"), KINDS, default=kind, format_func=lambda one: room.say(f"figures.{one}"), required=True,
        key=f"jz_kind_{kind}",
    )  # fmt: skip
    if picked != kind:
        go("figures", kind=picked)
        st.rerun()
    (_exposure if kind == "exposure" else _demand)(room)


def _made() -> dt.datetime:
    """The moment to the minute: files that are asked for twice are equal."""
    return local_now().replace(second=0, microsecond=0)


def _exposure(room: Room) -> None:
    region = whatif.published_region()
    found = question.trips(room, "exposure", region)
    if found is not None:
        report = figures.exposure_report(region, found, room.lang, _made())
        draw_report(room, report, figures.in_words(figures.exposure_by_month(region, found), room.lang), "exposure")


def _demand(room: Room) -> None:
    region = regions.current()
    counties = {place.id: place.county for place in region.catalog.attractions.values()}
    table = demand.table_of(room.person, counties)
    if table.empty:
        show(tag("p", room.say("demand.none"), class_="count"))
        return
    report = figures.demand_report(table, room.lang, _made())
    draw_report(room, report, figures.in_words(figures.demand_by_month(table), room.lang), "demand")

