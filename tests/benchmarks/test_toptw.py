"""The benchmark of team orienteering: reading, running on, summing up, and the walk through its routes."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import toptw, toptw_check

# A square of 10 around a depot in the middle of one side; the last place closes before one can be there.
SQUARE = """\
4 2 4 1
0 200
  0 5.00 0.00 0.00 0.00 0 0 0 60   \t
  1 0.00 0.00 5.00 10.00 1 1 1 0 50
  2 0.00 10.00 5.00 20.00 1 2 1 2 20 50

  3 10.00 10.00 5.00 40.00 1 1 1 0 50
  4 10.00 0.00 5.00 80.00 1 1 1 0 4
"""
BEST = "instance,m,best,status\nc101,1,60,optimal\npr01,1,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Two instances, one with two decimals and neither second number nor tidy end."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    (tmp_path / "instances").mkdir()
    (tmp_path / "instances" / "c101.txt").write_text(SQUARE, encoding="utf-8")
    loose = SQUARE.replace("0 200", "200").replace("\n", "  \r\n") + "  5 1 1 1 1 1 1 1 0 9\r\n\r\n junk \r\n"
    (tmp_path / "instances" / "pr01.txt").write_text(loose, encoding="utf-8", newline="")
    (tmp_path / "instances" / "notes.md").write_text("not an instance", encoding="utf-8")
    (tmp_path / "best.csv").write_text(BEST, encoding="utf-8")
    yield tmp_path
    if cores is not None:
        os.sched_setaffinity(0, cores)


def run(folder: Path, *more: str) -> None:
    toptw.main([
        "--instances", str(folder / "instances"), "--best", str(folder / "best.csv"), "--out", str(folder / "results.csv"),
        "--routes", str(folder / "routes.csv"), *more,
    ])  # fmt: skip


def walk(folder: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as ended:
        toptw_check.main(["--instances", str(folder / "instances"), "--routes", str(folder / "routes.csv"), *more])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# -------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(("name", "scale", "diagonal"), [("c101", 10, 111), ("pr01", 100, 1118)])
def test_instances_are_read_in_whole_units_with_distances_cut_down(
    folder: Path, name: str, scale: int, diagonal: int
) -> None:
    instance = toptw.read_instance(folder / "instances" / f"{name}.txt")
    assert (instance.name, instance.size, instance.scale) == (name, 5, scale)
    assert instance.profit == (0, 10, 20, 40, 80)
    assert instance.duration == (0, 5 * scale, 5 * scale, 5 * scale, 5 * scale)
    assert instance.opens == (0, 0, 20 * scale, 0, 0)
    assert instance.closes == (60 * scale, 50 * scale, 50 * scale, 50 * scale, 4 * scale)
    # From the depot to a far corner: the root of 125 is 11.180...
    assert instance.travel[0, 2] == instance.travel[2, 0] == diagonal
    assert instance.travel[0, 1] == 5 * scale


def test_distances_that_are_whole_stay_whole(tmp_path: Path) -> None:
    """In floating point the root of 0.3 squared and 0.4 squared times ten is a little less than 5."""
    path = tmp_path / "r101.txt"
    path.write_text("1 1 1 1\n0 0\n0 0.1 0.2 0 0 0 0 0 99\n1 0.4 0.6 0 7 0 0 0 99\n", encoding="utf-8")
    assert toptw.read_instance(path).travel[0, 1] == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no first line"), ("\n \n", "no first line"), ("1 2 3 4\n", "vertices are not 0 to 3"),
     (SQUARE.replace("  3 10.00", "  7 10.00"), "vertices are not 0 to 4"),
     (SQUARE.replace("40.00 1 1", "40.50 1 1"), "not whole")],
)  # fmt: skip
def test_what_is_no_instance_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "c109.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"^c109.txt: .*{says}"):
        toptw.read_instance(path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("c101", "c1"), ("r211", "r2"), ("rc108", "rc1"), ("RC208", "rc2"), ("pr20", "pr"), ("x1", "other"), ("c", "c")],
)
def test_classes_of_instances(name: str, expected: str) -> None:
    assert toptw.class_of(name) == expected


# -------------------------------------------------------------------------------------------------- running


def test_a_run_by_rounds_finds_the_best_and_its_routes_hold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "--m", "1", "2", "--iterations", "100", "--engine", "ours", "uncompiled")
    results = rows(folder / "results.csv")
    assert [tuple(row) for row in results[:1]] == [toptw.RESULT_FIELDS]
    assert len(results) == 8
    for row in results:
        assert (row["budget_s"], row["iterations"], row["value"]) == ("100it", "100", "70")
    by_gap = {(row["instance"], row["m"]): row["gap"] for row in results}
    assert by_gap == {("c101", "1"): f"{-100 / 6:.4f}", ("c101", "2"): "", ("pr01", "1"): "", ("pr01", "2"): ""}
    told = capsys.readouterr().out
    assert "| ours | 100it | -16.67 (-16.67) n=1 | -16.67 (-16.67) n=1 |" in told
    assert walk(folder, "--results", str(folder / "results.csv")) == 0
    assert capsys.readouterr().out == "8 rows, 0 faults\n"


def test_a_run_by_the_clock_keeps_to_it(folder: Path) -> None:
    run(folder, "--m", "1", "--seconds", "0.05", "0.1", "--seeds", "3", "4")
    results = rows(folder / "results.csv")
    assert [(row["instance"], row["budget_s"], row["seed"]) for row in results] == [
        (name, budget, seed) for name in ("c101", "pr01") for budget in ("0.05", "0.1") for seed in ("3", "4")
    ]
    assert all(float(row["wall_s"]) < float(row["budget_s"]) + 0.3 for row in results)
    assert walk(folder, "--results", str(folder / "results.csv")) == 0


def test_what_is_there_is_not_run_again_and_what_was_cut_off_is(folder: Path) -> None:
    asked = ("--m", "1", "--iterations", "20")
    run(folder, *asked)
    whole = (folder / "results.csv").read_bytes()
    run(folder, *asked)
    assert (folder / "results.csv").read_bytes() == whole
    (folder / "results.csv").write_bytes(whole[:-9])
    run(folder, *asked)
    assert [row["instance"] for row in rows(folder / "results.csv")] == ["c101", "pr01"]
    assert len(rows(folder / "routes.csv")) == 2
    assert walk(folder, "--results", str(folder / "results.csv")) == 0
    run(folder, "--m", "1", "3", "--iterations", "20")
    assert [row["m"] for row in rows(folder / "results.csv")] == ["1", "1", "3", "3"]


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(toptw.PACKAGES, "pyvrp", "no_such_package_at_all")
    with pytest.raises(SystemExit, match=r"^pyvrp is not installed: .*requirements-benchmarks\.txt"):
        toptw.make_ready(["pyvrp"])


def test_packages_have_no_rounds_and_folders_have_instances(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(folder, "--iterations", "5", "--engine", "pyvrp")
    assert "--iterations is for ours and uncompiled only" in capsys.readouterr().err
    for path in (folder / "instances").glob("*.txt"):
        path.unlink()
    with pytest.raises(SystemExit, match=r"no \.txt files"):
        run(folder, "--iterations", "5")


# ---------------------------------------------------------------------------------------------- the walk


def told(folder: Path, routes: str, m: int = 1, value: int | None = None) -> list[str]:
    """What the walk says to these routes, each without its row."""
    key = f"c101,{m},ours,1,0"
    (folder / "routes.csv").write_text(f"{','.join(toptw.ROUTE_FIELDS)}\n{key},{routes}\n", encoding="utf-8")
    results = None
    if value is not None:
        results = folder / "results.csv"
        results.write_text(f"{','.join(toptw.RESULT_FIELDS)}\n{key},{value},1,,\n", encoding="utf-8")
    count, faults = toptw_check.faults_of(folder / "instances", folder / "routes.csv", results)
    assert count == 1
    return [fault.partition(": ")[2] for fault in faults]


def test_right_routes_pass(folder: Path) -> None:
    assert told(folder, "0 1 2 3 0", value=70) == []
    assert told(folder, "0 0", value=0) == []
    assert told(folder, "0 3 0 | 0 1 2 0", m=2, value=70) == []


@pytest.mark.parametrize(
    ("routes", "m", "value", "fault"),
    [
        ("0 1 2 3 0", 1, 71, "value 71 is not 70.00"), ("0 1 0 | 0 2 0", 1, 30, "2 tours instead of 1"),
        ("0 1 0 | 0 1 0", 2, 20, "vertex 1 is visited 2 times"), ("0 1 2", 1, 10, "tour 1 does not go from 0 to 0"),
        ("0 9 0", 1, 0, "tour 1: no vertex 9"), ("0 4 0", 1, 80, "tour 1: vertex 4 starts at 5.0, after 4"),
        ("0 3 2 1 0 2 0", 1, 90, "vertex 2 is visited 2 times"),
    ],
)  # fmt: skip
def test_wrong_routes_are_named(folder: Path, routes: str, m: int, value: int, fault: str) -> None:
    assert fault in told(folder, routes, m, value)


def test_a_tour_that_ends_too_late_is_named(folder: Path) -> None:
    path = folder / "instances" / "c101.txt"
    path.write_text(SQUARE.replace("0 0 0 60", "0 0 0 55"), encoding="utf-8")
    # 5 to 10; 20 to 25; 35 to 40; 11.1 home: 51.1.
    assert told(folder, "0 1 2 3 0") == []
    path.write_text(SQUARE.replace("0 0 0 60", "0 0 0 51"), encoding="utf-8")
    assert told(folder, "0 1 2 3 0") == ["tour 1 ends at 51.10, after 51"]


def test_rows_without_partner_are_named(folder: Path) -> None:
    run(folder, "--m", "1", "--iterations", "5")
    everything = (folder / "routes.csv").read_text(encoding="utf-8")
    (folder / "routes.csv").write_text("\n".join(everything.splitlines()[:2]) + "\n", encoding="utf-8")
    assert walk(folder, "--results", str(folder / "results.csv")) == 1
    (folder / "routes.csv").write_text(everything + everything.splitlines()[1] + "\n", encoding="utf-8")
    _, faults = toptw_check.faults_of(folder / "instances", folder / "routes.csv", None)
    assert faults == ["c101 1 ours 5it 0: twice"]
