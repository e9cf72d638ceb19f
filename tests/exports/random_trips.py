"""Itineraries that are well-formed and odd: the good little trip with items dropped, moved and named by strangers."""

from __future__ import annotations

import copy
from typing import Any, Final

from hypothesis import strategies as st

from recommender.model import Itinerary
from tests.trip.little_region import TAIYUAN, good_trip, settle

HOSTILE: Final = (
    'He said "no" & left <b>',
    "O'Brien; DROP, or \\n\\, so",
    "بيت الضيافة",
    "民宿 🏮👩‍👩‍👧 \u202eevil",
    '=HYPERLINK("http://a","x")',
    "@SUM(1+1)|cmd",
    "]]><script>alert(1)</script>",
    "BEGIN:VEVENT\r\nSUMMARY:x",
    "controls \x00\x0b\x1f\x7f \ufffe",
    "%s {page} {0} {nb}",
    "长" * 80,
)
"""Quotes, ampersands, right-to-left, emoji, formulas, and what ends a field in one format or another."""


def named(name: str) -> Itinerary:
    """The good trip, coming from and going to a place that the visitor named so."""
    point = {"lat": 37.786, "lon": 112.61, "name": name}
    return Itinerary.parse(_replaced(good_trip(), point))


def _replaced(node: Any, point: dict[str, Any]) -> Any:
    if isinstance(node, dict):
        return {key: _replaced(value, point) for key, value in node.items()}
    if isinstance(node, list):
        return [_replaced(value, point) for value in node]
    return point if node == TAIYUAN else node


@st.composite
def trips(draw: st.DrawFn) -> Itinerary:
    """One or two days with any of their inner items left out."""
    trip = copy.deepcopy(good_trip())
    days = trip["days"][: draw(st.integers(1, 2))]
    for day in days:
        first, *inner, last = day["items"]
        kept = draw(st.lists(st.booleans(), min_size=len(inner), max_size=len(inner)))
        day["items"] = [first, *(item for item, keep in zip(inner, kept, strict=True) if keep), last]
    trip["days"] = days
    trip["request"]["days"] = len(days)
    if draw(st.booleans()):
        days[-1]["items"][-1]["time"] = "25:10"
    trip["request"]["locks"] = []
    name = draw(st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=80)))
    point = {"lat": draw(st.floats(36, 38)), "lon": draw(st.floats(111, 114)), "name": name}
    return Itinerary.parse(_replaced(settle(trip), point))
