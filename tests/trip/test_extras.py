"""What is offered beside the plan: near, open, new, and no longer than it says."""

from __future__ import annotations

import collections
import datetime as dt
from typing import Any

import pytest

from recommender import region as regions
from recommender.catalog import party_ticket
from recommender.model import Itinerary, Now, StopItem, TripRequest
from recommender.region import Region
from recommender.trip.extras import MOST_MIN, NEAR_MIN, extras
from recommender.trip.narrate.extra import extra_texts
from recommender.trip.planning import plan_trip


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def trip(region: Region, **wishes: Any) -> Itinerary:
    return plan_trip(region, TripRequest.parse({"start_date": "2027-04-17", "days": 2} | wishes))


@pytest.mark.parametrize(
    "wishes", [{}, {"mode": "drive", "reach": "region", "days": 3}, {"needs": ["few_steps"], "pace": "relaxed"}]
)
def test_extras_are_new_near_and_open_when_one_would_come(region: Region, wishes: dict[str, Any]) -> None:
    itinerary = trip(region, **wishes)
    found = extras(region, itinerary)
    assert found
    stops = [(d, item) for d, day in enumerate(itinerary.days) for item in day.items if isinstance(item, StopItem)]
    for extra in found:
        assert all(extra.place not in item.places for _, item in stops)
        assert extra.way_min <= NEAR_MIN < extra.needed_min <= MOST_MIN + 5 - 1
        ends = [item.end for d, item in stops if d == extra.day and extra.after in item.places]
        midnight = dt.datetime.combine(itinerary.days[extra.day].date, dt.time())
        assert any(region.calendar.is_open(extra.place, midnight + dt.timedelta(minutes=end + extra.way_min)) for end in ends)
        place = region.catalog.attractions[extra.place]
        assert not itinerary.request.needs or (place.steps_level or 0) < 2
    assert max(collections.Counter((e.day, e.part) for e in found).values()) <= 2
    assert len({e.place for e in found}) == len(found)


@pytest.mark.parametrize(("lang", "words"), [("zh", "就够"), ("en", "fits if you have")])
def test_each_says_how_much_time_it_takes(region: Region, lang: str, words: str) -> None:
    told = extra_texts(trip(region), region, lang)
    assert told
    assert all(words in sentence for sentence in told)


def test_extras_keep_to_the_budget_and_to_what_feet_allow(region: Region) -> None:
    free = {e.place for e in extras(region, trip(region))}
    poor = trip(region, budget_fen=60_000)
    left = 60_000 - poor.totals.tickets_fen - poor.totals.fares_fen
    for extra in extras(region, poor):
        price = party_ticket(region.catalog.attractions[extra.place], poor.request.party).fen
        assert price is not None
        assert price <= left
    tired = trip(region, max_walk_m=1_200)
    assert free
    assert len(extras(region, tired)) < len(extras(region, tired.model_copy(update={"request": trip(region).request})))


def test_what_lies_behind_is_not_offered_any_more(region: Region) -> None:
    itinerary = trip(region)
    last = max(d for d, _ in enumerate(itinerary.days))
    place = next(item.place for item in itinerary.days[last].items if isinstance(item, StopItem))
    later = itinerary.request.model_copy(update={"now": Now(day=last + 1, time=0, place=place)})
    assert {e.day for e in extras(region, itinerary)} == {0, last}
    assert {e.day for e in extras(region, itinerary.model_copy(update={"request": later}))} == {last}
