"""Reports as files: what stands in them is what was put in, in every format, and nothing runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from recommender.exports.tables import WHOLE, Report, Sheet, write_csv, write_excel, write_pdf, write_word
from recommender.exports.tables import words_of as said

MADE = dt.datetime(2027, 4, 1, 8, 0, tzinfo=dt.UTC)
FORMULA = "=HYPERLINK(1)"
REPORT = Report(
    "推荐去向统计", ("来自 1080 名模拟访客。", "只用于比较。"),
    (
        Sheet("各县区各月", ("县区", "2027-04", "合计"), (("平遥县", 12, 0.25), ("祁县", 0, 1.0), (FORMULA, 3, 2.0))),
        Sheet("各景点 [1/2]", ("景点", "行程数"), tuple((f"第 {k} 处", k) for k in range(120)), note="按行程数排"),
    ),
    MADE,
)  # fmt: skip


def test_csv_is_read_back_with_no_cell_a_formula() -> None:
    data = write_csv(REPORT.sheets[0])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [["县区", "2027-04", "合计"], ["平遥县", "12", "0.25"], ["祁县", "0", "1.0"], [f"'{FORMULA}", "3", "2.0"]]


def test_a_workbook_holds_every_table_with_numbers_as_numbers() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(write_excel(REPORT)))
    first, one, two = book.worksheets
    assert [row[0].value for row in first.iter_rows()] == [REPORT.title, *REPORT.lines]
    assert [[cell.value for cell in row] for row in one.iter_rows(min_row=2)] == [list(row) for row in REPORT.sheets[0].rows]
    assert one["A4"].data_type == "s"
    assert two.max_row == 121


def test_a_word_document_holds_every_table_and_names_a_chinese_typeface() -> None:
    from docx import Document

    data = write_word(REPORT)
    document = Document(io.BytesIO(data))
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        list(REPORT.sheets[0].heads), *([said(cell) for cell in row] for row in REPORT.sheets[0].rows)
    ]  # fmt: skip
    assert len(document.tables[1].rows) == 121
    assert {REPORT.title, *REPORT.lines} <= {paragraph.text for paragraph in document.paragraphs}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert "Microsoft YaHei" in parts.read("word/styles.xml").decode()


@pytest.mark.poppler
def test_a_pdf_holds_every_word_and_its_typeface(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(write_pdf(REPORT))
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    for words in (REPORT.title, *REPORT.lines, "平遥县", "祁县", "各县区各月", "第 119 处", "按行程数排", FORMULA):
        assert words.replace(" ", "") in text.replace(" ", ""), words
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
    assert all(" yes " in line for line in fonts.splitlines()[2:])


@pytest.mark.parametrize("ending", ["csv", "pdf"])
def test_equal_reports_give_equal_files(ending: str) -> None:
    one, other = (write_csv(REPORT.sheets[1]) if ending == "csv" else write_pdf(REPORT) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("ending", list(WHOLE))
@pytest.mark.parametrize("words", ["", "\x00\x08", "\U0001f3ee 灯", "]]>&<x>", "行\n行", "a" * 2000])
def test_no_words_break_a_file(ending: str, words: str) -> None:
    hostile = Report(words or "-", (words,), (Sheet(words, (words, "n"), ((words, 1),), words),), MADE)
    assert len(WHOLE[ending][0](hostile)) > 500


@pytest.mark.parametrize("ending", list(WHOLE))
def test_a_report_without_rows_is_a_file_too(ending: str) -> None:
    assert len(WHOLE[ending][0](Report("空", (), (Sheet("空表", ("甲", "乙"), ()),), MADE))) > 500
