"""A question to the panel on a page: how large a panel, how long it may take, the bar while it runs, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any

import streamlit as st

from recommender.bureau import jobs as background
from recommender.bureau import whatif
from recommender.bureau.jobs import Job, Jobs
from recommender.bureau.whatif import sizes
from recommender.errors import RecommenderError
from recommender.markup import tag
from recommender.ui.staff.room import Room, alarm, show

if TYPE_CHECKING:
    from recommender.bureau.replay import Replay
    from recommender.region import Region

EVERY_S = 1.0
"""How often the bar is drawn anew."""


def service() -> Jobs:
    """This server's jobs."""
    return background.jobs()


def size_box(room: Room, page: str, plans: float) -> int:
    """A box for the size of the panel, with the time that a question of so many plans a visitor may take."""
    seconds, measured = service().plan_s
    chosen: int = st.selectbox(
        room.say("panel.size"), sizes(), key=f"jz_size_{page}",
        format_func=lambda size: room.say("panel.option", count=f"{size:,}", time=duration(room, size * plans * seconds)),
        help=room.say("panel.who"),
    )  # fmt: skip
    show(tag("p", room.say("panel.measured" if measured else "panel.guessed"), class_="count"))
    return chosen


def duration(room: Room, seconds: float) -> str:
    """Seconds in words that promise no more than they know."""
    return room.say("panel.seconds", count=max(10, ceil(seconds / 10) * 10)) if seconds < 90 else room.say(
        "panel.minutes", count=ceil(seconds / 60)
    )  # fmt: skip


def ask(room: Room, name: str, key: str, start: Callable[[], Job], label: str) -> Any:
    """The answer to a question once it is there; else a button to ask, or the bar.

    Parameters
    ----------
    name
        Of the question on this page, for its widgets.
    key
        The question itself.
    start
        Puts it to the server.
    """
    job = service().find(key)
    if job is not None and job.state in ("waiting", "running"):
        _watch(room, name, key)
        return None
    if job is not None and job.state == "done":
        return job.result
    if job is not None and job.state == "failed":
        alarm([job.error.message(room.lang) if job.error is not None else room.say("panel.failed")])
    if job is not None and job.state == "cancelled":
        show(tag("p", room.say("panel.cancelled"), class_="count", role="status"))
    if st.button(label, key=f"jz_ask_{name}", type="primary"):
        with room.trying():
            start()
            st.rerun()
    return None


def trips(room: Room, page: str, region: Region) -> Replay | None:
    """The panel's trips on what is published, once somebody has had them counted."""
    size = size_box(room, page, 1.0)
    found: Replay | None = ask(
        room, f"trips_{page}", whatif.trips_key(region, size), lambda: whatif.ask_trips(service(), room.person, size),
        room.say("panel.count"),
    )  # fmt: skip
    return found


@st.fragment(run_every=EVERY_S)
def _watch(room: Room, name: str, key: str) -> None:
    job = service().find(key)
    if job is None or job.over:
        st.rerun()
    assert job is not None
    ahead = service().ahead(job)
    if job.state == "waiting" and ahead:
        words = room.say("panel.waiting", count=ahead)
    else:
        left = job.left_s
        time = room.say("panel.left", time=duration(room, left)) if left is not None else ""
        state = "panel.running" if job.share else "panel.preparing"
        words = room.say(state, percent=int(100 * job.share), left=time)
    st.progress(job.share, text=words)
    show(tag("p", room.say("panel.elsewhere"), class_="count"))
    if st.button(room.say("panel.cancel"), key=f"jz_stop_{name}"):
        try:
            service().cancel(room.person, job)
        except RecommenderError as error:
            room.refuse(error)
        else:
            st.rerun()
