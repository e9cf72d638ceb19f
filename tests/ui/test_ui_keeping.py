"""The pages that keep the data good, without a browser: what they offer, what they do, in both languages."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from recommender import region as regions
from recommender import store
from recommender.bureau import backups, drafting, logins, passwords, pictures, publishing, settling, whatif
from recommender.bureau.desk import Person
from recommender.bureau.jobs import Jobs
from recommender.bureau.keeping import Kept
from recommender.bureau.replay import Replay
from recommender.i18n import text
from recommender.region import Region
from recommender.store import Database, FactReport
from recommender.store.demand import add_counts
from recommender.ui.staff import frame, question, records
from tests.bureau.little_bureau import PASSWORD, Bureau, open_bureau
from tests.bureau.little_panel import by_hand, seen
from tests.catalog.little_files import good_rows, write_folder
from tests.ui.seen import address, bodies, open_page, problem_text, run, words

PLACE = "shuanglin-si"
LANGS = ("zh", "en")
Open = Callable[..., AppTest]


@pytest.fixture
def bureau(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    made = open_bureau(database, write_folder(tmp_path / "data", good_rows()))
    monkeypatch.setattr(regions, "current", lambda: _region(made))
    store.add_report(database, FactReport(PLACE, "hours", "周一不开", "r1", "zh"), 60)
    store.add_report(database, FactReport(PLACE, "hours", "冬天早关", "r1", "zh"), 60)
    store.add_report(database, FactReport("eat-street", "closed", "", "r1", "zh"), 60)
    return made


def _region(bureau: Bureau) -> Region:
    from recommender.catalog.records import catalog_of

    revision = publishing.published_now(database=bureau.database).revision
    return Region(catalog_of(publishing.get_revision(bureau.ann, revision, database=bureau.database)))


@pytest.fixture
def console(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Open:
    def opened(person: Person, page: str, lang: str = "zh", **asked: str | int) -> AppTest:
        monkeypatch.setattr(frame, "find_person", lambda: person)
        return open_page(lang, "staff", page=page, lang=lang, **{name: str(value) for name, value in asked.items()})

    return opened


def _uploader(test: AppTest) -> Any:
    return test.get("file_uploader")[0]


def _counted(monkeypatch: pytest.MonkeyPatch) -> Replay:
    found = by_hand(seen((1, PLACE, 540, 600)), seen((1, PLACE, 540, 600), (1, "pingyao-xianya", 610, 660)))
    monkeypatch.setattr(question, "trips", lambda room, page, region: found)
    return found


# ------------------------------------------------------------------------------------------------------ reports


@pytest.mark.parametrize("lang", LANGS)
def test_reports_stand_in_heaps_and_lead_to_their_field(console: Open, bureau: Bureau, lang: str) -> None:
    test = console(bureau.ann, "reports", lang)
    assert text("staff.reports.open", lang, count=3, heaps=2) in words(test)
    assert "周一不开" in words(test)
    run(test.button(key=f"jz_mend_{PLACE}_hours").click())
    assert {name: address(test)[name] for name in ("page", "table", "key", "column")} == {
        "page": "records", "table": "attractions", "key": PLACE, "column": "opening_hours",
    }  # fmt: skip
    assert text("staff.wanted", lang) in words(test)
    assert bodies(test).count('id="jz-wanted"') == 1


def test_a_heap_is_settled_with_a_note_and_not_without(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann, "reports")
    run(test.button(key=f"jz_settle_mended_{PLACE}_hours").click())
    assert problem_text(test)
    assert len(settling.list_heaps(bureau.ann)) == 2
    run(test.text_input(key=f"jz_note_{PLACE}_hours").set_value("打过电话"))
    run(test.button(key=f"jz_settle_mended_{PLACE}_hours").click())
    assert [heap.place for heap in settling.list_heaps(bureau.ann)] == ["eat-street"]
    assert "打过电话" in words(test)


# ------------------------------------------------------------------------------------------------------ quality


@pytest.mark.parametrize("lang", LANGS)
def test_a_finding_is_one_click_from_its_field(console: Open, bureau: Bureau, lang: str) -> None:
    test = console(bureau.ann, "quality", lang)
    button = next(one for one in test.button if str(one.key).endswith("_attractions_youjian-pingyao_ticket_cny"))
    assert text("bureau.finding.unknown_price", lang) in button.label
    run(button.click())
    assert address(test)["key"] == "youjian-pingyao"
    assert address(test)["column"] == "ticket_cny"
    assert text("staff.wanted", lang) in words(test)


def test_the_board_filters_by_kind_and_table(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann, "quality")
    every = [str(one.key) for one in test.button if str(one.key).startswith("jz_finding_")]
    run(test.selectbox(key="jz_quality_kind").set_value("missing"))
    run(test.selectbox(key="jz_quality_table").set_value("lodging"))
    some = [str(one.key) for one in test.button if str(one.key).startswith("jz_finding_")]
    assert 0 < len(some) < len(every)
    assert all("_lodging_" in key for key in some)


def test_what_trips_hang_on_is_ranked_and_reports_are_counted_beside_findings(
    console: Open, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, hours_basis="typical_unverified")
    bureau.publish(draft.id)
    _counted(monkeypatch)
    test = console(bureau.ann, "quality")
    first = next(one for one in test.button if str(one.key).startswith("jz_doubt_"))
    assert "双林寺" in first.label
    assert "2 份行程" in first.label
    run(first.click())
    assert address(test)["column"] == "opening_hours"


def test_the_weeks_list_is_there_as_files(console: Open, bureau: Bureau) -> None:
    test = console(bureau.ann, "quality")
    assert {"recheck.xlsx", "recheck.docx", "recheck.pdf", "recheck.csv"} <= _files(test)
    assert text("staff.quality.reported", "zh", count=2) not in words(test)
    assert text("bureau.recheck.title", "zh") in words(test)


# ------------------------------------------------------------------------------------------------- demand, figures


@pytest.mark.parametrize("lang", LANGS)
def test_the_month_shows_what_was_asked_for(console: Open, bureau: Bureau, lang: str) -> None:
    with bureau.database.writing() as connection:
        add_counts(connection, Counter({
            (dt.date(2027, 4, 1), "unserved", PLACE): 7, (dt.date(2027, 4, 1), "search", "五台山"): 4,
            (dt.date(2027, 4, 1), "search", "少有人问"): 1,
        }))  # fmt: skip
    test = console(bureau.ann, "demand", lang, month="2027-04")
    shown = words(test)
    assert ("双林寺" if lang == "zh" else "Shuanglin Temple") in shown
    assert "五台山" in shown
    assert "少有人问" not in shown
    run(test.button(key="jz_demand_report").click())
    assert address(test)["page"] == "figures"
    test = console(bureau.ann, "figures", lang, kind="demand")
    assert text("bureau.figures.from_log", lang, total=12) in words(test)
    assert {"demand.xlsx", "demand.docx", "demand.pdf", "demand.csv"} <= _files(test)


def _files(test: AppTest) -> set[str]:
    return {str(one.proto.id).rpartition("jz_file_")[2] for one in test.get("download_button")}


@pytest.mark.parametrize("lang", LANGS)
def test_exposure_is_shown_as_tables_and_files(
    console: Open, bureau: Bureau, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _counted(monkeypatch)
    test = console(bureau.eva, "figures", lang)
    assert text("bureau.figures.no_forecast", lang) in words(test)
    assert found.state in words(test)
    assert {"exposure.xlsx", "exposure.docx", "exposure.pdf", "exposure.csv", "exposure-4.csv"} <= _files(test)
    assert not test.exception


def test_trips_are_counted_when_asked_for_and_are_there_from_then_on(
    console: Open, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Jobs(Kept(), jobs=1)
    monkeypatch.setattr(question, "service", lambda: line)
    monkeypatch.setattr(question, "sizes", lambda: (2,))
    monkeypatch.setattr(whatif, "replay", lambda *_: by_hand(seen((1, PLACE, 540, 600))))
    test = console(bureau.ann, "figures")
    assert text("bureau.figures.no_forecast", "zh") not in words(test)
    run(test.button(key="jz_ask_trips_exposure").click())
    job = line.find(whatif.trips_key(whatif.published_region(), 2))
    assert job is not None
    while not job.over:
        time.sleep(0.01)
    assert text("bureau.figures.no_forecast", "zh") in words(run(test))


# ------------------------------------------------------------------------------------------------------ backup


@pytest.mark.parametrize("lang", LANGS)
def test_the_admin_checks_what_is_kept(console: Open, bureau: Bureau, lang: str) -> None:
    test = console(bureau.admin, "backup", lang)
    run(test.button(key="jz_check").click())
    assert text("staff.backup.whole", lang) in words(test)


def test_restoring_asks_for_the_word_and_puts_everything_back(console: Open, bureau: Bureau) -> None:
    out = io.BytesIO()
    backups.write_backup(bureau.admin, out)
    bureau.save(bureau.draft().id, ticket_cny="99")
    test = console(bureau.admin, "backup")
    run(_uploader(test).set_value(("备份.zip", out.getvalue(), "application/zip")))
    assert text("staff.backup.table", "zh", name="草稿", rows=0) in words(test)
    run(test.button(key="jz_restore").click())
    assert text("staff.backup.unsure", "zh", word="恢复") in problem_text(test)
    assert drafting.list_drafts(bureau.ann)
    run(test.text_input(key="jz_backup_sure").set_value("恢复"))
    run(test.button(key="jz_restore").click())
    assert drafting.list_drafts(bureau.ann) == []


def test_a_file_that_is_no_backup_is_refused_in_words(console: Open, bureau: Bureau) -> None:
    test = console(bureau.admin, "backup")
    run(_uploader(test).set_value(("假的.zip", b"PK\x03\x04 no", "application/zip")))
    assert "假的.zip" in problem_text(test)
    assert not [one for one in test.button if one.key == "jz_restore"]


# ------------------------------------------------------------------------------------------------------ accounts


def _change(test: AppTest, old: str, new: str, again: str) -> None:
    for key, value in (("jz_own_old", old), ("jz_own_new", new), ("jz_own_again", again)):
        test.text_input(key=key).set_value(value)
    run(next(one for one in test.button if "jz_own_form" in str(one.proto.form_id)).click())


def test_a_clerk_changes_the_own_password(console: Open, bureau: Bureau) -> None:
    new = "另一把很长很长的钥匙 2028"
    test = console(bureau.admin, "own")
    _change(test, PASSWORD, new, new + "x")
    assert text("errors.password_differs", "zh") in problem_text(test)
    _change(test, "wrong wrong wrong", new, new)
    assert problem_text(test)
    _change(test, PASSWORD, "short", "short")
    assert problem_text(test)
    _change(test, PASSWORD, new, new)
    assert text("staff.own.done", "zh") in words(test)
    assert logins.login("admin", new)


@pytest.mark.parametrize("lang", LANGS)
def test_the_admin_sees_who_signed_in_when(console: Open, bureau: Bureau, lang: str) -> None:
    logins.login("admin", PASSWORD)
    shown = words(console(bureau.admin, "members", lang))
    assert shown.count(text("staff.members.never", lang)) == 4
    assert text("staff.members.seen", lang, when="").strip() in shown


# ------------------------------------------------------------------------------------------------------ records


def test_lunar_days_and_a_closure_are_chosen_and_shown_in_the_year(
    console: Open, bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "local_today", lambda: dt.date(2027, 1, 1))
    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(test.checkbox(key="jz_build_lunar").check())
    run(test.checkbox(key="jz_build_closed").check())
    run(test.button(key="jz_build_add").click())
    field = next(one for one in test.text_input if str(one.key).endswith("_opening_hours"))
    assert str(field.value).endswith("; lunar 12-30..01-05 off")
    assert bodies(test).count(" d-changed") >= 5
    run(test.text_input(key="jz_build_close_reason").set_value("维修"))
    run(test.text_input(key="jz_build_close_source").set_value("公告"))
    run(test.button(key="jz_build_close").click())
    [draft] = drafting.list_drafts(bureau.ann)
    [change] = drafting.list_changes(bureau.ann, draft.id)
    assert (change.table, change.after["place_id"] if change.after else "") == ("closures", PLACE)


def test_a_picture_goes_into_the_draft_with_credit_and_licence_and_not_without(console: Open, bureau: Bureau) -> None:
    from tests.bureau.test_pictures import photo

    test = console(bureau.ann, "records", table="attractions", key=PLACE)
    run(_uploader(test).set_value(("寺.jpg", photo(), "image/jpeg")))
    run(test.button(key=f"jz_photo_go_{PLACE}").click())
    assert problem_text(test)
    assert drafting.list_drafts(bureau.ann) == []
    run(test.text_input(key=f"jz_photo_credit_{PLACE}").set_value("张三"))
    run(test.selectbox(key=f"jz_photo_licence_{PLACE}").set_value("CC-BY-4.0"))
    run(test.button(key=f"jz_photo_go_{PLACE}").click())
    [draft] = drafting.list_drafts(bureau.ann)
    name = pictures.drawn_anew(photo(), "x").name
    assert drafting.get_tables(bureau.ann, draft.id)["pictures"][name]["credit"] == "张三"
    assert f"/pictures/{name}.jpg" in bodies(test)


def test_the_places_of_a_route_are_chosen_by_name_in_order(console: Open, bureau: Bureau) -> None:
    key = next(iter(publishing.get_revision(bureau.ann, bureau.first.revision)["themed_routes"]), None)
    assert key is not None
    test = console(bureau.ann, "records", table="themed_routes", key=key)
    box = next(one for one in test.multiselect if str(one.key).endswith("_place_ids"))
    run(box.set_value(["pingyao-xianya", PLACE]))
    run(test.button(key="jz_save").click())
    [draft] = drafting.list_drafts(bureau.ann)
    assert drafting.get_tables(bureau.ann, draft.id)["themed_routes"][key]["place_ids"] == f"pingyao-xianya;{PLACE}"
    run(test.button(key="jz_route_go").click())
    assert text("staff.route.yes", "zh") in words(test) or problem_text(test)


@pytest.mark.parametrize("lang", LANGS)
def test_help_has_a_topic_for_every_kind_of_work(console: Open, bureau: Bureau, lang: str) -> None:
    from recommender.ui.staff.guide import TOPICS

    test = console(bureau.ann, "guide", lang)
    for topic, page in TOPICS:
        assert text(f"staff.guide.{topic}", lang) in words(test)
        assert page in {known.name for known in frame.PAGES}
