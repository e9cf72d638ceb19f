"""The year that staff see while they type is the year that the planner goes by."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender.bureau import preview
from recommender.catalog import load_catalog
from recommender.catalog.records import tables_of
from recommender.region import Region
from recommender.settings import settings

FIRST = dt.date(2026, 11, 25)


def test_the_preview_of_every_attraction_is_what_the_planner_sees_on_each_of_the_days() -> None:
    catalog = load_catalog(settings().data_dir)
    tables, calendar = tables_of(catalog), Region(catalog).calendar
    for place, cells in tables["attractions"].items():
        for date, opening in preview.year_of(tables, place, cells, FIRST):
            assert opening == calendar.opening(place, date), (place, date)


@pytest.mark.parametrize(("hours", "days"), [("Tu-Su 08:00-18:00", 0), ("Tu-Su 08:00-17:30", 313), ("08:00-18:00", 52)])
def test_the_days_that_change_are_counted(hours: str, days: int) -> None:
    was = {"opening_hours": "Tu-Su 08:00-18:00", "hours_basis": "sourced"}
    before, after = (
        preview.year_of({}, "xx", cells, FIRST) for cells in (was, {**was, "opening_hours": hours})
    )  # fmt: skip
    assert len(preview.changed_days(before, after)) == days


def test_a_closure_of_the_draft_shows_in_the_preview() -> None:
    closure = {"place_id": "xx", "from": "2026-12-01", "to": "2026-12-02", "reason": "维修", "source": "公告"}
    year = preview.year_of({"closures": {"k": closure}}, "xx", {"opening_hours": "24/7"}, FIRST, 14)
    assert [date for date, opening in year if opening.closed_reason == "closure"] == [
        dt.date(2026, 12, 1), dt.date(2026, 12, 2),
    ]  # fmt: skip
