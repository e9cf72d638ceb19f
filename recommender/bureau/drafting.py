"""Drafts: edited by one or several, reviewed by somebody else, published as a whole, at once or at an instant.

Nobody locks anybody out. Who saves says what they saw; what others changed meanwhile stays, and where two changed the same
cell differently the second gets both and chooses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from recommender.bureau import publishing
from recommender.bureau.desk import Action, Desk, Person, Role, acting, looking, sentence
from recommender.bureau.publishing import Version
from recommender.catalog.difference import Conflict, RecordChange, difference, merge_record, merge_tables
from recommender.catalog.records import (
    Cells,
    Finding,
    Tables,
    check_tables,
    get_table,
    in_rows,
    new_key,
    tidy_record,
    whole,
)
from recommender.catalog.tables import TABLES, Table
from recommender.errors import CatalogInvalid, DraftChanged, EditConflict, NotFound, Problem, RequestError
from recommender.i18n import text
from recommender.store import Database, drafts, revisions
from recommender.store.drafts import Draft, Edit
from recommender.store.revisions import Publication

LONGEST_NAME: Final = 120
OPEN: Final = "open"
SUBMITTED: Final = "submitted"
APPROVED: Final = "approved"
PUBLISHED: Final = "published"
ABANDONED: Final = "abandoned"
IN_WORK: Final = (OPEN, SUBMITTED, APPROVED)


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a draft as somebody sees it.

    Attributes
    ----------
    version
        0 as in the base; else which edit of this draft.
    cells
        None where the draft has removed it.
    """

    draft: int
    table: str
    key: str
    version: int
    cells: Cells | None


# -------------------------------------------------------------------------------------------------- looking


def list_drafts(person: Person, *, states: tuple[str, ...] = IN_WORK, database: Database | None = None) -> list[Draft]:
    """Drafts in some states, the one changed last first.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database) as connection:
        return drafts.list_drafts(connection, states=states)


def get_draft(person: Person, draft: int, *, database: Database | None = None) -> Draft:
    """One draft.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        There is no such draft.
    """
    with looking(person, database) as connection:
        return _get(connection, draft)


def list_records(person: Person, draft: int, table: str, *, database: Database | None = None) -> list[Record]:
    """The records of a table as the draft has them, in the order of the file.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    known = _table(table)
    with looking(person, database) as connection:
        found = _get(connection, draft)
        edits = drafts.latest_edits(connection, draft)
        rows = in_rows(known, tables_in(connection, found))
    return [Record(draft, table, key, _version(edits.get((table, key))), cells) for key, cells in rows]


def get_record(person: Person, draft: int, table: str, key: str, *, database: Database | None = None) -> Record:
    """One record as the draft has it.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        There is no such draft or record.
    """
    with looking(person, database) as connection:
        return _record(connection, _get(connection, draft), _table(table), key)


def list_edits(
    person: Person, draft: int, table: str | None = None, key: str | None = None, *, database: Database | None = None
) -> list[Edit]:
    """Every save of a draft, or of one table or record in it, oldest first.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    with looking(person, database) as connection:
        _get(connection, draft)
        return drafts.list_edits(connection, draft, table, key)


def list_changes(person: Person, draft: int, *, database: Database | None = None) -> tuple[RecordChange, ...]:
    """What a draft changes, against the revision that it started from.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    with looking(person, database) as connection:
        found = _get(connection, draft)
        return difference(revisions.get_tables(connection, found.base), tables_in(connection, found))


def check_draft(person: Person, draft: int, *, database: Database | None = None) -> list[Finding]:
    """Every problem that keeps a draft from being published, by table, record and column.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    with looking(person, database) as connection:
        tables = tables_in(connection, _get(connection, draft))
    return check_tables(tables)


def get_tables(person: Person, draft: int, *, database: Database | None = None) -> Tables:
    """All records as the draft has them.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    with looking(person, database) as connection:
        return tables_in(connection, _get(connection, draft))


def cell_message(problem: Problem, lang: str) -> str:
    """What is wrong with a cell, without the place, for a form in which the cell stands."""
    said = problem.message(lang)
    _, colon, rest = said.partition("：" if lang == "zh" else ": ")
    return rest if colon and "file" in problem.args else said


# -------------------------------------------------------------------------------------------------- editing


def create_draft(person: Person, name: str, *, database: Database | None = None) -> Draft:
    """Begin a draft on what is published now.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        The name is blank or too long, or nothing was published yet.
    """
    name = sentence("name", name, LONGEST_NAME)
    with acting(person, Action.EDIT, database) as desk:
        base = publishing.before(desk, desk.now).revision
        made = drafts.create_draft(desk.connection, name, base, desk.person.name, desk.now)
        desk.note("create_draft", f"draft/{made.id}", {"name": name, "base": base})
        return made


def save(
    person: Person, seen: Record, changes: Mapping[str, str], why: str = "", *, database: Database | None = None
) -> Record:
    """Save cells of a record.

    Parameters
    ----------
    seen
        The record as the person saw it, from `get_record` or an earlier save.
    changes
        The cells that they changed, as typed. What others have changed since ``seen`` stays.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        The draft takes no edits any more; or what cannot be, by column (``problem.args["column"]``).
    EditConflict
        Somebody else changed the same cells otherwise. Choose, and save again on what `get_record` gives now.
    """
    table = _table(seen.table)
    if seen.cells is None:
        raise NotFound(what="record")
    typed = {**seen.cells, **changes}
    mine, problems = tidy_record(table, typed)
    if problems:
        raise RequestError(problems)
    if table.key and new_key(table, mine, ()) != seen.key:
        raise RequestError([Problem(table.key[0], seen.key, "record_key")])
    return _save(person, seen, mine, why, database)


def remove(person: Person, seen: Record, why: str = "", *, database: Database | None = None) -> Record:
    """Take a record out.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        The draft takes no edits any more.
    EditConflict
        Somebody else changed the record since it was seen.
    """
    return _save(person, seen, None, why, database)


def add(
    person: Person, draft: int, table: str, cells: Mapping[str, str], why: str = "", *, database: Database | None = None
) -> Record:
    """Add a record.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    RequestError
        The draft takes no edits any more, the id is taken, or what cannot be, by column.
    """
    known = _table(table)
    tidy, problems = tidy_record(known, cells)
    if problems:
        raise RequestError(problems)
    with acting(person, Action.EDIT, database) as desk:
        found = _editable(desk, draft)
        there = tables_in(desk.connection, found)[table]
        key = new_key(known, tidy, there)
        if key in there:
            raise RequestError([Problem(known.key[0], key, "record_exists")])
        edit = _write(desk, found, table, key, tidy)
        _reopen(desk, found)
        _note_edit(desk, "add_record", edit, None, why)
        return Record(draft, table, key, edit.version, tidy)


def restore(person: Person, draft: int, version: Version, why: str = "", *, database: Database | None = None) -> Record:
    """Put a record back to what it was, byte for byte, whatever it is now.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    RequestError
        The draft takes no edits any more.
    """
    with acting(person, Action.EDIT, database) as desk:
        found = _editable(desk, draft)
        was = tables_in(desk.connection, found)[version.table].get(version.key)
        edit = _write(desk, found, version.table, version.key, version.cells)
        _reopen(desk, found)
        _note_edit(desk, "restore_record", edit, was, why)
        return Record(draft, version.table, version.key, edit.version, version.cells)


def save_all(desk: Desk, draft: Draft, changes: tuple[RecordChange, ...]) -> Draft:
    """Write many records at once, as they are; for imports, which have merged them already."""
    for change in changes:
        _write(desk, draft, change.table, change.key, change.after)
    return _reopen(desk, draft) if changes else draft


def tables_in(connection: Connection, draft: Draft) -> dict[str, dict[str, Cells]]:
    """All records as a draft has them."""
    held = revisions.get_tables(connection, draft.base)
    tables: dict[str, dict[str, Cells]] = {table.name: dict(held.get(table.name, {})) for table in TABLES}
    for (sheet, key), edit in drafts.latest_edits(connection, draft.id).items():
        if edit.cells is None:
            tables[sheet].pop(key, None)
        else:
            tables[sheet][key] = edit.cells
    return tables


def editable(desk: Desk, draft: int) -> Draft:
    """A draft that takes edits.

    Raises
    ------
    NotFound
        There is no such draft.
    RequestError
        It is published or abandoned.
    """
    return _editable(desk, draft)


def _save(person: Person, seen: Record, mine: Cells | None, why: str, database: Database | None) -> Record:
    table = _table(seen.table)
    with acting(person, Action.EDIT, database) as desk:
        draft = _editable(desk, seen.draft)
        theirs = _now(desk.connection, draft, seen.table, seen.key)
        merged, conflicts = merge_record(seen.table, seen.key, seen.cells, mine, theirs.cells)
        if conflicts:
            raise EditConflict(conflicts=[conflict.as_dict() for conflict in conflicts])
        if merged == theirs.cells:
            return theirs
        if merged is not None:
            _, problems = tidy_record(table, merged)
            if problems:
                raise RequestError(problems)
        edit = _write(desk, draft, seen.table, seen.key, merged)
        _reopen(desk, draft)
        _note_edit(desk, "remove_record" if merged is None else "save_record", edit, theirs.cells, why)
        return Record(seen.draft, seen.table, seen.key, edit.version, merged)


def _write(desk: Desk, draft: Draft, table: str, key: str, cells: Cells | None) -> Edit:
    version = _version(drafts.find_edit(desk.connection, draft.id, table, key)) + 1
    held = None if cells is None else whole(_table(table), cells)
    edit = Edit(draft.id, table, key, version, held, desk.person.id, desk.person.name, desk.now)
    drafts.add_edit(desk.connection, edit)
    return edit


def _note_edit(desk: Desk, action: str, edit: Edit, was: Cells | None, why: str) -> None:
    change = RecordChange(edit.sheet, edit.key, was, edit.cells)
    fields = {field.column: [field.before, field.after] for field in change.fields} if was and edit.cells else {}
    why = sentence("why", why) if why.strip() else ""
    detail = {"draft": edit.draft, "version": edit.version, "fields": fields}
    desk.note(action, f"{edit.sheet}/{edit.key}", detail, why)


def _reopen(desk: Desk, draft: Draft) -> Draft:
    """Who approved a draft approved what it was then."""
    return drafts.update_draft(desk.connection, draft, desk.now, state=OPEN)


def _now(connection: Connection, draft: Draft, table: str, key: str) -> Record:
    edit = drafts.find_edit(connection, draft.id, table, key)
    if edit is not None:
        return Record(draft.id, table, key, edit.version, edit.cells)
    content = revisions.get_contents(connection, draft.base).get(table)
    cells = revisions.get_records(connection, content).get(key) if content else None
    return Record(draft.id, table, key, 0, cells)


def _record(connection: Connection, draft: Draft, table: Table, key: str) -> Record:
    found = _now(connection, draft, table.name, key)
    if found.cells is None and found.version == 0:
        raise NotFound(what="record")
    return found


def _version(edit: Edit | None) -> int:
    return 0 if edit is None else edit.version


def _table(name: str) -> Table:
    try:
        return get_table(name)
    except LookupError:
        raise NotFound(what="record") from None


def _get(connection: Connection, draft: int) -> Draft:
    found = drafts.find_draft(connection, draft)
    if found is None:
        raise NotFound(what="draft")
    return found


def _editable(desk: Desk, draft: int) -> Draft:
    return _in_state(_get(desk.connection, draft), *IN_WORK)


def _in_state(draft: Draft, *allowed: str) -> Draft:
    if draft.state not in allowed:
        states = {f"state_{lang}": text(f"bureau.state.{draft.state}", lang) for lang in ("zh", "en")}
        raise RequestError([Problem("draft", draft.name, "draft_state", states)])
    return draft


# -------------------------------------------------------------------------------------- review and publishing


def submit(person: Person, draft: int, version: int, *, database: Database | None = None) -> Draft:
    """Hand a draft to whoever reviews.

    Parameters
    ----------
    version
        Of the draft as the person saw it.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    DraftChanged
        It was changed since.
    RequestError
        Nothing is changed in it, or it is no longer in work.
    CatalogInvalid
        It cannot be published as it is; `check_draft` says where.
    """
    with acting(person, Action.EDIT, database) as desk:
        found = _seen(desk, draft, version, OPEN)
        tables = tables_in(desk.connection, found)
        if not difference(revisions.get_tables(desk.connection, found.base), tables):
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
        state: dict[str, Any] = {"state": PUBLISHED, "revision": made.revision}
        again = drafts.find_draft(desk.connection, draft)
        assert again is not None
        drafts.update_draft(desk.connection, again, desk.now, **state)
        detail = {"draft": draft, "publication": made.number, "at": made.at.isoformat()}
        desk.note("publish" if at is None else "schedule", f"revision/{made.revision}", detail, why)
        return made


def bring_up_to_date(
    person: Person,
    draft: int,
    choices: Mapping[tuple[str, str, str], str] | None = None,
    *,
    database: Database | None = None,
) -> Draft:
    """Let a draft start from what is published now; its own changes stay.

    Parameters
    ----------
    choices
        What to keep where both changed the same cell: ``mine`` (the draft) or ``theirs`` (the published one) by table, key and
        column.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    RequestError
        The draft takes no edits any more.
    EditConflict
        A clash for which there is no choice; with all of them.
    """
    wanted = choices or {}
    with acting(person, Action.EDIT, database) as desk:
        found = _editable(desk, draft)
        base = publishing.before(desk, desk.now).revision
        if base == found.base:
            return found
        held = revisions.get_tables(desk.connection, base)
        merged, conflicts = _on(desk.connection, found, base)
        undecided = [c for c in conflicts if wanted.get((c.table, c.key, c.column)) not in ("mine", "theirs")]
        if undecided:
            raise EditConflict(conflicts=[conflict.as_dict() for conflict in undecided])
        for conflict in conflicts:
            if wanted[conflict.table, conflict.key, conflict.column] == "theirs":
                _take_theirs(merged, held, conflict)
        edits = drafts.latest_edits(desk.connection, draft)
        for sheet, key in edits:
            _write(desk, found, sheet, key, merged[sheet].get(key))
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
    was, now = (revisions.get_tables(connection, revision) for revision in (draft.base, base))
    return merge_tables(was, tables_in(connection, draft), now)


def _seen(desk: Desk, draft: int, version: int, *states: str) -> Draft:
    found = _get(desk.connection, draft)
    if found.version != version:
        raise DraftChanged(version=found.version, state=found.state)
    return _in_state(found, *states)


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
