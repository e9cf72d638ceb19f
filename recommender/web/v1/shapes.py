"""What the API takes and answers beside requests and itineraries. ``null`` is unknown; fields may be added."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.model import Clock, Frozen, Itinerary, LeftOut, PlaceId, PlaceRef

Kind = Literal["attraction", "hub", "lodging", "dining"]
Day = Annotated[dt.date, Field(description="YYYY-MM-DD")]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True, extra="ignore")


# ------------------------------------------------------------------------------------------------ questions


class AboutPlace(Frozen):
    """A place, and the itinerary that it is asked about."""

    itinerary: Itinerary
    place: PlaceId


# --------------------------------------------------------------------------------------------------- places


class Source(Shape):
    """What a name under ``sources`` stands for."""

    title: str
    url: str | None = None
    kind: str | None = None
    year: int | None = None


class Provenance(Shape):
    """What a fact rests on: names of ``sources``, how sure we are, and for hours and prices in which way it is known."""

    sources: tuple[str, ...]
    confidence: str
    basis: str | None = None


class PlaceFacts(Shape):
    """What all kinds of places have. ``provenance`` names facts by field; ``*`` holds for all that it does not name."""

    id: PlaceId
    name: str
    name_zh: str
    name_en: str
    county: str
    lat: float
    lon: float
    coord_confidence: str
    provenance: dict[str, Provenance]


class AttractionFacts(PlaceFacts):
    """Something to visit."""

    kind: Literal["attraction"] = "attraction"
    county_zh: str
    category: str
    tags: tuple[str, ...]
    grade: tuple[str, ...]
    opening_hours: str | None
    hours_basis: str
    last_entry: str | None
    last_entry_note: str
    night_opening: str
    performance_times: str
    ticket_fen: int | None
    ticket_basis: str
    ticket_note: str
    ticket_note_en: str
    ticket_group: str | None
    concessions: dict[str, float]
    visit_min: int
    min_visit_min: int | None
    max_visit_min: int | None
    stroll_min: int | None
    popularity: int
    indoor: str | None
    best_months: tuple[int, ...]
    best_part_of_day: str | None
    area_id: str | None
    area_visit: str | None
    walled: bool
    alternative_of: str | None
    suggest: bool
    suggest_note: str
    steps_level: int | None
    wheelchair: str | None
    toilets: str | None
    seated: bool | None
    accessibility_note: str
    accessibility_note_en: str
    booking_required: bool | None
    booking_channel: str | None
    booking_channel_en: str | None
    booking_opens_days: int | None
    booking_opens_min: int | None
    capacity_day: int | None
    description_zh: str
    description_en: str
    checked_note: str
    checked_note_en: str


class HubFacts(PlaceFacts):
    """A station, airport, coach station, county seat, gate or interchange."""

    kind: Literal["hub"] = "hub"
    hub_kind: str
    note: str


class LodgingFacts(PlaceFacts):
    """A hotel, or with ``is_anchor`` the inns of an area."""

    kind: Literal["lodging"] = "lodging"
    area: str
    area_id: str | None
    is_anchor: bool
    phone: str | None
    address: str | None
    breakfast: str | None
    check_in: str | None
    check_out: str | None
    shuttle: str | None


class DiningFacts(PlaceFacts):
    """A restaurant or a street of them."""

    kind: Literal["dining"] = "dining"
    area_id: str | None
    dishes: tuple[str, ...]
    dishes_en: tuple[str, ...]
    open_hours: str | None
    price_level: int | None


AnyPlace = Annotated[AttractionFacts | HubFacts | LodgingFacts | DiningFacts, Field(discriminator="kind")]


class Places(Shape):
    """Places; with ``page``, one page of ``total``, and the address of the next one."""

    revision: str
    total: int
    page: int
    per_page: int
    next: str | None
    places: tuple[AnyPlace, ...]
    sources: dict[str, Source]


class OnePlace(Shape):
    revision: str
    place: AnyPlace
    sources: dict[str, Source]


class OpeningOn(Shape):
    """When a place is open on a date, and how sure that is.

    Attributes
    ----------
    intervals
        From when to when, past midnight ``25:00``; empty is closed.
    known
        False where nothing is known and the intervals are what a plan would carefully assume.
    slack_min
        Minutes that a plan stays clear of closing and last entry, because the hours are not certain.
    holiday_table
        Whether that year's public holidays are announced.
    """

    date: dt.date
    intervals: tuple[tuple[Clock, Clock], ...]
    last_entry: Clock | None
    basis: str
    known: bool
    slack_min: int
    closed_reason: str | None
    notice: str | None
    holiday_table: Literal["official", "provisional", "none"]


class Openings(Shape):
    revision: str
    place: PlaceId
    openings: tuple[OpeningOn, ...]
    provenance: Provenance
    sources: dict[str, Source]


class Span(Shape):
    """Both days included."""

    from_: Annotated[dt.date, Field(serialization_alias="from")]
    to: dt.date


class EventFacts(Shape):
    """A festival or season, on its dates within those asked for; ``dates_status`` says how far the dates are announced."""

    id: str
    name: str
    name_zh: str
    name_en: str
    place: str
    venues: tuple[str, ...]
    organizer_zh: str | None
    organizer_en: str | None
    dates: tuple[Span, ...]
    date_rule: str
    dates_status: str
    description_zh: str
    description_en: str
    provenance: dict[str, Provenance]


class Events(Shape):
    revision: str
    events: tuple[EventFacts, ...]
    sources: dict[str, Source]


# ---------------------------------------------------------------------------------------------------- trips


class Effect(Shape):
    """What another plan has more (positive) or less than the one asked about."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    visit_min: int
    travel_min: int
    walk_m: int
    cost_fen: int
    unknown: Annotated[int, Field(description="So many more prices are not known")]


class Replacement(Shape):
    place: PlaceId
    effect: Effect
    itinerary: Itinerary


class Alternatives(Shape):
    """Up to three places instead of a stop, each planned; the one that tears the least out of the rest first."""

    revision: str
    place: PlaceId
    alternatives: Annotated[tuple[Replacement, ...], Field(max_length=3)]


class WhyLeft(LeftOut):
    model_config = ConfigDict(from_attributes=True)

    message: str


class WishChange(Shape):
    """A change of one field of the request, planned and seen to bring the place in."""

    field: str
    value: Any
    effect: Effect
    itinerary: Itinerary


class WhyNot(Shape):
    """Why a place is not in a plan; ``why`` is null where it is in it. At most two changes, the smaller first."""

    revision: str
    place: PlaceId
    why: WhyLeft | None
    changes: Annotated[tuple[WishChange, ...], Field(max_length=2)]


class Broken(Shape):
    """One promise that an itinerary breaks: ``day`` from 1, ``item`` its index in the day, from 0."""

    code: str
    day: int | None
    item: int | None
    place: PlaceRef | None
    message: str


class Verdict(Shape):
    revision: str
    violations: tuple[Broken, ...]


# ---------------------------------------------------------------------------------------------------- plans


class Links(Shape):
    """A stored plan for its owner: ``read`` and ``edit`` are pages; the tokens open the same plan here."""

    token: str
    edit_token: str
    read: str
    edit: str
    version: int
    revision: str


class Stored(Shape):
    """A stored plan as it was made, and what has changed since.

    Attributes
    ----------
    moved_on
        Whether the data have another revision than the plan was made with.
    gone
        Places of the plan that are in the data no more.
    closed
        Closures that have come up for places of the plan on their days.
    changes
        What else the check finds against the facts of now.
    """

    token: str
    version: int
    created: dt.datetime
    updated: dt.datetime
    lang: Literal["zh", "en"]
    itinerary: Itinerary
    moved_on: bool
    gone: tuple[str, ...]
    closed: tuple[str, ...]
    changes: tuple[str, ...]


class Replaced(Shape):
    token: str
    version: int
    revision: str


