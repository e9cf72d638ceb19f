"""Visitors' reports: heaped by place and fact, settled once with a note, and the audit says by whom."""

from __future__ import annotations

import pytest

from recommender import store
from recommender.bureau import auditing, publishing, settling
from recommender.errors import NotFound, PermissionDenied, RequestError
from recommender.store import FactReport
from tests.bureau.little_bureau import Bureau


@pytest.fixture
def told(bureau: Bureau) -> Bureau:
    for place, field, words in (
        ("shuanglin-si", "hours", "周一不开"), ("pingyao-xianya", "price", ""), ("shuanglin-si", "hours", "冬天四点半关"),
        ("eat-street", "hours", "早就关门了"), ("shuanglin-si", "price", "涨价了"),
    ):  # fmt: skip
        store.add_report(bureau.database, FactReport(place, field, words, "r1", "zh"), 60)
    return bureau


def test_reports_about_one_fact_stand_together_most_reported_first(told: Bureau) -> None:
    heaps = settling.list_heaps(told.ann, database=told.database)
    assert (heaps[0].place, heaps[0].field, len(heaps[0].reports)) == ("shuanglin-si", "hours", 2)
    assert len(heaps) == 4
    assert heaps[0].reports[0].report.text == "冬天四点半关"


@pytest.mark.parametrize("outcome", settling.OUTCOMES)
def test_settling_takes_a_heap_away_and_says_who_when_and_why(told: Bureau, outcome: str) -> None:
    heap = settling.list_heaps(told.ann, database=told.database)[0]
    numbers = [kept.id for kept in heap.reports]
    settling.settle(told.ann, numbers, outcome, "打电话问过景区", database=told.database)
    assert ("shuanglin-si", "hours") not in {
        (one.place, one.field) for one in settling.list_heaps(told.ann, database=told.database)
    }
    done = settling.list_settled(told.ann, database=told.database)
    assert {(kept.outcome, kept.note, kept.settled_by) for kept in done} == {(outcome, "打电话问过景区", "ann")}
    assert all(kept.settled is not None for kept in done)
    entry = auditing.list_entries(told.eva, most=1, database=told.database)[0]
    assert (entry.action, entry.subject, entry.who) == ("settle_report", "report/shuanglin-si/hours", "ann")
    assert entry.detail == {"outcome": outcome, "reports": sorted(numbers)}


def test_what_somebody_else_has_settled_stays_as_it_is(told: Bureau) -> None:
    numbers = [kept.id for kept in settling.list_heaps(told.ann, database=told.database)[0].reports]
    settling.settle(told.ann, numbers[:1], "right", "对的", database=told.database)
    assert [kept.id for kept in settling.settle(told.bob, numbers, "mended", "改了", database=told.database)] == numbers[1:]
    with pytest.raises(NotFound):
        settling.settle(told.bob, numbers, "mended", "又改了", database=told.database)


def test_settling_needs_an_outcome_a_note_and_a_role(told: Bureau) -> None:
    db = told.database
    numbers = [kept.id for kept in settling.list_heaps(told.ann, database=db)[0].reports]
    with pytest.raises(RequestError, match="wontfix"):
        settling.settle(told.ann, numbers, "wontfix", "x", database=db)
    with pytest.raises(RequestError):
        settling.settle(told.ann, numbers, "right", "  ", database=db)
    with pytest.raises(PermissionDenied):
        settling.settle(told.hotel, numbers, "right", "x", database=db)
    assert len(settling.list_heaps(told.ann, database=db)) == 4


def test_every_report_leads_to_the_field_that_it_is_about(told: Bureau) -> None:
    tables = publishing.get_revision(told.ann, told.first.revision, database=told.database)
    assert settling.where_to_mend(tables, "shuanglin-si", "hours") == ("attractions", "opening_hours")
    assert settling.where_to_mend(tables, "eat-street", "hours") == ("dining", "open_hours")
    assert settling.where_to_mend(tables, "stay-inn", "place") == ("lodging", "lat")
    assert settling.where_to_mend(tables, "gone", "other") == ("attractions", "")
    counts = settling.complaints(settling.list_heaps(told.ann, database=told.database), tables)
    assert counts["attractions", "shuanglin-si", "opening_hours"] == 2
    for columns in settling.COLUMNS.values():
        assert set(columns) <= {"hours", "price", "closed", "place", "other"}
    for table, columns in settling.COLUMNS.items():
        from recommender.catalog.records import get_table

        assert set(columns.values()) <= {column.name for column in get_table(table).columns}
