"""Files in and out: the data as a workbook or CSV, and an uploaded file as changes of a draft.

An upload is read against the revision that the draft started from: what differs from that is what its author changed. Those
changes go into the draft as a colleague's would, all of them or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection

from recommender.bureau import drafting, publishing
from recommender.bureau.desk import Action, Person, acting, looking, sentence
from recommender.catalog.difference import Conflict, RecordChange, difference, merge_tables
from recommender.catalog.export import write_csv, write_workbook
from recommender.catalog.records import Tables, get_table
from recommender.catalog.upload import Upload, check_upload, matched, read_upload
from recommender.errors import CatalogInvalid, EditConflict, Problem
from recommender.store import Database
from recommender.store.drafts import Draft

__all__ = ["DryRun", "Upload", "apply", "dry_run", "export_csv", "export_workbook", "read_upload"]
Side = Literal["mine", "theirs"]
TEMPLATE: Final[Tables] = {}


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an upload would do; nothing has been done.

    Attributes
    ----------
    tables
        Which tables it holds; the others stay as they are.
    problems
        Everything that is wrong, by sheet, row and column; where there is anything, nothing can be applied.
    changes
        Rows added, changed and removed against the draft's base.
    conflicts
        Cells that the draft has changed otherwise.
    """

    tables: tuple[str, ...]
    problems: tuple[Problem, ...]
    changes: tuple[RecordChange, ...]
    conflicts: tuple[Conflict, ...]


def export_workbook(tables: Tables = TEMPLATE) -> bytes:
    """All records as an ``.xlsx`` file, of `drafting.get_tables` or `publishing.get_revision`; by default an empty template."""
    return write_workbook(tables)


def export_csv(table: str, tables: Tables = TEMPLATE) -> bytes:
    """One table as CSV; by default its header alone.

    Raises
    ------
    LookupError
        There is no such table.
    """
    return write_csv(get_table(table), tables)


def dry_run(person: Person, draft: int | None, upload: Upload, *, database: Database | None = None) -> DryRun:
    """What an uploaded file would change.

    Parameters
    ----------
    draft
        None for a draft that is yet to be begun on what is published.
    upload
        As `read_upload` makes it from a name (``….xlsx``, ``<table>.csv``) and bytes.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `drafting.get_draft`.
    """
    with looking(person, database) as connection:
        if draft is not None:
            return _run(*_sides(connection, drafting.known_draft(connection, draft)), upload)[0]
        published = publishing.tables_at(connection, publishing.published_now(database=database).revision)
    return _run(published, published, upload)[0]


def apply(
    person: Person,
    draft: int,
    upload: Upload,
    why: str,
    *,
    prefer: Side | None = None,
    database: Database | None = None,
) -> DryRun:
    """Put an uploaded file's changes into a draft: all of them or nothing.

    Parameters
    ----------
    prefer
        What stays where the draft has changed the same cell otherwise: ``mine`` (the file) or ``theirs`` (the draft).

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `drafting.get_draft`.
    CatalogInvalid
        With every problem of the file.
    EditConflict
        The draft has changed the same cells, and there is no preference.
    RequestError
        The draft takes no edits any more, or no reason is given.
    """
    why = sentence("why", why)
    with acting(person, Action.EDIT, database) as desk:
        found = drafting.editable(desk, draft)
        base, now = _sides(desk.connection, found)
        run, merged = _run(base, now, upload, prefer)
        if run.problems:
            raise CatalogInvalid(run.problems)
        if run.conflicts and prefer is None:
            raise EditConflict(conflicts=[conflict.as_dict() for conflict in run.conflicts])
        written = difference(now, merged)
        drafting.save_all(desk, found, written)
        detail = {"file": upload.name[:120], "tables": list(run.tables), "records": len(written)}
        desk.note("import_file", f"draft/{draft}", detail, why)
        return run


def _sides(connection: Connection, draft: Draft) -> tuple[Tables, Tables]:
    """What a draft started from, and what it is now."""
    return publishing.tables_at(connection, draft.base), drafting.tables_in(connection, draft)


def _run(base: Tables, now: Tables, upload: Upload, prefer: Side | None = None) -> tuple[DryRun, Tables]:
    problems = check_upload(upload, base)
    if problems:
        return DryRun(tuple(upload.sheets), tuple(problems), (), ()), now
    wanted = matched(upload, base)
    changes = difference(base, wanted)
    # Two merges that differ only in whose word counts where they clash.
    merged, conflicts = merge_tables(base, wanted, now)
    if prefer == "theirs":
        merged, _ = merge_tables(base, now, wanted)
    return DryRun(tuple(upload.sheets), (), changes, conflicts), merged
