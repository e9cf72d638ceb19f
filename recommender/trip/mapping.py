"""From visits and wishes to the solver's arrays: the one dull place where tourism becomes numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from recommender.catalog import party_ticket
from recommender.model import PlaceRef, Point, TripRequest
from recommender.orienteering import INF, Problem
from recommender.trip import pacing
from recommender.trip.candidates import Candidates, Option, day_bounds
from recommender.trip.frames import frame_of, nights_of
from recommender.trip.ways import day_matrices, named_points, party_fare_fen

if TYPE_CHECKING:
    from recommender.catalog import Attraction
    from recommender.region import Region
    from recommender.travel import TravelMatrix

Ints = np.ndarray[Any, np.dtype[np.int64]]

LOSS_PER_MIN: Final = 14
LONG_LEG_MIN: Final = 45
LONG_LOSS_PER_MIN: Final = 60
"""Solver points that a minute on the road costs, and each beyond three quarters of an hour in one go: nobody minds the next
temple, everybody minds crossing the region and back. A great half-day sight is worth about 12,000."""
WEARY_MIN: Final = {"drive": 75, "charter": 75, "transit": 110}
WEARY_LOSS_PER_MIN: Final = 150
"""What each minute costs beyond the longest ride that people take gladly on a day of sights; trains and waiting tire less."""
HOMEWARD_MIN: Final = {"drive": 45, "charter": 45, "transit": 75}
HOMEWARD_LOSS_PER_MIN: Final = 100
"""Added for each minute beyond these of a ride to the night's bed, or to what people do after the sights: the day is over,
and it may be dark."""
GENTLE_HOMEWARD_MIN: Final = 30
GENTLE_HOMEWARD_LOSS_PER_MIN: Final = 250
"""The same for elderly guests at a relaxed pace, by whatever vehicle."""
LATE_ROAD_MIN: Final = 50
"""The longest taxi ride that a plan by rail and bus takes on for a missed last departure."""
LOSS_PER_YUAN_HEAD: Final = 8
"""Solver points that a yuan of fare costs each traveller."""
MOVE_LOSS: Final = 3_500
"""Solver points that packing up for another town costs."""
MAX_BASES: Final = 10
BASE_RADIUS_MIN: Final = 60
UNKNOWN_TICKET_FEN: Final = 6_000
"""Kept free in a budget for each adult ticket whose price nobody could tell us; never shown as a price."""

# Thousandths of a visit's worth for the first, second, third … of a kind.
DAY_WEIGHTS: Final = {
    "courtyard": (1000, 350, 150, 100),
    "nature": (1000, 300, 150, 100),
    "show": (1000, 500, 250, 100),
}
DAY_WEIGHT: Final = (1000, 600, 400, 250)
TRIP_WEIGHTS: Final = {"courtyard": (1000, 750, 550, 400, 300, 200), "nature": (1000, 800, 600, 450, 350, 250)}
TRIP_WEIGHT: Final = (1000, 850, 700, 600, 500, 400)
PART_DAY_WEIGHT: Final = (1000, 850, 700, 400)
PART_TRIP_WEIGHT: Final = (1000, 900, 800, 650, 450, 300, 200, 100)
"""Courtyards and halls within one old town are of one kind, whatever they hold: after half a dozen people have seen it."""
WEIGHTS_WIDE: Final = 8
PART_OF: Final = "part of "
EVENING_MIN: Final = 16 * 60


@dataclass(frozen=True)
class Mapped:
    """A problem with the way back to places.

    Attributes
    ----------
    options
        Visit ``i`` of the problem is ``options[i]``.
    depots
        Matrix ids of the places where days may begin and end, by depot index.
    refs
        Matrix id → the place reference that the itinerary shows.
    matrices
        Travel between all of them on each day, custom points included.
    limits
        Per day: the first minute, and the last minute by which the day must have ended.
    """

    problem: Problem
    options: tuple[Option, ...]
    depots: tuple[str, ...]
    refs: dict[str, PlaceRef]
    matrices: tuple[TravelMatrix, ...]
    limits: tuple[tuple[int, int], ...]

    @property
    def matrix(self) -> TravelMatrix:
        """Travel on the first day; every day's holds the same places."""
        return self.matrices[0]

    def travel_min(self, origin: str, target: str) -> int:
        """Minutes from one place to another on the day on which it is quickest."""
        matrix = self.matrix
        pair = matrix.index[origin], matrix.index[target]
        return min(int(today.minutes[pair]) for today in {id(m): m for m in self.matrices}.values())


@dataclass(frozen=True, slots=True)
class Underway:
    """What the first day has used up already, for a trip that is planned anew from the middle of a day.

    Attributes
    ----------
    outer, parts, great
        Outer sights, sub-sights and great sights seen today.
    eaten
        Meals taken today.
    paid
        Joint tickets bought on the trip.
    strolled
        Old towns walked through on the trip.
    entered
        Old towns with the part of today in which they had their stop.
    walked_m
        Metres on foot.
    only
        The places that may still be visited today; None is any.
    """

    active: bool = False
    outer: int = 0
    parts: int = 0
    great: int = 0
    eaten: frozenset[str] = frozenset()
    paid: frozenset[str] = frozenset()
    strolled: frozenset[str] = frozenset()
    entered: frozenset[tuple[str, str]] = frozenset()
    walked_m: int = 0
    only: frozenset[str] | None = None


FRESH: Final = Underway()
HOME_MIN: Final = 150
"""However late it is, so much time is left to reach the night's bed."""


@dataclass(frozen=True, slots=True)
class Break:
    kind: str
    earliest_min: int
    latest_min: int
    length_min: int


def breaks_of(
    request: TripRequest, first_min: int, last_min: int, eaten: frozenset[str] = frozenset()
) -> tuple[Break, ...]:
    """Meals and rests of a day that lasts from ``first_min`` to ``last_min``, in order of time, but for meals ``eaten``."""
    wanted: list[Break] = []
    if request.meals:
        for kind, (earliest, latest, length) in (("lunch", pacing.LUNCH), ("dinner", pacing.DINNER)):
            if kind in eaten or (kind == "dinner" and not request.evenings):
                continue
            if first_min <= latest - 30 and last_min >= max(earliest, first_min) + length + 45:
                wanted.append(Break(kind, earliest, min(latest, last_min - length), length))
    # Elderly guests rest after each visit instead.
    for earliest, latest, length in () if pacing.is_gentle(request) else pacing.PACES[request.pace].rests:
        if first_min + 60 <= earliest and last_min >= latest + length + 30:
            wanted.append(Break("rest", earliest, latest, length))
    return tuple(sorted(wanted, key=lambda b: b.earliest_min))


def late_limit_min(mode: str, *, loose: bool) -> int:
    """Minutes by road beyond which nobody sets out after the last train or bus; ``loose`` for wishes that need it."""
    return INF if loose or mode != "transit" else LATE_ROAD_MIN


def is_outer(region: Region, place: Attraction) -> bool:
    """A sight outside the walls that counts against the day's two or three."""
    parent = region.catalog.attractions.get(place.area_id or "")
    inside = parent is not None and (parent.walled or parent.area_visit == "whole")
    return not inside and not place.walled and place.category not in pacing.LIGHT_CATEGORIES


def is_outer_sight(region: Region, place: Attraction) -> bool:
    """An outer sight that counts in full."""
    return is_outer(region, place) and place.visit_min >= pacing.OUTER_MIN


def is_great(region: Region, place: Attraction) -> bool:
    """A great compound or a mountain: one a day."""
    parent = region.catalog.attractions.get(place.area_id or "")
    inside = parent is not None and parent.area_visit == "whole"
    great = place.category in pacing.GREAT_CATEGORIES and place.visit_min >= pacing.GREAT_MIN
    return place.area_visit == "whole" or (great and not inside)


def walked_m(place: Attraction, option: Option) -> int:
    """Metres walked within a visit that is itself a walk: strolls and open nature."""
    if option.role in ("stroll", "restroll", "core") or place.category == "nature":
        seated = option.rest_min + option.pauses * pacing.SITTING_MIN
        return (option.duration_min - seated) * pacing.WALKED_VISIT_M_PER_MIN
    return 0


def walk_limit_m(region: Region, request: TripRequest, forced: Iterable[Option]) -> int | None:
    """Metres that a day may be walked: the visitor's own limit, and that of elderly guests at a relaxed pace.

    The latter is ours and not theirs: what they want to see by name (the visits ``forced`` that must be) comes on top of it.
    """
    if not pacing.is_gentle(request):
        return request.max_walk_m
    walks = {o.place: walked_m(region.catalog.attractions[o.place], o) for o in forced if o.must}
    gentle = pacing.GENTLE_WALK_M + sum(walks.values())
    return gentle if request.max_walk_m is None else min(gentle, request.max_walk_m)


def base_ids(region: Region, request: TripRequest, matrix: TravelMatrix, candidates: Candidates) -> list[str]:
    """Where "choose for me" may put a night: area anchors, the most useful first, none next door to a better one."""
    anchors = [stay for stay in region.catalog.lodging.values() if stay.is_anchor and stay.id in matrix.index]
    prizes = np.array([option.prize for option in candidates.options], dtype=float)
    columns = [matrix.index[option.place] for option in candidates.options]
    worth: dict[str, float] = {}
    for stay in anchors:
        near = np.asarray(matrix.minutes[matrix.index[stay.id], columns], dtype=float)
        pull = np.sort(np.where(near <= 2 * BASE_RADIUS_MIN, prizes * np.exp(-near / BASE_RADIUS_MIN), 0.0))[::-1]
        worth[stay.id] = float(pull[:8].sum())
    chosen: list[str] = []
    for stay_id in sorted(worth, key=lambda s: (-worth[s], s)):
        row = matrix.minutes[matrix.index[stay_id]]
        if worth[stay_id] > 0 and all(row[matrix.index[other]] > 20 for other in chosen):
            chosen.append(stay_id)
        if len(chosen) == MAX_BASES:
            break
    return chosen or [stay.id for stay in anchors[:1]]


def _buffer_min(region: Region, place: PlaceRef | None) -> int:
    hub = region.catalog.hubs.get(place) if isinstance(place, str) else None
    if hub is None:
        return 0
    return {"airport": pacing.AIRPORT_BUFFER_MIN, "rail": pacing.STATION_BUFFER_MIN,
            "rail_hsr": pacing.STATION_BUFFER_MIN}.get(hub.kind, 0)  # fmt: skip


def _limits(region: Region, request: TripRequest, day: int, underway: Underway) -> tuple[int, int]:
    """First minute of a day, and the last by which it must have ended."""
    first, _, last = day_bounds(request, day)
    frame = frame_of(request, day)
    if frame.end_min is not None:
        return first, last - _buffer_min(region, frame.end)
    return first, max(last, first + HOME_MIN) if day == 0 and underway.active else last


def build(
    region: Region,
    request: TripRequest,
    candidates: Candidates,
    *,
    loose_pace: bool = False,
    underway: Underway = FRESH,
) -> Mapped:
    """The solver's problem for a request.

    Parameters
    ----------
    loose_pace
        Lift the daily caps, for wishes that the visitor insists on.
    underway
        What the first day has used up.
    """
    refs = named_points(request)
    names = {place: name for name, place in refs.items()}

    def known(place: PlaceRef | None) -> str | None:
        if place is None:
            return None
        name = names[place] if isinstance(place, Point) else place
        refs[name] = place
        return name

    matrices = day_matrices(region, request)
    matrix = matrices[0]
    frames = [frame_of(request, day) for day in range(request.days)]
    start, end = known(frames[0].start), known(frames[-1].end)
    if request.days == 1 and start is not None and end is None:
        end = start
    fixed = [known(place) for place in nights_of(request)]

    options = _within_a_day(request, matrix, candidates)
    need_bases = None in fixed or (request.days == 1 and (start is None or end is None))
    bases = base_ids(region, request, matrix, candidates) if need_bases else []
    refs.update({base: base for base in bases})
    beds = [name for name in (*fixed, *bases) if name is not None]
    depots = list(dict.fromkeys([name for name in (start, end) if name is not None] + beds))

    allowed, tie_first, tie_last = _slots(request.days, depots, start, end, fixed, bases)
    ids = [option.place for option in options] + depots
    rows = np.array([matrix.index[i] for i in ids], dtype=np.int64)
    grid = np.ix_(rows, rows)
    n, days = len(options), request.days

    late_in_the_day = [i for i, option in enumerate(options) if _is_nightcap(region, option)]
    late_in_the_day += [n + k for k, depot in enumerate(depots) if depot in beds]
    kinds_of_day = list(dict.fromkeys(today.mode for today in matrices))
    of_mode = {today.mode: today for today in matrices}
    tables = [_table(request, of_mode[mode], grid, late_in_the_day, loose=loose_pace) for mode in kinds_of_day]

    width = max((len(w) for option in options for w in option.windows), default=1) or 1
    opens = np.zeros((days, n, width), dtype=np.int64)
    closes = np.zeros((days, n, width), dtype=np.int64)
    count = np.zeros((days, n), dtype=np.int64)
    for i, option in enumerate(options):
        for d, windows in enumerate(option.windows):
            count[d, i] = len(windows)
            for w, (a, b) in enumerate(windows):
                opens[d, i, w], closes[d, i, w] = a, b

    limits = [_limits(region, request, d, underway) for d in range(days)]
    breaks = [breaks_of(request, *limits[d], underway.eaten if d == 0 else frozenset()) for d in range(days)]
    most = max((len(b) for b in breaks), default=0)
    break_arrays = np.zeros((3, days, most), dtype=np.int64)
    for d, today in enumerate(breaks):
        for b, pause in enumerate(today):
            break_arrays[:, d, b] = pause.earliest_min, pause.latest_min, pause.length_min

    places = [region.catalog.attractions[option.place] for option in options]
    walks = np.stack([table.walk_m for table in tables])
    day_use, day_arc, day_cap = _day_resources(region, request, options, places, walks, loose_pace, underway)
    fares = np.stack([table.fare_fen for table in tables])
    trip_use, trip_arc, trip_cap, group, group_use = _money(request, places, options, fares, underway.paid)
    kind_names = [_kind(option, place) for option, place in zip(options, places, strict=True)]
    kinds = {name: k for k, name in enumerate(sorted(set(kind_names)))}
    variants = [_variant(option, place) for option, place in zip(options, places, strict=True)]
    variant_ids = {name: k for k, name in enumerate(sorted(set(variants)))}

    problem = Problem(
        prize=np.array([o.prize for o in options], dtype=np.int64),
        duration=np.array([o.duration_min for o in options], dtype=np.int64),
        travel=np.stack([table.travel for table in tables]),
        first=np.stack([table.first for table in tables]),
        latest=np.stack([table.latest for table in tables]),
        late_travel=np.stack([table.late for table in tables]),
        arc_loss=np.stack([table.loss for table in tables]),
        table_of_day=np.array([kinds_of_day.index(today.mode) for today in matrices], dtype=np.int64),
        window_open=opens,
        window_close=closes,
        window_count=count,
        day_start=np.array([first for first, _ in limits], dtype=np.int64),
        day_end=np.array([last for _, last in limits], dtype=np.int64),
        slot_allowed=allowed,
        slot_loss=np.zeros(allowed.shape, dtype=np.int64),
        tie_first=tie_first,
        tie_last=tie_last,
        move_loss=MOVE_LOSS,
        break_earliest=break_arrays[0],
        break_latest=break_arrays[1],
        break_length=break_arrays[2],
        break_count=np.array([len(b) for b in breaks], dtype=np.int64),
        kind=np.array([kinds[name] for name in kind_names], dtype=np.int64),
        day_weight=_weights(kinds, DAY_WEIGHTS, DAY_WEIGHT, PART_DAY_WEIGHT),
        trip_weight=_weights(kinds, TRIP_WEIGHTS, TRIP_WEIGHT, PART_TRIP_WEIGHT),
        variant=np.array([variant_ids[name] for name in variants], dtype=np.int64),
        apart=_apart(options),
        day_use=day_use,
        day_arc_use=day_arc,
        day_cap=day_cap,
        trip_use=trip_use,
        trip_arc_use=trip_arc,
        trip_cap=trip_cap,
        group=group,
        group_use=group_use,
        must=np.array([o.must for o in options], dtype=np.bool_),
    )
    return Mapped(problem, tuple(options), tuple(depots), refs, matrices, tuple(limits))


@dataclass(frozen=True, slots=True)
class _Table:
    """The ways of one kind of day between the nodes of a problem, all (n + b, n + b)."""

    travel: Ints
    first: Ints
    latest: Ints
    late: Ints
    loss: Ints
    walk_m: Ints
    fare_fen: Ints


def _table(
    request: TripRequest, matrix: TravelMatrix, grid: Any, late_in_the_day: Sequence[int], *, loose: bool
) -> _Table:
    travel = _bounded(matrix.minutes[grid])
    late = _bounded(matrix.late_minutes[grid])
    late[late > late_limit_min(matrix.mode, loose=loose)] = INF
    fare = party_fare_fen(
        matrix.fare_head_fen[grid].astype(np.int64) + matrix.fare_guess_fen_head[grid],
        matrix.fare_vehicle_fen[grid].astype(np.int64) + matrix.fare_guess_fen_vehicle[grid],
        request.party,
    )
    gentle = GENTLE_HOMEWARD_MIN, GENTLE_HOMEWARD_LOSS_PER_MIN
    homeward = gentle if pacing.is_gentle(request) else (HOMEWARD_MIN[matrix.mode], HOMEWARD_LOSS_PER_MIN)
    tedium = _tedium(matrix.mode, travel, late_in_the_day, homeward)
    loss = np.where(travel < INF, tedium + fare / 100 / request.party.size * LOSS_PER_YUAN_HEAD, 0)
    return _Table(
        travel, matrix.first[grid].astype(np.int64), matrix.latest[grid].astype(np.int64), late,
        np.rint(loss).astype(np.int64), matrix.walk_m[grid].astype(np.int64), np.asarray(fare, dtype=np.int64),
    )  # fmt: skip


def _is_nightcap(region: Region, option: Option) -> bool:
    """A show, a shopping street, a second stroll: fine when it is near, nothing to travel for at night."""
    return option.role == "restroll" or region.catalog.attractions[option.place].category in pacing.LIGHT_CATEGORIES


def _tedium(mode: str, travel: Any, late_in_the_day: Sequence[int], homeward: tuple[int, int]) -> Any:
    """What being on the road for these minutes in one go costs, in points: more and more the longer it lasts.

    ``homeward`` are the minutes of a ride late in the day that are no trouble, and what each one beyond costs on top.
    """
    weary = WEARY_MIN[mode]
    points = (
        travel * LOSS_PER_MIN
        + np.maximum(travel - LONG_LEG_MIN, 0) * (LONG_LOSS_PER_MIN - LOSS_PER_MIN)
        + np.maximum(travel - weary, 0) * (WEARY_LOSS_PER_MIN - LONG_LOSS_PER_MIN)
    )
    easy_min, loss = homeward
    points[:, late_in_the_day] += np.maximum(travel[:, late_in_the_day] - easy_min, 0) * loss
    return points


def _within_a_day(request: TripRequest, matrix: TravelMatrix, candidates: Candidates) -> list[Option]:
    return [option for option in candidates.options if option.place in matrix.index]


def _kind(option: Option, place: Attraction) -> str:
    """What a visit is more of the same of."""
    return f"{PART_OF}{place.area_id}" if option.role == "part" else place.category


def _variant(option: Option, place: Attraction) -> str:
    """One visit of each name a trip: entrances of one sight share it, a second stroll has its own."""
    return f"{option.place}:again" if option.role == "restroll" else place.alternative_of or option.place


def _apart(options: Sequence[Option]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """An evening in the lanes is one stroll: the second one is for another evening, or after a morning's."""
    pairs = np.zeros((len(options), len(options)), dtype=np.bool_)
    for i, stroll in enumerate(options):
        if stroll.role == "stroll" and any(latest > EVENING_MIN for today in stroll.windows for _, latest in today):
            for j, again in enumerate(options):
                pairs[i, j] = pairs[j, i] = again.role == "restroll" and again.place == stroll.place
    return pairs


def _bounded(minutes: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    wide = np.asarray(minutes, dtype=np.int64)
    return np.where(wide >= 9_000, INF, wide)


def _weights(
    kinds: dict[str, int], named: Mapping[str, tuple[int, ...]], usual: tuple[int, ...], part: tuple[int, ...]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    table = np.zeros((max(1, len(kinds)), WEIGHTS_WIDE), dtype=np.int64)
    for name, k in kinds.items():
        row = part if name.startswith(PART_OF) else named.get(name, usual)
        table[k] = [*row, *[row[-1]] * WEIGHTS_WIDE][:WEIGHTS_WIDE]
    return table


def _slots(
    days: int, depots: Sequence[str], start: str | None, end: str | None, fixed: Sequence[str | None], bases: list[str]
) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], bool, bool]:
    """Which depot each boundary of a day may use, and whether the first and last are tied to a night."""
    allowed = np.zeros((days + 1, len(depots)), dtype=np.bool_)
    index = {depot: k for k, depot in enumerate(depots)}
    for slot in range(1, days):
        bed = fixed[slot - 1]
        for name in bases if bed is None else [bed]:
            allowed[slot, index[name]] = True
    tie_first, tie_last = start is None, end is None
    for slot, edge in ((0, start), (days, end)):
        if edge is not None:
            allowed[slot, index[edge]] = True
        elif days > 1:
            allowed[slot] = allowed[1 if slot == 0 else days - 1]
        else:
            for base in bases:
                allowed[slot, index[base]] = True
    if days == 1:
        tie_first = tie_last = start is None and end is None
    return allowed, tie_first, tie_last


def _day_resources(
    region: Region,
    request: TripRequest,
    options: Sequence[Option],
    places: Sequence[Attraction],
    walk_m: Any,
    loose: bool,
    underway: Underway,
) -> tuple[Any, Any, Any]:
    """Per-day counts: outer sights in half units, old-town parts, great sights, and metres on foot where limited."""
    pace = pacing.PACES[request.pace]
    extra = 4 if loose else 0
    outer = [
        (2 if is_outer_sight(region, p) else 1) if is_outer(region, p) and o.role != "restroll" else 0
        for o, p in zip(options, places, strict=True)
    ]
    parts = [int(o.role == "part") for o in options]
    great = [int(is_great(region, p)) for p in places]
    use = [outer, parts, great]
    caps = [2 * pace.outer_sights + 2 * extra, pace.parts + extra, 1 + extra]
    n = len(options)
    used = [2 * underway.outer, underway.parts, underway.great]
    arcs = np.zeros((3, 0, 0, 0), dtype=np.int64)
    limit = walk_limit_m(region, request, options if loose else ())
    if limit is not None:
        use.append([walked_m(p, o) for o, p in zip(options, places, strict=True)])
        caps.append(limit)
        used.append(underway.walked_m)
        arcs = np.zeros((4, *walk_m.shape), dtype=np.int64)
        arcs[3] = walk_m
    cap = np.repeat(np.array(caps, dtype=np.int64)[:, None], request.days, axis=1)
    cap[:, 0] = np.maximum(0, cap[:, 0] - used)
    return np.array(use, dtype=np.int64).reshape(len(caps), n), arcs, cap


def _money(
    request: TripRequest, places: Sequence[Attraction], options: Sequence[Option], fare: Any, paid: frozenset[str]
) -> tuple[Any, Any, Any, Any, Any]:
    """The budget as a trip-wide resource, joint tickets charged once a trip."""
    names = sorted({p.ticket_group for p in places if p.ticket_group})
    group = np.array([names.index(p.ticket_group) if p.ticket_group else -1 for p in places], dtype=np.int64)
    if request.budget_fen is None:
        none = np.zeros((0, len(places)), dtype=np.int64)
        return (
            none,
            np.zeros((0, 0, 0, 0), dtype=np.int64),
            np.zeros(0, dtype=np.int64),
            group,
            np.zeros((0, max(1, len(names))), dtype=np.int64),
        )
    spend = np.zeros((1, len(places)), dtype=np.int64)
    shared = np.zeros((1, max(1, len(names))), dtype=np.int64)
    for i, place in enumerate(places):
        fen = party_ticket(place, request.party).fen
        price = UNKNOWN_TICKET_FEN * request.party.size if fen is None else fen
        if place.ticket_group in paid:
            continue
        if place.ticket_group:
            shared[0, group[i]] = max(shared[0, group[i]], price)
        elif options[i].role != "restroll":
            spend[0, i] = price
    arcs = np.asarray(fare, dtype=np.int64)[None]
    return spend, arcs, np.array([request.budget_fen], dtype=np.int64), group, shared
