"""What a draft does to visitors' trips, against what is published: before anybody publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommender.bureau import exposure
from recommender.bureau.outcomes import Outcome
from recommender.bureau.panel import Panel
from recommender.bureau.replay import Replay, Run, replay_both
from recommender.region import Region

if TYPE_CHECKING:
    import pandas as pd

FELT: Final = 0.01
"""A trip that is worth this share more or less than before has gained or lost; below that nobody would notice."""
FACETS: Final = ("persona", "season", "mode", "days")


@dataclass(frozen=True, slots=True)
class Totals:
    """One line on a draft.

    Attributes
    ----------
    visitors
        Of the panel.
    changed
        Trips that see other places, or the same on other days.
    infeasible, feasible
        Trips that are no longer, or only now, possible.
    gain, lose
        Trips worth at least 1 % more, or less.
    value_change
        Mean change of what trips are worth to their visitors, as a share, over trips possible on both sides.
    coverage, gini, outside
        Before and after: the share of sites seen by anybody, the unevenness, the share of visits outside the old town.
    """

    visitors: int
    changed: int
    infeasible: int
    feasible: int
    gain: int
    lose: int
    value_change: float
    coverage: tuple[float, float]
    gini: tuple[float, float]
    outside: tuple[float, float]


@dataclass(frozen=True)
class Impact:
    """A draft beside what is published, each with the panel's trips on it."""

    published: Region
    draft: Region
    before: Replay
    after: Replay

    @property
    def totals(self) -> Totals:
        """All in one line."""
        frame = self.visitors
        both = frame["change"].dropna()
        return Totals(
            visitors=len(frame), changed=int(frame["changed"].sum()), infeasible=int(frame["infeasible"].sum()),
            feasible=int(frame["feasible"].sum()), gain=int(frame["gain"].sum()), lose=int(frame["lose"].sum()),
            value_change=float(both.mean()) if len(both) else 0.0,
            coverage=(exposure.coverage(self.published, self.before), exposure.coverage(self.draft, self.after)),
            gini=(exposure.evenness(self.published, self.before), exposure.evenness(self.draft, self.after)),
            outside=(
                exposure.outside_old_town(self.published, self.before), exposure.outside_old_town(self.draft, self.after)
            ),
        )  # fmt: skip

    @property
    def visitors(self) -> pd.DataFrame:
        """One row a visitor.

        ``visitor, persona, season, mode, days``, ``changed``, ``infeasible``, ``feasible``, ``gain``, ``lose`` (bool),
        ``change`` of the trip's value as a share, missing where one of the trips is not possible.
        """
        import pandas as pd

        rows = []
        for (visitor, one), other in zip(self.before, self.after.outcomes, strict=True):
            change = value_change(one, other)
            rows.append({
                "visitor": visitor.number, "persona": visitor.persona, "season": visitor.season,
                "mode": visitor.request.mode, "days": visitor.request.days,
                "changed": one.plan != other.plan or one.failed != other.failed,
                "infeasible": bool(other.failed) and not one.failed, "feasible": bool(one.failed) and not other.failed,
                "gain": change is not None and change >= FELT, "lose": change is not None and change <= -FELT, "change": change,
            })  # fmt: skip
        columns = ["visitor", *FACETS, "changed", "infeasible", "feasible", "gain", "lose", "change"]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"change": float})

    def who(self, facet: str) -> pd.DataFrame:
        """Gains and losses of each persona, season, mode or length of stay.

        Parameters
        ----------
        facet
            One of ``FACETS``.

        Returns
        -------
        pandas.DataFrame
            Index: the facet. Columns: ``visitors``, ``changed``, ``infeasible``, ``gain``, ``lose``, ``change`` (mean).
        """
        return self.visitors.groupby(facet, sort=False).agg(
            visitors=("visitor", "size"), changed=("changed", "sum"), infeasible=("infeasible", "sum"), gain=("gain", "sum"),
            lose=("lose", "sum"), change=("change", "mean"),
        )  # fmt: skip

    @property
    def sites(self) -> pd.DataFrame:
        """Index: place id of either side. Columns: ``county``, ``category``, ``before``, ``after`` (trips), ``change``.

        A place that is on one side only has 0 trips on the other. Largest change first.
        """
        before = exposure.by_site(self.published, self.before)
        after = exposure.by_site(self.draft, self.after)
        frame = after[["county", "category"]].combine_first(before[["county", "category"]])
        return _beside(frame, _trips(before), _trips(after))

    def kinds(self, kind: str) -> pd.DataFrame:
        """Trips that see any place of a ``county`` or ``category``: ``before``, ``after``, ``change``; largest change first."""
        import pandas as pd

        before = _trips(exposure.by_kind(self.published, self.before, kind))
        after = _trips(exposure.by_kind(self.draft, self.after, kind))
        return _beside(pd.DataFrame(index=pd.Index(sorted({*before, *after}), name=kind)), before, after)

    def loads(self, visitors_a_day: float) -> pd.DataFrame:
        """`exposure.load` of both sides: ``people_before``, ``people_after``, and this against the draft's capacities.

        Parameters
        ----------
        visitors_a_day
            As for `exposure.load`.
        """
        keys = ["place", "season", "half"]
        before, after = (
            exposure.load(region, replay, visitors_a_day)[[*keys, "people"]]
            for region, replay in ((self.published, self.before), (self.draft, self.after))
        )
        both = before.merge(after, on=keys, how="outer", suffixes=("_before", "_after"))
        both = both.fillna({"people_before": 0.0, "people_after": 0.0})
        return exposure.against_capacity(self.draft, both, "people_after")


def _trips(frame: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(trips) for name, trips in frame["trips"].items()}


def _beside(frame: pd.DataFrame, before: Mapping[str, int], after: Mapping[str, int]) -> pd.DataFrame:
    found = frame.copy()
    found["before"] = [before.get(str(name), 0) for name in frame.index]
    found["after"] = [after.get(str(name), 0) for name in frame.index]
    found["change"] = found["after"] - found["before"]
    return found.loc[found["change"].abs().sort_values(ascending=False, kind="stable").index]


def value_change(one: Outcome, other: Outcome) -> float | None:
    """By which share a trip is worth more than another; None where one of them is not possible or worth nothing."""
    if one.failed or other.failed or one.value <= 0:
        return None
    return other.value / one.value - 1


def impact(published: Region, draft: Region, panel: Panel, run: Run | None = None) -> Impact:
    """Replay the panel on both.

    Raises
    ------
    Cancelled
        As `replay.replay`.
    """
    before, after = replay_both(published, draft, panel, run)
    return Impact(published, draft, before, after)
