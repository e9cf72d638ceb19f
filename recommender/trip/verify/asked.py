"""What was asked of single days and single legs: a day's own wishes before those of the trip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from recommender.model import LegItem, LegWish, PlaceRef, TripRequest

if TYPE_CHECKING:
    from recommender.catalog import Catalog
    from recommender.trip.verify.audit import Audit


def bound(request: TripRequest, d: int, which: Literal["start", "end"]) -> tuple[PlaceRef | None, int | None]:
    """Where, and exactly when or by when, day ``d`` (from 1) was to start or end; None where nobody said."""
    detail = request.days_detail[d - 1] if request.days_detail else None
    edge = d == (1 if which == "start" else request.days)
    place: PlaceRef | None = None
    time: int | None = None
    for anchor in (getattr(request, which) if edge else None, getattr(detail, which) if detail else None):
        if anchor is not None:
            place = anchor.place
            time = anchor.time if anchor.time is not None else time
    return place, time


def hours(request: TripRequest, d: int) -> tuple[int, int]:
    """First and last minute of the sights of day ``d`` (from 1)."""
    detail = request.days_detail[d - 1] if request.days_detail else None
    first, last = request.day_start, request.day_end
    if detail is not None:
        first = first if detail.day_start is None else detail.day_start
        last = last if detail.day_end is None else detail.day_end
    return first, last


def mode(request: TripRequest, d: int) -> str:
    """How people travel on day ``d`` (from 1)."""
    detail = request.days_detail[d - 1] if request.days_detail else None
    return detail.mode if detail is not None and detail.mode is not None else request.mode


def night(request: TripRequest, d: int) -> PlaceRef | None:
    """Where the night after day ``d`` (from 1) was to be; None where it was left to the plan."""
    if request.lodging != "auto":
        return request.lodging[d - 1] if d <= len(request.lodging) else None
    place, _ = bound(request, d, "end")
    return place if place is not None else bound(request, d + 1, "start")[0]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Legs in a row, nothing between them, that lead from one place of a wish to the other."""

    wish: int
    day: int
    legs: tuple[tuple[int, LegItem, PlaceRef, PlaceRef], ...]
    """Index in the day, the leg, and where one really stands before and after it."""


def stretches(audit: Audit) -> Iterator[Stretch]:
    """Every stretch of the plan that a leg wish speaks of; where two do, the one that names fewer places counts."""
    wishes = audit.request.leg_modes
    if not wishes:
        return
    order = sorted(range(len(wishes)), key=lambda w: _breadth(audit.catalog, wishes[w]))
    for d, row in _rows(audit):
        a = 0
        while a < len(row):
            met = next(
                ((w, b) for b in range(a, len(row)) for w in order if _joins(audit.catalog, wishes[w], row[a], row[b])), None
            )
            if met is None:
                a += 1
            else:
                yield Stretch(met[0], d, tuple(row[a : met[1] + 1]))
                a = met[1] + 1


Standing = tuple[int, LegItem, PlaceRef, PlaceRef]


def _rows(audit: Audit) -> Iterator[tuple[int, list[Standing]]]:
    """Legs that follow one another with nothing between them, by day."""
    row: list[Standing] = []
    at = 0
    for d, k, leg, origin, target in audit.legs():
        if row and (d != at or k != row[-1][0] + 1):
            yield at, row
            row = []
        at = d
        row.append((k, leg, origin, target))
    if row:
        yield at, row


def _breadth(catalog: Catalog, wish: LegWish) -> int:
    counts = [1 + sum(p.area_id == ref for p in catalog.attractions.values()) for ref in (wish.from_, wish.to)]
    return counts[0] * counts[1]


def _joins(catalog: Catalog, wish: LegWish, first: Standing, last: Standing) -> bool:
    return _meant(catalog, wish.from_, first[1].from_, first[2]) and _meant(catalog, wish.to, last[1].to, last[3])


def _meant(catalog: Catalog, wished: PlaceRef, shown: PlaceRef, real: PlaceRef) -> bool:
    """Whether a place of the plan is the one of the wish, or lies in it."""
    known = catalog.attractions.get(real) if isinstance(real, str) else None
    return wished in (shown, real) or (known is not None and known.area_id == wished)
