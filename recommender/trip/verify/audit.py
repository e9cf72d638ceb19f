"""What all checks share: the findings, the places behind the references, distances."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from geopy.distance import geodesic

from recommender.i18n import find_text, text
from recommender.model import Itinerary, LegItem, MealItem, PlaceRef, Point, RestItem, StopItem

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region

DAY_MIN: Final = 24 * 60
EVENING_MIN: Final = 17 * 60 + 30
NOON_MIN: Final = 12 * 60
_ITEM: Final = re.compile(r"(?:leg|stop):(\d+):(\d+)(?::\d+)?")


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise.

    Attributes
    ----------
    code
        Key of ``i18n/verify.toml``.
    day
        From 1; None where the whole trip is meant.
    item
        Index in the day's items, from 0.
    place
        Id or point concerned.
    detail
        Values that the message names.
    """

    code: str
    day: int | None = None
    item: int | None = None
    place: PlaceRef | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    name_zh: str = ""
    name_en: str = ""

    def message(self, lang: str = "zh") -> str:
        """One sentence with where it is."""
        name = self.name_zh if lang == "zh" else self.name_en
        where = [
            text("verify.where.day", lang, day=self.day) if self.day is not None else "",
            text("verify.where.item", lang, item=self.item + 1) if self.item is not None else "",
            name,
        ]
        found = text(f"verify.violation.{self.code}", lang, **{k: _words(v, lang) for k, v in self.detail.items()})
        shown = " ".join(word for word in where if word) or text("verify.where.trip", lang)
        return text("verify.where.line", lang, where=shown, found=found)


def _words(value: object, lang: str) -> object:
    """Codes among the values in words; names, clocks and figures as they are."""
    if isinstance(value, Named):
        return value.zh if lang == "zh" else value.en
    if not isinstance(value, str):
        return value
    mark = "、" if lang == "zh" else ", "
    return mark.join(_word(code, lang) for code in value.split(", "))


def _word(code: str, lang: str) -> str:
    item = _ITEM.fullmatch(code)
    if item:
        day, index = text("verify.where.day", lang, day=item[1]), text("verify.where.item", lang, item=int(item[2]) + 1)
        return f"{day} {index}"
    return find_text(f"verify.word.{code}", lang) or code


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages, among the values of a violation."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop or a part of one. ``part`` is its index within the stop, None for the stop itself; ``day`` from 1."""

    place: Attraction
    day: int
    item: int
    part: int | None
    start: int
    end: int
    slack_min: int
    hours_basis: str


class Audit:
    """An itinerary under examination."""

    def __init__(self, region: Region, itinerary: Itinerary) -> None:
        self.region = region
        self.catalog = region.catalog
        self.itinerary = itinerary
        self.request = itinerary.request
        self.found: list[Violation] = []

    def add(
        self,
        code: str,
        day: int | None = None,
        item: int | None = None,
        place: PlaceRef | None = None,
        **detail: object,
    ) -> None:
        """Put a finding down."""
        name = Named("", "") if place is None else self.name(place)
        self.found.append(Violation(code, day, item, place, detail, name.zh, name.en))

    def name(self, place: PlaceRef) -> Named:
        """What a place is called; an unknown one by its id."""
        if isinstance(place, Point):
            return Named(place.name, place.name)
        known = self.catalog.find_place(place)
        return Named(known.name_zh, known.name_en) if known else Named(place, place)

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Every stop and part at a known place, in order."""
        found: list[Visit] = []
        for d, day in enumerate(self.itinerary.days, start=1):
            for k, item in enumerate(day.items):
                if not isinstance(item, StopItem):
                    continue
                rows = [(None, item.place, item.start, item.end, item.slack_min, item.hours_basis)] + [
                    (p, part.place, part.start, part.end, part.slack_min, part.hours_basis)
                    for p, part in enumerate(item.parts)
                ]
                for p, place, start, end, slack, basis in rows:
                    attraction = self.catalog.attractions.get(place)
                    if attraction is not None:
                        found.append(Visit(attraction, d, k, p, start, end, slack, basis))
        return tuple(found)

    def is_past(self, day: int, begin_min: int) -> bool:
        """Whether something that begins then lies before the moment from which the trip was planned anew."""
        now = self.request.now
        return now is not None and (day < now.day or (day == now.day and begin_min < now.time))

    @cached_property
    def coming(self) -> tuple[Visit, ...]:
        """Visits that the plan answers for: all but those that lie in the past."""
        return tuple(visit for visit in self.visits if not self.is_past(visit.day, visit.start))

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Places that the visitor asked for by name."""
        return frozenset({*self.request.must_see, *(lock.place for lock in self.request.locks)})

    def stops(self) -> Iterator[tuple[int, int, StopItem]]:
        """(day from 1, index, stop) in order."""
        for d, day in enumerate(self.itinerary.days, start=1):
            for k, item in enumerate(day.items):
                if isinstance(item, StopItem):
                    yield d, k, item

    def legs(self) -> Iterator[tuple[int, int, LegItem, PlaceRef, PlaceRef]]:
        """(day from 1, index, leg, from, to), the last two being where one really stands.

        A leg to or from an area leads to the first or from the last sub-sight of the stop, where that one begins or
        ends the stop.
        """
        for d, day in enumerate(self.itinerary.days, start=1):
            stand: PlaceRef | None = None
            past = True
            for k, item in enumerate(day.items):
                past, before = past and self._is_behind(d, item), past
                if before and not past and not self._stood_at_now(day.items[:k]):
                    stand = self.request.now.place if self.request.now is not None else None
                if isinstance(item, StopItem):
                    last = max(item.parts, key=lambda part: part.end, default=None)
                    stand = last.place if last and last.end == item.end else item.place
                elif isinstance(item, LegItem):
                    origin = stand if stand is not None and self._within(stand, item.from_) else item.from_
                    target = self._arrival(day.items[k + 1 :], item.to)
                    yield d, k, item, origin, target
                    stand = target
                elif isinstance(item, MealItem) and item.place is not None:
                    stand = item.place

    def _is_behind(self, day: int, item: object) -> bool:
        """Whether an item of a day that was planned anew begins before that moment."""
        begin = next((getattr(item, name) for name in ("depart", "arrive", "start", "time") if hasattr(item, name)), 0)
        return self.request.now is None or day != self.request.now.day or begin < self.request.now.time

    def _stood_at_now(self, items: tuple[object, ...]) -> bool:
        """Whether the last thing done before a trip was planned anew was a stop at that very place."""
        now = self.request.now
        done = [item for item in items if not isinstance(item, RestItem)]
        return now is not None and bool(done) and isinstance(done[-1], StopItem) and done[-1].place == now.place

    def _within(self, place: PlaceRef, area: PlaceRef) -> bool:
        attraction = self.catalog.attractions.get(place) if isinstance(place, str) else None
        return attraction is not None and attraction.area_id == area

    def _arrival(self, following: tuple[object, ...], to: PlaceRef) -> PlaceRef:
        for item in following:
            if isinstance(item, StopItem):
                first = min(item.parts, key=lambda part: part.start, default=None)
                if item.place == to and first is not None and first.start == item.start:
                    return first.place
                return to
            if isinstance(item, LegItem) or (isinstance(item, MealItem) and item.place is not None):
                return to
        return to

    def coordinates(self, place: PlaceRef) -> tuple[float, float] | None:
        """Latitude and longitude, None for an unknown id."""
        if isinstance(place, Point):
            return place.lat, place.lon
        known = self.catalog.find_place(place)
        return (known.lat, known.lon) if known is not None else None

    def metres(self, a: PlaceRef, b: PlaceRef) -> float:
        """Geodesic distance; 0 where a place is unknown, which is found elsewhere."""
        start, end = self.coordinates(a), self.coordinates(b)
        if start is None or end is None:
            return 0.0
        return float(geodesic(start, end).m)


def part_of_day(minute: int) -> str:
    """Morning before noon, afternoon before 17:30, evening after."""
    return "morning" if minute < NOON_MIN else "afternoon" if minute < EVENING_MIN else "evening"
