"""The panel's trips on what is published: counted when somebody asks for it, kept, and there at once from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from recommender.bureau.keeping import Kept
from recommender.bureau.panel import DECK, SIZE, Panel, panel
from recommender.bureau.replay import ITERATIONS, Replay, Run, replay
from recommender.markup import tag
from recommender.settings import settings
from recommender.ui.staff.room import Room, show

if TYPE_CHECKING:
    from recommender.region import Region

SIZES = (DECK // 4, DECK, SIZE)
"""A quick look, a whole deck, the whole panel."""


@st.cache_resource(show_spinner=False)
def _kept() -> Kept:
    return Kept(settings().var_dir / "outcomes")


@st.cache_resource(show_spinner=False, max_entries=3)
def _panel(size: int) -> Panel:
    return panel(size)


def counted(room: Room, region: Region, name: str) -> Replay | None:
    """Trips of as many visitors as somebody chooses; None until they were counted.

    Parameters
    ----------
    name
        Of the page, for the keys of its widgets.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.selectbox(
            room.say("count.size"), SIZES, index=0, format_func=lambda n: room.say("count.visitors", count=n),
            key=f"jz_size_{name}",
        )  # fmt: skip
        who = _panel(size)
        known = _kept().find(region, [(visitor.request, None) for visitor in who.visitors], ITERATIONS)
        missing = sum(outcome is None for outcome in known)
        place = st.empty()
        pressed = missing and place.button(room.say("count.go"), key=f"jz_count_{name}", type="primary")
    if missing and not pressed:
        show(tag("p", room.say("count.missing", minutes=max(1, round(missing * 0.05 / 60))), class_="count"))
        return None
    if not missing:
        return replay(region, who, Run(kept=_kept()))
    bar = st.progress(0.0, room.say("count.working"))

    def told(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), room.say("count.working"))

    found = replay(region, who, Run(kept=_kept(), progress=told))
    bar.empty()
    place.empty()
    return found
