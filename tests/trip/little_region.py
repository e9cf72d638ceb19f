"""A region of eight sights around Pingyao that one can check by hand, and a good two-day trip through it."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from recommender.catalog.places import Advice, Attraction, Catalog, Collection, Dining, Hub, Link, Lodging, Source
from recommender.model import Itinerary

JOINT = {"student": 0.5, "senior65": 0.0, "child1.2m": 0.0}


def attraction(place_id: str, zh: str, en: str, lat: float, lon: float, **facts: Any) -> Attraction:
    """A sight with quiet defaults: verified hours 08:00–18:00, a verified price."""
    known: dict[str, Any] = {
        "county": "Pingyao", "county_zh": "平遥县", "coord_confidence": "high", "category": "temple", "tags": (),
        "grade": (), "opening_hours": "08:00-18:00", "hours_basis": "sourced", "last_entry": None,
        "last_entry_note": "", "ticket_fen": 0, "ticket_basis": "sourced", "ticket_note": "", "ticket_note_en": "",
        "ticket_group": None,
        "concessions": {}, "visit_min": 60, "min_visit_min": None, "max_visit_min": None, "popularity": 60,
        "indoor": "mixed", "best_months": (), "best_part_of_day": None, "area_id": None, "area_visit": None,
        "stroll_min": None, "walled": False, "alternative_of": None, "suggest": True, "suggest_note": "",
        "steps_level": None, "wheelchair": None, "toilets": None, "accessibility_note": "",
        "accessibility_note_en": "", "booking_required": None,
        "booking_channel": None, "booking_channel_en": None, "capacity_day": None, "night_opening": "", "performance_times": "",
        "description_zh": "", "description_en": "", "source": "s-one", "confidence": "high", "checked_note": "",
        "checked_note_en": "",
        "field_sources": {},
    }  # fmt: skip
    return Attraction(id=place_id, name_zh=zh, name_en=en, lat=lat, lon=lon, **(known | facts))


def _part(place_id: str, zh: str, en: str, lat: float, lon: float, **facts: Any) -> Attraction:
    return attraction(
        place_id, zh, en, lat, lon, category="museum", area_id="pingyao-gucheng", hours_basis="typical_unverified",
        ticket_fen=12_500, ticket_basis="sourced_two", ticket_group="pingyao-joint", concessions=JOINT, **facts,
    )  # fmt: skip


ATTRACTIONS = (
    attraction("pingyao-gucheng", "平遥古城（街区）", "Pingyao Ancient City (streets)", 37.20372, 112.17904,
               category="ancient_city", opening_hours="24/7", hours_basis="open_space", visit_min=360, stroll_min=120,
               area_visit="stroll", walled=True, popularity=98),
    _part("pingyao-xianya", "平遥县衙", "Pingyao County Government", 37.2022, 112.1745, visit_min=60, last_entry="17:00"),
    _part("pingyao-rishengchang", "日昇昌票号", "Rishengchang Draft Bank", 37.2035, 112.1765, visit_min=45),
    attraction("shuanglin-si", "双林寺", "Shuanglin Temple", 37.1660, 112.1270, ticket_fen=3_500, visit_min=75,
               ticket_basis="sourced_two", hours_basis="sourced_two", popularity=85,
               concessions={"student": 0.5, "senior60": 0.5, "senior65": 0.0, "child1.2m": 0.0}),
    attraction("zhenguo-si", "镇国寺", "Zhenguo Temple", 37.2896, 112.2826, opening_hours=None, hours_basis="",
               ticket_fen=None, ticket_basis=""),
    attraction("qiaojia-dayuan", "乔家大院", "Qiao Family Compound", 37.4105, 112.4259, county="Qixian", county_zh="祁县",
               category="courtyard", ticket_fen=11_500, visit_min=150, steps_level=2),
    attraction("wangjia-dayuan", "王家大院", "Wang Family Compound", 36.8840, 111.8640, county="Lingshi",
               county_zh="灵石县", category="courtyard", ticket_fen=5_500, visit_min=180),
    attraction("youjian-pingyao", "又见平遥", "Encore Pingyao", 37.1920, 112.1750, category="show",
               opening_hours="19:00-20:30", ticket_fen=23_800, visit_min=100),
)  # fmt: skip

HUBS = tuple(
    Hub(hub_id, zh, en, kind, lat, lon, "high", county, "", "s-one", "high")
    for hub_id, zh, en, kind, lat, lon, county in (
        ("taiyuan-south-station", "太原南站", "Taiyuan South Railway Station", "rail_hsr", 37.7860, 112.6100, "Taiyuan"),
        ("pingyaogucheng-station", "平遥古城站", "Pingyao Gucheng Railway Station", "rail_hsr", 37.1560, 112.1450, "Pingyao"),
        ("pingyao-bus", "平遥客运站", "Pingyao Coach Station", "bus_station", 37.2100, 112.1650, "Pingyao"),
    )
)


def _link(from_id: str, to_id: str, mode: str, **facts: Any) -> Link:
    known: dict[str, Any] = {
        "service": "", "distance_km": None, "minutes": None, "headway_min": None, "trips_per_day": None,
        "first_departure": None, "last_departure": None, "departures": (), "oneway": False, "usable": True,
        "usable_note": "", "fare_fen": None, "operating_note": "", "operating_note_en": "",
        "source": "s-one", "confidence": "medium",
        "headway_or_trips_per_day": "",
    }  # fmt: skip
    return Link(from_id=from_id, to_id=to_id, mode=mode, **(known | facts))


LINKS = (
    _link("taiyuan-south-station", "pingyaogucheng-station", "rail", minutes=40, fare_fen=2_850, service="emu"),
    _link("pingyaogucheng-station", "shuanglin-si", "bus", minutes=12, fare_fen=300, headway_min=13,
          first_departure=420, last_departure=1252, service="city_bus"),
    _link("zhenguo-si", "pingyao-bus", "bus", minutes=50, fare_fen=500, departures=(630, 960), oneway=True,
          first_departure=630, last_departure=960, service="coach"),
    _link("pingyao-gucheng", "shuanglin-si", "drive", minutes=20, distance_km=7.5),
    _link("pingyao-gucheng", "zhenguo-si", "drive", minutes=30, distance_km=15),
    _link("pingyao-gucheng", "qiaojia-dayuan", "drive", minutes=50, distance_km=38),
    _link("pingyao-gucheng", "wangjia-dayuan", "drive", minutes=65, distance_km=60),
    _link("pingyao-bus", "pingyao-gucheng", "drive", minutes=8, distance_km=2, fare_fen=1_000),
)  # fmt: skip


def _stay(stay_id: str, zh: str, en: str, lat: float, lon: float, *, anchor: bool) -> Lodging:
    return Lodging(
        stay_id, zh, en, "Pingyao", lat, lon, "high", "平遥古城", "pingyao-gucheng", anchor, None, None, None, None, None,
        None, "s-one", "medium",
    )  # fmt: skip


LODGING = (
    _stay("stay-inn", "平遥小客栈", "Little Inn", 37.2010, 112.1810, anchor=False),
    _stay("stay-area", "平遥古城内客栈区（锚点）", "Pingyao Old Town guesthouses (area anchor)", 37.2020, 112.1800, anchor=True),
)
DINING = (
    Dining("eat-street", "南大街小吃", "South Street snacks", "Pingyao", 37.2015, 112.1793, "medium", "pingyao-gucheng",
           ("碗托", "栲栳栳"), ("wantuo", "kaolaolao"), "09:00-21:30", 2, "s-one", "medium"),
    Dining("eat-unknown", "无名小馆", "Nameless kitchen", "Pingyao", 37.2016, 112.1794, "medium", "pingyao-gucheng",
           (), (), None, 1, "s-one", "low"),
)  # fmt: skip


def catalog(**changed: Any) -> Catalog:
    """The little catalogue; ``place_id={field: value}`` changes one sight (hyphens as underscores)."""
    places = {
        a.id: replace(a, **changed.get(a.id.replace("-", "_"), {})) for a in sorted(ATTRACTIONS, key=lambda a: a.id)
    }
    classic = ("pingyao-gucheng", "shuanglin-si", "zhenguo-si")
    return Catalog(
        attractions=places,
        hubs={hub.id: hub for hub in HUBS},
        lodging={stay.id: stay for stay in LODGING},
        dining={eatery.id: eatery for eatery in DINING},
        links=LINKS,
        events=(),
        holidays=(),
        closures=(),
        collections={
            "col-yicheng-liangsi": Collection(
                "col-yicheng-liangsi", "一城两寺", "One City and Two Temples", classic, "fixed", "s-one", "", "", "high"
            )
        },
        routes={},
        advice={
            one.id: one
            for one in (
                Advice("adv-park", "parking", "driver", ("pingyao-gucheng",), None, "停城外", "Park outside the walls", "s-one",
                       "medium"),
                Advice("adv-cash", "money", "foreign", ("pingyao-gucheng",), None, "带些现金", "Carry some cash", "s-one", "low"),
                Advice("adv-help", "help", "all", (), "110", "报警", "police", "s-one", "high"),
            )
        },
        sources={"s-one": Source("s-one", "https://example.org/pingyao?a=1&b=2", "official", 2025, "平遥 <景区> 公告")},
        revision="0123456789ab",
    )


@dataclass(frozen=True)
class LittleDay:
    """What kind of day it is."""

    kind: str
    name_zh: str = ""
    name_en: str = ""
    status: str = "official"


@dataclass(frozen=True)
class LittleOpening:
    """A day's opening."""

    intervals: tuple[tuple[int, int], ...]
    last_entry_min: int | None
    basis: str
    slack_min: int
    known: bool
    closed_reason: str | None


class LittleCalendar:
    """Opens what the catalogue says, every day the same; 1 May is Labour Day, 2029 has no table."""

    def __init__(self, places: Catalog, closed: frozenset[tuple[str, dt.date]] = frozenset()) -> None:
        self._places = places.attractions
        self._closed = closed

    def _hours(self, place_id: str, date: dt.date) -> tuple[tuple[int, int], ...]:
        if (place_id, date) in self._closed:
            return ()
        hours = self._places[place_id].opening_hours
        if hours is None:
            return ((570, 990),)
        if hours == "24/7":
            return ((0, 1440),)
        first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
        return ((first, last),)

    def is_open(self, place_id: str, instant: dt.datetime) -> bool:
        """The point question."""
        minute = instant.hour * 60 + instant.minute
        return any(a <= minute < b for a, b in self._hours(place_id, instant.date()))

    def opening(self, place_id: str, date: dt.date) -> LittleOpening:
        """Windows, for words."""
        place = self._places[place_id]
        hours = self._hours(place_id, date)
        sure = place.hours_basis in ("sourced", "sourced_two", "open_space")
        return LittleOpening(
            hours, None, place.hours_basis, 0 if sure else 30, place.opening_hours is not None, None if hours else "closure"
        )

    def day(self, date: dt.date) -> LittleDay:
        """Labour Day or not."""
        if (date.month, date.day) == (5, 1):
            return LittleDay("public_holiday", "劳动节", "Labour Day")
        return LittleDay("weekend" if date.weekday() >= 5 else "workday")

    def has_table(self, year: int) -> str:
        """Whether holidays are known."""
        return "none" if year == 2029 else "official"


@dataclass(frozen=True)
class LittleRegion:
    """As much of a region as words and checks ask for."""

    catalog: Catalog
    calendar: LittleCalendar
    revision: str = "0123456789ab"

    def calendar_events(self, date: dt.date) -> tuple[Any, ...]:
        return ()

    def within_reach(self, reach: str) -> frozenset[str]:
        return frozenset(self.catalog.attractions)


def little_region(closed: frozenset[tuple[str, dt.date]] = frozenset(), **changed: Any) -> Any:
    """The region; ``closed`` holds one-off closures."""
    places = catalog(**changed)
    return LittleRegion(places, LittleCalendar(places, closed))


TAIYUAN, STATION, TOWN = "taiyuan-south-station", "pingyaogucheng-station", "pingyao-gucheng"


def leg(origin: Any, target: Any, mode: str, depart: str, arrive: str, metres: int, **more: Any) -> dict[str, Any]:
    """A leg in JSON."""
    known = {"wait_min": 0, "fare_fen": 0 if mode == "walk" else None, "basis": "estimated"}
    return {
        "kind": "leg", "from": origin, "to": target, "mode": mode, "depart": depart, "arrive": arrive,
        "distance_m": metres, **known, **more,
    }  # fmt: skip


def stop(place: str, arrive: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    """A stop in JSON."""
    known = {"ticket_fen": 0, "ticket_basis": "sourced", "hours_basis": "sourced", "slack_min": 0, "score": 0.5}
    return {"kind": "stop", "place": place, "arrive": arrive, "start": start, "end": end, **known, **more}


def good_trip() -> dict[str, Any]:
    """Two days that keep every promise."""
    part = {"ticket_basis": "sourced_two", "hours_basis": "typical_unverified", "slack_min": 30}
    first = [
        {"kind": "start", "place": TAIYUAN, "time": "09:30"},
        leg(TAIYUAN, STATION, "rail", "09:50", "10:30", 92_000, wait_min=20, fare_fen=5_700, basis="sourced",
            timetable="assumed", latest_depart="19:30", source="s-one"),
        leg(STATION, "shuanglin-si", "bus", "10:37", "10:50", 4_000, wait_min=7, fare_fen=600, basis="sourced",
            timetable="sourced"),
        stop("shuanglin-si", "10:50", "10:50", "12:05", ticket_fen=7_000, ticket_basis="sourced_two",
             hours_basis="sourced_two", reasons=[{"code": "must_see", "place": "shuanglin-si"},
                                                 {"code": "matches_interest", "category": "temple"}]),
        leg("shuanglin-si", "eat-street", "taxi", "12:05", "12:30", 7_500),
        {"kind": "meal", "meal": "lunch", "place": "eat-street", "start": "12:30", "end": "13:20"},
        leg("eat-street", TOWN, "walk", "13:20", "13:25", 300),
        stop(TOWN, "13:25", "13:25", "17:00", ticket_fen=25_000, ticket_basis="sourced_two", hours_basis="open_space",
             reasons=[{"code": "famous"}], parts=[
                 {"place": "pingyao-rishengchang", "start": "13:35", "end": "14:25", "ticket_fen": 25_000, **part},
                 {"place": "pingyao-xianya", "start": "14:45", "end": "15:50", "ticket_fen": 0,
                  **part, "ticket_basis": "joint_ticket"}]),
        leg(TOWN, "stay-inn", "walk", "17:00", "17:10", 400),
        {"kind": "rest", "start": "17:10", "end": "17:45"},
        {"kind": "meal", "meal": "dinner", "place": None, "start": "17:45", "end": "18:25"},
        leg("stay-inn", "youjian-pingyao", "taxi", "18:25", "18:40", 2_500),
        stop("youjian-pingyao", "18:40", "19:00", "20:30", ticket_fen=47_600),
        leg("youjian-pingyao", "stay-inn", "taxi", "20:30", "20:45", 2_500),
        {"kind": "end", "place": "stay-inn", "time": "20:45"},
    ]  # fmt: skip
    second = [
        {"kind": "start", "place": "stay-inn", "time": "08:30"},
        leg("stay-inn", "zhenguo-si", "taxi", "08:30", "09:05", 16_000),
        stop("zhenguo-si", "09:05", "09:30", "10:30", ticket_fen=None, ticket_basis="", hours_basis="", slack_min=30),
        leg("zhenguo-si", TOWN, "taxi", "10:30", "11:05", 15_000, basis="sourced"),
        stop(TOWN, "11:05", "11:05", "11:55", hours_basis="open_space"),
        leg(TOWN, "eat-street", "walk", "11:55", "12:00", 300),
        {"kind": "meal", "meal": "lunch", "place": "eat-street", "start": "12:00", "end": "12:50"},
        leg("eat-street", STATION, "taxi", "12:50", "13:15", 8_500),
        leg(STATION, TAIYUAN, "rail", "13:45", "14:25", 92_000, wait_min=30, fare_fen=5_700, basis="sourced",
            timetable="assumed", latest_depart="19:30"),
        {"kind": "end", "place": TAIYUAN, "time": "14:25"},
    ]  # fmt: skip
    trip = {
        "schema": "itinerary/1", "revision": "0123456789ab", "work": 6000,
        "request": {
            "start_date": "2027-04-17", "days": 2, "start": {"place": TAIYUAN, "time": "09:30"},
            "end": {"place": TAIYUAN, "time": "19:00"}, "must_see": ["shuanglin-si"],
            "locks": [{"place": "youjian-pingyao", "day": 1, "time": "19:00"}],
        },
        "days": [
            {"date": "2027-04-17", "lodging": "stay-inn", "items": first},
            {"date": "2027-04-18", "lodging": None, "items": second},
        ],
        "totals": {},
        "left_out": [{"place": "qiaojia-dayuan", "reason": "out_of_reach", "detail": {"reach": "wings"}}],
        "warnings": [
            {"code": "reach_provisional"}, {"code": "timetable_assumed", "day": 1}, {"code": "timetable_assumed", "day": 2},
            {"code": "hours_unknown", "place": "zhenguo-si"}, {"code": "price_unknown", "place": "zhenguo-si"},
            {"code": "hours_unverified", "place": "pingyao-rishengchang"},
            {"code": "hours_unverified", "place": "pingyao-xianya"},
        ],
    }  # fmt: skip
    return settle(trip)


def settle(trip: dict[str, Any]) -> dict[str, Any]:
    """Add the totals up anew, as the trip's own items have them."""
    tickets = fares = travel = visit = walk = 0
    unknown = []
    for d, day in enumerate(trip["days"], start=1):
        for k, item in enumerate(day["items"]):
            if item["kind"] == "leg":
                travel += _minutes(item["arrive"]) - _minutes(item["depart"]) + item["wait_min"]
                walk += item["distance_m"] if item["mode"] == "walk" else 0
                fares += item["fare_fen"] or 0
                unknown += [f"leg:{d}:{k}"] if item["fare_fen"] is None else []
            elif item["kind"] == "stop":
                length = _minutes(item["end"]) - _minutes(item["start"])
                visit += length
                tickets += item["ticket_fen"] or 0
                unknown += [f"stop:{d}:{k}"] if item["ticket_fen"] is None else []
                if item["place"] == TOWN:
                    walk += 30 * (length - sum(_minutes(p["end"]) - _minutes(p["start"]) for p in item.get("parts", [])))
    trip["totals"] = {
        "tickets_fen": tickets, "fares_fen": fares, "unknown_prices": unknown, "travel_min": travel, "visit_min": visit,
        "walk_m": walk, "score": 2.5, "upper_bound": None,
    }  # fmt: skip
    return trip


def _minutes(clock: str) -> int:
    return int(clock[:-3]) * 60 + int(clock[-2:])


def trip_of(data: dict[str, Any]) -> Itinerary:
    """The itinerary of its JSON."""
    return Itinerary.parse(copy.deepcopy(data))
