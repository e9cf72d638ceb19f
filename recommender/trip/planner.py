"""The planner: a pure function of region and request.

Candidates, scores, windows and travel are mapped to an orienteering problem; what the solver returns is put on the
clock and written down. Wishes that cannot all be kept come back as the smallest conflict with ways out that were tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from recommender.errors import InfeasibleTrip, Problem
from recommender.model import DayDetail, Itinerary, LeftOut, TripRequest
from recommender.orienteering import Solution, can_compile, find_conflict, solve, trip_used, value_of
from recommender.scoring import Profile, together
from recommender.trip import pacing
from recommender.trip.candidates import Candidates, Option, find_candidates, wanted
from recommender.trip.frames import frame_of
from recommender.trip.itinerary import Writer, walked_on
from recommender.trip.mapping import (
    FRESH,
    Mapped,
    Underway,
    breaks_of,
    build,
    is_great,
    is_outer_sight,
    late_limit_min,
    walk_limit_m,
)
from recommender.trip.previous import places_of, read_previous, start_of
from recommender.trip.timeline import Clock, DayLine
from recommender.trip.underway import journeys
from recommender.trip.ways import choices_of, day_problems, leg_problems, name_of

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.scoring import Scores

TRIAL_ITERATIONS: Final = 1_500
"""Work spent on each question "would this help?" when wishes clash."""
PLAIN_ITERATIONS: Final = 40
"""Work of a plan that is made without the compiler: some seconds at most, a few per cent less good."""
BUDGET_TRIES: Final = 3
PLAINER: Final = ("leg_modes", "days_detail")
"""Fields whose single entries may be given up to make a trip possible."""
MOST_BUDGET_FEN: Final = 100_000_000


@dataclass(frozen=True)
class Tours:
    """A solved trip by names alone, so that another search can begin from it.

    Attributes
    ----------
    visits
        For each day, in order: the place, and which of the ways to visit it.
    depots
        Where each day begins and, at last, where the trip ends.
    """

    visits: tuple[tuple[tuple[str, int], ...], ...]
    depots: tuple[str, ...]

    def start(self, mapped: Mapped) -> Solution | None:
        """The same on another problem, without what it does not hold; None where nothing of it is left."""
        ways: dict[str, list[int]] = {}
        for i, option in enumerate(mapped.options):
            ways.setdefault(option.place, []).append(i)
        routes = []
        for day in self.visits[: mapped.problem.days]:
            kept = [ways[place][min(way, len(ways[place]) - 1)] for place, way in day if place in ways]
            routes.append(tuple(dict.fromkeys(kept)))
        index = {depot: k for k, depot in enumerate(mapped.depots)}
        allowed = mapped.problem.slot_allowed
        slots = [
            index[name] if name in index and allowed[s, index[name]] else int(allowed[s].argmax())
            for s, name in enumerate(self.depots)
        ]
        return Solution(tuple(routes), tuple(slots), 0, ()) if any(routes) and len(slots) == len(allowed) else None


@dataclass(frozen=True)
class Draft:
    """A solved trip before it is written down."""

    region: Region
    request: TripRequest
    candidates: Candidates
    mapped: Mapped
    solution: Solution
    lines: tuple[DayLine, ...]
    paced: bool
    work: int
    underway: Underway = FRESH

    @property
    def visited(self) -> frozenset[str]:
        """Places in the plan, sub-sights and their areas included."""
        places: set[str] = set()
        for route in self.solution.routes:
            for i in route:
                option = self.mapped.options[i]
                places |= {option.place, *(part for part, _, _ in option.parts)}
        return frozenset(places)

    @property
    def tours(self) -> Tours:
        """The visits by name, for another search to begin from."""
        options = self.mapped.options
        rank: list[int] = []
        seen: Counter[str] = Counter()
        for option in options:
            rank.append(seen[option.place])
            seen[option.place] += 1
        visits = tuple(tuple((options[i].place, rank[i]) for i in route) for route in self.solution.routes)
        return Tours(visits, tuple(self.mapped.depots[slot] for slot in self.solution.slots))

    @property
    def points(self) -> int:
        """What the visits that are kept are worth to the search."""
        return value_of(self.mapped.problem, self.solution)

    def written(self) -> Itinerary:
        """The itinerary."""
        nights = [self.mapped.depots[slot] for slot in self.solution.slots[1 : self.request.days]]
        writer = Writer(self.region, self.request, self.candidates, self.mapped.refs, self.underway)
        return writer.write(self.lines, nights, left_out(self), paced=self.paced, work=self.work)


def scores_of_each(region: Region, request: TripRequest) -> list[Scores]:
    """Each traveller's own scores of every attraction on the first day of the trip."""
    profiles = [
        Profile(
            interests={str(name): weight for name, weight in taste.interests.items()},
            likes=taste.likes, dislikes=taste.dislikes, explore=request.explore,
            nudge=request.nudge, reach=request.reach,
        )
        for taste in request.tastes
    ]  # fmt: skip
    return [region.scorer.score(profile, request.start_date) for profile in profiles]


def score(region: Region, request: TripRequest) -> Scores:
    """Scores of every attraction for all who travel, on the first day of the trip."""
    return together(scores_of_each(region, request), request.group)


def draft(
    region: Region,
    request: TripRequest,
    *,
    iterations: int | None = None,
    compiled: bool = True,
    by: Scores | None = None,
    begin: Tours | None = None,
    underway: Underway = FRESH,
    explained: bool = True,
) -> Draft:
    """Solve a request; with ``previous``, near that plan.

    Parameters
    ----------
    iterations
        Rounds of search; by default what the request's ``work`` names, or few where nothing is compiled.
    compiled
        False for a first plan while the engine is not compiled yet.
    by
        Scores to search by, where they are not those that the request asks for and the itinerary shows.
    begin
        Where to begin the search; unlike ``previous`` it is worth nothing more than others.
    explained
        Whether it is worked out what clashes, where the wishes do.

    Raises
    ------
    InfeasibleTrip
        The wishes cannot all be kept: ``detail["conflict"]`` and ``detail["relaxations"]``, where that is ``explained``.
    """
    compiled = compiled and can_compile()
    work = iterations or (request.iterations if compiled else PLAIN_ITERATIONS)
    previous = read_previous(request)
    loyal = places_of(previous) if previous is not None else frozenset()
    shown = score(region, request)
    searched = shown if by is None else by

    def found(*, hurried: bool) -> Candidates:
        some = find_candidates(region, request, searched, loyal=loyal, hurried=hurried)
        some = some if by is None else some.showing(shown)
        return replace(some, options=tuple(_still_open(some.options, underway))) if underway.active else some

    easy = candidates = found(hurried=False)
    attempts = [(easy, False)]
    if named := wanted(request):
        candidates = found(hurried=True)
        _refuse_impossible(region, request, candidates)
        attempts = [*([] if named & easy.dropped.keys() else attempts), (candidates, False), (candidates, True)]
    for some, loose in attempts:
        plan = _with_legs(
            region, request, some, work, loose=loose, compiled=compiled, underway=underway, near=previous or begin
        )
        if plan is not None:
            return plan
    raise _conflict(region, request, candidates) if explained else InfeasibleTrip([], conflict=[], relaxations=[])


def _still_open(options: Iterable[Option], underway: Underway) -> Iterator[Option]:
    """What who is under way may still visit: no second stroll, and today nothing but what was asked for."""
    for option in options:
        if option.role == "stroll" and option.place in underway.strolled:
            continue
        if option.must or underway.only is None or option.place in underway.only:
            yield option
        elif any(option.windows[1:]):
            yield replace(option, windows=((), *option.windows[1:]))


def _solved(
    region: Region,
    request: TripRequest,
    candidates: Candidates,
    work: int,
    *,
    loose: bool,
    compiled: bool,
    underway: Underway,
    near: Itinerary | Tours | None,
) -> Draft | None:
    """One search and its days on the clock; None if a wish, the end or the budget is not kept."""
    budget = request.budget_fen
    purse = budget
    for _ in range(BUDGET_TRIES):
        held = request if purse == budget else request.model_copy(update={"budget_fen": purse})
        mapped = build(region, held, candidates, loose_pace=loose, underway=underway)
        start = near.start(mapped) if isinstance(near, Tours) else start_of(near, request, mapped) if near is not None else None
        solution = solve(mapped.problem, iterations=work, seed=request.seed, start=start, compiled=compiled)
        # With nothing left to choose from there is nothing to search, which is all the work that there can be.
        solution = replace(solution, iterations=max(solution.iterations, work))
        if solution.unplaced or solution.exceeded or not _reaches_the_end(request, mapped, solution):
            return None
        if loose:
            solution = _eased(region, request, mapped, solution)
        plan = _timed(region, request, candidates, mapped, solution, paced=not loose, underway=underway)
        if plan is None or budget is None or purse is None:
            return plan
        totals = plan.written().totals
        over = totals.tickets_fen + totals.fares_fen - budget
        if over <= 0:
            return plan
        # On the clock a dearer vehicle may be needed than the table says; keep that much free and search again.
        purse = max(0, purse - over)
    return None


def _with_legs(
    region: Region,
    request: TripRequest,
    candidates: Candidates,
    work: int,
    *,
    loose: bool,
    compiled: bool,
    underway: Underway,
    near: Itinerary | Tours | None,
) -> Draft | None:
    """One search; where legs are wished otherwise, the trip without those wishes, its times moved, if that can be kept.

    Who changes one leg wants the rest as it was. Where that costs a visit, a new search may find something better.
    """
    kept = None
    if request.leg_modes:
        bare = request.model_copy(update={"leg_modes": ()})
        before = _solved(region, bare, candidates, work, loose=loose, compiled=compiled, underway=underway, near=near)
        kept = None if before is None else _moved(region, request, candidates, before)
        if before is not None and kept is not None and kept.solution.routes == before.solution.routes:
            return kept
    anew = _solved(region, request, candidates, work, loose=loose, compiled=compiled, underway=underway, near=near)
    if kept is None or anew is None:
        return anew if kept is None else kept
    unused = [sum(warning.code == "leg_unused" for warning in plan.written().warnings) for plan in (kept, anew)]
    worth = [value_of(plan.mapped.problem, plan.solution) for plan in (kept, anew)]
    return kept if (unused[0], -worth[0]) <= (unused[1], -worth[1]) else anew


def _moved(region: Region, request: TripRequest, candidates: Candidates, before: Draft) -> Draft | None:
    """The visits of a plan in their order, on the clock of another request; None if a wish or the budget is not kept."""
    mapped = build(region, request, candidates, loose_pace=not before.paced, underway=before.underway)
    names = [before.mapped.depots[slot] for slot in before.solution.slots]
    if not set(names) <= set(mapped.depots):
        return None
    slots = tuple(mapped.depots.index(name) for name in names)
    solution = replace(before.solution, slots=slots)
    plan = _timed(region, request, candidates, mapped, solution, paced=before.paced, underway=before.underway)
    if plan is None or request.budget_fen is None:
        return plan
    totals = plan.written().totals
    return plan if totals.tickets_fen + totals.fares_fen <= request.budget_fen else None


def _eased(region: Region, request: TripRequest, mapped: Mapped, solution: Solution) -> Solution:
    """The solution without free visits on days that wishes fill: only what was asked for may go beyond the pace."""
    most = pacing.PACES[request.pace].outer_sights
    routes = []
    for route in solution.routes:
        kept = list(route)
        for counts, cap in ((is_outer_sight, most), (is_great, 1)):
            places = {i: region.catalog.attractions[mapped.options[i].place] for i in kept}
            counted = [i for i in kept if mapped.options[i].role != "restroll" and counts(region, places[i])]
            free = sorted((mapped.options[i].prize, i) for i in counted if not mapped.options[i].must)
            for _, i in free[: max(0, len(counted) - cap)]:
                kept.remove(i)
        routes.append(tuple(kept))
    return replace(solution, routes=tuple(routes))


def plan(region: Region, request: TripRequest, *, compiled: bool = True, iterations: int | None = None) -> Itinerary:
    """The itinerary for a request: same region, request, seed and work, same itinerary.

    Parameters
    ----------
    iterations
        Rounds of search other than those that the request's ``work`` names; of no effect on the way.

    Raises
    ------
    InfeasibleTrip
        The wishes cannot all be kept.
    """
    if request.now is None:
        return draft(region, request, compiled=compiled, iterations=iterations).written()
    previous = read_previous(request)
    assert previous is not None
    *gentle, last = journeys(region, request, previous)
    for journey in gentle:
        try:
            rest = draft(region, journey.rest, compiled=compiled, underway=journey.state, explained=False)
        except InfeasibleTrip:
            continue
        return journey.joined(region, rest.written(), paced=rest.paced)
    try:
        rest = draft(region, last.rest, compiled=compiled, underway=last.state)
    except InfeasibleTrip as error:
        raise last.outward(error) from None
    return last.joined(region, rest.written(), paced=rest.paced)


def _timed(
    region: Region,
    request: TripRequest,
    candidates: Candidates,
    mapped: Mapped,
    solution: Solution,
    *,
    paced: bool,
    underway: Underway,
) -> Draft | None:
    """The solution on the clock; None if a wish of the visitor's own cannot be kept there."""
    lines: list[DayLine] = []
    wishes = choices_of(region, request)
    spoken = {place for wish in wishes for place in (*wish.origins, *wish.targets)}
    routes: list[list[int]] = []
    for d, whole in enumerate(solution.routes):
        matrix = mapped.matrices[d]
        clock = Clock(region, matrix, request.party, late_limit_min(matrix.mode, loose=not paced), wishes)
        lay = partial(_line, clock, region, request, candidates, mapped, solution, d, underway=underway)
        route = list(whole)
        line = lay(route)
        while line is None:
            # The table that the solver reads is cautious, so this is rare: give up the least valuable free visit, one that
            # no wish for a leg speaks of if possible.
            free = [i for i in route if not mapped.options[i].must]
            if not free:
                return None
            route.remove(min(free, key=lambda i: (mapped.options[i].place in spoken, mapped.options[i].prize, i)))
            line = lay(route)
        for i in sorted(set(whole) - set(route), key=lambda i: (-mapped.options[i].prize, i)):
            # What was given up before the visit that stood in the way comes back.
            fuller = [j for j in whole if j in route or j == i]
            again = lay(fuller)
            if again is not None:
                route, line = fuller, again
        routes.append(route)
        lines.append(line)
    kept = replace(solution, routes=tuple(tuple(route) for route in routes))
    return Draft(region, request, candidates, mapped, kept, tuple(lines), paced, solution.iterations, underway)


def _line(
    clock: Clock,
    region: Region,
    request: TripRequest,
    candidates: Candidates,
    mapped: Mapped,
    solution: Solution,
    day: int,
    route: Sequence[int],
    *,
    underway: Underway,
) -> DayLine | None:
    """One day on the clock, within the walking limit; None if its visits cannot all be kept."""
    first, last = mapped.limits[day]
    start, end = (mapped.depots[solution.slots[s]] for s in (day, day + 1))
    frame = frame_of(request, day)
    fixed = frame.start_min is not None
    visits = [(mapped.options[i], day) for i in route]
    eaten = underway.eaten if day == 0 else frozenset()
    breaks = breaks_of(request, first, last, eaten) if visits or start != end else ()
    for near in (False, True):
        line = clock.day(start, end, visits, breaks, first, last, fixed_start=fixed, near=near)
        if line is not None:
            limit = walk_limit_m(region, request, [option for option, _ in visits])
            before = underway.walked_m if day == 0 else 0
            if limit is None or before + walked_on(region, request, candidates, mapped.refs, day, line, underway) <= limit:
                return line
    if visits:
        return None
    line = clock.day(start, end, visits, (), first, 48 * 60, fixed_start=fixed, near=True)
    return None if line is None or (frame.end_min is not None and line.end > last) else line


def _reaches_the_end(request: TripRequest, mapped: Mapped, solution: Solution) -> bool:
    problem = mapped.problem
    n = len(mapped.options)
    for d, (first, last) in enumerate(mapped.limits):
        # A day without visits may end whenever one is there, unless the visitor said by when.
        if not solution.routes[d] and frame_of(request, d).end_min is not None:
            here, there = n + solution.slots[d], n + solution.slots[d + 1]
            table = problem.table_of_day[d]
            minutes = min(problem.travel[table, here, there], problem.late_travel[table, here, there])
            if here != there and first + int(minutes) > last:
                return False
    return True


# ------------------------------------------------------------------------------------------------ conflicts


def _wish_field(region: Region, request: TripRequest, place: str) -> str:
    """The wish that asks for a place, or for something within it."""
    wished = [(f"locks[{k}]", lock.place) for k, lock in enumerate(request.locks)]
    wished += [(f"must_see[{k}]", name) for k, name in enumerate(request.must_see)]
    inside = {part.id for part in region.catalog.parts_of(place)}
    return next(
        (field for field, name in wished if name == place),
        next((field for field, name in wished if name in inside), "must_see"),
    )


def _refuse_impossible(region: Region, request: TripRequest, candidates: Candidates) -> None:
    """Wishes that no search can meet: closed, out of reach, barred."""
    problems: list[Problem] = []
    conflict: list[str] = []
    reaches: list[str] = []
    offended: set[object] = set()
    refused: list[str] = []
    for place in dict.fromkeys([*request.must_see, *(lock.place for lock in request.locks)]):
        reason = candidates.dropped.get(place)
        if reason is None:
            continue
        field = _wish_field(region, request, place)
        conflict.append(field)
        refused.append(place)
        detail = {**reason.detail, "name_zh": region.catalog.attractions[place].name_zh,
                  "name_en": region.catalog.attractions[place].name_en}  # fmt: skip
        problems.append(Problem(field, place, f"wish_{reason.reason}", detail))
        if reason.reason == "out_of_reach":
            conflict.append("reach")
            reaches.append(next(r for r in ("wings", "region") if place in region.within_reach(r)))
        elif reason.reason == "unsuitable" and "need" in reason.detail:
            conflict.append("needs")
            offended.add(reason.detail["need"])
    if not problems:
        return
    trials: list[dict[str, object]] = []
    if reaches:
        trials.append({"field": "reach", "value": "region" if "region" in reaches else "wings"})
    if offended:
        trials.append({"field": "needs", "value": [need for need in request.needs if need not in offended]})
    trials += _without(request, refused)
    raise InfeasibleTrip(
        problems, conflict=list(dict.fromkeys(conflict)), relaxations=_that_work(region, request, trials)
    )


def _without(request: TripRequest, places: Sequence[str]) -> list[dict[str, object]]:
    """Wishes for some places taken away: each alone, and all of them."""
    single: list[dict[str, object]] = [
        {"field": f"{name}[{k}]", "value": None}
        for name, wished in (("must_see", request.must_see), ("locks", [lock.place for lock in request.locks]))
        for k, place in enumerate(wished)
        if place in places
    ]
    kept = [place for place in request.must_see if place not in places]
    together = len(request.must_see) - len(kept) > 1
    return [*single, {"field": "must_see", "value": kept}] if together else single


def _conflict(region: Region, request: TripRequest, candidates: Candidates) -> InfeasibleTrip:
    """The smallest set of wishes that clash, and what would resolve it."""
    mapped = build(region, request, candidates, loose_pace=True)
    places = [
        mapped.options[i].place for i in find_conflict(mapped.problem, iterations=TRIAL_ITERATIONS, seed=request.seed)
    ]
    fields = [_wish_field(region, request, place) for place in places]
    needed = _needed_fen(region, request, candidates)
    names = [region.catalog.attractions[place] for place in places]
    trials: list[dict[str, object]] = []
    if needed is not None:
        fields.append("budget_fen")
        trials.append({"field": "budget_fen", "value": needed})
    longer = (_that_work(region, request, [{"field": "days", "value": n}]) for n in range(request.days + 1, 8))
    trials += next((found for found in longer if found), [])
    if request.mode == "transit":
        trials.append({"field": "mode", "value": "charter"})
    trials += _without(request, [*places, *_unplaced(request, mapped)])
    ways = _that_work(region, request, [*trials, *_plainer(request)])
    fields += [str(way["field"]) for way in ways if str(way["field"]).startswith(PLAINER)]
    if needed is not None and request.budget_fen is not None:
        money = {"needed": f"{needed / 100:g}"}
        problem = Problem("budget_fen", f"{request.budget_fen / 100:g}", "budget_too_small", money)
    else:
        clash = Problem(
            ", ".join(fields) or "end", ", ".join(places), "wishes_clash" if places else "no_way_to_end",
            {"names_zh": "、".join(p.name_zh for p in names), "names_en": ", ".join(p.name_en for p in names)},
        )  # fmt: skip
        named = None if places else _stands_in_the_way(region, request, fields)
        problem = clash if named is None else named
    return InfeasibleTrip([problem], conflict=fields or ["start", "end"], relaxations=ways)


def _plainer(request: TripRequest) -> list[dict[str, object]]:
    """Single legs and single days as all others."""
    legs = [f"leg_modes[{k}]" for k in range(len(request.leg_modes))]
    days = [f"days_detail[{k}]" for k, detail in enumerate(request.days_detail or ()) if detail is not None]
    return [{"field": field, "value": None} for field in (*legs, *days)]


def _stands_in_the_way(region: Region, request: TripRequest, fields: Sequence[str]) -> Problem | None:
    """The leg wish or the day without which the trip would do."""
    field = next((field for field in fields if field.startswith(PLAINER)), None)
    if field is None:
        return None
    k = int(field.partition("[")[2][:-1])
    if field.startswith("days_detail"):
        return Problem(field, "", "day_kept_out", {"day": k + 1})
    wish = request.leg_modes[k]
    names = {f"{end}_{lang}": name_of(region, ref, lang)
             for end, ref in (("from", wish.from_), ("to", wish.to)) for lang in ("zh", "en")}  # fmt: skip
    return Problem(field, wish.mode, "leg_kept_out", names)


def _unplaced(request: TripRequest, mapped: Mapped) -> list[str]:
    """Wishes that were left over when as many as possible were met."""
    solution = solve(mapped.problem, iterations=TRIAL_ITERATIONS, seed=request.seed)
    return [mapped.options[i].place for i in solution.unplaced]


def _needed_fen(region: Region, request: TripRequest, candidates: Candidates) -> int | None:
    """A budget with which the wishes fit, in whole tens of yuan; None if money is not what stands in the way."""
    if request.budget_fen is None:
        return None
    rich = build(region, request.model_copy(update={"budget_fen": MOST_BUDGET_FEN}), candidates, loose_pace=True)
    problem = rich.problem.without({i for i, option in enumerate(rich.options) if not option.must})
    solution = solve(problem, iterations=TRIAL_ITERATIONS, seed=request.seed)
    if solution.unplaced or solution.exceeded or not _reaches_the_end(request, rich, solution):
        return None
    used = trip_used(problem, solution.routes, solution.slots)[0]
    return None if used <= request.budget_fen else -(-used // 1_000) * 1_000


def relaxed(request: TripRequest, change: dict[str, object]) -> TripRequest:
    """The request with one relaxation applied: a field set, or one wish taken away."""
    field, value = str(change["field"]), change["value"]
    if "[" in field:
        name, _, index = field.partition("[")
        kept = list(getattr(request, name))
        if name == "days_detail":
            kept[int(index[:-1])] = None
        else:
            del kept[int(index[:-1])]
        return request.model_copy(update={name: tuple(kept)})
    update = {field: tuple(value) if isinstance(value, list) else value}
    if field == "days":
        update["lodging"] = "auto"
        update["days_detail"] = _longer(request.days_detail, int(str(value)))
    return request.model_copy(update=update)


def _longer(details: tuple[DayDetail | None, ...] | None, days: int) -> tuple[DayDetail | None, ...] | None:
    """The days' own wishes for a longer trip: where and when the last day ends stays with the last day."""
    if details is None:
        return None
    *before, last = details
    end = None if last is None or last.end is None else DayDetail(end=last.end)
    kept = None if last is None else last.model_copy(update={"end": None})
    return (*before, kept, *[None] * (days - len(details) - 1), end)


def _that_work(region: Region, request: TripRequest, trials: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    working = []
    for change in trials:
        eased = relaxed(request, change)
        if any(day_problems(region, eased)) or any(leg_problems(region, eased)):
            continue
        candidates = find_candidates(region, eased, score(region, eased), hurried=True)
        if wanted(eased) & candidates.dropped.keys():
            continue
        mapped = build(region, eased, candidates, loose_pace=any(option.must for option in candidates.options))
        solution = solve(mapped.problem, iterations=TRIAL_ITERATIONS, seed=eased.seed)
        if not (solution.unplaced or solution.exceeded) and _reaches_the_end(eased, mapped, solution):
            working.append(change)
    return working


# ------------------------------------------------------------------------------------------------ what was left out


def left_out(plan: Draft) -> Sequence[LeftOut]:
    """Every attraction that is not in the plan, with the reason that binds."""
    region, request, mapped = plan.region, plan.request, plan.mapped
    visited = plan.visited
    areas = {region.catalog.attractions[place].area_id for place in visited}
    found: dict[str, LeftOut] = {
        place: why for place, why in plan.candidates.dropped.items() if place not in visited and place not in areas
    }
    day_length = max(last - first for first, last in mapped.limits)
    depots = {mapped.depots[slot] for slot in plan.solution.slots}
    worst = min((mapped.options[i].score for route in plan.solution.routes for i in route), default=0.0)
    for option in mapped.options:
        place = option.place
        if place in visited or place in areas or place in found:
            continue
        there = min(mapped.travel_min(depot, place) for depot in depots)
        back = min(mapped.travel_min(place, depot) for depot in depots)
        if there + back + option.duration_min > day_length:
            found[place] = LeftOut(place=place, reason="too_far", detail={"travel_min": there + back})
        elif option.score > worst:
            found[place] = LeftOut(place=place, reason="no_time", detail={"score": round(option.score, 3)})
        else:
            found[place] = LeftOut(place=place, reason="lower_score", detail={"score": round(option.score, 3)})
    for place in region.catalog.attractions:
        if place not in visited and place not in areas and place not in found:
            found[place] = LeftOut(place=place, reason="lower_score", detail={})
    if request.budget_fen is not None:
        found = _over_budget(plan, found)
    return tuple(found[place] for place in sorted(found, key=lambda p: (-plan.candidates.score_of[p], p)))


def _over_budget(plan: Draft, found: dict[str, LeftOut]) -> dict[str, LeftOut]:
    """Places whose ticket alone exceeds the whole budget are out for money, not for time."""
    problem, budget = plan.mapped.problem, plan.request.budget_fen
    assert budget is not None
    for i, option in enumerate(plan.mapped.options):
        group = int(problem.group[i])
        cost = int(problem.trip_use[0, i]) + (int(problem.group_use[0, group]) if group >= 0 else 0)
        if option.place in found and found[option.place].reason in ("no_time", "lower_score") and cost > budget:
            found[option.place] = LeftOut(place=option.place, reason="budget", detail={"ticket_fen": cost})
    return found
