"""What the catalogue says in sentences of its own: notes, booking, dishes, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.catalog import Attraction, Catalog, Dining
    from recommender.model import LegItem, Warning_


def dishes(eatery: Dining, lang: str) -> tuple[str, ...]:
    """What an eatery is known for."""
    return eatery.dishes if lang == "zh" else eatery.dishes_en


def booking_channel(place: Attraction, lang: str) -> str:
    """Where to book; empty where that is not known."""
    return (place.booking_channel if lang == "zh" else place.booking_channel_en) or ""


def ticket_note(place: Attraction, lang: str) -> str:
    """What the ticket includes."""
    return place.ticket_note if lang == "zh" else place.ticket_note_en


def checked_note(place: Attraction, lang: str) -> str:
    """How far the facts of a place were checked."""
    return (place.checked_note if lang == "zh" else place.checked_note_en).strip()


def access_note(place: Attraction, lang: str) -> str:
    """What is thought of steps, thresholds and ways; empty where nobody has looked."""
    return place.accessibility_note if lang == "zh" else place.accessibility_note_en


def warned_channel(warning: Warning_, catalog: Catalog, lang: str) -> str:
    """Where to book, as a warning has it; in English as long as the catalogue still says the same."""
    said = str(warning.detail.get("channel") or "")
    place = catalog.attractions.get(warning.place) if isinstance(warning.place, str) else None
    if lang == "zh" or place is None or place.booking_channel != said:
        return said
    return place.booking_channel_en or said


def leg_note(leg: LegItem, catalog: Catalog, lang: str) -> str:
    """The notes of the links that a leg is made of; in English as long as the catalogue still has them."""
    if lang == "zh" or not leg.note:
        return leg.note
    found: list[str] = []
    rest = leg.note
    while rest:
        # A note may hold the mark that stands between two.
        known = [zh for zh in catalog.link_notes if rest == zh or rest.startswith(f"{zh}；")]
        if not known:
            return leg.note
        longest = max(known, key=len)
        found.append(catalog.link_notes[longest])
        rest = rest[len(longest) + 1 :]
    return "; ".join(found)
