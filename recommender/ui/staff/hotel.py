"""The hotel's own page: what to paste, how it looks, what the house says of itself, and how often it was used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import streamlit as st
from markupsafe import Markup

from recommender.errors import PartnerTokenError, RequestError, RevisionConflict, StoreUnavailable
from recommender.i18n import LANGUAGES, find_text, text
from recommender.markup import tag
from recommender.partners import Partner, attribution, card, logo, managing, qr, theme
from recommender.partners.hotel import (
    CLOCKS,
    COLOURS,
    DATUMS,
    LONGEST,
    LONGEST_OF,
    SAID,
    Cells,
    placed,
    read,
    said_problem,
)
from recommender.partners.links import SNIPPETS, Kit
from recommender.settings import settings
from recommender.store.partners import DECLINED, OPEN, PartnerRow
from recommender.ui.staff.room import Room, alarm, show, tell
from recommender.ui.state import local_today

WIDTHS_PX: Final = (390, 320)
PREVIEW_PX: Final = 560
_WORDS: Final = tuple(f"{name}_{lang}" for name in SAID for lang in LANGUAGES)
_LINES: Final = ("name_zh", "name_en", "lat", "lon", "phone", "contact", *CLOCKS)


def say(room: Room, key: str, /, **values: Any) -> str:
    """Words of the partners' pages of the console."""
    return text(f"partners.console.{key}", room.lang, **values)


def field_name(field: str, lang: str) -> str:
    """What a cell of a record is called."""
    return find_text(f"partners.field.{field}", lang) or field


def hotel_name(row: PartnerRow, lang: str) -> str:
    """What a partner is called, in the language where it can be."""
    one, other = ("name_zh", "name_en") if lang == "zh" else ("name_en", "name_zh")
    return row.record.get(one) or row.record.get(other) or row.id


def draw(room: Room) -> None:
    """All of it for the hotel that is chosen."""
    rows = {row.id: row for row in managing.list_own(room.person)}
    if not rows:
        show(tag("p", say(room, "none"), class_="count"))
        return
    names = list(rows)
    asked = room.asked.get("hotel", "")
    index = names.index(asked) if asked in names else 0
    chosen = names[index]
    if len(names) > 1:
        chosen = st.selectbox(
            say(room, "which"), names, index=index, key="jz_hotel", format_func=lambda one: hotel_name(rows[one], room.lang)
        )
    row = rows[chosen]
    left, right = st.columns([1.2, 1], gap="medium")
    with left:
        _widgets(room, row)
        _data(room, row)
    with right:
        _house(room, row)
        _counts(room, row)
        _rotate(room, row)


def site() -> str:
    """How links of this server begin."""
    return settings().public_url or str(st.context.url or "").split("/staff")[0].rstrip("/")


# -------------------------------------------------------------------------------------------------------- widgets


def _partner(row: PartnerRow) -> Partner:
    return Partner(row.id, row.version, row.keys, read(row.record))


def _kit(room: Room, row: PartnerRow, lang: str = "", until: dt.date | None = None) -> Kit:
    partner = _partner(row)
    return Kit(site(), row.id, partner.hotel, partner.token(lang=lang, until=until), lang or room.lang)


def _widgets(room: Room, row: PartnerRow) -> None:
    with st.container(key="jz_widgets", border=True):
        show(tag("h2", say(room, "widgets")))
        show(tag("p", say(room, "widgets_note"), class_="count"))
        show(tag("p", tag("b", say(room, "call", phone=row.record["phone"]))))
        left, right = st.columns(2, gap="small")
        with left:
            lang = st.selectbox(
                say(room, "lang"), ["", *LANGUAGES], key="jz_kit_lang",
                format_func=lambda one: text("ui.nav.language", one) if one else say(room, "by_browser"),
            )  # fmt: skip
        with right:
            until = st.date_input(say(room, "until"), None, min_value=local_today(), key="jz_kit_until", format="YYYY-MM-DD")
        kit = _kit(room, row, lang, until if isinstance(until, dt.date) else None)
        kind = st.segmented_control(
            say(room, "widgets"), SNIPPETS, default=SNIPPETS[0], key="jz_kit_kind", label_visibility="collapsed", required=True,
            format_func=lambda one: say(room, one),
        )  # fmt: skip
        name = kind or SNIPPETS[0]
        st.code(kit.snippet(name), language=None, wrap_lines=True)
        if name in ("iframe", "script", "oembed"):
            hosts = " ".join(kit.hotel.hosts) or say(room, "no_hosts")
            show(tag("p", say(room, "hosts_needed", hosts=hosts), class_="count"))
        width = st.radio(say(room, "width"), WIDTHS_PX, horizontal=True, key="jz_kit_width")
        show(tag("p", say(room, "preview", width=width), class_="count"))
        st.iframe(f"{kit.address('embed')}?preview=1", width=width, height=PREVIEW_PX)


def _house(room: Room, row: PartnerRow) -> None:
    kit = _kit(room, row)
    with st.container(key="jz_house", border=True):
        show(tag("h2", say(room, "more")))
        for name in ("desk", "lobby", "mini"):
            here = kit.address(name)
            show(tag("p", tag("a", say(room, name), href=here, target="_blank", rel="noopener", class_="staff-in")))
        with st.container(horizontal=True):
            code = kit.address("h", "qr")
            _file(room, "qr_svg", lambda: qr.svg(code).encode(), f"{row.id}-qr.svg")
            _file(room, "qr_png", lambda: qr.png(code), f"{row.id}-qr.png")
            for lang in LANGUAGES:
                _file(room, f"card_{lang}", _card_of(kit, lang), f"{row.id}-card-{lang}.pdf")


def _card_of(kit: Kit, lang: str) -> Callable[[], bytes]:
    return lambda: card.write(kit.hotel, kit.address("h", "card"), lang)


def _file(room: Room, key: str, write: Callable[[], bytes], name: str) -> None:
    """A file that is written when it is asked for."""
    st.download_button(say(room, key), write, name, key=f"jz_kit_{key}", on_click="ignore")


def _rotate(room: Room, row: PartnerRow) -> None:
    with st.container(key="jz_rotate", border=True):
        show(tag("h2", say(room, "rotate")))
        show(tag("p", say(room, "rotate_note"), class_="count"))
        for at_once, key in ((False, "rotate_soon"), (True, "rotate_now")):
            if st.button(say(room, key), key=f"jz_{key}"):
                with room.trying():
                    managing.rotate(room.person, row.id, at_once=at_once)
                    tell(say(room, "rotated"))
                    st.rerun()


# ----------------------------------------------------------------------------------------------------------- data


def _data(room: Room, row: PartnerRow) -> None:
    with st.container(key="jz_hotel_data", border=True):
        show(tag("h2", say(room, "data")))
        show(tag("p", say(room, "data_note"), class_="count"))
        waiting = _last(room, row)
        typed = record_form(room, f"{row.id}_{row.version}", row.record)
        note = st.text_input(say(room, "note"), key=f"jz_note_{row.id}_{row.version}", max_chars=managing.NOTE)
        if st.button(say(room, "propose"), key="jz_propose", type="primary"):
            _propose(room, row, typed, note)
        if waiting is not None:
            show(tag("h3", say(room, "waiting")))
            show(differences_table(room, row.record, {**row.record, **waiting}))


def _last(room: Room, row: PartnerRow) -> Cells | None:
    """What still waits for the bureau; why the last one was declined."""
    found = managing.list_proposals(room.person, partner=row.id)
    if found and found[0].state == DECLINED:
        show(tag("p", say(room, "declined", why=found[0].why), class_="wrong"))
    return found[0].record if found and found[0].state == OPEN else None


def _propose(room: Room, row: PartnerRow, typed: Cells, note: str) -> None:
    try:
        managing.propose(room.person, row.id, typed, note, base=row.version)
    except RequestError as error:
        alarm([said_problem(problem, room.lang) for problem in error.problems])
    except RevisionConflict:
        alarm([say(room, "changed_meanwhile")])
    except (PartnerTokenError, StoreUnavailable) as error:
        alarm([error.message(room.lang)])
    else:
        tell(say(room, "proposed"))
        st.rerun()


def record_form(room: Room, mark: str, cells: Cells) -> dict[str, str]:
    """Every cell of a record as fields; what was typed, with coordinates as we keep them."""
    lang, typed, datum = room.lang, dict(cells), "wgs84"
    # A hotel of the catalogue stands where the catalogue says.
    lines = [name for name in _LINES if name not in ("lat", "lon") or not cells.get("place")]
    if "lat" in lines:
        datum = st.radio(
            say(room, "datum"), list(DATUMS), horizontal=True, key=f"jz_hd_{mark}",
            format_func=lambda one: say(room, f"datum_{one}"),
        )  # fmt: skip
    columns = st.columns(2, gap="small")
    for k, name in enumerate(lines):
        with columns[k % 2]:
            typed[name] = _line(name, cells, f"{mark}_{datum}" if name in ("lat", "lon") else mark, lang)
    columns = st.columns(2, gap="small")
    for k, name in enumerate(_WORDS):
        with columns[k % 2]:
            limit = LONGEST_OF.get(name, LONGEST)
            given = st.text_area(
                field_name(name, lang), cells.get(name, ""), key=f"jz_h_{mark}_{name}", max_chars=limit, height="content"
            )
            typed[name] = given or ""
    typed |= _look(room, mark, cells)
    moved = (typed["lat"], typed["lon"]) != (cells.get("lat", ""), cells.get("lon", ""))
    return placed(typed, datum) if moved else typed


def _line(name: str, cells: Cells, mark: str, lang: str) -> str:
    given = st.text_input(field_name(name, lang), cells.get(name, ""), key=f"jz_h_{mark}_{name}", max_chars=80)
    return (given or "").strip()


def _look(room: Room, mark: str, cells: Cells) -> dict[str, str]:
    """Language, colours, logo and the sites that may embed."""
    lang = room.lang
    typed: dict[str, str] = {}
    typed["lang"] = st.selectbox(
        field_name("lang", lang), ["", *LANGUAGES], index=["", *LANGUAGES].index(cells.get("lang", "")), key=f"jz_h_{mark}_lang",
        format_func=lambda one: text("ui.nav.language", one) if one else say(room, "by_browser"),
    )  # fmt: skip
    columns = st.columns(2, gap="small")
    for k, name in enumerate(COLOURS):
        with columns[k]:
            typed[name] = _line(name, cells, mark, lang)
    _sample(room, typed, cells)
    typed["hosts"] = st.text_input(
        field_name("hosts", lang), cells.get("hosts", ""), key=f"jz_h_{mark}_hosts", max_chars=800,
        placeholder="https://www.hotel.example",
    ) or ""  # fmt: skip
    typed["logo"] = _logo(room, mark, cells.get("logo", ""))
    return typed


def _sample(room: Room, typed: Cells, cells: Cells) -> None:
    """The two colours as they will look, or why they cannot be."""
    accent, ground = typed["accent"].lower(), typed["ground"].lower()
    found = [said_problem(problem, room.lang) for problem in theme.problems(accent, ground)]
    if found:
        show(tag("p", " ".join(found), class_="wrong", role="alert"))
    elif accent:
        tints = theme.tints_of(theme.Colours(accent, ground))
        name = hotel_name_of(cells, room.lang)
        filled = f"background:{accent};color:{tints['on']};padding:6px 14px;border-radius:10px"
        button = tag("span", say(room, "button"), style=filled)
        words = tag("b", name, " ", style=f"color:{accent}")
        look = f"background:{ground};color:{tints['ink']};padding:14px;border-radius:12px;border:1px solid {tints['line']}"
        show(tag("p", words, button, style=look))


def hotel_name_of(cells: Cells, lang: str) -> str:
    """The name in a record."""
    one, other = ("name_zh", "name_en") if lang == "zh" else ("name_en", "name_zh")
    return cells.get(one) or cells.get(other) or "…"


def _logo(room: Room, mark: str, kept: str) -> str:
    if kept:
        show(tag("p", say(room, "logo_kept"), class_="count"))
        if st.checkbox(say(room, "logo_drop"), key=f"jz_h_{mark}_drop"):
            return ""
    given = st.file_uploader(say(room, "logo_upload"), type=["png", "jpg", "jpeg", "webp"], key=f"jz_h_{mark}_logo")
    if given is None:
        return kept
    try:
        return logo.encode(given.getvalue())
    except RequestError as error:
        show(tag("p", " ".join(said_problem(problem, room.lang) for problem in error.problems), class_="wrong", role="alert"))
        return kept


def differences_table(room: Room, before: Cells, after: Cells) -> Markup:
    """Every cell that changes, before and after side by side."""
    heads = [tag("th", words, scope="col") for words in ("", say(room, "was"), say(room, "becomes"))]
    rows = [_difference(room, one) for one in managing.differences(before, after)]
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff")
    return tag("div", table, class_="wide", tabindex=0)


def _difference(room: Room, one: managing.Difference) -> Markup:
    was = tag("td", _cell(room, one.field, one.before), class_="was")
    now = tag("td", tag("mark", _cell(room, one.field, one.after)), class_="now")
    return tag("tr", tag("th", field_name(one.field, room.lang), scope="row"), was, now)


def _cell(room: Room, field: str, value: str) -> str:
    if not value:
        return say(room, "empty")
    return say(room, "picture") if field == "logo" else value


# --------------------------------------------------------------------------------------------------------- counts


def _counts(room: Room, row: PartnerRow) -> None:
    today = local_today()
    with st.container(key="jz_hotel_counts", border=True):
        show(tag("h2", say(room, "counts")))
        show(tag("p", say(room, "counts_note"), class_="count"))
        kinds = attribution.KINDS
        heads = [tag("th", say(room, name), scope="col") for name in ("week", *kinds, "ways")]
        rows = []
        for week in attribution.weeks(row.id, today, most=8):
            names = [text(f"partners.channel.{name}", room.lang) for name in week.channels]
            ways = " · ".join(f"{name} {total}" for name, total in zip(names, week.channels.values(), strict=True))
            cells = [tag("td", str(week.kinds[kind])) for kind in kinds]
            rows.append(tag("tr", tag("th", week.monday.isoformat(), scope="row"), *cells, tag("td", ways)))
        table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="diff sums")
        show(tag("div", table, class_="wide", tabindex=0))
        first = today - dt.timedelta(weeks=104)
        st.download_button(
            say(room, "csv"), lambda: attribution.table(attribution.counts(row.id, first, today)), f"{row.id}.csv", "text/csv",
            key="jz_hotel_csv", on_click="ignore",
        )  # fmt: skip


__all__ = ["differences_table", "draw", "field_name", "hotel_name", "hotel_name_of", "record_form", "say"]
