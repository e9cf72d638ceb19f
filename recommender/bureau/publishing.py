"""What tourists see, under which rules, and from when on.

Publications stand on a line of time, each on the one before it. Whatever is put into that line, taken out or taken back, those
still to come are carried over: their own changes are made again on what now comes before them, so that a closure of today is
still in force under the prices of next Monday.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from recommender import store
from recommender.bureau.desk import PROGRAM, Action, Desk, Person, acting, looking, sentence
from recommender.bureau.people import first_admin_link
from recommender.catalog import load_catalog
from recommender.catalog.difference import RecordChange, difference, merge_tables
from recommender.catalog.records import Cells, Records, Tables, catalog_of, get_table, tables_of, whole, whole_tables
from recommender.catalog.references import PLACES
from recommender.errors import CatalogInvalid, NotFound, Problem, RequestError
from recommender.i18n import LANGUAGES
from recommender.settings import settings
from recommender.store import Database, audit, drafts, revisions
from recommender.store.database import clock
from recommender.store.revisions import Publication

IMPORT: Final = "import"
DRAFT: Final = "draft"
CLOSURE: Final = "closure"
REOPENING: Final = "reopening"
ROLLBACK: Final = "rollback"
REVISION: Final = "revision"
RULES: Final = "rules"
DROPPED: Final = "schedule_dropped"
"""In the audit: a scheduled publication that no longer fits what holds at once."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the console begins with.

    Attributes
    ----------
    first_admin
        Token of the link that makes the first admin, to be shown once; None where it is not needed or was shown before.
    """

    published: Publication
    first_admin: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """What a record was from some publication on; ``cells`` None says that it was not there."""

    table: str
    key: str
    cells: Cells | None
    publication: Publication


def start(*, data_dir: Path | None = None, database: Database | None = None) -> Start:
    """Open the console: the first time, the data files become the first revision; at any time it may be called again.

    Raises
    ------
    CatalogInvalid
        The data files cannot be the first revision.
    StoreUnavailable
        The database cannot be used.
    """
    target = database or store.database()
    with target.reading() as connection:
        published = revisions.list_publications(connection)
    first = published[0] if published else _import(data_dir or settings().data_dir, target)
    return Start(first, first_admin_link(database=target))


def _import(data_dir: Path, database: Database) -> Publication:
    catalog = load_catalog(data_dir)
    with acting(PROGRAM, Action.PUBLISH, database) as desk:
        for earlier in revisions.list_publications(desk.connection):
            return earlier
        revisions.put_revision(desk.connection, catalog.revision, tables_of(catalog), None, desk.now, desk.person.name)
        made = _add(desk, desk.now, catalog.revision, None, IMPORT, "")
        desk.note("import", f"revision/{catalog.revision}", {"publication": made.number})
        return made


# -------------------------------------------------------------------------------------------------- looking


def published_now(*, database: Database | None = None) -> Publication:
    """What tourists get.

    Raises
    ------
    NotFound
        Nothing was published yet.
    StoreUnavailable
        The database cannot be used.
    """
    with (database or store.database()).reading() as connection:
        found = revisions.find_published(connection, clock(connection))
    if found is None:
        raise NotFound(what="publication")
    return found


def list_publications(
    person: Person, *, withdrawn: bool = False, database: Database | None = None
) -> list[Publication]:
    """All publications in order of time, those to come included; ``withdrawn`` adds those cancelled before they held.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database) as connection:
        return revisions.list_publications(connection, withdrawn=withdrawn)


def get_revision(person: Person, revision: str, *, database: Database | None = None) -> Tables:
    """All records of a revision.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        There is no such revision.
    """
    with looking(person, database) as connection:
        if not revisions.has_revision(connection, revision):
            raise NotFound(what="revision")
        return tables_at(connection, revision)


def tables_at(connection: Connection, revision: str) -> dict[str, dict[str, Cells]]:
    """All records of a revision that is there, with the columns of this version of the program."""
    return whole_tables(revisions.get_tables(connection, revision))


def list_dropped(person: Person, made: Publication, *, database: Database | None = None) -> list[Publication]:
    """The scheduled publications that were taken back because they no longer fit what held at once.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database) as connection:
        subjects = {entry.subject for entry in audit.list_entries(connection, action=DROPPED, at=made.ordered)}
        line = revisions.list_publications(connection, withdrawn=True)
        return [one for one in line if f"publication/{one.number}" in subjects]


def compare(person: Person, before: str, after: str, *, database: Database | None = None) -> tuple[RecordChange, ...]:
    """What two revisions differ in.

    Raises
    ------
    PermissionDenied, NotFound, StoreUnavailable
        As `get_revision`.
    """
    return difference(get_revision(person, before, database=database), get_revision(person, after, database=database))


def list_versions(person: Person, table: str, key: str, *, database: Database | None = None) -> list[Version]:
    """Every content that a record had in what was published, newest first.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    found: list[Version] = []
    seen, cells = "", None
    with looking(person, database) as connection:
        for publication in revisions.list_publications(connection):
            content = revisions.get_contents(connection, publication.revision).get(table, "")
            if content == seen:
                continue
            seen, before = content, cells
            kept = revisions.get_records(connection, content).get(key) if content else None
            cells = None if kept is None else whole(get_table(table), kept)
            if cells != before:
                found.append(Version(table, key, cells, publication))
    return found[::-1]


# ----------------------------------------------------------------------------------------------- publishing


def publish_at(
    desk: Desk, at: dt.datetime, tables: Tables, kind: str, why: str, draft: int | None = None
) -> Publication:
    """Put a new revision into the line; the one before it is what held until ``at``.

    Raises
    ------
    CatalogInvalid
        The records do not make a catalogue.
    RequestError
        A publication to come would no longer make one.
    """
    held = before(desk, at)
    made = _add(desk, at, _keep(desk, tables, held.revision), held, kind, why, draft=draft)
    carry_over(desk)
    return made


def rule_at(desk: Desk, at: dt.datetime, rules: str | None, why: str) -> Publication:
    """Put other rules into the line, on the data that hold at that instant.

    Parameters
    ----------
    rules
        The hash of their text among the contents; None for no rules at all.

    Raises
    ------
    RequestError
        Nothing was published yet; a publication to come would no longer make a catalogue.
    """
    held = before(desk, at)
    planned = Publication(
        0, at, held.revision, held.revision, RULES, None, None, desk.person.name, why, desk.now,
        rules=rules, base_rules=held.rules,
    )  # fmt: skip
    made = revisions.add_publication(desk.connection, planned)
    carry_over(desk)
    return made


def add_now(desk: Desk, tables: Tables, kind: str, why: str) -> Publication:
    """Let a new revision hold at once; what is to come has yet to be carried over."""
    held = before(desk, desk.now)
    return _add(desk, desk.now, _keep(desk, tables, held.revision), held, kind, why)


def before(desk: Desk, at: dt.datetime) -> Publication:
    """What holds just before something is published at an instant.

    Raises
    ------
    RequestError
        Nothing was published yet.
    """
    found = revisions.find_published(desk.connection, at)
    if found is None:
        raise RequestError([Problem("publication", "", "nothing_published")])
    return found


def cancel(person: Person, number: int, why: str, *, database: Database | None = None) -> None:
    """Take back a publication that does not hold yet; its draft is open again.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        There is no such publication to come.
    RequestError
        It holds already; or a later one would no longer make a catalogue without it.
    """
    why = sentence("why", why)
    with acting(person, Action.PUBLISH, database) as desk:
        publication = _known(desk, number)
        if publication.at <= desk.now:
            raise RequestError([Problem("publication", str(number), "publication_holds")])
        _withdraw(desk, publication)
        desk.note("cancel", f"publication/{number}", {"revision": publication.revision}, why)
        carry_over(desk)


def roll_back(person: Person, why: str, *, database: Database | None = None) -> Publication:
    """Undo the last publication: what held before it holds again, at once. A second call undoes the one before that.

    Closures ordered since stay in force, and are none of the publications that are undone: a rollback never opens a gate,
    `closures.reopen` does.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        There is nothing to undo.
    CatalogInvalid
        What held before is no catalogue for this version of the program.
    """
    why = sentence("why", why)
    with acting(person, Action.PUBLISH, database) as desk:
        last = last_undone(revisions.list_publications(desk.connection), desk.now)
        if last is None or last.base is None:
            raise RequestError([Problem("publication", "", "nothing_to_undo")])
        held = before(desk, desk.now).revision
        was, now, to = (tables_at(desk.connection, r) for r in (last.revision, held, last.base))
        merged, _ = merge_tables(was, now, to)
        return _move_to(
            desk, _with_closures(merged, now["closures"]), last.base_rules, ROLLBACK, why, undoes=last.number
        )


def publish_revision(
    person: Person, revision: str, why: str, *, keep_closures: bool = True, rules_of: int | None = None,
    database: Database | None = None,
) -> Publication:
    """Let an earlier revision hold again, at once.

    Parameters
    ----------
    keep_closures
        With the closures of now; else with those of then.
    rules_of
        The publication whose rules hold again as well; by default those of now stay.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        There is no such revision or publication.
    CatalogInvalid
        It is no catalogue for this version of the program.
    """  # fmt: skip
    why = sentence("why", why)
    with acting(person, Action.PUBLISH, database) as desk:
        if not revisions.has_revision(desk.connection, revision):
            raise NotFound(what="revision")
        tables: Tables = tables_at(desk.connection, revision)
        held = before(desk, desk.now)
        if keep_closures:
            tables = _with_closures(tables, tables_at(desk.connection, held.revision)["closures"])
        rules = held.rules if rules_of is None else _known(desk, rules_of, withdrawn=True).rules
        return _move_to(desk, tables, rules, REVISION, why)


def last_undone(line: list[Publication], now: dt.datetime) -> Publication | None:
    """Which publication a rollback would take back; None where there is none."""
    standing: list[Publication] = []
    for publication in line:
        if publication.at > now:
            break
        if publication.undoes is not None:
            while standing and standing.pop().number != publication.undoes:
                pass
        elif publication.kind not in (CLOSURE, REOPENING):
            standing.append(publication)
    return standing[-1] if standing else None


def _with_closures(tables: Tables, closures: Records) -> Tables:
    """Records with these closures, but for those of places that are not there."""
    known = {key for name in PLACES for key in tables[name]}
    return {**tables, "closures": {key: cells for key, cells in closures.items() if cells["place_id"] in known}}


def _known(desk: Desk, number: int, *, withdrawn: bool = False) -> Publication:
    """A publication by its number; one that stands, or also one that was taken back before it held."""
    line = revisions.list_publications(desk.connection, withdrawn=withdrawn)
    found = next((one for one in line if one.number == number), None)
    if found is None:
        raise NotFound(what="publication")
    return found


def _move_to(
    desk: Desk, tables: Tables, rules: str | None, kind: str, why: str, undoes: int | None = None
) -> Publication:
    held = before(desk, desk.now)
    planned = Publication(
        0, desk.now, _keep(desk, tables, held.revision), held.revision, kind, None, undoes, desk.person.name, why, desk.now,
        rules=rules, base_rules=held.rules,
    )  # fmt: skip
    made = revisions.add_publication(desk.connection, planned)
    detail = {"publication": made.number, "undoes": undoes, "rules": made.rules, "rules_before": made.base_rules}
    desk.note(kind, f"revision/{made.revision}", detail, why)
    # What comes later must not keep this from happening now.
    carry_over(desk, drop=True)
    return made


def _keep(desk: Desk, tables: Tables, parent: str) -> str:
    revision = catalog_of(tables).revision
    revisions.put_revision(desk.connection, revision, tables, parent, desk.now, desk.person.name)
    return revision


def _add(
    desk: Desk, at: dt.datetime, revision: str, held: Publication | None, kind: str, why: str, *, draft: int | None = None
) -> Publication:
    """Other data under the rules that hold."""
    base, rules = (None, None) if held is None else (held.revision, held.rules)
    planned = Publication(
        0, at, revision, base, kind, draft, None, desk.person.name, why, desk.now, rules=rules, base_rules=rules
    )
    return revisions.add_publication(desk.connection, planned)


def carry_over(desk: Desk, *, drop: bool = False) -> None:
    """Make the publications to come again on what now comes before each; where two clash, the later one is meant.

    Parameters
    ----------
    drop
        Take back one that would no longer make a catalogue, instead of refusing.

    Raises
    ------
    RequestError
        One would no longer make a catalogue.
    """
    last, moved = before(desk, desk.now), False
    for planned in revisions.list_publications(desk.connection):
        if planned.at <= desk.now:
            continue
        # One that is made again gets a new number, and so must those after it: at the same instant numbers decide.
        if not moved and (planned.base, planned.base_rules) == (last.revision, last.rules):
            last = planned
            continue
        moved = True
        try:
            carried = _carried(desk, planned, last)
        except CatalogInvalid as error:
            if not drop:
                args: dict[str, Any] = {f"reason_{lang}": error.problems[0].message(lang) for lang in LANGUAGES}
                raise RequestError(
                    [Problem("publication", f"{planned.at:%Y-%m-%d %H:%M} UTC", "schedule_broken", args)]
                ) from error
            _withdraw(desk, planned)
            desk.note(DROPPED, f"publication/{planned.number}", {"revision": planned.revision})
        else:
            last = carried


def _carried(desk: Desk, planned: Publication, held: Publication) -> Publication:
    assert planned.base is not None
    base = held.revision
    was, mine, now = (tables_at(desk.connection, r) for r in (planned.base, planned.revision, base))
    merged, _ = merge_tables(was, mine, now)
    revision = _keep(desk, merged, base)
    rules = held.rules if planned.rules == planned.base_rules else planned.rules
    revisions.withdraw_publication(desk.connection, planned.number)
    moved = dataclasses.replace(planned, revision=revision, base=base, rules=rules, base_rules=held.rules)
    again = revisions.add_publication(desk.connection, moved)
    if again.draft is not None:
        draft = drafts.find_draft(desk.connection, again.draft)
        assert draft is not None
        drafts.update_draft(desk.connection, draft, desk.now, revision=revision)
    detail = {"was": planned.number, "revision": revision}
    desk.note("carried_over", f"publication/{again.number}", detail)
    return again


def _withdraw(desk: Desk, publication: Publication) -> None:
    revisions.withdraw_publication(desk.connection, publication.number)
    draft = None if publication.draft is None else drafts.find_draft(desk.connection, publication.draft)
    if draft is not None and draft.state == drafts.PUBLISHED:
        drafts.update_draft(desk.connection, draft, desk.now, state=drafts.OPEN, revision=None)
