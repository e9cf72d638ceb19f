"""Hours put together by choosing, lunar days and closures included, are in the preview what the planner sees."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender.bureau import drafting, preview, publishing
from recommender.bureau.hours import rule_of
from recommender.catalog.records import catalog_of
from recommender.region import Region
from tests.bureau.little_bureau import Bureau

NINE, FIVE = dt.time(9), dt.time(17)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (rule_of(None, [], NINE, FIVE, closed=True, lunar=((12, 30), (1, 5))), "lunar 12-30..01-05 off"),
        (rule_of((4, 10), [], NINE, dt.time(21), lunar=((1, 15), (1, 15))), "lunar 01-15 09:00-21:00"),
        (rule_of(None, [5, 6], NINE, FIVE, lunar=((8, 15), (8, 17)), holidays=True), "lunar 08-15..08-17 Sa-Su,PH 09:00-17:00"),
    ],
)
def test_a_rule_of_lunar_days(rule: str, wanted: str) -> None:
    assert rule == wanted


def test_the_preview_is_what_the_planner_sees_on_every_day(bureau: Bureau) -> None:
    hours = "Apr-Oct 08:00-18:00; Nov-Mar 08:30-17:30; Mo off; PH 08:00-19:00; lunar 12-30..01-05 off; lunar 01-15 08:00-21:00"
    draft = bureau.draft()
    bureau.save(draft.id, opening_hours=hours)
    closure = {"place_id": "shuanglin-si", "from": "2027-05-10", "to": "2027-05-20", "reason": "维修", "source": "公告"}
    drafting.add(bureau.ann, draft.id, "closures", closure, database=bureau.database)
    tables = drafting.get_tables(bureau.ann, draft.id, database=bureau.database)
    first = dt.date(2027, 1, 1)
    year = preview.year_of(tables, "shuanglin-si", tables["attractions"]["shuanglin-si"], first)
    region = Region(catalog_of(tables))
    assert dict(year) == {date: region.calendar.opening("shuanglin-si", date) for date, _ in year}
    closed = {date for date, day in year if day.closed_reason == "closure"}
    assert closed >= {dt.date(2027, 5, 10) + dt.timedelta(days=n) for n in range(11)}
    assert dict(year)[dt.date(2027, 2, 8)].intervals == ()
    bureau.publish(draft.id)
    published = publishing.get_revision(
        bureau.ann, publishing.published_now(database=bureau.database).revision, database=bureau.database
    )
    assert preview.year_of(published, "shuanglin-si", published["attractions"]["shuanglin-si"], first) == year
