"""The panel's trips on one region, and on two of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from recommender.bureau.keeping import Kept
from recommender.bureau.outcomes import Outcome
from recommender.bureau.panel import Panel, Visitor
from recommender.bureau.spreading import Done, Wish, spread
from recommender.region import Region

if TYPE_CHECKING:
    import pandas as pd

ITERATIONS: Final = 600
"""Rounds of search a visitor; ``docs/panel.md`` says how near the exposure is to that of the full search."""

Progress = Callable[[int, int], None]
"""Told how many of how many visitors are done."""


def _never() -> bool:
    return False


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Run:
    """How panels are worked on.

    Attributes
    ----------
    iterations
        Rounds of search a visitor.
    jobs
        Processes; 1 works in this one, None takes the cluster of the settings or else all cores.
    kept
        Where outcomes are looked up and kept.
    progress
        Told after every piece of work.
    cancelled
        Asked after every piece of work; on True the work ends with `Cancelled`.
    """

    iterations: int = ITERATIONS
    jobs: int | None = None
    kept: Kept | None = None
    progress: Progress = _silent
    cancelled: Done = _never


@dataclass(frozen=True)
class Replay:
    """Outcomes of a panel on one region, in the panel's order; ``computed`` of them were not known before."""

    state: str
    panel: Panel
    outcomes: tuple[Outcome, ...]
    computed: int = 0

    def __iter__(self) -> zip[tuple[Visitor, Outcome]]:
        return zip(self.panel.visitors, self.outcomes, strict=True)

    @cached_property
    def visits(self) -> pd.DataFrame:
        """One row a visit: ``visitor, persona, season, mode, days, heads, place, area, date, start_min, end_min``."""
        import pandas as pd

        columns = ("visitor", "persona", "season", "mode", "days", "heads", "place", "area", "date", "start_min", "end_min")
        rows = [
            (
                visitor.number, visitor.persona, visitor.season, visitor.request.mode, visitor.request.days, outcome.heads,
                visit.place, visit.area, visitor.request.dates[visit.day - 1], visit.start_min, visit.end_min,
            )
            for visitor, outcome in self
            for visit in outcome.visits
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def trips_to(self) -> dict[str, int]:
        """Place → trips that see it, once each."""
        found: dict[str, int] = {}
        for outcome in self.outcomes:
            for place in outcome.places:
                found[place] = found.get(place, 0) + 1
        return found


def replay(region: Region, panel: Panel, run: Run | None = None) -> Replay:
    """Plan for every visitor of the panel; what is known already is looked up.

    Raises
    ------
    Cancelled
        ``run.cancelled`` said so; what was done until then is kept.
    """
    wishes: list[Wish] = [(visitor.request, None) for visitor in panel.visitors]
    outcomes, computed = _outcomes(region, wishes, run or Run())
    return Replay(region.state, panel, outcomes, computed)


def replay_again(region: Region, before: Replay, run: Run) -> Replay:
    """The same visitors, each search beginning from the trip that they had, on this region or another.

    Raises
    ------
    Cancelled
        As `replay`.
    """
    wishes: list[Wish] = [(visitor.request, None if outcome.failed else outcome) for visitor, outcome in before]
    outcomes, computed = _outcomes(region, wishes, run)
    return Replay(region.state, before.panel, outcomes, computed)


def _outcomes(region: Region, wishes: Sequence[Wish], run: Run) -> tuple[tuple[Outcome, ...], int]:
    found: list[Outcome | None] = [None] * len(wishes) if run.kept is None else run.kept.find(region, wishes, run.iterations)
    missing = [k for k, outcome in enumerate(found) if outcome is None]
    done = len(wishes) - len(missing)
    run.progress(done, len(wishes))
    wanted = [wishes[k] for k in missing]
    if wanted:
        for first, made in spread(region, wanted, run.iterations, jobs=run.jobs, cancelled=run.cancelled):
            for k, outcome in zip(missing[first:], made, strict=False):
                found[k] = outcome
            if run.kept is not None:
                run.kept.put(region, wanted[first : first + len(made)], run.iterations, made)
            done += len(made)
            run.progress(done, len(wishes))
    return tuple(outcome for outcome in found if outcome is not None), len(missing)


def replay_both(published: Region, draft: Region, panel: Panel, run: Run | None = None) -> tuple[Replay, Replay]:
    """The panel on two regions, freed from most of what the search does by chance.

    A search that is cut short finds one good trip of several, and a changed fact anywhere in reach sends it another way. So
    where a visitor's two trips differ, each region is asked what the other's trip is worth there, as far as it can be made at
    all, and keeps the better of the two: both choose from the same trips, and choose differently only where the facts do.

    Raises
    ------
    Cancelled
        As `replay`.
    """
    run = run or Run()
    before, after = replay(published, panel, run), replay(draft, panel, run)
    differing = [
        k for k, (one, other) in enumerate(zip(before.outcomes, after.outcomes, strict=True))
        if one.plan != other.plan and not one.failed and not other.failed
    ]  # fmt: skip
    brief = replace(run, iterations=1)
    there = [(panel.visitors[k].request, after.outcomes[k]) for k in differing]
    here = [(panel.visitors[k].request, before.outcomes[k]) for k in differing]
    again_before, n = _outcomes(published, there, brief)
    again_after, m = _outcomes(draft, here, brief)
    ones, others = list(before.outcomes), list(after.outcomes)
    for k, one, other in zip(differing, again_before, again_after, strict=True):
        ones[k], others[k] = _nearest(_best(ones[k], one), _best(others[k], other))
    return (
        Replay(before.state, panel, tuple(ones), before.computed + n),
        Replay(after.state, panel, tuple(others), after.computed + m),
    )


def _best(one: Outcome, other: Outcome) -> list[Outcome]:
    """The outcomes that are worth most to the planner: one, or both where they are worth the same."""
    sound = [outcome for outcome in (one, other) if not outcome.failed] or [one]
    most = max(outcome.points for outcome in sound)
    return [outcome for outcome in sound if outcome.points == most]


def _nearest(before: Sequence[Outcome], after: Sequence[Outcome]) -> tuple[Outcome, Outcome]:
    """Of equally good trips those that are the same on both sides, if any are."""
    pairs = [(one, other) for one in before for other in after]
    return next(((one, other) for one, other in pairs if one.plan == other.plan), pairs[0])
