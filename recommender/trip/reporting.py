"""A visitor says that a fact is wrong: checked, stored for staff, without a word about who said it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from recommender import store
from recommender.errors import Problem, RequestError
from recommender.settings import settings

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.store import Database

FIELDS: Final = ("hours", "price", "closed", "place", "other")
"""What can be wrong with a place; ``place`` is its position or name."""
LONGEST: Final = store.LONGEST_TEXT


def report(
    region: Region, place: str, field: str, words: str, lang: str, *, revision: str | None = None,
    database: Database | None = None,
) -> None:  # fmt: skip
    """Keep what a visitor says about a place.

    Parameters
    ----------
    field
        One of `FIELDS`.
    words
        What the visitor wrote, at most `LONGEST` characters; may be empty unless ``field`` is ``other``.
    revision
        Of the data that the visitor saw, where it is not the region's.

    Raises
    ------
    RequestError
        Each field that is wrong, by name.
    TooOften
        More reports have come than are taken in an hour.
    StoreUnavailable
        The database cannot be used.
    """
    said = plain(words)
    problems = list(_problems(region, place, field, said))
    if problems:
        raise RequestError(problems)
    config = settings()
    kept = database or store.database()
    store.add_report(
        kept, store.FactReport(place, field, said, revision or region.state, lang), config.reports_per_hour
    )
    store.tidy(kept, config.plan_days)


def plain(words: str) -> str:
    """A visitor's words without blanks around them, line ends alike, and without characters nobody sees."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")).strip()


def _problems(region: Region, place: str, field: str, said: str) -> list[Problem]:
    found = []
    if region.catalog.find_place(place) is None:
        found.append(Problem("place", place[:80], "report_place"))
    if field not in FIELDS:
        found.append(Problem("field", field[:40], "report_field"))
    if len(said) > LONGEST:
        found.append(Problem("text", said[:40], "report_long", {"length": len(said), "limit": LONGEST}))
    if field == "other" and not said:
        found.append(Problem("text", "", "report_empty"))
    return found
