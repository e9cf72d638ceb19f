"""The bound in a process of its own: some hundred megabytes and a processor for seconds, behind everything else.

``python -m recommender.orienteering.apart`` reads a pickled problem, solution and number of seconds from standard input and
writes the bound, or nothing. Both ends are this program; nothing else is ever unpickled.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from recommender.orienteering.bound import SECONDS, upper_bound
from recommender.orienteering.problem import Problem, Solution

GRACE_S: Final = 60
"""How long the other process may take beyond what it was given: to start, to compile once, to finish a step."""
POLL_S: Final = 0.2
NICE: Final = 15
_ROOT: Final = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def bound_apart(
    problem: Problem, solution: Solution, *, seconds: float = SECONDS, cancelled: Callable[[], bool] | None = None
) -> float | None:
    """``upper_bound`` in another process, of low priority and killed when cancelled; None where none can be had."""
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        pickle.dump((problem, solution, seconds), given)
        given.seek(0)
        try:
            child = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
                [sys.executable, "-m", __name__],
                stdin=given, stdout=answer, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path},
            )  # fmt: skip
        except OSError:
            _log.warning("no process of its own for the bound", exc_info=True)
            return None
        last = time.monotonic() + seconds + GRACE_S
        while child.poll() is None:
            if time.monotonic() > last or (cancelled is not None and cancelled()):
                child.kill()
                child.wait()
                return None
            time.sleep(POLL_S)
        answer.seek(0)
        words = answer.read()
    return float(words) if child.returncode == 0 and words else None


def main() -> None:
    """Answer one question."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    # The linear solver greets on standard output, which is for the answer.
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    problem, solution, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301 - see above
    bound = upper_bound(problem, solution, seconds=seconds)
    os.write(answer, b"" if bound is None else repr(bound).encode())


if __name__ == "__main__":
    main()
