"""Lunch and dinner: taken, once, at an hour when people eat, where somebody cooks."""

from __future__ import annotations

from typing import Final

from recommender.model import EndItem, MealItem, StartItem, StopItem, format_clock
from recommender.trip.verify.audit import Audit

LUNCH_START: Final = (10 * 60 + 45, 14 * 60)
DINNER_START: Final = (16 * 60 + 45, 20 * 60)
LUNCH_DAY: Final = (11 * 60, 14 * 60)
DINNER_DAY: Final = (17 * 60, 19 * 60 + 30)
"""A day under way before the first and still after the second minute has the meal."""
SHORTEST_MEAL_MIN: Final = 25


def check_meals(audit: Audit) -> None:
    """One lunch on a day that spans noon, one dinner on one that lasts; none where none is wanted."""
    for d, day in enumerate(audit.itinerary.days, start=1):
        meals = [(k, item) for k, item in enumerate(day.items) if isinstance(item, MealItem)]
        for k, meal in meals:
            _one(audit, d, k, meal)
        kinds = [meal.meal for _, meal in meals]
        for kind in ("lunch", "dinner"):
            if kinds.count(kind) > int(audit.request.meals):
                audit.add("meal_extra", d, meal=kind)
        bounds = [item.time for item in day.items if isinstance(item, StartItem | EndItem)]
        if not audit.request.meals or len(bounds) != 2:
            continue
        stops = [item for item in day.items if isinstance(item, StopItem)]
        first, last = bounds
        now = audit.request.now
        if now is not None and now.day == d:
            first = max(first, now.time)
            stops = [stop for stop in stops if stop.end > now.time]
        elif now is not None and d < now.day:
            continue
        if stops and first <= LUNCH_DAY[0] and last >= LUNCH_DAY[1] and "lunch" not in kinds:
            audit.add("meal_missing", d, meal="lunch")
        late = audit.request.evenings and any(stop.end > DINNER_DAY[0] for stop in stops)
        if late and first <= DINNER_DAY[0] and last >= DINNER_DAY[1] and "dinner" not in kinds:
            audit.add("meal_missing", d, meal="dinner")


def _one(audit: Audit, d: int, k: int, meal: MealItem) -> None:
    first, last = LUNCH_START if meal.meal == "lunch" else DINNER_START
    if not first <= meal.start <= last or meal.end - meal.start < SHORTEST_MEAL_MIN:
        audit.add("meal_time", d, k, meal.place, meal=meal.meal, found=format_clock(meal.start))
    if meal.place is None:
        return
    eatery = audit.catalog.dining.get(meal.place)
    if eatery is None and audit.catalog.find_place(meal.place) is not None:
        audit.add("eatery", d, k, meal.place, hours="–")
    elif eatery is not None and not _serves(eatery.open_hours, meal.start, meal.end):
        audit.add("eatery", d, k, meal.place, hours=eatery.open_hours or "?")


def _serves(hours: str | None, start: int, end: int) -> bool:
    """Whether ``HH:MM-HH:MM,…`` holds the whole meal; an unknown kitchen is not open."""
    for span in (hours or "").replace(";", ",").split(","):
        ends = [clock.strip().split(":") for clock in span.split("-")]
        if len(ends) == 2 and all(len(clock) == 2 for clock in ends):
            opens, closes = (int(h) * 60 + int(m) for h, m in ends)
            if opens <= start and end <= (closes if closes > opens else closes + 24 * 60):
                return True
    return False
