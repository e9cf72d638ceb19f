"""The visitor's taste, as far as it is told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

FIRST_TIME: Final[Mapping[str, float]] = MappingProxyType({
    "ancient_city": 1.0, "courtyard": 0.95, "show": 0.95, "museum": 0.9, "temple": 0.9, "nature": 0.55, "village": 0.45,
    "food": 0.45, "red_heritage": 0.4, "workshop": 0.35, "hot_spring": 0.3, "theme_park": 0.25, "shopping": 0.2,
    "square_park": 0.2,
})  # fmt: skip
"""What draws somebody who comes for the first time and has said nothing; a judgement, not a measurement."""
FADE: Final = 0.6
"""How far naming other wishes with weight 1 fades this default pull."""
REACHES: Final = ("classic", "wings", "region")


@dataclass(frozen=True, slots=True)
class Profile:
    """A visitor's wishes.

    Attributes
    ----------
    interests
        Category → weight in [0, 1]; none at all is a first-time visitor.
    likes, dislikes
        Place ids, as examples of taste.
    explore
        0 the famous, 1 off the beaten path.
    nudge
        Whether dispersal may weigh in; False leaves that part at zero.
    reach
        ``classic``, ``wings`` or ``region``.

    Raises
    ------
    ValueError
        A weight outside [0, 1], or an unknown reach.
    """

    interests: Mapping[str, float] = field(default_factory=dict)
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    explore: float = 0.3
    nudge: bool = True
    reach: str = "wings"

    def __post_init__(self) -> None:
        for name, value in (*self.interests.items(), ("explore", self.explore)):
            if not (math.isfinite(value) and 0 <= value <= 1):
                raise ValueError(f"{name} must be from 0 to 1, not {value!r}")
        if self.reach not in REACHES:
            raise ValueError(f"reach must be one of {', '.join(REACHES)}, not {self.reach!r}")

    def appetite(self, category: str) -> float:
        """How much a category draws this visitor, in [0, 1].

        The default pull of a first-time visitor fades as *other* categories are named, and the visitor's own weight fills
        what is left: naming nothing gives the default, weight 1 gives 1, and raising a weight never lowers its category.
        """
        others = max((weight for name, weight in self.interests.items() if name != category), default=0.0)
        pull = FIRST_TIME.get(category, 0.3) * (1 - FADE * others)
        return pull + (1 - pull) * self.interests.get(category, 0.0)
