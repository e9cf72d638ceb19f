"""What a trip's hours, prices, positions and legs rest on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from recommender.model import Itinerary, LegItem, StopItem

if TYPE_CHECKING:
    from recommender.region import Region

_COLUMNS: Final = ("opening_hours", "last_entry", "ticket_cny", "ticket_fen", "concessions", "lat")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+")


def sources_of(itinerary: Itinerary, region: Region) -> list[tuple[str, str | None]]:
    """Each source once, in the order in which the trip meets it: what it is called, and its address where it has one."""
    named: dict[str, None] = {}
    for day in itinerary.days:
        for item in day.items:
            if isinstance(item, LegItem):
                named.update(dict.fromkeys(split_sources(item.source)))
            elif isinstance(item, StopItem):
                for place in item.places:
                    fact = region.catalog.attractions.get(place)
                    if fact is None:
                        continue
                    ids = [s for c in _COLUMNS if c in fact.field_sources for s in fact.field_sources[c].source_ids]
                    named.update(dict.fromkeys([*ids, *split_sources(fact.source)]))
    return [_said(name, region) for name in named]


def said(source: str, region: Region) -> list[tuple[str, str | None]]:
    """The sources of one cell, as ``sources_of`` has them."""
    return [_said(name, region) for name in split_sources(source)]


def _said(name: str, region: Region) -> tuple[str, str | None]:
    source = region.catalog.sources.get(name)
    if source is None:
        return name, name if _ADDRESS.fullmatch(name) else None
    year = f" ({source.year})" if source.year else ""
    address = source.url if source.url and _ADDRESS.fullmatch(source.url) else None
    return (source.title or name) + year, address


def split_sources(source: str) -> list[str]:
    """``a ; b`` is two sources, ``s-a+s-b`` two ids."""
    words = [word.strip() for word in re.split(r"\s;\s|\s\|\s", source)]
    return [name for word in words if word for name in (word.split("+") if word.startswith("s-") else [word])]
