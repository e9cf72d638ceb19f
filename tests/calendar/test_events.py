"""Event dates: the rule grammar, against dates worked out by hand."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.calendar import dates_of, events_on
from recommender.errors import DateRuleSyntax

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Event:
    rule: str | None
    dates_2026: str | None = None
    dates_2027: str | None = None


def spans(rule: str, year: int) -> list[str]:
    found = dates_of(rule, year)
    assert found is not None
    return [f"{first}" if first == last else f"{first}/{last}" for first, last in found]


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        ("fixed 05-19", 2027, ["2027-05-19"]),
        ("fixed 09-01..10-10", 2026, ["2026-09-01/2026-10-10"]),
        ("fixed 12-20..01-05", 2026, ["2026-12-20/2027-01-05"]),
        ("fixed 02-29", 2027, ["2027-02-28"]),
        ("fixed 02-29", 2028, ["2028-02-29"]),
        ("lunar 01-01", 2027, ["2027-02-06"]),
        ("lunar 01-01", 2026, ["2026-02-17"]),
        ("lunar 01-15", 2027, ["2027-02-20"]),
        ("lunar 01-15", 2026, ["2026-03-03"]),
        ("lunar 07-07", 2027, ["2027-08-08"]),
        ("lunar 07-07", 2026, ["2026-08-19"]),
        ("lunar 08-15", 2027, ["2027-09-15"]),
        ("lunar 05-05", 2026, ["2026-06-19"]),
        ("lunar 01-13..01-15", 2027, ["2027-02-18/2027-02-20"]),
        ("lunar 12-23..01-16", 2026, ["2026-02-10/2026-03-04"]),
        ("lunar 12-23..01-16", 2027, ["2027-01-30/2027-02-21"]),
        ("lunar 12-30", 2026, ["2026-02-16"]),  # the 12th month of lunar 2025 has 29 days
        ("lunar 12-30", 2027, ["2027-02-05"]),
        ("lunar 12-08", 2022, ["2022-01-10", "2022-12-30"]),
        ("lunar 12-08", 2023, []),
        ("lunar 06-24", 2025, ["2025-07-18"]),  # 2025 has a leap sixth month; the ordinary one is meant
        ("solar-term qingming", 2026, ["2026-04-05"]),
        ("solar-term qingming -1..+1", 2027, ["2027-04-04/2027-04-06"]),
        ("solar-term dongzhi", 2027, ["2027-12-22"]),
        ("solar-term dongzhi 10", 2027, ["2027-01-01"]),
        ("solar-term xiaohan", 2027, ["2027-01-05"]),
        ("nth Sa 3 09", 2026, ["2026-09-19"]),
        ("nth Mo 5 04", 2027, []),
        ("nth Su -1 04", 2027, ["2027-04-25"]),
        ("once 2025-06-10..2025-08-31", 2025, ["2025-06-10/2025-08-31"]),
        ("once 2025-06-10..2025-08-31", 2026, []),
        ("once 2027-05-01", 2027, ["2027-05-01"]),
    ],
)
def test_rules_give_the_dates_worked_out_by_hand(rule: str, year: int, expected: list[str]) -> None:
    assert spans(rule, year) == expected


def test_an_announced_event_has_no_computed_dates() -> None:
    assert dates_of("announced", 2027) is None


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", "fixed"), ("yearly", "fixed"), ("fixed 13-01", "13-01"), ("fixed 04-31", "04-31"), ("lunar 01-31", "01-31"),
        ("lunar 00-01", "00-01"), ("solar-term easter", "easter"), ("solar-term qingming +1..-1", "before"),
        ("nth Xx 1 01", "nth"), ("nth Sa 6 09", "nth"), ("nth Sa 1 13", "13"), ("once 2027-02-30", "once"),
        ("once 2027-05-02..2027-05-01", "before"), ("FIXED 05-01", "fixed"), ("fixed 5-1", "fixed"),
        ("fixed ０５-０１", "fixed"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_named(rule: str, says: str) -> None:
    with pytest.raises(DateRuleSyntax) as found:
        dates_of(rule, 2027)
    assert says in found.value.message("en")
    assert found.value.message("zh") != found.value.message("en")


@given(st.one_of(st.text(max_size=30), st.from_regex(r"(fixed|lunar) \d\d-\d\d(\.\.\d\d-\d\d)?", fullmatch=True),
                 st.from_regex(r"solar-term [a-z]{3,9}( [+-]\d\d?\.\.[+-]\d\d?)?", fullmatch=True)),
       st.integers(1899, 2201))  # fmt: skip
def test_any_text_is_a_rule_or_refused(rule: str, year: int) -> None:
    try:
        found = dates_of(rule, year)
    except DateRuleSyntax:
        return
    for first, last in found or ():
        assert first.year == year
        assert first <= last


def test_announced_dates_win_over_computed_ones() -> None:
    parade = Event("lunar 01-13..01-15", dates_2026="2026-03-03")
    assert events_on([parade], dt.date(2026, 3, 1)) == ()
    assert events_on([parade], dt.date(2026, 3, 3)) == (parade,)
    assert events_on([parade], dt.date(2027, 2, 18)) == (parade,), "2027 is computed"


def test_an_event_over_the_new_year_is_found_on_both_sides() -> None:
    fair = Event("fixed 12-20..01-05")
    assert [bool(events_on([fair], d)) for d in (dt.date(2026, 12, 31), dt.date(2027, 1, 5), dt.date(2027, 1, 6))] == [
        True, True, False,
    ]  # fmt: skip


def test_announced_only_and_single_events() -> None:
    announced = Event("announced", dates_2027="2027-05-01/2027-05-03; 2027-10-01")
    once = Event("once 2025-12-01..2027-02-01")
    assert events_on([announced, once], dt.date(2027, 5, 2)) == (announced,)
    assert events_on([announced, once], dt.date(2027, 1, 2)) == (once,)
    assert events_on([Event(None)], dt.date(2027, 5, 2)) == ()
    for wrong in ("soon", "2027-05-03/2027-05-01", "2027-05-01/2027-05-02/2027-05-03"):
        with pytest.raises(DateRuleSyntax):
            events_on([Event("announced", dates_2027=wrong)], dt.date(2027, 5, 2))


def test_computed_dates_of_the_data_agree_with_those_written_down() -> None:
    with (DATA / "events.csv").open(encoding="utf-8-sig", newline="") as file:
        events = list(csv.DictReader(file))
    assert events
    for event in events:
        for year in (2026, 2027):
            computed = dates_of(event["rule"], year)
            if computed and "computed" in event["dates_status"] and "announced" not in event["dates_status"]:
                assert spans(event["rule"], year) == [event[f"dates_{year}"]], event["id"]
