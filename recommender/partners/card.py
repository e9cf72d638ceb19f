"""The card for the lobby and the rooms: A5, a code to scan, in Chinese and English, and whom to call."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from recommender.exports.face import BOLD, REGULAR, face, fit
from recommender.i18n import text
from recommender.partners import qr
from recommender.partners.hotel import Hotel

if TYPE_CHECKING:
    from fpdf import FPDF

PAGE_MM: Final = (148.0, 210.0)
CODE_MM: Final = 78.0
CODE_TOP_MM: Final = 74.0
MARGIN_MM: Final = 14.0
LOGO_MM: Final = (52.0, 16.0)
INK: Final = (33, 37, 41)
SOFT: Final = (85, 90, 95)
LACQUER: Final = (140, 47, 27)
KEPT: Final = 100
"""Cards remembered: each costs as much as a plan, and is the same until the hotel changes."""
_OTHER: Final = {"zh": "en", "en": "zh"}
_TAGS: Final = {"zh": "zh-CN", "en": "en"}
_EPOCH: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""A fixed rule instead of the clock: equal cards are equal files."""


@lru_cache(maxsize=KEPT)
def write(hotel: Hotel, link: str, lang: str) -> bytes:
    """The card as a PDF.

    Parameters
    ----------
    link
        What the code leads to.
    lang
        The language that comes first; the other one stands below it.
    """
    lines = _lines(hotel, link, lang)
    with TemporaryDirectory() as folder:
        # The library reads a typeface from a file only.
        for name, weight in (("regular", REGULAR), ("bold", BOLD)):
            Path(folder, f"{name}.ttf").write_bytes(face([fit(words) for words, *_ in lines], weight))
        return _draw(hotel, link, lang, lines, Path(folder))


def _lines(hotel: Hotel, link: str, lang: str) -> list[tuple[str, float, float, bool, tuple[int, int, int]]]:
    """Words, where they stand from the top in mm, their size in points, bold, colour."""
    other = _OTHER[lang]
    accent = _rgb(hotel.colours.accent) if hotel.colours else LACQUER
    who = f" ({hotel.contact})" if hotel.contact else ""
    shown = link.partition("?")[0]
    below = CODE_TOP_MM + CODE_MM
    return [
        (hotel.name(lang), 34, 20, True, INK),
        (hotel.name(other) if hotel.name(other) != hotel.name(lang) else "", 43, 11, False, SOFT),
        (text("partners.card.scan", lang), 55, 17, True, accent),
        (text("partners.card.scan", other), 63, 11, False, SOFT),
        (text("partners.card.what", lang), below + 5, 10.5, False, INK),
        (text("partners.card.what", other), below + 11, 9, False, SOFT),
        (text("partners.card.call", lang, phone=hotel.phone) + who, below + 21, 12, True, INK),
        (text("partners.card.call", other, phone=hotel.phone) + who, below + 28, 9, False, SOFT),
        (shown if len(shown) <= 90 else f"{shown[:89]}…", below + 39, 6.5, False, SOFT),
        (f"{text('trip.brand', 'zh')} · {text('trip.brand', 'en')}", below + 45, 8, False, SOFT),
    ]


def _draw(hotel: Hotel, link: str, lang: str, lines: list[tuple[str, float, float, bool, tuple[int, int, int]]],
          folder: Path) -> bytes:  # fmt: skip
    from fpdf import FPDF

    pdf = FPDF(format=PAGE_MM)
    pdf.set_auto_page_break(auto=False)
    pdf.set_creation_date(_EPOCH)
    pdf.set_title(fit(hotel.name(lang)))
    pdf.set_creator("Jinzhong itinerary recommender")
    pdf.set_lang(_TAGS[lang])
    for style, name in (("", "regular"), ("B", "bold")):
        pdf.add_font("face", style, folder / f"{name}.ttf")
    pdf.add_page()
    _logo(pdf, hotel)
    for words, top, points, bold, colour in lines:
        _centred(pdf, fit(words), top, points, bold=bold, colour=colour)
    _code(pdf, link)
    return bytes(pdf.output())


def _logo(pdf: FPDF, hotel: Hotel) -> None:
    import base64
    import io

    if hotel.logo:
        picture = io.BytesIO(base64.b64decode(hotel.logo))
        pdf.image(picture, (PAGE_MM[0] - LOGO_MM[0]) / 2, 11, *LOGO_MM, keep_aspect_ratio=True, alt_text=fit(hotel.name("zh")))


def _centred(pdf: FPDF, words: str, top: float, points: float, *, bold: bool, colour: tuple[int, int, int]) -> None:
    """One line; what is too wide is set smaller."""
    if not words:
        return
    pdf.set_font("face", "B" if bold else "", points)
    width, room = pdf.get_string_width(words), PAGE_MM[0] - 2 * MARGIN_MM
    if width > room:
        pdf.set_font_size(points * room / width)
        width = pdf.get_string_width(words)
    pdf.set_text_color(*colour)
    pdf.text((PAGE_MM[0] - width) / 2, top, words)


def _code(pdf: FPDF, link: str) -> None:
    """The code as squares, so that a printer of any resolution draws it sharp."""
    rows = qr.matrix(link)
    side = CODE_MM / (len(rows) + 2 * qr.BORDER)
    left = (PAGE_MM[0] - CODE_MM) / 2 + qr.BORDER * side
    top = CODE_TOP_MM - 8 + qr.BORDER * side
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * side, top + y * side, side * 1.02, side * 1.02, style="F")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
