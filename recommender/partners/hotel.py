"""What is known of a hotel that is a partner: a record of cells, read into a value and held against what can be.

Every cell is text and an empty one is unknown; visitors see only what the bureau approved.
"""

from __future__ import annotations

import dataclasses
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from recommender.catalog import Lodging
from recommender.errors import Problem, RequestError
from recommender.i18n import LANGUAGES, find_text
from recommender.model import Point, format_clock, parse_clock
from recommender.partners import theme
from recommender.travel.datum import bd09_to_wgs84, gcj02_to_wgs84

Cells = Mapping[str, str]

DATUMS: Final[Mapping[str, Callable[[float, float], tuple[float, float]]]] = {
    "wgs84": lambda lat, lon: (lat, lon), "gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84,
}  # fmt: skip
"""Maps' datums, each turned into ours."""
SAID: Final = ("greeting", "luggage", "shuttle", "walking", "late", "tips")
"""What a hotel says in its own words, each in both languages."""
CLOCKS: Final = ("breakfast_end", "check_in", "check_out", "door_closes")
COLOURS: Final = ("accent", "ground")
FIELDS: Final = (
    "place", "name_zh", "name_en", "lat", "lon", "phone", "contact", *CLOCKS,
    *(f"{name}_{lang}" for name in SAID for lang in LANGUAGES), "lang", *COLOURS, "logo", "hosts",
)  # fmt: skip
"""Every cell of a record, in the order in which it is shown."""
LONGEST: Final = 200
LONGEST_OF: Final = {"name_zh": 40, "name_en": 80, "contact": 40, "phone": 40, "tips_zh": 600, "tips_en": 900, "logo": 20_000,
                     "hosts": 800}  # fmt: skip
MOST_HOSTS: Final = 10
SOUTH, NORTH, WEST, EAST = 34.5, 40.8, 110.2, 114.6
"""Where trips can begin, as of `model.Point`."""
_PHONE: Final = re.compile(r"\+?\d[\d /()-]{4,28}\d")
_SHORTEST_NUMBER: Final = 7
"""Digits; fewer before a stroke are an area code."""
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_IMPLIED: Final = {"http": 80, "https": 443}
"""Ports that browsers leave out of an origin."""
_HERE: Final = ("localhost", "127.0.0.1")
_LOGO: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_UNWANTED: Final = re.compile(r"[<>\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ud800-\udfff]")
"""Marks that hide or turn what follows them, and those of HTML: escaped everywhere, and yet never needed in a name."""


@dataclass(frozen=True, slots=True)
class Hotel:
    """A hotel as visitors see it.

    Attributes
    ----------
    place
        Its id in the catalogue; empty for a hotel that the catalogue does not have.
    lat, lon
        WGS-84.
    phone, contact
        Whom a guest calls, and who that is.
    breakfast_end, check_in, check_out, door_closes
        Minutes after midnight; None is unknown, and for ``door_closes`` also a door that never does.
    said
        Its own words by name and language (``luggage_zh``); those that are missing are not there.
    lang
        In which language its pages open; empty goes by the browser.
    colours
        Two, or None for ours.
    logo
        A small PNG in base64, or empty.
    hosts
        Origins of the sites that may show its pages in a frame (``https://hotel.example``).
    """

    place: str
    name_zh: str
    name_en: str
    lat: float
    lon: float
    phone: str
    contact: str
    breakfast_end: int | None
    check_in: int | None
    check_out: int | None
    door_closes: int | None
    said: Mapping[str, str] = field(hash=False)
    lang: str
    colours: theme.Colours | None
    logo: str
    hosts: tuple[str, ...]

    def name(self, lang: str) -> str:
        """What it is called; in the other language where it has no name in this one."""
        return (self.name_zh or self.name_en) if lang == "zh" else (self.name_en or self.name_zh)

    def say(self, name: str, lang: str) -> str:
        """Its own words on something; empty where it has said nothing in either language."""
        other = "en" if lang == "zh" else "zh"
        return self.said.get(f"{name}_{lang}") or self.said.get(f"{name}_{other}") or ""

    @property
    def dialled(self) -> str:
        """The number as a phone takes it: of several the first, without the nought that is not dialled from abroad."""
        whole = re.sub(r"\(0\)|[^+0-9/]", "", self.phone)
        first = whole.partition("/")[0]
        return first if len(first) >= _SHORTEST_NUMBER else whole.replace("/", "")

    def point(self, lang: str) -> Point:
        """Where it stands, for a trip to begin there."""
        return Point(lat=self.lat, lon=self.lon, name=self.name(lang))


def of_lodging(lodging: Lodging) -> dict[str, str]:
    """The record of a hotel that the catalogue has, as far as the catalogue knows it."""
    clocks = {name: given for name in CLOCKS[:3] if (given := _clock_of(name, getattr(lodging, _OF_LODGING[name])))}
    shuttle = (lodging.shuttle or "").strip()
    return tidy({
        "place": lodging.id, "name_zh": lodging.name_zh, "name_en": lodging.name_en, "lat": repr(lodging.lat),
        "lon": repr(lodging.lon), "phone": (lodging.phone or "").split(";")[0], "shuttle_zh": shuttle, **clocks,
    })  # fmt: skip


_OF_LODGING: Final = {"breakfast_end": "breakfast", "check_in": "check_in", "check_out": "check_out"}


def _clock_of(name: str, given: str | None) -> str:
    """Of a text such as ``07:00-09:30`` when it begins, for ``check_in``, else when it ends; empty where there is none."""
    found = re.findall(r"\b\d{1,2}:[0-5]\d\b", given or "")
    return found[0 if name == "check_in" else -1].rjust(5, "0") if found else ""


def tidy(cells: Cells) -> dict[str, str]:
    """Cells as they are kept: all of them, in order, trimmed, colours and hosts in small letters."""
    kept = {name: unicodedata.normalize("NFC", str(cells.get(name, ""))).strip() for name in FIELDS}
    for name in COLOURS:
        kept[name] = kept[name].lower()
    kept["hosts"] = " ".join(_host_of(host) for host in re.split(r"[\s,;\uff0c\uff1b\u3001]+", kept["hosts"]) if host)
    return kept


def placed(cells: Cells, datum: str) -> dict[str, str]:
    """Cells whose coordinates were read from a map of that datum, with WGS-84 in their place."""
    changed = dict(cells)
    lat, lon = _degrees(cells.get("lat", "")), _degrees(cells.get("lon", ""))
    if lat is not None and lon is not None and datum != "wgs84":
        there = DATUMS[datum](lat, lon)
        changed |= {"lat": f"{there[0]:.6f}", "lon": f"{there[1]:.6f}"}
    return changed


def read(cells: Cells) -> Hotel:
    """A record as a value.

    Raises
    ------
    RequestError
        Every cell that cannot be, and what is missing.
    """
    kept = tidy(cells)
    problems = [Problem(name, name[:40], "partner_field") for name in cells if name not in FIELDS]
    problems += _problems(kept)
    if problems:
        raise RequestError(problems)
    colours = theme.Colours(kept["accent"], kept["ground"]) if kept["accent"] else None
    said = {f"{name}_{lang}": kept[f"{name}_{lang}"] for name in SAID for lang in LANGUAGES if kept[f"{name}_{lang}"]}
    clocks: dict[str, Any] = {name: parse_clock(kept[name]) if kept[name] else None for name in CLOCKS}
    return Hotel(
        place=kept["place"], name_zh=kept["name_zh"], name_en=kept["name_en"], lat=float(kept["lat"]), lon=float(kept["lon"]),
        phone=kept["phone"], contact=kept["contact"], said=said, lang=kept["lang"], colours=colours, logo=kept["logo"],
        hosts=tuple(kept["hosts"].split()), **clocks,
    )  # fmt: skip


def said_problem(problem: Problem, lang: str) -> str:
    """A problem of a record in words, its field by the name on the page."""
    label = find_text(f"partners.field.{problem.field}", lang) or problem.field
    return dataclasses.replace(problem, field=label).message(lang)


# -------------------------------------------------------------------------------------------------- what can be


def _problems(cells: Cells) -> Iterator[Problem]:
    for name, value in cells.items():
        limit = LONGEST_OF.get(name, LONGEST)
        if len(value) > limit:
            yield Problem(name, value[:40], "text_long", {"limit": limit})
        elif _UNWANTED.search(value):
            yield Problem(name, "", "partner_marks")
    if not (cells["name_zh"] or cells["name_en"]):
        yield Problem("name_zh", "", "partner_name")
    if not cells["phone"]:
        yield Problem("phone", "", "partner_phone_missing")
    elif not _PHONE.fullmatch(cells["phone"]):
        yield Problem("phone", cells["phone"][:40], "partner_phone")
    yield from _wrong_place(cells)
    for name in CLOCKS:
        if cells[name] and not _is_clock(cells[name]):
            yield Problem(name, cells[name][:20], "clock")
    if cells["lang"] and cells["lang"] not in LANGUAGES:
        yield Problem("lang", cells["lang"][:20], "field_choice", {"allowed": ", ".join(LANGUAGES)})
    if cells["logo"] and not _LOGO.fullmatch(cells["logo"]):
        yield Problem("logo", "", "partner_logo")
    yield from theme.problems(cells["accent"], cells["ground"])
    yield from _wrong_hosts(cells["hosts"].split())


def _wrong_place(cells: Cells) -> Iterator[Problem]:
    if cells["place"] and not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,79}", cells["place"]):
        yield Problem("place", cells["place"][:40], "field_id")
    lat, lon = _degrees(cells["lat"]), _degrees(cells["lon"])
    if lat is None or not SOUTH <= lat <= NORTH:
        yield Problem("lat", cells["lat"][:20], "partner_degrees", {"low": SOUTH, "high": NORTH})
    if lon is None or not WEST <= lon <= EAST:
        yield Problem("lon", cells["lon"][:20], "partner_degrees", {"low": WEST, "high": EAST})


def _wrong_hosts(hosts: list[str]) -> Iterator[Problem]:
    if len(hosts) > MOST_HOSTS:
        yield Problem("hosts", str(len(hosts)), "partner_hosts", {"limit": MOST_HOSTS})
    yield from (Problem("hosts", host[:60], "partner_host") for host in hosts if not is_origin(host))


def is_origin(host: str) -> bool:
    """Whether a text is the origin of one site: no path, no wildcard, nobody's password, no address but the machine's own."""
    try:
        parts = urlsplit(host)
        port = parts.port
    except ValueError:
        return False
    name = parts.hostname or ""
    written = f"{parts.scheme}://{name}{'' if port is None else f':{port}'}"
    return (
        parts.scheme in ("http", "https")
        and written == host
        and port != 0
        and port != _IMPLIED[parts.scheme]
        and (name in _HERE or (len(name) <= 253 and _HOST.fullmatch(name) is not None))
    )


def _host_of(given: str) -> str:
    """A site as its origin: small letters, names of other scripts as the network spells them, no slash at the end."""
    host = given.strip().rstrip("/").lower()
    scheme, found, rest = host.partition("://")
    if not found or rest.isascii():
        return host
    try:
        return f"{scheme}://{rest.encode('idna').decode('ascii')}"
    except UnicodeError:
        return host


def _degrees(given: str) -> float | None:
    try:
        value = float(given)
    except ValueError:
        return None
    return value if math.isfinite(value) and len(given) <= 20 else None


def _is_clock(given: str) -> bool:
    try:
        minute = parse_clock(given)
    except ValueError:
        return False
    return isinstance(minute, int) and 0 <= minute <= 26 * 60 and format_clock(minute) == given.rjust(5, "0")
