"""Both pages in both languages: drawn, used, and asked for what cannot be."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from recommender import region as regions
from recommender import store
from recommender.i18n import messages, text
from recommender.model import Itinerary, TripRequest
from recommender.store import Database
from recommender.trip import sharing
from recommender.trip.planning import plan_trip
from recommender.ui import change
from recommender.ui.state import Key, Other
from tests.ui.seen import (
    SATURDAY,
    address,
    bodies,
    component_data,
    fix_today,
    has_plan,
    open_page,
    problem_text,
    run,
    words,
)

HAN = re.compile(r"[\u4e00-\u9fff]")
RAW = re.compile(r"\b(start_date|must_see|budget_fen|max_walk_m|day_end|None|nan)\b|\[\d+\]|\{\w+\}")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    fix_today(monkeypatch)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", ["plan", "explore"])
def test_a_page_speaks_the_browsers_language(page: str, lang: str) -> None:
    test = open_page(lang, page)
    said = words(test)
    assert text("ui.brand.name", lang) in said
    assert text("ui.footer.privacy", lang, days=400) in said
    assert not RAW.search(said), RAW.search(said)
    assert "Choose an option" not in said
    labels = [b.label for b in test.button] + [s.label for s in test.selectbox] + [e.label for e in test.expander]
    for label in labels:
        own = label != text("ui.nav.language", "zh" if lang == "en" else "en")
        assert bool(HAN.search(label)) == (lang == "zh") or not own, label


@pytest.mark.parametrize(("locale", "asked", "spoken"), [("zh", "en", "en"), ("en", "zh", "zh"), ("en", "xx", "zh")])
def test_the_address_may_ask_for_a_language(locale: str, asked: str, spoken: str) -> None:
    test = open_page(locale, lang=asked)
    assert text("ui.brand.name", spoken) in words(test)
    assert address(test)["lang"] == spoken


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_tap_gives_two_days_in_pingyao(lang: str) -> None:
    test = open_page(lang)
    run(test.button(key=Other.PLAN).click())
    assert has_plan(test)
    html = bodies(test)
    assert 'id="day-2"' in html
    assert 'id="day-3"' not in html
    assert text("ui.stop.why", lang) in html
    assert "pingyao-gucheng" in html
    assert not RAW.search(words(test))
    assert address(test)["days"] == "2"


def test_the_address_gives_the_same_plan_again() -> None:
    first = open_page("zh")
    first.segmented_control(key=Key.PACE).set_value("relaxed")
    first.selectbox(key=Key.DAYS).set_value(1)
    run(first.button(key=Other.PLAN).click())
    shared = address(first)
    assert shared["pace"] == "relaxed"
    again = open_page("zh", **shared)
    assert _cards(again) == _cards(first)
    assert address(again) == shared


def _cards(test: AppTest) -> list[str]:
    return re.findall(r"<article.*?</article>", bodies(test), flags=re.DOTALL)


def test_who_comes_by_train_leaves_from_there_unless_they_say_otherwise() -> None:
    test = open_page("zh")
    run(test.selectbox(key=Key.START).set_value("taiyuan-south-station"))
    assert test.selectbox(key=Key.END).value == "taiyuan-south-station"
    run(test.selectbox(key=Key.END).select_index(0))
    run(test.selectbox(key=Key.DAYS).set_value(3))
    run(test.button(key=Other.PLAN).click())
    assert "to" not in address(test)


def test_the_language_button_keeps_form_and_plan() -> None:
    test = open_page("zh")
    test.selectbox(key=Key.DAYS).set_value(3)
    test.selectbox(key=Key.START).set_value("taiyuan-south-station")
    run(test.pills(key=Key.INTERESTS).set_value(["temple", "courtyard"]))
    run(test.button(key=Other.LANGUAGE).click())
    assert text("ui.form.plan", "en") in words(test)
    assert test.selectbox(key=Key.DAYS).value == 3
    assert test.selectbox(key=Key.START).value == "taiyuan-south-station"
    assert test.pills(key=Key.INTERESTS).value == ["temple", "courtyard"]
    run(test.button(key=Other.PLAN).click())
    before = address(test)
    run(test.button(key=Other.LANGUAGE).click())
    assert has_plan(test)
    assert address(test) == before | {"lang": "zh"}


# ---------------------------------------------------------------------------------------------- bad addresses

BAD = {
    "an unknown place": ({"must": "no-such-place"}, "must_see"),
    "a place that is no sight": ({"must": "taiyuan-south-station"}, "must_see"),
    "a past date": ({"date": "2020-01-01"}, "start_date"),
    "an absurd date": ({"date": "9999-12-31"}, "start_date"),
    "no date at all": ({"date": "tomorrow"}, "start_date"),
    "a day that never was": ({"date": "2027-02-30"}, "start_date"),
    "no days": ({"days": "0"}, "days"),
    "99 days": ({"days": "99"}, "days"),
    "minus days": ({"days": "-1"}, "days"),
    "an end before the start": (
        {"days": "1", "from": "taiyuan-south-station@1800", "to": "taiyuan-south-station@0900"},
        "end",
    ),
    "a day that ends before it begins": ({"dawn": "1800", "dusk": "0900"}, "day_end"),
    "wanted and avoided": ({"must": "shuanglin-si", "avoid": "shuanglin-si"}, "avoid"),
    "two appointments at one place": ({"locks": "shuanglin-si@1@0900,shuanglin-si@2@1000"}, "locks"),
    "an appointment after the trip": ({"days": "2", "locks": "shuanglin-si@5"}, "locks"),
    "an unknown way of travel": ({"mode": "fly"}, "mode"),
    "an unknown pace": ({"pace": "'; DROP TABLE"}, "pace"),
    "nobody": ({"party": "0"}, "party"),
    "a crowd": ({"party": "99"}, "party"),
    "nonsense for a party": ({"party": "two"}, "party"),
    "a budget in words": ({"budget": "cheap"}, "budget_fen"),
    "an unknown kind of place": ({"like": "castles"}, "interests"),
    "an unknown need": ({"needs": "helicopter"}, "needs"),
    "a start nobody knows": ({"from": "atlantis@0930"}, "start"),
    "a start in the sea": ({"from": "0~0~x@0930"}, "start"),
    "too few nights": ({"days": "3", "stay": "stay-jingzhai"}, "lodging"),
    "broken JSON": ({"more": "{"}, "more"),
    "a field without a short form": ({"more": '{"stays":{"shuanglin-si":5}}'}, "stays"),
    "a rule nobody knows": ({"group": "loudest"}, "group"),
    "a member's kind of place nobody knows": ({"members": "temple/castles"}, "members"),
}


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.replace(" ", "-"))
def test_a_bad_address_is_named_in_both_languages_and_the_rest_kept(case: str) -> None:
    params, field = BAD[case]
    test = open_page("zh", **({"date": SATURDAY, "days": "1", "explore": "0.9"} | params))
    for lang in ("zh", "en"):
        if lang == "en":
            run(test.button(key=Other.LANGUAGE).click())
        said = problem_text(test)
        assert text(f"ui.field.{field}", lang) in said
        assert not RAW.search(said), said
        assert bool(HAN.search(re.sub(r"“[^”]*”", "", said))) == (lang == "zh"), said
        assert test.slider(key=Key.EXPLORE).value == 90
        assert not test.button(key=Other.PLAN).disabled


def test_a_leg_wish_that_a_change_of_the_form_rules_out_can_be_let_go_of() -> None:
    leg = '{"leg_modes":[{"from":"pingyao-south-gate","to":"shuanglin-si","mode":"drive"}]}'
    test = open_page("zh", date=SATURDAY, days="1", mode="drive", more=leg)
    assert has_plan(test)
    run(test.button(key=Other.CHANGE).click())
    test.segmented_control(key=Key.MODE).set_value("transit")
    run(test.button(key=Other.PLAN).click())
    said = problem_text(test)
    assert text("ui.field.leg_modes", "zh") in said
    assert not RAW.search(said)
    run(test.button(key=f"{Other.RELAX}_leg_modes").click())
    assert has_plan(test)
    assert "more" not in address(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_year_without_holidays_is_planned_and_says_so(lang: str) -> None:
    test = open_page(lang, date="2028-06-03", days="1")
    assert has_plan(test)
    assert text("trip.warning.no_holiday_table", lang, year="2028") in words(test)


# --------------------------------------------------------------------------------------------------- conflicts


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_conflict_is_told_with_ways_out_that_work(lang: str) -> None:
    asked = {"date": SATURDAY, "days": "2", "reach": "classic", "must": "qiaojia-dayuan"}
    test = open_page(lang, lang=lang, **asked)
    assert not has_plan(test)
    said = problem_text(test)
    assert text("ui.field.must_see", lang) in said
    assert text("ui.reach.classic", lang) in said
    assert not RAW.search(said)
    assert address(test)["must"] == "qiaojia-dayuan"
    assert test.multiselect(key=Key.MUST_SEE).value == ["qiaojia-dayuan"]
    run(test.button(key=f"{Other.RELAX}_0").click())
    assert has_plan(test)
    assert not problem_text(test)
    assert address(test)["reach"] == "region"


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.heavy)])
def test_a_budget_below_the_cheapest_day_says_what_would_do(lang: str) -> None:
    test = open_page(lang, lang=lang, date=SATURDAY, days="2", reach="region", must="mianshan", budget="10")
    assert text("ui.field.budget_fen", lang) in problem_text(test)
    labels = [button.label for button in test.button if str(button.key).startswith(Other.RELAX)]
    assert any("¥" in label for label in labels), labels
    assert test.number_input(key=Key.BUDGET).value == 10


def test_after_a_conflict_one_can_go_back_to_the_plan_before() -> None:
    test = open_page("zh", date=SATURDAY, days="1")
    before = _cards(test)
    run(test.button(key=Other.CHANGE).click())
    test.multiselect(key=Key.MUST_SEE).set_value(["qiaojia-dayuan"])
    run(test.segmented_control(key=Key.REACH).set_value("classic"))
    run(test.button(key=Other.PLAN).click())
    assert problem_text(test)
    assert test.multiselect(key=Key.MUST_SEE).value == ["qiaojia-dayuan"]
    run(test.button(key=Other.UNDO).click())
    assert _cards(test) == before


def test_a_contradiction_on_the_form_keeps_what_was_typed() -> None:
    test = open_page("en")
    test.multiselect(key=Key.MUST_SEE).set_value(["shuanglin-si"])
    test.multiselect(key=Key.AVOID).set_value(["shuanglin-si"])
    run(test.number_input(key=Key.BUDGET).set_value(900))
    run(test.button(key=Other.PLAN).click())
    assert "Leave out" in problem_text(test)
    assert test.multiselect(key=Key.MUST_SEE).value == ["shuanglin-si"]
    assert test.multiselect(key=Key.AVOID).value == ["shuanglin-si"]
    assert test.number_input(key=Key.BUDGET).value == 900


def test_a_mistake_of_ours_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.ui import plans

    def broken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(plans, "begin", broken)
    test = open_page("en", date=SATURDAY, days="1")
    assert text("ui.problem.internal", "en") in problem_text(test)
    assert "ZeroDivisionError" not in bodies(test)


# ------------------------------------------------------------------------------------------------------ a plan


def test_a_plan_that_found_nothing_has_one_tap_to_look_farther() -> None:
    station = "taiyuan-south-station"
    test = open_page("zh", date=SATURDAY, days="1", **{"from": f"{station}@1200", "to": f"{station}@1700"})
    run(test.button(key=Other.WIDER).click())
    assert address(test)["reach"] == "region"
    assert has_plan(test)
    assert Other.WIDER not in [button.key for button in test.button]


def test_the_dial_plans_again() -> None:
    test = open_page("zh", date=SATURDAY, days="1")
    run(test.segmented_control(key=Other.DIAL).set_value("classic"))
    assert address(test)["reach"] == "classic"
    assert has_plan(test)
    assert text("ui.reach_note.classic", "zh") in words(test)
    run(test.button(key=Other.UNDO).click())
    assert "reach" not in address(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_why_not_answers_and_can_add(lang: str) -> None:
    test = open_page(lang, date=SATURDAY, days="2", reach="region")
    assert 'data-act="drop:wangjia-dayuan"' not in bodies(test)
    run(test.selectbox(key=Other.WHY_NOT).set_value("wangjia-dayuan"))
    answer = re.search(r'<p class="answer"[^>]*>(.*?)</p>', bodies(test))
    assert answer
    assert answer[1].strip()
    run(test.button(key=f"{Other.WHY_NOT_ADD}_0").click())
    assert has_plan(test)
    assert 'data-act="drop:wangjia-dayuan"' in bodies(test)
    run(test.button(key=Other.UNDO).click())
    assert 'data-act="drop:wangjia-dayuan"' not in bodies(test)
    run(test.button(key=Other.REDO).click())
    assert 'data-act="drop:wangjia-dayuan"' in bodies(test)


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.heavy)])
def test_other_ways_are_shown_with_what_they_gain_and_cost(lang: str) -> None:
    test = open_page(lang, date=SATURDAY, days="1")
    run(test.toggle(key=Other.WAYS).set_value(True))
    ways = [button for button in test.button if str(button.key).startswith("jz_way_")]
    assert ways
    assert text("ui.reach.region", lang) in bodies(test)
    run(ways[0].click())
    assert has_plan(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_the_day_one_sees_now_and_next_and_can_be_late(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = dt.datetime.combine(dt.date.fromisoformat(SATURDAY), dt.time(11, 0))
    monkeypatch.setattr(change, "local_now", lambda: noon)
    test = open_page(lang, date=SATURDAY, days="2", locks="youjian-pingyao@1@1900")
    assert text("ui.today.next", lang) in bodies(test)
    assert text("ui.today.leave_by", lang) in bodies(test)
    run(test.button(key="jz_late_60").click())
    assert has_plan(test)
    assert text("ui.today.anew", lang, changes="") in bodies(test)
    assert text("ui.today.other_days", lang, days="|").partition("|")[0] not in bodies(test)
    assert 'data-act="free:youjian-pingyao"' in bodies(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_has_missed_an_appointment_is_told_and_keeps_the_plan(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    evening = dt.datetime.combine(dt.date.fromisoformat(SATURDAY), dt.time(19, 20))
    monkeypatch.setattr(change, "local_now", lambda: evening)
    test = open_page(lang, date=SATURDAY, days="2", locks="youjian-pingyao@1@1900")
    run(test.button(key="jz_late_60").click())
    assert has_plan(test)
    said = re.search(r'<p class="answer"[^>]*>(.*?)</p>', bodies(test))
    assert said is not None
    assert said[1].strip()
    assert not RAW.search(said[1])


def test_what_is_not_verified_is_shown_as_such() -> None:
    test = open_page("zh", date=SATURDAY, days="2", must="zhenguo-si")
    html = bodies(test)
    assert 'class="mark mark-amber"' in html
    assert text("ui.basis.hours.partly_sourced", "zh") in html or text("ui.basis.hours.typical_unverified", "zh") in html
    assert "https://" in html  # the sources


# ----------------------------------------------------------------------------------------------------- Explore


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("query", ["乔家", "qiaojia", "Qiao Family"])
def test_places_are_found_in_characters_pinyin_and_english(query: str, lang: str) -> None:
    test = open_page(lang, "explore")
    run(test.text_input(key=Other.SEARCH).set_value(query))
    first = re.search(r'data-act="open:([^"]+)"', bodies(test))
    assert first
    assert first[1] == "qiaojia-dayuan"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_found_says_what_to_do(lang: str) -> None:
    test = open_page(lang, "explore")
    run(test.text_input(key=Other.SEARCH).set_value("xqzwv"))
    run(test.pills(key=Other.CATEGORY).set_value(["hot_spring"]))
    run(test.selectbox(key=Other.COUNTY).set_value("Heshun"))
    assert text("ui.explore.none", lang) in words(test)


def test_filters_narrow_list_and_map_alike() -> None:
    test = open_page("zh", "explore")
    run(test.pills(key=Other.CATEGORY).set_value(["courtyard"]))
    run(test.selectbox(key=Other.COUNTY).set_value("Qixian"))
    listed = re.findall(r'data-act="open:([^"]+)"', bodies(test))
    shown = next(data for data in component_data(test) if "points" in data)["points"]
    assert listed
    assert [point["id"] for point in shown] == listed


def test_the_address_survives_a_walk_through_explore() -> None:
    test = open_page("zh", "explore", date=SATURDAY, days="3")
    assert address(test)["days"] == "3"
    assert str(test.date_input(key=Other.ON_DATE).value) == SATURDAY


def test_every_field_of_a_request_has_a_label() -> None:
    from recommender.model import TripRequest

    labels = messages("ui")
    assert [name for name in TripRequest.model_fields if f"field.{name}" not in labels] == []


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.heavy)])
def test_a_quick_plan_gives_way_to_the_full_one(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.trip import planning
    from recommender.warm import warm

    warm()
    monkeypatch.setattr(planning, "is_warm", lambda: False)
    test = open_page(lang)
    run(test.button(key=Other.PLAN).click())
    assert has_plan(test)
    assert text("ui.plan.quick", lang) in words(test)
    monkeypatch.setattr(planning, "is_warm", lambda: True)
    run(test)
    assert has_plan(test)
    assert text("ui.plan.quick", lang) not in words(test)
    assert [toast.value for toast in test.toast] == [text("ui.plan.full", lang)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_proven_plan_says_how_near_the_best_it_is(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.ui import plan
    from recommender.ui.state import get_state

    def proven(_region: object, itinerary: Itinerary) -> None:
        get_state().proof = (itinerary.request, 0.012)

    monkeypatch.setattr(plan, "may_certify", lambda _itinerary: True)
    monkeypatch.setattr(plan, "_until_proven", proven)
    test = open_page(lang)
    run(test.button(key=Other.PLAN).click())
    sentence = text("ui.plan.proven", lang, percent=2)
    assert sentence not in words(test)
    run(test)
    assert sentence in words(test)
    assert not RAW.search(words(test))


def test_a_plan_is_not_held_up_by_its_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.ui import plans

    monkeypatch.setattr(plans, "proof", lambda *_: pytest.fail("asked while the plan is being drawn"))
    test = open_page("en")
    run(test.button(key=Other.PLAN).click())
    assert has_plan(test)


# ------------------------------------------------------------------------------------------------ different tastes


def _settled(test: AppTest) -> AppTest:
    """The page once each one's satisfaction has been worked out."""
    deadline = time.monotonic() + 60
    while 'class="members"' not in bodies(test):
        assert time.monotonic() < deadline, words(test)
        time.sleep(0.2)
        run(test)
    return test


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.heavy)])
def test_several_tastes_are_told_by_number_and_each_sees_how_it_suits(lang: str) -> None:
    test = open_page(lang, date=SATURDAY, days="1")
    run(test.button(key=Other.CHANGE).click())
    run(test.segmented_control(key=Key.MEMBERS).set_value(2))
    test.pills(key=f"{Key.MEMBERS}_interests_0").set_value(["temple"])
    test.pills(key=f"{Key.MEMBERS}_interests_1").set_value(["shopping"])
    run(test.button(key=Other.PLAN).click())
    assert address(test)["members"] == "temple/shopping"
    said = words(_settled(test))
    for number, kind in ((1, "temple"), (2, "shopping")):
        who = text("ui.together.person", lang, number=number)
        assert text("ui.together.likes", lang, person=who, likes=text(f"ui.category.{kind}", lang)) in said
    assert re.search(r"\d+%", said)
    assert not RAW.search(said)
    run(test.segmented_control(key=Other.GROUP).set_value("least_misery"))
    assert address(test)["group"] == "least_misery"
    assert test.segmented_control(key=Other.GROUP).value == "least_misery"
    assert text("ui.together.title", lang) in words(_settled(test))


def test_nobody_is_asked_to_agree_with_themselves() -> None:
    test = open_page("zh", date=SATURDAY, days="1", members="temple")
    assert has_plan(test)
    assert text("ui.together.title", "zh") not in words(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_plan_says_in_one_line_how_sure_it_is_and_day_by_day_behind_it(lang: str) -> None:
    test = open_page(lang, date=SATURDAY, days="2")
    said = bodies(test)
    line = re.search(r'<details class="chance"><summary>(.*?)</summary>(.*?)</details>', said, flags=re.DOTALL)
    assert line is not None
    assert line[1].endswith("。" if lang == "zh" else ".")
    assert text("trip.nth.d2", lang) in line[2]
    assert not RAW.search(line[0])
# ---------------------------------------------------------------------------------------------------- sharing


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_share_stores_the_plan_on_the_page_and_shows_both_links(database: Database, lang: str) -> None:
    test = open_page(lang, date=SATURDAY, days="1")
    run(test.button(key=Other.SHARE).click())
    said = words(test)
    assert text("ui.share.edit", lang) in said
    read, edit = re.findall(r'href="http://127.0.0.1:8501/[pe]/([\w-]+)"', bodies(test))
    stored = store.get_plan(database, read)
    assert store.get_plan_to_edit(database, edit) == stored
    assert Itinerary.parse(stored.content.itinerary).request.days == 1
    assert stored.content.lang == lang
    run(test.button(key=Other.SHARE).click())
    assert read in bodies(test), "the same plan is not stored twice"
    run(test.segmented_control(key=Other.DIAL).set_value("classic"))
    assert read not in bodies(test), "the links are those of the plan on the page"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_comes_from_a_stored_plan_saves_back_under_its_links(database: Database, lang: str) -> None:
    region = regions.current()
    keys = sharing.share(region, plan_trip(region, TripRequest.parse({"start_date": SATURDAY, "days": 1})), lang)
    test = open_page(lang, date=SATURDAY, days="1", must="zhenguo-si", kept=f"{keys.edit}.1")
    assert "kept" not in test.query_params
    run(test.button(key=Other.SHARE).click())
    assert re.findall(r'href="http://127.0.0.1:8501/[pe]/([\w-]+)"', bodies(test)) == [keys.read, keys.edit]
    stored = store.get_plan(database, keys.read)
    assert stored.version == 2
    assert Itinerary.parse(stored.content.itinerary).request.must_see == ("zhenguo-si",)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("meanwhile", ["changed", "deleted", "nonsense"])
def test_what_others_did_meanwhile_to_a_stored_plan_is_left_alone(database: Database, lang: str, meanwhile: str) -> None:
    region = regions.current()
    before = plan_trip(region, TripRequest.parse({"start_date": SATURDAY, "days": 1}))
    keys = sharing.share(region, before, lang)
    if meanwhile == "changed":
        sharing.reshare(region, before, lang, keys.edit, 1)
    elif meanwhile == "deleted":
        sharing.forget(keys.edit)
    test = open_page(lang, date=SATURDAY, days="1", kept=f"{keys.edit}.1" if meanwhile != "nonsense" else "x.1")
    run(test.button(key=Other.SHARE).click())
    assert text("ui.share.parted", lang) in bodies(test)
    read, _ = re.findall(r'href="http://127.0.0.1:8501/[pe]/([\w-]+)"', bodies(test))
    assert read != keys.read
    assert store.get_plan(database, read).version == 1
    if meanwhile == "changed":
        assert store.get_plan(database, keys.read).version == 2


def test_a_database_that_is_away_costs_the_links_only(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Database("postgresql://jz@127.0.0.1:1/plans")
    monkeypatch.setattr(store, "database", lambda: away)
    test = open_page("en", date=SATURDAY, days="1")
    run(test.button(key=Other.SHARE).click())
    assert text("ui.share.failed", "en") in problem_text(test)
    assert has_plan(test)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_on_is_offered_and_one_tap_builds_the_plan_around_it(lang: str) -> None:
    test = open_page(lang, date="2027-04-17", days="2", reach="region")
    assert text("trip.occasion.title", lang) in bodies(test)
    run(test.button(key="jz_attend_ev-changjia-xinghua_changjia-zhuangyuan").click())
    assert has_plan(test)
    assert 'data-act="free:changjia-zhuangyuan"' in bodies(test)
    assert not [button for button in test.button if button.key == "jz_attend_ev-changjia-xinghua_changjia-zhuangyuan"]
