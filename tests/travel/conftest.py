"""The small region and the whole one from the project's files, as graphs and matrices."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from recommender.travel import TravelMatrix, build_graph, travel_matrix
from recommender.travel.graph import Graph
from tests.travel.small_region import LINKS, PLACES, Place, Way

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def small_graph() -> Graph:
    return build_graph(PLACES, LINKS)


@pytest.fixture(scope="session")
def small(small_graph: Graph) -> dict[str, TravelMatrix]:
    return {mode: travel_matrix(small_graph, mode) for mode in ("transit", "drive", "charter")}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _minutes(clock: str) -> int | None:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes) if clock else None


@pytest.fixture(scope="session")
def whole_places() -> tuple[Place, ...]:
    return tuple(
        Place(
            row["id"],
            float(row["lat"]),
            float(row["lon"]),
            row["county"],
            row.get("kind", ""),
            row.get("category", ""),
            row.get("area_id") or None,
            row.get("walled") == "1",
        )
        for name in ("hubs.csv", "attractions.csv", "lodging.csv", "dining.csv")
        for row in _rows(name)
    )


@pytest.fixture(scope="session")
def whole_links() -> tuple[Way, ...]:
    return tuple(
        Way(
            row["from_id"],
            row["to_id"],
            row["mode"],
            float(row["distance_km"]) if row["distance_km"] else None,
            int(row["minutes"]) if row["minutes"] else None,
            row["service"],
            int(row["headway_min"]) if row["headway_min"] else None,
            int(row["trips_per_day"]) if row["trips_per_day"] else None,
            _minutes(row["first_departure"]),
            _minutes(row["last_departure"]),
            tuple(m for text in row["departures"].split(";") if (m := _minutes(text)) is not None),
            row["oneway"] == "1",
            row["usable"] != "0",
            round(float(row["fare_cny"]) * 100) if row["fare_cny"] else None,
            row["operating_note"],
            row["source"],
            row["confidence"],
            row["headway_or_trips_per_day"],
        )
        for row in _rows("links.csv")
    )


@pytest.fixture(scope="session")
def whole_graph(whole_places: tuple[Place, ...], whole_links: tuple[Way, ...]) -> Graph:
    return build_graph(whole_places, whole_links)


@pytest.fixture(scope="session")
def whole(whole_graph: Graph) -> dict[str, TravelMatrix]:
    return {mode: travel_matrix(whole_graph, mode) for mode in ("transit", "drive", "charter")}
