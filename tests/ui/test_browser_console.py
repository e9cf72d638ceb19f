"""The console as a clerk uses it: few clicks from a wrong hour to a right one, and back."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator

from recommender.bureau import people, publishing
from recommender.bureau.desk import Person, Role
from recommender.i18n import text
from recommender.settings import settings
from recommender.store import Database, FactReport, add_report
from tests.conftest import Server
from tests.ui.chromium import DESK, PHONE, Visitor, visit

pytestmark = [pytest.mark.browser, pytest.mark.server]
PASSWORD = "一把很长很长的钥匙 2027"
PLACE = "shuanglin-si"
HOURS = "Apr-Oct 08:30-18:00; Nov-Mar 08:30-16:30"


@dataclass
class Bureau:
    """A server with its database, and who works there."""

    url: str
    database: Database
    admin: Person

    def hours(self) -> str:
        """What visitors are told."""
        revision = publishing.published_now(database=self.database).revision
        tables = publishing.get_revision(self.admin, revision, database=self.database)
        return tables["attractions"][PLACE]["opening_hours"]

    def served(self) -> str | None:
        """The revision that the server plans with; None while it is getting ready."""
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=10) as answer:
            found = json.load(answer)
        return str(found["revision"]) if found["warm"] else None


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    folder = tmp_path_factory.mktemp("bureau")
    database = Database(f"sqlite:///{folder}/jinzhong.sqlite")
    begun = publishing.start(data_dir=settings().data_dir, database=database)
    assert begun.first_admin is not None
    admin = people.create_first_admin(begun.first_admin, "admin", PASSWORD, database=database)
    for name, role in (("ann", Role.EDITOR), ("eva", Role.REVIEWER), ("hotel", Role.PARTNER)):
        _, token = people.create_account(admin, name, role, database=database)
        people.set_password(token, PASSWORD, database=database)
    add_report(database, FactReport(PLACE, "hours", "冬天四点半就不让进了", begun.published.revision, "zh"), 60)
    running = Server(folder / "log", JINZHONG_VAR_DIR=str(folder)).start()
    try:
        running.wait("/_stcore/health")
        made = Bureau(running.url, database, admin)
        _until(lambda: made.served() is not None, 120)
        yield made
    finally:
        running.stop()
        database.close()


@dataclass
class Clerk:
    """Somebody at the console, whose clicks are counted."""

    visitor: Visitor
    lang: str
    clicks: int = 0
    said: list[str] = field(default_factory=list)

    def say(self, key: str, **values: int) -> str:
        return text(f"staff.{key}", self.lang, **values)

    def sign_in(self, name: str) -> None:
        page = self.visitor.page
        page.goto(f"{self.visitor.server}/staff?lang={self.lang}")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("button.go")
        self.clicks += 1
        self.arrive()

    def arrive(self) -> None:
        self.visitor.page.locator(".st-key-jz_staff_nav").wait_for()
        self.visitor.settle()

    def press(self, target: Locator) -> None:
        self.visitor.press(target)
        self.clicks += 1

    def button(self, key: str) -> Locator:
        return self.visitor.key(key).get_by_role("button")

    def told(self, key: str) -> None:
        self.visitor.page.locator(".answer", has_text=self.say(key)).wait_for()


def test_a_clerk_corrects_an_hour_sees_the_effect_publishes_and_takes_it_back_in_twelve_clicks(
    browser: Browser, bureau: Bureau
) -> None:
    before, revision = bureau.hours(), bureau.served()
    with visit(browser, bureau.url, DESK, "zh") as visitor:
        clerk = Clerk(visitor, "zh")
        page = visitor.page
        clerk.sign_in("admin")
        clerk.press(clerk.button("jz_group_data"))
        box = page.get_by_role("combobox", name=clerk.say("record"))
        clerk.press(box)
        box.fill("双林寺")
        clerk.press(page.get_by_role("option", name="双林寺").first)
        hours = page.get_by_label(text("staff.column.opening_hours", "zh"), exact=True)
        hours.fill(HOURS)
        hours.press("Tab")
        page.locator(".changed-days").wait_for()
        visitor.settle()
        assert "151" in str(page.locator(".changed-days").text_content())
        clerk.press(clerk.button("jz_save"))
        clerk.told("saved")
        clerk.press(clerk.button("jz_group_publishing"))
        effect = page.locator(".lines li", has_text="双林寺")
        effect.wait_for()
        assert "151" in str(effect.text_content())
        assert page.locator(".diff .now", has_text=HOURS).count() == 1
        clerk.press(clerk.button("jz_sample"))
        page.locator(".two-days li", has_text="双林寺").nth(1).wait_for()
        assert bureau.hours() == before
        clerk.press(clerk.button("jz_publish"))
        clerk.told("publish.done")
        assert bureau.hours() == HOURS
        _until(lambda: bureau.served() != revision)
        clerk.press(page.get_by_role("button", name=clerk.say("home.undo")))
        clerk.press(clerk.button("jz_undo_go"))
        clerk.told("home.undone")
        assert bureau.hours() == before
        _until(lambda: bureau.served() == revision)
        assert clerk.clicks <= 12
        visitor.assert_fine("zh")


@pytest.mark.parametrize(("size", "datum"), [(PHONE, "gcj02"), pytest.param(DESK, "wgs84", marks=pytest.mark.heavy)])
def test_the_pin_put_elsewhere_on_the_map_types_the_coordinates(
    browser: Browser, bureau: Bureau, size: tuple[int, int], datum: str
) -> None:
    with visit(browser, bureau.url, size, "zh") as visitor:
        clerk = Clerk(visitor, "zh")
        clerk.sign_in("ann")
        page = visitor.page
        page.goto(f"{bureau.url}/staff?lang=zh&page=records&table=attractions&key={PLACE}&draft=new")
        clerk.arrive()
        visitor.press(page.get_by_text(clerk.say("group.place"), exact=True).first)
        visitor.press(page.get_by_text(clerk.say(f"datum.{datum}"), exact=True))
        lat = page.get_by_label(text("staff.column.lat", "zh")).first
        before = float(lat.input_value())
        pinned = page.locator(".leaflet-container")
        pinned.scroll_into_view_if_needed()
        box = pinned.bounding_box()
        assert box is not None
        pinned.click(position={"x": box["width"] / 2, "y": box["height"] / 2 + 90})
        visitor.page.wait_for_timeout(300)
        visitor.settle()
        assert 0.001 < before - float(lat.input_value()) < 0.1
        assert page.get_by_text(clerk.say("changed_fields", count=2)).count() == 1


def _until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.2)
    pytest.fail("it did not come about")


PAGES = (
    "home", "records", f"records&table=attractions&key={PLACE}", "uploads", "changes", "history", "members", "whatif", "weights",
    "why_not", "opening", "quality", "reports", "demand", "figures", "guide", "own", "partners", "backup",
)  # fmt: skip
UNLIKE = ("home", f"records&table=attractions&key={PLACE}", "changes", "members", "whatif", "reports", "figures", "backup")
"""Of each kind one: a form, a list of changes, people, a simulation, a heap, charts, files."""


@pytest.mark.parametrize(
    ("size", "lang", "theme", "pages"),
    [
        (PHONE, "en", "dark", UNLIKE),
        pytest.param(PHONE, "en", "dark", PAGES, marks=pytest.mark.heavy),
        pytest.param(DESK, "zh", "light", PAGES, marks=pytest.mark.heavy),
    ],
)
def test_every_page_of_the_console_is_fine_on_a_desk_and_a_phone(
    browser: Browser, bureau: Bureau, size: tuple[int, int], lang: str, theme: str, pages: tuple[str, ...]
) -> None:
    with visit(browser, bureau.url, size, lang, theme) as visitor:
        clerk = Clerk(visitor, lang)
        clerk.sign_in("admin")
        for page in pages:
            visitor.page.goto(f"{bureau.url}/staff?lang={lang}&page={page}")
            clerk.arrive()
            visitor.page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
            visitor.settle()
            visitor.assert_fine(lang)
            # The box for files is Streamlit's own.
            assert [one for one in visitor.violations() if "stFileUploaderDropzone" not in one] == []


@pytest.mark.parametrize(
    ("name", "groups", "pages"),
    [
        ("ann", ["home", "data", "publishing", "effect", "house"], 15),
        pytest.param("eva", ["home", "data", "publishing", "effect", "hotels", "house"], 16, marks=pytest.mark.heavy),
        pytest.param("admin", ["home", "data", "publishing", "effect", "hotels", "house"], 19, marks=pytest.mark.heavy),
        ("hotel", ["hotels"], 1),
    ],
)
def test_each_role_is_offered_its_pages(
    browser: Browser, bureau: Bureau, name: str, groups: list[str], pages: int
) -> None:
    with visit(browser, bureau.url, DESK, "zh") as visitor:
        clerk = Clerk(visitor, "zh")
        page = visitor.page
        page.goto(f"{bureau.url}/staff")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("button.go")
        page.locator(".staff-out").wait_for()
        visitor.settle()
        assert page.locator(".st-key-jz_staff_nav button[kind]").count() == len(groups)
        found = 0
        for group in groups:
            visitor.press(visitor.key(f"jz_group_{group}").get_by_role("button"))
            found += max(1, page.locator(".st-key-jz_staff_pages button[kind]").count())
        assert found == pages
        page.locator(".staff-out button").click()
        page.locator("#password").wait_for()
        page.goto(f"{bureau.url}/staff")
        page.locator("#password").wait_for()
        assert clerk.clicks == 0


def test_a_session_that_began_on_a_page_others_may_frame_never_shows_the_console(browser: Browser, bureau: Bureau) -> None:
    with visit(browser, bureau.url, DESK, "zh") as visitor:
        Clerk(visitor, "zh").sign_in("admin")
        visitor.open("/")
        visitor.page.evaluate("history.pushState({}, '', '/staff'); window.dispatchEvent(new PopStateEvent('popstate'))")
        visitor.page.get_by_role("link", name=text("staff.open", "zh")).wait_for()
        assert visitor.page.locator(".st-key-jz_staff_nav").count() == 0
