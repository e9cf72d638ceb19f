"""The independent check: a good trip passes; break one promise and exactly that one is named."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recommender.i18n import messages
from recommender.model import Party
from recommender.trip import verify as room
from recommender.trip.verify import pace, verify, wishes
from recommender.trip.verify.audit import Audit
from recommender.trip.verify.hours import last_entry_min
from recommender.trip.verify.legs import _on_the_mountain
from recommender.trip.verify.money import party_price_fen
from recommender.trip.verify.wishes import _maybe_near
from tests.trip.little_region import ATTRACTIONS, LINKS, TOWN, good_trip, leg, little_region, settle, stop, trip_of

Trip = dict[str, Any]
SATURDAY = dt.date(2027, 4, 17)


def items(trip: Trip, day: int) -> list[Trip]:
    return trip["days"][day - 1]["items"]


def codes(trip: Trip, region: Any = None) -> set[str]:
    return {violation.code for violation in verify(region or little_region(), trip_of(trip))}


def wish(**fields: Any) -> Callable[[Trip], None]:
    return lambda trip: trip["request"].update(fields)


def change(day: int, index: int, **fields: Any) -> Callable[[Trip], None]:
    return lambda trip: items(trip, day)[index].update(fields)


def part(index: int, **fields: Any) -> Callable[[Trip], None]:
    return lambda trip: items(trip, 1)[7]["parts"][index].update(fields)


def both(*changes: Callable[[Trip], Any]) -> Callable[[Trip], None]:
    def apply(trip: Trip) -> None:
        for one in changes:
            one(trip)

    return apply


def rename(day: int, old: str, new: str) -> Callable[[Trip], None]:
    def apply(trip: Trip) -> None:
        for item in items(trip, day):
            item.update({key: new for key, value in item.items() if value == old})

    return apply


def insert(day: int, index: int, item: Trip) -> Callable[[Trip], None]:
    return lambda trip: items(trip, day).insert(index, item)


def replace_item(day: int, index: int, item: Trip) -> Callable[[Trip], None]:
    return lambda trip: items(trip, day).__setitem__(index, item)


def unwarned(code: str, place: str | None = None) -> Callable[[Trip], None]:
    def apply(trip: Trip) -> None:
        kept = [w for w in trip["warnings"] if (w["code"], w.get("place")) != (code, place)]
        assert len(kept) < len(trip["warnings"])
        trip["warnings"] = kept

    return apply


def total(**fields: Any) -> Callable[[Trip], None]:
    return lambda trip: trip["totals"].update(fields)


BROKEN: list[tuple[str, Callable[[Trip], None]]] = [
    ("day_count", wish(days=3)),
    ("day_date", lambda trip: trip["days"][1].update(date="2027-04-19")),
    ("day_shape", insert(1, 9, {"kind": "start", "place": "stay-inn", "time": "17:10"})),
    ("start_place", wish(start={"place": "pingyao-bus", "time": "09:30"})),
    ("start_time", wish(start={"place": "taiyuan-south-station", "time": "09:00"})),
    ("end_place", wish(end={"place": "pingyao-bus", "time": "19:00"})),
    ("end_time", wish(end={"place": "taiyuan-south-station", "time": "14:00"})),
    ("lodging", wish(lodging=["stay-area"])),
    ("lodging", lambda trip: trip["days"][1].update(lodging="stay-inn")),
    ("night", rename(2, "stay-inn", "stay-area")),
    ("lodging", wish(days_detail=[None, {"start": {"place": "stay-area"}}])),
    ("start_time", wish(days_detail=[None, {"start": {"place": "stay-inn", "time": "09:00"}}])),
    ("end_place", wish(end=None, days_detail=[None, {"end": {"place": "pingyao-bus"}}])),
    ("end_time", wish(days_detail=[{"end": {"place": "stay-inn", "time": "20:00"}}, None])),
    ("lodging", wish(days_detail=[{"end": {"place": "stay-area"}}, None])),
    ("day_start", wish(days_detail=[None, {"day_start": "09:00"}])),
    ("day_end", wish(days_detail=[{"day_end": "11:30"}, None])),
    ("leg_mode", both(wish(days_detail=[None, {"mode": "charter"}]), lambda t: t["warnings"].append({"code": "charter_fee"}))),
    ("leg_wish", wish(leg_modes=[{"from": "shuanglin-si", "to": "eat-street", "mode": "bus"}])),
    ("leg_wish", wish(leg_modes=[{"from": "stay-inn", "to": "zhenguo-si", "mode": "walk"}])),
    ("leg_wish", wish(leg_modes=[{"from": "zhenguo-si", "to": "pingyao-gucheng", "mode": "bus"}])),
    ("warning", wish(leg_modes=[{"from": "zhenguo-si", "to": "shuanglin-si", "mode": "taxi"}])),
    ("day_start", wish(day_start="09:00")),
    ("day_end", wish(day_end="11:30")),
    ("day_end", wish(evenings=False)),
    ("unknown_place", rename(1, "eat-street", "eat-nowhere")),
    ("place_jump", change(1, 8, to="stay-area")),
    ("backwards", both(change(1, 9, end="17:10"), change(1, 10, start="17:10", end="18:25"))),
    ("overlap", change(1, 10, end="18:30")),
    ("gap", change(1, 9, end="17:40")),
    ("wait", change(1, 2, wait_min=8)),
    ("visit_short", both(change(2, 2, end="09:55"), change(2, 3, wait_min=35))),
    ("part_outside", part(1, start="16:00", end="17:05")),
    ("part_overlap", part(1, start="14:20", end="15:20")),
    ("part_rush", part(1, start="14:25", end="15:30")),
    ("twice", change(2, 4, parts=[{"place": "pingyao-xianya", "start": "11:10", "end": "11:50", "ticket_fen": 0}])),
    (
        "twice",
        both(
            replace_item(1, 9, stop(TOWN, "17:10", "17:10", "17:45", hours_basis="open_space")),
            change(1, 8, to=TOWN),
            change(1, 11, **{"from": TOWN}),
        ),
    ),
    ("basis", change(2, 2, hours_basis="sourced")),
    ("slack", change(2, 2, slack_min=400)),
    ("must_see", wish(must_see=["wangjia-dayuan"])),
    ("avoided", wish(avoid=["zhenguo-si"])),
    ("avoided", wish(avoid=["pingyao-xianya"])),
    ("left_out", lambda trip: trip["left_out"].append({"place": "pingyao-xianya", "reason": "no_time"})),
    ("lock", wish(locks=[{"place": "youjian-pingyao", "day": 1, "time": "19:30"}])),
    ("lock", wish(locks=[{"place": "youjian-pingyao", "day": 2}])),
    ("reach", wish(reach="classic")),
    ("walk_limit", wish(max_walk_m=2_000)),
    ("meal_missing", both(lambda trip: items(trip, 1).pop(10), change(1, 9, end="18:25"))),
    ("meal_extra", wish(meals=False)),
    ("meal_time", both(change(1, 10, end="18:05"), change(1, 11, wait_min=20))),
    ("eatery", rename(1, "eat-street", "eat-unknown")),
    ("eatery", rename(1, "eat-street", "stay-area")),
    ("leg_speed", change(2, 1, depart="09:00", wait_min=30)),
    ("leg_speed", change(1, 6, depart="13:24", wait_min=4)),
    ("leg_fast", change(2, 3, depart="10:40", wait_min=10)),
    ("leg_fast", change(2, 8, depart="13:50", wait_min=35)),
    ("leg_distance", change(2, 1, distance_m=9_000)),
    ("leg_fact", change(1, 4, mode="bus")),
    ("leg_mode", change(1, 4, mode="drive")),
    ("fare", change(1, 1, fare_fen=2_850)),
    ("fare", change(1, 4, fare_fen=2_000)),
    ("fare", change(1, 6, fare_fen=100)),
    (
        "departure",
        both(
            wish(end={"place": "taiyuan-south-station"}),
            change(2, 8, depart="19:45", arrive="20:25", wait_min=390),
            change(2, 9, time="20:25"),
        ),
    ),
    ("wait_short", both(change(1, 2, depart="10:35", arrive="10:48", wait_min=5), change(1, 3, arrive="10:48"))),
    ("basis", change(1, 1, timetable="sourced")),
    ("basis", change(1, 4, basis="sourced")),
    ("budget", wish(budget_fen=50_000)),
    ("warning", unwarned("hours_unknown", "zhenguo-si")),
    ("warning", unwarned("price_unknown", "zhenguo-si")),
    ("warning", unwarned("hours_unverified", "pingyao-xianya")),
    ("warning", unwarned("timetable_assumed")),
    ("warning", unwarned("reach_provisional")),
    ("warning", wish(party={"adults": 1, "children": [12]})),
]
UNSETTLED: list[tuple[str, Callable[[Trip], None]]] = [
    ("ticket", change(1, 3, ticket_fen=3_500)),
    ("ticket", change(1, 7, ticket_fen=50_000)),
    ("ticket", change(2, 2, ticket_fen=0)),
    ("ticket", part(0, ticket_fen=12_500)),
    ("ticket", part(1, ticket_fen=25_000)),
    ("total", total(tickets_fen=79_000)),
    ("total", total(fares_fen=0)),
    ("total", total(travel_min=10)),
    ("total", total(visit_min=10)),
    ("total", total(walk_m=10)),
    ("unknown_prices", total(unknown_prices=["leg:1:4"])),
    ("unknown_prices", lambda trip: trip["totals"]["unknown_prices"].append("leg:1:4")),
]
FACTS: list[tuple[str, dict[str, Any]]] = [
    ("part_foreign", {"pingyao_xianya": {"area_id": "elsewhere"}}),
    ("same_sight", {"pingyao_xianya": {"alternative_of": "pingyao-rishengchang"}}),
    ("last_entry", {"pingyao_xianya": {"last_entry": "Apr-Oct 14:30; Nov-Mar 17:00"}}),
    ("slack", {"pingyao_xianya": {"opening_hours": "08:00-16:00"}}),
    ("closed", {"pingyao_xianya": {"opening_hours": "08:00-15:45"}}),
    ("closed", {"shuanglin_si": {"opening_hours": "11:00-18:00"}}),
    ("warning", {"shuanglin_si": {"coord_confidence": "low"}}),
    ("warning", {"shuanglin_si": {"booking_required": True}}),
    ("reach", {"youjian_pingyao": {"county": "Qixian", "lat": 38.5, "lon": 113.5}}),
]


def test_a_good_trip_passes() -> None:
    assert [v.message("en") for v in verify(little_region(), trip_of(good_trip()))] == []


@pytest.mark.parametrize(("code", "break_it"), BROKEN, ids=[f"{k}-{code}" for k, (code, _) in enumerate(BROKEN)])
def test_one_broken_promise_is_named(code: str, break_it: Callable[[Trip], None]) -> None:
    trip = good_trip()
    break_it(trip)
    heads = trip["request"].get("party", {"adults": 2})
    if heads == {"adults": 2}:
        settle(trip)
    assert codes(trip) == {code}


@pytest.mark.parametrize(("code", "break_it"), UNSETTLED, ids=[f"{k}-{code}" for k, (code, _) in enumerate(UNSETTLED)])
def test_sums_are_counted_again(code: str, break_it: Callable[[Trip], None]) -> None:
    trip = good_trip()
    break_it(trip)
    assert codes(trip) == {code}


@pytest.mark.parametrize(("code", "facts"), FACTS, ids=[f"{k}-{code}" for k, (code, _) in enumerate(FACTS)])
def test_the_facts_of_today_are_held_against_the_plan(code: str, facts: dict[str, Any]) -> None:
    found = codes(good_trip(), little_region(**facts))
    assert code in found
    assert found <= {code, "leg_speed", "leg_distance", "basis"} if code == "reach" else found == {code}


def test_a_road_fact_settles_what_45_minutes_reach() -> None:
    audit = Audit(little_region(), trip_of(good_trip()))
    near = {a.id for a in ATTRACTIONS if _maybe_near(audit, a)}
    assert {"shuanglin-si", "zhenguo-si", "youjian-pingyao"} <= near
    assert not {"qiaojia-dayuan", "wangjia-dayuan"} & near


def test_a_one_off_closure_closes() -> None:
    assert codes(good_trip(), little_region(frozenset({("shuanglin-si", SATURDAY)}))) == {"closed"}


def test_a_barrier_is_named_and_unknown_steps_must_be_owned_up_to() -> None:
    flat: dict[str, Any] = {a.id.replace("-", "_"): {"steps_level": 0} for a in ATTRACTIONS}
    trip = good_trip()
    trip["request"]["needs"] = ["few_steps"]
    assert codes(trip, little_region(**flat)) == set()
    assert codes(trip, little_region(**(flat | {"shuanglin_si": {"steps_level": 2}}))) == {"barrier"}
    assert codes(trip, little_region(**(flat | {"shuanglin_si": {"steps_level": None}}))) == {"warning"}


def test_more_outer_sights_than_the_pace_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pace.OUTER_SIGHTS, "normal", 0)
    trip = good_trip()
    trip["request"]["must_see"] = []
    assert codes(trip) == {"outer_sights"}
    trip["request"]["must_see"] = ["shuanglin-si", "zhenguo-si"]
    assert codes(trip) == {"warning"}
    trip["warnings"].append({"code": "pace_exceeded"})
    assert codes(trip) == set()


def test_elderly_guests_at_a_relaxed_pace_sit_down_every_two_hours_and_walk_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wishes, "ELDERLY_WALK_M", 750)
    trip = good_trip()
    trip["request"] |= {"pace": "relaxed", "party": {"adults": 0, "seniors": [75, 75]}, "must_see": ["pingyao-gucheng"]}
    trip["warnings"] += [{"code": "walk_beyond", "day": day} for day in (1, 2)]
    money = {"ticket", "total", "basis"}
    assert codes(trip) - money == {"on_feet"}
    for day in (1, 2):
        for item in items(trip, day):
            if item["kind"] == "stop":
                item["rest_min"] = 30
    settle(trip)
    assert codes(trip) - money == set()
    del trip["warnings"][-2:]
    assert codes(trip) - money == {"warning"}
    trip["request"]["must_see"] = []
    assert codes(trip) - money == {"walk_limit"}


def test_two_great_compounds_in_a_day_are_one_too_many() -> None:
    great = {"category": "courtyard", "visit_min": 150}
    trip = good_trip()
    trip["request"].update(locks=[], day_end="21:00")
    assert codes(trip, little_region(shuanglin_si=great, youjian_pingyao=great)) == {"great_sights"}


def test_a_timed_bus_leaves_only_when_it_leaves() -> None:
    trip = good_trip()
    bus = {"wait_min": 0, "fare_fen": 1_000, "basis": "sourced", "timetable": "sourced"}
    items(trip, 2)[3:5] = [
        leg("zhenguo-si", "pingyao-bus", "bus", "10:30", "11:20", 14_000, **bus),
        leg("pingyao-bus", TOWN, "taxi", "11:20", "11:30", 2_000, fare_fen=1_000, basis="sourced"),
        stop(TOWN, "11:30", "11:30", "11:55", hours_basis="open_space"),
    ]
    assert codes(settle(trip)) == set()
    items(trip, 2)[3].update(depart="10:35", arrive="11:25", wait_min=5)
    items(trip, 2)[4].update(depart="11:25", arrive="11:35")
    items(trip, 2)[5].update(arrive="11:35", start="11:35")
    assert codes(settle(trip)) == {"departure"}


def test_a_coach_does_not_run_backwards_on_a_one_way_fact() -> None:
    trip = good_trip()
    items(trip, 2)[1:2] = [
        leg("stay-inn", "pingyao-bus", "walk", "08:30", "08:50", 1_800),
        leg("pingyao-bus", "zhenguo-si", "bus", "08:50", "09:40", 16_000, fare_fen=1_000),
    ]
    items(trip, 2)[3].update(arrive="09:40", start="09:40")
    items(trip, 2)[3].update(end="10:30")
    assert codes(settle(trip)) == {"leg_fact"}


def test_the_scenic_bus_runs_within_its_mountain_only() -> None:
    shuttle = replace(LINKS[2], from_id="pingyao-bus", to_id="qiaojia-dayuan", service="shuttle", departures=())
    region = little_region(qiaojia_dayuan={"area_visit": "whole"}, zhenguo_si={"area_id": "qiaojia-dayuan"})
    mountain = replace(region, catalog=replace(region.catalog, links=(*LINKS, shuttle)))
    audit = Audit(mountain, trip_of(good_trip()))
    assert _on_the_mountain(audit, "qiaojia-dayuan", "zhenguo-si")
    assert _on_the_mountain(audit, "pingyao-bus", "zhenguo-si")
    assert not _on_the_mountain(audit, "zhenguo-si", "shuanglin-si")
    assert not _on_the_mountain(Audit(region, trip_of(good_trip())), "qiaojia-dayuan", "zhenguo-si")


def test_the_metro_is_trusted_longer_than_the_train() -> None:
    trip = good_trip()
    trip["request"]["end"] = {"place": "taiyuan-south-station"}
    items(trip, 2)[8].update(depart="19:45", arrive="20:25", wait_min=390)
    items(trip, 2)[9].update(time="20:25")
    region = little_region()
    metro = replace(region, catalog=replace(region.catalog, links=(replace(LINKS[0], service="metro"), *LINKS[1:])))
    assert codes(settle(trip)) == {"departure"}
    assert codes(trip, metro) == set()


def test_provisional_and_missing_holiday_tables_and_holidays_must_be_told() -> None:
    trip = good_trip()
    trip["request"]["start_date"] = "2027-04-30"
    trip["days"][0]["date"], trip["days"][1]["date"] = "2027-04-30", "2027-05-01"
    assert codes(trip) == {"warning"}
    trip["warnings"].append({"code": "public_holiday", "day": 2})
    assert codes(trip) == set()


def test_rubbish_is_judged_without_a_crash() -> None:
    trip = good_trip()
    for day in trip["days"]:
        for item in day["items"]:
            for key in ("place", "from", "to"):
                if isinstance(item.get(key), str):
                    item[key] = "no-such-place"
    assert "unknown_place" in codes(trip)
    trip["days"] = [{"date": "2027-04-17", "lodging": None, "items": []}]
    assert {"day_count", "day_shape"} <= codes(trip)


@pytest.mark.parametrize(
    ("party", "yuan"),
    [
        ({"adults": 2}, 70),
        ({"adults": 2, "students": 1, "seniors": [70]}, 35 + 17.5),
        ({"adults": 1, "seniors": [60]}, 35 + 17.5),
        ({"adults": 1, "children": [{"age": 5, "height_cm": 100}]}, 35),
        ({"adults": 1, "children": [5]}, 70),
        ({"adults": 1, "military": 1}, 35),
    ],
)
def test_a_party_pays_what_a_hand_calculation_says(party: dict[str, Any], yuan: float) -> None:
    place = little_region().catalog.attractions["shuanglin-si"]
    assert party_price_fen(place, Party.model_validate(party)) == (yuan * 100, yuan * 100)


@pytest.mark.parametrize(
    ("rule", "date", "minute"),
    [
        (None, "2027-01-01", None),
        ("17:00", "2027-01-01", 1020),
        ("Apr-Oct 17:30; Nov-Mar 17:00", "2027-04-01", 1050),
        ("Apr-Oct 17:30; Nov-Mar 17:00", "2027-02-01", 1020),
        ("Oct 21-Mar 20 16:00", "2027-12-31", 960),
        ("Oct 21-Mar 20 16:00", "2027-03-21", None),
        ("Mar 15-Jun 30 16:00; Jul 1-Aug 31 17:00; Sep 1-Oct 31 16:00", "2027-08-31", 1020),
    ],
)
def test_the_last_entry_of_a_season(rule: str | None, date: str, minute: int | None) -> None:
    assert last_entry_min(rule, dt.date.fromisoformat(date)) == minute


def test_every_violation_has_words_and_a_test() -> None:
    used = set()
    for path in Path(room.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                used |= set(texts[:1]) if name == "add" else set(texts) if name == "_late" else set()
    used |= {"outer_sights", "great_sights"}
    worded = {key.removeprefix("violation.") for key in messages("verify") if key.startswith("violation.")}
    assert used - worded == set()
    assert worded - used == set()
    apart = {"barrier", "outer_sights", "great_sights", "on_feet", "car_elsewhere"}
    tested = {code for code, _ in [*BROKEN, *UNSETTLED, *FACTS]} | apart
    assert worded - tested == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_violation_says_where_it_is(lang: str) -> None:
    trip = good_trip()
    change(1, 9, end="17:40")(trip)
    both(change(1, 3, ticket_fen=1), wish(budget_fen=10))(trip)
    said = [v.message(lang) for v in verify(little_region(), trip_of(trip))]
    assert len(said) == 3
    assert said[0].startswith("整趟行程" if lang == "zh" else "Whole trip")
    assert "双林寺" in said[1] or "Shuanglin" in said[1]


def test_the_check_imports_nothing_of_the_planner() -> None:
    allowed = (
        "recommender.model",
        "recommender.i18n",
        "recommender.trip.verify",
        "recommender.catalog",
        "recommender.region",
    )
    for path in Path(room.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("recommender"):
                assert node.module is not None
                assert node.module.startswith(allowed), f"{path.name} imports {node.module}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("travel", "opening", "scorer", "graph", "wings_ids"), (
                    f"{path.name}: {node.attr}"
                )


@pytest.mark.parametrize("later", [(1, 11), (2, 1)], ids=["the same day", "the next morning"])
def test_a_car_is_found_where_it_was_left(later: tuple[int, int]) -> None:
    trip = good_trip()
    both(wish(mode="drive"), change(1, 4, mode="drive"), change(*later, mode="drive"))(trip)
    assert "car_elsewhere" in codes(trip)
    items(trip, later[0])[later[1]]["from"] = "eat-street"
    assert "car_elsewhere" not in codes(trip)
