"""The plain form's inputs and a request say the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from recommender.errors import RequestError
from recommender.model import CATEGORIES, TripRequest
from recommender.web.plain.wishes import Wishes

SENT = {
    "date": "2027-04-17", "days": "3", "from": "taiyuan-south-station", "from_time": "09:30", "to": "", "to_time": "",
    "mode": "drive", "pace": "full", "reach": "region", "adults": "2", "children": "8, 5-110", "seniors": "70、66",
    "students": "1", "military": "", "disabled": "0",
}  # fmt: skip

places = st.sampled_from(["taiyuan-station", "stay-jingzhai", "pingyao-station"])
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
points = st.builds(lambda name: {"lat": 37.25, "lon": 112.5, "name": name}, names)
anchors = st.none() | st.builds(
    lambda place, time: {"place": place, "time": time}, places | points, st.none() | st.integers(300, 1500)
)
requests = st.fixed_dictionaries(
    {"start_date": st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)), "days": st.integers(2, 7)},
    optional={
        "start": anchors,
        "end": anchors,
        "mode": st.sampled_from(["transit", "drive", "charter"]),
        "pace": st.sampled_from(["relaxed", "normal", "full"]),
        "reach": st.sampled_from(["classic", "wings", "region"]),
        "interests": st.dictionaries(st.sampled_from(CATEGORIES), st.floats(0.1, 1), max_size=4),
        "party": st.fixed_dictionaries(
            {
                "adults": st.integers(2, 9),
                "children": st.lists(st.integers(0, 17) | st.just({"age": 5, "height_cm": 110}), max_size=3),
                "seniors": st.lists(st.integers(55, 99), max_size=3),
                "students": st.integers(0, 1),
                "disabled": st.integers(0, 1),
            }
        ),
        "must_see": st.just(["zhenguo-si"]),
        "budget_fen": st.integers(0, 10**7),
        "explore": st.floats(0, 1),
        "evenings": st.booleans(),
        "locks": st.just([{"place": "youjian-pingyao", "day": 1, "time": "19:00"}]),
    },
)


@given(requests)
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_request_fills_the_form_and_comes_back(data: dict[str, Any]) -> None:
    request = TripRequest.parse(data)
    wishes = Wishes.of(request)
    assert wishes.request() == request
    sent = [*wishes.values.items(), *(("like", word) for word in wishes.likes), *wishes.kept.items()]
    assert Wishes.read(sent).request() == request


def test_a_filled_in_form_is_a_request() -> None:
    request = Wishes.read([*SENT.items(), ("like", "temple"), ("like", "food"), ("must", "zhenguo-si"), ("utm", "x")]).request()
    assert request == TripRequest.parse(
        {
            "start_date": "2027-04-17", "days": 3, "start": {"place": "taiyuan-south-station", "time": "09:30"}, "mode": "drive",
            "pace": "full", "reach": "region", "interests": {"temple": 1, "food": 1}, "must_see": ["zhenguo-si"],
            "party": {"adults": 2, "children": [8, {"age": 5, "height_cm": 110}], "seniors": [70, 66], "students": 1},
        }
    )  # fmt: skip


@pytest.mark.parametrize("date", ["2027-04-17", "2027/4/17", "2027.4.17", "2027年4月17日"])
def test_a_date_may_be_written_as_people_write_it(date: str) -> None:
    assert Wishes.read((SENT | {"date": date}).items()).request().start_date == dt.date(2027, 4, 17)


@pytest.mark.parametrize(
    ("name", "value", "field", "code"),
    [
        ("date", "", "start_date", "field_missing"),
        ("date", "soon", "start_date", "field_unread"),
        ("date", "2027-02-30", "start_date", "field_unread"),
        ("days", "9", "days", "field_range"),
        ("days", "", "days", "field_missing"),
        ("from_time", "99:30", "start.time", "clock"),
        ("from_time", "early", "start.time", "clock"),
        ("mode", "fly", "mode", "field_choice"),
        ("adults", "two", "party.adults", "field_number"),
        ("children", "eight", "party.children", "field_ages"),
        ("seniors", "70 and 75", "party.seniors", "field_ages"),
        ("children", "80", "party.children[0].age", "field_range"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_is_kept(name: str, value: str, field: str, code: str) -> None:
    wishes = Wishes.read((SENT | {name: value}).items())
    with pytest.raises(RequestError) as caught:
        wishes.request()
    assert [(p.field, p.code) for p in caught.value.problems] == [(field, code)]
    assert wishes.values[name] == value


def test_all_problems_come_at_once() -> None:
    wishes = Wishes.read((SENT | {"date": "", "days": "0", "children": "x", "mode": "fly", "from_time": "z"}).items())
    with pytest.raises(RequestError) as caught:
        wishes.request()
    assert {p.field for p in caught.value.problems} == {"start_date", "days", "party.children", "mode", "start.time"}


@given(st.lists(st.tuples(st.sampled_from([*SENT, "like", "party", "must", "more", "locks"]), st.text(max_size=12)), max_size=8))
@hypothesis_settings(max_examples=150, deadline=None)
def test_nonsense_is_a_named_error_or_a_request(pairs: list[tuple[str, str]]) -> None:
    try:
        Wishes.read(pairs).request()
    except RequestError as error:
        assert error.problems
