"""What is wrong with a request, and what would help, in the words of the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

from recommender.errors import InfeasibleTrip, Problem
from recommender.i18n import find_text, text
from recommender.model import CATEGORIES, LegWish, TripRequest
from recommender.trip.narrate.names import money, short_name

if TYPE_CHECKING:
    from recommender.region import Region

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: get_args(TripRequest.model_fields[name].annotation) for name in ("mode", "pace", "reach")},
    "needs": ("wheelchair", "stroller", "few_steps"),
    "interests": CATEGORIES,
}
_SHELF: Final = {"interests": "category"}
_CODES: Final = {"reach": "reach", "need": "needs"}
"""Values of a message that are codes, and where their words are."""


def conflict_words(conflict: InfeasibleTrip, region: Region, lang: str) -> list[str]:
    """The conflict, one line a problem."""
    if conflict.problems:
        return [problem_words(p, region, lang) for p in conflict.problems]
    fields = field_labels(", ".join(map(str, conflict.detail.get("conflict", ()))), lang)
    return [text("ui.problem.clash", lang, fields=fields)]


def problem_words(problem: Problem, region: Region, lang: str) -> str:
    """A problem with field, places and codes named as on the page."""
    root = field_root(problem.field)
    args: dict[str, Any] = dict(problem.args)
    for name, shelf in _CODES.items():
        if name in args:
            args[name] = find_text(f"ui.{shelf}.{args[name]}", lang) or args[name]
    if problem.code == "field_choice" and root in _CHOICES:
        shelf = _SHELF.get(root, root)
        args["allowed"] = text("ui.list", lang).join(text(f"ui.{shelf}.{code}", lang) for code in _CHOICES[root])
    value = problem.value
    if value and region.catalog.find_place(value) is not None:
        value = short_name(value, region, lang)
    return Problem(field_labels(problem.field, lang), value, problem.code, args).message(lang)


def field_labels(fields: str, lang: str) -> str:
    """``must_see[1], must_see[0]`` → ``必去``; a field without a label keeps its code."""
    roots = dict.fromkeys(field_root(field) for field in fields.split(","))
    return text("ui.list", lang).join(find_text(f"ui.field.{root}", lang) or root for root in roots)


def field_root(field: str) -> str:
    """``locks[0].time`` → ``locks``."""
    return re.split(r"[.\[]", field.strip(), maxsplit=1)[0]


def relaxation_words(change: Mapping[str, Any], asked: TripRequest | None, region: Region, lang: str) -> str:
    """A change of the request as a button says it."""
    field, value = str(change["field"]), change["value"]
    root = field_root(field)
    if root == "budget_fen":
        value = money(value, lang)
    elif root in ("reach", "mode"):
        value = text(f"ui.{root}.{value}", lang)
    elif root == "needs" and asked is not None:
        value = _row([text(f"ui.needs.{need}", lang) for need in asked.needs if need not in value], lang)
    index = re.search(r"\[(\d+)\]", field)
    place = ""
    if root == "must_see" and index is None and asked is not None:
        place = _row([short_name(wish, region, lang) for wish in asked.must_see if wish not in value], lang)
    if index is not None and asked is not None:
        wish = getattr(asked, root)[int(index[1])]
        if isinstance(wish, LegWish):
            ends = (short_name(end, region, lang) for end in (wish.from_, wish.to))
            return text("ui.relax.leg_modes", lang, origin=next(ends), target=next(ends))
        if root == "days_detail":
            return text("ui.relax.days_detail", lang, day=int(index[1]) + 1)
        place = short_name(wish if isinstance(wish, str) else wish.place, region, lang)
    label = field_labels(field, lang)
    return find_text(f"ui.relax.{root}", lang, value=value, place=place) or text("ui.relax.other", lang, field=label)


def _row(words: list[str], lang: str) -> str:
    return text("ui.list", lang).join(words)
