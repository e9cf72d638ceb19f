"""Figures of the panel on a page: tables with words for codes, bars drawn by the browser itself, and everything as CSV."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st
from markupsafe import Markup

from recommender.catalog.cells import guard
from recommender.catalog.tables import COUNTIES
from recommender.i18n import find_text
from recommender.markup import tag
from recommender.ui.staff.room import Room, show

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 20
"""Rows of a table on a page; the file has all."""
Named = Callable[[Any], str]


def percent(share: float | None, digits: int = 1) -> str:
    """A share of one as a percentage; a dash where there is none."""
    return "—" if share is None or math.isnan(share) else f"{100 * share:.{digits}f} %"


def signed(share: float | None, digits: int = 1) -> str:
    """A change as a percentage with its sign."""
    if share is None or math.isnan(share):
        return "—"
    return f"{100 * share:+.{digits}f} %" if share else "0"


def whole(number: float | None) -> str:
    """A count; a dash where there is none."""
    return "—" if number is None or math.isnan(number) else f"{number:,.0f}"


def change(number: float | None) -> str:
    """A change of a count, with its sign."""
    return "—" if number is None or math.isnan(number) else f"{number:+,.0f}"


def county_name(room: Room, county: str) -> str:
    """What a county is called."""
    return COUNTIES.get(county, county) if room.lang == "zh" else county


def called(names: Mapping[str, str]) -> Named:
    """Writes a place by its name."""

    def name(place: Any) -> str:
        return names.get(str(place), str(place))

    return name


def code_name(room: Room, kind: str, code: Any) -> str:
    """What a persona, season, mode, category, county or half day is called."""
    if kind == "county":
        return county_name(room, str(code))
    if kind == "category":
        return find_text(f"trip.category.{code}", room.lang) or str(code)
    if kind == "days":
        return room.say("panel.days", count=code)
    return find_text(f"staff.{kind}.{code}", room.lang) or str(code)


def table(
    room: Room,
    title: str,
    frame: pd.DataFrame,
    columns: Mapping[str, Callable[[Any], str]],
    named: Named,
    *,
    bar: str = "",
) -> None:
    """The first rows of a frame.

    Parameters
    ----------
    title
        Key of the index's heading (``figure.<title>``); those of the columns likewise.
    columns
        Column → how its cells are written, in the order shown.
    named
        Writes the index.
    bar
        A column of changes drawn as bars to the left and right.
    """
    heads = [tag("th", room.say(f"figure.{name}"), scope="col") for name in (title, *columns)]
    most = max((abs(value) for value in frame[bar] if not math.isnan(value)), default=0) if bar else 0
    rows = [
        tag(
            "tr",
            tag("th", named(index), scope="row"),
            *(
                tag("td", tag("span", write(row[name]), class_="change"), _bar(row[name], most))
                if name == bar
                else tag("td", write(row[name]))
                for name, write in columns.items()
            ),
        )
        for index, row in frame.head(SHOWN).iterrows()
    ]
    more = tag("p", room.say("figure.more", count=len(frame) - SHOWN), class_="count") if len(frame) > SHOWN else None
    made = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff figures")
    show(tag("div", made, more, class_="wide", tabindex=0))


def _bar(value: float, most: float) -> Markup | None:
    if not most or math.isnan(value) or not value:
        return None
    width = f"{100 * abs(value) / most:.0f}%"
    return tag("span", tag("i", style=f"width:{width}"), class_=f"bar {'up' if value > 0 else 'down'}", aria_hidden="true")


def sides(room: Room, rows: Sequence[tuple[str, str, str]]) -> None:
    """Figures before and after, one a row: key of its name (``figure.<name>``), before, after."""
    heads = (tag("th", room.say(f"figure.{name}"), scope="col") for name in ("figure", "before", "after"))
    body = (
        tag("tr", tag("th", room.say(f"figure.{name}"), scope="row"), tag("td", before), tag("td", after))
        for name, before, after in rows
    )
    show(tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body), class_="diff figures"), class_="wide"))


def csv_button(room: Room, frame: pd.DataFrame, name: str, names: Mapping[str, str] | None = None) -> None:
    """The whole frame as CSV, with a byte order mark so that a spreadsheet reads Chinese.

    Parameters
    ----------
    names
        What the places of the index are called, as a further column.
    """
    st.download_button(
        room.say("figure.csv"), csv_of(frame, names), f"{name}.csv", "text/csv", key=f"jz_csv_{name}", type="tertiary",
        on_click="ignore",
    )  # fmt: skip


def csv_of(frame: pd.DataFrame, names: Mapping[str, str] | None = None) -> bytes:
    """The file of `csv_button`; no cell is a formula."""
    every = frame.reset_index()
    if names is not None:
        every.insert(frame.index.nlevels, "name", [names.get(str(place), str(place)) for place in frame.index])
    guarded = every.map(lambda cell: guard(cell) if isinstance(cell, str) else cell)
    return guarded.to_csv(index=False).encode("utf-8-sig")
