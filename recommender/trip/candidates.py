"""Which places a request may visit, how long, when and how much that is worth; and why the others may not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recommender.calendar.days import PUBLIC_HOLIDAY
from recommender.model import LeftOut, TripRequest, format_clock
from recommender.scoring.score import FAMOUS
from recommender.trip import pacing
from recommender.trip.frames import frame_of

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region
    from recommender.scoring import Scores

Windows = tuple[tuple[int, int], ...]
"""Sorted disjoint (earliest, latest) starts of a visit on one day, minutes after midnight."""

PRIZE_SCALE: Final = 10_000
SCORE_POWER: Final = 2.0
LENGTH_POWER: Final = 0.6
RESTROLL_MIN: Final = 60
SHORT_STROLL_MIN: Final = 60
CORE_MIN: Final = 200
SHOPPING_SHARE: Final = 0.35
"""Of a day between two trains: shops keep nobody from the next one. Never less than half the usual time."""
LOYALTY: Final = 1.25
RAIN_SHARE: Final = {"mixed": 0.7, "no": 0.35}
"""Worth on a wet day of what lies partly or wholly outdoors; unknown counts as outdoors."""
CROWD_SHARE: Final = 0.75
"""Worth of a famous sight in the middle of a public holiday."""
QUIET_MORNING: Final = (0, pacing.CROWDS_FROM_MIN)
QUIET_EVENING: Final = (pacing.CROWDS_TO_MIN, 24 * 60)
SHUTTLE_MIN: Final = 15


@dataclass(frozen=True, slots=True)
class Option:
    """One way to visit one place.

    Attributes
    ----------
    role
        ``sight`` on its own; ``part`` of an old town; ``stroll`` through the streets of an area; ``restroll``, a
        second stroll; ``core`` of a mountain area, with ``parts`` seen within it.
    duration_min
        From the start that the solver fixes to the end, ``lead_min`` (being there before a show begins) and ``rest_min``
        (sitting down afterwards) included.
    pauses
        How often one sits down within the visit.
    windows
        Per day of the trip.
    slack_min
        Per day: minutes kept free before a closing time that is not verified.
    prize
        Worth in the solver's points.
    parts
        Of a core: (place, minutes after the start, length).
    """

    place: str
    role: str
    duration_min: int
    lead_min: int
    windows: tuple[Windows, ...]
    slack_min: tuple[int, ...]
    prize: int
    score: float
    must: bool = False
    parts: tuple[tuple[str, int, int], ...] = ()
    pauses: int = 0
    rest_min: int = 0

    @property
    def open_days(self) -> tuple[int, ...]:
        return tuple(d for d, windows in enumerate(self.windows) if windows)


@dataclass(frozen=True)
class Candidates:
    """Every visit option of a request, and what was dropped before the search."""

    options: tuple[Option, ...]
    dropped: Mapping[str, LeftOut]
    scores: Scores
    score_of: Mapping[str, float]

    def showing(self, scores: Scores) -> Candidates:
        """The same options with the same prizes, explained by other scores than those that were searched by."""
        score_of = dict(zip(scores.ids, scores.total.tolist(), strict=True))
        options = tuple(replace(option, score=score_of[option.place]) for option in self.options)
        return Candidates(options, self.dropped, scores, score_of)


def worth(score: float, minutes: int) -> int:
    """Worth of a visit: a great sight beats two fair ones, and a long visit is worth more, though less than in proportion."""
    return round(PRIZE_SCALE * float(score**SCORE_POWER) * float((minutes / 60) ** LENGTH_POWER))


def is_evening_place(place: Attraction) -> bool:
    """Suits the hours after the day's sights: shows, streets to stroll, shopping, food."""
    return place.category in pacing.EVENING_CATEGORIES or place.walled


def is_open_land(place: Attraction) -> bool:
    """Reachable at any hour but seen by daylight only."""
    return place.opening_hours == "24/7" and not is_evening_place(place)


def stay_min(place: Attraction, pace: pacing.Pace, stays: Mapping[str, int]) -> int:
    """Minutes planned for a visit: those that the visitor wants, else the usual at this pace, a small buffer included."""
    if place.id in stays:
        return stays[place.id]
    usual = place.stroll_min if place.area_visit == "stroll" and place.stroll_min else place.visit_min
    minutes = 5 * round(usual * pace.stay_factor / 5)
    if place.min_visit_min and not place.area_visit:
        minutes = max(minutes, place.min_visit_min)
    return max(10, minutes + pace.buffer_min)


def _out_of_season(place: Attraction, request: TripRequest) -> bool:
    """Whether a show is known for other months than those of the trip only; nobody says that it plays then."""
    months = {date.month for date in request.dates}
    return place.category == "show" and bool(place.best_months) and not months & set(place.best_months)


def must_sit(request: TripRequest) -> bool:
    """Whether a show watched on one's feet is nothing for those who travel."""
    return pacing.is_gentle(request) or bool({"wheelchair", "few_steps"} & set(request.needs))


def barrier(place: Attraction, needs: Iterable[str]) -> str | None:
    """The need that a known barrier of the place offends, if any. Unknown is not a barrier here; it is a warning."""
    for need in needs:
        steps = place.steps_level or 0
        if need == "wheelchair" and (place.wheelchair == "no" or steps >= 2):
            return need
        if need == "stroller" and steps >= 2:
            return need
        if need == "few_steps" and steps >= 2:
            return need
    return None


def day_bounds(request: TripRequest, day: int) -> tuple[int, int, int]:
    """Earliest start, end of daytime sights, and end of everything, of day ``day`` (0-based)."""
    frame = frame_of(request, day)
    first = frame.day_start if frame.start_min is None else frame.start_min
    daytime = frame.day_end
    last = max(pacing.EVENING_END_MIN, daytime) if request.evenings else daytime
    if frame.end_min is not None:
        daytime, last = min(daytime, frame.end_min), frame.end_min
    return first, daytime, last


@dataclass(frozen=True, slots=True)
class _Day:
    windows: Windows
    slack_min: int


def _day_windows(
    region: Region, request: TripRequest, place: Attraction, day: int, date: dt.date, duration_min: int, lead_min: int,
    *, early: bool = False,
) -> _Day:
    """When a visit may begin on a day; ``early`` keeps time free before a door closes, where there is any."""
    opening = region.calendar.opening(place.id, date)
    first, daytime, last = day_bounds(request, day)
    evening = min(last, max(pacing.EVENING_END_MIN, frame_of(request, day).day_end))
    limit = evening if is_evening_place(place) and request.evenings else daytime
    if is_open_land(place):
        limit = min(limit, pacing.DAYLIGHT_END_MIN[date.month])
    windows: list[tuple[int, int]] = []
    for opens, closes in opening.intervals:
        if place.category == "show" and closes - opens <= place.visit_min + 20:
            # A performance starts when it starts.
            if closes <= limit and opens - lead_min >= first:
                windows.append((opens - lead_min, opens - lead_min))
            continue
        deadline = closes - opening.slack_min - duration_min
        if opening.last_entry_min is not None:
            deadline = min(deadline, opening.last_entry_min - opening.slack_min - lead_min)
        earliest, latest = max(opens, first), min(deadline, limit - duration_min)
        if earliest <= latest:
            if early and not is_open_land(place):
                latest = max(earliest, min(latest, deadline - pacing.reserve_min(deadline - first)))
            windows.append((earliest, latest))
    return _Day(tuple(windows), opening.slack_min)


def _show_length(region: Region, place: Attraction, dates: Iterable[dt.date]) -> int | None:
    """Length of the performance where the hours give it."""
    lengths = [
        closes - opens
        for date in dates
        for opens, closes in region.calendar.opening(place.id, date).intervals
        if closes - opens <= place.visit_min + 20
    ]
    return min(lengths) if place.category == "show" and lengths else None


def _lock(windows: tuple[Windows, ...], day: int | None, time: int | None, lead_min: int) -> tuple[Windows, ...]:
    kept: list[Windows] = []
    for d, today in enumerate(windows):
        if day is not None and d != day - 1:
            kept.append(())
        elif time is None:
            kept.append(today)
        else:
            start = time - lead_min
            kept.append(((start, start),) if any(a <= start <= b for a, b in today) else ())
    return tuple(kept)


def _core(region: Region, request: TripRequest, area: Attraction, wanted: set[str]) -> tuple[tuple[str, int, int], ...]:
    """Sub-sights seen within the first half day at a mountain area: (place, offset, length).

    Those wished for first, then the best known, as long as each is open on every day on which the area is.
    """
    pace = pacing.PACES[request.pace]
    between = SHUTTLE_MIN + (pacing.SITTING_MIN if pacing.is_gentle(request) else 0)
    days = [date for date in request.dates if region.calendar.opening(area.id, date).intervals]
    chosen: list[tuple[str, int, int]] = []
    at = 10
    parts = [p for p in region.catalog.parts_of(area.id) if p.id not in request.avoid and not barrier(p, request.needs)]
    for part in sorted(parts, key=lambda p: (p.id not in wanted, -p.popularity, p.id)):
        length = stay_min(part, pace, request.stays)
        if at + length > CORE_MIN + 10 or not all(region.calendar.opening(part.id, day).intervals for day in days):
            continue
        chosen.append((part.id, at, length))
        at += length + between
    return tuple(chosen)


def _core_windows(
    region: Region,
    request: TripRequest,
    area: Attraction,
    parts: tuple[tuple[str, int, int], ...],
    duration_min: int,
    *,
    early: bool,
) -> tuple[tuple[Windows, ...], tuple[int, ...]]:
    windows: list[Windows] = []
    slacks: list[int] = []
    for d, date in enumerate(request.dates):
        whole = _day_windows(region, request, area, d, date, duration_min, 0, early=early)
        lo, hi, slack = 0, 3000, whole.slack_min
        for place, offset, length in parts:
            part = _day_windows(region, request, region.catalog.attractions[place], d, date, length, 0, early=early)
            if not part.windows:
                lo, hi = 1, 0
                break
            lo, hi = max(lo, part.windows[0][0] - offset), min(hi, part.windows[-1][1] - offset)
            slack = max(slack, part.slack_min)
        windows.append(tuple((max(a, lo), min(b, hi)) for a, b in whole.windows if max(a, lo) <= min(b, hi)))
        slacks.append(slack)
    return tuple(windows), tuple(slacks)


def find_candidates(
    region: Region, request: TripRequest, scores: Scores, *, loyal: frozenset[str] = frozenset(), hurried: bool = False
) -> Candidates:
    """Every option that the search may use, and the reason for each place that it may not.

    The order of reasons is the order in which a visitor would lift them: own wish, reach, needs, hours.

    Parameters
    ----------
    loyal
        Places of a plan that is being changed: they are worth more, so that the new plan stays near it.
    hurried
        What is asked for by name may be reached at the last moment; all else keeps time free before a door closes or a show
        begins.
    """
    score_of = dict(zip(scores.ids, scores.total.tolist(), strict=True))
    dropped: dict[str, LeftOut] = {}
    options: list[Option] = []
    absorbed: set[str] = set()
    reach = region.within_reach(request.reach)
    places = region.catalog.attractions.values()
    for place in places:
        refused = _refused(request, place, reach)
        if refused is not None:
            dropped[place.id] = refused
        elif place.area_visit == "whole":
            core = _core_option(region, request, place, score_of[place.id], hurried=hurried)
            if core is None:
                dropped[place.id] = LeftOut(place=place.id, reason="closed")
            elif not (core.parts_timed and place.id not in wanted(request)):
                absorbed |= {part for part, _, _ in core.option.parts}
                options.append(core.option)
    for place in places:
        if place.id not in dropped and place.area_visit != "whole" and place.id not in absorbed:
            found = _visits(region, request, place, score_of[place.id], hurried=hurried)
            if not found:
                dropped[place.id] = _closed(region, request, place)
            options += found
    if loyal:
        options = [_worth_more(option, LOYALTY) if option.place in loyal else option for option in options]
    if request.rain:
        options = [wet for option in options for wet in _in_the_rain(region, request, option)]
    if crowded := {d for d, date in enumerate(request.dates) if region.calendar.day(date).kind == PUBLIC_HOLIDAY}:
        options = [way for option in options for way in _among_crowds(region, option, crowded)]
    return Candidates(tuple(options), dropped, scores, score_of)


def _worth_more(option: Option, share: float) -> Option:
    return replace(option, prize=round(option.prize * share))


def _in_the_rain(region: Region, request: TripRequest, option: Option) -> list[Option]:
    """The ways to visit a place when it rains on some days: outdoors, worth less on those."""
    place = region.catalog.attractions[option.place]
    if place.indoor == "yes" or option.must:
        return [option]
    wet = {day - 1 for day in request.rain}
    dry = replace(option, windows=tuple(() if d in wet else w for d, w in enumerate(option.windows)))
    damp = replace(option, windows=tuple(w if d in wet else () for d, w in enumerate(option.windows)))
    share = RAIN_SHARE["mixed" if place.indoor == "mixed" else "no"]
    return [way for way in (dry, _worth_more(damp, share)) if any(way.windows)]


def is_crowd_puller(place: Attraction) -> bool:
    """Where everybody goes on a public holiday. Fame is an estimate, and nobody has counted the visitors of an hour."""
    return place.popularity >= FAMOUS and place.opening_hours != "24/7" and place.category != "show"


def _among_crowds(region: Region, option: Option, crowded: set[int]) -> list[Option]:
    """The ways to visit a place when some days are public holidays: a famous one early or late, or else for less."""
    place = region.catalog.attractions[option.place]
    if not is_crowd_puller(place) or option.must:
        return [option]

    def cut(windows: Windows, d: int) -> Windows:
        return _cut(windows, *QUIET_MORNING) + _cut(windows, *QUIET_EVENING) if d in crowded else windows

    calm = replace(option, windows=tuple(cut(w, d) for d, w in enumerate(option.windows)))
    amid = QUIET_MORNING[1] + 1, QUIET_EVENING[0] - 1
    busy = tuple(_cut(w, *amid) if d in crowded else () for d, w in enumerate(option.windows))
    full = _worth_more(replace(option, windows=busy), CROWD_SHARE)
    return [way for way in (calm, full) if any(way.windows)]


def wanted(request: TripRequest) -> set[str]:
    """Places asked for by name."""
    return {*request.must_see, *(lock.place for lock in request.locks)}


def _refused(request: TripRequest, place: Attraction, reach: frozenset[str]) -> LeftOut | None:
    """Why a place is out before anybody looks at its hours."""
    if place.id in request.avoid or place.area_id in request.avoid:
        return LeftOut(place=place.id, reason="avoided")
    if place.id not in reach:
        return LeftOut(place=place.id, reason="out_of_reach", detail={"reach": request.reach})
    need = barrier(place, request.needs)
    if need is not None:
        return LeftOut(place=place.id, reason="unsuitable", detail={"need": need})
    if place.seated is False and place.id not in wanted(request) and must_sit(request):
        return LeftOut(place=place.id, reason="unsuitable", detail={"need": "seat"})
    if place.id not in wanted(request) and _out_of_season(place, request):
        return LeftOut(place=place.id, reason="unsuitable", detail={"season": "unsure"})
    if not place.suggest and place.id not in wanted(request) and not any(place.id in t.likes for t in request.tastes):
        return LeftOut(place=place.id, reason="unsuitable", detail={"admission": "unsure"})
    return None


@dataclass(frozen=True, slots=True)
class _Core:
    """The first half day at a mountain area; ``parts_timed``: some sub-sight has an hour of its own."""

    option: Option
    parts_timed: bool


def _core_option(
    region: Region, request: TripRequest, place: Attraction, score: float, *, hurried: bool
) -> _Core | None:
    named = wanted(request)
    locks = {lock.place: lock for lock in request.locks}
    parts = _core(region, request, place, named)
    duration = max(60, parts[-1][1] + parts[-1][2] + 10) if parts else min(place.visit_min, CORE_MIN)
    pauses = rest = 0
    if pacing.is_gentle(request):
        between = max(0, len(parts) - 1)
        pauses = max(between, pacing.sittings(duration, included=True))
        duration += (pauses - between) * pacing.SITTING_MIN
        rest = pacing.SITTING_MIN
    lock = locks.get(place.id)
    must = place.id in named or any(p in named for p, _, _ in parts)
    hasty = (must and hurried) or (lock is not None and lock.time is not None)
    windows, slack = _core_windows(region, request, place, parts, duration, early=not hasty)
    if lock:
        windows = _lock(windows, lock.day, lock.time, 0)
    timed = {p for p, _, _ in parts if p in locks and locks[p].time is not None}
    parts = tuple(part for part in parts if part[0] not in timed)
    for day in {locks[p].day for p, _, _ in parts if p in locks}:
        windows = _lock(windows, day, None, 0)
    if not any(windows):
        return None
    prize = worth(score, duration - pauses * pacing.SITTING_MIN)
    option = Option(
        place.id, "core", duration + rest, 0, windows, slack, prize, score, must, parts, pauses=pauses, rest_min=rest
    )
    return _Core(option, bool(timed))


def _visits(region: Region, request: TripRequest, place: Attraction, score: float, *, hurried: bool) -> list[Option]:
    """The ways to visit one place; empty where it is closed on every day."""
    show = _show_length(region, place, request.dates)
    must = place.id in wanted(request)
    lock = next((lock for lock in request.locks if lock.place == place.id), None)
    early = not (must and hurried)
    lead = 0 if not show else pacing.SHOW_EASY_LEAD_MIN if early else pacing.SHOW_LEAD_MIN
    if lock is not None and lock.time is not None:
        early = False
    duration = show + lead if show else stay_min(place, pacing.PACES[request.pace], request.stays)
    exact = place.id in request.stays
    if place.category == "shopping" and not exact:
        duration = min(duration, max(-(-place.visit_min // 2), 5 * int(SHOPPING_SHARE * _longest_day_min(request) / 5)))
    seated = pacing.is_gentle(request) and not show
    within = duration + (pacing.sittings(duration) * pacing.SITTING_MIN if seated and not exact else 0)
    days = [
        _day_windows(region, request, place, d, date, within, lead, early=early) for d, date in enumerate(request.dates)
    ]
    windows = tuple(day.windows for day in days)
    slack = tuple(day.slack_min for day in days)
    if lock:
        windows = _lock(windows, lock.day, lock.time, lead)
    if not any(windows):
        return []
    if place.area_visit == "stroll" and place.walled and not must:
        found = _strolls(place, duration, windows, slack, score, exact=exact)
    else:
        prize = worth(score, duration - lead)
        found = [Option(place.id, _role(region, place), duration, lead, windows, slack, prize, score, must)]
    if seated:
        found = [_seated(option, included=exact) for option in found]
    if place.walled and place.area_visit == "stroll" and request.evenings and not lock:
        evening = tuple(_cut(today, 18 * 60, 24 * 60) for today in windows)
        if any(evening):
            prize = worth(score, RESTROLL_MIN) // 4
            found.append(Option(place.id, "restroll", RESTROLL_MIN, 0, evening, slack, prize, score))
    return found


def _longest_day_min(request: TripRequest) -> int:
    """The most time that a day has between where it is to begin and where it is to end."""
    frames = [frame_of(request, day) for day in range(request.days)]
    whole = 24 * 60
    return max(whole if f.start_min is None or f.end_min is None else f.end_min - f.start_min for f in frames)


def _seated(option: Option, *, included: bool) -> Option:
    """A visit with time to sit down in it and after it, that within it ``included`` in its length or not."""
    length = option.duration_min
    pauses = pacing.sittings(length, included=included)
    rest = pacing.SITTING_MIN if length >= pacing.SEATED_VISIT_MIN else 0
    within = 0 if included else pauses * pacing.SITTING_MIN
    return replace(option, duration_min=length + within + rest, pauses=pauses, rest_min=rest)


def _role(region: Region, place: Attraction) -> str:
    if place.area_visit == "stroll":
        return "stroll"
    parent = region.catalog.attractions.get(place.area_id or "")
    return "part" if parent is not None and (parent.walled or parent.area_visit == "whole") else "sight"


def _closed(region: Region, request: TripRequest, place: Attraction) -> LeftOut:
    openings = [region.calendar.opening(place.id, date) for date in request.dates]
    hours = ["–".join(format_clock(m) for m in interval) for opening in openings[:1] for interval in opening.intervals]
    if any(opening.intervals for opening in openings):
        return LeftOut(place=place.id, reason="no_time", detail={"hours": ", ".join(hours)})
    return LeftOut(place=place.id, reason="closed", detail={"dates": [str(date) for date in request.dates]})


def _cut(windows: Windows, first: int, last: int) -> Windows:
    return tuple((max(a, first), min(b, last)) for a, b in windows if max(a, first) <= min(b, last))


def _strolls(
    place: Attraction, duration: int, windows: tuple[Windows, ...], slack: tuple[int, ...], score: float, *, exact: bool
) -> list[Option]:
    """The old town suits mornings and evenings; at midday its streets are worth less, and an evening's walk is short.

    Half a stroll leaves a day's visitor time for the courtyards.
    """
    half = max(SHORT_STROLL_MIN, 5 * round(duration / 10))
    lengths = (duration, half) if duration > half and not exact else (duration,)
    spans = (
        (0, 9 * 60 + 30, 1.0, lengths),
        (9 * 60 + 31, 16 * 60, 0.7, lengths),
        (16 * 60 + 1, 24 * 60, 1.0, lengths[-1:]),
    )
    found = []
    for first, last, share, usual in spans:
        cut = tuple(_cut(today, first, last) for today in windows)
        if any(cut):
            for length in usual:
                prize = round(worth(score, length) * share)
                found.append(Option(place.id, "stroll", length, 0, cut, slack, prize, score))
    return found
