"""Changing the plan on the page: swaps, why not, three ways to travel, the dial, and the running day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from recommender.errors import InfeasibleTrip, RequestError
from recommender.i18n import text
from recommender.markup import join, tag
from recommender.model import Item, Itinerary, StopItem, TripRequest
from recommender.trip import asked, narrate
from recommender.trip.alternatives import find_alternatives
from recommender.trip.choices import dial, find_choices
from recommender.trip.compare import Difference, difference, rescheduled
from recommender.trip.counterfactual import Change, counterfactual
from recommender.trip.narrate.problems import conflict_words, problem_words
from recommender.trip.planning import will_improve
from recommender.trip.today import Mishap, Today, find_today, place_at, replanned, sights_after
from recommender.ui import plans
from recommender.ui.clock import clock, duration
from recommender.ui.state import Draft, Other, State, local_now

if TYPE_CHECKING:
    from markupsafe import Markup

    from recommender.region import Region

LATE_STEPS_MIN: Final = (30, 60)
SMALL_MIN: Final = 10
SMALL_M: Final = 200
NAMED: Final = 4
"""So many places are named, the others counted."""


def effect_words(change: Difference, region: Region, lang: str) -> str:
    """What a change gains and costs, in one line; what hardly changes is not said."""
    words = []
    for name, minutes in (("visit", change.visit_min), ("travel", change.travel_min)):
        if abs(minutes) >= SMALL_MIN:
            words.append(text(f"ui.effect.{name}_{'more' if minutes > 0 else 'less'}", lang, time=duration(abs(minutes), lang)))
    if change.cost_fen:
        key = "cost_more" if change.cost_fen > 0 else "cost_less"
        words.append(text(f"ui.effect.{key}", lang, money=narrate.money(abs(change.cost_fen), lang)))
    if abs(change.walk_m) >= SMALL_M:
        key = "walk_more" if change.walk_m > 0 else "walk_less"
        words.append(text(f"ui.effect.{key}", lang, km=f"{abs(change.walk_m) / 1000:.1f}"))
    if change.unknown > 0:
        words.append(text("ui.effect.unknown", lang, count=change.unknown))
    return " · ".join(words) or text("ui.effect.same", lang)


def moved_words(change: Difference, region: Region, lang: str, besides: frozenset[str] = frozenset()) -> str:
    """Which places come and go."""
    def named(places: tuple[str, ...]) -> str:
        names = list(dict.fromkeys(narrate.short_name(p, region, lang) for p in places if p not in besides))
        row = text("ui.list", lang).join(names[:NAMED])
        return text("ui.effect.and_more", lang, places=row, count=len(names)) if len(names) > NAMED else row

    gained, lost = named(change.gained), named(change.lost)
    words = [text("ui.effect.gained", lang, places=gained)] if gained else []
    words += [text("ui.effect.lost", lang, places=lost)] if lost else []
    return " · ".join(words)


def swap_panel(state: State, region: Region, itinerary: Itinerary, place: str) -> None:
    """Up to three other places for a stop, each with what the swap costs and saves."""
    lang = state.lang
    with st.container(key="jz_swap", border=True):
        name = narrate.short_name(place, region, lang)
        st.html(str(tag("h3", text("ui.swap.title", lang, place=name), id="jz-swap", class_="serif")))
        if will_improve(itinerary):
            st.html(str(tag("p", text("ui.plan.quick", lang), role="status")))
            return
        with st.spinner(text("ui.swap.looking", lang)):
            found = find_alternatives(region, itinerary, place, partial(plans.now, region), partial(plans.begin, region))
        if not found:
            st.html(str(tag("p", text("ui.swap.none", lang), role="status")))
        for one in found:
            moved = moved_words(one.change, region, lang, frozenset({place, one.place}))
            what = [effect_words(one.change, region, lang), *([moved] if moved else [])]
            _offer(
                text("ui.swap.take", lang, place=narrate.short_name(one.place, region, lang)),
                what,
                f"jz_swap_{one.place}",
                partial(_swap, state, one.request, place, one.place),
            )
        st.button(text("ui.swap.close", lang), key=Other.SWAP_CLOSE, on_click=partial(_close_swap, state))


def _close_swap(state: State) -> None:
    state.swapping = None


def _offer(label: str, lines: list[str], key: str, take: Callable[[], None]) -> None:
    st.button(label, key=key, on_click=take, width="stretch")
    st.html(str(tag("p", *join_lines(lines), class_="fine")))


def join_lines(lines: list[str]) -> list[str]:
    """Lines of one paragraph, set apart."""
    return [part for k, line in enumerate(lines) for part in ((" · ", line) if k else (line,))]


def _take(state: State, request: TripRequest) -> None:
    """Make a request that was planned already the wanted one."""
    plans.want(state, request)
    state.fill(Draft.of(request))
    state.swapping = None


def _swap(state: State, request: TripRequest, out: str, taken: str) -> None:
    asked.note("swapped_out", [out])
    asked.note("swapped_in", [taken])
    state.avoided |= {out}
    _take(state, request)


def why_not_answer(state: State, region: Region, itinerary: Itinerary, place: str) -> None:
    """Why a place is not in the plan, and the smallest changes that bring it in, each one tried."""
    lang = state.lang
    with st.spinner(text("ui.why_not.looking", lang)):
        answer = counterfactual(region, itinerary, place, partial(plans.now, region), partial(plans.begin, region))
    if state.asked_why != place:
        state.asked_why = place
        asked.note("asked_why", [place])
    if answer is None:
        return
    st.html(str(tag("p", narrate.left_out_text(answer.why, region, lang), class_="answer", role="status")))
    if not answer.changes:
        st.html(str(tag("p", text("ui.why_not.no_way", lang), class_="fine")))
    for k, change in enumerate(answer.changes):
        moved = moved_words(change.effect, region, lang, frozenset({place}))
        what = [effect_words(change.effect, region, lang), *([moved] if moved else [])]
        _offer(change_words(change, region, lang), what, f"{Other.WHY_NOT_ADD}_{k}", partial(_take, state, change.request))


def change_words(change: Change, region: Region, lang: str) -> str:
    """A change of the wishes as the words of a button."""
    value = change.value
    if change.field in ("must_see", "avoid"):
        value = narrate.short_name(str(value), region, lang)
    elif change.field in ("pace", "reach"):
        value = text(f"ui.{change.field}.{value}", lang)
    elif change.field == "interests":
        value = text(f"ui.category.{value}", lang)
    elif change.field == "budget_fen":
        value = narrate.money(int(value), lang)
    elif change.field == "needs":
        value = text("ui.list", lang).join(text(f"ui.needs.{need}", lang) for need in value) or text("ui.change.no_needs", lang)
    return text(f"ui.change.{change.field}", lang, value=value)


def ways(state: State, region: Region, itinerary: Itinerary) -> None:
    """Three really different plans, and what the dial would gain and cost; worked out when opened."""
    lang = state.lang
    if will_improve(itinerary):
        return
    with st.container(key="jz_ways"):
        opened = st.toggle(text("ui.ways.title", lang), key=Other.WAYS)
        if not opened:
            return
        with st.spinner(text("ui.ways.looking", lang)):
            found = find_choices(itinerary, partial(plans.now, region))
            settings = dial(region, itinerary, partial(plans.now, region))
        for choice in found:
            what = [effect_words(choice.change, region, lang), moved_words(choice.change, region, lang)]
            label = text(f"ui.ways.{choice.kind}", lang)
            _offer(label, [w for w in what if w], f"jz_way_{choice.kind}", partial(_take, state, choice.itinerary.request))
        if not found:
            st.html(str(tag("p", text("ui.ways.none", lang), class_="fine")))
        rows = []
        for row in settings:
            outside = text("ui.ways.outside", lang, places=row.places, percent=round(100 * row.outside))
            words = [text("ui.ways.clash", lang) if row.itinerary is None else outside]
            if row.change is not None:
                words += [effect_words(row.change, region, lang), moved_words(row.change, region, lang)]
            told = " · ".join(word for word in words if word)
            rows.append(tag("li", tag("b", text(f"ui.reach.{row.reach}", lang)), " ", told))
        st.html(str(tag("ul", *rows, class_="dial", aria_label=text("ui.form.reach", lang))))


# --------------------------------------------------------------------------------------------- the running day


def today_panel(state: State, region: Region, itinerary: Itinerary) -> None:
    """Now, next and when to leave, while the trip runs; mishaps plan the rest anew."""
    now = local_now()
    today = find_today(itinerary, now)
    if today is None:
        return
    lang = state.lang
    items = itinerary.days[today.day - 1].items
    minute = now.hour * 60 + now.minute
    if not state.opened_today:
        state.opened_today = True
        at = today.next if today.now is None else today.now
        state.picked = (today.day - 1, at or 0)
        state.go_to("jz-today")
    lines = today_lines(region, items, today, minute, lang)
    with st.container(key="jz_today", border=True):
        title = tag("h2", text("ui.today.title", lang), id="jz-today", class_="serif")
        st.html(str(join([title, *lines])))
        if state.told:
            st.html(str(tag("p", state.told, class_="answer", role="status")))
        if today.next is None:
            return
        with st.container(horizontal=True, key="jz_mishaps"):
            for late in LATE_STEPS_MIN:
                label = text("ui.today.late", lang, time=duration(late, lang))
                st.button(label, key=f"jz_late_{late}", on_click=partial(_mishap, state, region, itinerary, now, "late", late))
            kinds: tuple[Mishap, ...] = ("rain", "tired")
            for kind in kinds:
                act = partial(_mishap, state, region, itinerary, now, kind)
                st.button(text(f"ui.today.{kind}", lang), key=f"jz_{kind}", on_click=act)
            place = next((sight.place for sight in sights_after(items, minute)), None)
            # Streets have no door to stand before.
            if place is not None and not region.catalog.attractions[place].area_visit:
                label = text("ui.today.closed", lang, place=narrate.short_name(place, region, lang))
                st.button(
                    label, key="jz_closed", on_click=partial(_mishap, state, region, itinerary, now, "closed", 0, place)
                )


def today_lines(region: Region, items: tuple[Item, ...], today: Today, minute: int, lang: str) -> list[Markup]:
    """Where one is, of an old town the sight too, what comes within it, what comes after it, and when to leave for that."""
    on = items[today.now] if today.now is not None else None
    parts = on.parts if isinstance(on, StopItem) else ()
    here = [narrate.place_name(place_at(items, minute), region, lang)]
    here += [narrate.place_name(part.place, region, lang) for part in parts if part.start <= minute < part.end]
    rows: list[tuple[str, str | Markup]] = [(text("ui.today.now", lang, time=clock(minute, lang)), " · ".join(here))]
    for part in [part for part in parts if part.start > minute][:1]:
        at = text("ui.today.at", lang, place=narrate.place_name(part.place, region, lang), time=clock(part.start, lang))
        rows.append((text("ui.today.inside", lang), at))
    if today.next is not None:
        place = getattr(items[today.next], "place", None)
        name = narrate.place_name(place, region, lang) if place else text("ui.meal.nearby", lang)
        rows.append((text("ui.today.next", lang), name))
    if today.leave_by is not None:
        rows.append((text("ui.today.leave_by", lang), tag("time", clock(today.leave_by, lang))))
    lines = [tag("p", tag("b", label), " ", words) for label, words in rows]
    return lines if today.next is not None else [*lines, tag("p", text("ui.today.over", lang))]


def _mishap(
    state: State, region: Region, itinerary: Itinerary, now: dt.datetime, kind: Mishap, late_min: int = 0, closed: str = ""
) -> None:
    """Plan the rest of the trip anew and say what changed; a wish that can no longer be met is told, nothing is lost."""
    lang = state.lang
    try:
        request, after = replanned(
            region, itinerary, now, kind, partial(plans.now, region), late_min=late_min, closed=closed
        )
    except InfeasibleTrip as error:
        state.told = " ".join(conflict_words(error, region, lang))
        return
    except RequestError as error:
        state.told = " ".join(problem_words(problem, region, lang) for problem in error.problems)
        return
    state.told = anew_words(region, itinerary, after, request, lang)
    _take(state, request)
    state.go_to("jz-today")


def anew_words(region: Region, before: Itinerary, after: Itinerary, request: TripRequest, lang: str) -> str:
    """What became of the rest of the day, by name: dropped, new, shorter, at another hour, and when one is back."""
    assert request.now is not None
    new = rescheduled(before, after, request.now.day)

    def named(places: Iterable[str]) -> str:
        return text("ui.list", lang).join(narrate.short_name(place, region, lang) for place in places)

    words = [moved_words(difference(before, after), region, lang)]
    if new.shortened:
        words.append(text("ui.today.shorter", lang, places=named(new.shortened)))
    if new.moved:
        times = [text("ui.today.at", lang, place=named([place]), time=clock(minute, lang)) for place, minute in new.moved]
        words.append(text("ui.today.moved", lang, places=text("ui.list", lang).join(times)))
    was, ends = new.ends
    if was != ends:
        words.append(text("ui.today.ends", lang, time=clock(ends, lang), was=clock(was, lang)))
    if new.other_days:
        words.append(text("ui.today.other_days", lang, days=text("ui.list", lang).join(map(str, new.other_days))))
    told = " · ".join(word for word in words if word)
    return text("ui.today.anew", lang, changes=told) if told else text("ui.today.as_it_was", lang)
