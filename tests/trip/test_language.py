"""English pages hold no Chinese but names, and what the check finds is said in words."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from recommender import region as regions
from recommender.model import Itinerary, LegItem, MealItem, StopItem, TripRequest, Warning_
from recommender.trip import narrate
from recommender.trip.narrate.prose import leg_note
from recommender.trip.planning import plan_trip
from recommender.trip.verify import verify
from recommender.trip.verify.audit import Violation
from recommender.ui.explore import price_words
from recommender.ui.itinerary import DayCard
from recommender.ui.provenance import place_provenance

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
REQUESTS: tuple[dict[str, Any], ...] = (
    {"start_date": "2026-10-16", "days": 3, "start": {"place": "taiyuan-south-station", "time": "09:30"},
     "reach": "region", "must_see": ["shanxi-bowuyuan", "youjian-pingyao", "mianshan"]},
    {"start_date": "2027-04-17", "days": 2},
    {"start_date": "2027-02-06", "days": 2, "mode": "drive", "explore": 1, "needs": ["few_steps"]},
)  # fmt: skip


@cache
def plan(number: int) -> Itinerary:
    return plan_trip(regions.current(), TripRequest.parse(REQUESTS[number]))


def chinese_beside_names(words: str) -> list[str]:
    """What is Chinese and neither a name of the catalogue nor an account to be looked up, which stands in “ ”."""
    catalog = regions.current().catalog
    shelves = (catalog.attractions, catalog.hubs, catalog.lodging, catalog.dining)
    names = {place.name_zh for shelf in shelves for place in shelf.values()} | {e.name_zh for e in catalog.events}
    names |= {narrate.place_name(stay, regions.current(), "zh") for stay in catalog.lodging}
    accounts = {name for a in catalog.attractions.values() for name in re.findall("“.+?”", a.booking_channel or "")}
    for name in sorted(names | accounts, key=len, reverse=True):
        words = words.replace(name, "")
    return CHINESE.findall(words)


def visible(page: str) -> str:
    return re.sub(r"(?s)<style>.*?</style>", " ", page)


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_english_plans_hold_no_chinese_but_names(number: int) -> None:
    region, itinerary = regions.current(), plan(number)
    assert chinese_beside_names(narrate.itinerary_text(itinerary, region, "en")) == []
    assert chinese_beside_names(visible(narrate.itinerary_html(itinerary, region, "en"))) == []
    cards = "".join(str(DayCard(region, itinerary, d, "en").html()) for d in range(len(itinerary.days)))
    assert chinese_beside_names(cards) == []


def test_the_sample_plans_show_what_is_translated() -> None:
    catalog = regions.current().catalog
    items = [item for number in range(len(REQUESTS)) for day in plan(number).days for item in day.items]
    assert any(isinstance(item, LegItem) and item.note for item in items)
    assert any(isinstance(item, MealItem) and item.place and catalog.dining[item.place].dishes for item in items)
    stops = [catalog.attractions[item.place] for item in items if isinstance(item, StopItem)]
    assert any(place.booking_channel for place in stops)
    assert any(place.checked_note for place in stops)
    assert any(place.ticket_note for place in stops)


def test_every_place_is_told_in_english() -> None:
    region = regions.current()
    for place in region.catalog.attractions.values():
        told = f"{place_provenance(region.catalog, place, 'en')} {price_words(place, 'en')}"
        warning = Warning_(code="booking_required", place=place.id, detail={"channel": place.booking_channel or ""})
        assert chinese_beside_names(f"{told} {narrate.warning_text(warning, region, 'en')}") == [], place.id
    for eatery in region.catalog.dining.values():
        meal = MealItem(meal="lunch", place=eatery.id, start=720, end=780)
        assert chinese_beside_names(narrate.meal_text(meal, region, "en")) == [], eatery.id
    for link in region.catalog.links:
        assert not CHINESE.search(link.operating_note_en), link.operating_note


def leg(note: str) -> LegItem:
    data = {"from": "a1", "to": "b1", "mode": "bus", "depart": "09:00", "arrive": "10:00", "distance_m": 1, "basis": "sourced"}
    return LegItem.model_validate({**data, "note": note})


def test_notes_of_several_links_are_told_one_by_one() -> None:
    catalog = regions.current().catalog
    one, other = "G207；与上段合计约79.4公里", "G108"
    assert leg_note(leg(f"{one}；{other}"), catalog, "en") == (
        "G207; about 79.4 km together with the section before; G108"
    )
    assert leg_note(leg(one), catalog, "zh") == one
    assert leg_note(leg("旧版说明"), catalog, "en") == "旧版说明"


def test_translations_keep_the_figures() -> None:
    """Figures of three and more digits, prices, times and years, are the same on both sides."""
    catalog = regions.current().catalog
    pairs = [(link.operating_note, link.operating_note_en) for link in catalog.links]
    for place in catalog.attractions.values():
        pairs += [
            (place.ticket_note, place.ticket_note_en),
            (place.checked_note, place.checked_note_en),
            (place.accessibility_note, place.accessibility_note_en),
            (place.booking_channel or "", place.booking_channel_en or ""),
        ]
    for zh, en in pairs:
        assert sorted(re.findall(r"\d{3,}|\d+[.:]\d+", zh)) == sorted(re.findall(r"\d{3,}|\d+[.:]\d+", en)), zh


@pytest.mark.parametrize(
    ("code", "detail", "zh", "en"),
    [
        ("backwards", {}, "结束早于开始", "ends before it begins"),
        ("leg_mode", {"found": "drive", "wanted": "transit"}, "自驾", "public transport and taxi"),
        ("barrier", {"needs": "wheelchair, few_steps"}, "轮椅、少走台阶", "wheelchair, few steps"),
        ("unknown_prices", {"differ": "leg:1:2, stop:2:3:0"}, "第 1 天 第 3 项、第 2 天 第 4 项", "Day 1 item 3, Day 2 item 4"),
        ("warning", {"warning": "hours_unverified"}, "开放时间未核实", "hours not verified"),
        ("basis", {"claimed": "sourced", "fact": "?"}, "未知", "unknown"),
    ],
)
def test_a_violation_is_told_in_words(code: str, detail: dict[str, object], zh: str, en: str) -> None:
    violation = Violation(code, 1, 0, None, detail)
    chinese, english = violation.message("zh"), violation.message("en")
    assert zh in chinese
    assert en in english
    for said in (chinese, english):
        assert not re.search(r"[a-z]_[a-z]", said)
        assert f"({code})" not in said
        assert f"（{code}）" not in said
    assert not CHINESE.search(english)


def test_every_notice_that_may_be_missing_has_words() -> None:
    region, itinerary = regions.current(), plan(0)
    bare = itinerary.model_copy(update={"warnings": ()})
    said = [violation.message(lang) for violation in verify(region, bare) for lang in ("zh", "en")]
    assert said
    assert not any(re.search(r"[a-z]_[a-z]", line) for line in said)
