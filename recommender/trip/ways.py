"""How people get about on each day of a trip: the day's own mode, points of the visitor's own, and legs done otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, get_args

from recommender.errors import Problem
from recommender.model import LegMode, LegWish, Mode, Party, PlaceRef, Point, TripRequest
from recommender.travel import Journey, LegChoice
from recommender.trip.frames import frame_of, modes_of, nights_of

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.travel import TravelMatrix

OWN_CAR: Final[dict[str, Mode]] = {"drive": "drive", "charter": "charter"}
"""Vehicles that one has on days of that mode only."""
SEATS: Final = 4


def party_fare_fen(head_fen: Any, vehicle_fen: Any, party: Party) -> Any:
    """Fare of the whole party: per head, and per vehicle of four seats. Works on numbers and arrays."""
    return head_fen * party.size + vehicle_fen * (-(-party.size // SEATS))


def named_points(request: TripRequest) -> dict[str, PlaceRef]:
    """The visitor's own points by the ids under which the planner knows them, each point once."""
    frames = [frame_of(request, day) for day in range(request.days)]
    wanted: list[tuple[str, PlaceRef | None]] = [("@start", frames[0].start), ("@end", frames[-1].end)]
    wanted += [(f"@night-{k}", place) for k, place in enumerate(nights_of(request), start=1)]
    found: dict[PlaceRef, str] = {}
    for name, place in wanted:
        if isinstance(place, Point):
            found.setdefault(place, name)
    return {name: place for place, name in found.items()}


def day_matrices(region: Region, request: TripRequest) -> tuple[TravelMatrix, ...]:
    """Travel on each day: the day's mode, the visitor's own points, and the legs wished otherwise."""
    points, choices = _spots(request), choices_of(region, request)
    return tuple(_wished(region, points, mode, choices) for mode in modes_of(request))


Spots = tuple[tuple[str, float, float], ...]


def _spots(request: TripRequest) -> Spots:
    points = named_points(request)
    return tuple((name, place.lat, place.lon) for name, place in points.items() if isinstance(place, Point))


@lru_cache(maxsize=12)
def _plain(region: Region, points: Spots, mode: Mode) -> TravelMatrix:
    """Kept for the many plans that one search for a conflict makes, and for the page that shows the plan."""
    return region.travel(mode).with_points({name: (lat, lon) for name, lat, lon in points})


@lru_cache(maxsize=6)
def _wished(region: Region, points: Spots, mode: Mode, choices: tuple[LegChoice, ...]) -> TravelMatrix:
    plain = _plain(region, points, mode)
    return plain.with_legs(choices, _plain(region, points, "transit")) if choices else plain


def places_of(region: Region, ref: PlaceRef, names: dict[PlaceRef, str]) -> tuple[str, ...]:
    """Matrix ids that a place of a leg wish stands for: an old town or mountain stands for all that lies in it too."""
    if isinstance(ref, Point):
        return (names[ref],) if ref in names else ()
    parts = [part.id for part in region.catalog.parts_of(ref)] if ref in region.catalog.attractions else []
    index = region.travel("transit").index
    return tuple(place for place in (ref, *parts) if place in index)


def choices_of(region: Region, request: TripRequest) -> tuple[LegChoice, ...]:
    """The leg wishes in the words of travel."""
    if not request.leg_modes:
        return ()
    names = {place: name for name, place in named_points(request).items()}
    return tuple(
        LegChoice(places_of(region, wish.from_, names), places_of(region, wish.to, names), wish.mode)
        for wish in request.leg_modes
    )


# ------------------------------------------------------------------------------------------- what can be had


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One way to go from one place to another: minutes with usual waiting, and the party's fare, None where unknown."""

    mode: LegMode
    minutes: int
    fare_fen: int | None


def otherwise(region: Region, request: TripRequest, origin: PlaceRef, target: PlaceRef, day: int) -> list[Otherwise]:
    """Every way of going from one place straight to another on day ``day`` (from 0), walking first."""
    own = frame_of(request, day).mode
    names = {place: name for name, place in named_points(request).items()}
    origins, targets = (places_of(region, ref, names) for ref in (origin, target))
    points = _spots(request)
    pairs = [(one, other) for one in origins for other in targets if one != other]
    found = []
    for mode in get_args(LegMode):
        if pairs and (mode not in OWN_CAR or OWN_CAR[mode] == own):
            journeys = [_journey(region, points, *pair, mode) for pair in pairs]
            first = journeys[0]
            # Of an old town any sight may be the one that the leg leads to.
            if first is not None and None not in journeys:
                found.append(Otherwise(mode, first.total("minutes"), fare_fen(first, request.party)))
    return found


def fare_fen(journey: Journey, party: Party) -> int | None:
    """What the party pays for a journey, None where a fare is not known."""
    if journey.total("unknown"):
        return None
    return int(party_fare_fen(journey.total("fare_head"), journey.total("fare_vehicle"), party))


def _journey(region: Region, points: Spots, origin: str, target: str, mode: LegMode) -> Journey | None:
    matrix = _plain(region, points, OWN_CAR.get(mode, "transit"))
    return matrix.chooser.journey(matrix.index[origin], matrix.index[target], mode)


# ------------------------------------------------------------------------------------------------- problems


def leg_problems(region: Region, request: TripRequest) -> Iterator[Problem]:
    """Leg wishes that no plan can keep, each with what stands in the way."""
    names = {place: name for name, place in named_points(request).items()}
    own = set(modes_of(request))
    for k, wish in enumerate(request.leg_modes):
        field = f"leg_modes[{k}]"
        unknown = list(_unknown(region, wish, names, field))
        yield from unknown
        if unknown:
            continue
        told = {f"{end}_{lang}": name_of(region, ref, lang)
                for end, ref in (("from", wish.from_), ("to", wish.to)) for lang in ("zh", "en")}  # fmt: skip
        if wish.mode in OWN_CAR and OWN_CAR[wish.mode] not in own:
            yield Problem(f"{field}.mode", wish.mode, f"leg_no_{wish.mode}", told)
            continue
        origins, targets = places_of(region, wish.from_, names), places_of(region, wish.to, names)
        pairs = ((origin, target) for origin in origins for target in targets if origin != target)
        if all(_journey(region, _spots(request), *pair, wish.mode) is None for pair in pairs):
            code = "leg_too_far" if wish.mode == "walk" else f"leg_no_{wish.mode}_way"
            yield Problem(f"{field}.mode", wish.mode, code, told)


def _unknown(region: Region, wish: LegWish, names: dict[PlaceRef, str], field: str) -> Iterator[Problem]:
    for end, ref in (("from", wish.from_), ("to", wish.to)):
        if isinstance(ref, Point):
            if ref not in names:
                yield Problem(f"{field}.{end}", ref.name, "leg_point_unknown")
        elif region.catalog.find_place(ref) is None:
            yield Problem(f"{field}.{end}", ref, "unknown_place")


def name_of(region: Region, ref: PlaceRef, lang: str) -> str:
    """What a place is called; the visitor's own points have one name."""
    if isinstance(ref, Point):
        return ref.name
    place = region.catalog.find_place(ref)
    return ref if place is None else place.name_zh if lang == "zh" else place.name_en


def day_problems(region: Region, request: TripRequest) -> Iterator[Problem]:
    """Places of single days that do not exist, and nights where nobody sleeps."""
    for k, detail in enumerate(request.days_detail or ()):
        for name, anchor in (("start", detail.start if detail else None), ("end", detail.end if detail else None)):
            field = f"days_detail[{k}].{name}.place"
            if anchor is None or isinstance(anchor.place, Point):
                continue
            night = k if name == "end" else k - 1
            if region.catalog.find_place(anchor.place) is None:
                yield Problem(field, anchor.place, "unknown_place")
            elif (
                0 <= night < request.days - 1 and request.lodging == "auto" and anchor.place not in region.catalog.lodging
            ):
                yield Problem(field, anchor.place, "night_nowhere")
    free = request.start is None and request.end is None if request.days == 1 else None in nights_of(request)
    if free and not any(stay.is_anchor for stay in region.catalog.lodging.values()):
        yield Problem("lodging", str(request.lodging), "no_lodging")
