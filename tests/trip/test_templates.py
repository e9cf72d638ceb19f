"""Curated routes are offered only where all of them can be travelled."""

from __future__ import annotations

import dataclasses
import datetime as dt

from recommender import region as regions
from recommender.catalog import Catalog, Closure
from recommender.model import MAX_DAYS, TripRequest
from recommender.region import Region
from recommender.trip.templates import templates, wish_of

APRIL = dt.date(2027, 4, 17)
ROUTE = "rt-jinshang-tiyan"


def offered(catalog: Catalog, date: dt.date = APRIL) -> list[str]:
    return [route.id for route in templates(Region(catalog), date)]


def test_published_routes_come_first_and_none_is_longer_than_a_trip() -> None:
    catalog = regions.current().catalog
    found = offered(catalog)
    kinds = [catalog.routes[route].kind for route in found]
    assert ROUTE in found
    assert kinds == sorted(kinds, key=lambda kind: kind != "published")
    assert all(catalog.routes[route].days <= MAX_DAYS for route in found)


def test_a_route_with_a_closed_place_is_not_offered_for_those_days() -> None:
    catalog = regions.current().catalog
    closure = Closure("qiaojia-dayuan", dt.date(2027, 4, 1), dt.date(2027, 4, 30), "维修", "公告")
    broken = {route.id for route in catalog.routes.values() if "qiaojia-dayuan" in route.place_ids}
    closed = dataclasses.replace(catalog, closures=(closure,))
    assert broken
    assert not broken & set(offered(closed))
    assert broken & set(offered(catalog)) == broken & set(offered(closed, dt.date(2027, 6, 1)))


def test_a_route_with_a_place_that_is_held_back_or_gone_is_not_offered() -> None:
    catalog = regions.current().catalog
    place = dataclasses.replace(catalog.attractions["qiaojia-dayuan"], suggest=False)
    assert ROUTE not in offered(dataclasses.replace(catalog, attractions={**catalog.attractions, place.id: place}))
    gone = {key: one for key, one in catalog.attractions.items() if key != "qiaojia-dayuan"}
    assert ROUTE not in offered(dataclasses.replace(catalog, attractions=gone))


def test_what_a_route_fills_in_is_a_request() -> None:
    region = regions.current()
    for route in region.catalog.routes.values():
        wish = wish_of(region, route.place_ids, route.days)
        request = TripRequest.parse({"start_date": str(APRIL), **wish})
        assert set(request.must_see) <= set(route.place_ids)
        assert request.days == min(route.days, MAX_DAYS)
