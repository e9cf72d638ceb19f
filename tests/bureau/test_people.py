"""Who may enter, as what, and for how long."""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from recommender.bureau import (
    auditing,
    backups,
    closures,
    demand,
    drafting,
    exchange,
    logins,
    passwords,
    people,
    publishing,
    reviewing,
    settling,
)
from recommender.bureau.desk import ALLOWED, PROGRAM, Action, Person, Role, may
from recommender.errors import (
    LoginFailed,
    NotFound,
    OneTimeLinkError,
    PermissionDenied,
    RecommenderError,
    RequestError,
    TooManyAttempts,
)
from recommender.i18n import messages
from recommender.store import Database
from recommender.store.accounts import Account
from tests.bureau.little_bureau import PASSWORD, Bureau

FULL_COST = passwords._hasher
"""As it is, before the tests make it quick."""
OTHER = "另一把很长很长的钥匙 2028"
DAY = dt.date(2027, 4, 1)


# ------------------------------------------------------------------------------------------- role × action


CLOSURE = {"place_id": "shuanglin-si", "from": "2027-06-01", "reason": "x", "source": "x"}
EMPTY = exchange.read_upload("closures.csv", b"")
HUB = {"id": "seat-a", "name_zh": "甲", "name_en": "A", "kind": "rail", "lat": "37.1", "lon": "112.1", "coord_confidence": "high",
       "county": "Pingyao", "source": "x", "confidence": "low"}  # fmt: skip
WRITES: dict[str, tuple[Action, Callable[[Bureau, Person], Any]]] = {
    "create_draft": (Action.EDIT, lambda b, p: drafting.create_draft(p, "x", database=b.database)),
    "save": (Action.EDIT, lambda b, p: drafting.save(p, drafting.Record(99, "hubs", "seat-a", 0, HUB), {}, database=b.database)),
    "remove": (Action.EDIT, lambda b, p: drafting.remove(p, drafting.Record(99, "hubs", "x", 0, {}), database=b.database)),
    "add": (Action.EDIT, lambda b, p: drafting.add(p, 99, "closures", CLOSURE, database=b.database)),
    "restore": (Action.EDIT, lambda b, p: drafting.restore(
        p, 99, publishing.Version("hubs", "x", None, b.first), database=b.database)),
    "submit": (Action.EDIT, lambda b, p: reviewing.submit(p, 99, 1, database=b.database)),
    "abandon": (Action.EDIT, lambda b, p: reviewing.abandon(p, 99, 1, "x", database=b.database)),
    "bring_up_to_date": (Action.EDIT, lambda b, p: reviewing.bring_up_to_date(p, 99, database=b.database)),
    "apply": (Action.EDIT, lambda b, p: exchange.apply(p, 99, EMPTY, "x", database=b.database)),
    "approve": (Action.REVIEW, lambda b, p: reviewing.approve(p, 99, 1, database=b.database)),
    "send_back": (Action.REVIEW, lambda b, p: reviewing.send_back(p, 99, 1, "x", database=b.database)),
    "publish": (Action.PUBLISH, lambda b, p: reviewing.publish(p, 99, 1, "x", database=b.database)),
    "cancel": (Action.PUBLISH, lambda b, p: publishing.cancel(p, 99, "x", database=b.database)),
    "roll_back": (Action.PUBLISH, lambda b, p: publishing.roll_back(p, "x", database=b.database)),
    "publish_revision": (Action.PUBLISH, lambda b, p: publishing.publish_revision(p, "none", "x", database=b.database)),
    "close": (Action.CLOSE, lambda b, p: closures.close(p, ["none"], DAY, None, "x", "x", database=b.database)),
    "reopen": (Action.REOPEN, lambda b, p: closures.reopen(p, ["none"], "x", database=b.database)),
    "create_account": (Action.MANAGE_PEOPLE, lambda b, p: people.create_account(p, "new.one", "editor", database=b.database)),
    "change_account": (Action.MANAGE_PEOPLE, lambda b, p: people.change_account(p, 99, active=False, database=b.database)),
    "write_backup": (Action.BACK_UP, lambda b, p: backups.write_backup(p, io.BytesIO(), database=b.database)),
    "restore_backup": (Action.BACK_UP, lambda b, p: backups.restore_backup(p, io.BytesIO(b"x"), "x", database=b.database)),
    "settle": (Action.SETTLE, lambda b, p: settling.settle(p, [99], "right", "x", database=b.database)),
    "reset_link": (Action.MANAGE_PEOPLE, lambda b, p: people.reset_link(p, 99, database=b.database)),
}  # fmt: skip
"""Every use case that writes for a person; those that are allowed may then find that there is nothing of the kind."""
READS: dict[str, tuple[Action, Callable[[Bureau, Person], Any]]] = {
    "list_drafts": (Action.EDIT, lambda b, p: drafting.list_drafts(p, database=b.database)),
    "list_publications": (Action.EDIT, lambda b, p: publishing.list_publications(p, database=b.database)),
    "list_dropped": (Action.EDIT, lambda b, p: publishing.list_dropped(p, b.first, database=b.database)),
    "list_versions": (Action.EDIT, lambda b, p: publishing.list_versions(p, "hubs", "x", database=b.database)),
    "list_closures": (Action.EDIT, lambda b, p: closures.list_closures(p, database=b.database)),
    "dry_run": (Action.EDIT, lambda b, p: exchange.dry_run(p, 99, EMPTY, database=b.database)),
    "list_entries": (Action.READ_AUDIT, lambda b, p: auditing.list_entries(p, database=b.database)),
    "check_audit": (Action.READ_AUDIT, lambda b, p: auditing.check_audit(p, database=b.database)),
    "read_backup": (Action.BACK_UP, lambda b, p: backups.read_backup(p, io.BytesIO(b"x"), "x", database=b.database)),
    "check_integrity": (Action.BACK_UP, lambda b, p: backups.check_integrity(p, database=b.database)),
    "list_heaps": (Action.SETTLE, lambda b, p: settling.list_heaps(p, database=b.database)),
    "list_settled": (Action.SETTLE, lambda b, p: settling.list_settled(p, database=b.database)),
    "list_months": (Action.EDIT, lambda b, p: demand.list_months(p, database=b.database)),
    "list_top": (Action.EDIT, lambda b, p: demand.list_top(p, DAY, database=b.database)),
    "table_of": (Action.EDIT, lambda b, p: demand.table_of(p, {}, database=b.database)),
    "last_logins": (Action.MANAGE_PEOPLE, lambda b, p: people.last_logins(p, database=b.database)),
    "list_accounts": (Action.MANAGE_PEOPLE, lambda b, p: people.list_accounts(p, database=b.database)),
}
EXPECTED = {
    Role.EDITOR: {Action.EDIT, Action.CLOSE, Action.SETTLE},
    Role.REVIEWER: {Action.EDIT, Action.CLOSE, Action.REVIEW, Action.PUBLISH, Action.REOPEN, Action.READ_AUDIT, Action.SETTLE,
                    Action.REVIEW_PARTNERS},
    Role.ADMIN: set(Action),
    Role.PARTNER: {Action.OWN_HOTEL},
}


def test_every_role_may_do_what_its_use_cases_let_it(bureau: Bureau) -> None:
    by_role = {Role.EDITOR: bureau.ann, Role.REVIEWER: bureau.eva, Role.ADMIN: bureau.admin, Role.PARTNER: bureau.hotel}
    for role, person in by_role.items():
        assert {action for action in Action if may(person, action)} == EXPECTED[role]
        for name, (action, call) in {**WRITES, **READS}.items():
            try:
                call(bureau, person)
                refused = False
            except PermissionDenied:
                refused = True
            except RecommenderError:
                refused = False
            assert refused == (action not in EXPECTED[role]), f"{role} {name}"
    assert ALLOWED.keys() == set(Action)


def test_the_matrix_names_every_use_case_that_takes_a_person() -> None:
    import inspect

    found = {
        name
        for module in (drafting, reviewing, publishing, closures, exchange, people, auditing, backups, settling, demand)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__
        and "person" in inspect.signature(function).parameters
    }  # fmt: skip
    others = {"get_draft", "list_records", "get_record", "list_edits", "list_changes", "check_draft", "get_tables",
              "get_revision", "compare", "change_password"}  # fmt: skip
    assert found == {*WRITES, *READS, *others}


def test_the_role_that_counts_is_the_one_in_the_database(bureau: Bureau) -> None:
    db = bureau.database
    with pytest.raises(PermissionDenied):
        people.create_account(replace(bureau.ann, role=Role.ADMIN), "new.one", "editor", database=db)
    with pytest.raises(PermissionDenied):
        drafting.create_draft(Person(0, "program", Role.ADMIN), "x", database=db)
    people.change_account(bureau.admin, bureau.ann.id, active=False, database=db)
    with pytest.raises(PermissionDenied):
        drafting.create_draft(bureau.ann, "x", database=db)


def test_roles_have_their_words() -> None:
    assert {f"role.{role}" for role in Role} <= messages("bureau").keys()


# ------------------------------------------------------------------------------------------------ accounts


def test_there_is_no_password_to_begin_with_and_the_first_link_works_once(database: Database) -> None:
    token = people.first_admin_link(database=database)
    assert token is not None
    assert people.first_admin_link(database=database) is None, "it was shown before"
    with pytest.raises(RequestError):
        people.create_first_admin(token, "admin", "short", database=database)
    admin = people.create_first_admin(token, " Admin ", PASSWORD, database=database)
    assert (admin.name, admin.role) == ("admin", Role.ADMIN)
    with pytest.raises(OneTimeLinkError):
        people.create_first_admin(token, "second", PASSWORD, database=database)
    assert people.first_admin_link(database=database) is None
    with database.reading() as connection:
        stored = repr(
            [connection.execute(text(f"SELECT * FROM {t}")).all() for t in ("one_time_links", "accounts", "audit")]
        )
    assert token not in stored
    assert PASSWORD not in stored


def test_an_expired_first_link_gives_way_to_another(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "LINK", dt.timedelta(0))
    old = people.first_admin_link(database=database)
    assert old is not None
    with pytest.raises(OneTimeLinkError):
        people.create_first_admin(old, "admin", PASSWORD, database=database)
    assert people.first_admin_link(database=database) not in (None, old)


def test_a_link_is_for_one_account_and_one_purpose(bureau: Bureau) -> None:
    db = bureau.database
    token = people.reset_link(bureau.admin, bureau.ann.id, database=db)
    newer = people.reset_link(bureau.admin, bureau.ann.id, database=db)
    for wrong in (token, "", "x" * 200, "平遥", newer + "x", newer.swapcase()):
        with pytest.raises(OneTimeLinkError):
            people.set_password(wrong, PASSWORD, database=db)
    for weak in ("short", "x" * 30, "ann is my name!", "y" * 300):
        with pytest.raises(RequestError):
            people.set_password(newer, weak, database=db)
    assert people.set_password(newer, PASSWORD, database=db) == bureau.ann
    with pytest.raises(OneTimeLinkError):
        people.set_password(newer, OTHER, database=db)
    assert logins.find_person(logins.login("ANN", PASSWORD, database=db), database=db) == bureau.ann


@pytest.mark.parametrize("name", ["", "a", "a b", "-a", "x" * 41, "a/b", "program", "ann", "ＡＮＮ"])
def test_names_that_cannot_be_or_are_taken_are_refused(bureau: Bureau, name: str) -> None:
    with pytest.raises(RequestError):
        people.create_account(bureau.admin, name, "editor", database=bureau.database)


def test_a_chinese_name_is_a_name(bureau: Bureau) -> None:
    made, token = people.create_account(bureau.admin, "王小梅", Role.REVIEWER, database=bureau.database)
    people.set_password(token, PASSWORD, database=bureau.database)
    assert (
        logins.find_person(logins.login("王小梅", PASSWORD, database=bureau.database), database=bureau.database) == made
    )


def test_the_last_admin_stays(bureau: Bureau) -> None:
    db = bureau.database
    changes: list[dict[str, Any]] = [{"active": False}, {"role": "editor"}]
    for change in changes:
        with pytest.raises(RequestError) as caught:
            people.change_account(bureau.admin, bureau.admin.id, **change, database=db)
        assert caught.value.problems[0].code == "account_last_admin"
    people.change_account(bureau.admin, bureau.eva.id, role="admin", database=db)
    assert people.change_account(bureau.admin, bureau.admin.id, role="editor", database=db).role == Role.EDITOR
    with pytest.raises(NotFound):
        people.change_account(bureau.eva, 99, active=False, database=db)


# ------------------------------------------------------------------------------------------------ sessions


def entered(bureau: Bureau, person: Person | None = None) -> str:
    who = person or bureau.ann
    people.set_password(
        people.reset_link(bureau.admin, who.id, database=bureau.database), PASSWORD, database=bureau.database
    )
    return logins.login(who.name, PASSWORD, database=bureau.database)


def test_a_session_ends_by_logging_out(bureau: Bureau) -> None:
    token = entered(bureau)
    other = logins.login("ann", PASSWORD, database=bureau.database)
    logins.logout(token, database=bureau.database)
    assert logins.find_person(token, database=bureau.database) is None
    assert logins.find_person(other, database=bureau.database) == bureau.ann
    logins.logout(token, database=bureau.database)
    logins.logout("nonsense", database=bureau.database)
    with bureau.database.reading() as connection:
        assert other not in repr(connection.execute(text("SELECT * FROM sessions")).all())


@pytest.mark.parametrize("limit", ["SESSION", "IDLE"])
def test_a_session_ends_after_its_time_and_when_left_idle(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    token = entered(bureau)
    assert logins.find_person(token, database=bureau.database) == bureau.ann
    monkeypatch.setattr(logins, limit, dt.timedelta(0))
    assert logins.find_person(token, database=bureau.database) is None


def test_a_session_in_use_does_not_grow_idle(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    token = entered(bureau)
    monkeypatch.setattr(logins, "TOUCH", dt.timedelta(0))
    with bureau.database.reading() as connection:
        before = connection.execute(text("SELECT max(seen) FROM sessions")).scalar_one()
    logins.find_person(token, database=bureau.database)
    with bureau.database.reading() as connection:
        assert connection.execute(text("SELECT max(seen) FROM sessions")).scalar_one() > before


@pytest.mark.parametrize("how", ["reset_link", "set_password", "change_password", "role", "inactive"])
def test_all_sessions_end_with_a_new_password_or_role(bureau: Bureau, how: str) -> None:
    db = bureau.database
    tokens = [entered(bureau), logins.login("ann", PASSWORD, database=db)]
    if how in ("reset_link", "set_password"):
        link = people.reset_link(bureau.admin, bureau.ann.id, database=db)
        if how == "set_password":
            tokens.append(logins.login("ann", PASSWORD, database=db))
            people.set_password(link, OTHER, database=db)
    elif how == "change_password":
        people.change_password(bureau.ann, PASSWORD, OTHER, database=db)
        with pytest.raises(LoginFailed):
            logins.login("ann", PASSWORD, database=db)
        logins.login("ann", OTHER, database=db)
    else:
        changes: dict[str, Any] = {"role": "reviewer"} if how == "role" else {"active": False}
        people.change_account(bureau.admin, bureau.ann.id, **changes, database=db)
    assert [logins.find_person(token, database=db) for token in tokens] == [None] * len(tokens)


# ------------------------------------------------------------------------------------------------ throttle


def test_wrong_and_unknown_are_one_answer(bureau: Bureau) -> None:
    entered(bureau)
    said = set()
    for name, password in (("ann", OTHER), ("nobody", OTHER), ("bob", PASSWORD), ("a\x00", OTHER), ("\ud800", "\ud800"),
                           ("x" * 9999, OTHER)):  # fmt: skip
        with pytest.raises(LoginFailed) as caught:
            logins.login(name, password, database=bureau.database)
        said.add(caught.value.message("zh"))
    assert len(said) == 1


def test_an_account_is_tried_so_often_and_then_not_even_the_right_password_helps(
    bureau: Bureau, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered(bureau)
    replica = Database(address)
    for k in range(logins.MOST_PER_ACCOUNT):
        with pytest.raises(LoginFailed):
            logins.login("ann", OTHER, address=f"10.{k}.0.1", database=(bureau.database, replica)[k % 2])
    for target in (bureau.database, replica):
        with pytest.raises(TooManyAttempts) as caught:
            logins.login("ann", PASSWORD, address="10.99.0.1", database=target)
        assert 1 <= caught.value.detail["minutes"] <= 15
    monkeypatch.setattr(logins, "WINDOW", dt.timedelta(0))
    logins.login("ann", PASSWORD, database=replica)
    replica.close()


def test_many_attempts_at_once_do_not_slip_through(bureau: Bureau) -> None:
    entered(bureau)

    def guess(k: int) -> type[Exception]:
        try:
            logins.login("ann", f"{OTHER} {k}", database=bureau.database)
        except RecommenderError as error:
            return type(error)
        return AssertionError

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(guess, range(logins.MOST_PER_ACCOUNT + 8)))
    assert found.count(LoginFailed) == logins.MOST_PER_ACCOUNT
    assert found.count(TooManyAttempts) == 8


@pytest.mark.parametrize(
    ("one", "another"),
    [("192.0.2.7", "192.0.2.99"), ("2001:db8::1", "2001:db8::ffff:1"), ("::ffff:192.0.2.7", "192.0.2.8")],
)
def test_one_network_is_one_bucket(bureau: Bureau, one: str, another: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "MOST_PER_ADDRESS", 2)
    entered(bureau)
    for _ in range(4):
        logins.login("ann", PASSWORD, address=one, database=bureau.database)
    for name in ("nobody", "noone"):
        with pytest.raises(LoginFailed):
            logins.login(name, OTHER, address=one, database=bureau.database)
    with pytest.raises(TooManyAttempts):
        logins.login("ann", PASSWORD, address=another, database=bureau.database)
    logins.login("ann", PASSWORD, address="198.51.100.1", database=bureau.database)
    with bureau.database.reading() as connection:
        stored = repr(connection.execute(text("SELECT * FROM login_attempts")).all())
    assert one not in stored


def test_passwords_are_hashed_by_argon2id_at_full_cost() -> None:
    from argon2 import extract_parameters

    found = extract_parameters(FULL_COST().hash("x"))
    assert (found.type.name, found.memory_cost >= 19 * 1024) == ("ID", True)


# ------------------------------------------------------------------------------------------------ provider


def known(number: int, **values: Any) -> Account:
    fields: dict[str, Any] = {"id": number, "name": f"n{number}", "role": "editor", "active": True, "password": None,
                              "email": None, "subject": None, "made": dt.datetime.now(dt.UTC)}  # fmt: skip
    return Account(**fields | values)


WORD = {
    "is_logged_in": True,
    "iss": "https://id.example",
    "sub": "u1",
    "email": "Mei@Bureau.example",
    "email_verified": True,
}
BOUND = known(1, subject="https://id.example|u1", email="old@bureau.example")
ALLOWED_BY_MAIL = known(2, email="mei@bureau.example")


@pytest.mark.parametrize(
    ("word", "accounts", "found"),
    [
        (WORD, [ALLOWED_BY_MAIL, BOUND], BOUND),
        (WORD, [ALLOWED_BY_MAIL], ALLOWED_BY_MAIL),
        (WORD, [], None),
        (WORD | {"sub": "u2"}, [BOUND], None),
        (WORD | {"iss": "https://evil.example"}, [BOUND], None),
        (WORD | {"email_verified": False}, [ALLOWED_BY_MAIL], None),
        (WORD | {"email_verified": "true"}, [ALLOWED_BY_MAIL], None),
        ({k: v for k, v in WORD.items() if k != "sub"}, [ALLOWED_BY_MAIL, BOUND], None),
        (WORD, [replace(BOUND, active=False)], None),
        (WORD, [replace(ALLOWED_BY_MAIL, active=False)], None),
        (WORD, [replace(ALLOWED_BY_MAIL, subject="https://id.example|somebody-else")], None),
        (WORD | {"email": None}, [known(3)], None),
        ({}, [known(3)], None),
    ],
)
def test_a_provider_lets_in_whom_an_admin_allowed(
    word: dict[str, Any], accounts: list[Account], found: Account | None
) -> None:
    assert logins.match_account(word, accounts) == found


def test_the_first_login_by_a_provider_binds_its_subject(bureau: Bureau) -> None:
    db = bureau.database
    made, _ = people.create_account(bureau.admin, "mei", "editor", email=" Mei@bureau.example", database=db)
    assert logins.find_person(logins.login_by_provider(WORD, database=db), database=db) == made
    moved = WORD | {"email": "new@bureau.example", "email_verified": False}
    assert logins.find_person(logins.login_by_provider(moved, database=db), database=db) == made
    with pytest.raises(LoginFailed):
        logins.login_by_provider(WORD | {"sub": "u2"}, database=db)


def test_the_program_itself_is_nobody_who_could_enter(bureau: Bureau) -> None:
    known = people.list_accounts(bureau.admin, database=bureau.database)
    assert PROGRAM not in [Person(found.id, found.name, Role(found.role)) for found in known]
