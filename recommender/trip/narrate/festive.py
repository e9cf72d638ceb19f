"""Festivals and seasons during a trip, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.i18n import text
from recommender.trip.narrate.days import nth_day
from recommender.trip.narrate.names import listed, short_name

if TYPE_CHECKING:
    from recommender.catalog import Event
    from recommender.region import Region
    from recommender.trip.occasions import Occasion


def occasion_text(one: Occasion, region: Region, lang: str) -> str:
    """Which days, what, where, how sure the date is, and whether the plan is there."""
    event = one.event
    met = "" if one.met is None else text("trip.occasion.met", lang, nth=nth_day(one.met, lang))
    return text(
        "trip.occasion.line", lang,
        days=_days(one.days, lang),
        name=_name(event, lang),
        place=listed((short_name(place, region, lang) for place in one.places), lang),
        words=event.description_zh if lang == "zh" else event.description_en,
        sure=text(f"trip.occasion.{'unsure' if event.confidence == 'low' else 'check'}", lang),
        met=met,
    ).strip()  # fmt: skip


def _name(event: Event, lang: str) -> str:
    name, organizer = (event.name_zh, event.organizer_zh) if lang == "zh" else (event.name_en, event.organizer_en)
    return text("trip.occasion.held", lang, name=name, organizer=organizer) if organizer else name


def _days(days: tuple[int, ...], lang: str) -> str:
    """Days that follow one another by the first and the last of them, others one by one."""
    first, last = days[0], days[-1]
    if len(days) > 1 and last - first == len(days) - 1:
        return text("trip.occasion.span", lang, first=nth_day(first, lang), last=nth_day(last, lang))
    return listed((nth_day(day, lang) for day in days), lang)
