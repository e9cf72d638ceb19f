"""The bureau's rules: the frontier of dispersal, weights, caps and quotas, what they cost visitors, and publishing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from recommender.bureau import publishing, ruling, whatif
from recommender.bureau.desk import Action
from recommender.bureau.dispersal import Fitted, Point, Targets
from recommender.catalog.tables import COUNTIES
from recommender.errors import RequestError
from recommender.markup import tag
from recommender.scoring.rules import LEAST_FACTOR, MOST_DISPERSAL, MOST_FACTOR, Rules, read_rules
from recommender.ui.staff import question, tallies
from recommender.ui.staff.room import Room, alarm, go, place_names, show, tables_of_revision, tell
from recommender.ui.staff.tallies import county_name, percent, signed

if TYPE_CHECKING:
    from recommender.region import Region

PRICE_PLANS: Final = 2.1
FRONTIER_PLANS: Final = 8.0
FIT_PLANS: Final = 7.0
_BEGUN: Final = "jz_rules_begun"
_DISPERSAL: Final = "jz_rules_dispersal"
_KINDS: Final = ("places", "counties")


def draw(room: Room) -> None:
    """All of it, in the order in which one decides."""
    now = ruling.rules_now()
    begun = st.session_state.get(_BEGUN)
    if begun != now.plain or _DISPERSAL not in st.session_state:
        _begin(now)
        if begun not in (None, now.plain):
            alarm([room.say("rules.replaced")])
    published = whatif.published_region()
    revision = publishing.published_now().revision
    names = {**place_names(tables_of_revision(room, revision), room.lang)}
    show(tag("div", tag("h2", room.say("rules.title"), class_="serif"), tag("p", room.say("rules.note"), class_="count")))
    show(tag("p", room.say("rules.now", rules=rules_words(room, now, names)), class_="count"))
    size = question.size_box(room, "weights", PRICE_PLANS)
    left, right = st.columns([1.2, 1], gap="medium")
    with right, st.container(key="jz_rules_weights", border=True):
        rules = _weights(room, published, names)
    with left, st.container(key="jz_rules_frontier", border=True):
        _frontier(room, published, rules, size)
    with st.container(key="jz_rules_targets", border=True):
        _targets(room, published, rules, size, names)
    with st.container(key="jz_rules_price", border=True):
        _price(room, published, rules, size, names)


def rules_words(room: Room, rules: Rules, names: Mapping[str, str]) -> str:
    """Rules in a line."""
    parts = [room.say("rules.dispersal_is", value=f"{rules.dispersal:g}")]
    parts += [f"{names.get(place, place)} × {factor:g}" for place, factor in rules.plain["places"].items()]
    parts += [f"{county_name(room, county)} × {factor:g}" for county, factor in rules.plain["counties"].items()]
    return "；".join(parts) if room.lang == "zh" else "; ".join(parts)


def _begin(rules: Rules) -> None:
    """Put rules into the widgets."""
    st.session_state[_DISPERSAL] = rules.dispersal
    for kind, held in zip(_KINDS, (rules.places, rules.counties), strict=True):
        st.session_state[f"jz_rules_{kind}"] = list(held)
        for name, factor in held.items():
            st.session_state[f"jz_rule_{kind}_{name}"] = factor
    st.session_state[_BEGUN] = ruling.rules_now().plain


def suggest(place: str, factor: float) -> None:
    """Have the page show the rules in force with one more weight, the next time it is drawn."""
    now = ruling.rules_now()
    _begin(now.model_copy(update={"places": {**now.places, place: factor}}))


def _weights(room: Room, published: Region, names: Mapping[str, str]) -> Rules:
    """The weights as typed."""
    show(tag("h3", room.say("rules.weights")))
    st.number_input(
        room.say("rules.dispersal"), 0.0, MOST_DISPERSAL, step=0.02, format="%.2f", key=_DISPERSAL,
        help=room.say("rules.dispersal_help"),
    )  # fmt: skip
    sights = sorted(published.catalog.attractions, key=lambda place: names.get(place, place))
    given: dict[str, Any] = {"dispersal": st.session_state[_DISPERSAL]}
    for kind, options in zip(_KINDS, (sights, list(COUNTIES)), strict=True):
        given[kind] = _factors(room, kind, options, names)
    try:
        return read_rules(given)
    except RequestError as error:
        room.refuse(error)
        return ruling.rules_now()


def _factors(room: Room, kind: str, options: list[str], names: Mapping[str, str]) -> dict[str, float]:
    def named(option: str) -> str:
        return names.get(option, option) if kind == "places" else county_name(room, option)

    chosen = st.multiselect(
        room.say(f"rules.{kind}"), options, format_func=named, key=f"jz_rules_{kind}", placeholder=room.say("find")
    )
    found: dict[str, float] = {}
    for option in chosen:
        key = f"jz_rule_{kind}_{option}"
        st.session_state.setdefault(key, 1.0)
        found[option] = st.number_input(
            room.say("rules.factor", name=named(option), low=LEAST_FACTOR, high=MOST_FACTOR), LEAST_FACTOR, MOST_FACTOR,
            step=0.05, key=key,
        )  # fmt: skip
    return found


# ----------------------------------------------------------------------------------------------------- frontier


def _frontier(room: Room, published: Region, rules: Rules, size: int) -> None:
    show(tag("h3", room.say("rules.frontier")))
    show(tag("p", room.say("rules.frontier_note"), class_="count"))
    time = question.duration(room, size * FRONTIER_PLANS * question.service().plan_s[0])
    points = question.ask(
        room, "frontier", whatif.frontier_key(published, rules, size),
        lambda: whatif.ask_frontier(question.service(), room.person, rules, size), room.say("rules.frontier_go", time=time),
    )  # fmt: skip
    if not points:
        return
    _curve(room, points, rules)
    rows = [_point_row(room, point) for point in points]
    heads = (tag("th", room.say(f"rules.{name}"), scope="col") for name in ("level", "utility", "outside", "hurt", "hardest"))
    show(tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff figures"), class_="wide"))
    levels = [point.rules.dispersal for point in points]
    level = st.selectbox(room.say("rules.point"), levels, format_func=lambda value: f"{value:g}", key="jz_rules_level")
    st.button(room.say("rules.take"), key="jz_rules_take", on_click=_take_level, args=(level,))


def _take_level(level: float) -> None:
    st.session_state[_DISPERSAL] = level


def _point_row(room: Room, point: Point) -> Any:
    words = room.say("rules.overdone") if point.overdone else ""
    return tag(
        "tr",
        tag("th", f"{point.rules.dispersal:g}", tag("small", words, class_="wrong") if words else None, scope="row"),
        tag("td", percent(point.utility)), tag("td", percent(point.outside)), tag("td", percent(point.hurt)),
        tag("td", _hardest(room, point)),
    )  # fmt: skip


def _hardest(room: Room, point: Point) -> str:
    persona, change = point.hardest
    return f"{tallies.code_name(room, 'persona', persona)} {signed(change)}" if persona else "—"


def _curve(room: Room, points: list[Point], rules: Rules) -> None:
    """Utility against the share outside; drawn by the browser from what the page brings along."""
    import altair as alt
    import pandas as pd

    fine, over, here = (room.say(f"rules.{name}") for name in ("fine", "overdone", "chosen"))
    outside, utility, level = (room.say(f"rules.{name}") for name in ("outside", "utility", "level"))
    frame = pd.DataFrame(
        [
            {
                outside: 100 * point.outside, utility: 100 * point.utility, level: point.rules.dispersal,
                "kind": here if point.rules.dispersal == rules.dispersal else over if point.overdone else fine,
            }
            for point in points
        ]
    )  # fmt: skip
    base = alt.Chart(frame).encode(
        x=alt.X(field=outside, type="quantitative", scale=alt.Scale(zero=False), title=f"{outside} (%)"),
        y=alt.Y(field=utility, type="quantitative", scale=alt.Scale(zero=False), title=f"{utility} (%)"),
        order=alt.Order(field=level, type="quantitative"),
    )
    kinds = [fine, over, here]
    marks = base.mark_point(filled=True, size=110, opacity=1).encode(
        color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=kinds, range=["#2f6b4f", "#a63a2b", "#b5822a"])),
        shape=alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "cross", "diamond"])),
        tooltip=[alt.Tooltip(field=name, type="quantitative", format=".2f") for name in (level, outside, utility)],
    )  # fmt: skip
    st.altair_chart((base.mark_line(color="#888") + marks).properties(height=260), width="stretch")


# ---------------------------------------------------------------------------------------------- caps and quotas


def _targets(room: Room, published: Region, rules: Rules, size: int, names: Mapping[str, str]) -> None:
    show(tag("h3", room.say("rules.targets")))
    show(tag("p", room.say("rules.targets_note"), class_="count"))
    left, right = st.columns(2, gap="medium")
    with left:
        places = st.multiselect(
            room.say("rules.caps"), list(published.catalog.attractions), format_func=lambda place: names.get(place, place),
            key="jz_rules_caps", placeholder=room.say("find"),
        )  # fmt: skip
        caps = {
            place: st.number_input(
                room.say("rules.cap", name=names.get(place, place)), 1, 1_000_000, value=None, key=f"jz_cap_{place}"
            )
            for place in places
        }  # fmt: skip
        people = st.number_input(
            room.say("whatif.people"), 1, 2_000_000, value=None, step=1000, key="jz_rules_people",
            placeholder=room.say("whatif.people_hint"), help=room.say("whatif.people_help"),
        ) if places else None  # fmt: skip
    with right:
        counties = st.multiselect(
            room.say("rules.quotas"), list(COUNTIES), format_func=lambda county: county_name(room, county),
            key="jz_rules_quotas", placeholder=room.say("find"),
        )  # fmt: skip
        least = {
            county: st.number_input(
                room.say("rules.quota", name=county_name(room, county)), 1, 100, value=5, key=f"jz_quota_{county}"
            )
            for county in counties
        }
        quotas = {county: share / 100 for county, share in least.items()}
    set_caps = {place: float(cap) for place, cap in caps.items() if cap is not None}
    if not (set_caps or quotas):
        return
    if len(set_caps) < len(places) or (places and people is None):
        show(tag("p", room.say("rules.targets_missing"), class_="count"))
        return
    targets = Targets(set_caps, float(people or 0), quotas)
    time = question.duration(room, size * FIT_PLANS * question.service().plan_s[0])
    fitted = question.ask(
        room, "fit", whatif.fit_key(published, rules, targets, size),
        lambda: whatif.ask_fit(question.service(), room.person, rules, targets, size), room.say("rules.fit_go", time=time),
    )  # fmt: skip
    if isinstance(fitted, Fitted):
        _fitted(room, fitted, names)


def _fitted(room: Room, fitted: Fitted, names: Mapping[str, str]) -> None:
    heads = (tag("th", room.say(f"rules.{name}"), scope="col") for name in ("target", "wanted", "reached", "kept"))
    rows = []
    for name, wanted in fitted.wanted.items():
        write = percent if name in COUNTIES else tallies.whole
        met = name not in fitted.unmet
        rows.append(
            tag(
                "tr",
                tag("th", names.get(name) or county_name(room, name), scope="row"),
                *(tag("td", write(value)) for value in (wanted, fitted.reached[name])),
                tag("td", room.say("rules.met" if met else "rules.unmet"), class_=None if met else "wrong"),
            )
        )
    show(tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff figures"), class_="wide"))
    show(tag("p", room.say("rules.found", rules=rules_words(room, fitted.point.rules, names))))
    show(_cost(room, fitted.point))
    st.button(room.say("rules.take_found"), key="jz_rules_take_found", on_click=_begin, args=(fitted.point.rules,))


# -------------------------------------------------------------------------------------------- price and publish


def _cost(room: Room, point: Point) -> Any:
    line = room.say(
        "rules.cost", utility=signed(point.utility - 1, 2), outside=percent(point.outside), coverage=percent(point.coverage),
        gini=f"{point.gini:.3f}", hurt=percent(point.hurt), hardest=_hardest(room, point),
    )  # fmt: skip
    warning = tag("p", room.say("rules.overdone_note"), class_="wrong", role="alert") if point.overdone else None
    return tag("div", tag("p", line), warning)


def _price(room: Room, published: Region, rules: Rules, size: int, names: Mapping[str, str]) -> None:
    show(tag("h3", room.say("rules.publish")))
    now = ruling.rules_now()
    show(tag("p", room.say("rules.would", rules=rules_words(room, rules, names))))
    if rules.plain == now.plain:
        show(tag("p", room.say("rules.same"), class_="count"))
        return
    point = question.ask(
        room, "price", whatif.price_key(published, rules, size),
        lambda: whatif.ask_price(question.service(), room.person, rules, size), room.say("rules.price_go"),
    )  # fmt: skip
    if not isinstance(point, Point):
        show(tag("p", room.say("rules.price_first"), class_="count"))
        return
    show(_cost(room, point))
    if not room.may(Action.PUBLISH):
        show(tag("p", room.say("rules.not_yours"), class_="count"))
        return
    agreed = not point.overdone or st.checkbox(room.say("rules.overdone_agree"), key="jz_rules_agree")
    why = st.text_input(room.say("why"), key="jz_rules_why", max_chars=500, placeholder=room.say("rules.why_hint"))
    if st.button(room.say("rules.publish_go"), key="jz_rules_publish", type="primary", disabled=not agreed):
        with room.trying():
            price = {"utility": point.utility, "outside": point.outside, "hurt": point.hurt, "visitors": float(size)}
            ruling.publish_rules(room.person, rules.plain, why, price=price)
            del st.session_state[_BEGUN]
            tell(room.say("rules.done"))
            go("home")
            st.rerun()
