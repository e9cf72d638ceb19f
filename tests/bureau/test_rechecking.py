"""The week's list: reported first, then by the trips that hang on it, with the field and where its value comes from."""

from __future__ import annotations

import datetime as dt

import pytest

from recommender import region as regions
from recommender.bureau import rechecking
from recommender.bureau.quality import Doubt, Finding, findings, link_id
from recommender.catalog.records import tables_of
from recommender.i18n import messages

MADE = dt.datetime(2027, 4, 7, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def tables() -> dict[str, dict[str, dict[str, str]]]:
    return tables_of(regions.current().catalog)  # type: ignore[return-value] # cells are dictionaries


def test_reported_facts_come_first_then_those_on_which_most_trips_hang(tables: dict[str, dict[str, dict[str, str]]]) -> None:
    doubts = [Doubt("attractions", "mianshan", "opening_hours", "typical_unverified", 90),
              Doubt("attractions", "jinci", "ticket_cny", "unknown", 400)]  # fmt: skip
    found = [Finding("stale", "attractions", "zhenguo-si", "ticket_cny", "old_source", {"year": 2019}),
             Finding("missing", "attractions", "zhenguo-si", "toilets", "missing")]  # fmt: skip
    complained = {("attractions", "shuanglin-si", "opening_hours"): 2}
    rows = rechecking.recheck(tables, found, doubts, complained, {"zhenguo-si": 5}, "zh", {})
    assert [(row.key, row.trips, row.reports) for row in rows] == [
        ("shuanglin-si", 0, 2), ("jinci", 400, 0), ("mianshan", 90, 0), ("zhenguo-si", 5, 0)
    ]  # fmt: skip
    assert "2019" in rows[-1].why


def test_the_list_is_bounded_and_names_value_and_source(tables: dict[str, dict[str, dict[str, str]]]) -> None:
    region = regions.current()
    doubts = [Doubt("attractions", place, "opening_hours", "sourced", k) for k, place in enumerate(region.catalog.attractions)]
    rows = rechecking.recheck(tables, [], doubts, {}, {}, "en", {})
    assert len(rows) == rechecking.MOST
    report = rechecking.recheck_report(region, rows, tables, "en", MADE, {}, 1080)
    assert "2027-W14" in report.lines[0]
    assert "1080" in report.lines[1]
    cells = tables["attractions"][rows[0].key]
    assert report.sheets[0].rows[0][4:6] == (cells["opening_hours"], rechecking.source_of(cells, "opening_hours"))


def test_a_ways_record_is_found_by_its_ends(tables: dict[str, dict[str, dict[str, str]]]) -> None:
    for link in regions.current().catalog.links[:20]:
        key = rechecking.find_key(tables, "links", link_id(link))
        assert (tables["links"][key]["from_id"], tables["links"][key]["to_id"]) == (link.from_id, link.to_id)
    assert rechecking.find_key(tables, "attractions", "jinci") == "jinci"


def test_a_closure_that_is_over_leads_to_itself_and_not_to_a_later_one() -> None:
    closures = {"later": {"place_id": "jinci", "to": "2028-01-01"}, "over": {"place_id": "jinci", "to": "2026-01-01"}}
    assert rechecking.find_key({"closures": closures}, "closures", "jinci:2026-01-01") == "over"


def test_a_county_is_called_by_its_chinese_name() -> None:
    found = Finding("outside_county", "attractions", "jinci", "county", "nearer_seat", {"county": "Yuci", "nearest": "Taigu"})
    assert "太谷区" in rechecking.finding_words(found, "zh", {})
    assert "Taigu" in rechecking.finding_words(found, "en", {})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_has_its_sentence(tables: dict[str, dict[str, dict[str, str]]], lang: str) -> None:
    for one in findings(regions.current(), dt.date(2026, 11, 25)):
        assert f"finding.{one.code}" in messages("bureau"), one.code
        assert f"finding.kind_{one.kind}" in messages("bureau")
        assert rechecking.finding_words(one, lang, {}) != one.code
        key = rechecking.find_key(tables, one.table, one.row)
        assert key in tables[one.table] or one.table == "holidays"
