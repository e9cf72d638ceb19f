"""Why not this place: the smallest changes of the wishes with which it would be in, each planned and seen to hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import Itinerary, LeftOut, TripRequest
from recommender.trip.compare import Difference, difference
from recommender.trip.explain import find_stop, why_not

if TYPE_CHECKING:
    from recommender.region import Region

Plan = Callable[[TripRequest], Itinerary]
ENOUGH: Final = 2
MOST_DAYS: Final = 7


@dataclass(frozen=True)
class Change:
    """One change of the wishes that brings a place in.

    Attributes
    ----------
    field, value
        What changes: a field of the request and its new value; ``must_see`` has the place for its value.
    request, itinerary
        The changed request and its plan, which visits the place.
    """

    field: str
    value: Any
    request: TripRequest
    itinerary: Itinerary
    effect: Difference


@dataclass(frozen=True)
class Answer:
    """Why a place is not in a plan, and what would bring it in: the smallest change first, at most two."""

    why: LeftOut
    changes: tuple[Change, ...]


def counterfactual(
    region: Region, itinerary: Itinerary, place: str, plan: Plan, begin: Callable[[TripRequest], object] = id
) -> Answer | None:
    """Answer "why not?"; None if the place is in the plan.

    The order of trials is the order of how little is asked of the visitor: a wish taken back, a taste, a walk or two more
    a day, a wider reach, another date, a day more, and at last the place as a must. Every change named was planned, and
    the plan is there to be taken, so applying it does what it says.

    Parameters
    ----------
    plan
        Plans a request; raises ``InfeasibleTrip``.
    begin
        Told of each request that will be planned in any case, so that two can be planned side by side.

    Raises
    ------
    UnknownPlace
        No attraction has this id.
    """
    why = why_not(region, itinerary, place)
    if why is None:
        return None
    found: list[Change] = []
    trials = [
        (field, value, itinerary.request.model_copy(update={**update, "previous": None, "now": None}))
        for field, value, update in _trials(region, itinerary.request, place, why)
    ]
    begun = 0
    for k, (field, value, request) in enumerate(trials):
        needed = k + ENOUGH - len(found)
        for _, _, ahead in trials[begun:needed]:
            begin(ahead)
        begun = max(begun, needed)
        try:
            after = plan(request)
        except (InfeasibleTrip, RequestError):
            continue
        if find_stop(after, place) is not None:
            found.append(Change(field, value, request, after, difference(itinerary, after)))
            if len(found) == ENOUGH:
                break
    return Answer(why, tuple(found))


def _trials(
    region: Region, request: TripRequest, place: str, why: LeftOut
) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """(field, value, update of the request), the least first."""
    here = region.catalog.attractions[place]
    must = tuple(dict.fromkeys([*request.must_see, place]))
    if why.reason == "avoided":
        kept = tuple(name for name in request.avoid if name not in (place, here.area_id))
        yield "avoid", place, {"avoid": kept}
        yield "must_see", place, {"avoid": kept, "must_see": must}
        return
    if why.reason == "unsuitable" and "need" in why.detail:
        needs = tuple(need for need in request.needs if need != why.detail["need"])
        yield "needs", list(needs), {"needs": needs}
        yield "must_see", place, {"needs": needs, "must_see": must}
        return
    if why.reason == "out_of_reach":
        for reach in ("wings", "region"):
            if place in region.within_reach(reach):
                yield "reach", reach, {"reach": reach}
                yield "must_see", place, {"reach": reach, "must_see": must}
                return
    if why.reason == "closed":
        for shift in (1, -1, 2, -2, 3, 4, 5, 6):
            date = request.start_date + dt.timedelta(days=shift)
            if any(
                region.calendar.opening(place, date + dt.timedelta(days=d)).intervals for d in range(request.days)
            ):
                yield "start_date", str(date), {"start_date": date}
                yield "must_see", place, {"start_date": date, "must_see": must}
                return
        return
    if request.budget_fen is not None and why.reason in ("budget", "no_time", "lower_score"):
        for share in (1.25, 1.5, 2.0):
            fen = -(-int(request.budget_fen * share) // 1_000) * 1_000
            yield "budget_fen", fen, {"budget_fen": fen}
    interests: dict[str, float] = {str(name): weight for name, weight in request.interests.items()}
    if why.reason in ("no_time", "lower_score") and interests.get(here.category, 0.0) < 1:
        yield "interests", here.category, {"interests": {**interests, here.category: 1.0}}
    if request.pace != "full" and why.reason != "too_far":
        pace = "normal" if request.pace == "relaxed" else "full"
        yield "pace", pace, {"pace": pace}
    if request.days < MOST_DAYS and request.days_detail is None:
        yield "days", request.days + 1, {"days": request.days + 1, "lodging": "auto"}
    yield "must_see", place, {"must_see": must}
