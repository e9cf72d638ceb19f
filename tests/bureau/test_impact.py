"""What a draft does: counted right where the answer is known."""

from __future__ import annotations

import dataclasses

import pytest

from recommender import region as regions
from recommender.bureau.impact import FACETS, Impact, impact
from recommender.region import Region
from tests.bureau.little_panel import QUICK, by_hand, changed, rows, seen, some_visitors


@pytest.fixture(scope="module")
def closing() -> Impact:
    return impact(regions.current(), changed("qiaojia-dayuan", opening_hours="off"), some_visitors(24), QUICK)


def test_a_closed_site_is_seen_by_nobody_and_those_who_saw_it_have_other_trips(closing: Impact) -> None:
    site = rows(closing.sites)["qiaojia-dayuan"]
    assert site["before"] > 0 == site["after"]
    assert closing.totals.changed >= site["before"]
    assert closing.sites.index[0] == "qiaojia-dayuan"
    assert rows(closing.kinds("county"))["Qixian"]["change"] < 0


def test_closing_a_site_makes_no_trip_impossible_and_gives_to_nobody(closing: Impact) -> None:
    totals = closing.totals
    assert (totals.infeasible, totals.feasible) == (0, 0)
    assert totals.lose > totals.gain
    assert totals.value_change < 0


@pytest.mark.parametrize("facet", FACETS)
def test_each_facet_adds_up_to_the_totals(closing: Impact, facet: str) -> None:
    who, totals = closing.who(facet), closing.totals
    sums = [int(who[name].sum()) for name in ("visitors", "changed", "infeasible", "gain", "lose")]
    assert sums == [totals.visitors, totals.changed, totals.infeasible, totals.gain, totals.lose]


def test_loads_stand_side_by_side(closing: Impact) -> None:
    loads = rows(closing.loads(10_000).groupby("place")[["people_before", "people_after"]].sum())
    assert loads["qiaojia-dayuan"]["people_before"] > 0 == loads["qiaojia-dayuan"]["people_after"]


def test_the_day_is_told_beside_a_half_day_that_has_emptied() -> None:
    region = changed("qiaojia-dayuan", capacity_day=500)
    before = by_hand(seen((1, "qiaojia-dayuan", 500, 600)))
    after = by_hand(seen((1, "qiaojia-dayuan", 900, 1000)))
    loads = rows(Impact(region, region, before, after).loads(1_000).set_index("half"))
    assert loads["morning"]["people_after"] == 0
    for name in ("people_day", "capacity_day", "full"):
        assert loads["morning"][name] == loads["afternoon"][name] > 0


def test_a_gateway_that_is_gone_makes_its_trips_impossible() -> None:
    region = regions.current()
    gone = "taiyuan-wusu-airport"
    hubs = {name: hub for name, hub in region.catalog.hubs.items() if name != gone}
    links = tuple(link for link in region.catalog.links if gone not in (link.from_id, link.to_id))
    draft = Region(dataclasses.replace(region.catalog, hubs=hubs, links=links, revision="no airport"))
    panel = some_visitors(12)
    through = sum(v.request.start is not None and v.request.start.place == gone for v in panel.visitors)
    assert through > 0
    assert impact(region, draft, panel, QUICK).totals.infeasible == through


def test_gains_and_losses_below_one_percent_are_not_felt() -> None:
    region = regions.current()
    before = by_hand(*[seen((1, "zhenguo-si", 600, 660), value=1_000.0)] * 3)
    after = by_hand(*[seen((1, "zhenguo-si", 600, 660), value=value) for value in (1_009.0, 1_010.0, 989.0)])
    totals = Impact(region, region, before, after).totals
    assert (totals.changed, totals.gain, totals.lose) == (0, 1, 1)
    assert totals.value_change == pytest.approx((0.009 + 0.010 - 0.011) / 3)
