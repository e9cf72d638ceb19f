"""A wrong fact is reported from a place's page: noted, thanked for, or refused without losing a word."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from recommender import store
from recommender.i18n import text
from recommender.store import Database
from recommender.ui.state import Other
from tests.ui.seen import fix_today, open_page, problem_text, run, words

PLACE = "shuanglin-si"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    fix_today(monkeypatch)


def _opened(lang: str) -> AppTest:
    test = open_page(lang, "explore")
    test.session_state["jz_state"].looking.place = PLACE
    run(test)
    return run(test.button(key=Other.REPORT).click())


def _send(test: AppTest, lang: str) -> AppTest:
    return run(next(b for b in test.button if b.label == text("ui.report.send", lang)).click())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_is_noted_and_thanked_for(database: Database, lang: str) -> None:
    test = _opened(lang)
    test.radio(key=f"{Other.REPORT_FIELD}_{PLACE}").set_value("price")
    test.text_area(key=f"{Other.REPORT_WORDS}_{PLACE}").set_value("现在 40 元")
    _send(test, lang)
    assert text("ui.report.thanks", lang) in words(test)
    [kept] = store.list_reports(database)
    assert (kept.report.place, kept.report.field, kept.report.text, kept.report.lang) == (PLACE, "price", "现在 40 元", lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_that_is_refused_says_why_and_keeps_what_was_written(
    database: Database, lang: str
) -> None:
    test = _opened(lang)
    test.radio(key=f"{Other.REPORT_FIELD}_{PLACE}").set_value("other")
    _send(test, lang)
    assert text("errors.report_empty", lang) in problem_text(test)
    for _ in range(60):
        store.add_report(database, store.FactReport(PLACE, "hours", "", "r", "zh"), 60)
    test.text_area(key=f"{Other.REPORT_WORDS}_{PLACE}").set_value("写了很久")
    _send(test, lang)
    assert text("errors.too_often", lang, retry_after_s=3600) in problem_text(test)
    assert test.text_area(key=f"{Other.REPORT_WORDS}_{PLACE}").value == "写了很久"
    assert len(store.list_reports(database)) == 60
