"""Tickets, fares and totals, all counted again from the catalogue; an unknown price is named and never a zero."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from recommender.model import Child, LegItem, Party, StopItem
from recommender.trip.verify.audit import Audit

if TYPE_CHECKING:
    from recommender.catalog import Attraction, Catalog

STROLL_M_PER_MIN: Final = 30
"""Metres walked in a minute of a stroll or a mountain path, halts included."""
VERIFIED_PRICES: Final = frozenset({"sourced", "sourced_two"})
_MINOR: Final = re.compile(r"minor(\d+)-(\d+)")
_SENIOR: Final = re.compile(r"senior(\d+)")
_TALL: Final = re.compile(r"child(\d+(?:\.\d+)?)m")


def check_money(audit: Audit) -> None:
    """Each ticket, then the sums, then the budget."""
    tickets, unknown = _tickets(audit)
    fares = travel = visit = walk = 0
    for d, day in enumerate(audit.itinerary.days, start=1):
        for k, item in enumerate(day.items):
            if isinstance(item, LegItem):
                travel += item.arrive - item.depart + item.wait_min
                walk += item.distance_m if item.mode == "walk" else 0
                if item.fare_fen is None:
                    unknown.add(f"leg:{d}:{k}")
                else:
                    fares += item.fare_fen
            elif isinstance(item, StopItem):
                visit += item.end - item.start
                walk += strolled_m(audit.catalog, item)
    totals = audit.itinerary.totals
    # Shares of a ticket may be rounded head by head.
    if abs(totals.tickets_fen - tickets) > len(audit.visits) * audit.request.party.size:
        audit.add("total", name="tickets_fen", found=totals.tickets_fen, wanted=tickets)
    for name, wanted in (("fares_fen", fares), ("travel_min", travel), ("visit_min", visit), ("walk_m", walk)):
        found = getattr(totals, name)
        if found != wanted:
            audit.add("total", name=name, found=found, wanted=wanted)
    if sorted(totals.unknown_prices) != sorted(unknown):
        differ = ", ".join(sorted(set(totals.unknown_prices) ^ unknown)) or "×2"
        audit.add("unknown_prices", differ=differ)
    budget = audit.request.budget_fen
    if budget is not None and tickets + fares > budget:
        audit.add("budget", found=f"{(tickets + fares) / 100:g}", wanted=f"{budget / 100:g}")


def _tickets(audit: Audit) -> tuple[int, set[str]]:
    """Hold every ticket against the catalogue; the sum of all known, and where a price is not known."""
    total = 0
    unknown: set[str] = set()
    paid: set[str] = set()
    for d, k, stop in audit.stops():
        own_place = audit.catalog.attractions.get(stop.place)
        parts = [audit.catalog.attractions.get(part.place) for part in stop.parts]
        if own_place is None or any(part is None for part in parts):
            continue
        known = [own_place, *(part for part in parts if part is not None)]
        fresh: set[str] = set()
        low = high = 0
        blank = False
        for p, place in enumerate(known, start=-1):
            group = place.ticket_group
            if group is not None and (group in paid or group in fresh):
                continue
            if group is not None:
                fresh.add(group)
            span = party_price_fen(place, audit.request.party)
            if span is None:
                blank = True
                unknown.add(f"stop:{d}:{k}" if p < 0 else f"stop:{d}:{k}:{p}")
            else:
                low, high = low + span[0], high + span[1]
        if not _fits(stop.ticket_fen, None if blank else (low, high), audit.request.party.size * len(known)):
            audit.add("ticket", d, k, stop.place, found=_yuan(stop.ticket_fen), wanted="?" if blank else _yuan(high))
        shown = [part.ticket_fen or 0 for part in stop.parts] if blank else [stop.ticket_fen or 0]
        charged = sum(shown)
        total += charged if low <= charged <= high else high
        _part_tickets(audit, d, k, stop, paid)
        paid |= fresh
        for place, fen, basis in _shown(audit, stop):
            if fen and basis in VERIFIED_PRICES and place.ticket_basis not in VERIFIED_PRICES:
                audit.add("basis", d, k, place.id, claimed=basis, fact=place.ticket_basis or "?")
    return total, unknown


def _shown(audit: Audit, stop: StopItem) -> Iterator[tuple[Attraction, int | None, str]]:
    if not stop.parts:
        yield audit.catalog.attractions[stop.place], stop.ticket_fen, stop.ticket_basis
    for part in stop.parts:
        yield audit.catalog.attractions[part.place], part.ticket_fen, part.ticket_basis


def _part_tickets(audit: Audit, d: int, k: int, stop: StopItem, paid: set[str]) -> None:
    """A part shows its own price, or nothing to pay where its joint ticket is bought elsewhere."""
    party = audit.request.party
    buyers: dict[str, int] = {}
    for part in stop.parts:
        place = audit.catalog.attractions[part.place]
        group, span = place.ticket_group, party_price_fen(place, party)
        if group is not None and part.ticket_fen == 0:
            own = audit.catalog.attractions[stop.place].ticket_group == group
            if group in paid or own or buyers.get(group) or (span is not None and span[1] == 0):
                continue
        if _fits(part.ticket_fen, span, party.size) and (group is None or group not in paid):
            if group is not None:
                buyers[group] = buyers.get(group, 0) + 1
            if group is None or buyers[group] == 1:
                continue
        audit.add(
            "ticket", d, k, part.place, found=_yuan(part.ticket_fen), wanted="?" if span is None else _yuan(span[1])
        )


def _fits(fen: int | None, span: tuple[int, int] | None, rounding: int) -> bool:
    if fen is None or span is None:
        return fen is None and span is None
    return span[0] - rounding <= fen <= span[1] + rounding


def party_price_fen(place: Attraction, party: Party) -> tuple[int, int] | None:
    """What the whole party pays, least and most; the two differ only for a child exactly as tall as the limit.

    A concession that nobody stated is none. None where the adult price is not known.
    """
    price = place.ticket_fen
    if price is None:
        return None
    terms = place.concessions
    plain = party.adults - party.students - party.military - party.disabled
    low = high = price * plain
    for name, heads in (("student", party.students), ("military", party.military), ("disabled", party.disabled)):
        share = round(price * min(1.0, terms.get(name, 1.0)) * heads)
        low, high = low + share, high + share
    for age in party.seniors:
        factors = [1.0, *(f for name, f in terms.items() if (m := _SENIOR.fullmatch(name)) and age >= int(m[1]))]
        low, high = low + round(price * min(factors)), high + round(price * min(factors))
    for child in party.children:
        least, most = _child_factors(child, terms)
        low, high = low + round(price * least), high + round(price * most)
    return low, high


def _child_factors(child: Child, terms: Mapping[str, float]) -> tuple[float, float]:
    low, high = [1.0], [1.0]
    for name, factor in terms.items():
        if (m := _MINOR.fullmatch(name)) and int(m[1]) <= child.age <= int(m[2]):
            low.append(factor)
            high.append(factor)
        elif (m := _TALL.fullmatch(name)) and child.height_cm is not None:
            limit_cm = round(float(m[1]) * 100)
            if child.height_cm <= limit_cm:
                low.append(factor)
            if child.height_cm < limit_cm:
                high.append(factor)
    return min(low), min(high)


def strolled_m(catalog: Catalog, stop: StopItem) -> int:
    """Metres walked within a visit that is itself a walk: open nature, and an area outside its sub-sights."""
    place = catalog.attractions.get(stop.place)
    if place is None:
        return 0
    minutes = stop.end - stop.start - stop.rest_min
    if place.category != "nature":
        inside = sum(part.end - part.start - part.rest_min for part in stop.parts)
        minutes = minutes - inside if place.area_visit is not None else 0
    return max(0, minutes) * STROLL_M_PER_MIN


def _yuan(fen: int | None) -> str:
    return "?" if fen is None else f"¥{fen / 100:g}"
