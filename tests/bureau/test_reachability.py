"""New lines, roads and last trains: who gets nearer, by how much."""

from __future__ import annotations

import math

import pytest

from recommender import region as regions
from recommender.bureau import reachability
from recommender.bureau.reachability import bus_line, opened, reach, road, run_until
from recommender.errors import RequestError
from recommender.region import Region
from tests.bureau.little_panel import rows

FAR = "wangjia-dayuan"
GATE = "lingshi-east-station"


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def test_nothing_opened_changes_nothing(region: Region) -> None:
    found = reach(region, region)
    assert found.places["gain_min"].fillna(0).eq(0).all()
    assert found.counties[["nearer", "farther", "later"]].to_numpy().sum() == 0
    assert found.counties["places"].sum() == len(region.catalog.attractions)


def test_the_same_road_is_the_same_region_in_every_process(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for seed in (1, 2):
        monkeypatch.setattr(reachability, "hash", lambda _, seed=seed: seed, raising=False)
        found.add(opened(region, road(GATE, FAR, 3, 4.0)).revision)
    assert len(found) == 1
    assert opened(region, road(GATE, FAR, 4, 4.0)).revision not in found


def test_a_road_of_some_minutes_brings_a_place_as_near_as_that(region: Region) -> None:
    before = rows(reach(region, region, "drive").places)[FAR]["before_min"]
    found = reach(region, opened(region, road(GATE, FAR, 3, 4.0)), "drive")
    place = rows(found.places)[FAR]
    assert place["before_min"] == before > place["after_min"]
    assert place["after_min"] <= before - place["gain_min"]
    assert place["after_min"] < 15
    county = rows(found.counties)["Lingshi"]
    assert county["nearer"] >= 1
    assert county["gain_min"] > 0
    assert county["within_60_after"] >= county["within_60_before"]


def test_a_bus_line_shortens_the_way_of_those_it_serves_and_of_no_other_county(region: Region) -> None:
    line = bus_line(["taiyuan-south-station", FAR], [20], 10, 6 * 60, 22 * 60, 500)
    found = reach(region, opened(region, line), gateways=("taiyuan-south-station",))
    assert rows(found.places)[FAR]["gain_min"] > 0
    assert rows(found.counties)["Shouyang"]["nearer"] == 0


def test_a_later_last_train_lets_one_stay_longer_and_takes_no_minute(region: Region) -> None:
    link = next(
        link for link in region.catalog.links if {link.from_id, link.to_id} == {"taiyuan-south-station", "pingyaogucheng-station"}
    )
    draft = run_until(region, link.from_id, link.to_id, "rail", 23 * 60 + 30)
    found = reach(region, draft, gateways=("taiyuan-south-station",))
    later = found.places["later_min"].dropna()
    assert later.max() > 0
    assert later.min() >= 0
    assert found.places["gain_min"].abs().max() == 0


def test_an_earlier_last_bus_cuts_known_departures(region: Region) -> None:
    timed = next(link for link in region.catalog.links if link.departures and link.mode in ("rail", "bus"))
    middle = timed.departures[len(timed.departures) // 2]
    draft = run_until(region, timed.from_id, timed.to_id, "rail" if timed.mode == "rail" else "bus", middle)
    same = (timed.from_id, timed.to_id, timed.mode)
    cut = [link for link in draft.catalog.links if (link.from_id, link.to_id, link.mode) == same]
    assert cut
    assert all(max(link.departures, default=0) <= middle for link in cut)


def test_places_to_which_nothing_leads_are_missing_not_far(region: Region) -> None:
    found = reach(region, region)
    assert all(value < 99_999 for value in found.places["before_min"] if not math.isnan(value))


@pytest.mark.parametrize(
    ("stops", "minutes", "headway"), [(["a"], [], 10), (["a", "b"], [], 10), (["a", "b"], [0], 10), (["a", "b"], [5], 0)]
)
def test_a_line_that_cannot_be_is_refused(stops: list[str], minutes: list[int], headway: int) -> None:
    with pytest.raises(ValueError, match="line"):
        bus_line(stops, minutes, headway, 400, 1_300)


def test_unknown_places_and_ways_are_named(region: Region) -> None:
    with pytest.raises(RequestError) as caught:
        opened(region, road("no-such-place", FAR, 5, 3.0))
    assert [problem.value for problem in caught.value.problems] == ["no-such-place"]
    with pytest.raises(RequestError):
        run_until(region, FAR, "zhenguo-si", "rail", 1_300)
    with pytest.raises(ValueError, match="gateways"):
        reach(region, region, gateways=("no-such-place",))
    with pytest.raises(ValueError, match="road"):
        road(FAR, GATE, 0, 1.0)
