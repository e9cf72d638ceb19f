"""Drafts on their way out: handed in, reviewed by somebody else, published as a whole, at once or at an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection

from recommender.bureau import publishing
from recommender.bureau.desk import Action, Desk, Person, Role, acting, sentence
from recommender.bureau.drafting import editable, in_state, known_draft, tables_in, write
from recommender.catalog.difference import Conflict, difference, merge_tables
from recommender.catalog.records import Cells, Tables, check_tables
from recommender.errors import CatalogInvalid, DraftChanged, EditConflict, Problem, RequestError
from recommender.store import Database, drafts
from recommender.store.drafts import ABANDONED, APPROVED, IN_WORK, OPEN, PUBLISHED, SUBMITTED, Draft
from recommender.store.revisions import Publication


def submit(person: Person, draft: int, version: int, *, database: Database | None = None) -> Draft:
    """Hand a draft to whoever reviews.

    Parameters
    ----------
    version
        Of the draft as the person saw it.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `drafting.get_draft`.
    DraftChanged
        It was changed since.
    RequestError
        Nothing is changed in it, or it is no longer in work.
    CatalogInvalid
        It cannot be published as it is; `drafting.check_draft` says where.
    """
    with acting(person, Action.EDIT, database) as desk:
        found = _seen(desk, draft, version, OPEN)
        tables = tables_in(desk.connection, found)
        if not difference(publishing.tables_at(desk.connection, found.base), tables):
            raise RequestError([Problem("draft", found.name, "draft_empty")])
        _must_load(tables)
        desk.note("submit", f"draft/{draft}", {"version": version})
        return drafts.update_draft(desk.connection, found, desk.now, state=SUBMITTED)


def approve(person: Person, draft: int, version: int, why: str = "", *, database: Database | None = None) -> Draft:
    """Find a draft fit to publish; any later edit takes that back.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable, DraftChanged
        As `submit`.
    RequestError
        It was not handed in, or the person has edited it themselves and is no admin.
    """
    with acting(person, Action.REVIEW, database) as desk:
        found = _seen(desk, draft, version, SUBMITTED)
        own = any(edit.account == desk.person.id for edit in drafts.list_edits(desk.connection, draft))
        if own and desk.person.role != Role.ADMIN:
            raise RequestError([Problem("draft", found.name, "own_draft")])
        desk.note("approve", f"draft/{draft}", {"version": version, "own": own}, why and sentence("why", why))
        return drafts.update_draft(desk.connection, found, desk.now, state=APPROVED)


def send_back(person: Person, draft: int, version: int, why: str, *, database: Database | None = None) -> Draft:
    """Give a draft back to its editors, saying why.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable, DraftChanged
        As `submit`.
    RequestError
        It was not handed in, or no reason is given.
    """
    why = sentence("why", why)
    with acting(person, Action.REVIEW, database) as desk:
        found = _seen(desk, draft, version, SUBMITTED, APPROVED)
        desk.note("send_back", f"draft/{draft}", {"version": version}, why)
        return drafts.update_draft(desk.connection, found, desk.now, state=OPEN)


def abandon(person: Person, draft: int, version: int, why: str, *, database: Database | None = None) -> Draft:
    """Work on a draft no more; its edits can still be read.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable, DraftChanged
        As `submit`.
    RequestError
        It is no longer in work, or no reason is given.
    """
    why = sentence("why", why)
    with acting(person, Action.EDIT, database) as desk:
        found = _seen(desk, draft, version, *IN_WORK)
        desk.note("abandon", f"draft/{draft}", {"version": version}, why)
        return drafts.update_draft(desk.connection, found, desk.now, state=ABANDONED)


def publish(
    person: Person,
    draft: int,
    version: int,
    why: str,
    *,
    at: dt.datetime | None = None,
    database: Database | None = None,
) -> Publication:
    """Publish an approved draft, on top of what was published meanwhile.

    Parameters
    ----------
    at
        From when on it shall hold, with its time zone; at once by default. Until then tourists see what there is.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable, DraftChanged
        As `submit`.
    RequestError
        It is not approved; ``at`` has passed; a publication to come would no longer make a catalogue.
    EditConflict
        What was published meanwhile changed the same cells; `bring_up_to_date` settles it.
    CatalogInvalid
        Together with what was published meanwhile it makes no catalogue.
    """
    why = sentence("why", why)
    with acting(person, Action.PUBLISH, database) as desk:
        found = _seen(desk, draft, version, APPROVED)
        instant = _instant(desk, at)
        base = publishing.before(desk, instant).revision
        merged, conflicts = _on(desk.connection, found, base)
        if conflicts:
            raise EditConflict(conflicts=[conflict.as_dict() for conflict in conflicts])
        made = publishing.publish_at(desk, instant, merged, publishing.DRAFT, why, draft=draft)
        # Read again: what was carried over meanwhile may have told it another revision.
        found = known_draft(desk.connection, draft)
        drafts.update_draft(desk.connection, found, desk.now, state=PUBLISHED, revision=made.revision)
        detail = {"draft": draft, "publication": made.number, "at": made.at.isoformat()}
        desk.note("publish" if at is None else "schedule", f"revision/{made.revision}", detail, why)
        return made


def bring_up_to_date(
    person: Person,
    draft: int,
    choices: Mapping[Conflict, str] | None = None,
    *,
    database: Database | None = None,
) -> Draft:
    """Let a draft start from what is published now; its own changes stay.

    Parameters
    ----------
    choices
        What to keep where both changed the same cell: ``mine`` (the draft) or ``theirs`` (the published one). A choice between
        other values than those of now is none.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `drafting.get_draft`.
    RequestError
        The draft takes no edits any more.
    EditConflict
        A clash for which there is no choice; with all of them.
    """
    wanted = choices or {}
    with acting(person, Action.EDIT, database) as desk:
        found = editable(desk, draft)
        base = publishing.before(desk, desk.now).revision
        if base == found.base:
            return found
        held = publishing.tables_at(desk.connection, base)
        merged, conflicts = _on(desk.connection, found, base)
        undecided = [conflict for conflict in conflicts if wanted.get(conflict) not in ("mine", "theirs")]
        if undecided:
            raise EditConflict(conflicts=[conflict.as_dict() for conflict in undecided])
        for conflict in conflicts:
            if wanted[conflict] == "theirs":
                _take_theirs(merged, held, conflict)
        edits = drafts.latest_edits(desk.connection, draft)
        for sheet, key in edits:
            write(desk, found, sheet, key, merged[sheet].get(key))
        desk.note("bring_up_to_date", f"draft/{draft}", {"was": found.base, "base": base})
        return drafts.update_draft(desk.connection, found, desk.now, state=OPEN, base=base)


def _take_theirs(merged: dict[str, dict[str, Cells]], theirs: Tables, conflict: Conflict) -> None:
    there = theirs.get(conflict.table, {}).get(conflict.key)
    records = merged[conflict.table]
    if conflict.column:
        records[conflict.key] = {**records[conflict.key], conflict.column: conflict.theirs}
    elif there is None:
        records.pop(conflict.key, None)
    else:
        records[conflict.key] = there


def _on(connection: Connection, draft: Draft, base: str) -> tuple[dict[str, dict[str, Cells]], tuple[Conflict, ...]]:
    was, now = (publishing.tables_at(connection, revision) for revision in (draft.base, base))
    return merge_tables(was, tables_in(connection, draft), now)


def _seen(desk: Desk, draft: int, version: int, *states: str) -> Draft:
    found = known_draft(desk.connection, draft)
    if found.version != version:
        raise DraftChanged(version=found.version, state=found.state)
    return in_state(found, *states)


def _must_load(tables: Tables) -> None:
    findings = check_tables(tables)
    if findings:
        raise CatalogInvalid([finding.problem for finding in findings])


def _instant(desk: Desk, at: dt.datetime | None) -> dt.datetime:
    if at is None:
        return desk.now
    if at.tzinfo is None:
        raise RequestError([Problem("at", at.isoformat(), "instant_naive")])
    if at <= desk.now:
        raise RequestError([Problem("at", at.isoformat(), "instant_past")])
    return at.astimezone(dt.UTC)
