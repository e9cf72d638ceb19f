"""Changes of plans, questions about them and the check, over HTTP."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from starlette.testclient import TestClient

from recommender import region as regions
from recommender.model import Itinerary
from recommender.trip.verify import verify
from tests.web.conftest import WISH, fields, refused, stops_of


def post(client: TestClient, path: str, body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def holds(itinerary: dict[str, Any]) -> bool:
    return verify(regions.current(), Itinerary.parse(itinerary)) == []


# ---------------------------------------------------------------------------------------------------- replan


def test_what_has_happened_stays_and_the_rest_is_planned_anew(visitor: TestClient, one_day: dict[str, Any]) -> None:
    stop = next(item for item in one_day["days"][0]["items"] if item["kind"] == "stop")
    now = {"day": 1, "time": stop["end"], "place": stop["place"], "done": [stop["place"]]}
    after = post(visitor, "/replan", WISH | {"previous": one_day, "now": now})
    assert holds(after)
    k = one_day["days"][0]["items"].index(stop)
    assert after["days"][0]["items"][: k + 1] == one_day["days"][0]["items"][: k + 1]


def test_without_now_and_previous_there_is_nothing_to_plan_anew(visitor: TestClient, one_day: dict[str, Any]) -> None:
    assert fields(refused(visitor.post("/api/v1/replan", json=WISH), 422, "request_invalid")) == ["now", "previous"]
    later = visitor.post("/api/v1/replan", json=WISH | {"previous": one_day})
    assert fields(refused(later, 422, "request_invalid")) == ["now"]


@pytest.mark.parametrize(
    ("previous", "field"),
    [
        ({}, "previous."), ({"days": "x"}, "previous."), ({"schema": "itinerary/2"}, "previous.schema"),
    ],
)  # fmt: skip
def test_what_is_followed_must_be_an_itinerary(visitor: TestClient, previous: dict[str, Any], field: str) -> None:
    wish = WISH | {"previous": previous, "now": {"day": 1, "time": "12:00", "place": "shuanglin-si"}}
    assert fields(refused(visitor.post("/api/v1/replan", json=wish), 422, "request_invalid"))[0].startswith(field)


# --------------------------------------------------------------------------------------------- alternatives


def test_three_others_for_a_stop_each_planned_with_what_it_changes(visitor: TestClient, one_day: dict[str, Any]) -> None:
    place = "shuanglin-si"
    assert place in stops_of(one_day)
    found = post(visitor, "/alternatives", {"itinerary": one_day, "place": place})
    assert found["place"] == place
    assert len(found["alternatives"]) == 3
    for other in found["alternatives"]:
        assert holds(other["itinerary"])
        assert other["place"] in other["effect"]["gained"]
        assert place in other["effect"]["lost"]
        before, after = one_day["totals"], other["itinerary"]["totals"]
        assert other["effect"]["walk_m"] == after["walk_m"] - before["walk_m"]


def test_what_is_not_in_the_plan_has_no_alternatives(visitor: TestClient, one_day: dict[str, Any]) -> None:
    left = one_day["left_out"][0]["place"]
    for place, word in ((left, "does not visit"), ("no-such-place", "no place"), ("taiyuan-south-station", "not an attraction")):
        answer = visitor.post("/api/v1/alternatives?lang=en", json={"itinerary": one_day, "place": place})
        error = refused(answer, 422, "request_invalid")
        assert fields(error) == ["place"]
        assert word in error["message"]


# -------------------------------------------------------------------------------------------------- why not


def test_why_not_says_the_reason_and_changes_that_hold(visitor: TestClient, one_day: dict[str, Any]) -> None:
    left = next(one["place"] for one in one_day["left_out"] if one["reason"] == "out_of_reach")
    found = post(visitor, "/why-not?lang=en", {"itinerary": one_day, "place": left})
    assert found["why"]["reason"] == "out_of_reach"
    assert found["why"]["message"]
    assert 1 <= len(found["changes"]) <= 2
    for change in found["changes"]:
        assert left in change["effect"]["gained"]
        assert holds(change["itinerary"])
        assert change["field"] in change["itinerary"]["request"]


def test_for_a_place_of_the_plan_there_is_no_why_not(visitor: TestClient, one_day: dict[str, Any]) -> None:
    found = post(visitor, "/why-not", {"itinerary": one_day, "place": stops_of(one_day)[0]})
    assert (found["why"], found["changes"]) == (None, [])


# --------------------------------------------------------------------------------------------------- verify


def broken(itinerary: dict[str, Any]) -> dict[str, Any]:
    """The same with a stop at a place that nobody knows."""
    made = copy.deepcopy(itinerary)
    stop = next(item for item in made["days"][0]["items"] if item["kind"] == "stop")
    stop["place"] = "no-such-place"
    return made


def test_the_check_says_what_is_broken_and_where(visitor: TestClient, one_day: dict[str, Any]) -> None:
    assert post(visitor, "/verify", one_day)["violations"] == []
    found = post(visitor, "/verify?lang=en", broken(one_day))
    wanted = verify(regions.current(), Itinerary.parse(broken(one_day)))
    assert [(one["code"], one["day"], one["item"]) for one in found["violations"]] == [
        (one.code, one.day, one.item) for one in wanted
    ]
    assert "unknown_place" in {one["code"] for one in found["violations"]}
    assert [one["message"] for one in found["violations"]] == [one.message("en") for one in wanted]


@pytest.mark.parametrize("path", ["/alternatives", "/why-not"])
def test_nothing_is_asked_about_an_itinerary_that_fails_the_check(
    visitor: TestClient, one_day: dict[str, Any], path: str
) -> None:
    body = {"itinerary": broken(one_day), "place": "zhenguo-si"}
    error = refused(visitor.post(f"/api/v1{path}", json=body), 422, "itinerary_fails")
    assert all(field.startswith("itinerary.days") for field in fields(error))


@pytest.mark.parametrize("path", ["/alternatives", "/why-not"])
def test_a_question_about_nothing_names_what_is_missing(visitor: TestClient, path: str, one_day: dict[str, Any]) -> None:
    assert fields(refused(visitor.post(f"/api/v1{path}", json={}), 422, "request_invalid")) == ["itinerary", "place"]
    error = refused(visitor.post(f"/api/v1{path}", json={"itinerary": {"days": []}, "place": "UPPER"}), 422, "request_invalid")
    assert "place" in fields(error)
    assert "itinerary.request" in fields(error)
    more = visitor.post(f"/api/v1{path}", json={"itinerary": one_day, "place": "zhenguo-si", "plaec": 1})
    assert fields(refused(more, 422, "request_invalid")) == ["plaec"]
