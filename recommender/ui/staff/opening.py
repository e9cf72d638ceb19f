"""Opening a way: a bus line, a road, a later last train or bus; whom it brings nearer, and what it does to trips."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from recommender.bureau import drafting, publishing, whatif
from recommender.bureau.reachability import until
from recommender.bureau.whatif import LATER, Report, Way
from recommender.catalog.loading import cells_of
from recommender.catalog.records import Cells, get_table
from recommender.errors import Problem, RequestError
from recommender.i18n import text
from recommender.markup import tag
from recommender.model import format_clock
from recommender.settings import settings
from recommender.ui.staff import choosing, question
from recommender.ui.staff.reachmap import maps
from recommender.ui.staff.room import Room, alarm, go, place_names, show, tables_of_revision, tell
from recommender.ui.staff.tallies import called, code_name, csv_button, table, whole
from recommender.ui.staff.whatif import PLANS, results
from recommender.ui.state import local_today

if TYPE_CHECKING:
    from recommender.bureau.reachability import Reach
    from recommender.region import Region

KINDS: Final = ("bus", "road", "train", "later_bus")
MOST_STOPS: Final = 12
_MODES: Final = ("transit", "drive", "charter")


def draw(room: Room) -> None:
    """Describe a way, compare, put it into a draft."""
    show(tag("div", tag("h2", room.say("way.title"), class_="serif"), tag("p", room.say("way.note"), class_="count")))
    published = whatif.published_region()
    names = place_names(tables_of_revision(room, publishing.published_now().revision), room.lang)
    with st.container(key="jz_way_form", border=True):
        way, mode = _form(room, published, names)
    if way is None:
        return
    found = question.ask(
        room, "reach", whatif.reach_key(published, way, mode),
        lambda: whatif.ask_reach(question.service(), room.person, way, mode), room.say("way.go"),
    )  # fmt: skip
    if found is None:
        return
    with st.container(key="jz_way_reach", border=True):
        _reach(room, published, found, way, names)
    left, right = st.columns([1.4, 1], gap="medium")
    with right, st.container(key="jz_way_draft", border=True):
        _into_draft(room, way)
    with left, st.container(key="jz_way_trips", border=True):
        _trips(room, published, way, names)


# --------------------------------------------------------------------------------------------------------- form


def _form(room: Room, published: Region, names: Mapping[str, str]) -> tuple[Way | None, str]:
    kind = st.radio(
        room.say("way.kind"), KINDS, format_func=lambda one: room.say(f"way.{one}"), horizontal=True, key="jz_way_kind"
    )
    if kind in LATER:
        way = _later(room, published, kind, names)
    elif kind == "bus":
        way = _bus(room, published, names)
    else:
        way = _road(room, published, names)
    mode = st.radio(
        room.say("way.mode"), _MODES, index=1 if kind == "road" else 0, horizontal=True, key=f"jz_way_mode_{kind}",
        format_func=partial(code_name, room, "mode"),
    )  # fmt: skip
    return way, mode


def _places(published: Region, names: Mapping[str, str]) -> list[str]:
    catalog = published.catalog
    return sorted([*catalog.hubs, *catalog.attractions], key=lambda place: names.get(place, place))


def _bus(room: Room, published: Region, names: Mapping[str, str]) -> Way | None:
    stops: list[str] = st.multiselect(
        room.say("way.stops"), _places(published, names), format_func=called(names), key="jz_way_stops",
        max_selections=MOST_STOPS, placeholder=room.say("find"), help=room.say("way.stops_help"),
    )  # fmt: skip
    if len(stops) < 2:
        show(tag("p", room.say("way.two_stops"), class_="count"))
        return None
    columns = st.columns(min(4, len(stops) - 1))
    minutes = []
    for k, (one, other) in enumerate(itertools.pairwise(stops)):
        with columns[k % len(columns)]:
            label = room.say("way.minutes", one=names.get(one, one), other=names.get(other, other))
            minutes.append(st.number_input(label, 1, 600, value=30, key=f"jz_way_min_{one}_{other}"))
    first, last, headway, fare = st.columns(4)
    with first:
        begins = st.time_input(room.say("way.first"), dt.time(7), key="jz_way_first")
    with last:
        ends = st.time_input(room.say("way.last"), dt.time(18), key="jz_way_last")
    with headway:
        every = st.number_input(room.say("way.headway"), 1, 720, value=60, key="jz_way_headway")
    with fare:
        cny = st.number_input(room.say("way.fare"), 0.0, 1000.0, value=None, step=1.0, key="jz_way_fare")
    if _minute(ends) < _minute(begins):
        alarm([room.say("way.last_first")])
        return None
    fen = None if cny is None else round(100 * cny)
    return Way("bus", tuple(stops), tuple(minutes), every, _minute(begins), _minute(ends), fen)


def _road(room: Room, published: Region, names: Mapping[str, str]) -> Way | None:
    places = _places(published, names)
    ends: list[str | None] = []
    for column, side in zip(st.columns(2), ("from", "to"), strict=True):
        with column:
            ends.append(
                st.selectbox(
                    room.say(f"way.{side}"), places, index=None, format_func=called(names), key=f"jz_way_{side}",
                    placeholder=room.say("find"),
                )
            )  # fmt: skip
    left, right = st.columns(2)
    with left:
        minutes = st.number_input(room.say("way.road_minutes"), 1, 600, value=None, key="jz_way_road_minutes")
    with right:
        km = st.number_input(room.say("way.road_km"), 0.1, 500.0, value=None, step=1.0, key="jz_way_road_km")
    one, other = ends
    if one is None or other is None or one == other or minutes is None or km is None:
        show(tag("p", room.say("way.road_missing"), class_="count"))
        return None
    return Way("road", (one, other), (minutes,), distance_km=km)


def _later(room: Room, published: Region, kind: str, names: Mapping[str, str]) -> Way | None:
    mode = LATER[kind]
    pairs = sorted({(link.from_id, link.to_id) for link in published.catalog.links if link.mode == mode and link.usable})
    pair = st.selectbox(
        room.say("way.which"), pairs, index=None, key=f"jz_way_which_{kind}", placeholder=room.say("find"),
        format_func=lambda one: " – ".join(names.get(end, end) for end in one),
    )  # fmt: skip
    if pair is None:
        return None
    links = [
        link for link in published.catalog.links if link.mode == mode and {link.from_id, link.to_id} == set(pair)
    ]
    lasts = [max(link.departures, default=link.last_departure or -1) for link in links]
    known = format_clock(max(lasts)) if max(lasts) >= 0 else room.say("unknown")
    until = st.time_input(room.say("way.until", known=known), dt.time(22), key=f"jz_way_until_{kind}")
    return Way(kind, pair, last_min=_minute(until))


def _minute(time: dt.time) -> int:
    return 60 * time.hour + time.minute


# -------------------------------------------------------------------------------------------------------- reach


def _reach(room: Room, published: Region, found: Reach, way: Way, names: Mapping[str, str]) -> None:
    nearer = int((found.places["gain_min"] >= 1).sum())
    later = int((found.places["later_min"] >= 1).sum())
    farther = int((found.places["gain_min"] <= -1).sum())
    show(tag("p", room.say("way.line", nearer=nearer, later=later), class_="answer", role="status"))
    if farther:
        show(tag("p", room.say("way.farther", count=farther), class_="count"))
    show(maps(room, published, found, way.stops))
    approval = settings().map_approval or text("ui.map.approval_pending", room.lang)
    show(tag("p", text("ui.map.note", room.lang, approval=approval), class_="fine"))
    tabs = st.tabs([room.say("figure.county"), room.say("figure.place")])
    with tabs[0]:
        columns = {
            "places": whole, "nearer": whole, "gain_min": _minutes, "later": whole, "within_60_before": whole,
            "within_60_after": whole, "within_90_before": whole, "within_90_after": whole,
        }  # fmt: skip
        table(room, "county", found.counties, columns, partial(code_name, room, "county"), bar="gain_min")
        csv_button(room, found.counties, "reach-counties")
    with tabs[1]:
        order = found.places["gain_min"].abs().fillna(0) + found.places["later_min"].abs().fillna(0)
        moved = found.places.loc[order.sort_values(ascending=False, kind="stable").index]
        moved = moved[order[moved.index] >= 1]
        columns = {
            "before_min": whole, "after_min": whole, "gain_min": _minutes, "back_before": _clock, "back_after": _clock,
        }  # fmt: skip
        if moved.empty:
            show(tag("p", room.say("way.nothing"), class_="count"))
        else:
            table(room, "place", moved, columns, called(names), bar="gain_min")
        csv_button(room, found.places, "reach-places", dict(names))


def _minutes(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:+.1f}" if value else "0"


def _clock(value: float) -> str:
    return "—" if math.isnan(value) else format_clock(int(value))


def _trips(room: Room, published: Region, way: Way, names: Mapping[str, str]) -> None:
    show(tag("h3", room.say("way.trips")))
    size = question.size_box(room, "way", PLANS)
    report = question.ask(
        room, "way_trips", whatif.way_impact_key(published, way, size),
        lambda: whatif.ask_way_impact(question.service(), room.person, way, size), room.say("whatif.go"),
    )  # fmt: skip
    if isinstance(report, Report):
        results(room, _way_words(room, way, names), report, dict(names))


def _way_words(room: Room, way: Way, names: Mapping[str, str]) -> str:
    ends = " – ".join(names.get(stop, stop) for stop in (way.stops[0], way.stops[-1]))
    return room.say("aside", words=ends, aside=room.say(f"way.{way.kind}"))


# ----------------------------------------------------------------------------------------------- into the draft


def _into_draft(room: Room, way: Way) -> None:
    show(tag("h3", room.say("way.draft")))
    show(tag("p", room.say("way.draft_note"), class_="count"))
    day = st.date_input(room.say("way.from_day"), local_today() + dt.timedelta(days=1), key="jz_way_day", format="YYYY-MM-DD")
    source = st.text_input(room.say("way.source"), key="jz_way_source", max_chars=300, placeholder=room.say("way.source_hint"))
    ready = bool(source.strip()) and isinstance(day, dt.date)
    if st.button(room.say("why_not.into_draft"), key="jz_way_into_draft", type="primary", disabled=not ready):
        assert isinstance(day, dt.date)
        with room.trying():
            draft = choosing.get_draft(room)
            _save(room, way, draft.id, day, source.strip())
            tell(room.say("way.in_draft", day=day.isoformat()))
            go("changes", draft=draft.id, on=day.isoformat())
            st.rerun()


def _save(room: Room, way: Way, draft: int, day: dt.date, source: str) -> None:
    """The links that it adds or changes, with the day from which they run and who says so."""
    links = get_table("links")
    for link in way.links():
        cells = dict(zip((column.name for column in links.columns), cells_of(links, link), strict=True))
        drafting.add(room.person, draft, "links", {**cells, **_noted(cells, day), "source": source}, source)
    if way.mode is None:
        return
    there = [
        record for record in drafting.list_records(room.person, draft, "links")
        if record.cells and record.cells["mode"] == way.mode
        and {record.cells["from_id"], record.cells["to_id"]} == set(way.stops)
    ]  # fmt: skip
    if not there:
        raise RequestError([Problem("links", "–".join(way.stops), "unknown_place")])
    departures, last = links.column("departures"), links.column("last_departure").write(way.last_min)
    for record in there:
        assert record.cells is not None
        times = departures.write(until(departures.read(record.cells["departures"]), way.last_min))
        later = {"last_departure": last, "departures": times, **_noted(record.cells, day), "source": source}
        drafting.save(room.person, record, later, source)


def _noted(cells: Cells, day: dt.date) -> dict[str, str]:
    notes = {"operating_note": ("zh", "；"), "operating_note_en": ("en", "; ")}
    return {
        column: joint.join(filter(None, (cells[column], text("staff.way.since", lang, day=day.isoformat()))))
        for column, (lang, joint) in notes.items()
    }
