"""The monthly lists and the figures that are made of the counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from recommender.bureau import demand, figures
from recommender.store.demand import add_counts, list_days
from tests.bureau.little_bureau import Bureau

MADE = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
COUNTIES = {"shuanglin-si": "Pingyao", "qiaojia-dayuan": "Qixian"}


@pytest.fixture
def counted(bureau: Bureau) -> Bureau:
    with bureau.database.writing() as connection:
        add_counts(connection, Counter({
            (dt.date(2027, 4, 1), "unserved", "qiaojia-dayuan"): 7, (dt.date(2027, 4, 30), "unserved", "shuanglin-si"): 2,
            (dt.date(2027, 5, 1), "unserved", "qiaojia-dayuan"): 1, (dt.date(2027, 4, 2), "search", "五台山"): 3,
            (dt.date(2027, 4, 2), "search", "张三"): 2, (dt.date(2027, 4, 9), "removed", "shuanglin-si"): 4,
            (dt.date(2027, 4, 9), "removed", "gone-place"): 1,
        }))  # fmt: skip
    return bureau


def test_the_top_of_a_month_is_of_that_month_and_rare_searches_stay_out(counted: Bureau) -> None:
    found = demand.list_top(counted.ann, dt.date(2027, 4, 1), database=counted.database)
    assert found["unserved"] == [("qiaojia-dayuan", 7), ("shuanglin-si", 2)]
    assert found["search"] == [("五台山", 3)]
    assert found["avoided"] == []
    assert demand.list_months(counted.ann, database=counted.database) == [dt.date(2027, 5, 1), dt.date(2027, 4, 1)]


def test_no_more_than_ten_of_a_kind(bureau: Bureau) -> None:
    with bureau.database.writing() as connection:
        add_counts(connection, Counter({(dt.date(2027, 4, 1), "avoided", f"place-{k}"): k for k in range(1, 30)}))
    found = demand.list_top(bureau.ann, dt.date(2027, 4, 5), database=bureau.database)["avoided"]
    assert found == [(f"place-{k}", k) for k in range(29, 19, -1)]


@pytest.mark.parametrize(
    ("day", "span"),
    [(dt.date(2027, 2, 14), (dt.date(2027, 2, 1), dt.date(2027, 2, 28))),
     (dt.date(2028, 2, 1), (dt.date(2028, 2, 1), dt.date(2028, 2, 29))),
     (dt.date(2027, 12, 31), (dt.date(2027, 12, 1), dt.date(2027, 12, 31)))],
)  # fmt: skip
def test_a_month_ends_with_its_last_day(day: dt.date, span: tuple[dt.date, dt.date]) -> None:
    assert demand.month_of(day) == span


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_figures_are_those_of_the_log(counted: Bureau, lang: str) -> None:
    table = demand.table_of(counted.ann, COUNTIES, database=counted.database)
    report = figures.demand_report(table, lang, MADE)
    with counted.database.reading() as connection:
        log = list_days(connection)
    by_county: Counter[tuple[str, str]] = Counter()
    for day, kind, subject, times in log:
        by_county["" if kind == "search" else COUNTIES.get(subject, ""), f"{day:%Y-%m}"] += times
    pivot = figures.demand_by_month(table)
    assert {(str(c), str(m)): int(pivot.loc[c, m]) for c in pivot.index for m in pivot.columns if pivot.loc[c, m]} == by_county
    assert sum(row[-1] for row in report.sheets[0].rows) == sum(times for *_, times in log)  # type: ignore[misc]
    assert str(sum(times for *_, times in log)) in report.lines[0]
    names = {"Pingyao": {"zh": "平遥县", "en": "Pingyao"}, "Qixian": {"zh": "祁县", "en": "Qixian"}}
    assert {names[county][lang] for county in ("Pingyao", "Qixian")} < {row[0] for row in report.sheets[0].rows}
