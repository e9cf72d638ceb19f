"""Routes of ``benchmarks.toptw`` walked from the raw files: ``python -m benchmarks.toptw_check --instances DIR --routes CSV``.

Shares no code with the search or the benchmark: reads the files itself, in exact decimals. ``--results CSV`` also compares
the values. Ends with 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Context, Decimal
from pathlib import Path
from typing import Final, NamedTuple

_PRECISE: Final = Context(prec=60)
KEY: Final = ("instance", "m", "engine", "budget_s", "seed")


class Vertex(NamedTuple):
    """A line of the file."""

    x: Decimal
    y: Decimal
    duration: Decimal
    profit: Decimal
    opens: Decimal
    closes: Decimal


def vertices(path: Path) -> dict[int, Vertex]:
    """Vertices by number."""
    found: dict[int, Vertex] = {}
    with path.open(encoding="utf-8", errors="replace") as file:
        header = file.readline().split()
        for line in file:
            words = line.split()
            if len(words) > 6 and int(words[0]) <= int(header[2]) and int(words[0]) not in found:
                x, y, duration, profit = (Decimal(word) for word in words[1:5])
                found[int(words[0])] = Vertex(x, y, duration, profit, Decimal(words[-2]), Decimal(words[-1]))
    return found


def leg(a: Vertex, b: Vertex, unit: Decimal) -> Decimal:
    """Distance cut down to the unit."""
    square = (a.x - b.x) ** 2 + (a.y - b.y) ** 2
    return _PRECISE.sqrt(square).quantize(unit, rounding=ROUND_FLOOR)


def walk(all_of: dict[int, Vertex], tours: Sequence[Sequence[int]], m: int, unit: Decimal) -> tuple[Decimal, list[str]]:
    """Profit of the tours and everything that is wrong with them."""
    faults: list[str] = []
    visited = [k for tour in tours for k in tour[1:-1]]
    if len(tours) > m:
        faults.append(f"{len(tours)} tours instead of {m}")
    faults += [f"vertex {k} is visited {visited.count(k)} times" for k in sorted(set(visited)) if visited.count(k) > 1]
    for number, tour in enumerate(tours, start=1):
        if len(tour) < 2 or tour[0] != 0 or tour[-1] != 0 or 0 in tour[1:-1]:
            faults.append(f"tour {number} does not go from 0 to 0")
            continue
        if unknown := [k for k in tour if k not in all_of]:
            faults.append(f"tour {number}: no vertex {unknown[0]}")
            continue
        clock = all_of[0].opens
        for before, here in zip(tour, tour[1:], strict=False):  # noqa: RUF007 - shares nothing, reads by itself
            clock += leg(all_of[before], all_of[here], unit)
            if here == 0:
                if clock > all_of[0].closes:
                    faults.append(f"tour {number} ends at {clock}, after {all_of[0].closes}")
                break
            clock = max(clock, all_of[here].opens)
            if clock > all_of[here].closes:
                faults.append(f"tour {number}: vertex {here} starts at {clock}, after {all_of[here].closes}")
            clock += all_of[here].duration
    return sum((all_of[k].profit for k in visited if k in all_of), Decimal(0)), faults


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def faults_of(instances: Path, routes: Path, results: Path | None) -> tuple[int, list[str]]:
    """Number of rows and everything that is wrong, each with its row."""
    faults: list[str] = []
    profits: dict[tuple[str, ...], Decimal] = {}
    read: dict[str, dict[int, Vertex]] = {}
    for row in _rows(routes):
        key = tuple(row[name] for name in KEY)
        label = " ".join(key)
        if key in profits:
            faults.append(f"{label}: twice")
        name = row["instance"]
        if name not in read:
            read[name] = vertices(instances / f"{name}.txt")
        unit = Decimal("0.01") if name.lower().startswith("pr") else Decimal("0.1")
        tours = [[int(word) for word in part.split()] for part in row["routes"].split("|")]
        profits[key], wrong = walk(read[name], tours, int(row["m"]), unit)
        faults += [f"{label}: {fault}" for fault in wrong]
    if results is not None:
        values = {tuple(row[name] for name in KEY): row["value"] for row in _rows(results)}
        faults += [f"{' '.join(key)}: no routes" for key in values if key not in profits]
        faults += [f"{' '.join(key)}: no result" for key in profits if key not in values]
        faults += [
            f"{' '.join(key)}: value {values[key]} is not {profit}"
            for key, profit in profits.items()
            if key in values and Decimal(values[key]) != profit
        ]
    return len(profits), faults


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what is wrong, and how many rows were looked at."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.toptw_check", description="Walk the routes of a benchmark.")
    asked.add_argument("--instances", type=Path, required=True, help="directory of .txt files")
    asked.add_argument("--routes", type=Path, required=True)
    asked.add_argument("--results", type=Path)
    options = asked.parse_args(arguments)
    count, faults = faults_of(options.instances, options.routes, options.results)
    for fault in faults:
        print(fault)
    print(f"{count} rows, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
