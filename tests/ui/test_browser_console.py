"""The console as a clerk uses it: few clicks from a wrong hour to a right one, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from recommender.bureau import publishing
from recommender.i18n import text
from recommender.store import FactReport, add_report
from tests.ui.chromium import DESK, PHONE, visit
from tests.ui.desk import PASSWORD, Clerk, Desk, until

pytestmark = [pytest.mark.browser, pytest.mark.server]
PLACE = "shuanglin-si"
HOURS = "Apr-Oct 08:30-18:00; Nov-Mar 08:30-16:30"


@pytest.fixture(scope="module")
def bureau(desk: Desk) -> Desk:
    add_report(desk.database, FactReport(PLACE, "hours", "冬天四点半就不让进了", desk.served() or "", "zh"), 60)
    return desk


def hours(bureau: Desk) -> str:
    """What visitors are told."""
    revision = publishing.published_now(database=bureau.database).revision
    tables = publishing.get_revision(bureau.admin, revision, database=bureau.database)
    return tables["attractions"][PLACE]["opening_hours"]


def test_a_clerk_corrects_an_hour_sees_the_effect_publishes_and_takes_it_back_in_twelve_clicks(
    browser: Browser, bureau: Desk
) -> None:
    before, revision = hours(bureau), bureau.served()
    with visit(browser, bureau.url, DESK, "zh") as visitor:
        clerk = Clerk(visitor, "zh")
        page = visitor.page
        clerk.sign_in("admin")
        clerk.press(clerk.button("jz_group_data"))
        box = page.get_by_role("combobox", name=clerk.say("record"))
        clerk.press(box)
        box.fill("双林寺")
        clerk.press(page.get_by_role("option", name="双林寺").first)
        box = page.get_by_label(text("staff.column.opening_hours", "zh"), exact=True)
        box.fill(HOURS)
        box.press("Tab")
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
        assert hours(bureau) == before
        clerk.press(clerk.button("jz_publish"))
        clerk.told("publish.done")
        assert hours(bureau) == HOURS
        until(lambda: bureau.served() != revision)
        clerk.press(page.get_by_role("button", name=clerk.say("home.undo")))
        clerk.press(clerk.button("jz_undo_go"))
        clerk.told("home.undone")
        assert hours(bureau) == before
        until(lambda: bureau.served() == revision)
        assert clerk.clicks <= 12
        visitor.assert_fine("zh")


@pytest.mark.parametrize(("size", "datum"), [(PHONE, "gcj02"), pytest.param(DESK, "wgs84", marks=pytest.mark.heavy)])
def test_the_pin_put_elsewhere_on_the_map_types_the_coordinates(
    browser: Browser, bureau: Desk, size: tuple[int, int], datum: str
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
    browser: Browser, bureau: Desk, size: tuple[int, int], lang: str, theme: str, pages: tuple[str, ...]
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
    browser: Browser, bureau: Desk, name: str, groups: list[str], pages: int
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
            visitor.key(f"jz_group_{group}").locator("button[kind=primary]").wait_for()
            visitor.settle()
            found += max(1, page.locator(".st-key-jz_staff_pages button[kind]").count())
        assert found == pages
        page.locator(".staff-out button").click()
        page.locator("#password").wait_for()
        page.goto(f"{bureau.url}/staff")
        page.locator("#password").wait_for()
        assert clerk.clicks == 0


def test_a_session_that_began_on_a_page_others_may_frame_never_shows_the_console(browser: Browser, bureau: Desk) -> None:
    with visit(browser, bureau.url, DESK, "zh") as visitor:
        Clerk(visitor, "zh").sign_in("admin")
        visitor.open("/")
        visitor.page.evaluate("history.pushState({}, '', '/staff'); window.dispatchEvent(new PopStateEvent('popstate'))")
        visitor.page.get_by_role("link", name=text("staff.open", "zh")).wait_for()
        assert visitor.page.locator(".st-key-jz_staff_nav").count() == 0
