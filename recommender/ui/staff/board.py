"""The board of the data's quality: what was found, the way to each field, what to look up next."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from recommender.bureau import publishing, quality, rechecking, settling, whatif
from recommender.bureau.quality import Finding
from recommender.i18n import find_text
from recommender.jsontext import JsonInvalid
from recommender.markup import tag
from recommender.settings import settings
from recommender.ui.staff import question
from recommender.ui.staff.differences import column_name
from recommender.ui.staff.room import Room, place_names, record_name, show, tables_of_revision, to_field
from recommender.ui.staff.tables import downloads
from recommender.ui.state import local_now, local_today

if TYPE_CHECKING:
    from recommender.bureau.outlines import Outlines
    from recommender.bureau.quality import Doubt
    from recommender.bureau.replay import Replay
    from recommender.catalog.records import Tables
    from recommender.region import Region

SHOWN = 60
ALL = ""


def draw(room: Room) -> None:
    """What to look up next beside what was found."""
    region = whatif.published_region()
    tables = tables_of_revision(room, publishing.published_now().revision)
    names = place_names(tables, room.lang)
    with st.spinner(room.say("quality.working")):
        found = _findings(region, local_today())
    complained = settling.complaints(settling.list_heaps(room.person), tables)
    left, right = st.columns([1.5, 1], gap="medium")
    with right, st.container(key="jz_next_up", border=True):
        replay = _next(room, region, tables, names)
        rows = rechecking.recheck(
            tables, found, _doubts(region, replay), complained, {} if replay is None else replay.trips_to, room.lang, names
        )
        report = rechecking.recheck_report(
            region, rows, tables, room.lang, local_now().replace(second=0, microsecond=0), names,
            0 if replay is None else len(replay.panel),
        )  # fmt: skip
        show(tag("h2", report.title))
        show(tag("p", report.lines[0], class_="count"))
        downloads(room, report, "recheck")
    with left:
        _board(room, found, complained, tables, names)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs={"recommender.region.Region": lambda region: region.revision})
def _findings(region: Region, today: dt.date) -> list[Finding]:
    return quality.findings(region, today, _outlines())


def _outlines() -> Outlines:
    from recommender.bureau.outlines import load_outlines

    try:
        return load_outlines(settings().data_dir / "geo" / "counties.geojson")
    except (OSError, JsonInvalid, KeyError):
        return {}


def _doubts(region: Region, replay: Replay | None) -> list[Doubt]:
    return [] if replay is None else quality.verify_next(region, replay)


# ---------------------------------------------------------------------------------------------------- next


def _next(room: Room, region: Region, tables: Tables, names: dict[str, str]) -> Replay | None:
    """The facts on which most trips hang without good evidence."""
    show(tag("h2", room.say("quality.next")))
    show(tag("p", room.say("quality.next_note"), class_="count"))
    replay = question.trips(room, "quality", region)
    for k, doubt in enumerate(_doubts(region, replay)):
        key = rechecking.find_key(tables, doubt.table, doubt.row)
        basis = find_text(f"staff.value.{doubt.basis}", room.lang) or room.say("unknown")
        record = record_name(doubt.table, key, tables[doubt.table].get(key), room.lang, names)
        label = room.say(
            "quality.doubt", record=record, field=column_name(doubt.column, room.lang), basis=basis, trips=doubt.trips
        )
        _way(label, f"jz_doubt_{k}", doubt.table, key, doubt.column)
    return replay


def _way(label: str, name: str, table: str, key: str, column: str) -> None:
    st.button(label, key=name, type="tertiary", on_click=partial(to_field, table, key, column), wrap=True)


# --------------------------------------------------------------------------------------------------- board


def _board(
    room: Room, found: list[Finding], complained: dict[tuple[str, str, str], int], tables: Tables, names: dict[str, str]
) -> None:
    counts = {kind: count for kind, count in quality.by_kind(found).items() if count}
    of_tables = sorted({one.table for one in found})
    first, second = st.columns(2)
    kind = first.selectbox(
        room.say("quality.kind"), [ALL, *counts], key="jz_quality_kind",
        format_func=lambda code: room.say("quality.all", count=len(found)) if code == ALL
        else room.say("aside", words=room.name("finding", f"kind_{code}"), aside=counts[code]),
    )  # fmt: skip
    table = second.selectbox(
        room.say("table"), [ALL, *of_tables], key="jz_quality_table",
        format_func=lambda code: room.say("quality.all_tables") if code == ALL else room.name("table", code),
    )  # fmt: skip
    shown = [one for one in found if kind in (ALL, one.kind) and table in (ALL, one.table)]
    show(tag("p", room.say("quality.shown", count=len(shown)), class_="count", role="status"))
    with st.container(gap=None):
        _rows(room, shown[:SHOWN], complained, tables, names)
    if len(shown) > SHOWN:
        show(tag("p", room.say("quality.more", count=len(shown) - SHOWN), class_="count"))


def _rows(
    room: Room, shown: list[Finding], complained: dict[tuple[str, str, str], int], tables: Tables, names: dict[str, str]
) -> None:
    for k, one in enumerate(shown):
        key = rechecking.find_key(tables, one.table, one.row)
        record = record_name(one.table, key, tables[one.table].get(key), room.lang, names)
        words = rechecking.finding_words(one, room.lang, names)
        said = complained.get((one.table, key, one.column), 0)
        told = room.say("quality.reported", count=said) if said else ""
        head = f"{room.name('finding', f'kind_{one.kind}')} · {record}"
        label = " · ".join(part for part in (head, column_name(one.column, room.lang), words, told) if part)
        _way(label, f"jz_finding_{k}_{one.table}_{key}_{one.column}", one.table, key, one.column)
