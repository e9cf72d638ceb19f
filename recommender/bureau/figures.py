"""Who is sent where and what is asked for, as tables by county and month: the same log and panel, the same figures."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from recommender.bureau import exposure
from recommender.bureau.panel import SEED
from recommender.catalog.tables import COUNTIES
from recommender.exports.tables import Cell, Report, Sheet
from recommender.i18n import text

if TYPE_CHECKING:
    import pandas as pd

    from recommender.bureau.replay import Replay
    from recommender.region import Region


def exposure_by_month(region: Region, replay: Replay) -> pd.DataFrame:
    """Index: county. Columns: months of the panel's trips, ``YYYY-MM``. Trips that see any place of the county in that month."""
    import pandas as pd

    counties = {place.id: place.county for place in region.catalog.attractions.values()}
    seen: Counter[tuple[str, str]] = Counter()
    for visitor, outcome in replay:
        dates = visitor.request.dates
        seen.update({(counties[v.place], f"{dates[v.day - 1]:%Y-%m}") for v in outcome.visits if v.place in counties})
    months = sorted({month for _, month in seen})
    rows = {county: [seen[county, month] for month in months] for county in sorted(set(counties.values()))}
    return pd.DataFrame.from_dict(rows, orient="index", columns=months)


def exposure_report(region: Region, replay: Replay, lang: str, made: dt.datetime) -> Report:
    """Trips of the panel by county and month, by category and by site."""
    sites = exposure.by_site(region, replay).sort_values(["trips", "visits"], ascending=False, kind="stable")
    categories = exposure.by_kind(region, replay, "category").sort_values("trips", ascending=False, kind="stable")
    counties = exposure.by_kind(region, replay, "county").sort_values("trips", ascending=False, kind="stable")
    places = region.catalog.attractions
    summary = {
        "coverage": exposure.coverage(region, replay), "gini": exposure.evenness(region, replay),
        "outside": exposure.outside_old_town(region, replay),
    }  # fmt: skip
    heads = [_say(lang, name) for name in ("trips", "share", "visits")]

    def rows(frame: pd.DataFrame, names: dict[str, str]) -> tuple[tuple[Cell, ...], ...]:
        columns = zip(frame.index, frame["trips"], frame["share"], frame["visits"], strict=True)
        return tuple((names[str(key)], int(trips), float(share), int(visits)) for key, trips, share, visits in columns)

    return Report(
        _say(lang, "exposure"),
        (
            _say(lang, "from_panel", visitors=len(replay.panel), seed=SEED, state=replay.state),
            _say(lang, "no_forecast"),
            _say(lang, "summary", **{name: f"{share:.3f}" for name, share in summary.items()}),
        ),
        (
            _pivot(exposure_by_month(region, replay), lang, _say(lang, "county_month")),
            Sheet(_say(lang, "by_county"), (_say(lang, "county"), *heads), rows(counties, _counties(lang))),
            Sheet(_say(lang, "by_category"), (_say(lang, "category"), *heads), rows(categories, _categories(region, lang))),
            Sheet(_say(lang, "by_site"), (_say(lang, "site"), *heads),
                  rows(sites, {key: place.name_zh if lang == "zh" else place.name_en for key, place in places.items()})),
        ),
        made, lang,
    )  # fmt: skip


def demand_by_month(counted: pd.DataFrame) -> pd.DataFrame:
    """Index: county (``""`` without one). Columns: months. All kinds together; of `demand.table_of`."""
    pivot = counted.pivot_table(index="county", columns="month", values="times", aggfunc="sum", fill_value=0)
    pivot.columns = [str(column) for column in pivot.columns]
    return pivot.astype(int)


def demand_report(counted: pd.DataFrame, lang: str, made: dt.datetime) -> Report:
    """What was counted, by county and month and by kind; of `demand.table_of`."""
    kinds: Counter[tuple[str, str]] = Counter()
    for month, kind, times in zip(counted["month"], counted["kind"], counted["times"], strict=True):
        kinds[month, kind] += int(times)
    by_kind: tuple[tuple[Cell, ...], ...] = tuple(
        (month, text(f"bureau.demand.{kind}", lang), times) for (month, kind), times in sorted(kinds.items())
    )
    heads = tuple(_say(lang, name) for name in ("month", "kind", "times"))
    return Report(
        _say(lang, "demand"),
        (_say(lang, "from_log", total=int(counted["times"].sum())), _say(lang, "nobody")),
        (
            _pivot(demand_by_month(counted), lang, _say(lang, "county_month")),
            Sheet(_say(lang, "by_kind"), heads, by_kind),
        ),
        made, lang,
    )  # fmt: skip


def _pivot(frame: pd.DataFrame, lang: str, title: str) -> Sheet:
    names = _counties(lang)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names[str(county)], *(int(value) for value in values), int(sum(values)))
        for county, values in zip(frame.index, frame.to_numpy(), strict=True)
    )
    return Sheet(title, (_say(lang, "county"), *map(str, frame.columns), _say(lang, "total")), rows)


def in_words(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The same with the counties of its index in words."""
    return frame.rename(index=_counties(lang))


def _counties(lang: str) -> dict[str, str]:
    names = dict(COUNTIES) if lang == "zh" else {county: county for county in COUNTIES}
    return {**names, "": _say(lang, "no_county")}


def _categories(region: Region, lang: str) -> dict[str, str]:
    return {a.category: text(f"trip.category.{a.category}", lang) for a in region.catalog.attractions.values()}


def _say(lang: str, name: str, **values: object) -> str:
    return text(f"bureau.figures.{name}", lang, **values)
