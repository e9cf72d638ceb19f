"""A draft: what it changes and to what effect, what keeps it from being published, review, and publishing now or later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import streamlit as st

from recommender.bureau import drafting, publishing, reviewing
from recommender.bureau.desk import Action, Role
from recommender.catalog.difference import Conflict, merge_tables
from recommender.catalog.records import Finding
from recommender.markup import tag
from recommender.store.drafts import APPROVED, IN_WORK, OPEN, SUBMITTED
from recommender.ui.staff import clash, effect
from recommender.ui.staff.choosing import find_draft
from recommender.ui.staff.home import draft_buttons
from recommender.ui.staff.room import (
    Room,
    alarm,
    go,
    leads,
    place_names,
    show,
    tables_of_draft,
    tables_of_revision,
    tell,
)
from recommender.ui.state import LOCAL, local_now

if TYPE_CHECKING:
    from recommender.store.drafts import Draft


def draw(room: Room) -> None:
    """The draft of the address, or the one in work."""
    draft = find_draft(room, IN_WORK)
    if draft is None:
        draft_buttons(room)
        return
    published = tables_of_revision(room, publishing.published_now().revision)
    drafted = tables_of_draft(room, draft)
    words = f"{room.name('state', draft.state)} · {draft.who} · {room.instant(draft.changed)}"
    show(tag("div", tag("h2", draft.name, class_="serif"), tag("p", words, class_="count")))
    merged, conflicts = merge_tables(tables_of_revision(room, draft.base), drafted, published)
    if conflicts:
        _settling(room, draft, conflicts, place_names(drafted, room.lang))
        return
    left, right = st.columns([1.6, 1], gap="medium")
    with right, st.container(key="jz_next", border=True):
        findings = drafting.check_draft(room.person, draft.id)
        _findings(room, draft, findings)
        _next(room, draft, ready=not findings)
    with left:
        effect.draw(room, published, merged)
        with st.container(horizontal=True):
            leads(room.say("edit_on"), "jz_edit_on", "records", draft=draft.id)
            leads(room.say("whatif.on_panel"), "jz_on_panel", "whatif", draft=draft.id)


def _findings(room: Room, draft: Draft, findings: list[Finding]) -> None:
    """What keeps it from being published, each with the way to it."""
    if not findings:
        show(tag("p", room.say("check.fine"), class_="mark-fine-line"))
        return
    alarm([room.say("check.wrong", count=len(findings)), *(f.problem.message(room.lang) for f in findings[:20])])
    for k, finding in enumerate(findings[:20]):
        if finding.key is not None:
            label = room.say("check.fix", record=finding.key)
            leads(label, f"jz_fix_{k}", "records", kind="tertiary", draft=draft.id, table=finding.table, key=finding.key)


# ------------------------------------------------------------------------------------------------- what is next


def _next(room: Room, draft: Draft, *, ready: bool) -> None:
    """What this person may do with the draft now."""
    own = any(edit.account == room.person.id for edit in drafting.list_edits(room.person, draft.id))
    may_approve = room.may(Action.REVIEW) and (not own or room.person.role is Role.ADMIN)
    why = st.text_input(room.say("why"), key=f"jz_why_draft_{draft.id}", max_chars=500, placeholder=room.say("why_hint"))
    if ready and room.may(Action.PUBLISH) and (may_approve or draft.state == APPROVED):
        _publishing(room, draft, why)
    elif draft.state == SUBMITTED and may_approve:
        _act(room, draft, "approve", why)
    if draft.state == OPEN and ready and not (may_approve and room.may(Action.PUBLISH)):
        _act(room, draft, "submit", why)
    if draft.state == SUBMITTED and not may_approve:
        show(tag("p", room.say("review.other"), class_="count"))
    if draft.state in (SUBMITTED, APPROVED) and room.may(Action.REVIEW):
        _act(room, draft, "send_back", why)
    with st.popover(room.say("act.abandon")):
        show(tag("p", room.say("abandon_note")))
        _act(room, draft, "abandon", why)


def _act(room: Room, draft: Draft, name: str, why: str) -> None:
    kind: Literal["primary", "secondary"] = "primary" if name in ("submit", "approve") else "secondary"
    if not st.button(room.say(f"act.{name}"), key=f"jz_act_{name}", type=kind):
        return
    with room.trying():
        if name == "submit":
            reviewing.submit(room.person, draft.id, draft.version)
        elif name == "approve":
            reviewing.approve(room.person, draft.id, draft.version, why)
        elif name == "send_back":
            reviewing.send_back(room.person, draft.id, draft.version, why)
        else:
            reviewing.abandon(room.person, draft.id, draft.version, why)
        tell(room.say(f"done.{name}"))
        if name == "abandon":
            go("home")
        st.rerun()


def _publishing(room: Room, draft: Draft, why: str) -> None:
    """At once, or at an instant; who may both review and publish does all that is left in one go."""
    if st.button(room.say("publish.now"), key="jz_publish", type="primary"):
        _publish(room, draft, why, None)
    with st.popover(room.say("publish.later")):
        day = st.date_input(room.say("publish.day"), _day(room), key="jz_publish_day", format="YYYY-MM-DD")
        time = st.time_input(room.say("publish.time"), dt.time(8), key="jz_publish_time")
        if st.button(room.say("publish.later_go"), key="jz_publish_later", type="primary"):
            assert isinstance(day, dt.date)
            _publish(room, draft, why, dt.datetime.combine(day, time, LOCAL))


def _day(room: Room) -> dt.date:
    """The day that the address names, while it is to come; else tomorrow."""
    tomorrow = local_now().date() + dt.timedelta(days=1)
    with suppress(ValueError):
        return max(tomorrow, dt.date.fromisoformat(room.asked.get("on", "")))
    return tomorrow


def _publish(room: Room, draft: Draft, why: str, at: dt.datetime | None) -> None:
    with room.trying():
        version = draft.version
        if draft.state == OPEN:
            version = reviewing.submit(room.person, draft.id, version).version
        if draft.state in (OPEN, SUBMITTED):
            version = reviewing.approve(room.person, draft.id, version).version
        reviewing.publish(room.person, draft.id, version, why or draft.name, at=at)
        tell(room.say("publish.done" if at is None else "publish.planned", when=room.instant(at) if at else ""))
        go("home")
        st.rerun()


# ---------------------------------------------------------------------------------------------- behind the times


def _settling(room: Room, draft: Draft, conflicts: tuple[Conflict, ...], names: Mapping[str, str]) -> None:
    """What was published meanwhile changed the same fields: choose, one by one."""
    alarm([room.say("clash.published"), room.say("clash.note")])
    chosen = clash.choices(room, conflicts, names)
    if st.button(room.say("clash.save"), key=f"jz_up_to_date_{clash.mark_of(conflicts)}", type="primary"):
        with room.trying():
            reviewing.bring_up_to_date(room.person, draft.id, chosen)
            tell(room.say("saved"))
            st.rerun()
