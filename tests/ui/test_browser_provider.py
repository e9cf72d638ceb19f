"""Signing in through the bureau's identity provider: who an admin has allowed gets in, a stranger is told what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from recommender.bureau import people
from recommender.bureau.desk import Role
from recommender.i18n import text
from tests.ui.chromium import DESK, visit
from tests.ui.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.mark.parametrize("known", [True, False])
def test_who_an_admin_has_allowed_gets_in_through_the_provider_and_nobody_else(
    browser: Browser, desk: Desk, known: bool
) -> None:
    email = f"{'known' if known else 'stranger'}@bureau.example"
    if known:
        people.create_account(desk.admin, "known", Role.EDITOR, email=email, database=desk.database)
    desk.claims.update({"sub": email, "email": email, "email_verified": True, "name": "Ann"})
    with visit(browser, desk.url, DESK, "zh") as visitor:
        page = visitor.page
        page.goto(f"{desk.url}/staff")
        page.get_by_role("link", name=text("staff.sign_in.provider", "zh")).click()
        page.locator(".st-key-jz_provider button").click()
        page.locator(".staff-way").click()
        if not known:
            page.get_by_text(text("staff.sign_in.stranger", "zh", email=email)).wait_for()
            return
        page.locator(".st-key-jz_staff_nav").wait_for()
        visitor.settle()
        page.locator(".st-key-jz_provider_out button").click()
        page.locator(".page-foot").wait_for()
        page.goto(f"{desk.url}/staff")
        page.locator("#password").wait_for()
