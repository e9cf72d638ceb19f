"""Hotel partners for the bureau: what they propose, who they are, and how a new one is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import streamlit as st

from recommender import region as regions
from recommender.bureau import people
from recommender.bureau.desk import Action, Role
from recommender.errors import CatalogInvalid, RequestError
from recommender.markup import tag
from recommender.partners import managing
from recommender.partners.hotel import FIELDS, of_lodging, said_problem
from recommender.store.partners import PartnerRow, Proposal
from recommender.ui.staff.hotel import differences_table, hotel_name, record_form, say
from recommender.ui.staff.room import Room, alarm, leads, show, tell

NEW: Final = ""


def draw(room: Room) -> None:
    """Proposals first: somebody waits for them."""
    rows = {row.id: row for row in managing.list_partners(room.person)}
    _proposals(room, rows)
    accounts = _accounts(room) if room.may(Action.MANAGE_PARTNERS) else {}
    with st.container(key="jz_partners", border=True):
        show(tag("h2", say(room, "partners")))
        for row in rows.values():
            _row(room, row, accounts)
    if room.may(Action.MANAGE_PARTNERS):
        with st.container(key="jz_new_partner", border=True):
            _new(room, accounts)


def _accounts(room: Room) -> dict[str, int]:
    """Accounts that can keep a hotel, by name."""
    return {one.name: one.id for one in people.list_accounts(room.person) if one.role == Role.PARTNER}


def _proposals(room: Room, rows: dict[str, PartnerRow]) -> None:
    found = managing.list_proposals(room.person, only_open=True)
    with st.container(key="jz_proposals", border=True):
        show(tag("h2", say(room, "waiting_list")))
        if not found:
            show(tag("p", say(room, "nothing_waiting"), class_="count"))
        for proposal in found:
            _proposal(room, proposal, rows[proposal.partner])


def _proposal(room: Room, proposal: Proposal, row: PartnerRow) -> None:
    with st.container(key=f"jz_proposal_{proposal.id}", border=True):
        head = f"{hotel_name(row, room.lang)} · {proposal.who} · {room.instant(proposal.at)}"
        show(tag("p", tag("b", head)))
        if proposal.note:
            show(tag("p", proposal.note))
        show(differences_table(room, row.record, {**row.record, **proposal.record}))
        if st.button(say(room, "approve"), key=f"jz_approve_{proposal.id}", type="primary"):
            with _trying(room):
                managing.approve(room.person, proposal.id)
                tell(say(room, "approved"))
                st.rerun()
        why = st.text_input(say(room, "why"), key=f"jz_why_{proposal.id}", max_chars=managing.NOTE)
        if st.button(say(room, "decline"), key=f"jz_decline_{proposal.id}"):
            with _trying(room):
                managing.decline(room.person, proposal.id, why)
                tell(say(room, "declined_done"))
                st.rerun()


def _row(room: Room, row: PartnerRow, accounts: dict[str, int]) -> None:
    with st.container(key=f"jz_partner_{row.id}", horizontal=True, vertical_alignment="center"):
        name = hotel_name(row, room.lang)
        state = "" if row.active else f" · {say(room, 'stopped')}"
        show(tag("p", tag("b", name), f" {row.id} · {say(room, 'version', version=row.version)}{state}"))
        if not room.may(Action.MANAGE_PARTNERS):
            return
        options = [NEW, *accounts]
        held = next((known for known, number in accounts.items() if number == row.account), NEW)
        chosen = st.selectbox(
            say(room, "account"), options, index=options.index(held), key=f"jz_keeper_{row.id}_{row.version}",
            format_func=lambda one: one or say(room, "nobody"), label_visibility="collapsed",
        )  # fmt: skip
        with _trying(room):
            if chosen != held:
                managing.change_partner(room.person, row.id, account=chosen)
                tell(say(room, "changed", name=name))
                st.rerun()
            if st.button(say(room, "stop" if row.active else "admit"), key=f"jz_stop_{row.id}"):
                managing.change_partner(room.person, row.id, active=not row.active)
                tell(say(room, "changed", name=name))
                st.rerun()
        leads(say(room, "widgets"), f"jz_kit_{row.id}", "hotel", hotel=row.id)


def _new(room: Room, accounts: dict[str, int]) -> None:
    show(tag("h2", say(room, "new")))
    show(tag("p", say(room, "new_from"), class_="count"))
    try:
        lodging = regions.current().catalog.lodging
    except CatalogInvalid:
        lodging = {}

    def named(one: str) -> str:
        if not one:
            return say(room, "new_blank")
        return lodging[one].name_zh if room.lang == "zh" else lodging[one].name_en

    chosen = st.selectbox(say(room, "which"), [NEW, *lodging], key="jz_new_from", format_func=named)
    cells = of_lodging(lodging[chosen]) if chosen else dict.fromkeys(FIELDS, "")
    left, right = st.columns(2, gap="small")
    with left:
        given = st.text_input(say(room, "id"), chosen.removeprefix("stay-")[:40], key=f"jz_new_id_{chosen}", max_chars=40)
    with right:
        account = st.selectbox(
            say(room, "account"), [NEW, *accounts], key="jz_new_keeper", format_func=lambda one: one or say(room, "nobody")
        )
    typed = record_form(room, f"new_{chosen}", cells)
    if st.button(say(room, "make"), key="jz_make_partner", type="primary"):
        with _trying(room):
            made = managing.create_partner(room.person, given or "", typed, account=account)
            tell(say(room, "made", name=hotel_name(made, room.lang)))
            st.rerun()


@contextmanager
def _trying(room: Room) -> Iterator[None]:
    """As `Room.trying`, with the fields of a hotel by their names."""
    with room.trying():
        try:
            yield
        except RequestError as error:
            alarm([said_problem(problem, room.lang) for problem in error.problems])
