"""The search on public team orienteering instances with time windows, beside two packages.

``python -m benchmarks.toptw --instances DIR --m 1 2 3 4 --seconds 0.2 1 5 --engine ours uncompiled pyvrp ortools --best CSV``

Reads every file of the directory in the library's format: vertex 0 begins and ends every tour, its closing time is the
budget of a tour, a visit has to start inside its window, waiting is free, and every profit counts once. Distances are cut
down to one decimal, for instances whose name begins with ``pr`` to two; everything is computed in whole tenths or hundredths.

Runs on one core, all engines in turn on each instance; budgets are by the clock and include building the model, not
reading the file. Our own search keeps to them; the packages look at their clocks less often, ``wall_s`` says what they
took. Rows that are in the results already are not run again. ``benchmarks.toptw_check`` verifies the routes.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import math
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np

from recommender.orienteering import Problem, solve

RESULT_FIELDS: Final = ("instance", "m", "engine", "budget_s", "seed", "value", "wall_s", "iterations", "gap")
ROUTE_FIELDS: Final = ("instance", "m", "engine", "budget_s", "seed", "routes")
KEY: Final = ROUTE_FIELDS[:5]
_LEAST_FIELDS: Final = 7
"""Of a vertex: number, x, y, duration, profit and the window; the two lines before have fewer."""

Routes = list[list[int]]


@dataclass(frozen=True)
class Instance:
    """An instance in whole ``scale``-ths; index 0 is the depot."""

    name: str
    scale: int
    duration: tuple[int, ...]
    profit: tuple[int, ...]
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    travel: np.ndarray[Any, np.dtype[np.int64]]

    @property
    def size(self) -> int:
        """Number of vertices, the depot included."""
        return len(self.profit)


@dataclass(frozen=True)
class Answer:
    """Tours without the depot, in the file's numbers, and rounds of search where an engine tells."""

    routes: Routes
    iterations: int | None = None


Engine = Callable[[Instance, int, float, int], Answer]


# -------------------------------------------------------------------------------------------------- reading


def read_instance(path: Path) -> Instance:
    """The instance of a file; more lines than the first one announces are left out.

    Raises
    ------
    ValueError
        If it is none: no header, too few vertices, numbers out of order, or profits that are not whole.
    """
    lines = [line.split() for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    if not lines or len(lines[0]) < 3:
        raise ValueError(f"{path.name}: no first line with the number of vertices")
    count = int(lines[0][2]) + 1
    rows = [line for line in lines[1:] if len(line) >= _LEAST_FIELDS][:count]
    if [int(row[0]) for row in rows] != list(range(count)):
        raise ValueError(f"{path.name}: vertices are not 0 to {count - 1}")
    scale = 100 if path.stem.lower().startswith("pr") else 10

    def whole(text: str) -> int:
        return round(Decimal(text) * scale)

    profits = [Decimal(row[4]) for row in rows]
    if any(profit != int(profit) for profit in profits):
        raise ValueError(f"{path.name}: profits are not whole")
    return Instance(
        name=path.stem,
        scale=scale,
        duration=tuple(whole(row[3]) for row in rows),
        profit=tuple(int(profit) for profit in profits),
        opens=tuple(whole(row[-2]) for row in rows),
        closes=tuple(whole(row[-1]) for row in rows),
        travel=_distances([(Decimal(row[1]), Decimal(row[2])) for row in rows], scale),
    )


def _distances(points: Sequence[tuple[Decimal, Decimal]], scale: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Euclidean distances cut down to whole ``scale``-ths, exactly: floats could fall on the wrong side."""
    places = max(max(0, -int(c.as_tuple().exponent)) for point in points for c in point)
    grain = 10**places
    whole = [(int(x * grain), int(y * grain)) for x, y in points]
    table = np.zeros((len(points), len(points)), dtype=np.int64)
    for i, (a, b) in enumerate(whole):
        for j, (c, d) in enumerate(whole[:i]):
            table[i, j] = table[j, i] = math.isqrt(scale * scale * ((a - c) ** 2 + (b - d) ** 2) // (grain * grain))
    return table


def class_of(name: str) -> str:
    """c1, r1, rc1, c2, r2, rc2, pr, or other."""
    found = re.fullmatch(r"(pr|rc|r|c)(\d)?\d*", name.lower())
    return "other" if found is None else "pr" if found[1] == "pr" else found[1] + (found[2] or "")


# -------------------------------------------------------------------------------------------------- engines


def problem_of(instance: Instance, m: int) -> Problem:
    """The instance for our own search: visits first, then the one depot."""
    order = [*range(1, instance.size), 0]
    return Problem.of(
        instance.profit[1:], instance.duration[1:], instance.travel[np.ix_(order, order)], instance.opens[1:],
        instance.closes[1:], [instance.opens[0]] * m, [instance.closes[0]] * m,
    )  # fmt: skip


def _ours(instance: Instance, m: int, seconds: float, seed: int, *, compiled: bool = True) -> Answer:
    began = time.perf_counter()
    problem = problem_of(instance, m)
    # What is built inside is built twice, and its time subtracted twice.
    first = time.perf_counter()
    solve(problem, iterations=0, compiled=compiled)
    built = time.perf_counter()
    left = max(0.001, seconds - (built - began) - (built - first))
    found = solve(problem, seconds=left, seed=seed, compiled=compiled)
    return Answer([[k + 1 for k in route] for route in found.routes], found.iterations)


def _counted(instance: Instance, m: int, iterations: int, seed: int, *, compiled: bool) -> Answer:
    found = solve(problem_of(instance, m), iterations=iterations, seed=seed, compiled=compiled)
    return Answer([[k + 1 for k in route] for route in found.routes], found.iterations)


def _uncompiled(instance: Instance, m: int, seconds: float, seed: int) -> Answer:
    return _ours(instance, m, seconds, seed, compiled=False)


def _pyvrp(instance: Instance, m: int, seconds: float, seed: int) -> Answer:
    """Prize-collecting routing, prizes so large that all travel together is worth less than one point."""
    began = time.perf_counter()
    pyvrp = importlib.import_module("pyvrp")
    stop = importlib.import_module("pyvrp.stop")
    point = m * instance.closes[0] + 1
    travel = instance.travel
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(instance.size)],
        clients=[
            pyvrp.Client(
                k, service_duration=instance.duration[k], tw_early=instance.opens[k], tw_late=instance.closes[k],
                prize=instance.profit[k] * point, required=False,
            )
            for k in range(1, instance.size)
        ],
        depots=[pyvrp.Depot(0, tw_early=instance.opens[0], tw_late=instance.closes[0])],
        vehicle_types=[pyvrp.VehicleType(m, tw_early=instance.opens[0], tw_late=instance.closes[0])],
        distance_matrices=[travel],
        duration_matrices=[travel],
    )  # fmt: skip
    left = max(0.001, seconds - (time.perf_counter() - began))
    result = pyvrp.solve(data, stop.MaxRuntime(left), seed=seed, collect_stats=False, display=False)
    if not result.is_feasible():
        return Answer([])
    routes = [
        [activity.idx + 1 for activity in route.schedule() if activity.is_client()] for route in result.best.routes()
    ]
    return Answer(routes, int(result.num_iterations))


def _ortools(instance: Instance, m: int, seconds: float, seed: int) -> Answer:
    """Routing with optional stops: arc costs for guided local search to act on, a penalty for each stop left out."""
    began = time.perf_counter()
    pywrapcp = importlib.import_module("ortools.constraint_solver.pywrapcp")
    options = importlib.import_module("ortools.constraint_solver.routing_enums_pb2")
    manager = pywrapcp.RoutingIndexManager(instance.size, m, 0)
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(instance.travel.tolist()))
    spent = instance.travel + np.array(instance.duration, dtype=np.int64)[:, None]
    last = instance.closes[0]
    routing.AddDimension(routing.RegisterTransitMatrix(spent.tolist()), last, last, False, "time")  # noqa: FBT003
    clock = routing.GetDimensionOrDie("time")
    point = max(1, int(np.median(instance.travel)))
    for k in range(1, instance.size):
        index = manager.NodeToIndex(k)
        routing.AddDisjunction([index], instance.profit[k] * point)
        if instance.opens[k] > min(instance.closes[k], last):
            routing.solver().Add(routing.ActiveVar(index) == 0)
        else:
            clock.CumulVar(index).SetRange(instance.opens[k], min(instance.closes[k], last))
    for vehicle in range(m):
        clock.CumulVar(routing.Start(vehicle)).SetMin(instance.opens[0])
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = options.FirstSolutionStrategy.AUTOMATIC
    how.local_search_metaheuristic = options.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    left = max(0.001, seconds - (time.perf_counter() - began))
    how.time_limit.FromMilliseconds(max(1, int(left * 1000)))
    found = routing.SolveWithParameters(how)
    if found is None:
        return Answer([])
    routes: Routes = []
    for vehicle in range(m):
        index = found.Value(routing.NextVar(routing.Start(vehicle)))
        routes.append([])
        while not routing.IsEnd(index):
            routes[-1].append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
    return Answer(routes)


ENGINES: Final[dict[str, Engine]] = {
    "ours": _ours, "uncompiled": _uncompiled, "pyvrp": _pyvrp, "ortools": _ortools,
}  # fmt: skip
PACKAGES: Final = {"pyvrp": "pyvrp", "ortools": "ortools.constraint_solver.pywrapcp"}


def make_ready(engines: Iterable[str]) -> None:
    """Import and compile before any clock runs; ends the program with what to install if a package is missing."""
    for engine in engines:
        if engine in PACKAGES:
            try:
                importlib.import_module(PACKAGES[engine])
            except ImportError:
                sys.exit(f"{engine} is not installed: python -m pip install -r requirements-benchmarks.txt")
        else:
            tiny = Problem.of([1], [1], [[0, 1], [1, 0]], [0], [9], [0], [9])
            solve(tiny, iterations=2, compiled=engine == "ours")


# -------------------------------------------------------------------------------------------------- running


@dataclass(frozen=True)
class Run:
    """One row to be: which instance, how many tours, by which engine, how long, with which seed."""

    instance: str
    m: int
    engine: str
    seconds: float | None
    iterations: int | None
    seed: int

    @property
    def key(self) -> tuple[str, ...]:
        """What tells its row from all others; a run by iterations has these instead of seconds."""
        budget = f"{self.seconds:g}" if self.iterations is None else f"{self.iterations}it"
        return self.instance, str(self.m), self.engine, budget, str(self.seed)


def runs(names: Iterable[str], options: argparse.Namespace) -> Iterator[Run]:
    """All runs, engines and budgets in turn on each instance."""
    budgets = [None] if options.iterations is not None else options.seconds
    for name in names:
        for m in options.m:
            for seconds in budgets:
                for seed in options.seeds:
                    for engine in options.engine:
                        yield Run(name, m, engine, seconds, options.iterations, seed)


def answer(instance: Instance, run: Run) -> tuple[Answer, float]:
    """What the engine finds, and how long it took."""
    began = time.perf_counter()
    if run.iterations is not None:
        found = _counted(instance, run.m, run.iterations, run.seed, compiled=run.engine == "ours")
    else:
        assert run.seconds is not None
        found = ENGINES[run.engine](instance, run.m, run.seconds, run.seed)
    return found, time.perf_counter() - began


def as_text(routes: Routes, m: int) -> str:
    """``0 5 7 0 | 0 3 0``; tours that are not made as ``0 0``."""
    padded = [*routes, *[[]] * (m - len(routes))]
    return " | ".join(" ".join(str(k) for k in (0, *route, 0)) for route in padded)


def gap_of(best: int | None, value: int) -> float | None:
    """Per cent by which the best known value is missed."""
    return None if not best else 100 * (best - value) / best


def read_best(path: Path | None) -> dict[tuple[str, int], int]:
    """Best known value of each instance and number of tours."""
    if path is None:
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {(row["instance"], int(row["m"])): round(float(row["best"])) for row in csv.DictReader(file) if row["best"]}


def _whole_rows(path: Path, fields: Sequence[str]) -> dict[tuple[str, ...], dict[str, str]]:
    """Rows of a file by key; one that was cut off while it was written is left out."""
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    lines = text[: text.rfind("\n") + 1].splitlines()
    rows = [row for row in csv.DictReader(lines) if None not in row and None not in row.values()]
    if rows and tuple(rows[0]) != tuple(fields):
        sys.exit(f"{path}: the columns are not {', '.join(fields)}")
    return {tuple(row[name] for name in KEY): row for row in rows}


def _write(path: Path, fields: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fields, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def _append(path: Path, fields: Sequence[str], row: dict[str, str]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, fields, lineterminator="\n").writerow(row)


def resume(out: Path, routes: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """Rows that are in both files; both are written anew with these only."""
    done, tours = _whole_rows(out, RESULT_FIELDS), _whole_rows(routes, ROUTE_FIELDS)
    kept = [key for key in done if key in tours]
    _write(out, RESULT_FIELDS, (done[key] for key in kept))
    _write(routes, ROUTE_FIELDS, (tours[key] for key in kept))
    return {key: done[key] for key in kept}


def work(options: argparse.Namespace) -> list[dict[str, str]]:
    """Every run that is not done yet; gives the rows of all that were asked for."""
    instances = {}
    for path in sorted(options.instances.iterdir()):
        if path.suffix == ".txt" and path.is_file():
            instances[path.stem] = path
    if not instances:
        sys.exit(f"{options.instances}: no .txt files")
    best = read_best(options.best)
    done = resume(options.out, options.routes)
    asked = list(runs(instances, options))
    read: dict[str, Instance] = {}
    for number, run in enumerate(asked, start=1):
        if run.key in done:
            continue
        if run.instance not in read:
            read = {run.instance: read_instance(instances[run.instance])}
        instance = read[run.instance]
        found, wall = answer(instance, run)
        value = sum(instance.profit[k] for route in found.routes for k in route)
        gap = gap_of(best.get((run.instance, run.m)), value)
        row = dict(zip(KEY, run.key, strict=True))
        _append(options.routes, ROUTE_FIELDS, row | {"routes": as_text(found.routes, run.m)})
        row |= {
            "value": str(value), "wall_s": f"{wall:.4f}", "iterations": "" if found.iterations is None else str(found.iterations),
            "gap": "" if gap is None else f"{gap:.4f}",
        }  # fmt: skip
        _append(options.out, RESULT_FIELDS, row)
        done[run.key] = row
        print(f"{number}/{len(asked)} {' '.join(run.key)}: {value} in {wall:.2f} s", file=sys.stderr)
    return [done[run.key] for run in asked]


def summary(rows: Iterable[dict[str, str]]) -> str:
    """Mean and 90th percentile of the gaps by class, engine and budget, as Markdown."""
    gaps: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["gap"]:
            for group in (class_of(row["instance"]), "all"):
                gaps[row["engine"], row["budget_s"]][group].append(float(row["gap"]))
    order = ["c1", "r1", "rc1", "c2", "r2", "rc2", "pr"]
    seen = {group for by_class in gaps.values() for group in by_class}
    classes = [*(c for c in order if c in seen), *sorted(seen - {*order, "all"}), "all"]
    lines = [f"| engine | budget | {' | '.join(classes)} |", "|---" * (len(classes) + 2) + "|"]
    for (engine, budget), by_class in gaps.items():
        cells = [
            f"{np.mean(by_class[c]):.2f} ({np.percentile(by_class[c], 90):.2f}) n={len(by_class[c])}" if by_class.get(c) else ""
            for c in classes
        ]
        lines.append(f"| {engine} | {budget} | {' | '.join(cells)} |")
    return "\n".join(["Gap to the best known value in %, mean (p90):", "", *lines])


def parser() -> argparse.ArgumentParser:
    """What can be asked on the command line."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.toptw", description="Team orienteering on public instances.")
    asked.add_argument("--instances", type=Path, required=True, help="directory of .txt files")
    asked.add_argument("--m", type=int, nargs="+", default=[1, 2, 3, 4], help="numbers of tours")
    asked.add_argument("--seconds", type=float, nargs="+", default=[0.2, 1.0, 5.0], help="budgets")
    asked.add_argument("--iterations", type=int, help="run our own search by rounds instead of seconds")
    asked.add_argument("--engine", nargs="+", choices=sorted(ENGINES), default=["ours"])
    asked.add_argument("--seeds", type=int, nargs="+", default=[0])
    asked.add_argument("--best", type=Path, help="CSV with the columns instance, m, best")
    asked.add_argument("--out", type=Path, default=Path("results.csv"))
    asked.add_argument("--routes", type=Path, default=Path("routes.csv"))
    return asked


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is missing and print the summary."""
    asked = parser()
    options = asked.parse_args(arguments)
    if options.iterations is not None and set(options.engine) & PACKAGES.keys():
        asked.error("--iterations is for ours and uncompiled only")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    make_ready(options.engine)
    print(summary(work(options)))


if __name__ == "__main__":
    main()
