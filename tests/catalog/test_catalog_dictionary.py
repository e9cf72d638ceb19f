"""The data themselves and the page that describes them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from recommender.catalog import check_catalog, load_catalog
from recommender.catalog.tables import TABLES, Table

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


def described(table: Table) -> dict[str, bool]:
    """Column → whether the page says that it may not be blank."""
    found: dict[str, bool] = {}
    for line in section(table.file).splitlines():
        if line.startswith("| `"):
            names, must, *_ = (part.strip() for part in line.strip("|").split("|"))
            found |= dict.fromkeys(re.findall(r"`(\w+)`", names), must == "•")
    return found


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_described_in_order(table: Table) -> None:
    with (ROOT / "data" / table.file).open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    assert sorted(header) == sorted(column.name for column in table.columns)
    assert described(table) == {column.name: column.required for column in table.columns}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_allowed_code_is_described(table: Table) -> None:
    for column in table.columns:
        codes = getattr(column.kind.write, "__self__", None)
        if isinstance(codes, dict):
            for code in codes.values():
                assert f"`{code}`" in PAGE or column.name == "county_zh", code


def test_the_examples_of_the_page_are_accepted() -> None:
    from recommender.catalog import grammars
    from recommender.catalog.cells import CONCESSIONS, FIELD_SOURCES

    def examples(name: str) -> list[str]:
        rows = [line for line in section(name).splitlines() if line.startswith("| `")]
        return [code for row in rows for code in re.findall(r"`([^`]+)`", row.split("|")[1])]

    for hours in examples("Opening hours"):
        grammars.check_hours(hours)
    for rule in examples("Date rules of events"):
        grammars.check_rule(rule)
    for group in examples("Concessions"):
        assert CONCESSIONS.read(f"{group}:0.5") == {group: 0.5}
    named = FIELD_SOURCES.read("ticket_cny:s-dsjrj-2025+s-lkdonglai-2025:high")
    assert named["ticket_cny"].source_ids == ("s-dsjrj-2025", "s-lkdonglai-2025")


# ---------------------------------------------------------------------------------------------- the data


def test_the_data_have_no_problem() -> None:
    assert [problem.message("en") for problem in check_catalog(ROOT / "data")] == []


def test_joint_tickets_are_the_collections_of_their_sights() -> None:
    catalog = load_catalog(ROOT / "data")
    for group, collection in (("pingyao-joint", "col-pingyao-joint"), ("yuci-oldtown", "col-yuci-wujing")):
        holders = {a.id for a in catalog.attractions.values() if a.ticket_group == group}
        assert holders == set(catalog.collections[collection].place_ids)


def test_known_ways_are_no_shorter_than_the_straight_line() -> None:
    from geopy.distance import geodesic

    catalog = load_catalog(ROOT / "data")
    for link in catalog.links:
        if link.distance_km is not None:
            ends = [catalog.get_place(place) for place in (link.from_id, link.to_id)]
            straight = geodesic(*((place.lat, place.lon) for place in ends)).km
            assert link.distance_km >= 0.99 * straight, (link.from_id, link.to_id)
            if link.minutes is not None and link.mode in ("drive", "walk"):
                kmh = link.distance_km / link.minutes * 60
                assert (8 if link.mode == "drive" else 3) <= kmh <= (100 if link.mode == "drive" else 6), link


def test_the_months_of_an_event_hold_its_known_dates() -> None:
    for event in load_catalog(ROOT / "data").events:
        for dates in (event.dates_2026, event.dates_2027):
            for end in re.findall(r"\d{4}-(\d{2})-\d{2}", dates or ""):
                assert int(end) in event.months, event.id
