"""Fitting in a process of its own: scikit-learn is needed for seconds, a server runs for weeks.

``python -m recommender.scoring.apart`` reads a pickled frame from standard input and writes the fitted scorer, pickled, to
standard output. Both ends are this program; nothing else is ever unpickled.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recommender.scoring.score import Scorer, fit

if TYPE_CHECKING:
    import pandas as pd

LONGEST_S: Final = 120
_ROOT: Final = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def fit_apart(frame: pd.DataFrame) -> Scorer:
    """``fit`` without leaving scikit-learn in this process; in this process after all where another cannot be had."""
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by the interpreter that runs us
            [sys.executable, "-m", __name__],
            input=pickle.dumps(frame),
            capture_output=True,
            check=True,
            timeout=LONGEST_S,
            env={**os.environ, "PYTHONPATH": path},
        )
        scorer = pickle.loads(done.stdout)  # noqa: S301 - made by ourselves a moment ago
    except (OSError, subprocess.SubprocessError, pickle.PickleError, EOFError):
        _log.warning("no process of its own for fitting; fitting here", exc_info=True)
        return fit(frame)
    if not isinstance(scorer, Scorer):
        return fit(frame)
    return scorer


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(fit(pickle.load(sys.stdin.buffer))))  # noqa: S301 - see above
