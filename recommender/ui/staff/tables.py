"""Tables of a report on the page, with a picture of them, and the files that hold the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st
from markupsafe import Markup

from recommender.exports.tables import WHOLE, Report, Sheet, words_of, write_csv
from recommender.markup import tag
from recommender.ui.staff.room import Room, show

if TYPE_CHECKING:
    import pandas as pd

COLOURS = (
    "#8c2f1b", "#2f6b5e", "#34508a", "#a8752a", "#6d3a6e", "#5b7f8c", "#b5654f", "#6f9c8e", "#7f93bd", "#c9a669", "#a27ba3",
    "#9db6bf",
)  # fmt: skip
"""One a month."""
MOST = 60
"""Rows shown; all of them are in the files."""


def sheet_table(room: Room, sheet: Sheet, *, most: int = MOST) -> Markup:
    """A table as HTML."""
    heads = (tag("th", head, scope="col") for head in sheet.heads)
    rows = [tag("tr", *(tag("td", words_of(cell)) for cell in row)) for row in sheet.rows[:most]]
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff")
    left = len(sheet.rows) - most
    more = tag("p", room.say("figures.more", count=left), class_="count") if left > 0 else None
    return tag("div", table, more, class_="wide", tabindex=0)


def downloads(room: Room, report: Report, name: str) -> None:
    """The whole report as Excel, Word and PDF, written when asked for, and its first table as CSV."""
    with st.container(horizontal=True):
        for ending, (write, media) in WHOLE.items():
            _download(room.say(f"figures.{ending}"), partial(write, report), f"{name}.{ending}", media)
        for k, sheet in enumerate(report.sheets):
            suffix = "" if k == 0 else f"-{k + 1}"
            label = room.say("figures.csv", title=sheet.title)
            _download(label, partial(write_csv, sheet), f"{name}{suffix}.csv", "text/csv")


def _download(label: str, write: Callable[[], bytes], file: str, media: str) -> None:
    st.download_button(label, write, file, media, key=f"jz_file_{file}", on_click="ignore")


def bars(frame: pd.DataFrame, across: str, up: str) -> None:
    """Bars, a colour a column; the table beneath says the same in figures."""
    colours: list[Any] = [COLOURS[k % len(COLOURS)] for k in range(len(frame.columns))]
    st.bar_chart(frame, x_label=across, y_label=up, height=320, stack=True, color=colours)


def draw_report(room: Room, report: Report, frame: pd.DataFrame, name: str) -> None:
    """A report as pictures, tables and files."""
    for line in report.lines:
        show(tag("p", line, class_="count"))
    downloads(room, report, name)
    first = report.sheets[0]
    show(tag("h3", first.title))
    bars(frame, first.heads[0], room.say("figures.up"))
    show(sheet_table(room, first))
    for sheet in report.sheets[1:]:
        with st.expander(sheet.title):
            show(sheet_table(room, sheet))
