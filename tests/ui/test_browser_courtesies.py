"""Small courtesies on a phone: a wrong fact reported, and the plans opened last on this device."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from recommender.i18n import text
from tests.ui.chromium import PHONE, SATURDAY, visit

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.heavy)])
def test_a_wrong_fact_is_reported_and_recent_plans_are_kept_until_cleared(
    browser: Browser, warm_server: str, lang: str
) -> None:
    with visit(browser, warm_server, PHONE, lang) as visitor:
        page = visitor.page
        visitor.open(f"/?date={SATURDAY}&days=1&must=shuanglin-si")
        visitor.planned()
        stop = page.locator("li.visit", has=page.locator('[data-act="report:shuanglin-si"]'))
        visitor.press(stop.locator("details.more > summary"))
        visitor.press(page.locator('[data-act="report:shuanglin-si"]'))
        form = visitor.key("jz_report")
        form.get_by_role("textbox").wait_for()
        visitor.settle()
        visitor.assert_fine(lang)
        visitor.press(form.get_by_role("button", name=text("ui.report.send", lang)))
        form.get_by_text(text("ui.report.thanks", lang)).wait_for()

        visitor.open("/")
        visitor.settle()
        recent = page.locator(".recent")
        visitor.press(recent.locator("summary"))
        assert recent.locator("a").count() == 1
        assert "must=shuanglin-si" in str(recent.locator("a").get_attribute("href"))
        visitor.assert_fine(lang)
        visitor.press(recent.get_by_role("button"))
        assert page.locator(".recent").count() == 0
        assert page.evaluate("localStorage.getItem('jz-recent')") is None


OVERLAPS = """([one, other]) => {
    const boxes = (query) => [...document.querySelectorAll(query)].map((e) => e.getBoundingClientRect()).filter((b) => b.width);
    return boxes(one).flatMap((a) => boxes(other).filter((b) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
}"""


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.heavy)])
def test_text_of_twice_the_size_covers_nothing_and_needs_no_sideways_scroll(
    browser: Browser, warm_server: str, lang: str
) -> None:
    with visit(browser, warm_server, PHONE, lang) as visitor:
        page = visitor.page
        visitor.open(f"/?date={SATURDAY}&days=1")
        visitor.planned()
        assert page.evaluate(OVERLAPS, [".tl time", ".tl .dot"]) == 0
        page.add_style_tag(content="html { font-size: 32px !important; }")
        visitor.settle()
        assert page.evaluate(OVERLAPS, [".tl time", ".tl .dot"]) == 0
        assert page.evaluate(OVERLAPS, [".brand h1", ".st-key-jz_nav :is(a, button)"]) == 0
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
