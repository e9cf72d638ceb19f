"""Files in and out: one's own export changes nothing, all problems are named, no formula goes either way."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from recommender.bureau import auditing, drafting, exchange, publishing
from recommender.catalog import upload as uploads
from recommender.catalog.records import Tables, tables_of
from recommender.catalog.tables import TABLES
from recommender.errors import CatalogInvalid, EditConflict, RequestError
from recommender.store import Database
from recommender.store.drafts import Draft
from tests.bureau.little_bureau import Bureau, open_bureau
from tests.conftest import ONE_DATABASE

DATA = Path(__file__).resolve().parents[2] / "data"


def tables(bureau: Bureau) -> Tables:
    return publishing.get_revision(bureau.ann, bureau.first.revision, database=bureau.database)


def run(bureau: Bureau, draft: Draft, name: str, data: bytes) -> exchange.DryRun:
    return exchange.dry_run(bureau.ann, draft.id, exchange.read_upload(name, data), database=bureau.database)


def applied(bureau: Bureau, draft: Draft, name: str, data: bytes, **options: Any) -> exchange.DryRun:
    upload = exchange.read_upload(name, data)
    return exchange.apply(bureau.ann, draft.id, upload, "县里来表", **options, database=bureau.database)


def book_of(bureau: Bureau, change: Callable[[Any], object]) -> bytes:
    """One's own export, changed by hand."""
    book = load_workbook(io.BytesIO(exchange.export_workbook(tables(bureau))))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(bureau: Bureau, name: str, change: Callable[[list[list[str]]], object]) -> str:
    text = exchange.export_csv(name, tables(bureau)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    change(rows)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def where(found: exchange.DryRun) -> list[str]:
    return [problem.field for problem in found.problems]


# ---------------------------------------------------------------------------------------------- round trips


@ONE_DATABASE
def test_importing_ones_own_export_of_the_real_catalogue_changes_nothing(database: Database) -> None:
    bureau = open_bureau(database, DATA)
    draft, held = bureau.draft(), tables(bureau)
    done = run(bureau, draft, "all.xlsx", exchange.export_workbook(held))
    assert (done.problems, done.changes, done.conflicts) == ((), (), ())
    assert done.tables == tuple(table.name for table in TABLES)
    for table in TABLES:
        done = run(bureau, draft, table.file, exchange.export_csv(table.name, held))
        assert (done.problems, done.changes, done.tables) == ((), (), (table.name,)), table.name
    applied(bureau, draft, "all.xlsx", exchange.export_workbook(held))
    assert drafting.list_edits(bureau.ann, draft.id, database=database) == []


@ONE_DATABASE
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_csv_is_read_in_the_encodings_that_spreadsheets_write(bureau: Bureau, encoding: str) -> None:
    def change(rows: list[list[str]]) -> None:
        rows[1][rows[0].index("name_zh")] = "南大街小吃一条街"

    found = run(bureau, bureau.draft(), "dining.csv", csv_of(bureau, "dining", change).encode(encoding))
    assert found.problems == ()
    assert [(c.kind, c.key, c.fields[0].before, c.fields[0].after) for c in found.changes] == [
        ("changed", "eat-street", "南大街小吃", "南大街小吃一条街")
    ]


@ONE_DATABASE
def test_a_table_is_known_by_its_columns_where_the_name_does_not_say(bureau: Bureau) -> None:
    data = exchange.export_csv("events", tables(bureau))
    assert run(bureau, bureau.draft(), "节庆.csv", data).tables == ("events",)
    found = run(bureau, bureau.draft(), "什么.csv", "甲,乙\n1,2\n".encode())
    assert [problem.code for problem in found.problems] == ["upload_table"]


@ONE_DATABASE
def test_a_template_has_every_column_and_no_row(bureau: Bureau) -> None:
    book = load_workbook(io.BytesIO(exchange.export_workbook()))
    for table in TABLES:
        rows = list(book[table.name].values)
        assert rows == [tuple(column.name for column in table.columns)]
        assert exchange.export_csv(table.name).decode("utf-8-sig").strip() == ",".join(c.name for c in table.columns)


# --------------------------------------------------------------------------------------------------- changes


def test_added_changed_and_removed_rows_are_told_by_field_and_applied_together(bureau: Bureau) -> None:
    def change(book: Any) -> None:
        sheet = book["sources"]
        header = [cell.value for cell in sheet[1]]
        row = next(r for r in sheet.iter_rows(min_row=2) if r[0].value == "s-one")
        row[header.index("title")].value = "一号"
        row[header.index("year")].value = 2026
        sheet.append(["s-three", None, "media", 2027, "Three"])
        closures = book["closures"]
        for line in range(closures.max_row, 1, -1):
            if closures.cell(line, 1).value == "shuanglin-si":
                closures.delete_rows(line)

    draft, data = bureau.draft(), book_of(bureau, change)
    found = run(bureau, draft, "改.xlsx", data)
    assert found.problems == ()
    assert [(c.table, c.kind) for c in found.changes] == [
        ("closures", "removed"), ("sources", "changed"), ("sources", "added")
    ]  # fmt: skip
    assert [(f.column, f.before, f.after) for f in found.changes[1].fields] == [
        ("year", "2025", "2026"), ("title", "One", "一号")
    ]  # fmt: skip
    assert drafting.list_edits(bureau.ann, draft.id, database=bureau.database) == []
    applied(bureau, draft, "改.xlsx", data)
    assert drafting.list_changes(bureau.ann, draft.id, database=bureau.database) == found.changes
    assert auditing.list_entries(bureau.eva, most=1, database=bureau.database)[0].action == "import_file"
    bureau.publish(draft.id)


def test_a_changed_way_is_the_same_way_changed(bureau: Bureau) -> None:
    def change(rows: list[list[str]]) -> None:
        minutes = rows[0].index("minutes")
        row = next(r for r in rows if r[minutes] == "12")
        row[minutes] = "14"

    found = run(bureau, bureau.draft(), "links.csv", csv_of(bureau, "links", change).encode())
    assert [(c.kind, [(f.column, f.after) for f in c.fields]) for c in found.changes] == [
        ("changed", [("minutes", "14")])
    ]


def test_what_colleagues_changed_in_the_draft_stays_and_clashes_are_chosen(bureau: Bureau) -> None:
    def change(rows: list[list[str]]) -> None:
        row = next(r for r in rows if r[0] == "shuanglin-si")
        row[rows[0].index("ticket_cny")], row[rows[0].index("visit_minutes")] = "60", "75"

    draft, data = bureau.draft(), csv_of(bureau, "attractions", change).encode()
    bureau.save(draft.id, ticket_cny="50", popularity="77")
    assert [c.column for c in run(bureau, draft, "attractions.csv", data).conflicts] == ["ticket_cny"]
    with pytest.raises(EditConflict):
        applied(bureau, draft, "attractions.csv", data)
    assert bureau.record(draft.id).version == 1
    for side, price in (("theirs", "50"), ("mine", "60")):
        applied(bureau, draft, "attractions.csv", data, prefer=side)
        now = bureau.record(draft.id).cells or {}
        assert (now["ticket_cny"], now["visit_minutes"], now["popularity"]) == (price, "75", "77")


# -------------------------------------------------------------------------------------------------- problems


@ONE_DATABASE
def test_every_problem_is_named_by_sheet_row_and_column_in_both_languages_and_nothing_is_taken(bureau: Bureau) -> None:
    def change(book: Any) -> None:
        sheet = book["attractions"]
        header = [cell.value for cell in sheet[1]]
        sheet.cell(2, header.index("lat") + 1).value = 31.2
        sheet.cell(3, header.index("category") + 1).value = "castle"
        sheet.cell(1, len(header) + 1).value = "联系电话"
        book.create_sheet("草稿纸").append(["x"])
        book["dining"].cell(2, 1).value = "=1+1"
        book["lodging"].cell(2, 1).value = "#REF!"
        book["lodging"].cell(2, 1).data_type = "e"

    draft, data = bureau.draft(), book_of(bureau, change)
    found = run(bureau, draft, "坏.xlsx", data)
    assert {(p.args.get("file"), p.args.get("row"), p.args.get("column"), p.code) for p in found.problems} >= {
        ("attractions", 2, "lat", "data_number"),
        ("attractions", 3, "category", "data_choice"),
        ("attractions", 1, "联系电话", "data_column_unknown"),
        ("dining", 2, "id", "data_formula"),
        ("lodging", 2, "id", "data_error_cell"),
        (None, None, None, "upload_sheet"),
    }
    for problem in found.problems:
        assert problem.message("zh") != problem.message("en")
        assert ".csv" not in problem.field
    with pytest.raises(CatalogInvalid) as caught:
        applied(bureau, draft, "坏.xlsx", data)
    assert caught.value.problems == found.problems
    assert drafting.list_edits(bureau.ann, draft.id, database=bureau.database) == []


def test_what_other_tables_say_of_a_row_that_is_gone_is_a_problem_of_the_file(bureau: Bureau) -> None:
    def change(rows: list[list[str]]) -> None:
        rows[:] = [row for row in rows if row[0] != "shuanglin-si"]

    found = run(bureau, bureau.draft(), "attractions.csv", csv_of(bureau, "attractions", change).encode())
    assert {p.code for p in found.problems} >= {"data_unknown_place", "data_unknown_attraction"}


@ONE_DATABASE
@pytest.mark.parametrize("name", ["x.xlsx", "x.xls", "x", "attractions.csv"])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\x00" * 99, b"\xff\xfe" + "平遥".encode("utf-16-le"), b"\xff\xff\xff"]
)
def test_what_is_no_table_is_named_never_raised(bureau: Bureau, name: str, data: bytes) -> None:
    assert run(bureau, bureau.draft(), name, data).problems


def test_a_reason_is_needed_and_a_published_draft_takes_no_file(bureau: Bureau) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, ticket_cny="50")
    bureau.publish(draft.id)
    with pytest.raises(RequestError):
        applied(bureau, draft, "dining.csv", exchange.export_csv("dining", tables(bureau)))
    with pytest.raises(RequestError):
        exchange.apply(bureau.ann, draft.id, exchange.read_upload("dining.csv", b""), " ", database=bureau.database)


# ------------------------------------------------------------------------------------------ formulas, bounds


HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x")']


@ONE_DATABASE
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_leaves_as_a_formula_and_comes_back_as_it_was(bureau: Bureau, text: str) -> None:
    draft = bureau.draft()
    bureau.save(draft.id, "eat-street", "dining", name_en=text)
    held = drafting.get_tables(bureau.ann, draft.id, database=bureau.database)
    sheet = load_workbook(io.BytesIO(exchange.export_workbook(held)))["dining"]
    cell = sheet.cell(2, 3)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    plain = exchange.export_csv("dining", held)
    assert next(csv.DictReader(io.StringIO(plain.decode("utf-8-sig"))))["name_en"] == f"'{text}"
    for name, data in (("dining.csv", plain), ("all.xlsx", exchange.export_workbook(held))):
        found = run(bureau, draft, name, data)
        assert [f.after for change in found.changes for f in change.fields] == [text]


@ONE_DATABASE
def test_a_formula_is_never_taken(bureau: Bureau) -> None:
    def change(rows: list[list[str]]) -> None:
        rows[1][rows[0].index("name_en")] = "=1+1"

    found = run(bureau, bureau.draft(), "dining.csv", csv_of(bureau, "dining", change).encode())
    assert [(p.code, p.args["row"], p.args["column"]) for p in found.problems] == [("data_formula", 2, "name_en")]


@ONE_DATABASE
def test_files_beyond_the_bounds_are_refused_before_they_are_read(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, data = bureau.draft(), exchange.export_workbook(tables(bureau))
    monkeypatch.setattr(uploads, "LARGEST_BYTES", len(data) - 1)
    assert [p.code for p in run(bureau, draft, "a.xlsx", data).problems] == ["upload_large"]
    monkeypatch.setattr(uploads, "LARGEST_BYTES", len(data))
    monkeypatch.setattr(uploads, "LARGEST_UNPACKED_BYTES", 100)
    assert [p.code for p in run(bureau, draft, "a.xlsx", data).problems] == ["upload_bomb"]


@ONE_DATABASE
def test_a_bomb_is_not_unpacked(bureau: Bureau) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    assert len(out.getvalue()) < uploads.LARGEST_BYTES
    assert [p.code for p in run(bureau, bureau.draft(), "a.xlsx", out.getvalue()).problems] == ["upload_bomb"]


@ONE_DATABASE
@pytest.mark.parametrize(("row", "column"), [(30_000, 1), (1_048_576, 16_384), (2, 500)])
def test_a_cell_far_out_does_not_make_a_huge_table(bureau: Bureau, row: int, column: int) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "closures"
    sheet.append(["place_id", "from", "to", "reason", "source"])
    sheet.cell(row, column).value = "x"
    out = io.BytesIO()
    book.save(out)
    assert "data_too_many" in [p.code for p in run(bureau, bureau.draft(), "a.xlsx", out.getvalue()).problems]


@ONE_DATABASE
def test_too_many_rows_of_csv_are_refused(bureau: Bureau) -> None:
    lines = "place_id,from,to,reason,source\n" + "shuanglin-si,2027-01-01,,x,y\n" * (uploads.MOST_ROWS + 1)
    assert [p.code for p in run(bureau, bureau.draft(), "closures.csv", lines.encode()).problems] == ["data_too_many"]


@ONE_DATABASE
def test_dates_and_numbers_that_excel_has_made_of_text_are_read_as_text(bureau: Bureau) -> None:
    import datetime as dt

    def change(book: Any) -> None:
        sheet = book["closures"]
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == "youjian-pingyao":
                row[1].value = dt.datetime(2027, 12, 2)  # noqa: DTZ001 - as a spreadsheet has it

    found = run(bureau, bureau.draft(), "a.xlsx", book_of(bureau, change))
    assert found.problems == ()
    assert [[(f.column, f.after) for f in c.fields] for c in found.changes] == [[("from", "2027-12-02")]]


def test_the_real_data_have_no_cell_that_a_workbook_would_change() -> None:
    from recommender.catalog import load_catalog

    held = tables_of(load_catalog(DATA))
    upload = exchange.read_upload("all.xlsx", exchange.export_workbook(held))
    assert uploads.matched(upload, held) == held
