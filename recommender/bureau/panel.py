"""A fixed panel of synthetic visitors: the same people, asked the same way, whatever the data say.

The panel crosses twelve personas with five seasons, three ways of travelling and six lengths of stay into a deck of cards. The
deck is shuffled by a seed and dealt from the top, deck after deck, so that a smaller panel is the beginning of a larger one.
What a card leaves open (date, arrival, gateway) is drawn by dice of the visitor's own. It is a panel for comparing, not a
census: nobody has counted these visitors. ``docs/panel.md`` says who they are.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from recommender.model import TripRequest

Season = Literal["spring", "summer", "autumn", "winter", "holiday"]

SEED: Final = 2027
SIZE: Final = 4_320
"""Four whole decks."""
DAYS: Final = (1, 2, 2, 3, 3, 4)
MODES: Final = ("transit", "drive", "charter")
SEASONS: Final[Mapping[Season, tuple[tuple[dt.date, int], ...]]] = {
    "spring": ((dt.date(2027, 3, 10), 24), (dt.date(2027, 4, 8), 18), (dt.date(2027, 5, 8), 24)),
    "summer": ((dt.date(2027, 6, 12), 80),),
    "autumn": ((dt.date(2027, 9, 1), 12), (dt.date(2027, 9, 18), 9), (dt.date(2027, 10, 12), 44)),
    "winter": ((dt.date(2027, 1, 5), 24), (dt.date(2027, 11, 28), 30)),
    "holiday": ((dt.date(2027, 2, 5), 4), (dt.date(2027, 5, 1), 2), (dt.date(2027, 10, 1), 3)),
}
"""First days of trips: a first date and how many days from there on, all as likely. Holidays are the Spring Festival, Labour Day
and National Day of 2027; the other seasons begin on no holiday."""
GATEWAYS: Final = (
    "taiyuan-south-station", "taiyuan-south-station", "taiyuan-wusu-airport", "pingyaogucheng-station", None, None,
)  # fmt: skip
"""Where trips begin and end, one in six each; None is at the first and last lodging."""
ARRIVALS: Final = ("09:00", "10:30", "12:30")
DEPARTURES: Final = ("17:30", "19:00", "20:30")


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of visitor: what the request says beyond dates, days, mode and gateway."""

    name: str
    wishes: Mapping[str, Any] = field(default_factory=dict)


PERSONAS: Final = (
    Persona("first_time", {"reach": "wings"}),
    Persona("sights", {"reach": "region", "pace": "full", "explore": 0.1}),
    Persona("heritage", {"reach": "region", "interests": {"temple": 1.0, "museum": 0.7, "ancient_city": 0.7}, "explore": 0.5}),
    Persona("merchants", {"reach": "region", "interests": {"courtyard": 1.0, "museum": 0.6}}),
    Persona("family", {
        "reach": "region", "pace": "relaxed", "party": {"adults": 2, "children": [8]}, "evenings": False,
        "interests": {"theme_park": 0.8, "show": 0.8, "workshop": 0.7, "nature": 0.6},
    }),
    Persona("elderly", {"reach": "wings", "pace": "relaxed", "party": {"adults": 1, "seniors": [68, 70]}}),
    Persona("students", {
        "reach": "region", "pace": "full", "party": {"adults": 3, "students": 3}, "budget_fen": 120_000,
        "interests": {"food": 0.8, "ancient_city": 0.7, "show": 0.4},
    }),
    Persona("nature", {"reach": "region", "interests": {"nature": 1.0, "village": 0.7}, "explore": 0.5}),
    Persona("red", {"reach": "region", "interests": {"red_heritage": 1.0, "museum": 0.5}, "party": {"adults": 4}}),
    Persona("evenings", {"reach": "wings", "interests": {"show": 1.0, "food": 0.9, "shopping": 0.6}, "day_start": "10:00"}),
    Persona("explorers", {"reach": "region", "interests": {"village": 0.8, "workshop": 0.8, "temple": 0.6}, "explore": 0.9}),
    Persona("few_steps", {
        "reach": "region", "pace": "relaxed", "needs": ["few_steps"], "party": {"adults": 2, "disabled": 1}, "explore": 0.3,
    }),
)  # fmt: skip


DECK: Final = len(PERSONAS) * len(SEASONS) * len(MODES) * len(DAYS)
"""Visitors after whom every kind has come up as often as it is in the deck: the best size for a sample."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One member of the panel."""

    number: int
    persona: str
    season: Season
    request: TripRequest


@dataclass(frozen=True, slots=True)
class Panel:
    """Visitors in the order in which they were dealt."""

    visitors: tuple[Visitor, ...]

    def __len__(self) -> int:
        return len(self.visitors)

    def first(self, count: int) -> Panel:
        """A sample: the first so many."""
        return Panel(self.visitors[:count])


def panel(size: int = SIZE, *, seed: int = SEED, days: Sequence[int] = DAYS) -> Panel:
    """The panel, or the beginning of it; equal arguments, equal visitors.

    Parameters
    ----------
    size
        Visitors; a longer panel begins with the shorter one.
    days
        Lengths of stay, each as often as it is named.

    Raises
    ------
    ValueError
        A negative size, or no length of stay.
    """
    if size < 0 or not days:
        raise ValueError("a panel has 0 or more visitors who stay some days")
    deck = list(itertools.product(PERSONAS, SEASONS, MODES, days))
    visitors: list[Visitor] = []
    for round_ in itertools.count():
        random.Random(f"{seed}/deck/{round_}").shuffle(deck)  # noqa: S311 - not a secret
        for persona, season, mode, length in deck[: size - len(visitors)]:
            visitors.append(_visitor(len(visitors), persona, season, mode, length, seed))
        if len(visitors) == size:
            return Panel(tuple(visitors))
    raise AssertionError


def _visitor(number: int, persona: Persona, season: Season, mode: str, days: int, seed: int) -> Visitor:
    dice = random.Random(f"{seed}/visitor/{number}")  # noqa: S311 - not a secret
    first = dice.choice([date + dt.timedelta(days=n) for date, span in SEASONS[season] for n in range(span)])
    wish: dict[str, Any] = {
        **persona.wishes, "start_date": str(first), "days": days, "mode": mode,
        "seed": number,
    }  # fmt: skip
    gateway, arrival, departure = dice.choice(GATEWAYS), dice.choice(ARRIVALS), dice.choice(DEPARTURES)
    if gateway is not None:
        wish |= {"start": {"place": gateway, "time": arrival}, "end": {"place": gateway, "time": departure}}
    return Visitor(number, persona.name, season, TripRequest.parse(wish))
