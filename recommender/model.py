"""The request and the itinerary: the two values that every door, engine and test exchanges.

Minutes after local midnight (Asia/Shanghai) inside, ``"HH:MM"`` in JSON, after midnight ``"25:10"``. Money in fen
for the whole party, distances in metres, coordinates WGS-84. ``None`` is unknown.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from recommender.errors import ItineraryInvalid, Problem, RequestError

CATEGORIES: Final = (
    "ancient_city", "temple", "courtyard", "museum", "nature", "village", "red_heritage", "show", "shopping",
    "food", "hot_spring", "theme_park", "workshop", "square_park",
)  # fmt: skip
MAX_DAYS: Final = 7
ITERATIONS: Final = {"interactive": 6_000, "careful": 30_000}
CHANGE_ITERATIONS: Final = 1_500
"""A plan that is only changed begins where it was and needs less search."""

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")


def parse_clock(value: object) -> object:
    """``"09:30"`` → 570; numbers pass through so that pydantic checks them."""
    if isinstance(value, str):
        match = _CLOCK.fullmatch(value.strip())
        if not match:
            raise ValueError("clock")
        return int(match[1]) * 60 + int(match[2])
    return value


def format_clock(minute: int) -> str:
    """570 → ``"09:30"``; 1510 → ``"25:10"``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


Clock = Annotated[
    int,
    BeforeValidator(parse_clock),
    PlainSerializer(format_clock, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:[0-5]\d$"}),
    Field(ge=0, le=30 * 60, strict=True),
]
Unit = Annotated[float, Field(ge=0, le=1)]
Words = Annotated[str, Field(max_length=500)]
"""What an itinerary says of a leg or a stop; files and pages lay it out in a time that grows with it."""
Category = Literal[
    "ancient_city", "temple", "courtyard", "museum", "nature", "village", "red_heritage", "show", "shopping",
    "food", "hot_spring", "theme_park", "workshop", "square_park",
]  # fmt: skip
Mode = Literal["transit", "drive", "charter"]
LegMode = Literal["walk", "drive", "taxi", "charter", "rail", "bus"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Point(Frozen):
    """A place outside the catalogue, WGS-84."""

    lat: Annotated[float, Field(ge=34.5, le=40.8)]
    lon: Annotated[float, Field(ge=110.2, le=114.6)]
    name: Annotated[str, Field(min_length=1, max_length=80)] = "·"


TripDate = Annotated[dt.date, Field(ge=dt.date(1000, 1, 1), le=dt.date(9000, 12, 31))]
"""So far from the ends of the calendar that days before and after it are dates too."""
PlaceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,79}$")]
PlaceRef = PlaceId | Point


class Anchor(Frozen):
    """Where the trip begins or ends, and when."""

    place: PlaceRef
    time: Clock | None = None


class Child(Frozen):
    age: Annotated[int, Field(ge=0, le=17)]
    height_cm: Annotated[int, Field(ge=40, le=220)] | None = None


def _child(value: object) -> object:
    return {"age": value} if isinstance(value, int) else value


class Party(Frozen):
    """Who travels. Students, military and disabled count people *among* the adults."""

    adults: Annotated[int, Field(ge=0, le=30)] = 2
    children: Annotated[tuple[Annotated[Child, BeforeValidator(_child)], ...], Field(max_length=20)] = ()
    seniors: Annotated[tuple[Annotated[int, Field(ge=55, le=120)], ...], Field(max_length=20)] = ()
    students: Annotated[int, Field(ge=0, le=30)] = 0
    military: Annotated[int, Field(ge=0, le=30)] = 0
    disabled: Annotated[int, Field(ge=0, le=30)] = 0

    @model_validator(mode="after")
    def _somebody(self) -> Party:
        if self.size == 0:
            raise ValueError("party_empty")
        if self.students + self.military + self.disabled > self.adults:
            raise ValueError("party_status")
        return self

    @property
    def size(self) -> int:
        """Heads: adults (students, soldiers and disabled visitors among them), children and seniors."""
        return self.adults + len(self.children) + len(self.seniors)


class Lock(Frozen):
    place: PlaceId
    day: Annotated[int, Field(ge=1, le=MAX_DAYS)] | None = None
    time: Clock | None = None


class DayDetail(Frozen):
    """What is different about one day: where and when it begins and ends, its hours, how people travel."""

    start: Anchor | None = None
    end: Anchor | None = None
    day_start: Clock | None = None
    day_end: Clock | None = None
    mode: Mode | None = None


class LegWish(Frozen):
    """From one place straight to another by this vehicle, and feet before and after it."""

    from_: Annotated[PlaceRef, Field(alias="from")]
    to: PlaceRef
    mode: LegMode


def _somebody(value: object) -> object:
    return None if value in ([], ()) else value


class Member(Frozen):
    """The taste of one of those who travel together."""

    interests: dict[Category, Unit] = {}
    likes: Annotated[tuple[PlaceId, ...], Field(max_length=50)] = ()
    dislikes: Annotated[tuple[PlaceId, ...], Field(max_length=50)] = ()

    def over(self, shared: Member) -> Member:
        """This taste on top of what everybody shares; where the two differ, one's own counts."""
        own = {*self.likes, *self.dislikes}
        return Member(
            interests={**shared.interests, **self.interests},
            likes=(*(place for place in shared.likes if place not in own), *self.likes),
            dislikes=(*(place for place in shared.dislikes if place not in own), *self.dislikes),
        )


class Now(Frozen):
    """Where a trip under way has come to, and what of the rest may change.

    Attributes
    ----------
    only_today
        The days after this one stay as they were, where they still keep to the wishes.
    adds
        Whether the rest of this day may take in places that it did not have.
    easier
        The rest of this day at a relaxed pace.
    closed
        Places found shut today; other days may have them.
    """

    day: Annotated[int, Field(ge=1, le=MAX_DAYS)]
    time: Clock
    place: PlaceRef
    done: tuple[PlaceId, ...] = ()
    only_today: bool = False
    adds: bool = True
    easier: bool = False
    closed: tuple[PlaceId, ...] = ()


def _without_its_own_past(previous: object) -> object:
    """A previous itinerary without the one before it: only the last counts."""
    if isinstance(previous, dict) and isinstance(previous.get("request"), dict):
        kept = {name: value for name, value in previous["request"].items() if name not in ("previous", "now")}
        return {**previous, "request": kept}
    return previous


class TripRequest(Frozen):
    """What a visitor wishes: the form's result, the HTTP body, the cache key, the test case.

    Raises
    ------
    RequestError
        By ``parse``: each field that is wrong, with its value and what is allowed.
    """

    start_date: TripDate
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)]
    start: Anchor | None = None
    end: Anchor | None = None
    lodging: Literal["auto"] | tuple[PlaceRef, ...] = "auto"
    day_start: Clock = 8 * 60 + 30
    day_end: Clock = 18 * 60
    evenings: bool = True
    mode: Mode = "transit"
    pace: Literal["relaxed", "normal", "full"] = "normal"
    interests: dict[Category, Unit] = {}
    likes: Annotated[tuple[PlaceId, ...], Field(max_length=50)] = ()
    dislikes: Annotated[tuple[PlaceId, ...], Field(max_length=50)] = ()
    reach: Literal["classic", "wings", "region"] = "wings"
    explore: Unit = 0.3
    nudge: bool = True
    party: Party = Party()
    needs: tuple[Literal["wheelchair", "stroller", "few_steps"], ...] = ()
    max_walk_m: Annotated[int, Field(ge=300, le=60_000)] | None = None
    budget_fen: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    meals: bool = True
    must_see: Annotated[tuple[PlaceId, ...], Field(max_length=40)] = ()
    avoid: Annotated[tuple[PlaceId, ...], Field(max_length=200)] = ()
    locks: Annotated[tuple[Lock, ...], Field(max_length=40)] = ()
    days_detail: tuple[DayDetail | None, ...] | None = None
    stays: dict[PlaceId, Annotated[int, Field(ge=10, le=720)]] = {}
    leg_modes: tuple[LegWish, ...] = ()
    members: Annotated[Annotated[tuple[Member, ...], Field(max_length=12)] | None, BeforeValidator(_somebody)] = None
    """Several tastes. What the request itself likes is shared by all; where a member's own differs, it counts for that member."""
    group: Literal["average", "least_misery"] = "average"
    """Whether members are served by the mean of their scores or the least happy one comes first."""
    now: Now | None = None
    previous: Annotated[dict[str, JsonValue] | None, BeforeValidator(_without_its_own_past)] = None
    """The itinerary that is being changed or followed, as JSON; the new one stays near it."""
    rain: Annotated[tuple[Annotated[int, Field(ge=1, le=MAX_DAYS)], ...], Field(max_length=MAX_DAYS)] = ()
    """Days, from 1, on which rain is expected: what lies outdoors is worth less then."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    work: Literal["interactive", "careful"] = "interactive"

    @model_validator(mode="after")
    def _within_the_days(self) -> TripRequest:
        if any(lock.day is not None and lock.day > self.days for lock in self.locks):
            raise ValueError("lock_day")
        if self.now is not None and self.previous is None:
            raise ValueError("now_without_previous")
        if self.now is not None and self.now.day > self.days:
            raise ValueError("now_day")
        if any(day > self.days for day in self.rain):
            raise ValueError("rain_day")
        return self

    @model_validator(mode="after")
    def _coherent(self) -> TripRequest:
        if self.day_end - self.day_start < 120:
            raise ValueError("day_too_short")
        if self.lodging != "auto" and len(self.lodging) != self.days - 1:
            raise ValueError("lodging_count")
        if self.days_detail is not None and len(self.days_detail) != self.days:
            raise ValueError("days_detail_count")
        both = {*self.must_see, *(lock.place for lock in self.locks)} & set(self.avoid)
        if both:
            raise ValueError(f"must_and_avoid:{min(both)}")
        places = [lock.place for lock in self.locks]
        if len(places) != len(set(places)):
            raise ValueError(f"lock_twice:{next(p for p in places if places.count(p) > 1)}")
        begins = self.start.time if self.start else None
        ends = self.end.time if self.end else None
        if self.days == 1 and begins is not None and ends is not None and ends <= begins:
            raise ValueError("end_before_start")
        for k, detail in enumerate(self.days_detail or ()):
            if detail is not None:
                self._coherent_day(k, detail)
        pairs = [(wish.from_, wish.to) for wish in self.leg_modes]
        for k, pair in enumerate(pairs):
            if pair[0] == pair[1]:
                raise ValueError(f"leg_nowhere@leg_modes[{k}].to")
            if pair in pairs[:k]:
                raise ValueError(f"leg_twice@leg_modes[{k}]")
        return self

    def _coherent_day(self, k: int, detail: DayDetail) -> None:
        """Day ``k`` (from 0) against the trip and its neighbours: one place for each night, a start before the end."""
        here = f"days_detail[{k}]"
        nights = self.lodging if self.lodging != "auto" else ()
        following = self.days_detail[k + 1] if self.days_detail and k + 1 < self.days else None
        for name, anchor, trip, other in (
            ("start", detail.start, self.start if k == 0 else None, "start"),
            ("end", detail.end, self.end if k == self.days - 1 else None, "end"),
        ):
            if anchor is None or trip is None:
                continue
            if anchor.place != trip.place:
                raise ValueError(f"place_differs@{here}.{name}.place:{other}.place")
            if None not in (anchor.time, trip.time) and anchor.time != trip.time:
                raise ValueError(f"time_differs@{here}.{name}.time:{other}.time")
        if k > 0 and detail.start is not None and nights and detail.start.place != nights[k - 1]:
            raise ValueError(f"night_differs@{here}.start.place:lodging[{k - 1}]")
        if k + 1 < self.days and detail.end is not None:
            if nights and detail.end.place != nights[k]:
                raise ValueError(f"night_differs@{here}.end.place:lodging[{k}]")
            if following is not None and following.start is not None and following.start.place != detail.end.place:
                raise ValueError(f"night_differs@days_detail[{k + 1}].start.place:{here}.end.place")
        dawn = self.day_start if detail.day_start is None else detail.day_start
        dusk = self.day_end if detail.day_end is None else detail.day_end
        if dusk - dawn < 120:
            raise ValueError(f"day_too_short@{here}.{'day_start' if detail.day_end is None else 'day_end'}")
        begins = detail.start.time if detail.start else self.start.time if k == 0 and self.start else None
        ends = detail.end.time if detail.end else self.end.time if k == self.days - 1 and self.end else None
        if begins is not None and ends is not None and ends <= begins:
            raise ValueError(f"end_before_start@{here}.{'start' if detail.end is None else 'end'}.time")

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The trip's dates, one a day."""
        return tuple(self.start_date + dt.timedelta(days=d) for d in range(self.days))

    @property
    def iterations(self) -> int:
        """Rounds of search that this request is given."""
        if self.previous is not None and self.work == "interactive":
            return CHANGE_ITERATIONS
        return ITERATIONS[self.work]

    @property
    def tastes(self) -> tuple[Member, ...]:
        """The taste of each who travels: the request's own, or each member's on top of it."""
        shared = Member(interests=self.interests, likes=self.likes, dislikes=self.dislikes)
        return tuple(member.over(shared) for member in self.members) if self.members else (shared,)

    def alone(self, taste: Member) -> TripRequest:
        """The same trip for one taste alone."""
        return self.model_copy(update={**dict(taste), "members": None, "group": "average"})

    @classmethod
    def parse(cls, data: object) -> TripRequest:
        """Read a request, every problem at once.

        Raises
        ------
        RequestError
            Malformed fields.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise RequestError(problems_of(error)) from None


def problems_of(error: ValidationError) -> list[Problem]:
    """Pydantic's findings as our problems: field path, value given, message code and what is allowed."""
    found: dict[str, Problem] = {}
    for item in error.errors(include_url=False):
        path = ""
        for k, part in enumerate(item["loc"]):
            if isinstance(part, int):
                path += f"[{part}]"
            elif k > 1 and item["loc"][k - 2] == "items":
                # Which kind of item it is read as; the field comes after it.
                continue
            elif part != "[key]" and not part.startswith(("function-", "tuple[", "literal[", "constrained-", "Point")):
                path += f".{part}" if path else str(part)
        kind = item["type"]
        value = item.get("input")
        shown = "" if kind == "missing" or isinstance(value, dict | list) else _short(value)
        context: dict[str, Any] = {k: str(v) for k, v in item.get("ctx", {}).items() if k != "error"}
        allowed = _allowed(context)
        if kind == "value_error":
            # ``code@field:value``, the last two only where they are not plain from the code and the path.
            code, _, arg = str(item["ctx"]["error"]).partition(":")
            code, _, named = code.partition("@")
            problem = Problem(path or named or _FIELD_OF.get(code, "request"), arg or shown, code)
        elif kind == "missing" and item["loc"][-1] in ("lat", "lon"):
            problem = Problem(path, "", "point_position")
        elif kind in _CODE_OF:
            problem = Problem(path or "request", shown, _CODE_OF[kind], {"allowed": allowed})
        elif kind.endswith(("_parsing", "_type", "_from_float")):
            wanted = next((code for start, code in _KIND_OF.items() if kind.startswith(start)), "field_shape")
            problem = Problem(path or "request", shown or _short(value), wanted)
        else:
            problem = Problem(path or "request", shown, "field_invalid", {"allowed": allowed or item["msg"]})
        found.setdefault(problem.field, problem)
    # Of a field that may be a word, a list or an object, what is found inside says more.
    return [p for p in found.values() if not any(other.startswith((f"{p.field}[", f"{p.field}.")) for other in found)]


_FIELD_OF: Final = {
    "day_too_short": "day_end", "lodging_count": "lodging", "days_detail_count": "days_detail", "lock_day": "locks",
    "lock_twice": "locks", "must_and_avoid": "avoid", "end_before_start": "end.time", "party_empty": "party",
    "party_status": "party", "now_without_previous": "previous", "now_day": "now.day", "rain_day": "rain",
}  # fmt: skip
_CODE_OF: Final = {
    "missing": "field_missing", "extra_forbidden": "field_unknown", "literal_error": "field_choice",
    "greater_than_equal": "field_range", "less_than_equal": "field_range", "string_pattern_mismatch": "field_id",
    "too_long": "field_too_long",
}  # fmt: skip


_KIND_OF: Final = {
    "date": "field_date", "int": "field_number", "float": "field_number", "bool": "field_bool", "string": "field_text",
}  # fmt: skip


def _short(value: object) -> str:
    shown = str(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _allowed(context: dict[str, Any]) -> str:
    marks = {"ge": "≥ ", "le": "≤ ", "expected": "", "max_length": "≤ ", "pattern": ""}
    return ", ".join(mark + context[key] for key, mark in marks.items() if key in context)


# ---------------------------------------------------------------------------------------------- itinerary


class Reason(Frozen):
    """Why a stop is in the plan: a code of ``i18n/trip.toml`` (``reason.<code>``) with what it names."""

    code: str
    category: str | None = None
    place: str | None = None
    tag: str | None = None
    value: float | None = None


class Warning_(Frozen):  # noqa: N801 - the plain name is Python's own
    """Something the visitor should know: a code of ``i18n/trip.toml`` (``warning.<code>``)."""

    code: str
    place: PlaceRef | None = None
    day: int | None = None
    detail: dict[str, JsonValue] = {}


class LeftOut(Frozen):
    place: PlaceId
    reason: Literal[
        "closed", "too_far", "no_time", "budget", "unsuitable", "lower_score", "avoided", "out_of_reach"
    ]  # fmt: skip
    detail: dict[str, JsonValue] = {}


class StartItem(Frozen):
    kind: Literal["start"] = "start"
    place: PlaceRef
    time: Clock


class EndItem(Frozen):
    kind: Literal["end"] = "end"
    place: PlaceRef
    time: Clock


class LegItem(Frozen):
    """One vehicle or one walk. ``wait_min`` is departure minus the end of what came before."""

    kind: Literal["leg"] = "leg"
    from_: Annotated[PlaceRef, Field(alias="from")]
    to: PlaceRef
    mode: LegMode
    depart: Clock
    arrive: Clock
    wait_min: int = 0
    distance_m: int
    fare_fen: int | None = None
    basis: Literal["sourced", "estimated"]
    timetable: Literal["sourced", "assumed"] | None = None
    """Rail and bus only: whether waiting and last departure rest on a source or on the mode's assumption."""
    latest_depart: Clock | None = None
    """Rail and bus only: last departure that the plan trusts, after its slack."""
    note: Words = ""
    source: Words = ""
    confidence: Words = ""


class PartItem(Frozen):
    """A sub-sight seen within a stop at its area."""

    place: PlaceId
    start: Clock
    end: Clock
    ticket_fen: int | None = None
    ticket_basis: Words = ""
    hours_basis: Words = ""
    slack_min: int = 0
    rest_min: int = 0
    """Of the time within, minutes in which one sits down."""
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()


class StopItem(Frozen):
    """A visit. At an area, ``parts`` holds its sub-sights and ``ticket_fen`` is the sum of what they cost."""

    kind: Literal["stop"] = "stop"
    place: PlaceId
    arrive: Clock
    start: Clock
    end: Clock
    ticket_fen: int | None = None
    ticket_basis: Words = ""
    hours_basis: Words = ""
    slack_min: int = 0
    rest_min: int = 0
    """Of the time from start to end, minutes in which one sits down, those within and between the parts included."""
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()
    parts: tuple[PartItem, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The place and its sub-sights, in order of the parts."""
        return self.place, *(part.place for part in self.parts)


class MealItem(Frozen):
    """``place`` is null where the catalogue knows no eatery at hand: the visitor eats near the stop before."""

    kind: Literal["meal"] = "meal"
    meal: Literal["lunch", "dinner"]
    place: PlaceId | None
    start: Clock
    end: Clock


class RestItem(Frozen):
    kind: Literal["rest"] = "rest"
    start: Clock
    end: Clock


Item = Annotated[
    StartItem | LegItem | StopItem | MealItem | RestItem | EndItem,
    Field(discriminator="kind"),
]


class ItineraryDay(Frozen):
    """``lodging`` is where the night after this day is spent; null on the last day."""

    date: TripDate
    lodging: PlaceRef | None
    items: tuple[Item, ...]


class Totals(Frozen):
    tickets_fen: int = 0
    fares_fen: int = 0
    unknown_prices: tuple[str, ...] = ()
    """``leg:DAY:INDEX`` or ``stop:DAY:INDEX`` (0-based index in the day's items; a part adds ``:INDEX``)."""
    travel_min: int = 0
    visit_min: int = 0
    walk_m: int = 0
    score: float = 0.0
    upper_bound: float | None = None


class Itinerary(Frozen):
    schema_: Annotated[Literal["itinerary/1"], Field(alias="schema")] = "itinerary/1"
    revision: str
    work: int
    request: TripRequest
    days: tuple[ItineraryDay, ...]
    totals: Totals
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[Warning_, ...] = ()

    def to_json(self, indent: int | None = None) -> str:
        """The interface's JSON: aliases, ``HH:MM`` clocks."""
        return self.model_dump_json(by_alias=True, indent=indent)

    @classmethod
    def parse(cls, data: object) -> Itinerary:
        """Read an itinerary from JSON text or decoded data.

        Raises
        ------
        ItineraryInvalid
            It is not one; names the fields.
        """
        try:
            return (
                cls.model_validate_json(data)
                if isinstance(data, str | bytes | bytearray)
                else cls.model_validate(data)
            )
        except ValidationError as error:
            raise ItineraryInvalid(problems_of(error)) from None
