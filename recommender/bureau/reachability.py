"""Opening a bus line, a road or a later last train: how long the way from the gateways is before and after, place by place.

Numbers only; the map is drawn elsewhere. What it does to trips is `impact.impact` of the same two regions.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from recommender.catalog import Link
from recommender.errors import Problem, RequestError
from recommender.region import Region
from recommender.travel.hops import NEVER
from recommender.travel.matrix import UNREACHABLE
from recommender.trip.gateways import GATEWAYS

if TYPE_CHECKING:
    import pandas as pd

BANDS_MIN: Final = (60, 90, 120)
SUPPOSED: Final = "supposed: not a fact, tried before it is built"
_BLANK: Final = Link(
    from_id="", to_id="", mode="", service="", distance_km=None, minutes=None, headway_min=None, trips_per_day=None,
    first_departure=None, last_departure=None, departures=(), oneway=False, usable=True, usable_note="", fare_fen=None,
    operating_note="", operating_note_en="", source=SUPPOSED, confidence="low", headway_or_trips_per_day="",
)  # fmt: skip


def bus_line(
    stops: Sequence[str], minutes: Sequence[int], headway_min: int, first_min: int, last_min: int, fare_fen: int | None = None
) -> tuple[Link, ...]:
    """A line that stops at these places and runs both ways, as links.

    Parameters
    ----------
    stops
        Place ids in order.
    minutes
        From each stop to the next.
    first_min, last_min
        First and last departure, minutes after midnight.

    Raises
    ------
    ValueError
        Not one time less than there are stops, or times that cannot be.
    """
    if len(stops) < 2 or len(minutes) != len(stops) - 1 or min(*minutes, headway_min) < 1 or last_min < first_min:
        raise ValueError("a line has two stops or more, a time to each next one, a headway, and its last bus after the first")
    return tuple(
        dataclasses.replace(
            _BLANK, from_id=one, to_id=other, mode="bus", service="tourist_bus", minutes=minutes[k], headway_min=headway_min,
            first_departure=first_min, last_departure=last_min, fare_fen=fare_fen,
        )
        for k, (one, other) in enumerate(itertools.pairwise(stops))
    )  # fmt: skip


def road(one: str, other: str, minutes: int, distance_km: float) -> tuple[Link, ...]:
    """A road between two places, both ways.

    Raises
    ------
    ValueError
        No time or no length.
    """
    if minutes < 1 or distance_km <= 0:
        raise ValueError("a road takes time and has a length")
    return (dataclasses.replace(_BLANK, from_id=one, to_id=other, mode="drive", minutes=minutes, distance_km=distance_km),)


def opened(region: Region, links: Sequence[Link]) -> Region:
    """The region with more links, as a value of its own.

    Raises
    ------
    RequestError
        A link ends at a place that the region does not hold.
    """
    ends = {end for link in links for end in (link.from_id, link.to_id)}
    unknown = sorted(end for end in ends if region.catalog.find_place(end) is None)
    if unknown:
        raise RequestError([Problem("links", place, "unknown_place") for place in unknown])
    return _with(region, (*region.catalog.links, *links), links)


def run_until(region: Region, one: str, other: str, mode: Literal["rail", "bus"], last_min: int) -> Region:
    """The region with a later (or earlier) last departure on every rail or bus way between two places.

    Where all departures are known, those after ``last_min`` go, and one at ``last_min`` is added if it is later than the last.

    Raises
    ------
    RequestError
        No such way.
    """
    changed = [
        dataclasses.replace(link, last_departure=last_min, departures=until(link.departures, last_min))
        for link in region.catalog.links
        if link.mode == mode and {link.from_id, link.to_id} == {one, other}
    ]  # fmt: skip
    if not changed:
        raise RequestError([Problem("links", f"{one}–{other}", "unknown_place")])
    kept = [link for link in region.catalog.links if not (link.mode == mode and {link.from_id, link.to_id} == {one, other})]
    return _with(region, (*kept, *changed), changed)


def until(departures: tuple[int, ...], last_min: int) -> tuple[int, ...]:
    """A timetable, where all of it is known, with another last departure."""
    times = tuple(minute for minute in departures if minute <= last_min)
    return (*times, last_min) if departures and last_min > departures[-1] else times


def _with(region: Region, links: tuple[Link, ...], changed: Sequence[Link]) -> Region:
    # Outcomes are kept under it beyond this process: the same links give the same word in all of them.
    word = f"{region.revision}~{hashlib.sha256(repr(tuple(changed)).encode()).hexdigest()[:12]}"
    return region.like(dataclasses.replace(region.catalog, links=links, revision=word))


@dataclass(frozen=True)
class Reach:
    """The ways from the gateways, before and after.

    Attributes
    ----------
    places
        Index: attraction id. Columns: ``county``, ``before_min`` and ``after_min`` from the nearest gateway (missing where
        nothing leads), ``gain_min``, ``back_before`` and ``back_after``: the last minute at which one can leave for any
        gateway by rail and bus (missing where nothing binds), ``later_min``.
    counties
        Index: county. Columns: ``places``, ``nearer`` and ``farther`` (how many, by a minute or more), ``gain_min`` (mean
        over all its places), ``later`` (places that one can leave later), ``within_60_before``, ``within_60_after`` and so
        on for `BANDS_MIN`.
    """

    mode: str
    places: pd.DataFrame
    counties: pd.DataFrame


def reach(before: Region, after: Region, mode: str = "transit", gateways: Sequence[str] = GATEWAYS) -> Reach:
    """Minutes from the nearest gateway to every attraction, in two regions.

    Ways are chosen by time and money together, so that a cheap bus may be taken though a taxi is a little quicker: a gain can
    be below 0.

    Raises
    ------
    ValueError
        An unknown mode, or none of the gateways is there.
    """
    import pandas as pd

    one, other = _minutes(before, mode, gateways), _minutes(after, mode, gateways)
    frame = pd.DataFrame(
        {
            "county": {place: a.county for place, a in after.catalog.attractions.items()},
            "before_min": {place: found[0] for place, found in one.items()},
            "after_min": {place: found[0] for place, found in other.items()},
            "back_before": {place: found[1] for place, found in one.items()},
            "back_after": {place: found[1] for place, found in other.items()},
        },
        index=pd.Index(list(after.catalog.attractions), name="place"),
    )
    frame["gain_min"] = frame["before_min"] - frame["after_min"]
    frame["later_min"] = frame["back_after"] - frame["back_before"]
    return Reach(mode, frame, _counties(frame))


def _minutes(region: Region, mode: str, gateways: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Place → minutes from the nearest gateway, and the last minute back to any; NaN where there is none."""
    matrix = region.travel(mode)
    gates = [matrix.index[gate] for gate in gateways if gate in matrix.index]
    if not gates:
        raise ValueError("none of these gateways is in the region")
    found = {}
    for place in region.catalog.attractions:
        here = matrix.index[place]
        there = min(int(matrix.minutes[gate, here]) for gate in gates)
        backs = [int(matrix.latest[here, gate]) for gate in gates if matrix.minutes[here, gate] < UNREACHABLE]
        last = max(backs, default=-1)
        found[place] = (np.nan if there >= UNREACHABLE else float(there), float(last) if 0 <= last < NEVER else np.nan)
    return found


def _counties(frame: pd.DataFrame) -> pd.DataFrame:
    marked = frame.assign(
        places=1, nearer=frame["gain_min"] >= 1, farther=frame["gain_min"] <= -1, later=frame["later_min"] >= 1,
        **{f"within_{band}_{when}": frame[f"{when}_min"] <= band for band in BANDS_MIN for when in ("before", "after")},
    )  # fmt: skip
    counted = [name for name in marked.columns if name.startswith(("places", "nearer", "farther", "later", "within_"))]
    sums = marked.groupby("county")[[name for name in counted if name != "later_min"]].sum()
    sums.insert(3, "gain_min", marked.groupby("county")["gain_min"].mean())
    return sums
