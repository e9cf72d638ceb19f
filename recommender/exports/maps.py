"""Menus that hand a stop, a leg or a day over to a map. Plain links: nothing is asked of a map until one is followed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from recommender.exports.course import KINDS, Day, day_spots, spot_of
from recommender.i18n import text
from recommender.markup import tag
from recommender.model import LegItem, PlaceRef
from recommender.travel.handoff import Handoff, Provider, day_links, leg_link, place_link
from recommender.trip.narrate import place_name

if TYPE_CHECKING:
    from recommender.region import Region

ORDER: Final[dict[str, tuple[Provider, ...]]] = {
    "zh": ("amap", "baidu", "tencent", "apple", "google"),
    "en": ("google", "apple", "amap", "baidu", "tencent"),
}
"""Each language's readers have other apps."""


def place_menu(place: PlaceRef, region: Region, lang: str) -> Markup:
    """To one place."""
    spot = spot_of(place, region)
    label = text("ui.go.to_place", lang, place=place_name(place, region, lang))
    return _menu("place", label, (place_link(provider, spot) for provider in ORDER[lang]), lang)


def leg_menu(leg: LegItem, region: Region, lang: str) -> Markup:
    """From one place to the next, in the leg's own mode."""
    origin, target = spot_of(leg.from_, region), spot_of(leg.to, region)
    label = text("ui.go.to_place", lang, place=place_name(leg.to, region, lang))
    kind = KINDS[leg.mode]
    return _menu("leg", label, (leg_link(provider, origin, target, kind) for provider in ORDER[lang]), lang)


def day_menu(day: Day, number: int, region: Region, lang: str) -> Markup | None:
    """Through all places of a day, ``number`` from 1; None for a day of fewer than two."""
    spots = day_spots(day, region)
    links = [link for provider in ORDER[lang] for link in day_links(provider, spots)]
    return _menu("day", text("ui.go.day_label", lang, number=number), links, lang) if links else None


def _menu(kind: str, label: str, links: Iterable[Handoff], lang: str) -> Markup:
    found = list(links)
    several = {link.provider for link in found if link.first > 1}
    rows = [tag("li", _link(link, lang, part=link.provider in several)) for link in found]
    return tag(
        "details",
        tag("summary", text(f"ui.go.{kind}", lang), aria_label=label),
        tag("ul", *rows),
        class_="prov go",
    )


def _link(link: Handoff, lang: str, *, part: bool) -> Markup:
    words = text(f"ui.go.{link.provider}", lang)
    if part:
        words = text("ui.go.part", lang, name=words, first=link.first, last=link.last)
    notes = [text(f"ui.go.{note}", lang) for note, holds in (("by_name", link.by_name), ("app", link.app)) if holds]
    return tag(
        "a", words, *(tag("small", note) for note in notes), href=link.url, target="_blank", rel="noopener noreferrer"
    )
