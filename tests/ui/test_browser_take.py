"""Taking the plan along in a real browser: files that arrive, menus that a finger meets."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from recommender.exports.maps import ORDER
from recommender.i18n import text
from tests.ui.chromium import DESK, PHONE, TRIP, visit

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.mark.parametrize(
    ("size", "lang"), [(PHONE, "zh"), pytest.param(DESK, "en", marks=pytest.mark.heavy)], ids=["phone", "desk"]
)
def test_files_arrive_and_menus_open(browser: Browser, warm_server: str, size: tuple[int, int], lang: str) -> None:
    with visit(browser, warm_server, size, lang) as visitor:
        page = visitor.page
        visitor.open(TRIP)
        visitor.planned()

        stop = page.locator("#day-1 li.visit .go").first
        visitor.press(stop.locator("summary"))
        links = stop.locator("a")
        assert links.count() == len(ORDER[lang])
        first = links.first
        assert first.inner_text().split("\n")[0] == text(f"ui.go.{ORDER[lang][0]}", lang)
        assert first.get_attribute("target") == "_blank"
        assert first.get_attribute("rel") == "noopener noreferrer"
        boxes = [link.bounding_box() for link in links.all()]
        assert all(box is not None and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
        visitor.press(page.locator("#day-1 .ride .go summary").first)
        visitor.press(page.locator("#day-1 .foot .go summary"))
        if size == PHONE:
            assert visitor.small_targets() == []
        visitor.assert_fine(lang)
        assert visitor.violations() == []

        visitor.press(visitor.key("jz_take").get_by_role("button", name=text("ui.take.title", lang)))
        for name, begins in (("pdf", b"%PDF-"), ("ics", b"BEGIN:VCALENDAR")):
            with page.expect_download() as coming:
                visitor.key(f"jz_take_{name}").get_by_role("button").click()
            assert coming.value.suggested_filename.endswith(f"-2d.{name}")
            assert Path(coming.value.path()).read_bytes().startswith(begins)
        visitor.settle()
        assert visitor.violations() == []
        visitor.assert_fine(lang)
