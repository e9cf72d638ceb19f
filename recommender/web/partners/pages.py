"""A hotel's pages as HTML: form, plan, and what to say when a link does not hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from recommender import address
from recommender.i18n import text
from recommender.jsontext import write_json
from recommender.markup import tag
from recommender.model import Itinerary, PlaceRef, StopItem, TripRequest
from recommender.partners import stay
from recommender.travel.datum import wgs84_to_gcj02
from recommender.trip import narrate
from recommender.trip.narrate.extra import extra_texts
from recommender.trip.narrate.names import date_words
from recommender.trip.narrate.page import itinerary_parts, page_title
from recommender.web.partners.frame import Room, embed_head, house_page, other_language
from recommender.web.plain.form import box, hidden_inputs
from recommender.web.plain.pages import plan_card

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.trip.sharing import SharedTrip

QUICK_DAYS: Final = (1, 2, 3)
MAP_SCALE: Final = 16
"""Of WeChat's map: streets."""


def form_page(room: Room, form: Markup, params: Mapping[str, str], problems: Markup | None, quick: Sequence[Markup]) -> str:
    """The form with the hotel as where trips begin; without a hotel, why it is missing."""
    hotel, lang = room.hotel, room.lang
    title = text("partners.page.title", lang, hotel=hotel.name(lang)) if hotel else text("partners.page.nameless", lang)
    heading = text("partners.page.lead", lang, hotel=hotel.name(lang)) if hotel else title
    greeting = hotel.say("greeting", lang) if hotel else ""
    said = tag("p", greeting, class_="greeting") if greeting else None
    at_once = tag("section", tag("h2", text("partners.page.quick", lang), class_="serif"),
                  tag("div", *quick, class_="quick"), class_="day") if quick else None  # fmt: skip
    house = house_box(room) if hotel else None
    onward = None if hotel is None else tag("section", _full_link(room, params), class_="day actions")
    head = Markup("")
    if hotel is not None and room.visit.partner is not None:
        page = f"{room.site}/h/{room.token}"
        head = embed_head(room.site, page, title, greeting or heading, lang)
    parts = [wrong_box(room), problems, said, at_once, form, house, onward]
    return house_page(room, title, parts, head=head, switch=other_language(room, "", params), heading=heading)


def quick_link(room: Room, home: PlaceRef, today: dt.date, days: int) -> Markup:
    """A plan in one tap: a link and no form, for frames that may send none."""
    first = today + dt.timedelta(days=1)
    anchor = {"place": _plain(home)}
    wish = TripRequest.parse({"start_date": first, "days": days, "start": anchor, "end": anchor})
    words = text(f"partners.page.quick_{days}", room.lang, date=date_words(first, room.lang))
    return tag("a", words, href=room.path("/plan", address.encode(wish)), class_="act")


def _plain(place: PlaceRef) -> Any:
    return place if isinstance(place, str) else place.model_dump(mode="json")


def plan_page(room: Room, wish: TripRequest, itinerary: Itinerary, region: Region) -> str:
    """A plan from the hotel's door.

    Parameters
    ----------
    wish
        What the guest asked for, without what follows from the hotel.
    """
    lang = room.lang
    params = address.encode(wish)
    spare = extra_texts(itinerary, region, lang)
    payload = open_location(itinerary, region, lang) if room.name == "mini" else None
    data = tag("script", Markup(_harmless(payload)), type="application/json", id="open-location") if payload else None  # noqa: S704
    parts = [
        wrong_box(room), house_box(room, itinerary), *itinerary_parts(itinerary, region, lang, spare=spare),
        _after(room, params, address.encode(itinerary.request)), data,
    ]  # fmt: skip
    title, switch = page_title(itinerary, lang), other_language(room, "/plan", params)
    heading = text("trip.page.for_you", lang, days=len(itinerary.days))
    return house_page(room, title, parts, head=plan_card(itinerary, region, lang), switch=switch, heading=heading)


def _harmless(payload: Any) -> str:
    """JSON that no parser of HTML takes for an end of its element."""
    return write_json(payload).decode().replace("<", "\\u003c")


def _after(room: Room, params: Mapping[str, str], settled: Mapping[str, str]) -> Markup:
    """What can be done with a plan; a frame sends nothing itself but leads to the page of its own."""
    lang = room.lang
    change = tag("a", text("plain.plan.change", lang), href=room.path("", params), class_="act")
    if room.framed:
        keep: Markup = tag("a", text("partners.page.open", lang), href=room.path("/plan", params, room="h"), class_="go",
                           target="_blank", rel="noopener")  # fmt: skip
    else:
        values = {**params, "lang": lang, **room.carried}
        button = tag("button", text("plain.plan.keep", lang), type="submit", class_="go")
        keep = tag("form", *hidden_inputs(values), button, action=f"/{room.name}/{room.token}/keep", method="post")
    note = None if room.framed else tag("p", text("plain.plan.keep_note", lang), class_="hint")
    full = _full_link(room, settled) if room.hotel else None
    title = tag("h2", text("plain.plan.actions", lang), class_="serif")
    return tag("section", title, note, keep, change, full, class_="day actions")


def _full_link(room: Room, params: Mapping[str, str]) -> Markup:
    target = "_blank" if room.framed else None
    href = room.path("/full", params, room="h")
    return tag("a", text("partners.page.full", room.lang), href=href, class_="act", target=target, rel="noopener")


def house_box(room: Room, itinerary: Itinerary | None = None) -> Markup | None:
    """What is good to know of the house, as far as the house has told."""
    hotel, lang = room.hotel, room.lang
    lines = stay.hints(hotel, lang, itinerary) if hotel else []
    if not lines or hotel is None:
        return None
    title = tag("h2", text("partners.hint.title", lang, hotel=hotel.name(lang)), class_="serif")
    told = tag("p", text("partners.hint.from", lang), class_="from-house")
    return tag("section", title, tag("ul", *(tag("li", line) for line in lines), class_="house-hints"), told, class_="day")


def wrong_box(room: Room) -> Markup | None:
    """Why there is no hotel on the page of a hotel's link."""
    wrong = room.visit.wrong
    if not wrong:
        return None
    return box([text("partners.wrong.title", room.lang), text(f"partners.wrong.{wrong}", room.lang)])


def failed_page(room: Room, title: str, note: str, again: Mapping[str, str] | None = None) -> str:
    """What is in the way, and a way on without the hotel; with what a form sent, a button that sends it once more."""
    lang = room.lang
    buttons = []
    if again is not None:
        button = tag("button", text("plain.error.again", lang), type="submit", class_="go")
        buttons.append(tag("form", *hidden_inputs(again), button, action=f"/{room.name}/{room.token}/keep", method="post"))
    target = "_blank" if room.framed else None
    onward = tag("a", text("web.plain", lang), href=f"/plain?lang={lang}", class_="act", target=target, rel="noopener")
    return house_page(room, title, [tag("section", tag("p", note), *buttons, onward, class_="day actions")])


# --------------------------------------------------------------------------------------------------- shared plans


def shared_embed(room: Room, trip: SharedTrip) -> str:
    """A shared plan in a frame: the plan and the way to its page."""
    lang = room.lang
    here = f"{room.site}/p/{trip.plan.read_token}?lang={lang}"
    onward = tag("a", text("partners.page.open", lang), href=here, class_="go", target="_blank", rel="noopener")
    parts = [*itinerary_parts(trip.itinerary, trip.region, lang), tag("section", onward, class_="day actions")]
    heading = text("trip.page.for_you", lang, days=len(trip.itinerary.days))
    return house_page(room, page_title(trip.itinerary, lang), parts, heading=heading)


def open_location(itinerary: Itinerary, region: Region, lang: str) -> list[dict[str, Any]]:
    """For ``wx.openLocation``: every stop in order with its GCJ-02 position, once."""
    found: dict[str, dict[str, Any]] = {}
    for day in itinerary.days:
        for item in day.items:
            if not isinstance(item, StopItem) or item.place in found:
                continue
            place = region.catalog.get_place(item.place)
            lat, lon = wgs84_to_gcj02(place.lat, place.lon)
            found[item.place] = {
                "latitude": round(lat, 6), "longitude": round(lon, 6), "name": narrate.place_name(item.place, region, lang),
                "address": (getattr(place, "county_zh", "") if lang == "zh" else "") or place.county, "scale": MAP_SCALE,
            }  # fmt: skip
    return list(found.values())
