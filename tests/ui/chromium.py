"""Chromium driven at a phone's and a desk's size: opens pages, waits for them, and notes what must not happen."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Playwright
from playwright.sync_api import TimeoutError as Late

from recommender.i18n import LANGUAGES

ARGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
PHONE: Final = (390, 844)
DESK: Final = (1280, 900)
THEMES: Final = ("light", "dark")
WAIT_MS: Final = 30_000
TODAY: Final = dt.datetime.now(tz=dt.UTC).date()
SATURDAY: Final = TODAY + dt.timedelta(days=26 + (5 - TODAY.weekday()) % 7)
TRIP: Final = f"/?date={SATURDAY}&days=2&reach=region&like=courtyard&from=taiyuan-south-station@0930"
STRANGE: Final = "/?date=2020-01-01&days=99&must=atlantis,qiaojia-dayuan&mode=fly&reach=classic&lang="
"""Bad in several ways; the language follows."""


def pairs(names: tuple[str, str], one: Iterable[Any], other: Iterable[Any], *few: tuple[Any, Any]) -> pytest.MarkDecorator:
    """All pairs of two lists; outside of ``make test-all`` only a few of them."""
    rest = [pair for pair in itertools.product(one, other) if pair not in few]
    return pytest.mark.parametrize(names, [*few, *(pytest.param(*pair, marks=pytest.mark.heavy) for pair in rest)])


EACH_SIZE_AND_LANGUAGE: Final = pairs(("size", "lang"), (PHONE, DESK), LANGUAGES, (PHONE, "en"))
_SCROLLER: Final = "document.querySelector('[data-testid=stMain]')"


def launch(playwright: Playwright) -> Browser:
    """A headless chromium of the system; a missing one fails and says what to install."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("the browser tests need chromium (Debian: apt-get install chromium fonts-noto-cjk)")
    return playwright.chromium.launch(executable_path=path, args=list(ARGS))


class Visitor:
    """One visitor's tab."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(WAIT_MS)
        # Playwright's own waits by turning text into code within the page, which our policy forbids.
        vars(page)["wait_for_function"] = self.until
        page.on("request", lambda request: self._request(request.url))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def _request(self, url: str) -> None:
        own = (self.server, self.server.replace("http", "ws", 1), "data:", "blob:")
        if not url.startswith(own):
            self.foreign.append(url)

    def open(self, path: str = "/") -> None:
        """Go there and wait until it is drawn."""
        self.page.goto(self.server + path)
        self.page.locator(".page-foot").wait_for()
        self.settle()

    def until(self, expression: str, *, arg: object = None, timeout: float = WAIT_MS) -> None:
        """Until an expression, or a function of ``arg``, is true in the page; asked from outside."""
        deadline = time.monotonic() + timeout / 1000
        while not self.page.evaluate(expression, arg):
            if time.monotonic() > deadline:
                raise Late(expression)
            time.sleep(0.05)

    def settle(self) -> None:
        """Until the script has run to its end, and no other run has begun a moment later."""
        for _ in range(2):
            self.page.wait_for_function(
                "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
                " && !document.querySelector('[data-stale=true]')"
            )
            self.page.wait_for_timeout(120)

    def press(self, target: Locator) -> None:
        """Click or tap, as the device does."""
        target.scroll_into_view_if_needed()
        target.click()
        self.page.wait_for_timeout(150)
        self.settle()

    def choose(self, box: Locator, option: int) -> None:
        """The n-th entry of a select box; the list closes on any scrolling and redrawing, which must come to rest first."""
        before = box.input_value()
        for _ in range(4):
            self.settle()
            box.scroll_into_view_if_needed()
            self.page.wait_for_timeout(300)
            if box.get_attribute("aria-expanded") != "true":
                box.click()
            entry = self.page.get_by_role("option").nth(option)
            try:
                entry.click(timeout=4_000)
            except Late:
                continue
            self.page.wait_for_timeout(150)
            self.settle()
            if box.input_value() != before:
                return
        pytest.fail("the select box does not take a choice")

    def key(self, key: str) -> Locator:
        """The widget of that key."""
        return self.page.locator(f".st-key-{key}")

    def plan(self) -> None:
        """The one button, and the plan it gives."""
        self.press(self.key("jz_plan").get_by_role("button"))
        self.planned()

    def planned(self) -> None:
        """Until the first day and the map's pins are there."""
        self.page.locator("#day-1 .visit").first.wait_for()
        self.page.locator(".leaflet-marker-icon").first.wait_for()
        self.settle()

    @property
    def scrolled(self) -> float:
        return float(self.page.evaluate(f"{_SCROLLER}.scrollTop"))

    def swipe(self, x: float, y: float, by: float) -> None:
        """One finger, upwards if negative."""
        touch = self.page.context.new_cdp_session(self.page)
        steps = 12
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for k in range(1, steps + 1):
            at = {"x": x, "y": y + by * k / steps}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
            self.page.wait_for_timeout(16)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(400)

    def small_targets(self) -> list[str]:
        """What a finger would miss; what Streamlit hides or frames in a larger box is left out."""
        found = self.page.evaluate(
            """() => {
              const out = []
              const boxed = '[data-testid=stSelectbox], [data-testid=stMultiSelect], [data-testid=stDateInput],'
                + ' [data-testid=stNumberInput], [data-testid=stTextInput], [data-testid=stCheckbox], [data-testid=stSlider]'
              const look = (root) => root.querySelectorAll('*').forEach((e) => {
                if (e.shadowRoot) look(e.shadowRoot)
                if (!e.matches('button, a[href], summary, input') || !e.checkVisibility()) return
                if (e.closest(boxed + ', .prov dl, .prov p')) return
                const box = e.getBoundingClientRect()
                if (box.width > 2 && (box.width < 43.5 || box.height < 43.5))
                  out.push(`${e.tagName} ${e.ariaLabel ?? e.textContent} ${box.width.toFixed()}x${box.height.toFixed()}`)
              })
              look(document)
              return out
            }"""
        )
        return [str(one) for one in found]

    def violations(self) -> list[str]:
        """What axe-core finds wrong."""
        found = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')}" for one in found for node in one["nodes"]]

    def assert_fine(self, lang: str) -> None:
        """What holds for every page at every moment."""
        assert self.foreign == [], f"other hosts were asked: {self.foreign}"
        assert self.complaints == [], f"the console says: {self.complaints}"
        assert self.page.locator("[data-testid=stException]").count() == 0, "a traceback"
        spoken = self.page.evaluate("document.documentElement.lang")
        assert spoken == {"zh": "zh-CN", "en": "en"}[lang], f"the page says it speaks {spoken}"
        width = self.page.viewport_size
        assert width is not None
        for element in ("document.documentElement", _SCROLLER):
            assert self.page.evaluate(f"{element}.scrollWidth") <= width["width"], "the page scrolls sideways"


@contextmanager
def visit(
    browser: Browser, server: str, size: tuple[int, int] = PHONE, lang: str = "zh", theme: str = "light"
) -> Iterator[Visitor]:
    """A visitor with a device, a language and a theme."""
    phone = size[0] < 700
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=phone,
        is_mobile=phone,
        locale={"zh": "zh-CN", "en": "en-US"}[lang],
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    try:
        yield Visitor(context.new_page(), server)
    finally:
        context.close()
