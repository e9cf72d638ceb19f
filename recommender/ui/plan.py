"""The page Plan: the form, then the itinerary with its map."""

from __future__ import annotations

from concurrent.futures import wait
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st
from markupsafe import Markup

from recommender.i18n import text
from recommender.markup import join, tag
from recommender.model import Itinerary, LegWish, PartItem, StopItem, TripRequest
from recommender.trip import asked, narrate
from recommender.trip.explain import find_stop, list_visits
from recommender.trip.narrate.advice import advice_box
from recommender.trip.narrate.booking import booking_texts
from recommender.trip.narrate.days import nth_day
from recommender.trip.narrate.extra import extra_texts
from recommender.trip.narrate.festive import occasion_text
from recommender.trip.narrate.notes import notes_of_trip
from recommender.trip.occasions import Occasion, occasions
from recommender.trip.planning import is_ready, may_certify, will_improve
from recommender.trip.robustness import Robustness, robustness
from recommender.trip.shortlist import shortlist
from recommender.ui import change, plans, problems, report
from recommender.ui.clock import clock, date_words
from recommender.ui.components import map_view, sheet
from recommender.ui.form import form, party_words, reach_dial
from recommender.ui.itinerary import DayCard, warning_list
from recommender.ui.map import plan_payload
from recommender.ui.recent import recent
from recommender.ui.state import Draft, Other, State, get_state, local_today
from recommender.ui.take import take_along

if TYPE_CHECKING:
    from concurrent.futures import Future

    from streamlit.delta_generator import DeltaGenerator

    from recommender.region import Region
    from recommender.store import Keys
    from recommender.trip.group import Together


SOON_S: Final = 0.5
"""Who waits no longer than so many seconds is told nothing of others."""
LOOK_S: Final = 1.0
WORTH_SAYING: Final = 0.01
"""A difference of satisfaction that rounds to less is none."""


def plan_page(region: Region) -> None:
    """Form first; once a plan is wanted, the plan with the form folded away."""
    state = get_state()
    problems.show(state, region)
    if state.form_open or state.wanted is None:
        _ask(region)
    if state.wanted is not None:
        _answer(state, region, state.wanted)
    else:
        state.shown = False
        recent(region, None, state.lang)


@st.fragment
def _ask(region: Region) -> None:
    """The form runs by itself: choosing a wish does not draw the plan again."""
    state = get_state()
    with problems.guarded(state.lang):
        if form(state, region):
            plans.ask(state, region)
            state.go_to(problems.PLACE if state.problems else "jz-top")
            st.rerun()


def _answer(state: State, region: Region, wanted: TripRequest) -> None:
    """The plan; the one before stays in sight, and the page where it is, until the new one is there."""
    lang = state.lang
    if not state.form_open:
        _summary(state, region, wanted)
    note, line = st.empty(), st.empty()
    future = plans.wanted(state, region, wanted)
    if not future.done():
        if state.shown:
            note.html(str(tag("p", text("ui.plan.again", lang), class_="working afloat", role="status")))
        else:
            with note.container():
                skeleton(lang, len(region.catalog.attractions))
    _in_line(future, line, lang)
    itinerary = plans.settle(state, future)
    note.empty()
    state.shown = itinerary is not None
    if itinerary is None:
        state.go_to(problems.PLACE)
        st.rerun()
    else:
        region = shortlist(region, itinerary.request)
        _share(state, region, itinerary)
        with st.container(key="jz_result"):
            _plan(state, region, itinerary)
        recent(region, itinerary, lang)
        if will_improve(itinerary):
            state.quick = True
            _until_ready(lang)
        elif state.quick:
            state.quick = False
            st.toast(text("ui.plan.full", lang))


def _in_line(future: Future[Itinerary], place: DeltaGenerator, lang: str) -> None:
    """Until a plan is there; who has to wait for others is told for how many."""
    told = 0
    while not wait([future], timeout=SOON_S if not told else LOOK_S).done:
        count = plans.ahead(future)
        if count != told:
            told = count
            words = tag("p", text("ui.plan.queue", lang, count=count), class_="working queue", role="status")
            place.html(str(words)) if count else place.empty()
    if told:
        place.empty()


def _share(state: State, region: Region, itinerary: Itinerary) -> None:
    """Store the plan if that was asked for; then both its links, for as long as it is the plan on the page."""
    if state.share_asked:
        state.share_asked = False
        plans.share(state, region, itinerary)
    if state.shared is None or state.shared[0] != itinerary:
        return
    keys = state.shared[1]
    if keys is None:
        st.html(str(tag("div", tag("p", text("ui.share.failed", state.lang)), class_="problems", role="alert")))
    else:
        if state.parted:
            st.html(str(tag("div", tag("p", text("ui.share.parted", state.lang)), class_="problems", role="status")))
        sheet(links_box(keys, plans.site(str(st.context.url)), state.lang), Other.SHARED)


def links_box(keys: Keys, site: str, lang: str) -> Markup:
    """The link to send on and the link to keep, each with a button that copies it."""
    rows = [tag("h2", text("ui.share.title", lang), class_="serif")]
    for name, address in (("read", f"{site}/p/{keys.read}"), ("edit", f"{site}/e/{keys.edit}")):
        copy = tag(
            "button", text("ui.share.copy", lang), type="button", class_="quiet", aria_label=text(f"ui.share.copy_{name}", lang),
            data_copy=address, data_copied=text("ui.share.copied", lang), data_failed=text("ui.plan.copy_failed", lang),
        )  # fmt: skip
        shown = tag("a", address, href=address, target="_blank", rel="noopener noreferrer")
        rows.append(tag("div", tag("p", text(f"ui.share.{name}", lang)), tag("p", shown), copy, class_="link-row"))
    return tag("section", *rows, class_="day links", role="status")


@st.fragment(run_every=2)
def _until_ready(lang: str) -> None:
    """Swap the quick plan for the full one as soon as the engine is compiled."""
    st.html(str(tag("p", text("ui.plan.quick", lang), class_="working afloat", role="status")))
    if is_ready():
        st.rerun()


@st.fragment(run_every=5)
def _until_proven(region: Region, itinerary: Itinerary) -> None:
    """Ask how far the plan can be from the best one, once it has been on screen for a while."""
    state = get_state()
    if not state.proof_asked:
        state.proof_asked = True
        return
    future = plans.proof(region, itinerary)
    if future.done() and itinerary.request == state.wanted:
        state.proof = (itinerary.request, None if future.cancelled() else future.result())
        st.rerun()


def _proven(gap: float | None, lang: str) -> None:
    percent = plans.percent(gap)
    if percent is not None:
        st.html(str(tag("p", text("ui.plan.proven", lang, percent=percent), class_="totals")))


def skeleton(lang: str, places: int) -> None:
    """The shape of the plan to come, and a word about what is going on."""
    bars = [tag("i", class_="bone", style=f"width:{w}%") for w in (62, 90, 40, 78, 85, 55)]
    card = tag("div", *bars, class_="day skeleton", aria_hidden="true")
    st.html(str(join([tag("p", text("ui.plan.working", lang, places=places), class_="working", role="status"), card])))


# -------------------------------------------------------------------------------------------------- summary


def _summary(state: State, region: Region, wanted: TripRequest) -> None:
    lang = state.lang
    with st.container(key="jz_summary"):
        st.html(str(tag("ul", *summary_chips(region, wanted, lang), class_="chips", aria_label=text("ui.plan.wishes", lang))))
        with st.container(horizontal=True, key="jz_summary_actions"):
            if st.button(text("ui.plan.change", lang), key=Other.CHANGE):
                state.fill(Draft.of(wanted))
                state.form_open = True
                st.rerun()
            if st.button(text("ui.plan.share" if state.kept is None else "ui.plan.share_again", lang), key=Other.SHARE):
                state.share_asked = True
            # Callbacks: a tap counts once, however many taps come before the page is drawn again.
            if state.history:
                st.button(text("ui.plan.undo", lang), key=Other.UNDO, on_click=plans.undo, args=(state,))
            if state.undone:
                st.button(text("ui.plan.redo", lang), key=Other.REDO, on_click=plans.redo, args=(state,))
            sheet(
                tag("button", text("ui.plan.copy", lang), type="button", class_="quiet",
                    data_copied=text("ui.plan.copied", lang), data_failed=text("ui.plan.copy_failed", lang)),
                Other.COPY,
            )  # fmt: skip
        with st.container(key="jz_dial_box"):
            st.session_state[Other.DIAL] = wanted.reach
            reach_dial(wanted.reach, lang, Other.DIAL, partial(_on_dial, region))


def _on_dial(region: Region) -> None:
    _set_reach(region, st.session_state[Other.DIAL])


def _set_reach(region: Region, reach: str | None) -> None:
    """Wider or narrower: the same wishes, planned again."""
    state = get_state()
    if state.wanted is not None:
        state.fill(Draft.of(state.wanted))
        state.draft.reach = reach or state.wanted.reach
        plans.ask(state, region)


def summary_chips(region: Region, wanted: TripRequest, lang: str) -> list[Markup]:
    """The wishes in a row of words."""
    draft = Draft.of(wanted)
    first, last = wanted.dates[0], wanted.dates[-1]
    dates = date_words(first, lang, short=True)
    if last != first:
        dates = text("ui.summary.dates", lang, first=dates, last=date_words(last, lang, short=True))
    words = [join([dates, " · ", tag("b", text("ui.form.n_days", lang, days=wanted.days))])]
    for name, anchor in (("start", wanted.start), ("end", wanted.end)):
        if anchor is not None:
            place = narrate.short_name(anchor.place, region, lang)
            at = "" if anchor.time is None else clock(anchor.time, lang)
            words.append(join([text(f"ui.summary.{name}", lang, place=place), " ", tag("b", at) if at else ""]))
    words.append(join([party_words(draft, lang)]))
    words.append(join([text(f"ui.mode.{wanted.mode}", lang)]))
    if wanted.interests:
        liked = text("ui.list", lang).join(text(f"ui.category.{code}", lang) for code in wanted.interests)
        words.append(join([text("ui.summary.likes", lang), " ", tag("b", liked)]))
    if wanted.members and len(wanted.members) > 1:
        words.append(join([text("ui.summary.tastes", lang, count=len(wanted.members))]))
    if wanted.pace != "normal":
        words.append(join([text(f"ui.pace.{wanted.pace}", lang)]))
    words += [join([text(f"ui.needs.{need}", lang)]) for need in wanted.needs]
    if wanted.must_see:
        named = text("ui.list", lang).join(narrate.short_name(p, region, lang) for p in wanted.must_see)
        words.append(join([text("ui.summary.must_see", lang), " ", tag("b", named)]))
    if wanted.budget_fen is not None:
        words.append(join([text("ui.summary.budget", lang, money=narrate.money(wanted.budget_fen, lang))]))
    return [tag("li", word, class_="chip") for word in words]


# --------------------------------------------------------------------------------------------------- answer


def _plan(state: State, region: Region, itinerary: Itinerary) -> None:
    lang = state.lang
    change.today_panel(state, region, itinerary)
    left, right = st.columns([1.55, 1], gap="medium")
    with right, st.container(key="jz_side"):
        map_view(plan_payload(region, itinerary, lang, state.picked), Other.PLAN_MAP, _on_pick)
        if list_visits(itinerary):
            st.html(str(tag("p", narrate.totals_text(itinerary.totals, itinerary.request.mode, lang), class_="totals")))
            st.html(str(chance(robustness(region, itinerary), region, lang)))
        if weakest := narrate.weakest_text(itinerary, region, lang):
            st.html(str(tag("p", weakest, class_="totals")))
        take_along(region, itinerary, lang)
        if state.proof is not None and state.proof[0] == itinerary.request:
            _proven(state.proof[1], lang)
        elif may_certify(itinerary):
            state.proof = None
            state.proof_asked = False
            _until_proven(region, itinerary)
    with left, st.container(key="jz_cards"):
        if not list_visits(itinerary) and itinerary.request.reach != "region":
            label = text("ui.plan.wider", lang, reach=text("ui.reach.region", lang))
            st.button(label, key=Other.WIDER, type="primary", on_click=partial(_set_reach, region, "region"), width="stretch")
        if itinerary.request.members and len(itinerary.request.members) > 1:
            _together(state, region, itinerary)
        for d in range(len(itinerary.days)):
            picked = state.picked[1] if state.picked and state.picked[0] == d else None
            card = DayCard(region, itinerary, d, lang, picked)
            sheet(card.html(), f"jz_day_{d}", partial(_on_act, d, region, itinerary))
            found = find_stop(itinerary, state.swapping) if state.swapping else None
            if found is not None and found[0] == d + 1 and state.swapping:
                change.swap_panel(state, region, itinerary, state.swapping)
            told = find_stop(itinerary, state.reporting) if state.reporting else None
            if told is not None and told[0] == d + 1 and state.reporting:
                report.report_form(state, region, state.reporting)
        _festive(region, itinerary, lang)
        _before_you_go(region, itinerary, lang)
        _why_not(region, itinerary, itinerary.request if state.wanted is None else state.wanted)
        change.ways(state, region, itinerary)


def chance(found: Robustness, region: Region, lang: str) -> Markup:
    """How sure the plan is to work out: one line, and day by day for who opens it."""
    head = tag("tr", *(tag("th", text(f"trip.chance.{name}", lang), scope="col") for name in ("day", "share", "weakest")))
    rows = [tag("tr", *(tag("td", cell) for cell in row)) for row in narrate.chance_rows(found, region, lang)]
    return tag(
        "details",
        tag("summary", narrate.chance_text(found, region, lang)),
        tag("table", tag("thead", head), tag("tbody", *rows)),
        tag("p", narrate.chance_note(found, lang)),
        class_="chance",
    )


def _together(state: State, region: Region, itinerary: Itinerary) -> None:
    """How happy each member is, and the rule by which the plan agrees."""
    lang = state.lang
    with st.container(key="jz_together"):
        st.html(str(tag("h2", text("ui.together.title", lang), class_="serif")))
        st.session_state[Other.GROUP] = itinerary.request.group
        st.segmented_control(
            text("ui.together.rule", lang),
            ("average", "least_misery"),
            format_func=lambda rule: text(f"ui.together.{rule}", lang),
            key=Other.GROUP,
            required=True,
            width="stretch",
            on_change=partial(_on_rule, region),
        )
        if will_improve(itinerary):
            st.html(str(tag("p", text("ui.together.working", lang), class_="totals")))
        elif state.agreement is not None and state.agreement[0] == itinerary:
            st.html(str(agreement(itinerary.request, state.agreement[1], lang)))
        else:
            _until_agreed(region, itinerary)


@st.fragment(run_every=1)
def _until_agreed(region: Region, itinerary: Itinerary) -> None:
    state = get_state()
    future = plans.agreement(region, itinerary)
    if not future.done():
        st.html(str(tag("p", text("ui.together.working", state.lang), class_="totals", role="status")))
    elif future.exception() is None:
        state.agreement = (itinerary, future.result())
        st.rerun()


def _on_rule(region: Region) -> None:
    """The other rule: the same wishes, planned again."""
    state = get_state()
    rule = st.session_state[Other.GROUP]
    if state.wanted is not None and rule:
        state.fill(Draft.of(state.wanted))
        state.draft.group = rule
        plans.ask(state, region)


def agreement(request: TripRequest, found: Together, lang: str) -> Markup:
    """One line a member, and what the other rule would do for the least happy."""
    lines = []
    for k, (member, share) in enumerate(zip(request.members or (), found.satisfaction, strict=True)):
        wished = [code for code, weight in member.interests.items() if weight]
        liked = text("ui.list", lang).join(text(f"ui.category.{code}", lang) for code in wished)
        who = text("ui.together.person", lang, number=k + 1)
        whole = text("ui.together.likes", lang, person=who, likes=liked) if liked else who
        meter = tag("i", tag("i", style=f"width:{share:.0%}"), class_="meter", aria_hidden="true")
        lines.append(tag("li", tag("span", whole), meter, tag("b", f"{share:.0%}")))
    words = [tag("ul", *lines, class_="members"), tag("p", text("ui.together.meaning", lang), class_="totals")]
    if found.lift is not None:
        rule = "average" if found.rule == "least_misery" else "least_misery"
        worse = found.lift <= -WORTH_SAYING
        said = "lifts" if found.lift >= WORTH_SAYING else "lowers" if worse else "same"
        percents = {"now": f"{min(found.satisfaction):.0%}", "then": f"{min(found.other):.0%}"}
        words.append(
            tag("p", text(f"ui.together.{said}", lang, rule=text(f"ui.together.{rule}", lang), **percents), class_="totals")
        )
    return join(words)


def _on_pick() -> None:
    """A stop was chosen on the map: mark it and go there."""
    state = get_state()
    picked = str(st.session_state[Other.PLAN_MAP].picked or "")
    day, _, item = picked.partition("-")
    if day.isdigit() and item.isdigit():
        state.picked = (int(day), int(item))
        state.go_to(f"stop-{int(day) + 1}-{item}")


def _on_act(day: int, region: Region, itinerary: Itinerary) -> None:
    """A button on a stop; the plan is changed near what it was."""
    state = get_state()
    action, _, place = str(st.session_state[f"jz_day_{day}"].act or "").partition(":")
    if state.wanted is None:
        return
    if action == "swap":
        state.swapping = None if state.swapping == place else place
        state.go_to("jz-swap")
        return
    if action == "report":
        state.reporting, state.reported = (None if state.reporting == place else place), None
        state.go_to(report.PLACE)
        return
    draft = Draft.of(state.wanted)
    if action in ("leg", "unleg"):
        try:
            wish = LegWish.model_validate_json(place)
        except ValueError:
            return
        (plans.leg_otherwise if action == "leg" else plans.leg_as_planned)(draft, wish)
        state.fill(draft)
        plans.ask(state, region)
        return
    found = find_stop(itinerary, place)
    if action == "drop":
        # Taken out, not avoided from the start: counted as what it is.
        state.avoided |= {place}
    if place not in region.catalog.attractions or not _apply(draft, action, place, day + 1, found[1] if found else None):
        return
    state.swapping = None
    state.fill(draft)
    plans.ask(state, region, near=itinerary)


def _apply(draft: Draft, action: str, place: str, day: int, visit: StopItem | PartItem | None) -> bool:
    """Do to the wishes what a button says; False for an unknown one."""
    if action == "keep":
        plans.keep_place(draft, place, day)
    elif action == "free":
        plans.free_place(draft, place)
    elif action == "drop":
        plans.drop_place(draft, place)
        asked.note("removed", [place])
    elif action == "fix" and visit is not None:
        plans.fix_place(draft, place, day, visit.start)
    elif action in ("longer", "shorter") and visit is not None:
        step = plans.STAY_STEP_MIN if action == "longer" else -plans.STAY_STEP_MIN
        plans.keep_place(draft, place, day)
        plans.stay_at(draft, place, visit.end - visit.start + step)
    elif action in ("up", "down"):
        plans.rate(draft, place, good=action == "up")
    else:
        return False
    return True


def _festive(region: Region, itinerary: Itinerary, lang: str) -> None:
    """What is on during the trip; a tap builds the plan around what it does not meet."""
    found = occasions(region, itinerary)
    if not found:
        return
    with st.container(key="jz_festive"):
        rows = tag("ul", *(tag("li", occasion_text(one, region, lang)) for one in found))
        title = tag("h2", text("trip.occasion.title", lang), class_="serif")
        st.html(str(tag("section", title, rows, class_="day whole book")))
        for one in found:
            if one.met is None:
                _attendable(region, itinerary, one, lang)


def _attendable(region: Region, itinerary: Itinerary, one: Occasion, lang: str) -> None:
    """A button for an event, or one for each place where it is held."""
    name, single = one.event.name_zh if lang == "zh" else one.event.name_en, len(one.places) == 1
    with st.container(horizontal=True, gap="small"):
        for place in one.places:
            what = name if single else narrate.short_name(place, region, lang)
            label = text("trip.occasion.add", lang, nth=nth_day(one.days[0], lang), name=what)
            act = partial(_attend, region, itinerary, place, one.days[0])
            width: Literal["stretch", "content"] = "stretch" if single else "content"
            st.button(label, key=f"jz_attend_{one.event.id}_{place}", on_click=act, width=width)


def _attend(region: Region, itinerary: Itinerary, place: str, day: int) -> None:
    """Be at a place on a day; the plan is built around it."""
    state = get_state()
    if state.wanted is not None:
        draft = Draft.of(state.wanted)
        plans.keep_place(draft, place, day)
        state.fill(draft)
        plans.ask(state, region, near=itinerary)


def _before_you_go(region: Region, itinerary: Itinerary, lang: str) -> None:
    """What to book, what concerns the whole trip, what is good to know."""
    booked = booking_texts(itinerary, region, lang, local_today())
    if booked:
        rows = tag("ol", *(tag("li", sentence) for sentence in booked[:-1]))
        title = tag("h2", text("trip.booking.title", lang), class_="serif")
        st.html(str(tag("section", title, rows, tag("p", booked[-1]), class_="day whole book")))
    spare = extra_texts(itinerary, region, lang)
    if spare:
        title = tag("h2", text("trip.extra.title", lang), class_="serif")
        st.html(str(tag("section", title, tag("ul", *(tag("li", words) for words in spare)), class_="day whole book")))
    warnings = warning_list(notes_of_trip(itinerary), region, lang)
    if warnings is not None:
        st.html(str(tag("section", tag("h2", text("ui.plan.whole_trip", lang), class_="serif"), warnings, class_="day whole")))
    st.html(str(tag("section", advice_box(itinerary, region, lang), class_="day whole book")))


@st.fragment
def _why_not(region: Region, itinerary: Itinerary, wanted: TripRequest) -> None:
    """The question about one place and its answer; a plan that has changed is a matter of new questions."""
    state = get_state()
    lang = state.lang
    if state.wanted != wanted:
        st.rerun()
    if state.asked_of is not None and state.asked_of != wanted:
        st.session_state.pop(Other.WHY_NOT, None)
    left = [item.place for item in itinerary.left_out]
    others = [p for p in region.catalog.attractions if p not in left and find_stop(itinerary, p) is None]
    with st.container(key="jz_why_not_box"):
        place = st.selectbox(
            text("ui.why_not.title", lang),
            [*left, *others],
            index=None,
            format_func=lambda p: narrate.place_name(p, region, lang),
            placeholder=text("ui.why_not.choose", lang),
            key=Other.WHY_NOT,
        )
        state.asked_of = wanted if place is not None else None
        if place is None:
            return
        change.why_not_answer(state, region, itinerary, place)
