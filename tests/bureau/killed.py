"""A process that works at the desk until it is killed: ``python killed.py DATA_DIR``, told on standard input what to do.

It loads everything once and forks a worker for each line ``ADDRESS SEED``, so that a worker is at work at once. A worker says
on standard output what was acknowledged, one line of JSON each, after the use case has returned.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

from recommender.bureau import drafting, exchange, people, publishing, reviewing
from recommender.bureau.desk import Person, Role
from recommender.store import Database

IMPORTED = 5
"""Records of the little data that an import changes."""


def say(**what: Any) -> None:
    os.write(1, json.dumps(what, ensure_ascii=False).encode() + b"\n")


def staff(database: Database, data_dir: Path) -> tuple[Person, Person]:
    begun = publishing.start(data_dir=data_dir, database=database)
    say(published=begun.published.number, revision=begun.published.revision)
    found = {account.name: account for account in _accounts(database, begun.first_admin)}
    admin = Person(found["admin"].id, "admin", Role.ADMIN)
    if "ann" not in found:
        return people.create_account(admin, "ann", Role.EDITOR, database=database)[0], admin
    return Person(found["ann"].id, "ann", Role.EDITOR), admin


def _accounts(database: Database, token: str | None) -> list[Any]:
    from recommender.store import accounts
    from recommender.store.database import clock

    with database.writing_alone() as connection:
        known = accounts.list_accounts(connection)
        if not known:
            known = [accounts.create_account(connection, "admin", Role.ADMIN, clock(connection))]
    return known


def work(address: str, seed: int, data_dir: Path) -> None:
    chance = random.Random(seed)
    database = Database(address)
    ann, admin = staff(database, data_dir)
    while True:
        draft = drafting.create_draft(ann, f"稿 {chance.random()}", database=database).id
        say(draft=draft)
        for _ in range(chance.randint(1, 3)):
            seen = drafting.get_record(ann, draft, "attractions", "shuanglin-si", database=database)
            saved = drafting.save(ann, seen, {"name_en": f"Temple {chance.random()}"}, database=database)
            say(saved=draft, key=saved.key, version=saved.version, cells=saved.cells)
        if chance.random() < 0.6:
            say(importing=draft)
            exchange.apply(ann, draft, _upload(ann, draft, database, chance), "导入", prefer="mine", database=database)
            say(imported=draft)
        version = drafting.get_draft(ann, draft, database=database).version
        version = reviewing.submit(ann, draft, version, database=database).version
        version = reviewing.approve(admin, draft, version, database=database).version
        made = reviewing.publish(admin, draft, version, "发布", database=database)
        say(published=made.number, revision=made.revision)
        if chance.random() < 0.3:
            made = publishing.roll_back(admin, "撤回", database=database)
            say(published=made.number, revision=made.revision)


def _upload(ann: Person, draft: int, database: Database, chance: random.Random) -> exchange.Upload:
    """The attractions, each with another description."""
    tables = drafting.get_tables(ann, draft, database=database)
    changed = {key: {**cells, "description_en": f"{chance.random()}"} for key, cells in tables["attractions"].items()}
    assert len(changed) == IMPORTED
    return exchange.read_upload("attractions.csv", exchange.export_csv("attractions", {"attractions": changed}))


def _load(data_dir: Path) -> None:
    """Load what is loaded on first use, so that a worker need not."""
    import alembic.command  # noqa: F401
    import psycopg  # noqa: F401

    from recommender.catalog import load_catalog

    load_catalog(data_dir)


def main() -> None:
    data_dir = Path(sys.argv[1])
    _load(data_dir)
    say(ready=True)
    for line in sys.stdin:
        address, seed = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                work(address, int(seed), data_dir)
            except BaseException as error:  # noqa: BLE001 - whatever it was, the test is to hear of it
                say(failed=repr(error))
                os._exit(1)
        say(pid=pid)
        os.waitpid(pid, 0)
        say(gone=pid)


if __name__ == "__main__":
    main()
