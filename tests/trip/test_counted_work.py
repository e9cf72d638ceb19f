"""What a plan costs, counted and not timed: searches, rounds of search, and the visits to choose from."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.sample_trips import TRIPS
from recommender import region as regions
from recommender.model import TripRequest
from recommender.orienteering import Solution, solve
from recommender.trip import planner

MOST = [(1, 6_000, 40), (1, 6_000, 29), (1, 6_000, 40), (1, 6_000, 150), (1, 6_000, 136), (1, 6_000, 150)]
"""Searches, rounds of search, and visits to choose from, for the first sample trips; raised only for a reason."""


@pytest.mark.parametrize("number", range(len(MOST)))
def test_a_plan_costs_no_more_work_than_it_did(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[tuple[int, int]] = []

    def counted(problem: Any, **options: Any) -> Solution:
        found = solve(problem, **options)
        spent.append((found.iterations, problem.visits))
        return found

    monkeypatch.setattr(planner, "solve", counted)
    planner.draft(regions.current(), TripRequest.parse(TRIPS[number][2]))
    cost = (len(spent), sum(rounds for rounds, _ in spent), max(visits for _, visits in spent))
    assert all(found <= most for found, most in zip(cost, MOST[number], strict=True)), cost
