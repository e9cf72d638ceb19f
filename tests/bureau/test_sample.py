"""One trip before and after an edit, with the data of the region."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender.bureau import sample
from recommender.catalog import load_catalog
from recommender.catalog.records import Tables, tables_of
from recommender.model import StopItem
from recommender.settings import settings

TODAY = dt.date(2027, 3, 1)
PLACE = "shuanglin-si"


@pytest.fixture(scope="module")
def published() -> Tables:
    return tables_of(load_catalog(settings().data_dir))


def _with_hours(published: Tables, hours: str) -> Tables:
    cells = {**published["attractions"][PLACE], "opening_hours": hours, "last_entry": ""}
    return {**published, "attractions": {**published["attractions"], PLACE: cells}}


def test_later_hours_show_as_a_later_visit_on_the_first_day_that_changes(published: Tables) -> None:
    drafted = _with_hours(published, "Mar 15-Apr 30 15:00-18:00; Mar 01-Mar 14 08:30-17:30; May-Feb 08:30-17:30")
    date = sample.sample_day(published, drafted, PLACE, TODAY)
    after = sample.plan_sample(drafted, PLACE, dt.date(2027, 3, 20))
    assert date > TODAY
    assert after.itinerary is not None
    [stop] = [item for item in after.itinerary.days[0].items if isinstance(item, StopItem) and item.place == PLACE]
    assert stop.start >= 15 * 60


def test_a_closed_place_shows_as_a_trip_that_cannot_be(published: Tables) -> None:
    drafted = _with_hours(published, "Apr-Oct 08:30-18:00")
    date = sample.sample_day(published, drafted, PLACE, TODAY)
    assert date == dt.date(2027, 3, 2)
    before, after = (sample.plan_sample(tables, PLACE, date) for tables in (published, drafted))
    assert before.itinerary is not None
    assert after.itinerary is None
    assert after.refusal is not None


def test_nothing_changed_is_sampled_tomorrow(published: Tables) -> None:
    assert sample.sample_day(published, published, PLACE, TODAY) == dt.date(2027, 3, 2)
