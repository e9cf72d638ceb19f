"""The wishes: when and where from, how you like it, and the rest folded away with good defaults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar, cast

import streamlit as st

from recommender.i18n import text
from recommender.markup import tag
from recommender.model import CATEGORIES, MAX_DAYS, Child, Lock, Member, Point
from recommender.trip import narrate, pacing
from recommender.trip.gateways import list_gateways
from recommender.trip.templates import templates, wish_of
from recommender.ui.clock import clock, date_words
from recommender.ui.state import Draft, Key, Other, State, bind, local_today, unbind_widgets

if TYPE_CHECKING:
    from recommender.catalog import ThemedRoute
    from recommender.region import Region

EARLIEST_MIN: Final = 5 * 60
LATEST_MIN: Final = 24 * 60
WALKS_M: Final = (2_000, 4_000, 6_000, 8_000, 10_000, 15_000)
MOST_MEMBERS: Final = 4
FARTHEST: Final = dt.timedelta(days=550)
NOTHING: Final = ""
"""Stands for None among a box's options: the widget takes None for "nothing chosen" and asks for a choice in English."""
_T = TypeVar("_T")


def form(state: State, region: Region) -> bool:
    """All wishes and the one button, which stays in reach of the thumb; whether it was pressed just now."""
    if state.rebind:
        unbind_widgets()
        state.rebind = False
    draft, lang = state.draft, state.lang
    with st.container(key="jz_form"):
        if state.conflict is None and not state.problems and state.wanted is None:
            st.html(str(tag("p", text("ui.form.lead", lang), class_="lead")))
        with st.container(key="jz_when"):
            _when(draft, region, lang)
        with st.container(key="jz_how"):
            _how(draft, lang)
        with st.expander(text("ui.form.more", lang), key="jz_more_wishes"):
            _more(draft, region, lang)
        _routes(state, region)
        with st.container(key="jz_go"):
            return st.button(text("ui.form.plan", lang), key=Other.PLAN, type="primary", width="stretch")


def _routes(state: State, region: Region) -> None:
    """Curated routes that can be travelled on these days; a tap fills the must-sees."""
    found = templates(region, state.draft.start_date)
    if not found:
        return
    lang = state.lang
    with st.expander(text("ui.route.title", lang), key="jz_routes"):
        st.html(str(tag("p", text("ui.route.note", lang), class_="fine")))
        for route in found:
            name = route.name_zh if lang == "zh" else route.name_en
            label = text("ui.route.offer", lang, name=name, days=route.days)
            st.button(label, key=f"jz_route_{route.id}", on_click=partial(_follow, state, region, route), width="stretch")
            places = text("ui.list", lang).join(narrate.short_name(place, region, lang) for place in route.place_ids)
            whose = text("ui.route.source" if route.kind == "published" else "ui.route.own", lang)
            st.html(str(tag("p", whose, " · ", places, class_="fine")))


def _follow(state: State, region: Region, route: ThemedRoute) -> None:
    for name, value in wish_of(region, route.place_ids, route.days).items():
        setattr(state.draft, name, value)
    wanted = set(state.draft.must_see)
    state.draft.avoid = [place for place in state.draft.avoid if place not in wanted]
    state.rebind = True


# ---------------------------------------------------------------------------------------------- when, where


def _when(draft: Draft, region: Region, lang: str) -> None:
    today = local_today()
    with st.container(key="jz_dates"):
        first, second = st.columns(2, gap="small")
    with first:
        draft.start_date = first_day(
            text("ui.form.date", lang), draft.start_date, bind(Key.DATE, draft.start_date), today
        )
    with second:
        draft.days = st.selectbox(
            text("ui.form.days", lang),
            range(1, MAX_DAYS + 1),
            format_func=lambda n: _days(draft.start_date, n, lang),
            key=bind(Key.DAYS, draft.days),
            filter_mode=None,
        )
    places = _places(draft, region)
    from_, to = st.columns(2, gap="small")
    before = draft.start
    with from_:
        draft.start, draft.start_time = _anchor(
            draft.start, draft.start_time, places, region, lang, ("start", Key.START, Key.START_TIME)
        )
    if before is None and draft.end is None and draft.start in region.catalog.hubs:
        # Who comes by train or plane mostly leaves from where they came.
        draft.end = st.session_state[Key.END] = draft.start
    with to:
        draft.end, draft.end_time = _anchor(
            draft.end, draft.end_time, places, region, lang, ("end", Key.END, Key.END_TIME)
        )
    mode = st.segmented_control(
        text("ui.form.mode", lang),
        ("transit", "drive", "charter"),
        format_func=lambda code: text(f"ui.mode.{code}", lang),
        key=bind(Key.MODE, draft.mode),
        required=True,
        width="stretch",
    )
    draft.mode = mode or draft.mode
    _who(draft, lang)


def _days(start: dt.date, days: int, lang: str) -> str:
    last = start + dt.timedelta(days=days - 1)
    date = f"{last.month}/{last.day}" if lang == "zh" else date_words(last, lang, short=True)
    return text("ui.form.days_until", lang, days=days, date=date)


def _anchor(
    place: str | Point | None,
    time: int | None,
    places: Sequence[str | Point],
    region: Region,
    lang: str,
    names: tuple[str, str, str],
) -> tuple[str | Point | None, int | None]:
    name, place_key, time_key = names
    chosen = optional(
        text(f"ui.form.{name}", lang),
        places,
        place,
        place_key,
        lambda p: _door_name(p, region, lang),
        text(f"ui.form.{name}_lodging", lang),
    )
    if chosen is None:
        return None, None
    return chosen, _time(text(f"ui.form.{name}_time", lang, **pacing.BUFFERS_MIN), time, time_key, lang)


def first_day(label: str, value: dt.date, key: str, today: dt.date) -> dt.date:
    """A box for a day from today on; a day that was asked for before today stays choosable."""
    return st.date_input(
        label, min_value=min(today, value), max_value=max(today + FARTHEST, value), key=key, format="YYYY-MM-DD"
    )


def optional(
    label: str, options: Sequence[_T], chosen: _T | None, key: str, named: Callable[[_T], str], none: str, *, type_in: bool = True
) -> _T | None:
    """A box with a first entry that stands for None."""
    picked = st.selectbox(
        label,
        [NOTHING, *options],
        format_func=lambda option: none if option == NOTHING else named(cast("_T", option)),
        key=bind(key, NOTHING if chosen is None else chosen),
        filter_mode="fuzzy" if type_in else None,
    )
    return None if picked is None or picked == NOTHING else cast("_T", picked)


def _time(label: str, chosen: int | None, key: str, lang: str) -> int | None:
    moments = sorted({*range(EARLIEST_MIN, LATEST_MIN + 1, 10), *([] if chosen is None else [chosen])})
    return optional(
        label, moments, chosen, key, lambda m: clock(m, lang), text("ui.form.any_time", lang), type_in=False
    )


def _door_name(place: str | Point, region: Region, lang: str) -> str:
    return narrate.short_name(place, region, lang) if lang == "zh" else narrate.place_name(place, region, lang)


def _places(draft: Draft, region: Region) -> list[str | Point]:
    """Gateways first, then every other station and airport, lodgings, and what the draft already holds."""
    listed: list[str | Point] = [*list_gateways(region)]
    listed += [place for place in (draft.start, draft.end) if place is not None and place not in listed]
    return list(dict.fromkeys(listed))


def _who(draft: Draft, lang: str) -> None:
    party = draft.party()
    label = text("ui.form.who", lang, party=party_words(draft, lang) if party else text("ui.unknown", lang))
    with st.expander(label, key="jz_who"):
        left, right = st.columns(2, gap="small")
        with left:
            draft.adults = _number(text("ui.form.adults", lang), Key.ADULTS, draft.adults, 0, 30)
        with right:
            children = _number(text("ui.form.children", lang), Key.CHILDREN, len(draft.children), 0, 20)
        known = draft.children[:children]
        draft.children = known + [Child(age=8)] * (children - len(known))
        for k, child in enumerate(draft.children):
            left, right = st.columns(2, gap="small")
            with left:
                age = _number(text("ui.form.age", lang, number=k + 1), f"{Key.CHILDREN}_age_{k}", child.age, 0, 17)
            with right:
                height = st.number_input(
                    text("ui.form.height", lang),
                    40,
                    220,
                    value=None,
                    step=5,
                    placeholder=text("ui.unknown", lang),
                    key=bind(f"{Key.CHILDREN}_height_{k}", child.height_cm),
                )
            draft.children[k] = Child(age=age, height_cm=height)
        seniors = _number(text("ui.form.seniors", lang), Key.SENIORS, len(draft.seniors), 0, 20)
        draft.seniors = draft.seniors[:seniors] + [65] * (seniors - len(draft.seniors))
        if seniors:
            for k, age in enumerate(draft.seniors):
                draft.seniors[k] = _number(
                    text("ui.form.senior_age", lang, number=k + 1), f"{Key.SENIORS}_age_{k}", age, 55, 120
                )
        st.caption(text("ui.form.among_adults", lang))
        columns = st.columns(3, gap="small")
        with columns[0]:
            draft.students = _number(text("ui.form.students", lang), Key.STUDENTS, draft.students, 0, 30)
        with columns[1]:
            draft.military = _number(text("ui.form.military", lang), Key.MILITARY, draft.military, 0, 30)
        with columns[2]:
            draft.disabled = _number(text("ui.form.disabled", lang), Key.DISABLED, draft.disabled, 0, 30)


def _number(label: str, key: str, value: int, low: int, high: int) -> int:
    return int(st.number_input(label, low, high, step=1, key=bind(key, value)))


def party_words(draft: Draft, lang: str) -> str:
    """``2 大 1 小（8 岁）``."""
    words = [text("ui.party.adults", lang, count=draft.adults)] if draft.adults else []
    if draft.children:
        ages = ", ".join(str(child.age) for child in draft.children)
        words.append(text("ui.party.children", lang, count=len(draft.children), ages=ages))
    if draft.seniors:
        words.append(text("ui.party.seniors", lang, count=len(draft.seniors)))
    return text("ui.list", lang).join(words)


# ------------------------------------------------------------------------------------------ how you like it


def _how(draft: Draft, lang: str) -> None:
    chosen = st.pills(
        text("ui.form.interests", lang),
        CATEGORIES,
        selection_mode="multi",
        format_func=lambda code: text(f"ui.category.{code}", lang),
        key=bind(Key.INTERESTS, [code for code in CATEGORIES if draft.interests.get(code)]),
    )
    draft.interests = {code: draft.interests.get(code) or 1.0 for code in chosen}
    left, right = st.columns(2, gap="small")
    with left:
        pace = st.segmented_control(
            text("ui.form.pace", lang),
            ("relaxed", "normal", "full"),
            format_func=lambda code: text(f"ui.pace.{code}", lang),
            key=bind(Key.PACE, draft.pace),
            required=True,
            width="stretch",
        )
        draft.pace = pace or draft.pace
        if draft.pace == "relaxed" and draft.seniors:
            st.caption(text("ui.form.gentle", lang, km=f"{pacing.GENTLE_WALK_M / 1000:g}"))
    with right:
        draft.reach = reach_dial(draft.reach, lang, bind(Key.REACH, draft.reach))
    explore = st.slider(
        text("ui.form.explore", lang),
        0,
        100,
        step=5,
        format="%d%%",
        key=bind(Key.EXPLORE, round(draft.explore * 100)),
    )
    st.caption(text("ui.form.explore_help", lang))
    if explore != round(draft.explore * 100):
        draft.explore = explore / 100


def reach_dial(reach: str, lang: str, key: str, on_change: Callable[[], None] | None = None) -> str:
    """一城两寺 → 一城两翼 → 全域, with what each holds and what is provisional about it."""
    chosen = st.segmented_control(
        text("ui.form.reach", lang),
        ("classic", "wings", "region"),
        format_func=lambda code: text(f"ui.reach.{code}", lang),
        key=key,
        required=True,
        width="stretch",
        on_change=on_change or "rerun",
    )
    reach = chosen or reach
    st.caption(text(f"ui.reach_note.{reach}", lang))
    return reach


# ------------------------------------------------------------------------------------------------- the rest


def _more(draft: Draft, region: Region, lang: str) -> None:
    catalog = region.catalog
    ranked = sorted(catalog.attractions, key=lambda place: -catalog.attractions[place].popularity)

    def named(place: str) -> str:
        attraction = catalog.attractions.get(place)
        if attraction is None:
            return place
        both = (attraction.name_zh, attraction.name_en)
        return " · ".join(both if lang == "zh" else both[::-1])

    draft.must_see = _place_choice("must_see", Key.MUST_SEE, draft.must_see, ranked, named, lang)
    draft.avoid = _place_choice("avoid", Key.AVOID, draft.avoid, ranked, named, lang)
    _members(draft, ranked, named, lang)
    _locks(draft, ranked, named, lang)
    left, right = st.columns(2, gap="small")
    with left:
        yuan = st.number_input(
            text("ui.form.budget", lang),
            min_value=0,
            max_value=1_000_000,
            value=None,
            step=100,
            placeholder=text("ui.form.no_limit", lang),
            key=bind(Key.BUDGET, None if draft.budget_fen is None else draft.budget_fen // 100),
        )
        if yuan is None or draft.budget_fen is None or yuan != draft.budget_fen // 100:
            draft.budget_fen = None if yuan is None else int(yuan) * 100
    with right:
        draft.max_walk_m = optional(
            text("ui.form.max_walk", lang),
            sorted({*WALKS_M, *([draft.max_walk_m] if draft.max_walk_m else [])}),
            draft.max_walk_m,
            Key.MAX_WALK,
            lambda m: text("ui.form.walk_km", lang, km=f"{m / 1000:g}"),
            text("ui.form.no_limit", lang),
            type_in=False,
        )
    draft.needs = list(
        st.pills(
            text("ui.form.needs", lang),
            ("wheelchair", "stroller", "few_steps"),
            selection_mode="multi",
            format_func=lambda code: text(f"ui.needs.{code}", lang),
            key=bind(Key.NEEDS, draft.needs),
        )
    )
    st.caption(text("ui.form.needs_help", lang))
    left, right = st.columns(2, gap="small")
    with left:
        draft.day_start = _moment("day_start", Key.DAY_START, draft.day_start, lang)
    with right:
        draft.day_end = _moment("day_end", Key.DAY_END, draft.day_end, lang)
    draft.evenings = st.toggle(text("ui.form.evenings", lang), key=bind(Key.EVENINGS, draft.evenings))
    draft.meals = st.toggle(text("ui.form.meals", lang), key=bind(Key.MEALS, draft.meals))
    draft.nudge = st.toggle(text("ui.form.nudge", lang), key=bind(Key.NUDGE, draft.nudge))
    st.caption(text("ui.form.nudge_help", lang))
    _lodging(draft, region, lang)


def _moment(name: str, key: str, minute: int, lang: str) -> int:
    moments = sorted({*range(EARLIEST_MIN, LATEST_MIN + 1, 30), minute})
    return int(
        st.selectbox(
            text(f"ui.form.{name}", lang),
            moments,
            format_func=lambda m: clock(m, lang),
            key=bind(key, minute),
            filter_mode=None,
        )
    )


def _place_choice(
    name: str, key: str, chosen: list[str], options: list[str], named: Callable[[str], str], lang: str
) -> list[str]:
    return list(
        st.multiselect(
            text(f"ui.form.{name}", lang),
            options,
            format_func=named,
            key=bind(key, [place for place in chosen if place in options]),
            placeholder=text("ui.form.search_place", lang),
            select_all=False,
        )
    )


def _members(draft: Draft, ranked: list[str], named: Callable[[str], str], lang: str) -> None:
    """People of different tastes, by number: what each likes on top of what all like."""
    now = len(draft.members)
    count = st.segmented_control(
        text("ui.form.members", lang),
        sorted({0, *range(2, MOST_MEMBERS + 1), now}),
        format_func=lambda n: text("ui.form.n_members" if n else "ui.form.one_taste", lang, count=n),
        key=bind(Key.MEMBERS, now),
        required=True,
        width="stretch",
    )
    count = now if count is None else count
    draft.members = draft.members[:count] + [Member()] * (count - now)
    if not count:
        return
    st.caption(text("ui.form.members_help", lang))
    for k, member in enumerate(draft.members):
        wishes = {str(code): weight for code, weight in member.interests.items()}
        chosen = st.pills(
            text("ui.form.member_interests", lang, number=k + 1),
            CATEGORIES,
            selection_mode="multi",
            format_func=lambda code: text(f"ui.category.{code}", lang),
            key=bind(f"{Key.MEMBERS}_interests_{k}", [code for code in CATEGORIES if wishes.get(code)]),
        )
        indifferent = {code: weight for code, weight in wishes.items() if not weight and code not in chosen}
        left, right = st.columns(2, gap="small")
        with left:
            likes = _place_choice("likes", f"{Key.MEMBERS}_likes_{k}", list(member.likes), ranked, named, lang)
        with right:
            dislikes = _place_choice("dislikes", f"{Key.MEMBERS}_dislikes_{k}", list(member.dislikes), ranked, named, lang)
        liked = {code: wishes.get(code) or 1.0 for code in chosen}
        draft.members[k] = Member.model_validate({"interests": indifferent | liked, "likes": likes, "dislikes": dislikes})


def _locks(draft: Draft, ranked: list[str], named: Callable[[str], str], lang: str) -> None:
    """Appointments: a place held on a day, at a time, or both."""
    places = _place_choice("locks", Key.LOCKS, [lock.place for lock in draft.locks], ranked, named, lang)
    held = {lock.place: lock for lock in draft.locks}
    locks: list[Lock] = []
    for place in places:
        lock = held.get(place) or Lock(place=place)
        left, right = st.columns(2, gap="small")
        with left:
            day = optional(
                text("ui.form.lock_day", lang, place=named(place)),
                range(1, max(draft.days, lock.day or 1) + 1),
                lock.day,
                f"{Key.LOCKS}_day_{place}",
                lambda n: text("ui.form.nth_day", lang, number=n),
                text("ui.form.any_day", lang),
                type_in=False,
            )
        with right:
            time = _time(text("ui.form.lock_time", lang), lock.time, f"{Key.LOCKS}_time_{place}", lang)
        locks.append(Lock(place=place, day=day, time=time))
    draft.locks = locks


def _lodging(draft: Draft, region: Region, lang: str) -> None:
    if draft.days < 2:
        return
    draft.own_lodging = st.toggle(text("ui.form.own_lodging", lang), key=bind(Key.OWN_LODGING, draft.own_lodging))
    if not draft.own_lodging:
        st.caption(text("ui.form.auto_lodging", lang))
        return
    places: list[str | Point] = list(region.catalog.lodging)
    places += [place for place in draft.lodging if place is not None and place not in places]
    nights: list[str | Point | None] = []
    for night in range(draft.days - 1):
        before = draft.lodging[night] if night < len(draft.lodging) else None
        nights.append(
            st.selectbox(
                text("ui.form.night", lang, number=night + 1),
                places,
                index=None,
                format_func=lambda p: narrate.place_name(p, region, lang),
                key=bind(f"{Key.LODGING}_{night}", before),
                placeholder=text("ui.form.choose_lodging", lang),
            )
        )
    draft.lodging = nights
