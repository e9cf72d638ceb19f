"""JSON as strangers send it: strictly read, with line and column of what is wrong, and written so that it never fails."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from recommender.errors import Problem, RecommenderError

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""Where half a surrogate pair may be escaped."""


class JsonInvalid(RecommenderError, ValueError):
    """Text that should be JSON is not."""

    code = "json_invalid"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


class _Twice(ValueError):
    pass


def read_json(data: bytes | str, source: str = "request", *, halves: bool = False) -> Any:
    """Decode JSON; ``NaN``, a name given twice in one object, and endless nesting are refused too.

    Parameters
    ----------
    data
        UTF-8 (a byte order mark is accepted) or text.
    source
        What to call it in a message: a file name, ``request``, ``line 3``.
    halves
        Keep half a surrogate pair as it was written; otherwise it becomes a question mark, for no text may hold it.

    Raises
    ------
    JsonInvalid
        With line and column where there is one.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise JsonInvalid(
            [Problem(source, f"0x{data[error.start]:02x}", "json_encoding", {"byte": error.start})]
        ) from None
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twice)
        if halves or not _HALF.search(text):
            return value
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        found = text[error.pos : error.pos + 12].split("\n")[0]
        raise JsonInvalid([Problem(source, found, "json_syntax" if found else "json_cut", place)]) from None
    except _Twice as error:
        raise JsonInvalid([Problem(source, str(error), "json_twice")]) from None
    except RecursionError:
        raise JsonInvalid([Problem(source, "", "json_deep")]) from None
    except ValueError as error:
        raise JsonInvalid([Problem(source, str(error)[:40], "json_number")]) from None


def write_json(value: object, *, indent: int | None = None) -> bytes:
    """Encode plain data as UTF-8 JSON; half a surrogate pair, which JSON can carry and UTF-8 cannot, stays escaped."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, default=str)
    return text.encode("utf-8", "backslashreplace")
