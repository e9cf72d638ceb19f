"""Openings: a table worked out by hand, two independent answers that must agree, and what unknown means."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.calendar import Calendar, HoursFact
from recommender.errors import OpeningHoursSyntax, UnknownPlace

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Day:
    date: dt.date
    name_zh: str = "节"
    name_en: str = "festival"
    kind: str = "public_holiday"
    status: str = "official"


@dataclass(frozen=True)
class Notice:
    place_id: str
    from_: dt.date | None
    to: dt.date | None
    reason: str = "修缮"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table_of_holidays() -> list[Day]:
    return [
        Day(dt.date.fromisoformat(r["date"]), r["name_zh"], r["name_en"], r["kind"], r["status"])
        for r in rows("holidays.csv")
    ]


def facts() -> dict[str, HoursFact]:
    return {
        r["id"]: HoursFact(r["opening_hours"] or None, r["hours_basis"], r["last_entry"] or None)
        for r in rows("attractions.csv")
    }


@pytest.fixture(scope="module")
def region_calendar() -> Calendar:
    return Calendar(table_of_holidays(), [], facts())


def one(hours: str | None, basis: str = "sourced", last: str | None = None, **more: object) -> Calendar:
    """A calendar of one place called ``here``."""
    return Calendar(more.get("holidays", ()), more.get("closures", ()), {"here": HoursFact(hours, basis, last)})  # type: ignore[arg-type]


with (Path(__file__).parent / "open_table.csv").open(encoding="utf-8", newline="") as table:
    HAND_CHECKED = [(r["place"], r["instant"], r["expected"], r["why"]) for r in csv.DictReader(table)]


def test_the_hand_checked_table_is_long_enough() -> None:
    assert len({row[:2] for row in HAND_CHECKED}) >= 60


@pytest.mark.parametrize(("place", "instant", "expected", "why"), HAND_CHECKED)
def test_both_answers_agree_with_the_hand_checked_table(
    region_calendar: Calendar, place: str, instant: str, expected: str, why: str
) -> None:
    moment = dt.datetime.fromisoformat(instant)
    minute = moment.hour * 60 + moment.minute
    intervals = region_calendar.opening(place, moment.date()).intervals
    assert region_calendar.is_open(place, moment) is (expected == "open"), why
    assert any(opens <= minute < closes for opens, closes in intervals) is (expected == "open"), why


def test_every_place_of_the_data_answers_on_every_day_of_two_years(region_calendar: Calendar) -> None:
    for place in facts():
        for day in range(0, 730, 13):
            date = dt.date(2026, 1, 1) + dt.timedelta(days=day)
            opening = region_calendar.opening(place, date)
            assert bool(opening.intervals) is (opening.closed_reason is None)
            assert list(opening.intervals) == sorted(opening.intervals)
            ends = [minute for interval in opening.intervals for minute in interval]
            assert ends == sorted(set(ends))
            if opening.last_entry_min is not None and opening.intervals:
                assert opening.last_entry_min <= opening.intervals[-1][1]


# --------------------------------------------------------------------------------------- two paths, one answer

DAYS = st.sampled_from(
    [
        "",
        "Mo-Fr",
        "Sa,Su",
        "Tu-Su",
        "PH",
        "Sa,PH",
        "Mo",
        "Apr-Oct",
        "Nov-Mar",
        "Mar 15-Jun 30",
        "Apr-Oct Tu-Su",
        "Apr-Oct PH",
    ]
)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    rules = []
    for _ in range(draw(st.integers(1, 3))):
        edges = sorted(draw(st.sets(st.integers(0, 47), min_size=2, max_size=4)))[: 2 * draw(st.integers(1, 2))]
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        spans = ",".join(f"{a // 2:02d}:{a % 2 * 30:02d}-{b // 2:02d}:{b % 2 * 30:02d}" for a, b in pairs)
        if draw(st.integers(0, 5)) == 0:
            spans = "22:00-02:00"
        days = draw(DAYS)
        rules.append(f"{days} {draw(st.sampled_from([spans, spans, spans, 'off']))}".strip())
    return "; ".join(rules)


DATES = st.dates(dt.date(2025, 12, 20), dt.date(2028, 1, 10))


@given(expressions(), DATES, st.booleans())
def test_opening_and_is_open_agree_at_every_minute(hours: str, date: dt.date, closed_tomorrow: bool) -> None:
    tomorrow = date + dt.timedelta(days=1)
    closures = [Notice("here", tomorrow, tomorrow)] if closed_tomorrow else []
    calendar = one(hours, holidays=table_of_holidays(), closures=closures)
    opening = calendar.opening("here", date)
    midnight = dt.datetime.combine(date, dt.time())
    for minute in range(0, 1440, 15):
        inside = any(opens <= minute < closes for opens, closes in opening.intervals)
        assert inside is calendar.is_open("here", midnight + dt.timedelta(minutes=minute)), (hours, minute)
    for opens, closes in opening.intervals:
        assert 0 <= opens < 1440
        assert opens < closes <= 1800
        # What runs past midnight is open there too.
        assert all(calendar.is_open("here", midnight + dt.timedelta(minutes=m)) for m in range(opens, closes, 15))


@given(
    st.one_of(st.text(max_size=40), st.text(alphabet='MoTuWeThFrSaPHJanFebApr0123456789:-,;+ "|[]/off', max_size=60)),
    DATES,
)
def test_a_wrong_expression_is_refused_and_never_crashes(hours: str, date: dt.date) -> None:
    calendar = one(hours, holidays=table_of_holidays())
    noon = dt.datetime.combine(date, dt.time(12))
    try:
        opening = calendar.opening("here", date)
    except OpeningHoursSyntax as error:
        assert error.message("zh")
        assert error.message("en")
        return
    assert any(a <= 720 < b for a, b in opening.intervals) is calendar.is_open("here", noon)


# ----------------------------------------------------------------------------------------------- what unknown means

APRIL = dt.date(2027, 4, 17)


def test_unknown_hours_are_a_cautious_window_with_slack() -> None:
    opening = one(None, "").opening("here", APRIL)
    assert opening.intervals == ((570, 990),)
    assert (opening.known, opening.slack_min, opening.basis) == (False, 30, "unknown")


@pytest.mark.parametrize(
    ("basis", "slack"),
    [
        ("sourced_two", 0),
        ("sourced", 0),
        ("open_space", 0),
        ("partly_sourced", 30),
        ("typical_unverified", 30),
        ("", 30),
    ],
)
def test_unverified_hours_cost_slack(basis: str, slack: int) -> None:
    opening = one("09:00-17:00", basis).opening("here", APRIL)
    assert (opening.known, opening.slack_min) == (True, slack)


def test_a_holiday_rule_in_a_year_without_a_table_is_not_known() -> None:
    calendar = one("09:00-17:00; PH off", holidays=table_of_holidays())
    assert not calendar.opening("here", dt.date(2031, 10, 1)).known
    assert calendar.opening("here", dt.date(2031, 10, 1)).slack_min == 30
    assert calendar.opening("here", dt.date(2026, 10, 8)).known


def test_a_state_called_unknown_is_not_open() -> None:
    calendar = one("09:00-17:00 unknown")
    assert calendar.opening("here", APRIL).intervals == ()
    assert not calendar.is_open("here", dt.datetime.fromisoformat("2027-04-17T12:00"))


def test_an_unknown_place_is_named() -> None:
    with pytest.raises(UnknownPlace) as found:
        one("24/7").opening("there", APRIL)
    assert found.value.problems[0].value == "there"
    with pytest.raises(UnknownPlace):
        one("24/7").is_open("there", dt.datetime.fromisoformat("2027-04-17T12:00"))


# -------------------------------------------------------------------------------------------------- closing reasons


@pytest.mark.parametrize(
    ("hours", "date", "reason"),
    [
        ("Tu-Su 09:00-17:00", dt.date(2027, 4, 19), "weekday"),
        ("Apr-Oct 09:00-17:00", dt.date(2027, 1, 4), "season"),
        ("09:00-17:00; PH off", dt.date(2026, 10, 2), "holiday"),
        ("off", APRIL, "never"),
        ("09:00-17:00", APRIL, None),
    ],
)
def test_a_closed_day_says_why(hours: str, date: dt.date, reason: str | None) -> None:
    assert one(hours, holidays=table_of_holidays()).opening("here", date).closed_reason == reason


def test_a_closure_includes_both_its_days_and_may_be_open_ended() -> None:
    april = [dt.date(2027, 4, day) for day in (9, 10, 12, 13)]
    closed_for_days = one("09:00-17:00", closures=[Notice("here", april[1], april[2])])
    assert [closed_for_days.opening("here", d).closed_reason for d in april] == [None, "closure", "closure", None]
    assert closed_for_days.opening("here", april[1]).notice == "修缮"
    for notice, expected in ((Notice("here", april[1], None), [True, False, False, False]),
                             (Notice("here", None, april[2]), [False, False, False, True])):  # fmt: skip
        calendar = one(None, closures=[notice])
        assert [calendar.is_open("here", dt.datetime.combine(d, dt.time(12))) for d in april] == expected
        assert [bool(calendar.opening("here", d).intervals) for d in april] == expected


# ------------------------------------------------------------------------------------------------ midnight, last entry


def test_what_runs_past_midnight_belongs_to_the_evening() -> None:
    calendar = one("Fr 20:00-02:00")
    assert calendar.opening("here", dt.date(2027, 4, 16)).intervals == ((1200, 1560),)
    assert calendar.opening("here", dt.date(2027, 4, 17)).intervals == ((0, 120),)
    assert one("24/7").opening("here", APRIL).intervals == ((0, 1440),)


def test_a_closure_tomorrow_ends_the_evening_at_midnight() -> None:
    saturday = dt.date(2027, 4, 17)
    calendar = one("20:00-02:00", closures=[Notice("here", saturday, saturday)])
    assert calendar.opening("here", dt.date(2027, 4, 16)).intervals == ((0, 120), (1200, 1440))
    assert not calendar.is_open("here", dt.datetime.fromisoformat("2027-04-17T01:00"))


@pytest.mark.parametrize(
    ("last", "date", "minute"),
    [
        ("16:30", APRIL, 990),
        ("Apr-Oct 17:30; Nov-Mar 17:00", dt.date(2027, 10, 31), 1050),
        ("Apr-Oct 17:30; Nov-Mar 17:00", dt.date(2027, 11, 1), 1020),
        ("Apr-Oct 17:30; Nov-Mar 17:00", dt.date(2027, 2, 28), 1020),
        ("Mar 15-Jun 30 16:00; Jul 1-Aug 31 17:00", dt.date(2027, 3, 15), 960),
        ("Mar 15-Jun 30 16:00; Jul 1-Aug 31 17:00", dt.date(2027, 3, 14), None),
        ("Oct 21-Mar 20 16:00", dt.date(2027, 1, 1), 960),
        ("Oct 21-Mar 20 16:00", dt.date(2027, 3, 21), None),
        ("17:00; Dec 31 12:00; Feb 16:00", dt.date(2026, 12, 31), 720),
        ("17:00; Dec 31 12:00; Feb 16:00", dt.date(2028, 2, 29), 960),
    ],
)
def test_the_last_entry_follows_the_season(last: str, date: dt.date, minute: int | None) -> None:
    assert one("24/7", last=last).opening("here", date).last_entry_min == minute


def test_times_with_a_zone_are_local_times_of_the_region() -> None:
    calendar = one("09:00-17:00")
    assert calendar.is_open("here", dt.datetime(2027, 4, 17, 1, 30, tzinfo=dt.UTC))
    assert not calendar.is_open("here", dt.datetime(2027, 4, 17, 10, 0, tzinfo=dt.UTC))
    assert calendar.is_open("here", dt.datetime(2027, 4, 17, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")))


def test_openings_are_kept() -> None:
    calendar = one("09:00-17:00")
    assert calendar.opening("here", APRIL) is calendar.opening("here", APRIL)
    # Equal days share one value: a year of dates costs little memory.
    assert calendar.opening("here", APRIL) is calendar.opening("here", dt.date(2027, 4, 18))


@pytest.mark.parametrize("date", [dt.date.min, dt.date(1899, 12, 31), dt.date.max])
def test_absurd_dates_are_answered(date: dt.date) -> None:
    calendar = one("Mo 09:00-17:00; Tu-Su off")
    assert calendar.opening("here", date).basis == "sourced"
    assert calendar.day(date).status == "none"
