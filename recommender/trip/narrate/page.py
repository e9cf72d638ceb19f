"""An itinerary as one self-contained HTML page: no script, nothing fetched, light and dark, phone first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from recommender.i18n import text
from recommender.markup import EMPTY, join, tag
from recommender.model import EndItem, Item, Itinerary, LegItem, MealItem, RestItem, StartItem, StopItem, Warning_
from recommender.trip.explain import fresh_reasons, list_visits
from recommender.trip.narrate.advice import advice_box
from recommender.trip.narrate.booking import booking_texts
from recommender.trip.narrate.chance import chance_note, chance_rows, chance_text
from recommender.trip.narrate.costs import day_costs
from recommender.trip.narrate.days import day_idea, day_title
from recommender.trip.narrate.festive import occasion_text
from recommender.trip.narrate.names import clock, clock_span, date_words, duration, place_name
from recommender.trip.narrate.notes import notes_of_day, notes_of_trip
from recommender.trip.narrate.sentences import (
    hours_text,
    left_out_text,
    leg_text,
    meal_dishes,
    meal_name,
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
from recommender.trip.narrate.sources import sources_of
from recommender.trip.occasions import occasions
from recommender.trip.robustness import robustness

if TYPE_CHECKING:
    from recommender.region import Region

SHOWN_LEFT_OUT: Final = 8
REM_PER_MIN: Final = 0.03
TALLEST_REM: Final = 7.0
SHOWN_SOURCES: Final = 60
LONGEST_SOURCE: Final = 120
HTML_LANG: Final = {"zh": "zh-CN", "en": "en"}


def itinerary_html(itinerary: Itinerary, region: Region, lang: str = "zh") -> str:
    """A complete page of the trip with hours, prices, what is not verified, sources and revision.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    """
    header = tag("header", *brand_line(itinerary, lang))
    main = tag("main", *itinerary_parts(itinerary, region, lang))
    return document(page_title(itinerary, lang), [header, main], lang)


def page_title(itinerary: Itinerary, lang: str) -> str:
    """``怡然见晋中 · 2 天行程``."""
    return text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(itinerary.days))


def brand_line(itinerary: Itinerary, lang: str) -> list[Markup]:
    """Whose page it is, and for how many days."""
    return [
        tag("b", text("trip.brand", lang), class_="serif"),
        tag("h1", text("trip.page.for_you", lang, days=len(itinerary.days))),
    ]


def itinerary_parts(itinerary: Itinerary, region: Region, lang: str, *, spare: Sequence[str] = ()) -> list[Markup]:
    """What stands between header and end of the page: wishes, days, the whole trip.

    Parameters
    ----------
    spare
        What fits into spare time, a sentence each.
    """
    return [
        tag("ul", *(tag("li", word, class_="chip") for word in _wishes(itinerary, region, lang)), class_="ask"),
        *(_day(itinerary, d, region, lang) for d in range(len(itinerary.days))),
        _end(itinerary, region, lang, spare),
    ]


def document(title: str, body: Sequence[Markup], lang: str, *, head: Markup = EMPTY, style: str = "") -> str:
    """A page that needs nothing but itself.

    Parameters
    ----------
    head
        What else belongs into the head.
    style
        CSS of ours, after that of every such page.
    """
    shared = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    heads = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title>{head}<style>{shared}{style}</style>"
    )
    page = f'<html lang="{HTML_LANG.get(lang, HTML_LANG["zh"])}"><head>{heads}</head><body>{join(body)}</body></html>'
    return f"<!doctype html>\n{page}\n"


def _wishes(itinerary: Itinerary, region: Region, lang: str) -> list[str]:
    first = date_words(itinerary.days[0].date, lang, year=True)
    return [first, *wishes_text(itinerary, region, lang)]


def _day(itinerary: Itinerary, d: int, region: Region, lang: str) -> Markup:
    notes = notes_of_day(itinerary, d)
    rows: list[Markup] = []
    number = 0
    for k, item in enumerate(itinerary.days[d].items):
        if isinstance(item, StopItem):
            number += 1
            rows.append(_stop(itinerary, d, item, number, notes.get(k, []), region, lang))
        else:
            rows.append(_other(item, region, lang))
    return tag(
        "article",
        tag("h2", day_title(itinerary, d, region, lang), class_="serif"),
        tag("p", day_idea(itinerary, d, region, lang), class_="idea"),
        _warnings(notes.get(None, []), region, lang),
        tag("ol", *rows, class_="tl"),
        _foot(itinerary, d, region, lang),
        class_="day",
    )


def _stop(
    itinerary: Itinerary, d: int, stop: StopItem, number: int, notes: list[Warning_], region: Region, lang: str
) -> Markup:
    heads = itinerary.request.party.size
    length = stop.end - stop.start
    facts = [
        duration(length, lang),
        price_text(stop, heads, region, lang),
        hours_text(stop.place, itinerary.days[d].date, region, lang),
    ]
    if stop.rest_min:
        facts.insert(1, text("trip.stop.seated", lang, minutes=duration(stop.rest_min, lang)))
    if stop.slack_min > 0:
        facts.append(text("trip.stop.slack", lang, minutes=duration(stop.slack_min, lang)))
    waits = None
    if stop.start > stop.arrive:
        wait = duration(stop.start - stop.arrive, lang)
        waits = tag("p", text("trip.stop.waits", lang, time=clock(stop.arrive, lang), wait=wait))
    rows = [
        (part.start, part.end, tag("b", place_name(part.place, region, lang)), price_text(part, heads, region, lang))
        for part in stop.parts
    ]
    rows += [(*span, Markup(), stroll_text(stop, region, lang)) for span in strolls(stop)]
    parts = [
        tag("li", tag("span", clock_span(start, end, lang), class_="at"), " ", name, " ", tag("span", words))
        for start, end, name, words in sorted(rows, key=lambda row: row[:2])
    ]
    why = [tag("li", reason_text(reason, region, lang)) for reason in fresh_reasons(itinerary, d, stop)]
    return tag(
        "li",
        _time(stop.start, lang),
        tag("i", str(number), class_="dot", aria_hidden="true"),
        tag(
            "div",
            tag("h3", place_name(stop.place, region, lang)),
            waits,
            tag("p", f"{clock_span(stop.start, stop.end, lang)} · ", " · ".join(facts)),
            tag("ol", *parts, class_="parts") if parts else None,
            tag("ul", *why, class_="why") if why else None,
            _warnings(notes, region, lang),
            class_="stop",
            style=f"min-height:{min(TALLEST_REM, length * REM_PER_MIN):.1f}rem",
        ),
    )


def _other(item: Item, region: Region, lang: str) -> Markup:
    if isinstance(item, MealItem):
        about = [meal_dishes(item, region, lang), duration(item.end - item.start, lang)]
        box = tag("div", tag("h3", meal_name(item, region, lang)), tag("p", " · ".join(filter(None, about))), class_="stop")
        return tag("li", _time(item.start, lang), tag("i", class_="dot eat", aria_hidden="true"), box, class_="meal")
    if isinstance(item, LegItem):
        return _line(item.depart, leg_text(item, region, lang), "leg", lang)
    if isinstance(item, RestItem):
        return _line(item.start, rest_text(item, lang), "rest", lang)
    assert isinstance(item, StartItem | EndItem)
    words = text(f"trip.bound.{item.kind}", lang, place=place_name(item.place, region, lang))
    return _line(item.time, words, "bound", lang)


def _line(minute: int, words: str, kind: str, lang: str) -> Markup:
    """A thin row: a leg, a rest, where the day begins or ends."""
    row = tag("div", words, class_="leg")
    return tag("li", _time(minute, lang), tag("i", class_="dot small", aria_hidden="true"), row, class_=kind)


def _time(minute: int, lang: str) -> Markup:
    return tag("time", clock(minute, lang))


def _warnings(warnings: Sequence[Warning_], region: Region, lang: str) -> Markup | None:
    rows = [tag("li", sentence) for sentence in warning_texts(warnings, region, lang)]
    return tag("ul", *rows, class_="warn") if rows else None


def _foot(itinerary: Itinerary, d: int, region: Region, lang: str) -> Markup:
    cells, unknown = day_costs(itinerary, d, region, lang)
    shown = [tag("span", cell) for cell in cells]
    if unknown:
        shown.append(tag("span", text("trip.totals.unknown", lang, count=unknown), class_="mark"))
    return tag("footer", *shown, class_="foot")


def _booked(itinerary: Itinerary, region: Region, lang: str) -> list[Markup]:
    booked = booking_texts(itinerary, region, lang)
    if not booked:
        return []
    rows = tag("ol", *(tag("li", sentence) for sentence in booked[:-1]), class_="plain")
    return [tag("h2", text("trip.booking.title", lang), class_="serif"), rows, tag("p", booked[-1])]


def _festive(itinerary: Itinerary, region: Region, lang: str) -> list[Markup]:
    found = [occasion_text(one, region, lang) for one in occasions(region, itinerary)]
    if not found:
        return []
    rows = tag("ul", *(tag("li", words) for words in found), class_="plain")
    return [tag("h2", text("trip.occasion.title", lang), class_="serif"), rows]


def _spare(spare: Sequence[str], lang: str) -> list[Markup]:
    if not spare:
        return []
    rows = tag("ul", *(tag("li", words) for words in spare), class_="plain")
    return [tag("h2", text("trip.extra.title", lang), class_="serif"), rows]


def _end(itinerary: Itinerary, region: Region, lang: str, spare: Sequence[str]) -> Markup:
    left = itinerary.left_out[:SHOWN_LEFT_OUT]
    weakest = weakest_text(itinerary, region, lang)
    general = _warnings(notes_of_trip(itinerary), region, lang)
    return tag(
        "section",
        tag("h2", text("trip.page.whole", lang), class_="serif"),
        tag("p", totals_text(itinerary.totals, itinerary.request.mode, lang)),
        _chance(itinerary, region, lang) if list_visits(itinerary) else None,
        tag("p", weakest) if weakest else None,
        *_booked(itinerary, region, lang),
        *_spare(spare, lang),
        tag("h2", text("trip.page.know", lang), class_="serif"),
        general,
        tag("p", text("trip.page.honest", lang)),
        *_festive(itinerary, region, lang),
        advice_box(itinerary, region, lang),
        tag("h2", text("trip.page.left_out", lang), class_="serif") if left else None,
        tag("ul", *(tag("li", left_out_text(one, region, lang)) for one in left), class_="plain") if left else None,
        tag("details", tag("summary", text("trip.page.sources", lang)), tag("ul", *_sources(itinerary, region))),
        tag("p", text("trip.page.revision", lang, revision=itinerary.revision, work=itinerary.work), class_="fine"),
        class_="day",
    )


def _chance(itinerary: Itinerary, region: Region, lang: str) -> Markup:
    """How sure the plan is to work out, and day by day for who asks."""
    found = robustness(region, itinerary)
    head = tag(
        "tr", *(tag("th", text(f"trip.chance.{name}", lang), scope="col") for name in ("day", "share", "weakest"))
    )
    rows = [tag("tr", *(tag("td", cell) for cell in row)) for row in chance_rows(found, region, lang)]
    return tag(
        "details",
        tag("summary", chance_text(found, region, lang)),
        tag("table", head, *rows),
        tag("p", chance_note(found, lang), class_="fine"),
    )


def _sources(itinerary: Itinerary, region: Region) -> Iterator[Markup]:
    for label, address in sources_of(itinerary, region)[:SHOWN_SOURCES]:
        yield tag("li", _link(address, label))


def _link(address: str | None, label: str) -> Markup:
    short = label if len(label) <= LONGEST_SOURCE else label[: LONGEST_SOURCE - 1] + "…"
    if address is None:
        return escape(short)
    return tag("a", short, href=address, rel="noopener noreferrer nofollow")
