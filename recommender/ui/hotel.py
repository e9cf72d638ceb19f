"""The hotel through whose link a visitor came: named on the page, and kept with the plan that is shared."""

from __future__ import annotations

import streamlit as st

from recommender.i18n import text
from recommender.markup import tag
from recommender.partners import Partner, visit
from recommender.partners.attribution import channel_of
from recommender.partners.links import HOTEL


def find_hotel() -> Partner | None:
    """The hotel that the address names; None where it names none, or its link does not hold."""
    token = st.query_params.get(HOTEL, "")
    return visit(token).partner if token else None


def hotel_line(lang: str) -> None:
    """Whose guest this is, what the house says, and whom to call."""
    token = st.query_params.get(HOTEL, "")
    if not token:
        return
    came = visit(token)
    if came.partner is None:
        show = tag("p", text(f"partners.wrong.{came.wrong}", lang), class_="working")
    else:
        hotel = came.partner.hotel
        call = tag("a", hotel.phone, href=f"tel:{hotel.dialled}", style="color:inherit")
        said = [word for word in (hotel.say("greeting", lang), text("partners.page.call_line", lang)) if word]
        show = tag("p", tag("b", hotel.name(lang)), f" · {' · '.join(said)} ", call, class_="answer")
    st.html(str(show))


def way() -> str:
    """By which of the hotel's ways the visitor came."""
    return channel_of({name: str(value) for name, value in st.query_params.items()})


def whose() -> tuple[str | None, str | None]:
    """Through which hotel a plan is made here, and by which way, for keeping it."""
    partner = find_hotel()
    if partner is None:
        return None, None
    return partner.id, way()
