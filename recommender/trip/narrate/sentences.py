"""One fact, one sentence: reasons, warnings, prices, hours, legs, meals, totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pydantic import JsonValue

from recommender.i18n import find_text, text
from recommender.model import (
    Itinerary,
    LeftOut,
    LegItem,
    MealItem,
    PartItem,
    Reason,
    RestItem,
    StopItem,
    Totals,
    Warning_,
    format_clock,
)
from recommender.trip import pacing
from recommender.trip.narrate.days import nth_day
from recommender.trip.narrate.names import (
    clock,
    clock_span,
    duration,
    kilometres,
    listed,
    money,
    place_name,
    short_name,
)
from recommender.trip.narrate.notes import weakest_fact
from recommender.trip.narrate.prose import access_note, dishes, warned_channel

if TYPE_CHECKING:
    from recommender.region import Region

VERIFIED_HOURS: Final = frozenset({"sourced", "sourced_two", "open_space"})
VERIFIED_PRICES: Final = frozenset({"sourced", "sourced_two"})
FREE_MIN: Final = 75
ALL_DAY: Final = ((0, 24 * 60),)

STROLL_MIN: Final = 25
"""From this on, the way between two parts is a stroll worth a line of its own."""


def reason_text(reason: Reason, region: Region, lang: str) -> str:
    """Why a place is in the plan; the code itself where there are no words for it yet."""
    said = find_text(
        f"trip.reason.{reason.code}",
        lang,
        category=text(f"trip.category.{reason.category}", lang) if reason.category else "",
        place=place_name(reason.place, region, lang) if reason.place else "",
        tag=reason.tag or "",
        count=f"{reason.value or 0:g}",
    )
    return said or reason.code


def warning_text(warning: Warning_, region: Region, lang: str) -> str:
    """A sentence with a way out."""
    return _warning(warning, [warning], region, lang)


def warning_texts(warnings: Sequence[Warning_], region: Region, lang: str) -> list[str]:
    """Sentences for several warnings; those that differ in place or day alone are said in one."""
    groups: dict[str, list[Warning_]] = {}
    for warning in warnings:
        same = "place" if warning.place is not None else "day"
        rest = warning.model_dump_json(exclude={same})
        groups.setdefault(f"{same} {rest}", []).append(warning)
    return [_warning(group[0], group, region, lang) for group in groups.values()]


def _warned(warning: Warning_, region: Region, lang: str) -> str:
    """The place of a warning; where it is about access, with what is thought to be in the way."""
    assert warning.place is not None
    name = place_name(warning.place, region, lang)
    place = region.catalog.attractions.get(warning.place) if isinstance(warning.place, str) else None
    if place is None or warning.code not in ("wheelchair_unknown", "steps_unknown"):
        return name
    note = access_note(place, lang)
    return text("trip.warn_value.access", lang, place=name, note=note) if note else name


def _warning(warning: Warning_, group: Sequence[Warning_], region: Region, lang: str) -> str:
    detail = warning.detail
    places = dict.fromkeys(_warned(one, region, lang) for one in group if one.place is not None)
    days = dict.fromkeys(nth_day(one.day, lang) for one in group if one.day)
    low, high, count = (_int(detail.get(name)) for name in ("low_fen", "high_fen", "days"))
    channel = warned_channel(warning, region.catalog, lang)
    values = {
        "code": warning.code,
        "place": listed(places, lang),
        "nth": listed(days, lang),
        "name": _str(detail, "name_zh" if lang == "zh" else "name_en"),
        "year": _str(detail, "year"),
        "time": _str(detail, "time"),
        "early": format_clock(pacing.CROWDS_FROM_MIN),
        "late": format_clock(pacing.CROWDS_TO_MIN),
        "free_half_days": _str(detail, "free_half_days"),
        "meal": (find_text(f"trip.meal.{_str(detail, 'meal')}", lang) or "").lower(),
        "channel": _beside(text("trip.warn_value.channel", lang, channel=channel), lang) if channel else "",
        "days": count,
        "count": _str(detail, "count"),
        "walk": kilometres(_int(detail.get("walk_m"))),
        "usual": kilometres(_int(detail.get("usual_m"))),
        "origin": _str(detail, f"from_{lang}"),
        "target": _str(detail, f"to_{lang}"),
        "mode": find_text(f"trip.leg.{_str(detail, 'mode')}", lang) or "",
        "low": money(low, lang),
        "high": money(high, lang),
        "low_all": money(low * count, lang),
        "high_all": money(high * count, lang),
    }
    code = warning.code
    if code == "price_unverified" and all(_said_free(one, region) for one in group):
        code = "price_free_unverified"
    said = find_text(f"trip.warning.{code}", lang, **values) or text("trip.warning.other", lang, **values)
    return said.strip()


def _said_free(warning: Warning_, region: Region) -> bool:
    place = region.catalog.attractions.get(warning.place) if isinstance(warning.place, str) else None
    return place is not None and place.ticket_fen == 0


def weakest_text(itinerary: Itinerary, region: Region, lang: str) -> str:
    """``最没底的一条：……``; empty where every fact has a source."""
    weakest = weakest_fact(itinerary)
    return "" if weakest is None else text("trip.page.weakest", lang, fact=warning_text(weakest, region, lang))


def left_out_text(left: LeftOut, region: Region, lang: str) -> str:
    """Why a place is not in the plan, and what would bring it in."""
    detail = left.detail
    values = {
        "place": place_name(left.place, region, lang),
        "travel": duration(_int(detail.get("travel_min")), lang),
        "money": money(_int(detail.get("ticket_fen")), lang),
        "need": find_text(f"trip.need.{_str(detail, 'need')}", lang) or "",
        "reach": find_text(f"trip.reach.{_str(detail, 'reach')}", lang) or "",
    }
    named = {"budget": "ticket_fen", "unsuitable": "need", "out_of_reach": "reach"}.get(left.reason)
    plain = "_plain" if named is not None and named not in detail else ""
    form = next((f"_{name}" for name in ("admission", "season") if name in detail), plain)
    return text(f"trip.left_out.{left.reason}{form}", lang, **values)


def rest_text(rest: RestItem, lang: str) -> str:
    """A rest, or free time where it is long."""
    minutes = rest.end - rest.start
    if minutes >= FREE_MIN:
        return text("trip.bound.free", lang, time=duration(minutes, lang))
    return text("trip.bound.rest", lang, time=duration(minutes, lang))


def leg_text(leg: LegItem, region: Region, lang: str) -> str:
    """``火车 太原南站 → 平遥古城站 · 40 分钟 · 等车 20 分钟 · 车费 ¥57 · 班次未核实``."""
    line = text(
        "trip.leg.line",
        lang,
        mode=text(f"trip.leg.{leg.mode}", lang),
        from_=place_name(leg.from_, region, lang),
        to=place_name(leg.to, region, lang),
        time=duration(leg.arrive - leg.depart, lang),
    )
    return " · ".join([line, *_leg_facts(leg, lang)])


def leg_to_text(leg: LegItem, region: Region, lang: str) -> str:
    """The same without where it begins, for a list in which that is the line above."""
    line = text(
        "trip.leg.to",
        lang,
        mode=text(f"trip.leg.{leg.mode}", lang),
        to=place_name(leg.to, region, lang),
        time=duration(leg.arrive - leg.depart, lang),
    )
    return " · ".join([line, *_leg_facts(leg, lang)])


def _leg_facts(leg: LegItem, lang: str) -> list[str]:
    facts = []
    if leg.wait_min > 0:
        facts.append(text("trip.leg.wait", lang, time=duration(leg.wait_min, lang)))
    if leg.mode == "walk":
        if round(leg.distance_m, -1) == 0:
            return facts
        near = leg.distance_m < 1000
        facts.append(
            text("trip.leg.metres", lang, metres=round(leg.distance_m, -1))
            if near
            else text("trip.leg.km", lang, km=kilometres(leg.distance_m))
        )
        return facts
    if leg.mode != "rail":
        facts.append(text("trip.leg.km", lang, km=kilometres(leg.distance_m)))
    if leg.basis == "estimated":
        facts.append(text("trip.leg.estimated", lang))
    if leg.mode in ("rail", "bus", "taxi"):
        if leg.fare_fen is None:
            facts.append(text("trip.leg.fare_unknown", lang))
        elif leg.fare_fen == 0:
            facts.append(text("trip.leg.fare_free", lang))
        else:
            facts.append(text("trip.leg.fare", lang, money=money(leg.fare_fen, lang)))
    if leg.timetable == "assumed":
        facts.append(text("trip.leg.assumed", lang))
    if leg.latest_depart is not None and leg.mode in ("rail", "bus"):
        facts.append(text("trip.leg.last", lang, time=clock(leg.latest_depart, lang)))
    return facts


def meal_name(meal: MealItem, region: Region, lang: str) -> str:
    """``午饭 · 平遥南大街小吃带``; where no eatery is known, somewhere nearby."""
    kind = text(f"trip.meal.{meal.meal}", lang)
    if meal.place is None:
        return text("trip.meal.nearby", lang, meal=kind)
    return text("trip.meal.at", lang, meal=kind, place=place_name(meal.place, region, lang))


def meal_dishes(meal: MealItem, region: Region, lang: str) -> str:
    """What the eatery is known for, three dishes of it; empty where that is not known."""
    eatery = region.catalog.dining.get(meal.place) if meal.place is not None else None
    return listed(dishes(eatery, lang)[:3], lang) if eatery is not None else ""


def meal_text(meal: MealItem, region: Region, lang: str) -> str:
    """``午饭 · 平遥南大街小吃带（平遥牛肉、碗托）``."""
    name, known = meal_name(meal, region, lang), meal_dishes(meal, region, lang)
    return text("trip.meal.dishes", lang, meal=name, dishes=known) if known else name


def price_text(item: StopItem | PartItem, heads: int, region: Region, lang: str) -> str:
    """The whole party's ticket with what it rests on; unknown is said, never shown as a number."""
    if item.ticket_basis == "joint_ticket":
        return text("trip.price.joint", lang)
    if item.ticket_fen is None:
        return text("trip.price.unknown", lang)
    if item.ticket_fen == 0:
        sure = item.ticket_basis in VERIFIED_PRICES
        return text("trip.price.free" if sure else "trip.price.free_unverified", lang)
    price = price_words(item, heads, region, lang)
    return price if item.ticket_basis in VERIFIED_PRICES else text("trip.price.unverified", lang, price=price)


def price_words(item: StopItem | PartItem, heads: int, region: Region, lang: str) -> str:
    """What is paid and for what: a ticket, a joint ticket that others share, or tickets within an area."""
    kind = "joint_paid" if region.catalog.attractions[item.place].ticket_group else "ticket"
    if isinstance(item, StopItem) and any(part.ticket_fen for part in item.parts):
        kind = "inside"
    return text(f"trip.price.{kind}", lang, money=money(item.ticket_fen, lang), heads=heads)


def hours_text(place: str, date: dt.date, region: Region, lang: str) -> str:
    """When a place is open on a date, and how sure that is."""
    opening = region.calendar.opening(place, date)
    if not opening.intervals:
        return text("trip.hours.closed", lang)
    hours = listed([clock_span(a, b, lang) for a, b in opening.intervals], lang)
    if opening.known and opening.intervals == ALL_DAY and opening.basis in VERIFIED_HOURS:
        return text("trip.hours.always", lang)
    if not opening.known:
        return text("trip.hours.unknown", lang, hours=hours)
    sure = opening.basis in VERIFIED_HOURS
    said = text("trip.hours.open" if sure else "trip.hours.open_unverified", lang, hours=hours)
    last = opening.last_entry_min
    if last is not None and last < opening.intervals[-1][1]:
        return text("trip.hours.last_entry", lang, hours=said, time=clock(last, lang))
    return said


def strolls(stop: StopItem) -> list[tuple[int, int]]:
    """Long stretches of a stop between, before and after its parts, which are spent outdoors within it."""
    if not stop.parts:
        return []
    begins = [stop.start, *(part.end for part in stop.parts)]
    ends = [*(part.start for part in stop.parts), stop.end]
    return [(begin, end) for begin, end in zip(begins, ends, strict=True) if end - begin >= STROLL_MIN]


def stroll_text(stop: StopItem, region: Region, lang: str) -> str:
    """What is done between the parts of a stop."""
    walled = region.catalog.attractions[stop.place].walled
    return text(f"trip.stop.{'lanes' if walled else 'grounds'}", lang)


def fares_value(fares_fen: int, unknown: Sequence[str], mode: str, lang: str) -> str:
    """What the ways cost: an amount, at least an amount, unknown, or the visitor's own affair.

    Parameters
    ----------
    unknown
        Marks of unknown prices, as in ``Totals``; those of legs count.
    """
    legs = any(mark.startswith("leg:") for mark in unknown)
    if legs:
        return (
            text("trip.totals.at_least", lang, money=money(fares_fen, lang))
            if fares_fen
            else text("trip.totals.open", lang)
        )
    return text("trip.totals.own", lang) if mode == "drive" and not fares_fen else money(fares_fen, lang)


def totals_text(totals: Totals, mode: str, lang: str) -> str:
    """``门票 ¥1,194 · 车费 ¥57 · 另有 4 笔费用查不到，未计入 · 步行 5.2 公里 · 路上 3 小时``."""
    words = [
        text("trip.totals.tickets", lang, money=money(totals.tickets_fen, lang)),
        text("trip.totals.fares", lang, money=fares_value(totals.fares_fen, totals.unknown_prices, mode, lang)),
    ]
    if totals.unknown_prices:
        words.append(text("trip.totals.unknown", lang, count=len(totals.unknown_prices)))
    words += [
        text("trip.totals.walk", lang, km=kilometres(totals.walk_m)),
        text("trip.totals.travel", lang, time=duration(totals.travel_min, lang)),
        text("trip.totals.visit", lang, time=duration(totals.visit_min, lang)),
    ]
    return " · ".join(words)


def wishes_text(itinerary: Itinerary, region: Region, lang: str) -> list[str]:
    """What was asked for, in a few words: days, where from and to, who, how, how far."""
    request = itinerary.request
    party = [
        text(f"trip.party.{name}", lang, count=count)
        for name, count in (
            ("adults", request.party.adults),
            ("children", len(request.party.children)),
            ("seniors", len(request.party.seniors)),
        )
        if count
    ]
    words = [text("trip.page.days", lang, days=request.days)]
    for name, anchor in (("start", request.start), ("end", request.end)):
        if anchor is not None:
            place = text(f"trip.page.{name}", lang, place=short_name(anchor.place, region, lang))
            words.append(place if anchor.time is None else f"{place} {clock(anchor.time, lang)}")
    words.append(listed(party, lang))
    words += [text(f"trip.mode.{request.mode}", lang), text(f"trip.reach.{request.reach}", lang)]
    if request.pace != "normal":
        words.append(text(f"trip.pace.{request.pace}", lang))
    if request.interests:
        liked = sorted(request.interests, key=lambda c: -request.interests[c])[:3]
        words.append(listed([text(f"trip.category.{name}", lang) for name in liked], lang))
    return words + [text(f"trip.need.{need}", lang) for need in request.needs]


def _beside(word: str, lang: str) -> str:
    return word if lang == "zh" else f" {word}"


def _int(value: JsonValue) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _str(detail: Mapping[str, JsonValue], name: str) -> str:
    value = detail.get(name)
    return "" if value is None else str(value)
