"""The trip on A4: a cover with overview and map sketch, the days, and what to know before going."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from recommender.exports.course import Day, course
from recommender.exports.sheet import MARGIN_MM, PAGE_MM, Block, Gap, Line, Paper, Picture, Row, Section, draw
from recommender.exports.sketch import sketch
from recommender.i18n import text
from recommender.model import EndItem, Item, Itinerary, LegItem, MealItem, RestItem, StartItem, StopItem
from recommender.settings import settings
from recommender.trip.explain import fresh_reasons
from recommender.trip.narrate import (
    clock,
    clock_span,
    date_words,
    day_idea,
    day_title,
    duration,
    hours_text,
    left_out_text,
    leg_text,
    meal_text,
    place_name,
    price_text,
    reason_text,
    rest_text,
    short_name,
    stroll_text,
    strolls,
    totals_text,
    warning_texts,
)  # fmt: skip
from recommender.trip.narrate.advice import advice_texts
from recommender.trip.narrate.booking import booking_texts
from recommender.trip.narrate.costs import day_costs
from recommender.trip.narrate.notes import notes_of_day, notes_of_trip
from recommender.trip.narrate.prose import leg_note
from recommender.trip.narrate.sentences import VERIFIED_HOURS, VERIFIED_PRICES, wishes_text
from recommender.trip.narrate.sources import sources_of

if TYPE_CHECKING:
    from recommender.exports import Credit
    from recommender.region import Region

MAP_MM: Final = (PAGE_MM[0] - 2 * MARGIN_MM, 104.0)
SHOWN_LEFT_OUT: Final = 12
SHOWN_SOURCES: Final = 60
LONGEST_SOURCE: Final = 160
_TAGS: Final = {"zh": "zh-CN", "en": "en"}
_SURE_PRICES: Final = VERIFIED_PRICES | {"joint_ticket"}


def write(itinerary: Itinerary, region: Region, lang: str, *, credit: Credit | None = None) -> bytes:
    """The PDF."""
    return draw(compose(itinerary, region, lang, credit=credit))


def compose(itinerary: Itinerary, region: Region, lang: str, *, credit: Credit | None = None) -> Paper:
    """All that will stand on paper, in order."""
    blocks = [*_cover(itinerary, region, lang, credit)]
    for d in range(len(itinerary.days)):
        blocks += _day(itinerary, d, region, lang)
    blocks += _end(itinerary, region, lang)
    brand = text("trip.brand", lang)
    revision = text("trip.page.revision", lang, revision=itinerary.revision, work=itinerary.work)
    return Paper(
        title=text("trip.page.title", lang, brand=brand, days=len(itinerary.days)),
        language=_TAGS[lang],
        subject=_dates(itinerary, lang),
        foot=(f"{brand} · {_dates(itinerary, lang)}", text("exports.pdf.page", lang, page="{page}", pages="{pages}")),
        # A fixed rule instead of the clock.
        made=dt.datetime.combine(itinerary.days[0].date, dt.time(), dt.UTC),
        blocks=[*blocks, Gap(3), Line(revision, "fine")],
    )


def _dates(itinerary: Itinerary, lang: str) -> str:
    first, last = itinerary.days[0].date, itinerary.days[-1].date
    begin = date_words(first, lang, year=True)
    return begin if first == last else text("trip.time.range", lang, first=begin, last=date_words(last, lang))


# ---------------------------------------------------------------------------------------------------------- cover


def _cover(itinerary: Itinerary, region: Region, lang: str, credit: Credit | None) -> Iterator[Block]:
    days = course(itinerary, region)
    yield Section(text("exports.pdf.overview", lang))
    yield Line(text("trip.brand", lang), "brand")
    yield Line(_dates(itinerary, lang), "title")
    yield Line(" · ".join(wishes_text(itinerary, region, lang)), "soft")
    yield Line(totals_text(itinerary.totals, itinerary.request.mode, lang), "body")
    if credit is not None:
        yield Line(credit.words, "body", credit.link)
    yield Gap(3)
    yield Line(text("exports.pdf.overview", lang), "section")
    for d, day in enumerate(days):
        yield Row("", str(d + 1), d, tuple(_glance(itinerary, d, day, region, lang)))
    yield Gap(2)
    yield Picture(
        sketch(days, region, lang, *MAP_MM), tuple(day_title(itinerary, d, region, lang) for d in range(len(days)))
    )
    number = settings().map_approval
    approval = (
        text("exports.pdf.approval", lang, number=number) if number else text("exports.pdf.approval_pending", lang)
    )
    yield Line(text("exports.pdf.map_note", lang, approval=approval), "fine")
    yield Line(text("exports.pdf.marks", lang), "fine")


def _glance(itinerary: Itinerary, d: int, day: Day, region: Region, lang: str) -> Iterator[Line]:
    yield Line(day_title(itinerary, d, region, lang), "name")
    yield Line(day_idea(itinerary, d, region, lang), "body")
    stops = [
        f"{clock(mark.arrive, lang)} {short_name(mark.place, region, lang)}"
        for mark in day.marks
        if mark.kind == "stop"
    ]
    if stops:
        yield Line(" · ".join(stops), "soft")
    lodging = itinerary.days[d].lodging
    if lodging is not None:
        yield Line(text("trip.totals.night", lang, place=place_name(lodging, region, lang)), "soft")


# ------------------------------------------------------------------------------------------------------------ day


def _day(itinerary: Itinerary, d: int, region: Region, lang: str) -> Iterator[Block]:
    title = day_title(itinerary, d, region, lang)
    notes = notes_of_day(itinerary, d)
    yield Section(title)
    yield Line(title, "heading")
    yield Line(day_idea(itinerary, d, region, lang), "soft")
    yield Gap(1)
    for words in warning_texts(notes.get(None, []), region, lang):
        yield Line(words, "note")
    yield Gap(2)
    number = 0
    for k, item in enumerate(itinerary.days[d].items):
        # In one paragraph: a day should find room on its page.
        said = " · ".join(warning_texts(notes.get(k, []), region, lang))
        warned = [Line(said, "note")] if said else []
        if isinstance(item, StopItem):
            number += 1
            lines = [*_stop(itinerary, d, item, region, lang), *warned]
            yield Row(clock(item.start, lang), str(number), d, tuple(lines))
        else:
            begin, lines = _other(item, region, lang)
            yield Row(clock(begin, lang), "", d, (*lines, *warned))
    yield Gap(2)
    cells, unknown = day_costs(itinerary, d, region, lang)
    yield Line(" · ".join(cells), "name")
    if unknown:
        yield Line(text("trip.totals.unknown", lang, count=unknown), "note")


def _stop(itinerary: Itinerary, d: int, stop: StopItem, region: Region, lang: str) -> Iterator[Line]:
    heads = itinerary.request.party.size
    date = itinerary.days[d].date
    opening = region.calendar.opening(stop.place, date)
    yield Line(place_name(stop.place, region, lang), "name")
    spent = [clock_span(stop.start, stop.end, lang), duration(stop.end - stop.start, lang)]
    if stop.rest_min:
        spent.append(text("trip.stop.seated", lang, minutes=duration(stop.rest_min, lang)))
    if stop.start > stop.arrive:
        wait = duration(stop.start - stop.arrive, lang)
        spent.append(text("trip.stop.waits", lang, time=clock(stop.arrive, lang), wait=wait))
    if stop.slack_min > 0:
        spent.append(text("trip.stop.slack", lang, minutes=duration(stop.slack_min, lang)))
    yield Line(" · ".join(spent), "body")
    facts = (
        (hours_text(stop.place, date, region, lang), opening.known and opening.basis in VERIFIED_HOURS),
        (price_text(stop, heads, region, lang), stop.ticket_fen is not None and stop.ticket_basis in _SURE_PRICES),
    )
    known = " · ".join(words for words, sure in facts if sure)
    doubtful = " · ".join(words for words, sure in facts if not sure)
    if known:
        yield Line(known, "body")
    if doubtful:
        yield Line(doubtful, "note")
    rows = [
        (part.start, part.end, f"{place_name(part.place, region, lang)} · {price_text(part, heads, region, lang)}")
        for part in stop.parts
    ]
    rows += [(*span, stroll_text(stop, region, lang)) for span in strolls(stop)]
    for start, end, words in sorted(rows):
        yield Line(f"{clock_span(start, end, lang)}  {words}", "body")
    if reasons := fresh_reasons(itinerary, d, stop):
        yield Line(" · ".join(reason_text(reason, region, lang) for reason in reasons), "soft")


def _other(item: Item, region: Region, lang: str) -> tuple[int, list[Line]]:
    if isinstance(item, LegItem):
        note = leg_note(item, region.catalog, lang)
        return item.depart, [Line(leg_text(item, region, lang), "soft"), *([Line(note, "fine")] if note else [])]
    if isinstance(item, MealItem):
        words = f"{meal_text(item, region, lang)} · {duration(item.end - item.start, lang)}"
        return item.start, [Line(words, "body")]
    if isinstance(item, RestItem):
        return item.start, [Line(rest_text(item, lang), "soft")]
    assert isinstance(item, StartItem | EndItem)
    return item.time, [Line(text(f"trip.bound.{item.kind}", lang, place=place_name(item.place, region, lang)), "body")]


# ------------------------------------------------------------------------------------------------------------ end


def _end(itinerary: Itinerary, region: Region, lang: str) -> Iterator[Block]:
    booked = booking_texts(itinerary, region, lang)
    yield Section(text("trip.booking.title" if booked else "trip.page.know", lang))
    if booked:
        yield Line(text("trip.booking.title", lang), "heading")
        yield from (Line(words) for words in booked)
        yield Gap(3)
    yield Line(text("trip.page.know", lang), "section" if booked else "heading")
    warnings = warning_texts(notes_of_trip(itinerary), region, lang)
    for words in warnings:
        yield Line(words, "note")
    if not warnings:
        yield Line(text("exports.pdf.none", lang))
    yield Line(text("trip.page.honest", lang))
    yield Gap(3)
    yield Line(text("trip.advice.title", lang), "section")
    yield from (Line(words) for words in advice_texts(itinerary, region, lang))
    left = itinerary.left_out
    if left:
        yield Gap(3)
        yield Line(text("trip.page.left_out", lang), "section")
        for one in left[:SHOWN_LEFT_OUT]:
            yield Line(left_out_text(one, region, lang))
        if len(left) > SHOWN_LEFT_OUT:
            yield Line(text("exports.pdf.more", lang, count=len(left) - SHOWN_LEFT_OUT), "soft")
    sources = sources_of(itinerary, region)
    if sources:
        yield Gap(3)
        yield Line(text("trip.page.sources", lang), "section")
        for label, address in sources[:SHOWN_SOURCES]:
            short = label if len(label) <= LONGEST_SOURCE else label[: LONGEST_SOURCE - 1] + "…"
            yield Line(short, "fine", address)
        if len(sources) > SHOWN_SOURCES:
            yield Line(text("exports.pdf.more", lang, count=len(sources) - SHOWN_SOURCES), "fine")
