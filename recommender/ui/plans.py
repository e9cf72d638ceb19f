"""From wishes to a plan on the page: the session's side of planning."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from recommender.errors import (
    InfeasibleTrip,
    RequestError,
    RevisionConflict,
    ShareLinkError,
    StoreUnavailable,
    TooOften,
)
from recommender.model import Itinerary, LegWish, Lock, TripRequest
from recommender.partners import attribution
from recommender.settings import settings
from recommender.trip import asked
from recommender.trip.planner import relaxed
from recommender.trip.planning import check_request, planning, will_improve
from recommender.trip.previous import changed
from recommender.ui import hotel
from recommender.ui.state import Draft, State, local_today

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.store import Keys
    from recommender.trip.group import Together

LARGEST_GAP: Final = 0.05
"""A proof that says less than this is not worth a line."""
KEPT_STEPS: Final = 12
"""Steps of undo."""
STAY_STEP_MIN: Final = 30
SHORTEST_MIN, LONGEST_MIN = 20, 480
_log = logging.getLogger(__name__)


def ask(state: State, region: Region, near: Itinerary | None = None) -> None:
    """Make the draft the wanted request, or say what is wrong with it; nothing of the draft is lost.

    Parameters
    ----------
    near
        The plan that is being changed: the new one stays near it.
    """
    state.problems, state.conflict, state.asked, state.broken = [], None, None, False
    try:
        request = state.draft.request()
        if near is not None:
            request = changed(near, **request.model_dump(by_alias=True, exclude={"previous", "now"}))
        check_request(region, request, today=local_today())
    except RequestError as error:
        state.problems = list(error.problems)
        state.form_open = True
        return
    want(state, request)
    state.form_open = False


def want(state: State, request: TripRequest) -> None:
    """Make a request the one whose plan is on the page; the one before can be had back."""
    state.problems, state.conflict, state.asked, state.broken = [], None, None, False
    if request != state.wanted:
        state.picked = None
        if state.wanted is not None:
            state.history = [*state.history, state.wanted][-KEPT_STEPS:]
        state.undone = []
    state.wanted = request


def undo(state: State) -> None:
    """Back to the request before."""
    if state.history:
        _step(state, state.history, state.undone)


def redo(state: State) -> None:
    """Forward again to the request that was taken back."""
    if state.undone:
        _step(state, state.undone, state.history)


def _step(state: State, source: list[TripRequest], target: list[TripRequest]) -> None:
    if state.wanted is not None:
        target.append(state.wanted)
    state.wanted = source.pop()
    state.fill(Draft.of(state.wanted))
    state.picked, state.problems, state.conflict, state.asked, state.broken = None, [], None, None, False
    state.swapping, state.told, state.form_open = None, "", False


def relax(state: State, region: Region, change: Mapping[str, Any]) -> None:
    """Ask again with one of the changes that were tried and work."""
    if state.asked is not None:
        state.fill(Draft.of(relaxed(state.asked, dict(change))))
        ask(state, region)


def now(region: Region, request: TripRequest) -> Itinerary:
    """The plan for a request, waited for.

    Raises
    ------
    InfeasibleTrip
        The wishes cannot all be kept.
    """
    return planning().plan(region, request, hurried=True)


def begin(region: Region, request: TripRequest) -> Future[Itinerary]:
    """Start planning, or take up a plan that is there already."""
    return planning().submit(region, request, hurried=True)


def wanted(state: State, region: Region, request: TripRequest) -> Future[Itinerary]:
    """The plan on the page; this session's own stays the same for as long as wishes and data do."""
    if state.planned is not None and state.planned[:2] == (region.state, request):
        future = state.planned[2]
        if not future.done() or (future.exception() is None and not will_improve(future.result())):
            return future
    state.planned = region.state, request, begin(region, request)
    return state.planned[2]


def ahead(future: Future[Itinerary]) -> int:
    """How many plans are to be made before one."""
    return planning().ahead(future)


def proof(region: Region, itinerary: Itinerary) -> Future[float | None]:
    """Start working out how far the plan can be from the best one, or ask how far that has come."""
    return planning().certify(region, itinerary.request, itinerary)


def agreement(region: Region, itinerary: Itinerary) -> Future[Together]:
    """Start working out how happy each member is with a plan, or ask how far that has come."""
    return planning().look_together(region, itinerary)


def percent(gap: float | None) -> int | None:
    """A proven gap in whole per cent, rounded up; None where it says too little."""
    return None if gap is None or gap > LARGEST_GAP else max(1, math.ceil(gap * 100))


def settle(state: State, future: Future[Itinerary]) -> Itinerary | None:
    """The plan; None where the wishes cannot be met, which then is said at the form."""
    try:
        itinerary = future.result()
    except InfeasibleTrip as error:
        state.conflict = error
        if state.wanted is not None:
            asked.note_conflict(state.wanted, error)
    except RequestError as error:
        state.problems = list(error.problems)
    except Exception:  # noqa: BLE001 - a mistake of ours, said as such
        _log.exception("planning failed")
        state.broken = True
    else:
        state.conflict = None
        if state.wanted != state.counted:
            asked.note_plan(itinerary, state.avoided)
            state.counted, state.avoided = state.wanted, state.avoided | {*itinerary.request.avoid}
        return itinerary
    state.asked, state.wanted = state.wanted, None
    state.form_open = True
    return None


def share(state: State, region: Region, itinerary: Itinerary) -> None:
    """Store a plan, once; that it cannot be stored is said on the page."""
    if state.shared is not None and state.shared[0] == itinerary and state.shared[1] is not None:
        return
    try:
        state.shared = itinerary, _stored(state, region, itinerary)
    except (StoreUnavailable, TooOften):
        state.shared = itinerary, None


def _stored(state: State, region: Region, itinerary: Itinerary) -> Keys:
    """Under the links that the visitor came from, unless somebody else changed that plan or deleted it; else under new ones."""
    from recommender.trip import sharing

    state.parted, by = False, f"session:{id(state)}"
    if state.kept is not None:
        token, version = state.kept
        try:
            state.kept = token, sharing.reshare(region, itinerary, state.lang, token, version, by=by)
            return sharing.keys_of(token)
        except (RevisionConflict, ShareLinkError):
            state.kept, state.parted = None, True
    partner, channel = hotel.whose()
    keys = sharing.share(region, itinerary, state.lang, by=by, partner=partner, channel=channel)
    if partner is not None and channel is not None:
        attribution.count(partner, "share", channel)
    return keys


def site(page_url: str) -> str:
    """How links to send on begin, by the settings or by where the page was opened."""
    parts = urlsplit(page_url)
    return settings().public_url or f"{parts.scheme}://{parts.netloc}"


def add_must_see(draft: Draft, place: str) -> None:
    """Want a place; it is no longer avoided."""
    draft.avoid = [other for other in draft.avoid if other != place]
    if place not in draft.must_see:
        draft.must_see = [*draft.must_see, place]


def drop_place(draft: Draft, place: str) -> None:
    """Do without a place; it is no longer wanted nor locked."""
    draft.must_see = [other for other in draft.must_see if other != place]
    draft.locks = [lock for lock in draft.locks if lock.place != place]
    if place not in draft.avoid:
        draft.avoid = [*draft.avoid, place]


def keep_place(draft: Draft, place: str, day: int) -> None:
    """Hold a place on its day."""
    draft.avoid = [other for other in draft.avoid if other != place]
    if all(lock.place != place for lock in draft.locks):
        draft.locks = [*draft.locks, Lock(place=place, day=day)]


def free_place(draft: Draft, place: str) -> None:
    """Let go of a place that was held."""
    draft.locks = [lock for lock in draft.locks if lock.place != place]


def fix_place(draft: Draft, place: str, day: int, time: int) -> None:
    """Hold a place on its day at its hour."""
    free_place(draft, place)
    draft.locks = [*draft.locks, Lock(place=place, day=day, time=time)]


def stay_at(draft: Draft, place: str, minutes: int) -> None:
    """Stay so long at a place."""
    draft.stays = {**draft.stays, place: max(SHORTEST_MIN, min(LONGEST_MIN, minutes))}


def rate(draft: Draft, place: str, *, good: bool) -> None:
    """A thumb up or down: an example of taste; the same thumb again takes it back."""
    liked, other = (draft.likes, draft.dislikes) if good else (draft.dislikes, draft.likes)
    mine = tuple(p for p in liked if p != place) if place in liked else (*liked, place)
    rest = tuple(p for p in other if p != place)
    draft.likes, draft.dislikes = (mine, rest) if good else (rest, mine)


def leg_otherwise(draft: Draft, wish: LegWish) -> None:
    """Do one leg by another vehicle."""
    leg_as_planned(draft, wish)
    draft.leg_modes = (*draft.leg_modes, wish)


def drop_own(draft: Draft, root: str) -> None:
    """Leave all legs (``leg_modes``) or all days (``days_detail``) to the plan again."""
    if root == "leg_modes":
        draft.leg_modes = ()
    else:
        draft.days_detail = None


def leg_as_planned(draft: Draft, wish: LegWish) -> None:
    """Leave a leg to the plan again."""
    draft.leg_modes = tuple(other for other in draft.leg_modes if (other.from_, other.to) != (wish.from_, wish.to))
