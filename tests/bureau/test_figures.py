"""Exposure as a report: what a hand counts of the panel's trips, by county and month."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from recommender import region as regions
from recommender.bureau import figures
from recommender.bureau.panel import SEED
from tests.bureau.little_panel import by_hand, seen

MADE = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)


def test_trips_by_county_and_month_are_counted_once_each() -> None:
    region = regions.current()
    found = by_hand(
        seen((1, "pingyao-gucheng", 540, 700), (1, "shuanglin-si", 710, 760)),
        seen((1, "qiaojia-dayuan", 540, 700)),
        seen((1, "pingyao-gucheng", 540, 700)),
    )
    wanted: Counter[tuple[str, str]] = Counter()
    for visitor, outcome in found:
        month = f"{visitor.request.dates[0]:%Y-%m}"
        wanted.update({(region.catalog.attractions[place].county, month) for place in outcome.places})
    frame = figures.exposure_by_month(region, found)
    assert {(str(c), str(m)): int(frame.loc[c, m]) for c in frame.index for m in frame.columns if frame.loc[c, m]} == wanted
    assert set(frame.index) == {place.county for place in region.catalog.attractions.values()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_says_what_it_rests_on_and_holds_every_site(lang: str) -> None:
    region = regions.current()
    found = by_hand(seen((1, "pingyao-gucheng", 540, 700)), seen((1, "qiaojia-dayuan", 540, 700)))
    report = figures.exposure_report(region, found, lang, MADE)
    assert str(SEED) in report.lines[0]
    assert found.state in report.lines[0]
    sites = report.sheets[3].rows
    assert len(sites) == len(region.catalog.attractions)
    name = region.catalog.attractions["qiaojia-dayuan"]
    assert (name.name_zh if lang == "zh" else name.name_en, 1, 0.5, 1) in sites
    assert figures.exposure_report(region, found, lang, MADE) == report
