"""A bureau with a hotel that is a partner, on either database."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.bureau import passwords
from recommender.store import Database
from tests.bureau.little_bureau import Bureau, open_bureau
from tests.catalog.little_files import good_rows, write_folder


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing that costs little."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    monkeypatch.setattr(passwords, "_nobody", lambda: quick.hash("nobody"))


@pytest.fixture
def bureau(database: Database, tmp_path: Path) -> Bureau:
    return open_bureau(database, write_folder(tmp_path / "data", good_rows()))
