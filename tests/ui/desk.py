"""A server whose console is open on the data files, those who work there, and a clerk whose clicks are counted."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator

from recommender.bureau import people, publishing
from recommender.bureau.desk import Person, Role
from recommender.i18n import text
from recommender.settings import settings
from recommender.store import Database
from tests.conftest import UNPROVEN, Server, free_port
from tests.ui.chromium import Visitor
from tests.ui.identity import identity_provider, secrets_for

PASSWORD = "一把很长很长的钥匙 2027"
LEAST = 8
"""Trips of the panel at the least: so few that a clerk's question is answered while a test waits."""


@dataclass
class Desk:
    """The server with its database; ``claims`` are those of whoever comes through the identity provider."""

    url: str
    database: Database
    admin: Person
    claims: dict[str, Any]

    def served(self) -> str | None:
        """The state that the server plans with; None while it is getting ready."""
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=10) as answer:
            found = json.load(answer)
        return str(found["revision"]) if found["warm"] else None


@contextmanager
def running_desk(folder: Path, address: str) -> Iterator[Desk]:
    """An admin, an editor, a reviewer and a hotel with one password, and a server that is done getting ready."""
    database = Database(address)
    begun = publishing.start(data_dir=settings().data_dir, database=database)
    assert begun.first_admin is not None
    admin = people.create_first_admin(begun.first_admin, "admin", PASSWORD, database=database)
    for name, role in (("ann", Role.EDITOR), ("eva", Role.REVIEWER), ("hotel", Role.PARTNER)):
        _, token = people.create_account(admin, name, role, database=database)
        people.set_password(token, PASSWORD, database=database)
    claims: dict[str, Any] = {}
    port = free_port()
    with identity_provider(claims) as provider:
        secrets = folder / "secrets.toml"
        secrets.write_text(secrets_for(provider, f"http://127.0.0.1:{port}"), encoding="utf-8")
        running = Server(
            folder / "log", JINZHONG_VAR_DIR=str(folder), DATABASE_URL=address, JINZHONG_PANEL_LEAST=str(LEAST),
            JINZHONG_STAFF_PROVIDER="default", STREAMLIT_SECRETS_FILES=str(secrets), PYTHONPATH=UNPROVEN,
        ).start(port)  # fmt: skip
        try:
            running.wait("/_stcore/health")
            made = Desk(running.url, database, admin, claims)
            until(lambda: made.served() is not None, 120)
            yield made
        finally:
            running.stop()
            database.close()


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.2)
    pytest.fail("it did not come about")


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
