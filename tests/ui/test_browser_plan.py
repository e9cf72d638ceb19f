"""The pages in a real browser: a phone and a desk, both languages, both themes."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from recommender.i18n import text
from tests.ui.chromium import DESK, EACH_SIZE_AND_LANGUAGE, PHONE, STRANGE, TRIP, visit

pytestmark = [pytest.mark.browser, pytest.mark.server]
OUTER = ("shuanglin-si", "qiaojia-dayuan", "wangjia-dayuan", "changjia-zhuangyuan", "zhenguo-si", "qujia-dayuan")
SIZES = pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.heavy)], ids=["phone", "desk"])


@EACH_SIZE_AND_LANGUAGE
def test_form_plan_map_why_and_language(browser: Browser, warm_server: str, size: tuple[int, int], lang: str) -> None:
    other = "en" if lang == "zh" else "zh"
    with visit(browser, warm_server, size, lang) as visitor:
        page = visitor.page
        visitor.open()
        visitor.assert_fine(lang)
        button = visitor.key("jz_plan").get_by_role("button")
        box = button.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size[1], "the button is not in reach without scrolling"

        visitor.press(visitor.key("jz_interests").get_by_role("button", name=text("ui.category.temple", lang)))
        visitor.plan()
        visitor.assert_fine(lang)
        assert visitor.scrolled < 60
        assert page.locator("article.day").count() == 2
        asked = parse_qs(urlsplit(page.url).query)
        assert asked["like"] == ["temple"]
        assert asked["days"] == ["2"]

        page.locator(".bar button").nth(1).click()
        pins = page.locator(".leaflet-marker-icon.pin")
        assert pins.count() == page.locator("#day-1 li.visit").count()
        visitor.press(pins.first)
        page.locator("li.is-picked").wait_for()
        assert page.locator("li.is-picked").get_attribute("id") == page.locator("#day-1 li.visit").first.get_attribute("id")
        assert text("ui.stop.why", lang) in page.locator("#day-1 .why").first.inner_text()

        visitor.choose(visitor.key("jz_why_not").get_by_role("combobox"), 2)
        page.locator(".answer").wait_for()
        assert page.locator(".answer").inner_text().strip()

        before = page.locator("#day-1 time").all_inner_texts()
        visitor.press(visitor.key("jz_language").get_by_role("button"))
        page.get_by_role("button", name=text("ui.plan.change", other)).wait_for()
        visitor.settle()
        visitor.assert_fine(other)
        assert page.title() == text("ui.brand.window", other)
        assert page.locator("#day-1 time").all_inner_texts() == before
        assert f"lang={other}" in page.url


@SIZES
def test_a_shared_address_shows_the_same_plan_to_somebody_else(
    browser: Browser, warm_server: str, size: tuple[int, int]
) -> None:
    with visit(browser, warm_server, size, "zh") as visitor, visit(browser, warm_server, size, "en") as friend:
        visitor.open(TRIP)
        visitor.planned()
        visitor.press(visitor.key("jz_dial").get_by_role("radio", name=text("ui.reach.wings", "zh")))
        visitor.page.wait_for_function("!location.search.includes('reach')")
        visitor.planned()
        friend.open(visitor.page.url.removeprefix(warm_server).replace("lang=zh", "lang=en"))
        friend.planned()
        friend.assert_fine("en")
        stops = "article.day li.visit"
        ids = [
            [node.get_attribute("id") for node in who.page.locator(stops).all()] for who in (visitor, friend)
        ]
        times = [who.page.locator("article.day time").all_inner_texts() for who in (visitor, friend)]
        assert ids[0] == ids[1]
        assert times[0] == times[1]


def test_a_finger_scrolls_past_the_map_until_it_is_woken(browser: Browser, warm_server: str) -> None:
    with visit(browser, warm_server) as visitor:
        visitor.open(TRIP)
        visitor.planned()
        surface = visitor.page.locator(".map")
        surface.scroll_into_view_if_needed()
        box = surface.bounding_box()
        assert box is not None
        before = visitor.scrolled
        visitor.swipe(box["x"] + 60, box["y"] + 200, -150)
        assert visitor.scrolled > before + 80
        visitor.page.locator(".hint").click()
        box = surface.bounding_box()
        assert box is not None
        before = visitor.scrolled
        visitor.swipe(box["x"] + 60, box["y"] + 120, -60)
        assert visitor.scrolled == before


def test_keep_skip_and_undo_plan_again_where_one_stands(browser: Browser, warm_server: str) -> None:
    with visit(browser, warm_server) as visitor:
        page = visitor.page
        visitor.open(TRIP)
        visitor.planned()
        # Outside the old town: what lies within may become part of a stop in its streets.
        place = next(one for one in OUTER if page.locator(f"[data-act='keep:{one}']").count())
        keep = page.locator(f"[data-act='keep:{place}']")
        keep.scroll_into_view_if_needed()
        before = visitor.scrolled
        keep.click()
        page.locator(f"[data-act='free:{place}']").wait_for()
        visitor.settle()
        assert abs(visitor.scrolled - before) < PHONE[1] / 4, "the page jumped"
        assert place in parse_qs(urlsplit(page.url).query)["locks"][0]
        visitor.press(page.locator(f"[data-act='drop:{place}']"))
        page.wait_for_function("location.search.includes('avoid=')")
        visitor.planned()
        assert page.locator(f"[data-act='drop:{place}']").count() == 0
        visitor.press(visitor.key("jz_undo").get_by_role("button"))
        page.locator(f"[data-act='free:{place}']").wait_for()
        visitor.assert_fine("zh")


def test_a_leg_can_be_gone_otherwise_and_as_planned_again(browser: Browser, warm_server: str) -> None:
    with visit(browser, warm_server) as visitor:
        page = visitor.page
        visitor.open(TRIP)
        visitor.planned()
        visitor.press(page.locator("details:has([data-act^='leg:']) > summary").first)
        assert visitor.small_targets() == []
        visitor.press(page.locator("[data-act^='leg:']").first)
        page.wait_for_function("location.search.includes('leg_modes')")
        visitor.planned()
        # What was open stays open where the card is drawn again.
        folded = page.locator("details:not([open]):has([data-act^='unleg:']) > summary")
        if not page.locator("[data-act^='unleg:']").first.is_visible():
            visitor.press(folded.first)
        visitor.press(page.locator("[data-act^='unleg:']").first)
        page.wait_for_function("!location.search.includes('leg_modes')")
        visitor.planned()
        visitor.assert_fine("zh")


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.heavy)])
def test_a_strange_address_is_answered_at_the_top(browser: Browser, warm_server: str, lang: str) -> None:
    with visit(browser, warm_server, PHONE, lang) as visitor:
        visitor.open(STRANGE + lang)
        said = "\n".join(visitor.page.locator(".problems").all_inner_texts())
        for field in ("start_date", "days", "must_see", "mode"):
            assert text(f"ui.field.{field}", lang) in said
        assert not re.search(r"Traceback|\[\d\]|start_date", said)
        visitor.assert_fine(lang)
        visitor.press(visitor.page.locator(".st-key-jz_relax_0 button"))
        visitor.planned()
        assert visitor.page.locator(".problems").count() == 0
