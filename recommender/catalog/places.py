"""What there is, as values: places, links, days and the sources behind them.

Every column of the data files is kept. ``None`` and empty texts mean unknown, never "no", "free" or "open".
Coordinates are WGS-84 degrees, money whole fen, clock values minutes after local midnight.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from recommender.errors import Problem, UnknownPlace

Confidence = Literal["high", "medium", "low"]
Indoor = Literal["yes", "no", "mixed"]
Wheelchair = Literal["yes", "no", "partial"]
AreaVisit = Literal["stroll", "whole"]


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where one cell comes from: ids of ``sources.csv`` and how far it is trusted."""

    source_ids: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Attraction:
    """Something to visit.

    ``area_visit`` is set on areas only: ``stroll`` is walked through beside its sub-sights, ``whole`` is one visit that
    contains them. ``stroll_min`` is the stroll alone; ``visit_min`` of an area is the whole unless the two are equal.
    ``suggest`` is False where it is doubtful that a visitor gets in: only for those who ask for it by name.
    ``alternative_of`` names the other entrance of the same sight: one of the two per trip.
    """

    id: str
    name_zh: str
    name_en: str
    county: str
    county_zh: str
    lat: float
    lon: float
    coord_confidence: str
    category: str
    tags: tuple[str, ...]
    grade: tuple[str, ...]
    opening_hours: str | None
    hours_basis: str
    last_entry: str | None
    last_entry_note: str
    ticket_fen: int | None
    ticket_basis: str
    ticket_note: str
    ticket_note_en: str
    ticket_group: str | None
    concessions: Mapping[str, float]
    visit_min: int
    min_visit_min: int | None
    max_visit_min: int | None
    popularity: int
    indoor: Indoor | None
    best_months: tuple[int, ...]
    best_part_of_day: str | None
    area_id: str | None
    area_visit: AreaVisit | None
    stroll_min: int | None
    walled: bool
    alternative_of: str | None
    suggest: bool
    suggest_note: str
    steps_level: int | None
    wheelchair: Wheelchair | None
    toilets: str | None
    accessibility_note: str
    accessibility_note_en: str
    booking_required: bool | None
    booking_channel: str | None
    booking_channel_en: str | None
    capacity_day: int | None
    night_opening: str
    performance_times: str
    description_zh: str
    description_en: str
    source: str
    confidence: str
    checked_note: str
    checked_note_en: str
    field_sources: Mapping[str, FieldSource]
    booking_opens_days: int | None = None
    """So many days before a visit its places are given out."""
    booking_opens_min: int | None = None
    seated: bool | None = None
    """Of a show: whether one sits."""
    capacity_now: int | None = None
    """People who may be inside at one time."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A station, airport, coach station, county seat, gate or interchange: passed through, not visited."""

    id: str
    name_zh: str
    name_en: str
    kind: str
    lat: float
    lon: float
    coord_confidence: str
    county: str
    note: str
    source: str
    confidence: str

    @property
    def town_zh(self) -> str:
        """The town of a county seat, for a map: 榆次 of 榆次城区."""
        name = self.name_zh.partition("（")[0]
        for end in ("城区", "市区", "县城", "市中心"):
            name = name.removesuffix(end)
        return name

    @property
    def town_en(self) -> str:
        """The same in English."""
        return self.name_en.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Link:
    """One known way between two places; both ways unless ``oneway``.

    ``fare_fen`` is a head's fare by rail and bus and a taxi's by road. ``usable`` is False for facts too old or doubtful
    to plan on, ``usable_note`` says why. ``departures`` holds all known departures from ``from_id``, or nothing.
    """

    from_id: str
    to_id: str
    mode: str
    service: str
    distance_km: float | None
    minutes: int | None
    headway_min: int | None
    trips_per_day: int | None
    first_departure: int | None
    last_departure: int | None
    departures: tuple[int, ...]
    oneway: bool
    usable: bool
    usable_note: str
    fare_fen: int | None
    operating_note: str
    operating_note_en: str
    source: str
    confidence: str
    headway_or_trips_per_day: str


@dataclass(frozen=True, slots=True)
class Lodging:
    """A named hotel, or an area anchor (``is_anchor``) that stands for the inns around it."""

    id: str
    name_zh: str
    name_en: str
    county: str
    lat: float
    lon: float
    coord_confidence: str
    area: str
    area_id: str | None
    is_anchor: bool
    phone: str | None
    address: str | None
    breakfast: str | None
    check_in: str | None
    check_out: str | None
    shuttle: str | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Dining:
    """A restaurant or a street of them. ``price_level`` 1 below 40, 2 up to 80, 3 above 80 CNY a head."""

    id: str
    name_zh: str
    name_en: str
    county: str
    lat: float
    lon: float
    coord_confidence: str
    area_id: str | None
    dishes: tuple[str, ...]
    dishes_en: tuple[str, ...]
    open_hours: str | None
    price_level: int | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Event:
    """A festival or season; ``rule`` is the machine grammar of ``docs/data_dictionary.md``, ``date_rule`` its prose.

    ``dates_2026`` and ``dates_2027`` hold a date or ``start/end`` where announced or computed; they win over the rule.
    ``venue_ids`` are the places beside ``place_id`` that take part.
    """

    id: str
    name_zh: str
    name_en: str
    place_id: str
    date_rule: str
    rule: str | None
    months: tuple[int, ...]
    description_zh: str
    description_en: str
    dates_2026: str | None
    dates_2027: str | None
    dates_status: str
    dates_source: str
    source: str
    confidence: str
    venue_ids: tuple[str, ...] = ()
    organizer_zh: str | None = None
    organizer_en: str | None = None

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Every place where it is held."""
        return (self.place_id, *self.venue_ids)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday or a make-up workday, ``official`` or ``provisional``."""

    date: dt.date
    name_zh: str
    name_en: str
    kind: str
    year: int
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Closure:
    """A one-off closure, both days included; without ``to`` it lasts until further notice."""

    place_id: str
    from_: dt.date
    to: dt.date | None
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A named group of attractions, ``fixed`` or ``provisional``."""

    id: str
    name_zh: str
    name_en: str
    place_ids: tuple[str, ...]
    status: str
    source: str
    note_zh: str
    note_en: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ThemedRoute:
    """A route in order; ``kind`` tells the ``published`` ones from a ``project_suggestion``."""

    id: str
    name_zh: str
    name_en: str
    theme: str
    days: int
    place_ids: tuple[str, ...]
    kind: str
    source: str
    published_year: int | None
    note_zh: str
    note_en: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What is good to know on the way.

    Attributes
    ----------
    topic
        ``help``, ``papers``, ``money``, ``luggage`` or ``parking``.
    audience
        Whom it concerns: ``all``, ``foreign`` visitors, or a ``driver``.
    place_ids
        Attractions whose visitors it concerns; empty for every trip.
    phone
        The number that the sentence is about.
    """

    id: str
    topic: str
    audience: str
    place_ids: tuple[str, ...]
    phone: str | None
    text_zh: str
    text_en: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a source id stands for."""

    id: str
    url: str | None
    kind: str
    year: int | None
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a place: the name of the stored file, whose it is, and on what terms it may be shown."""

    file: str
    place_id: str
    credit: str
    licence: str
    source: str
    caption_zh: str
    caption_en: str


@dataclass(frozen=True, slots=True)
class Licence:
    """On what terms the facts of a source may be passed on."""

    source_id: str
    licence: str
    note: str


Place = Attraction | Hub | Lodging | Dining


@dataclass(frozen=True)
class Catalog:
    """One revision of all data. Mappings and tuples are in order of id, whatever the order of the files was.

    Attributes
    ----------
    revision
        Content hash: equal for equal content, whatever row order or line endings.
    """

    attractions: dict[str, Attraction]
    hubs: dict[str, Hub]
    lodging: dict[str, Lodging]
    dining: dict[str, Dining]
    links: tuple[Link, ...]
    events: tuple[Event, ...]
    holidays: tuple[Holiday, ...]
    closures: tuple[Closure, ...]
    collections: dict[str, Collection]
    routes: dict[str, ThemedRoute]
    advice: dict[str, Advice]
    sources: dict[str, Source]
    revision: str
    pictures: tuple[Picture, ...] = ()
    licences: tuple[Licence, ...] = ()

    def find_place(self, place_id: str) -> Place | None:
        """The attraction, hub, lodging or eatery of that id, or None."""
        return (
            self.attractions.get(place_id)
            or self.hubs.get(place_id)
            or self.lodging.get(place_id)
            or self.dining.get(place_id)
        )

    def get_place(self, place_id: str) -> Place:
        """The attraction, hub, lodging or eatery of that id.

        Raises
        ------
        UnknownPlace
            This revision has no such place.
        """
        found = self.find_place(place_id)
        if found is None:
            raise UnknownPlace([Problem("place", place_id, "unknown_place")])
        return found

    def pictures_of(self, place_id: str) -> tuple[Picture, ...]:
        """Pictures of a place, in order of their files' names."""
        return tuple(picture for picture in self.pictures if picture.place_id == place_id)

    def areas(self) -> tuple[Attraction, ...]:
        """Attractions that hold others."""
        return tuple(a for a in self.attractions.values() if a.area_visit is not None)

    def parts_of(self, area_id: str) -> tuple[Attraction, ...]:
        """Sub-sights of an area; empty for a place that is none."""
        return self._parts.get(area_id, ())

    @cached_property
    def link_notes(self) -> dict[str, str]:
        """Operating notes of links, Chinese → English."""
        return {link.operating_note: link.operating_note_en for link in self.links if link.operating_note}

    @cached_property
    def _parts(self) -> dict[str, tuple[Attraction, ...]]:
        parts: dict[str, list[Attraction]] = {}
        for attraction in self.attractions.values():
            if attraction.area_id is not None:
                parts.setdefault(attraction.area_id, []).append(attraction)
        return {area: tuple(found) for area, found in parts.items()}
