"""Files of the plan to take along, each written when it is first asked for."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from recommender import address
from recommender.exports import FORMATS, Credit, file_name
from recommender.i18n import text
from recommender.markup import tag
from recommender.model import Itinerary
from recommender.partners import Partner, attribution
from recommender.partners.links import credit
from recommender.ui import hotel, plans

if TYPE_CHECKING:
    from recommender.region import Region

OFFERED: Final = ("pdf", "png", "ics", "gpx", "kml", "geojson", "text")
KEPT: Final = 49
"""Files kept for those who ask again: seven plans of seven."""


def take_along(region: Region, itinerary: Itinerary, lang: str) -> None:
    """A box with a button for each kind of file."""
    plan = itinerary.to_json()
    partner, channel = hotel.find_hotel(), hotel.way()
    site = plans.site(str(st.context.url))
    with st.container(key="jz_take"), st.popover(text("ui.take.title", lang), width="stretch"):
        st.html(str(tag("p", text("ui.take.lead", lang), class_="lead")))
        for name in OFFERED:
            form = FORMATS[name]
            st.download_button(
                text(f"ui.take.{name}", lang),
                partial(written if partner is None else partial(_through, partner, channel, site), region, name, plan, lang),
                file_name(itinerary, form),
                form.media_type,
                key=f"jz_take_{name}",
                on_click="ignore",
                width="stretch",
            )


def _through(partner: Partner, channel: str, site: str, region: Region, name: str, plan: str, lang: str) -> bytes:
    """One file of a plan made as a hotel's guest: counted for the hotel, and leading back to it."""
    attribution.count(partner.id, "export", channel)
    back = f"{site}/h/{partner.token()}/plan?{urlencode(address.encode(Itinerary.parse(plan).request))}"
    return written(region, name, plan, lang, credit(partner, name, lang, back))


@lru_cache(maxsize=KEPT)
def written(region: Region, name: str, plan: str, lang: str, by: Credit | None = None) -> bytes:
    """One file of a plan in JSON."""
    return FORMATS[name].write(Itinerary.parse(plan), region, lang, credit=by)
