"""Where a figure comes from: source, how far it was checked, how sure we are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from recommender.i18n import find_text, text
from recommender.markup import EMPTY, join, link, tag
from recommender.trip.narrate.prose import checked_note, leg_note, ticket_note

if TYPE_CHECKING:
    from recommender.catalog import Attraction, Catalog
    from recommender.model import LegItem

UNVERIFIED: Final = frozenset(
    {"typical_unverified", "partly_sourced", "commonly_quoted_unverified", "free_or_included_unverified", "", "low"}
)
_LONGEST_SOURCE: Final = 90


def basis_mark(kind: str, basis: str | None, lang: str) -> Markup:
    """``有来源`` in green or ``未核实`` in amber.

    Parameters
    ----------
    kind
        ``hours``, ``ticket``, ``leg`` or ``confidence``.
    basis
        The catalogue's code; None and empty are unknown.
    """
    code = basis or "unknown"
    words = find_text(f"ui.basis.{kind}.{code}", lang) or code
    amber = (basis or "") in UNVERIFIED or code in ("unknown", "estimated", "assumed")
    return tag("span", words, class_="mark mark-amber" if amber else "mark mark-fine")


def place_provenance(catalog: Catalog, place: Attraction, lang: str) -> Markup:
    """Hours, price and coordinates of an attraction, each with its basis and sources, behind a toggle."""
    rows = [
        _row("hours", basis_mark("hours", place.hours_basis, lang), place.opening_hours, catalog, place, lang,
             ("opening_hours", "last_entry", "last_entry_note")),
        _row("price", basis_mark("ticket", place.ticket_basis, lang), ticket_note(place, lang), catalog, place, lang,
             ("ticket_cny", "ticket_fen", "ticket_note", "concessions")),
        _row("coordinates", basis_mark("confidence", place.coord_confidence, lang),
             f"{place.lat:.4f}, {place.lon:.4f}", catalog, place, lang, ("lat", "lon")),
    ]  # fmt: skip
    note = checked_note(place, lang)
    return tag(
        "details",
        tag("summary", text("ui.provenance.title", lang)),
        tag("dl", *rows),
        tag("p", text("ui.provenance.checked", lang, note=note), class_="fine") if note else None,
        class_="prov",
    )


def leg_provenance(catalog: Catalog, leg: LegItem, lang: str) -> Markup:
    """What a leg rests on; nothing where the leg says no more than that it is estimated."""
    listed = _source_list(catalog, leg.source, lang)
    sources = tag("span", text("ui.provenance.source", lang), " ", listed) if leg.source else None
    words = leg_note(leg, catalog, lang)
    note = tag("p", text("ui.provenance.note", lang, note=words), class_="fine") if words else None
    timetable = basis_mark("timetable", leg.timetable, lang) if leg.timetable else EMPTY
    return tag(
        "details",
        tag("summary", text("ui.provenance.title", lang)),
        tag("p", basis_mark("leg", leg.basis, lang), " ", timetable, " ",
            basis_mark("confidence", leg.confidence, lang) if leg.confidence else EMPTY),
        note,
        tag("p", sources, class_="fine") if sources else None,
        class_="prov",
    )  # fmt: skip


def _row(
    label: str, mark: Markup, value: str | None, catalog: Catalog, place: Attraction, lang: str, columns: tuple[str, ...]
) -> Markup:
    named = next((place.field_sources[c] for c in columns if c in place.field_sources), None)
    if named is not None:
        sources = _source_list(catalog, "+".join(named.source_ids), lang)
        confidence = named.confidence
    else:
        sources = _source_list(catalog, place.source, lang)
        confidence = place.confidence
    # A position's mark is a confidence already.
    sure = None if label == "coordinates" else basis_mark("confidence", confidence, lang)
    return join(
        [
            tag("dt", text(f"ui.provenance.{label}", lang)),
            tag(
                "dd",
                tag("span", value or text("ui.unknown", lang)),
                " ",
                mark,
                " ",
                sure or EMPTY,
                tag("div", text("ui.provenance.source", lang), " ", sources, class_="fine"),
            ),
        ]
    )


def _source(catalog: Catalog, name: str) -> Markup:
    source = catalog.sources.get(name)
    if source is None:
        return link(name, name if len(name) <= _LONGEST_SOURCE else name[: _LONGEST_SOURCE - 1] + "…")
    label = (source.title or name) + (f" ({source.year})" if source.year else "")
    return link(source.url, label) if source.url else join([label])


def _source_list(catalog: Catalog, named: str, lang: str) -> Markup:
    """Source ids by title and year, web addresses as links, other text as it stands."""
    shown: list[Markup] = []
    for part in named.replace(" | ", " ; ").split(" ; "):
        for word in part.split("+") if part.strip().startswith("s-") else [part]:
            name = word.strip()
            if name:
                shown.append(_source(catalog, name))
    mark = Markup("；") if lang == "zh" else Markup("; ")
    return mark.join(shown)
