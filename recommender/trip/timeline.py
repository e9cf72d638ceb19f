"""A day's visits, put on the clock: real vehicles, meals where one can eat, rests where there is time to spare.

The solver knows that meals fit somewhere; here each gets its place and hour. Among all ways to fit them the day with
meals nearest their usual hour and the least waiting is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from recommender.model import LegItem, LegMode, Party, PlaceRef
from recommender.trip.candidates import Option
from recommender.trip.mapping import Break
from recommender.trip.ways import party_fare_fen

if TYPE_CHECKING:
    from recommender.catalog import Dining
    from recommender.region import Region
    from recommender.travel import LegChoice, Segment, TravelMatrix

IDEAL_MIN: Final = {"lunch": 12 * 60, "dinner": 18 * 60}
TABLE_MIN: Final = 10
"""Of a meal's length: finding a table, or the walk to a known eatery and back."""
NO_EATERY_COST: Final = 45
SAME_EATERY_COST: Final = 25
"""Of eating twice a day at one place; less than of not knowing where to eat."""
FAR_EATERY_MIN: Final = 20
NEAR_TABLE_MIN: Final = 8
"""So near a table nobody needs to sit down first."""
LONG_WAIT_MIN: Final = 30
SHORT_WAIT_MIN: Final = 10
EARLY_MIN: Final = 15
"""How much before its usual time a meal or a rest may begin where there is nothing else to do."""
LIKED: Final = 120
"""A leg done as the visitor wants it is worth this much of an ill-timed meal or a wait."""
LABELS: Final = 10


@dataclass(frozen=True, slots=True)
class Ride:
    """One vehicle or walk on the clock; the raw form of a leg."""

    segment: Segment
    depart: int
    arrive: int
    wait_min: int


@dataclass(frozen=True, slots=True)
class Visit:
    option: Option
    arrive: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Meal:
    kind: str
    place: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rest:
    """Free time; ``needed`` where it was planned to sit down after a visit."""

    start: int
    end: int
    needed: bool = False


Event = Ride | Visit | Meal | Rest
_Trip = tuple[int, tuple[Ride, ...]]


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day on the clock: where and when it begins and ends, and what happens in between, in order."""

    start_id: str
    start: int
    events: tuple[Event, ...]
    end_id: str
    end: int


@dataclass(slots=True, eq=False)
class _Label:
    time: int
    cost: float
    events: tuple[Event, ...]


class Clock:
    """Puts days on the clock for one trip."""

    def __init__(
        self, region: Region, matrix: TravelMatrix, party: Party, late_limit_min: int, wished: Sequence[LegChoice] = ()
    ) -> None:
        self._wished = wished
        self._late_limit_min = late_limit_min
        self._near = False
        self._region = region
        self._matrix = matrix
        self._party = party
        self._eateries: dict[str, tuple[Dining, ...]] = {}
        self._ridden: dict[tuple[str, str, int], _Trip | None] = {}

    def ride(self, origin: str, target: str, leave: int) -> _Trip | None:
        """Arrival and vehicles when leaving ``origin`` at minute ``leave``; None where nothing goes any more."""
        key = (origin, target, leave)
        if key not in self._ridden:
            self._ridden[key] = self._ride(origin, target, leave)
        return self._ridden[key]

    def _ride(self, origin: str, target: str, leave: int) -> _Trip | None:
        if origin == target:
            return leave, ()
        matrix = self._matrix
        i, j = matrix.index[origin], matrix.index[target]
        late = bool(leave > matrix.latest[i, j])
        if late:
            return self._late(origin, target, leave)
        if matrix.minutes[i, j] >= 9_000:
            return None
        rides: list[Ride] = []
        now = leave
        for segment in matrix.segments(origin, target):
            depart = now + segment.wait_min
            if segment.departures:
                later = [minute for minute in segment.departures if minute >= depart]
                if not later:
                    return None
                depart = later[0]
            elif segment.first is not None:
                depart = max(depart, segment.first)
            if segment.last is not None and depart > segment.last:
                return self._late(origin, target, leave)
            rides.append(Ride(segment, depart, depart + segment.ride_min, depart - now))
            now = depart + segment.ride_min
        return now, tuple(rides)

    def _late(self, origin: str, target: str, leave: int) -> _Trip | None:
        i, j = self._matrix.index[origin], self._matrix.index[target]
        late = self._matrix.late_minutes[i, j]
        if late >= 9_000 or late > self._late_limit_min:
            return None
        rides: list[Ride] = []
        now = leave
        for segment in self._matrix.segments(origin, target, late=True):
            rides.append(
                Ride(segment, now + segment.wait_min, now + segment.wait_min + segment.ride_min, segment.wait_min)
            )
            now = rides[-1].arrive
        return now, tuple(rides)

    def _liking(self, origin: str, target: str) -> float:
        """What a label gains by a leg that the visitor spoke of, so that it stays in the plan where it can."""
        return -LIKED if any(origin in wish.origins and target in wish.targets for wish in self._wished) else 0.0

    def eateries(self, place: str) -> tuple[Dining, ...]:
        """Eateries within a short walk of a place, nearest first; none where feet are to be spared."""
        if self._near:
            return ()
        if place not in self._eateries:
            matrix = self._matrix
            row = matrix.index[place]
            near = [
                (int(matrix.minutes[row, matrix.index[d.id]]), d.id, d)
                for d in self._region.catalog.dining.values()
                if d.id in matrix.index
                and matrix.walk_m[row, matrix.index[d.id]] >= matrix.metres[row, matrix.index[d.id]]
                and matrix.minutes[row, matrix.index[d.id]] <= FAR_EATERY_MIN
            ]
            self._eateries[place] = tuple(d for _, _, d in sorted(near, key=lambda item: item[:2])[:3])
        return self._eateries[place]

    def day(
        self,
        start_id: str,
        end_id: str,
        visits: Sequence[tuple[Option, int]],
        breaks: Sequence[Break],
        first_min: int,
        last_min: int,
        *,
        fixed_start: bool,
        near: bool = False,
    ) -> DayLine | None:
        """The best day for visits in this order, or None if they cannot all be kept.

        Parameters
        ----------
        visits
            Options with the index of the day in the trip, in the solver's order.
        breaks
            Meals and rests, in order; every one is taken.
        fixed_start
            The trip begins here and now (an arrival); otherwise people leave as late as the first opening allows.
        near
            Meals are eaten wherever one is, to spare feet.
        """
        self._near = near
        labels: dict[int, list[_Label]] = {0: [_Label(first_min, 0.0, ())]}
        stops = [option.place for option, _ in visits]
        nodes = [start_id, *stops, end_id]
        for k in range(len(nodes) - 1):
            here, there = nodes[k], nodes[k + 1]
            nxt: dict[int, list[_Label]] = {}
            for taken, fans in labels.items():
                for label in fans:
                    for more in range(len(breaks) - taken + 1):
                        pauses = breaks[taken : taken + more]
                        for moved in self._cross(here, there, label, pauses):
                            seen = self._see(moved, visits[k]) if k < len(visits) else moved
                            if seen is not None and seen.time <= last_min:
                                nxt.setdefault(taken + more, []).append(seen)
            labels = {taken: _pareto(fans) for taken, fans in nxt.items()}
        final = labels.get(len(breaks), [])
        if not final:
            return None
        best = min(final, key=lambda label: (label.cost + 0.05 * label.time, label.time))
        start, events = first_min, best.events
        if not fixed_start:
            start, events = _leave_later(first_min, events)
        return DayLine(start_id, start, events, end_id, best.time if events else start)

    def _see(self, label: _Label, visit: tuple[Option, int]) -> _Label | None:
        option, day = visit
        for earliest, latest in option.windows[day]:
            begin = max(label.time, earliest)
            if begin <= latest:
                wait = begin - label.time
                events = label.events
                arrive = label.time
                if wait > LONG_WAIT_MIN and events:
                    arrive = begin - 10
                    events = (*events, Rest(label.time, arrive))
                end = begin + option.duration_min
                left = end - option.rest_min
                events = (*events, Visit(option, arrive, begin + option.lead_min, left))
                if option.rest_min:
                    events = (*events, Rest(left, end, needed=True))
                return _Label(end, label.cost + 0.3 * wait, events)
        return None

    def _cross(self, here: str, there: str, label: _Label, pauses: Sequence[Break]) -> Iterable[_Label]:
        """Every way to get from here to there with these breaks on the way, some before leaving, some on arrival."""
        for before in range(len(pauses) + 1):
            for left, at in self._pause(here, label, pauses[:before], origin=True, other=there):
                for eaten, place in self._go(at, there, left, pauses[before:]):
                    if place == there:
                        yield eaten

    def _go(self, at: str, there: str, label: _Label, pauses: Sequence[Break]) -> Iterable[tuple[_Label, str]]:
        trip = self.ride(at, there, label.time)
        if trip is not None:
            arrived = _Label(trip[0], label.cost + self._liking(at, there), (*label.events, *trip[1]))
            if not pauses:
                yield arrived, there
            for rested, place in self._pause(there, arrived, pauses, origin=False, other=at):
                if pauses:
                    yield rested, place
        if len(pauses) == 1 and pauses[0].kind != "rest":
            # Straight to an eatery beside the next place, then on foot.
            for eatery in self.eateries(there):
                trip = self.ride(at, eatery.id, label.time)
                if trip is None:
                    continue
                moved = _Label(trip[0], label.cost + self._liking(at, eatery.id), (*label.events, *trip[1]))
                for ate in self._eat(moved, pauses[0], eatery):
                    walk = self.ride(eatery.id, there, ate.time)
                    if walk is not None:
                        cost = ate.cost + self._liking(eatery.id, there)
                        yield _Label(walk[0], cost, (*ate.events, *walk[1])), there

    def _pause(
        self, place: str, label: _Label, pauses: Sequence[Break], *, origin: bool, other: str
    ) -> Iterable[tuple[_Label, str]]:
        """Take breaks in order at a place; before leaving, a meal may end at an eatery from which one goes on."""
        if not pauses:
            yield label, place
            return
        states: list[tuple[_Label, str]] = [(label, place)]
        for pause in pauses:
            following: list[tuple[_Label, str]] = []
            for state, at in states:
                hungry = _without_sitting(state)
                plain = self._plain(hungry, pause)
                if plain is not None:
                    following.append((plain, at))
                if pause.kind == "rest" or not origin:
                    continue
                for eatery in self.eateries(at):
                    leave = hungry
                    walk = self.ride(at, eatery.id, leave.time)
                    if walk is not None and walk[0] - leave.time > NEAR_TABLE_MIN:
                        leave, walk = state, self.ride(at, eatery.id, state.time)
                    spare = pause.earliest_min - EARLY_MIN - walk[0] if walk is not None else 0
                    before = leave.events
                    if spare > SHORT_WAIT_MIN:
                        # Free time is spent here, not at a table.
                        walk = self.ride(at, eatery.id, leave.time + spare)
                        before = (*before, Rest(leave.time, leave.time + spare))
                    if walk is not None:
                        moved = _Label(walk[0], leave.cost + self._liking(at, eatery.id), (*before, *walk[1]))
                        following += [(ate, eatery.id) for ate in self._eat(moved, pause, eatery)]
            states = following
        yield from states

    def _plain(self, label: _Label, pause: Break) -> _Label | None:
        begin = _begin(label.time, pause)
        if begin > pause.latest_min:
            return None
        events = label.events if begin == label.time else (*label.events, Rest(label.time, begin))
        end = begin + pause.length_min
        if pause.kind == "rest":
            return _Label(end, label.cost, (*events, Rest(begin, end)))
        cost = label.cost + abs(begin - IDEAL_MIN[pause.kind]) * 0.5 + NO_EATERY_COST
        return _Label(end, cost, (*events, Meal(pause.kind, None, begin, end)))

    def _eat(self, label: _Label, pause: Break, eatery: Dining) -> Iterable[_Label]:
        length = pause.length_min - TABLE_MIN
        begin = _begin(label.time, pause)
        if begin > pause.latest_min + TABLE_MIN or not self._serves(eatery, begin, begin + length):
            return
        events = label.events if begin == label.time else (*label.events, Rest(label.time, begin))
        again = any(isinstance(event, Meal) and event.place == eatery.id for event in label.events)
        cost = label.cost + abs(begin - IDEAL_MIN[pause.kind]) * 0.5 + again * SAME_EATERY_COST
        yield _Label(begin + length, cost, (*events, Meal(pause.kind, eatery.id, begin, begin + length)))

    def _serves(self, eatery: Dining, begin: int, end: int) -> bool:
        return any(opens <= begin and end <= closes for opens, closes in eatery_hours(eatery))


def _without_sitting(label: _Label) -> _Label:
    """Straight to the table after a visit: a meal is a rest as well."""
    last = label.events[-1] if label.events else None
    if isinstance(last, Rest) and last.needed:
        return _Label(last.start, label.cost, label.events[:-1])
    return label


def _begin(time: int, pause: Break) -> int:
    """When a break begins: a little early rather than after an empty quarter of an hour."""
    return max(time, pause.earliest_min - EARLY_MIN)


def eatery_hours(eatery: Dining) -> tuple[tuple[int, int], ...]:
    """Daily serving hours, ``HH:MM-HH:MM`` lists; () where unknown: an unknown kitchen is never planned on."""
    return _spans(eatery.open_hours or "")


@lru_cache(1_024)
def _spans(hours: str) -> tuple[tuple[int, int], ...]:
    spans = []
    for span in hours.split(","):
        begin, dash, end = span.strip().partition("-")
        if dash:
            (h1, m1), (h2, m2) = begin.split(":"), end.split(":")
            spans.append((int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)))
    return tuple(spans)


def _pareto(labels: list[_Label]) -> list[_Label]:
    """Labels not beaten in both time and cost, at most ``LABELS`` of them."""
    kept: list[_Label] = []
    for label in sorted(labels, key=lambda item: (item.time, item.cost)):
        if not kept or label.cost < kept[-1].cost:
            kept.append(label)
    return kept if len(kept) <= LABELS else [*kept[: LABELS - 1], kept[-1]]


def _leave_later(first_min: int, events: tuple[Event, ...]) -> tuple[int, tuple[Event, ...]]:
    """Leave so that the first door opens on arrival, if only own wheels or feet come before it."""
    head = 0
    while head < len(events) and isinstance(events[head], Ride):
        head += 1
    rides = [event for event in events[:head] if isinstance(event, Ride)]
    if head == len(events) or any(ride.segment.mode in ("rail", "bus") for ride in rides):
        return first_min, events
    target = events[head]
    if isinstance(target, Rest) and head + 1 < len(events):
        following = events[head + 1]
        spare = target.end - target.start if isinstance(following, Visit | Meal) else 0
        cut = events[head + 1 :]
    elif isinstance(target, Visit):
        spare = target.start - target.option.lead_min - target.arrive
        cut = (replace(target, arrive=target.arrive + spare), *events[head + 1 :])
    else:
        return first_min, events
    if spare <= 0:
        return first_min, events
    shifted = tuple(replace(ride, depart=ride.depart + spare, arrive=ride.arrive + spare) for ride in rides)
    return first_min + spare, (*shifted, *cut)


def leg_of(ride: Ride, refs: dict[str, PlaceRef], party: Party) -> LegItem:
    """The itinerary's leg for a ride."""
    segment = ride.segment
    fare = segment.fare_fen
    if segment.mode == "walk":
        fare = 0
    elif fare is not None:
        per_head = segment.per == "head"
        fare = int(party_fare_fen(fare if per_head else 0, 0 if per_head else fare, party))
    mode: LegMode = segment.mode
    return LegItem(
        from_=refs.get(segment.from_id, segment.from_id), to=refs.get(segment.to_id, segment.to_id), mode=mode,
        depart=ride.depart, arrive=ride.arrive, wait_min=ride.wait_min, distance_m=int(segment.distance_m),
        fare_fen=fare, basis=segment.basis, timetable=segment.timetable, latest_depart=segment.last,
        note=segment.note, source=segment.source, confidence=segment.confidence,
    )  # fmt: skip


def walked_m(events: Iterable[Event]) -> int:
    """Metres on foot between places."""
    return int(
        np.sum([e.segment.distance_m for e in events if isinstance(e, Ride) and e.segment.mode == "walk"] or [0])
    )
