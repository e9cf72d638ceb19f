"""The emergency switch: closures that hold at once, without a draft and a review.

Whoever is on duty may close; to open again needs a reviewer. Both are publications like any other: in the history, carried over
to those to come. A rollback leaves them alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from recommender.bureau import publishing
from recommender.bureau.desk import Action, Desk, Person, acting, looking, sentence
from recommender.bureau.publishing import CLOSURE, REOPENING, before, carry_over
from recommender.catalog.records import Cells, Tables, catalog_of, get_table, in_rows, new_key, tidy_record
from recommender.catalog.references import PLACES
from recommender.errors import NotFound, Problem, RequestError
from recommender.store import Database, revisions
from recommender.store.database import clock
from recommender.store.revisions import Publication

_TABLE: Final = get_table("closures")


def list_closures(person: Person, *, database: Database | None = None) -> list[tuple[str, Cells]]:
    """The closures in force or to come as published now: key, and ``place_id``, ``from``, ``to``, ``reason``, ``source``.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database) as connection:
        found = revisions.find_published(connection, clock(connection))
        return [] if found is None else in_rows(_TABLE, publishing.tables_at(connection, found.revision))


def close(
    person: Person,
    places: Sequence[str],
    from_: dt.date,
    to: dt.date | None,
    reason: str,
    source: str,
    *,
    inside: bool = True,
    database: Database | None = None,
) -> Publication:
    """Close places, at once: no plan made from now on leads there on those days.

    Parameters
    ----------
    places
        Ids.
    from_, to
        First and last day; without ``to`` until further notice.
    reason, source
        Shown to visitors; who says so.
    inside
        Close also what lies inside a closed area.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        No place is named, or none of that id; a date or a text that cannot be; nothing was published yet.
    """
    reason, source = sentence("reason", reason), sentence("source", source)
    if not places:
        raise RequestError([Problem("places", "", "closure_places")])
    with acting(person, Action.CLOSE, database) as desk:
        tables = publishing.tables_at(desk.connection, before(desk, desk.now).revision)
        _refuse_unknown(places, tables)
        closed = list(dict.fromkeys(places))
        if inside:
            sights = tables["attractions"].items()
            closed += [key for key, cells in sights if cells["area_id"] in places and key not in closed]
        rows = dict(tables["closures"])
        for place in closed:
            cells = _row(place, from_, to, reason, source)
            if cells not in rows.values():
                rows[new_key(_TABLE, cells, rows)] = cells
        return _publish(desk, {**tables, "closures": rows}, CLOSURE, reason, closed)


def reopen(person: Person, keys: Sequence[str], why: str, *, database: Database | None = None) -> Publication:
    """Take closures back, at once.

    Parameters
    ----------
    keys
        Of `list_closures`.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        There is no such closure, or no more.
    RequestError
        No reason is given, or nothing was published yet.
    """
    why = sentence("why", why)
    with acting(person, Action.REOPEN, database) as desk:
        tables = publishing.tables_at(desk.connection, before(desk, desk.now).revision)
        rows = dict(tables["closures"])
        if not keys or not rows.keys() >= set(keys):
            raise NotFound(what="closure")
        opened = [rows.pop(key)["place_id"] for key in dict.fromkeys(keys)]
        return _publish(desk, {**tables, "closures": rows}, REOPENING, why, opened)


def _row(place: str, from_: dt.date, to: dt.date | None, reason: str, source: str) -> dict[str, str]:
    last = to.isoformat() if to else ""
    typed = {"place_id": place, "from": from_.isoformat(), "to": last, "reason": reason, "source": source}
    cells, problems = tidy_record(_TABLE, typed)
    if problems:
        raise RequestError(problems)
    return cells


def _refuse_unknown(places: Sequence[str], tables: Tables) -> None:
    known = {key for name in PLACES for key in tables[name]}
    problems = [Problem("places", place[:60], "closure_place") for place in places if place not in known]
    if problems:
        raise RequestError(problems)


def _publish(desk: Desk, tables: Tables, kind: str, why: str, places: list[str]) -> Publication:
    catalog = catalog_of(tables)
    held = before(desk, desk.now)
    if catalog.revision == held.revision:
        return held
    made = publishing.add_now(desk, tables, kind, why)
    desk.note(kind, f"revision/{made.revision}", {"places": places, "publication": made.number}, why)
    # Nothing that is planned for later may keep a gate from being closed.
    carry_over(desk, drop=True)
    return made
