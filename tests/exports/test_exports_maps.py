"""GPX, KML, GeoJSON and JSON-LD, each read by a library that did not write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from shapely.geometry import shape

from recommender.exports import FORMATS
from recommender.model import Itinerary
from tests.exports.read_back import GPX, KML, xml
from tests.trip.little_region import good_trip, little_region, trip_of

SHUANGLIN = (112.1270, 37.1660)
VOCABULARY = {"@vocab": "https://schema.org/"}


@pytest.fixture(scope="module")
def trip() -> Itinerary:
    return trip_of(good_trip())


def written(name: str, trip: Itinerary, lang: str = "zh", **changed: Any) -> bytes:
    return FORMATS[name].write(trip, little_region(**changed), lang)


def texts(node: Any, path: str) -> list[str]:
    return [found.text or "" for found in node.findall(path)]


# ----------------------------------------------------------------------------------------------------- GPX


def test_gpx_has_a_waypoint_a_visit_and_a_route_a_day(trip: Itinerary) -> None:
    root = xml(written("gpx", trip))
    assert texts(root, f"{GPX}wpt/{GPX}name") == [
        "1.1 双林寺 Shuanglin Temple", "1.2 平遥古城（街区） Pingyao Ancient City (streets)", "1.3 又见平遥 Encore Pingyao",
        "2.1 镇国寺 Zhenguo Temple", "2.2 平遥古城（街区） Pingyao Ancient City (streets)",
    ]  # fmt: skip
    routes = root.findall(f"{GPX}rte")
    assert [len(route.findall(f"{GPX}rtept")) for route in routes] == [6, 5]
    assert texts(root, f"{GPX}rte/{GPX}name") == ["第一天 · 4月17日 周六", "第二天 · 4月18日 周日"]


def test_gpx_is_wgs84_and_universal_time(trip: Itinerary) -> None:
    point = xml(written("gpx", trip)).find(f"{GPX}wpt")
    assert (float(point.get("lon")), float(point.get("lat"))) == SHUANGLIN
    assert point.find(f"{GPX}time").text == "2027-04-17T02:50:00Z"


def test_gpx_elements_stand_in_the_order_of_the_schema(trip: Itinerary) -> None:
    order = ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type"]
    for point in xml(written("gpx", trip, zhenguo_si={"coord_confidence": "low"})).iter(f"{GPX}wpt", f"{GPX}rtept"):
        names = [child.tag.removeprefix(GPX) for child in point]
        assert names == sorted(names, key=order.index)


# ----------------------------------------------------------------------------------------------------- KML


def test_kml_has_a_folder_a_day_with_numbered_places_and_lines(trip: Itinerary) -> None:
    import fastkml

    read: Any = fastkml.KML.from_string(written("kml", trip).decode().partition("?>")[2], strict=True)
    [document] = read.features
    days = document.features
    assert [day.name for day in days] == ["第一天 · 4月17日 周六", "第二天 · 4月18日 周日"]
    shapes = [(mark.name, mark.geometry.geom_type) for mark in days[1].features]
    assert ("1. 镇国寺 Zhenguo Temple", "Point") in shapes
    assert [kind for _, kind in shapes].count("LineString") == 5
    temple = next(mark for mark in days[0].features if mark.name.startswith("1. "))
    assert temple.geometry.coords[0][:2] == SHUANGLIN


def test_kml_keeps_to_the_schema_of_the_ogc(trip: Itinerary, tmp_path: Path) -> None:
    from fastkml.validator import validate

    path = tmp_path / "trip.kml"
    path.write_bytes(written("kml", trip))
    assert validate(file_to_validate=path)


def test_kml_colours_exist_for_each_day(trip: Itinerary) -> None:
    root = xml(written("kml", trip))
    styles = {style.get("id") for style in root.iter(f"{KML}Style")}
    assert {url.text.lstrip("#") for url in root.iter(f"{KML}styleUrl")} == styles == {"day-1", "day-2"}


# ------------------------------------------------------------------------------------------------- GeoJSON


def test_geojson_puts_longitude_first_and_says_which_day(trip: Itinerary) -> None:
    features = json.loads(written("geojson", trip))["features"]
    temple = next(f for f in features if f["properties"].get("place") == "shuanglin-si")
    assert shape(temple["geometry"]).coords[0] == SHUANGLIN
    assert (
        temple["properties"] | {"day": 1, "number": 1, "name_zh": "双林寺", "name_en": "Shuanglin Temple"}
        == (temple["properties"])
    )
    assert temple["properties"]["arrive"] == "2027-04-17T10:50:00+08:00"
    ids = [feature["id"] for feature in features]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["gpx", "kml", "geojson"])
def test_a_rough_position_is_called_one(trip: Itinerary, name: str) -> None:
    plain = written(name, trip).decode()
    rough = written(name, trip, zhenguo_si={"coord_confidence": "low"}).decode()
    word = '"approximate"' if name == "geojson" else "位置只是大概"
    assert word not in plain
    assert word in rough


# ------------------------------------------------------------------------------------------------- JSON-LD


def attractions(data: bytes) -> dict[str, Any]:
    """What a processor of JSON-LD makes of it with a context at hand: nothing is fetched."""
    document = json.loads(data) | {"@context": VOCABULARY}
    graph = jsonld.flatten(document, VOCABULARY)["@graph"]
    nodes = {node["@id"]: node for node in graph}
    assert all("type" not in node for node in graph)
    return {node["identifier"]: node | {"nodes": nodes} for node in graph if node.get("@type") == "TouristAttraction"}


def test_jsonld_is_a_trip_of_days_of_attractions(trip: Itinerary) -> None:
    data = json.loads(written("jsonld", trip))
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "TouristTrip"
    assert [day["itinerary"]["numberOfItems"] for day in data["subTrip"]] == [3, 2]
    found = attractions(written("jsonld", trip))
    assert {"shuanglin-si", "youjian-pingyao", "zhenguo-si", "pingyao-gucheng"} == found.keys()
    names = found["shuanglin-si"]["name"]
    assert {(name["@language"], name["@value"]) for name in names} == {("zh-cn", "双林寺"), ("en", "Shuanglin Temple")}


def test_jsonld_has_hours_only_where_they_are_known(trip: Itinerary) -> None:
    found = attractions(written("jsonld", trip))
    assert "openingHoursSpecification" not in found["zhenguo-si"]
    hours = found["shuanglin-si"]["nodes"][found["shuanglin-si"]["openingHoursSpecification"]["@id"]]
    assert (hours["opens"], hours["closes"], hours["validFrom"]) == ("08:00", "18:00", "2027-04-17")
    unsure = attractions(written("jsonld", trip, shuanglin_si={"hours_basis": "typical_unverified"}))
    assert "openingHoursSpecification" not in unsure["shuanglin-si"]
    assert "geo" not in attractions(written("jsonld", trip, zhenguo_si={"coord_confidence": "low"}))["zhenguo-si"]


def test_jsonld_names_its_sources_and_its_terms(trip: Itinerary) -> None:
    about = json.loads(written("jsonld", trip))["subjectOf"]
    assert about["version"] == "0123456789ab"
    assert about["isBasedOn"] == [
        {"@type": "CreativeWork", "name": "平遥 <景区> 公告 (2025)", "url": "https://example.org/pingyao?a=1&b=2"}
    ]
    assert "data/LICENSE.md" in about["conditionsOfAccess"]
