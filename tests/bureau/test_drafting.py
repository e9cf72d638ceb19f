"""Drafts: two at one desk lose nothing, what cannot be is refused by column, and nothing reaches tourists unreviewed."""

from __future__ import annotations

import pytest

from recommender.bureau import drafting, publishing, reviewing
from recommender.catalog.difference import Conflict
from recommender.errors import (
    CatalogInvalid,
    DraftChanged,
    EditConflict,
    NotFound,
    PermissionDenied,
    RequestError,
)
from recommender.jsontext import write_json
from recommender.store import revisions
from tests.bureau.little_bureau import Bureau


def test_a_draft_changes_nothing_for_tourists_until_it_is_published(bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="50")
    assert bureau.price() == "35"
    made = bureau.publish(draft.id)
    assert bureau.price() == "50"
    assert (made.base, made.draft) == (bureau.first.revision, draft.id)
    assert drafting.get_draft(bureau.ann, draft.id, database=bureau.database).state == "published"


def test_cells_are_kept_as_they_would_be_written(bureau: Bureau) -> None:
    saved = bureau.save(bureau.draft().id, ticket_cny=" 50.00 ", tags="彩塑 ; 明代;元代")
    assert saved.cells is not None
    assert (saved.cells["ticket_cny"], saved.cells["tags"]) == ("50", "彩塑;明代;元代")
    assert saved.version == 1


def test_fields_that_do_not_clash_merge_silently(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    hers, his = bureau.record(draft.id), bureau.record(draft.id)
    drafting.save(bureau.ann, hers, {"ticket_cny": "50"}, database=db)
    merged = drafting.save(bureau.bob, his, {"popularity": "70"}, database=db)
    assert merged.cells is not None
    assert (merged.cells["ticket_cny"], merged.cells["popularity"], merged.version) == ("50", "70", 2)


def test_the_second_saver_gets_base_mine_and_theirs_and_chooses(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    seen = bureau.record(draft.id)
    drafting.save(bureau.ann, seen, {"ticket_cny": "50"}, database=db)
    with pytest.raises(EditConflict) as caught:
        drafting.save(bureau.bob, seen, {"ticket_cny": "60", "popularity": "70"}, database=db)
    assert caught.value.detail["conflicts"] == [
        {
            "table": "attractions",
            "key": "shuanglin-si",
            "column": "ticket_cny",
            "base": "35",
            "mine": "60",
            "theirs": "50",
        }
    ]
    now = bureau.record(draft.id)
    assert now.version == 1
    chosen = drafting.save(bureau.bob, now, {"ticket_cny": "60", "popularity": "70"}, database=db)
    assert chosen.cells is not None
    assert (chosen.cells["ticket_cny"], chosen.cells["popularity"]) == ("60", "70")
    said = drafting.list_edits(bureau.ann, draft.id, database=db)
    assert [(edit.who, edit.version) for edit in said] == [("ann", 1), ("bob", 2)]


def test_removing_what_somebody_just_changed_is_a_conflict_of_the_whole_record(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    seen = bureau.record(draft.id)
    bureau.save(draft.id, ticket_cny="50")
    with pytest.raises(EditConflict) as caught:
        drafting.remove(bureau.bob, seen, database=db)
    assert [(c["column"], c["mine"], c["theirs"]) for c in caught.value.detail["conflicts"]] == [
        ("", "removed", "kept")
    ]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"opening_hours": "18:00-08:00"}, "opening_hours"),
        ({"lat": "31.2"}, "lat"),
        ({"category": "castle"}, "category"),
        ({"name_zh": " "}, "name_zh"),
        ({"ticket_cny": ""}, "ticket_cny"),
        ({"min_visit_minutes": "90", "max_visit_minutes": "30"}, "max_visit_minutes"),
        ({"name_en": "a\x00b"}, "name_en"),
        ({"name_en": "a\ud800b"}, "name_en"),
        ({"ticket": "3"}, "ticket"),
        ({"id": "other"}, None),
    ],
)
def test_what_cannot_be_is_refused_by_column_in_both_languages(
    bureau: Bureau, cells: dict[str, str], column: str
) -> None:
    draft = bureau.draft()
    with pytest.raises(RequestError) as caught:
        bureau.save(draft.id, **cells)
    first = caught.value.problems[0]
    assert first.args.get("column") == column
    for lang in ("zh", "en"):
        said = drafting.cell_message(first, lang)
        assert said
        assert "attractions.csv" not in said
    assert bureau.record(draft.id).version == 0


def test_what_is_wrong_between_records_is_listed_by_table_record_and_column(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    drafting.remove(bureau.ann, bureau.record(draft.id, "shuanglin-si"), database=db)
    found = drafting.check_draft(bureau.ann, draft.id, database=db)
    assert {(f.table, f.column, f.problem.code) for f in found} >= {
        ("links", "to_id", "data_unknown_place"),
        ("closures", "place_id", "data_unknown_place"),
        ("collections", "place_ids", "data_unknown_attraction"),
    }
    link = next(f for f in found if f.table == "links")
    assert link.key in drafting.get_tables(bureau.ann, draft.id, database=db)["links"]
    with pytest.raises(CatalogInvalid):
        reviewing.submit(bureau.ann, draft.id, 2, database=db)


def test_records_are_added_once(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    cells = {**(bureau.record(draft.id).cells or {}), "id": "zhenguo-si", "name_zh": "镇国寺"}
    made = drafting.add(bureau.ann, draft.id, "attractions", cells, "新收录", database=db)
    assert (made.key, made.version) == ("zhenguo-si", 1)
    with pytest.raises(RequestError):
        drafting.add(bureau.bob, draft.id, "attractions", cells, database=db)
    closed = {"place_id": "shuanglin-si", "from": "2027-06-01", "reason": "修缮", "source": "s-one"}
    one = drafting.add(bureau.ann, draft.id, "closures", closed, database=db)
    assert one.key in drafting.get_tables(bureau.bob, draft.id, database=db)["closures"]


def test_any_version_comes_back_byte_for_byte(bureau: Bureau) -> None:
    db = bureau.database
    draft = bureau.draft()
    for price in ("50", "60"):
        draft = bureau.draft()
        bureau.save(draft.id, ticket_cny=price, description_zh=f'价 {price}，"引号"\n换行')
        bureau.publish(draft.id)
    versions = publishing.list_versions(bureau.ann, "attractions", "shuanglin-si", database=db)
    assert [v.cells["ticket_cny"] for v in versions if v.cells] == ["60", "50", "35"]
    for version in versions:
        draft = bureau.draft()
        restored = drafting.restore(bureau.ann, draft.id, version, "回到旧版", database=db)
        assert write_json(restored.cells) == write_json(version.cells)
        assert write_json(bureau.record(draft.id).cells) == write_json(version.cells)
    # The oldest, published again, is the very revision that there was.
    assert bureau.publish(draft.id).revision == bureau.first.revision
    with db.reading() as connection:
        assert revisions.list_revisions(connection).count(bureau.first.revision) == 1


def test_a_removed_record_comes_back(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    was = publishing.list_versions(bureau.ann, "collections", "col-two", database=db)[0]
    gone = drafting.remove(bureau.ann, bureau.record(draft.id, "col-two", "collections"), database=db)
    assert gone.cells is None
    drafting.restore(bureau.bob, draft.id, was, database=db)
    assert bureau.record(draft.id, "col-two", "collections").cells == was.cells


def test_an_edit_takes_an_approval_back(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    bureau.save(draft.id, ticket_cny="50")
    version = bureau.approved(draft.id)
    bureau.save(draft.id, ticket_cny="5000")
    with pytest.raises(DraftChanged):
        reviewing.publish(bureau.eva, draft.id, version, "核过", database=db)
    now = drafting.get_draft(bureau.eva, draft.id, database=db)
    assert now.state == "open"
    with pytest.raises(RequestError) as caught:
        reviewing.publish(bureau.eva, draft.id, now.version, "核过", database=db)
    assert caught.value.problems[0].code == "draft_state"
    assert bureau.price() == "35"


def test_a_reviewer_does_not_approve_their_own_edits_an_admin_may_and_the_audit_says_so(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    drafting.save(bureau.eva, bureau.record(draft.id), {"ticket_cny": "50"}, database=db)
    submitted = reviewing.submit(bureau.eva, draft.id, 2, database=db)
    with pytest.raises(RequestError) as caught:
        reviewing.approve(bureau.eva, draft.id, submitted.version, database=db)
    assert caught.value.problems[0].code == "own_draft"
    assert reviewing.approve(bureau.admin, draft.id, submitted.version, database=db).state == "approved"


def test_a_draft_can_be_sent_back_abandoned_and_is_never_empty(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    with pytest.raises(RequestError) as caught:
        reviewing.submit(bureau.ann, draft.id, draft.version, database=db)
    assert caught.value.problems[0].code == "draft_empty"
    bureau.save(draft.id, ticket_cny="50")
    submitted = reviewing.submit(bureau.ann, draft.id, 2, database=db)
    back = reviewing.send_back(bureau.eva, draft.id, submitted.version, "票价要有出处", database=db)
    assert back.state == "open"
    gone = reviewing.abandon(bureau.ann, draft.id, back.version, "不改了", database=db)
    assert gone.state == "abandoned"
    with pytest.raises(RequestError):
        bureau.save(draft.id, ticket_cny="60")
    assert drafting.list_drafts(bureau.ann, database=db) == []


def test_what_was_published_meanwhile_stays_under_a_later_draft(bureau: Bureau) -> None:
    one, two = bureau.draft(), bureau.draft()
    bureau.save(one.id, ticket_cny="50")
    bureau.save(two.id, popularity="77")
    bureau.publish(one.id)
    bureau.publish(two.id)
    now = bureau.record(bureau.draft().id).cells
    assert now is not None
    assert (now["ticket_cny"], now["popularity"]) == ("50", "77")


@pytest.mark.parametrize(("side", "price"), [("mine", "60"), ("theirs", "50")])
def test_two_drafts_that_clash_are_settled_cell_by_cell(bureau: Bureau, side: str, price: str) -> None:
    one, two, db = bureau.draft(), bureau.draft(), bureau.database
    bureau.save(one.id, ticket_cny="50")
    bureau.save(two.id, ticket_cny="60", popularity="77")
    version = bureau.approved(two.id)
    bureau.publish(one.id)
    with pytest.raises(EditConflict):
        reviewing.publish(bureau.eva, two.id, version, "核过", database=db)
    with pytest.raises(EditConflict):
        reviewing.bring_up_to_date(bureau.ann, two.id, database=db)
    choice = {Conflict("attractions", "shuanglin-si", "ticket_cny", "35", "60", "50"): side}
    assert reviewing.bring_up_to_date(bureau.ann, two.id, choice, database=db).state == "open"
    bureau.publish(two.id)
    now = bureau.record(bureau.draft().id).cells
    assert now is not None
    assert (now["ticket_cny"], now["popularity"]) == (price, "77")


def test_a_choice_between_values_that_are_no_more_is_none(bureau: Bureau) -> None:
    one, two, three, db = bureau.draft(), bureau.draft(), bureau.draft(), bureau.database
    bureau.save(one.id, ticket_cny="50")
    bureau.save(two.id, ticket_cny="60")
    bureau.publish(one.id)
    reviewing.bring_up_to_date(bureau.ann, three.id, database=db)
    bureau.save(three.id, ticket_cny="55")
    bureau.publish(three.id)
    choice = {Conflict("attractions", "shuanglin-si", "ticket_cny", "35", "60", "50"): "mine"}
    with pytest.raises(EditConflict):
        reviewing.bring_up_to_date(bureau.ann, two.id, choice, database=db)


def test_what_was_seen_before_a_draft_was_brought_up_to_date_still_merges(bureau: Bureau) -> None:
    one, two, db = bureau.draft(), bureau.draft(), bureau.database
    seen = bureau.record(two.id)
    bureau.save(one.id, ticket_cny="50")
    bureau.publish(one.id)
    reviewing.bring_up_to_date(bureau.ann, two.id, database=db)
    merged = drafting.save(bureau.bob, seen, {"popularity": "77"}, database=db)
    assert merged.cells is not None
    assert (merged.cells["ticket_cny"], merged.cells["popularity"]) == ("50", "77")
    with pytest.raises(EditConflict):
        drafting.save(bureau.bob, seen, {"ticket_cny": "60"}, database=db)


def test_what_is_not_there_is_said_to_be_so(bureau: Bureau) -> None:
    draft, db = bureau.draft(), bureau.database
    for call in (
        lambda: drafting.get_draft(bureau.ann, 99, database=db),
        lambda: drafting.get_draft(bureau.ann, 2**40, database=db),
        lambda: bureau.record(draft.id, "nowhere"),
        lambda: bureau.record(draft.id, "x", "no_table"),
        lambda: publishing.get_revision(bureau.ann, "no-such", database=db),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_partner_reads_no_draft(bureau: Bureau) -> None:
    with pytest.raises(PermissionDenied):
        drafting.list_drafts(bureau.hotel, database=bureau.database)
