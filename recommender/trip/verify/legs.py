"""Legs: no faster than feet, wheels and facts allow, on vehicles that run at that hour, at the fare that is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from recommender.model import LegItem, PlaceRef, format_clock
from recommender.trip.verify import asked
from recommender.trip.verify.asked import stretches
from recommender.trip.verify.audit import Audit

if TYPE_CHECKING:
    from recommender.catalog import Link

METRES_PER_MIN: Final = {
    "walk": 100, "drive": 1_834, "taxi": 1_834, "charter": 1_834, "bus": 1_834, "rail": 4_200,
}  # fmt: skip
"""6, 110 and 252 km/h: nobody goes faster, in a straight line, door to door."""
MODES: Final = {
    "transit": frozenset({"walk", "rail", "bus", "taxi"}),
    "drive": frozenset({"walk", "drive"}),
    "charter": frozenset({"walk", "charter"}),
}
SCENIC_SERVICES: Final = frozenset({"shuttle", "tourist_bus"})
"""Buses that people with a car take too, where cars may not go."""
ASSUMED_FIRST_MIN: Final = 6 * 60
ASSUMED_LAST_MIN: Final = {"bus": 17 * 60, "rail": 20 * 60, "metro": 22 * 60}
ASSUMED_SLACK_MIN: Final = 30
SEATS: Final = 4


@dataclass
class _Held:
    """A public leg held against one fact: what does not fit."""

    wrong: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def add(self, code: str, **detail: object) -> None:
        self.wrong.append((code, detail))


def check_legs(audit: Audit) -> None:
    """Each leg by itself; that legs join up is checked with the order of the day."""
    wished = _wishes(audit)
    for d, k, leg, origin, target in audit.legs():
        if audit.is_past(d, leg.depart):
            continue
        straight_m = audit.metres(origin, target)
        ride = leg.arrive - leg.depart
        if ride + 1 < straight_m / METRES_PER_MIN[leg.mode]:
            audit.add("leg_speed", d, k, leg.to, found=ride, metres=round(straight_m), mode=leg.mode)
        elif leg.mode == "walk" and ride + 1 < leg.distance_m / METRES_PER_MIN["walk"]:
            audit.add("leg_speed", d, k, leg.to, found=ride, metres=leg.distance_m, mode=leg.mode)
        if leg.distance_m < straight_m * 0.98 - 50:
            audit.add("leg_distance", d, k, leg.to, found=leg.distance_m, straight=round(straight_m))
        if leg.mode in ("rail", "bus"):
            _public(audit, d, k, leg, origin, target)
        elif leg.mode == "walk":
            if leg.fare_fen not in (0, None):
                audit.add("fare", d, k, leg.to, found=_yuan(leg.fare_fen), wanted=_yuan(0))
        else:
            _road(audit, d, k, leg, origin, target)
        _mode(audit, d, k, leg, origin, target, wished.get((d, k)))


def _wishes(audit: Audit) -> dict[tuple[int, int], str]:
    """Hold every stretch that the visitor wants otherwise to the wish; the vehicle wished for, by day and item."""
    found: dict[tuple[int, int], str] = {}
    met: set[int] = set()
    for stretch in stretches(audit):
        wanted = audit.request.leg_modes[stretch.wish].mode
        met.add(stretch.wish)
        others = [
            leg.mode for _, leg, origin, target in stretch.legs
            if leg.mode not in (wanted, "walk") and not _scenic(audit, leg, origin, target)
        ]  # fmt: skip
        if others or all(leg.mode != wanted for _, leg, _, _ in stretch.legs):
            k, leg, *_ = stretch.legs[-1]
            used = ", ".join(dict.fromkeys(others or [one.mode for _, one, _, _ in stretch.legs]))
            audit.add("leg_wish", stretch.day, k, leg.to, found=used, wanted=wanted)
        found.update({(stretch.day, k): wanted for k, *_ in stretch.legs})
    told = {warning.detail.get("wish") for warning in audit.itinerary.warnings if warning.code == "leg_unused"}
    for w in range(len(audit.request.leg_modes)):
        if w not in met and w not in told:
            audit.add("warning", warning="leg_unused")
    return found


def _between(links: Iterable[Link], mode: str, origin: PlaceRef, target: PlaceRef) -> list[tuple[Link, bool]]:
    """Usable facts that join exactly these two, with whether they hold as written (True) or backwards."""
    found = []
    for link in links:
        if link.mode != mode or not link.usable:
            continue
        if (link.from_id, link.to_id) == (origin, target):
            found.append((link, True))
        elif (link.to_id, link.from_id) == (origin, target) and not link.oneway:
            found.append((link, False))
    return found


def _public(audit: Audit, d: int, k: int, leg: LegItem, origin: PlaceRef, target: PlaceRef) -> None:
    facts = _between(audit.catalog.links, leg.mode, leg.from_, leg.to) or _between(
        audit.catalog.links, leg.mode, origin, target
    )
    if not facts and leg.mode == "bus" and _on_the_mountain(audit, origin, target):
        return
    if not facts:
        audit.add("leg_fact", d, k, leg.to, mode=leg.mode)
        return
    held = [_hold(leg, link, as_written, audit.request.party.size) for link, as_written in facts]
    for code, detail in min(held, key=lambda h: len(h.wrong)).wrong:
        audit.add(code, d, k, leg.to, **detail)


def _on_the_mountain(audit: Audit, origin: PlaceRef, target: PlaceRef) -> bool:
    """Whether a scenic area's own bus leads from one to the other: within the area, or to and from its gate."""
    ends = [_whole_area(audit, origin), _whole_area(audit, target)]
    if ends[0] == ends[1] and ends != [origin, target]:
        return any(
            link.service == "shuttle" and link.usable and ends[0] in (link.from_id, link.to_id)
            for link in audit.catalog.links
        )
    return any(link.service == "shuttle" for link, _ in _between(audit.catalog.links, "bus", *ends))


def _whole_area(audit: Audit, place: PlaceRef) -> PlaceRef:
    """The area that is one visit with all it holds, for a sight or an inn within it; else the place itself."""
    if not isinstance(place, str):
        return place
    catalog = audit.catalog
    known = catalog.attractions.get(place) or catalog.lodging.get(place) or catalog.dining.get(place)
    area = catalog.attractions.get(known.area_id or "") if known is not None else None
    return area.id if area is not None and area.area_visit == "whole" else place


def _hold(leg: LegItem, link: Link, as_written: bool, heads: int) -> _Held:
    held = _Held()
    ride = leg.arrive - leg.depart
    if link.minutes is not None and ride < link.minutes:
        held.add("leg_fast", found=ride, wanted=link.minutes)
    if link.minutes is None and leg.basis == "sourced":
        held.add("basis", claimed=leg.basis, fact="?")
    fare = None if link.fare_fen is None else link.fare_fen * heads
    if leg.fare_fen != fare:
        held.add("fare", found=_yuan(leg.fare_fen), wanted=_yuan(fare))
    departures = link.departures if as_written else ()
    if departures:
        if leg.depart not in departures:
            held.add("departure", found=format_clock(leg.depart), limit=", ".join(map(format_clock, departures)))
        return held
    # Departures are known in one direction; the way back of such a fact has none.
    first = None if link.departures else link.first_departure
    last = None if link.departures else link.last_departure
    if first is None:
        first = ASSUMED_FIRST_MIN
    if leg.depart < first:
        held.add("departure", found=format_clock(leg.depart), limit="≥ " + format_clock(first))
    if last is None:
        mode = "metro" if link.service == "metro" else leg.mode
        last = ASSUMED_LAST_MIN[mode] - ASSUMED_SLACK_MIN
        if leg.timetable == "sourced":
            held.add("basis", claimed="sourced", fact="?")
    if leg.depart > last:
        held.add("departure", found=format_clock(leg.depart), limit="≤ " + format_clock(last))
    if link.headway_min is not None and leg.wait_min < link.headway_min // 2:
        held.add("wait_short", found=leg.wait_min, wanted=link.headway_min // 2)
    return held


def _road(audit: Audit, d: int, k: int, leg: LegItem, origin: PlaceRef, target: PlaceRef) -> None:
    facts = [link for link, _ in _between(audit.catalog.links, "drive", origin, target)]
    known = [link.minutes for link in facts if link.minutes is not None]
    if known and leg.arrive - leg.depart < min(known):
        audit.add("leg_fast", d, k, leg.to, found=leg.arrive - leg.depart, wanted=min(known))
    if leg.basis == "sourced" and not _road_known(audit, origin, target):
        audit.add("basis", d, k, leg.to, claimed="sourced", fact="estimated")
    cars = -(-audit.request.party.size // SEATS)
    if leg.mode == "taxi":
        fares = {link.fare_fen * cars for link in facts if link.fare_fen is not None}
        if leg.fare_fen is not None and leg.fare_fen not in fares:
            audit.add(
                "fare", d, k, leg.to, found=_yuan(leg.fare_fen), wanted="/".join(map(_yuan, sorted(fares))) or "?"
            )
    elif leg.fare_fen:
        audit.add("fare", d, k, leg.to, found=_yuan(leg.fare_fen), wanted=_yuan(0))


def _road_known(audit: Audit, origin: PlaceRef, target: PlaceRef) -> bool:
    """Whether road facts lead from one to the other, over other known places or straight."""
    if not isinstance(origin, str) or not isinstance(target, str):
        return False
    reached, edge = {origin}, [origin]
    while edge:
        here = edge.pop()
        if here == target:
            return True
        for link in audit.catalog.links:
            if link.mode not in ("drive", "walk") or not link.usable:
                continue
            for a, b in ((link.from_id, link.to_id), (link.to_id, link.from_id)):
                if a == here and b not in reached and not (link.oneway and a == link.to_id):
                    reached.add(b)
                    edge.append(b)
    return False


def _mode(audit: Audit, d: int, k: int, leg: LegItem, origin: PlaceRef, target: PlaceRef, wished: str | None) -> None:
    mode = asked.mode(audit.request, d)
    if leg.mode in MODES[mode] or _scenic(audit, leg, origin, target):
        return
    if leg.mode != wished or leg.mode not in MODES["transit"]:
        audit.add("leg_mode", d, k, leg.to, found=leg.mode, wanted=mode)


def _scenic(audit: Audit, leg: LegItem, origin: PlaceRef, target: PlaceRef) -> bool:
    """Whether a leg is a ride on a scenic area's own bus."""
    services = {
        link.service
        for pair in ((leg.from_, leg.to), (origin, target))
        for link, _ in _between(audit.catalog.links, leg.mode, *pair)
    }
    return bool(services & SCENIC_SERVICES) or (leg.mode == "bus" and _on_the_mountain(audit, origin, target))


def _yuan(fen: int | None) -> str:
    return "?" if fen is None else f"¥{fen / 100:g}"
