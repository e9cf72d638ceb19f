"""What a draft would do to visitors' trips, before anybody publishes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from recommender.bureau import drafting, publishing, whatif
from recommender.bureau.whatif import Report
from recommender.markup import tag
from recommender.ui.staff import question, tallies
from recommender.ui.staff.room import Room, leads, place_names, show, tables_of_draft, tables_of_revision
from recommender.ui.staff.tallies import called, change, code_name, csv_button, percent, signed, table, whole

if TYPE_CHECKING:
    import pandas as pd

    from recommender.store.drafts import Draft

PLANS = 2.1
"""Plans a visitor: both sides, and a little for trying each side's trips on the other."""


def draw(room: Room) -> None:
    """Pick a draft, ask, read."""
    show(tag("div", tag("h2", room.say("whatif.title"), class_="serif"), tag("p", room.say("whatif.note"), class_="count")))
    drafts = {draft.id: draft for draft in drafting.list_drafts(room.person)}
    if not drafts:
        show(tag("p", room.say("home.no_drafts"), class_="count"))
        leads(room.say("home.edit"), "jz_whatif_edit", "records", kind="primary")
        return
    asked = room.number("draft")
    numbers = list(drafts)
    left, right = st.columns([1.6, 1], gap="medium")
    with left:
        chosen = st.selectbox(
            room.say("draft"), numbers, index=numbers.index(asked) if asked in drafts else 0,
            format_func=lambda number: drafts[number].name, key=f"jz_whatif_draft_{asked}",
        )  # fmt: skip
    with right:
        size = question.size_box(room, "whatif", PLANS)
    draft = drafts[chosen]
    published = whatif.published_region()
    report = question.ask(
        room, "whatif", whatif.impact_key(published, draft, size),
        lambda: whatif.ask_impact(question.service(), room.person, draft, size), room.say("whatif.go"),
    )  # fmt: skip
    if isinstance(report, Report):
        results(room, draft.name, report, _names(room, draft))
        leads(room.say("whatif.to_draft"), "jz_whatif_draft_page", "changes", draft=draft.id)


def _names(room: Room, draft: Draft) -> dict[str, str]:
    published = tables_of_revision(room, publishing.published_now().revision)
    return {**place_names(published, room.lang), **place_names(tables_of_draft(room, draft), room.lang)}


# ------------------------------------------------------------------------------------------------------ results


def results(room: Room, name: str, report: Report, names: dict[str, str]) -> None:
    """One sentence, then who, where and how much."""
    totals = report.totals
    line = room.say(
        "whatif.line", name=name, visitors=f"{totals.visitors:,}", changed=f"{totals.changed:,}", infeasible=totals.infeasible
    )
    show(tag("p", line, class_="answer", role="status"))
    show(tag("p", room.say("whatif.felt", gain=totals.gain, lose=totals.lose, feasible=totals.feasible), class_="count"))
    left, right = st.columns([1, 1.6], gap="medium")
    with left, st.container(key="jz_whatif_totals", border=True):
        show(tag("h3", room.say("whatif.totals")))
        tallies.sides(room, [
            ("coverage", percent(totals.coverage[0]), percent(totals.coverage[1])),
            ("gini", f"{totals.gini[0]:.3f}", f"{totals.gini[1]:.3f}"),
            ("outside", percent(totals.outside[0]), percent(totals.outside[1])),
            ("value", "100 %", percent(1 + totals.value_change, 2)),
        ])  # fmt: skip
        show(tag("p", room.say("whatif.totals_note"), class_="count"))
    with right, st.container(key="jz_whatif_who", border=True):
        show(tag("h3", room.say("whatif.who")))
        for tab, facet in zip(st.tabs([room.say(f"figure.{facet}") for facet in report.who]), report.who, strict=True):
            with tab:
                _who(room, facet, report.who[facet])
    _places(room, report, names)
    _loads(room, report, names)
    show(tag("p", room.say("panel.truth"), class_="count"))


def _who(room: Room, facet: str, frame: pd.DataFrame) -> None:
    columns = {"visitors": whole, "changed": whole, "infeasible": whole, "gain": whole, "lose": whole, "change": _share}
    table(room, facet, frame, columns, partial(code_name, room, facet))
    csv_button(room, frame, f"who-{facet}")


def _share(value: float) -> str:
    return signed(value, 2)


def _places(room: Room, report: Report, names: dict[str, str]) -> None:
    columns = {"before": whole, "after": whole, "change": change}
    with st.container(key="jz_whatif_places", border=True):
        show(tag("h3", room.say("whatif.places")))
        tabs = st.tabs([room.say(f"figure.{name}") for name in ("place", "county", "category")])
        moved = report.sites[report.sites["change"] != 0]
        with tabs[0]:
            if moved.empty:
                show(tag("p", room.say("whatif.same"), class_="count"))
            else:
                table(room, "place", moved, columns, called(names), bar="change")
            csv_button(room, report.sites, "sites", names)
        for tab, kind, frame in zip(tabs[1:], ("county", "category"), (report.counties, report.categories), strict=True):
            with tab:
                table(room, kind, frame, columns, partial(code_name, room, kind), bar="change")
                csv_button(room, frame, kind)


# ------------------------------------------------------------------------------------------------------- loads


def _loads(room: Room, report: Report, names: dict[str, str]) -> None:
    with st.container(key="jz_whatif_loads", border=True):
        show(tag("h3", room.say("whatif.loads")))
        people = st.number_input(
            room.say("whatif.people"), min_value=1, max_value=2_000_000, value=None, step=1000, key="jz_whatif_people",
            placeholder=room.say("whatif.people_hint"), help=room.say("whatif.people_help"),
        )  # fmt: skip
        if people is None:
            show(tag("p", room.say("whatif.people_missing"), class_="count"))
            return
        frame = report.impact.loads(float(people))
        frame = frame.assign(known=frame["capacity_day"].notna()).sort_values(
            ["known", "full", "people_after"], ascending=False, kind="stable"
        )
        over = frame[frame["full"] > 1]["place"].nunique()
        show(tag("p", room.say("whatif.over", count=over), class_="wrong" if over else "mark-fine-line"))
        indexed = frame.set_index("place")
        columns: dict[str, tallies.Named] = {
            "season": partial(code_name, room, "season"), "half": partial(code_name, room, "half"),
            "people_before": whole, "people_after": whole, "people_day": whole, "capacity_day": whole, "full": percent,
            "capacity_now": whole,
        }  # fmt: skip
        table(room, "place", indexed, columns, called(names))
        show(tag("p", room.say("whatif.loads_note", count=f"{people:,}"), class_="count"))
        csv_button(room, indexed.drop(columns="known"), "loads", names)
