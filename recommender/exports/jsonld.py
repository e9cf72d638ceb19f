"""JSON-LD with the words of schema.org: a TouristTrip of days, each a TouristTrip of TouristAttractions in order.

What is unknown or not verified is left out: opening hours stand only where the calendar knows them and a source bears
them out, prices are not offered by us and stand nowhere, rough positions are no ``geo``.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from recommender.exports.course import Day, Mark, clean, course, instant
from recommender.i18n import text
from recommender.jsontext import write_json
from recommender.model import Point, format_clock
from recommender.trip.narrate import day_idea, day_title
from recommender.trip.narrate.sentences import VERIFIED_HOURS, VERIFIED_PRICES
from recommender.trip.narrate.sources import sources_of

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region

CONTEXT: Final = "https://schema.org"
_TAGS: Final = {"zh": "zh-CN", "en": "en"}
_DAY_MIN: Final = 24 * 60


def write(itinerary: Itinerary, region: Region, lang: str) -> bytes:
    """One document; only its context names another host, and nothing here asks that."""
    days = course(itinerary, region)
    trip = {
        "@context": CONTEXT,
        "@type": "TouristTrip",
        "name": text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(days)),
        "subTrip": [_day(itinerary, d, day, region, lang) for d, day in enumerate(days)],
        "subjectOf": {
            "@type": "Dataset",
            "name": text("trip.page.revision", lang, revision=itinerary.revision, work=itinerary.work),
            "version": itinerary.revision,
            "inLanguage": _TAGS[lang],
            "conditionsOfAccess": text("exports.jsonld.rights", lang),
            "isBasedOn": [_source(label, address) for label, address in sources_of(itinerary, region)],
        },
    }
    # Whoever puts it into a page puts it between script tags: no text may end them.
    return write_json(trip, indent=1).replace(b"<", b"\\u003c") + b"\n"


def _source(label: str, address: str | None) -> dict[str, str]:
    return {"@type": "CreativeWork", "name": clean(label), **({"url": address} if address else {})}


def _day(itinerary: Itinerary, d: int, day: Day, region: Region, lang: str) -> dict[str, Any]:
    title, idea = day_title(itinerary, d, region, lang), day_idea(itinerary, d, region, lang)
    stops = [mark for mark in day.marks if mark.kind == "stop"]
    return {
        "@type": "TouristTrip",
        "name": title,
        "description": clean(text("exports.jsonld.part", lang, title=title, idea=idea)),
        "itinerary": {
            "@type": "ItemList",
            "numberOfItems": len(stops),
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": mark.number,
                    "description": f"{_time(day, mark.arrive)}/{_time(day, mark.leave)}",
                    "item": _attraction(mark, day.date, region, lang),
                }
                for mark in stops
            ],
        },
    }


def _time(day: Day, minute: int) -> str:
    return instant(day.date, minute).isoformat()


def _attraction(mark: Mark, date: dt.date, region: Region, lang: str) -> dict[str, Any]:
    assert not isinstance(mark.place, Point)
    place = region.catalog.attractions[mark.place]
    found: dict[str, Any] = {
        "@type": "TouristAttraction",
        "identifier": place.id,
        "name": [
            {"@value": place.name_zh, "@language": "zh-CN"},
            {"@value": place.name_en, "@language": "en"},
        ],
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "CN",
            "addressRegion": text("exports.jsonld.province", lang),
            "addressLocality": place.county_zh if lang == "zh" else place.county,
        },
    }
    described = place.description_zh if lang == "zh" else place.description_en
    if described:
        found["description"] = described
    if not mark.approximate:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": round(place.lat, 6), "longitude": round(place.lon, 6)}
    if place.ticket_fen == 0 and place.ticket_basis in VERIFIED_PRICES and place.ticket_group is None:
        found["isAccessibleForFree"] = True
    hours = _hours(place.id, date, region)
    if hours:
        found["openingHoursSpecification"] = hours
    return found


def _hours(place: str, date: dt.date, region: Region) -> list[dict[str, str]]:
    opening = region.calendar.opening(place, date)
    if not opening.known or opening.basis not in VERIFIED_HOURS:
        return []
    return [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": str(date),
            "validThrough": str(date),
            "opens": format_clock(first % _DAY_MIN),
            "closes": "23:59" if last == _DAY_MIN else format_clock(last % _DAY_MIN),
        }
        for first, last in opening.intervals
    ]
