"""Drafts: sets of edits by one person or several, of which visitors see nothing.

Nobody locks anybody out. Who saves says what they saw; what others changed meanwhile stays, and where two changed the same
cell differently the second gets both and chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from recommender.bureau import publishing
from recommender.bureau.desk import Action, Desk, Person, acting, looking, sentence
from recommender.bureau.publishing import Version
from recommender.catalog.difference import RecordChange, difference, merge_record
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
from recommender.catalog.tables import Table
from recommender.errors import EditConflict, NotFound, Problem, RequestError
from recommender.i18n import LANGUAGES, text
from recommender.store import Database, drafts, revisions
from recommender.store.drafts import IN_WORK, OPEN, Draft, Edit

LONGEST_NAME: Final = 120


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
        return known_draft(connection, draft)


def list_records(person: Person, draft: int, table: str, *, database: Database | None = None) -> list[Record]:
    """The records of a table as the draft has them, in the order of the file.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    known = _table(table)
    with looking(person, database) as connection:
        found = known_draft(connection, draft)
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
        return _record(connection, known_draft(connection, draft), _table(table), key)


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
        known_draft(connection, draft)
        return drafts.list_edits(connection, draft, table, key)


def list_changes(person: Person, draft: int, *, database: Database | None = None) -> tuple[RecordChange, ...]:
    """What a draft changes, against the revision that it started from.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    with looking(person, database) as connection:
        found = known_draft(connection, draft)
        return difference(publishing.tables_at(connection, found.base), tables_in(connection, found))


def check_draft(person: Person, draft: int, *, database: Database | None = None) -> list[Finding]:
    """Every problem that keeps a draft from being published, by table, record and column.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    with looking(person, database) as connection:
        tables = tables_in(connection, known_draft(connection, draft))
    return check_tables(tables)


def get_tables(person: Person, draft: int, *, database: Database | None = None) -> Tables:
    """All records as the draft has them.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_draft`.
    """
    with looking(person, database) as connection:
        return tables_in(connection, known_draft(connection, draft))


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
        found = editable(desk, draft)
        there = tables_in(desk.connection, found)[table]
        key = new_key(known, tidy, there)
        if key in there:
            raise RequestError([Problem(known.key[0], key, "record_exists")])
        edit = write(desk, found, table, key, tidy)
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
        found = editable(desk, draft)
        was = tables_in(desk.connection, found)[version.table].get(version.key)
        edit = write(desk, found, version.table, version.key, version.cells)
        _reopen(desk, found)
        _note_edit(desk, "restore_record", edit, was, why)
        return Record(draft, version.table, version.key, edit.version, version.cells)


def save_all(desk: Desk, draft: Draft, changes: tuple[RecordChange, ...]) -> Draft:
    """Write many records at once, as they are; for imports, which have merged them already."""
    for change in changes:
        write(desk, draft, change.table, change.key, change.after)
    return _reopen(desk, draft) if changes else draft


def tables_in(connection: Connection, draft: Draft) -> dict[str, dict[str, Cells]]:
    """All records as a draft has them."""
    tables = publishing.tables_at(connection, draft.base)
    for (sheet, key), edit in drafts.latest_edits(connection, draft.id).items():
        if edit.cells is None:
            tables[sheet].pop(key, None)
        else:
            tables[sheet][key] = whole(_table(sheet), edit.cells)
    return tables


def known_draft(connection: Connection, draft: int) -> Draft:
    """The draft of that number.

    Raises
    ------
    NotFound
        There is none.
    """
    found = drafts.find_draft(connection, draft)
    if found is None:
        raise NotFound(what="draft")
    return found


def in_state(draft: Draft, *allowed: str) -> Draft:
    """The draft itself, if it is in one of some states.

    Raises
    ------
    RequestError
        It is in another.
    """
    if draft.state not in allowed:
        states = {f"state_{lang}": text(f"bureau.state.{draft.state}", lang) for lang in LANGUAGES}
        raise RequestError([Problem("draft", draft.name, "draft_state", states)])
    return draft


def editable(desk: Desk, draft: int) -> Draft:
    """A draft that takes edits.

    Raises
    ------
    NotFound
        There is no such draft.
    RequestError
        It is published or abandoned.
    """
    return in_state(known_draft(desk.connection, draft), *IN_WORK)


def write(desk: Desk, draft: Draft, table: str, key: str, cells: Cells | None) -> Edit:
    """Add the next version of a record, as it is; who calls has checked it."""
    version = _version(drafts.find_edit(desk.connection, draft.id, table, key)) + 1
    held = None if cells is None else whole(_table(table), cells)
    edit = Edit(draft.id, table, key, version, held, desk.person.id, desk.person.name, desk.now)
    drafts.add_edit(desk.connection, edit)
    return edit


def _save(person: Person, seen: Record, mine: Cells | None, why: str, database: Database | None) -> Record:
    table = _table(seen.table)
    with acting(person, Action.EDIT, database) as desk:
        draft = editable(desk, seen.draft)
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
        edit = write(desk, draft, seen.table, seen.key, merged)
        _reopen(desk, draft)
        _note_edit(desk, "remove_record" if merged is None else "save_record", edit, theirs.cells, why)
        return Record(seen.draft, seen.table, seen.key, edit.version, merged)


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
        cells = edit.cells
    else:
        content = revisions.get_contents(connection, draft.base).get(table)
        cells = revisions.get_records(connection, content).get(key) if content else None
    return Record(draft.id, table, key, _version(edit), None if cells is None else whole(_table(table), cells))


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
