"""Seeded requests that are hard to plan: several appointments, late arrivals, early trains, winter mountains, thin purses.

``benchmarks.sweep`` asks what visitors ask; this asks what breaks planners. Both are plain data, made without the
planner, and each seed always gives the same request.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any, Final

from recommender.model import format_clock

if TYPE_CHECKING:
    from recommender.catalog import Catalog

WINTER: Final = (dt.date(2026, 12, 20), dt.date(2027, 1, 31), dt.date(2027, 2, 5), dt.date(2027, 11, 14))
HOLIDAYS: Final = (dt.date(2026, 10, 1), dt.date(2027, 2, 6), dt.date(2027, 5, 1), dt.date(2026, 9, 25))
TABLELESS: Final = (dt.date(2029, 4, 30), dt.date(2028, 12, 30))
STEP_MIN: Final = 5


def hard_request(catalog: Catalog, seed: int) -> dict[str, Any]:
    """One request as JSON; every one is well-formed, some cannot be met."""
    dice = random.Random(seed)
    days = dice.randint(1, 7)
    attractions, hubs, stays = list(catalog.attractions), list(catalog.hubs), list(catalog.lodging)
    season = dice.choice((WINTER, HOLIDAYS, TABLELESS, WINTER, HOLIDAYS))
    request: dict[str, Any] = {
        "start_date": str(dice.choice(season) + dt.timedelta(days=dice.randint(-3, 3))),
        "days": days,
        "mode": dice.choice(("transit", "transit", "drive", "charter")),
        "reach": dice.choice(("classic", "wings", "region", "region")),
        "pace": dice.choice(("relaxed", "normal", "full")),
        "evenings": dice.random() < 0.7,
        "meals": dice.random() < 0.9,
        "explore": dice.choice((0.0, 0.3, 1.0)),
        "seed": seed % 7,
    }
    _ends(dice, request, hubs, stays)
    if dice.random() < 0.3:
        request["lodging"] = [dice.choice(stays) if dice.random() < 0.8 else point(dice) for _ in range(days - 1)]
    request["party"] = _party(dice)
    _wishes(dice, request, catalog, attractions)
    if dice.random() < 0.3:
        request["budget_fen"] = dice.choice((0, 1_000, 10_000, 40_000, 150_000))
    if dice.random() < 0.25:
        request["max_walk_m"] = dice.choice((300, 1_500, 5_000))
    if dice.random() < 0.35:
        request["needs"] = dice.sample(("wheelchair", "stroller", "few_steps"), dice.randint(1, 3))
    return own_wishes(catalog, seed, request, 0.4)


def own_wishes(catalog: Catalog, seed: int, request: dict[str, Any], share: float) -> dict[str, Any]:
    """A request with days of their own and legs done otherwise, each in a ``share`` of all seeds.

    The dice are others than those of the request, so that a seed keeps its other wishes.
    """
    dice = random.Random(-seed - 1)
    attractions, hubs, stays = list(catalog.attractions), list(catalog.hubs), list(catalog.lodging)
    found = dict(request)
    if dice.random() < share:
        found["days_detail"] = _days_detail(dice, request, stays)
    if dice.random() < share:
        found["leg_modes"] = _leg_modes(dice, found, attractions, hubs, stays)
    return found


def point(dice: random.Random) -> dict[str, Any]:
    """A place that no catalogue knows, somewhere in or near the region."""
    return {
        "lat": round(dice.uniform(36.8, 38.0), 5),
        "lon": round(dice.uniform(111.6, 113.9), 5),
        "name": "民宿 & <家>",
    }


def _clock(dice: random.Random, first_hour: int, last_hour: int) -> str:
    return format_clock(STEP_MIN * dice.randint(first_hour * 60 // STEP_MIN, last_hour * 60 // STEP_MIN))


def _ends(dice: random.Random, request: dict[str, Any], hubs: list[str], stays: list[str]) -> None:
    def anchor(first_hour: int, last_hour: int) -> dict[str, Any]:
        place: Any = dice.choice((dice.choice(hubs), dice.choice(stays), point(dice)))
        return {"place": place, **({"time": _clock(dice, first_hour, last_hour)} if dice.random() < 0.8 else {})}

    late = dice.random() < 0.3
    if dice.random() < 0.6:
        request["start"] = anchor(14, 22) if late and request["days"] > 1 else anchor(6, 11)
    if dice.random() < 0.6:
        request["end"] = anchor(12, 23) if request["days"] == 1 else anchor(8, 23)
    if dice.random() < 0.3:
        request["day_start"], request["day_end"] = _clock(dice, 6, 10), _clock(dice, 15, 20)


def _party(dice: random.Random) -> dict[str, Any]:
    adults = dice.randint(1, 6)
    children = [
        dice.randint(1, 17)
        if dice.random() < 0.5
        else {"age": dice.randint(1, 17), "height_cm": dice.choice((95, 120, 150))}
        for _ in range(dice.choice((0, 0, 1, 3)))
    ]
    students = dice.randint(0, adults)
    return {
        "adults": adults,
        "children": children,
        "seniors": [dice.choice((58, 60, 65, 80)) for _ in range(dice.choice((0, 0, 1, 2)))],
        "students": students,
        "military": dice.randint(0, adults - students),
    }


def _wishes(dice: random.Random, request: dict[str, Any], catalog: Catalog, attractions: list[str]) -> None:
    shows = [a.id for a in catalog.attractions.values() if a.category == "show"]
    mountains = [a.id for a in catalog.attractions.values() if a.category == "nature"]
    parts = [a.id for a in catalog.attractions.values() if a.area_id is not None]
    locks: dict[str, dict[str, Any]] = {}
    if shows and dice.random() < 0.35:
        locks["show"] = {"place": dice.choice(shows), "time": dice.choice(("19:00", "14:00", "21:00"))}
    for _ in range(dice.choice((0, 0, 1, 2, 3))):
        place = dice.choice(attractions)
        locks[place] = {"place": place}
        if dice.random() < 0.7:
            locks[place]["day"] = dice.randint(1, request["days"])
        if dice.random() < 0.4:
            locks[place]["time"] = _clock(dice, 8, 17)
    named = {lock["place"]: lock for lock in locks.values()}
    request["locks"] = list(named.values())
    pools = [pool for pool in (attractions, mountains, parts) if pool]
    must = {dice.choice(dice.choice(pools)) for _ in range(dice.choice((0, 0, 1, 2, 5)))}
    request["must_see"] = sorted(must)
    wanted = must | named.keys()
    count = min(len(attractions), dice.choice((0, 0, 3, 40)))
    request["avoid"] = [place for place in dice.sample(attractions, count) if place not in wanted]


def _days_detail(dice: random.Random, request: dict[str, Any], stays: list[str]) -> list[dict[str, Any] | None]:
    """Days of their own kind that do not contradict the trip nor one another; some cannot be kept."""
    days = request["days"]
    nights = request.get("lodging") or [
        dice.choice((None, None, dice.choice(stays), point(dice))) for _ in range(days - 1)
    ]
    found: list[dict[str, Any] | None] = []
    for k in range(days):
        detail: dict[str, Any] = {}
        if dice.random() < 0.4:
            detail["mode"] = dice.choice(("transit", "drive", "charter"))
        if dice.random() < 0.4:
            detail["day_start"], detail["day_end"] = _clock(dice, 6, 11), _clock(dice, 14, 20)
        begins = k > 0 and nights[k - 1] is not None and dice.random() < 0.5
        ends = k < days - 1 and nights[k] is not None and dice.random() < 0.6
        if begins:
            detail["start"] = {"place": nights[k - 1]}
            if dice.random() < 0.4 and "time" not in request.get("end", {}):
                detail["start"]["time"] = _clock(dice, 7, 12)
        if ends:
            detail["end"] = {"place": nights[k]}
            if dice.random() < 0.5 and "time" not in request.get("start", {}):
                detail["end"]["time"] = _clock(dice, 14, 22)
        found.append(detail if detail and dice.random() < 0.8 else None)
    return found


def _leg_modes(
    dice: random.Random, request: dict[str, Any], attractions: list[str], hubs: list[str], stays: list[str]
) -> list[dict[str, Any]]:
    """Legs done otherwise, between famous places mostly; some of them cannot be had and are refused."""
    days = [detail for detail in request.get("days_detail") or () if detail]
    cars = {request["mode"], *(detail.get("mode") for detail in days)} & {"drive", "charter"}
    vehicles = ["walk", "taxi", "taxi", "taxi", "bus", "bus", "rail", *sorted(cars)]
    named = [place for place in ("pingyao-gucheng", "shuanglin-si", "zhenguo-si", "pingyaogucheng-station", "pingyao-south-gate",
                                 "taiyuan-south-station", "youjian-pingyao") if place in {*attractions, *hubs}]  # fmt: skip
    own = [anchor["place"] for anchor in (request.get("start"), request.get("end")) if anchor]
    pools = [pool for pool in (named, named, named, attractions, hubs, stays, own) if pool]
    found: dict[str, dict[str, Any]] = {}
    for _ in range(dice.choice((1, 1, 2, 3))):
        origin, target = (dice.choice(dice.choice(pools)) for _ in range(2))
        if origin != target:
            mode = dice.choice(vehicles)
            found.setdefault(f"{origin} {target}", {"from": origin, "to": target, "mode": mode})
    return list(found.values())
