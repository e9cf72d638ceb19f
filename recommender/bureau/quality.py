"""What is wrong, doubtful or old in the data, each with the table, the row and the field to open; and what to verify next."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from recommender.bureau.outlines import Outlines, outside_by_m
from recommender.catalog import Attraction, Closure, Link, Place
from recommender.region import Region
from recommender.travel.matrix import UNREACHABLE
from recommender.trip.gateways import GATEWAYS

if TYPE_CHECKING:
    from recommender.bureau.replay import Replay

Kind = Literal[
    "unknown_hours", "unknown_price", "missing", "contradictory", "stale", "duplicate", "outside_county", "unreachable",
    "broken_route",
]
KINDS: Final[tuple[Kind, ...]] = (
    "unreachable", "broken_route", "contradictory", "outside_county", "duplicate", "unknown_hours", "unknown_price", "stale",
    "missing",
)  # fmt: skip
"""In the order in which they hurt."""
STALE_YEARS: Final = 3
NEAR_M: Final = 50
OUTLINE_SLACK_M: Final = 1_500
"""Outlines are schematic: nearer to them than this a place may well be inside."""
FARTHER: Final = 3.0
"""Without an outline: a place whose own county's seat is so many times as far as another's."""
SPEEDS_KMH: Final = {"drive": (8, 130), "bus": (5, 110), "rail": (20, 350), "walk": (1, 8)}
SAMPLED_EVERY_DAYS: Final = 8
"""Through all weekdays and months in a year's 46 dates."""
ROUTE_AHEAD_DAYS: Final = 60
"""A closure that begins within so many days breaks a route today."""
LONGEST_DAY_MIN: Final = 10 * 60
SURE: Final = ("sourced", "sourced_two", "open_space")
WISHED: Final = {
    "attractions": ("booking_required", "steps_level", "wheelchair", "toilets", "description_zh", "description_en"),
    "lodging": ("phone", "address"),
    "dining": ("open_hours", "price_level"),
}
"""What visitors ask for, beside hours and prices."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    row
        The row's id; of a link ``from:to:mode:service``, of a closure ``place:to``.
    column
        The column of the data file.
    code
        What exactly, a word of ours: the kind's own or a closer one.
    detail
        Values for the sentence about it.
    """

    kind: Kind
    table: str
    row: str
    column: str
    code: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A fact worth verifying: how many trips of the panel hang on it."""

    table: str
    row: str
    column: str
    basis: str
    trips: int


def link_id(link: Link) -> str:
    """A link's row in words."""
    return f"{link.from_id}:{link.to_id}:{link.mode}:{link.service}"


def findings(region: Region, today: dt.date, outlines: Outlines | None = None) -> list[Finding]:
    """Everything found, the worst kind first, then by table and row.

    Parameters
    ----------
    today
        What is old is old from here.
    outlines
        Of counties (`outlines.load_outlines`); without them a place is held against the counties' seats.
    """
    found = [
        *_unknown(region), *_missing(region), *_openings(region, today), *_links(region), *_stale(region, today),
        *_duplicates(region), *_outside(region, outlines or {}), *_unreachable(region), *_routes(region, today),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.table, one.row, one.column))


def _unknown(region: Region) -> Iterator[Finding]:
    for place in region.catalog.attractions.values():
        if place.opening_hours is None:
            yield Finding("unknown_hours", "attractions", place.id, "opening_hours", "unknown_hours")
        if place.ticket_fen is None:
            yield Finding("unknown_price", "attractions", place.id, "ticket_cny", "unknown_price")
    for link in region.catalog.links:
        if link.mode in ("rail", "bus") and link.usable and link.fare_fen is None:
            yield Finding("unknown_price", "links", link_id(link), "fare_cny", "unknown_price")


def _missing(region: Region) -> Iterator[Finding]:
    for table, columns in WISHED.items():
        for row in getattr(region.catalog, table).values():
            for column in columns:
                if getattr(row, column) in (None, ""):
                    yield Finding("missing", table, row.id, column, "missing")
    for link in region.catalog.links:
        timed = link.headway_min or link.trips_per_day or link.departures
        if link.mode in ("rail", "bus") and link.usable and not timed:
            yield Finding("missing", "links", link_id(link), "headway_min", "no_timetable")


def _openings(region: Region, today: dt.date) -> Iterator[Finding]:
    dates = [today + dt.timedelta(days=n) for n in range(0, 365, SAMPLED_EVERY_DAYS)]
    for place in region.catalog.attractions.values():
        if place.opening_hours is None:
            continue
        days = {date: region.calendar.opening(place.id, date) for date in dates}
        opened = {date: day for date, day in days.items() if day.intervals}
        if not opened:
            yield _odd(place, "opening_hours", "never_open")
            continue
        longest = max(b - a for day in opened.values() for a, b in day.intervals)
        if place.min_visit_min is not None and place.category != "show" and longest < place.min_visit_min:
            yield _odd(place, "min_visit_minutes", "longer_than_open", open_min=longest, visit_min=place.min_visit_min)
        if any(day.last_entry_min is not None and day.last_entry_min > day.intervals[-1][1] for day in opened.values()):
            yield _odd(place, "last_entry", "entry_after_closing")
        if place.best_months and not {date.month for date in opened} & set(place.best_months):
            yield _odd(place, "best_months", "closed_when_best", months=list(place.best_months))
    for place in region.catalog.attractions.values():
        if place.booking_required is False and place.booking_channel:
            yield _odd(place, "booking_required", "channel_without_booking")


def _odd(place: Attraction, column: str, code: str, **detail: Any) -> Finding:
    return Finding("contradictory", "attractions", place.id, column, code, detail)


def _links(region: Region) -> Iterator[Finding]:
    for link in region.catalog.links:
        ends = [region.catalog.find_place(end) for end in (link.from_id, link.to_id)]
        if None in ends or link.distance_km is None:
            continue
        straight_km = _metres(*ends) / 1_000
        if link.distance_km < 0.9 * straight_km - 0.3:
            detail = {"distance_km": link.distance_km, "straight_km": round(straight_km, 1)}
            yield Finding("contradictory", "links", link_id(link), "distance_km", "shorter_than_straight", detail)
        slowest, fastest = SPEEDS_KMH[link.mode]
        if link.minutes and link.distance_km >= 2:
            speed = link.distance_km / link.minutes * 60
            if not slowest <= speed <= fastest:
                detail = {"speed_kmh": round(speed), "slowest": slowest, "fastest": fastest}
                yield Finding("contradictory", "links", link_id(link), "minutes", "absurd_speed", detail)


def _metres(one: Any, other: Any) -> float:
    from geopy.distance import geodesic

    return float(geodesic((one.lat, one.lon), (other.lat, other.lon)).m)


def _stale(region: Region, today: dt.date) -> Iterator[Finding]:
    years = {source.id: source.year for source in region.catalog.sources.values()}
    for place in region.catalog.attractions.values():
        for column, origin in place.field_sources.items():
            known = [year for name in origin.source_ids if (year := years.get(name)) is not None]
            if known and today.year - max(known) >= STALE_YEARS:
                yield Finding("stale", "attractions", place.id, column, "old_source", {"year": max(known)})
    for closure in region.catalog.closures:
        if closure.to is not None and closure.to < today:
            yield Finding("stale", "closures", f"{closure.place_id}:{closure.to}", "to", "closure_over", {"to": str(closure.to)})
    latest = max((day.date for day in region.catalog.holidays), default=None)
    if latest is None or latest < today:
        yield Finding("stale", "holidays", str(latest or ""), "date", "no_holidays_ahead")


def _duplicates(region: Region) -> Iterator[Finding]:
    from rapidfuzz.fuzz import token_set_ratio

    catalog = region.catalog
    for table in ("attractions", "lodging", "dining", "hubs"):
        rows: list[Place] = list(getattr(catalog, table).values())
        for one, other in itertools.combinations(rows, 2):
            # Degrees first: the true distance of eighteen thousand pairs would take seconds.
            if abs(one.lat - other.lat) > 0.0006 or abs(one.lon - other.lon) > 0.0008 or _belong(one, other):
                continue
            metres = _metres(one, other)
            if metres <= NEAR_M:
                alike = round(max(token_set_ratio(one.name_zh, other.name_zh), token_set_ratio(one.name_en, other.name_en)))
                detail = {"other": other.id, "metres": round(metres), "names_alike": alike}
                yield Finding("duplicate", table, one.id, "lat", "near_twin", detail)


def _belong(one: Place, other: Place) -> bool:
    """An area and what lies in it, two entrances of one sight, or an anchor that stands for its inns."""
    pairs = ((one, other), (other, one))
    if any(getattr(a, "area_id", None) == b.id or getattr(a, "alternative_of", None) == b.id for a, b in pairs):
        return True
    return getattr(one, "is_anchor", False) != getattr(other, "is_anchor", False)


def _outside(region: Region, outlines: Outlines) -> Iterator[Finding]:
    seats = {hub.county: hub for hub in region.catalog.hubs.values() if hub.kind in ("county_seat", "city_center")}
    for table in ("attractions", "lodging", "dining", "hubs"):
        for row in getattr(region.catalog, table).values():
            if row.county in outlines:
                metres = outside_by_m(outlines[row.county], row.lat, row.lon)
                if metres > OUTLINE_SLACK_M:
                    detail = {"county": row.county, "metres": round(metres) if math.isfinite(metres) else None}
                    yield Finding("outside_county", table, row.id, "county", "outside_outline", detail)
            elif row.county in seats:
                distances = {county: _metres(row, seat) for county, seat in seats.items()}
                nearest = min(distances, key=lambda county: distances[county])
                if distances[row.county] > FARTHER * distances[nearest]:
                    detail = {"county": row.county, "nearest": nearest}
                    yield Finding("outside_county", table, row.id, "county", "nearer_seat", detail)


def _unreachable(region: Region) -> Iterator[Finding]:
    """Places to which nothing leads from any of the usual gateways, neither by rail and bus nor by road."""
    matrices = [region.travel("transit"), region.travel("drive")]
    for table in ("attractions", "lodging", "dining"):
        for place in getattr(region.catalog, table):
            least = min(_from_gateways(matrix, place) for matrix in matrices)
            if least >= UNREACHABLE:
                yield Finding("unreachable", table, place, "id", "unreachable")


def _routes(region: Region, today: dt.date) -> Iterator[Finding]:
    """Routes and collections of places that are closed, gone or no more suggested, and routes too long for their days."""
    catalog = region.catalog
    until = today + dt.timedelta(days=ROUTE_AHEAD_DAYS)
    closed = {one.place_id: one for one in catalog.closures if one.from_ <= until and (one.to is None or one.to >= today)}
    dates = [today + dt.timedelta(days=n) for n in range(0, 365, SAMPLED_EVERY_DAYS)]
    for table, rows in (("themed_routes", catalog.routes), ("collections", catalog.collections)):
        for row in rows.values():
            for place in row.place_ids:
                for code, detail in _broken(region, place, closed, dates):
                    yield Finding("broken_route", table, row.id, "place_ids", code, {"place": place, **detail})
    for route in catalog.routes.values():
        minutes = sum(
            catalog.attractions[place].min_visit_min or catalog.attractions[place].visit_min
            for place in route.place_ids
            if place in catalog.attractions and catalog.attractions[place].area_id not in route.place_ids
        )
        if minutes > route.days * LONGEST_DAY_MIN:
            detail = {"days": route.days, "hours": round(minutes / 60)}
            yield Finding("broken_route", "themed_routes", route.id, "days", "route_too_long", detail)


def _broken(
    region: Region, place: str, closed: Mapping[str, Closure], dates: Sequence[dt.date]
) -> Iterator[tuple[str, dict[str, Any]]]:
    found = region.catalog.find_place(place)
    if found is None:
        yield "route_unpublished", {}
        return
    if place in closed:
        yield "route_closed", {"from": str(closed[place].from_)}
    if isinstance(found, Attraction):
        if not found.suggest:
            yield "route_not_suggested", {}
        if found.opening_hours is not None and all(not region.calendar.opening(place, date).intervals for date in dates):
            yield "route_never_open", {}


def _from_gateways(matrix: Any, place: str) -> int:
    if place not in matrix.index:
        return UNREACHABLE
    here = matrix.index[place]
    return min((int(matrix.minutes[matrix.index[gate], here]) for gate in GATEWAYS if gate in matrix.index), default=UNREACHABLE)


# --------------------------------------------------------------------------------------------- what to verify next


def verify_next(region: Region, replay: Replay, count: int = 20) -> list[Doubt]:
    """The facts that are not sure, those first on which most trips of the panel hang.

    Hours, prices and positions of places that trips see; rail and bus ways that trips use and whose facts are of low
    confidence or hold no timetable.
    """
    doubts = [doubt for doubt in _doubts(region, replay) if doubt.trips]
    return sorted(doubts, key=lambda one: (-one.trips, one.table, one.row, one.column))[:count]


def _doubts(region: Region, replay: Replay) -> Iterator[Doubt]:
    for place in region.catalog.attractions.values():
        trips = replay.trips_to.get(place.id, 0)
        if place.hours_basis not in SURE:
            yield Doubt("attractions", place.id, "opening_hours", place.hours_basis or "unknown", trips)
        if place.ticket_basis not in ("sourced", "sourced_two"):
            yield Doubt("attractions", place.id, "ticket_cny", place.ticket_basis or "unknown", trips)
        if place.coord_confidence == "low":
            yield Doubt("attractions", place.id, "lat", "low", trips)
    rides = Counter(ride for outcome in replay.outcomes for ride in set(outcome.rides))
    for link in region.catalog.links:
        if link.mode not in ("rail", "bus") or not link.usable:
            continue
        trips = rides[link.from_id, link.to_id, link.mode] + (0 if link.oneway else rides[link.to_id, link.from_id, link.mode])
        timed = link.departures or link.headway_min or link.trips_per_day
        if link.confidence == "low" or not timed:
            column, basis = ("minutes", link.confidence) if timed else ("headway_min", "assumed")
            yield Doubt("links", link_id(link), column, basis, trips)


def by_kind(found: Sequence[Finding]) -> dict[Kind, int]:
    """How many of each kind, the worst first."""
    counts = Counter(one.kind for one in found)
    return {kind: counts[kind] for kind in KINDS}
