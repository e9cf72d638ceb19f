"""Long counts in the background: one at a time, each question once, a bar that grows, and a stop that keeps what was done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from recommender import region as regions
from recommender.bureau.desk import PROGRAM, Person, Role
from recommender.bureau.jobs import Job, Jobs, _Bar
from recommender.bureau.keeping import Kept
from recommender.bureau.replay import Run, replay
from recommender.bureau.spreading import Cancelled
from recommender.errors import NotFound, PermissionDenied
from tests.bureau.little_panel import some_visitors

ANN, BOB = Person(2, "ann", Role.EDITOR), Person(3, "bob", Role.EDITOR)
EVA, HOTEL = Person(4, "eva", Role.REVIEWER), Person(5, "hotel", Role.PARTNER)


@pytest.fixture
def line() -> Iterator[Jobs]:
    made = Jobs(Kept(), jobs=1)
    yield made
    made.stop()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def patient(gate: threading.Event) -> Callable[[Run], str]:
    """Work that goes on until it is let go or cancelled."""

    def work(run: Run) -> str:
        while not gate.wait(0.01):
            if run.cancelled():
                raise Cancelled
        return "done"

    return work


def test_how_long_a_plan_takes_is_measured_on_full_searches_alone() -> None:
    bar = _Bar(Job("q", PROGRAM, lambda run: None, (1.0, 0.02, 1.0)))
    for done, total in ((10, 60), (60, 60), (0, 400), (400, 400), (0, 30), (30, 30)):
        bar.told(done, total)
    assert bar.plans == 50 + 30


def test_the_same_question_is_one_job_whoever_asks_and_its_answer_stays(line: Jobs) -> None:
    asked: list[Run] = []

    def work(run: Run) -> str:
        asked.append(run)
        return "answer"

    first = line.ask(ANN, "q", work)
    assert line.ask(BOB, "q", lambda run: "another") is first
    until(lambda: first.over)
    assert (first.state, first.result, first.share) == ("done", "answer", 1.0)
    assert line.ask(BOB, "q", lambda run: "another") is first
    assert len(asked) == 1


def test_one_job_runs_at_a_time_and_the_next_knows_how_many_come_before(line: Jobs) -> None:
    gate = threading.Event()
    running = line.ask(ANN, "one", patient(gate))
    until(lambda: running.state == "running")
    second, third = line.ask(BOB, "two", lambda run: 2), line.ask(BOB, "three", lambda run: 3)
    assert (second.state, third.state) == ("waiting", "waiting")
    assert (line.ahead(running), line.ahead(second), line.ahead(third)) == (0, 1, 2)
    gate.set()
    until(lambda: third.over)
    assert (running.result, second.result, third.result) == ("done", 2, 3)


def test_a_job_is_stopped_by_who_asked_or_by_who_may_publish_and_can_be_asked_again(line: Jobs) -> None:
    gate = threading.Event()
    running = line.ask(ANN, "one", patient(gate))
    waiting = line.ask(BOB, "two", lambda run: 2)
    with pytest.raises(PermissionDenied):
        line.cancel(BOB, running)
    line.cancel(BOB, waiting)
    line.cancel(EVA, running)
    until(lambda: running.over)
    assert (running.state, waiting.state) == ("cancelled", "cancelled")
    gate.set()
    again = line.ask(ANN, "one", patient(gate))
    until(lambda: again.over)
    assert again is not running
    assert again.result == "done"


def test_a_partner_asks_nothing(line: Jobs) -> None:
    with pytest.raises(PermissionDenied):
        line.ask(HOTEL, "q", lambda run: 1)


def test_what_goes_wrong_is_told_and_keeps_nobody_from_the_next(line: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def named(run: Run) -> None:
        raise NotFound(what="draft")

    def nameless(run: Run) -> None:
        raise ZeroDivisionError

    bad, worse, good = line.ask(ANN, "a", named), line.ask(ANN, "b", nameless), line.ask(ANN, "c", lambda run: 1)
    until(lambda: good.over)
    assert (bad.state, worse.state, good.result) == ("failed", "failed", 1)
    assert isinstance(bad.error, NotFound)
    assert worse.error is None
    assert "ZeroDivisionError" in caplog.text


def test_the_bar_only_grows_over_all_replays_and_what_was_done_before_a_stop_is_not_done_twice(line: Jobs) -> None:
    region, visitors = regions.current(), some_visitors(24)
    shares: list[float] = []
    held: list[Job] = []

    def work(run: Run) -> int:
        def stopping() -> bool:
            shares.append(held[0].share)
            return run.cancelled() or (len(held) == 1 and held[0].share > 0)

        short = Run(40, 1, run.kept, run.progress, stopping)
        return replay(region, visitors, short).computed + replay(region, visitors, short).computed

    gate = threading.Event()
    line.ask(ANN, "first", patient(gate))
    held.append(line.ask(ANN, "q", work, (1.0, 1.0)))
    gate.set()
    until(lambda: held[0].over)
    assert held[0].state == "cancelled"
    held.append(line.ask(ANN, "q", work, (1.0, 1.0)))
    held[0] = held[1]
    until(lambda: held[1].over)
    assert held[1].state == "done"
    assert held[1].result < 24
    later = shares[shares.index(0.0, 1) if 0.0 in shares[1:] else 0 :]
    assert later == sorted(later)


def test_old_answers_make_room_and_questions_that_wait_do_not(line: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.bureau import jobs

    monkeypatch.setattr(jobs, "KEPT_JOBS", 3)
    made = [line.ask(ANN, str(k), lambda run: 1) for k in range(3)]
    until(lambda: all(job.over for job in made))
    gate = threading.Event()
    waiting = [line.ask(ANN, f"w{k}", patient(gate)) for k in range(4)]
    assert line.find("0") is None
    assert all(line.find(job.key) is job for job in waiting)
    gate.set()
    until(lambda: all(job.over for job in waiting))
