"""GPX 1.1 (WGS-84): a waypoint for each visit, and a route for each day through all its places."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, TypeVar

from recommender.exports.course import Day, Mark, clean, course, instant
from recommender.i18n import text
from recommender.trip.narrate import clock_span, day_idea, day_title

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region

CREATOR: Final = "Jinzhong itinerary recommender"
P = TypeVar("P", bound=Any)


def write(itinerary: Itinerary, region: Region, lang: str) -> bytes:
    """The file; no element of it carries the time of writing."""
    from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint, GPXWaypoint

    gpx = GPX()
    gpx.creator = CREATOR
    gpx.name = clean(text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(itinerary.days)))
    gpx.description = clean(text("trip.page.revision", lang, revision=itinerary.revision, work=itinerary.work))
    for d, day in enumerate(course(itinerary, region)):
        for mark in day.marks:
            if mark.kind == "stop":
                point = GPXWaypoint(round(mark.lat, 6), round(mark.lon, 6), name=f"{d + 1}.{mark.number} {mark.label}")
                gpx.waypoints.append(_described(point, day, mark, lang))
        route = GPXRoute(
            name=clean(day_title(itinerary, d, region, lang)), description=clean(day_idea(itinerary, d, region, lang)),
            number=d + 1,
        )  # fmt: skip
        route.points = [
            _described(GPXRoutePoint(round(mark.lat, 6), round(mark.lon, 6), name=mark.label), day, mark, lang)
            for mark in day.marks
        ]
        gpx.routes.append(route)
    return (gpx.to_xml(version="1.1") + "\n").encode()


def _described(point: P, day: Day, mark: Mark, lang: str) -> P:
    point.time = instant(day.date, mark.arrive).astimezone(dt.UTC)
    point.comment = clock_span(mark.arrive, mark.leave, lang) if mark.leave > mark.arrive else None
    point.type = mark.kind
    if mark.approximate:
        point.description = text("exports.approximate", lang)
    return point
