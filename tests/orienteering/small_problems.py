"""Problems that can be solved by hand, each with the reason why it is here.

Most lie on a road: a place is its minute on the road, and the last places are depots.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from recommender.orienteering import INF, Problem

Ints = np.ndarray[Any, np.dtype[np.int64]]


def ints(values: Any) -> Ints:
    return np.array(values, dtype=np.int64)


def road(*places: int) -> Ints:
    """Minutes between places along a road."""
    return abs(ints(places)[:, None] - ints(places)[None, :])


def wide(visits: int, last: int = 1_000) -> tuple[list[int], list[int]]:
    """Windows that never matter."""
    return [0] * visits, [last] * visits


# Three places east, three west: a day of 100 minutes reaches the end of one side only, and east is worth 60 against 54.
SIX_ON_A_ROAD: Final = Problem.of(
    [10, 20, 30, 12, 18, 24], [10] * 6, road(10, 20, 30, -10, -20, -30, 0), *wide(6), [0], [100]
)
SIX_VALUE: Final = 60

# A second day takes the other side: everything.
SIX_IN_TWO_DAYS: Final = Problem.of(
    [10, 20, 30, 12, 18, 24], [10] * 6, road(10, 20, 30, -10, -20, -30, 0), *wide(6), [0, 0], [100, 100]
)
TWO_DAYS_VALUE: Final = 114

# The morning window closes before anyone can be there: one waits for the afternoon and is home at 140, not a minute sooner.
SPLIT_HOURS: Final = Problem.of([7], [10], road(30, 0), [[[0, 100]]], [[[10, 110]]], [0], [140])
SPLIT_HOURS_TOO_SHORT: Final = Problem.of([7], [10], road(30, 0), [[[0, 100]]], [[[10, 110]]], [0], [139])

# Open on one day only, and the better one not on the day that has more time.
MARKET_DAYS: Final = Problem.of(
    [5, 9], [10, 10], road(10, 10, 0), [[[0], [0]]] * 2, [[[100], [100]]] * 2, [0, 0], [60, 30],
    window_count=ints([[1, 0], [0, 1]]),
)  # fmt: skip


def meals(moment: int) -> Problem:
    """Lunch and dinner both on the one way to a place that opens for a moment.

    Lunch from 60 to 90, the way until 100, dinner until 120: from 120 on both are taken on the way. Dinner cannot begin
    after 110, so that a visit of 5 comes before it until 105, and no moment from 106 to 119 is possible.
    """
    return Problem.of(
        [1], [5], road(10, 0), [moment], [moment], [60], [200], break_earliest=ints([[60, 100]]),
        break_latest=ints([[70, 110]]), break_length=ints([[30, 20]]), break_count=ints([2]),
    )  # fmt: skip


# Nobody who leaves at 100 can have lunch before 50: nothing fits on the first day, and all the same on the second.
LUNCH_MISSED: Final = Problem.of(
    [3], [10], road(10, 0), [0], [500], [100, 100], [300, 300], break_earliest=ints([[20], [120]]),
    break_latest=ints([[50], [150]]), break_length=ints([[30], [30]]), break_count=ints([1, 1]),
)  # fmt: skip


def last_bus(stay: int, late: int = INF) -> Problem:
    """The bus back leaves until 50 and takes 10; the way out takes 10, the day ends at 100."""
    travel = road(10, 0)
    latest, late_travel = np.full_like(travel, INF), travel.copy()
    latest[0, 1], late_travel[0, 1] = 50, late
    return Problem.of(
        [4], [stay], travel, [0], [100], [0], [100], latest=latest[None], late_travel=late_travel[None]
    )


def first_bus(closes: int) -> Problem:
    """The bus out leaves from 30 on and takes 10, whoever is there at 0."""
    first = np.zeros((1, 2, 2), dtype=np.int64)
    first[0, 1, 0] = 30
    return Problem.of([4], [5], road(10, 0), [0], [closes], [0], [100], first=first)


def nights(move_loss: int) -> Problem:
    """Three days from west to east, 100 minutes apart, and two nights to choose.

    The second day's place (40) has to be begun in the east at once, so the first night is there. Third day's place (30)
    has to be begun in the west at once: it is worth the way back, unless moving costs more.
    """
    opens = [[[0], [0], [0]]] * 3
    closes = [[[100], [10], [10]]] * 3
    return Problem.of(
        [50, 40, 30], [10] * 3, road(0, 100, 0, 0, 100), opens, closes, [0] * 3, [120] * 3,
        window_count=ints([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), move_loss=move_loss,
        slot_allowed=np.array([[True, False], [True, True], [True, True], [False, True]]),
    )  # fmt: skip


def tied(days: int, *, first: bool, last: bool) -> Problem:
    """The place is far from the first depot; a tie must carry a choice of the second to where it holds.

    The day is long enough only for a tour that begins and ends at the second.
    """
    return Problem.of(
        [9], [10], road(100, 0, 95), [0], [1_000], [0] * days, [30] * days, tie_first=first, tie_last=last,
        slot_allowed=np.ones((days + 1, 2), dtype=np.bool_),
    )  # fmt: skip


# Two loads of 6 do not go into a day of 11, but 6 and 5 do; three and one day more would.
LOADS: Final = Problem.of(
    [10, 9, 8], [1] * 3, road(1, 2, 3, 0), *wide(3), [0], [100], day_use=ints([[6, 6, 5]]), day_cap=ints([[11]])
)

# Walking 2 on every leg but 9 between the two places: one of them a day.
FOOT_SORE: Final = Problem.of(
    [10, 9], [1] * 2, road(1, 2, 0), *wide(2), [0], [100], day_use=ints([[0, 0]]), day_cap=ints([[12]]),
    day_arc_use=ints([[[[0, 9, 2], [9, 0, 2], [2, 2, 0]]]]),
)  # fmt: skip

# 20 for tickets and fares of both days: fares are 3 a leg, tickets 8; two on one day cost 25, on two days 28, one 14.
PURSE: Final = Problem.of(
    [10, 9], [1] * 2, road(1, 2, 0), *wide(2), [0, 0], [100, 100], trip_use=ints([[8, 8]]), trip_cap=ints([20]),
    trip_arc_use=ints([[[[0, 3, 3], [3, 0, 3], [3, 3, 0]]]]),
)  # fmt: skip

# A joint ticket of 10 for the first two, used on two days, and nothing left for the dearer third.
JOINT_TICKET: Final = Problem.of(
    [10, 9, 12], [50] * 3, road(1, 2, 3, 0), *wide(3), [0, 0], [60, 60], trip_use=ints([[0, 0, 5]]),
    trip_cap=ints([12]), group=ints([0, 0, -1]), group_use=ints([[10]]),
)  # fmt: skip

# Room for two a day. The second of a kind counts half within the day: 100 + 60, not 100 + 90/2.
MORE_OF_THE_SAME: Final = Problem.of(
    [100, 90, 60], [40] * 3, road(1, 2, 3, 0), *wide(3), [0], [99], kind=ints([0, 0, -1]),
    day_weight=ints([[1000, 500]]), trip_weight=ints([[1000]]),
)  # fmt: skip

# One a day. Over the trip the second of a kind counts 600: 100 + 60 beats 100 + 0.6 * 90.
AGAIN_TOMORROW: Final = Problem.of(
    [100, 90, 60], [40] * 3, road(1, 2, 3, 0), *wide(3), [0, 0], [50, 50], kind=ints([0, 0, -1]),
    day_weight=ints([[1000]]), trip_weight=ints([[1000, 600]]),
)  # fmt: skip

# The same place long (20) or short (15): once only, although there is time for both.
LONG_OR_SHORT: Final = Problem.of([20, 15, 1], [30, 10, 1], road(1, 1, 2, 0), *wide(3), [0], [200], variant=ints([0, 0, 1]))

# Time for everything on either day, but the first two may not share one.
APART: Final = Problem.of(
    [5, 4, 3], [1] * 3, road(1, 2, 3, 0), *wide(3), [0, 0], [100, 100],
    apart=np.array([[False, True, False], [True, False, False], [False, False, False]]),
)  # fmt: skip

# The required one is worth less than what it displaces, and there is time for one.
DUTY: Final = Problem.of([1, 100], [80, 80], road(1, 2, 0), *wide(2), [0], [100], must=np.array([True, False]))

# Required, but too far for any day.
TOO_FAR: Final = Problem.of([5, 5], [1, 1], road(5, 500, 0), *wide(2), [0], [100], must=np.array([True, True]))


def at_once(*moments: int, days: int = 1, visits_each: int = 1) -> Problem:
    """Required visits of 10 minutes that have to begin at given moments, all at the depot."""
    starts = [m for m in moments for _ in range(visits_each)]
    return Problem.of(
        [1] * len(starts), [10] * len(starts), road(*[0] * (len(starts) + 1)), starts, starts, [0] * days, [500] * days,
        must=np.ones(len(starts), dtype=np.bool_),
    )  # fmt: skip


# The way home from the first place does not exist; only over the second one.
NO_WAY_HOME: Final = Problem.of(
    [6, 5], [5, 5], [[0, 10, INF], [10, 0, 10], [10, 10, 0]], *wide(2), [0], [100]
)

# Two places from which nothing leads back.
NO_WAY_AT_ALL: Final = Problem.of([6, 5], [5, 5], [[0, INF, INF], [INF, 0, INF], [10, 10, 0]], *wide(2), [0], [100])


def large(visits: int = 300, days: int = 10) -> Problem:
    """As large as trips get, with breaks and a budget."""
    dice = np.random.default_rng(3)
    places = dice.integers(0, 200, (visits + 2, 2))
    travel = np.rint(np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))).astype(np.int64)
    opens = dice.integers(400, 700, visits)
    return Problem.of(
        dice.integers(10, 100, visits), dice.integers(20, 120, visits), travel, opens, opens + 400, [480] * days, [1_200] * days,
        kind=dice.integers(0, 12, visits), day_weight=np.repeat(ints([[1000, 600, 400]]), 12, axis=0),
        trip_weight=np.repeat(ints([[1000, 900, 800]]), 12, axis=0), trip_use=dice.integers(0, 50, (1, visits)),
        trip_cap=ints([900]), break_earliest=np.full((days, 1), 690), break_latest=np.full((days, 1), 810),
        break_length=np.full((days, 1), 45), break_count=np.ones(days, dtype=np.int64), move_loss=20,
        slot_allowed=np.ones((days + 1, 2), dtype=np.bool_),
    )  # fmt: skip
