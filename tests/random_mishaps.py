"""Seeded mishaps on the way: late, early, tired, rain, a closed door, another place than planned."""

from __future__ import annotations

import random
from typing import Any

from recommender.model import Itinerary, LegItem, StartItem, StopItem, format_clock


def disrupted(itinerary: Itinerary, seed: int) -> dict[str, Any]:
    """The request that plans the rest of a trip anew after a mishap, as JSON."""
    dice = random.Random(seed)
    request = itinerary.request.model_dump(mode="json", by_alias=True)
    day = dice.randrange(len(itinerary.days))
    items = itinerary.days[day].items
    stops = [k for k, item in enumerate(items) if isinstance(item, StopItem)]
    first = items[0]
    assert isinstance(first, StartItem)
    place: Any
    if not stops:
        place, minute, done = first.place, first.time + dice.randint(0, 300), []
        coming: list[str] = []
    else:
        at = dice.randrange(len(stops))
        stop = items[stops[at]]
        assert isinstance(stop, StopItem)
        mishap = dice.choice(("late", "early", "elsewhere", "setting_out"))
        place = stop.place
        minute = stop.end
        behind = at + 1
        if mishap == "late":
            minute += dice.choice((20, 45, 60, 90, 150))
        elif mishap == "early":
            minute = dice.randint(stop.start + 1, stop.end)
        elif mishap == "elsewhere":
            legs = [item for item in items if isinstance(item, LegItem)]
            place = dice.choice(legs).to if legs else place
            minute += dice.randint(0, 40)
        else:
            behind, minute = at, max(first.time + 5, stop.arrive - dice.randint(0, 30))
            before = items[stops[at] - 1]
            place = before.to if isinstance(before, LegItem) else stop.place
        names = [item.place for item in items if isinstance(item, StopItem)]
        done, coming = names[:behind], names[behind:]
    wish = dice.choice(("", "closed", "tired", "rain"))
    kept = {*request["must_see"], *(lock["place"] for lock in request["locks"])}
    free = [name for name in coming if name not in kept]
    if wish == "closed" and free:
        request["avoid"] = sorted({*request["avoid"], free[0]})
    elif wish == "tired":
        request["pace"] = "relaxed"
    elif wish == "rain":
        request["rain"] = [day + 1]
    request["previous"] = itinerary.model_dump(mode="json", by_alias=True)
    spot = place.model_dump() if not isinstance(place, str) else place
    request["now"] = {"day": day + 1, "time": format_clock(min(minute, 22 * 60)), "place": spot, "done": done}
    if dice.random() < 0.5:
        request["now"] |= {"only_today": True, "adds": dice.random() < 0.5, "easier": wish == "tired"}
        if wish == "tired":
            request["pace"] = itinerary.request.pace
    return request
