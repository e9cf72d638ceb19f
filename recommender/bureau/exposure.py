"""Who is sent where: trips per site, county and category, how even that is, and how full sites get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from recommender.region import OLD_TOWN

if TYPE_CHECKING:
    import pandas as pd

    from recommender.bureau.replay import Replay
    from recommender.region import Region

NOON_MIN: Final = 13 * 60
"""A visit belongs to the half day that holds its middle: before 13:00, the afternoon, or from 18:00 on the evening."""
EVENING_MIN: Final = 18 * 60
HALVES: Final = ("morning", "afternoon", "evening")


def gini(counts: Sequence[float]) -> float:
    """0 if all counts are the same, near 1 if one has everything."""
    total, n = sum(counts), len(counts)
    ranked = sum((2 * rank - n - 1) * value for rank, value in enumerate(sorted(counts), start=1))
    return ranked / (n * total) if total else 0.0


def coverage(region: Region, replay: Replay) -> float:
    """The share of attractions that at least one trip of the panel sees."""
    places = region.catalog.attractions
    return sum(replay.trips_to.get(place, 0) > 0 for place in places) / len(places) if places else 0.0


def evenness(region: Region, replay: Replay) -> float:
    """The Gini coefficient of trips over all attractions."""
    return gini([replay.trips_to.get(place, 0) for place in region.catalog.attractions])


def outside_old_town(region: Region, replay: Replay) -> float:
    """The share of visits that are neither in the streets of Pingyao's old town nor at a sight within it; 0 without visits."""
    places = region.catalog.attractions
    seen = [places[visit.place] for outcome in replay.outcomes for visit in outcome.visits if visit.place in places]
    return sum(OLD_TOWN not in (place.id, place.area_id) for place in seen) / len(seen) if seen else 0.0


def by_site(region: Region, replay: Replay) -> pd.DataFrame:
    """Index: place id, all attractions. Columns: ``county, category, trips, share, heads, visits``.

    ``share`` is that of all trips; ``visits`` counts a place seen on two days twice, ``trips`` once.
    """
    import pandas as pd

    heads: Counter[str] = Counter()
    visits: Counter[str] = Counter()
    for outcome in replay.outcomes:
        heads.update(dict.fromkeys(outcome.places, outcome.heads))
        visits.update(visit.place for visit in outcome.visits)
    rows = [
        (a.id, a.county, a.category, replay.trips_to.get(a.id, 0), heads[a.id], visits[a.id])
        for a in region.catalog.attractions.values()
    ]
    frame = pd.DataFrame(rows, columns=["place", "county", "category", "trips", "heads", "visits"]).set_index("place")
    frame.insert(3, "share", frame["trips"] / max(len(replay.outcomes), 1))
    return frame


def by_kind(region: Region, replay: Replay, kind: str) -> pd.DataFrame:
    """Index: county or category. Columns: ``trips`` that see any such place, ``share`` of all trips, ``visits``, their ``part``.

    Parameters
    ----------
    kind
        ``county`` or ``category``.
    """
    import pandas as pd

    places = region.catalog.attractions
    kinds = {place.id: str(getattr(place, kind)) for place in places.values()}
    trips: Counter[str] = Counter()
    visits: Counter[str] = Counter()
    for outcome in replay.outcomes:
        trips.update({kinds[place] for place in outcome.places if place in kinds})
        visits.update(kinds[visit.place] for visit in outcome.visits if visit.place in kinds)
    frame = pd.DataFrame(
        [(name, trips[name], visits[name]) for name in sorted(set(kinds.values()))], columns=[kind, "trips", "visits"]
    ).set_index(kind)
    frame.insert(1, "share", frame["trips"] / max(len(replay.outcomes), 1))
    frame["part"] = frame["visits"] / max(int(frame["visits"].sum()), 1)
    return frame


def load(region: Region, replay: Replay, visitors_a_day: float) -> pd.DataFrame:
    """How many people a site gets in each half day of each season, if so many are on the road on a day of that season.

    Parameters
    ----------
    visitors_a_day
        People on a trip through the region on one day: the asker's assumption, nobody has counted them.

    Returns
    -------
    pandas.DataFrame
        One row a place, season and half day with visits: ``place, season, half, people, people_day, capacity_day, full,
        capacity_now``. ``people_day`` is that of all three halves together, ``full`` its share of the day's capacity;
        capacities are missing where the data know none. How many are inside at one time is not counted.
    """
    import pandas as pd

    visits = replay.visits
    days: Counter[str] = Counter()
    for visitor, outcome in replay:
        if not outcome.failed:
            days[visitor.season] += outcome.heads * visitor.request.days
    middle = (visits["start_min"] + visits["end_min"]) / 2
    halves = pd.cut(middle, [-1, NOON_MIN, EVENING_MIN, 10_000], right=False, labels=HALVES).astype(str)
    counted = visits.assign(half=halves).groupby(["place", "season", "half"])[["heads"]].sum().reset_index()
    scale = {season: visitors_a_day / count for season, count in days.items() if count}
    counted["people"] = counted["heads"] * counted["season"].map(scale).astype(float)
    return against_capacity(region, counted[["place", "season", "half", "people"]], "people")


def against_capacity(region: Region, people: pd.DataFrame, column: str) -> pd.DataFrame:
    """People a place, season and half day, with what `load` says of the day and of capacities."""
    day = people.groupby(["place", "season"])[column].transform("sum")
    sights = region.catalog.attractions.values()
    known, now = (
        people["place"].map({a.id: getattr(a, name) for a in sights}).astype(float) for name in ("capacity_day", "capacity_now")
    )
    return people.assign(people_day=day, capacity_day=known, full=day / known, capacity_now=now)
