"""The published catalogue for anybody: only what may be passed on, each fact with its licence and its sources.

What the project wrote itself, names and descriptions, is given on the terms of the code. A fact from a source is given only if
every source of it stands in ``licences.csv``; one source that says nothing of its terms keeps the fact in (``data/LICENSE.md``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recommender.catalog.cells import guard
from recommender.catalog.tables import ATTRACTIONS
from recommender.jsontext import write_json

if TYPE_CHECKING:
    from recommender.catalog import Attraction, Catalog

OWN: Final = "Apache-2.0"
"""The licence of what the project wrote."""
ADDRESSES: Final = {
    OWN: "https://www.apache.org/licenses/LICENSE-2.0",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
OWN_WORDS: Final = ("name_zh", "name_en", "category", "description_zh", "description_en")
FACTS: Final = (
    "county", "lat", "lon", "grade", "opening_hours", "last_entry", "ticket_cny", "concessions", "booking_required",
    "visit_minutes", "indoor", "steps_level", "wheelchair", "best_months",
)  # fmt: skip
HEADS: Final = (
    "revision", "place", "property", "value", "licence", "licence_url", "source", "source_title", "source_url", "confidence",
)  # fmt: skip
CONTEXT: Final = "https://schema.org"
_SOURCE: Final = re.compile(r"s-[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that may be passed on.

    Attributes
    ----------
    property
        The column of ``attractions.csv``; ``value`` as it is written there.
    licences
        All that it stands under, SPDX names.
    sources
        Ids of ``sources.csv``; empty where it is the project's own word.
    """

    place: str
    property: str
    value: str
    licences: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str


def facts(catalog: Catalog) -> list[Fact]:
    """Everything that may be passed on, in order of place and property."""
    return [fact for place in catalog.attractions.values() for fact in facts_of(catalog, place)]


def facts_of(catalog: Catalog, place: Attraction) -> Iterator[Fact]:
    """What may be passed on of one place."""
    terms = {one.source_id: one.licence for one in catalog.licences}
    for name in OWN_WORDS:
        yield Fact(place.id, name, _cell(place, name), (OWN,), (), place.confidence)
    for name in FACTS:
        value = _cell(place, name)
        origin = place.field_sources.get(name)
        sources = origin.source_ids if origin else _named(place.source)
        if value and sources and all(source in terms for source in sources):
            licences = tuple(dict.fromkeys(terms[source] for source in sources))
            yield Fact(place.id, name, value, licences, sources, origin.confidence if origin else place.confidence)


def _named(source: str) -> tuple[str, ...]:
    """The sources of a row; none where any part of the cell is no id, and so without terms."""
    parts = [word.strip() for part in source.replace(" | ", " ; ").split(" ; ") for word in part.split("+")]
    return tuple(parts) if parts and all(_SOURCE.fullmatch(part) for part in parts) else ()


def _cell(place: Attraction, name: str) -> str:
    column = ATTRACTIONS.column(name)
    return column.write(getattr(place, column.field))


def write_csv(catalog: Catalog) -> bytes:
    """One line a fact; UTF-8 with a byte order mark, no cell a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADS)
    for fact in facts(catalog):
        known = [catalog.sources[source] for source in fact.sources if source in catalog.sources]
        cells = (
            catalog.revision, fact.place, fact.property, fact.value, " AND ".join(fact.licences),
            " ".join(ADDRESSES[licence] for licence in fact.licences), " ; ".join(fact.sources),
            " ; ".join(source.title for source in known), " ".join(source.url for source in known if source.url), fact.confidence,
        )  # fmt: skip
        writer.writerow(map(guard, cells))
    return out.getvalue().encode("utf-8-sig")


def write_jsonld(catalog: Catalog, site: str) -> bytes:
    """A ``Dataset`` of ``TouristAttraction``, each fact also as a ``Claim`` with ``license`` and ``isBasedOn``.

    Parameters
    ----------
    site
        Address of the app, without a slash at the end.
    """
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": f"{site}/open-data/places.jsonld",
        "name": "Jinzhong and Taiyuan: places to visit",
        "description": "Names, descriptions, and facts whose sources allow to pass them on; each with licence and sources.",
        "version": catalog.revision,
        "license": ADDRESSES[OWN],
        "isAccessibleForFree": True,
        "inLanguage": ["zh-CN", "en"],
        "about": [_attraction(catalog, place, site) for place in catalog.attractions.values()],
    }
    return write_json(found, indent=1) + b"\n"


def _attraction(catalog: Catalog, place: Attraction, site: str) -> dict[str, Any]:
    given = {fact.property: fact for fact in facts_of(catalog, place)}
    node: dict[str, Any] = {
        "@type": "TouristAttraction",
        "@id": f"{site}/open-data/places#{place.id}",
        "identifier": place.id,
        "name": [_words(place.name_zh, "zh-CN"), _words(place.name_en, "en")],
        "description": [_words(place.description_zh, "zh-CN"), _words(place.description_en, "en")],
    }
    if "lat" in given and "lon" in given:
        node["geo"] = {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon}
    if "county" in given:
        node["containedInPlace"] = {"@type": "AdministrativeArea", "name": _words(place.county_zh, "zh-CN")}
    if "ticket_cny" in given and place.ticket_fen == 0:
        node["isAccessibleForFree"] = True
    images = [picture for picture in catalog.pictures_of(place.id) if picture.licence in ADDRESSES]
    if images:
        node["image"] = [
            {"@type": "ImageObject", "contentUrl": f"{site}/pictures/{picture.file}.jpg", "creditText": picture.credit,
             "license": ADDRESSES[picture.licence]}
            for picture in images
        ]  # fmt: skip
    node["subjectOf"] = [_claim(catalog, fact) for fact in given.values()]
    return node


def _words(value: str, language: str) -> dict[str, str]:
    return {"@value": value, "@language": language}


def _claim(catalog: Catalog, fact: Fact) -> dict[str, Any]:
    terms = [ADDRESSES[licence] for licence in fact.licences]
    claim: dict[str, Any] = {"@type": "Claim", "name": fact.property, "text": fact.value, "license": terms}
    if fact.sources:
        claim["isBasedOn"] = [_source(catalog, source) for source in fact.sources]
    return claim


def _source(catalog: Catalog, name: str) -> dict[str, Any]:
    known = catalog.sources[name]
    return {"@type": "CreativeWork", "identifier": name, "name": known.title, **({"url": known.url} if known.url else {})}
