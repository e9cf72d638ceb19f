"""Trying before publishing as a clerk does it: a draft on a tiny panel, then rules that run and are taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from recommender.bureau import drafting, publishing, ruling
from recommender.i18n import text
from recommender.scoring import Rules
from tests.ui.chromium import DESK, visit
from tests.ui.desk import LEAST, Clerk, Desk, running_desk, until

pytestmark = [pytest.mark.browser, pytest.mark.server]
PLACE = "zhenguo-si"
MONDAYS = "Apr-Oct Tu-Su 08:30-18:00; Nov-Mar Tu-Su 08:30-16:30"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.heavy)])
def bureau(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if request.param == "sqlite":
        yield request.getfixturevalue("desk")
        return
    address = request.getfixturevalue("postgres").new_database("whatif")
    with running_desk(tmp_path_factory.mktemp("whatif"), address) as running:
        yield running


@pytest.fixture(scope="module")
def draft(bureau: Desk) -> int:
    """One that closes a temple on Mondays."""
    made = drafting.create_draft(bureau.admin, "镇国寺周一闭馆", database=bureau.database).id
    record = drafting.get_record(bureau.admin, made, "attractions", PLACE, database=bureau.database)
    cells = {"opening_hours": MONDAYS, "hours_basis": "sourced"}
    drafting.save(bureau.admin, record, cells, database=bureau.database)
    return made


def test_a_draft_is_tried_and_rules_are_priced_published_and_taken_back(browser: Browser, bureau: Desk, draft: int) -> None:
    with visit(browser, bureau.url, DESK, "zh") as visitor:
        clerk, page = Clerk(visitor, "zh"), visitor.page
        clerk.sign_in("admin")
        page.goto(f"{bureau.url}/staff?lang=zh&page=whatif&draft={draft}")
        clerk.arrive()
        clerk.press(clerk.button("jz_ask_whatif"))
        page.locator(".answer", has_text=f"镇国寺周一闭馆：{LEAST} 份行程中").wait_for(timeout=180_000)
        visitor.settle()
        with page.expect_download() as file:
            page.get_by_role("button", name=clerk.say("figure.csv")).first.click()
        assert file.value.path().read_text(encoding="utf-8-sig").startswith("persona,")

        page.goto(f"{bureau.url}/staff?lang=zh&page=weights")
        clerk.arrive()
        box = page.locator(".st-key-jz_rules_dispersal input")
        box.fill("0.1")
        box.press("Enter")
        visitor.settle()
        clerk.press(clerk.button("jz_ask_price"))
        why = page.locator(".st-key-jz_rules_why input")
        why.wait_for(timeout=180_000)
        agree = page.locator(".st-key-jz_rules_agree label")
        if agree.count():
            clerk.press(agree)
        why.fill("五一分流")
        why.press("Enter")
        visitor.settle()
        clerk.press(clerk.button("jz_rules_publish"))
        clerk.told("rules.done")
    assert ruling.rules_now(database=bureau.database) == Rules(dispersal=0.1)
    until(lambda: str(bureau.served()).endswith(f"+{Rules(dispersal=0.1).digest}"), 30)
    publishing.roll_back(bureau.admin, "撤", database=bureau.database)
    until(lambda: "+" not in str(bureau.served()), 30)


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.heavy)])
def test_the_words_of_every_page_are_there_and_nothing_runs_over(browser: Browser, bureau: Desk, lang: str) -> None:
    with visit(browser, bureau.url, DESK, lang) as visitor:
        clerk, page = Clerk(visitor, lang), visitor.page
        clerk.sign_in("admin")
        for name, title in (("whatif", "whatif"), ("weights", "rules"), ("why_not", "why_not"), ("opening", "way")):
            page.goto(f"{bureau.url}/staff?lang={lang}&page={name}")
            clerk.arrive()
            page.get_by_role("heading", name=text(f"staff.{title}.title", lang)).wait_for()
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
