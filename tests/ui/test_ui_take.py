"""The plan to take along, and the menus that open a map, without a browser."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from recommender import region as regions
from recommender.exports import FORMATS
from recommender.exports import maps as go
from recommender.exports.course import course
from recommender.i18n import LANGUAGES, text
from recommender.model import LegItem, TripRequest
from recommender.trip.planning import plan_trip
from recommender.ui import take
from recommender.ui.itinerary import DayCard
from recommender.ui.state import Other
from tests.trip.little_region import good_trip, little_region, trip_of
from tests.ui.seen import fix_today, open_page, run

LINK = re.compile(r'<a href="([^"]+)" target="_blank" rel="noopener noreferrer">(.*?)</a>')


def links(menu: Any) -> list[tuple[str, str]]:
    return [(unescape(url), words) for url, words in LINK.findall(str(menu))]


@pytest.mark.parametrize(("lang", "first"), [("zh", "高德地图"), ("en", "Google Maps")])
def test_each_language_has_its_own_map_first(lang: str, first: str) -> None:
    found = links(go.place_menu("shuanglin-si", little_region(), lang))
    assert len(found) == 5
    assert found[0][1] == first


def test_a_rough_position_is_searched_by_name_and_the_menu_says_so() -> None:
    region = little_region(zhenguo_si={"coord_confidence": "low"})
    for url, words in links(go.place_menu("zhenguo-si", region, "zh")):
        assert text("ui.go.by_name", "zh") in words
        assert "37.28" not in url
    assert text("ui.go.by_name", "zh") not in str(go.place_menu("shuanglin-si", region, "zh"))


def test_a_leg_is_handed_over_in_its_own_mode() -> None:
    legs = [item for item in trip_of(good_trip()).days[0].items if isinstance(item, LegItem)]
    modes = {
        leg.mode: re.findall(r"&mode=(\w+)", links(go.leg_menu(leg, little_region(), "zh"))[0][0])[0] for leg in legs
    }
    assert modes == {"rail": "bus", "bus": "bus", "taxi": "car", "walk": "walk"}


def test_a_day_goes_through_all_its_places_and_names_what_needs_an_app() -> None:
    region = little_region()
    day = course(trip_of(good_trip()), region)[0]
    found = links(go.day_menu(day, 1, region, "zh"))
    assert found[0][0].startswith("https://uri.amap.com/marker?markers=")
    assert found[0][0].count("%7C") == 5
    assert [text("ui.go.app", "zh") in words for _, words in found] == [False, True, True, False, False]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_stop_leg_and_day_of_a_card_has_one_menu(lang: str) -> None:
    region = regions.current()
    trip = plan_trip(region, TripRequest.parse({"start_date": "2027-04-17", "days": 1}))
    card = str(DayCard(region, trip, 0, lang).html())
    kinds = [item.kind for item in trip.days[0].items]
    assert card.count('class="prov go"') == kinds.count("stop") + kinds.count("leg") + 1
    assert all(url.startswith(("https://", "bdapp://", "qqmap://")) for url, _ in links(card))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_offers_the_files_and_writes_none_of_them_yet(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fix_today(monkeypatch)
    monkeypatch.setattr(take, "written", lambda *asked: pytest.fail(f"written before it was asked for: {asked}"))
    test = open_page(lang)
    run(test.button(key=Other.PLAN).click())
    labels = [element.proto.label for element in test.get("download_button")]
    assert labels == [text(f"ui.take.{name}", lang) for name in take.OFFERED]


def test_a_file_is_written_once_for_a_plan() -> None:
    region = regions.current()
    plan = plan_trip(region, TripRequest.parse({"start_date": "2027-04-17", "days": 1})).to_json()
    take.written.cache_clear()
    first = take.written(region, "ics", plan, "zh")
    assert take.written(region, "ics", plan, "zh") is first
    assert take.written.cache_info().hits == 1
    assert set(take.OFFERED) <= FORMATS.keys()


def test_a_card_in_english_has_the_chinese_name_to_show_a_driver() -> None:
    region = regions.current()
    trip = plan_trip(region, TripRequest.parse({"start_date": "2027-04-17", "days": 1}))
    english, chinese = (str(DayCard(region, trip, 0, lang).html()) for lang in ("en", "zh"))
    assert english.count('class="prov driver"') == len({item.place for item in trip.days[0].items if item.kind == "stop"})
    assert '<b lang="zh-CN">双林寺</b>' in english
    assert "prov driver" not in chinese
