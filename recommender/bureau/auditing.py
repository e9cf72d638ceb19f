"""What has been done, by whom and why, and whether anybody has tampered with that."""

from __future__ import annotations

from recommender.bureau.desk import Action, Person, looking
from recommender.store import Database, audit
from recommender.store.audit import Entry


def list_entries(
    person: Person,
    *,
    subject: str | None = None,
    before: int | None = None,
    most: int = 200,
    database: Database | None = None,
) -> list[Entry]:
    """The latest entries, newest first.

    Parameters
    ----------
    subject
        Only those about ``draft/3``, ``attractions/shuanglin-si``, ``account/2``, ``revision/…``.
    before
        The number below which to go on.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database, Action.READ_AUDIT) as connection:
        return audit.list_entries(connection, subject=subject, before=before, most=most)


def check_audit(person: Person, *, database: Database | None = None) -> int | None:
    """The number of the first entry that was tampered with; None where all is as it was written.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    """
    with looking(person, database, Action.READ_AUDIT) as connection:
        return audit.find_break(connection)
