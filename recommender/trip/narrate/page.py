"""An itinerary as one self-contained HTML page: no script, nothing fetched, light and dark, phone first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from recommender.i18n import text
from recommender.model import EndItem, Item, Itinerary, LegItem, MealItem, RestItem, StartItem, StopItem, Warning_
from recommender.trip.narrate.chance import chance_note, chance_rows, chance_text
from recommender.trip.narrate.costs import day_costs
from recommender.trip.narrate.days import day_idea, day_title
from recommender.trip.narrate.names import clock, clock_span, date_words, duration, place_name
from recommender.trip.narrate.notes import notes_of_day, notes_of_trip
from recommender.trip.narrate.sentences import (
    hours_text,
    left_out_text,
    leg_text,
    meal_text,
    price_text,
    reason_text,
    rest_text,
    stroll_text,
    strolls,
    totals_text,
    warning_texts,
    wishes_text,
)
from recommender.trip.narrate.sources import sources_of
from recommender.trip.robustness import robustness

if TYPE_CHECKING:
    from recommender.region import Region

SHOWN_LEFT_OUT: Final = 8
REM_PER_MIN: Final = 0.03
TALLEST_REM: Final = 7.0
SHOWN_SOURCES: Final = 60
LONGEST_SOURCE: Final = 120
_TAGS: Final = {"zh": "zh-CN", "en": "en"}


def itinerary_html(itinerary: Itinerary, region: Region, lang: str = "zh") -> str:
    """A complete page of the trip with hours, prices, what is not verified, sources and revision.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    """
    title = text("trip.page.title", lang, brand=text("trip.brand", lang), days=len(itinerary.days))
    days = [_day(itinerary, d, region, lang) for d in range(len(itinerary.days))]
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    body = [
        _tag(
            "header",
            _tag("b", text("trip.brand", lang), class_="serif"),
            _tag("h1", text("trip.page.for_you", lang, days=len(itinerary.days))),
        ),
        _tag(
            "main",
            _tag("ul", *(_tag("li", word, class_="chip") for word in _wishes(itinerary, region, lang)), class_="ask"),
            *days,
            _end(itinerary, region, lang),
        ),
    ]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{style}</style>"
    )
    page = f'<html lang="{_TAGS.get(lang, _TAGS["zh"])}"><head>{head}</head><body>{Markup("").join(body)}</body></html>'
    return f"<!doctype html>\n{page}\n"


def _tag(name: str, *children: str | Markup | None, **attributes: str | None) -> Markup:
    """One element; text is escaped, ``class_`` is ``class``, None is left out."""
    shown = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(escape(child) for child in children if child is not None)
    return Markup("<{0}{1}>{2}</{0}>").format(name, shown, inner)


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
    return _tag(
        "article",
        _tag("h2", day_title(itinerary, d, region, lang), class_="serif"),
        _tag("p", day_idea(itinerary, d, region, lang), class_="idea"),
        _warnings(notes.get(None, []), region, lang),
        _tag("ol", *rows, class_="tl"),
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
    if stop.slack_min > 0:
        facts.append(text("trip.stop.slack", lang, minutes=duration(stop.slack_min, lang)))
    waits = None
    if stop.start > stop.arrive:
        wait = duration(stop.start - stop.arrive, lang)
        waits = _tag("p", text("trip.stop.waits", lang, time=clock(stop.arrive, lang), wait=wait))
    rows = [
        (part.start, part.end, _tag("b", place_name(part.place, region, lang)), price_text(part, heads, region, lang))
        for part in stop.parts
    ]
    rows += [(*span, Markup(), stroll_text(stop, region, lang)) for span in strolls(stop)]
    parts = [
        _tag("li", _tag("span", clock_span(start, end, lang), class_="at"), " ", name, " ", _tag("span", words))
        for start, end, name, words in sorted(rows, key=lambda row: row[:2])
    ]
    why = [_tag("li", reason_text(reason, region, lang)) for reason in stop.reasons]
    return _tag(
        "li",
        _time(stop.start, lang),
        _tag("i", str(number), class_="dot", aria_hidden="true"),
        _tag(
            "div",
            _tag("h3", place_name(stop.place, region, lang)),
            waits,
            _tag("p", f"{clock_span(stop.start, stop.end, lang)} · ", " · ".join(facts)),
            _tag("ol", *parts, class_="parts") if parts else None,
            _tag("ul", *why, class_="why") if why else None,
            _warnings(notes, region, lang),
            class_="stop",
            style=f"min-height:{min(TALLEST_REM, length * REM_PER_MIN):.1f}rem",
        ),
    )


def _other(item: Item, region: Region, lang: str) -> Markup:
    if isinstance(item, MealItem):
        name = _tag("h3", meal_text(item, region, lang))
        box = _tag("div", name, _tag("p", duration(item.end - item.start, lang)), class_="stop")
        return _tag("li", _time(item.start, lang), _tag("i", class_="dot eat", aria_hidden="true"), box, class_="meal")
    if isinstance(item, LegItem):
        return _line(item.depart, leg_text(item, region, lang), "leg", lang)
    if isinstance(item, RestItem):
        return _line(
            item.start, rest_text(item, lang), "rest", lang
        )
    assert isinstance(item, StartItem | EndItem)
    words = text(f"trip.bound.{item.kind}", lang, place=place_name(item.place, region, lang))
    return _line(item.time, words, "bound", lang)


def _line(minute: int, words: str, kind: str, lang: str) -> Markup:
    """A thin row: a leg, a rest, where the day begins or ends."""
    row = _tag("div", words, class_="leg")
    return _tag("li", _time(minute, lang), _tag("i", class_="dot small", aria_hidden="true"), row, class_=kind)


def _time(minute: int, lang: str) -> Markup:
    return _tag("time", clock(minute, lang))


def _warnings(warnings: Sequence[Warning_], region: Region, lang: str) -> Markup | None:
    rows = [_tag("li", sentence) for sentence in warning_texts(warnings, region, lang)]
    return _tag("ul", *rows, class_="warn") if rows else None


def _foot(itinerary: Itinerary, d: int, region: Region, lang: str) -> Markup:
    cells, unknown = day_costs(itinerary, d, region, lang)
    shown = [_tag("span", cell) for cell in cells]
    if unknown:
        shown.append(_tag("span", text("trip.totals.unknown", lang, count=unknown), class_="mark"))
    return _tag("footer", *shown, class_="foot")


def _end(itinerary: Itinerary, region: Region, lang: str) -> Markup:
    left = itinerary.left_out[:SHOWN_LEFT_OUT]
    general = _warnings(notes_of_trip(itinerary), region, lang)
    return _tag(
        "section",
        _tag("h2", text("trip.page.whole", lang), class_="serif"),
        _tag("p", totals_text(itinerary.totals, itinerary.request.mode, lang)),
        _chance(itinerary, region, lang),
        _tag("h2", text("trip.page.know", lang), class_="serif"),
        general,
        _tag("p", text("trip.page.honest", lang)),
        _tag("h2", text("trip.page.left_out", lang), class_="serif") if left else None,
        _tag("ul", *(_tag("li", left_out_text(one, region, lang)) for one in left), class_="plain") if left else None,
        _tag("details", _tag("summary", text("trip.page.sources", lang)), _tag("ul", *_sources(itinerary, region))),
        _tag("p", text("trip.page.revision", lang, revision=itinerary.revision, work=itinerary.work), class_="fine"),
        class_="day",
    )


def _chance(itinerary: Itinerary, region: Region, lang: str) -> Markup:
    """How sure the plan is to work out, and day by day for who asks."""
    found = robustness(region, itinerary)
    head = _tag("tr", *(_tag("th", text(f"trip.chance.{name}", lang), scope="col") for name in ("day", "share", "weakest")))
    rows = [_tag("tr", *(_tag("td", cell) for cell in row)) for row in chance_rows(found, region, lang)]
    return _tag(
        "details",
        _tag("summary", chance_text(found, region, lang)),
        _tag("table", head, *rows),
        _tag("p", chance_note(found, lang), class_="fine"),
    )


def _sources(itinerary: Itinerary, region: Region) -> Iterator[Markup]:
    for label, address in sources_of(itinerary, region)[:SHOWN_SOURCES]:
        yield _tag("li", _link(address, label))


def _link(address: str | None, label: str) -> Markup:
    short = label if len(label) <= LONGEST_SOURCE else label[: LONGEST_SOURCE - 1] + "…"
    if address is None:
        return escape(short)
    return _tag("a", short, href=address, rel="noopener noreferrer nofollow")
