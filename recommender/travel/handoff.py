"""Links that hand a place, a leg or a day over to a map: AMap, Baidu, Tencent, Apple and Google.

Each map has its own datum and its own order of latitude and longitude; nothing is asked of any of them here. A place
that is only roughly located is handed over by its name, to be searched there, wherever the map takes names.

| map | coordinates here | order | a day |
|---|---|---|---|
| AMap | GCJ-02 | lon,lat | ten markers a link |
| Baidu | GCJ-02, declared by ``coord_type`` | lat,lon | its app, all points |
| Tencent | GCJ-02 | lat,lon | its app, fifteen points on the way |
| Apple, Google | GCJ-02, that of their maps of China | lat,lon | nine points on the way |
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from recommender.travel.datum import wgs84_to_gcj02

Provider = Literal["amap", "baidu", "tencent", "apple", "google"]
LegKind = Literal["walk", "car", "transit"]
City = Literal["jinzhong", "taiyuan"]

PROVIDERS: Final[tuple[Provider, ...]] = ("amap", "baidu", "tencent", "apple", "google")
CITIES: Final[dict[City, str]] = {"jinzhong": "晋中", "taiyuan": "太原"}
APP_NAME: Final = "jinzhong-itinerary"
BAIDU_SOURCE: Final = "webapp.jinzhong.itinerary"
AMAP_MARKERS: Final = 10
TENCENT_VIA: Final = 15
WEST_VIA: Final = 9
_SEPARATORS: Final = re.compile(r"[\x00-\x20,;:|\ud800-\udfff]+")
_KINDS: Final[dict[Provider, dict[LegKind, str]]] = {
    "amap": {"walk": "walk", "car": "car", "transit": "bus"},
    "baidu": {"walk": "walking", "car": "driving", "transit": "transit"},
    "tencent": {"walk": "walk", "car": "drive", "transit": "bus"},
    "apple": {"walk": "w", "car": "d", "transit": "r"},
    "google": {"walk": "walking", "car": "driving", "transit": "transit"},
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a map is told of it.

    Attributes
    ----------
    name
        The Chinese name, which all five maps know.
    lat, lon
        WGS-84.
    approximate
        The position is rough: search the name instead.
    city
        Where a name is searched.
    """

    name: str
    lat: float
    lon: float
    approximate: bool = False
    city: City = "jinzhong"


@dataclass(frozen=True, slots=True)
class Handoff:
    """A link.

    Attributes
    ----------
    by_name
        The map searches a name; it was given no position.
    app
        Opens only where the map's app is installed.
    first, last
        Of a day: which of its places, from 1, the link shows.
    """

    provider: Provider
    url: str
    by_name: bool = False
    app: bool = False
    first: int = 1
    last: int = 1


# ---------------------------------------------------------------------------------------------------- one place


def place_link(provider: Provider, spot: Spot) -> Handoff:
    """A link to one place; a search for its name where the position is approximate."""
    address = _SEARCH[provider](spot) if spot.approximate else _PIN[provider](spot)
    return Handoff(provider, address, by_name=spot.approximate)


def _amap_pin(spot: Spot) -> str:
    return _url(
        "https://uri.amap.com/marker",
        position=_lon_lat(spot), name=_label(spot), src=APP_NAME, coordinate="gaode", callnative="1",
    )  # fmt: skip


def _baidu_pin(spot: Spot) -> str:
    return _url(
        "https://api.map.baidu.com/marker",
        location=_lat_lon(spot), title=_label(spot), content=_label(spot), output="html", coord_type="gcj02",
        src=BAIDU_SOURCE,
    )  # fmt: skip


def _tencent_pin(spot: Spot) -> str:
    marker = f"coord:{_lat_lon(spot)};title:{_label(spot)};addr:{CITIES[spot.city]}"
    return _url("https://apis.map.qq.com/uri/v1/marker", marker=marker, coord_type="2", referer=APP_NAME)


def _apple_pin(spot: Spot) -> str:
    return _url("https://maps.apple.com/", ll=_lat_lon(spot), q=_label(spot))


def _google_pin(spot: Spot) -> str:
    return _url("https://www.google.com/maps/search/", api="1", query=_lat_lon(spot))


def _amap_search(spot: Spot) -> str:
    return _url(
        "https://uri.amap.com/search",
        keyword=_label(spot),
        city=CITIES[spot.city],
        view="map",
        src=APP_NAME,
        callnative="1",
    )


def _baidu_search(spot: Spot) -> str:
    return _url(
        "https://api.map.baidu.com/place/search",
        query=_label(spot),
        region=CITIES[spot.city],
        output="html",
        src=BAIDU_SOURCE,
    )


def _tencent_search(spot: Spot) -> str:
    return _url(
        "https://apis.map.qq.com/uri/v1/search", keyword=_label(spot), region=CITIES[spot.city], referer=APP_NAME
    )


def _apple_search(spot: Spot) -> str:
    return _url("https://maps.apple.com/", q=_named(spot))


def _google_search(spot: Spot) -> str:
    return _url("https://www.google.com/maps/search/", api="1", query=_named(spot))


_PIN: Final[dict[Provider, Callable[[Spot], str]]] = {
    "amap": _amap_pin, "baidu": _baidu_pin, "tencent": _tencent_pin, "apple": _apple_pin, "google": _google_pin,
}  # fmt: skip
_SEARCH: Final[dict[Provider, Callable[[Spot], str]]] = {
    "amap": _amap_search, "baidu": _baidu_search, "tencent": _tencent_search, "apple": _apple_search,
    "google": _google_search,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------ one leg


def leg_link(provider: Provider, origin: Spot, target: Spot, kind: LegKind) -> Handoff:
    """A link to the way from one place to another.

    An approximate end is named where the map takes names for ends (Baidu, Apple, Google). AMap and Tencent take none:
    an approximate target is searched instead of being routed to, and from an approximate origin they route from where
    one stands.
    """
    mode = _KINDS[provider][kind]
    if provider in ("amap", "tencent") and target.approximate:
        return Handoff(provider, _SEARCH[provider](target), by_name=True)
    return Handoff(provider, _LEG[provider](origin, target, mode), by_name=target.approximate)


def _amap_leg(origin: Spot, target: Spot, mode: str) -> str:
    start = "" if origin.approximate else f"{_lon_lat(origin)},{_label(origin)}"
    return _url(
        "https://uri.amap.com/navigation",
        **{"from": start}, to=f"{_lon_lat(target)},{_label(target)}", mode=mode, policy="0", src=APP_NAME, callnative="1",
    )  # fmt: skip


def _baidu_end(spot: Spot) -> str:
    return _label(spot) if spot.approximate else f"latlng:{_lat_lon(spot)}|name:{_label(spot)}"


def _baidu_leg(origin: Spot, target: Spot, mode: str) -> str:
    regions = (
        {"region": CITIES[target.city]}
        if origin.city == target.city
        else {"origin_region": CITIES[origin.city], "destination_region": CITIES[target.city]}
    )
    return _url(
        "https://api.map.baidu.com/direction",
        origin=_baidu_end(origin), destination=_baidu_end(target), mode=mode, **regions, output="html",
        coord_type="gcj02", src=BAIDU_SOURCE,
    )  # fmt: skip


def _tencent_leg(origin: Spot, target: Spot, mode: str) -> str:
    start = {} if origin.approximate else {"from": _label(origin), "fromcoord": _lat_lon(origin)}
    return _url(
        "https://apis.map.qq.com/uri/v1/routeplan",
        type=mode, **start, to=_label(target), tocoord=_lat_lon(target), coord_type="2", policy="0", referer=APP_NAME,
    )  # fmt: skip


def _western_end(spot: Spot) -> str:
    return _named(spot) if spot.approximate else _lat_lon(spot)


def _apple_leg(origin: Spot, target: Spot, mode: str) -> str:
    return _url("https://maps.apple.com/", saddr=_western_end(origin), daddr=_western_end(target), dirflg=mode)


def _google_leg(origin: Spot, target: Spot, mode: str) -> str:
    return _url(
        "https://www.google.com/maps/dir/",
        api="1", origin=_western_end(origin), destination=_western_end(target), travelmode=mode,
    )  # fmt: skip


_LEG: Final[dict[Provider, Callable[[Spot, Spot, str], str]]] = {
    "amap": _amap_leg, "baidu": _baidu_leg, "tencent": _tencent_leg, "apple": _apple_leg, "google": _google_leg,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------ one day


def day_links(provider: Provider, spots: Sequence[Spot], kind: LegKind = "car") -> tuple[Handoff, ...]:
    """Links to a day's places in order: as few as the map's limits allow, none for a day of less than two places.

    AMap shows places as markers, ten a link. The others show a way through them; a link begins where the one before
    ended. Baidu and Tencent take points on the way only in their apps, and roughly located places with their rough
    positions, as AMap does.
    """
    if len(spots) < 2:
        return ()
    if provider == "amap":
        chunks = [(at, min(at + AMAP_MARKERS, len(spots))) for at in range(0, len(spots), AMAP_MARKERS)]
    else:
        most = {"baidu": len(spots), "tencent": TENCENT_VIA + 2}.get(provider, WEST_VIA + 2)
        chunks = list(_overlapping(len(spots), most))
    return tuple(
        Handoff(
            provider,
            _DAY[provider](spots[start:end], _KINDS[provider][kind]),
            by_name=provider in ("apple", "google") and any(spot.approximate for spot in spots[start:end]),
            app=provider in ("baidu", "tencent"),
            first=start + 1,
            last=end,
        )
        for start, end in chunks
    )


def _overlapping(count: int, most: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < count - 1:
        yield start, min(start + most, count)
        start += most - 1


def _amap_day(spots: Sequence[Spot], mode: str) -> str:
    markers = "|".join(f"{_lon_lat(spot)},{_label(spot)}" for spot in spots)
    return _url("https://uri.amap.com/marker", markers=markers, src=APP_NAME, coordinate="gaode", callnative="1")


def _baidu_day(spots: Sequence[Spot], mode: str) -> str:
    via = []
    for spot in spots[1:-1]:
        lat, lon = wgs84_to_gcj02(spot.lat, spot.lon)
        via.append({"name": _label(spot), "lat": round(lat, 6), "lng": round(lon, 6)})
    through = {"viaPoints": json.dumps({"viaPoints": via}, ensure_ascii=False, separators=(",", ":"))} if via else {}
    ends = [f"latlng:{_lat_lon(spot)}|name:{_label(spot)}" for spot in (spots[0], spots[-1])]
    return _url(
        "bdapp://map/direction",
        origin=ends[0], destination=ends[1], **through, mode=mode, coord_type="gcj02", src=BAIDU_SOURCE,
    )  # fmt: skip


def _tencent_day(spots: Sequence[Spot], mode: str) -> str:
    first, *between, last = spots
    passes = "|".join(f"name:{_label(spot)};coord:{_lat_lon(spot)};" for spot in between)
    through = {"passes": passes} if passes else {}
    return _url(
        "qqmap://map/routeplan",
        type=mode, **{"from": _label(first)}, fromcoord=_lat_lon(first), to=_label(last), tocoord=_lat_lon(last),
        **through, referer=APP_NAME,
    )  # fmt: skip


def _apple_day(spots: Sequence[Spot], mode: str) -> str:
    name = {"d": "driving", "w": "walking", "r": "transit"}[mode]
    first, *between, last = (_western_end(spot) for spot in spots)
    way = "".join(f"&waypoint={_quoted(spot)}" for spot in between)
    return _url("https://maps.apple.com/directions", source=first, destination=last, mode=name) + way


def _google_day(spots: Sequence[Spot], mode: str) -> str:
    first, *between, last = (_western_end(spot) for spot in spots)
    through = {"waypoints": "|".join(between)} if between else {}
    return _url("https://www.google.com/maps/dir/", api="1", origin=first, destination=last, **through, travelmode=mode)


_DAY: Final[dict[Provider, Callable[[Sequence[Spot], str], str]]] = {
    "amap": _amap_day, "baidu": _baidu_day, "tencent": _tencent_day, "apple": _apple_day, "google": _google_day,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------- pieces


def _url(address: str, **values: str) -> str:
    return address + "?" + "&".join(f"{key}={_quoted(value)}" for key, value in values.items())


def _quoted(value: str) -> str:
    return quote(value, safe=",:;")


def _label(spot: Spot) -> str:
    """A name without the characters that separate fields in these links."""
    return _SEPARATORS.sub(" ", spot.name).strip() or CITIES[spot.city]


def _named(spot: Spot) -> str:
    return f"{_label(spot)} {CITIES[spot.city]}"


def _lat_lon(spot: Spot) -> str:
    lat, lon = wgs84_to_gcj02(spot.lat, spot.lon)
    return f"{lat:.6f},{lon:.6f}"


def _lon_lat(spot: Spot) -> str:
    lat, lon = wgs84_to_gcj02(spot.lat, spot.lon)
    return f"{lon:.6f},{lat:.6f}"
