"""One trip before and after an edit: the same wishes, planned with what is published and with what a draft would publish."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from recommender.bureau import preview
from recommender.catalog.records import Tables, catalog_of
from recommender.errors import InfeasibleTrip, RequestError
from recommender.model import Itinerary, TripRequest
from recommender.region import Region
from recommender.trip.planning import plan_trip


@dataclass(frozen=True, slots=True)
class Planned:
    """A trip at one state of the data; ``itinerary`` None where there is none, with why in ``refusal``."""

    region: Region
    itinerary: Itinerary | None
    refusal: InfeasibleTrip | RequestError | None = None


def sample_day(published: Tables, drafted: Tables, place: str, today: dt.date) -> dt.date:
    """The first day on which visitors of an attraction find other hours, but not today; tomorrow where none changes."""
    tomorrow = today + dt.timedelta(days=1)
    was, now = (tables["attractions"].get(place) for tables in (published, drafted))
    if was is None or now is None:
        return tomorrow
    years = [preview.year_of(tables, place, cells, tomorrow) for tables, cells in ((published, was), (drafted, now))]
    return next(iter(preview.changed_days(*years)), tomorrow)


def plan_sample(tables: Tables, place: str, date: dt.date) -> Planned:
    """A day by car for two who want to see an attraction, with the data as they are in ``tables``.

    Raises
    ------
    CatalogInvalid
        They make no catalogue.
    """
    region = Region(catalog_of(tables))
    wish = {"start_date": date.isoformat(), "days": 1, "mode": "drive", "must_see": [place], "reach": "region"}
    try:
        return Planned(region, plan_trip(region, TripRequest.parse(wish)))
    except (InfeasibleTrip, RequestError) as refusal:
        return Planned(region, None, refusal)
