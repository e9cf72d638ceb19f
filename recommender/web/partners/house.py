"""Pages for the house itself: the front desk's four taps, the plan with its code, the screen in the lobby."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from recommender.i18n import text
from recommender.markup import EMPTY, join, tag, void
from recommender.model import PlaceRef, TripRequest, format_clock
from recommender.partners import qr
from recommender.partners.lobby import Board, Departure, Sight
from recommender.trip import narrate
from recommender.trip.narrate import clock
from recommender.trip.narrate.names import date_words
from recommender.trip.narrate.page import itinerary_parts
from recommender.web.partners.frame import Room, house_page, other_language
from recommender.web.plain.form import hidden_inputs

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.trip.sharing import SharedTrip

WHO: Final[Mapping[str, dict[str, Any]]] = {
    "1": {"adults": 1}, "2": {"adults": 2}, "family": {"adults": 2, "children": [8]},
    "senior": {"adults": 0, "seniors": [66, 66]},
}  # fmt: skip
LONG: Final = ("rest", "1", "2", "3")
LIKE: Final[Mapping[str, dict[str, float]]] = {
    "all": {}, "temple": {"temple": 1}, "courtyard": {"courtyard": 1, "ancient_city": 1}, "nature": {"nature": 1},
}  # fmt: skip
STARTS_TODAY_UNTIL_MIN: Final = 10 * 60 + 30
"""Who asks later than this begins a day's trip tomorrow."""
REST_UNTIL_MIN: Final = 16 * 60
_DAY_BEGINS_MIN: Final = 8 * 60 + 30
DOOR_MIN: Final = 10
"""From the desk to the door."""


def desk_wish(sent: Mapping[str, str], home: PlaceRef, now: dt.datetime) -> TripRequest:
    """What four taps ask for; what is missing or strange falls back to the first choice.

    Parameters
    ----------
    now
        Local time.
    """
    minute = now.hour * 60 + now.minute
    long = sent.get("long", "1")
    long = long if long in LONG else "1"
    rest = long == "rest" and STARTS_TODAY_UNTIL_MIN <= minute < REST_UNTIL_MIN
    today = rest or minute < STARTS_TODAY_UNTIL_MIN
    leave = _leave(minute)
    start: dict[str, Any] = {"place": home if isinstance(home, str) else home.model_dump(mode="json")}
    if rest:
        start["time"] = format_clock(leave)
    return TripRequest.parse({
        "start_date": now.date() + dt.timedelta(days=0 if today else 1), "days": 1 if long == "rest" else int(long),
        "start": start, "end": {"place": start["place"]},
        "day_start": format_clock(max(_DAY_BEGINS_MIN, leave) if today and not rest else _DAY_BEGINS_MIN),
        "party": WHO.get(sent.get("who", ""), WHO["2"]), "interests": LIKE.get(sent.get("like", ""), {}),
        "pace": "relaxed" if sent.get("who") == "senior" else "normal",
    })  # fmt: skip


def _leave(minute: int) -> int:
    """When somebody who stands at the desk is out of the door, on a round minute."""
    return -(-(minute + DOOR_MIN) // 10) * 10


def desk_page(room: Room, now: dt.datetime, problem: str = "") -> str:
    """Who, how long, what they like, go."""
    lang = room.lang
    minute = now.hour * 60 + now.minute
    long = [code for code in LONG if code != "rest" or STARTS_TODAY_UNTIL_MIN <= minute < REST_UNTIL_MIN]
    if minute < STARTS_TODAY_UNTIL_MIN:
        eaten = (room.hotel.breakfast_end if room.hotel else None) or 0
        first = max(_leave(minute), _DAY_BEGINS_MIN, eaten)
        begins = text("partners.desk.from_today", lang, date=date_words(now.date(), lang), time=clock(first, lang))
    else:
        begins = text("partners.desk.from_tomorrow", lang, date=date_words(now.date() + dt.timedelta(days=1), lang))
    form = tag(
        "form",
        *hidden_inputs({"lang": lang}),
        _taps("who", list(WHO), "2", lang), _taps("long", long, "1", lang, begins), _taps("like", list(LIKE), "all", lang),
        tag("p", text("partners.desk.child_note", lang), class_="hint"),
        tag("p", tag("button", text("partners.desk.go", lang), type="submit", class_="go"), class_="send"),
        action=f"/desk/{room.token}", method="post", class_="day taps",
    )  # fmt: skip
    said = tag("div", tag("p", problem), class_="problems", role="alert") if problem else None
    title = text("partners.desk.title", lang)
    return house_page(room, title, [said, form], switch=other_language(room, "", {}))


def _taps(name: str, codes: list[str], chosen: str, lang: str, note: str = "") -> Markup:
    picks = [
        tag("label", void("input", type="radio", name=name, value=code, checked=code == chosen),
            tag("span", text(f"partners.desk.{name}_{code}", lang)), class_="pick")
        for code in codes
    ]  # fmt: skip
    hint = tag("p", note, class_="hint") if note else None
    return tag("fieldset", tag("legend", text(f"partners.desk.{name}", lang)), tag("div", *picks, class_="picks"), hint)


def desk_plan_page(room: Room, trip: SharedTrip, link: str) -> str:
    """The plan with the code that puts it on the guest's phone."""
    lang = room.lang
    another = tag("a", text("partners.desk.another", lang), href=room.path(), class_="act")
    code = tag("section", tag("p", tag("b", text("partners.desk.scan", lang))), _code(link, lang), another, class_="day code")
    parts = [code, *itinerary_parts(trip.itinerary, trip.region, lang)]
    rest = f"/p/{trip.plan.read_token}"
    heading = text("trip.page.for_you", lang, days=len(trip.itinerary.days))
    return house_page(room, text("partners.desk.title", lang), parts, heading=heading, switch=other_language(room, rest, {}))


def _code(link: str, lang: str) -> Markup:
    svg = Markup(qr.svg(link, inline=True))  # noqa: S704 - drawn by a library from dots, no text in it
    return tag("div", svg, role="img", aria_label=text("partners.desk.code", lang))


# ---------------------------------------------------------------------------------------------------------- lobby


def lobby_page(room: Room, board: Board, region: Region, link: str) -> str:
    """The screen; its script asks for the moving part anew, and without scripts the whole page does."""
    lang = room.lang
    moving = tag("div", board_part(room, board, region), id="now", class_="board", data_from=room.path("/now"))
    aged = tag(
        "p", "", id="age", hidden=True, role="status", data_words=text("partners.lobby.aged", lang, minutes="0000"),
        data_refused=text("partners.lobby.refused", lang, minutes="0000", status="000"),
        data_ended=text("partners.lobby.ended", lang),
    )  # fmt: skip
    code = tag("section", tag("p", tag("b", text("partners.lobby.scan", lang))), _code(link, lang), class_="day code")
    again = tag("noscript", void("meta", http_equiv="refresh", content="120"))
    script = Markup('<script src="/lobby.js" defer></script>')
    title = text("partners.lobby.title", lang)
    switch = other_language(room, "", {})
    return house_page(room, title, [aged, moving, code], head=join([again, script]), switch=switch)


def board_part(room: Room, board: Board, region: Region) -> Markup:
    """What moves on the screen."""
    lang = room.lang
    at = text("partners.lobby.at", lang, time=f"{date_words(board.at.date(), lang)} {board.at:%H:%M}")
    sights = tag("ul", *(_sight(one, region, lang) for one in board.sights))
    buses = tag("ul", *(_departure(one, region, lang) for one in board.departures)) if board.departures else tag(
        "p", text("partners.lobby.no_buses", lang), class_="hint")  # fmt: skip
    return join([
        tag("section", tag("h2", text("partners.lobby.sights", lang), class_="serif"), tag("p", at, class_="at"), sights,
            class_="day"),
        tag("section", tag("h2", text("partners.lobby.buses", lang), class_="serif"), buses, class_="day"),
    ])  # fmt: skip


def _sight(sight: Sight, region: Region, lang: str) -> Markup:
    far = text("partners.lobby.km", lang, km=f"{sight.km:.1f}")
    state = "always" if sight.state == "open" and sight.at_min is None else sight.state
    time = "" if sight.at_min is None else clock(sight.at_min, lang)
    words = text(f"partners.lobby.{state}", lang, **({"time": time} if time else {}))
    name = tag("div", tag("b", narrate.place_name(sight.place, region, lang)), " ", tag("small", far))
    said = tag("span", words, class_=f"state-{sight.state}")
    if not sight.known and sight.state != "closed":
        return tag("li", name, tag("span", text("partners.lobby.unknown", lang), class_="mark"))
    unsure = EMPTY if sight.verified else tag("span", text("partners.lobby.unsure", lang), class_="mark")
    return tag("li", name, tag("div", said, unsure))


def _departure(departure: Departure, region: Region, lang: str) -> Markup:
    ends = " → ".join(narrate.place_name(place, region, lang) for place in (departure.link.from_id, departure.link.to_id))
    return tag("li", tag("b", ends), tag("span", clock(departure.at_min, lang)))
