"""The scorer against visits of real tourists: ``python -m benchmarks.tours --data DIR``.

Reads ``poi-*.csv``, ``traj-*.csv.gz`` and ``published.csv`` of a directory. Every trajectory of three places or more is asked
for in turn, given its first place, its last and how many there are; every other trajectory is known. The answer has as many
places, and is judged by F1 on places, by pairs-F1 on ordered pairs, and by F1 on the places between the given ends.

Nothing is learned from the trip that is asked for: counts are those of all other trips, and weights are learned in folds,
from the trips of the other folds and their counts alone. ``--ablate`` leaves out each part in turn, and ``--weights`` prints
what was learned. One core; two minutes, with ``--ablate`` ten.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import math
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from recommender.orienteering import Problem, solve
from recommender.scoring import Ground, History, PastTrip, Profile, TripModel, content_features, fit, learn
from recommender.scoring.learned import LEG_FEATURES, PLACE_FEATURES

Floats = npt.NDArray[np.float64]
Figures = tuple[float, float, float]

FOLDS: Final = 20
ITERATIONS: Final = 1_000
UNIT: Final = 10_000
"""The engine's whole prizes in one unit of a score."""
LEG_WEIGHT: Final = 0.1
"""How much the score of a leg counts beside that of a place: what is seen comes first, the order mostly settles the rest."""
STEP_LOSS: Final = 0.02
"""What a step of distance costs the content scorer, whose scores go from 0 to 1 and know no legs."""
DATE: Final = dt.date(2027, 5, 1)
"""Any; without best months and settings no place gains by it."""
FIRST_VISIT: Final = Profile(explore=0.0, reach="classic")
"""Of the traveller nothing is told."""
METHODS: Final = ("popularity", "content", "content, engine", "learned", "learned, engine")


@dataclass(frozen=True)
class City:
    """Places and trajectories of one city; the trajectories of three places or more are ``asked``."""

    name: str
    frame: pd.DataFrame
    trips: tuple[PastTrip, ...]

    @cached_property
    def ground(self) -> Ground:
        """Places, with the likeness of the content scorer's features where nothing is known of popularity."""
        return Ground.of(self.frame, content_features(content_frame(self.frame, np.zeros(len(self.frame)))).similarity)

    @cached_property
    def asked(self) -> tuple[PastTrip, ...]:
        """Trips with something between their ends."""
        return tuple(trip for trip in self.trips if len(trip.places) > 2)


# -------------------------------------------------------------------------------------------------- reading


def read_city(directory: Path, code: str) -> City:
    """The places and trajectories of ``poi-CODE.csv`` and ``traj-CODE.csv.gz``."""
    places = pd.read_csv(directory / f"poi-{code}.csv", dtype={"poiID": str})
    frame = pd.DataFrame({
        "category": places["poiCat"].str.lower().str.replace(" ", "_"), "lat": places["poiLat"], "lon": places["poiLon"],
    }).set_index(pd.Index(places["poiID"], name="id"))  # fmt: skip
    visits = pd.read_csv(directory / f"traj-{code}.csv.gz", dtype={"poiID": str, "trajID": str})
    visits = visits.sort_values(["startTime", "endTime"], kind="stable")
    trips = tuple(
        PastTrip(tuple(trip["poiID"]), tuple((trip["startTime"] // 60 % 1440).tolist()))
        for _, trip in visits.groupby("trajID", sort=False)
    )
    return City(code, frame, trips)


def read_published(path: Path, code: str) -> list[tuple[str, str, str, str]]:
    """Method, F1, pairs-F1 and protocol of the published rows of a city that are said to be of the same protocol."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            (row["method"], row["f1"], row["pairs_f1"], row["protocol"])
            for row in csv.DictReader(file)
            if row["city"].startswith(code) and row["protocol"].startswith("A")
        ]


def content_frame(frame: pd.DataFrame, popularity: Floats) -> pd.DataFrame:
    """The columns that the content scorer asks for; what such data do not say is unknown."""
    n = len(frame)
    unknown: dict[str, Any] = {"tags": [()] * n, "grade": [()] * n, "indoor": [None] * n, "best_months": [()] * n,
                               "description_zh": [""] * n, "description_en": [""] * n}  # fmt: skip
    columns = {"category": frame["category"], "popularity": popularity, "visit_min": 0.0, "in_classic": True}
    return pd.DataFrame(columns | unknown, index=frame.index)


# -------------------------------------------------------------------------------------------------- answers


def by_score(total: Floats, rows: Sequence[int]) -> list[int]:
    """The ends of a trip and between them the best places, the best first."""
    left = total.copy()
    left[[rows[0], rows[-1]]] = -np.inf
    return [rows[0], *np.argsort(-left, kind="stable")[: len(rows) - 2].tolist(), rows[-1]]


def by_engine(total: Floats, legs: Floats, rows: Sequence[int], iterations: int = ITERATIONS) -> list[int]:
    """The path of as many places as ``rows`` between its ends whose places and legs score most, by our own search.

    One day, two depots, and a trip resource of which every visit takes one; a leg's score is a negative loss.
    """
    start, end = rows[0], rows[-1]
    inner = [row for row in range(len(total)) if row not in (start, end)]
    nodes = [*inner, start, end]
    # A visit puts two legs for one, and has to be worth making whatever they are; so all are made that the resource allows.
    floor = float(total[inner].min()) - 3 * float(np.abs(legs).max())
    n = len(inner)
    travel = np.ones((n + 2, n + 2), dtype=np.int64)
    slots = np.array([[True, False], [False, True]])
    problem = Problem.of(
        np.rint(UNIT * (total[inner] - floor)), np.zeros(n), travel, np.zeros(n), np.full(n, 1000), [0], [1000],
        slot_allowed=slots, arc_loss=np.rint(-UNIT * legs[np.ix_(nodes, nodes)]).astype(np.int64)[None],
        trip_use=np.ones((1, n), dtype=np.int64), trip_cap=np.array([len(rows) - 2], dtype=np.int64),
    )  # fmt: skip
    (route,) = solve(problem, iterations=iterations).routes
    return [start, *(inner[visit] for visit in route), end]


def answers(
    city: City, *, folds: int = FOLDS, leave_out: Iterable[str] = (), methods: Sequence[str] = METHODS
) -> Iterator[tuple[PastTrip, dict[str, list[int]]]]:
    """Each trip that is asked for, with the path that each method answers; no answer knows what it is asked for."""
    ground, history = city.ground, History(city.ground, city.trips)
    order = np.random.default_rng(0).permutation(len(city.asked))
    for fold in range(folds):
        held = [city.asked[number] for number in order[fold::folds]]
        if not held:
            continue
        with history.without(held):
            others = [city.asked[number] for number in np.sort(np.delete(order, np.s_[fold::folds]))]
            taste = learn(history, others, leave_out=leave_out).taste
        model = TripModel(history, taste)
        for trip in held:
            rows = ground.rows(trip).tolist()
            yield trip, {method: _answer(method, city, model, trip, rows) for method in methods}


def _answer(method: str, city: City, model: TripModel, trip: PastTrip, rows: list[int]) -> list[int]:
    if method.startswith("learned"):
        scores = model.score(trip.places[0], trip.places[-1], len(trip.places), without=[trip])
        if "engine" in method:
            return by_engine(scores.total, LEG_WEIGHT * scores.legs, rows)
        return by_score(scores.total, rows)
    with model.history.without([trip]) as history:
        visits = history.visits.copy()
    if method == "popularity":
        return by_score(visits, rows)
    popularity = 100 * visits / max(float(visits.max()), 1)
    total = fit(content_frame(city.frame, popularity)).score(FIRST_VISIT, DATE).total
    steps = city.ground.km / city.ground.step_km
    return by_engine(total, -STEP_LOSS * np.log1p(steps), rows) if "engine" in method else by_score(total, rows)


# -------------------------------------------------------------------------------------------------- figures


def figures(answer: Sequence[int], truth: Sequence[int]) -> Figures:
    """F1 on places, pairs-F1 on ordered pairs, F1 on the places between the ends; both paths are equally long."""
    place = {row: number for number, row in enumerate(truth)}
    common = [place[row] for row in answer if row in place]
    pairs = sum(a < b for a, b in itertools.combinations(common, 2))
    inner = len(set(answer[1:-1]) & set(truth[1:-1]))
    length = len(truth)
    return len(common) / length, pairs / math.comb(length, 2), inner / (length - 2)


def judged(city: City, **more: Any) -> dict[str, Figures]:
    """The mean figures of each method over all trips that are asked for."""
    found: dict[str, list[Figures]] = {}
    for trip, paths in answers(city, **more):
        truth = city.ground.rows(trip).tolist()
        for method, path in paths.items():
            found.setdefault(method, []).append(figures(path, truth))
    return {method: _means(rows) for method, rows in found.items()}


def _means(rows: Iterable[Figures]) -> Figures:
    f1, pairs, inner = (statistics.fmean(column) for column in zip(*rows, strict=True))
    return f1, pairs, inner


def _row(name: str, values: Iterable[float]) -> str:
    return f"| {name} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


def _compare(city: City, published: list[tuple[str, str, str, str]]) -> None:
    began = time.perf_counter()
    ours = judged(city)
    lengths = [len(trip.places) for trip in city.asked]
    floor = (statistics.fmean(2 / k for k in lengths), statistics.fmean(1 / math.comb(k, 2) for k in lengths), 0.0)
    print(f"\n### {city.name}: {len(city.frame)} places, {len(city.asked)} trips asked for\n")
    print("| method | F1 | pairs-F1 | interior F1 |\n|---|---|---|---|")
    for name, values in ours.items():
        print(_row(f"**{name}**", values))
    for method, f1, pairs, protocol in sorted(published, key=lambda row: row[3]):
        print(f"| {method}{'' if protocol == 'A' else ' (protocol not stated)'} | {f1} | {pairs or '–'} | – |")
    print(_row("only the ends right", floor))
    print(f"{city.name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _ablate(cities: Sequence[City]) -> None:
    names = list(dict.fromkeys((*PLACE_FEATURES, *LEG_FEATURES)))
    print("\n| left out | " + " | ".join(city.name for city in cities) + " |\n|---|" + "---|" * len(cities))
    for name in ("nothing", *names):
        cells = [judged(city, leave_out=[name], methods=METHODS[-1:])[METHODS[-1]] for city in cities]
        shown = " | ".join(" / ".join(f"{value:.3f}" for value in cell) for cell in cells)
        print(f"| {name} | {shown} |", flush=True)


def _weights(cities: Sequence[City]) -> None:
    """The weights that all trips of a city teach; of no answer, since it would know its own trip."""
    for city in cities:
        taste = learn(History(city.ground, city.trips), city.asked).taste
        tables: tuple[tuple[str, Mapping[str, float]], ...] = (("places", taste.places), ("legs", taste.legs))
        for what, weights in tables:
            print(f"{city.name}, {what}: " + ", ".join(f"{name} {weight:+.2f}" for name, weight in weights.items()))


def main() -> None:
    """Print the tables as Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, metavar="DIR")
    arguments.add_argument("--city", nargs="+", help="only these, named as in the files")
    arguments.add_argument("--ablate", action="store_true", help="leave out each part in turn")
    arguments.add_argument("--weights", action="store_true", help="print the weights learned from all trips")
    given = arguments.parse_args()
    codes = given.city or sorted(path.stem.removeprefix("poi-") for path in given.data.glob("poi-*.csv"))
    cities = [read_city(given.data, code) for code in codes]
    if given.ablate:
        _ablate(cities)
    if given.weights:
        _weights(cities)
    if not (given.ablate or given.weights):
        published = given.data / "published.csv"
        for city in cities:
            _compare(city, read_published(published, city.name) if published.exists() else [])


if __name__ == "__main__":
    main()
