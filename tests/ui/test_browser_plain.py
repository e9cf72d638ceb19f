"""The plain pages in a real browser whose JavaScript is off: a phone, both languages, light and dark."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from recommender.i18n import LANGUAGES, text
from tests.ui.chromium import PHONE, SATURDAY, WAIT_MS, pairs, visit
from tests.web.test_agents import WECHAT_ANDROID

pytestmark = [pytest.mark.browser, pytest.mark.server]
LIMIT = 100_000
WISH = {"start_date": str(SATURDAY), "days": 3, "reach": "region", "party": {"adults": 2, "children": [8]}}
NARROW = (320, 640)


@contextmanager
def opened(
    browser: Browser, size: tuple[int, int] = PHONE, lang: str = "zh", theme: str = "light", *,
    scripts: bool = False, agent: str = "",
) -> Iterator[Page]:  # fmt: skip
    """A phone's tab without scripts."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, is_mobile=True, has_touch=True, java_script_enabled=scripts,
        locale={"zh": "zh-CN", "en": "en-US"}[lang], color_scheme="dark" if theme == "dark" else "light",
        user_agent=agent or None,
    )  # fmt: skip
    try:
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        yield page
    finally:
        context.close()


@pytest.fixture(scope="module")
def shared(warm_server: str) -> dict[str, str]:
    """Read and edit link of a plan of three days."""
    request = urllib.request.Request(
        f"{warm_server}/plans", json.dumps(WISH).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        links: dict[str, str] = json.load(answer)
    return links


def assert_light_and_narrow(page: Page, address: str, size: tuple[int, int]) -> None:
    """One request, little to load, nothing beside the screen, every target as large as a finger."""
    asked: list[str] = []
    loaded: list[int] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: loaded.append(len(response.body())))
    page.goto(address, wait_until="networkidle")
    assert len(asked) == 1, asked
    assert sum(loaded) < LIMIT
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.evaluate("document.documentElement.innerHTML.length") > 1000
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .act, .go, nav a, summary, select, label.pick, input:not([type=hidden])')]
          .filter(e => e.getBoundingClientRect().width && !e.closest('.pick, details ul'))
          .map(e => [e.textContent || e.name, e.getBoundingClientRect().height]).filter(([, height]) => height < 43.5)"""
    )
    assert small == []


@pairs(("size", "lang"), (PHONE, NARROW), LANGUAGES, (NARROW, "en"))
def test_plain_pages_are_one_small_request_and_fit_a_phone(
    browser: Browser, warm_server: str, shared: dict[str, str], size: tuple[int, int], lang: str
) -> None:
    wish = f"date={SATURDAY}&days=2&adults=2"
    bad = f"date={SATURDAY}&days=2&adults=2&children=acht&from=taiyuan-station&from_time=99:99"
    paths = ("/plain", f"/plain/plan?{wish}", f"/plain/plan?{bad}", "/p/no-such-plan")
    for address in (*(warm_server + path for path in paths), shared["read"], shared["edit"], shared["edit"] + "/change"):
        with opened(browser, size, lang) as page:
            assert_light_and_narrow(page, address, size)
            assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[lang]


def test_a_plan_is_made_kept_changed_and_deleted_without_scripts(browser: Browser, warm_server: str) -> None:
    with opened(browser, agent=WECHAT_ANDROID) as page:
        page.goto(f"{warm_server}/")
        page.get_by_label(text("ui.form.date", "zh")).fill(str(SATURDAY))
        page.get_by_label(text("ui.category.temple", "zh")).check()
        page.get_by_role("button", name=text("plain.form.submit", "zh")).click()
        assert page.locator("article.day").count() == 2
        times = page.locator("article.day time").all_inner_texts()
        page.get_by_role("button", name=text("plain.plan.keep", "zh")).click()
        assert re.search(r"/e/[\w-]{32}\?", page.url)
        read = page.get_by_label(text("plain.own.read", "zh")).input_value()
        with opened(browser, lang="en") as friend:
            friend.goto(read)
            assert friend.locator("article.day time").all_inner_texts() == times
            friend.get_by_role("link", name=text("plain.language", "en")).click()
            assert friend.locator("html").get_attribute("lang") == "zh-CN"
            friend.get_by_role("link", name=text("plain.plan.similar", "zh")).click()
            assert friend.get_by_label(text("ui.category.temple", "zh")).is_checked()
        page.get_by_role("link", name=text("plain.plan.change", "zh")).click()
        page.get_by_label(text("ui.form.days", "zh")).select_option("1")
        page.get_by_role("button", name=text("plain.form.save", "zh")).click()
        assert page.locator("article.day").count() == 1
        page.get_by_text(text("plain.own.delete", "zh"), exact=True).click()
        page.get_by_role("button", name=text("plain.own.delete_yes", "zh")).click()
        assert text("plain.own.deleted_note", "zh") in page.inner_text("main")
        page.goto(read)
        assert text("plain.missing.title", "zh") in page.inner_text("main")


@pytest.mark.parametrize(("theme", "lang"), [("light", "zh"), pytest.param("dark", "en", marks=pytest.mark.heavy)])
def test_axe_finds_nothing_on_plain_pages(
    browser: Browser, warm_server: str, shared: dict[str, str], theme: str, lang: str
) -> None:
    # The examiner is a script itself; the pages have none.
    with opened(browser, lang=lang, theme=theme, scripts=True) as page:
        for path in ("/plain", "/plain/plan?date=&days=9&children=x", "/p/nothing", shared["read"], shared["edit"]):
            page.goto(path if path.startswith("http") else warm_server + path)
            for summary in page.locator("summary").all():
                summary.click()
            found = Axe().run(page).response["violations"]
            assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == [], path


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.heavy)])
def test_the_app_shares_what_is_on_the_page(browser: Browser, warm_server: str, lang: str) -> None:
    with visit(browser, warm_server, PHONE, lang) as visitor:
        visitor.open(f"/?date={SATURDAY}&days=2&like=temple")
        visitor.planned()
        visitor.press(visitor.key("jz_share").get_by_role("button"))
        links = visitor.page.locator(".link-row a")
        links.first.wait_for()
        visitor.assert_fine(lang)
        assert visitor.violations() == []
        assert visitor.small_targets() == []
        read, edit = [str(one.get_attribute("href")) for one in links.all()]
        times = visitor.page.locator("article.day time").all_inner_texts()
        with opened(browser, lang=lang) as friend:
            friend.goto(read)
            assert text("trip.page.for_you", lang, days=2) in friend.inner_text("header")
            assert set(times) & set(friend.locator("article.day time").all_inner_texts())
            friend.goto(edit)
            assert text("plain.own.title", lang) in friend.inner_text("main")
