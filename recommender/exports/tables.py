"""Tables on paper and in files: a report in, CSV, Excel, Word or PDF out. Nothing here knows what the figures are of.

Equal reports give equal CSV and PDF files; no text becomes a formula in any of them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from recommender.catalog.cells import guard
from recommender.exports.face import BOLD, REGULAR, face, fit

if TYPE_CHECKING:
    from fpdf import FPDF

Cell = str | int | float
INK: Final = (33, 37, 41)
SOFT: Final = (85, 90, 95)
LACQUER: Final = (140, 47, 27)
MARGIN_MM: Final = 17.0
WORD_FONTS: Final = ("Microsoft YaHei", "Calibri")
"""For Chinese and for Latin letters; a reader without them takes their own."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its title, what to know of it, heads and rows; every row has as many cells as there are heads."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Some tables, and what holds for all of them.

    Attributes
    ----------
    lines
        Where the figures come from, what they say and what not.
    made
        The moment that the files say they were made.
    """

    title: str
    lines: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    made: dt.datetime
    lang: str = "zh"


def words_of(cell: Cell) -> str:
    """A cell as it is printed: shares and measures to three places."""
    return f"{cell:.3f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)


def write_csv(sheet: Sheet) -> bytes:
    """One table: UTF-8 with a byte order mark, so that Excel does not take it for GBK."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([guard(head) for head in sheet.heads])
    writer.writerows([guard(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def write_excel(report: Report) -> bytes:
    """A workbook: what holds for all on the first sheet, then a sheet a table, numbers as numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    about = book.active
    assert about is not None
    about.title = _sheet_name(report.title, {})
    for row, line in enumerate((report.title, *report.lines), start=1):
        _put(about.cell(row, 1), line)
    about["A1"].font = Font(bold=True, size=14)
    about.column_dimensions["A"].width = 100
    names: dict[str, None] = {about.title: None}
    for sheet in report.sheets:
        page = book.create_sheet(_sheet_name(sheet.title, names))
        names[page.title] = None
        for column, head in enumerate(sheet.heads, start=1):
            _put(page.cell(1, column), head)
            page.cell(1, column).font = Font(bold=True)
            widest = max([len(head), *(len(words_of(row[column - 1])) for row in sheet.rows)])
            page.column_dimensions[get_column_letter(column)].width = min(2 * widest + 2, 60)
        for number, cells in enumerate(sheet.rows, start=2):
            for column, cell in enumerate(cells, start=1):
                _put(page.cell(number, column), cell)
        page.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(title: str, taken: Mapping[str, None]) -> str:
    plain = "".join(c for c in _clean(title).replace("\n", " ") if c not in "[]:*?/\\'").strip()[:28] or "-"
    return plain if plain not in taken else f"{plain} {len(taken)}"


def _put(place: Any, cell: Cell) -> None:
    place.value = _clean(cell) if isinstance(cell, str) else cell
    if isinstance(cell, str):
        place.data_type = "s"
        place.quotePrefix = guard(cell) != cell


def _clean(words: str) -> str:
    """Words without what XML has no character for."""
    return "".join(c for c in words if c.isprintable() or c == "\n")


def write_word(report: Report) -> bytes:
    """A Word document: headings, the lines, a table for each sheet whose heads come again on every page."""
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    for style in ("Normal", "Title", "Heading 1"):
        font = document.styles[style].font
        font.name = WORD_FONTS[1]
        document.styles[style].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), WORD_FONTS[0])
    document.styles["Normal"].font.size = Pt(10)
    document.core_properties.title = _clean(report.title)[:255]
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = report.made.replace(tzinfo=None)
    document.add_heading(_clean(report.title), 0)
    for line in report.lines:
        document.add_paragraph(_clean(line))
    for sheet in report.sheets:
        document.add_heading(_clean(sheet.title), 1)
        if sheet.note:
            document.add_paragraph(_clean(sheet.note))
        table = document.add_table(rows=1, cols=len(sheet.heads), style="Light Grid Accent 1")
        _fill(table.rows[0], sheet.heads)
        again = OxmlElement("w:tblHeader")
        again.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(again)  # noqa: SLF001 - python-docx offers no other way
        for row in sheet.rows:
            _fill(table.add_row(), [words_of(cell) for cell in row])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fill(row: Any, words: Sequence[str]) -> None:
    for cell, said in zip(row.cells, words, strict=True):
        cell.text = _clean(said)


def write_pdf(report: Report) -> bytes:
    """A4 with the Chinese typeface inside, cut down to the characters that there are."""
    said = [report.title, *report.lines, "0123456789/ "]
    for sheet in report.sheets:
        said += [sheet.title, sheet.note, *sheet.heads, *(words_of(cell) for row in sheet.rows for cell in row)]
    fitting = [fit(words) for words in said]
    with TemporaryDirectory() as folder:
        for name, weight in (("regular", REGULAR), ("bold", BOLD)):
            Path(folder, f"{name}.ttf").write_bytes(face(fitting, weight))
        return _draw(report, Path(folder))


def _draw(report: Report, folder: Path) -> bytes:
    from fpdf import FPDF

    title = fit(report.title)

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_font("face", "", 7.5)
            self.set_text_color(*SOFT)
            self.cell(0, 5, f"{title}  {self.page_no()}/{{nb}}", align="R")

    pdf = Pages(format="A4")
    pdf.set_margins(MARGIN_MM, MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=18)
    pdf.set_creation_date(report.made)
    pdf.set_title(title)
    pdf.set_lang("zh-CN" if report.lang == "zh" else "en")
    for style, name in (("", "regular"), ("B", "bold")):
        pdf.add_font("face", style, folder / f"{name}.ttf")
    pdf.add_page()
    _paragraph(pdf, title, 18, LACQUER, bold=True)
    for line in report.lines:
        _paragraph(pdf, fit(line), 9, SOFT)
    for sheet in report.sheets:
        _table(pdf, sheet)
    return bytes(pdf.output())


def _paragraph(pdf: FPDF, words: str, points: float, colour: tuple[int, int, int], *, bold: bool = False) -> None:
    from fpdf.enums import WrapMode

    pdf.set_font("face", "B" if bold else "", points)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, points * 0.55, words, new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)
    pdf.ln(1.5)


def _table(pdf: FPDF, sheet: Sheet) -> None:
    from fpdf.enums import WrapMode
    from fpdf.fonts import FontFace

    pdf.ln(3)
    if pdf.will_page_break(30):
        pdf.add_page()
    pdf.start_section(fit(sheet.title))
    _paragraph(pdf, fit(sheet.title), 12, INK, bold=True)
    if sheet.note:
        _paragraph(pdf, fit(sheet.note), 8.5, SOFT)
    pdf.set_font("face", "", 8.5)
    pdf.set_text_color(*INK)
    widths = [
        min(max([len(head), *(len(words_of(row[k])) for row in sheet.rows)]) + 2, 30) for k, head in enumerate(sheet.heads)
    ]
    numbers = [all(isinstance(row[k], int | float) for row in sheet.rows) and bool(sheet.rows) for k in range(len(widths))]
    with pdf.table(
        col_widths=widths, text_align=tuple("RIGHT" if n else "LEFT" for n in numbers), line_height=5, padding=0.6,
        headings_style=FontFace(emphasis="BOLD", fill_color=(238, 238, 238)), borders_layout="HORIZONTAL_LINES",
        wrapmode=WrapMode.CHAR,
    ) as table:  # fmt: skip
        for cells in (sheet.heads, *sheet.rows):
            row = table.row()
            for cell in cells:
                row.cell(fit(words_of(cell)))


WHOLE: Final[Mapping[str, tuple[Callable[[Report], bytes], str]]] = {
    "xlsx": (write_excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (write_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (write_pdf, "application/pdf"),
}
"""Files of a whole report, by their ending: how each is written, and its media type. CSV holds one table: `write_csv`."""
