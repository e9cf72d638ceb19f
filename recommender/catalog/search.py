"""Finding places by what people type: Chinese characters, pinyin with or without tones, initials, English."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from recommender.catalog.places import Attraction, Catalog, Place

FLOOR: Final = 0.5
"""Weaker matches are not worth showing."""
_KEPT: Final = 2
_LONGEST_QUERY: Final = 100

# What a match is worth, by the way in which the query is found in a name.
_EXACT, _PREFIX, _WORDS, _INSIDE, _TAG, _FUZZY = 1.0, 0.95, 0.9, 0.85, 0.6, 0.8
_FAME: Final = 0.02
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_WORD: Final = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_ASIDE: Final = re.compile(r"[（(].*?[）)]")


@dataclass(frozen=True, slots=True)
class _Name:
    """One name in one spelling: all in one piece, and its words."""

    whole: str
    words: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Entry:
    place_id: str
    names: tuple[_Name, ...]
    tags: frozenset[str]
    fame: float


class SearchIndex:
    """The names of one catalogue in every spelling."""

    def __init__(self, catalog: Catalog) -> None:
        places: Iterable[Place] = (
            *catalog.attractions.values(),
            *catalog.hubs.values(),
            *catalog.lodging.values(),
            *catalog.dining.values(),
        )
        self._entries = tuple(_entry(place) for place in places)

    def find(self, query: str, limit: int) -> list[tuple[str, float]]:
        """Ids and worth in (0, 1], best first."""
        asked = _spell(query[:_LONGEST_QUERY])
        if not asked.whole or limit <= 0:
            return []
        forms = [asked]
        if _HAN.search(asked.whole):
            # Another character of the same sound, or the traditional one, is still meant.
            syllables = _pinyin(asked.whole)
            forms.append(_Name("".join(syllables), (), 0.93))
        found = []
        for entry in self._entries:
            worth = max(form.weight * _match(form, entry) for form in forms) * (1 - _FAME + entry.fame)
            if worth >= FLOOR:
                found.append((entry.place_id, round(worth, 4)))
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]


_indexes: dict[str, SearchIndex] = {}
_guard = threading.Lock()


def search(catalog: Catalog, query: str, limit: int = 20) -> list[tuple[str, float]]:
    """Places whose name is like a query.

    Parameters
    ----------
    catalog
        Its index is built on first use and kept for the revisions used last.
    query
        Chinese, pinyin (``qiaojia``, ``qiáo jiā``, ``qiao2jia1``), initials (``pygc``), English; case and accents do not
        count.
    limit
        At most so many places.

    Returns
    -------
    list of (place id, worth)
        Best first, worth in (0, 1]: whole names before beginnings, beginnings before the middle, then what is alike.
    """
    with _guard:
        index = _indexes.get(catalog.revision)
        if index is None:
            index = _indexes[catalog.revision] = SearchIndex(catalog)
            while len(_indexes) > _KEPT:
                del _indexes[next(iter(_indexes))]
    return index.find(query, limit)


def _entry(place: Place) -> _Entry:
    names: dict[str, _Name] = {}

    def add(name: _Name) -> None:
        if len(name.whole) > 1:
            names.setdefault(name.whole, name)

    for text in (_ASIDE.sub("", place.name_zh), place.name_zh):
        spelt = _spell(text)
        add(spelt)
        syllables = _pinyin(text)
        add(_Name("".join(syllables), tuple(syllables)))
        add(_Name("".join(s[0] for s in syllables if s), (), 0.97))
    for text in (_ASIDE.sub("", place.name_en), place.name_en):
        add(_spell(text))
    # Ids are spelt in pinyin by people, who know how a name of two readings is read.
    add(_spell(place.id.replace("-", " ")))
    popularity = place.popularity if isinstance(place, Attraction) else 0
    tags = frozenset(_spell(tag).whole for tag in place.tags) if isinstance(place, Attraction) else frozenset()
    return _Entry(place.id, tuple(names.values()), tags, _FAME * popularity / 100)


def _spell(text: str) -> _Name:
    """Lower case, no accents, no tone numbers, words apart."""
    plain = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    words = tuple(re.sub(r"(?<=[a-z])[1-5](?![0-9])", "", word) for word in _WORD.findall(plain))
    return _Name("".join(words), words)


def _pinyin(text: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return [_spell(syllable).whole for syllable in lazy_pinyin(text, v_to_u=False)]


def _match(asked: _Name, entry: _Entry) -> float:
    best = max((name.weight * _likeness(asked, name) for name in entry.names), default=0.0)
    return max(best, _TAG if asked.whole in entry.tags else 0.0)


def _likeness(asked: _Name, name: _Name) -> float:
    """How much a query is like one spelling of a name; a longer share of the name is worth more within a step."""
    share = 0.04 * min(1.0, len(asked.whole) / len(name.whole))
    if asked.whole == name.whole:
        return _EXACT
    if name.whole.startswith(asked.whole):
        return _PREFIX - 0.04 + share
    if not name.words:
        return 0.0
    if len(asked.words) > 1 and _all_begin(asked.words, name.words):
        return _WORDS - 0.04 + share
    at = name.whole.find(asked.whole) if len(asked.whole) > 1 else -1
    if at > 0:
        begins = at in _starts(name.words)
        return (_INSIDE if begins or _HAN.search(asked.whole) else _INSIDE - 0.15) - 0.04 + share
    return _fuzzy(asked, name)


def _all_begin(asked: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in asked)


def _starts(words: tuple[str, ...]) -> set[int]:
    found, at = set(), 0
    for word in words:
        found.add(at)
        at += len(word)
    return found


def _fuzzy(asked: _Name, name: _Name) -> float:
    from rapidfuzz import fuzz

    if len(asked.whole) < (2 if _HAN.search(asked.whole) else 4):
        return 0.0
    whole = fuzz.ratio(asked.whole, name.whole, score_cutoff=60)
    # A slip in the beginning of a longer name.
    start = fuzz.ratio(asked.whole, name.whole[: len(asked.whole)], score_cutoff=70) * 0.95
    return _FUZZY * max(whole, start) / 100
