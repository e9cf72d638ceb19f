"""What a visitor must be told about a plan: everything that rests on less than a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from recommender.model import (
    EndItem,
    ItineraryDay,
    LeftOut,
    LegItem,
    MealItem,
    StartItem,
    StopItem,
    Totals,
    TripRequest,
    Warning_,
    format_clock,
)
from recommender.scoring.rules import USUAL_DISPERSAL
from recommender.travel.road import straight_km
from recommender.trip import pacing
from recommender.trip.frames import frame_of, modes_of
from recommender.trip.timeline import DayLine, Ride
from recommender.trip.ways import choices_of, name_of

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region
    from recommender.scoring import Rules
    from recommender.travel import LegChoice

UNVERIFIED_PRICE = frozenset({"commonly_quoted_unverified", "free_or_included_unverified"})
UNVERIFIED_HOURS = frozenset({"typical_unverified", "partly_sourced"})
TAXI_RANK_KM = 1.0
NAMED = 6
"""Places held back that are named at most."""
CHARTER_DAY_FEN = (38_000, 84_500)
"""Guidebook (undated) and October 2025 hire, driver included; note of the link pingyao-gucheng → zhangbi-gubao."""


def nudges_of(
    region: Region, request: TripRequest, days: Sequence[ItineraryDay], left_out: Iterable[LeftOut]
) -> Iterable[Warning_]:
    """Where the bureau's rules weighed in: places held up that are in, places held back that are not, quiet places helped."""
    rules = region.rules
    if rules is None or rules.changes_nothing or not request.nudge:
        return
    sights = region.catalog.attractions
    stops = [place for day in days for item in day.items if isinstance(item, StopItem) for place in item.places]
    seen = [place for place in dict.fromkeys(stops) if place in sights]
    quiet = any(place not in region.classic_ids for place in seen) and request.reach != "classic"
    if rules.dispersal > USUAL_DISPERSAL and quiet:
        yield Warning_(code="nudged_quiet")
    for place in seen:
        if rules.factor(place, sights[place].county) > 1:
            yield Warning_(code="nudged_up", place=place)
    worst = min((item.score for day in days for item in day.items if isinstance(item, StopItem)), default=0.0)
    held_back = [left.place for left in left_out if left.place in sights and _held_back(rules, sights[left.place], left, worst)]
    yield from (Warning_(code="nudged_down", place=place) for place in held_back[:NAMED])


def _held_back(rules: Rules, place: Attraction, left: LeftOut, worst: float) -> bool:
    """Whether a place is out that without its factor would be worth as much as the least that is in."""
    factor, score = rules.factor(place.id, place.county), left.detail.get("score")
    return left.reason in ("lower_score", "no_time") and factor < 1 and isinstance(score, float) and score / factor >= worst


def warnings_of(
    region: Region, request: TripRequest, days: Sequence[ItineraryDay], totals: Totals, *, paced: bool
) -> Iterable[Warning_]:
    """All warnings of an itinerary's days, each once, in the order of the days."""
    found: dict[str, Warning_] = {}
    for warning in _all(region, request, days, totals, paced=paced):
        found.setdefault(warning.model_dump_json(), warning)
    return found.values()


def _all(
    region: Region, request: TripRequest, days: Sequence[ItineraryDay], totals: Totals, *, paced: bool
) -> Iterable[Warning_]:
    yield from _calendar(region, request)
    if not paced:
        yield Warning_(code="pace_exceeded")
    if request.reach == "wings":
        yield Warning_(code="reach_provisional")
    modes = modes_of(request)
    if "charter" in modes:
        low, high = CHARTER_DAY_FEN
        yield Warning_(code="charter_fee", detail={"low_fen": low, "high_fen": high, "days": modes.count("charter")})
    if "drive" in modes:
        yield Warning_(code="own_car_costs")
    if request.budget_fen is not None and totals.unknown_prices:
        yield Warning_(code="budget_unknown_fares", detail={"count": len(totals.unknown_prices)})
    if any(child.height_cm is None for child in request.party.children):
        yield Warning_(code="children_height_unknown")
    for d, day in enumerate(days, start=1):
        yield from _day(region, request, d, day)
    free = sum(_free_half_days(request, d, day) for d, day in enumerate(days))
    if free >= 1:
        spent = totals.tickets_fen + totals.fares_fen
        tight = request.budget_fen is not None and 2 * spent >= request.budget_fen
        yield Warning_(code="short_plan_budget" if tight else "short_plan", detail={"free_half_days": free})


def _day(region: Region, request: TripRequest, d: int, day: ItineraryDay) -> Iterable[Warning_]:
    """What to know about one day (1-based)."""
    if isinstance(day.lodging, str):
        stay = region.catalog.lodging.get(day.lodging)
        if stay is not None and stay.is_anchor:
            yield Warning_(code="lodging_anchor", place=day.lodging)
    for k, item in enumerate(day.items):
        if isinstance(item, StopItem):
            for place in item.places:
                yield from _place(region, request, region.catalog.attractions[place])
        elif isinstance(item, LegItem):
            yield from _leg(d, item)
        elif isinstance(item, MealItem) and item.place is None and not _at_lodging(day, k):
            yield Warning_(code="no_eatery", day=d, detail={"meal": item.meal})
    yield from _taxi_back(region, d, day)
    walked = pacing.walked_m(region.catalog.attractions, day.items)
    if pacing.is_gentle(request) and walked > pacing.GENTLE_WALK_M:
        yield Warning_(code="walk_beyond", day=d, detail={"walk_m": walked, "usual_m": pacing.GENTLE_WALK_M})
    for event in region.calendar_events(day.date):
        if any(isinstance(item, StopItem) and _holds(item, place) for item in day.items for place in event.place_ids):
            yield Warning_(code="event_on", day=d, place=event.id)


def _leg(d: int, leg: LegItem) -> Iterable[Warning_]:
    if leg.timetable == "assumed":
        yield Warning_(code="timetable_assumed", day=d)
    if leg.latest_depart is not None and leg.latest_depart - leg.depart <= 60:
        yield Warning_(code="last_departure", day=d, place=leg.from_, detail={"time": format_clock(leg.latest_depart)})


def _calendar(region: Region, request: TripRequest) -> Iterable[Warning_]:
    for year in sorted({date.year for date in request.dates}):
        status = region.calendar.has_table(year)
        if status == "provisional":
            yield Warning_(code="holiday_provisional", detail={"year": year})
        elif status == "none":
            yield Warning_(code="no_holiday_table", detail={"year": year})
    for d, date in enumerate(request.dates, start=1):
        kind = region.calendar.day(date)
        if kind.kind == "public_holiday":
            yield Warning_(code="public_holiday", day=d, detail={"name_zh": kind.name_zh, "name_en": kind.name_en})
        elif kind.kind == "makeup_workday":
            yield Warning_(code="makeup_workday", day=d)


def _place(region: Region, request: TripRequest, place: Attraction) -> Iterable[Warning_]:
    if not place.opening_hours:
        yield Warning_(code="hours_unknown", place=place.id)
    elif place.hours_basis in UNVERIFIED_HOURS:
        yield Warning_(code="hours_unverified", place=place.id)
    if place.ticket_fen is None:
        yield Warning_(code="price_unknown", place=place.id)
    elif place.ticket_basis in UNVERIFIED_PRICE:
        yield Warning_(code="price_unverified", place=place.id)
    if place.coord_confidence == "low":
        yield Warning_(code="coord_low", place=place.id)
    if place.booking_required:
        yield Warning_(code="booking_required", place=place.id, detail={"channel": place.booking_channel or ""})
    if "wheelchair" in request.needs and place.wheelchair is None:
        yield Warning_(code="wheelchair_unknown", place=place.id)
    if {"few_steps", "stroller"} & set(request.needs) and place.steps_level is None:
        yield Warning_(code="steps_unknown", place=place.id)
    if place.seated is False and (request.party.seniors or request.needs):
        yield Warning_(code="standing", place=place.id)
    winter = any(date.month in (11, 12, 1, 2, 3) for date in request.dates)
    if winter and place.category == "nature":
        yield Warning_(code="winter_mountain", place=place.id)


def _at_lodging(day: ItineraryDay, k: int) -> bool:
    """A meal without an eatery right before the day ends where one sleeps needs no word."""
    return k + 1 < len(day.items) and isinstance(day.items[k + 1], EndItem)


def _holds(stop: StopItem, place: str) -> bool:
    return stop.place == place or any(part.place == place for part in stop.parts)


def _taxi_back(region: Region, d: int, day: ItineraryDay) -> Iterable[Warning_]:
    """A taxi hailed away from a town may not be had."""
    for item in day.items:
        if isinstance(item, LegItem) and item.mode == "taxi" and isinstance(item.from_, str):
            place = region.catalog.attractions.get(item.from_)
            if place is not None and _is_remote(region, place):
                yield Warning_(code="taxi_return_unverified", day=d, place=item.from_)


def _is_remote(region: Region, place: Attraction) -> bool:
    """Little visited and with no kitchen, inn or station within a walk, so hardly a place where taxis wait."""
    if place.popularity >= 50 or place.category not in ("nature", "village", "temple"):
        return False
    catalog = region.catalog
    known = [(one.lat, one.lon) for shelf in (catalog.dining, catalog.lodging, catalog.hubs) for one in shelf.values()]
    return bool(straight_km(place.lat, place.lon, *zip(*known, strict=True)).min() > TAXI_RANK_KM)


def _free_half_days(request: TripRequest, d: int, day: ItineraryDay) -> int:
    """Half days of daytime of day ``d`` (from 0) in which nothing is planned."""
    frame = frame_of(request, d)
    begin = max(frame.day_start, next(item.time for item in day.items if isinstance(item, StartItem)))
    end = frame.day_end if frame.end_min is None else min(frame.day_end, frame.end_min)
    busy = sum(
        max(0, min(b, end) - max(a, begin))
        for a, b in (
            (item.depart - item.wait_min, item.arrive) if isinstance(item, LegItem) else (item.arrive, item.end)
            for item in day.items
            if isinstance(item, LegItem | StopItem)
        )
    )
    return max(0, end - begin - busy - 90) // 210


def leg_notes(region: Region, request: TripRequest, lines: Sequence[DayLine]) -> Iterable[Warning_]:
    """Which leg wishes the plan has no use for, and where a car of one's own stays behind because of one."""
    wishes = choices_of(region, request)
    used: set[int] = set()
    for d, line in enumerate(lines):
        own = frame_of(request, d).mode == "drive"
        for w in (w for nodes in _rows(line) for w in _met(wishes, nodes)):
            used.add(w)
            if own and request.leg_modes[w].mode != "drive":
                yield Warning_(code="car_left", day=d + 1, place=request.leg_modes[w].from_)
    for w, wish in enumerate(request.leg_modes):
        if w not in used:
            names = {f"{end}_{lang}": name_of(region, ref, lang)
                     for end, ref in (("from", wish.from_), ("to", wish.to)) for lang in ("zh", "en")}  # fmt: skip
            yield Warning_(code="leg_unused", detail={"wish": w, "mode": wish.mode, **names})


def _rows(line: DayLine) -> Iterable[list[str]]:
    """The places that rides in a row lead over, nothing between the rides."""
    nodes: list[str] = []
    for event in line.events:
        if isinstance(event, Ride):
            nodes = [*(nodes or [event.segment.from_id]), event.segment.to_id]
        elif nodes:
            yield nodes
            nodes = []
    if nodes:
        yield nodes


def _met(wishes: Sequence[LegChoice], nodes: Sequence[str]) -> Iterable[int]:
    """Wishes that speak of a stretch of these places; of two for one stretch the one that names fewer places."""
    order = sorted(range(len(wishes)), key=lambda w: len(wishes[w].origins) * len(wishes[w].targets))
    a = 0
    while a < len(nodes):
        met = next(
            ((w, b) for b in range(a + 1, len(nodes)) for w in order
             if nodes[a] in wishes[w].origins and nodes[b] in wishes[w].targets), None,
        )  # fmt: skip
        if met is not None:
            yield met[0]
        a = met[1] if met is not None else a + 1
