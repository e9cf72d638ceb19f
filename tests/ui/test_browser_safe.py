"""What the browser itself says: the policy of the pages, the way through by keyboard alone, and axe-core on every public page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from recommender.i18n import LANGUAGES, text
from tests.ui.chromium import DESK, PHONE, SATURDAY, STRANGE, THEMES, TRIP, Visitor, pairs, visit

pytestmark = [pytest.mark.browser, pytest.mark.server]
LISTEN = """document.addEventListener('securitypolicyviolation', e =>
  window.jzSeen([e.effectiveDirective, e.blockedURI, e.sourceFile].join(' ')))"""
TRIED_AND_DONE_WITHOUT = "script-src wasm-eval"
"""Streamlit's reader of messages asks whether it may compile, and goes on without."""
PLAIN = (
    "/plain", "/plain/privacy", f"/plain/plan?date={SATURDAY}&days=2&adults=2", "/plain/plan?date=&days=9&children=x",
    "/p/nothing", "/staff/sign-in",
)  # fmt: skip


@contextmanager
def listened(browser: Browser, server: str, size: tuple[int, int], lang: str) -> Iterator[tuple[Visitor, list[str]]]:
    """A visitor, and everything that the policy has forbidden so far."""
    seen: list[str] = []

    def note(violation: str) -> None:
        seen.append(violation)

    with visit(browser, server, size, lang) as visitor:
        visitor.page.expose_function("jzSeen", note)
        visitor.page.add_init_script(LISTEN)
        yield visitor, seen


@pytest.mark.parametrize(
    ("size", "lang"), [(PHONE, "zh"), pytest.param(DESK, "en", marks=pytest.mark.heavy)], ids=["phone", "desk"]
)
def test_no_page_needs_what_its_policy_forbids(browser: Browser, warm_server: str, size: tuple[int, int], lang: str) -> None:
    with listened(browser, warm_server, size, lang) as (visitor, seen):
        visitor.open(TRIP)
        visitor.planned()
        visitor.press(visitor.key("jz_share").get_by_role("button"))
        links = visitor.page.locator(".link-row a")
        links.first.wait_for()
        read = str(links.first.get_attribute("href"))
        visitor.open("/explore")
        for path in (*PLAIN, read):
            visitor.page.goto(path if path.startswith("http") else warm_server + path)
        assert [one for one in seen if not one.startswith(TRIED_AND_DONE_WITHOUT)] == []


def test_what_somebody_got_into_a_page_could_do_nothing(browser: Browser, warm_server: str) -> None:
    ways = {
        "script": "const s = document.createElement('script'); s.textContent = 'window.jzDone = 1'; document.body.append(s)",
        "eval": "setTimeout('window.jzDone = 1', 0)",
        "image": "const i = new Image(); i.onload = () => { window.jzDone = 1 }; i.src = 'http://127.0.0.1:9/x.png'",
        "socket": "try { new WebSocket('ws://127.0.0.1:9/x').onopen = () => { window.jzDone = 1 } } catch (e) {}",
        "frame": "const f = document.createElement('iframe'); f.src = 'http://127.0.0.1:9/'; document.body.append(f)",
    }
    with listened(browser, warm_server, DESK, "en") as (visitor, seen):
        visitor.open("/explore")
        for way, tried in ways.items():
            seen.clear()
            visitor.page.evaluate(f"() => {{ {tried} }}")
            visitor.page.wait_for_timeout(800)
            assert visitor.page.evaluate("window.jzDone") is None, way
            assert seen, f"{way}: the policy says nothing"


@pairs(("theme", "lang"), THEMES, LANGUAGES, ("light", "zh"))
def test_axe_finds_nothing_on_any_public_page_at_twice_the_size_of_text(
    browser: Browser, warm_server: str, theme: str, lang: str
) -> None:
    with visit(browser, warm_server, DESK, lang, theme) as visitor:
        for path in ("/", TRIP, STRANGE + lang, "/explore"):
            visitor.open(path)
            if path == TRIP:
                visitor.planned()
            visitor.page.add_style_tag(content="html { font-size: 200% !important }")
            visitor.settle()
            assert visitor.violations() == [], path
        for path in PLAIN:
            visitor.page.goto(f"{warm_server}{path}{'&' if '?' in path else '?'}lang={lang}")
            visitor.page.add_style_tag(content="html { font-size: 200% !important }")
            found = Axe().run(visitor.page).response["violations"]
            assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == [], path
            wide = visitor.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= DESK[0], f"{path} scrolls sideways"


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.heavy)])
def test_the_keyboard_alone_leads_from_the_form_to_a_shared_plan(browser: Browser, warm_server: str, lang: str) -> None:
    with visit(browser, warm_server, DESK, lang) as visitor:
        page = visitor.page
        page.goto(f"{warm_server}/plain?lang={lang}&date={SATURDAY}&days=1")
        _tab_to(visitor, text("plain.form.submit", lang))
        page.keyboard.press("Enter")
        page.locator("article.day").first.wait_for()
        _tab_to(visitor, text("plain.plan.keep", lang))
        page.keyboard.press("Enter")
        page.locator("#l-read").wait_for()
        assert "/e/" in page.url
        visitor.open(f"/?date={SATURDAY}&days=1&lang={lang}&like=temple")
        visitor.planned()
        _tab_to(visitor, text("ui.plan.share", lang))
        page.keyboard.press("Enter")
        page.locator(".link-row a").first.wait_for()


def _tab_to(visitor: Visitor, label: str) -> None:
    """Press Tab until the element of that name has the focus; each on the way is seen to have it."""
    for _ in range(250):
        visitor.page.keyboard.press("Tab")
        name = visitor.page.evaluate("document.activeElement?.textContent?.trim() || document.activeElement?.ariaLabel || ''")
        if name == label:
            return
    pytest.fail(f"no Tab leads to {label}")
