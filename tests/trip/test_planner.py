"""The planner on the real catalogue: promises that hold whatever the data say."""

from __future__ import annotations

from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import Itinerary, LegItem, MealItem, StartItem, StopItem, TripRequest
from recommender.region import Region
from recommender.trip import pacing
from recommender.trip.candidates import is_crowd_puller
from recommender.trip.explain import find_stop, list_visits, why_not
from recommender.trip.narrate import warning_texts
from recommender.trip.pacing import walked_m
from recommender.trip.planner import relaxed
from recommender.trip.planning import check_request, plan_trip
from recommender.trip.verify import verify

BASE: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}


@pytest.fixture(scope="module")
def region() -> Region:
    return regions.current()


def plan(region: Region, **wishes: Any) -> Itinerary:
    itinerary = plan_trip(region, TripRequest.parse(BASE | wishes))
    assert [v.message("en") for v in verify(region, itinerary)] == []
    return itinerary


def seen(itinerary: Itinerary) -> list[str]:
    """Every place visited, sub-sights included, in order."""
    found: list[str] = []
    for day in itinerary.days:
        for item in day.items:
            if isinstance(item, StopItem):
                found += [item.place, *(part.place for part in item.parts)]
    return found


def test_one_tap_gives_two_days_in_the_old_town(region: Region) -> None:
    itinerary = plan(region)
    places = seen(itinerary)
    assert "pingyao-gucheng" in places
    assert {"pingyao-rishengchang", "pingyao-xianya", "shuanglin-si"} & set(places)
    assert all(any(isinstance(item, StopItem) for item in day.items) for day in itinerary.days)


def test_the_same_request_gives_the_same_plan(region: Region) -> None:
    assert plan(region, days=3, reach="region") == plan(region, days=3, reach="region")


def test_lunch_happens_every_day(region: Region) -> None:
    itinerary = plan(region, days=3, reach="region", mode="drive")
    for day in itinerary.days:
        assert [item.meal for item in day.items if isinstance(item, MealItem)].count("lunch") == 1


@pytest.mark.parametrize("mode", ["transit", "drive"])
@pytest.mark.parametrize("reach", ["classic", "wings", "region"])
def test_elderly_guests_at_a_relaxed_pace_rest_every_two_hours_and_walk_three_kilometres(
    region: Region, mode: str, reach: str
) -> None:
    itinerary = plan(region, days=3, reach=reach, mode=mode, pace="relaxed", party={"adults": 1, "seniors": [70]})
    for day in itinerary.days:
        on_foot = sum(item.distance_m for item in day.items if isinstance(item, LegItem) and item.mode == "walk")
        assert on_foot <= walked_m(region.catalog.attractions, day.items) <= 3_000
        feet = 0
        for item in day.items:
            if isinstance(item, LegItem):
                feet = feet + item.arrive - item.depart if item.mode == "walk" else 0
            elif isinstance(item, StopItem) and region.catalog.attractions[item.place].category != "show":
                feet += (item.end - item.start - item.rest_min) // (item.rest_min // 15 + 1)
            else:
                feet = 0
            assert feet <= 120


def test_a_mountain_that_elderly_guests_name_comes_on_top_of_what_they_walk(region: Region) -> None:
    wishes = {"pace": "relaxed", "party": {"adults": 1, "seniors": [70]}, "reach": "region", "mode": "drive"}
    itinerary = plan(region, days=2, must_see=["mianshan"], **wishes)
    told = [warning for warning in itinerary.warnings if warning.code == "walk_beyond"]
    assert len(told) == 1
    assert told[0].day is not None
    assert "mianshan" in [item.place for item in itinerary.days[told[0].day - 1].items if isinstance(item, StopItem)]
    stops = {item.place: item for day in itinerary.days for item in day.items if isinstance(item, StopItem)}
    assert stops["mianshan"].rest_min >= 15
    assert "mianshan" not in seen(plan(region, days=2, **wishes))


@pytest.mark.parametrize(("pace", "most"), [("relaxed", 2), ("normal", 3), ("full", 4)])
def test_people_see_a_few_outer_sights_a_day(region: Region, pace: str, most: int) -> None:
    itinerary = plan(region, days=4, reach="region", mode="drive", pace=pace)
    for day in itinerary.days:
        stops = [item.place for item in day.items if isinstance(item, StopItem)]
        places = [region.catalog.attractions[stop] for stop in stops]
        outer = [
            p for p in places if not p.area_id and not p.walled and p.visit_min >= 45
            and p.category not in ("show", "shopping", "food", "square_park")
        ]  # fmt: skip
        assert len(outer) <= most


def test_a_show_can_be_locked_to_its_hour(region: Region) -> None:
    itinerary = plan(region, locks=[{"place": "youjian-pingyao", "day": 1, "time": "19:00"}])
    found = find_stop(itinerary, "youjian-pingyao")
    assert found is not None
    assert (found[0], found[1].start) == (1, 19 * 60)


def test_must_see_is_seen_and_avoided_is_not(region: Region) -> None:
    itinerary = plan(region, must_see=["zhenguo-si"], avoid=["pingyao-xianya"])
    places = seen(itinerary)
    assert "zhenguo-si" in places
    assert "pingyao-xianya" not in places


def test_a_wish_out_of_reach_names_the_reach_and_the_way_out_works(region: Region) -> None:
    request = TripRequest.parse(BASE | {"must_see": ["matian-balujun-zongbu"], "mode": "drive"})
    with pytest.raises(InfeasibleTrip) as caught:
        plan_trip(region, request)
    assert "reach" in caught.value.detail["conflict"]
    ways = caught.value.detail["relaxations"]
    assert {"field": "reach", "value": "region"} in ways
    itinerary = plan_trip(region, relaxed(request, {"field": "reach", "value": "region"}))
    assert "matian-balujun-zongbu" in seen(itinerary)


def test_a_museum_locked_to_its_closing_day_is_refused_with_its_field(region: Region) -> None:
    monday = {"start_date": "2027-04-19", "days": 1, "reach": "region"}
    with pytest.raises(InfeasibleTrip) as caught:
        plan(region, **monday, locks=[{"place": "shanxi-bowuyuan", "day": 1}])
    assert caught.value.problems[0].field == "locks[0]"


def test_wishes_that_clash_come_back_as_the_smallest_conflict(region: Region) -> None:
    with pytest.raises(InfeasibleTrip) as caught:
        plan(region, days=1, reach="region", must_see=["matian-balujun-zongbu", "shanxi-bowuyuan", "mianshan"])
    conflict = caught.value.detail["conflict"]
    assert 2 <= len(conflict) <= 3
    assert {"field": "must_see[0]", "value": None} in caught.value.detail["relaxations"] or conflict


def test_nothing_is_padded_or_repeated_when_little_is_left(region: Region) -> None:
    itinerary = plan(region, days=6, reach="classic", evenings=False)
    parts = [p for p in seen(itinerary) if p != "pingyao-gucheng"]
    assert len(parts) == len(set(parts))
    assert any(warning.code == "short_plan" for warning in itinerary.warnings)


def test_the_trip_begins_and_ends_where_and_when_asked(region: Region) -> None:
    south = "taiyuan-south-station"
    itinerary = plan(region, start={"place": south, "time": "09:30"}, end={"place": south, "time": "19:00"})
    first, last = itinerary.days[0].items[0], itinerary.days[-1].items[-1]
    assert isinstance(first, StartItem)
    assert (first.place, first.time) == (south, 570)
    assert last.kind == "end"
    assert last.place == south
    assert last.time <= 19 * 60
    rails = [item for day in itinerary.days for item in day.items if isinstance(item, LegItem) and item.mode == "rail"]
    assert len(rails) >= 2


def test_a_point_outside_the_catalogue_can_be_the_door(region: Region) -> None:
    home = {"lat": 37.19, "lon": 112.16, "name": "我的民宿"}
    itinerary = plan(region, start={"place": home}, lodging=[home], end={"place": home})
    assert itinerary.days[0].lodging is not None
    assert not isinstance(itinerary.days[0].lodging, str)


def test_a_budget_holds_and_one_too_small_is_explained(region: Region) -> None:
    itinerary = plan(region, budget_fen=30_000)
    assert itinerary.totals.tickets_fen + itinerary.totals.fares_fen <= 30_000
    with pytest.raises(InfeasibleTrip) as caught:
        plan(region, budget_fen=1_000, must_see=["youjian-pingyao"])
    assert "budget_fen" in caught.value.detail["conflict"]


def test_every_other_place_has_a_reason(region: Region) -> None:
    itinerary = plan(region)
    places = set(seen(itinerary))
    for place in region.catalog.attractions:
        reason = why_not(region, itinerary, place)
        assert (reason is None) == (place in places)


def test_unknown_ids_and_absurd_dates_are_refused_by_field(region: Region) -> None:
    import datetime as dt

    request = TripRequest.parse(BASE | {"must_see": ["no-such-place"], "likes": ["taiyuan-station"]})
    with pytest.raises(RequestError) as caught:
        check_request(region, request)
    assert [(p.field, p.code) for p in caught.value.problems] == [
        ("likes[0]", "not_an_attraction"),
        ("must_see[0]", "unknown_place"),
    ]
    today = dt.date(2027, 5, 1)
    for date, code in (("2027-04-30", "date_past"), ("2031-01-01", "date_far"), ("1999-01-01", "date_absurd")):
        with pytest.raises(RequestError) as caught:
            check_request(region, TripRequest.parse(BASE | {"start_date": date}), today)
        assert caught.value.problems[0].code == code


@pytest.mark.parametrize(
    "wishes",
    [{"needs": ["wheelchair"]}, {"pace": "relaxed", "party": {"adults": 2, "seniors": [70]}}],
    ids=["wheelchair", "elderly"],
)
def test_a_show_watched_on_ones_feet_is_no_treat_for_who_must_sit(region: Region, wishes: dict[str, Any]) -> None:
    free = {"start_date": "2027-04-17", "days": 2, "interests": {"show": 1}, **wishes}
    trip = plan_trip(region, TripRequest.parse(free))
    assert find_stop(trip, "youjian-pingyao") is None
    assert all(warning.code != "standing" for warning in trip.warnings)
    wanted = plan_trip(region, TripRequest.parse(free | {"must_see": ["youjian-pingyao"]}))
    assert find_stop(wanted, "youjian-pingyao") is not None
    assert any(warning.code == "standing" and warning.place == "youjian-pingyao" for warning in wanted.warnings)
    assert verify(region, wanted) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_uses_a_wheelchair_reads_what_is_thought_to_be_in_the_way(region: Region, lang: str) -> None:
    trip = plan_trip(region, TripRequest.parse({"start_date": "2027-04-17", "days": 2, "needs": ["wheelchair"]}))
    said = " ".join(warning_texts(trip.warnings, region, lang))
    for place in {warning.place for warning in trip.warnings if warning.code == "wheelchair_unknown"}:
        known = region.catalog.attractions[str(place)]
        assert (known.accessibility_note if lang == "zh" else known.accessibility_note_en) in said


def test_famous_sights_are_seen_early_or_late_on_a_public_holiday_and_the_plan_says_so(region: Region) -> None:
    holiday, ordinary = (plan(region, start_date=day, mode="drive", days=3) for day in ("2027-10-01", "2027-10-10"))
    famous = {p.id for p in region.catalog.attractions.values() if is_crowd_puller(p)}

    def at(itinerary: Itinerary) -> list[tuple[str, int, list[str]]]:
        found = [(v.place, v.start, [r.code for r in v.reasons]) for day, v in list_visits(itinerary) if day == 1]
        return [visit for visit in found if visit[0] in famous]

    def quiet(start: int) -> bool:
        return not pacing.CROWDS_FROM_MIN < start < pacing.CROWDS_TO_MIN

    early = [quiet(start) for _, start, _ in at(holiday)]
    assert early.count(True) > [quiet(start) for _, start, _ in at(ordinary)].count(True)
    assert all(quiet(start) == ("ahead_of_crowds" in why) for _, start, why in at(holiday))
    assert not any("ahead_of_crowds" in why for _, _, why in at(ordinary))
    assert any("10:00" in line and "15:30" in line for line in warning_texts(holiday.warnings, region, "en"))
