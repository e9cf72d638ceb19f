"""What is counted of visitors' wishes, and what never is."""

from __future__ import annotations

from collections import Counter

import pytest

from recommender.errors import InfeasibleTrip
from recommender.model import TripRequest
from recommender.region import Region
from recommender.trip import asked
from recommender.trip.planning import plan_trip

TRIP = {"start_date": "2027-04-17", "days": 1, "mode": "drive", "work": "interactive"}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()

    class Tally:
        def add(self, kind: str, subjects: object) -> None:
            found.update((kind, str(subject)) for subject in subjects)  # type: ignore[attr-defined]

    monkeypatch.setattr(asked, "tally", Tally)
    return found


@pytest.fixture(scope="module")
def region() -> Region:
    from recommender.region import current

    return current()


def test_a_liked_place_that_is_left_out_and_an_avoided_one_are_counted(
    counted: Counter[tuple[str, str]], region: Region
) -> None:
    request = TripRequest.parse(TRIP | {"likes": ["mianshan", "wangjia-dayuan"], "avoid": ["pingyao-xianya", "zhenguo-si"]})
    itinerary = plan_trip(region, request, compiled=False)
    asked.note_plan(itinerary, ["zhenguo-si"])
    left = {one.place for one in itinerary.left_out} & set(request.likes)
    assert left
    assert set(counted) == {("unserved", place) for place in left} | {("avoided", "pingyao-xianya")}


def test_the_places_of_a_conflict_are_counted_and_no_other_wish(counted: Counter[tuple[str, str]]) -> None:
    request = TripRequest.parse(TRIP | {"must_see": ["mianshan", "zhenguo-si"], "locks": [{"place": "jinci", "day": 1}]})
    asked.note_conflict(request, InfeasibleTrip([], conflict=["must_see[1]", "locks[0].place", "reach"]))
    assert set(counted) == {("unserved", "zhenguo-si"), ("unserved", "jinci")}


def test_a_conflict_without_names_counts_all_that_had_to_be_seen(counted: Counter[tuple[str, str]]) -> None:
    request = TripRequest.parse(TRIP | {"must_see": ["mianshan", "zhenguo-si"]})
    asked.note_conflict(request, InfeasibleTrip([], conflict=["end"]))
    assert {subject for _, subject in counted} == {"mianshan", "zhenguo-si"}


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("  五台山 ", "五台山"),
        ("Wutai  SHAN", "wutai shan"),
        ("ＷＵＴＡＩ", "wutai"),
        ("138 1234 5678", ""),
        ("张三 13812345678", ""),
        ("me@example.org", ""),
        ("https://x.example", ""),
        ("我和我的朋友张三李四王五想去一个安静一点的地方", ""),
        ("寺", ""),
        ("！！", ""),
        ("a\u202eb", ""),
    ],
)
def test_a_search_is_kept_only_as_a_name(words: str, kept: str) -> None:
    assert asked.searched(words) == kept
