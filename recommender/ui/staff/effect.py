"""What a draft changes for visitors.

Each entry of `EFFECTS` is drawn in turn with the room, what is published and what the draft would publish. One more way to look
at the effect is one more function here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from recommender.bureau import preview
from recommender.catalog.difference import difference
from recommender.catalog.records import Tables
from recommender.markup import tag
from recommender.ui.staff import sampling
from recommender.ui.staff.differences import changes_table, listed
from recommender.ui.staff.room import Room, place_names, record_name, show
from recommender.ui.state import local_today


def draw(room: Room, published: Tables, drafted: Tables) -> None:
    """Every effect in turn."""
    for effect in EFFECTS:
        effect(room, published, drafted)


def _fields(room: Room, published: Tables, drafted: Tables) -> None:
    """Which fields change."""
    show(tag("h3", room.say("effect.fields")))
    names = {**place_names(published, room.lang), **place_names(drafted, room.lang)}
    show(changes_table(room, difference(published, drafted), names))


def _days(room: Room, published: Tables, drafted: Tables) -> None:
    """On how many days of the coming year visitors find other hours."""
    today = local_today()
    lines = []
    names = place_names(drafted, room.lang)
    touched = _touched(published, drafted)
    for key, cells in drafted["attractions"].items():
        was = published["attractions"].get(key)
        if was is None or key not in touched:
            continue
        before, after = preview.year_of(published, key, was, today), preview.year_of(drafted, key, cells, today)
        days = len(preview.changed_days(before, after))
        if days:
            opened = [sum(1 for _, day in year if day.closed_reason is None) for year in (before, after)]
            name = record_name("attractions", key, cells, room.lang, names)
            lines.append(room.say("effect.days_line", name=name, days=days, before=opened[0], after=opened[1]))
    if lines:
        show(tag("h3", room.say("effect.days")))
        show(listed(lines))


def _touched(published: Tables, drafted: Tables) -> set[str]:
    """The places whose hours may be others."""
    if published["holidays"] != drafted["holidays"]:
        return set(drafted["attractions"])
    changed = difference(published, drafted)
    rows = [cells for change in changed if change.table == "closures" for cells in (change.before, change.after) if cells]
    return {change.key for change in changed if change.table == "attractions"} | {cells["place_id"] for cells in rows}


EFFECTS: Final[tuple[Callable[[Room, Tables, Tables], None], ...]] = (_days, _fields, sampling.draw)
