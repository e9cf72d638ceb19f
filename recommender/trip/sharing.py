"""Shared plans: stored as they were made, and held against the facts of today whenever somebody opens one.

A stored plan is never quietly planned anew: who was sent it sees what was sent, and beside it what has changed since.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recommender import store
from recommender.catalog import Attraction, Hub
from recommender.errors import ItineraryInvalid, ShareLinkError
from recommender.jsontext import read_json
from recommender.model import Item, Itinerary, LegItem, PlaceRef, RestItem, StopItem
from recommender.region import Region
from recommender.settings import settings
from recommender.trip.closed import closed_visits
from recommender.trip.verify import Violation, verify

if TYPE_CHECKING:
    from recommender.store import Content, Database, Keys, SharedPlan

NAMED_LEFT_OUT: Final = 8
"""So many of the places left out are named on a page."""
TOGETHER: Final = 10
"""All together may store so many times the plans that one may."""
_BOOKKEEPING: Final = frozenset({"basis", "slack", "total", "unknown_prices", "warning", "left_out"})
"""Findings about how a plan is written; what they come from is said by the others, or changes no visitor's day."""
_AFTER_A_LOSS: Final = frozenset({"unknown_place", "place_jump", "leg_fact"})
"""Findings that follow from a place being gone, which is said once."""

_rate: Final = store.Rates()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not as it was when the plan was made: a place gone, or a finding of the check."""

    zh: str
    en: str

    def message(self, lang: str) -> str:
        """In words."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class SharedTrip:
    """A shared plan, opened.

    Attributes
    ----------
    plan
        As stored.
    region
        What is known now, and the names of places that are known no more.
    moved_on
        Whether the data have another revision than the plan was made with.
    gone
        Names of places of the plan that are in the data no more.
    closed
        Closures that have come up for places of the plan on their days; for a banner.
    changes
        What else the check finds against the facts of now, each once, in order of the days.
    """

    plan: SharedPlan
    itinerary: Itinerary
    region: Region
    moved_on: bool
    gone: tuple[Change, ...]
    closed: tuple[Change, ...]
    changes: tuple[Change, ...]


def share(
    region: Region, itinerary: Itinerary, lang: str, *, by: str = "", partner: str | None = None, channel: str | None = None,
    database: Database | None = None,
) -> Keys:  # fmt: skip
    """Store a plan; returns the secrets of its links.

    Parameters
    ----------
    by
        Who stores it, whose share of a minute's plans it counts for.
    partner, channel
        Through which hotel partner it was made, and by which of the partner's ways.

    Raises
    ------
    TooOften
        More plans were stored within the minute than the settings allow one, or all together.
    StoreUnavailable
        The database cannot be used.
    """
    _take(by)
    kept = database or store.database()
    keys = store.create_plan(kept, _content(region, itinerary, lang), partner=partner, channel=channel)
    store.tidy(kept, settings().plan_days)
    return keys


def reshare(
    region: Region, itinerary: Itinerary, lang: str, edit_token: str, version: int, *, by: str = "",
    database: Database | None = None,
) -> int:  # fmt: skip
    """Put another plan under the same links; returns the new version; ``by`` as for ``share``.

    Raises
    ------
    TooOften
        As ``share``.
    ShareLinkError, RevisionConflict, StoreUnavailable
        As ``store.update_plan``.
    """
    _take(by)
    return store.update_plan(database or store.database(), edit_token, version, _content(region, itinerary, lang))


def _take(by: str) -> None:
    allowed = settings().plans_per_minute
    _rate.take(by, allowed, TOGETHER * allowed)


def open_shared(region: Region, read_token: str, *, database: Database | None = None) -> SharedTrip:
    """The plan behind a read link, held against the facts of now.

    Raises
    ------
    ShareLinkError
        No such plan, no more, or written by a program that wrote plans otherwise.
    StoreUnavailable
        The database cannot be used.
    """
    return _opened(region, store.get_plan(database or store.database(), read_token))


def open_to_edit(region: Region, edit_token: str, *, database: Database | None = None) -> SharedTrip:
    """The plan behind an edit link; otherwise as ``open_shared``.

    Raises
    ------
    ShareLinkError, StoreUnavailable
        As ``open_shared``.
    """
    return _opened(region, store.get_plan_to_edit(database or store.database(), edit_token))


def keys_of(edit_token: str, *, database: Database | None = None) -> Keys:
    """Both secrets of a plan, for who has the one that changes it.

    Raises
    ------
    ShareLinkError, StoreUnavailable
        As ``open_shared``.
    """
    plan = store.get_plan_to_edit(database or store.database(), edit_token)
    return store.Keys(plan.read_token, edit_token)


def version_of(edit_token: str, *, database: Database | None = None) -> int:
    """The version that is stored now.

    Raises
    ------
    ShareLinkError, StoreUnavailable
        As ``open_shared``.
    """
    return store.get_plan_to_edit(database or store.database(), edit_token).version


def forget(edit_token: str, *, database: Database | None = None) -> None:
    """Delete a plan for good.

    Raises
    ------
    ShareLinkError, StoreUnavailable
        As ``store.delete_plan``.
    """
    store.delete_plan(database or store.database(), edit_token)


# -------------------------------------------------------------------------------------------------- opening


def _opened(region: Region, plan: SharedPlan) -> SharedTrip:
    try:
        itinerary = Itinerary.parse(plan.content.itinerary)
    except ItineraryInvalid as error:
        raise ShareLinkError from error
    unknown = [place for place in _named_ids(itinerary) if not _is_known(region, place)]
    led_to = frozenset(_ids(itinerary))
    lost = [place for place in unknown if place in led_to]
    closed = closed_visits(region, itinerary)
    met = {(visit.place, visit.day) for visit in closed}
    found = [v for v in verify(region, itinerary) if v.code != "closed" or (v.place, v.day) not in met]
    return SharedTrip(
        plan,
        itinerary,
        _remembering(region, itinerary, unknown, plan.content.places),
        itinerary.revision != region.state,
        tuple(Change(*_names(place, plan.content.places)) for place in lost),
        tuple(Change(visit.message(region, "zh"), visit.message(region, "en")) for visit in closed),
        tuple(_changes(found, frozenset(lost))),
    )


def _changes(found: list[Violation], lost: frozenset[str]) -> Iterator[Change]:
    """Findings as a reader wants them: without positions in lists, each once, nothing said twice."""
    said: set[Change] = set()
    for violation in found:
        if violation.code in _BOOKKEEPING or violation.place in lost or (lost and violation.code in _AFTER_A_LOSS):
            continue
        plain = dataclasses.replace(violation, item=None)
        change = Change(plain.message("zh"), plain.message("en"))
        if change not in said:
            said.add(change)
            yield change


def _remembering(region: Region, itinerary: Itinerary, lost: list[str], places: Any) -> Region:
    """The region with the plan's lost places as places of which only name and position are known."""
    if not lost:
        return region
    visited = {place for day in itinerary.days for item in day.items if isinstance(item, StopItem)
               for place in item.places}  # fmt: skip
    catalog = region.catalog
    sights = {place: _sight(place, places) for place in lost if place in visited}
    others = {place: _other(place, places) for place in lost if place not in visited}
    return Region(
        dataclasses.replace(catalog, attractions={**catalog.attractions, **sights}, hubs={**catalog.hubs, **others})
    )


def _sight(place: str, places: Any) -> Attraction:
    zh, en = _names(place, places)
    lat, lon = _position(place, places)
    return Attraction(
        id=place, name_zh=zh, name_en=en, county="", county_zh="", lat=lat, lon=lon, coord_confidence="", category="",
        tags=(), grade=(), opening_hours=None, hours_basis="", last_entry=None, last_entry_note="", ticket_fen=None,
        ticket_basis="", ticket_note="", ticket_note_en="", ticket_group=None, concessions={}, visit_min=0,
        min_visit_min=None, max_visit_min=None, popularity=0, indoor=None, best_months=(), best_part_of_day=None,
        area_id=None, area_visit=None, stroll_min=None, walled=False, alternative_of=None, suggest=False,
        suggest_note="", steps_level=None, wheelchair=None, toilets=None, accessibility_note="", accessibility_note_en="",
        booking_required=None,
        booking_channel=None, booking_channel_en=None, capacity_day=None, night_opening="", performance_times="",
        description_zh="", description_en="", source="", confidence="", checked_note="", checked_note_en="",
        field_sources={},
    )  # fmt: skip


def _other(place: str, places: Any) -> Hub:
    zh, en = _names(place, places)
    lat, lon = _position(place, places)
    return Hub(place, zh, en, "", lat, lon, "", "", "", "", "")


def _names(place: str, places: Any) -> tuple[str, str]:
    zh, en, *_ = places.get(place) or (place, place)
    return zh, en


def _position(place: str, places: Any) -> tuple[float, float]:
    *_, lat, lon = places.get(place) or (0.0, 0.0)
    return lat, lon


# -------------------------------------------------------------------------------------------------- storing


def _content(region: Region, itinerary: Itinerary, lang: str) -> Content:
    request = itinerary.request.model_dump_json(by_alias=True)
    places = {place: _facts(region, place) for place in _named_ids(itinerary) if _is_known(region, place)}
    return store.Content(read_json(request), read_json(itinerary.to_json()), places, itinerary.revision, lang)


def _facts(region: Region, place: str) -> list[str | float]:
    known = region.catalog.find_place(place)
    if known is None:
        event = next(event for event in region.catalog.events if event.id == place)
        return [event.name_zh, event.name_en, 0.0, 0.0]
    return [known.name_zh, known.name_en, known.lat, known.lon]


def _is_known(region: Region, place: str) -> bool:
    catalog = region.catalog
    return catalog.find_place(place) is not None or any(event.id == place for event in catalog.events)


def _ids(itinerary: Itinerary) -> Iterator[str]:
    """Every place of the catalogue that the plan leads to, in order, some more than once."""
    for day in itinerary.days:
        for item in day.items:
            yield from (place for place in _of_item(item) if isinstance(place, str))
        if isinstance(day.lodging, str):
            yield day.lodging


def _of_item(item: Item) -> tuple[PlaceRef | None, ...]:
    if isinstance(item, LegItem):
        return item.from_, item.to
    if isinstance(item, StopItem):
        return item.places
    return () if isinstance(item, RestItem) else (item.place,)


def _named_ids(itinerary: Itinerary) -> list[str]:
    """Every place of the catalogue that a page of the plan names."""
    return list(dict.fromkeys([*_ids(itinerary), *(left.place for left in itinerary.left_out[:NAMED_LEFT_OUT])]))
