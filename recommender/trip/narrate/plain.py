"""An itinerary as plain text, for a terminal, a chat or a printout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from recommender.i18n import text
from recommender.model import EndItem, Item, Itinerary, LegItem, MealItem, RestItem, StartItem, StopItem
from recommender.trip.explain import fresh_reasons, list_visits
from recommender.trip.narrate.booking import booking_texts
from recommender.trip.narrate.chance import chance_text
from recommender.trip.narrate.days import day_idea, day_title
from recommender.trip.narrate.names import clock, clock_span, date_words, duration, place_name
from recommender.trip.narrate.notes import notes_of_day, notes_of_trip
from recommender.trip.narrate.sentences import (
    hours_text,
    left_out_text,
    leg_to_text,
    meal_text,
    price_text,
    reason_text,
    rest_text,
    stroll_text,
    strolls,
    totals_text,
    warning_texts,
    weakest_text,
    wishes_text,
)
from recommender.trip.robustness import robustness

if TYPE_CHECKING:
    from recommender.region import Region

SHOWN_LEFT_OUT: Final = 5
_INDENT: Final = " " * 13


def itinerary_text(itinerary: Itinerary, region: Region, lang: str = "zh") -> str:
    """The whole trip to read: days with times, legs, prices and hours, then totals, warnings and what was left out."""
    lines = [
        text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(itinerary.days)),
        " · ".join([_dates(itinerary, lang), *wishes_text(itinerary, region, lang)]),
    ]
    for d in range(len(itinerary.days)):
        lines += ["", *_day(itinerary, d, region, lang)]
    lines += ["", text("trip.page.whole", lang), "  " + totals_text(itinerary.totals, itinerary.request.mode, lang)]
    if list_visits(itinerary):
        lines += ["  " + chance_text(robustness(region, itinerary), region, lang)]
    if weakest := weakest_text(itinerary, region, lang):
        lines += ["  " + weakest]
    booked = booking_texts(itinerary, region, lang)
    if booked:
        lines += ["", text("trip.booking.title", lang), *(f"  - {sentence}" for sentence in booked)]
    general = notes_of_trip(itinerary)
    if general:
        lines += ["", text("trip.page.know", lang)]
        lines += [f"  ! {sentence}" for sentence in warning_texts(general, region, lang)]
    if itinerary.left_out:
        lines += ["", text("trip.page.left_out", lang)]
        lines += [f"  - {left_out_text(left, region, lang)}" for left in itinerary.left_out[:SHOWN_LEFT_OUT]]
    lines += ["", text("trip.page.revision", lang, revision=itinerary.revision, work=itinerary.work)]
    return "\n".join(lines) + "\n"


def _dates(itinerary: Itinerary, lang: str) -> str:
    first, last = itinerary.days[0].date, itinerary.days[-1].date
    if first == last:
        return date_words(first, lang, year=True)
    return text("trip.time.range", lang, first=date_words(first, lang, year=True), last=date_words(last, lang))


def _day(itinerary: Itinerary, d: int, region: Region, lang: str) -> Iterator[str]:
    notes = notes_of_day(itinerary, d)
    day = itinerary.days[d]
    yield day_title(itinerary, d, region, lang)
    yield day_idea(itinerary, d, region, lang)
    for k, item in enumerate(day.items):
        if isinstance(item, StopItem):
            yield from _stop(itinerary, d, item, region, lang)
        else:
            yield _other(item, region, lang)
        for sentence in warning_texts(notes.get(k, []), region, lang):
            yield f"{_INDENT}! {sentence}"
    if day.lodging is not None:
        yield "  " + text("trip.totals.night", lang, place=place_name(day.lodging, region, lang))
    for sentence in warning_texts(notes.get(None, []), region, lang):
        yield f"  ! {sentence}"


def _stop(itinerary: Itinerary, d: int, stop: StopItem, region: Region, lang: str) -> Iterator[str]:
    heads = itinerary.request.party.size
    span = clock_span(stop.start, stop.end, lang)
    yield f"{span}  {place_name(stop.place, region, lang)} · {duration(stop.end - stop.start, lang)}"
    if stop.start > stop.arrive:
        wait = duration(stop.start - stop.arrive, lang)
        yield _INDENT + text("trip.stop.waits", lang, time=clock(stop.arrive, lang), wait=wait)
    if stop.rest_min:
        yield _INDENT + text("trip.stop.seated", lang, minutes=duration(stop.rest_min, lang))
    yield f"{_INDENT}{price_text(stop, heads, region, lang)} · {hours_text(stop.place, itinerary.days[d].date, region, lang)}"
    if reasons := fresh_reasons(itinerary, d, stop):
        yield _INDENT + " · ".join(reason_text(reason, region, lang) for reason in reasons)
    rows = [
        (part.start, part.end, f"{place_name(part.place, region, lang)} · {price_text(part, heads, region, lang)}")
        for part in stop.parts
    ]
    rows += [(*span, stroll_text(stop, region, lang)) for span in strolls(stop)]
    for start, end, words in sorted(rows, key=lambda row: row[:2]):
        yield f"{_INDENT}{clock_span(start, end, lang)}  {words}"


def _other(item: Item, region: Region, lang: str) -> str:
    if isinstance(item, LegItem):
        return f"{clock(item.depart, lang)}        {leg_to_text(item, region, lang)}"
    if isinstance(item, MealItem):
        return f"{clock_span(item.start, item.end, lang)}  {meal_text(item, region, lang)}"
    if isinstance(item, RestItem):
        rest = rest_text(item, lang)
        return f"{clock_span(item.start, item.end, lang)}  {rest}"
    assert isinstance(item, StartItem | EndItem)
    place = place_name(item.place, region, lang)
    return f"{clock(item.time, lang)}        {text(f'trip.bound.{item.kind}', lang, place=place)}"
