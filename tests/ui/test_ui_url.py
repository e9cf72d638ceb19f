"""A request in the address bar and back; whatever stands there, something sensible is planned."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import address as url
from recommender.errors import Problem, RequestError
from recommender.i18n import LANGUAGES
from recommender.model import CATEGORIES, LegMode, TripRequest
from recommender.ui.state import Draft

FIRST_DAY = dt.date(2027, 4, 17)
ids = st.from_regex(r"[a-z0-9][a-z0-9-]{1,20}", fullmatch=True)
clocks = st.integers(0, 30 * 60)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
points: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"lat": st.floats(34.5, 40.8), "lon": st.floats(110.2, 114.6), "name": names}
)
places = ids | points
anchors = st.fixed_dictionaries({"place": places, "time": st.none() | clocks})
units = st.floats(0, 1)
children = st.fixed_dictionaries({"age": st.integers(0, 17), "height_cm": st.none() | st.integers(40, 220)})
id_lists = st.lists(ids, max_size=4, unique=True)
wishes = st.dictionaries(st.sampled_from(CATEGORIES), units, max_size=4)
members = st.fixed_dictionaries({"interests": wishes, "likes": id_lists, "dislikes": id_lists})


@st.composite
def requests(draw: st.DrawFn) -> TripRequest:
    days = draw(st.integers(1, 7))
    adults = draw(st.integers(1, 9))
    fields: dict[str, Any] = {
        "start_date": draw(st.dates(dt.date(2020, 1, 1), dt.date(2099, 1, 1))),
        "days": days,
        "party": {
            "adults": adults,
            "children": draw(st.lists(children, max_size=3)),
            "seniors": draw(st.lists(st.integers(55, 120), max_size=3)),
            "students": draw(st.integers(0, adults)),
        },
    }
    optional = {
        "start": anchors,
        "lodging": st.lists(places, min_size=days - 1, max_size=days - 1),
        "day_start": st.integers(0, 600),
        "day_end": st.integers(720, 1800),
        "evenings": st.booleans(),
        "meals": st.booleans(),
        "nudge": st.booleans(),
        "mode": st.sampled_from(("transit", "drive", "charter")),
        "pace": st.sampled_from(("relaxed", "normal", "full")),
        "interests": wishes,
        "members": st.lists(members, min_size=1, max_size=5),
        "group": st.sampled_from(("average", "least_misery")),
        "likes": id_lists,
        "dislikes": id_lists,
        "reach": st.sampled_from(("classic", "wings", "region")),
        "explore": units,
        "needs": st.lists(st.sampled_from(("wheelchair", "stroller", "few_steps")), unique=True),
        "max_walk_m": st.none() | st.integers(300, 60_000),
        "budget_fen": st.none() | st.integers(0, 100_000_000),
        "must_see": id_lists,
        "locks": st.lists(
            st.fixed_dictionaries(
                {"place": ids, "day": st.none() | st.integers(1, days), "time": st.none() | clocks}
            ),
            max_size=3,
            unique_by=lambda lock: lock["place"],
        ),
        "seed": st.integers(0, 2**31 - 1),
        "work": st.sampled_from(("interactive", "careful")),
    }
    for name, values in optional.items():
        if draw(st.booleans()):
            fields[name] = draw(values)
    if days > 1 and draw(st.booleans()):
        fields["end"] = draw(anchors)
    return TripRequest.parse(fields)


@given(requests())
@settings(max_examples=150, deadline=None)
def test_a_request_comes_back_from_the_address_bar(request: TripRequest) -> None:
    params = url.encode(request)
    assert all(value.isprintable() or not value.isascii() for value in params.values())
    fields, problems = url.decode(params)
    assert problems == []
    assert TripRequest.parse(fields) == request


@given(requests())
@settings(max_examples=80, deadline=None)
def test_the_form_asks_for_what_it_was_filled_with(request: TripRequest) -> None:
    assert Draft.of(request).request() == request


def test_defaults_are_not_written() -> None:
    assert url.encode(TripRequest(start_date=FIRST_DAY, days=2)) == {"date": "2027-04-17", "days": "2"}


def test_parameters_are_those_that_people_share() -> None:
    request = TripRequest.parse(
        {
            "start_date": "2027-04-17",
            "days": 2,
            "start": {"place": "taiyuan-south-station", "time": "09:30"},
            "interests": {"temple": 1, "courtyard": 0.5},
            "party": {"adults": 2, "children": [8, {"age": 5, "height_cm": 110}], "seniors": [70], "students": 1},
            "budget_fen": 150_050,
            "locks": [{"place": "youjian-pingyao", "day": 1, "time": "19:00"}],
            "lodging": [{"lat": 37.2, "lon": 112.2, "name": "民宿~甲,乙"}],
        }
    )
    assert url.encode(request) == {
        "date": "2027-04-17",
        "days": "2",
        "from": "taiyuan-south-station@0930",
        "like": "temple,courtyard~0.5",
        "party": "2,c8,c5-110,s70,st1",
        "budget": "1500.50",
        "locks": "youjian-pingyao@1@1900",
        "stay": "37.2~112.2~%E6%B0%91%E5%AE%BF%7E%E7%94%B2%2C%E4%B9%99",
    }


hostile = st.text(max_size=40) | st.sampled_from(
    ("", "0", "-1", "1e999", "nan", "inf", "9" * 30, "null", "[]", "{}", "@", "~", "@@@", "~~~", "1~2", "a@b@c@d",
     "\x00", "٣", "½", "x" * 9000, "<script>", "%00", "'; --", "🚂", "{" * 2000)
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*url.PARAMETERS, url.MORE, "utm"]), hostile, max_size=6))
@settings(max_examples=400, deadline=None)
def test_no_address_is_too_odd(params: dict[str, str]) -> None:
    request, problems = url.read_request(params, FIRST_DAY)
    assert TripRequest.model_validate(request.model_dump()) == request
    for problem in problems:
        assert all(problem.message(lang) for lang in LANGUAGES)


def test_one_bad_wish_costs_only_itself() -> None:
    def check(request: TripRequest) -> None:
        bad = [k for k, place in enumerate(request.must_see) if place == "atlantis"]
        if bad:
            raise RequestError([Problem(f"must_see[{k}]", "atlantis", "unknown_place") for k in bad])

    params = {"date": "2027-05-01", "days": "3", "must": "mianshan,atlantis,jinci", "pace": "hasty", "explore": "0.7"}
    request, problems = url.read_request(params, FIRST_DAY, check)
    assert request == TripRequest(
        start_date=dt.date(2027, 5, 1), days=3, must_see=("mianshan", "jinci"), explore=0.7
    )
    assert [problem.field for problem in problems] == ["pace", "must_see[1]"]


@pytest.mark.parametrize("time", ["9999", "abc"])
def test_a_bad_hour_does_not_cost_the_station(time: str) -> None:
    params = {"date": "2027-05-01", "days": "2", "from": f"taiyuan-south-station@{time}"}
    request, problems = url.read_request(params, FIRST_DAY)
    assert request.start is not None
    assert (request.start.place, request.start.time) == ("taiyuan-south-station", None)
    assert [problem.field for problem in problems] == ["start.time"]


def test_other_peoples_parameters_ask_for_nothing() -> None:
    assert not url.holds_request({"utm_source": "x", "lang": "en", "embed": "true"})
    assert url.holds_request({"days": "2"})


def test_every_leg_mode_survives_as_a_wish_without_a_short_form() -> None:
    for mode in get_args(LegMode):
        request = TripRequest.model_validate(
            {"start_date": "2027-04-17", "days": 1, "leg_modes": [{"from": "jinci", "to": "mianshan", "mode": mode}]}
        )
        fields, problems = url.decode(url.encode(request))
        assert not problems
        assert TripRequest.model_validate(fields) == request


def test_a_day_that_cannot_be_costs_that_one_day() -> None:
    details = '{"days_detail":[{"mode":"drive"},{"day_start":"17:00"}]}'
    request, problems = url.read_request({"days": "2", "more": details}, FIRST_DAY)
    assert [problem.field for problem in problems] == ["days_detail[1].day_start"]
    assert request.days_detail is not None
    assert [detail and detail.mode for detail in request.days_detail] == ["drive", None]
