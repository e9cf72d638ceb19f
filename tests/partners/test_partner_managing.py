"""Who may do what with a hotel, on either database; visitors see what was approved last, and the audit tells all of it."""

from __future__ import annotations

import concurrent.futures
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from recommender.bureau import auditing
from recommender.bureau.desk import Action, Person, Role, may
from recommender.errors import (
    NotFound,
    PermissionDenied,
    RecommenderError,
    RequestError,
    RevisionConflict,
    StoreUnavailable,
)
from recommender.i18n import messages
from recommender.partners import attribution, find, managing, of_token, origins, visit
from recommender.partners.register import Register, register
from recommender.store import Database
from tests.bureau.little_bureau import Bureau
from tests.partners.little_hotels import INN, NEW, get_partner, make_partner

TODAY = dt.date(2027, 4, 1)
CALLS: dict[str, tuple[Action, Callable[[Bureau, Person], Any]]] = {
    "create_partner": (Action.MANAGE_PARTNERS, lambda b, p: managing.create_partner(p, "new", NEW, database=b.database)),
    "change_partner": (
        Action.MANAGE_PARTNERS, lambda b, p: managing.change_partner(p, "none", active=False, database=b.database)
    ),
    "rotate": (Action.OWN_HOTEL, lambda b, p: managing.rotate(p, "none", database=b.database)),
    "list_own": (Action.OWN_HOTEL, lambda b, p: managing.list_own(p, database=b.database)),
    "propose": (Action.OWN_HOTEL, lambda b, p: managing.propose(p, "none", NEW, database=b.database)),
    "list_partners": (Action.REVIEW_PARTNERS, lambda b, p: managing.list_partners(p, database=b.database)),
    "list_proposals": (Action.REVIEW_PARTNERS, lambda b, p: managing.list_proposals(p, database=b.database)),
    "approve": (Action.REVIEW_PARTNERS, lambda b, p: managing.approve(p, 99, database=b.database)),
    "decline": (Action.REVIEW_PARTNERS, lambda b, p: managing.decline(p, 99, "x", database=b.database)),
}  # fmt: skip


@pytest.fixture
def kept(bureau: Bureau) -> Bureau:
    """With a hotel that the account ``hotel`` keeps."""
    managing.create_partner(bureau.admin, "inn", INN, account="hotel", database=bureau.database)
    return bureau


def test_every_role_may_do_what_its_use_cases_let_it(bureau: Bureau) -> None:
    for person in (bureau.ann, bureau.eva, bureau.admin, bureau.hotel):
        for name, (action, call) in CALLS.items():
            try:
                call(bureau, person)
                refused = False
            except PermissionDenied:
                refused = True
            except RecommenderError:
                refused = False
            assert refused == (not may(person, action)), f"{person.role} {name}"


def test_the_calls_above_are_all_there_are() -> None:
    import inspect

    found = {
        name for name, function in vars(managing).items()
        if inspect.isfunction(function) and not name.startswith("_") and "person" in inspect.signature(function).parameters
        and function.__module__ == managing.__name__
    }  # fmt: skip
    assert found == set(CALLS)


def test_a_hotel_is_not_another_hotels(kept: Bureau) -> None:
    db = kept.database
    managing.create_partner(kept.admin, "palace", NEW, database=db)
    assert [row.id for row in managing.list_own(kept.hotel, database=db)] == ["inn"]
    for call in (
        lambda: managing.propose(kept.hotel, "palace", NEW | {"phone": "0354-1"}, database=db),
        lambda: managing.propose(kept.hotel, "palace", NEW | {"phone": "0354-1111111"}, database=db),
        lambda: managing.rotate(kept.hotel, "palace", database=db),
        lambda: managing.list_proposals(kept.hotel, partner="palace", database=db),
    ):
        with pytest.raises((PermissionDenied, RequestError)):
            call()
    with pytest.raises(PermissionDenied):
        managing.rotate(kept.hotel, "palace", database=db)


def test_visitors_see_what_was_approved_last(kept: Bureau) -> None:
    db = kept.database
    asked = managing.propose(kept.hotel, "inn", INN | {"phone": "0354-1111111", "tips_zh": "走南门"}, "换了电话", database=db)
    assert get_partner(db, "inn").hotel.phone == INN["phone"]
    [waiting] = managing.list_proposals(kept.eva, only_open=True, database=db)
    changed = managing.differences(INN, INN | dict(waiting.record))
    assert [(one.field, one.before, one.after) for one in changed] == [
        ("phone", INN["phone"], "0354-1111111"), ("tips_zh", "", "走南门"),
    ]  # fmt: skip
    managing.approve(kept.eva, asked.id, database=db)
    assert get_partner(db, "inn").hotel.phone == "0354-1111111"
    assert managing.list_proposals(kept.eva, only_open=True, database=db) == []
    with pytest.raises(NotFound):
        managing.approve(kept.eva, asked.id, database=db)


def test_a_declined_proposal_changes_nothing_and_says_why(kept: Bureau) -> None:
    db = kept.database
    asked = managing.propose(kept.hotel, "inn", INN | {"hosts": "https://other.example"}, database=db)
    with pytest.raises(RequestError):
        managing.decline(kept.eva, asked.id, " ", database=db)
    managing.decline(kept.eva, asked.id, "这个网站不是酒店的", database=db)
    [last] = managing.list_proposals(kept.hotel, partner="inn", database=db)
    assert (last.state, last.why, last.decided_by) == ("declined", "这个网站不是酒店的", "eva")
    assert "https://other.example" not in get_partner(db, "inn").hotel.hosts


def test_the_latest_proposal_takes_the_place_of_the_one_before(kept: Bureau) -> None:
    db = kept.database
    first = managing.propose(kept.hotel, "inn", INN | {"contact": "小李"}, database=db)
    managing.propose(kept.hotel, "inn", INN | {"contact": "小张"}, database=db)
    [waiting] = managing.list_proposals(kept.eva, only_open=True, database=db)
    assert waiting.record == {"contact": "小张"}
    with pytest.raises(NotFound):
        managing.approve(kept.eva, first.id, database=db)


def test_what_was_approved_meanwhile_is_not_undone(kept: Bureau) -> None:
    db = kept.database
    managing.propose(kept.admin, "inn", INN | {"check_in": "15:00"}, database=db)
    [one] = managing.list_proposals(kept.eva, only_open=True, database=db)
    managing.approve(kept.eva, one.id, database=db)
    with pytest.raises(RevisionConflict):
        managing.propose(kept.hotel, "inn", INN | {"contact": "小李"}, base=1, database=db)
    now = dict(managing.list_own(kept.hotel, database=db)[0].record)
    later = managing.propose(kept.hotel, "inn", now | {"contact": "小李"}, base=2, database=db)
    managing.rotate(kept.hotel, "inn", database=db)
    managing.approve(kept.eva, later.id, database=db)
    hotel = get_partner(db, "inn").hotel
    assert (hotel.check_in, hotel.contact) == (900, "小李")


def test_a_proposal_that_cannot_be_or_changes_nothing_is_refused(kept: Bureau) -> None:
    wrong = {"phone": "x", "accent": "#777777", "ground": "#ffffff"}
    with pytest.raises(RequestError) as refused:
        managing.propose(kept.hotel, "inn", INN | wrong, database=kept.database)
    assert {problem.field for problem in refused.value.problems} == {"phone", "accent"}
    with pytest.raises(RequestError, match="nothing to decide"):
        managing.propose(kept.hotel, "inn", INN, database=kept.database)


@pytest.mark.parametrize("partner", ["", "Inn", "a_b", "-a", "x" * 41, "inn"])
def test_an_id_that_cannot_be_or_is_taken_is_refused(kept: Bureau, partner: str) -> None:
    with pytest.raises(RequestError):
        managing.create_partner(kept.admin, partner, NEW, database=kept.database)


def test_only_a_partners_account_keeps_a_hotel(bureau: Bureau) -> None:
    for name in ("ann", "nobody"):
        with pytest.raises(RequestError):
            managing.create_partner(bureau.admin, "inn", INN, account=name, database=bureau.database)


def test_all_of_it_stands_in_the_audit_without_pictures_and_keys(kept: Bureau) -> None:
    db = kept.database
    asked = managing.propose(kept.hotel, "inn", INN | {"logo": "AAAA"}, database=db)
    managing.approve(kept.eva, asked.id, database=db)
    managing.rotate(kept.hotel, "inn", at_once=True, database=db)
    managing.change_partner(kept.admin, "inn", active=False, database=db)
    entries = auditing.list_entries(kept.admin, subject="partner/inn", database=db)
    actions = [entry.action for entry in entries]
    assert actions == ["change_partner", "rotate_partner", "approve_partner", "propose_partner", "create_partner"]
    assert {f"audit.{action}" for action in (*actions, "decline_partner")} <= messages("bureau").keys()
    assert "AAAA" not in str(entries)
    assert auditing.check_audit(kept.admin, database=db) is None


# -------------------------------------------------------------------------------------------------------- register


def test_a_token_leads_to_its_hotel_as_long_as_both_hold(kept: Bureau) -> None:
    db = kept.database
    token = get_partner(db, "inn").token(lang="en")
    found = of_token(token, database=db)
    assert found is not None
    assert found.id == "inn"
    assert origins(database=db) == frozenset(INN["hosts"].split())
    managing.rotate(kept.hotel, "inn", database=db)
    assert of_token(token, database=db) is not None
    managing.rotate(kept.hotel, "inn", at_once=True, database=db)
    assert of_token(token, database=db) is None
    stopped = get_partner(db, "inn").token()
    managing.change_partner(kept.admin, "inn", active=False, database=db)
    assert visit(stopped, database=db).wrong == "forged"
    assert find("inn", database=db) is None
    assert origins(database=db) == frozenset()
    managing.change_partner(kept.admin, "inn", active=True, database=db)
    assert of_token(stopped, database=db) is not None


def test_another_process_sees_a_change_within_seconds(kept: Bureau) -> None:
    other = Register()
    assert set(other.partners(kept.database)) == {"inn"}
    managing.create_partner(kept.admin, "palace", NEW, database=kept.database)
    assert set(other.partners(kept.database)) == {"inn"}
    other._looked -= 2.1
    assert set(other.partners(kept.database)) == {"inn", "palace"}


def test_a_database_that_is_away_costs_no_guest_the_hotel(kept: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    token = get_partner(kept.database, "inn").token()

    def away(_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(Database, "reading", away)
    register(kept.database).forget()
    assert of_token(token, database=kept.database) is not None
    assert of_token(token, database=Database("sqlite:////nowhere/x.sqlite")) is None


# ---------------------------------------------------------------------------------------------------------- counts


def test_counts_are_sums_a_day_even_of_many_at_once(database: Database) -> None:
    make_partner(database)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(24):
            pool.submit(attribution.count, "jingzhai", "open", "qr", day=TODAY, database=database)
    attribution.count("jingzhai", "open", "link", day=TODAY, database=database)
    attribution.count("jingzhai", "export", "pdf", day=TODAY - dt.timedelta(days=7), database=database)
    attribution.count("other", "open", "qr", day=TODAY, database=database)
    this, before, *_ = attribution.weeks("jingzhai", TODAY, database=database)
    assert (this.kinds["open"], this.channels) == (25, {"link": 1, "qr": 24})
    assert (this.monday, before.kinds["export"]) == (dt.date(2027, 3, 29), 1)
    table = attribution.table(attribution.counts("jingzhai", dt.date(2027, 1, 1), TODAY, database=database)).decode("utf-8-sig")
    assert table.splitlines() == [
        "day,kind,channel,count", "2027-03-25,export,pdf,1", "2027-04-01,open,link,1", "2027-04-01,open,qr,24",
    ]  # fmt: skip


def test_that_nothing_can_be_counted_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    attribution.count("inn", "open", "qr", database=Database("sqlite:////proc/nowhere/x.sqlite"))
    assert "could not be counted" in caplog.text


def test_every_kind_and_way_has_its_words() -> None:
    assert {f"console.{kind}" for kind in attribution.KINDS} <= messages("partners").keys()
    assert {f"channel.{name}" for name in attribution.CHANNELS} <= messages("partners").keys()
    assert Role.PARTNER in list(Role)


def test_who_comes_while_partners_are_looked_up_waits_for_nobody(database: Database) -> None:
    make_partner(database)
    known = register(database)
    known.partners(database)
    known.forget()
    with concurrent.futures.ThreadPoolExecutor(1) as pool, known._lock:
        assert "jingzhai" in pool.submit(known.partners, database).result(timeout=10)
