"""Signing in through the bureau's identity provider: who an admin has allowed gets in, a stranger is told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from recommender.bureau import people, publishing
from recommender.bureau.desk import Role
from recommender.i18n import text
from recommender.settings import settings
from recommender.store import Database
from tests.conftest import Server, free_port
from tests.ui.chromium import DESK, visit
from tests.ui.identity import identity_provider, secrets_for

pytestmark = [pytest.mark.browser, pytest.mark.server]
EMAIL = "ann@bureau.example"


@pytest.mark.parametrize("known", [True, False])
def test_who_an_admin_has_allowed_gets_in_through_the_provider_and_nobody_else(
    browser: Browser, tmp_path: Path, known: bool
) -> None:
    database = Database(f"sqlite:///{tmp_path}/jinzhong.sqlite")
    begun = publishing.start(data_dir=settings().data_dir, database=database)
    assert begun.first_admin is not None
    admin = people.create_first_admin(begun.first_admin, "admin", "一把很长很长的钥匙 2027", database=database)
    if known:
        people.create_account(admin, "ann", Role.EDITOR, email=EMAIL, database=database)
    database.close()
    claims = {"sub": "17", "email": EMAIL, "email_verified": True, "name": "Ann"}
    port = free_port()
    with identity_provider(claims) as provider:
        (tmp_path / "secrets.toml").write_text(secrets_for(provider, f"http://127.0.0.1:{port}"), encoding="utf-8")
        running = Server(
            tmp_path / "log", JINZHONG_VAR_DIR=str(tmp_path), JINZHONG_STAFF_PROVIDER="default",
            STREAMLIT_SECRETS_FILES=str(tmp_path / "secrets.toml"),
        ).start(port)  # fmt: skip
        try:
            running.wait("/_stcore/health")
            with visit(browser, running.url, DESK, "zh") as visitor:
                page = visitor.page
                page.goto(f"{running.url}/staff")
                page.get_by_role("link", name=text("staff.sign_in.provider", "zh")).click()
                page.locator(".st-key-jz_provider button").click()
                page.locator(".staff-way").click()
                if not known:
                    page.get_by_text(text("staff.sign_in.stranger", "zh", email=EMAIL)).wait_for()
                    return
                page.locator(".st-key-jz_staff_nav").wait_for()
                visitor.settle()
                page.locator(".st-key-jz_provider_out button").click()
                page.locator(".page-foot").wait_for()
                page.goto(f"{running.url}/staff")
                page.locator("#password").wait_for()
        finally:
            running.stop()
