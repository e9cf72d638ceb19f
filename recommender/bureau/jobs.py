"""Long counts in the background: one at a time, with a bar, a way to stop it, and its result kept for whoever asks again.

A job belongs to a question, not to a page: who asks the same question while it is counted, or afterwards, gets the same job.
Work on visitors goes to processes that step back for everybody else's (`spreading`); what was computed is kept on disk, so that
a question asked again after a stop or a restart goes on where it was. Jobs themselves live as long as the server.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from recommender.bureau.desk import Action, Person, may
from recommender.bureau.keeping import Kept
from recommender.bureau.replay import Run
from recommender.bureau.spreading import Cancelled
from recommender.errors import PermissionDenied, RecommenderError
from recommender.settings import settings

State = Literal["waiting", "running", "done", "failed", "cancelled"]
KEPT_JOBS: Final = 8
USUAL_PLAN_S: Final = 0.1
"""Seconds a plan takes two cores that others use too, until this server has measured its own."""
GLANCE: Final = 0.25
"""Share of a bar below which a replay is a glance: its plans are no measure of a search."""
LEAST_MEASURED: Final = 40
"""Plans after which a measurement counts."""
_log = logging.getLogger(__name__)


@dataclass
class Job:
    """One question and what has become of it.

    Attributes
    ----------
    key
        The question: equal for equal ones.
    person
        Who asked first.
    weights
        Of the replays it consists of, in order: how much of the bar each is.
    share
        How much is done, 0 to 1.
    result
        What the work returned, once ``done``.
    error
        What went wrong, where it has a name.
    """

    key: str
    person: Person
    work: Callable[[Run], Any]
    weights: Sequence[float]
    state: State = "waiting"
    share: float = 0.0
    began: float | None = None
    ended: float | None = None
    result: Any = None
    error: RecommenderError | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def left_s(self) -> float | None:
        """Seconds it will take yet, by how long it took so far; None where that says nothing."""
        if self.began is None or self.share < 0.03:
            return None
        return (time.monotonic() - self.began) / self.share * (1 - self.share)


class Jobs:
    """The jobs of one server.

    Parameters
    ----------
    kept
        Where outcomes are looked up and kept.
    jobs
        Processes for a job; None takes the cluster of the settings, or as many as there are cores.
    """

    def __init__(self, kept: Kept, jobs: int | None = None) -> None:
        self._kept = kept
        self._processes = jobs
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None
        self._plan_s: float | None = None

    @property
    def plan_s(self) -> tuple[float, bool]:
        """Seconds a plan takes, all processes together, and whether that was measured on this server."""
        return (USUAL_PLAN_S, False) if self._plan_s is None else (self._plan_s, True)

    def ask(self, person: Person, key: str, work: Callable[[Run], Any], weights: Sequence[float] = (1.0,)) -> Job:
        """The job of a question: the one there is, or a new one at the end of the line.

        Parameters
        ----------
        work
            What to do; it is given how to work on panels, and may raise `Cancelled`.

        Raises
        ------
        PermissionDenied
            The person is not of the bureau.
        """
        if not may(person, Action.EDIT):
            raise PermissionDenied(action=str(Action.EDIT), role=str(person.role))
        with self._lock:
            found = self._jobs.get(key)
            if found is not None and found.state in ("waiting", "running", "done"):
                self._jobs.move_to_end(key)
                return found
            made = self._jobs[key] = Job(key, person, work, weights)
            self._jobs.move_to_end(key)
            self._forget()
            if self._thread is None:
                self._thread = threading.Thread(target=self._go_on, name="bureau-jobs", daemon=True)
                self._thread.start()
                atexit.register(self.stop)
            self._lock.notify()
            return made

    def find(self, key: str) -> Job | None:
        """The job of a question, if somebody asked it."""
        with self._lock:
            return self._jobs.get(key)

    def ahead(self, job: Job) -> int:
        """How many jobs come before one that waits."""
        with self._lock:
            unfinished = [one for one in self._jobs.values() if one.state == "running"]
            unfinished += [one for one in self._jobs.values() if one.state == "waiting"]
            return unfinished.index(job) if job in unfinished else 0

    def cancel(self, person: Person, job: Job) -> None:
        """End a job; what was computed until then is kept.

        Raises
        ------
        PermissionDenied
            Somebody else asked, and the person may not publish.
        """
        if person.id != job.person.id and not may(person, Action.PUBLISH):
            raise PermissionDenied(action=str(Action.PUBLISH), role=str(person.role))
        with self._lock:
            job.stop.set()
            if job.state == "waiting":
                job.state = "cancelled"

    def stop(self) -> None:
        """End everything, at the end of the program."""
        with self._lock:
            for job in self._jobs.values():
                job.stop.set()

    def _forget(self) -> None:
        over = [key for key, job in self._jobs.items() if job.over]
        for key in over[: max(0, len(self._jobs) - KEPT_JOBS)]:
            del self._jobs[key]

    def _go_on(self) -> None:
        while True:
            with self._lock:
                while (job := next((one for one in self._jobs.values() if one.state == "waiting"), None)) is None:
                    self._lock.wait()
                job.state, job.began = "running", time.monotonic()
            self._do(job)

    def _do(self, job: Job) -> None:
        bar = _Bar(job)
        run = Run(
            jobs=self._many(), kept=self._kept, progress=bar.told, cancelled=job.stop.is_set
        )
        state: State = "failed"
        try:
            job.result = job.work(run)
            state, job.share = "done", 1.0
        except Cancelled:
            state = "cancelled"
        except RecommenderError as error:
            job.error = error
        except Exception:  # noqa: BLE001 - a question that cannot be answered must not keep the next from it
            _log.exception("%s", job.key)
        self._kept.rest()
        job.ended = time.monotonic()
        if bar.plans >= LEAST_MEASURED:
            self._plan_s = bar.seconds / bar.plans
        job.state = state

    def _many(self) -> int | None:
        # Never in this process: it answers visitors.
        return self._processes or (None if settings().scheduler_address else max(2, os.cpu_count() or 1))


class _Bar:
    """Turns the progress of one replay after another into one share, and measures how fast plans are made."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._phase = -1
        self._done = self._total = -1
        self._since = time.monotonic()
        self.plans, self.seconds = 0, 0.0

    def told(self, done: int, total: int) -> None:
        now = time.monotonic()
        begins = done < self._done or total != self._total or self._done == self._total
        self._phase += begins
        weights = self._job.weights
        before = sum(weights[: self._phase])
        here = weights[self._phase] if self._phase < len(weights) else 0.0
        if not begins and here >= GLANCE:
            self.plans += done - self._done
            self.seconds += now - self._since
        self._done, self._total, self._since = done, total, now
        whole = sum(weights)
        # A bar that stands at its end is no bar: the last hundredth is for the tables.
        self._job.share = max(self._job.share, min(0.99, (before + here * (done / total if total else 1.0)) / whole))


@cache
def jobs() -> Jobs:
    """This server's jobs; outcomes are kept beside what else the app keeps."""
    return Jobs(Kept(settings().var_dir / "outcomes"))
