"""The request and the itinerary: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import ItineraryInvalid, RequestError
from recommender.model import Itinerary, TripRequest, format_clock, parse_clock

GOOD: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}


def test_a_date_and_a_number_of_days_are_enough() -> None:
    request = TripRequest.parse(GOOD)
    assert request.dates == (dt.date(2027, 4, 17), dt.date(2027, 4, 18))
    assert (request.mode, request.pace, request.reach, request.lodging) == ("transit", "normal", "wings", "auto")
    assert (request.day_start, request.day_end) == (510, 1080)


def test_json_of_a_request_reads_back_equal() -> None:
    request = TripRequest.parse(
        GOOD
        | {
            "start": {"place": "taiyuan-south-station", "time": "09:30"},
            "end": {"place": {"lat": 37.2, "lon": 112.1, "name": "家"}},
            "locks": [{"place": "youjian-pingyao", "time": "19:00"}],
            "party": {"adults": 1, "children": [8, {"age": 5, "height_cm": 110}], "seniors": [70]},
        }
    )
    text = request.model_dump_json(by_alias=True)
    assert TripRequest.parse(json.loads(text)) == request
    assert json.loads(text)["start"]["time"] == "09:30"


@given(st.integers(0, 30 * 60))
def test_clocks_round_trip(minute: int) -> None:
    assert parse_clock(format_clock(minute)) == minute


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start_date": None}, "start_date"),
        ({"start_date": "17 April"}, "start_date"),
        ({"days": 0}, "days"),
        ({"days": 99}, "days"),
        ({"colour": "red"}, "colour"),
        ({"mode": "fly"}, "mode"),
        ({"day_end": "09:00"}, "day_end"),
        ({"lodging": ["stay-jingzhai", "stay-yide"]}, "lodging"),
        ({"party": {"adults": 0}}, "party"),
        ({"party": {"adults": 1, "students": 2}}, "party"),
        ({"party": {"children": [30]}}, "party.children[0].age"),
        ({"locks": [{"place": "zhenguo-si", "day": 3}]}, "locks"),
        ({"locks": [{"place": "zhenguo-si"}, {"place": "zhenguo-si", "day": 1}]}, "locks"),
        ({"must_see": ["zhenguo-si"], "avoid": ["zhenguo-si"]}, "avoid"),
        ({"must_see": ["Not An Id"]}, "must_see[0]"),
        ({"start": {"place": {"lat": 0, "lon": 112}}}, "start.place.lat"),
        ({"start": {"place": "zhenguo-si", "time": "9h"}}, "start.time"),
        ({"budget_fen": -1}, "budget_fen"),
        ({"explore": 2}, "explore"),
        ({"interests": {"casino": 1}}, "interests.casino"),
        (
            {"days": 1, "start": {"place": "a-b", "time": "18:00"}, "end": {"place": "a-b", "time": "09:00"}},
            "end.time",
        ),
    ],
)
def test_a_wrong_field_is_named_in_both_languages(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RequestError) as caught:
        TripRequest.parse(GOOD | change)
    fields = [problem.field for problem in caught.value.problems]
    assert any(found.startswith(field) for found in fields), fields
    for lang in ("zh", "en"):
        assert all(problem.field in problem.message(lang) for problem in caught.value.problems)


INN, YARD = "stay-inn", "stay-yard"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"start": {"place": INN}, "days_detail": [{"start": {"place": YARD}}, None, None]},
         "days_detail[0].start.place", "place_differs"),
        ({"end": {"place": INN, "time": "18:00"}, "days_detail": [None, None, {"end": {"place": INN, "time": "17:00"}}]},
         "days_detail[2].end.time", "time_differs"),
        ({"lodging": [INN, INN], "days_detail": [{"end": {"place": YARD}}, None, None]},
         "days_detail[0].end.place", "night_differs"),
        ({"lodging": [INN, INN], "days_detail": [None, {"start": {"place": YARD}}, None]},
         "days_detail[1].start.place", "night_differs"),
        ({"days_detail": [None, {"end": {"place": INN}}, {"start": {"place": YARD}}]},
         "days_detail[2].start.place", "night_differs"),
        ({"days_detail": [None, {"start": {"place": INN, "time": "16:00"}, "end": {"place": INN, "time": "09:00"}}, None]},
         "days_detail[1].end.time", "end_before_start"),
        ({"start": {"place": INN, "time": "20:00"}, "days_detail": [{"end": {"place": INN, "time": "19:00"}}, None, None]},
         "days_detail[0].end.time", "end_before_start"),
        ({"days_detail": [None, {"day_start": "12:00", "day_end": "13:00"}, None]},
         "days_detail[1].day_end", "day_too_short"),
        ({"days_detail": [None, {"day_start": "17:00"}, None]}, "days_detail[1].day_start", "day_too_short"),
        ({"days_detail": [{"end": {"place": {"name": "我家客栈"}}}, None, None]},
         "days_detail[0].end.place.lat", "point_position"),
        ({"days_detail": [None]}, "days_detail", "days_detail_count"),
        ({"leg_modes": [{"from": INN, "to": INN, "mode": "taxi"}]}, "leg_modes[0].to", "leg_nowhere"),
        ({"leg_modes": [{"from": INN, "to": YARD, "mode": "taxi"}, {"from": INN, "to": YARD, "mode": "walk"}]},
         "leg_modes[1]", "leg_twice"),
    ],
)  # fmt: skip
def test_days_and_legs_that_contradict_the_trip_are_named_with_a_way_out(change: Any, field: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        TripRequest.parse(GOOD | {"days": 3} | change)
    found = {problem.field: problem.code for problem in caught.value.problems}
    assert found.get(field) == code, found
    for lang in ("zh", "en"):
        assert all(problem.message(lang).startswith(problem.field) for problem in caught.value.problems)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                        ["start_date", "days", "start", "place", "time", "locks", "party", "lodging", "x"]), inner, max_size=4),
                    max_leaves=8))  # fmt: skip
def test_nonsense_is_refused_with_a_field_and_never_crashes(data: object) -> None:
    try:
        TripRequest.parse(data)
    except RequestError as error:
        assert error.problems
        for lang in ("zh", "en"):
            assert error.message(lang)
        json.dumps(error.as_dict("zh"))


def test_something_else_is_not_an_itinerary() -> None:
    with pytest.raises(ItineraryInvalid) as caught:
        Itinerary.parse({"schema": "itinerary/2"})
    assert {problem.field for problem in caught.value.problems} >= {"schema", "days", "revision"}
    with pytest.raises(ItineraryInvalid):
        Itinerary.parse("not json")
