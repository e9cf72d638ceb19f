"""Publishing: one line of time, which every process reads for itself."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from recommender.bureau import auditing, closures, drafting, publishing
from recommender.catalog import load_catalog
from recommender.catalog.records import catalog_of, check_tables, tables_of
from recommender.catalog.tables import TABLES
from recommender.errors import NotFound, PermissionDenied, RequestError, StoreUnavailable
from recommender.i18n import messages
from recommender.store import Database, audit, drafts, revisions
from tests.bureau.little_bureau import Bureau

DATA = Path(__file__).resolve().parents[2] / "data"
SOON = dt.timedelta(seconds=3)
LATER = dt.timedelta(days=3)


def in_(span: dt.timedelta) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + span


def wait_until(at: dt.datetime) -> None:
    while dt.datetime.now(dt.UTC) <= at:
        time.sleep(0.02)


def closed_places(bureau: Bureau, revision: str) -> set[str]:
    tables = publishing.get_revision(bureau.ann, revision, database=bureau.database)
    return {cells["place_id"] for cells in tables["closures"].values()}


# ------------------------------------------------------------------------------------------------ revisions


def test_the_first_start_imports_the_files_and_the_second_does_nothing(bureau: Bureau, little_data: Path) -> None:
    again = publishing.start(data_dir=little_data, database=bureau.database)
    assert (again.published, again.first_admin) == (bureau.first, None)
    assert bureau.first.revision == load_catalog(little_data).revision
    assert len(publishing.list_publications(bureau.ann, database=bureau.database)) == 1


def test_a_stored_revision_is_the_catalogue_it_was(database: Database) -> None:
    publishing.start(data_dir=DATA, database=database)
    published = publishing.published_now(database=database)
    with database.reading() as connection:
        tables = revisions.get_tables(connection, published.revision)
    files = load_catalog(DATA)
    assert catalog_of(tables) == files
    assert published.revision == files.revision
    assert tables == tables_of(files)
    assert check_tables(tables) == []


def test_a_column_that_came_later_is_filled_and_published_like_any_other(bureau: Bureau) -> None:
    db, now = bureau.database, dt.datetime.now(dt.UTC)

    def old(cells: Mapping[str, str]) -> dict[str, str]:
        return {name: cell for name, cell in cells.items() if name != "best_months"}

    with db.writing() as connection:
        tables = revisions.get_tables(connection, bureau.first.revision)
        tables["attractions"] = {key: old(cells) for key, cells in tables["attractions"].items()}
        revisions.put_revision(connection, "earlier", tables, bureau.first.revision, now, "ann")
        earlier = dataclasses.replace(bureau.first, at=now, revision="earlier", base=bureau.first.revision)
        revisions.add_publication(connection, earlier)
        draft = drafts.create_draft(connection, "升级前", "earlier", "ann", now)
        cells = {**tables["attractions"]["pingyao-xianya"], "popularity": "80"}
        drafts.add_edit(
            connection, drafts.Edit(draft.id, "attractions", "pingyao-xianya", 1, cells, bureau.ann.id, "ann", now)
        )
    bureau.save(draft.id, best_months="4-10")
    changes = drafting.list_changes(bureau.ann, draft.id, database=db)
    assert {change.key: [field.column for field in change.fields] for change in changes} == {
        "shuanglin-si": ["best_months"], "pingyao-xianya": ["popularity"]
    }  # fmt: skip
    made = bureau.publish(draft.id)
    published = publishing.get_revision(bureau.ann, made.revision, database=db)
    assert catalog_of(published).revision == made.revision
    assert published["attractions"]["shuanglin-si"]["best_months"] == "4-10"
    assert bureau.record(bureau.draft().id, "pingyao-xianya").cells == {
        **published["attractions"]["pingyao-xianya"], "best_months": ""
    }  # fmt: skip
    assert "best_months" in publishing.get_revision(bureau.ann, "earlier", database=db)["attractions"]["shuanglin-si"]


def test_revisions_share_the_tables_that_are_equal(bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="50")
    made = bureau.publish(draft.id)
    with bureau.database.reading() as connection:
        one, two = (revisions.get_contents(connection, r) for r in (bureau.first.revision, made.revision))
    assert {name for name in one if one[name] != two[name]} == {"attractions"}


def test_what_has_happened_cannot_be_rewritten(bureau: Bureau) -> None:
    bureau.save(bureau.draft().id, ticket_cny="50")
    for table in ("contents", "revisions", "edits", "audit"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {'text' if table == 'contents' else 'who'} = 'x'"):
            with pytest.raises(StoreUnavailable) as caught, bureau.database.writing() as connection:
                connection.execute(text(change))
            assert isinstance(caught.value.__cause__, DBAPIError)
            assert "only ever added to" in str(caught.value.__cause__)


# ------------------------------------------------------------------------------------------------- pointer


def test_a_scheduled_revision_holds_from_its_instant_in_every_process(bureau: Bureau, address: str) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="50")
    other = Database(address)
    at = in_(SOON)
    made = bureau.publish(draft.id, at=at)
    assert publishing.published_now(database=other) == bureau.first
    assert bureau.price() == "35"
    wait_until(at)
    assert publishing.published_now(database=other) == made
    assert bureau.price() == "50"
    other.close()


def test_one_call_undoes_the_last_publication_and_a_second_the_one_before(bureau: Bureau) -> None:
    db, made = bureau.database, []
    for price in ("50", "60"):
        draft = bureau.draft()
        bureau.save(draft.id, ticket_cny=price)
        made.append(bureau.publish(draft.id))
    assert publishing.roll_back(bureau.eva, "错了", database=db).revision == made[0].revision
    assert bureau.price() == "50"
    assert publishing.roll_back(bureau.eva, "也错了", database=db).revision == bureau.first.revision
    assert bureau.price() == "35"
    with pytest.raises(RequestError) as caught:
        publishing.roll_back(bureau.eva, "再来", database=db)
    assert caught.value.problems[0].code == "nothing_to_undo"
    publishing.publish_revision(bureau.eva, made[1].revision, "其实是对的", database=db)
    assert bureau.price() == "60"
    publishing.roll_back(bureau.eva, "不对", database=db)
    assert bureau.price() == "35"


def test_a_rollback_opens_no_gate(bureau: Bureau) -> None:
    db, made = bureau.database, []
    for price in ("50", "60"):
        draft = bureau.draft()
        bureau.save(draft.id, ticket_cny=price)
        made.append(bureau.publish(draft.id))
    closures.close(bureau.ann, ["pingyao-xianya"], dt.date(2027, 4, 1), None, "山洪", "县应急局", database=db)
    for price in ("50", "35"):
        held = publishing.roll_back(bureau.eva, "错了", database=db)
        assert bureau.price() == price
        assert "pingyao-xianya" in closed_places(bureau, held.revision)
    held = publishing.publish_revision(bureau.eva, made[1].revision, "其实是对的", database=db)
    assert bureau.price() == "60"
    assert "pingyao-xianya" in closed_places(bureau, held.revision)
    held = publishing.publish_revision(bureau.eva, made[1].revision, "连关闭", keep_closures=False, database=db)
    assert held.revision == made[1].revision


def test_a_closure_of_a_place_that_a_rollback_takes_away_goes_with_it(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    cells = {**(bureau.record(draft.id).cells or {}), "id": "zhenguo-si", "name_zh": "镇国寺"}
    drafting.add(bureau.ann, draft.id, "attractions", cells, database=db)
    bureau.publish(draft.id)
    closures.close(bureau.ann, ["zhenguo-si"], dt.date(2027, 4, 1), None, "雪", "文物所", database=db)
    assert publishing.roll_back(bureau.eva, "错了", database=db).revision == bureau.first.revision


def test_a_closure_of_today_is_still_in_force_under_what_was_scheduled_before(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    bureau.save(draft.id, ticket_cny="50")
    planned = bureau.publish(draft.id, at=in_(LATER))
    closures.close(bureau.ann, ["pingyao-xianya"], dt.date(2027, 4, 1), None, "山洪", "县应急局", database=db)
    line = publishing.list_publications(bureau.ann, database=db)
    assert [p.kind for p in line] == ["import", "closure", "draft"]
    assert line[-1].at == planned.at
    assert "pingyao-xianya" in closed_places(bureau, line[-1].revision)
    tables = publishing.get_revision(bureau.ann, line[-1].revision, database=db)
    assert tables["attractions"]["shuanglin-si"]["ticket_cny"] == "50"
    assert drafting.get_draft(bureau.ann, draft.id, database=db).revision == line[-1].revision


def test_a_rollback_opens_no_gate_that_was_closed_in_a_draft(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    closed = {"place_id": "pingyao-xianya", "from": "2027-06-01", "reason": "修缮", "source": "s-one"}
    drafting.add(bureau.ann, draft.id, "closures", closed, database=db)
    bureau.save(draft.id, ticket_cny="50")
    bureau.publish(draft.id)
    held = publishing.roll_back(bureau.eva, "价格错了", database=db)
    assert bureau.price() == "35"
    assert "pingyao-xianya" in closed_places(bureau, held.revision)


def test_of_two_publications_of_one_instant_the_later_still_comes_later(bureau: Bureau) -> None:
    db, at = bureau.database, in_(LATER)
    first, second, early = (bureau.draft(name) for name in ("先", "后", "提前"))
    bureau.save(first.id, ticket_cny="50")
    bureau.save(second.id, "pingyao-xianya", popularity="70")
    bureau.save(early.id, ticket_cny="50")
    bureau.publish(first.id, at=at)
    bureau.publish(second.id, at=at)
    bureau.publish(early.id)
    last = publishing.list_publications(bureau.ann, database=db)[-1]
    tables = publishing.get_revision(bureau.ann, last.revision, database=db)["attractions"]
    assert (tables["shuanglin-si"]["ticket_cny"], tables["pingyao-xianya"]["popularity"]) == ("50", "70")


def test_what_is_rolled_back_does_not_return_with_what_was_scheduled_on_top(bureau: Bureau) -> None:
    db = bureau.database
    wrong = bureau.draft()
    bureau.save(wrong.id, "pingyao-gucheng", popularity="1")
    bureau.publish(wrong.id)
    right = bureau.draft()
    bureau.save(right.id, ticket_cny="50")
    bureau.publish(right.id, at=in_(LATER))
    publishing.roll_back(bureau.eva, "错了", database=db)
    last = publishing.list_publications(bureau.ann, database=db)[-1]
    tables = publishing.get_revision(bureau.ann, last.revision, database=db)["attractions"]
    assert (tables["pingyao-gucheng"]["popularity"], tables["shuanglin-si"]["ticket_cny"]) == ("50", "50")


def test_a_cancelled_publication_never_holds_and_its_draft_is_open_again(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    bureau.save(draft.id, ticket_cny="50")
    at = in_(SOON)
    planned = bureau.publish(draft.id, at=at)
    publishing.cancel(bureau.eva, planned.number, "再等等", database=db)
    wait_until(at)
    assert bureau.price() == "35"
    assert drafting.get_draft(bureau.ann, draft.id, database=db).state == "open"
    assert bureau.record(draft.id).version == 1
    with pytest.raises(NotFound):
        publishing.cancel(bureau.eva, planned.number, "又来", database=db)
    with pytest.raises(RequestError):
        publishing.cancel(bureau.eva, bureau.first.number, "不能", database=db)
    publishing.publish_revision(bureau.eva, planned.revision, "现在就要", rules_of=planned.number, database=db)
    assert bureau.price() == "50"


def test_a_publication_that_would_break_one_to_come_is_refused_but_a_closure_is_not(bureau: Bureau) -> None:
    db = bureau.database
    leaving = bureau.draft("撤下")
    for table, key in (("collections", "col-two"), ("advice", "adv-park"), ("attractions", "shuanglin-si")):
        drafting.remove(bureau.ann, bureau.record(leaving.id, key, table), database=db)
    for table in ("links", "closures"):
        for found in drafting.list_records(bureau.ann, leaving.id, table, database=db):
            if "shuanglin-si" in (found.cells or {}).values():
                drafting.remove(bureau.ann, found, database=db)
    bureau.publish(leaving.id, at=in_(LATER))
    more = bureau.draft("更多")
    closed = {"place_id": "shuanglin-si", "from": "2027-06-01", "reason": "修缮", "source": "s-one"}
    drafting.add(bureau.ann, more.id, "closures", closed, database=db)
    with pytest.raises(RequestError) as caught:
        bureau.publish(more.id)
    assert caught.value.problems[0].code == "schedule_broken"
    assert drafting.get_draft(bureau.ann, more.id, database=db).state == "approved"
    planned = publishing.list_publications(bureau.ann, database=db)[-1]
    made = closures.close(bureau.ann, ["shuanglin-si"], dt.date(2027, 6, 1), None, "塌方", "县应急局", database=db)
    assert [p.kind for p in publishing.list_publications(bureau.ann, database=db)] == ["import", "closure"]
    assert [p.number for p in publishing.list_dropped(bureau.ann, made, database=db)] == [planned.number]
    assert drafting.get_draft(bureau.ann, leaving.id, database=db).state == "open"


@pytest.mark.parametrize("at", [dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2099, 1, 1)])  # noqa: DTZ001 - meant
def test_an_instant_that_has_passed_or_has_no_zone_is_refused(bureau: Bureau, at: dt.datetime) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="50")
    with pytest.raises(RequestError):
        bureau.publish(draft.id, at=at)
    assert bureau.price() == "35"


# ------------------------------------------------------------------------------------------------- closures


def test_anybody_on_duty_closes_at_once_with_what_lies_inside_and_a_reviewer_reopens(bureau: Bureau) -> None:
    db = bureau.database
    made = closures.close(
        bureau.ann, ["pingyao-gucheng"], dt.date(2027, 4, 1), dt.date(2027, 4, 2), "活动管制", "公安局", database=db
    )
    assert publishing.published_now(database=db) == made
    found = [(key, c) for key, c in closures.list_closures(bureau.bob, database=db) if c["reason"] == "活动管制"]
    assert {cells["place_id"] for _, cells in found} == {"pingyao-gucheng", "pingyao-xianya", "pingyao-rishengchang"}
    keys = [key for key, _ in found]
    with pytest.raises(PermissionDenied):
        closures.reopen(bureau.ann, keys, "结束", database=db)
    closures.reopen(bureau.eva, keys, "提前结束", database=db)
    assert publishing.published_now(database=db).revision == bureau.first.revision
    with pytest.raises(NotFound):
        closures.reopen(bureau.eva, keys, "再来", database=db)


def test_closing_twice_is_closing_once(bureau: Bureau) -> None:
    def close() -> int:
        made = closures.close(
            bureau.ann, ["shuanglin-si"], dt.date(2027, 4, 1), None, "雪", "文物所", database=bureau.database
        )
        return made.number

    assert close() == close()


def test_a_closure_that_cannot_be_is_refused(bureau: Bureau) -> None:
    day = dt.date(2027, 4, 2)
    for places, to, reason in ((["nowhere"], None, "雪"), (["shuanglin-si"], dt.date(2027, 4, 1), "雪"), ([], None, "雪"),
                               (["shuanglin-si"], None, " ")):  # fmt: skip
        with pytest.raises(RequestError):
            closures.close(bureau.ann, places, day, to, reason, "文物所", database=bureau.database)
    assert publishing.published_now(database=bureau.database) == bureau.first


# ---------------------------------------------------------------------------------------------------- audit


def test_the_audit_says_who_what_when_and_why_and_every_action_has_its_words(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    drafting.save(bureau.ann, bureau.record(draft.id), {"ticket_cny": "50"}, "景区来函", database=db)
    bureau.publish(draft.id)
    entries = auditing.list_entries(bureau.eva, subject="attractions/shuanglin-si", database=db)
    assert [(e.who, e.action, e.why, e.detail["fields"]) for e in entries] == [
        ("ann", "save_record", "景区来函", {"ticket_cny": ["35", "50"]})
    ]
    assert dt.datetime.now(dt.UTC) - entries[0].at < dt.timedelta(minutes=1)
    every = auditing.list_entries(bureau.eva, database=db)
    assert [e.number for e in every] == list(range(len(every), 0, -1))
    assert {f"audit.{e.action}" for e in every} <= messages("bureau").keys()
    assert auditing.check_audit(bureau.admin, database=db) is None
    assert auditing.list_entries(bureau.eva, before=3, most=1, database=db) == [every[-2]]


@pytest.mark.parametrize("damage", ["why = 'x'", "at = '2020-01-01 00:00:00'", "who = 'x'", None])
def test_tampering_with_the_audit_is_found_where_it_begins(bureau: Bureau, damage: str | None) -> None:
    bureau.save(bureau.draft().id, ticket_cny="50")
    with bureau.database.writing() as connection:
        postgres = connection.dialect.name == "postgresql"
        if postgres:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER keep_audit_update"))
            connection.execute(text("DROP TRIGGER keep_audit_delete"))
        if damage is None:
            connection.execute(text("DELETE FROM audit WHERE number = 3"))
        else:
            connection.execute(text(f"UPDATE audit SET {damage} WHERE number = 3"))
    with bureau.database.reading() as connection:
        assert audit.find_break(connection) == 3


def test_every_code_that_a_page_shows_has_its_words() -> None:
    words = messages("bureau").keys()
    states = (drafts.OPEN, drafts.SUBMITTED, drafts.APPROVED, drafts.PUBLISHED, drafts.ABANDONED)
    kinds = (publishing.IMPORT, publishing.DRAFT, publishing.CLOSURE, publishing.REOPENING, publishing.ROLLBACK,
             publishing.REVISION)  # fmt: skip
    assert {f"state.{state}" for state in states} <= words
    assert {f"kind.{kind}" for kind in kinds} <= words
    assert {f"table.{table.name}" for table in TABLES} <= words
    assert {f"change.{change}" for change in ("added", "changed", "removed")} <= words
