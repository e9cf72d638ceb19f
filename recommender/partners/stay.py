"""What it means to stay at a hotel: days begin there, not before breakfast is over; and what is good to know of the house."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from recommender.i18n import text
from recommender.model import EndItem, Itinerary, PlaceRef, Point, StartItem, StopItem, TripRequest, format_clock
from recommender.partners.hotel import Hotel
from recommender.trip.narrate.names import clock

_SHORTEST_DAY_MIN: Final = 120
_DAY_MIN: Final = 24 * 60
_NEAR_DEG: Final = 1e-4


def settled(hotel: Hotel, wish: TripRequest, home: PlaceRef, asked: Collection[str] = ()) -> TripRequest:
    """A request with what follows from staying at the hotel, where the guest has not asked for something else.

    Parameters
    ----------
    home
        The hotel, as a place of the catalogue or a point.
    asked
        Fields that the guest has chosen: ``day_start`` and ``lodging`` are then left alone.

    Notes
    -----
    Nights are spent at the hotel, and days begin when breakfast is over; a first day whose hour the guest has named begins then.
    """
    fields: dict[str, Any] = wish.model_dump(mode="json", by_alias=True)
    if wish.lodging == "auto" and "lodging" not in asked:
        fields["lodging"] = [_plain(home)] * (wish.days - 1)
    eaten_min = hotel.breakfast_end
    if eaten_min is not None and "day_start" not in asked and wish.day_end - eaten_min >= _SHORTEST_DAY_MIN:
        fields["day_start"] = format_clock(max(wish.day_start, eaten_min))
    return TripRequest.parse(fields)


def _plain(place: PlaceRef) -> Any:
    return place.model_dump(mode="json") if isinstance(place, Point) else place


def hints(hotel: Hotel, lang: str, itinerary: Itinerary | None = None) -> list[str]:
    """What is good to know of the house, a sentence each; with a plan, what of it meets the house's hours."""
    lines = [
        text(f"partners.hint.{_said_of(name, minute, itinerary)}", lang, time=clock(minute, lang))
        for name in ("breakfast_end", "check_in", "check_out", "door_closes")
        if (minute := getattr(hotel, name)) is not None
    ]
    lines += _met(hotel, itinerary, lang) if itinerary is not None else []
    names = ("luggage", "walking", "shuttle", "late", "tips")
    lines += [text(f"partners.hint.{name}", lang, words=words) for name in names if (words := hotel.say(name, lang))]
    return lines


def _said_of(name: str, minute: int, itinerary: Itinerary | None) -> str:
    """Which words tell an hour of the house: that plans begin after breakfast is said of those that do."""
    days = () if itinerary is None else itinerary.days
    starts = [item.time for day in days for item in day.items if isinstance(item, StartItem)]
    return "breakfast" if name == "breakfast_end" and starts and min(starts) < minute else name


def _met(hotel: Hotel, itinerary: Itinerary, lang: str) -> list[str]:
    """Where the plan sets out before one may check in, ends after one has to be out, or comes back when the door is closed."""
    lines = []
    first, last = itinerary.days[0], itinerary.days[-1]
    sights = [item.start for item in first.items if isinstance(item, StopItem)]
    arrives = next((item.time for item in first.items if isinstance(item, StartItem)), 0)
    if hotel.check_in is not None and sights and arrives < hotel.check_in:
        lines.append(text("partners.hint.before_check_in", lang, time=clock(hotel.check_in, lang)))
    back = next((item.time for item in last.items if isinstance(item, EndItem) and _is_at(hotel, item.place)), 0)
    if hotel.check_out is not None and len(itinerary.days) > 1 and back > hotel.check_out:
        lines.append(text("partners.hint.after_check_out", lang, time=clock(hotel.check_out, lang)))
    if hotel.door_closes is not None:
        closes = hotel.door_closes + (_DAY_MIN if hotel.door_closes < _DAY_MIN // 2 else 0)
        late = [
            d for d, day in enumerate(itinerary.days, start=1)
            for item in day.items if isinstance(item, EndItem) and item.time > closes and _is_at(hotel, item.place)
        ]  # fmt: skip
        lines += [text("partners.hint.too_late", lang, day=d, time=clock(hotel.door_closes, lang)) for d in late]
    return lines


def _is_at(hotel: Hotel, place: PlaceRef) -> bool:
    if isinstance(place, Point):
        return abs(place.lat - hotel.lat) < _NEAR_DEG and abs(place.lon - hotel.lon) < _NEAR_DEG
    return place == hotel.place
