"""Outcomes that are known already, by what they follow from: the request, the region's state, the work and this program.

One file a state, one JSON line an outcome, appended as the work goes on: what was done before a cancel or a crash is not done
twice. A line that was cut off is left out. Nothing here is lost that could not be computed again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from recommender.bureau.outcomes import Outcome
from recommender.bureau.spreading import Wish
from recommender.region import Region

KEPT_STATES: Final = 24
_ROOT: Final = Path(__file__).resolve().parents[1]
_ROOMS: Final = ("calendar", "catalog", "orienteering", "scoring", "travel", "trip")
_KEY: Final = 32


@cache
def program() -> str:
    """A hash of the source that outcomes follow from."""
    digest = hashlib.sha256()
    files = [_ROOT / name for name in ("model.py", "region.py", "bureau/outcomes.py")]
    files += [file for room in _ROOMS for file in (_ROOT / room).rglob("*.py")]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


class Kept:
    """A store of outcomes; without a folder in memory only.

    Parameters
    ----------
    folder
        Made on first use. Files of the states used longest ago go when there are more than ``KEPT_STATES``.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: OrderedDict[str, dict[str, Outcome]] = OrderedDict()

    def find(self, region: Region, wishes: Sequence[Wish], iterations: int) -> list[Outcome | None]:
        """What is known of each wish."""
        known = self._of(_name(region))
        return [known.get(_key(wish, iterations)) for wish in wishes]

    def put(self, region: Region, wishes: Sequence[Wish], iterations: int, outcomes: Sequence[Outcome]) -> None:
        """Keep outcomes; a folder that cannot be written to leaves them in memory."""
        name = _name(region)
        fresh = {_key(wish, iterations): outcome for wish, outcome in zip(wishes, outcomes, strict=True)}
        self._of(name).update(fresh)
        if self._folder is None:
            return
        lines = "".join(f"{key} {outcome.model_dump_json(exclude_defaults=True)}\n" for key, outcome in fresh.items())
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # One write of whole lines in append mode: two replays of one state do not mix within a line.
            with (self._folder / name).open("ab", buffering=0) as file:
                file.write(lines.encode())
        except OSError:
            self._folder = None

    def rest(self) -> None:
        """Let go of what can be read from the folder again."""
        if self._folder is not None:
            self._known.clear()

    def _of(self, name: str) -> dict[str, Outcome]:
        if name not in self._known:
            self._known[name] = {} if self._folder is None else _read(self._folder / name)
            self._sweep()
        self._known.move_to_end(name)
        if self._folder is not None:
            # What is asked for most stays, however long ago it was written.
            with contextlib.suppress(OSError):
                os.utime(self._folder / name)
        return self._known[name]

    def _sweep(self) -> None:
        while len(self._known) > KEPT_STATES:
            self._known.popitem(last=False)
        if self._folder is None or not self._folder.is_dir():
            return
        files = sorted(self._folder.glob("*.outcomes"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[KEPT_STATES:]:
            file.unlink(missing_ok=True)


def _name(region: Region) -> str:
    return f"{region.state}-{program()}.outcomes"


def _key(wish: Wish, iterations: int) -> str:
    request, begin = wish
    text = f"{iterations} " + request.model_dump_json(by_alias=True) + ("" if begin is None else begin.model_dump_json())
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY]


_LINE: Final = re.compile(rb"([0-9a-f]{%d}) (\{.*\})" % _KEY)


def _read(file: Path) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return found
    for line in lines:
        match = _LINE.fullmatch(line)
        if match:
            try:
                found[match[1].decode()] = Outcome.model_validate_json(match[2])
            except ValidationError:
                continue
    return found
