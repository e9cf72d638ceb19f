"""The command line: exit codes, one clear line a problem, never a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from recommender import cli
from recommender.model import Itinerary

ROOT = Path(__file__).resolve().parents[2]
TRIP: dict[str, Any] = {"start_date": "2027-04-17", "days": 2}

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process: exit code, standard output, lines of standard error."""

    def _run(*argv: str, stdin: bytes | None = None) -> tuple[int, str, list[str]]:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            code = cli.main(argv)
        except SystemExit as stop:
            code = int(str(stop.code))
        sys.stdout.flush()
        sys.stderr.flush()
        caught = capfdbinary.readouterr()
        return code, caught.out.decode(), caught.err.decode().splitlines()

    return _run


@pytest.fixture
def request_file(tmp_path: Path) -> Callable[[Any], str]:
    def write(data: Any) -> str:
        path = tmp_path / "request.json"
        path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return str(path)

    return write


# ---------------------------------------------------------------------------------------------------- plan


def test_a_plan_comes_out_as_an_itinerary(run: Run, request_file: Callable[[Any], str]) -> None:
    code, out, err = run("plan", request_file(TRIP))
    assert (code, err) == (0, [])
    itinerary = Itinerary.parse(out)
    assert [str(day.date) for day in itinerary.days] == ["2027-04-17", "2027-04-18"]


def test_the_same_request_gives_the_same_bytes_by_file_and_by_standard_input(
    run: Run, request_file: Callable[[Any], str], tmp_path: Path
) -> None:
    by_file = run("plan", request_file(TRIP))
    by_stdin = run("plan", "-", stdin=json.dumps(TRIP).encode())
    to_file = run("plan", request_file(TRIP), "--out", str(tmp_path / "out.json"))
    assert by_file == by_stdin
    assert to_file == (0, "", [])
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == by_file[1]


@pytest.mark.parametrize(("lang", "word"), [("zh", "平遥"), ("en", "Pingyao")])
@pytest.mark.parametrize("form", ["text", "html"])
def test_words_come_in_the_language_asked_for(
    run: Run, request_file: Callable[[Any], str], form: str, lang: str, word: str
) -> None:
    code, out, err = run("plan", request_file(TRIP), "--format", form, "--lang", lang)
    assert (code, err) == (0, [])
    assert word in out
    assert out.lstrip().startswith("<!doctype html>") == (form == "html")


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("pdf", b"%PDF-"),
        ("ics", b"BEGIN:VCALENDAR\r\n"),
        ("gpx", b"<?xml"),
        ("kml", b"<?xml"),
        ("geojson", b'{\n "type": "FeatureCollection"'),
        ("jsonld", b'{\n "@context": "https://schema.org"'),
    ],
)
def test_files_to_take_along_come_as_bytes(
    run: Run, request_file: Callable[[Any], str], tmp_path: Path, form: str, begins: bytes
) -> None:
    out = tmp_path / f"trip.{form}"
    assert run("plan", request_file(TRIP), "--format", form, "--lang", "en", "--out", str(out)) == (0, "", [])
    assert out.read_bytes().startswith(begins)


def test_binary_goes_to_standard_output_as_it_is(
    request_file: Callable[[Any], str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["plan", request_file(TRIP), "--format", "pdf"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"%PDF-")
    assert out.rstrip().endswith(b"%%EOF")
    assert err == b""


def test_a_format_that_is_not_built_is_refused_naming_those_there_are(
    run: Run, request_file: Callable[[Any], str]
) -> None:
    code, out, err = run("plan", request_file(TRIP), "--format", "docx", "--lang", "en")
    assert (code, out) == (2, "")
    assert err == ["--format: got docx; must be one of json, text, html, pdf, png, ics, gpx, kml, geojson, jsonld"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["request.json", "line 1, column 1"]),
        (b'{"start_date": "2027-04-17",\n "days": two}', ["request.json", "line 2, column 10", "two"]),
        ('{"start_date": "晋中"}'.encode("gbk"), ["request.json", "UTF-8"]),
        ([1, 2], ["request"]),
        ({"days": 2}, ["start_date", "required"]),
        (TRIP | {"days": 99}, ["days", "99", "7"]),
        (TRIP | {"colour": 1}, ["colour"]),
        (TRIP | {"must_see": ["no-such-place"]}, ["must_see[0]", "no-such-place"]),
        (TRIP | {"must_see": ["stay-jingzhai"]}, ["must_see[0]", "stay-jingzhai"]),
        (TRIP | {"start_date": "1900-01-01"}, ["start_date", "1900-01-01"]),
        (TRIP | {"stays": {"zhenguo-si": 5}}, ["stays"]),
        (TRIP | {"members": [{"interests": {"temple": 2}}]}, ["members[0].interests.temple", "2"]),
    ],
)
def test_bad_input_is_exit_2_and_one_line_naming_it(
    run: Run, request_file: Callable[[Any], str], data: object, words: list[str]
) -> None:
    code, out, err = run("plan", request_file(data), "--lang", "en")
    assert (code, out) == (2, "")
    assert len(err) == 1
    assert all(word in err[0] for word in words), err


def test_every_problem_has_its_own_line(run: Run, request_file: Callable[[Any], str]) -> None:
    code, _, err = run("plan", request_file({"days": 0, "mode": "fly"}), "--lang", "zh")
    assert code == 2
    assert len(err) == 3
    assert {line.split("：")[0] for line in err} == {"start_date", "days", "mode"}


def test_past_dates_are_refused_only_where_today_is_said(run: Run, request_file: Callable[[Any], str]) -> None:
    name = request_file(TRIP | {"start_date": "2026-10-14", "days": 1})
    assert run("plan", name)[0] == 0
    code, _, err = run("plan", name, "--today", "2026-10-15", "--lang", "en")
    assert code == 2
    assert "start_date" in err[0]
    assert "2026-10-15" in err[0]
    assert run("plan", name, "--today", "2026-10-14")[0] == 0


def test_an_infeasible_trip_is_exit_3_with_the_conflict_as_json(run: Run, request_file: Callable[[Any], str]) -> None:
    wish = TRIP | {
        "days": 1,
        "end": {"place": "taiyuan-south-station", "time": "11:00"},
        "must_see": ["mianshan", "wangjia-dayuan", "qiaojia-dayuan"],
        "reach": "region",
    }
    code, out, err = run("plan", request_file(wish), "--lang", "en")
    assert (code, err) == (3, [])
    error = json.loads(out)["error"]
    assert error["code"] == "infeasible_trip"
    assert error["message"]
    assert error["conflict"]


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["plan", "/no/such/file.json"], "/no/such/file.json"),
        (["plan", "/"], "/"),
        (["verify", "/no/such/file.json"], "/no/such/file.json"),
        (["plan"], "REQUEST.json"),
        (["plan", "a.json", "--batch", "b.jsonl"], "--batch"),
        (["plan", "--batch", "/no/such/file.jsonl"], "/no/such/file.jsonl"),
        (["plan", "a.json", "--today", "yesterday"], "yesterday"),
        (["plan", "--batch", "b.jsonl", "--jobs", "0"], "--jobs"),
        (["plan", "a.json", "--lang", "fr"], "--lang"),
        (["catalog", "import", "x.xlsx", "--dry-run"], "check, export"),
        (["dance"], "dance"),
        ([], "命令"),
        (["plan", "--out"], "--out"),
    ],
)
def test_a_wrong_command_is_exit_2_and_one_line(run: Run, argv: list[str], word: str) -> None:
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert len(err) == 1
    assert word in err[0]


def test_a_result_that_cannot_be_written_is_said(run: Run, request_file: Callable[[Any], str]) -> None:
    code, _, err = run("plan", request_file(TRIP), "--out", "/no/such/folder/out.json", "--lang", "en")
    assert code == 2
    assert err == ["/no/such/folder/out.json: cannot be read or written (No such file or directory)"]


def test_a_failure_of_ours_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        msg = "four\nlines"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(cli, "_warm", broken)
    code, out, err = run("warm", "--lang", "en")
    assert (code, out) == (1, "")
    assert len(err) == 1
    assert "ZeroDivisionError: four lines" in err[0]


def test_an_interrupt_is_one_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_warm", stopped)
    assert run("warm", "--lang", "en") == (130, "", ["interrupted"])


@pytest.mark.parametrize(("environment", "word"), [("en_GB.UTF-8", "--lang"), ("zh_CN.UTF-8", "语言"), ("C", "语言")])
def test_help_speaks_the_language_of_the_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, environment: str, word: str
) -> None:
    monkeypatch.setenv("LC_ALL", environment)
    code, out, _ = run("plan", "--help")
    assert code == 0
    assert word in out


COMMANDS: tuple[list[str], ...] = ([], ["plan"], ["verify"], ["catalog"], ["catalog", "check"], ["catalog", "export"], ["warm"])


@pytest.mark.parametrize("argv", COMMANDS)
def test_help_is_in_one_language(run: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str]) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = run(*argv, "--help")[1]
    for word in ("usage:", "arguments", "options", "show this", "COMMAND", "FILE", "DATE", "DIR"):
        assert word not in chinese
    assert chinese.count("选项") == 1
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", run(*argv, "--help")[1])


@pytest.mark.parametrize(
    "argv", [[], ["dance"], ["plan", "--out"], ["plan", "a", "--today", "x"], ["plan", "a", "--jobs", "0"], ["plan", "a", "b"]]
)
def test_a_wrong_command_is_told_in_one_language(run: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str]) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    (line,) = run(*argv)[2]
    assert not re.search("argument|invalid|expected|required|choose", line)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    (line,) = run(*argv)[2]
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", line)


# --------------------------------------------------------------------------------------- verify, catalogue


def test_a_plan_has_no_violation_and_a_spoilt_one_has(
    run: Run, request_file: Callable[[Any], str], tmp_path: Path
) -> None:
    _, out, _ = run("plan", request_file(TRIP))
    plan = tmp_path / "plan.json"
    plan.write_text(out, encoding="utf-8")
    assert run("verify", str(plan), "--lang", "en") == (0, "", ["no violation"])

    data = json.loads(out)
    stop = next(item for item in data["days"][0]["items"] if item["kind"] == "stop")
    stop["end"] = "29:00"
    plan.write_text(json.dumps(data), encoding="utf-8")
    for lang in ("zh", "en"):
        code, violations, _ = run("verify", str(plan), "--lang", lang)
        assert code == 1
        assert violations.strip()


def test_something_else_is_not_an_itinerary(run: Run, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"schema": "itinerary/9"}', encoding="utf-8")
    code, out, err = run("verify", str(plan), "--lang", "en")
    assert (code, out) == (2, "")
    assert any(line.startswith("schema:") for line in err)


def test_the_data_have_no_problem(run: Run) -> None:
    assert run("catalog", "check", "--lang", "en") == (0, "", ["no problem"])


@pytest.mark.parametrize("name", ["catalogue.xlsx", "folder"])
def test_the_catalogue_is_exported(run: Run, tmp_path: Path, name: str) -> None:
    code, out, err = run("catalog", "export", "--out", str(tmp_path / name), "--lang", "en")
    assert (code, out) == (0, "")
    assert name in err[0]
    assert (tmp_path / name).exists()


# --------------------------------------------------------------------------------------------------- batch


def _lines(*requests: object) -> bytes:
    return b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in requests)


BATCH = _lines(
    TRIP | {"days": 1},
    b"{not json",
    TRIP | {"days": 1, "seed": 3},
    TRIP | {"days": 99},
    b"",
    TRIP | {"days": 1, "must_see": ["no-such-place"]},
    TRIP | {"days": 1, "start_date": "2027-04-18"},
)


def _kinds(out: str) -> list[str]:
    answers = [json.loads(line) for line in out.splitlines()]
    return [answer["days"][0]["date"] if "days" in answer else answer["error"]["code"] for answer in answers]


def test_a_batch_answers_every_line_in_order(run: Run, tmp_path: Path) -> None:
    requests, answers = tmp_path / "requests.jsonl", tmp_path / "itineraries.jsonl"
    requests.write_bytes(BATCH)
    code, out, err = run("plan", "--batch", str(requests), "--out", str(answers), "--lang", "en")
    assert (code, out) == (0, "")
    assert len(err) == 1
    assert err[0].startswith("3 itineraries, 0 infeasible, 4 refused, 0 failed; ")
    assert _kinds(answers.read_text(encoding="utf-8")) == [
        "2027-04-17", "json_invalid", "2027-04-17", "request_invalid", "json_invalid", "request_invalid", "2027-04-18",
    ]  # fmt: skip


def _threads(jobs: int, **_: object) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(jobs)


@pytest.mark.parametrize(
    "pool", [_threads, pytest.param(ProcessPoolExecutor, marks=pytest.mark.heavy)], ids=["threads", "processes"]
)
def test_several_workers_answer_the_same(run: Run, monkeypatch: pytest.MonkeyPatch, pool: Callable[..., Executor]) -> None:
    monkeypatch.setattr("recommender.batch.ProcessPoolExecutor", pool)
    alone = run("plan", "--batch", "-", "--lang", "en", stdin=BATCH)
    together = run("plan", "--batch", "-", "--lang", "en", "--jobs", "2", stdin=BATCH)
    assert together[0] == 0, together[2]
    assert alone[0] == 0, alone[2]
    assert together[1] == alone[1]


def test_a_fault_of_ours_in_one_line_is_recorded_and_the_rest_go_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.trip.planning import plan_trip as real

    def sometimes(region: Any, request: Any) -> Itinerary:
        if request.seed == 3:
            raise ZeroDivisionError
        return real(region, request)

    monkeypatch.setattr("recommender.batch.plan_trip", sometimes)
    code, out, err = run("plan", "--batch", "-", "--lang", "en", stdin=BATCH)
    assert code == 1
    assert _kinds(out)[1:4] == ["json_invalid", "internal", "request_invalid"]
    assert "1 failed" in err[-1]


# ------------------------------------------------------------------------------------------- as a process


def _process(*argv: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "recommender", *argv]


def test_as_a_process_it_says_one_line_and_no_traceback() -> None:
    done = subprocess.run(
        _process("plan", "-", "--lang", "zh"), cwd=ROOT, input=b'{"days": "x"}', capture_output=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert "Traceback" not in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 2


def test_settings_that_cannot_be_are_named() -> None:
    done = subprocess.run(
        _process("warm", "--lang", "en"),
        cwd=ROOT,
        env={**os.environ, "JINZHONG_DATA_DIR": "/no/such/folder"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["JINZHONG_DATA_DIR: there is no folder /no/such/folder"]


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    requests.write_bytes(_lines(*[{"days": 0}] * 3000))
    with subprocess.Popen(
        _process("plan", "--batch", str(requests)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
        assert process.wait(60) == cli.BROKEN_PIPE
    assert errors == ""


def test_a_bar_shows_on_a_terminal_only() -> None:
    from recommender.batch import Progress

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        with Progress(4, stream) as progress:
            for _ in range(4):
                progress.step()
        assert ("4/4" in stream.getvalue()) == shown
