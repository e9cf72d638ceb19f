"""Everything that is built on first use, built now: after an installation, or ahead of the first visitor."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from recommender import region as regions
from recommender.errors import InfeasibleTrip
from recommender.model import TripRequest
from recommender.trip.planning import plan_trip

if TYPE_CHECKING:
    from recommender.region import Region

_log = logging.getLogger(__name__)


def warm(region: Region | None = None) -> Region:
    """Build all that is built on first use, and plan one small trip so that the solver is compiled.

    Raises
    ------
    CatalogInvalid
        The data files break the schema.
    """
    region = region or regions.current()
    region.prepare()
    for days in (1, 2):
        request = TripRequest(start_date=dt.date(2027, 4, 17), days=days)
        try:
            plan_trip(region, request)
        except InfeasibleTrip:
            # A catalogue in the making may hold no trip at all; the solver is compiled all the same.
            _log.info("no trip of %d days in this catalogue", days)
    return region
