"""Everything that is built on first use, built now: after an installation, or ahead of the first visitor."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from typing import TYPE_CHECKING

from recommender import region as regions
from recommender.errors import InfeasibleTrip
from recommender.model import TripRequest
from recommender.trip.certificate import certificate
from recommender.trip.planning import plan_trip

if TYPE_CHECKING:
    from recommender.region import Region

_log = logging.getLogger(__name__)


def warm(region: Region | None = None, *, apart: bool = False) -> Region:
    """Build all that is built on first use, and plan one small trip so that the solver is compiled.

    Parameters
    ----------
    apart
        Keep what is only needed for building out of this process; for servers.

    Raises
    ------
    CatalogInvalid
        The data files break the schema.
    """
    region = region or regions.current()
    region.prepare(apart=apart)
    give_back()
    for days in (1, 2):
        request = TripRequest(start_date=dt.date(2027, 4, 17), days=days)
        try:
            itinerary = plan_trip(region, request)
            if days == 1 and not apart:
                # Compiles the other half of the engine in its own process; a server leaves that until it is asked.
                certificate(region, request, itinerary, seconds=1.0)
        except InfeasibleTrip:
            # A catalogue in the making may hold no trip at all; the solver is compiled all the same.
            _log.info("no trip of %d days in this catalogue", days)
    give_back()
    return region


def give_back() -> None:
    """Return memory that building took and nothing holds any more to the system, where its C library can."""
    import ctypes
    import gc

    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
