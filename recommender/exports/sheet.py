"""A4 sheets: blocks of words and a map sketch in, a PDF out. Nothing here knows of trips.

Words are composed before anything is drawn, so that the typeface can be cut down to them. Colours only repeat what
numbers, bars, dashes and weight say already: a black-and-white print loses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

from recommender.exports.breaks import break_units
from recommender.exports.face import BOLD, REGULAR, face, fit
from recommender.exports.sketch import PIN_MM, Sketch

if TYPE_CHECKING:
    from fpdf import FPDF

Style = Literal["brand", "title", "heading", "section", "name", "body", "soft", "fine", "note"]
Colour = tuple[int, int, int]

INK: Final[Colour] = (33, 37, 41)
SOFT: Final[Colour] = (85, 90, 95)
PALE: Final[Colour] = (190, 190, 190)
PAPER: Final[Colour] = (238, 238, 238)
LACQUER: Final[Colour] = (140, 47, 27)
DAY_COLOURS: Final[tuple[Colour, ...]] = (
    (140, 47, 27), (47, 107, 94), (52, 80, 138), (122, 84, 23), (109, 58, 110), (61, 90, 102), (138, 58, 90),
)  # fmt: skip
DASHES: Final[tuple[tuple[float, float], ...]] = (
    (0, 0),
    (3, 1.2),
    (0.9, 1.1),
    (6, 1.5),
    (1.8, 1.8),
    (4.5, 3),
    (0.4, 1.8),
)
"""Drawn and left out, in mm: each day's way can be told in black and white too."""
PAGE_MM: Final = (210.0, 297.0)
MARGIN_MM: Final = 17.0
FOOT_MM: Final = 16.0
CLOCK_MM: Final = 14.0
CONTENT_MM: Final = 24.0
DOT_MM: Final = 2.7
PT_MM: Final = 25.4 / 72
POINTS: Final[dict[Style, tuple[float, bool, Colour, float]]] = {
    "brand": (13, True, LACQUER, 1.0), "title": (22, True, INK, 2.0), "heading": (16, True, INK, 1.0),
    "section": (11.5, True, INK, 0.8), "name": (10.5, True, INK, 0.2), "body": (9.5, False, INK, 0.3),
    "soft": (9, False, SOFT, 0.3), "fine": (7.5, False, SOFT, 0.2), "note": (8.8, False, INK, 0.5),
}  # fmt: skip
"""Size in points, bold, colour, and room below in mm."""
LEADING: Final = 1.42
ROW_MM: Final = 1.8
LEAST_POINTS: Final = 7.0
SCALES: Final = (1.0, 0.95, 0.9, 0.85, 0.8)
"""Of letters, where that puts a section on one page: 9.5 points become 7.6 at the least."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; ``link`` is where a click leads."""

    words: str
    style: Style = "body"
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A moment of a day: its clock, its number (empty: a small ring), what happens."""

    clock: str
    number: str
    day: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The map sketch with a word for each day of its legend."""

    sketch: Sketch
    legend: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Room of so many mm."""

    mm: float


@dataclass(frozen=True, slots=True)
class Section:
    """A new page, found by its title in the reader's list of contents."""

    title: str


Block = Line | Row | Picture | Gap | Section


@dataclass(frozen=True, slots=True)
class Paper:
    """A document before it is drawn.

    Attributes
    ----------
    foot
        At the foot of every page; the right one takes ``{page}`` and ``{pages}``.
    made
        The moment that the file says it was made.
    """

    title: str
    language: str
    subject: str
    foot: tuple[str, str]
    made: dt.datetime
    blocks: Sequence[Block] = field(default=())


def draw(paper: Paper) -> bytes:
    """The PDF; equal for equal papers."""
    regular, bold = _words(paper)
    with TemporaryDirectory() as folder:
        # The library reads a typeface from a file only.
        for name, words, weight in (("regular", regular, REGULAR), ("bold", bold, BOLD)):
            Path(folder, f"{name}.ttf").write_bytes(face(words, weight))
        return _Pen(paper, Path(folder)).draw()


def _words(paper: Paper) -> tuple[list[str], list[str]]:
    """What is set in regular and in bold."""
    regular, bold = ["0123456789–→·", *map(fit, paper.foot)], ["0123456789."]
    for block in paper.blocks:
        if isinstance(block, Picture):
            regular += [fit(words) for words in block.legend]
            regular += [fit(name) for _, name in (*block.sketch.towns, *block.sketch.hubs)]
            bold += [fit(name) for _, name in block.sketch.hubs]
            continue
        if isinstance(block, Row):
            regular.append(fit(block.clock))
        for line in block.lines if isinstance(block, Row) else [block] if isinstance(block, Line) else []:
            (bold if POINTS[line.style][1] else regular).append(fit(line.words))
    return regular, bold


class _Pen:
    """One document being drawn."""

    def __init__(self, paper: Paper, folder: Path) -> None:
        from fpdf import FPDF

        pen = self

        class Sheets(FPDF):
            def footer(self) -> None:
                pen.foot()

        self.paper = paper
        self.pdf: FPDF = Sheets(format="A4")
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.c_margin = 0
        self.pdf.set_creation_date(paper.made)
        self.pdf.set_title(fit(paper.title))
        self.pdf.set_subject(fit(paper.subject))
        self.pdf.set_creator("Jinzhong itinerary recommender")
        self.pdf.set_lang(paper.language)
        self.pdf.set_display_mode("fullpage")
        for style, name in (("", "regular"), ("B", "bold")):
            self.pdf.add_font("face", style, folder / f"{name}.ttf")
        self.right = PAGE_MM[0] - MARGIN_MM
        self.bottom = PAGE_MM[1] - FOOT_MM - 2
        self.y = MARGIN_MM
        self.scale = 1.0

    def draw(self) -> bytes:
        self._page()
        for k, block in enumerate(self.paper.blocks):
            if isinstance(block, Section):
                if k:
                    self._page()
                self.pdf.start_section(fit(block.title))
                self._scale(self.paper.blocks[k + 1 :])
            elif isinstance(block, Gap):
                self.y += block.mm
            elif isinstance(block, Line):
                self._fits(self._height(block, MARGIN_MM) + (12 if block.style in ("heading", "section") else 0))
                self._line(block, MARGIN_MM)
            elif isinstance(block, Row):
                self._row(block)
            else:
                self._fits(block.sketch.height + 8)
                self._picture(block)
        return bytes(self.pdf.output())

    # ------------------------------------------------------------------------------------------------ pages

    def _scale(self, blocks: Sequence[Block]) -> None:
        """A little smaller where a section then fits on one page; as large as ever where it does not."""
        section = list(takewhile(lambda block: not isinstance(block, Section), blocks))
        for self.scale in (*SCALES, 1.0):
            if sum(self._needs(block) for block in section) <= self.bottom - MARGIN_MM:
                return

    def _needs(self, block: Block) -> float:
        if isinstance(block, Picture):
            return block.sketch.height + 8
        if isinstance(block, Row):
            return sum(self._height(line, MARGIN_MM + CONTENT_MM) for line in block.lines) + ROW_MM
        if isinstance(block, Gap):
            return block.mm
        return self._height(block, MARGIN_MM) if isinstance(block, Line) else 0.0

    def _page(self) -> None:
        self.pdf.add_page()
        self.y = MARGIN_MM

    def _fits(self, height: float) -> None:
        if self.y + height > self.bottom and self.y > MARGIN_MM:
            self._page()

    def foot(self) -> None:
        """The foot of the page that ends."""
        left, right = (fit(words) for words in self.paper.foot)
        right = right.format(page=self.pdf.page_no(), pages="{nb}")
        y = PAGE_MM[1] - FOOT_MM
        self._pencil(PALE, 0.2)
        self.pdf.line(MARGIN_MM, y, self.right, y)
        self.pdf.set_font("face", "", POINTS["fine"][0])
        self.pdf.set_text_color(*SOFT)
        self.pdf.set_xy(MARGIN_MM, y + 1)
        self.pdf.cell(120, 5, left)
        self.pdf.set_xy(self.right - 50, y + 1)
        self.pdf.cell(50, 5, right, align="R")

    # ------------------------------------------------------------------------------------------------ words

    def _type(self, style: Style, colour: Colour | None = None) -> float:
        """Take up a style; its height of a line in mm."""
        size, bold, ink, _ = POINTS[style]
        points = max(size * self.scale, LEAST_POINTS)
        self.pdf.set_font("face", "B" if bold else "", points)
        self.pdf.set_text_color(*(colour or ink))
        return float(points * PT_MM * LEADING)

    def _height(self, line: Line, left: float) -> float:
        tall = self._type(line.style)
        return tall * len(self._wrapped(line, left)) + POINTS[line.style][3]

    def _wrapped(self, line: Line, left: float) -> list[str]:
        inset = 3.0 if line.style == "note" else 0.0
        return list(self._lines(fit(line.words), self.right - left - inset))

    def _lines(self, words: str, width: float) -> Iterator[str]:
        """Words in lines no wider than ``width`` mm."""
        line, used = "", 0.0
        for unit in self._units(words, width):
            wide = self._wide(unit)
            if line and used + self._wide(unit.rstrip()) > width:
                yield line.rstrip()
                line, used = "", 0.0
            line += unit
            used += wide
        yield line.rstrip()

    def _units(self, words: str, width: float) -> Iterator[str]:
        """What may not be broken; what is wider than a line, an address for one, in letters."""
        for unit in break_units(words):
            if self._wide(unit.rstrip()) <= width:
                yield unit
            else:
                yield from unit

    def _wide(self, words: str) -> float:
        """Width in mm; letters are not kerned, so that parts add up."""
        return float(self.pdf.get_string_width(words))

    def _line(self, line: Line, left: float) -> None:
        tall = self._type(line.style)
        rows = self._wrapped(line, left)
        if line.style == "note":
            self.pdf.set_fill_color(*PAPER)
            self.pdf.rect(left, self.y, self.right - left, tall * len(rows), style="F")
            self.pdf.set_fill_color(*INK)
            self.pdf.rect(left, self.y, 0.9, tall * len(rows), style="F")
        for row in rows:
            if self.y + tall > self.bottom:
                self._page()
                self._type(line.style)
            self.pdf.set_xy(left + (3.0 if line.style == "note" else 0.0), self.y)
            self.pdf.cell(self.pdf.get_string_width(row), tall, row, link=line.link or "")
            self.y += tall
        self.y += POINTS[line.style][3]

    def _row(self, row: Row) -> None:
        left = MARGIN_MM + CONTENT_MM
        height = self._needs(row)
        self._fits(min(height, self.bottom - MARGIN_MM))
        top, x = self.y, MARGIN_MM + CLOCK_MM + DOT_MM + 0.6
        self._pencil(PALE, 0.3)
        self.pdf.line(x, top, x, min(top + height, self.bottom))
        tall = self._type("soft")
        self.pdf.set_xy(MARGIN_MM, top)
        self.pdf.cell(CLOCK_MM - 1, tall, fit(row.clock), align="R")
        self._dot(x, top + DOT_MM, row)
        for line in row.lines:
            self._line(line, left)
        self.y += ROW_MM

    def _dot(self, x: float, y: float, row: Row) -> None:
        if not row.number:
            self.pdf.set_fill_color(255, 255, 255)
            self._pencil(SOFT, 0.3)
            self.pdf.circle(x, y - 0.4, 1.0, style="DF")
            return
        self.pdf.set_fill_color(*DAY_COLOURS[row.day % len(DAY_COLOURS)])
        self.pdf.circle(x, y, DOT_MM, style="F")
        self._number(row.number, x, y)

    def _number(self, words: str, x: float, y: float) -> None:
        self.pdf.set_font("face", "B", 8.5)
        self.pdf.set_text_color(255, 255, 255)
        self.pdf.set_xy(x - 5, y - 2)
        self.pdf.cell(10, 4, words, align="C")

    def _pencil(self, colour: Colour, width: float) -> None:
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(width)
        self.pdf.set_dash_pattern()

    # -------------------------------------------------------------------------------------------------- map

    def _picture(self, picture: Picture) -> None:
        shape, left, top = picture.sketch, MARGIN_MM, self.y
        with self.pdf.rect_clip(left, top, shape.width, shape.height):
            self._pencil(PALE, 0.25)
            for ring in shape.outlines:
                self.pdf.polygon([(left + x, top + y) for x, y in ring])
            self._towns(shape, left, top)
            for day, a, b in shape.ways:
                self._pencil(DAY_COLOURS[day % len(DAY_COLOURS)], 0.7)
                self._dashed(day)
                self.pdf.line(left + a[0], top + a[1], left + b[0], top + b[1])
            self._hubs(shape, left, top)
            self._pins(shape, left, top)
        self._pencil(SOFT, 0.3)
        self.pdf.rect(left, top, shape.width, shape.height)
        self.y = top + shape.height + 1.5
        self._legend(picture.legend)

    def _dashed(self, day: int) -> None:
        dash, gap = DASHES[day % len(DASHES)]
        self.pdf.set_dash_pattern(dash, gap)

    def _towns(self, shape: Sketch, left: float, top: float) -> None:
        self._type("fine", (120, 120, 120))
        for (x, y), name in shape.towns:
            self.pdf.set_fill_color(*PALE)
            self.pdf.circle(left + x, top + y, 0.7, style="F")
            self.pdf.set_xy(left + x + 1.4, top + y - 4)
            self.pdf.cell(20, 4, fit(name))

    def _hubs(self, shape: Sketch, left: float, top: float) -> None:
        for (x, y), name in shape.hubs:
            self.pdf.set_fill_color(*INK)
            self.pdf.rect(left + x - 1.1, top + y - 1.1, 2.2, 2.2, style="F")
            self.pdf.set_font("face", "B", 8)
            self.pdf.set_text_color(*INK)
            width = self.pdf.get_string_width(fit(name)) + 2
            at = x + 2 if x + width + 2 < shape.width else x - width - 1.5
            self.pdf.set_xy(left + at, top + y - 2)
            self.pdf.cell(width, 4, fit(name))

    def _pins(self, shape: Sketch, left: float, top: float) -> None:
        wide, tall = PIN_MM
        for pin in shape.pins:
            if pin.plate != pin.spot:
                self._pencil(INK, 0.2)
                self.pdf.line(left + pin.spot[0], top + pin.spot[1], left + pin.plate[0], top + pin.plate[1])
                self.pdf.set_fill_color(*INK)
                self.pdf.circle(left + pin.spot[0], top + pin.spot[1], 0.6, style="F")
        for pin in shape.pins:
            x, y = left + pin.plate[0], top + pin.plate[1]
            self.pdf.set_fill_color(*DAY_COLOURS[pin.day % len(DAY_COLOURS)])
            self._pencil((255, 255, 255), 0.3)
            self.pdf.rect(x - wide / 2, y - tall / 2, wide, tall, style="DF", round_corners=True, corner_radius=1.6)
            self._number(pin.label, x, y)

    def _legend(self, words: Sequence[str]) -> None:
        x, tall = MARGIN_MM, self._type("fine")
        for day, word in enumerate(words):
            shown = fit(word)
            width = 12 + self.pdf.get_string_width(shown) + 5
            if x + width > self.right:
                x, self.y = MARGIN_MM, self.y + tall
            self._pencil(DAY_COLOURS[day % len(DAY_COLOURS)], 0.9)
            self._dashed(day)
            self.pdf.line(x, self.y + tall / 2, x + 10, self.y + tall / 2)
            self.pdf.set_xy(x + 11, self.y)
            self.pdf.cell(width, tall, shown)
            x += width
        self.pdf.set_dash_pattern()
        self.y += tall + 0.5
