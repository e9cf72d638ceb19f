"""Files and patterns that are small and cost much: workbooks, entities, regular expressions."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
import time
import zipfile
from collections.abc import Iterator

import pytest
from openpyxl import Workbook

import recommender
from recommender.calendar.hours import MAX_LENGTH
from recommender.catalog.grammars import LONGEST_HOURS
from recommender.catalog.upload import LARGEST_BYTES, read_upload

SLOWEST_S = 3.0
"""For the longest text; a shorter one has as much less as its square."""
LONG = 1_500
BOUNDED = {
    "recommender.calendar.hours._PH_RULE": MAX_LENGTH,
    "recommender.catalog.grammars._HOLIDAY_RULE": LONGEST_HOURS,
}
"""What is asked only after the length of a text."""


def packed(sheet: bytes, *, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with one part replaced."""
    book = Workbook()
    book.active.title = "attractions"
    book.active.append(["id", "name_zh"])
    made = io.BytesIO()
    book.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, sheet if part == name else old.read(part))
    return out.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + k, b"&%c;" % (97 + k) * 10) for k in range(12))
    + b'<!ENTITY x SYSTEM "file:///etc/passwd">]>'
)
SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">%s</row>'
    b"</sheetData></worksheet>"
)
PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/sharedStrings.xml")


@pytest.mark.parametrize("entity", [b"&m;", b"&x;"])
@pytest.mark.parametrize("part", PARTS)
def test_entities_neither_grow_nor_read_files(entity: bytes, part: str) -> None:
    cell = b'<c r="A1" t="inlineStr"><is><t>%s</t></is></c>' % entity
    began = time.perf_counter()
    found = read_upload("a.xlsx", packed(LAUGHS + SHEET % cell, name=part))
    assert time.perf_counter() - began < 5
    assert "root:" not in repr(found)
    assert "haha" * 100 not in repr(found)


def test_a_directory_that_lies_about_sizes_is_not_believed() -> None:
    big = io.BytesIO()
    with zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/workbook.xml", b"<" * 30_000_000)
    data = bytearray(big.getvalue())
    size = (30_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (1000).to_bytes(4, "little")
    began = time.perf_counter()
    assert read_upload("a.xlsx", bytes(data)).problems
    assert time.perf_counter() - began < 5


def test_a_sheet_that_names_the_last_cell_is_not_walked_through() -> None:
    cell = b'<c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c>'
    began = time.perf_counter()
    read_upload("a.xlsx", packed(SHEET % cell))
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize("name", ["a.xlsx", "attractions.csv"])
def test_a_file_that_is_too_large_is_not_read(name: str) -> None:
    found = read_upload(name, b"x" * (LARGEST_BYTES + 1))
    assert found.problems
    assert not found.sheets


# --------------------------------------------------------------------------------------------- expressions


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every regular expression that a module of ours holds."""
    for found in pkgutil.walk_packages(recommender.__path__, "recommender."):
        if ".migrations" in found.name or found.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{found.name}.{name}", value


def hostile(pattern: str, length: int) -> Iterator[str]:
    """Long texts that nearly fit: what stands in the pattern over and over, and an end that does not."""
    pieces = {*"a0 \t\n,;-.~/@<*中'=", "00:00-", "Mo,", "Jan 1-", "&kept=", "/p/"}
    pieces.update(re.findall(r"[A-Za-z0-9:/@.,;~ -]{1,12}", pattern))
    for piece in pieces:
        body = (piece * length)[:length]
        yield f"{body}\x00"
        yield f"x{body}!"


def _seconds(pattern: re.Pattern[str], given: str) -> float:
    began = time.process_time()
    pattern.fullmatch(given)
    pattern.search(given)
    return time.process_time() - began


@pytest.mark.parametrize("length", [LONG // 3, pytest.param(LONG, marks=pytest.mark.heavy)])
def test_no_expression_takes_long_whatever_it_is_given(length: int) -> None:
    slow = []
    for name, pattern in patterns():
        longest = BOUNDED.get(name, LONG)
        asked = min(length, longest)
        for given in hostile(pattern.pattern, asked):
            took = _seconds(pattern, given)
            if took > SLOWEST_S * (asked / longest) ** 2:
                slow.append((name, given[:20], round(took, 2)))
                break
    assert slow == []


def test_there_are_expressions_to_look_at() -> None:
    assert len(list(patterns())) > 30
