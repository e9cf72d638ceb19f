"""The chance of finishing as planned: by hand where one can, against a second simulation where one cannot."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest

from benchmarks import robustness as second
from recommender import region as regions
from recommender.i18n import LANGUAGES
from recommender.model import Itinerary
from recommender.trip import narrate
from recommender.trip.robustness import RUNS, Chance, Robustness, WeakLink, robustness
from tests.trip.little_region import STATION, TAIYUAN, TOWN, good_trip, leg, little_region, stop

NOISE = 0.03


def one_day(*items: dict[str, Any], end: dict[str, Any] | None = None, **wishes: Any) -> Itinerary:
    """A day that begins at the inn with its first item."""
    request = {"start_date": "2027-04-17", "days": 1, **({"end": end} if end else {}), **wishes}
    begin = {"kind": "start", "place": "stay-inn", "time": items[0].get("depart") or items[0]["start"]}
    day = {"date": "2027-04-17", "lodging": None, "items": [begin, *items]}
    return Itinerary.parse({
        "schema": "itinerary/1", "revision": "0123456789ab", "work": 1, "request": request, "days": [day], "totals": {},
    })  # fmt: skip


def end_at(place: str, time: str) -> dict[str, Any]:
    return {"kind": "end", "place": place, "time": time}


def chance(*items: dict[str, Any], **wishes: Any) -> Chance:
    open_land = {"opening_hours": "24/7", "hours_basis": "open_space"}
    return robustness(little_region(zhenguo_si=open_land), one_day(*items, **wishes)).trip


def below(log_limit: float, sigma: float) -> float:
    """Share of a lognormal factor of mean 1 below e to ``log_limit``."""
    return 0.5 * (1 + math.erf((log_limit + sigma**2 / 2) / sigma / math.sqrt(2)))


@pytest.mark.parametrize(
    ("mode", "basis", "sigma"), [("walk", "sourced", 0.10), ("walk", "estimated", 0.15), ("taxi", "sourced", 0.12),
                                 ("taxi", "estimated", 0.25)],
)  # fmt: skip
def test_one_way_to_the_end_is_as_sure_as_a_hand_calculation_says(mode: str, basis: str, sigma: float) -> None:
    way = leg("stay-inn", TAIYUAN, mode, "09:00", "10:40", 5_000, basis=basis)
    found = chance(way, end_at(TAIYUAN, "10:40"), end={"place": TAIYUAN, "time": "10:50"})
    assert found.on_time == pytest.approx(below(math.log(1.1), sigma), abs=NOISE)
    assert found.standard_error == pytest.approx(math.sqrt(found.on_time * (1 - found.on_time) / RUNS))
    assert found.weakest is not None
    assert (found.weakest.day, found.weakest.item, found.weakest.code, found.weakest.share) == (1, 2, "end_time", 1.0)


def test_a_last_entry_is_missed_as_often_as_a_hand_calculation_says() -> None:
    way = leg("stay-inn", "pingyao-xianya", "walk", "15:20", "17:00", 5_000, basis="sourced")
    seen = stop("pingyao-xianya", "17:00", "17:00", "17:30")
    found = chance(way, seen, end_at("stay-inn", "17:30"))
    assert found.on_time == pytest.approx(below(0.0, 0.10), abs=NOISE)
    assert found.weakest is not None
    assert found.weakest.code == "entry"


def test_a_closing_hour_leaves_half_an_hour_or_half_the_visit() -> None:
    way = leg("stay-inn", "shuanglin-si", "walk", "15:50", "17:30", 5_000, basis="sourced")
    assert chance(way, stop("shuanglin-si", "17:30", "17:30", "18:00")).on_time == pytest.approx(
        below(math.log(1.15), 0.10), abs=NOISE
    )


def test_unverified_hours_may_end_earlier_or_later() -> None:
    way = leg("stay-inn", "shuanglin-si", "walk", "15:50", "17:30", 5_000, basis="sourced")
    firm, loose = (
        chance(way, stop("shuanglin-si", "17:30", "17:30", "18:00", slack_min=slack)).on_time for slack in (0, 30)
    )
    assert loose < firm - 0.1


def show(start: str) -> dict[str, Any]:
    return stop("youjian-pingyao", start, "19:00", "20:30")


def test_a_rest_before_a_show_is_cut_into_and_saves_it() -> None:
    way = leg("zhenguo-si", "youjian-pingyao", "walk", "18:00", "18:58", 2_000)
    before = stop("zhenguo-si", "15:00", "15:00", "18:00")
    tight = chance(before, way, show("18:58"))
    shorter = stop("zhenguo-si", "15:00", "15:00", "17:00")
    rest = {"kind": "rest", "start": "17:00", "end": "18:00"}
    eased = chance(shorter, rest, way, show("18:58"))
    assert tight.weakest is not None
    assert tight.weakest.code == "show"
    assert eased.on_time > tight.on_time + 0.1


def test_a_stroll_gives_way_to_a_show_but_not_all_of_it() -> None:
    way = leg("stay-inn", TOWN, "walk", "15:00", "17:00", 2_000, basis="sourced")
    on = leg(TOWN, "youjian-pingyao", "walk", "18:40", "18:58", 2_000)
    lanes, temple = (chance(way, stop(place, "17:00", "17:00", "18:40"), on, show("18:58")).on_time
                     for place in (TOWN, "zhenguo-si"))  # fmt: skip
    assert lanes > 0.9 > temple + 0.1
    late = leg("stay-inn", TOWN, "walk", "15:00", "18:00", 2_000, basis="sourced")
    assert chance(late, stop(TOWN, "18:00", "17:00", "17:20"), on, show("18:58")).on_time < 1


def test_an_appointment_missed_is_named() -> None:
    way = leg("stay-inn", "shuanglin-si", "walk", "09:00", "10:40", 5_000)
    found = chance(
        way, stop("shuanglin-si", "10:40", "10:40", "11:40"), locks=[{"place": "shuanglin-si", "time": "10:40"}]
    )
    assert found.weakest is not None
    assert found.weakest.code == "appointment"
    assert found.on_time == pytest.approx(below(math.log(1.05), 0.15), abs=NOISE)


def test_the_last_of_known_departures_is_missed_and_an_earlier_one_only_delays() -> None:
    region = little_region()
    for departure, sure in (("16:00", False), ("10:30", True)):
        hour = int(departure[:2])
        reach = f"{hour - (1 if departure.endswith('00') else 0):02d}:{'55' if departure.endswith('00') else '25'}"
        way = leg("stay-inn", "zhenguo-si", "walk", f"{hour - 2:02d}:00", reach, 5_000)
        bus = leg("zhenguo-si", "pingyao-bus", "bus", departure, f"{hour + 1:02d}:30", 15_000, wait_min=5,
                  timetable="sourced", latest_depart="16:00")  # fmt: skip
        found = robustness(region, one_day(way, bus, end_at("pingyao-bus", "17:30"))).trip
        assert (found.on_time == 1.0) == sure
        assert found.weakest is None or (found.weakest.code, found.weakest.mode) == ("last_departure", "bus")


def test_an_assumed_last_train_may_go_earlier_than_a_published_one() -> None:
    way = leg("stay-inn", STATION, "walk", "18:00", "19:20", 5_000)
    ride = {"wait_min": 10, "latest_depart": "19:30", "fare_fen": 100}
    shares = [
        chance(way, leg(STATION, TAIYUAN, "rail", "19:30", "20:10", 90_000, timetable=basis, **ride)).on_time
        for basis in ("sourced", "assumed")
    ]
    assert shares[0] == pytest.approx(below(math.log(95 / 80), 0.15), abs=NOISE)
    assert shares[1] != pytest.approx(shares[0], abs=0.005)


def test_meals_move_and_never_fail() -> None:
    late = stop(TOWN, "09:00", "09:00", "14:30")
    meal = {"kind": "meal", "meal": "lunch", "place": None, "start": "14:30", "end": "15:30"}
    found = chance(late, meal, end_at("stay-inn", "15:30"), end={"place": "stay-inn", "time": "17:30"})
    assert found.on_time > 0.9


def test_who_is_ahead_goes_on_a_quarter_of_an_hour_early_but_not_before_the_door_opens() -> None:
    way = leg("stay-inn", "shuanglin-si", "walk", "09:00", "09:30", 2_000, basis="sourced")
    home = leg("shuanglin-si", "stay-inn", "walk", "10:30", "11:00", 2_000, basis="sourced")
    end = {"end": {"place": "stay-inn", "time": "11:00"}}
    shares = []
    for opens in ("08:00", "09:30"):
        region = little_region(shuanglin_si={"opening_hours": f"{opens}-18:00"})
        day = one_day(way, stop("shuanglin-si", "09:30", "09:30", "10:30"), home, end_at("stay-inn", "11:00"), **end)
        shares.append(robustness(region, day).trip.on_time)
    assert shares[0] > shares[1] + 0.02


def test_early_people_wait_and_nothing_to_miss_is_certain() -> None:
    found = chance(stop(TOWN, "09:00", "09:00", "12:00"), end_at("stay-inn", "12:00"))
    assert found == Chance(1.0, 0.0, None)


def test_days_stand_alone_and_the_trip_needs_all_of_them() -> None:
    trip = good_trip()
    trip["request"]["end"]["time"] = "14:35"
    found = robustness(little_region(), Itinerary.parse(trip))
    product = found.days[0].on_time * found.days[1].on_time
    assert found.trip.on_time == pytest.approx(product, abs=NOISE)
    assert found.trip.on_time < min(day.on_time for day in found.days)
    assert found.trip.weakest is not None
    assert found.trip.weakest.day == min((1, 2), key=lambda d: found.days[d - 1].on_time)


def test_the_same_seed_gives_the_same_answer_and_another_nearly() -> None:
    trip = good_trip()
    trip["request"]["end"]["time"] = "14:35"
    itinerary, region = Itinerary.parse(trip), little_region()
    first = robustness(region, itinerary)
    assert robustness(region, Itinerary.parse(copy.deepcopy(trip))) == first
    other = robustness(region, itinerary, seed=7)
    assert other != first
    assert other.trip.on_time == pytest.approx(first.trip.on_time, abs=0.05)


def test_a_second_simulation_agrees_within_five_points() -> None:
    region = regions.current()
    rows = second.compare(region, second.plans(region, 10), runs=3_000)
    assert len(rows) == 10
    assert any(row["first"] < 0.9 for row in rows), "nothing that could differ"
    for row in rows:
        assert row["first"] == pytest.approx(row["second"], abs=second.ALLOWED)


# ------------------------------------------------------------------------------------------------------------- words

CODES = [("entry", None), ("show", None), ("appointment", None), ("last_departure", "rail"), ("last_departure", "bus"),
         ("end_time", None)]  # fmt: skip


def made(share: float, code: str, mode: str | None, days: int = 2) -> Robustness:
    weakest = WeakLink(2, 3, code, "zhenguo-si", mode, 0.6)
    trip = Chance(share, 0.01, weakest)
    return Robustness(RUNS, trip, (Chance(0.99, 0.0, None), trip)[-days:])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("code", "mode"), CODES)
def test_every_weak_link_has_its_words(code: str, mode: str | None, lang: str) -> None:
    region = little_region()
    said = narrate.chance_text(made(0.85, code, mode), region, lang)
    assert ("镇国寺" in said) or ("Zhenguo Temple" in said)
    assert ("第二天" if lang == "zh" else "Day 2") in said
    assert narrate.chance_rows(made(0.85, code, mode), region, lang)[1][1] == "85%"


@pytest.mark.parametrize(
    ("share", "zh", "en"),
    [(0.85, "八成五的把握能按计划走完", "About 85%"), (0.81, "八成的把握", "About 80%"), (0.49, "五成的把握", "About 50%"),
     (0.08, "一成的把握", "About 10%"), (0.02, "不到一成", "Less than 10%"), (0.974, "九成五的把握", "About 95%"),
     (0.99, "基本能按计划走完", "Almost certain")],
)  # fmt: skip
def test_a_chance_is_said_as_people_say_it(share: float, zh: str, en: str) -> None:
    region = little_region()
    found = made(share, "last_departure", "bus")
    assert zh in narrate.chance_text(found, region, "zh")
    assert en in narrate.chance_text(found, region, "en")
    assert ("末班车" in narrate.chance_text(found, region, "zh")) == (share < 0.975)


def test_a_trip_of_one_day_does_not_number_it() -> None:
    assert "天" not in narrate.chance_text(made(0.85, "show", None, days=1), little_region(), "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_and_page_say_it(lang: str) -> None:
    region, itinerary = little_region(), Itinerary.parse(good_trip())
    said = narrate.chance_text(robustness(region, itinerary), region, lang)
    assert said in narrate.itinerary_text(itinerary, region, lang)
    page = narrate.itinerary_html(itinerary, region, lang)
    assert f"<summary>{said}</summary>" in page
