"""Facts become sentences in two languages, and a page that stands alone."""

from __future__ import annotations

import ast
import datetime as dt
import html.parser
import re
from pathlib import Path
from typing import Any

import pytest

import recommender
from recommender.i18n import LANGUAGES, messages, text
from recommender.model import CATEGORIES, LeftOut, LegItem, MealItem, PartItem, Point, Reason, StopItem, Warning_
from recommender.trip import narrate
from recommender.trip.narrate.notes import notes_of_day, notes_of_trip
from tests.trip.little_region import good_trip, little_region, settle, stop, trip_of

SATURDAY = dt.date(2027, 4, 17)
REASONS = (
    "must_see", "locked", "kept", "matches_interest", "like", "famous", "world_heritage", "heritage", "grade", "in_season",
    "off_beaten", "rainproof", "joint_ticket", "evening", "on_the_way",
)  # fmt: skip
WARNINGS = (
    "hours_unverified", "hours_unknown", "price_unknown", "price_unverified", "coord_low", "booking_required",
    "holiday_provisional", "no_holiday_table", "public_holiday", "makeup_workday", "timetable_assumed",
    "taxi_return_unverified", "charter_fee", "own_car_costs", "reach_provisional", "short_plan", "short_plan_budget",
    "budget_unknown_fares", "pace_exceeded",
    "no_eatery", "no_coordinates", "walled_motor_ban", "closure_notice", "event_on", "steps_unknown",
    "wheelchair_unknown", "children_full_price", "winter_mountain", "lodging_anchor", "last_departure",
    "children_height_unknown", "stale_price",
)  # fmt: skip
LEFT_OUT = ("closed", "too_far", "no_time", "budget", "unsuitable", "lower_score", "avoided", "out_of_reach")


@pytest.fixture(scope="module")
def region() -> Any:
    return little_region()


def codes_in_the_code() -> dict[str, set[str]]:
    """Every code literal given to ``Reason``, ``Warning_`` and ``LeftOut`` and every ``"code"`` of a scorer's reason."""
    found: dict[str, set[str]] = {"Reason": set(), "Warning_": set(), "LeftOut": set()}
    root = Path(recommender.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in found:
                key = "reason" if node.func.id == "LeftOut" else "code"
                found[node.func.id] |= {
                    leaf.value
                    for keyword in node.keywords
                    if keyword.arg == key
                    for leaf in ast.walk(keyword.value)
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                }
            elif isinstance(node, ast.Dict) and root / "scoring" in path.parents:
                found["Reason"] |= {
                    value.value
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant) and key.value == "code"
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                }
    return found


def test_every_code_that_the_program_uses_has_words() -> None:
    worded = messages("trip").keys()
    used = codes_in_the_code()
    for kind, prefix, agreed in (
        ("Reason", "reason", REASONS), ("Warning_", "warning", WARNINGS), ("LeftOut", "left_out", LEFT_OUT)
    ):  # fmt: skip
        assert {code for code in {*used[kind], *agreed} if f"{prefix}.{code}" not in worded} == set()
    assert {f"category.{name}" for name in CATEGORIES} <= worded


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", WARNINGS)
def test_a_warning_is_a_sentence_without_gaps(code: str, lang: str, region: Any) -> None:
    detail = {
        "name_zh": "国庆节", "name_en": "National Day", "year": 2029, "time": "16:30", "free_half_days": 2,
        "meal": "lunch", "channel": "“双林寺”公众号", "low_fen": 38_000, "high_fen": 84_500, "days": 3, "count": 8,
    }  # fmt: skip
    said = narrate.warning_text(Warning_(code=code, place="shuanglin-si", day=2, detail=detail), region, lang)
    assert len(said) > 8
    assert "{" not in said
    assert code not in said
    assert "  " not in said
    bare = narrate.warning_text(Warning_(code=code), region, lang)
    assert "{" not in bare


def test_the_charter_fee_is_multiplied_out(region: Any) -> None:
    detail = {"low_fen": 38_000, "high_fen": 84_500, "days": 3}
    said = narrate.warning_text(Warning_(code="charter_fee", detail=detail), region, "en")
    assert "¥1,140–¥2,535 for 3 days" in said


def test_an_unknown_code_says_itself_rather_than_nothing(region: Any) -> None:
    assert narrate.warning_text(Warning_(code="brand_new"), region, "en") == "brand_new"
    assert narrate.reason_text(Reason(code="brand_new"), region, "zh") == "brand_new"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", REASONS)
def test_a_reason_names_the_wish(code: str, lang: str, region: Any) -> None:
    reason = Reason(code=code, category="temple", place="zhenguo-si", tag="5A")
    said = narrate.reason_text(reason, region, lang)
    assert said
    assert said != code
    assert "{" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", LEFT_OUT)
@pytest.mark.parametrize(
    "detail", [{}, {"travel_min": 200, "ticket_fen": 12_000, "need": "wheelchair", "reach": "wings"}]
)
def test_what_was_left_out_has_its_reason(reason: Any, lang: str, detail: dict[str, Any], region: Any) -> None:
    said = narrate.left_out_text(LeftOut(place="qiaojia-dayuan", reason=reason, detail=detail), region, lang)
    assert said.startswith("乔家大院" if lang == "zh" else "Qiao Family Compound 乔家大院")
    assert "{" not in said


def test_names_keep_the_chinese_beside_the_english(region: Any) -> None:
    assert narrate.place_name("shuanglin-si", region, "zh") == "双林寺"
    assert narrate.place_name("shuanglin-si", region, "en") == "Shuanglin Temple 双林寺"
    assert narrate.place_name("stay-area", region, "en") == "Pingyao Old Town guesthouses 平遥古城内客栈区"
    assert narrate.short_name("pingyao-gucheng", region, "zh") == "平遥古城"
    assert narrate.place_name(Point(lat=37.2, lon=112.2, name="我的民宿"), region, "en") == "我的民宿"
    assert narrate.place_name(Point(lat=37.2, lon=112.2), region, "en") == text("trip.point", "en")
    assert narrate.place_name("no-such-place", region, "zh") == "no-such-place"


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "¥0"), (119_400, "¥1,194"), (2_850, "¥28.50"), (None, "未知")],
)
def test_money_is_shown_as_yuan_and_unknown_as_unknown(fen: int | None, shown: str) -> None:
    assert narrate.money(fen, "zh") == shown


def test_clocks_and_dates() -> None:
    assert narrate.clock_span(570, 720, "zh") == "09:30–12:00"
    assert narrate.clock_span(0, 1440, "zh") == "全天"
    assert narrate.clock(1510, "zh") == "次日 01:10"
    assert narrate.date_words(dt.date(2026, 10, 17), "zh") == "10月17日 周六"
    assert narrate.date_words(dt.date(2026, 10, 17), "en") == "Sat 17 October"
    assert narrate.duration(200, "zh") == "3 小时 20 分"


def test_a_day_has_a_title_with_its_holiday(region: Any) -> None:
    trip = good_trip()
    assert narrate.day_title(trip_of(trip), 0, region, "zh") == "第一天 · 4月17日 周六"
    trip["days"][1]["date"] = "2027-05-01"
    assert narrate.day_title(trip_of(trip), 1, region, "zh") == "第二天 · 5月1日 周六 · 劳动节"
    assert narrate.day_title(trip_of(trip), 1, region, "en") == "Day 2 · Sat 1 May · Labour Day"


def idea(items: list[dict[str, Any]], region: Any, lang: str = "zh") -> str:
    trip = good_trip()
    trip["days"][1]["items"] = [
        {"kind": "start", "place": "stay-inn", "time": "08:30"}, *items, {"kind": "end", "place": "stay-inn", "time": "20:00"}
    ]  # fmt: skip
    return narrate.day_idea(trip_of(trip), 1, region, lang)


def test_the_idea_of_a_day(region: Any) -> None:
    assert narrate.day_idea(trip_of(good_trip()), 0, region, "zh") == "双林寺，再进平遥古城，夜里看戏"
    wang, qiao = stop("wangjia-dayuan", "10:00", "10:00", "13:00"), stop("qiaojia-dayuan", "15:00", "15:00", "17:00")
    town, shuanglin = (
        stop("pingyao-gucheng", "09:00", "09:00", "10:00"),
        stop("shuanglin-si", "09:00", "09:00", "10:00"),
    )
    assert idea([wang], region) == "西南线：王家大院"
    assert idea([qiao], region, "en") == "North-east: Qiao Family Compound"
    assert idea([shuanglin], region) == "不走远：双林寺"
    assert idea([town], region) == "平遥古城慢慢走"
    assert idea([town, wang], region) == "先逛平遥古城，再去王家大院"
    night = stop("pingyao-gucheng", "19:00", "19:00", "20:00")
    assert idea([town, night], region, "en") == "Pingyao Ancient City at a walk; the streets again at night"
    assert idea([], region) == "这一天留白，睡到自然醒"


def test_a_leg_says_what_is_not_sure(region: Any) -> None:
    rail, bus = trip_of(good_trip()).days[0].items[1:3]
    assert isinstance(rail, LegItem)
    assert isinstance(bus, LegItem)
    assert narrate.leg_text(rail, region, "zh") == (
        "火车 太原南站 → 平遥古城站 · 40 分钟 · 等车 20 分钟 · 车费共 ¥57 · 班次未核实 · 末班按 19:30 算"
    )
    taxi = bus.model_copy(update={"mode": "taxi", "fare_fen": None, "basis": "estimated"})
    assert narrate.leg_text(taxi, region, "en").endswith("4.0 km · way estimated · fare unknown")
    doorstep = bus.model_copy(update={"mode": "walk", "distance_m": 4, "wait_min": 0})
    assert " m" not in narrate.leg_text(doorstep, region, "en").rpartition("min")[2]


def test_a_meal_names_its_dishes_or_says_nearby(region: Any) -> None:
    meal = MealItem(meal="lunch", place="eat-street", start=720, end=770)
    assert narrate.meal_text(meal, region, "zh") == "午饭 · 南大街小吃（碗托、栲栳栳）"
    assert narrate.meal_name(meal, region, "zh") == "午饭 · 南大街小吃"
    assert narrate.meal_text(meal.model_copy(update={"place": None}), region, "en") == "Lunch · somewhere nearby"


@pytest.mark.parametrize(("count", "said"), [(0, "0 adults"), (1, "1 adult"), (2, "2 adults")])
def test_english_counts_as_people_do(count: int, said: str) -> None:
    assert text("trip.party.adults", "en", count=count) == said


def test_a_price_said_to_be_nothing_is_not_one_for_the_ticket_office(region: Any) -> None:
    free, paid = (Warning_(code="price_unverified", place=place) for place in ("pingyao-gucheng", "shuanglin-si"))
    assert "售票处" not in narrate.warning_text(free, region, "zh")
    assert "售票处" in narrate.warning_text(paid, region, "zh")


def test_the_wishes_name_the_way_home(region: Any) -> None:
    said = narrate.itinerary_text(trip_of(good_trip()), region, "en")
    assert "leaving from Taiyuan South Railway Station 19:00" in said


def test_a_reason_is_told_once_a_place(region: Any) -> None:
    trip = good_trip()
    again = next(item for item in trip["days"][1]["items"] if item["kind"] == "stop" and item["place"] == "pingyao-gucheng")
    again["reasons"] = [{"code": "famous"}, {"code": "evening"}]
    told = narrate.itinerary_text(trip_of(trip), region, "zh")
    assert told.count(text("trip.reason.famous", "zh")) == 1
    assert told.count(text("trip.reason.evening", "zh")) == 1


@pytest.mark.parametrize(
    ("fen", "basis", "said"),
    [
        (7_000, "sourced_two", "门票 ¥70（2 人）"),
        (7_000, "commonly_quoted_unverified", "门票 ¥70（2 人），未核实"),
        (None, "", "票价未知"),
        (0, "sourced", "不要门票"),
        (0, "free_or_included_unverified", "据说免费或已含，未核实"),
        (0, "joint_ticket", "已含在通票里"),
    ],
)
def test_a_price_comes_with_what_it_rests_on(fen: int | None, basis: str, said: str, region: Any) -> None:
    item = StopItem(place="shuanglin-si", arrive=600, start=600, end=660, ticket_fen=fen, ticket_basis=basis)
    assert narrate.price_text(item, 2, region, "zh") == said


def test_a_walk_between_two_sights_of_a_town_has_its_own_line() -> None:
    parts = tuple(PartItem(place="pingyao-xianya", start=a, end=b) for a, b in ((600, 660), (670, 720)))
    stop = StopItem(place="pingyao-gucheng", arrive=480, start=480, end=745, parts=parts)
    assert narrate.strolls(stop) == [(480, 600), (720, 745)]
    assert narrate.strolls(stop.model_copy(update={"parts": ()})) == []


@pytest.mark.parametrize(("lang", "words"), [("zh", "最没底的一条："), ("en", "The shakiest fact: ")])
def test_the_plan_names_the_fact_it_rests_on_least_surely(lang: str, words: str) -> None:
    region, trip = little_region(), trip_of(good_trip())
    doubts = [Warning_(code=code, place="zhenguo-si") for code in ("price_unknown", "hours_unverified", "coord_low")]
    shaky = trip.model_copy(update={"warnings": tuple(doubts)})
    assert narrate.weakest_text(shaky, region, lang) == words + narrate.warning_text(doubts[1], region, lang)
    assert "30" in narrate.weakest_text(shaky, region, lang), "the slack that was left for it"
    assert words in narrate.itinerary_text(shaky, region, lang)
    assert narrate.weakest_text(trip.model_copy(update={"warnings": ()}), region, lang) == ""


def test_hours_say_how_sure_they_are(region: Any) -> None:
    assert narrate.hours_text("shuanglin-si", SATURDAY, region, "zh") == "开放 08:00–18:00"
    assert narrate.hours_text("pingyao-xianya", SATURDAY, region, "zh") == "开放 08:00–18:00（未核实）"
    assert narrate.hours_text("zhenguo-si", SATURDAY, region, "zh") == "开放时间未知，按 09:30–16:30 安排"
    assert narrate.hours_text("pingyao-gucheng", SATURDAY, region, "zh") == "全天开放"
    closed = little_region(frozenset({("shuanglin-si", SATURDAY)}))
    assert narrate.hours_text("shuanglin-si", SATURDAY, closed, "en") == "closed this day"


def test_each_warning_stands_in_one_place() -> None:
    itinerary = trip_of(good_trip())
    shown = [w for d in range(2) for listed in notes_of_day(itinerary, d).values() for w in listed]
    shown += notes_of_trip(itinerary)
    assert sorted(w.model_dump_json() for w in shown) == sorted(w.model_dump_json() for w in itinerary.warnings)
    assert [w.code for w in notes_of_day(itinerary, 1)[2]] == ["hours_unknown", "price_unknown"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_holds_the_whole_trip(lang: str, region: Any) -> None:
    itinerary = trip_of(good_trip())
    said = narrate.itinerary_text(itinerary, region, lang)
    for place in ("shuanglin-si", "pingyao-xianya", "zhenguo-si", "youjian-pingyao", "stay-inn", "qiaojia-dayuan"):
        assert narrate.place_name(place, region, lang) in said
    assert itinerary.revision in said
    assert "{" not in said
    assert "¥796" in said


class Reader(html.parser.HTMLParser):
    """Tags in order, and whether they close in pairs."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("lang", "tagged"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_stands_alone(lang: str, tagged: str, region: Any) -> None:
    trip = good_trip()
    trip["days"] = [day for _ in range(3) for day in trip["days"]] + trip["days"][:1]
    page = narrate.itinerary_html(trip_of(settle(trip)), region, lang)
    assert page.startswith("<!doctype html>")
    assert len(page.encode()) < 100_000
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    tags = {tag for tag, _ in reader.seen}
    assert not tags & {"script", "img", "iframe", "link", "object", "form"}
    assert reader.seen[0] == ("html", {"lang": tagged})
    assert not re.search(r"@import|url\(", page)
    assert not any(name.startswith("on") for _, attributes in reader.seen for name in attributes)
    assert "prefers-color-scheme:dark" in page
    assert "0123456789ab" in page
    assert "平遥 &lt;景区&gt; 公告 (2025)" in page
    assert 'href="https://example.org/pingyao?a=1&amp;b=2"' in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_visitor_typed_is_escaped(lang: str, region: Any) -> None:
    trip = good_trip()
    nasty = {"lat": 37.19, "lon": 112.16, "name": "<script>alert(1)</script>\"'"}
    trip["days"][0]["items"][0]["place"] = nasty
    trip["days"][0]["items"][1]["from"] = nasty
    trip["days"][0]["items"][1]["source"] = 'javascript:alert(2) ; https://example.org/"><b>'
    page = narrate.itinerary_html(trip_of(trip), region, lang)
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert '"><b>' not in page
    assert "&lt;script&gt;" in page


def test_no_english_page_holds_chinese_sentences(region: Any) -> None:
    """Names may be Chinese; punctuation of Chinese sentences may not appear."""
    page = narrate.itinerary_html(trip_of(good_trip()), region, "en")
    visible = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page)
    assert not re.search(r"[。；，]", visible)
