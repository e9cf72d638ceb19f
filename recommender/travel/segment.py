"""One vehicle or one walk of a journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from recommender.travel.timetable import Timetable

SegmentMode = Literal["walk", "drive", "taxi", "charter", "rail", "bus"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a journey without a change of vehicle.

    Attributes
    ----------
    ride_min, wait_min
        Moving, and waiting before it (also for a taxi to come).
    fare_fen
        Per head or per vehicle as ``per`` says; None is unknown. Walks and cars without a fare of their own cost 0.
    basis
        ``estimated`` if any part of the ride time is.
    timetable
        Of rail and bus: ``assumed`` where the last departure is not known.
    first, last
        Of rail and bus: minutes after midnight between which to board, slack taken off.
    departures
        All known departures, or nothing.
    """

    mode: SegmentMode
    from_id: str
    to_id: str
    ride_min: int
    wait_min: int
    distance_m: int
    fare_fen: int | None
    per: Literal["head", "vehicle"] | None
    basis: Literal["sourced", "estimated"]
    timetable: Literal["sourced", "assumed"] | None = None
    first: int | None = None
    last: int | None = None
    departures: tuple[int, ...] = ()
    note: str = ""
    source: str = ""
    confidence: str = "low"


def service_segment(origin: str, target: str, way: Mapping[str, Any]) -> Segment:
    """A rail or bus edge of the graph as a segment."""
    table: Timetable = way["timetable"]
    return Segment(
        mode=way["kind"], from_id=origin, to_id=target, ride_min=int(way["minutes"]), wait_min=table.wait_min,
        distance_m=round(way["distance_m"]), fare_fen=way["fare_fen"], per="head", basis=way["basis"],
        timetable=table.basis, first=table.first, last=table.last, departures=table.departures, note=way["note"],
        source=way["source"], confidence=way["confidence"],
    )  # fmt: skip


def walk_segment(origin: str, target: str, ways: Sequence[Mapping[str, Any]]) -> Segment:
    """Walks that follow one another as one."""
    return Segment(
        mode="walk", from_id=origin, to_id=target, ride_min=sum(int(w["minutes"]) for w in ways), wait_min=0,
        distance_m=sum(round(w["distance_m"]) for w in ways), fare_fen=0, per=None, **told(ways),
    )  # fmt: skip


def told(ways: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Basis, note, source and confidence of several ways taken together; the weakest decides."""
    order = ("low", "medium", "high")
    return {
        "basis": "sourced" if all(w["basis"] == "sourced" for w in ways) else "estimated",
        "note": "；".join(dict.fromkeys(w["note"] for w in ways if w["note"])),
        "source": " ; ".join(dict.fromkeys(w["source"] for w in ways if w["source"])),
        "confidence": min((w["confidence"] for w in ways), key=lambda c: order.index(c) if c in order else 0),
    }
