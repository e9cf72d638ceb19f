"""Where a record stands on the map; moving the pin types its coordinates, in the datum of the form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from recommender.catalog.records import Tables
from recommender.i18n import text
from recommender.markup import tag
from recommender.ui import components
from recommender.ui.map import ASSETS, OUTLINES, tiles
from recommender.ui.staff.fields import DATUMS, datum_key, field_key
from recommender.ui.staff.room import Room, show


def draw(room: Room, typed: Mapping[str, str], tables: Tables, names: Mapping[str, str], mark: str) -> None:
    """The map, where the point typed is one."""
    try:
        lat, lon = float(typed["lat"]), float(typed["lon"])
    except (KeyError, ValueError):
        return
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return
    others = [
        {"lat": float(cells["lat"]), "lon": float(cells["lon"]), "name": names[key]}
        for key, cells in tables["attractions"].items()
    ]
    words = {"label": room.say("pin.label"), **{name: text(f"ui.map.{name}", room.lang) for name in ("zoom_in", "zoom_out")}}
    payload = {"lat": lat, "lon": lon, "others": others, "assets": ASSETS, "outlines": OUTLINES, "tiles": tiles(), "words": words}
    key = f"jz_pin_{mark}"
    show(tag("h3", room.say("pin.title")))
    components.pin_map(payload, key, partial(_moved, key, mark))
    show(tag("p", room.say("pin.note"), class_="count"))


def _moved(key: str, mark: str) -> None:
    """Type where the pin was put."""
    to = st.session_state[key].moved
    if not to:
        return
    datum = st.session_state.get(datum_key(mark), "wgs84")
    point = DATUMS[datum].shown(float(to["lat"]), float(to["lon"]))
    for column, degrees in zip(("lat", "lon"), point, strict=True):
        st.session_state[field_key(f"{mark}_{datum}", column)] = f"{degrees:.6f}"
