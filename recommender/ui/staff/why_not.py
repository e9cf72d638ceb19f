"""Why is my site not recommended: where it stands, what stands in its way, the smallest fix and what it would bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from markupsafe import Markup

from recommender.bureau import drafting, publishing, whatif
from recommender.bureau.prominence import Answer, Effect, Fix, Standing
from recommender.i18n import find_text
from recommender.markup import tag
from recommender.ui.staff import choosing, question
from recommender.ui.staff.room import Room, go, place_names, show, tables_of_revision, tell
from recommender.ui.staff.tallies import change, percent, whole

if TYPE_CHECKING:
    from recommender.region import Region

PLANS: Final = 3.2
COUNT_PLANS: Final = 2.1


def draw(room: Room) -> None:
    """Pick a site, ask, read, put the fix into a draft."""
    show(tag("div", tag("h2", room.say("why_not.title"), class_="serif"), tag("p", room.say("why_not.note"), class_="count")))
    published = whatif.published_region()
    names = place_names(tables_of_revision(room, publishing.published_now().revision), room.lang)
    places = sorted(published.catalog.attractions, key=lambda place: names.get(place, place))
    asked = room.asked.get("place")
    left, right = st.columns([1.6, 1], gap="medium")
    with left:
        place = st.selectbox(
            room.say("figure.place"), places, index=places.index(asked) if asked in places else None,
            format_func=lambda one: names.get(one, one), key=f"jz_why_place_{asked}", placeholder=room.say("find"),
        )  # fmt: skip
    with right:
        size = question.size_box(room, "why", PLANS)
    if place is None:
        return
    answer = question.ask(
        room, "why", whatif.why_key(published, place, size),
        lambda: whatif.ask_why(question.service(), room.person, place, size), room.say("why_not.go"),
    )  # fmt: skip
    if isinstance(answer, Answer):
        with st.container(key="jz_why_standing", border=True):
            _standing(room, answer.standing, size)
        with st.container(key="jz_why_fix", border=True):
            _fix(room, published, answer, size, names)


def _standing(room: Room, found: Standing, size: int) -> None:
    show(tag("h3", room.say("why_not.standing")))
    line = room.say(
        "why_not.line", rank=found.rank, of=found.of, trips=f"{found.trips:,}", size=f"{size:,}", share=percent(found.share)
    )
    show(tag("p", line, class_="answer", role="status"))
    show(tag("p", tag("b", room.say(f"blocking.{found.blocking}"))))
    if found.reasons:
        asked = sum(found.reasons.values())
        rows = [
            tag("tr", tag("th", find_text(f"staff.reason.{reason}", room.lang) or reason, scope="row"), tag("td", whole(count)))
            for reason, count in found.reasons.items()
        ]
        heads = (tag("th", room.say(f"why_not.{name}"), scope="col") for name in ("reason", "visitors"))
        show(tag("p", room.say("why_not.asked", count=asked), class_="count"))
        show(tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff figures"), class_="wide"))


def _fix(room: Room, published: Region, answer: Answer, size: int, names: Mapping[str, str]) -> None:
    show(tag("h3", room.say("why_not.fix")))
    if answer.tried:
        show(tag("ul", *(_tried(room, fix, gained) for fix, gained in answer.tried), class_="lines"))
        show(tag("p", room.say("why_not.tried_note"), class_="count"))
    fix, predicted = answer.fix, answer.predicted
    if fix is None or predicted is None:
        show(tag("p", room.say("why_not.nothing")))
        return
    show(tag("p", tag("b", room.say("why_not.smallest", fix=fix_words(room, fix)))))
    show(tag("p", _effect(room, "why_not.predicted", predicted, size)))
    counted = question.ask(
        room, "count", whatif.count_key(published, fix, size),
        lambda: whatif.ask_count(question.service(), room.person, fix, size), room.say("why_not.count"),
    )  # fmt: skip
    if isinstance(counted, Effect):
        show(tag("p", _effect(room, "why_not.counted", counted, size), class_="answer", role="status"))
    if fix.factor is not None:
        show(tag("p", room.say("why_not.weight_note"), class_="count"))
        st.button(room.say("why_not.to_weights"), key="jz_why_weights", on_click=_to_weights, args=(fix,))
    else:
        _into_draft(room, fix, names)


def _tried(room: Room, fix: Fix, gained: int) -> Markup:
    return tag("li", room.say("aside", words=fix_words(room, fix), aside=room.say("why_not.glance", count=change(gained))))


def fix_words(room: Room, fix: Fix) -> str:
    """A fix in a few words."""
    return room.say(f"fix.{fix.code}", factor=f"{fix.factor or 1:g}", hours=fix.fields.get("opening_hours", ""))


def _effect(room: Room, key: str, effect: Effect, size: int) -> str:
    return room.say(
        key, before=whole(effect.before), after=whole(effect.after), change=change(effect.change), sample=effect.sample,
        share=percent(effect.after / size),
    )  # fmt: skip


def _to_weights(fix: Fix) -> None:
    """Show the rules in force with this weight added."""
    from recommender.ui.staff import weights

    weights.suggest(fix.place, fix.factor or 1.0)
    go("weights")


# ----------------------------------------------------------------------------------------------- into the draft


def _into_draft(room: Room, fix: Fix, names: Mapping[str, str]) -> None:
    """The panel only supposed it: what goes into the data is what somebody found out, with its source."""
    show(tag("p", room.say("why_not.truth"), class_="count"))
    cells: dict[str, str] = {}
    if "opening_hours" in fix.fields:
        cells["opening_hours"] = st.text_input(
            room.say("column.opening_hours"), value=str(fix.fields["opening_hours"]), key=f"jz_why_hours_{fix.place}"
        )
        basis = ("sourced", "sourced_two")
        cells["hours_basis"] = st.selectbox(
            room.say("column.hours_basis"), basis, key="jz_why_basis", format_func=lambda one: room.say(f"value.{one}")
        )
    if "last_entry" in fix.fields:
        cells["last_entry"] = ""
    if "suggest" in fix.fields:
        cells |= {"suggest": "1", "suggest_note": ""}
    source = st.text_input(
        room.say("why_not.source"), key="jz_why_source", max_chars=300, placeholder=room.say("why_not.source_hint")
    )
    if st.button(room.say("why_not.into_draft"), key="jz_why_into_draft", type="primary", disabled=not source.strip()):
        with room.trying():
            _save(room, fix, cells, source)
            tell(room.say("why_not.in_draft", place=names.get(fix.place, fix.place)))
            st.rerun()


def _save(room: Room, fix: Fix, cells: Mapping[str, Any], source: str) -> None:
    draft = choosing.get_draft(room)
    record = drafting.get_record(room.person, draft.id, "attractions", fix.place)
    assert record.cells is not None
    note = room.say("why_not.checked", source=source.strip())
    column = "checked_note" if room.lang == "zh" else "checked_note_en"
    noted = ("；" if room.lang == "zh" else "; ").join(filter(None, (record.cells[column], note)))
    drafting.save(room.person, record, {**cells, column: noted}, source)
    go("changes", draft=draft.id)
