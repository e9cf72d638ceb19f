"""Every file and every column, declared once; reading, checking and writing all follow this.

``docs/data_dictionary.md`` says the same in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, get_args

from recommender.catalog import cells, grammars, places
from recommender.catalog.cells import Kind
from recommender.model import Category

COUNTIES: Final = {
    "Yuci": "榆次区", "Taigu": "太谷区", "Qixian": "祁县", "Pingyao": "平遥县", "Jiexiu": "介休市", "Lingshi": "灵石县",
    "Shouyang": "寿阳县", "Xiyang": "昔阳县", "Heshun": "和顺县", "Zuoquan": "左权县", "Yushe": "榆社县",
    "Taiyuan": "太原市", "Yangquan": "阳泉市",
}  # fmt: skip
LATITUDES: Final = (34.5, 40.8)
LONGITUDES: Final = (110.2, 114.6)
MODES: Final = ("rail", "bus", "drive", "walk")
SERVICES: Final = ("metro", "emu", "conventional", "coach", "tourist_bus", "rural_bus", "city_bus", "shuttle")
HUB_KINDS: Final = (
    "county_seat", "city_center", "rail_hsr", "rail", "airport", "bus_station", "expressway_exit", "area_anchor",
)  # fmt: skip
SOURCE_KINDS: Final = (
    "official", "media", "ticketing", "guidebook", "agency", "wiki", "travelogue", "aggregator", "dataset", "software",
    "estimate",
)  # fmt: skip
OPEN_LICENCES: Final = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0")
"""On whose terms facts may be passed on to anybody; SPDX names."""
PICTURE_LICENCES: Final = ("own", "permission", "public-domain", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0")
"""The bureau's own, given to it to show, nobody's any more, or open to all."""
ADVICE_TOPICS: Final = ("help", "papers", "money", "luggage", "parking")
AUDIENCES: Final = ("all", "foreign", "driver")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file and the field that it fills.

    Attributes
    ----------
    required
        Whether a blank cell is a problem.
    """

    name: str
    kind: Kind
    field: str
    required: bool = False

    def read(self, cell: str) -> Any:
        """The value of a cell.

        Raises
        ------
        Unreadable
            It does not hold what the column wants.
        """
        return self.kind.read(cell) if cell else self.kind.blank

    def write(self, value: Any) -> str:
        """The cell of a value."""
        blank = value is None or (isinstance(value, str | tuple | dict) and not value)
        return "" if blank else self.kind.write(value)


@dataclass(frozen=True, slots=True)
class Table:
    """One file.

    Attributes
    ----------
    key
        Columns that no two rows share; empty where only whole rows may not repeat.
    needed
        Whether a file without rows is a problem.
    optional
        Whether a folder may be without the file. Without rows the table is no part of a revision: those made before there was
        such a table keep their names.
    """

    name: str
    record: type[Any]
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    needed: bool = False
    optional: bool = False

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def _must(name: str, kind: Kind, field: str = "") -> Column:
    return Column(name, kind, field or name, required=True)


def _may(name: str, kind: Kind, field: str = "") -> Column:
    return Column(name, kind, field or name)


def _id(prefix: str = "") -> Kind:
    form = rf"{prefix}[a-z0-9][a-z0-9-]{{1,{79 - len(prefix)}}}"
    return cells.pattern(form, f"{prefix}…, a-z 0-9 -" if prefix else "a-z 0-9 -")


PLACE_ID: Final = _id()
LAT: Final = cells.number(*LATITUDES)
LON: Final = cells.number(*LONGITUDES)
CONFIDENCE: Final = cells.choice("high", "medium", "low")
CODE: Final = cells.pattern(r"[a-z][a-z0-9_-]{0,59}", "a-z 0-9 - _", code="data_code")
COUNTY: Final = cells.choice(*COUNTIES)

_NAMES: Final = (_must("name_zh", cells.TEXT), _must("name_en", cells.TEXT))
_POINT: Final = (_must("lat", LAT), _must("lon", LON), _must("coord_confidence", CONFIDENCE))
_PROVENANCE: Final = (_must("source", cells.TEXT), _must("confidence", CONFIDENCE))

ATTRACTIONS: Final = Table("attractions", places.Attraction, (
    _must("id", PLACE_ID), *_NAMES, _must("county", COUNTY), _must("county_zh", cells.choice(*COUNTIES.values())), *_POINT,
    _must("category", cells.choice(*get_args(Category))),
    _may("tags", cells.listed()),
    _may("grade", cells.listed("/", cells.choice("UNESCO", "5A", "4A", "3A", "NCH"))),
    _may("opening_hours", cells.checked(grammars.check_hours)),
    _may("last_entry_note", cells.TEXT),
    _may("ticket_cny", cells.MONEY, "ticket_fen"),
    _may("ticket_note", cells.TEXT),
    _must("visit_minutes", cells.whole(5, 1440), "visit_min"),
    _must("popularity", cells.whole(0, 100)),
    _may("indoor", cells.choice(mapped={"1": "yes", "0": "no", "mixed": "mixed"})),
    _may("accessibility_note", cells.TEXT),
    _may("best_months", cells.MONTH_RANGE),
    _must("description_zh", cells.TEXT), _must("description_en", cells.TEXT),
    *_PROVENANCE,
    _may("checked_note", cells.TEXT),
    _may("ticket_group", CODE),
    _may("hours_basis", cells.choice(
        "sourced_two", "sourced", "partly_sourced", "typical_unverified", "open_space", blank="")),
    _may("ticket_basis", cells.choice(
        "sourced_two", "sourced", "commonly_quoted_unverified", "free_or_included_unverified", blank="")),
    _may("area_id", PLACE_ID),
    _may("last_entry", cells.checked(grammars.check_last_entry)),
    _may("booking_required", cells.flag()),
    _may("booking_channel", cells.OPTIONAL),
    _may("concessions", cells.CONCESSIONS),
    _may("steps_level", cells.whole(0, 3)),
    _may("wheelchair", cells.choice("yes", "no", "partial")),
    _may("toilets", cells.OPTIONAL),
    _may("capacity_day", cells.whole(1, 1_000_000)),
    _may("min_visit_minutes", cells.whole(5, 2880), "min_visit_min"),
    _may("max_visit_minutes", cells.whole(5, 2880), "max_visit_min"),
    _may("best_part_of_day", cells.choice("morning", "afternoon", "evening", "any")),
    _may("night_opening", cells.TEXT),
    _may("performance_times", cells.TEXT),
    _may("field_sources", cells.FIELD_SOURCES),
    _may("area_visit", cells.choice("stroll", "whole")),
    _may("stroll_minutes", cells.whole(5, 1440), "stroll_min"),
    _may("walled", cells.flag(blank=False)),
    _may("alternative_of", PLACE_ID),
    _must("suggest", cells.flag()),
    _may("suggest_note", cells.TEXT),
    _may("booking_channel_en", cells.OPTIONAL),
    _may("ticket_note_en", cells.TEXT),
    _may("checked_note_en", cells.TEXT),
    _may("booking_opens_days", cells.whole(0, 60)),
    _may("booking_opens_at", cells.CLOCK, "booking_opens_min"),
    _may("accessibility_note_en", cells.TEXT),
    _may("seated", cells.flag()),
    _may("capacity_now", cells.whole(1, 1_000_000)),
), needed=True)  # fmt: skip

HUBS: Final = Table("hubs", places.Hub, (
    _must("id", PLACE_ID), *_NAMES, _must("kind", cells.choice(*HUB_KINDS)), *_POINT, _must("county", COUNTY),
    _may("note", cells.TEXT), *_PROVENANCE,
), needed=True)  # fmt: skip

LINKS: Final = Table("links", places.Link, (
    _must("from_id", PLACE_ID), _must("to_id", PLACE_ID), _must("mode", cells.choice(*MODES)),
    _may("distance_km", cells.number(0.01, 1500)),
    _may("minutes", cells.whole(1, 1440)),
    _may("headway_or_trips_per_day", cells.TEXT),
    _may("fare_cny", cells.MONEY, "fare_fen"),
    _may("operating_note", cells.TEXT),
    *_PROVENANCE,
    _may("headway_min", cells.whole(1, 720)),
    _may("trips_per_day", cells.whole(1, 500)),
    _may("first_departure", cells.CLOCK),
    _may("last_departure", cells.CLOCK),
    _may("departures", cells.CLOCKS),
    _must("oneway", cells.flag()),
    _must("usable", cells.flag()),
    _may("usable_note", cells.TEXT),
    _may("service", cells.choice(*SERVICES, blank="")),
    _may("operating_note_en", cells.TEXT),
), key=())  # fmt: skip

LODGING: Final = Table("lodging", places.Lodging, (
    _must("id", _id("stay-")), *_NAMES, _must("county", COUNTY), *_POINT, _may("area", cells.TEXT), *_PROVENANCE,
    _may("area_id", PLACE_ID),
    _must("is_anchor", cells.flag()),
    _may("phone", cells.OPTIONAL),
    _may("address", cells.OPTIONAL),
    _may("breakfast", cells.OPTIONAL),
    _may("check_in", cells.OPTIONAL),
    _may("check_out", cells.OPTIONAL),
    _may("shuttle", cells.OPTIONAL),
), needed=True)  # fmt: skip

DINING: Final = Table("dining", places.Dining, (
    _must("id", _id("eat-")), *_NAMES, _must("county", COUNTY), *_POINT,
    _may("dishes", cells.listed()),
    _may("open_hours", cells.checked(grammars.check_spans)),
    _may("price_level", cells.whole(1, 3)),
    *_PROVENANCE,
    _may("area_id", PLACE_ID),
    _may("dishes_en", cells.listed()),
))  # fmt: skip

EVENTS: Final = Table("events", places.Event, (
    _must("id", _id("ev-")), *_NAMES, _must("place_id", PLACE_ID),
    _must("date_rule", cells.TEXT),
    _may("months", cells.MONTH_LIST),
    _must("description_zh", cells.TEXT), _must("description_en", cells.TEXT),
    *_PROVENANCE,
    _may("dates_2026", cells.checked(lambda text: grammars.check_announced(text, 2026))),
    _may("dates_2027", cells.checked(lambda text: grammars.check_announced(text, 2027))),
    _may("dates_status", cells.TEXT),
    _may("dates_source", cells.TEXT),
    _may("rule", cells.checked(grammars.check_rule)),
    _may("venue_ids", cells.listed(item=PLACE_ID)),
    _may("organizer_zh", cells.OPTIONAL), _may("organizer_en", cells.OPTIONAL),
))  # fmt: skip

HOLIDAYS: Final = Table("holidays", places.Holiday, (
    _must("date", cells.DATE), *_NAMES, _must("kind", cells.choice("public_holiday", "makeup_workday")),
    _must("year", cells.whole(2000, 2200)), _must("status", cells.choice("official", "provisional")),
    _must("source", cells.TEXT),
), key=("date",))  # fmt: skip

CLOSURES: Final = Table("closures", places.Closure, (
    _must("place_id", PLACE_ID), _must("from", cells.DATE, "from_"), _may("to", cells.DATE), _must("reason", cells.TEXT),
    _must("source", cells.TEXT),
), key=())  # fmt: skip

COLLECTIONS: Final = Table("collections", places.Collection, (
    _must("id", _id("col-")), *_NAMES, _must("place_ids", cells.listed(item=PLACE_ID)),
    _must("status", cells.choice("fixed", "provisional")), _must("source", cells.TEXT),
    _may("note_zh", cells.TEXT), _may("note_en", cells.TEXT), _must("confidence", CONFIDENCE),
))  # fmt: skip

THEMED_ROUTES: Final = Table("themed_routes", places.ThemedRoute, (
    _must("id", _id("rt-")), *_NAMES, _must("theme", CODE), _must("days", cells.whole(1, 14)),
    _must("place_ids", cells.listed(item=PLACE_ID)), _must("kind", cells.choice("published", "project_suggestion")),
    _may("source", cells.TEXT), _may("published_year", cells.whole(1980, 2200)),
    _may("note_zh", cells.TEXT), _may("note_en", cells.TEXT), _must("confidence", CONFIDENCE),
))  # fmt: skip

ADVICE: Final = Table("advice", places.Advice, (
    _must("id", _id("adv-")), _must("topic", cells.choice(*ADVICE_TOPICS)), _must("audience", cells.choice(*AUDIENCES)),
    _may("place_ids", cells.listed(item=PLACE_ID)), _may("phone", cells.pattern(r"[0-9]{3,12}", "0-9")),
    _must("text_zh", cells.TEXT), _must("text_en", cells.TEXT), *_PROVENANCE,
))  # fmt: skip

SOURCES: Final = Table("sources", places.Source, (
    _must("id", cells.pattern(r"s-[A-Za-z0-9][A-Za-z0-9-]{0,77}", "s-…, A-Z a-z 0-9 -")),
    _may("url", cells.OPTIONAL), _must("kind", cells.choice(*SOURCE_KINDS)),
    _may("year", cells.whole(1900, 2200)), _must("title", cells.TEXT),
))  # fmt: skip

PICTURES: Final = Table("pictures", places.Picture, (
    _must("file", cells.pattern(r"[0-9a-f]{32}", "0-9 a-f, 32")), _must("place_id", PLACE_ID), _must("credit", cells.TEXT),
    _must("licence", cells.choice(*PICTURE_LICENCES)), _may("source", cells.TEXT), _may("caption_zh", cells.TEXT),
    _may("caption_en", cells.TEXT),
), key=("file",), optional=True)  # fmt: skip

LICENCES: Final = Table("licences", places.Licence, (
    _must("source_id", cells.pattern(r"s-[A-Za-z0-9][A-Za-z0-9-]{0,77}", "s-…, A-Z a-z 0-9 -")),
    _must("licence", cells.choice(*OPEN_LICENCES)), _may("note", cells.TEXT),
), key=("source_id",), optional=True)  # fmt: skip

TABLES: Final = (
    ATTRACTIONS, HUBS, LINKS, LODGING, DINING, EVENTS, HOLIDAYS, CLOSURES, COLLECTIONS, THEMED_ROUTES, ADVICE,
    SOURCES, PICTURES, LICENCES,
)  # fmt: skip
