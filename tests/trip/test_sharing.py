"""Shared plans are opened as they were stored, and held against what is known today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import RevisionConflict, ShareLinkError
from recommender.i18n import LANGUAGES
from recommender.model import Itinerary, Point, StopItem, TripRequest
from recommender.region import Region
from recommender.store import Content, Database, create_plan
from recommender.trip import sharing
from recommender.trip.narrate import itinerary_html
from recommender.trip.planning import plan_trip

WISH = TripRequest.parse({"start_date": "2027-04-17", "days": 2, "start": {"place": {"lat": 37.2, "lon": 112.18, "name": "家"}}})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/plans.sqlite")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


@pytest.fixture(scope="module")
def itinerary(region: Region) -> Itinerary:
    return plan_trip(region, WISH)


def later(region: Region, **changed: Any) -> Region:
    """The region of a later revision."""
    return Region(replace(region.catalog, revision="later", **changed))


def without(region: Region, *places: str) -> Region:
    catalog = region.catalog
    shelves = {name: {k: v for k, v in getattr(catalog, name).items() if k not in places}
               for name in ("attractions", "hubs", "lodging", "dining")}  # fmt: skip
    return later(region, **shelves)


def first_stop(itinerary: Itinerary) -> str:
    """The first sight that is visited once only."""
    places = [item.place for day in itinerary.days for item in day.items if isinstance(item, StopItem)]
    return next(place for place in places if places.count(place) == 1)


def test_a_plan_is_opened_as_it_was_made_and_nothing_has_changed(
    database: Database, region: Region, itinerary: Itinerary
) -> None:
    keys = sharing.share(region, itinerary, "zh", database=database)
    trip = sharing.open_shared(region, keys.read, database=database)
    assert trip.itinerary == itinerary
    assert trip.plan.content.revision == itinerary.revision
    assert isinstance(trip.itinerary.request.start.place if trip.itinerary.request.start else None, Point)
    assert (trip.moved_on, trip.gone, trip.changes) == (False, (), ())
    assert sharing.open_to_edit(region, keys.edit, database=database).itinerary == itinerary


def test_a_later_revision_that_changes_nothing_for_the_plan_says_so(
    database: Database, region: Region, itinerary: Itinerary
) -> None:
    keys = sharing.share(region, itinerary, "zh", database=database)
    trip = sharing.open_shared(later(region), keys.read, database=database)
    assert (trip.moved_on, trip.gone, trip.changes) == (True, (), ())
    assert trip.itinerary == itinerary


def test_what_the_check_finds_against_new_facts_is_said_in_words(
    database: Database, region: Region, itinerary: Itinerary
) -> None:
    keys = sharing.share(region, itinerary, "zh", database=database)
    place = first_stop(itinerary)
    sights = dict(region.catalog.attractions)
    sights[place] = replace(sights[place], opening_hours="Mo-Fr 09:00-10:00", hours_basis="sourced")
    trip = sharing.open_shared(later(region, attractions=sights), keys.read, database=database)
    assert trip.itinerary == itinerary, "a stored plan is never planned anew"
    assert trip.moved_on
    closed = [change for change in trip.changes if "不开放" in change.zh]
    assert len(closed) == 1
    assert sights[place].name_zh in closed[0].message("zh")
    assert "not open" in closed[0].message("en")
    assert "项" not in closed[0].zh, "a reader does not count items"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_places_that_are_gone_keep_their_names(
    database: Database, region: Region, itinerary: Itinerary, lang: str
) -> None:
    keys = sharing.share(region, itinerary, "zh", database=database)
    stop, bed = first_stop(itinerary), itinerary.days[0].lodging
    assert isinstance(bed, str)
    trip = sharing.open_shared(without(region, stop, bed), keys.read, database=database)
    assert len(trip.gone) == 2
    for place in (stop, bed):
        known = region.catalog.get_place(place)
        name = known.name_zh if lang == "zh" else known.name_en
        assert name in [gone.message(lang) for gone in trip.gone]
        page = itinerary_html(trip.itinerary, trip.region, lang)
        assert f">{place}<" not in page
    said = " ".join(change.message(lang) for change in trip.changes)
    assert stop not in said
    assert bed not in said


def test_a_plan_whose_every_place_is_gone_still_opens(database: Database, region: Region, itinerary: Itinerary) -> None:
    keys = sharing.share(region, itinerary, "en", database=database)
    catalog = region.catalog
    everything = {*catalog.attractions, *catalog.hubs, *catalog.lodging, *catalog.dining}
    trip = sharing.open_shared(without(region, *everything), keys.read, database=database)
    assert trip.gone
    assert itinerary_html(trip.itinerary, trip.region, "en")


def test_a_plan_is_replaced_under_the_same_links(database: Database, region: Region, itinerary: Itinerary) -> None:
    other = plan_trip(region, TripRequest.parse({"start_date": "2027-04-18", "days": 1}))
    keys = sharing.share(region, itinerary, "zh", database=database)
    assert sharing.reshare(region, other, "en", keys.edit, 1, database=database) == 2
    with pytest.raises(RevisionConflict):
        sharing.reshare(region, itinerary, "zh", keys.edit, 1, database=database)
    assert sharing.open_shared(region, keys.read, database=database).itinerary == other
    sharing.forget(keys.edit, database=database)
    with pytest.raises(ShareLinkError):
        sharing.open_shared(region, keys.read, database=database)


def test_a_stored_plan_that_can_no_longer_be_read_is_a_dead_link(database: Database, region: Region) -> None:
    keys = create_plan(database, Content({}, {"schema": "itinerary/0"}, {}, "r", "zh"))
    with pytest.raises(ShareLinkError):
        sharing.open_shared(region, keys.read, database=database)
