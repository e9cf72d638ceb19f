"""Rules on their way to visitors: who may publish them, what they may be, and that a rollback brings back those before."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from recommender.bureau import auditing, closures, publishing, reviewing, ruling
from recommender.errors import NotFound, PermissionDenied, RequestError
from recommender.scoring import Rules
from recommender.store import revisions
from tests.bureau.little_bureau import Bureau

PLACE = "shuanglin-si"
LESS = {"dispersal": 0.1, "places": {PLACE: 0.5}, "counties": {"Pingyao": 1.2}}


def rule(bureau: Bureau, why: str = "五一分流", **given: object) -> revisions.Publication:
    return ruling.publish_rules(bureau.eva, given or LESS, why, database=bureau.database)


def now(bureau: Bureau) -> Rules:
    return ruling.rules_now(database=bureau.database)


def test_rules_hold_at_once_on_the_data_that_hold(bureau: Bureau) -> None:
    assert now(bureau) == Rules()
    made = rule(bureau)
    assert now(bureau) == Rules.model_validate(LESS)
    assert (made.revision, made.kind) == (bureau.first.revision, "rules")
    assert publishing.published_now(database=bureau.database).rules == made.rules


@pytest.mark.parametrize("name", ["ann", "hotel"])
def test_only_who_may_publish_may_rule(bureau: Bureau, name: str) -> None:
    with pytest.raises(PermissionDenied):
        ruling.publish_rules(getattr(bureau, name), LESS, "试试", database=bureau.database)
    assert now(bureau) == Rules()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"dispersal": 0.41}, "dispersal"),
        ({"dispersal": -0.1}, "dispersal"),
        ({"dispersal": float("nan")}, "dispersal"),
        ({"places": {PLACE: 1.61}}, f"places.{PLACE}"),
        ({"counties": {"Pingyao": 0.29}}, "counties.Pingyao"),
        ({"places": {"no-such-place": 1.1}}, "places"),
        ({"counties": {"Datong": 1.1}}, "counties"),
        ({"speed": 3}, "speed"),
        ({}, "rules"),
    ],
)
def test_beyond_the_guard_rails_nothing_is_published_whoever_asks(bureau: Bureau, given: dict[str, object], field: str) -> None:
    with pytest.raises(RequestError) as refused:
        ruling.publish_rules(bureau.admin, given, "试试", database=bureau.database)
    assert [problem.field for problem in refused.value.problems] == [field]
    for lang in ("zh", "en"):
        assert all(problem.message(lang) for problem in refused.value.problems)
    assert now(bureau) == Rules()


def test_a_reason_must_be_given_and_the_audit_keeps_it_with_both_states_and_the_price(bureau: Bureau) -> None:
    with pytest.raises(RequestError):
        rule(bureau, " ")
    rule(bureau)
    ruling.publish_rules(bureau.eva, {"dispersal": 0.2}, "再试", price={"utility": 0.98}, database=bureau.database)
    entry = auditing.list_entries(bureau.admin, database=bureau.database)[0]
    assert (entry.action, entry.who, entry.why) == ("rules", "eva", "再试")
    assert entry.detail["before"] == LESS
    assert entry.detail["after"] == {"dispersal": 0.2, "places": {}, "counties": {}}
    assert entry.detail["price"] == {"utility": 0.98}
    assert auditing.check_audit(bureau.admin, database=bureau.database) is None


def test_a_rollback_takes_rules_back_and_a_second_one_those_before(bureau: Bureau) -> None:
    rule(bureau)
    rule(bureau, dispersal=0.3)
    publishing.roll_back(bureau.eva, "投诉多", database=bureau.database)
    assert now(bureau) == Rules.model_validate(LESS)
    publishing.roll_back(bureau.eva, "投诉多", database=bureau.database)
    assert now(bureau) == Rules()


def test_data_published_under_rules_keep_them_and_a_rollback_of_the_data_leaves_them(bureau: Bureau) -> None:
    rule(bureau)
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    bureau.publish(draft.id)
    assert now(bureau) == Rules.model_validate(LESS)
    publishing.roll_back(bureau.eva, "价错了", database=bureau.database)
    assert now(bureau) == Rules.model_validate(LESS)
    assert bureau.price() != "44"


def test_a_closure_stays_when_rules_are_taken_back(bureau: Bureau) -> None:
    rule(bureau)
    closures.close(bureau.ann, [PLACE], dt.date(2027, 5, 1), None, "维修", "公告", database=bureau.database)
    assert now(bureau) == Rules.model_validate(LESS)
    publishing.roll_back(bureau.eva, "撤", database=bureau.database)
    assert now(bureau) == Rules()
    assert closures.list_closures(bureau.ann, database=bureau.database)


def test_what_is_scheduled_takes_over_rules_made_meanwhile(bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    reviewing.publish(bureau.eva, draft.id, bureau.approved(draft.id), "核过", at=later, database=bureau.database)
    made = rule(bureau)
    planned = publishing.list_publications(bureau.eva, database=bureau.database)[-1]
    assert planned.at > made.at
    assert (planned.rules, planned.base_rules) == (made.rules, made.rules)
    publishing.roll_back(bureau.eva, "撤", database=bureau.database)
    assert publishing.list_publications(bureau.eva, database=bureau.database)[-1].rules is None


def test_an_earlier_revision_comes_back_with_the_rules_of_its_publication_if_asked(bureau: Bureau) -> None:
    ruled = rule(bureau)
    rule(bureau, dispersal=0.3)
    made = publishing.publish_revision(
        bureau.eva, ruled.revision, "恢复", rules_of=ruled.number, database=bureau.database
    )
    assert made.rules == ruled.rules
    assert publishing.publish_revision(bureau.eva, ruled.revision, "恢复", database=bureau.database).rules == ruled.rules
    with pytest.raises(NotFound):
        publishing.publish_revision(bureau.eva, ruled.revision, "恢复", rules_of=999, database=bureau.database)


def test_the_text_of_rules_is_kept_for_good(bureau: Bureau) -> None:
    made = rule(bureau)
    with pytest.raises(Exception) as refused, bureau.database.writing() as connection:  # noqa: PT011 - either database's own
        connection.execute(sql("UPDATE contents SET text = '{}' WHERE hash = :hash"), {"hash": made.rules})
    assert isinstance(refused.value, DBAPIError) or refused.value.__cause__ is not None
    assert now(bureau) == Rules.model_validate(LESS)
    assert ruling.rules_of(bureau.ann, made.number, database=bureau.database) == (Rules(), Rules.model_validate(LESS))
