"""Why is my site not recommended? Where it stands, what stands in its way, and the smallest thing that would change it.

A fix is tried on the panel before anybody is told of it. Its effect is predicted from a sample and then, when somebody wants
to be sure, counted on the whole panel.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt

from recommender.bureau.panel import Panel
from recommender.bureau.replay import Replay, Run, replay_again, replay_both
from recommender.errors import InfeasibleTrip, RecommenderError
from recommender.region import Region
from recommender.scoring import Rules
from recommender.scoring.rules import MOST_FACTOR
from recommender.trip import planner

if TYPE_CHECKING:
    from recommender.catalog import Attraction

Blocking = Literal["none", "admission", "reach", "hours", "missing", "distance", "score", "needs"]

ASKED: Final = 120
"""Visitors who are asked why they do not go."""
GLANCE: Final = 40
"""Rounds of search with which every trip is tried for the fix, beginning from the trip as it is."""
GLANCED: Final = 270
"""Visitors at whose trips is glanced to see whether a fix is worth a closer look."""
WORTHWHILE: Final = 0.01
"""A fix is one if it brings the site into so many more of all trips."""
BOOSTS: Final = (1.15, 1.3, 1.45, MOST_FACTOR)
LONG_DAY: Final = "08:00-19:00"
"""What open longer means."""
_SPANS: Final = re.compile(r"\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*")
"""The intervals of one day."""
Gains = npt.NDArray[np.float64]
_OF_REASON: Final[dict[str, Blocking]] = {
    "out_of_reach": "reach", "closed": "hours", "too_far": "distance", "no_time": "score", "lower_score": "score",
    "unsuitable": "needs", "avoided": "needs", "budget": "score",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a site stands in the panel's trips.

    Attributes
    ----------
    rank, of
        Its place by trips among so many sites; equals share the better rank.
    trips, share
        Trips that see it, and their share of all.
    reasons
        How many of those asked do not go for which reason (`model.LeftOut`).
    blocking
        What stands most in the way; ``none`` where most of those asked go.
    """

    place: str
    rank: int
    of: int
    trips: int
    share: float
    reasons: dict[str, int]
    blocking: Blocking


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to change: fields of the attraction, or the bureau's weight of it."""

    place: str
    code: str
    fields: dict[str, Any] = field(default_factory=dict)
    factor: float | None = None

    def applied(self, region: Region) -> Region:
        """The region with the change; the rest is shared."""
        if self.factor is not None:
            rules = region.rules or Rules()
            return region.under(rules.model_copy(update={"places": {**rules.places, self.place: self.factor}}))
        sights = dict(region.catalog.attractions)
        sights[self.place] = dataclasses.replace(sights[self.place], **self.fields)
        revision = f"{region.revision}~{self.place}~{self.code}"
        return region.like(dataclasses.replace(region.catalog, attractions=sights, revision=revision))


@dataclass(frozen=True, slots=True)
class Effect:
    """Trips of the panel that see a site without and with a fix; ``sample`` visitors were searched in full for it."""

    before: float
    after: float
    sample: int

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Answer:
    """Why not, and what would help.

    Attributes
    ----------
    tried
        Each fix that was tried, the smallest first, and by how many trips a glance at the sample saw the site gain.
    fix, predicted
        The first that is worthwhile and its effect on the whole panel; None where nothing tried is.
    """

    standing: Standing
    tried: tuple[tuple[Fix, int], ...]
    fix: Fix | None
    predicted: Effect | None


def standing(region: Region, replay: Replay, place: str) -> Standing:
    """Rank of a site and why visitors do not go there.

    Raises
    ------
    UnknownPlace
        There is no such place.
    """
    attraction = region.catalog.get_place(place)
    counts = {name: replay.trips_to.get(name, 0) for name in region.catalog.attractions}
    trips = counts[place]
    reasons = _reasons(region, replay, place)
    asked = sum(not outcome.failed for outcome in replay.outcomes[:ASKED])
    return Standing(
        place, 1 + sum(count > trips for count in counts.values()), len(counts), trips,
        trips / max(len(replay.outcomes), 1), dict(reasons.most_common()), _blocking(attraction, reasons, asked),
    )  # fmt: skip


def _reasons(region: Region, replay: Replay, place: str) -> Counter[str]:
    """Why the trips of the first visitors leave a place out, as their itineraries say."""
    found: Counter[str] = Counter()
    for visitor, outcome in list(replay)[:ASKED]:
        if outcome.failed or place in outcome.places:
            continue
        begin = planner.Tours(outcome.tours, outcome.depots)
        try:
            plan = planner.draft(region, visitor.request, iterations=1, begin=begin)
        except (InfeasibleTrip, RecommenderError):
            continue
        found[next((left.reason for left in planner.left_out(plan) if left.place == place), "lower_score")] += 1
    return found


def _blocking(place: Any, reasons: Counter[str], asked: int) -> Blocking:
    attraction: Attraction = place
    if not attraction.suggest:
        return "admission"
    if not reasons or 2 * reasons.total() < asked:
        return "none"
    reason = reasons.most_common(1)[0][0]
    blocking = _OF_REASON[reason]
    # Hours that nobody knows cost slack, and count for less than a low score only where they are known.
    unsure = attraction.hours_basis not in ("sourced", "sourced_two", "open_space")
    return "missing" if blocking in ("hours", "score") and unsure else blocking


def fixes(region: Region, place: str) -> list[Fix]:
    """What may be changed about a site, the smallest first: letting it be suggested, finding out its hours, opening longer,
    and, at last, the bureau's own weight.

    Raises
    ------
    UnknownPlace
        There is no such attraction.
    """  # noqa: D205 - one sentence
    region.catalog.get_place(place)
    site = region.catalog.attractions[place]
    found: list[Fix] = []
    admitted = {"suggest": True, "suggest_note": ""} if not site.suggest else {}
    if admitted:
        found.append(Fix(place, "admit", admitted))
    if site.hours_basis not in ("sourced", "sourced_two", "open_space"):
        hours = site.opening_hours or "09:00-17:00"
        found.append(Fix(place, "verify_hours", {**admitted, "opening_hours": hours, "hours_basis": "sourced"}))
    hours = longer(site.opening_hours or "")
    # A show is as long as it is.
    if site.category != "show" and hours != site.opening_hours:
        widened = {**admitted, "opening_hours": hours, "hours_basis": "sourced", "last_entry": None}
        found.append(Fix(place, "open_longer", widened))
    if not admitted:
        found += [Fix(place, "weight", factor=factor) for factor in BOOSTS]
    return found


def longer(hours: str) -> str:
    """Opening hours that begin no later and end no earlier than `LONG_DAY`; closed days and breaks at noon stay as they are."""
    if hours == "24/7":
        return hours
    first, last = LONG_DAY.split("-")

    def widened(run: re.Match[str]) -> str:
        opens, *inner, closes = run[0].split("-")
        # What ends after midnight ends late enough.
        return "-".join((min(opens, first), *inner, closes if closes < opens else max(closes, last)))

    return _SPANS.sub(widened, hours) if _SPANS.search(hours) else LONG_DAY


def predict(region: Region, fix: Fix, baseline: Replay, sample: int, run: Run | None = None) -> Effect:
    """What a fix would bring on the whole panel, without searching all of it.

    Every trip is glanced at: a short search from the trip as it is. For the first visitors both regions are searched in full;
    what all gain follows from what these gain and from where the glance sees more or less.

    Parameters
    ----------
    baseline
        The whole panel's trips on the region as it is.
    sample
        How many visitors are searched in full.

    Raises
    ------
    Cancelled
        As `replay.replay`.
    """
    run = run or Run()
    panel = baseline.panel
    draft = fix.applied(region)
    known = _concerned(draft, fix.place, baseline)
    few = _first(known, panel, sample)
    glance = replay_again(draft, known, dataclasses.replace(run, iterations=GLANCE))
    before, after = replay_both(region, draft, few.panel, run)
    full = _gains(before, after, fix.place)
    trips = baseline.trips_to.get(fix.place, 0)
    return Effect(trips, max(0.0, trips + _total(full, _gains(known, glance, fix.place))), len(full))


def _total(full: Gains, glanced: Gains) -> float:
    """What all gain, by what the first gain in full and by what a glance sees in all: the regression estimate.

    A glance misses much, but where it sees more in the rest than in the first, the rest has more to give.
    """
    n = len(full)
    if n == 0:
        return 0.0
    spread = float(np.var(glanced[:n]))
    slope = float(np.mean(full * glanced[:n]) - full.mean() * glanced[:n].mean()) / spread if spread else 0.0
    return float(len(glanced) * (full.mean() + slope * (glanced.mean() - glanced[:n].mean())))


def _concerned(draft: Region, place: str, baseline: Replay) -> Replay:
    """Those in whose reach a place is; no fact about it touches the others' trips."""
    reach = {name: place in draft.within_reach(name) for name in ("classic", "wings", "region")}
    pairs = [(visitor, outcome) for visitor, outcome in baseline if reach[visitor.request.reach]]
    return Replay(baseline.state, Panel(tuple(v for v, _ in pairs)), tuple(o for _, o in pairs))


def _first(known: Replay, panel: Panel, sample: int) -> Replay:
    """Those among the panel's first."""
    numbers = {visitor.number for visitor in panel.first(sample).visitors}
    pairs = [(visitor, outcome) for visitor, outcome in known if visitor.number in numbers]
    return Replay(known.state, Panel(tuple(v for v, _ in pairs)), tuple(o for _, o in pairs))


def _gains(before: Replay, after: Replay, place: str) -> Gains:
    """1 for each visitor who goes now, -1 for each who goes no more, 0 for the rest."""
    pairs = zip(before.outcomes, after.outcomes, strict=True)
    return np.array([(place in other.places) - (place in one.places) for one, other in pairs], dtype=float)


def count(region: Region, fix: Fix, baseline: Replay, run: Run | None = None) -> Effect:
    """What a fix brings, counted on the whole panel.

    Raises
    ------
    Cancelled
        As `replay.replay`.
    """
    draft = fix.applied(region)
    concerned = _concerned(draft, fix.place, baseline).panel
    before, after = replay_both(region, draft, concerned, run)
    return Effect(before.trips_to.get(fix.place, 0), after.trips_to.get(fix.place, 0), len(concerned))


def why_not(
    region: Region,
    place: str,
    baseline: Replay,
    sample: int,
    run: Run | None = None,
    worthwhile: float = WORTHWHILE,
) -> Answer:
    """The whole answer, with the first fix of the ladder that a glance finds worthwhile.

    Parameters
    ----------
    baseline, sample
        As for `predict`.
    worthwhile
        The share of all trips that a fix has to bring.

    Raises
    ------
    UnknownPlace
        There is no such place.
    Cancelled
        As `replay.replay`.
    """
    run = run or Run()
    panel = baseline.panel
    tried: list[tuple[Fix, int]] = []
    for fix in fixes(region, place):
        draft = fix.applied(region)
        glanced = min(GLANCED, sample, len(panel))
        few = _first(_concerned(draft, place, baseline), panel, glanced)
        glance = replay_again(draft, few, dataclasses.replace(run, iterations=GLANCE))
        tried.append((fix, int(_gains(few, glance, place).sum())))
        if tried[-1][1] >= worthwhile * glanced:
            return Answer(standing(region, baseline, place), tuple(tried), fix, predict(region, fix, baseline, sample, run))
    return Answer(standing(region, baseline, place), tuple(tried), None, None)
