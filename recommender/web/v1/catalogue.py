"""Places, when they are open, and events: what is published, with what each fact rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from recommender.calendar import occurrences
from recommender.catalog import Attraction, Dining, Hub, Lodging, Place
from recommender.errors import Problem, RequestError, UnknownPlace
from recommender.trip.narrate.sources import split_sources
from recommender.web import api
from recommender.web.answers import language
from recommender.web.v1 import shapes
from recommender.web.v1.reading import (
    LONGEST_SPAN_DAYS,
    Asked,
    EventsAsked,
    OpeningsAsked,
    PlacesAsked,
    dumped,
    read_query,
    unless_known,
)

if TYPE_CHECKING:
    from recommender.catalog import Catalog, Event
    from recommender.region import Region

_KINDS: Final[Mapping[type, tuple[str, type[shapes.PlaceFacts]]]] = {
    Attraction: ("attraction", shapes.AttractionFacts),
    Hub: ("hub", shapes.HubFacts),
    Lodging: ("lodging", shapes.LodgingFacts),
    Dining: ("dining", shapes.DiningFacts),
}
_COLUMNS: Final = {
    "ticket_cny": "ticket_fen", "min_visit_minutes": "min_visit_min", "max_visit_minutes": "max_visit_min",
    "stroll_minutes": "stroll_min", "visit_minutes": "visit_min",
}  # fmt: skip
"""Columns of the data files that have another name here."""
_ALL: Final = "*"


# --------------------------------------------------------------------------------------------------- places


async def places(request: Request) -> Response:
    """Places by kind, category, county and name."""
    asked = read_query(request, PlacesAsked)
    region, lang = await api.region_now(), language(request)
    path = request.url.path
    return await unless_known(
        request, (region.state, lang, asked.model_dump_json()), lambda: _places(region, asked, lang, path), lang
    )


async def place(request: Request) -> Response:
    """One place with all that is known of it."""
    read_query(request, Asked)
    region, lang, name = await api.region_now(), language(request), request.path_params["id"]
    found = region.catalog.find_place(name)
    if found is None:
        raise _unknown(name)

    def make() -> shapes.OnePlace:
        facts = _facts(found, lang)
        return shapes.OnePlace(revision=region.revision, place=facts, sources=_sources(region.catalog, [facts.provenance]))

    return await unless_known(request, (region.state, lang, name), make, lang)


def _unknown(name: str) -> UnknownPlace:
    return UnknownPlace([Problem("id", name[:80], "unknown_place")])


@lru_cache(maxsize=32)
def _kept(state: str, asked: str, lang: str, path: str, region: Region) -> bytes:
    return dumped(_page(region, PlacesAsked.model_validate_json(asked), lang, path))


def _places(region: Region, asked: PlacesAsked, lang: str, path: str) -> bytes:
    return _kept(region.state, asked.model_dump_json(), lang, path, region)


def _page(region: Region, asked: PlacesAsked, lang: str, path: str) -> shapes.Places:
    found = list(_matching(region.catalog, asked))
    page, per_page, total = asked.page or 1, asked.per_page if asked.page else max(1, len(found)), len(found)
    shown = found[(page - 1) * per_page : page * per_page]
    following = None
    if page * per_page < total:
        params = asked.model_dump(exclude_none=True) | {"page": page + 1}
        following = f"{path}?{urlencode(params)}"
    facts = tuple(_facts(one, lang) for one in shown)
    return shapes.Places(
        revision=region.revision, total=total, page=page, per_page=per_page, next=following, places=facts,
        sources=_sources(region.catalog, [one.provenance for one in facts]),
    )  # fmt: skip


def _matching(catalog: Catalog, asked: PlacesAsked) -> Iterable[Place]:
    """Places that fit, best match first for a name, else kind by kind in order of id."""
    everything: list[Place] = [
        *catalog.attractions.values(), *catalog.hubs.values(), *catalog.lodging.values(), *catalog.dining.values(),
    ]  # fmt: skip
    if asked.q is not None:
        from recommender.catalog.search import search

        everything = [catalog.get_place(name) for name, _ in search(catalog, asked.q, len(everything))]
    county = None if asked.county is None else _county(catalog, asked.county)
    return (
        one
        for one in everything
        if (asked.kind is None or _KINDS[type(one)][0] == asked.kind)
        and (asked.category is None or (isinstance(one, Attraction) and one.category == asked.category))
        and (county is None or one.county == county)
    )


def _county(catalog: Catalog, asked: str) -> str:
    """The county by its English or Chinese name, 平遥 as good as 平遥县."""
    tables: tuple[Mapping[str, Place], ...] = (catalog.attractions, catalog.hubs, catalog.lodging, catalog.dining)
    english = {one.county for table in tables for one in table.values()}
    names = {name.casefold(): name for name in english}
    for one in catalog.attractions.values():
        names[one.county_zh] = names[one.county_zh[:-1]] = one.county
    wanted = asked.strip().casefold()
    if wanted not in names:
        allowed = ", ".join(sorted(english))
        raise RequestError([Problem("county", asked, "field_choice", {"allowed": allowed})])
    return names[wanted]


def _facts(place: Place, lang: str) -> Any:
    kind, shape = _KINDS[type(place)]
    names = shape.model_fields.keys() - {"kind", "hub_kind", "name", "provenance"}
    values: dict[str, Any] = {name: getattr(place, name) for name in names}
    if isinstance(place, Hub):
        values["hub_kind"] = place.kind
    name = place.name_zh if lang == "zh" else place.name_en
    return shape(kind=kind, name=name, provenance=_provenance(place), **values)


# ----------------------------------------------------------------------------------------------- provenance


def _provenance(place: Place) -> dict[str, shapes.Provenance]:
    named = tuple(split_sources(place.source))
    rests: dict[str, shapes.Provenance] = {_ALL: shapes.Provenance(sources=named, confidence=place.confidence)}
    at = shapes.Provenance(sources=named, confidence=place.coord_confidence)
    if isinstance(place, Attraction):
        for column, source in place.field_sources.items():
            own = shapes.Provenance(sources=source.source_ids, confidence=source.confidence)
            rests[_COLUMNS.get(column, column)] = own
        for field, basis in (("opening_hours", place.hours_basis), ("ticket_fen", place.ticket_basis)):
            rests[field] = rests.get(field, rests[_ALL]).model_copy(update={"basis": basis or "unknown"})
    rests.setdefault("lat", at)
    rests.setdefault("lon", at)
    return rests


def _sources(catalog: Catalog, rests: Iterable[Mapping[str, shapes.Provenance]]) -> dict[str, shapes.Source]:
    """What the names in some provenances stand for."""
    named = dict.fromkeys(name for facts in rests for one in facts.values() for name in one.sources)
    return {name: _source(catalog, name) for name in named}


def _source(catalog: Catalog, name: str) -> shapes.Source:
    found = catalog.sources.get(name)
    if found is None:
        return shapes.Source(title=name, url=name if name.startswith(("http://", "https://")) else None)
    return shapes.Source(title=found.title or name, url=found.url, kind=found.kind, year=found.year)


# ------------------------------------------------------------------------------------------ hours and events


async def openings(request: Request) -> Response:
    """When an attraction is open, day by day."""
    asked = read_query(request, OpeningsAsked)
    region, lang, name = await api.region_now(), language(request), request.path_params["id"]
    if name not in region.catalog.attractions:
        if region.catalog.find_place(name) is None:
            raise _unknown(name)
        raise UnknownPlace([Problem("id", name, "not_an_attraction")])

    def make() -> shapes.Openings:
        rests = _provenance(region.catalog.attractions[name])["opening_hours"]
        days = [asked.date + dt.timedelta(days=d) for d in range(asked.days)]
        return shapes.Openings(
            revision=region.revision, place=name, openings=tuple(_opening(region, name, day) for day in days), provenance=rests,
            sources=_sources(region.catalog, [{_ALL: rests}]),
        )  # fmt: skip

    return await unless_known(request, (region.state, lang, name, asked.date, asked.days), make, lang)


def _opening(region: Region, name: str, date: dt.date) -> shapes.OpeningOn:
    found = region.calendar.opening(name, date)
    return shapes.OpeningOn(
        date=date, intervals=found.intervals, last_entry=found.last_entry_min, basis=found.basis, known=found.known,
        slack_min=found.slack_min, closed_reason=found.closed_reason, notice=found.notice,
        holiday_table=region.calendar.has_table(date.year),
    )  # fmt: skip


async def events(request: Request) -> Response:
    """Festivals and seasons between two dates."""
    asked = read_query(request, EventsAsked)
    if asked.to < asked.from_:
        raise RequestError([Problem("to", str(asked.to), "events_order")])
    if (asked.to - asked.from_).days >= LONGEST_SPAN_DAYS:
        raise RequestError([Problem("to", str(asked.to), "events_span", {"days": LONGEST_SPAN_DAYS})])
    region, lang = await api.region_now(), language(request)

    def make() -> shapes.Events:
        facts = [(event, occurrences(event, asked.from_, asked.to)) for event in region.catalog.events]
        found = tuple(_event(event, spans, lang) for event, spans in sorted(facts, key=lambda one: one[1]) if spans)
        return shapes.Events(
            revision=region.revision, events=found, sources=_sources(region.catalog, [one.provenance for one in found])
        )

    return await unless_known(request, (region.state, lang, asked.from_, asked.to), make, lang)


def _event(event: Event, spans: tuple[tuple[dt.date, dt.date], ...], lang: str) -> shapes.EventFacts:
    rests = {_ALL: shapes.Provenance(sources=tuple(split_sources(event.source)), confidence=event.confidence)}
    if event.dates_source:
        rests["dates"] = rests[_ALL].model_copy(update={"sources": tuple(split_sources(event.dates_source))})
    return shapes.EventFacts(
        id=event.id, name=event.name_zh if lang == "zh" else event.name_en, name_zh=event.name_zh, name_en=event.name_en,
        place=event.place_id, venues=event.venue_ids, organizer_zh=event.organizer_zh, organizer_en=event.organizer_en,
        dates=tuple(shapes.Span(from_=first, to=last) for first, last in spans), date_rule=event.date_rule,
        dates_status=event.dates_status, description_zh=event.description_zh, description_en=event.description_en,
        provenance=rests,
    )  # fmt: skip
