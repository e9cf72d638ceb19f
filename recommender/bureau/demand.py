"""What visitors asked for: by month, by kind, by county, from the counts of `trip.asked`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from recommender.bureau.desk import Action, Person, looking
from recommender.store import Database
from recommender.store import demand as counts
from recommender.trip.asked import KINDS, Kind

if TYPE_CHECKING:
    import pandas as pd

MOST: Final = 10
"""Of each kind."""
FEWEST: Final = 3
"""A search that fewer than so many asked for in a month is not shown: it might be one person's."""


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a month."""
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def list_months(person: Person, *, database: Database | None = None) -> list[dt.date]:
    """First days of the months in which anything was counted, the latest first.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.looking`.
    """
    with looking(person, database, Action.EDIT) as connection:
        return sorted({day.replace(day=1) for day, *_ in counts.list_days(connection)}, reverse=True)


def list_top(
    person: Person, month: dt.date, *, most: int = MOST, database: Database | None = None
) -> dict[Kind, list[tuple[str, int]]]:
    """What was counted most in a month, by kind: subject and how often.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.looking`.
    """
    with looking(person, database, Action.EDIT) as connection:
        found = counts.list_demand(connection, *month_of(month))
    shown = [(kind, subject, times) for kind, subject, times in found if kind != "search" or times >= FEWEST]
    return {kind: [(subject, times) for named, subject, times in shown if named == kind][:most] for kind in KINDS}


def table_of(person: Person, counties: Mapping[str, str], *, database: Database | None = None) -> pd.DataFrame:
    """Columns ``month, county, kind, times``, a row for each that was counted; places without a county and searches under ``""``.

    Parameters
    ----------
    counties
        The county of each place.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.looking`.
    """
    import pandas as pd

    with looking(person, database, Action.EDIT) as connection:
        rows = counts.list_days(connection)
    found: Counter[tuple[str, str, str]] = Counter()
    for day, kind, subject, times in rows:
        found[f"{day:%Y-%m}", "" if kind == "search" else counties.get(subject, ""), kind] += times
    return pd.DataFrame([(*key, times) for key, times in sorted(found.items())], columns=["month", "county", "kind", "times"])
