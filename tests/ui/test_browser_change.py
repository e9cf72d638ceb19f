"""Changing the plan on the page, by finger and by mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from recommender.i18n import text
from tests.ui.chromium import DESK, PHONE, SATURDAY, visit

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.mark.parametrize(
    ("size", "lang"), [(PHONE, "zh"), pytest.param(DESK, "en", marks=pytest.mark.heavy)], ids=["phone-zh", "desk-en"]
)
def test_a_stop_is_swapped_stayed_at_longer_and_had_back(
    browser: Browser, warm_server: str, size: tuple[int, int], lang: str
) -> None:
    with visit(browser, warm_server, size, lang) as visitor:
        page = visitor.page
        visitor.open(f"/?date={SATURDAY}&days=2&must=shuanglin-si")
        visitor.planned()
        drop = page.locator('[data-act="drop:shuanglin-si"]')

        visitor.press(page.locator('[data-act="swap:shuanglin-si"]'))
        offers = visitor.key("jz_swap").get_by_role("button")
        offers.first.wait_for()
        visitor.settle()
        visitor.assert_fine(lang)
        assert 2 <= offers.count() <= 4, "one to three places, and the way back"
        visitor.press(offers.first)
        visitor.planned()
        assert drop.count() == 0

        visitor.press(visitor.key("jz_undo").get_by_role("button"))
        drop.wait_for()
        visitor.press(visitor.key("jz_redo").get_by_role("button"))
        drop.wait_for(state="detached")
        visitor.press(visitor.key("jz_undo").get_by_role("button"))
        drop.wait_for()

        stop = page.locator("li.visit", has=drop)
        visitor.press(stop.locator("details.more > summary"))
        before = stop.inner_text()
        visitor.press(page.locator('[data-act="longer:shuanglin-si"]'))
        visitor.planned()
        assert stop.inner_text() != before
        assert stop.locator('[data-act="free:shuanglin-si"]').inner_text() == text("ui.act.free", lang)
        assert "stays" in page.url
        visitor.assert_fine(lang)
