"""Who may do what with a partner: the admin makes it, the hotel proposes, the bureau decides; all of it in the audit.

A proposal holds the cells that change and nothing else: what else was approved meanwhile stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from recommender.bureau.desk import Action, Desk, Person, Role, acting, looking, sentence
from recommender.errors import NotFound, PermissionDenied, Problem, RequestError, RevisionConflict
from recommender.partners import tokens
from recommender.partners.hotel import FIELDS, Cells, read, tidy
from recommender.partners.register import SHANGHAI, register
from recommender.store import Database, accounts, partners
from recommender.store.partners import APPROVED, DECLINED, OPEN, PartnerRow, Proposal

GRACE: Final = dt.timedelta(days=60)
"""So long old links go on after a change of keys, unless they are to stop at once."""
NOTE: Final = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell before and after."""

    field: str
    before: str
    after: str


def create_partner(
    person: Person, partner: str, cells: Cells, *, account: str = "", database: Database | None = None
) -> PartnerRow:
    """Make a partner.

    Parameters
    ----------
    partner
        Its id, which stands in its links: small letters, digits, hyphens.
    account
        Name of the account that keeps it; empty where there is none yet.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        Every cell that cannot be; the id is none or taken; no such account.
    """
    if not tokens.PARTNER.fullmatch(partner):
        raise RequestError([Problem("id", partner[:40], "partner_id")])
    record = tidy(cells)
    read(record)
    with acting(person, Action.MANAGE_PARTNERS, database) as desk:
        if partners.find_partner(desk.connection, partner) is not None:
            raise RequestError([Problem("id", partner, "partner_taken")])
        keeper = _keeper(desk, account)
        made = partners.create_partner(desk.connection, partner, keeper, [tokens.make_key()], record, desk.now)
        desk.note("create_partner", f"partner/{partner}", {"record": _seen(record), "account": account})
    register(database).forget()
    return made


def change_partner(
    person: Person, partner: str, *, account: str | None = None, active: bool | None = None, database: Database | None = None
) -> PartnerRow:
    """Give a partner to another account, or let its links lead on no more.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound, RequestError
        No such partner; no such account.
    """
    with acting(person, Action.MANAGE_PARTNERS, database) as desk:
        known = _get(desk, partner)
        changes: dict[str, Any] = {} if account is None else {"account": _keeper(desk, account)}
        changes |= {} if active is None else {"active": active}
        changed = partners.update_partner(desk.connection, known, desk.now, **changes)
        desk.note("change_partner", f"partner/{partner}", changes)
    register(database).forget()
    return changed


def rotate(person: Person, partner: str, *, at_once: bool = False, database: Database | None = None) -> PartnerRow:
    """Sign new links with a new key; the old ones hold for `GRACE`, or stop now.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`; also for somebody else's hotel.
    NotFound
        No such partner.
    """
    with acting(person, Action.OWN_HOTEL, database) as desk:
        known = _own(desk, partner)
        today = desk.now.astimezone(SHANGHAI).date()
        keys = tokens.rotated(known.keys, None if at_once else today + GRACE, today)
        changed = partners.update_partner(desk.connection, known, desk.now, keys=keys)
        desk.note("rotate_partner", f"partner/{partner}", {"at_once": at_once})
    register(database).forget()
    return changed


def list_own(person: Person, *, database: Database | None = None) -> list[PartnerRow]:
    """The partners that somebody keeps; all for an admin.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database, Action.OWN_HOTEL) as connection:
        return partners.list_partners(connection, None if _is_admin(person) else person.id)


def list_partners(person: Person, *, database: Database | None = None) -> list[PartnerRow]:
    """All partners, for the bureau.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database, Action.REVIEW_PARTNERS) as connection:
        return partners.list_partners(connection)


# ---------------------------------------------------------------------------------------------------- proposals


def propose(
    person: Person, partner: str, cells: Cells, note: str = "", *, base: int | None = None, database: Database | None = None
) -> Proposal:
    """Propose what visitors should see; one that is still open gives way.

    Parameters
    ----------
    base
        The partner's version that the cells were written on; None takes the one there is.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`; also for somebody else's hotel.
    NotFound
        No such partner.
    RequestError
        Every cell that cannot be; nothing is different.
    RevisionConflict
        The partner was changed meanwhile.
    """
    asked = tidy(cells)
    read(asked)
    note = sentence("note", note, NOTE) if note.strip() else ""
    with acting(person, Action.OWN_HOTEL, database) as desk:
        known = _own(desk, partner)
        if base is not None and base != known.version:
            raise RevisionConflict(version=known.version)
        changes = {one.field: one.after for one in differences(known.record, asked)}
        if not changes:
            raise RequestError([Problem("record", "", "partner_same")])
        made = partners.add_proposal(
            desk.connection, known, changes, note, desk.person.id, desk.person.name, desk.now
        )
        desk.note("propose_partner", f"partner/{partner}", {"proposal": made.id, "changes": _seen(changes)}, note)
        return made


def list_proposals(
    person: Person, *, partner: str | None = None, only_open: bool = False, database: Database | None = None
) -> list[Proposal]:
    """Proposals of a partner one keeps, or of all for the bureau; the latest first.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`; also for somebody else's hotel.
    """
    state = OPEN if only_open else None
    action = Action.REVIEW_PARTNERS if partner is None else Action.OWN_HOTEL
    with looking(person, database, action) as connection:
        if partner is not None:
            _refuse_others(partners.find_partner(connection, partner), person)
        return partners.list_proposals(connection, partner=partner, state=state)


def approve(person: Person, proposal: int, *, database: Database | None = None) -> PartnerRow:
    """Let visitors see what was proposed, from now on.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        No such proposal, or it was decided on.
    RequestError
        With what was approved meanwhile it cannot be any more.
    """
    with acting(person, Action.REVIEW_PARTNERS, database) as desk:
        asked = _open_proposal(desk, proposal)
        known = _get(desk, asked.partner)
        record = tidy({**known.record, **asked.record})
        read(record)
        changes = [[one.field, one.before, one.after] for one in differences(known.record, record) if one.field != "logo"]
        changed = partners.update_partner(desk.connection, known, desk.now, record=record)
        partners.close_proposal(desk.connection, asked, APPROVED, desk.person.name, "", desk.now)
        desk.note("approve_partner", f"partner/{asked.partner}", {"proposal": proposal, "changes": changes})
    register(database).forget()
    return changed


def decline(person: Person, proposal: int, why: str, *, database: Database | None = None) -> Proposal:
    """Leave everything as it is, and say why.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound, RequestError
        No such proposal, or it was decided on; no reason.
    """
    reason = sentence("why", why, NOTE)
    with acting(person, Action.REVIEW_PARTNERS, database) as desk:
        asked = _open_proposal(desk, proposal)
        desk.note("decline_partner", f"partner/{asked.partner}", {"proposal": proposal}, reason)
        return partners.close_proposal(desk.connection, asked, DECLINED, desk.person.name, reason, desk.now)


def differences(before: Cells, after: Cells) -> list[Difference]:
    """The cells that are not the same, in the order of a record."""
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in FIELDS)
    return [Difference(name, old, new) for name, old, new in pairs if old != new]


def _seen(cells: Mapping[str, str]) -> dict[str, str]:
    """Cells for the audit: a picture is told by its size."""
    shown = {name: value for name, value in cells.items() if value or name in cells}
    return {name: f"{len(value)} base64" if name == "logo" and value else value for name, value in shown.items()}


def _open_proposal(desk: Desk, proposal: int) -> Proposal:
    found = partners.find_proposal(desk.connection, proposal)
    if found is None or found.state != OPEN:
        raise NotFound(what="proposal")
    return found


def _get(desk: Desk, partner: str) -> PartnerRow:
    found = partners.find_partner(desk.connection, partner)
    if found is None:
        raise NotFound(what="partner")
    return found


def _own(desk: Desk, partner: str) -> PartnerRow:
    found = _get(desk, partner)
    _refuse_others(found, desk.person)
    return found


def _refuse_others(found: PartnerRow | None, person: Person) -> None:
    if not _is_admin(person) and (found is None or found.account != person.id):
        raise PermissionDenied(action=str(Action.OWN_HOTEL), role=str(person.role))


def _is_admin(person: Person) -> bool:
    return person.role == Role.ADMIN


def _keeper(desk: Desk, account: str) -> int | None:
    if not account:
        return None
    found = accounts.find_account(desk.connection, name=account)
    if found is None or found.role != Role.PARTNER:
        raise RequestError([Problem("account", account[:40], "partner_account")])
    return found.id
