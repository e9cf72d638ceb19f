"""The planning service: equal requests share a plan, failures are not kept, a cold engine still answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from recommender import region as regions
from recommender.errors import InfeasibleTrip
from recommender.model import ITERATIONS, Itinerary, Totals, TripRequest
from recommender.trip import planning
from recommender.trip.planning import (
    BUSY,
    BUSY_S,
    CROWD,
    ThreadPlanning,
    brief_work,
    is_full,
    may_certify,
    plan_trip,
    will_improve,
)
from recommender.trip.verify import verify

TRIP: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}


@pytest.fixture(scope="module")
def warm_region() -> regions.Region:
    region = regions.current()
    plan_trip(region, TripRequest.parse(TRIP))
    return region


def test_equal_requests_share_one_plan(warm_region: regions.Region) -> None:
    service = ThreadPlanning()
    first = service.submit(warm_region, TripRequest.parse(TRIP))
    assert service.submit(warm_region, TripRequest.parse(TRIP)).result() is first.result()
    assert service.submit(warm_region, TripRequest.parse(TRIP | {"seed": 1})).result() is not first.result()
    assert is_full(first.result())
    assert first.result().work == ITERATIONS["interactive"]


def test_a_failure_is_not_kept(warm_region: regions.Region, monkeypatch: pytest.MonkeyPatch) -> None:
    service = ThreadPlanning()
    request = TripRequest.parse(TRIP | {"must_see": ["matian-balujun-zongbu"]})
    made: list[TripRequest] = []

    def failing(_region: object, wish: TripRequest, **_work: object) -> Itinerary:
        made.append(wish)
        raise InfeasibleTrip

    monkeypatch.setattr(planning, "plan_trip", failing)
    for _ in range(2):
        with pytest.raises(InfeasibleTrip):
            service.submit(warm_region, request).result()
    assert made == [request, request]


class Slow:
    """Plans that take as long as the test wants, and are counted."""

    def __init__(self) -> None:
        self.go = Event()
        self.begun: list[TripRequest] = []

    def __call__(self, _region: object, request: TripRequest, *, compiled: bool = True, iterations: int | None) -> Itinerary:
        assert compiled
        self.begun.append(request)
        assert self.go.wait(10)
        return Itinerary(revision="", work=iterations or request.iterations, request=request, days=(), totals=Totals())


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow()
    monkeypatch.setattr(planning, "plan_trip", made)
    monkeypatch.setattr(planning, "is_warm", lambda: True)
    yield made
    made.go.set()


def test_what_nobody_waits_for_any_more_is_not_begun(warm_region: regions.Region, slow: Slow) -> None:
    service = ThreadPlanning(workers=1)
    running = service.submit(warm_region, TripRequest.parse(TRIP))
    unwanted = TripRequest.parse(TRIP | {"seed": 1})
    waiting = [service.submit(warm_region, unwanted) for _ in range(2)]
    last = service.submit(warm_region, TripRequest.parse(TRIP | {"seed": 2}))
    assert all(one.cancel() for one in waiting)
    slow.go.set()
    assert running.result(10).request.seed == 0
    assert last.result(10).request.seed == 2
    assert unwanted not in slow.begun
    assert service.submit(warm_region, unwanted).result(10).request == unwanted


def test_who_goes_away_takes_nothing_from_others_who_wait_for_the_same(warm_region: regions.Region, slow: Slow) -> None:
    service = ThreadPlanning(workers=1)
    running = service.submit(warm_region, TripRequest.parse(TRIP))
    wanted = TripRequest.parse(TRIP | {"seed": 1})
    leaves, stays = service.submit(warm_region, wanted), service.submit(warm_region, wanted)
    assert leaves.cancel()
    slow.go.set()
    assert stays.result(10).request == wanted
    assert running.result(10).request.seed == 0
    assert slow.begun.count(wanted) == 1


def test_where_many_wait_who_is_hurried_is_given_less_work_and_others_the_whole(warm_region: regions.Region, slow: Slow) -> None:
    service = ThreadPlanning(workers=1)
    requests = [TripRequest.parse(TRIP | {"seed": seed}) for seed in range(CROWD + 4)]
    line = [service.submit(warm_region, request, hurried=True) for request in requests[: CROWD + 2]]
    patient = service.submit(warm_region, requests[-2])
    again = service.submit(warm_region, requests[CROWD + 1], hurried=True)
    slow.go.set()
    whole = ITERATIONS["interactive"]
    assert [one.result(10).work for one in line[:CROWD]] == [whole] * CROWD
    assert line[CROWD + 1].result(10).work == brief_work(requests[0])
    assert again.result(10) is line[CROWD + 1].result(10)
    assert patient.result(10).work == whole
    assert service.submit(warm_region, requests[CROWD + 1], hurried=True).result(10) is again.result(10)
    assert service.submit(warm_region, requests[CROWD + 1]).result(10).work == whole
    assert service.submit(warm_region, requests[-1], hurried=True).result(10).work == whole


def test_many_plans_in_a_few_seconds_are_a_crowd_without_a_line(
    warm_region: regions.Region, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow.go.set()
    service = ThreadPlanning()
    requests = [TripRequest.parse(TRIP | {"seed": seed}) for seed in range(BUSY + 1)]
    work = [service.plan(warm_region, request, hurried=True).work for request in requests]
    assert work == [ITERATIONS["interactive"]] * BUSY + [brief_work(requests[0])]
    later = time.monotonic() + BUSY_S
    monkeypatch.setattr(time, "monotonic", lambda: later)
    calm = TripRequest.parse(TRIP | {"seed": BUSY + 1})
    assert service.plan(warm_region, calm, hurried=True).work == ITERATIONS["interactive"]


def test_no_proof_is_begun_in_a_crowd(
    warm_region: regions.Region, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow.go.set()
    begun = Event()
    monkeypatch.setattr(planning, "CROWD_LOOK_S", 0.01)
    monkeypatch.setattr(planning, "certificate", lambda *_given, **_more: begun.set())
    service = ThreadPlanning()
    requests = [TripRequest.parse(TRIP | {"seed": seed}) for seed in range(BUSY)]
    plans = [service.plan(warm_region, request) for request in requests]
    proof = service.certify(warm_region, requests[0], plans[0])
    assert not begun.wait(0.2)
    later = time.monotonic() + BUSY_S
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert proof.result(10) is None
    assert begun.is_set()


def test_a_hurried_plan_is_whole_in_all_but_work(warm_region: regions.Region) -> None:
    request = TripRequest.parse(TRIP)
    brief = plan_trip(warm_region, request, iterations=brief_work(request))
    assert brief.work == brief_work(request)
    assert not will_improve(brief)
    assert not may_certify(brief)
    assert verify(warm_region, brief) == []


def test_until_the_engine_is_compiled_a_plan_of_less_work_is_made_and_not_kept(
    warm_region: regions.Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = ThreadPlanning()
    request = TripRequest.parse(TRIP)
    monkeypatch.setattr(planning, "is_warm", lambda: False)
    quick = service.plan(warm_region, request)
    assert 0 < quick.work < ITERATIONS["interactive"]
    assert not is_full(quick)
    assert verify(warm_region, quick) == []
    monkeypatch.setattr(planning, "is_warm", lambda: True)
    assert is_full(service.plan(warm_region, request))


def test_more_work_is_never_less_than_little(warm_region: regions.Region) -> None:
    from recommender.trip.planner import draft

    request = TripRequest.parse(TRIP | {"reach": "region", "mode": "drive"})
    values = [draft(warm_region, request, iterations=work).solution.value for work in (50, 6_000)]
    assert values[0] <= values[1]


def test_a_certificate_is_worked_out_once_and_kept(warm_region: regions.Region, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[TripRequest] = []

    def certificate(_region: object, request: TripRequest, _itinerary: object, **_more: object) -> float:
        worked.append(request)
        return 0.012

    monkeypatch.setattr(planning, "certificate", certificate)
    service = ThreadPlanning()
    itinerary = service.plan(warm_region, TripRequest.parse(TRIP))
    first = service.certify(warm_region, itinerary.request, itinerary)
    assert first.result() == 0.012
    assert service.certify(warm_region, itinerary.request, itinerary) is first
    assert len(worked) == 1


def test_a_certificate_that_nobody_asks_for_is_given_up(warm_region: regions.Region, monkeypatch: pytest.MonkeyPatch) -> None:
    def certificate(_region: object, _request: object, _itinerary: object, *, cancelled: Callable[[], bool]) -> float | None:
        while not cancelled():
            time.sleep(0.01)
        return None

    monkeypatch.setattr(planning, "certificate", certificate)
    monkeypatch.setattr(planning, "FORGOTTEN_S", 0.1)
    service = ThreadPlanning()
    itinerary = service.plan(warm_region, TripRequest.parse(TRIP))
    first = service.certify(warm_region, itinerary.request, itinerary)
    assert first.result(timeout=5) is None
    time.sleep(0.05)
    again = service.certify(warm_region, itinerary.request, itinerary)
    assert again is not first
    again.result(timeout=5)


def test_where_many_wait_the_oldest_gives_way(warm_region: regions.Region, monkeypatch: pytest.MonkeyPatch) -> None:
    go = Event()
    monkeypatch.setattr(planning, "certificate", lambda *_args, **_more: go.wait(5) and 0.0)
    service = ThreadPlanning()
    itinerary = service.plan(warm_region, TripRequest.parse(TRIP))
    requests = [TripRequest.parse(TRIP | {"seed": seed}) for seed in range(planning.WAITING + 3)]
    asked = [service.certify(warm_region, request, itinerary) for request in requests]
    go.set()
    assert [future.cancelled() for future in asked][1:3] == [True, False]
    assert asked[-1].result(timeout=5) == 0.0


def test_a_mistake_of_ours_is_no_certificate(warm_region: regions.Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "certificate", lambda *_args, **_more: 1 / 0)
    service = ThreadPlanning()
    itinerary = service.plan(warm_region, TripRequest.parse(TRIP))
    assert service.certify(warm_region, itinerary.request, itinerary).result() is None
    assert planning.may_certify(itinerary)


def test_how_a_plan_suits_each_is_worked_out_once(warm_region: regions.Region) -> None:
    service = ThreadPlanning()
    members = [{"interests": {"temple": 1}}, {"interests": {"shopping": 1}}]
    itinerary = service.plan(warm_region, TripRequest.parse(TRIP | {"days": 1, "members": members}))
    first = service.look_together(warm_region, itinerary)
    assert service.look_together(warm_region, itinerary) is first
    assert len(first.result().satisfaction) == 2


def test_who_waits_is_told_how_many_come_before(warm_region: regions.Region, monkeypatch: pytest.MonkeyPatch) -> None:
    go = Event()
    plan = planning.plan_trip

    def slow(*given: Any, **named: Any) -> Itinerary:
        go.wait(60)
        return plan(*given, **named)

    monkeypatch.setattr(planning, "plan_trip", slow)
    service = ThreadPlanning(workers=1)
    futures = [service.submit(warm_region, TripRequest.parse(TRIP | {"seed": seed})) for seed in range(4)]
    ends = time.monotonic() + 30
    while service.ahead(futures[0]) and time.monotonic() < ends:
        time.sleep(0.01)
    assert [service.ahead(future) for future in futures] == [0, 1, 2, 3]
    go.set()
    for future in futures:
        future.result()
    assert [service.ahead(future) for future in futures] == [0, 0, 0, 0]
