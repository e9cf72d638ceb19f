"""What happens, as events: a name and a few numbers and codes each, for logs and meters.

Nothing that a visitor typed can get in: which facts there are is written here, and their values are numbers, codes of ours and
templates of addresses. What other libraries log passes through the same formatter, without tokens and without the words of an
exception, which may repeat what somebody sent.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

Fact = str | int | float | bool | None
Listener = Callable[[str, Mapping[str, Fact]], None]

FACTS: Final = frozenset({"code", "days", "kind", "lang", "method", "outcome", "revision", "route", "seconds", "status", "work"})
"""All that an event may tell."""
OTHER: Final = "other"
"""What stands for a value that is no number and no code."""
_CODE: Final = re.compile(r"[A-Za-z0-9_./{}:-]{1,60}")
_TOKEN: Final = re.compile(r"((?:/|%2F)[pe](?:/|%2F)|/api/v1/plans/|/staff/link/|[?&]kept=)[^/?&%\s]+", re.IGNORECASE)
_log = logging.getLogger(__name__)
_listeners: list[Listener] = []


def note(event: str, **facts: Fact) -> None:
    """Something has happened.

    Raises
    ------
    KeyError
        A fact that is not one of `FACTS`: a mistake of ours.
    """
    unknown = facts.keys() - FACTS
    if unknown:
        raise KeyError(min(unknown))
    told = {name: _plain(value) for name, value in facts.items() if value is not None}
    for listener in tuple(_listeners):
        listener(event, told)
    _log.info(event, extra={"facts": told})


def listen(listener: Listener) -> None:
    """Hear every event from now on, once however often this is asked for."""
    if listener not in _listeners:
        _listeners.append(listener)


def _plain(value: Fact) -> Fact:
    if isinstance(value, float):
        return round(value, 4)
    return value if not isinstance(value, str) or _CODE.fullmatch(value) else OTHER


def without_tokens(path: str) -> str:
    """An address as a log may hold it: ``/p/abc…`` → ``/p/…``, ``?kept=abc…`` → ``?kept=…``."""
    return _TOKEN.sub(r"\1…", path)


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, who says it, and what."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without line ends, tokens and the words of exceptions."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            line |= {"event": record.getMessage(), **facts}
        else:
            line |= {"event": "log", "message": without_tokens(record.getMessage())[:2_000]}
        kind, _, trace = record.exc_info or (None, None, None)
        if kind is not None:
            line["exception"] = kind.__name__
            frames = traceback.extract_tb(trace)[-12:]
            line["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False, default=str)


def log_json() -> None:
    """Write every record of this process as JSON lines to standard error, events included; may be asked for again.

    Loggers that came with handlers of their own give them up; the server's access log stays as it is, since every request is an
    event already, without the address that it came from.
    """
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.handlers = [handler]
    for name in list(root.manager.loggerDict):
        if name.split(".")[0] in ("uvicorn", "streamlit") and name != "uvicorn.access":
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [], True
    _log.setLevel(logging.INFO)
