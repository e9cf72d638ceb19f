"""Every visible word, in Chinese and English, one TOML file per room, both languages side by side.

``text("ui.form.days", "zh")`` reads key ``form.days`` of ``ui.toml``. A test holds the two languages to the same
keys and the same named values. In English ``{count:day|days}`` is a number with its noun.
"""

from __future__ import annotations

import string
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

LANGUAGES: Final = ("zh", "en")
DEFAULT_LANGUAGE: Final = "zh"


class _Counting(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return f"{value} {one if str(value) == '1' else many}" if bar else super().format_field(value, format_spec)


_COUNTING: Final = _Counting()


@cache
def messages(room: str) -> dict[str, dict[str, str]]:
    """All messages of one room: dotted key → {language: text}."""
    source = resources.files(__package__).joinpath(f"{room}.toml")
    flat: dict[str, dict[str, str]] = {}

    def walk(prefix: str, node: dict[str, Any]) -> None:
        if node.keys() <= set(LANGUAGES):
            flat[prefix] = node
            return
        for key, child in node.items():
            walk(f"{prefix}.{key}" if prefix else key, child)

    walk("", tomllib.loads(source.read_text(encoding="utf-8")))
    return flat


def rooms() -> tuple[str, ...]:
    """Names of the message files."""
    return tuple(
        sorted(p.name[: -len(".toml")] for p in resources.files(__package__).iterdir() if p.name.endswith(".toml"))
    )


def text(key: str, lang: str, /, **values: Any) -> str:
    """The message of ``room.key`` in ``lang``, with its named values filled in.

    Raises
    ------
    KeyError
        There is no such message: a programming error that the tests find.
    """
    room, _, rest = key.partition(".")
    said = messages(room)[rest][lang if lang in LANGUAGES else DEFAULT_LANGUAGE]
    # The built-in way is several times faster, and hardly any message counts.
    return _COUNTING.format(said, **values) if "|" in said else said.format(**values)


def find_text(key: str, lang: str, /, **values: Any) -> str | None:
    """Like ``text``, None where there is no such message."""
    try:
        return text(key, lang, **values)
    except (KeyError, FileNotFoundError):
        return None


def best_language(wanted: str | None, otherwise: str = DEFAULT_LANGUAGE) -> str:
    """The supported language nearest to a tag or an ``Accept-Language`` header; Chinese, or ``otherwise``, when none fits."""
    for part in (wanted or "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return otherwise
