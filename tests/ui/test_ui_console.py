"""The console without a browser: what each role is offered, what a form says of a wrong field, what becomes of what is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recommender.bureau import closures, drafting, exchange, passwords, people, publishing, reviewing
from recommender.bureau.desk import Action, Person
from recommender.catalog.tables import TABLES
from recommender.i18n import messages, text
from recommender.partners import managing
from recommender.store import Database, FactReport, add_report
from recommender.travel.datum import wgs84_to_gcj02
from recommender.ui.staff import frame
from tests.bureau.little_bureau import Bureau, open_bureau
from tests.catalog.little_files import good_rows, write_folder
from tests.partners.little_hotels import INN
from tests.ui.seen import bodies, open_page, problem_text, run, words

PLACE = "shuanglin-si"
Open = Callable[..., AppTest]


@pytest.fixture
def bureau(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    return open_bureau(database, write_folder(tmp_path / "data", good_rows()))


@pytest.fixture
def console(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A page of the console as somebody sees it."""

    def opened(person: Person, page: str = "home", lang: str = "zh", **asked: str | int) -> AppTest:
        monkeypatch.setattr(frame, "find_person", lambda: person)
        return open_page(lang, "staff", page=page, lang=lang, **{name: str(value) for name, value in asked.items()})

    return opened


def _offered(test: AppTest) -> set[str]:
    return {str(button.key) for button in test.button}


def _keyed(test: AppTest, column: str) -> str:
    """The widget of a column."""
    keys = [str(one.key) for one in (*test.text_input, *test.selectbox, *test.text_area)]
    return next(key for key in keys if key.startswith("jz_f_") and key.endswith(f"_{column}"))


# ------------------------------------------------------------------------------------------------------- roles

_OFFERS = {
    Action.EDIT: ("records", {"table": "attractions", "key": PLACE}, "jz_save"),
    Action.REVIEW: ("changes", {}, "jz_act_send_back"),
    Action.PUBLISH: ("changes", {}, "jz_publish"),
    Action.CLOSE: ("home", {}, "jz_close_go"),
    Action.REOPEN: ("home", {}, "jz_reopen_"),
    Action.READ_AUDIT: ("history", {}, "jz_audit_check"),
    Action.MANAGE_PEOPLE: ("members", {}, "jz_make"),
    Action.BACK_UP: ("backup", {}, "jz_check"),
    Action.SETTLE: ("reports", {}, "jz_settle_"),
    Action.OWN_HOTEL: ("hotel", {}, "jz_propose"),
    Action.REVIEW_PARTNERS: ("partners", {}, "jz_approve_"),
    Action.MANAGE_PARTNERS: ("partners", {}, "jz_make_partner"),
}
"""Where each action is offered, and by which button."""
_WHO = {
    Action.EDIT: {"ann", "eva", "admin"}, Action.REVIEW: {"eva", "admin"}, Action.PUBLISH: {"eva", "admin"},
    Action.CLOSE: {"ann", "eva", "admin"}, Action.REOPEN: {"eva", "admin"}, Action.READ_AUDIT: {"eva", "admin"},
    Action.MANAGE_PEOPLE: {"admin"}, Action.BACK_UP: {"admin"}, Action.SETTLE: {"ann", "eva", "admin"},
    Action.OWN_HOTEL: {"hotel", "admin"}, Action.REVIEW_PARTNERS: {"eva", "admin"}, Action.MANAGE_PARTNERS: {"admin"},
}  # fmt: skip


@pytest.mark.parametrize("action", list(Action))
def test_each_role_is_offered_what_it_may_do(console: Open, bureau: Bureau, action: Action) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    version = drafting.get_draft(bureau.ann, draft.id).version
    reviewing.submit(bureau.ann, draft.id, version)
    add_report(bureau.database, FactReport(PLACE, "hours", "x", "r", "zh"), 60)
    closures.close(bureau.ann, [PLACE], dt.date(2027, 5, 1), None, "维修", "公告")
    managing.create_partner(bureau.admin, "inn", INN, account="hotel")
    managing.propose(bureau.hotel, "inn", INN | {"phone": "0354-1111111"})
    page, asked, button = _OFFERS[action]
    offered = set()
    for person in (bureau.ann, bureau.eva, bureau.admin, bureau.hotel):
        test = console(person, page, draft=draft.id, **asked)
        if any(key.startswith(button) for key in _offered(test)):
            offered.add(person.name)
    assert offered == _WHO[action]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_partner_without_a_hotel_is_told_whom_to_ask(console: Open, bureau: Bureau, lang: str) -> None:
    assert text("partners.console.none", lang) in bodies(console(bureau.hotel, lang=lang))


def test_somebody_demoted_while_the_page_stood_open_is_refused_in_words(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    test = console(bureau.eva, "changes", draft=draft.id)
    people.change_account(bureau.admin, bureau.eva.id, role="partner")
    run(test.button(key="jz_publish").click())
    assert text("errors.permission_denied", "zh") in problem_text(test)
    assert bureau.price() != "44"


def test_whose_session_has_ended_is_led_to_the_form_and_back(
    console: Open, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = console(bureau.ann, "history")
    monkeypatch.setattr(frame, "find_person", lambda: None)
    run(test)
    assert "/staff/sign-in?ended=1" in bodies(test)
    assert "page%3Dhistory" in bodies(test)


# ----------------------------------------------------------------------------------------------------- editing


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("opening_hours", "Apr-Oct 18:00-08:00", "须先开后关"),
        ("ticket_cny", "四十", "金额"),
        ("lat", "31.2", "34.5"),
        ("visit_minutes", "0", "5"),
        ("name_zh", "", "空"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_cannot_be_saved(
    console: Open, bureau: Bureau, column: str, value: str, word: str
) -> None:
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(test.text_input(key=_keyed(test, column)).set_value(value))
    assert word in words(test)
    run(test.button(key="jz_save").click())
    assert word in problem_text(test)
    assert all(not drafting.list_changes(bureau.ann, one.id) for one in drafting.list_drafts(bureau.ann))


def test_the_first_save_begins_a_draft_and_visitors_see_nothing_of_it(console: Open, bureau: Bureau) -> None:
    was = bureau.price()
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(test.text_input(key=_keyed(test, "ticket_cny")).set_value("44"))
    run(test.button(key="jz_save").click())
    [draft] = drafting.list_drafts(bureau.ann)
    [change] = drafting.list_changes(bureau.ann, draft.id)
    assert [(one.column, one.after) for one in change.fields] == [("ticket_cny", "44")]
    assert bureau.price() == was


def test_an_edit_never_slips_into_a_draft_that_was_handed_in(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    bureau.approved(draft.id)
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(test.text_input(key=_keyed(test, "visit_minutes")).set_value("75"))
    run(test.button(key="jz_save").click())
    assert drafting.get_draft(bureau.ann, draft.id).state == "approved"
    assert len(drafting.list_drafts(bureau.ann)) == 2


def test_hours_are_put_together_by_choosing_and_shown_in_the_year(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(test.checkbox(key="jz_build_closed").check())
    run(test.selectbox(key="jz_build_from").set_value(1))
    run(test.selectbox(key="jz_build_to").set_value(2))
    run(test.button(key="jz_build_add").click())
    assert str(test.text_input(key=_keyed(test, "opening_hours")).value).endswith("; Jan-Feb off")
    assert bodies(test).count(" d-changed") == 59
    run(test.button(key="jz_build_only").click())
    assert test.text_input(key=_keyed(test, "opening_hours")).value == "Jan-Feb off"


def test_a_point_of_another_datum_is_kept_in_wgs84(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    lat, lon = wgs84_to_gcj02(37.2, 112.2)
    radio = next(one for one in test.radio if str(one.key).startswith("jz_datum_"))
    run(radio.set_value("gcj02"))
    run(test.text_input(key=_keyed(test, "lat")).set_value(f"{lat:.8f}"))
    run(test.text_input(key=_keyed(test, "lon")).set_value(f"{lon:.8f}"))
    run(test.button(key="jz_save").click())
    [draft] = drafting.list_drafts(bureau.ann)
    cells = bureau.record(draft.id).cells
    assert cells is not None
    assert (cells["lat"], cells["lon"]) == ("37.2", "112.2")


def test_a_datum_chosen_without_a_new_point_moves_nothing(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(next(one for one in test.radio if str(one.key).startswith("jz_datum_")).set_value("bd09"))
    assert test.button(key="jz_save").disabled


def test_the_second_of_two_editors_chooses_field_by_field(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    test = console(bureau.bob, "records", draft=draft.id, table="attractions", key=PLACE)
    bureau.save(draft.id, ticket_cny="44", visit_minutes="80")
    run(test.text_input(key=_keyed(test, "ticket_cny")).set_value("55"))
    run(test.text_input(key=_keyed(test, "popularity")).set_value("12"))
    run(test.button(key="jz_save").click())
    assert text("staff.clash.title", "zh") in problem_text(test)
    [choice] = [radio for radio in test.radio if str(radio.key).startswith("jz_clash_")]
    assert [text("staff.pair", "zh", name=text(f"staff.clash.{side}", "zh"), words=price) for side, price in
            (("mine", "55"), ("theirs", "44"))] == choice.options  # fmt: skip
    run(choice.set_value("theirs"))
    run(test.button(key="jz_clash_save").click())
    cells = bureau.record(draft.id).cells
    assert cells is not None
    assert (cells["ticket_cny"], cells["visit_minutes"], cells["popularity"]) == ("44", "80", "12")


def test_what_a_third_saves_while_one_chooses_is_seen_before_it_is_overwritten(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    test = console(bureau.bob, "records", draft=draft.id, table="attractions", key=PLACE)
    bureau.save(draft.id, ticket_cny="44")
    run(test.text_input(key=_keyed(test, "ticket_cny")).set_value("55"))
    run(test.button(key="jz_save").click())
    bureau.save(draft.id, ticket_cny="66")
    run(test.button(key="jz_clash_save").click())
    [choice] = [radio for radio in test.radio if str(radio.key).startswith("jz_clash_")]
    assert choice.options[1].endswith("66")
    assert (bureau.record(draft.id).cells or {})["ticket_cny"] == "66"
    run(test.button(key="jz_clash_save").click())
    assert (bureau.record(draft.id).cells or {})["ticket_cny"] == "55"


def test_who_removes_what_a_colleague_has_changed_is_asked(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    test = console(bureau.bob, "records", draft=draft.id, table="attractions", key=PLACE)
    bureau.save(draft.id, ticket_cny="44")
    run(test.button(key="jz_remove").click())
    assert text("staff.clash.title", "zh") in problem_text(test)
    run(test.button(key="jz_clash_save").click())
    assert bureau.record(draft.id).cells is None


@pytest.mark.parametrize("table", [table.name for table in TABLES])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_has_its_list_and_its_form(console: Open, bureau: Bureau, table: str, lang: str) -> None:
    assert _has_form(console(bureau.ann, "records", lang, table=table, key="new!"))


def test_every_table_column_and_code_has_its_words() -> None:
    bureau, staff, trip = messages("bureau").keys(), messages("staff").keys(), messages("trip").keys()
    assert {f"table.{table.name}" for table in TABLES} <= bureau
    columns = [column for table in TABLES for column in table.columns]
    assert {f"column.{column.name}" for column in columns} <= staff
    codes = {code for column in columns if column.name not in ("county", "county_zh") for code in column.kind.codes}
    assert {code for code in codes if f"value.{code}" not in staff and f"category.{code}" not in trip} == {"1", "0"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_holidays_say_which_years_are_announced(
    console: Open, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    from recommender.ui.staff import records

    monkeypatch.setattr(records, "local_today", lambda: dt.date(2031, 1, 1))
    said = words(console(bureau.ann, "records", lang, table="holidays"))
    assert text("staff.year.none", lang, year="2031") in said
    years = {cells["year"] for cells in publishing.get_revision(bureau.ann, bureau.first.revision)["holidays"].values()}
    assert all(any(text(f"staff.year.{kind}", lang, year=year) in said for kind in ("official", "provisional")) for year in years)


def _has_form(test: AppTest) -> bool:
    return any(str(one.key).startswith("jz_f_") for one in test.text_input)


# ------------------------------------------------------------------------------------ publishing, closing, history


def test_a_publication_is_scheduled_and_cancelled_on_the_first_screen(console: Open, bureau: Bureau) -> None:
    was = bureau.price()
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    bureau.approved(draft.id)
    test = console(bureau.eva, "changes", draft=draft.id)
    run(test.button(key="jz_publish_later").click())
    coming = publishing.list_publications(bureau.eva)[-1]
    assert coming.at > dt.datetime.now(dt.UTC)
    assert bureau.price() == was
    test = console(bureau.eva)
    run(test.button(key=f"jz_cancel_{coming.number}").click())
    assert drafting.get_draft(bureau.ann, draft.id).state == "open"


def test_what_was_published_meanwhile_is_chosen_field_by_field_before_publishing(console: Open, bureau: Bureau) -> None:
    first, second = bureau.draft("一"), bureau.draft("二")
    bureau.save(first.id, ticket_cny="44")
    bureau.save(second.id, ticket_cny="55", visit_minutes="80")
    bureau.publish(first.id)
    test = console(bureau.admin, "changes", draft=second.id)
    assert text("staff.clash.published", "zh") in problem_text(test)
    assert "jz_publish" not in _offered(test)
    run(next(button for button in test.button if str(button.key).startswith("jz_up_to_date_")).click())
    run(test.button(key="jz_publish").click())
    assert bureau.price() == "55"


def test_a_draft_that_cannot_be_published_says_why_and_leads_there(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, area_id="nowhere-at-all")
    test = console(bureau.admin, "changes", draft=draft.id)
    assert "nowhere-at-all" in problem_text(test)
    assert "jz_publish" not in _offered(test)
    run(test.button(key="jz_fix_0").click())
    assert test.query_params["key"] == PLACE


def test_a_place_is_closed_at_once_and_reopened(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann)
    test.multiselect(key="jz_close_places").set_value([PLACE])
    test.text_input(key="jz_close_reason").set_value("大雪封山")
    test.text_input(key="jz_close_source").set_value("景区电话")
    run(test.button(key="jz_close_go").click())
    [(key, cells)] = [pair for pair in closures.list_closures(bureau.ann) if pair[1]["reason"] == "大雪封山"]
    assert cells["place_id"] == PLACE
    test = console(bureau.eva)
    run(test.button(key=f"jz_reopen_{key}").click())
    assert all(one["reason"] != "大雪封山" for _, one in closures.list_closures(bureau.ann))


def test_a_closure_without_a_reason_is_refused_in_words(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann)
    test.multiselect(key="jz_close_places").set_value([PLACE])
    run(test.button(key="jz_close_go").click())
    assert problem_text(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_visitors_report_leads_to_the_place(console: Open, bureau: Bureau, database: Database, lang: str) -> None:
    add_report(database, FactReport(PLACE, "hours", "五点关门", "r", "zh"), 60)
    test = console(bureau.ann, lang=lang)
    assert "五点关门" in words(test)
    [button] = [one for one in test.button if str(one.key).startswith("jz_report_")]
    run(button.click())
    assert test.query_params["key"] == PLACE
    assert test.query_params["page"] == "records"


def test_an_earlier_revision_holds_again_from_the_history(console: Open, bureau: Bureau) -> None:
    was = bureau.price()
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    bureau.publish(draft.id)
    test = console(bureau.eva, "history", number=bureau.first.number)
    run(test.button(key="jz_restore_revision").click())
    assert bureau.price() == was


def test_an_earlier_version_of_a_record_is_put_into_a_draft(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    bureau.publish(draft.id)
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(test.button(key=f"jz_restore_{bureau.first.number}").click())
    [begun] = drafting.list_drafts(bureau.ann)
    cells = bureau.record(begun.id).cells
    assert cells is not None
    assert cells["ticket_cny"] != "44"


def test_the_audit_shows_what_was_changed_and_that_it_is_whole(console: Open, bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    test = console(bureau.eva, "history")
    assert "→ 44" in words(test)
    run(test.button(key="jz_audit_check").click())
    assert text("staff.audit.whole", "zh") in words(test)


def test_a_new_account_comes_with_a_link_that_is_shown_once(console: Open, bureau: Bureau) -> None:
    test = console(bureau.admin, "members")
    test.text_input(key="jz_new_name").set_value("新人")
    run(test.button(key="jz_make").click())
    assert "/staff/link/" in bodies(test)
    run(test)
    assert "/staff/link/" not in bodies(test)
    assert any(account.name == "新人" for account in people.list_accounts(bureau.admin))


# --------------------------------------------------------------------------------------------------------- files


def test_a_file_is_looked_at_and_then_taken_into_the_draft(console: Open, bureau: Bureau) -> None:
    tables = {name: dict(rows) for name, rows in publishing.get_revision(bureau.ann, bureau.first.revision).items()}
    tables["attractions"][PLACE] = {**tables["attractions"][PLACE], "ticket_cny": "44"}
    test = console(bureau.ann, "uploads")
    test.file_uploader(key="jz_file").set_value(("attractions.csv", exchange.export_csv("attractions", tables), "text/csv"))
    run(test)
    assert "44" in words(test)
    assert drafting.list_drafts(bureau.ann) == []
    run(test.button(key="jz_apply").click())
    [draft] = drafting.list_drafts(bureau.ann)
    [change] = drafting.list_changes(bureau.ann, draft.id)
    assert change.key == PLACE


def test_a_bad_file_says_every_row_and_takes_nothing(console: Open, bureau: Bureau) -> None:
    good = exchange.export_csv("attractions", publishing.get_revision(bureau.ann, bureau.first.revision)).decode("utf-8-sig")
    bad = good.replace("08:00-18:00", "18:00-08:00")
    test = console(bureau.ann, "uploads")
    test.file_uploader(key="jz_file").set_value(("attractions.csv", bad.encode("gb18030"), "text/csv"))
    run(test)
    assert all(f"第 {row} 行" in problem_text(test) for row in (3, 5))
    assert drafting.list_drafts(bureau.ann) == []
    assert "jz_apply" not in _offered(test)
