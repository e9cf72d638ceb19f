"""From days on the clock to the itinerary that everybody reads: stops with parts, tickets, reasons, totals, warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recommender.calendar.days import PUBLIC_HOLIDAY
from recommender.catalog import party_ticket
from recommender.model import (
    EndItem,
    Item,
    Itinerary,
    ItineraryDay,
    LeftOut,
    LegItem,
    MealItem,
    PartItem,
    PlaceRef,
    Reason,
    RestItem,
    StartItem,
    StopItem,
    Totals,
    TripRequest,
)
from recommender.trip import pacing
from recommender.trip.candidates import Candidates, is_crowd_puller
from recommender.trip.mapping import FRESH, Underway
from recommender.trip.timeline import DayLine, Meal, Rest, Ride, Visit, leg_of
from recommender.trip.warn import leg_notes, nudges_of, warnings_of

if TYPE_CHECKING:
    from recommender.region import Region


@dataclass
class _Purse:
    """Joint tickets are charged once a trip."""

    region: Region
    request: TripRequest
    paid: set[str] = field(default_factory=set)

    def pay(self, place: str) -> tuple[int | None, str]:
        """The party's ticket at a place, in fen, and what the figure rests on."""
        attraction = self.region.catalog.attractions[place]
        ticket = party_ticket(attraction, self.request.party)
        if attraction.ticket_group:
            if attraction.ticket_group in self.paid:
                return 0, "joint_ticket"
            self.paid.add(attraction.ticket_group)
        return ticket.fen, ticket.basis


def _rest(items: list[Item], start: int, end: int) -> None:
    """Add free time, as one with what came before."""
    if items and isinstance(items[-1], RestItem) and items[-1].end == start:
        start = items.pop().start  # type: ignore[union-attr]
    if end > start:
        items.append(RestItem(start=start, end=end))


class Writer:
    """Writes one itinerary."""

    def __init__(
        self,
        region: Region,
        request: TripRequest,
        candidates: Candidates,
        refs: dict[str, PlaceRef],
        underway: Underway = FRESH,
    ) -> None:
        self._region = region
        self._request = request
        self._candidates = candidates
        self._refs = refs
        self._purse = _Purse(region, request, set(underway.paid))
        self._locked = {lock.place: lock.time for lock in request.locks}
        self._merged = {(area, 0, part) for area, part in underway.entered}
        self._seen: set[str] = set()

    def write(
        self, lines: Sequence[DayLine], nights: Sequence[str], left_out: Iterable[LeftOut], *, paced: bool, work: int
    ) -> Itinerary:
        """The whole itinerary.

        Parameters
        ----------
        paced
            False says that the visitor's own wishes exceed the pace.
        work
            Rounds of search that the plan was given.
        """
        days = tuple(
            ItineraryDay(
                date=self._request.dates[d],
                lodging=self._refs.get(nights[d], nights[d]) if d < len(nights) else None,
                items=tuple(self.items(d, line)),
            )
            for d, line in enumerate(lines)
        )
        totals = totals_of(self._region, self._request, days)
        left = tuple(left_out)
        return Itinerary(
            revision=self._region.state,
            work=work,
            request=self._request,
            days=days,
            totals=totals,
            left_out=left,
            warnings=(
                *warnings_of(self._region, self._request, days, totals, paced=paced),
                *leg_notes(self._region, self._request, lines),
                *nudges_of(self._region, self._request, days, left),
            ),
        )

    def items(self, day: int, line: DayLine) -> list[Item]:
        """What happens on one day (0-based), in order."""
        items: list[Item] = [StartItem(place=self._refs.get(line.start_id, line.start_id), time=line.start)]
        events = list(line.events)
        left: str | None = None
        k = 0
        while k < len(events):
            event = events[k]
            if isinstance(event, Ride):
                leg = leg_of(event, self._refs, self._request.party)
                items.append(leg if left is None else leg.model_copy(update={"from_": left}))
                left = None
            elif isinstance(event, Meal):
                kind = "lunch" if event.kind == "lunch" else "dinner"
                items.append(MealItem(meal=kind, place=event.place, start=event.start, end=event.end))
            elif isinstance(event, Rest):
                _rest(items, event.start, event.end)
            else:
                cluster, last = self._cluster(day, events, k)
                nothing_more = all(isinstance(coming, Rest) for coming in events[last + 1 :])
                ends_here = cluster is not None and nothing_more and line.end_id != cluster[0]
                if cluster and not ends_here and self._enter(items, cluster[0]):
                    area, visits = cluster
                    self._merged.add((area, day, pacing.part_of_day(visits[0].start)))
                    breathers = [rest for rest in events[k:last] if isinstance(rest, Rest) and rest.needed]
                    items.append(self._area_stop(day, area, visits, sum(rest.end - rest.start for rest in breathers)))
                    left = area
                    k = last + 1
                    continue
                if self._strolled_already(day, event):
                    _rest(items, event.arrive, event.end)
                else:
                    items.append(self._stop(day, event))
            k += 1
        items.append(EndItem(place=self._refs.get(line.end_id, line.end_id), time=line.end))
        return items

    def _walled_area(self, place: str) -> str | None:
        attraction = self._region.catalog.attractions[place]
        if attraction.walled:
            return place
        parent = self._region.catalog.attractions.get(attraction.area_id or "")
        return parent.id if parent is not None and parent.walled else None

    def _cluster(self, day: int, events: Sequence[object], k: int) -> tuple[tuple[str, list[Visit]] | None, int]:
        """Visits of one old town in a row, nothing but walking between them."""
        first = events[k]
        assert isinstance(first, Visit)
        area = self._walled_area(first.option.place)
        if area is None or area in self._request.avoid:
            return None, k
        visits, last, j = [first], k, k + 1
        while j < len(events):
            event = events[j]
            if isinstance(event, Visit):
                other = self._walled_area(event.option.place) != area
                if other or event.start - event.arrive > 45 or self._appointed(event, area):
                    break
                visits.append(event)
                last = j
            elif not (isinstance(event, Rest) or (isinstance(event, Ride) and event.segment.mode == "walk")):
                break
            j += 1
        alone = len(visits) == 1 and visits[0].option.role not in ("stroll", "restroll")
        key = (area, day, pacing.part_of_day(first.start))
        if alone or (key in self._merged and not self._appointed(first, area)):
            return None, k
        return (area, visits), last

    def _appointed(self, visit: Visit, area: str) -> bool:
        """Whether the visitor wants to be in the streets of the old town at this very time: a stop of its own then begins."""
        return visit.option.place == area and self._locked.get(area) is not None

    def _strolled_already(self, day: int, visit: Visit) -> bool:
        """Whether the old town itself has had its stop in this part of the day: the time is free."""
        place = visit.option.place
        again = (place, day, pacing.part_of_day(visit.start)) in self._merged
        return again and not self._appointed(visit, place)

    def _enter(self, items: list[Item], area: str) -> bool:
        """The leg that leads to an area's first sub-sight leads to the area, also where one rests on arrival.

        False where the day begins at the sub-sight, so that no leg leads there.
        """
        at = len(items) - 1
        while isinstance(items[at], RestItem) or getattr(items[at], "place", "") is None:
            at -= 1
        leg = items[at]
        if isinstance(leg, LegItem):
            items[at] = leg.model_copy(update={"to": area})
            return True
        return isinstance(leg, StartItem) and leg.place == area

    def _reasons(self, day: int, place: str, role: str, start: int, end: int) -> tuple[Reason, ...]:
        reasons: list[Reason] = []
        if place in self._locked:
            reasons.append(Reason(code="kept" if self._locked[place] is None else "locked", place=place))
        elif place in self._request.must_see:
            reasons.append(Reason(code="must_see", place=place))
        if self._ahead_of_crowds(day, place, start):
            reasons.append(Reason(code="ahead_of_crowds"))
        found = self._region.scorer.reasons(self._candidates.scores, place)
        reasons += [Reason(**reason) for reason in found]
        if role in ("stroll", "restroll") and end > pacing.AFTERNOON_END_MIN:
            reasons.append(Reason(code="evening", place=place))
        return tuple(reasons[:4])

    def _ahead_of_crowds(self, day: int, place: str, start: int) -> bool:
        """Whether a famous sight is seen on a public holiday before or after everybody else."""
        kind = self._region.calendar.day(self._request.dates[day]).kind
        quiet = not pacing.CROWDS_FROM_MIN < start < pacing.CROWDS_TO_MIN
        return kind == PUBLIC_HOLIDAY and quiet and is_crowd_puller(self._region.catalog.attractions[place])

    def _hours_basis(self, place: str) -> str:
        return self._region.catalog.attractions[place].hours_basis or "unknown"

    def _stop(self, day: int, visit: Visit) -> StopItem:
        option = visit.option
        fen, basis = self._purse.pay(option.place)
        parts = tuple(
            self._part(day, place, visit.start + offset, visit.start + offset + length, option.slack_min[day])
            for place, offset, length in option.parts
        )
        self._seen.add(option.place)
        return StopItem(
            place=option.place, arrive=visit.arrive, start=visit.start, end=visit.end, ticket_fen=fen,
            ticket_basis=basis, hours_basis=self._hours_basis(option.place), slack_min=option.slack_min[day],
            rest_min=option.pauses * pacing.SITTING_MIN, score=round(option.score, 4),
            reasons=self._reasons(day, option.place, option.role, visit.start, visit.end), parts=parts,
        )  # fmt: skip

    def _part(self, day: int, place: str, start: int, end: int, slack: int, rest: int = 0) -> PartItem:
        fen, basis = self._purse.pay(place)
        self._seen.add(place)
        return PartItem(
            place=place, start=start, end=end, ticket_fen=fen, ticket_basis=basis,
            hours_basis=self._hours_basis(place), slack_min=slack, rest_min=rest,
            score=round(self._candidates.score_of[place], 4), reasons=self._reasons(day, place, "part", start, end),
        )  # fmt: skip

    def _area_stop(self, day: int, area: str, visits: Sequence[Visit], between_min: int) -> StopItem:
        """The stop at an old town; ``between_min`` one sits down between its visits."""
        parts = tuple(
            self._part(
                day, v.option.place, v.start, v.end, v.option.slack_min[day], v.option.pauses * pacing.SITTING_MIN
            )
            for v in visits
            if v.option.place != area
        )
        strolls = [v.option for v in visits if v.option.place == area]
        fen, basis = _summed(self._purse.pay(area), [(part.ticket_fen, part.ticket_basis) for part in parts])
        role = strolls[0].role if strolls else "stroll"
        return StopItem(
            place=area, arrive=visits[0].arrive, start=visits[0].start, end=visits[-1].end,
            ticket_fen=fen, ticket_basis=basis,
            hours_basis=self._hours_basis(area), slack_min=0,
            rest_min=between_min + sum(v.option.pauses for v in visits) * pacing.SITTING_MIN,
            score=round(self._candidates.score_of[area], 4),
            reasons=self._reasons(day, area, role, visits[0].start, visits[-1].end), parts=parts,
        )  # fmt: skip


def recharged(
    region: Region, request: TripRequest, days: Sequence[ItineraryDay], paid: Iterable[str]
) -> tuple[ItineraryDay, ...]:
    """Days with their joint tickets charged where they are now needed first.

    Parameters
    ----------
    paid
        Joint tickets bought before these days.
    """
    purse = _Purse(region, request, set(paid))
    return tuple(
        day.model_copy(update={"items": tuple(_charged(purse, i) if isinstance(i, StopItem) else i for i in day.items)})
        for day in days
    )


def _charged(purse: _Purse, stop: StopItem) -> StopItem:
    if not any(purse.region.catalog.attractions[place].ticket_group for place in stop.places):
        return stop
    town = bool(stop.parts) and purse.region.catalog.attractions[stop.place].walled
    own = None if town else purse.pay(stop.place)
    tickets = [purse.pay(part.place) for part in stop.parts]
    parts = tuple(
        part.model_copy(update={"ticket_fen": fen, "ticket_basis": basis})
        for part, (fen, basis) in zip(stop.parts, tickets, strict=True)
    )
    fen, basis = own if own is not None else _summed(purse.pay(stop.place), tickets)
    return stop.model_copy(update={"ticket_fen": fen, "ticket_basis": basis, "parts": parts})


def _summed(own: tuple[int | None, str], parts: Sequence[tuple[int | None, str]]) -> tuple[int | None, str]:
    """The ticket of a stop at an old town: its own and its parts' together; None where one is not known."""
    prices = [fen for fen, _ in (own, *parts)]
    known = [price for price in prices if price is not None]
    bases = [basis for fen, basis in parts if fen]
    return (sum(known) if len(known) == len(prices) else None), (bases[0] if bases else own[1])


def totals_of(region: Region, request: TripRequest, days: Sequence[ItineraryDay]) -> Totals:
    """Sums of what is known; every price that is not known is named, never counted as zero."""
    tickets = fares = travel = visit = walk = 0
    score = 0.0
    unknown: list[str] = []
    for d, day in enumerate(days, start=1):
        for k, item in enumerate(day.items):
            if isinstance(item, LegItem):
                travel += item.arrive - item.depart + item.wait_min
                if item.mode == "walk":
                    walk += item.distance_m
                if item.fare_fen is None:
                    unknown.append(f"leg:{d}:{k}")
                else:
                    fares += item.fare_fen
            elif isinstance(item, StopItem):
                visit += item.end - item.start
                walk += pacing.walked_in_m(region.catalog.attractions[item.place], item)
                score += item.score
                if item.ticket_fen is not None:
                    tickets += item.ticket_fen
                    continue
                blank = [f"stop:{d}:{k}:{p}" for p, part in enumerate(item.parts) if part.ticket_fen is None]
                tickets += sum(part.ticket_fen or 0 for part in item.parts)
                unknown += blank or [f"stop:{d}:{k}"]
    return Totals(
        tickets_fen=tickets, fares_fen=fares, unknown_prices=tuple(unknown), travel_min=travel, visit_min=visit,
        walk_m=walk, score=round(score, 4),
    )  # fmt: skip


def walked_on(
    region: Region, request: TripRequest, candidates: Candidates, refs: dict[str, PlaceRef], day: int, line: DayLine,
    underway: Underway = FRESH,
) -> int:  # fmt: skip
    """Metres on foot of one day (0-based), as the itinerary counts them."""
    items = Writer(region, request, candidates, refs, underway).items(day, line)
    return pacing.walked_m(region.catalog.attractions, items)
