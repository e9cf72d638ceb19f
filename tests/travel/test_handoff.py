"""Links to maps: exactly these, in each map's datum and order of coordinates."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import eviltransform
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from recommender.travel.handoff import (
    AMAP_MARKERS,
    PROVIDERS,
    LegKind,
    Provider,
    Spot,
    day_links,
    leg_link,
    place_link,
)

TABLE = Path(__file__).with_name("handoff_links.csv")
STATION = Spot("太原南站", 37.79128, 112.60428, city="taiyuan")
SPOTS = (
    STATION,
    Spot("平遥古城", 37.20372, 112.17904),
    Spot("双林寺", 37.1705, 112.1265),
    Spot("镇国寺", 37.285, 112.274),
    Spot("乔家大院", 37.40626, 112.43273),
    Spot("王家大院", 36.89606, 111.86765),
    Spot("绵山风景名胜区", 36.8948, 111.993),
    Spot("晋祠", 37.7081, 112.4344, city="taiyuan"),
    Spot("平遥锦宅客栈", 37.2055, 112.1828),
    Spot("绵山龙头寺", 36.88, 111.98, approximate=True),
)
"""Ten places of the catalogue; the last is only roughly located."""
KINDS: tuple[LegKind, ...] = ("walk", "car", "transit")
PAIR = re.compile(r"(-?\d+\.\d{4,}),(-?\d+\.\d{4,})")


def coordinates(url: str, provider: Provider) -> list[tuple[float, float]]:
    """Every pair in a link, as latitude and longitude by that map's documented order."""
    pairs = [(float(a), float(b)) for a, b in PAIR.findall(unquote(url))]
    return [(b, a) for a, b in pairs] if provider == "amap" else pairs


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made() -> list[dict[str, str]]:
    """The table as the code has it: each place alone, and from the station by each kind in turn."""
    return [
        {
            "name": spot.name,
            "provider": provider,
            "place": place_link(provider, spot).url,
            "leg": leg_link(provider, STATION if spot != STATION else SPOTS[1], spot, KINDS[k % 3]).url,
        }
        for k, spot in enumerate(SPOTS)
        for provider in PROVIDERS
    ]


def test_ten_places_have_these_links() -> None:
    assert made() == rows()
    assert len(rows()) == 10 * len(PROVIDERS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_pin_is_within_five_metres_of_where_others_compute_it(provider: Provider) -> None:
    for spot in SPOTS[:-1]:
        there = eviltransform.wgs2gcj(spot.lat, spot.lon)
        [pin] = coordinates(place_link(provider, spot).url, provider)
        assert geodesic(pin, there).m < 5, (provider, spot.name)
        leg = coordinates(leg_link(provider, spot, SPOTS[2], "car").url, provider)
        assert geodesic(leg[0], there).m < 5
    day = [point for link in day_links(provider, SPOTS[:-1]) for point in coordinates(link.url, provider)]
    if provider == "baidu":  # its points on the way stand in JSON
        assert len(day) == 2
        assert parse_qs(urlsplit(day_links(provider, SPOTS[:-1])[0].url).query)["viaPoints"][0].count('"lat"') == 7
    else:
        assert len(day) == 9
        for spot in SPOTS[:-1]:
            there = eviltransform.wgs2gcj(spot.lat, spot.lon)
            assert min(geodesic(point, there).m for point in day) < 5


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_roughly_located_place_is_searched_by_name_and_says_so(provider: Provider) -> None:
    rough = SPOTS[-1]
    alone, way = place_link(provider, rough), leg_link(provider, STATION, rough, "car")
    assert alone.by_name
    assert way.by_name
    assert coordinates(alone.url, provider) == []
    assert "绵山龙头寺" in unquote(alone.url)
    assert "绵山龙头寺" in unquote(way.url)
    assert len(coordinates(way.url, provider)) <= 1  # at most where one comes from
    assert not leg_link(provider, rough, STATION, "walk").by_name


def test_a_map_is_told_how_one_goes() -> None:
    said = {
        provider: [unquote(leg_link(provider, STATION, SPOTS[1], kind).url) for kind in KINDS] for provider in PROVIDERS
    }
    for provider, marks in {
        "amap": ("mode=walk", "mode=car", "mode=bus"),
        "baidu": ("mode=walking", "mode=driving", "mode=transit"),
        "tencent": ("type=walk", "type=drive", "type=bus"),
        "apple": ("dirflg=w", "dirflg=d", "dirflg=r"),
        "google": ("travelmode=walking", "travelmode=driving", "travelmode=transit"),
    }.items():
        assert all(mark in url for mark, url in zip(marks, said[provider], strict=True)), provider  # type: ignore[index]


def test_between_two_cities_baidu_is_told_both() -> None:
    across = parse_qs(urlsplit(leg_link("baidu", STATION, SPOTS[1], "transit").url).query)
    within = parse_qs(urlsplit(leg_link("baidu", SPOTS[1], SPOTS[2], "car").url).query)
    assert (across["origin_region"], across["destination_region"]) == (["太原"], ["晋中"])
    assert within["region"] == ["晋中"]
    assert across["coord_type"] == within["coord_type"] == ["gcj02"]
    assert across["src"] == ["webapp.jinzhong.itinerary"]


@pytest.mark.parametrize(
    ("provider", "count", "parts"),
    [
        ("amap", 10, [(1, 10)]),
        ("amap", 23, [(1, 10), (11, 20), (21, 23)]),
        ("google", 11, [(1, 11)]),
        ("apple", 12, [(1, 11), (11, 12)]),
        ("tencent", 18, [(1, 17), (17, 18)]),
        ("baidu", 30, [(1, 30)]),
        ("amap", 1, []),
        ("google", 0, []),
    ],
)
def test_a_long_day_is_cut_where_a_map_takes_no_more(
    provider: Provider, count: int, parts: list[tuple[int, int]]
) -> None:
    spots = [Spot(f"第{k}处", 37.2 + k / 1000, 112.1) for k in range(count)]
    links = day_links(provider, spots)
    assert [(link.first, link.last) for link in links] == parts
    assert all(len(coordinates(link.url, "amap")) <= AMAP_MARKERS for link in links if provider == "amap")


@pytest.mark.parametrize("provider", PROVIDERS)
@given(name=st.text(max_size=30))
def test_no_name_breaks_out_of_its_field(provider: Provider, name: str) -> None:
    odd = Spot(name, 37.2, 112.1)
    plain = Spot("某", 37.2, 112.1)
    for one, other in (
        (place_link(provider, odd), place_link(provider, plain)),
        (leg_link(provider, plain, odd, "car"), leg_link(provider, plain, plain, "car")),
        (day_links(provider, [odd, plain, odd])[0], day_links(provider, [plain] * 3)[0]),
    ):
        assert one.url.isascii()
        assert not re.search(r"[\s|<>\"']", one.url)
        assert len(coordinates(one.url, provider)) >= len(coordinates(other.url, provider))
        assert parse_qs(urlsplit(one.url).query).keys() == parse_qs(urlsplit(other.url).query).keys()
