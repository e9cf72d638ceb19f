"""What the bureau adds to the scores: how much quiet places are helped, and single places and counties held up or back.

Rules are a plain value. They act on visitors who let the plan weigh in dispersal (``nudge``) and leave all others alone. The
bounds are guard rails: within them a place that nobody would like stays one that nobody is sent to.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from recommender.errors import Problem, RequestError
from recommender.jsontext import write_json
from recommender.model import Frozen, PlaceId

USUAL_DISPERSAL: Final = 0.04
MOST_DISPERSAL: Final = 0.4
LEAST_FACTOR: Final = 0.3
MOST_FACTOR: Final = 1.6

Factor = Annotated[float, Field(ge=LEAST_FACTOR, le=MOST_FACTOR)]


class Rules(Frozen):
    """Weights of one region; the default changes nothing.

    Attributes
    ----------
    dispersal
        The most that lying outside the classic sights can give a place.
    places, counties
        By id or county: what a score is multiplied by; both apply. A score stays within 1.
    """

    dispersal: Annotated[float, Field(ge=0, le=MOST_DISPERSAL)] = USUAL_DISPERSAL
    places: dict[PlaceId, Factor] = Field(default_factory=dict)
    counties: dict[str, Factor] = Field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether scores stay as they are without rules."""
        factors = (*self.places.values(), *self.counties.values())
        return self.dispersal == USUAL_DISPERSAL and all(factor == 1 for factor in factors)

    def factor(self, place: str, county: str) -> float:
        """What the score of a place in a county is multiplied by."""
        return self.places.get(place, 1.0) * self.counties.get(county, 1.0)

    @property
    def digest(self) -> str:
        """Equal for equal rules; empty where they change nothing."""
        if self.changes_nothing:
            return ""
        return hashlib.sha256(write_json(self.plain)).hexdigest()[:12]

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON: equal for equal rules, factors of 1 left out."""
        return {
            "dispersal": self.dispersal,
            "places": {place: factor for place, factor in sorted(self.places.items()) if factor != 1},
            "counties": {county: factor for county, factor in sorted(self.counties.items()) if factor != 1},
        }


def read_rules(given: Any) -> Rules:
    """Rules from decoded JSON, within the guard rails.

    Raises
    ------
    RequestError
        Every field that cannot be, with what is allowed.
    """
    try:
        return Rules.model_validate(given)
    except ValidationError as error:
        raise RequestError([_problem(item) for item in error.errors()]) from error


def _problem(item: Any) -> Problem:
    field = ".".join(str(part) for part in item["loc"]) or "rules"
    low, high = (0.0, MOST_DISPERSAL) if field == "dispersal" else (LEAST_FACTOR, MOST_FACTOR)
    return Problem(field, str(item.get("input", ""))[:60], "rule_bounds", {"low": low, "high": high})
