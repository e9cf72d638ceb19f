"""A trip under way: what of its plan has happened, and the ways to plan what is left."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recommender.errors import InfeasibleTrip, Problem, RequestError
from recommender.model import (
    Anchor,
    DayDetail,
    EndItem,
    Item,
    Itinerary,
    ItineraryDay,
    LeftOut,
    LegItem,
    Lock,
    MealItem,
    Now,
    PlaceRef,
    RestItem,
    StartItem,
    StopItem,
    TripRequest,
    format_clock,
)
from recommender.trip import pacing
from recommender.trip.itinerary import recharged, totals_of
from recommender.trip.mapping import FRESH, Underway, is_great, is_outer_sight
from recommender.trip.previous import places_at
from recommender.trip.warn import nudges_of, warnings_of

if TYPE_CHECKING:
    from recommender.region import Region

_WISH: Final = re.compile(r"(must_see|locks|rain)\[(\d+)\]")


@dataclass(frozen=True)
class Journey:
    """A trip under way, split at now.

    Attributes
    ----------
    past
        Days before today, as they were.
    today
        What has happened today, its start included.
    rest
        The request for what is left: today from now on, and the days after.
    state
        What today has used up.
    later
        Days after today that stay as they were, so that ``rest`` is today alone.
    """

    request: TripRequest
    past: tuple[ItineraryDay, ...]
    today: tuple[Item, ...]
    rest: TripRequest
    state: Underway
    later: tuple[ItineraryDay, ...] = ()

    def joined(self, region: Region, rest: Itinerary, *, paced: bool) -> Itinerary:
        """Past, today and what is left as one itinerary, counted and warned about as a whole."""
        first, *later = rest.days
        items = (*self.today, *_from_the_area(_lately(self.today), first.items[1:]))
        done = (*self.past, first.model_copy(update={"items": items, "lodging": self._night(first)}), *later)
        days = (*done, *recharged(region, self.request, self.later, _tickets_of(region, done)))
        totals = totals_of(region, self.request, days)
        seen = {place for day in days for item in day.items for place in places_at(item)}
        left: tuple[LeftOut, ...] = tuple(left for left in rest.left_out if left.place not in seen)
        return Itinerary(
            revision=rest.revision, work=rest.work, request=self.request, days=days, totals=totals, left_out=left,
            warnings=(
                *warnings_of(region, self.request, days, totals, paced=paced),
                *nudges_of(region, self.request, days, left),
            ),
        )  # fmt: skip

    def _night(self, first: ItineraryDay) -> PlaceRef | None:
        """Where today ends, if other days follow that stay as they were."""
        return first.lodging if not self.later else stands_at(first.items[-1])

    def outward(self, error: InfeasibleTrip) -> InfeasibleTrip:
        """A conflict of the rest in the fields of the whole request."""
        passed = len(self.past)

        def field(name: str) -> str:
            found = _WISH.fullmatch(name)
            if found is None or found[1] == "rain":
                return name
            inner = self.rest.must_see if found[1] == "must_see" else [lock.place for lock in self.rest.locks]
            outer = self.request.must_see if found[1] == "must_see" else [lock.place for lock in self.request.locks]
            return f"{found[1]}[{list(outer).index(inner[int(found[2])])}]"

        eased: list[dict[str, object]] = []
        for change in error.detail["relaxations"]:
            name, value = str(change["field"]), change["value"]
            value = value + passed if name == "days" and isinstance(value, int) else value
            eased.append({"field": field(name), "value": value})
        problems = [replace(p, field=", ".join(map(field, p.field.split(", ")))) for p in error.problems]
        return InfeasibleTrip(problems, conflict=[field(name) for name in error.detail["conflict"]], relaxations=eased)


def _lately(items: Sequence[Item]) -> Item:
    """The last item that was not a rest."""
    return next(item for item in reversed(items) if not isinstance(item, RestItem))


def _from_the_area(here: Item, items: Sequence[Item]) -> Sequence[Item]:
    """The first leg leaves from the area whose sub-sight one stands at, as a plan has it."""
    k = next((k for k, item in enumerate(items) if isinstance(item, LegItem)), None)
    leg = items[k] if k is not None else None
    if k is not None and isinstance(here, StopItem) and isinstance(leg, LegItem) and leg.from_ in places_at(here):
        return (*items[:k], leg.model_copy(update={"from_": here.place}), *items[k + 1 :])
    return items


def _stand(here: Item, place: PlaceRef) -> PlaceRef:
    """Where exactly one stands at the end of a stop: at its last sub-sight, if that ended it."""
    if isinstance(here, StopItem) and here.place == place:
        last = max(here.parts, key=lambda part: part.end, default=None)
        if last is not None and last.end == here.end:
            return last.place
    return place


def split(region: Region, request: TripRequest, previous: Itinerary) -> Journey:
    """Take a trip under way apart.

    Raises
    ------
    RequestError
        An appointment lies in the past and was not kept, the trip is over, or it names places that are not there any more.
    """
    now = request.now
    assert now is not None
    today = previous.days[now.day - 1]
    if (
        request.end is not None
        and request.end.time is not None
        and (now.day, now.time) >= (request.days, request.end.time)
    ):
        raise RequestError([Problem("now.time", format_clock(now.time), "now_after_end")])
    _no_unknown_place(region, previous)
    kept = _happened(today.items, now)
    before = [item for day in previous.days[: now.day - 1] for item in day.items] + list(kept)
    visited = {place for item in before for place in places_at(item)} | set(now.done)
    _no_lock_in_the_past(request, now, visited)
    return Journey(
        request, previous.days[: now.day - 1], kept, _rest_of(region, request, previous, now, before, kept, visited),
        _used(region, kept, before),
    )  # fmt: skip


def journeys(region: Region, request: TripRequest, previous: Itinerary) -> list[Journey]:
    """The ways in which to plan the rest, the one that changes least first; the last is bound by the wishes alone.

    Raises
    ------
    RequestError
        As ``split``.
    """
    whole = split(region, request, previous)
    now = request.now
    assert now is not None
    if not now.only_today or not _later_can_stay(region, request, previous):
        return [whole]
    today = _today_alone(region, whole, previous)
    appointed = _appointments(region, today, previous.days[now.day - 1].items, now)
    kept = replace(today, rest=today.rest.model_copy(update={"locks": (*today.rest.locks, *appointed)}))
    return [kept, today, whole] if appointed else [today, whole]


_OF_TODAY: Final = {"now", "previous", "must_see", "locks", "avoid", "rain"}
"""Wishes that may change without touching the days after today."""


def _later_can_stay(region: Region, request: TripRequest, previous: Itinerary) -> bool:
    """Whether the days after today still keep to the wishes as they are."""
    now, before = request.now, previous.request
    assert now is not None
    if len(previous.days) != request.days or request.model_dump(exclude=_OF_TODAY) != before.model_dump(exclude=_OF_TODAY):
        return False
    starts = {
        (place, d): item.start
        for d, day in enumerate(previous.days[now.day :], start=now.day + 1)
        for item in day.items
        if isinstance(item, StopItem)
        for place in places_at(item)
    }
    locks = [lock for lock in request.locks if lock.day is not None and lock.day > now.day]
    held = all(lock in before.locks and (lock.place, lock.day) in starts for lock in locks)
    dry = {day for day in request.rain if day > now.day} == {day for day in before.rain if day > now.day}
    seen = {place for place, _ in starts}
    seen |= {area for place in seen if (area := region.catalog.attractions[place].area_id) is not None}
    return held and dry and not seen & set(request.avoid)


def _today_alone(region: Region, whole: Journey, previous: Itinerary) -> Journey:
    """The rest of today, the days after it staying as they were."""
    request, rest, now = whole.request, whole.rest, whole.request.now
    assert now is not None
    later = previous.days[now.day :]
    kept = {place for day in later for item in day.items for place in places_at(item)}
    home = previous.days[now.day - 1].items[-1]
    assert isinstance(home, EndItem)
    locks = tuple(lock for lock in rest.locks if (lock.day is None and lock.place not in kept) or lock.day == 1)
    spent = sum(_spent_fen(item) for day in later for item in day.items)
    alone = rest.model_copy(
        update={
            "days": 1,
            "end": rest.end if not later else Anchor(place=home.place),
            "lodging": "auto",
            "must_see": tuple(place for place in rest.must_see if place not in kept),
            "avoid": tuple(dict.fromkeys([*rest.avoid, *now.closed, *_not_again(region, kept)])),
            "locks": locks,
            "rain": tuple(day for day in rest.rain if day == 1),
            "days_detail": None if rest.days_detail is None else rest.days_detail[:1],
            "budget_fen": None if rest.budget_fen is None else max(0, rest.budget_fen - spent),
            "pace": "relaxed" if now.easier else request.pace,
        }
    )
    state = replace(whole.state, only=_still_for_today(region, request, previous))
    return replace(whole, rest=alone, state=state, later=later)


def _still_for_today(region: Region, request: TripRequest, previous: Itinerary) -> frozenset[str] | None:
    """The places that the rest of today may have; None for any. In the rain nothing new that has no roof."""
    now = request.now
    assert now is not None
    coming = [item for item in previous.days[now.day - 1].items if isinstance(item, StopItem) and item.end > now.time]
    planned = {place for item in coming for place in places_at(item)}
    if not now.adds:
        return frozenset(planned)
    if now.day in request.rain:
        return frozenset(planned | {place.id for place in region.catalog.attractions.values() if place.indoor == "yes"})
    return None


def _appointments(region: Region, journey: Journey, items: Sequence[Item], now: Now) -> tuple[Lock, ...]:
    """Shows and booked visits still to come today, held at their hour."""
    catalog = region.catalog.attractions
    held = {lock.place for lock in journey.rest.locks} | set(journey.rest.avoid)
    return tuple(
        Lock(place=item.place, day=1, time=item.start)
        for item in items
        if isinstance(item, StopItem) and item.start >= now.time and item.place not in held
        if catalog[item.place].category == "show" or catalog[item.place].booking_required
    )


def _tickets_of(region: Region, days: Sequence[ItineraryDay]) -> set[str]:
    """Joint tickets that are bought on some days."""
    places = {place for day in days for item in day.items for place in places_at(item)}
    return {group for place in places if (group := region.catalog.attractions[place].ticket_group)}


def _happened(items: Sequence[Item], now: Now) -> tuple[Item, ...]:
    """The items of today that lie behind, the last one lasting until now."""
    # A place that is come to twice is done as often as it is named.
    done = Counter(now.done)
    reached = 1
    for k, item in enumerate(items[:-1], start=1):
        begin, end = _span(item)
        if begin >= now.time and k > 1:
            break
        if isinstance(item, StopItem):
            named = next((place for place in places_at(item) if done[place]), None)
            if named is None and item.place != now.place and (now.done or end > now.time):
                break
            if named is not None:
                done[named] -= 1
            reached = k
        elif stands_at(item) == now.place and end <= now.time:
            reached = k
    kept = list(items[:reached])
    kept[-1] = _until(kept[-1], now.time)
    free = _span(kept[-1])[1]
    if free < now.time:
        last = kept[-1]
        if isinstance(last, RestItem) or (isinstance(last, StopItem) and last.place == now.place):
            kept[-1] = last.model_copy(update={"end": now.time})
        else:
            kept.append(RestItem(start=free, end=now.time))
    return tuple(kept)


def _span(item: Item) -> tuple[int, int]:
    if isinstance(item, LegItem):
        return item.depart, item.arrive
    if isinstance(item, StopItem):
        return item.arrive, item.end
    if isinstance(item, MealItem | RestItem):
        return item.start, item.end
    return item.time, item.time


def stands_at(item: Item) -> PlaceRef | None:
    """Where an item leaves one; None where it says nothing about it."""
    if isinstance(item, LegItem):
        return item.to
    return None if isinstance(item, RestItem) else item.place


def _until(item: Item, minute: int) -> Item:
    """An item cut short at a minute, sub-sights that were not reached left out."""
    if _span(item)[1] <= minute:
        return item
    if isinstance(item, StopItem):
        parts = tuple(
            part.model_copy(update={"end": min(part.end, minute)}) for part in item.parts if part.start < minute
        )
        begin = min(item.start, minute - 1)
        ticket = item.ticket_fen
        if ticket is not None and len(parts) < len(item.parts):
            ticket -= sum(part.ticket_fen or 0 for part in item.parts[len(parts) :])
        return item.model_copy(
            update={
                "arrive": min(item.arrive, begin),
                "start": begin,
                "end": minute,
                "parts": parts,
                "ticket_fen": ticket,
            }
        )
    if isinstance(item, MealItem | RestItem):
        return item.model_copy(update={"end": max(minute, item.start + 1)})
    if isinstance(item, StartItem):
        return item.model_copy(update={"time": minute})
    return item


def _no_unknown_place(region: Region, previous: Itinerary) -> None:
    """Places that the data have lost since cannot be counted, timed or slept at."""
    catalog, missing = region.catalog, []
    for d, day in enumerate(previous.days):
        for k, item in enumerate(day.items):
            ends = (item.from_, item.to) if isinstance(item, LegItem) else (stands_at(item),)
            known = [place in catalog.attractions for place in places_at(item)]
            known += [catalog.find_place(place) is not None for place in ends if isinstance(place, str)]
            if not all(known):
                missing.append(Problem(f"previous.days[{d}].items[{k}]", _named(item), "unknown_place"))
        if isinstance(day.lodging, str) and catalog.find_place(day.lodging) is None:
            missing.append(Problem(f"previous.days[{d}].lodging", day.lodging, "unknown_place"))
    if missing:
        raise RequestError(missing)


def _named(item: Item) -> str:
    return (
        f"{item.from_} → {item.to}" if isinstance(item, LegItem) else ", ".join(places_at(item)) or str(stands_at(item))
    )


def _no_lock_in_the_past(request: TripRequest, now: Now, visited: set[str]) -> None:
    late = [
        Problem(f"locks[{k}]", lock.place, "lock_past")
        for k, lock in enumerate(request.locks)
        if lock.place not in visited and _is_past(lock, now)
    ]
    if late:
        raise RequestError(late)


def _is_past(lock: Lock, now: Now) -> bool:
    if lock.day is None:
        return False
    return lock.day < now.day or (lock.day == now.day and lock.time is not None and lock.time < now.time)


def _rest_of(
    region: Region,
    request: TripRequest,
    previous: Itinerary,
    now: Now,
    before: Sequence[Item],
    kept: Sequence[Item],
    visited: set[str],
) -> TripRequest:
    passed = now.day - 1
    days = request.days - passed
    nights: object = "auto"
    if request.lodging != "auto":
        nights = request.lodging[passed:]
    elif len(previous.days) == request.days:
        nights = tuple(day.lodging for day in previous.days[passed:-1])
    last = previous.days[-1].items[-1]
    home = Anchor(place=last.place) if isinstance(last, EndItem) and len(previous.days) == request.days else None
    locks = tuple(
        lock.model_copy(update={"day": None if lock.day is None else lock.day - passed})
        for lock in request.locks
        if lock.place not in visited
    )
    spent = sum(_spent_fen(item) for item in before)
    return request.model_copy(
        update={
            "start_date": request.start_date + dt.timedelta(days=passed),
            "days": days,
            "start": Anchor(place=_stand(_lately(kept), now.place), time=now.time),
            "end": request.end or home,
            "lodging": nights if days > 1 else "auto",
            "must_see": tuple(place for place in request.must_see if place not in visited),
            "avoid": tuple(dict.fromkeys([*request.avoid, *_shut(request, now), *_not_again(region, visited)])),
            "locks": locks,
            "rain": tuple(day - passed for day in request.rain if day > passed),
            "days_detail": _from_here(request, passed),
            "budget_fen": None if request.budget_fen is None else max(0, request.budget_fen - spent),
            "now": None,
        }
    )


def _shut(request: TripRequest, now: Now) -> list[str]:
    """Places found shut today that nothing asks for on another day."""
    wanted = {*request.must_see, *(lock.place for lock in request.locks)}
    return [place for place in now.closed if place not in wanted]


def _not_again(region: Region, visited: set[str]) -> list[str]:
    """Places that have been visited, by whatever entrance; the streets of an old town one may walk again."""
    catalog = region.catalog.attractions
    twins = {place.id for place in catalog.values() if place.alternative_of in visited}
    twins |= {other for place in visited if (other := catalog[place].alternative_of)}
    return sorted((visited | twins) - {place for place in visited if catalog[place].walled})


def _from_here(request: TripRequest, passed: int) -> tuple[DayDetail | None, ...] | None:
    """The days' own wishes from today on; today no longer begins where it was to begin."""
    if request.days_detail is None:
        return None
    today, *later = request.days_detail[passed:]
    return (None if today is None else today.model_copy(update={"start": None}), *later)


def _spent_fen(item: Item) -> int:
    if isinstance(item, StopItem):
        return item.ticket_fen if item.ticket_fen is not None else sum(part.ticket_fen or 0 for part in item.parts)
    return (item.fare_fen or 0) if isinstance(item, LegItem) else 0


def _used(region: Region, today: Sequence[Item], before: Sequence[Item]) -> Underway:
    """What today has used up of its pace and meals, and the joint tickets that are bought."""
    catalog = region.catalog.attractions
    seen = [catalog[place] for item in today for place in places_at(item)]
    paid = {catalog[place].ticket_group for item in before for place in places_at(item)}
    return replace(
        FRESH,
        active=True,
        outer=sum(is_outer_sight(region, place) for place in seen),
        parts=sum(len(item.parts) for item in today if isinstance(item, StopItem)),
        great=sum(is_great(region, place) for place in seen),
        eaten=frozenset(item.meal for item in today if isinstance(item, MealItem)),
        paid=frozenset(group for group in paid if group),
        strolled=frozenset(place for item in before for place in places_at(item)[:1] if catalog[place].walled),
        walked_m=pacing.walked_m(catalog, today),
        entered=frozenset(
            (item.place, pacing.part_of_day(item.start))
            for item in today
            if isinstance(item, StopItem) and catalog[item.place].walled
        ),
    )
