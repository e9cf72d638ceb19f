"""The proof anybody can run: two hotels at one spot, different in all else, and the same wishes give the same plan.

What a partner may change is where a trip begins, the hours of the house and the look of the page. The check plans the same wishes
from two hotels that share coordinates and hours and nothing else, and compares everything but the hotels' names.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recommender.model import TripRequest
from recommender.partners import stay, theme
from recommender.partners.hotel import Hotel

if TYPE_CHECKING:
    from recommender.region import Region

AHEAD: Final = dt.timedelta(days=30)
WISHES: Final[tuple[dict[str, Any], ...]] = (
    {"days": 1},
    {"days": 1, "interests": {"museum": 1, "show": 0.8}, "pace": "relaxed"},
    {"days": 2, "interests": {"temple": 1}, "reach": "region"},
    {"days": 2, "interests": {"courtyard": 1}, "mode": "drive", "party": {"adults": 2, "children": [8]}},
    {"days": 3, "reach": "region", "pace": "full", "explore": 0.8},
    {"days": 2, "interests": {"nature": 1}, "mode": "charter", "reach": "region", "budget_fen": 80_000},
)
"""Different days, ways to travel and tastes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One wish and whether both hotels gave the same plan for it; ``places`` are those of each where they differ."""

    wish: TripRequest
    same: bool
    places: tuple[tuple[str, ...], tuple[str, ...]]


def twin(hotel: Hotel) -> Hotel:
    """A hotel at the same spot with the same hours, and nothing else the same."""
    said = {f"{name}_{lang}": f"{name} {lang}" for name in ("greeting", "tips", "shuttle") for lang in ("zh", "en")}
    return dataclasses.replace(
        hotel, place="", name_zh="·", name_en="Twin", phone="0354 0000000", contact="Twin", said=said, lang="en",
        colours=theme.Colours("#003366", "#ffffff"), logo="", hosts=("https://twin.example",),
    )  # fmt: skip


def wishes(today: dt.date) -> list[TripRequest]:
    """The wishes that are tried."""
    return [TripRequest.parse({"start_date": today + AHEAD, **wish}) for wish in WISHES]


def check(region: Region, hotel: Hotel, tried: Sequence[TripRequest]) -> list[Finding]:
    """Plan every wish from the hotel and from its twin, and compare.

    Raises
    ------
    InfeasibleTrip
        A wish cannot be met from there.
    """
    return [_compare(region, hotel, twin(hotel), wish) for wish in tried]


def _compare(region: Region, one: Hotel, other: Hotel, wish: TripRequest) -> Finding:
    from recommender.trip.planning import plan_trip

    plans = []
    for hotel in (one, other):
        home = hotel.point(hotel.lang or "zh")
        anchor = {"place": home.model_dump(mode="json")}
        begun = TripRequest.parse({**wish.model_dump(mode="json", by_alias=True), "start": anchor, "end": anchor})
        itinerary = plan_trip(region, stay.settled(hotel, begun, home))
        plans.append(nameless(json.loads(itinerary.to_json()), {hotel.name("zh"), hotel.name("en"), home.name}))
    same = plans[0] == plans[1]
    first, second = (_places(plan) for plan in plans)
    return Finding(wish, same, ((), ()) if same else (first, second))


def nameless(value: Any, names: set[str]) -> Any:
    """Plain data with a hotel's names taken out of it."""
    if isinstance(value, dict):
        return {key: nameless(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [nameless(one, names) for one in value]
    return "" if isinstance(value, str) and value in names else value


def _places(plan: Any) -> tuple[str, ...]:
    return tuple(item["place"] for day in plan["days"] for item in day["items"] if item["kind"] == "stop")
