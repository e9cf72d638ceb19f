"""Several tastes on one trip: satisfaction by hand, one member as none, and the least happy is never worse off."""

from __future__ import annotations

import random
from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import RequestError
from recommender.model import CATEGORIES, Itinerary, Member, TripRequest
from recommender.region import Region
from recommender.trip import group, planner
from recommender.trip.planning import check_request, plan_trip
from recommender.trip.verify import verify
from tests.trip.little_region import good_trip, little_region

TRIP: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}
OPPOSED = [{"interests": {"temple": 1}}, {"interests": {"shopping": 1}, "dislikes": ["shuanglin-si"]}]
NOISE = 0.02


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def test_one_member_is_planned_as_if_there_were_no_members(region: Region) -> None:
    taste = {"interests": {"temple": 0.8}, "likes": ["shuanglin-si"]}
    for rule in ("average", "least_misery"):
        one = plan_trip(region, TripRequest.parse(TRIP | {"members": [taste], "group": rule}))
        none = plan_trip(region, TripRequest.parse(TRIP | taste))
        assert one.days == none.days
        assert one.left_out == none.left_out


def test_no_members_at_all_are_null() -> None:
    assert TripRequest.parse(TRIP | {"members": []}).members is None


def test_a_members_own_taste_counts_over_what_all_share() -> None:
    request = TripRequest.parse(TRIP | {
        "interests": {"temple": 1, "nature": 0.5}, "likes": ["zhenguo-si", "jinci"],
        "members": [{"interests": {"temple": 0}, "dislikes": ["jinci"]}, {}],
    })  # fmt: skip
    first, second = request.tastes
    assert first == Member(interests={"temple": 0, "nature": 0.5}, likes=("zhenguo-si",), dislikes=("jinci",))
    assert second == Member(interests={"temple": 1, "nature": 0.5}, likes=("zhenguo-si", "jinci"))
    assert request.alone(first).members is None
    assert request.alone(first).interests == {"temple": 0, "nature": 0.5}


def test_a_members_unknown_place_is_named() -> None:
    request = TripRequest.parse(TRIP | {"members": [{}, {"likes": ["no-such-place"]}]})
    with pytest.raises(RequestError) as caught:
        check_request(regions.current(), request)
    assert [problem.field for problem in caught.value.problems] == ["members[1].likes[0]"]


def test_minutes_belong_to_the_sub_sight_and_the_rest_to_the_streets() -> None:
    minutes = group.minutes_at(Itinerary.parse(good_trip()))
    assert minutes == {
        "shuanglin-si": 75, "pingyao-rishengchang": 50, "pingyao-xianya": 65, "pingyao-gucheng": 215 - 115 + 50,
        "youjian-pingyao": 90, "zhenguo-si": 60,
    }  # fmt: skip


def test_more_of_the_same_kind_fades_within_the_day_and_over_the_trip() -> None:
    assert group._fading([1_000, 3_000, 2_000], (1000, 600, 400)) == [3_000, 1_200, 400]
    assert group._fading([10, 10, 10], (1000, 500)) == [10, 5, 5]
    little = little_region()
    assert group._kind(little, "pingyao-xianya") == "part of pingyao-gucheng"
    assert group._kind(little, "shuanglin-si") == "temple"


def test_who_travels_alone_is_as_happy_as_can_be_and_two_who_are_one_as_well(region: Region) -> None:
    request = TripRequest.parse(TRIP | {"members": [{"interests": {"temple": 1}}] * 2})
    found = group.look_together(region, plan_trip(region, request))
    assert found.satisfaction == found.other
    assert min(found.satisfaction) >= 1 - NOISE
    with pytest.raises(ValueError, match="nobody"):
        group.look_together(region, plan_trip(region, TripRequest.parse(TRIP)))


def test_satisfaction_is_the_share_of_what_a_plan_for_oneself_is_worth(region: Region) -> None:
    request = TripRequest.parse(TRIP | {"members": OPPOSED})
    itinerary = plan_trip(region, request)
    found = group.look_together(region, itinerary)
    for k, taste in enumerate(request.tastes):
        own = request.alone(taste)
        alone = planner.draft(region, own, iterations=group.ALONE_ITERATIONS).written()
        scores = planner.score(region, own)
        share = group.worth_to(region, scores, itinerary) / group.worth_to(region, scores, alone)
        assert found.satisfaction[k] == pytest.approx(min(1, share))
    assert found.lift == pytest.approx(min(found.other) - min(found.satisfaction))


def test_a_plan_by_least_misery_shows_the_lowest_scores(region: Region) -> None:
    request = TripRequest.parse(TRIP | {"members": OPPOSED, "group": "least_misery"})
    itinerary = plan_trip(region, request)
    each = planner.scores_of_each(region, request)
    stops = [item for day in itinerary.days for item in day.items if item.kind == "stop"]
    assert stops
    for stop in stops:
        lowest = min(float(scores.total[scores.index[stop.place]]) for scores in each)
        assert stop.score == pytest.approx(lowest, abs=1e-4)


def opposed_group(seed: int) -> TripRequest:
    """Two to four people, each set on another kind of place, some against another's favourite kind."""
    dice = random.Random(seed)
    kinds = dice.sample(CATEGORIES, dice.randint(2, 4))
    return TripRequest.parse({
        "start_date": "2027-04-17", "days": dice.choice((1, 2, 3)), "reach": dice.choice(("wings", "region")),
        "mode": dice.choice(("transit", "drive")), "seed": seed,
        "members": [
            {"interests": {kind: 1.0, kinds[k - 1]: 0.0}, "dislikes": dice.sample(["shuanglin-si", "qiaojia-dayuan"], k % 2)}
            for k, kind in enumerate(kinds)
        ],
    })  # fmt: skip


def test_with_least_misery_the_least_happy_is_never_worse_off(region: Region) -> None:
    lifts = []
    for seed in (0, 4, 8):
        request = opposed_group(seed)
        found = group.look_together(region, plan_trip(region, request))
        assert found.lift is not None
        assert found.lift >= -NOISE, (seed, found)
        lifts.append(found.lift)
    assert max(lifts) > 0.02, "the switch never lifts anybody"


def test_plans_for_several_pass_the_independent_check(region: Region) -> None:
    for rule in ("average", "least_misery"):
        itinerary = plan_trip(region, TripRequest.parse(TRIP | {"members": OPPOSED, "group": rule, "must_see": ["zhenguo-si"]}))
        assert [found.message("en") for found in verify(region, itinerary)] == []
