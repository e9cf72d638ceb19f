"""The comparison with visits: its figures by hand, its paths against every path, and no look at what is asked for."""

from __future__ import annotations

import gzip
import itertools

import numpy as np
import pytest

from benchmarks.tours import City, answers, by_engine, by_score, figures, read_city, read_published
from recommender.scoring import PastTrip


def test_figures_by_hand() -> None:
    assert figures([0, 1, 2, 3], [0, 1, 2, 3]) == (1, 1, 1)
    assert figures([0, 2, 1, 3], [0, 1, 2, 3]) == pytest.approx((1, 5 / 6, 1))
    assert figures([0, 1, 5, 3], [0, 1, 2, 3]) == pytest.approx((3 / 4, 1 / 2, 1 / 2))
    assert figures([0, 7, 3], [0, 1, 3]) == pytest.approx((2 / 3, 1 / 3, 0))


def test_the_best_by_score_come_between_the_ends() -> None:
    assert by_score(np.array([9.0, 1.0, 3.0, 2.0, 8.0]), [0, 1, 2, 4]) == [0, 2, 3, 4]


@pytest.mark.parametrize("seed", range(12))
def test_the_engine_finds_the_best_path(seed: int) -> None:
    dice = np.random.default_rng(seed)
    n, length = 9, 3 + seed % 4
    total, legs = dice.normal(size=n), dice.normal(size=(n, n))

    def worth(path: tuple[int, ...]) -> float:
        return float(total[list(path[1:-1])].sum() + sum(legs[a, b] for a, b in itertools.pairwise(path)))

    best = max(worth((0, *inner, 1)) for inner in itertools.permutations(range(2, n), length - 2))
    path = by_engine(total, legs, [0, *range(2, length), 1], 2_000)
    assert len(path) == length
    assert path[0] == 0
    assert path[-1] == 1
    assert worth(tuple(path)) == pytest.approx(best, abs=0.01)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A made-up city on disk, with a place in the middle of most trips."""
    folder = tmp_path_factory.mktemp("tours")
    dice = np.random.default_rng(5)
    places = ["poiID,poiCat,poiLat,poiLon"]
    places += [
        f"{k},{'Big park' if k % 2 else 'Museum'},{37 + dice.random() / 50},{112 + dice.random() / 50}"
        for k in range(9)
    ]
    visits = ["userID,trajID,poiID,startTime,endTime,#photo,trajLen,poiDuration"]
    for trip in range(40):
        path = [*dice.permutation(8)[: 2 + trip % 3]]
        path.insert(1, 8)
        hours = range(1_000_000, 1_000_000 + 3600 * len(path), 3600)
        visits += [f"u{trip},{trip},{k},{at},{at + 99},1,{len(path)},9" for k, at in zip(path, hours, strict=True)]
    (folder / "poi-Home.csv").write_text("\n".join(places), encoding="utf-8")
    (folder / "traj-Home.csv.gz").write_bytes(gzip.compress("\n".join([visits[0], *visits[:0:-1]]).encode()))
    (folder / "published.csv").write_text(
        "city,method,f1,f1_std,pairs_f1,pairs_f1_std,protocol,source\nHometown,Old,0.5,,0.2,,A,x\nHometown,New,0.6,,,,B,x\n",
        encoding="utf-8",
    )
    assert read_published(folder / "published.csv", "Home") == [("Old", "0.5", "0.2", "A")]
    return read_city(folder, "Home")


def test_a_city_is_read_in_order_of_time(city: City) -> None:
    assert len(city.trips) == 40
    assert all(trip.places[1] == "8" for trip in city.trips)
    assert set(city.frame["category"]) == {"big_park", "museum"}
    assert len(city.asked) == 40


def test_the_middle_is_found_by_what_others_did(city: City) -> None:
    eight = city.ground.index["8"]
    found = [paths["learned, engine"] for _, paths in answers(city, folds=4)]
    assert np.mean([eight in path for path in found]) > 0.9


@pytest.mark.parametrize("number", [7, *(pytest.param(number, marks=pytest.mark.heavy) for number in (0, 23))])
def test_what_lay_between_the_ends_of_the_asked_trip_cannot_matter(city: City, number: int) -> None:
    """Every method answers the same whatever the trip that is asked for held."""
    asked = city.trips[number]
    free = [place for place in city.frame.index if place not in (asked.places[0], asked.places[-1])]
    between = tuple(free[: len(asked.places) - 2])
    assert between != asked.places[1:-1]
    changed = PastTrip((asked.places[0], *between, asked.places[-1]), tuple(range(len(asked.places))))
    other = City(city.name, city.frame, (*city.trips[:number], changed, *city.trips[number + 1 :]))
    before = dict(answers(city, folds=4))
    after = dict(answers(other, folds=4))
    assert before[asked] == after[changed]
    assert set(before[asked]) == {"popularity", "content", "content, engine", "learned", "learned, engine"}
