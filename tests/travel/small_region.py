"""A region small enough to check by hand."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    id: str
    lat: float
    lon: float
    county: str = "Pingyao"
    kind: str = ""
    category: str = ""
    area_id: str | None = None
    walled: bool = False


@dataclass(frozen=True)
class Way:
    from_id: str
    to_id: str
    mode: str
    distance_km: float | None = None
    minutes: int | None = None
    service: str = ""
    headway_min: int | None = None
    trips_per_day: int | None = None
    first_departure: int | None = None
    last_departure: int | None = None
    departures: tuple[int, ...] = ()
    oneway: bool = False
    usable: bool = True
    fare_fen: int | None = None
    operating_note: str = ""
    source: str = "https://example.org/page"
    confidence: str = "medium"
    headway_or_trips_per_day: str = ""


PLACES = (
    Place("big-station", 37.79128, 112.60428, "Taiyuan", kind="rail_hsr"),
    Place("city", 37.864, 112.564, "Taiyuan", kind="city_center"),
    Place("seat", 37.19485, 112.16753, kind="county_seat"),
    Place("station", 37.15492, 112.14367, kind="rail_hsr"),
    Place("south-gate", 37.1930, 112.1785, kind="area_anchor"),
    Place("north-gate", 37.2098, 112.1775, kind="area_anchor"),
    Place("town", 37.20372, 112.17904, category="ancient_city", walled=True),
    Place("yard", 37.20477, 112.17725, category="museum", area_id="town"),
    Place("inn", 37.2010, 112.1830, area_id="town"),
    Place("temple", 37.1705, 112.1265, category="temple"),
    Place("far-temple", 37.2850, 112.2740, category="temple"),
    Place("foot", 36.9000, 111.9300, "Jiexiu", kind="area_anchor"),
    Place("mianshan", 36.8948, 111.9930, "Jiexiu", category="nature"),
    Place("cave", 36.8730, 111.9697, "Jiexiu", category="temple", area_id="mianshan"),
    Place("compound", 36.8961, 111.8677, "Lingshi", category="courtyard"),
)
"""A walled town with two gates, a mountain with its bus, temples, a compound, and a city with a station."""

LINKS = (
    Way("big-station", "city", "drive", 12, 30, source="general knowledge"),
    Way("city", "seat", "drive", 100, 85),
    Way("big-station", "station", "rail", minutes=40, service="emu", fare_fen=2850, headway_or_trips_per_day="每天多班"),
    Way("station", "south-gate", "drive", 7, 15, fare_fen=2500),
    Way("station", "temple", "bus", minutes=12, service="city_bus", headway_min=13, first_departure=420,
        last_departure=1252, fare_fen=300),
    Way("temple", "south-gate", "bus", service="city_bus", headway_min=13, first_departure=420, last_departure=1252,
        fare_fen=300),
    Way("town", "south-gate", "walk", 1.3, 18),
    Way("town", "north-gate", "walk", 0.9, 12),
    Way("town", "far-temple", "drive", 15, 30, fare_fen=4000),
    Way("seat", "compound", "bus", minutes=60, service="coach", departures=(530, 790), first_departure=530,
        last_departure=790, fare_fen=1700),
    Way("foot", "mianshan", "bus", minutes=30, service="shuttle", first_departure=420, last_departure=1140,
        oneway=True, fare_fen=5000),
    Way("mianshan", "foot", "bus", minutes=30, service="shuttle", first_departure=480, last_departure=1110,
        oneway=True, fare_fen=0),
    Way("foot", "mianshan", "drive", 10, 30, operating_note="社会车辆一般须换乘，仅作路网连接"),
    Way("compound", "foot", "drive", 10, 20, source="general knowledge of an estimate; no web page"),
    Way("seat", "compound", "bus", minutes=20, service="coach", usable=False),
)  # fmt: skip


def without(links: tuple[Way, ...], mode: str) -> tuple[Way, ...]:
    """Links of all other modes."""
    return tuple(link for link in links if link.mode != mode)


def changed(links: tuple[Way, ...], pair: tuple[str, str], mode: str, **values: object) -> tuple[Way, ...]:
    """Links with one of them changed."""
    return tuple(
        dataclasses.replace(w, **values) if (w.from_id, w.to_id, w.mode) == (*pair, mode) else w  # type: ignore[arg-type]
        for w in links
    )
