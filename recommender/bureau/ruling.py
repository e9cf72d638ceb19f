"""The bureau's rules on their way to visitors: checked, published with a reason, and read again.

Rules are part of what is published: they are kept for good under the hash of their text, hold from an instant on, go with a
rollback and come back with it. Who may not publish, may not rule; beyond the guard rails nobody may.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from recommender import store
from recommender.bureau import publishing
from recommender.bureau.desk import Action, Person, acting, looking, sentence
from recommender.catalog.tables import COUNTIES
from recommender.errors import NotFound, Problem, RequestError
from recommender.jsontext import read_json, write_json
from recommender.scoring.rules import Rules, read_rules
from recommender.store import Database, revisions
from recommender.store.database import clock

NO_RULES: Final = Rules()
"""What holds while nobody has ruled anything."""


def rules_now(*, database: Database | None = None) -> Rules:
    """The rules that visitors' plans are made by now.

    Raises
    ------
    NotFound
        Nothing was published yet.
    StoreUnavailable
        The database cannot be used.
    RequestError
        The rules are none for this version of the program.
    """
    with (database or store.database()).reading() as connection:
        found = revisions.find_published(connection, clock(connection))
        if found is None:
            raise NotFound(what="publication")
        return _read(connection, found.rules)


def rules_of(person: Person, publication: int, *, database: Database | None = None) -> tuple[Rules, Rules]:
    """The rules before a publication and with it.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    NotFound
        There is no such publication.
    """
    with looking(person, database) as connection:
        line = {one.number: one for one in revisions.list_publications(connection, withdrawn=True)}
        if publication not in line:
            raise NotFound(what="publication")
        found = line[publication]
        return _read(connection, found.base_rules), _read(connection, found.rules)


def publish_rules(
    person: Person,
    given: Mapping[str, Any],
    why: str,
    *,
    price: Mapping[str, float] | None = None,
    database: Database | None = None,
) -> revisions.Publication:
    """Let plans be made by other rules, at once.

    Parameters
    ----------
    given
        ``dispersal``, ``places`` and ``counties`` (`scoring.Rules`).
    price
        What the panel found the rules to cost, for the audit.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        A weight beyond the guard rails, a place or county that is not there, rules that hold already, no reason, or nothing
        was published yet.
    """
    why = sentence("why", why)
    rules = read_rules(dict(given))
    with acting(person, Action.PUBLISH, database) as desk:
        held = publishing.before(desk, desk.now)
        _refuse_unknown(rules, publishing.tables_at(desk.connection, held.revision)["attractions"])
        was = _read(desk.connection, held.rules)
        if was.plain == rules.plain:
            raise RequestError([Problem("rules", "", "rules_same")])
        text = None if rules.changes_nothing else revisions.put_text(desk.connection, write_json(rules.plain).decode())
        made = publishing.rule_at(desk, desk.now, text, why)
        detail = {
            "publication": made.number, "before": was.plain, "after": rules.plain, "price": dict(price) if price else None,
        }  # fmt: skip
        desk.note(publishing.RULES, f"rules/{rules.digest or 'none'}", detail, why)
        return made


def _refuse_unknown(rules: Rules, sights: Mapping[str, Any]) -> None:
    problems = [Problem("places", place, "rule_place") for place in rules.places if place not in sights]
    problems += [
        Problem("counties", county[:60], "rule_county", {"allowed": ", ".join(COUNTIES)})
        for county in rules.counties
        if county not in COUNTIES
    ]
    if problems:
        raise RequestError(problems)


def _read(connection: Connection, content: str | None) -> Rules:
    return NO_RULES if content is None else read_rules(read_json(revisions.get_text(connection, content)))
