"""All that one visitor's session remembers, in one typed object, and the key of every widget."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from recommender.errors import InfeasibleTrip, Problem
from recommender.model import Anchor, Child, DayDetail, Itinerary, LegWish, Lock, Member, Party, Point, TripRequest
from recommender.trip.group import Together

if TYPE_CHECKING:
    from concurrent.futures import Future

    from recommender.store import Keys

LOCAL: Final = ZoneInfo("Asia/Shanghai")
_SESSION_KEY: Final = "jz_state"


class Key(StrEnum):
    """Keys of widgets whose value is part of the wishes; dropped and bound anew whenever the draft changes elsewhere."""

    DATE = "jz_date"
    DAYS = "jz_days"
    START = "jz_start"
    START_TIME = "jz_start_time"
    END = "jz_end"
    END_TIME = "jz_end_time"
    MODE = "jz_mode"
    ADULTS = "jz_adults"
    CHILDREN = "jz_children"
    SENIORS = "jz_seniors"
    STUDENTS = "jz_students"
    MILITARY = "jz_military"
    DISABLED = "jz_disabled"
    INTERESTS = "jz_interests"
    PACE = "jz_pace"
    REACH = "jz_reach"
    EXPLORE = "jz_explore"
    MUST_SEE = "jz_must_see"
    AVOID = "jz_avoid"
    LOCKS = "jz_locks"
    BUDGET = "jz_budget"
    NEEDS = "jz_needs"
    MAX_WALK = "jz_max_walk"
    DAY_START = "jz_dawn"
    DAY_END = "jz_dusk"
    EVENINGS = "jz_evenings"
    MEALS = "jz_meals"
    NUDGE = "jz_nudge"
    OWN_LODGING = "jz_own_lodging"
    LODGING = "jz_lodging"
    MEMBERS = "jz_members"


class Other(StrEnum):
    """Keys of widgets that are not wishes: buttons, and what is looked at."""

    LANGUAGE = "jz_language"
    PLAN = "jz_plan"
    CHANGE = "jz_change"
    DIAL = "jz_dial"
    WIDER = "jz_wider"
    UNDO = "jz_undo"
    RELAX = "jz_relax"
    COPY = "jz_copy"
    GROUP = "jz_group"
    SHARE = "jz_share"
    SHARED = "jz_shared"
    WHY_NOT = "jz_why_not"
    WHY_NOT_ADD = "jz_why_not_add"
    SWAP_CLOSE = "jz_swap_close"
    WAYS = "jz_ways_open"
    REDO = "jz_redo"
    PLAN_MAP = "jz_plan_map"
    EXPLORE_MAP = "jz_explore_map"
    EXPLORE_LIST = "jz_explore_list"
    SEARCH = "jz_search"
    CATEGORY = "jz_category"
    COUNTY = "jz_county"
    ON_DATE = "jz_on_date"
    MORE = "jz_more"
    ADD_MUST = "jz_add_must"
    CLOSE = "jz_close"
    REPORT = "jz_report_open"
    REPORT_FIELD = "jz_report_field"
    REPORT_WORDS = "jz_report_words"


def local_today() -> dt.date:
    """Today in Jinzhong."""
    return dt.datetime.now(LOCAL).date()


def local_now() -> dt.datetime:
    """This minute in Jinzhong."""
    return dt.datetime.now(LOCAL)


@dataclass
class Draft:
    """The form's wishes as they stand, contradictory ones included; ``request_fields`` is what they ask for."""

    start_date: dt.date
    days: int = 2
    start: str | Point | None = None
    start_time: int | None = None
    end: str | Point | None = None
    end_time: int | None = None
    mode: str = "transit"
    adults: int = 2
    children: list[Child] = field(default_factory=list)
    seniors: list[int] = field(default_factory=list)
    students: int = 0
    military: int = 0
    disabled: int = 0
    interests: dict[str, float] = field(default_factory=dict)
    pace: str = "normal"
    reach: str = "wings"
    explore: float = 0.3
    must_see: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    locks: list[Lock] = field(default_factory=list)
    budget_fen: int | None = None
    needs: list[str] = field(default_factory=list)
    max_walk_m: int | None = None
    day_start: int = 8 * 60 + 30
    day_end: int = 18 * 60
    evenings: bool = True
    meals: bool = True
    nudge: bool = True
    own_lodging: bool = False
    lodging: list[str | Point | None] = field(default_factory=list)
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    stays: dict[str, int] = field(default_factory=dict)
    rain: tuple[int, ...] = ()
    days_detail: tuple[DayDetail | None, ...] | None = None
    leg_modes: tuple[LegWish, ...] = ()
    members: list[Member] = field(default_factory=list)
    group: str = "average"
    seed: int = 0
    work: str = "interactive"

    @classmethod
    def of(cls, request: TripRequest) -> Draft:
        """The form filled in as a request asks; the inverse of ``request_fields``."""
        party = request.party
        return cls(
            start_date=request.start_date,
            days=request.days,
            start=request.start.place if request.start else None,
            start_time=request.start.time if request.start else None,
            end=request.end.place if request.end else None,
            end_time=request.end.time if request.end else None,
            mode=request.mode,
            adults=party.adults,
            children=list(party.children),
            seniors=list(party.seniors),
            students=party.students,
            military=party.military,
            disabled=party.disabled,
            interests={str(code): weight for code, weight in request.interests.items()},
            pace=request.pace,
            reach=request.reach,
            explore=request.explore,
            must_see=list(request.must_see),
            avoid=list(request.avoid),
            locks=list(request.locks),
            budget_fen=request.budget_fen,
            needs=list(request.needs),
            max_walk_m=request.max_walk_m,
            day_start=request.day_start,
            day_end=request.day_end,
            evenings=request.evenings,
            meals=request.meals,
            nudge=request.nudge,
            own_lodging=request.lodging != "auto",
            lodging=[] if request.lodging == "auto" else list(request.lodging),
            likes=request.likes,
            dislikes=request.dislikes,
            stays=dict(request.stays),
            rain=request.rain,
            days_detail=request.days_detail,
            leg_modes=request.leg_modes,
            members=list(request.members or ()),
            group=request.group,
            seed=request.seed,
            work=request.work,
        )

    def request_fields(self) -> dict[str, Any]:
        """Fields for ``TripRequest.parse``."""
        return {
            "start_date": self.start_date,
            "days": self.days,
            "start": Anchor(place=self.start, time=self.start_time) if self.start else None,
            "end": Anchor(place=self.end, time=self.end_time) if self.end else None,
            "lodging": self._lodging(),
            "day_start": self.day_start,
            "day_end": self.day_end,
            "evenings": self.evenings,
            "mode": self.mode,
            "pace": self.pace,
            "interests": self.interests,
            "likes": self.likes,
            "dislikes": self.dislikes,
            "reach": self.reach,
            "explore": self.explore,
            "nudge": self.nudge,
            "party": {
                "adults": self.adults,
                "children": tuple(child.model_dump() for child in self.children),
                "seniors": tuple(self.seniors),
                "students": self.students,
                "military": self.military,
                "disabled": self.disabled,
            },
            "needs": tuple(self.needs),
            "max_walk_m": self.max_walk_m,
            "budget_fen": self.budget_fen,
            "meals": self.meals,
            "must_see": tuple(self.must_see),
            "avoid": tuple(self.avoid),
            "locks": tuple(self.locks),
            "stays": dict(self.stays),
            "rain": tuple(day for day in self.rain if day <= self.days),
            "days_detail": self._days_detail(),
            "leg_modes": self.leg_modes,
            "members": tuple(member.model_dump() for member in self.members) or None,
            "group": self.group,
            "seed": self.seed,
            "work": self.work,
        }

    def request(self) -> TripRequest:
        """The request.

        Raises
        ------
        RequestError
            The wishes contradict one another.
        """
        return TripRequest.parse(self.request_fields())

    def _lodging(self) -> str | tuple[str | Point, ...]:
        chosen = tuple(place for place in self.lodging[: self.days - 1] if place is not None)
        if not self.own_lodging or len(chosen) != self.days - 1:
            return "auto"
        return chosen

    def _days_detail(self) -> tuple[DayDetail | None, ...] | None:
        """Wishes for single days, as far as there are such days and the form does not say otherwise by now."""
        if self.days_detail is None:
            return None
        kept = [*self.days_detail, *[None] * self.days][: self.days]
        last = kept[len(self.days_detail) - 1] if len(self.days_detail) < self.days else None
        if last is not None:
            kept[len(self.days_detail) - 1] = last.model_copy(update={"end": None})
        nights = self._lodging()
        slept = [None] * (self.days - 1) if nights == "auto" else list(nights)
        begins, ends = [self.start, *slept], [*slept, self.end]
        for k, detail in enumerate(kept):
            if detail is not None:
                first = self.start_time if k == 0 else None
                until = self.end_time if k == self.days - 1 else None
                gone = {name: None for name, anchor, place, time in (("start", detail.start, begins[k], first),
                                                                     ("end", detail.end, ends[k], until))
                        if _overruled(anchor, place, time)}  # fmt: skip
                kept[k] = detail.model_copy(update=gone)
        return tuple(kept)

    def party(self) -> Party | None:
        """The party, None while it is impossible."""
        try:
            return Party.model_validate(self.request_fields()["party"])
        except ValueError:
            return None


def _overruled(anchor: Anchor | None, place: str | Point | None, time: int | None) -> bool:
    """Whether the form names another place or time than a day's own wish."""
    if anchor is None or place is None:
        return False
    return anchor.place != place or (time is not None and anchor.time not in (None, time))


@dataclass
class Looking:
    """What the Explore page shows."""

    query: str = ""
    categories: list[str] = field(default_factory=list)
    county: str | None = None
    date: dt.date | None = None
    place: str | None = None
    shown: int = 24


@dataclass
class State:
    """One session."""

    lang: str
    draft: Draft
    wanted: TripRequest | None = None
    """The request whose plan is on the page."""
    planned: tuple[str, TripRequest, Future[Itinerary]] | None = None
    """State of the data, request and plan."""
    form_open: bool = True
    rebind: bool = True
    """The draft changed elsewhere than in its widgets; they must take its values."""
    problems: list[Problem] = field(default_factory=list)
    """What is wrong with the address or with the wishes, shown at the form."""
    conflict: InfeasibleTrip | None = None
    asked: TripRequest | None = None
    """The request that could not be planned; the address keeps it."""
    broken: bool = False
    """Planning failed by a mistake of ours."""
    address: dict[str, str] = field(default_factory=dict)
    """Query parameters as this session last read or wrote them."""
    shown: bool = False
    """Whether a plan is on the page already."""
    quick: bool = False
    """The plan on the page was made before the engine was compiled; a better one follows."""
    proof: tuple[TripRequest, float | None] | None = None
    """What was proven of the plan for a request."""
    proof_asked: bool = False
    agreement: tuple[Itinerary, Together] | None = None
    """How happy each member is with a plan for several tastes."""
    share_asked: bool = False
    """The plan on the page is to be stored as soon as it is there."""
    kept: tuple[str, int] | None = None
    """Edit token and version of the stored plan that the visitor came from: changes go back under its links."""
    parted: bool = False
    """Somebody else changed the stored plan meanwhile, so that this one was stored by itself."""
    shared: tuple[Itinerary, Keys | None] | None = None
    """The plan stored last with the secrets of its links, None where storing failed."""
    picked: tuple[int, int] | None = None
    """Day (from 0) and item of the stop chosen on map or card."""
    jump: str = ""
    """Element to scroll to, ``id@serial``."""
    jumps: int = 0
    history: list[TripRequest] = field(default_factory=list)
    """Requests planned before, for undo."""
    undone: list[TripRequest] = field(default_factory=list)
    """Requests taken back, for redo."""
    swapping: str | None = None
    """The place for which others are looked for."""
    asked_of: TripRequest | None = None
    """The wishes whose plan the question "why not?" was about."""
    reporting: str | None = None
    """The place of which a fact is being reported as wrong."""
    reported: str | None = None
    """The place of the report sent last."""
    told: str = ""
    """What the last mishap changed."""
    opened_today: bool = False
    """Whether the page has gone to the running day."""
    looking: Looking = field(default_factory=Looking)
    counted: TripRequest | None = None
    """The request that was counted last; what follows are what else of this session is in the day's counts already."""
    avoided: frozenset[str] = frozenset()
    asked_why: str = ""
    searched: str = ""
    staff: bool = False
    """Whether this session began at the console's own address, which no page may frame."""

    def go_to(self, element: str) -> None:
        """Scroll there once this run is drawn."""
        self.jumps += 1
        self.jump = f"{element}@{self.jumps}"

    def fill(self, draft: Draft) -> None:
        """Take other wishes and have the widgets follow."""
        self.draft = draft
        self.rebind = True


def find_state() -> State | None:
    """This session's state, None before its first run."""
    found = st.session_state.get(_SESSION_KEY)
    return found if isinstance(found, State) else None


def get_state() -> State:
    """This session's state; a session that has none is a programming error."""
    found = find_state()
    if found is None:
        raise LookupError(_SESSION_KEY)
    return found


def start_state(state: State) -> State:
    """Begin a session."""
    st.session_state[_SESSION_KEY] = state
    return state


def unbind_widgets() -> None:
    """Forget the widgets' values so that they take those of the draft."""
    keys = tuple(Key)
    for name in list(st.session_state):
        if str(name).startswith(keys):
            del st.session_state[name]


def bind(key: str, value: object) -> str:
    """Give a widget its value from the draft if it has none yet; returns its key."""
    if key not in st.session_state:
        st.session_state[key] = value
    return key
