"""The pages for trying before publishing, without a browser: asked, answered, and into the draft."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recommender.bureau import drafting, passwords, publishing, ruling, whatif
from recommender.bureau.desk import Person
from recommender.bureau.jobs import Jobs
from recommender.bureau.keeping import Kept
from recommender.bureau.prominence import Answer, Effect, Fix, Standing
from recommender.bureau.reachability import reach
from recommender.catalog import load_catalog
from recommender.i18n import text
from recommender.scoring import Rules
from recommender.store import Database
from recommender.ui.staff import frame, question, tallies
from tests.bureau.little_bureau import Bureau, open_bureau
from tests.ui.seen import bodies, open_page, problem_text, run, words

DATA = Path(__file__).resolve().parents[2] / "data"
PLACE = "zhenguo-si"
Open = Callable[..., AppTest]


@pytest.fixture
def bureau(database: Database, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    return open_bureau(database, DATA)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """A panel of six, counted here."""
    made = Jobs(Kept(), jobs=1)
    monkeypatch.setattr(question, "service", lambda: made)
    monkeypatch.setattr(question, "sizes", lambda: (6,))
    yield made
    made.stop()


@pytest.fixture
def console(bureau: Bureau, line: Jobs, monkeypatch: pytest.MonkeyPatch) -> Open:
    def opened(person: Person, page: str, lang: str = "zh", **asked: str | int) -> AppTest:
        monkeypatch.setattr(frame, "find_person", lambda: person)
        return open_page(lang, "staff", page=page, lang=lang, **{name: str(value) for name, value in asked.items()})

    return opened


def answered(test: AppTest, line: Jobs) -> AppTest:
    """The page once nothing is under way any more."""
    deadline = time.monotonic() + 120
    while any(not job.over for job in line._jobs.values()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {job.state for job in line._jobs.values()} == {"done"}, [job.error for job in line._jobs.values()]
    return run(test)


def keys(test: AppTest) -> set[str]:
    return {str(button.key) for button in test.button}


def done(line: Jobs, person: Person, key: str, result: Any) -> None:
    """An answer that is there already."""
    job = line.ask(person, key, lambda run: result)
    while not job.over:
        time.sleep(0.01)


# ------------------------------------------------------------------------------------------------------ what if


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_draft_is_tried_on_the_panel_and_told_in_one_sentence(console: Open, bureau: Bureau, line: Jobs, lang: str) -> None:
    draft = bureau.draft("关闭古城 Old town shut")
    bureau.save(draft.id, "shuanglin-si", suggest="0", suggest_note="试")
    test = console(bureau.ann, "whatif", lang, draft=draft.id)
    assert text("staff.panel.guessed", lang) in words(test)
    run(test.button(key="jz_ask_whatif").click())
    test = answered(test, line)
    report = next(iter(line._jobs.values())).result
    line_ = text(
        "staff.whatif.line", lang, name="关闭古城 Old town shut", visitors=6, changed=report.totals.changed,
        infeasible=report.totals.infeasible,
    )  # fmt: skip
    assert report.totals.changed > 0
    assert line_ in words(test)
    assert text("staff.whatif.people_missing", lang) in words(test)
    run(test.number_input(key="jz_whatif_people").set_value(20_000))
    assert text("staff.whatif.loads_note", lang, count="20,000") in words(test)
    assert {str(button.proto.label) for button in test.get("download_button")} == {text("staff.figure.csv", lang)}


def test_the_bar_shows_and_can_be_stopped(console: Open, bureau: Bureau, line: Jobs) -> None:
    import threading

    gate = threading.Event()
    line.ask(bureau.admin, "long", lambda run: gate.wait(60))
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="44")
    test = console(bureau.ann, "whatif", draft=draft.id)
    run(test.button(key="jz_ask_whatif").click())
    assert text("staff.panel.waiting", "zh", count=1) in str([one.proto for one in test.get("progress")])
    run(test.button(key="jz_stop_whatif").click())
    assert text("staff.panel.cancelled", "zh") in words(test)
    gate.set()


def test_without_a_draft_the_page_leads_to_the_records(console: Open, bureau: Bureau) -> None:
    assert "jz_whatif_edit" in keys(console(bureau.ann, "whatif"))


# ------------------------------------------------------------------------------------------------------ weights


def test_rules_are_priced_and_then_published_with_a_reason(console: Open, bureau: Bureau, line: Jobs) -> None:
    test = console(bureau.eva, "weights")
    assert "jz_rules_publish" not in keys(test)
    run(test.number_input(key="jz_rules_dispersal").set_value(0.1))
    run(test.multiselect(key="jz_rules_places").set_value([PLACE]))
    run(test.number_input(key=f"jz_rule_places_{PLACE}").set_value(1.3))
    assert "jz_rules_publish" not in keys(test)
    run(test.button(key="jz_ask_price").click())
    test = answered(test, line)
    if text("staff.rules.overdone_note", "zh") in words(test):
        assert test.button(key="jz_rules_publish").disabled
        run(test.checkbox(key="jz_rules_agree").check())
    run(test.button(key="jz_rules_publish").click())
    assert "必填" in problem_text(test)
    run(test.text_input(key="jz_rules_why").set_value("五一分流"))
    run(test.button(key="jz_rules_publish").click())
    assert ruling.rules_now() == Rules(dispersal=0.1, places={PLACE: 1.3})
    assert text("staff.rules.done", "zh") in words(test)
    test.query_params["page"] = "weights"
    assert text("staff.rules.replaced", "zh") not in problem_text(run(test))
    assert test.number_input(key="jz_rules_dispersal").value == 0.1
    assert publishing.published_now().why == "五一分流"


def test_an_editor_sees_the_price_and_cannot_publish(console: Open, bureau: Bureau, line: Jobs) -> None:
    test = console(bureau.ann, "weights", "en")
    run(test.number_input(key="jz_rules_dispersal").set_value(0.1))
    run(test.button(key="jz_ask_price").click())
    test = answered(test, line)
    assert text("staff.rules.not_yours", "en") in words(test)
    assert "jz_rules_publish" not in keys(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_frontier_is_drawn_and_a_point_of_it_taken(console: Open, bureau: Bureau, line: Jobs, lang: str) -> None:
    test = console(bureau.eva, "weights", lang)
    run(test.button(key="jz_ask_frontier").click())
    test = answered(test, line)
    assert len(test.get("arrow_vega_lite_chart") or test.get("vega_lite_chart")) == 1
    run(test.selectbox(key="jz_rules_level").set_value(0.22))
    run(test.button(key="jz_rules_take").click())
    assert test.number_input(key="jz_rules_dispersal").value == 0.22


def test_caps_and_quotas_become_weights(console: Open, bureau: Bureau, line: Jobs) -> None:
    test = console(bureau.eva, "weights")
    run(test.multiselect(key="jz_rules_quotas").set_value(["Zuoquan"]))
    run(test.number_input(key="jz_quota_Zuoquan").set_value(60))
    run(test.button(key="jz_ask_fit").click())
    test = answered(test, line)
    fitted = next(iter(line._jobs.values())).result
    assert text("staff.rules.unmet" if fitted.unmet else "staff.rules.met", "zh") in words(test)
    job = next(iter(line._jobs.values()))
    job.result = dataclasses.replace(
        fitted, point=dataclasses.replace(fitted.point, rules=Rules(counties={"Zuoquan": 1.2}))
    )
    run(test)
    run(test.button(key="jz_rules_take_found").click())
    assert "Zuoquan" in test.multiselect(key="jz_rules_counties").value
    assert test.number_input(key="jz_rule_counties_Zuoquan").value == 1.2


def test_who_types_rules_while_others_are_published_is_told(console: Open, bureau: Bureau) -> None:
    test = console(bureau.eva, "weights")
    run(test.number_input(key="jz_rules_dispersal").set_value(0.1))
    ruling.publish_rules(bureau.admin, {"dispersal": 0.2}, "分流")
    run(test)
    assert text("staff.rules.replaced", "zh") in problem_text(test)
    assert test.number_input(key="jz_rules_dispersal").value == 0.2


def test_a_draft_is_asked_about_as_it_is_and_not_as_the_page_saw_it(bureau: Bureau, line: Jobs) -> None:
    seen = bureau.draft()
    bureau.save(seen.id, PLACE, visit_minutes="75")
    job = whatif.ask_impact(line, bureau.ann, seen, 6)
    line.cancel(bureau.ann, job)
    assert job.key == whatif.impact_key(whatif.published_region(), drafting.get_draft(bureau.ann, seen.id), 6)


def test_a_days_capacity_is_no_cap_of_half_a_day(console: Open, bureau: Bureau) -> None:
    place = next(a.id for a in load_catalog(DATA).attractions.values() if a.capacity_day is not None)
    test = console(bureau.eva, "weights")
    run(test.multiselect(key="jz_rules_caps").set_value([place]))
    assert test.number_input(key=f"jz_cap_{place}").value is None


def test_rules_in_force_stand_in_the_widgets(console: Open, bureau: Bureau) -> None:
    ruling.publish_rules(bureau.eva, {"dispersal": 0.2, "counties": {"Heshun": 1.4}}, "分流")
    test = console(bureau.eva, "weights")
    assert test.number_input(key="jz_rules_dispersal").value == 0.2
    assert test.number_input(key="jz_rule_counties_Heshun").value == 1.4
    assert text("staff.rules.same", "zh") in words(test)


def test_the_history_tells_rules_before_and_after(console: Open, bureau: Bureau) -> None:
    ruling.publish_rules(bureau.eva, {"counties": {"Heshun": 1.4}}, "分流")
    assert "分流力度 0.04 → 分流力度 0.04；和顺县 × 1.4" in words(console(bureau.ann, "history"))


# ----------------------------------------------------------------------------------------------- why not my site


def test_a_site_is_told_its_rank_and_what_stands_in_its_way(console: Open, bureau: Bureau, line: Jobs) -> None:
    test = console(bureau.ann, "why_not", place=PLACE)
    run(test.button(key="jz_ask_why").click())
    test = answered(test, line)
    answer = next(iter(line._jobs.values())).result
    assert f"第 {answer.standing.rank}" in words(test)
    assert text(f"staff.blocking.{answer.standing.blocking}", "zh") in words(test)


@pytest.fixture
def hours_fix(bureau: Bureau, line: Jobs) -> Fix:
    """An answer by hand: its hours want verifying."""
    fix = Fix(PLACE, "verify_hours", {"opening_hours": "08:30-18:00", "hours_basis": "sourced"})
    standing = Standing(PLACE, 90, 160, 0, 0.0, {"lower_score": 5}, "missing")
    region = whatif.published_region()
    done(line, bureau.ann, whatif.why_key(region, PLACE, 6), Answer(standing, ((fix, 2),), fix, Effect(0, 2, 4)))
    return fix


def test_a_fix_is_counted_and_goes_into_the_draft_only_with_a_source(
    console: Open, bureau: Bureau, line: Jobs, hours_fix: Fix
) -> None:
    test = console(bureau.ann, "why_not", place=PLACE)
    run(test.button(key="jz_ask_count").click())
    test = answered(test, line)
    assert "实算" in words(test)
    assert test.button(key="jz_why_into_draft").disabled
    run(test.text_input(key=f"jz_why_hours_{PLACE}").set_value("09:00-17:30"))
    run(test.text_input(key="jz_why_source").set_value("2026-11-20 致电票务处"))
    run(test.button(key="jz_why_into_draft").click())
    (draft,) = drafting.list_drafts(bureau.ann)
    cells = drafting.get_record(bureau.ann, draft.id, "attractions", PLACE).cells
    assert cells is not None
    assert cells["opening_hours"] == "09:00-17:30"
    assert "2026-11-20 致电票务处" in cells["checked_note"]


def test_a_weight_as_the_only_fix_leads_to_its_price(console: Open, bureau: Bureau, line: Jobs) -> None:
    fix = Fix(PLACE, "weight", factor=1.3)
    standing = Standing(PLACE, 90, 160, 0, 0.0, {"lower_score": 5}, "score")
    key = whatif.why_key(whatif.published_region(), PLACE, 6)
    done(line, bureau.ann, key, Answer(standing, ((fix, 2),), fix, Effect(0, 2, 4)))
    test = console(bureau.ann, "why_not", place=PLACE)
    run(test.button(key="jz_why_weights").click())
    assert test.number_input(key=f"jz_rule_places_{PLACE}").value == 1.3


def test_no_cell_of_a_file_of_figures_is_a_formula() -> None:
    frame = pd.DataFrame({"change": [-1.5, float("nan")]}, index=pd.Index(["=one", "two"], name="place"))
    assert tallies.csv_of(frame, {"two": "@two"}).decode("utf-8-sig").splitlines() == [
        "place,name,change", "'=one,'=one,-1.5", "two,'@two,"
    ]  # fmt: skip


# -------------------------------------------------------------------------------------------------- opening a way


def test_a_later_bus_is_compared_and_goes_into_the_draft_with_its_day(console: Open, bureau: Bureau, line: Jobs) -> None:
    test = console(bureau.ann, "opening")
    run(test.radio(key="jz_way_kind").set_value("bus"))
    run(test.multiselect(key="jz_way_stops").set_value(["pingyaogucheng-station", PLACE]))
    run(test.button(key="jz_ask_reach").click())
    test = answered(test, line)
    assert bodies(test).count('class="reach-map"') == 2
    run(test.text_input(key="jz_way_source").set_value("市交通局公告"))
    day = dt.date.today() + dt.timedelta(days=40)  # noqa: DTZ011 - the page's own clock
    run(test.date_input(key="jz_way_day").set_value(day))
    run(test.button(key="jz_way_into_draft").click())
    (draft,) = drafting.list_drafts(bureau.ann)
    (change,) = drafting.list_changes(bureau.ann, draft.id)
    assert change.after is not None
    assert (change.table, change.after["mode"], change.after["source"]) == ("links", "bus", "市交通局公告")
    assert f"{day} 起运行" in change.after["operating_note"]
    assert not drafting.check_draft(bureau.ann, draft.id)


def test_a_later_last_train_shows_what_is_known_now(console: Open, bureau: Bureau, line: Jobs) -> None:
    test = console(bureau.ann, "opening", "en")
    run(test.radio(key="jz_way_kind").set_value("train"))
    box = test.selectbox(key="jz_way_which_train")
    link = next(link for link in load_catalog(DATA).links if link.mode == "rail" and link.usable)
    run(box.set_value((link.from_id, link.to_id)))
    assert "Last departure at (now " in words(test) + str([one.label for one in test.time_input])
    run(test.button(key="jz_ask_reach").click())
    test = answered(test, line)
    assert text("staff.way.line", "en", nearer="", later="")[:3] in words(test)


def test_a_later_last_train_goes_into_a_draft_in_which_its_link_was_changed(console: Open, bureau: Bureau, line: Jobs) -> None:
    link = next(link for link in load_catalog(DATA).links if link.mode == "rail" and link.usable)
    draft = bureau.draft("晚点车")
    ends = {link.from_id, link.to_id}
    there = [
        record for record in drafting.list_records(bureau.ann, draft.id, "links")
        if record.cells and record.cells["mode"] == "rail" and {record.cells["from_id"], record.cells["to_id"]} == ends
    ]  # fmt: skip
    drafting.save(bureau.ann, there[0], {"fare_cny": "77"})
    way = whatif.Way("train", (link.from_id, link.to_id), last_min=23 * 60)
    done(line, bureau.ann, whatif.reach_key(whatif.published_region(), way, "transit"),
         reach(whatif.published_region(), whatif.published_region()))  # fmt: skip
    test = console(bureau.ann, "opening", draft=draft.id)
    run(test.radio(key="jz_way_kind").set_value("train"))
    run(test.selectbox(key="jz_way_which_train").set_value((link.from_id, link.to_id)))
    run(test.time_input(key="jz_way_until_train").set_value(dt.time(23)))
    run(test.text_input(key="jz_way_source").set_value("铁路局公告"))
    run(test.button(key="jz_way_into_draft").click())
    changes = drafting.list_changes(bureau.ann, draft.id)
    assert {change.kind for change in changes} == {"changed"}
    assert len(changes) == len(there)
    after = {change.key: change.after or {} for change in changes}
    assert {cells["last_departure"] for cells in after.values()} == {"23:00"}
    assert after[there[0].key]["fare_cny"] == "77"
    assert not drafting.check_draft(bureau.ann, draft.id)


def test_a_way_that_cannot_be_is_told_in_words(console: Open, bureau: Bureau, line: Jobs) -> None:
    test = console(bureau.ann, "opening")
    run(test.multiselect(key="jz_way_stops").set_value(["pingyaogucheng-station", PLACE]))
    run(test.time_input(key="jz_way_last").set_value(dt.time(5)))
    assert text("staff.way.last_first", "zh") in problem_text(test)
    assert "jz_ask_reach" not in keys(test)
