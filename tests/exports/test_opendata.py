"""Open data: nothing but what may be passed on, each fact with its licence and sources, in shapes that schema.org knows."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import Any, Final

import pytest
from pyld import jsonld

from recommender import region as regions
from recommender.catalog import Catalog, FieldSource, Licence, Picture
from recommender.exports import opendata

SITE: Final = "https://trip.example"
SHAPES: Final[dict[str, dict[str, set[str]]]] = {
    "Dataset": {
        "name": {"Text"}, "description": {"Text"}, "version": {"Text"}, "license": {"URL"}, "isAccessibleForFree": {"Boolean"},
        "inLanguage": {"Text"}, "about": {"TouristAttraction"},
    },
    "TouristAttraction": {
        "identifier": {"Text"}, "name": {"Text"}, "description": {"Text"}, "geo": {"GeoCoordinates"},
        "containedInPlace": {"AdministrativeArea"}, "isAccessibleForFree": {"Boolean"}, "image": {"ImageObject"},
        "subjectOf": {"Claim"},
    },
    "Claim": {"name": {"Text"}, "text": {"Text"}, "license": {"URL"}, "isBasedOn": {"CreativeWork"}},
    "CreativeWork": {"identifier": {"Text"}, "name": {"Text"}, "url": {"URL"}},
    "GeoCoordinates": {"latitude": {"Number"}, "longitude": {"Number"}},
    "AdministrativeArea": {"name": {"Text"}},
    "ImageObject": {"contentUrl": {"URL"}, "creditText": {"Text"}, "license": {"URL"}},
}  # fmt: skip
"""Which properties each type has in schema.org 29, and what may stand there; as far as we use them."""
CONTEXT: Final = {"@vocab": "https://schema.org/"}


def catalog(**changes: Any) -> Catalog:
    known = regions.current().catalog
    place = dataclasses.replace(
        known.attractions["shuanglin-si"], source="s-gk", steps_level=1,
        field_sources={"ticket_cny": FieldSource(("s-prior", "s-gk"), "high"), "steps_level": FieldSource(("s-prior",), "low")},
    )  # fmt: skip
    given: dict[str, Any] = {"licences": (Licence("s-prior", "CC-BY-4.0", ""), Licence("s-gk", "CC0-1.0", ""))}
    return dataclasses.replace(known, attractions={**known.attractions, place.id: place}, **(given | changes))


def given(found: Catalog, place: str = "shuanglin-si") -> dict[str, opendata.Fact]:
    return {fact.property: fact for fact in opendata.facts(found) if fact.place == place}


def test_without_licences_only_our_own_words_are_given() -> None:
    for fact in opendata.facts(regions.current().catalog):
        assert fact.property in opendata.OWN_WORDS
        assert fact.licences == (opendata.OWN,)


def test_a_fact_comes_with_every_licence_and_source_of_its_own() -> None:
    facts = given(catalog())
    assert (facts["ticket_cny"].licences, facts["ticket_cny"].sources) == (("CC-BY-4.0", "CC0-1.0"), ("s-prior", "s-gk"))
    assert facts["ticket_cny"].confidence == "high"
    assert facts["lat"].sources == ("s-gk",)
    assert facts["name_zh"].licences == (opendata.OWN,)


def test_one_source_without_terms_keeps_a_fact_in() -> None:
    facts = given(catalog(licences=(Licence("s-prior", "CC-BY-4.0", ""),)))
    assert "steps_level" in facts
    assert not {"ticket_cny", "lat", "opening_hours"} & facts.keys()


@pytest.mark.parametrize(
    "source", ["general knowledge", "s-gk ; http://example.com", "s-gk | a guidebook", "github:x ; s-gk", ""]
)
def test_a_row_with_any_source_that_has_no_id_gives_nothing(source: str) -> None:
    made = catalog()
    place = dataclasses.replace(made.attractions["shuanglin-si"], source=source)
    made = dataclasses.replace(made, attractions={place.id: place})
    assert set(given(made)) - set(opendata.OWN_WORDS) == {"ticket_cny", "steps_level"}


def test_the_csv_holds_a_line_a_fact() -> None:
    made = catalog()
    rows = list(csv.DictReader(io.StringIO(opendata.write_csv(made).decode("utf-8-sig"))))
    assert len(rows) == len(opendata.facts(made))
    row = next(row for row in rows if (row["place"], row["property"]) == ("shuanglin-si", "ticket_cny"))
    assert row["licence"] == "CC-BY-4.0 AND CC0-1.0"
    assert row["source"] == "s-prior ; s-gk"
    assert row["source_title"].count(" ; ") == 1
    assert all(row["licence_url"].startswith("https://") and row["revision"] == made.revision for row in rows)
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())


# --------------------------------------------------------------------------------------------------- JSON-LD


def expanded(found: Catalog) -> list[dict[str, Any]]:
    """All nodes as a processor of JSON-LD reads them with a context at hand: nothing is fetched."""
    document = json.loads(opendata.write_jsonld(found, SITE))
    assert document["@context"] == "https://schema.org"
    nodes: list[dict[str, Any]] = jsonld.flatten(jsonld.expand(document | {"@context": CONTEXT}))
    return nodes


def _kind(value: dict[str, Any], types: dict[str, str]) -> str:
    if "@id" in value:
        return types[value["@id"]]
    held = value["@value"]
    if isinstance(held, bool):
        return "Boolean"
    if isinstance(held, int | float):
        return "Number"
    return "URL" if held.startswith(("https://", "http://")) else "Text"


def test_every_node_has_a_type_and_properties_that_schema_org_gives_it() -> None:
    pictures = (Picture("a" * 32, "shuanglin-si", "张三", "CC-BY-4.0", "", "", ""),)
    nodes = expanded(catalog(pictures=pictures))
    types = {node["@id"]: node["@type"][0].removeprefix("https://schema.org/") for node in nodes}
    used: set[str] = set()
    for node in nodes:
        kind = types[node["@id"]]
        used.add(kind)
        for name, values in node.items():
            if name.startswith("@"):
                continue
            allowed = SHAPES[kind][name.removeprefix("https://schema.org/")]
            for value in values:
                found = _kind(value, types)
                assert found in allowed or (found == "URL" and "Text" in allowed), (kind, name, value)
    assert used == SHAPES.keys()


def test_every_claim_has_a_licence_and_every_fact_of_others_its_sources() -> None:
    document = json.loads(opendata.write_jsonld(catalog(), SITE))
    claims = [claim for place in document["about"] for claim in place["subjectOf"]]
    assert all(claim["license"] for claim in claims)
    for claim in claims:
        assert (claim["license"] == [opendata.ADDRESSES[opendata.OWN]]) == ("isBasedOn" not in claim)


def test_pictures_that_are_not_open_and_positions_without_terms_stay_out() -> None:
    pictures = (
        Picture("a" * 32, "shuanglin-si", "甲", "permission", "", "", ""),
        Picture("b" * 32, "shuanglin-si", "乙", "CC0-1.0", "", "", ""),
    )
    about = {place["identifier"]: place for place in json.loads(opendata.write_jsonld(catalog(pictures=pictures), SITE))["about"]}
    assert [image["contentUrl"] for image in about["shuanglin-si"]["image"]] == [f"{SITE}/pictures/{'b' * 32}.jpg"]
    assert "geo" in about["shuanglin-si"]
    assert "geo" not in about["zhenguo-si"]
