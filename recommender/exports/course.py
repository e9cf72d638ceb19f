"""An itinerary as places and ways on a map: what all the formats with coordinates write."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from recommender.model import EndItem, Item, Itinerary, LegItem, MealItem, PlaceRef, Point, StartItem, StopItem
from recommender.travel.handoff import LegKind, Spot
from recommender.trip.narrate import place_name, short_name

if TYPE_CHECKING:
    from recommender.region import Region

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
KINDS: Final[dict[str, LegKind]] = {
    "walk": "walk", "drive": "car", "taxi": "car", "charter": "car", "rail": "transit", "bus": "transit",
}  # fmt: skip
"""What a map calls the way of a leg."""
Position = tuple[float, float]
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a day.

    Attributes
    ----------
    number
        Of stops, from 1 within the day; 0 of other places.
    lat, lon
        WGS-84.
    approximate
        The position is rough.
    arrive, leave
        Minutes after midnight of the day.
    item
        Index in the day's items.
    """

    kind: Literal["start", "stop", "meal", "end"]
    number: int
    place: PlaceRef
    name_zh: str
    name_en: str
    lat: float
    lon: float
    approximate: bool
    arrive: int
    leave: int
    item: int

    @property
    def label(self) -> str:
        """Both names; one where they are the same."""
        return self.name_zh if self.name_zh == self.name_en else f"{self.name_zh} {self.name_en}"


@dataclass(frozen=True, slots=True)
class Way:
    """A leg as a straight line; ``approximate`` where one of its ends is."""

    mode: str
    ends: tuple[Position, Position]
    approximate: bool
    item: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day's places and ways, in order."""

    date: dt.date
    marks: tuple[Mark, ...]
    ways: tuple[Way, ...]


def course(itinerary: Itinerary, region: Region) -> tuple[Day, ...]:
    """The places and ways of each day.

    Raises
    ------
    UnknownPlace
        The region has no place of an id that the itinerary names.
    """
    return tuple(
        Day(day.date, tuple(_marks(day.items, region)), tuple(_ways(day.items, region))) for day in itinerary.days
    )


def instant(date: dt.date, minute: int) -> dt.datetime:
    """A minute of a day as a moment; minutes may run past midnight."""
    return dt.datetime.combine(date, dt.time(), SHANGHAI) + dt.timedelta(minutes=minute)


def clean(words: str) -> str:
    """Words without characters that XML and calendars cannot hold."""
    return _UNFIT.sub("", words)


def names(place: PlaceRef, region: Region) -> tuple[str, str]:
    """Chinese and English name."""
    return clean(place_name(place, region, "zh")), clean(_english(place, region))


def _english(place: PlaceRef, region: Region) -> str:
    if isinstance(place, Point):
        return place_name(place, region, "en")
    zh = place_name(place, region, "zh")
    return place_name(place, region, "en").removesuffix(f" {zh}")


def position(place: PlaceRef, region: Region) -> tuple[float, float, bool]:
    """Latitude, longitude, and whether they are rough.

    Raises
    ------
    UnknownPlace
        No such place.
    """
    if isinstance(place, Point):
        return place.lat, place.lon, False
    found = region.catalog.get_place(place)
    return found.lat, found.lon, found.coord_confidence == "low"


def spot_of(place: PlaceRef, region: Region) -> Spot:
    """A place as maps are told of it.

    Raises
    ------
    UnknownPlace
        No such place.
    """
    lat, lon, approximate = position(place, region)
    taiyuan = not isinstance(place, Point) and region.catalog.get_place(place).county == "Taiyuan"
    return Spot(clean(short_name(place, region, "zh")), lat, lon, approximate, "taiyuan" if taiyuan else "jinzhong")


def day_spots(day: Day, region: Region) -> list[Spot]:
    """A day's places in order, the same one after itself only once."""
    found: list[Spot] = []
    for mark in day.marks:
        spot = spot_of(mark.place, region)
        if not found or found[-1] != spot:
            found.append(spot)
    return found


def _marks(items: Sequence[Item], region: Region) -> list[Mark]:
    found: list[Mark] = []
    number = 0
    for k, item in enumerate(items):
        if isinstance(item, StopItem):
            number += 1
            found.append(_mark("stop", number, item.place, item.start, item.end, k, region))
        elif isinstance(item, MealItem) and item.place is not None:
            found.append(_mark("meal", 0, item.place, item.start, item.end, k, region))
        elif isinstance(item, StartItem | EndItem):
            found.append(_mark(item.kind, 0, item.place, item.time, item.time, k, region))
    return found


def _mark(
    kind: Literal["start", "stop", "meal", "end"], number: int, place: PlaceRef, arrive: int, leave: int, k: int,
    region: Region,
) -> Mark:  # fmt: skip
    lat, lon, approximate = position(place, region)
    return Mark(kind, number, place, *names(place, region), lat, lon, approximate, arrive, leave, k)


def _ways(items: Sequence[Item], region: Region) -> list[Way]:
    found: list[Way] = []
    for k, leg in enumerate(items):
        if not isinstance(leg, LegItem):
            continue
        start = position(_left(items[:k], leg), region)
        end = position(_reached(items[k + 1 :], leg), region)
        if start[:2] != end[:2]:
            found.append(Way(leg.mode, (start[:2], end[:2]), start[2] or end[2], k))
    return found


def _left(before: Sequence[Item], leg: LegItem) -> PlaceRef:
    """Where a leg begins: at the last sub-sight of an area."""
    last = before[-1] if before else None
    return last.parts[-1].place if isinstance(last, StopItem) and last.parts and last.place == leg.from_ else leg.from_


def _reached(after: Sequence[Item], leg: LegItem) -> PlaceRef:
    """Where a leg ends: at the first sub-sight of an area."""
    first = after[0] if after else None
    return first.parts[0].place if isinstance(first, StopItem) and first.parts and first.place == leg.to else leg.to
