"""The plans opened last on this device, in the browser's own keeping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from recommender import address
from recommender.i18n import LANGUAGES, text
from recommender.trip.narrate import date_words, day_idea
from recommender.ui.components import recent_plans

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region


def recent(region: Region, itinerary: Itinerary | None, lang: str) -> None:
    """The list, with the plan on the page as its first."""
    plan = None if itinerary is None else entry(region, itinerary)
    words = {name: text(f"ui.recent.{name}", lang) for name in ("title", "note", "clear")}
    recent_plans({"lang": lang, "plan": plan, **words})


def entry(region: Region, itinerary: Itinerary) -> dict[str, Any]:
    """A plan as the list holds it: the wishes as an address says them, and its name and dates in either language."""
    names = {lang: text("ui.recent.plan", lang, date=date_words(itinerary.days[0].date, lang, year=True),
                        days=len(itinerary.days), idea=day_idea(itinerary, 0, region, lang)) for lang in LANGUAGES}  # fmt: skip
    return {"query": urlencode(address.encode(itinerary.request)), **names}
