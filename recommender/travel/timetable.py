"""When a rail or bus link can be boarded, from what is known of it and the assumption of its kind."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from recommender.travel import assumptions as a

if TYPE_CHECKING:
    from recommender.travel.graph import LinkLike


@dataclass(frozen=True, slots=True)
class Timetable:
    """Boarding at one stop of one service.

    Attributes
    ----------
    wait_min
        Wait to reckon with after arriving at the stop; with known departures, only how early to be there.
    expected_wait_min
        What a plan made without the clock should allow; more than ``wait_min`` only with known departures.
    first, last
        Minutes after midnight between which one must board, slack taken off.
    departures
        All departures known, sorted, as written in this direction; empty where unknown.
    basis
        ``sourced`` where the last departure is known.
    """

    wait_min: int
    expected_wait_min: int
    first: int
    last: int
    departures: tuple[int, ...]
    basis: Literal["sourced", "assumed"]


def kind_of(link: LinkLike, counties: tuple[str, str], geodesic_km: float) -> str:
    """Key of `assumptions.WAIT_MIN` for a link."""
    service = getattr(link, "service", "") or ("emu" if link.mode == "rail" else "city_bus")
    if service == "emu" and (link.trips_per_day or getattr(link, "headway_or_trips_per_day", "")):
        return "emu_frequent"
    if service == "city_bus" and (not a.CITY_BUS_COUNTIES.issuperset(counties) or geodesic_km > a.CITY_BUS_KM):
        return "rural_bus"
    if service in a.WAIT_MIN:
        return service
    return "rural_bus" if link.mode == "bus" else "emu"


def timetable_of(link: LinkLike, kind: str, *, as_written: bool) -> Timetable:
    """The timetable in one direction of a link.

    Parameters
    ----------
    kind
        From `kind_of`.
    as_written
        False for the way back of a link that holds both ways: known departures then say nothing.
    """
    if link.departures and as_written:
        times = tuple(sorted(link.departures))
        gap = max((y - x for x, y in itertools.pairwise(times)), default=2 * a.LONGEST_WAIT_MIN)
        expected = max(a.BOARD_MIN, min(a.LONGEST_WAIT_MIN, -(-gap // 2)))
        early = max(0, times[0] - expected)
        return Timetable(a.BOARD_MIN, expected, early, times[-1], times, "sourced")
    known = not link.departures
    if link.headway_min is not None:
        wait = max(2, -(-link.headway_min // 2))
    elif link.trips_per_day:
        wait = max(10, min(a.LONGEST_WAIT_MIN, a.SERVICE_DAY_MIN // link.trips_per_day // 2))
    else:
        wait = a.WAIT_MIN[kind]
    name = "metro" if kind == "metro" else link.mode
    first = link.first_departure if known and link.first_departure is not None else a.FIRST_MIN[name]
    if known and link.last_departure is not None:
        return Timetable(wait, wait, first, link.last_departure - a.SOURCED_SLACK_MIN, (), "sourced")
    return Timetable(wait, wait, first, a.LAST_MIN[name] - a.ASSUMED_SLACK_MIN, (), "assumed")
