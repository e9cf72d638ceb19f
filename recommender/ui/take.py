"""Files of the plan to take along, each written when it is first asked for."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from recommender.exports import FORMATS, file_name
from recommender.i18n import text
from recommender.markup import tag
from recommender.model import Itinerary

if TYPE_CHECKING:
    from recommender.region import Region

OFFERED: Final = ("pdf", "png", "ics", "gpx", "kml", "geojson", "text")
KEPT: Final = 49
"""Files kept for those who ask again: seven plans of seven."""


def take_along(region: Region, itinerary: Itinerary, lang: str) -> None:
    """A box with a button for each kind of file."""
    plan = itinerary.to_json()
    with st.container(key="jz_take"), st.popover(text("ui.take.title", lang), width="stretch"):
        st.html(str(tag("p", text("ui.take.lead", lang), class_="lead")))
        for name in OFFERED:
            form = FORMATS[name]
            st.download_button(
                text(f"ui.take.{name}", lang),
                partial(written, region, name, plan, lang),
                file_name(itinerary, form),
                form.media_type,
                key=f"jz_take_{name}",
                on_click="ignore",
                width="stretch",
            )


@lru_cache(maxsize=KEPT)
def written(region: Region, name: str, plan: str, lang: str) -> bytes:
    """One file of a plan in JSON."""
    return FORMATS[name].write(Itinerary.parse(plan), region, lang)
