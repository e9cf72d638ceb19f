"""What stands in where no fact is known. Every number here is the project's cautious guess, not a fact about a service.

Whatever rests on one of these is flagged: ``basis="estimated"`` for ride times, ``timetable="assumed"`` for departures.
``docs/travel.md`` tells the reasons.
"""

from __future__ import annotations

from typing import Final, Literal

RoadClass = Literal["town", "plain", "mountain"]

# --- timetables -----------------------------------------------------------------------------------------------------
WAIT_MIN: Final = {
    "metro": 6,
    "emu": 40,  # 20 min for security and finding the platform, and some headway
    "emu_frequent": 30,  # a source says many trains a day
    "conventional": 50,  # few trains, often late
    "coach": 40,
    "tourist_bus": 40,
    "rural_bus": 40,
    "city_bus": 20,  # inside Taiyuan and Yuci, up to CITY_BUS_KM
    "shuttle": 15,
}
"""Expected wait where no headway is known."""
CITY_BUS_KM: Final = 12.0
CITY_BUS_COUNTIES: Final = frozenset({"Taiyuan", "Yuci"})
FIRST_MIN: Final = {"rail": 7 * 60, "bus": 7 * 60, "metro": 6 * 60 + 30}
LAST_MIN: Final = {"rail": 20 * 60, "bus": 17 * 60, "metro": 22 * 60}
"""First and last departure where none is known, before slack."""
ASSUMED_SLACK_MIN: Final = 30
"""Taken off an assumed last departure."""
SOURCED_SLACK_MIN: Final = 10
"""Taken off a published last departure: clocks differ, queues happen."""
SERVICE_DAY_MIN: Final = 14 * 60
"""Length of a service day, to turn trips a day into a headway."""
BOARD_MIN: Final = 5
"""Being there before a departure of a known timetable."""
LONGEST_WAIT_MIN: Final = 60
"""Nobody waits longer in vain: with rare departures people come when the vehicle does."""

# --- vehicles -------------------------------------------------------------------------------------------------------
BUS_KMH: Final = 22.0
BUS_CIRCUITY: Final = 1.4
RAIL_CIRCUITY: Final = 1.2
PARK_MIN: Final = 3
"""Of every ride by road, facts included: getting in and out, parking."""
TAXI_WAIT_MIN: Final = 5
TAXI_WAIT_COUNTRY_MIN: Final = 10
TAXI_RANK_KM: Final = 3.0
"""Within this of a county seat, station, airport or town gate a taxi is soon found."""

# --- roads: circuity, and speed in steps of distance (km driven at most, km/h) ---------------------------------------
CIRCUITY: Final[dict[RoadClass, float]] = {"town": 1.45, "plain": 1.35, "mountain": 1.55}
SPEED_KMH: Final[dict[RoadClass, tuple[tuple[float, float], ...]]] = {
    "town": ((1e9, 25.0),),
    "plain": ((12.0, 35.0), (40.0, 55.0), (1e9, 75.0)),
    "mountain": ((20.0, 36.0), (60.0, 48.0), (1e9, 60.0)),
}
HILL_COUNTIES: Final = frozenset({"Shouyang", "Xiyang", "Heshun", "Zuoquan", "Yushe", "Yangquan"})
HILL_CATEGORIES: Final = frozenset({"nature", "village"})
VALLEY: Final = (
    (36.84720, 111.76634), (37.02739, 111.90765), (37.19485, 112.16753), (37.35804, 112.32402), (37.42409, 112.54785),
    (37.69692, 112.73357), (37.86400, 112.56400),
)  # fmt: skip
"""The Fen plain as a line: Lingshi, Jiexiu, Pingyao, Qixian, Taigu, Yuci, Taiyuan."""
VALLEY_KM: Final = 8.0
"""Farther than this to the south-east of the line the ground rises."""
TOWN_KM: Final = {"Taiyuan": 9.0, "Yuci": 5.0}
TOWN_KM_DEFAULT: Final = 3.5
NEIGHBOURS: Final = 8
NEAR_KM: Final = 25.0
STATIONS: Final = 3

# --- on foot --------------------------------------------------------------------------------------------------------
WALK_CIRCUITY: Final = 1.3
WALK_KMH: Final = 4.5
WALK_KM: Final = 2.5
HILL_WALK_CIRCUITY: Final = 1.6
HILL_WALK_KMH: Final = 3.5
HILL_WALK_KM: Final = 1.2
CHOSEN_WALK_KM: Final = 6.0
CHOSEN_WALK_MIN: Final = 90
"""What people may choose to walk in one go, detours included; on hills no more than `HILL_WALK_KM`, as no path is known."""

# --- closed to cars -------------------------------------------------------------------------------------------------
SHUTTLE_ONLY: Final = frozenset({"mianshan", "tianlongshan"})
"""Mountains that only the scenic bus climbs (links.csv: 社会车辆一般须换乘; 社会车辆不上山)."""
SHUTTLE_KMH: Final = 20.0
SHUTTLE_CIRCUITY: Final = 1.6

# --- what people weigh ----------------------------------------------------------------------------------------------
PARTY: Final = 2
VALUE_OF_TIME_FEN_MIN: Final = 75
"""45 CNY an hour and head: choosing the vehicle only, never shown."""
LONGEST_LOSS_MIN: Final = 90
"""Nobody spends this much longer on trains and buses than a taxi takes."""
OWN_KM_COST_MIN: Final = 0.2
"""Fuel and tolls, in minutes a kilometre: of two ways equally fast the shorter."""
WALK_WEIGHT: Final = 1.4
WALK_COST_MIN: Final = 4
"""Setting out on foot only to save a minute of a ride is not worth it."""
BOARD_COST_MIN: Final = 6
CAR_COST_MIN: Final = 14
"""Nobody takes the own or hired car for a few hundred metres."""
EARLIER_BACK_MIN: Final = 60
"""A rural bus on the way to a train is not worth it if it ends the day this much earlier than a taxi to the train."""

# --- fares, for budgets only; never shown as a fare ------------------------------------------------------------------
TAXI_FLAG_FEN: Final = 1200
TAXI_FLAG_KM: Final = 3.0
TAXI_KM_FEN: Final = 240
RAIL_GUESS_FEN: Final = {"metro": (500, 0), "emu": (1000, 45), "conventional": (500, 14)}
"""Least fare, and fen a kilometre."""
BUS_GUESS_FEN: Final = (500, 35)
