from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from geopy.distance import geodesic

from recommender.travel import build_graph, sites_of
from recommender.travel.assumptions import ASSUMED_SLACK_MIN, LAST_MIN, SOURCED_SLACK_MIN, WAIT_MIN, RoadClass
from recommender.travel.graph import Graph, metres_between, road_attributes
from recommender.travel.road import class_of, estimate, is_hilly, straight_km, valley_offset_km
from tests.travel.small_region import LINKS, PLACES, Place, Way, changed

DATA = Path(__file__).resolve().parents[2] / "data"


def between(graph: Graph, one: str, other: str) -> list[dict[str, Any]]:
    return list(graph[one][other].values()) if graph.has_edge(one, other) else []


def edge(graph: Graph, one: str, other: str, kind: str) -> Mapping[str, Any]:
    found = [data for data in between(graph, one, other) if data["kind"] == kind]
    assert len(found) == 1
    return found[0]


def kinds(graph: Graph, one: str, other: str) -> set[str]:
    return {data["kind"] for data in between(graph, one, other)}


def test_a_fact_keeps_its_minutes_distance_and_fare_both_ways(small_graph: Graph) -> None:
    for one, other in (("station", "south-gate"), ("south-gate", "station")):
        road = edge(small_graph, one, other, "road")
        assert (road["minutes"], road["distance_m"], road["fare_fen"], road["basis"]) == (15, 7000, 2500, "sourced")


def test_general_knowledge_is_an_estimate_and_so_is_a_page_that_is_none(small_graph: Graph) -> None:
    assert edge(small_graph, "big-station", "city", "road")["basis"] == "estimated"
    assert edge(small_graph, "compound", "foot", "road")["basis"] == "estimated"


def test_a_ride_time_that_the_note_calls_estimated_is_estimated() -> None:
    links = changed(LINKS, ("station", "temple"), "bus", operating_note="108路，时长为估计")
    assert edge(build_graph(PLACES, links), "station", "temple", "bus")["basis"] == "estimated"


def test_a_bus_of_unknown_minutes_gets_estimated_ones(small_graph: Graph) -> None:
    bus = edge(small_graph, "temple", "south-gate", "bus")
    straight = geodesic((37.1705, 112.1265), (37.1930, 112.1785)).km
    assert bus["basis"] == "estimated"
    assert 20 <= straight * 1.4 / (bus["minutes"] / 60) <= 25


def test_a_train_of_unknown_minutes_is_left_out() -> None:
    graph = build_graph(PLACES, changed(LINKS, ("big-station", "station"), "rail", minutes=None))
    assert "rail" not in kinds(graph, "big-station", "station")


def test_links_that_are_not_usable_or_name_strangers_are_left_out(small_graph: Graph) -> None:
    assert edge(small_graph, "seat", "compound", "bus")["minutes"] == 60
    graph = build_graph(PLACES, (*LINKS, Way("town", "atlantis", "walk", 1, 15)))
    assert "atlantis" not in graph


def test_departures_hold_only_as_written(small_graph: Graph) -> None:
    there = edge(small_graph, "seat", "compound", "bus")["timetable"]
    back = edge(small_graph, "compound", "seat", "bus")["timetable"]
    assert (there.departures, there.last, there.basis) == ((530, 790), 790, "sourced")
    assert (back.departures, back.basis) == ((), "assumed")
    assert back.last == LAST_MIN["bus"] - ASSUMED_SLACK_MIN


def test_a_oneway_link_leads_one_way() -> None:
    graph = build_graph(PLACES, changed(LINKS, ("big-station", "station"), "rail", oneway=True))
    assert "rail" in kinds(graph, "big-station", "station")
    assert "rail" not in kinds(graph, "station", "big-station")


def test_waits_are_half_the_headway_or_the_assumption(small_graph: Graph) -> None:
    known = edge(small_graph, "station", "temple", "bus")["timetable"]
    assert (known.wait_min, known.first, known.last, known.basis) == (7, 420, 1252 - SOURCED_SLACK_MIN, "sourced")
    train = edge(small_graph, "big-station", "station", "rail")["timetable"]
    assert (train.wait_min, train.basis) == (WAIT_MIN["emu_frequent"], "assumed")
    assert train.last == LAST_MIN["rail"] - ASSUMED_SLACK_MIN


def test_no_car_and_no_bus_enters_the_wall(small_graph: Graph) -> None:
    for inner in ("town", "yard", "inn"):
        assert not {data["kind"] for _, _, data in small_graph.edges(inner, data=True)} & {"road", "bus"}


def test_a_drive_to_the_heart_of_the_town_ends_at_the_nearest_gate_without_its_fare(small_graph: Graph) -> None:
    road = edge(small_graph, "north-gate", "far-temple", "road")
    assert (road["minutes"], road["fare_fen"]) == (30, None)


def test_only_the_scenic_bus_climbs_the_mountain(small_graph: Graph) -> None:
    assert kinds(small_graph, "foot", "mianshan") == {"bus"}
    assert edge(small_graph, "foot", "cave", "bus")["fare_fen"] == 5000
    assert edge(small_graph, "cave", "foot", "bus")["fare_fen"] == 0
    assert edge(small_graph, "cave", "mianshan", "bus")["basis"] == "estimated"


def test_without_a_known_bus_the_mountain_keeps_its_road() -> None:
    links = tuple(link for link in LINKS if link.service != "shuttle")
    assert "road" in kinds(build_graph(PLACES, links), "foot", "mianshan")


def test_walks_are_short_and_slower_than_the_crow(small_graph: Graph) -> None:
    sites = sites_of(small_graph)
    for one, other, data in small_graph.edges(data=True):
        if data["kind"] == "walk":
            straight = metres_between(sites[one], sites[other])
            assert straight <= 2_500
            assert data["distance_m"] >= straight
            assert data["distance_m"] / data["minutes"] <= 80


def test_estimates_grow_with_distance_and_roughness() -> None:
    roads: tuple[RoadClass, ...] = ("town", "plain", "mountain")
    for road in roads:
        driven = [estimate(km, road) for km in np.linspace(0, 90, 50)]
        assert all(b[0] > a[0] and b[1] > a[1] for a, b in itertools.pairwise(driven))
    assert estimate(10, "mountain")[1] > estimate(10, "plain")[1]


def test_hills_are_east_and_south_of_the_plain() -> None:
    assert not is_hilly(37.2850, 112.2740, "Pingyao", "temple")
    assert is_hilly(37.07819, 112.24539, "Pingyao", "temple")
    assert is_hilly(37.6037, 113.6997, "Xiyang", "temple")
    assert valley_offset_km(37.59, 112.375) < 0
    assert class_of("Pingyao", "Pingyao", hilly_a=True, hilly_b=True) == "town"


def test_the_sieve_is_close_to_the_geodesic(whole_places: tuple[Place, ...]) -> None:
    for place in whole_places[::9]:
        rough = straight_km(37.2, 112.18, [place.lat], [place.lon])[0]
        true = geodesic((37.2, 112.18), (place.lat, place.lon)).km
        assert abs(rough - true) <= 0.005 * true


def test_estimates_are_as_slow_as_the_facts_or_a_little_slower(
    whole_graph: Graph, whole_links: tuple[Way, ...]
) -> None:
    """Of the fact drives up to 25 km, where estimates are used: see the table in docs/travel.md."""
    sites = sites_of(whole_graph)
    ratios = []
    for link in whole_links:
        if link.mode != "drive" or not link.usable or link.minutes is None:
            continue
        one, other = sites[link.from_id], sites[link.to_id]
        if "shuttle" not in (one.closed_by, other.closed_by) and metres_between(one, other) <= 25_000:
            ratios.append(road_attributes(one, other)["minutes"] / link.minutes)
    assert len(ratios) > 60
    assert 1.0 <= np.median(ratios) <= 1.1
    assert np.quantile(ratios, 0.1) > 0.85
    assert np.quantile(ratios, 0.9) < 1.35


def test_every_place_lies_in_the_outline_of_its_county(whole_places: tuple[Place, ...]) -> None:
    outlines = json.loads((DATA / "geo" / "counties.geojson").read_text(encoding="utf-8"))
    assert outlines["properties"]["map_approval"] == "pending"
    assert outlines["properties"]["source"]
    shapes = {f["properties"]["county"]: f["geometry"] for f in outlines["features"]}
    assert len(shapes) == 12
    strays = [p.id for p in whole_places if p.county in shapes and not _holds(shapes[p.county], p.lat, p.lon)]
    # Simplified outlines may miss a place at the very border, not more.
    assert len(strays) <= 2, strays


def _holds(geometry: Mapping[str, Any], lat: float, lon: float) -> bool:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    inside = False
    for rings in parts:
        for ring in rings:
            for (x1, y1), (x2, y2) in itertools.pairwise(ring):
                if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                    inside = not inside
    return inside
