"""The year that staff see while they type is the year that the planner goes by."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender.bureau import preview
from recommender.bureau.desk import PROGRAM
from recommender.bureau.hours import rule_of
from recommender.calendar import Opening
from recommender.catalog import load_catalog
from recommender.catalog.records import tables_of
from recommender.errors import OpeningHoursSyntax
from recommender.region import Region
from recommender.settings import settings
from recommender.ui.staff.hours import hours_words
from recommender.ui.staff.room import Room

FIRST = dt.date(2026, 11, 25)


def test_hours_on_an_english_page_have_an_english_comma() -> None:
    opening = Opening(((480, 720), (840, 1080)), None, "sourced", 0, known=True, closed_reason=None)
    said = {lang: hours_words(Room(PROGRAM, lang, {}), opening) for lang in ("zh", "en")}
    assert said == {"zh": "08:00–12:00、14:00–18:00", "en": "08:00–12:00, 14:00–18:00"}


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


@pytest.mark.parametrize(
    ("months", "weekdays", "holidays", "closed", "rule"),
    [
        (None, (), False, False, "08:30-17:30"),
        ((4, 10), (), False, False, "Apr-Oct 08:30-17:30"),
        ((11, 11), (5, 6), False, False, "Nov Sa-Su 08:30-17:30"),
        ((11, 3), (1, 2, 3, 4, 5, 6), True, False, "Nov-Mar Tu-Su,PH 08:30-17:30"),
        (None, (0,), False, True, "Mo off"),
        (None, (0, 2, 3), False, False, "Mo,We-Th 08:30-17:30"),
        (None, (), True, True, "PH off"),
    ],
)
def test_choices_make_a_rule_that_can_be_read(
    months: tuple[int, int] | None, weekdays: tuple[int, ...], holidays: bool, closed: bool, rule: str
) -> None:
    assert rule_of(months, weekdays, dt.time(8, 30), dt.time(17, 30), holidays=holidays, closed=closed) == rule


def test_a_rule_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(OpeningHoursSyntax):
        rule_of(None, (), dt.time(17), dt.time(8))
