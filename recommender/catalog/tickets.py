"""What a party pays at the door of one attraction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from recommender.catalog.places import Attraction
from recommender.model import Child, Party

_AGE_FROM: Final = re.compile(r"senior(\d+)")
_AGES: Final = re.compile(r"minor(\d+)-(\d+)")
_BELOW_M: Final = re.compile(r"child([\d.]+)m")


@dataclass(frozen=True, slots=True)
class HeadLine:
    """Some visitors who pay the same for the same reason.

    Attributes
    ----------
    who
        ``adult``, ``student``, ``military``, ``disabled``, ``senior70`` and ``child8`` with their age.
    heads
        How many.
    fen_each
        What each of them pays; None where the adult price is unknown.
    group
        The concession that applies; None is the full price.
    stated
        False where nobody stated what such a visitor pays: the full price is then an assumption, on the dear side.
    """

    who: str
    heads: int
    fen_each: int | None
    group: str | None
    stated: bool


@dataclass(frozen=True, slots=True)
class PartyTicket:
    """A party's ticket.

    Attributes
    ----------
    fen
        Sum of the lines; None where the adult price is unknown.
    basis
        What the adult price rests on, as the catalogue's ``ticket_basis``.
    lines
        Who pays what; adults first.
    """

    fen: int | None
    basis: str
    lines: tuple[HeadLine, ...]

    @property
    def unstated(self) -> tuple[str, ...]:
        """Visitors for whom no concession is known one way or the other: charged in full."""
        return tuple(line.who for line in self.lines if not line.stated)


def party_ticket(attraction: Attraction, party: Party) -> PartyTicket:
    """The price for a whole party; of several concessions each visitor has the best.

    A concession that nobody stated is unknown and the visitor pays in full. A child whose height is not given, or who is
    exactly as tall as the limit, pays the dearer.
    """
    lines: list[HeadLine] = []
    for who, heads, group, stated in _heads(attraction, party):
        factor = 1.0 if group is None else attraction.concessions[group]
        fen = None if attraction.ticket_fen is None else _share(attraction.ticket_fen, factor)
        # Nobody needs a concession where nobody pays.
        line = HeadLine(who, heads, fen, group, stated or attraction.ticket_fen == 0)
        lines.append(line)
    each = [(line.fen_each, line.heads) for line in lines]
    known = [fen * heads for fen, heads in each if fen is not None]
    return PartyTicket(sum(known) if len(known) == len(each) else None, attraction.ticket_basis, tuple(lines))


def _heads(attraction: Attraction, party: Party) -> Iterator[tuple[str, int, str | None, bool]]:
    """Visitors with the concession that applies and whether one was stated for their like."""
    terms = attraction.concessions
    plain = party.adults - party.students - party.military - party.disabled
    if plain:
        yield "adult", plain, None, True
    for who, heads in (("student", party.students), ("military", party.military), ("disabled", party.disabled)):
        if heads:
            yield who, heads, who if who in terms else None, who in terms
    for age in party.seniors:
        limits = {name: int(m[1]) for name in terms if (m := _AGE_FROM.fullmatch(name))}
        yield f"senior{age}", 1, _best(attraction, [n for n, limit in limits.items() if age >= limit]), bool(limits)
    for child in party.children:
        by_age = {name: (int(m[1]), int(m[2])) for name in terms if (m := _AGES.fullmatch(name))}
        by_height = [name for name in terms if _BELOW_M.fullmatch(name)]
        fits = [n for n, (low, high) in by_age.items() if low <= child.age <= high]
        fits += [n for n in by_height if _is_below(child, n)]
        yield f"child{child.age}", 1, _best(attraction, fits), bool(by_age or by_height)


def _is_below(child: Child, group: str) -> bool:
    limit = _BELOW_M.fullmatch(group)
    return limit is not None and child.height_cm is not None and child.height_cm < Decimal(limit[1]) * 100


def _best(attraction: Attraction, groups: list[str]) -> str | None:
    return min(groups, key=lambda name: (attraction.concessions[name], name), default=None)


def _share(price_fen: int, factor: float) -> int:
    return int((price_fen * Decimal(str(factor))).quantize(Decimal(1), ROUND_HALF_UP))
