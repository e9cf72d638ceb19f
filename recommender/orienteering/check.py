"""A second opinion on solutions: plain simulation of every rule, sharing nothing with the search.

Breaks are placed by trying every way to take them before or after every leg, so a day passes if any timing of its tour does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from recommender.orienteering.problem import INF, Problem, Solution


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where; ``day`` is None for the trip as a whole."""

    rule: str
    day: int | None = None
    visit: int | None = None


def check(problem: Problem, solution: Solution) -> list[Fault]:
    """Every rule of the problem that the solution breaks, a wrong value included."""
    faults: list[Fault] = []
    if len(solution.routes) != problem.days or len(solution.slots) != problem.days + 1:
        return [Fault("shape")]
    visited = [k for route in solution.routes for k in route]
    if any(not 0 <= k < problem.visits for k in visited):
        return [Fault("unknown visit")]
    for variant, count in Counter(int(problem.variant[k]) for k in visited).items():
        if count > 1:
            faults.append(Fault("made twice", None, variant))
    for slot, depot in enumerate(solution.slots):
        if not (0 <= depot < problem.depots and problem.slot_allowed[slot, depot]):
            faults.append(Fault("depot", min(slot, problem.days - 1)))
    if (problem.tie_first and solution.slots[0] != solution.slots[1]) or (
        problem.tie_last and solution.slots[-1] != solution.slots[-2]
    ):
        faults.append(Fault("tie"))
    if faults:
        return faults
    for day, route in enumerate(solution.routes):
        faults += _day(problem, day, route, _nodes(problem, solution, day))
    faults += _trip(problem, solution)
    missing = tuple(k for k in problem.musts if k not in visited)
    if missing != solution.unplaced:
        faults.append(Fault("unplaced"))
    if value(problem, solution) != solution.value:
        faults.append(Fault("value"))
    return faults


def _nodes(problem: Problem, solution: Solution, day: int) -> list[int]:
    n = problem.visits
    return [n + solution.slots[day], *solution.routes[day], n + solution.slots[day + 1]]


def _day(problem: Problem, day: int, route: tuple[int, ...], nodes: list[int]) -> list[Fault]:
    faults: list[Fault] = []
    table = int(problem.table_of_day[day])
    for r in range(problem.day_cap.shape[0]):
        used = sum(int(problem.day_use[r, k]) for k in route)
        if problem.day_arc_use.size:
            used += sum(int(problem.day_arc_use[r, table, i, j]) for i, j in pairwise(nodes))
        if route and used > problem.day_cap[r, day]:
            faults.append(Fault("day resource", day))
    if any(problem.apart[a, b] for x, a in enumerate(route) for b in route[:x]):
        faults.append(Fault("apart", day))
    if route and not _in_time(problem, day, table, nodes):
        faults.append(Fault("time", day))
    return faults


def _in_time(problem: Problem, day: int, table: int, nodes: list[int]) -> bool:
    """Whether any timing works: states are (breaks taken, time free), walked leg by leg."""
    breaks = [
        tuple(int(array[day, b]) for array in (problem.break_earliest, problem.break_latest, problem.break_length))
        for b in range(int(problem.break_count[day]))
    ]

    def rested(states: set[tuple[int, int]]) -> set[tuple[int, int]]:
        """States with any further breaks taken here."""
        found, fresh = set(states), set(states)
        while fresh:
            following = set()
            for taken, time in fresh:
                if taken < len(breaks):
                    earliest, latest, length = breaks[taken]
                    begin = max(time, earliest)
                    if begin <= latest:
                        following.add((taken + 1, begin + length))
            fresh = following - found
            found |= fresh
        return found

    states = {(0, int(problem.day_start[day]))}
    for i, j in pairwise(nodes):
        moved = {(taken, _leg(problem, table, i, j, time)) for taken, time in rested(states)}
        states = {(taken, time) for taken, time in rested({s for s in moved if s[1] < INF})}
        if j < problem.visits:
            begun = {(taken, _start(problem, day, j, time)) for taken, time in states}
            states = {(taken, time + int(problem.duration[j])) for taken, time in begun if time is not None}
    return any(taken == len(breaks) and time <= problem.day_end[day] for taken, time in states)


def _leg(problem: Problem, table: int, i: int, j: int, time: int) -> int:
    travel, late = int(problem.travel[table, i, j]), int(problem.late_travel[table, i, j])
    first, latest = int(problem.first[table, i, j]), int(problem.latest[table, i, j])
    if time <= latest:
        return max(time, first) + travel
    return max(time + late, latest + travel)


def _start(problem: Problem, day: int, visit: int, time: int) -> int | None:
    for w in range(int(problem.window_count[day, visit])):
        if time <= problem.window_close[day, visit, w]:
            return max(time, int(problem.window_open[day, visit, w]))
    return None


def _trip(problem: Problem, solution: Solution) -> list[Fault]:
    over = []
    for q in range(len(problem.trip_cap)):
        used = sum(int(problem.trip_use[q, k]) for route in solution.routes for k in route)
        for group in {int(problem.group[k]) for route in solution.routes for k in route} - {-1}:
            used += int(problem.group_use[q, group])
        if problem.trip_arc_use.size:
            for day in range(problem.days):
                nodes, table = _nodes(problem, solution, day), int(problem.table_of_day[day])
                used += sum(int(problem.trip_arc_use[q, table, i, j]) for i, j in pairwise(nodes))
        if used > problem.trip_cap[q]:
            over.append(q)
    return [] if tuple(over) == solution.exceeded else [Fault("trip resource")]


def value(problem: Problem, solution: Solution) -> int:
    """Prizes as weighted, less what legs, depots and moves cost."""
    total = 0
    kinds: dict[int, list[int]] = {}
    for day, route in enumerate(solution.routes):
        today: dict[int, list[int]] = {}
        for k in route:
            kind, prize = int(problem.kind[k]), int(problem.prize[k])
            if kind < 0:
                total += prize
            else:
                today.setdefault(kind, []).append(prize)
        for kind, prizes in today.items():
            weights = problem.day_weight[kind]
            for rank, prize in enumerate(sorted(prizes, reverse=True)):
                kinds.setdefault(kind, []).append(prize * int(weights[min(rank, len(weights) - 1)]) // 1000)
        nodes, table = _nodes(problem, solution, day), int(problem.table_of_day[day])
        total -= sum(int(problem.arc_loss[table, i, j]) for i, j in pairwise(nodes))
    for kind, prizes in kinds.items():
        weights = problem.trip_weight[kind]
        for rank, prize in enumerate(sorted(prizes, reverse=True)):
            total += prize * int(weights[min(rank, len(weights) - 1)]) // 1000
    total -= sum(int(problem.slot_loss[slot, depot]) for slot, depot in enumerate(solution.slots))
    inner = solution.slots[1:-1]
    return total - int(problem.move_loss) * sum(a != b for a, b in pairwise(inner))
