"""A folder of data files small enough to know by heart, whole; the tests damage one cell at a time."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

Rows = dict[str, list[dict[str, str]]]

HEADERS: Final = {
    "attractions": (
        "id,name_zh,name_en,county,county_zh,lat,lon,coord_confidence,category,tags,grade,opening_hours,last_entry_note,"
        "ticket_cny,ticket_note,visit_minutes,popularity,indoor,accessibility_note,best_months,description_zh,description_en,"
        "source,confidence,checked_note,ticket_group,hours_basis,ticket_basis,area_id,last_entry,booking_required,"
        "booking_channel,concessions,steps_level,wheelchair,toilets,capacity_day,min_visit_minutes,max_visit_minutes,"
        "best_part_of_day,night_opening,performance_times,field_sources,area_visit,stroll_minutes,walled,alternative_of,"
        "suggest,suggest_note,booking_channel_en,ticket_note_en,checked_note_en,booking_opens_days,booking_opens_at,"
        "accessibility_note_en,seated,capacity_now"
    ),
    "hubs": "id,name_zh,name_en,kind,lat,lon,coord_confidence,county,note,source,confidence",
    "links": (
        "from_id,to_id,mode,distance_km,minutes,headway_or_trips_per_day,fare_cny,operating_note,source,confidence,headway_min,"
        "trips_per_day,first_departure,last_departure,departures,oneway,usable,usable_note,service,operating_note_en"
    ),
    "lodging": (
        "id,name_zh,name_en,county,lat,lon,coord_confidence,area,source,confidence,area_id,is_anchor,phone,address,breakfast,"
        "check_in,check_out,shuttle"
    ),
    "dining": (
        "id,name_zh,name_en,county,lat,lon,coord_confidence,dishes,open_hours,price_level,source,confidence,area_id,dishes_en"
    ),
    "events": (
        "id,name_zh,name_en,place_id,date_rule,months,description_zh,description_en,source,confidence,dates_2026,dates_2027,"
        "dates_status,dates_source,rule,venue_ids,organizer_zh,organizer_en"
    ),
    "holidays": "date,name_zh,name_en,kind,year,status,source",
    "closures": "place_id,from,to,reason,source",
    "collections": "id,name_zh,name_en,place_ids,status,source,note_zh,note_en,confidence",
    "themed_routes": "id,name_zh,name_en,theme,days,place_ids,kind,source,published_year,note_zh,note_en,confidence",
    "advice": "id,topic,audience,place_ids,phone,text_zh,text_en,source,confidence",
    "sources": "id,url,kind,year,title",
}


def _sight(place_id: str, zh: str, en: str, lat: str, lon: str, **cells: str) -> dict[str, str]:
    return {
        "id": place_id, "name_zh": zh, "name_en": en, "county": "Pingyao", "county_zh": "平遥县", "lat": lat, "lon": lon,
        "coord_confidence": "high", "category": "temple", "visit_minutes": "60", "popularity": "50", "suggest": "1",
        "description_zh": '一处，含逗号,与"引号"', "description_en": "A sight", "source": "s-one", "confidence": "high",
        "opening_hours": "08:00-18:00", "hours_basis": "sourced", "ticket_cny": "35", "ticket_basis": "sourced",
    } | cells  # fmt: skip


def good_rows() -> Rows:
    """Rows without a problem; row ``k`` of a file stands on line ``k + 2``."""
    joint = {
        "ticket_group": "pingyao-joint",
        "ticket_cny": "125",
        "concessions": "student:0.5",
        "area_id": "pingyao-gucheng",
    }
    return {
        "attractions": [
            _sight("pingyao-gucheng", "平遥古城（街区）", "Pingyao Ancient City", "37.20372", "112.17904",
                   category="ancient_city", area_visit="stroll", stroll_minutes="120", visit_minutes="360", walled="1",
                   opening_hours="24/7",
                   hours_basis="open_space", ticket_cny="0", indoor="0", best_months="4-10", grade="UNESCO/5A"),
            _sight("pingyao-xianya", "平遥县衙", "County Government Office", "37.2022", "112.1745", **joint, last_entry="17:00"),
            _sight("pingyao-rishengchang", "日昇昌票号", "Rishengchang", "37.2035", "112.1765", **joint,
                   field_sources="ticket_cny:s-one+s-Two:high | last_entry:s-one:low"),
            _sight("shuanglin-si", "双林寺", "Shuanglin Temple", "37.1660", "112.1270", tags="彩塑;明代",
                   concessions="student:0.5;minor6-18:0.5;senior65:0;child1.2m:0", booking_required="0",
                   opening_hours="Apr-Oct 08:00-18:00; Nov-Mar 08:30-17:30", last_entry="Apr-Oct 17:30; Nov-Mar 17:00"),
            _sight("youjian-pingyao", "又见平遥", "Encore Pingyao", "37.1920", "112.1750", category="show", suggest="0",
                   opening_hours="", hours_basis="", ticket_cny="", ticket_basis="", suggest_note="未核", indoor="1",
                   booking_required="1", booking_channel="官方平台", booking_channel_en="official platform",
                   booking_opens_days="3", booking_opens_at="07:00"),
        ],
        "hubs": [
            {"id": "pingyaogucheng-station", "name_zh": "平遥古城站", "name_en": "Pingyao Gucheng Station", "kind": "rail_hsr",
             "lat": "37.1560", "lon": "112.1450", "coord_confidence": "high", "county": "Pingyao", "source": "general knowledge",
             "confidence": "high"},
            {"id": "seat-pingyao", "name_zh": "平遥县城", "name_en": "Pingyao town", "kind": "county_seat", "lat": "37.19485",
             "lon": "112.16753", "coord_confidence": "high", "county": "Pingyao", "source": "general knowledge",
             "confidence": "high"},
        ],
        "links": [
            {"from_id": "pingyaogucheng-station", "to_id": "shuanglin-si", "mode": "bus", "minutes": "12", "fare_cny": "3",
             "headway_min": "13", "first_departure": "07:00", "last_departure": "20:52", "oneway": "0", "usable": "1",
             "service": "city_bus", "source": "s-one", "confidence": "medium"},
            {"from_id": "seat-pingyao", "to_id": "shuanglin-si", "mode": "drive", "distance_km": "7.5", "oneway": "0",
             "usable": "0", "usable_note": "旧", "source": "general knowledge", "confidence": "low"},
            {"from_id": "shuanglin-si", "to_id": "seat-pingyao", "mode": "bus", "minutes": "50", "departures": "08:50;13:10",
             "first_departure": "08:50", "last_departure": "13:10", "oneway": "1", "usable": "1", "service": "coach",
             "fare_cny": "28.5", "source": "s-one", "confidence": "low"},
        ],
        "lodging": [
            {"id": "stay-inn", "name_zh": "小客栈", "name_en": "Little Inn", "county": "Pingyao", "lat": "37.2010",
             "lon": "112.181", "coord_confidence": "low", "area": "古城", "area_id": "pingyao-gucheng", "is_anchor": "0",
             "source": "s-one",
             "confidence": "low", "phone": "+86 354 000"},
        ],
        "dining": [
            {"id": "eat-street", "name_zh": "南大街小吃", "name_en": "South Street snacks", "county": "Pingyao", "lat": "37.2015",
             "lon": "112.1793", "coord_confidence": "low", "dishes": "碗托;栲栳栳", "dishes_en": "wantuo;kaolaolao",
             "open_hours": "11:00-14:00,17:00-21:00",
             "price_level": "2", "source": "s-one", "confidence": "low", "area_id": "pingyao-gucheng"},
        ],
        "events": [
            {"id": "ev-dengjie", "name_zh": "元宵灯会", "name_en": "Lantern Festival", "place_id": "pingyao-gucheng",
             "date_rule": "lunar 01-15（农历正月十五）", "rule": "lunar 01-15", "months": "2;3", "description_zh": "灯",
             "description_en": "Lanterns", "source": "s-one", "confidence": "low", "dates_2026": "2026-03-03",
             "dates_2027": "2027-02-18/2027-02-20", "dates_status": "computed", "dates_source": "s-one ; package x"},
        ],
        "holidays": [
            {"date": "2026-10-01", "name_zh": "国庆节", "name_en": "National Day", "kind": "public_holiday", "year": "2026",
             "status": "official", "source": "s-one"},
        ],
        "closures": [
            {"place_id": "shuanglin-si", "from": "2027-03-01", "to": "2027-03-05", "reason": "修缮", "source": "s-one"},
            {"place_id": "youjian-pingyao", "from": "2027-12-01", "reason": "歇业", "source": "s-one"},
        ],
        "collections": [
            {"id": "col-two", "name_zh": "一城一寺", "name_en": "A town and a temple",
             "place_ids": "pingyao-gucheng;shuanglin-si", "status": "fixed", "source": "s-one", "confidence": "high"},
        ],
        "themed_routes": [
            {"id": "rt-night", "name_zh": "夜游", "name_en": "By night", "theme": "night", "days": "1", "kind": "published",
             "place_ids": "pingyaogucheng-station;pingyao-gucheng", "source": "s-one", "published_year": "2025",
             "confidence": "medium"},
        ],
        "advice": [
            {"id": "adv-park", "topic": "parking", "audience": "driver", "place_ids": "shuanglin-si", "text_zh": "停车免费",
             "text_en": "Parking is free", "source": "s-one", "confidence": "low"},
            {"id": "adv-help", "topic": "help", "audience": "all", "phone": "110", "text_zh": "报警", "text_en": "police",
             "source": "s-one", "confidence": "high"},
        ],
        "sources": [
            {"id": "s-one", "url": "https://example.org/one", "kind": "official", "year": "2025", "title": "One"},
            {"id": "s-Two", "kind": "estimate", "title": "Two"},
        ],
    }  # fmt: skip


def text_of(name: str, rows: list[dict[str, str]]) -> str:
    """A file's text."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADERS[name].split(","), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_folder(folder: Path, rows: Rows) -> Path:
    """Write all files."""
    folder.mkdir(exist_ok=True)
    for name in HEADERS:
        (folder / f"{name}.csv").write_text(text_of(name, rows[name]), encoding="utf-8", newline="")
    return folder
