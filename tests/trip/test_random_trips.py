"""Whatever is asked, the answer is an itinerary that the independent check accepts, or a named conflict."""

from __future__ import annotations

from typing import Any

import pytest

from recommender.errors import InfeasibleTrip, RequestError
from recommender.i18n import LANGUAGES
from recommender.model import TripRequest
from recommender.trip.narrate import itinerary_html, itinerary_text
from recommender.trip.verify import verify
from tests.random_requests import hard_request
from tests.trip.little_region import catalog

HARD = 48


@pytest.mark.parametrize("seed", range(200))
def test_a_hard_request_is_well_formed_and_always_the_same(seed: int) -> None:
    places: Any = catalog()
    request = hard_request(places, seed)
    assert request == hard_request(places, seed)
    assert TripRequest.parse(request).days == request["days"]


@pytest.fixture(scope="module")
def region() -> Any:
    from recommender import region as regions

    return regions.current()


@pytest.mark.parametrize("block", [*range(4), *(pytest.param(block, marks=pytest.mark.heavy) for block in range(4, 8))])
def test_hard_requests_give_good_trips_or_named_conflicts(block: int, region: Any) -> None:
    from recommender.trip.planning import plan_trip

    faults: list[str] = []
    for seed in range(block * HARD // 8, (block + 1) * HARD // 8):
        try:
            itinerary = plan_trip(region, TripRequest.parse(hard_request(region.catalog, seed)))
        except InfeasibleTrip as conflict:
            if not (conflict.problems or conflict.detail.get("conflict")):
                faults.append(f"seed {seed}: a conflict that names nothing")
            continue
        except RequestError as refusal:
            if not all(problem.field.startswith(("leg_modes", "days_detail")) for problem in refusal.problems):
                faults.append(f"seed {seed}: {refusal}")
            continue
        faults += [f"seed {seed}: {violation.message('en')}" for violation in verify(region, itinerary)]
        for lang in LANGUAGES:
            assert "{" not in itinerary_text(itinerary, region, lang).replace("民宿 & <家>", "")
            page = itinerary_html(itinerary, region, lang)
            assert len(page.encode()) < 100_000
            assert "<家>" not in page
    assert faults == []


ONCE_WRONG = (4020, 6135, 6444, 6477, 8398)
"""Appointments in the lanes of an old town; a trip that ends at a sight of one; free sights on a day that wishes fill."""


@pytest.mark.parametrize("seed", ONCE_WRONG)
def test_what_went_wrong_once_does_not_go_wrong_again(seed: int, region: Any) -> None:
    from benchmarks.sweep import random_request
    from recommender.trip.planning import plan_trip

    request = TripRequest.parse(random_request(region.catalog, seed))
    assert verify(region, plan_trip(region, request)) == []
