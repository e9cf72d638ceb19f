"""Sending visitors elsewhere, and what it costs them: the frontier, caps on sites, quotas for counties.

All of it ends in `Rules`, a plain value. What staff pick is what the planner then runs by: ``region.under(point.rules)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from recommender.bureau import exposure
from recommender.bureau.impact import Impact, impact
from recommender.bureau.panel import Panel
from recommender.bureau.replay import Run
from recommender.scoring import Rules
from recommender.scoring.rules import LEAST_FACTOR, MOST_DISPERSAL, MOST_FACTOR

if TYPE_CHECKING:
    from recommender.region import Region

LEVELS: Final = (0.0, 0.04, 0.1, 0.16, 0.22, 0.3, MOST_DISPERSAL)
HURT: Final = 0.05
"""A visitor who loses this share of what a trip is worth has been sent to the wrong places."""
MOST_HURT: Final = 0.1
LEAST_UTILITY: Final = 0.97
"""Beyond either of these, rules promote too much: too many are hurt, or all lose too much."""
ROUNDS: Final = 6
NEAR: Final = 0.02
"""Targets are kept to within this share of themselves."""


@dataclass(frozen=True, slots=True)
class Point:
    """Rules with their effect and their price, against no nudge at all.

    Attributes
    ----------
    utility
        What trips are worth to their visitors, as a mean share of what they would be worth without any rule.
    outside
        Share of visits outside the old town of Pingyao.
    coverage, gini
        Share of sites that anybody sees; unevenness of trips over sites.
    hurt
        Share of visitors who lose 5 % or more.
    hardest
        The persona that loses most, and its mean change.
    """

    rules: Rules
    utility: float
    outside: float
    coverage: float
    gini: float
    hurt: float
    hardest: tuple[str, float]

    @property
    def overdone(self) -> bool:
        """Whether the rules promote more than visitors should bear."""
        return self.hurt > MOST_HURT or self.utility < LEAST_UTILITY


def price(region: Region, rules: Rules, panel: Panel, run: Run | None = None) -> Point:
    """What rules do and cost.

    Raises
    ------
    Cancelled
        As `replay.replay`.
    """
    return _point(_effect(region, rules, panel, run), rules)


def _effect(region: Region, rules: Rules, panel: Panel, run: Run | None) -> Impact:
    return impact(region.under(Rules(dispersal=0.0)), region.under(rules), panel, run)


def _point(effect: Impact, rules: Rules) -> Point:
    frame = effect.visitors.dropna(subset="change")
    by_persona = frame.groupby("persona")["change"].mean().sort_values()
    hardest = (str(by_persona.index[0]), float(by_persona.iloc[0])) if len(by_persona) else ("", 0.0)
    totals = effect.totals
    return Point(
        rules, 1 + totals.value_change, totals.outside[1], totals.coverage[1], totals.gini[1],
        float((frame["change"] <= -HURT).mean()) if len(frame) else 0.0, hardest,
    )  # fmt: skip


def frontier(
    region: Region, panel: Panel, run: Run | None = None, levels: Sequence[float] = LEVELS, rules: Rules | None = None
) -> list[Point]:
    """Visitor utility against the share outside the old town, from no dispersal to the most that is allowed.

    Parameters
    ----------
    levels
        Weights of dispersal to try.
    rules
        What else is in force at every level.

    Raises
    ------
    Cancelled
        As `replay.replay`.
    """
    base = rules or Rules()
    return [price(region, base.model_copy(update={"dispersal": level}), panel, run) for level in levels]


def undominated(points: Sequence[Point]) -> list[Point]:
    """Points than which none has both more utility and more outside; by growing share outside."""
    kept = [
        one for one in points
        if not any(
            other.utility >= one.utility and other.outside >= one.outside
            and (other.utility, other.outside) != (one.utility, one.outside)
            for other in points
        )
    ]  # fmt: skip
    return sorted(kept, key=lambda point: point.outside)


# ------------------------------------------------------------------------------------------------ caps and quotas


@dataclass(frozen=True, slots=True)
class Targets:
    """What staff want.

    Attributes
    ----------
    caps
        Place → the most people in any half day.
    visitors_a_day
        People on a trip through the region on one day; caps are held against it.
    quotas
        County → the share of all trips that should see something of it.
    """

    caps: Mapping[str, float] = field(default_factory=dict)
    visitors_a_day: float = 0.0
    quotas: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Rules found for targets, with their price; ``reached`` and ``wanted`` by target: a place's people, a county's share."""

    point: Point
    wanted: Mapping[str, float]
    reached: Mapping[str, float]
    unmet: tuple[str, ...]


def fit_rules(
    region: Region, targets: Targets, panel: Panel, run: Run | None = None, rules: Rules | None = None, rounds: int = ROUNDS
) -> Fitted:
    """Find weights that keep to caps and quotas on the panel, as gently as a few rounds allow.

    A site above its cap is held back, a county below its quota held up, in proportion; then the panel is replayed. Weights
    stay within their guard rails: targets that cannot be met within them come back by name.

    Parameters
    ----------
    rules
        Where to begin.
    rounds
        Replays at most.

    Raises
    ------
    ValueError
        No round, or caps without visitors a day.
    Cancelled
        As `replay.replay`.
    """
    if rounds < 1 or (targets.caps and targets.visitors_a_day <= 0):
        raise ValueError("at least one round, and caps need the visitors of a day")
    tried: list[Fitted] = []
    now = rules or Rules()
    for _ in range(rounds):
        effect = _effect(region, now, panel, run)
        tried.append(_fitted(effect, targets, now))
        after = _next(now, targets, tried[-1].reached)
        if not tried[-1].unmet or after == now:
            break
        now = after
    return min(tried, key=lambda one: (len(one.unmet), _shortfall(one), -one.point.utility))


def _fitted(effect: Impact, targets: Targets, rules: Rules) -> Fitted:
    reached: dict[str, float] = {}
    if targets.caps:
        load = exposure.load(effect.draft, effect.after, targets.visitors_a_day)
        fullest = {str(place): float(people) for place, people in load.groupby("place")["people"].max().items()}
        reached |= {place: fullest.get(place, 0.0) for place in targets.caps}
    shares = exposure.by_kind(effect.draft, effect.after, "county")["share"]
    reached |= {county: float(shares.get(county, 0.0)) for county in targets.quotas}
    unmet = [place for place, cap in targets.caps.items() if reached[place] > cap * (1 + NEAR)]
    unmet += [county for county, quota in targets.quotas.items() if reached[county] < quota * (1 - NEAR)]
    return Fitted(_point(effect, rules), {**targets.caps, **targets.quotas}, reached, tuple(unmet))


def _shortfall(fitted: Fitted) -> float:
    return sum(abs(fitted.reached[name] / max(fitted.wanted[name], 1e-9) - 1) for name in fitted.unmet)


def _next(rules: Rules, targets: Targets, reached: Mapping[str, float]) -> Rules:
    """Weights a step nearer to the targets; rounded so that equal needs give equal rules."""
    places, counties = dict(rules.places), dict(rules.counties)
    for place, cap in targets.caps.items():
        if reached[place] > cap * (1 + NEAR):
            places[place] = _within(places.get(place, 1.0) * max(0.6, cap / reached[place]))
    for county, quota in targets.quotas.items():
        if reached[county] < quota * (1 - NEAR):
            counties[county] = _within(counties.get(county, 1.0) * min(1.25, (quota / max(reached[county], 1e-3)) ** 0.3))
    return rules.model_copy(update={"places": places, "counties": counties})


def _within(factor: float) -> float:
    return round(min(MOST_FACTOR, max(LEAST_FACTOR, factor)), 3)
