"""A hotel's own site on another origin: every way to embed, three widths, with scripts and without, no third-party cookies."""

from __future__ import annotations

import datetime as dt
import functools
import http.server
import json
import re
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from recommender.i18n import text
from recommender.partners import Partner
from recommender.partners.links import SNIPPETS, Kit
from tests.conftest import free_port
from tests.partners.little_hotels import make_partner
from tests.ui.chromium import ARGS, NAMES, WAIT_MS
from tests.ui.desk import Desk, until

pytestmark = [pytest.mark.browser, pytest.mark.server]
SITE = Path(__file__).resolve().parent.parent / "partners" / "hotel_site"
LIMIT_BYTES = 120_000
PAINT_MS = 2_000
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SOON = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=20)
WISH = f"date={SOON}&days=2&adults=2&from=stay-jingzhai&to=stay-jingzhai"


@dataclass
class House:
    """Our server, a hotel that is a partner, its own site, and a site that nobody knows."""

    url: str
    partner: Partner
    hotel: str
    stranger: str
    folder: Path

    @property
    def token(self) -> str:
        return self.partner.token()

    def kit(self, lang: str = "zh") -> Kit:
        return Kit(self.url, self.partner.id, self.partner.hotel, self.token, lang)

    def page(self, name: str, **parts: str) -> str:
        """Put a page of the hotel's site together; returns its path."""
        html = (SITE / name).read_text(encoding="utf-8")
        for part, snippet in parts.items():
            html = html.replace(f"{{{part}}}", snippet)
        made = f"{len(list(self.folder.iterdir()))}-{name}"
        (self.folder / made).write_text(html, encoding="utf-8")
        return f"/{made}"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _served(folder: Path, port: int) -> Iterator[None]:
    site = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        site.shutdown()
        site.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def house(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    pages = tmp_path_factory.mktemp("site")
    own, strange = free_port(), free_port()
    partner = make_partner(desk.database, hosts=f"http://localhost:{own}")
    with _served(pages, own), _served(pages, strange):
        made = House(desk.url, partner, f"http://localhost:{own}", f"http://localhost:{strange}", pages)
        until(lambda: httpx2.get(f"{desk.url}/h/{made.token}", timeout=60).status_code == 200)
        yield made


@pytest.fixture(scope="module")
def strict_browser() -> Iterator[Browser]:
    """Chromium as it is for who blocks third-party cookies."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("the browser tests need chromium (Debian: apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        args = [*ARGS, "--test-third-party-cookie-phaseout"]
        started = playwright.chromium.launch(executable_path=path, args=args)
        yield started
        started.close()


@contextmanager
def tab(browser: Browser, width: int, *, scripts: bool = True, height: int = 900, lang: str = "zh") -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=scripts, locale={"zh": "zh-CN", "en": "en-US"}[lang]
    )
    try:
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        yield page
        assert context.cookies() == []
    finally:
        context.close()


def _sideways(page: Page, width: int) -> bool:
    return int(page.evaluate("document.documentElement.scrollWidth")) > width


# ------------------------------------------------------------------------------------------------- the hotel's site


@pytest.mark.parametrize(
    ("width", "scripts"),
    [
        (320, True),
        (768, False),
        (1200, True),
        *(pytest.param(*case, marks=pytest.mark.heavy) for case in ((320, False), (768, True), (1200, False))),
    ],
)
def test_every_way_leads_from_the_hotels_site_to_a_plan(strict_browser: Browser, house: House, width: int, scripts: bool) -> None:
    kit = house.kit()
    path = house.page("index.html", **{name: kit.snippet(name) for name in SNIPPETS if name != "oembed"})
    with tab(strict_browser, width, scripts=scripts) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(house.hotel + path)
        frame = page.frame_locator("#iframe iframe")
        frame.get_by_text("平遥锦宅客栈", exact=True).first.wait_for()
        if scripts:
            grown = page.frame_locator("#script iframe")
            grown.get_by_role("button", name=text("plain.form.submit", "zh")).wait_for()
            box = page.locator("#script iframe")
            page.wait_for_function("document.querySelector('#script iframe').clientHeight > 900")
            inside = next(one for one in page.frames if "utm_medium=script" in one.url)
            outside = box.bounding_box()
            assert outside is not None
            assert abs(inside.evaluate("document.body.getBoundingClientRect().height") - outside["height"]) <= 2
            assert not page.locator("#script a").is_visible()
        else:
            assert page.locator("#script iframe").count() == 0
            assert page.locator("#script a").is_visible()
        assert not _sideways(page, width)
        for one in page.frames[1:]:
            assert one.evaluate("document.documentElement.scrollWidth") <= one.evaluate("innerWidth"), one.url
        frame.locator(".quick a").nth(1).click()
        frame.locator(".stop").first.wait_for()
        assert not _sideways(page, width)
        assert all(url.startswith((house.hotel, house.url, "data:")) for url in asked), asked
        for name in ("link", "button", "script"):
            href = page.locator(f"#{name} a").first.get_attribute("href")
            assert href is not None
            assert href.startswith(f"{house.url}/h/{house.token}")
        page.locator("#button a").click()
        page.locator("main form").wait_for()
        assert page.locator("select[name=from]").input_value() == "stay-jingzhai"
        page.get_by_role("button", name=text("plain.form.submit", "zh")).click()
        page.locator(".stop").first.wait_for()
        assert page.locator(".tl time").first.inner_text() == "09:30"


def test_a_height_that_another_page_tells_changes_nothing(strict_browser: Browser, house: House) -> None:
    path = house.page("index.html", link="", button="", iframe="", script=house.kit().snippet("script"))
    with tab(strict_browser, 768) as page:
        page.goto(house.hotel + path)
        page.wait_for_function("document.querySelector('#script iframe').clientHeight > 900")
        before = page.locator("#script iframe").bounding_box()
        page.evaluate("window.postMessage({jinzhong: 'height', height: 7}, '*')")
        page.wait_for_timeout(200)
        assert page.locator("#script iframe").bounding_box() == before


def test_a_site_that_is_not_the_hotels_shows_no_frame(strict_browser: Browser, house: House) -> None:
    kit = house.kit()
    path = house.page("index.html", link="", button="", iframe=kit.snippet("iframe"), script=kit.snippet("script"))
    with tab(strict_browser, 768) as page:
        page.goto(house.stranger + path)
        page.wait_for_timeout(1500)
        assert not any(one.locator("main").count() for one in page.frames[1:])
        # What could not be shown stays a link.
        assert page.locator("#script a").is_visible()


def test_nothing_but_embeds_stands_in_the_hotels_frames(strict_browser: Browser, house: House) -> None:
    rooms = ("/", "/plan", "/staff", "/staff/sign-in", "/plain", f"/h/{house.token}", f"/desk/{house.token}",
             f"/lobby/{house.token}", f"/mini/{house.token}")  # fmt: skip
    frames = "".join(f'<iframe src="{house.url}{room}"></iframe>' for room in (f"/embed/{house.token}", *rooms))
    with tab(strict_browser, 768) as page:
        page.goto(house.hotel + house.page("thief.html", frames=frames))
        page.wait_for_timeout(2500)
        shown = [one.url for one in page.frames[1:] if one.url.startswith(house.url) and one.locator("main, #root, form").count()]
        assert shown == [f"{house.url}/embed/{house.token}"]


@pytest.mark.parametrize("what", ["hotel", "plan"])
def test_a_site_that_embeds_by_address_shows_the_plan_in_the_strictest_sandbox(
    strict_browser: Browser, house: House, what: str
) -> None:
    address = house.kit().snippet("oembed")
    if what == "plan":
        body = f"{WISH}&utm_medium=qr&lang=zh".encode()
        kept = urllib.request.Request(f"{house.url}/h/{house.token}/keep", body)
        with urllib.request.urlopen(kept, timeout=120) as answer:
            found = re.search(r'href="(?:[^"]*)?(/p/[\w-]+)', answer.read().decode())
        assert found is not None
        address = house.url + found[1]
    with tab(strict_browser, 600) as page:
        page.goto(address)
        link = page.locator('link[type="application/json+oembed"]').get_attribute("href")
        assert link is not None
        with urllib.request.urlopen(f"{link}&maxwidth=560&maxheight=500", timeout=30) as answer:
            card = json.load(answer)
        assert card["type"] == "rich"
        assert card["width"] <= 560
        strict = card["html"].replace("<iframe", '<iframe sandbox="allow-scripts"')
        page.goto(house.hotel + house.page("oembed.html", oembed=strict))
        frame = page.frame_locator("iframe")
        if what == "hotel":
            frame.locator(".quick a").first.click()
        frame.locator(".stop").first.wait_for()


# ----------------------------------------------------------------------------------------------------- small, quick


@pytest.mark.parametrize(("path", "lang"), [("", "en"), (f"/plan?{WISH}", "zh")], ids=["form", "plan"])
def test_an_embed_is_light_and_soon_there_on_a_slow_line(strict_browser: Browser, house: House, path: str, lang: str) -> None:
    address = f"{house.url}/embed/{house.token}{path}{'&' if '?' in path else '?'}lang={lang}"
    urllib.request.urlopen(address, timeout=120).read()
    with tab(strict_browser, 320, lang=lang) as page:
        loaded: list[int] = []
        page.on("response", lambda response: loaded.append(len(response.body())))
        line = page.context.new_cdp_session(page)
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        page.goto(address, wait_until="networkidle")
        painted = "performance.getEntriesByName('first-contentful-paint')"
        page.wait_for_function(f"{painted}.length > 0")
        assert page.evaluate(f"{painted}[0].startTime") < PAINT_MS
        assert len(loaded) == 1
        assert sum(loaded) < LIMIT_BYTES
        assert page.locator("main section").first.is_visible()


@pytest.mark.parametrize("height", [200, 640])
def test_an_embed_of_the_least_height_can_be_used(strict_browser: Browser, house: House, height: int) -> None:
    with tab(strict_browser, 320, height=height, scripts=False) as page:
        page.goto(f"{house.url}/embed/{house.token}")
        assert not _sideways(page, 320)
        page.get_by_role("button", name=text("plain.form.submit", "zh")).click()
        page.locator(".stop").first.wait_for()
        assert page.locator("input[type=file]").count() == 0


# ------------------------------------------------------------------------------------------------- desk and lobby


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.heavy)])
def test_a_guest_has_the_plan_on_the_phone_after_at_most_six_taps(
    strict_browser: Browser, house: House, lang: str, tmp_path: Path
) -> None:
    import zxingcpp
    from PIL import Image

    with tab(strict_browser, 820, scripts=False, lang=lang) as page:
        page.goto(f"{house.url}/desk/{house.token}?lang={lang}")
        taps = 0
        for key in ("who_family", "long_2", "like_temple"):
            page.locator("label.pick").filter(has_text=text(f"partners.desk.{key}", lang)).first.click()
            taps += 1
        began = time.monotonic()
        page.get_by_role("button", name=text("partners.desk.go", lang)).click()
        taps += 1
        page.locator(".code svg").wait_for()
        assert time.monotonic() - began < 60
        assert taps <= 6
        page.locator(".code svg").screenshot(path=tmp_path / "code.png")
        [code] = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))
        assert code.text.startswith(f"{house.url}/p/")
    wechat = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/86.0 Mobile Safari/537.36 MicroMessenger/8.0.1"
    phone = strict_browser.new_context(java_script_enabled=False, user_agent=wechat, viewport={"width": 390, "height": 844})
    try:
        guest = phone.new_page()
        guest.goto(code.text)
        guest.locator(".stop").first.wait_for()
        assert "0354-5841000" in guest.content()
    finally:
        phone.close()


def test_the_screen_lives_through_a_lost_network_and_says_how_old_it_is(strict_browser: Browser, house: House) -> None:
    with tab(strict_browser, 1920) as page:
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if "Security" in said.text else None)
        page.clock.install()
        page.goto(f"{house.url}/lobby/{house.token}")
        board = page.locator("#now li")
        known = board.count()
        assert known >= 5
        page.evaluate("document.querySelector('#now ul').innerHTML = ''")
        with page.expect_response(lambda answer: "/now" in answer.url):
            page.clock.run_for(61_000)
        page.wait_for_function(f"document.querySelectorAll('#now li').length >= {known}")
        assert page.locator("#age").is_hidden()
        _cut(page.context)
        page.clock.run_for(11 * 60_000)
        page.wait_for_timeout(300)
        assert board.count() >= known
        assert page.locator("#age").inner_text() in {text("partners.lobby.aged", "zh", minutes=n) for n in (10, 11)}
        page.context.set_offline(False)
        page.clock.run_for(61_000)
        page.locator("#age").wait_for(state="hidden")
        page.route("**/now?*", lambda route: route.fulfill(status=503))
        page.clock.run_for(3 * 60_000)
        page.locator("#age", has_text="503").wait_for()
        assert board.count() >= known
        page.route("**/now?*", lambda route: route.fulfill(status=410))
        page.clock.run_for(61_000)
        page.get_by_text(text("partners.lobby.ended", "zh")).wait_for()
        assert board.count() == 0
        assert complaints == []


def _cut(context: BrowserContext) -> None:
    context.set_offline(True)


def test_the_full_planner_opens_with_the_hotel_as_the_start(strict_browser: Browser, house: House) -> None:
    context = strict_browser.new_context(viewport={"width": 1200, "height": 900}, locale="zh-CN")
    try:
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{house.url}/h/{house.token}")
        page.get_by_role("link", name=text("partners.page.full", "zh")).click()
        page.get_by_role("link", name="0354-5841000").wait_for()
        assert f"hotel={quote(house.token)}" in page.url
        page.locator("#day-1 .visit").first.wait_for()
        first = page.locator("#day-1").inner_text()
        assert "从平遥锦宅客栈出发" in first
        # Not before breakfast ends, here either.
        assert first.index("09:30") == re.search(r"\d\d:\d\d", first).start()  # type: ignore[union-attr]
    finally:
        context.close()
