"""What is good to know, in words, each with its source; what nobody knows is said too."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from recommender.i18n import text
from recommender.markup import join, link, tag
from recommender.model import Itinerary
from recommender.trip.advice import advice, parking_unknown
from recommender.trip.narrate.names import listed, place_name, short_name
from recommender.trip.narrate.sources import said

if TYPE_CHECKING:
    from recommender.catalog import Advice
    from recommender.region import Region


def advice_texts(itinerary: Itinerary, region: Region, lang: str) -> list[str]:
    """One sentence a line, by topic, ending with what is not known."""
    told = advice(region, itinerary, foreign=lang != "zh")
    return [*(_words(one, lang) for one in told), *_unknown(told, itinerary, region, lang)]


def advice_box(itinerary: Itinerary, region: Region, lang: str) -> Markup:
    """The same by topic behind a toggle: numbers can be tapped, every sentence has its source."""
    told = advice(region, itinerary, foreign=lang != "zh")
    parts: list[Markup] = []
    for topic, group in groupby(told, key=lambda one: one.topic):
        rows = [tag("li", _line(one, lang), " ", tag("small", _sources(one, region, lang))) for one in group]
        parts += [tag("h3", text(f"trip.advice.{topic}", lang)), tag("ul", *rows, class_="plain")]
    unknown = [tag("li", words) for words in _unknown(told, itinerary, region, lang)]
    parts += [tag("h3", text("trip.advice.unknown", lang)), tag("ul", *unknown, class_="plain")]
    return tag("details", tag("summary", text("trip.advice.title", lang)), *parts, class_="advice")


def _words(one: Advice, lang: str) -> str:
    words = one.text_zh if lang == "zh" else one.text_en
    if one.confidence == "low":
        words = text("trip.advice.unsure", lang, words=words)
    return text("trip.advice.call", lang, phone=one.phone, words=words) if one.phone else words


def _line(one: Advice, lang: str) -> Markup:
    words = _words(one, lang)
    if not one.phone:
        return join([words])
    before, after = words.split(one.phone, 1)
    return join([before, tag("a", one.phone, href=f"tel:{one.phone}"), after])


def _sources(one: Advice, region: Region, lang: str) -> Markup:
    named = [link(address, label) if address else join([label]) for label, address in said(one.source, region)]
    return join([text("trip.advice.source", lang), " ", Markup(" · ").join(named)])


def _unknown(told: tuple[Advice, ...], itinerary: Itinerary, region: Region, lang: str) -> Iterator[str]:
    """What a visitor would ask next and nobody has an answer for."""
    parked = parking_unknown(region, itinerary)
    if parked:
        names = listed((short_name(place, region, lang) for place in parked), lang)
        yield text("trip.advice.parking_unknown", lang, places=names)
    nights = dict.fromkeys(day.lodging for day in itinerary.days if day.lodging is not None)
    if lang != "zh" and nights:
        inns = listed((place_name(place, region, lang) for place in nights), lang)
        yield text("trip.advice.hotel_unknown", lang, places=inns)
    if all(one.topic != "luggage" for one in told):
        yield text("trip.advice.luggage_unknown", lang)
