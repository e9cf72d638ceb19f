"""How sure a plan is to work out, in words: ``八成五的把握能按计划走完；最悬的是第二天的末班车。``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommender.i18n import text
from recommender.trip.narrate.names import short_name

if TYPE_CHECKING:
    from recommender.region import Region
    from recommender.trip.robustness import Chance, Robustness, WeakLink

SURE: Final = 0.975
HARDLY: Final = 0.075


def chance_text(found: Robustness, region: Region, lang: str) -> str:
    """One sentence: the chance to the nearest twentieth, and the weakest link."""
    said = _likely(found.trip.on_time, lang)
    weakest = found.trip.weakest
    if weakest is None or found.trip.on_time >= SURE:
        return text("trip.chance.sentence", lang, chance=said)
    link = link_text(weakest, region, lang)
    if len(found.days) > 1:
        link = text("trip.chance.on_day", lang, day=text(f"trip.nth.d{weakest.day}", lang), link=link)
    return text("trip.chance.with_link", lang, chance=said, link=link)


def chance_rows(found: Robustness, region: Region, lang: str) -> list[tuple[str, str, str]]:
    """Per day: its name, its own chance, and what gives way first."""
    return [
        (text(f"trip.nth.d{d}", lang), f"{day.on_time:.0%}", _weakest(day, region, lang))
        for d, day in enumerate(found.days, start=1)
    ]


def chance_note(found: Robustness, lang: str) -> str:
    """What the figures rest on."""
    error = max(0.1, 100 * found.trip.standard_error)
    return text("trip.chance.note", lang, runs=f"{found.runs:,}", error=f"{error:.1f}")


def link_text(link: WeakLink, region: Region, lang: str) -> str:
    """What one may miss."""
    code = f"{link.code}_{link.mode}" if link.mode else link.code
    return text(f"trip.chance.link.{code}", lang, place=short_name(link.place, region, lang))


def _weakest(chance: Chance, region: Region, lang: str) -> str:
    if chance.weakest is None or chance.on_time >= SURE:
        return text("trip.chance.nothing", lang)
    return link_text(chance.weakest, region, lang)


def _likely(share: float, lang: str) -> str:
    if share >= SURE:
        return text("trip.chance.sure", lang)
    if share < HARDLY:
        return text("trip.chance.hardly", lang)
    return text("trip.chance.likely", lang, share=text(f"trip.chance.twentieths.t{round(20 * share)}", lang))
