"""How the pages look and feel in a real browser: Explore, sizes of targets, narrow phones, and what axe-core says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from recommender.i18n import LANGUAGES, text
from tests.ui.chromium import DESK, EACH_SIZE_AND_LANGUAGE, PHONE, STRANGE, THEMES, TRIP, pairs, visit

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_fingers_find_every_target(browser: Browser, warm_server: str) -> None:
    with visit(browser, warm_server, lang="en") as visitor:
        visitor.open(TRIP)
        visitor.planned()
        assert visitor.small_targets() == []
        visitor.press(visitor.key("jz_change").get_by_role("button"))
        visitor.press(visitor.page.locator(".st-key-jz_who summary"))
        visitor.press(visitor.page.locator(".st-key-jz_more_wishes summary"))
        assert visitor.small_targets() == []
        visitor.open("/explore")
        assert visitor.small_targets() == []


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.heavy)])
def test_the_narrowest_phone_scrolls_only_up_and_down(browser: Browser, warm_server: str, lang: str) -> None:
    with visit(browser, warm_server, (320, 640), lang) as visitor:
        visitor.open(TRIP)
        visitor.planned()
        visitor.assert_fine(lang)
        visitor.press(visitor.key("jz_change").get_by_role("button"))
        visitor.assert_fine(lang)
        visitor.open("/explore")
        visitor.assert_fine(lang)


def test_on_a_desk_the_map_stays_beside_the_days(browser: Browser, warm_server: str) -> None:
    with visit(browser, warm_server, DESK) as visitor:
        visitor.open(TRIP)
        visitor.planned()
        visitor.page.mouse.move(300, 600)
        visitor.page.mouse.wheel(0, 1500)
        visitor.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 1000")
        box = visitor.page.locator(".map").bounding_box()
        assert box is not None
        assert box["y"] > 0
        assert box["y"] + box["height"] < DESK[1]


@EACH_SIZE_AND_LANGUAGE
def test_explore_finds_opens_and_wants_a_place(
    browser: Browser, warm_server: str, size: tuple[int, int], lang: str
) -> None:
    query = {"zh": "乔家", "en": "qiaojia"}[lang]
    with visit(browser, warm_server, size, lang) as visitor:
        page = visitor.page
        visitor.open("/explore")
        visitor.assert_fine(lang)
        box = visitor.key("jz_search").get_by_role("textbox")
        box.fill(query)
        box.press("Enter")
        first = page.locator("[data-act='open:qiaojia-dayuan']")
        page.wait_for_function("document.querySelector('.places li')?.id === 'place-qiaojia-dayuan'")
        visitor.press(first)
        page.locator("#jz-detail").wait_for()
        visitor.press(visitor.key("jz_add_must").get_by_role("button"))
        visitor.press(page.get_by_role("link", name=text("ui.nav.plan", lang), exact=True))
        visitor.key("jz_plan").wait_for()
        visitor.press(visitor.page.locator(".st-key-jz_more_wishes summary"))
        assert "乔家大院" in visitor.key("jz_must_see").inner_text()
        visitor.assert_fine(lang)


@pairs(("theme", "lang"), THEMES, LANGUAGES, ("dark", "zh"))
def test_axe_finds_nothing(browser: Browser, warm_server: str, theme: str, lang: str) -> None:
    with visit(browser, warm_server, PHONE if lang == "zh" else DESK, lang, theme) as visitor:
        visitor.open()
        visitor.press(visitor.page.locator(".st-key-jz_more_wishes summary"))
        assert visitor.violations() == []
        visitor.open(TRIP)
        visitor.planned()
        visitor.press(visitor.page.locator("#day-1 .prov summary").first)
        assert visitor.violations() == []
        visitor.open(STRANGE + lang)
        assert visitor.violations() == []
        visitor.open("/explore")
        visitor.press(visitor.page.locator(".places button").first)
        visitor.page.locator("#jz-detail").wait_for()
        assert visitor.violations() == []
        visitor.assert_fine(lang)
