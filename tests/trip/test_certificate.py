"""The certificate of a plan: only where it holds for all trips, on what is shown, and rounded up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recommender import region as regions
from recommender.model import TripRequest
from recommender.orienteering import value_of
from recommender.trip import certificate as certificates
from recommender.trip.certificate import certificate, gap, provable
from recommender.trip.planner import Draft, draft
from recommender.ui.plans import percent


@pytest.fixture(scope="module")
def plan() -> Draft:
    return draft(regions.current(), TripRequest.parse({"start_date": "2027-04-17", "days": 1, "reach": "classic"}))


def test_a_bound_holds_for_a_plain_plan(plan: Draft) -> None:
    found = provable(plan)
    assert found is not None
    assert found[0] is plan.mapped.problem


def test_what_the_clock_dropped_does_not_count(plan: Draft) -> None:
    fewer = replace(plan.solution, routes=(plan.solution.routes[0][:-1],))
    found = provable(replace(plan, solution=fewer))
    assert found is not None
    assert found[1].value == value_of(plan.mapped.problem, fewer) < plan.solution.value


def test_there_is_none_where_the_problem_was_changed(plan: Draft) -> None:
    assert provable(replace(plan, paced=False)) is None
    assert provable(replace(plan, request=plan.request.model_copy(update={"days": 6}))) is None
    rich = draft(regions.current(), plan.request.model_copy(update={"budget_fen": 90_000}))
    assert provable(rich) is not None
    assert provable(replace(rich, request=rich.request.model_copy(update={"budget_fen": 95_000}))) is None


def test_the_gap_is_a_share_of_the_value() -> None:
    assert gap(100, 102.0) == pytest.approx(0.02)
    assert gap(100, 99.0) == 0.0
    assert gap(100, None) is None
    assert gap(0, 5.0) is None


def test_a_plan_that_its_request_does_not_give_has_none(plan: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "bound_apart", lambda _problem, solution, **_more: 1.01 * solution.value)
    itinerary = plan.written()
    assert certificate(plan.region, plan.request, itinerary) == pytest.approx(0.01, abs=1e-3)
    assert certificate(plan.region, plan.request, itinerary.model_copy(update={"work": 40})) is None


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, 1), (0.004, 1), (0.01, 1), (0.0101, 2), (0.05, 5), (0.051, None), (None, None)]
)
def test_per_cent_are_rounded_up_and_large_ones_not_shown(share: float | None, shown: int | None) -> None:
    assert percent(share) == shown
