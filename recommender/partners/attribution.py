"""Through which hotel a plan came about, and by which of its ways: sums a day, no cookie, nothing of any guest."""

from __future__ import annotations

import csv
import datetime as dt
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recommender import store
from recommender.errors import StoreUnavailable
from recommender.partners.register import SHANGHAI
from recommender.store import Database
from recommender.store.partners import Count, add_count, list_counts

KINDS: Final = ("open", "plan", "share", "export", "handoff")
"""A page was opened, a plan made, a plan kept, a file of it taken, or the guest went on to maps or to the full planner."""
CHANNELS: Final = ("link", "button", "iframe", "script", "oembed", "qr", "card", "desk", "lobby", "mini", "pdf", "ics", "other")
SOURCE, MEDIUM, CAMPAIGN = "utm_source", "utm_medium", "utm_campaign"
WEEKS: Final = 12
_log = logging.getLogger(__name__)


def channel_of(params: Mapping[str, str], otherwise: str = "link") -> str:
    """By which way somebody came, as the address says; what is not one of ours is ``other``."""
    said = params.get(MEDIUM, "")
    if not said:
        return otherwise
    return said if said in CHANNELS else "other"


def tags(partner: str, channel: str) -> dict[str, str]:
    """What an address carries so that the way is known: the partner and the channel, as campaign tools name them."""
    return {SOURCE: partner, MEDIUM: channel}


def count(partner: str, kind: str, channel: str, *, day: dt.date | None = None, database: Database | None = None) -> None:
    """Count something; that it cannot be counted is no reason not to serve a guest."""
    assert kind in KINDS, kind
    assert channel in CHANNELS, channel
    try:
        with (database or store.database()).writing() as connection:
            add_count(connection, partner, day or dt.datetime.now(SHANGHAI).date(), kind, channel)
    except StoreUnavailable:
        _log.warning("a visit through a partner could not be counted")


@dataclass(frozen=True, slots=True)
class Week:
    """One week from its Monday: sums by kind, and opened pages by channel."""

    monday: dt.date
    kinds: Mapping[str, int]
    channels: Mapping[str, int]


def weeks(partner: str, today: dt.date, *, most: int = WEEKS, database: Database | None = None) -> list[Week]:
    """The last weeks, this one first; those without anything are there too.

    Raises
    ------
    StoreUnavailable
        The database cannot be used.
    """
    monday = today - dt.timedelta(days=today.weekday())
    mondays = [monday - dt.timedelta(weeks=k) for k in range(most)]
    found = counts(partner, mondays[-1], today, database=database)
    return [_week(first, [one for one in found if 0 <= (one.day - first).days < 7]) for first in mondays]


def counts(partner: str, first: dt.date, last: dt.date, *, database: Database | None = None) -> list[Count]:
    """Every sum of a day between two days.

    Raises
    ------
    StoreUnavailable
        The database cannot be used.
    """
    with (database or store.database()).reading() as connection:
        return list_counts(connection, partner, first, last)


def table(found: Sequence[Count]) -> bytes:
    """Sums as CSV, a line for each day, kind and channel."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("day", "kind", "channel", "count"))
    writer.writerows((one.day.isoformat(), one.kind, one.channel, one.count) for one in found)
    return out.getvalue().encode("utf-8-sig")


def _week(monday: dt.date, found: Sequence[Count]) -> Week:
    kinds = {kind: sum(one.count for one in found if one.kind == kind) for kind in KINDS}
    opened = [one for one in found if one.kind == "open"]
    channels = {name: total for name in CHANNELS if (total := sum(one.count for one in opened if one.channel == name))}
    return Week(monday, kinds, channels)
