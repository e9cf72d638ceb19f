"""The frame of each day: where and when it begins and ends, its hours, how people travel; the day's own wishes first."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.model import Mode, PlaceRef, TripRequest


@dataclass(frozen=True, slots=True)
class Frame:
    """One day as asked for.

    Attributes
    ----------
    start, end
        Places named for the day; None is left to the plan.
    start_min, end_min
        The minute at which the day begins there, and the one by which it has ended; None leaves it to the hours.
    day_start, day_end
        Hours of the day's sights.
    mode
        How people travel on it.
    """

    start: PlaceRef | None
    start_min: int | None
    end: PlaceRef | None
    end_min: int | None
    day_start: int
    day_end: int
    mode: Mode


def frame_of(request: TripRequest, day: int) -> Frame:
    """The frame of day ``day`` (from 0)."""
    detail = request.days_detail[day] if request.days_detail is not None else None
    trip_start = request.start if day == 0 else None
    trip_end = request.end if day == request.days - 1 else None
    if detail is None:
        return Frame(
            trip_start.place if trip_start else None, trip_start.time if trip_start else None,
            trip_end.place if trip_end else None, trip_end.time if trip_end else None,
            request.day_start, request.day_end, request.mode,
        )  # fmt: skip
    starts = [anchor for anchor in (detail.start, trip_start) if anchor is not None]
    ends = [anchor for anchor in (detail.end, trip_end) if anchor is not None]
    return Frame(
        start=starts[0].place if starts else None,
        start_min=next((anchor.time for anchor in starts if anchor.time is not None), None),
        end=ends[0].place if ends else None,
        end_min=next((anchor.time for anchor in ends if anchor.time is not None), None),
        day_start=request.day_start if detail.day_start is None else detail.day_start,
        day_end=request.day_end if detail.day_end is None else detail.day_end,
        mode=detail.mode or request.mode,
    )


def modes_of(request: TripRequest) -> tuple[Mode, ...]:
    """How people travel, day by day."""
    return tuple(frame_of(request, day).mode for day in range(request.days))


def nights_of(request: TripRequest) -> tuple[PlaceRef | None, ...]:
    """Where each night is asked to be: by the list of lodgings, or where a day ends or the next begins; None is free."""
    if request.lodging != "auto":
        return request.lodging
    frames = [frame_of(request, day) for day in range(request.days)]
    return tuple(
        frames[d].end if frames[d].end is not None else frames[d + 1].start for d in range(request.days - 1)
    )
