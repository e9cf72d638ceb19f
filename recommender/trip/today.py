"""The day as it runs: where one is by the plan, what comes next, when to leave; and the rest planned anew after a mishap."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from recommender.errors import InfeasibleTrip
from recommender.model import (
    EndItem,
    Item,
    Itinerary,
    LegItem,
    MealItem,
    Now,
    PartItem,
    PlaceRef,
    RestItem,
    StopItem,
    TripRequest,
)
from recommender.trip.previous import changed
from recommender.trip.underway import stands_at

if TYPE_CHECKING:
    from recommender.region import Region

Mishap = Literal["late", "rain", "tired", "closed", "here"]
LATEST_MIN = 22 * 60 + 30


@dataclass(frozen=True, slots=True)
class Today:
    """One moment of a trip by its plan.

    Attributes
    ----------
    day
        From 1.
    now, next
        Indices of the day's items: what goes on, and the next place to be at; None where nothing is left.
    leave_by
        Minute of departure for ``next``: the plan's, waiting for the vehicle included.
    """

    day: int
    now: int | None
    next: int | None
    leave_by: int | None


def find_today(itinerary: Itinerary, instant: dt.datetime) -> Today | None:
    """The moment of a trip at an instant of local time; None if no day of it is that date."""
    date, minute = instant.date(), instant.hour * 60 + instant.minute
    for d, day in enumerate(itinerary.days, start=1):
        if day.date == date:
            return _moment(d, day.items, minute)
    return None


def _moment(day: int, items: tuple[Item, ...], minute: int) -> Today:
    begun = [k for k, item in enumerate(items) if begin_of(item) <= minute]
    now = begun[-1] if begun else None
    coming = [k for k, item in enumerate(items) if k > (-1 if now is None else now) and not isinstance(item, LegItem | RestItem)]
    if now is not None and isinstance(items[now], EndItem):
        return Today(day, now, None, None)
    following = coming[0] if coming else None
    legs = [item for item in items[now if now is not None else 0 : following] if isinstance(item, LegItem)]
    leave = min((leg.depart - leg.wait_min for leg in legs if leg.depart >= minute), default=None)
    return Today(day, now, following, leave)


def sights_after(items: tuple[Item, ...], minute: int) -> tuple[StopItem | PartItem, ...]:
    """What begins after a minute: of a stop with sub-sights those."""
    visits = [visit for item in items if isinstance(item, StopItem) for visit in item.parts or (item,)]
    return tuple(visit for visit in visits if visit.start > minute)


def begin_of(item: Item) -> int:
    """First minute of an item; of a leg its waiting too."""
    if isinstance(item, LegItem):
        return item.depart - item.wait_min
    if isinstance(item, StopItem):
        return item.arrive
    return item.start if isinstance(item, MealItem | RestItem) else item.time


def place_at(items: tuple[Item, ...], minute: int) -> PlaceRef:
    """Where one stands at a minute by the plan; on the way, the place one left."""
    here: PlaceRef | None = None
    for item in items:
        if begin_of(item) > minute and here is not None:
            break
        if not isinstance(item, LegItem) or item.arrive <= minute:
            here = stands_at(item) or here
    assert here is not None
    return here


def replanned(
    region: Region, itinerary: Itinerary, instant: dt.datetime, kind: Mishap, plan: Callable[[TripRequest], Itinerary], *,
    late_min: int = 0, closed: str = "",
) -> tuple[TripRequest, Itinerary]:  # fmt: skip
    """What to wish for after a mishap, and the plan of it: what one is at is finished first, unless a promise would be broken.

    Raises
    ------
    ValueError
        As ``mishap``.
    InfeasibleTrip, RequestError
        As ``plan``.
    """
    ask = partial(mishap, region, itinerary, instant, kind, late_min=late_min, closed=closed)
    patient, hasty = ask(), ask(finish=False)
    if patient != hasty:
        with contextlib.suppress(InfeasibleTrip):
            return patient, plan(patient)
    return hasty, plan(hasty)


def mishap(
    region: Region, itinerary: Itinerary, instant: dt.datetime, kind: Mishap, *, late_min: int = 0, closed: str = "",
    finish: bool = True,
) -> TripRequest:  # fmt: skip
    """The request that plans the rest of the day anew from this moment on, or from the end of the visit that one is at.

    Days after today stay as they are. Who is late or tired is offered nothing more than today had.

    Parameters
    ----------
    kind
        ``late``: everything up to now took ``late_min`` longer. ``rain``: it rains for the rest of the day. ``tired``: an
        easier pace. ``closed``: ``closed`` cannot be visited. ``here``: nothing but the hour counts.
    finish
        Whether what one is at is finished first.

    Raises
    ------
    ValueError
        No day of the trip is that date.
    """
    today = find_today(itinerary, instant)
    if today is None:
        raise ValueError(f"{instant.date()} is no day of the trip")
    items = itinerary.days[today.day - 1].items
    minute = min(LATEST_MIN, instant.hour * 60 + instant.minute)
    by_plan = max(begin_of(items[0]), minute - late_min)
    done = tuple(item.place for item in items if isinstance(item, StopItem) and item.start < by_plan)
    free = minute + (_until_free(region, items, by_plan, wet=kind == "rain") if finish else 0)
    now = Now(
        day=today.day, time=max(min(LATEST_MIN, free), begin_of(items[0]) + 1), place=place_at(items, by_plan), done=done,
        only_today=True, adds=kind not in ("late", "tired"), easier=kind == "tired",
        closed=_found_closed(itinerary.request, today.day, closed if kind == "closed" else ""),
    )  # fmt: skip
    request = itinerary.request
    wishes: dict[str, object] = {"now": now.model_dump()}
    if kind == "rain":
        wishes["rain"] = tuple(sorted({*request.rain, today.day}))
    elif kind == "closed":
        wishes |= _without(itinerary, closed, today.day)
    return changed(itinerary, **wishes)


def _until_free(region: Region, items: tuple[Item, ...], minute: int, *, wet: bool) -> int:
    """Minutes until what one is at is over: a meal, a visit, of an old town the sub-sight that one is in.

    In the rain nobody stays where there is no roof.
    """
    spans: list[tuple[str | None, int, int]] = []
    for item in items:
        if isinstance(item, StopItem) and item.parts:
            spans += [(part.place, part.start, part.end) for part in item.parts]
        elif isinstance(item, StopItem):
            spans.append((item.place, item.start, item.end))
        elif isinstance(item, MealItem):
            spans.append((None, item.start, item.end))
    for place, start, end in spans:
        if start <= minute < end:
            roofless = place is not None and region.catalog.attractions[place].indoor not in ("yes", "mixed")
            return 0 if wet and roofless else end - minute
    return 0


def _found_closed(request: TripRequest, day: int, place: str) -> tuple[str, ...]:
    """What is shut on a day, with what was found shut on it before."""
    before = request.now.closed if request.now is not None and request.now.day == day else ()
    return tuple(dict.fromkeys([*before, *([place] if place else [])]))


def _without(itinerary: Itinerary, place: str, day: int) -> dict[str, object]:
    """Wishes that no longer ask for a place on a day; where a later day has it, they still ask for it then."""
    request = itinerary.request
    later = any(place in item.places for d in itinerary.days[day:] for item in d.items if isinstance(item, StopItem))
    return {
        "must_see": tuple(name for name in request.must_see if name != place or later),
        "locks": tuple(lock for lock in request.locks if lock.place != place or (lock.day is not None and lock.day > day)),
    }
