"""A large catalogue is planned in part: the part holds what is named and near; a catalogue of some hundreds is left alone."""

from __future__ import annotations

import datetime as dt

import pytest

from benchmarks.scale import generated
from recommender import region as regions
from recommender.catalog import load_catalog
from recommender.model import StopItem, TripRequest
from recommender.region import Region
from recommender.settings import settings
from recommender.trip.explain import list_visits
from recommender.trip.planning import plan_trip
from recommender.trip.shortlist import shortlist
from recommender.trip.verify import verify

DAY = dt.date(2027, 4, 17)


@pytest.fixture(scope="module")
def large() -> Region:
    return Region(generated(load_catalog(settings().data_dir), 2_000))


def wish(**fields: object) -> TripRequest:
    return TripRequest.parse({"start_date": str(DAY), "days": 2, "reach": "region", **fields})


def test_the_real_catalogue_is_planned_as_a_whole() -> None:
    region = regions.current()
    assert region.size <= regions.LARGE
    assert shortlist(region, wish()) is region


def test_a_part_is_small_and_of_the_same_revision(large: Region) -> None:
    part = shortlist(large, wish())
    assert large.size > regions.LARGE
    assert part.size <= regions.LARGE
    assert part.revision == large.revision
    assert part.state == large.state


def test_requests_for_one_corner_share_a_part_whatever_their_tastes(large: Region) -> None:
    part = shortlist(large, wish())
    assert shortlist(large, wish(interests={"nature": 1.0}, seed=5, days=3)) is part
    assert shortlist(large, wish(start={"place": "taiyuan-south-station"})) is not part


def test_everything_that_a_request_names_is_in_its_part(large: Region) -> None:
    far = max(large.catalog.attractions.values(), key=lambda place: place.lat).id
    liked = min(large.catalog.attractions.values(), key=lambda place: place.lon).id
    part = shortlist(large, wish(must_see=[far], likes=[liked], start={"place": "taiyuan-south-station"}))
    assert {far, liked} <= set(part.catalog.attractions)
    assert "taiyuan-south-station" in part.catalog.hubs


def test_a_part_holds_every_area_with_all_that_lies_in_it(large: Region) -> None:
    part = shortlist(large, wish())
    inside = [place for place in part.catalog.attractions.values() if place.area_id is not None]
    assert inside
    for place in inside:
        assert place.area_id in part.catalog.attractions
        assert large.catalog.parts_of(str(place.area_id)) == part.catalog.parts_of(str(place.area_id))


def test_a_plan_in_a_large_catalogue_passes_the_check_and_makes_no_table_of_the_whole(large: Region) -> None:
    itinerary = plan_trip(large, wish())
    part = shortlist(large, itinerary.request)
    assert list_visits(itinerary)
    stops = [item.place for day in itinerary.days for item in day.items if isinstance(item, StopItem)]
    assert set(stops) <= set(part.catalog.attractions)
    assert verify(part, itinerary) == []
    assert "graph" not in large.__dict__
    assert "_scorer" not in large.__dict__
