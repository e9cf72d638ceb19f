"""Findings: every planted fault is found at its table, row and field, and what is right is left alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender import region as regions
from recommender.bureau.outlines import METRES_PER_DEGREE, Outlines, load_outlines, outside_by_m
from recommender.bureau.quality import KINDS, Finding, by_kind, findings, verify_next
from recommender.catalog import Closure
from recommender.settings import settings
from tests.bureau.little_panel import by_hand, changed, like, seen

TODAY = dt.date(2026, 11, 25)
SITE = "wangjia-dayuan"
SQUARE = np.array([(112.0, 37.0), (112.2, 37.0), (112.2, 37.2), (112.0, 37.2), (112.0, 37.0)])


@pytest.fixture(scope="module")
def outlines() -> Outlines:
    return load_outlines(settings().data_dir / "geo" / "counties.geojson")


@pytest.fixture(scope="module")
def known(outlines: Outlines) -> set[tuple[str, ...]]:
    return _named(findings(regions.current(), TODAY, outlines))


def _named(found: list[Finding]) -> set[tuple[str, ...]]:
    return {(one.kind, one.table, one.row, one.column, one.code) for one in found}


@pytest.mark.parametrize(
    ("fields", "column", "code"),
    [
        ({"opening_hours": None, "hours_basis": ""}, "opening_hours", "unknown_hours"),
        ({"ticket_fen": None, "ticket_basis": "", "ticket_group": None}, "ticket_cny", "unknown_price"),
        ({"opening_hours": "off"}, "opening_hours", "never_open"),
        ({"opening_hours": "09:00-10:00", "min_visit_min": 90}, "min_visit_minutes", "longer_than_open"),
        ({"opening_hours": "09:00-16:00", "last_entry": "16:30"}, "last_entry", "entry_after_closing"),
        ({"opening_hours": "Dec-Feb 09:00-17:00", "best_months": (4, 5)}, "best_months", "closed_when_best"),
        ({"lat": 37.69, "lon": 112.73}, "county", "outside_outline"),
        ({"description_en": ""}, "description_en", "missing"),
        ({"booking_required": False, "booking_channel": "公众号"}, "booking_required", "channel_without_booking"),
    ],
)
def test_a_planted_fault_is_found_at_its_field(
    known: set[tuple[str, ...]], outlines: Outlines, fields: dict[str, Any], column: str, code: str
) -> None:
    fresh = _named(findings(changed(SITE, **fields), TODAY, outlines)) - known
    assert [(one[1], one[2], one[4]) for one in fresh if one[3] == column] == [("attractions", SITE, code)]


def test_a_seat_much_nearer_than_ones_own_is_told_where_no_outline_is_known() -> None:
    draft = changed(SITE, lat=37.69, lon=112.73)
    found = [one for one in findings(draft, TODAY) if one.kind == "outside_county"]
    assert [(one.row, one.detail["nearest"]) for one in found] == [(SITE, "Yuci")]


def test_a_twin_within_fifty_metres_is_told_and_parts_of_an_area_are_none(outlines: Outlines) -> None:
    other = regions.current().catalog.attractions["zhenguo-si"]
    for metres, told in ((40, True), (60, False)):
        draft = changed(SITE, lat=other.lat + metres / METRES_PER_DEGREE, lon=other.lon)
        twins = {one.row: one.detail["other"] for one in findings(draft, TODAY, outlines) if one.kind == "duplicate"}
        assert (twins.get(SITE) == "zhenguo-si") is told
    for one in findings(regions.current(), TODAY, outlines):
        assert one.kind != "duplicate" or "pingyao-gucheng" not in (one.row, one.detail["other"])


def test_absurd_links_are_told(known: set[tuple[str, ...]]) -> None:
    catalog = regions.current().catalog
    k = next(k for k, link in enumerate(catalog.links) if link.mode == "drive" and (link.distance_km or 0) > 20 and link.minutes)
    for fields, code in (({"minutes": 2}, "absurd_speed"), ({"distance_km": 3.0, "minutes": 5}, "shorter_than_straight")):
        links = (*catalog.links[:k], dataclasses.replace(catalog.links[k], **fields), *catalog.links[k + 1 :])
        found = _named(findings(like(dataclasses.replace(catalog, links=links)), TODAY)) - known
        assert [one[-1] for one in found] == [code]
        assert {one[1] for one in found} == {"links"}


def test_old_sources_closures_that_are_over_and_holidays_that_ran_out_are_stale() -> None:
    catalog = regions.current().catalog
    over = Closure(SITE, dt.date(2026, 1, 1), dt.date(2026, 2, 1), "修缮", "s")
    draft = like(dataclasses.replace(catalog, closures=(over,)))
    codes = {one.code for one in findings(draft, TODAY) if one.kind == "stale"}
    assert codes == {"old_source", "closure_over"}
    later = [one for one in findings(draft, dt.date(2029, 1, 1)) if one.kind == "stale"]
    assert "no_holidays_ahead" in {one.code for one in later}
    assert sum(one.code == "old_source" for one in later) > sum(one.kind == "stale" for one in findings(draft, TODAY)) - 1


def test_a_place_to_which_nothing_leads_is_told() -> None:
    region = like(regions.current().catalog)
    for mode in ("transit", "drive"):
        matrix = regions.current().travel(mode)
        minutes = matrix.minutes.copy()
        minutes[:, matrix.index[SITE]] = 99_999
        region._travel[mode] = dataclasses.replace(matrix, minutes=minutes)
    assert [one.row for one in findings(region, TODAY) if one.kind == "unreachable"] == [SITE]


def test_findings_come_the_worst_kind_first_and_are_counted(outlines: Outlines) -> None:
    found = findings(regions.current(), TODAY, outlines)
    order = [KINDS.index(one.kind) for one in found]
    assert order == sorted(order)
    assert sum(by_kind(found).values()) == len(found)


def test_facts_are_ranked_by_the_trips_that_hang_on_them() -> None:
    region = changed(SITE, hours_basis="typical_unverified", ticket_basis="sourced", coord_confidence="high")
    sight, sure = (1, SITE, 600, 700), (1, "shuanglin-si", 800, 900)
    ride = ("taiyuan-south-station", "pingyaogucheng-station", "rail")
    rode = seen(sure).model_copy(update={"rides": (ride, (ride[1], ride[0], "rail"))})
    doubts = verify_next(region, by_hand(seen(sight, sure), seen(sight), rode))
    assert [(d.table, d.column, d.trips) for d in doubts if d.row == SITE] == [("attractions", "opening_hours", 2)]
    assert doubts[0].trips == max(d.trips for d in doubts)
    assert all(d.row != "zhenguo-si" for d in doubts)
    assert [d.trips for d in doubts if d.table == "links" and d.row.startswith("taiyuan-south-station:pingyaogucheng")] == [2]


@given(st.floats(111.9, 112.3), st.floats(36.9, 37.3))
def test_the_distance_to_a_square_is_that_of_its_sides(lon: float, lat: float) -> None:
    east = max(112.0 - lon, 0, lon - 112.2) * METRES_PER_DEGREE * np.cos(np.radians(lat))
    north = max(37.0 - lat, 0, lat - 37.2) * METRES_PER_DEGREE
    assert outside_by_m((SQUARE,), lat, lon) == pytest.approx(float(np.hypot(east, north)), abs=1e-3)


def test_a_hole_is_outside(tmp_path: Path) -> None:
    hole = np.array([(112.05, 37.05), (112.15, 37.05), (112.15, 37.15), (112.05, 37.15), (112.05, 37.05)])
    assert outside_by_m((SQUARE, hole), 37.1, 112.1) > 4_000
    assert outside_by_m((SQUARE, hole), 37.02, 112.1) == 0
    assert outside_by_m((), 37.1, 112.1) == float("inf")


# -------------------------------------------------------------------------------------------------- routes


def _route_faults(found: list[Finding], route: str) -> set[tuple[str, str]]:
    return {(one.code, one.detail.get("place", "")) for one in found if one.kind == "broken_route" and one.row == route}


def test_a_route_with_a_closed_held_back_or_never_open_place_is_flagged() -> None:
    catalog = regions.current().catalog
    route = catalog.routes["rt-jinshang-tiyan"]
    place = route.place_ids[1]
    assert _route_faults(findings(regions.current(), TODAY), route.id) == set()
    soon = Closure(place, TODAY + dt.timedelta(days=30), None, "维修", "公告")
    far = Closure(place, TODAY + dt.timedelta(days=90), None, "维修", "公告")
    over = Closure(place, TODAY - dt.timedelta(days=9), TODAY - dt.timedelta(days=1), "维修", "公告")
    for closures, wanted in (((soon,), {("route_closed", place)}), ((far, over), set())):
        made = like(dataclasses.replace(catalog, closures=closures, revision=f"closed-{len(closures)}"))
        assert _route_faults(findings(made, TODAY), route.id) == wanted
    assert _route_faults(findings(changed(place, suggest=False, suggest_note="x"), TODAY), route.id) == {
        ("route_not_suggested", place)
    }
    assert ("route_never_open", place) in _route_faults(findings(changed(place, opening_hours="off"), TODAY), route.id)


def test_a_route_too_long_for_its_days_or_with_a_place_that_is_gone_is_flagged() -> None:
    catalog = regions.current().catalog
    places = ("mianshan", "jinci", "wangjia-dayuan", "qiaojia-dayuan", "zhangbi-gubao", "taiyuan-guxiancheng", "gone")
    route = dataclasses.replace(catalog.routes["rt-fucheng-dayuan"], days=1, place_ids=places)
    made = like(dataclasses.replace(catalog, routes={**catalog.routes, route.id: route}, revision="long route"))
    assert _route_faults(findings(made, TODAY), route.id) >= {("route_too_long", ""), ("route_unpublished", "gone")}
