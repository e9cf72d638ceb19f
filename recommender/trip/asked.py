"""What visitors ask for and do not get, and what they change in a plan: counted by the day, without a word about who.

Only ids of places are counted, and searches that found nothing, in a form that can hold no address and no number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, get_args

from recommender import store
from recommender.store.demand import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommender.errors import InfeasibleTrip
    from recommender.model import Itinerary, TripRequest

Kind = Literal["unserved", "asked_why", "search", "avoided", "removed", "swapped_out", "swapped_in"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""Wanted and impossible or left out; asked about why it is not in the plan; searched for without a hit; avoided from the start;
taken out of a plan; swapped for another; taken in its place."""
LONGEST_SEARCH: Final = 20
"""Characters: a name, not a sentence."""
_WISH: Final = re.compile(r"(must_see|locks)\[(\d+)\]")
_UNFIT: Final = re.compile(r"[@\d:/\\]")


@cache
def tally() -> Tally:
    """This process's counts."""
    def kept() -> store.Database:
        return store.database()

    return Tally(kept)


def note(kind: Kind, places: Iterable[str]) -> None:
    """Count places; never raises, never waits."""
    tally().add(kind, dict.fromkeys(places))


def note_search(words: str) -> None:
    """Count a search that found nothing; one that may hold more than a name is left out."""
    name = searched(words)
    if name:
        tally().add("search", [name])


def searched(words: str) -> str:
    """A search as it is counted; empty where it is not: digits, addresses and sentences may say who somebody is."""
    name = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    fit = len(name) >= 2 and len(name) <= LONGEST_SEARCH and not _UNFIT.search(name) and name.isprintable()
    return name if fit and any(c.isalpha() for c in name) else ""


def note_plan(itinerary: Itinerary, avoided_before: Iterable[str] = ()) -> None:
    """Count what a plan leaves out of what was wished for, and what its request avoids anew."""
    request = itinerary.request
    wished = {*request.likes, *request.must_see}
    note("unserved", [one.place for one in itinerary.left_out if one.place in wished and one.reason != "avoided"])
    known = set(avoided_before)
    note("avoided", [place for place in request.avoid if place not in known])


def note_conflict(request: TripRequest, error: InfeasibleTrip) -> None:
    """Count the places that a trip could not be made with; all that it had to see where the conflict names none."""
    wishes = {"must_see": request.must_see, "locks": tuple(lock.place for lock in request.locks)}
    named = [_WISH.match(str(field)) for field in error.detail.get("conflict", ())]
    found = [wishes[one[1]][int(one[2])] for one in named if one and int(one[2]) < len(wishes[one[1]])]
    note("unserved", found or [place for places in wishes.values() for place in places])


def finish() -> None:
    """Write what still waits, before the process ends."""
    if tally.cache_info().currsize:
        tally().write()
