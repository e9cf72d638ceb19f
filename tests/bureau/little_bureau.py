"""A bureau small enough to know by heart: four people at a desk with the little data files, on either database."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender.bureau import drafting, people, publishing, reviewing
from recommender.bureau.desk import Person, Role
from recommender.store import Database
from recommender.store.drafts import Draft
from recommender.store.revisions import Publication
from tests.store import copies

PASSWORD = "一把很长很长的钥匙 2027"


@dataclass(frozen=True)
class Bureau:
    """An open console and those who work at it."""

    database: Database
    first: Publication
    ann: Person
    bob: Person
    eva: Person
    admin: Person
    hotel: Person

    def draft(self, name: str = "改价") -> Draft:
        return drafting.create_draft(self.ann, name, database=self.database)

    def record(self, draft: int, key: str = "shuanglin-si", table: str = "attractions") -> drafting.Record:
        return drafting.get_record(self.ann, draft, table, key, database=self.database)

    def save(self, draft: int, key: str = "shuanglin-si", table: str = "attractions", **cells: str) -> drafting.Record:
        return drafting.save(self.ann, self.record(draft, key, table), cells, database=self.database)

    def approved(self, draft: int) -> int:
        """Hand in and approve; returns the draft's version."""
        version = drafting.get_draft(self.ann, draft, database=self.database).version
        version = reviewing.submit(self.ann, draft, version, database=self.database).version
        return reviewing.approve(self.eva, draft, version, database=self.database).version

    def publish(self, draft: int, **options: Any) -> Publication:
        """Hand in, approve and publish."""
        return reviewing.publish(self.eva, draft, self.approved(draft), "核过", **options, database=self.database)

    def price(self, key: str = "shuanglin-si") -> str:
        """What tourists pay now."""
        published = publishing.published_now(database=self.database)
        return publishing.get_revision(self.ann, published.revision, database=self.database)["attractions"][key][
            "ticket_cny"
        ]


def open_bureau(database: Database, data_dir: Path) -> Bureau:
    """Open the console on data files and let everybody in; into a new database a copy of the first such bureau is put."""
    if not copies.is_new(database):
        return _made(database, data_dir)
    content = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(data_dir.rglob("*")) if file.is_file()))
    key = copies.where(database), content.hexdigest()
    if key in _known:
        first, copy = _known[key]
        copies.put(database, copy)
        return dataclasses.replace(first, database=database)
    made = _made(database, data_dir)
    _known[key] = made, copies.take(database)
    return made


_known: dict[tuple[str, str], tuple[Bureau, copies.Copy]] = {}


def _made(database: Database, data_dir: Path) -> Bureau:
    begun = publishing.start(data_dir=data_dir, database=database)
    assert begun.first_admin is not None
    admin = people.create_first_admin(begun.first_admin, "admin", PASSWORD, database=database)

    def person(name: str, role: Role) -> Person:
        return people.create_account(admin, name, role, database=database)[0]

    return Bureau(
        database, begun.published, person("ann", Role.EDITOR), person("bob", Role.EDITOR), person("eva", Role.REVIEWER), admin,
        person("hotel", Role.PARTNER),
    )  # fmt: skip
