"""Places, hours and events over HTTP: filters, provenance, pages, and what a caller has already."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from starlette.testclient import TestClient

from recommender import region as regions
from tests.web.conftest import fields, refused


def get(client: TestClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


# --------------------------------------------------------------------------------------------------- places


def test_every_fact_of_every_place_names_what_it_rests_on(visitor: TestClient) -> None:
    found = get(visitor, "/places")
    catalog = regions.current().catalog
    assert found["total"] == len(found["places"]) == sum(
        len(table) for table in (catalog.attractions, catalog.hubs, catalog.lodging, catalog.dining)
    )  # fmt: skip
    for place in found["places"]:
        rests = place["provenance"]
        assert {"*", "lat", "lon"} <= rests.keys()
        assert set(rests) - {"*"} <= place.keys()
        for one in rests.values():
            assert set(one["sources"]) <= found["sources"].keys()
            assert one["confidence"]
        if place["kind"] == "attraction":
            assert rests["opening_hours"]["basis"] == (place["hours_basis"] or "unknown")
            assert rests["ticket_fen"]["basis"] == (place["ticket_basis"] or "unknown")


def test_the_source_of_a_price_is_that_of_the_catalogue(visitor: TestClient) -> None:
    found = get(visitor, "/places/shuanglin-si")
    attraction = regions.current().catalog.attractions["shuanglin-si"]
    rests = found["place"]["provenance"]["ticket_fen"]
    assert tuple(rests["sources"]) == attraction.field_sources["ticket_cny"].source_ids
    assert found["place"]["ticket_fen"] == attraction.ticket_fen
    named = found["sources"][rests["sources"][0]]
    assert named["url"] == regions.current().catalog.sources[rests["sources"][0]].url


def test_filters_narrow_what_there_is(visitor: TestClient) -> None:
    temples = get(visitor, "/places?category=temple&county=Pingyao")["places"]
    assert temples
    assert {(place["category"], place["county"]) for place in temples} == {("temple", "Pingyao")}
    assert get(visitor, "/places?category=temple&county=%E5%B9%B3%E9%81%A5")["places"] == temples
    assert {place["kind"] for place in get(visitor, "/places?kind=hub")["places"]} == {"hub"}
    assert get(visitor, "/places?kind=hub&category=temple")["places"] == []
    assert get(visitor, "/places?q=qiaojia&kind=attraction")["places"][0]["id"] == "qiaojia-dayuan"
    assert get(visitor, "/places?q=%E4%B9%94%E5%AE%B6")["places"][0]["id"] == "qiaojia-dayuan"


def test_names_are_in_the_language_asked_for(visitor: TestClient) -> None:
    zh, en = (get(visitor, f"/places/shuanglin-si?lang={lang}")["place"] for lang in ("zh", "en"))
    assert (zh["name"], en["name"]) == (zh["name_zh"], zh["name_en"])
    answer = visitor.get("/api/v1/places/shuanglin-si", headers={"accept-language": "en-GB,zh;q=0.5"})
    assert answer.json()["place"]["name"] == en["name_en"]
    assert answer.headers["content-language"] == "en"


def test_pages_one_after_the_other_are_the_whole(visitor: TestClient) -> None:
    whole = [place["id"] for place in get(visitor, "/places?kind=attraction")["places"]]
    paged, path = [], "/places?kind=attraction&page=1&per_page=50"
    while path:
        found = get(visitor, path)
        assert len(found["places"]) <= 50
        assert found["total"] == len(whole)
        paged += [place["id"] for place in found["places"]]
        path = (found["next"] or "").removeprefix("/api/v1")
    assert paged == whole
    assert get(visitor, "/places?page=999")["places"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=castle", "kind"), ("category=pub", "category"), ("county=Atlantis", "county"), ("q=", "q"), ("page=0", "page"),
        ("page=x", "page"), ("page=99999999999999999999", "page"), ("per_page=201", "per_page"), ("lang=fr", "lang"),
        ("typo=1", "typo"), ("kind=hub&kind=lodging", "kind"), ("county=" + "x" * 41, "county"), ("q=" + "x" * 101, "q"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_parameter_that_cannot_be_is_named(visitor: TestClient, query: str, field: str, lang: str) -> None:
    error = refused(visitor.get(f"/api/v1/places?{query}", headers={"accept-language": lang}), 422, "request_invalid")
    assert fields(error) == [field]


@pytest.mark.parametrize(
    "name",
    [
        "no-such-place", "..", "%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "%F0%9F%8F%AF", "a" * 3000, "%ff%fe",
        "shuanglin-si%20",
    ],
)  # fmt: skip
def test_a_place_that_is_not_there_is_a_404(visitor: TestClient, name: str) -> None:
    for path in (f"/api/v1/places/{name}", f"/api/v1/places/{name}/openings?date=2027-04-17"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] in ("unknown_place", "not_found")


# ------------------------------------------------------------------------------------- what one has already


@pytest.mark.parametrize(
    "path",
    [
        "/places", "/places?kind=hub", "/places/shuanglin-si", "/places/shuanglin-si/openings?date=2027-04-17",
        "/events?from=2027-04-01&to=2027-04-30", "/openapi.json",
    ],
)  # fmt: skip
def test_what_has_not_changed_is_not_sent_again(visitor: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = visitor.get(f"/api/v1{path}")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert {"accept-language", "origin"} <= {one.strip().lower() for one in first.headers["vary"].split(",")}
    for given in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        again = visitor.get(f"/api/v1{path}", headers={"if-none-match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert visitor.get(f"/api/v1{path}", headers={"if-none-match": 'W/"other"'}).status_code == 200
    if path == "/openapi.json":
        return
    assert visitor.get(f"/api/v1{path}", headers={"if-none-match": tag, "accept-language": "en"}).status_code == 200
    monkeypatch.setattr(regions.Region, "state", "published anew")
    assert visitor.get(f"/api/v1{path}", headers={"if-none-match": tag}).status_code == 200


def test_long_answers_are_compressed(visitor: TestClient) -> None:
    with visitor.stream("GET", "/api/v1/places", headers={"accept-encoding": "gzip"}) as answer:
        sent = len(b"".join(answer.iter_raw()))
    assert answer.headers["content-encoding"] == "gzip"
    assert sent < 100_000


# ---------------------------------------------------------------------------------------------------- hours


def test_hours_are_those_of_the_calendar_and_say_how_sure_they_are(visitor: TestClient) -> None:
    region = regions.current()
    day = dt.date(2027, 4, 17)
    sure = get(visitor, "/places/shuanglin-si/openings?date=2027-04-17&days=3")
    assert [one["date"] for one in sure["openings"]] == ["2027-04-17", "2027-04-18", "2027-04-19"]
    assert sure["openings"][0] == {
        "date": "2027-04-17", "intervals": [["08:30", "18:00"]], "last_entry": "17:30", "basis": "sourced_two", "known": True,
        "slack_min": 0, "closed_reason": None, "notice": None, "holiday_table": "provisional",
    }  # fmt: skip
    assert set(sure["provenance"]["sources"]) <= sure["sources"].keys()
    unknown = next(place for place in region.catalog.attractions.values() if place.opening_hours is None)
    guessed = get(visitor, f"/places/{unknown.id}/openings?date={day}")["openings"][0]
    assert guessed["known"] is False
    assert guessed["basis"] == "unknown"
    assert guessed["slack_min"] == region.calendar.opening(unknown.id, day).slack_min > 0
    shut = next(
        place.id for place in region.catalog.attractions.values() if not region.calendar.opening(place.id, day).intervals
    )  # fmt: skip
    closed = get(visitor, f"/places/{shut}/openings?date={day}")["openings"][0]
    assert closed["intervals"] == []
    assert closed["closed_reason"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "date"), ("date=soon", "date"), ("date=0", "date"), ("date=2027-04-17T00:00", "date"), ("date=2027-02-30", "date"),
        ("date=0001-01-01", "date"), ("date=9999-12-31", "date"), ("date=2027-04-17&days=32", "days"),
        ("date=2027-04-17&date=2027-04-18", "date"),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_is_named(visitor: TestClient, query: str, field: str) -> None:
    assert fields(refused(visitor.get(f"/api/v1/places/shuanglin-si/openings?{query}"), 422, "request_invalid")) == [field]


def test_only_attractions_have_hours(visitor: TestClient) -> None:
    answer = visitor.get("/api/v1/places/taiyuan-south-station/openings?date=2027-04-17&lang=en")
    assert "not an attraction" in refused(answer, 404, "unknown_place")["message"]


# --------------------------------------------------------------------------------------------------- events


def test_events_are_those_of_their_days(visitor: TestClient) -> None:
    region = regions.current()
    first, last = dt.date(2027, 2, 1), dt.date(2027, 4, 30)
    found = get(visitor, f"/events?from={first}&to={last}&lang=en")["events"]
    wanted = {event.id for d in range((last - first).days + 1) for event in region.calendar_events(first + dt.timedelta(days=d))}
    assert {event["id"] for event in found} == wanted
    assert [event["dates"][0]["from"] for event in found] == sorted(event["dates"][0]["from"] for event in found)
    for event in found:
        assert event["name"] == event["name_en"]
        assert event["provenance"]["*"]["confidence"]
        assert all(span["from"] <= str(last) and span["to"] >= str(first) for span in event["dates"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2027-04-01", "to"), ("to=2027-04-01", "from"), ("from=2027-04-02&to=2027-04-01", "to"),
        ("from=2027-01-01&to=2028-01-02", "to"), ("from=x&to=2027-04-01", "from"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_named(visitor: TestClient, query: str, field: str) -> None:
    assert fields(refused(visitor.get(f"/api/v1/events?{query}"), 422, "request_invalid")) == [field]


def test_a_whole_year_of_events_may_be_asked_for(visitor: TestClient) -> None:
    assert get(visitor, "/events?from=2028-01-01&to=2028-12-31")["events"]
