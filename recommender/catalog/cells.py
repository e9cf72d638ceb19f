"""The kinds of cells: text of a file to a value and back.

``read(write(value)) == value`` for every kind, so that what is exported loads as the same catalogue.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from recommender.catalog import grammars
from recommender.catalog.grammars import Unreadable
from recommender.catalog.places import FieldSource

_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,9}(?:\.\d{1,12})?", re.ASCII)
_MONEY: Final = re.compile(r"\d{1,7}(?:\.\d{1,2})?", re.ASCII)
_GROUP: Final = re.compile(
    r"student|military|disabled|minor(?:\d{1,2})-(?:\d{1,2})|senior\d{2}|child[01](?:\.\d{1,2})?m", re.ASCII
)
_FIELD_SOURCE: Final = re.compile(r"([a-z0-9_]+):(s-[A-Za-z0-9-]+(?:\+s-[A-Za-z0-9-]+)*):(high|medium|low)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a cell may hold.

    Attributes
    ----------
    read
        Text, never blank, to value; raises `Unreadable`.
    write
        Value to text.
    blank
        What a blank cell stands for.
    is_number
        Whether a workbook should hold a number.
    codes
        What may be written, where that is one of a few codes; else empty.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    blank: Any = None
    is_number: bool = False
    codes: tuple[str, ...] = ()


def _same(text: str) -> str:
    return text


TEXT: Final = Kind(_same, str, blank="")
"""Prose; blank is empty text."""
OPTIONAL: Final = Kind(_same, str)
"""Prose or a code; blank is None."""


def pattern(expression: str, allowed: str, *, code: str = "data_id") -> Kind:
    """Text of a fixed form, described by ``allowed``."""
    form = re.compile(expression, re.ASCII)

    def read(text: str) -> str:
        if not form.fullmatch(text):
            raise Unreadable(code, allowed=allowed)
        return text

    return Kind(read, str)


def choice(*values: str, blank: str | None = None, mapped: Mapping[str, str] | None = None) -> Kind:
    """One of some codes; ``mapped`` gives their values where these differ from what is written."""
    meaning = dict(mapped or {value: value for value in values})
    spelt = {value: text for text, value in meaning.items()}

    def read(text: str) -> str:
        if text not in meaning:
            raise Unreadable("data_choice", allowed=", ".join(meaning))
        return meaning[text]

    return Kind(read, spelt.__getitem__, blank=blank, codes=tuple(meaning))


def whole(low: int, high: int) -> Kind:
    """A whole number within bounds, both included."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise Unreadable("data_whole", low=low, high=high)
        return int(text)

    return Kind(read, str, is_number=True)


def number(low: float, high: float) -> Kind:
    """A number with decimals within bounds, both included."""

    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text) or not low <= float(text) <= high:
            raise Unreadable("data_number", low=f"{low:g}", high=f"{high:g}")
        return float(text)

    return Kind(read, plain, is_number=True)


def plain(value: float) -> str:
    """A number without needless zeros."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _read_money(text: str) -> int:
    if not _MONEY.fullmatch(text):
        raise Unreadable("data_money")
    return int(Decimal(text) * 100)


def _write_money(fen: int) -> str:
    return f"{Decimal(fen) / 100:f}"


MONEY: Final = Kind(_read_money, _write_money, is_number=True)
"""Yuan in the file, whole fen in the catalogue."""


def flag(*, blank: bool | None = None) -> Kind:
    """1 or 0."""

    def read(text: str) -> bool:
        if text not in ("0", "1"):
            raise Unreadable("data_choice", allowed="1, 0")
        return text == "1"

    return Kind(read, lambda value: str(int(value)), blank=blank, is_number=True, codes=("1", "0"))


def listed(separator: str = ";", item: Kind = TEXT) -> Kind:
    """Values between separators, none of them blank or given twice; a blank cell is the empty tuple."""

    def read(text: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in text.split(separator)]
        if "" in parts or len(parts) != len(set(parts)):
            raise Unreadable("data_list", separator=separator)
        return tuple(item.read(part) for part in parts)

    return Kind(read, lambda values: separator.join(map(item.write, values)), blank=())


def checked(check: Callable[[str], None]) -> Kind:
    """Text in one of the small languages, kept as it is written; blank is None."""

    def read(text: str) -> str:
        check(text)
        return text

    return Kind(read, str)


CLOCK: Final = Kind(grammars.read_clock, grammars.write_clock)
DATE: Final = Kind(grammars.read_date, lambda date: date.isoformat())


def _read_clocks(text: str) -> tuple[int, ...]:
    found = tuple(grammars.read_clock(part.strip()) for part in text.split(";"))
    if list(found) != sorted(set(found)):
        raise Unreadable("data_clocks")
    return found


CLOCKS: Final = Kind(_read_clocks, lambda found: ";".join(map(grammars.write_clock, found)), blank=())
"""Departures in order of time."""


def _write_months(months: tuple[int, ...]) -> str:
    runs = all((b - a) % 12 == 1 for a, b in itertools.pairwise(months))
    return f"{months[0]}-{months[-1]}" if runs and len(months) > 1 else ";".join(map(str, months))


MONTH_RANGE: Final = Kind(grammars.read_months, _write_months, blank=())
MONTH_LIST: Final = Kind(grammars.read_months, lambda months: ";".join(map(str, months)), blank=())


def _read_concessions(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in text.split(";"):
        group, colon, factor = part.strip().partition(":")
        if not colon or not _GROUP.fullmatch(group) or not _NUMBER.fullmatch(factor) or not 0 <= float(factor) <= 1:
            raise Unreadable("data_concession", part=part.strip())
        if group in found:
            raise Unreadable("data_list", separator=";")
        found[group] = float(factor)
    return dict(sorted(found.items()))


CONCESSIONS: Final = Kind(
    _read_concessions, lambda terms: ";".join(f"{group}:{plain(factor)}" for group, factor in terms.items()), blank={}
)
"""Share of the adult price by group."""


def _read_field_sources(text: str) -> dict[str, FieldSource]:
    found: dict[str, FieldSource] = {}
    for part in text.split("|"):
        match = _FIELD_SOURCE.fullmatch(part.strip())
        if not match:
            raise Unreadable("data_field_source", part=part.strip())
        if match[1] in found:
            raise Unreadable("data_list", separator="|")
        found[match[1]] = FieldSource(tuple(match[2].split("+")), match[3])
    return dict(sorted(found.items()))


FIELD_SOURCES: Final = Kind(
    _read_field_sources,
    lambda named: " | ".join(f"{c}:{'+'.join(s.source_ids)}:{s.confidence}" for c, s in named.items()),
    blank={},
)
"""Sources of single cells."""

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def guard(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: marked by an apostrophe where it begins like one."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The text before `guard`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
