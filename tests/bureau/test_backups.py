"""The drill: everything out into one file, and back into either database, or not a row of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import io
import json
import pkgutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Table, text

from recommender import store
from recommender.bureau import auditing, backups, drafting, logins, people, publishing
from recommender.errors import PermissionDenied, RecommenderError, RequestError
from recommender.i18n import messages
from recommender.store import Content, Database, FactReport, accounts, columns, copying
from tests.bureau.little_bureau import PASSWORD, Bureau
from tests.store.postgres import Postgres

NAME = "晋中备份.zip"


def backup(bureau: Bureau) -> io.BytesIO:
    out = io.BytesIO()
    backups.write_backup(bureau.admin, out, database=bureau.database)
    return out


def everything(database: Database) -> dict[str, list[str]]:
    """All rows that a copy holds, as it would hold them."""
    out = io.BytesIO()
    with database.reading() as connection:
        copying.write_copy(connection, out, dt.datetime(2027, 4, 1, tzinfo=dt.UTC))
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name).decode().splitlines() for name in archive.namelist() if name.startswith("tables/")}


@pytest.fixture
def busy(bureau: Bureau) -> Bureau:
    """Something in every table that matters."""
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    bureau.publish(draft.id)
    bureau.save(bureau.draft("营业时间").id, visit_minutes="75")
    logins.login("admin", PASSWORD, database=bureau.database)
    store.create_plan(bureau.database, Content({"days": 1}, {"note": "平遥 \x00 \U0001f3ee"}, {}, "r1", "zh"))
    store.add_report(bureau.database, FactReport("shuanglin-si", "hours", "周一不开", "r1", "zh"), 60)
    return bureau


def test_every_table_of_a_copy_has_its_words(bureau: Bureau) -> None:
    copy = backups.read_backup(bureau.admin, backup(bureau), NAME, database=bureau.database)
    assert {f"kept.{table}" for table in copy.tables} <= messages("bureau").keys()


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/empty.sqlite")


def restore(database: Database, file: io.BytesIO, *, replace: bool = False) -> copying.Copy:
    from recommender.bureau.desk import PROGRAM

    return backups.restore_backup(PROGRAM, file, NAME, replace=replace, database=database)


def refusal(database: Database, file: io.BytesIO) -> str:
    with pytest.raises(RequestError) as caught:
        restore(database, file)
    assert NAME in caught.value.message("zh")
    return caught.value.problems[0].code


def remade(file: io.BytesIO, change: Callable[[str, bytes], bytes | None]) -> io.BytesIO:
    """The archive with parts changed or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                target.writestr(name, data)
    return out


# --------------------------------------------------------------------------------------------------- the drill


def test_what_is_restored_into_an_empty_database_is_what_was_copied(busy: Bureau, empty: Database) -> None:
    file = backup(busy)
    copy = restore(empty, file)
    was, now = everything(busy.database), everything(empty)
    # Each side's audit has gone on: one notes the backup, the other the restoring.
    was["tables/audit.jsonl"].pop()
    now["tables/audit.jsonl"].pop()
    assert now == was
    assert copy.rows == sum(map(len, was.values()))
    assert backups.check_integrity(busy.admin, database=empty) == []


def test_the_work_goes_on_in_the_restored_database(busy: Bureau, empty: Database) -> None:
    restore(empty, backup(busy))
    there = dataclasses.replace(busy, database=empty)
    assert there.price() == "44"
    [draft] = drafting.list_drafts(there.ann, database=empty)
    there.publish(draft.id)
    assert people.create_account(there.admin, "new.one", "editor", database=empty)[0].id not in {
        account.id for account in people.list_accounts(busy.admin, database=busy.database)
    }
    assert auditing.check_audit(there.admin, database=empty) is None


@pytest.mark.server
def test_a_copy_of_one_kind_of_database_goes_into_the_other(busy: Bureau, postgres: Postgres, empty: Database) -> None:
    other = Database(postgres.new_database("kept_moved")) if "sqlite" in str(busy.database._url) else empty
    restore(other, backup(busy))
    was, now = everything(busy.database), everything(other)
    for rows in (was, now):
        rows["tables/audit.jsonl"].pop()
    assert now == was
    # New rows are numbered after those that came with the copy.
    assert people.create_account(busy.admin, "new.one", "editor", database=other)[0].id > busy.hotel.id
    assert drafting.create_draft(busy.ann, "x", database=other).id > 1
    with pytest.raises(RecommenderError), other.writing() as connection:
        connection.execute(text("DELETE FROM audit"))
    other.close()


def test_passwords_come_along_and_sessions_do_not(busy: Bureau, empty: Database) -> None:
    token = logins.login("admin", PASSWORD, database=busy.database)
    file = backup(busy)
    with zipfile.ZipFile(file) as archive:
        assert not any(name.removeprefix("tables/").removesuffix(".jsonl") in copying.LEFT_OUT for name in archive.namelist())
        assert token.encode() not in b"".join(archive.read(name) for name in archive.namelist())
    restore(empty, file)
    assert logins.find_person(token, database=empty) is None
    assert logins.login("admin", PASSWORD, database=empty)


def test_backup_and_restoring_stand_in_the_audit_with_what_was_there_before(busy: Bureau) -> None:
    file = backup(busy)
    busy.save(busy.draft("x").id, ticket_cny="99")
    last = auditing.list_entries(busy.admin, most=1, database=busy.database)[0]
    assert auditing.list_entries(busy.admin, database=busy.database)[-1].number == 1
    backups.restore_backup(busy.admin, file, NAME, replace=True, database=busy.database)
    entry = auditing.list_entries(busy.admin, most=1, database=busy.database)[0]
    assert (entry.action, entry.who) == ("restore", "admin")
    assert (entry.detail["audit_before"], entry.detail["audit_hash"]) == (last.number, last.hash)
    assert auditing.check_audit(busy.admin, database=busy.database) is None


def test_a_database_that_holds_something_is_restored_into_only_if_that_is_said(busy: Bureau) -> None:
    file = backup(busy)
    busy.save(busy.draft("x").id, ticket_cny="99")
    before = everything(busy.database)
    with pytest.raises(RequestError) as caught:
        backups.restore_backup(busy.admin, file, NAME, database=busy.database)
    assert caught.value.problems[0].code == "backup_not_empty"
    assert everything(busy.database) == before
    backups.restore_backup(busy.admin, file, NAME, replace=True, database=busy.database)
    assert len(drafting.list_drafts(busy.ann, database=busy.database)) == 1
    # What is only ever added to is guarded again.
    for table in ("audit", "contents", "revisions", "edits"):
        with pytest.raises(RecommenderError), busy.database.writing() as connection:
            connection.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("who", ["ann", "eva", "hotel"])
def test_only_admins_copy_restore_and_check(bureau: Bureau, who: str) -> None:
    person = getattr(bureau, who)
    for call in (
        lambda: backups.write_backup(person, io.BytesIO(), database=bureau.database),
        lambda: backups.read_backup(person, io.BytesIO(b"x"), NAME, database=bureau.database),
        lambda: backups.restore_backup(person, io.BytesIO(b"x"), NAME, replace=True, database=bureau.database),
        lambda: backups.check_integrity(person, database=bureau.database),
    ):
        with pytest.raises(PermissionDenied):
            call()


# ------------------------------------------------------------------------------------------------ bad files


def test_a_file_of_anybody_else_is_refused(bureau: Bureau, empty: Database) -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal(empty, other) == "backup_foreign"
    assert refusal(empty, io.BytesIO(b"")) == "backup_foreign"
    assert refusal(empty, io.BytesIO("晋中".encode() * 100)) == "backup_foreign"
    assert refusal(empty, remade(backup(bureau), lambda n, d: b"[]" if n == copying.MANIFEST else d)) == "backup_foreign"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_refused(bureau: Bureau, empty: Database, share: float) -> None:
    whole = backup(bureau).getvalue()
    assert refusal(empty, io.BytesIO(whole[: int(len(whole) * share)])) == "backup_damaged"


def test_one_flipped_bit_is_found_wherever_it_is(bureau: Bureau, empty: Database) -> None:
    whole = backup(bureau).getvalue()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        middles = [info.header_offset + 60 + info.compress_size // 2 for info in archive.infolist() if info.compress_size > 80]
    for at in middles:
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        assert refusal(empty, io.BytesIO(bytes(damaged))).startswith("backup_")


def test_a_row_changed_added_or_taken_out_is_found(bureau: Bureau, empty: Database) -> None:
    file = backup(bureau)
    rows = "tables/accounts.jsonl"
    for change in (
        lambda data: data.replace(b'"editor"', b'"admin"', 1),
        lambda data: data + data.splitlines(keepends=True)[0],
        lambda data: b"".join(data.splitlines(keepends=True)[1:]),
        lambda data: data[:-1],
        lambda data: b"{}\n" + data,
    ):
        assert refusal(empty, remade(file, lambda n, d, c=change: c(d) if n == rows else d)) == "backup_damaged"  # type: ignore[misc]
    assert refusal(empty, remade(file, lambda n, d: None if n == rows else d)) == "backup_damaged"
    with empty.reading() as connection:
        assert copying.is_empty(connection)


def test_a_bomb_is_not_unpacked(bureau: Bureau, empty: Database) -> None:
    bomb = remade(backup(bureau), lambda n, d: b"[" + b" " * 50_000_000 + b"]\n" if n == "tables/accounts.jsonl" else d)
    assert refusal(empty, bomb) == "backup_bomb"


def _told(file: io.BytesIO, **changes: object) -> io.BytesIO:
    return remade(file, lambda n, d: json.dumps(json.loads(d) | changes).encode() if n == copying.MANIFEST else d)


def test_a_copy_of_a_newer_program_is_refused_and_one_of_an_older_fits(bureau: Bureau, empty: Database) -> None:
    file = backup(bureau)
    assert refusal(empty, _told(file, schema="9999_to_come")) == "backup_newer"
    assert restore(empty, _told(file, schema="0004_bureau")).schema == "0004_bureau"


def test_what_fails_halfway_leaves_everything_as_it_was(
    busy: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backup(busy)
    busy.save(busy.draft("x").id, ticket_cny="99")
    before = everything(busy.database)

    def broken(connection: object, table: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(copying, "_count_on", broken)
    with pytest.raises(RuntimeError):
        backups.restore_backup(busy.admin, file, NAME, replace=True, database=busy.database)
    assert everything(busy.database) == before
    with pytest.raises(RecommenderError), busy.database.writing() as connection:
        connection.execute(text("DELETE FROM audit"))


# ------------------------------------------------------------------------------------------------- integrity


def _tamper(database: Database, statement: str) -> None:
    """As somebody with the database in hand would."""
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(text(statement))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = origin")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE audit SET who = 'somebody' WHERE number = 3", "integrity_audit"),
        ("UPDATE contents SET text = '{}'", "integrity_content"),
        ("INSERT INTO contents VALUES ('rules', '{}')", "integrity_content"),
        ("UPDATE publications SET rules = 'gone' WHERE number = 1", "integrity_content"),
        ("UPDATE shared_plans SET itinerary = '{'", "integrity_json"),
        ("UPDATE publications SET revision = 'gone' WHERE number = 1", "integrity_reference"),
        ("UPDATE drafts SET base = 'gone'", "integrity_reference"),
    ],
)
def test_what_was_tampered_with_is_named(busy: Bureau, statement: str, code: str) -> None:
    assert backups.check_integrity(busy.admin, database=busy.database) == []
    _tamper(busy.database, statement)
    found = backups.check_integrity(busy.admin, database=busy.database)
    assert code in {problem.code for problem in found}
    assert all(problem.message(lang) for problem in found for lang in ("zh", "en"))


def test_every_column_of_json_is_read() -> None:
    modules = [importlib.import_module(f"recommender.store.{found.name}") for found in pkgutil.iter_modules(store.__path__)]
    tables = [held for module in modules for held in vars(module).values() if isinstance(held, Table)]
    held = {
        table.name: tuple(column.name for column in table.columns if isinstance(column.type, columns.Json)) for table in tables
    }
    assert {table: names for table, names in held.items() if names} == backups.JSON_COLUMNS


def test_no_copy_is_written_that_could_not_be_restored(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "LARGEST_BYTES", 100)
    with pytest.raises(RequestError) as caught:
        backup(bureau)
    assert caught.value.problems[0].code == "backup_large"


def test_a_copy_restores_what_was_published(busy: Bureau, empty: Database) -> None:
    restore(empty, backup(busy))
    for database in (busy.database, empty):
        assert publishing.published_now(database=database).number == 2
    with empty.reading() as connection:
        assert len(accounts.list_accounts(connection)) == 5


def test_an_empty_database_can_be_opened_restored_and_opened_again(bureau: Bureau, empty: Database, little_data: Path) -> None:
    restore(empty, backup(bureau))
    assert publishing.start(data_dir=little_data, database=empty).first_admin is None
