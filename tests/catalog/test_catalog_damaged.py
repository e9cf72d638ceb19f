"""Damaged data files: every problem is named by file, row and column, in words of both languages, all at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.catalog import check_catalog, load_catalog
from recommender.errors import CatalogInvalid, Problem
from tests.catalog.little_files import HEADERS, good_rows, text_of, write_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "data", good_rows())


def found(folder: Path) -> list[tuple[str, str]]:
    problems = check_catalog(folder)
    for problem in problems:
        for lang in ("zh", "en"):
            words = problem.message(lang)
            assert "\n" not in words
            assert problem.args.get("file", "") in words
            assert str(problem.args.get("row", "")) in words
            assert str(problem.args.get("column", "")) in words
    return [(p.field, p.code) for p in problems]


def damage(folder: Path, name: str, line: int, column: str, value: str) -> None:
    rows = good_rows()
    rows[name][line - 2][column] = value
    (folder / f"{name}.csv").write_text(text_of(name, rows[name]), encoding="utf-8", newline="")


def test_good_files_have_no_problem(folder: Path) -> None:
    assert found(folder) == []


CELLS = [
    ("attractions", 5, "id", "Shuanglin Si", "data_id"),
    ("attractions", 5, "id", "s", "data_id"),
    ("attractions", 5, "name_zh", "", "data_blank"),
    ("attractions", 5, "name_en", "  \u3000", "data_blank"),
    ("attractions", 5, "county", "平遥", "data_choice"),
    ("attractions", 5, "county_zh", "祁县", "data_other"),
    ("attractions", 5, "lat", "31.2", "data_number"),
    ("attractions", 5, "lat", "37，2", "data_number"),
    ("attractions", 5, "lat", "nan", "data_number"),
    ("attractions", 5, "lat", "", "data_blank"),
    ("attractions", 5, "lon", "37.1660", "data_number"),
    ("attractions", 5, "lon", "1e2", "data_number"),
    ("attractions", 5, "coord_confidence", "sure", "data_choice"),
    ("attractions", 5, "category", "casino", "data_choice"),
    ("attractions", 5, "tags", "彩塑;;明代", "data_list"),
    ("attractions", 5, "tags", "彩塑;彩塑", "data_list"),
    ("attractions", 5, "grade", "6A", "data_choice"),
    ("attractions", 5, "opening_hours", "早八点到晚六点", "data_hours"),
    ("attractions", 5, "opening_hours", "8:00～18:00", "data_hours"),
    ("attractions", 5, "opening_hours", "18:00-09:00", "data_hours_backwards"),
    ("attractions", 5, "opening_hours", "09:00-09:00", "data_hours_backwards"),
    ("attractions", 5, "opening_hours", "20:00-29:00", "data_hours_backwards"),
    ("attractions", 5, "opening_hours", "Apr-Oct 18:00-08:00; Nov-Mar 08:00-17:00", "data_hours_backwards"),
    ("attractions", 5, "opening_hours", "08:00+", "data_hours_unsupported"),
    ("attractions", 5, "opening_hours", "sunrise-sunset", "data_hours_unsupported"),
    ("attractions", 5, "opening_hours", '08:00-18:00 "see notice"', "data_hours_unsupported"),
    ("attractions", 5, "opening_hours", "SH 08:00-18:00", "data_hours_unsupported"),
    ("attractions", 5, "opening_hours", "Feb 30 08:00-18:00", "data_no_such_day"),
    ("attractions", 5, "opening_hours", "Mo PH Tu 08:00-18:00", "data_hours"),
    ("attractions", 5, "opening_hours", "08:00-18:00;" * 60, "data_hours_long"),
    ("attractions", 5, "opening_hours", "", "data_needs"),
    ("attractions", 5, "hours_basis", "", "data_needs"),
    ("attractions", 5, "hours_basis", "rumour", "data_choice"),
    ("attractions", 5, "last_entry", "half past five", "data_last_entry"),
    ("attractions", 5, "last_entry", "17:60", "data_last_entry"),
    ("attractions", 5, "last_entry", "31:00", "data_last_entry"),
    ("attractions", 5, "last_entry", "Apr 31-Oct 17:30", "data_no_such_day"),
    ("attractions", 5, "ticket_cny", "35元", "data_money"),
    ("attractions", 5, "ticket_cny", "-35", "data_money"),
    ("attractions", 5, "ticket_cny", "35.001", "data_money"),
    ("attractions", 5, "ticket_basis", "", "data_needs"),
    ("attractions", 5, "visit_minutes", "75.5", "data_whole"),
    ("attractions", 5, "visit_minutes", "0", "data_whole"),
    ("attractions", 5, "popularity", "101", "data_whole"),
    ("attractions", 5, "indoor", "yes", "data_choice"),
    ("attractions", 5, "best_months", "4-13", "data_months"),
    ("attractions", 5, "source", "", "data_blank"),
    ("attractions", 5, "source", "general knowledge ; s-none", "data_unknown_source"),
    ("attractions", 5, "area_id", "pingyao-gu-cheng", "data_unknown_attraction"),
    ("attractions", 5, "area_id", "pingyao-xianya", "data_not_an_area"),
    ("attractions", 5, "area_id", "seat-pingyao", "data_unknown_attraction"),
    ("attractions", 5, "alternative_of", "shuanglin-si", "data_itself"),
    ("attractions", 5, "alternative_of", "nowhere", "data_unknown_attraction"),
    ("attractions", 5, "booking_required", "yes", "data_choice"),
    ("attractions", 5, "concessions", "student:half", "data_concession"),
    ("attractions", 5, "concessions", "student:1.5", "data_concession"),
    ("attractions", 5, "concessions", "pensioner:0", "data_concession"),
    ("attractions", 5, "concessions", "student:0;student:0.5", "data_list"),
    ("attractions", 5, "steps_level", "4", "data_whole"),
    ("attractions", 5, "wheelchair", "1", "data_choice"),
    ("attractions", 5, "best_part_of_day", "noon", "data_choice"),
    ("attractions", 5, "field_sources", "ticket_cny:s-one", "data_field_source"),
    ("attractions", 5, "field_sources", "ticket_cny:s-one:sure", "data_field_source"),
    ("attractions", 5, "field_sources", "ticket_cny:s-one:low | ticket_cny:s-one:low", "data_list"),
    ("attractions", 5, "field_sources", "ticket:s-one:low", "data_unknown_column"),
    ("attractions", 5, "field_sources", "ticket_cny:s-one+s-three:low", "data_unknown_source"),
    ("attractions", 5, "suggest", "", "data_blank"),
    ("attractions", 6, "suggest_note", "", "data_needs"),
    ("attractions", 6, "booking_opens_days", "", "data_needs"),
    ("attractions", 6, "booking_opens_days", "-1", "data_whole"),
    ("attractions", 6, "booking_opens_at", "seven", "data_clock"),
    ("attractions", 2, "stroll_minutes", "", "data_needs"),
    ("attractions", 2, "area_visit", "drive", "data_choice"),
    ("attractions", 4, "ticket_cny", "130", "data_joint"),
    ("attractions", 4, "concessions", "", "data_joint"),
    ("hubs", 3, "kind", "harbour", "data_choice"),
    ("hubs", 3, "id", "shuanglin-si", "data_twice"),
    ("links", 2, "to_id", "shuanglin", "data_unknown_place"),
    ("links", 2, "to_id", "pingyaogucheng-station", "data_itself"),
    ("links", 2, "mode", "ferry", "data_choice"),
    ("links", 2, "minutes", "1.5", "data_whole"),
    ("links", 2, "first_departure", "7点", "data_clock"),
    ("links", 2, "last_departure", "06:00", "data_order"),
    ("links", 3, "usable_note", "", "data_needs"),
    ("links", 3, "service", "coach", "data_other"),
    ("links", 4, "departures", "13:10;08:50", "data_clocks"),
    ("links", 4, "departures", "08:50;25:61", "data_clock"),
    ("links", 4, "last_departure", "16:00", "data_other"),
    ("links", 4, "oneway", "", "data_blank"),
    ("lodging", 2, "id", "inn", "data_id"),
    ("lodging", 2, "area_id", "pingyao", "data_unknown_attraction"),
    ("dining", 2, "open_hours", "21:00-17:00", "data_spans"),
    ("dining", 2, "open_hours", "11:00-15:00,14:00-21:00", "data_spans"),
    ("dining", 2, "open_hours", "Mo 11:00-15:00", "data_spans"),
    ("dining", 2, "price_level", "4", "data_whole"),
    ("dining", 2, "dishes_en", "", "data_needs"),
    ("dining", 2, "dishes", "", "data_needs"),
    ("dining", 2, "dishes_en", "wantuo", "data_as_many"),
    ("events", 2, "place_id", "pingyao", "data_unknown_place"),
    ("events", 2, "rule", "正月十五", "data_rule"),
    ("events", 2, "rule", "lunar 01-31", "data_no_such_day"),
    ("events", 2, "rule", "solar-term easter", "data_rule_term"),
    ("events", 2, "rule", "once 2026-05-02..2026-05-01", "data_rule"),
    ("events", 2, "rule", "nth Sa 1 13", "data_no_such_day"),
    ("events", 2, "dates_2026", "3月3日", "data_announced"),
    ("events", 2, "dates_2026", "2027-03-03", "data_announced"),
    ("events", 2, "dates_2027", "2027-02-20/2027-02-18", "data_announced"),
    ("events", 2, "dates_source", "", "data_needs"),
    ("events", 2, "dates_source", "s-nobody", "data_unknown_source"),
    ("events", 2, "months", "February", "data_months"),
    ("holidays", 2, "date", "2026/10/1", "data_date"),
    ("holidays", 2, "date", "2026-02-30", "data_date"),
    ("holidays", 2, "year", "2027", "data_other"),
    ("holidays", 2, "kind", "holiday", "data_choice"),
    ("closures", 2, "place_id", "shuanglin", "data_unknown_place"),
    ("closures", 2, "to", "2027-02-01", "data_order"),
    ("closures", 2, "from", "", "data_blank"),
    ("collections", 2, "place_ids", "pingyao-gucheng;seat-pingyao", "data_unknown_attraction"),
    ("collections", 2, "place_ids", "", "data_blank"),
    ("themed_routes", 2, "place_ids", "pingyao-gucheng;moon", "data_unknown_place"),
    ("themed_routes", 2, "days", "0", "data_whole"),
    ("themed_routes", 2, "source", "", "data_needs"),
    ("advice", 2, "place_ids", "moon", "data_unknown_attraction"),
    ("events", 2, "venue_ids", "shuanglin-si;moon", "data_unknown_place"),
    ("advice", 2, "audience", "everyone", "data_choice"),
    ("advice", 2, "text_en", "", "data_blank"),
    ("advice", 3, "phone", "one one zero", "data_id"),
    ("advice", 3, "source", "s-nobody", "data_unknown_source"),
    ("sources", 3, "id", "two", "data_id"),
    ("sources", 3, "kind", "hearsay", "data_choice"),
    ("sources", 3, "year", "last year", "data_whole"),
]


@pytest.mark.parametrize(("name", "line", "column", "value", "code"), CELLS)
def test_a_damaged_cell_is_named(folder: Path, name: str, line: int, column: str, value: str, code: str) -> None:
    damage(folder, name, line, column, value)
    assert (f"{name}.csv:{line}:{column}", code) in found(folder)


@pytest.mark.parametrize(
    ("name", "line", "column"),
    [
        ("attractions", 5, "booking_channel"), ("attractions", 5, "ticket_note"), ("attractions", 5, "checked_note"),
        ("links", 2, "operating_note"),
    ],
)  # fmt: skip
def test_prose_stands_in_both_languages_or_in_none(folder: Path, name: str, line: int, column: str) -> None:
    damage(folder, name, line, column, "未核")
    assert found(folder) == [(f"{name}.csv:{line}:{column}_en", "data_needs")]
    damage(folder, name, line, f"{column}_en", "Not checked")
    assert found(folder) == [(f"{name}.csv:{line}:{column}", "data_needs")]


def test_a_cell_has_one_problem_when_nothing_hangs_on_it(folder: Path) -> None:
    damage(folder, "attractions", 5, "lat", "99")
    problems = check_catalog(folder)
    assert [(p.field, p.value) for p in problems] == [("attractions.csv:5:lat", "99")]
    assert problems[0].message("zh") == "attractions.csv 第 5 行 lat 列：收到“99”，须为 34.5 至 40.8 的数"
    assert problems[0].message("en") == "attractions.csv, row 5, column lat: got 99; must be a number from 34.5 to 40.8"


def test_the_nearest_id_is_offered(folder: Path) -> None:
    damage(folder, "links", 2, "to_id", "shuanlin-si")
    assert "shuanglin-si" in check_catalog(folder)[0].message("en")


def test_every_problem_comes_at_once_in_order_of_files_and_rows(folder: Path) -> None:
    rows = good_rows()
    rows["attractions"][3] |= {"lat": "99", "category": "casino", "opening_hours": "18:00-09:00"}
    rows["attractions"][0]["popularity"] = "many"
    rows["links"][0]["to_id"] = "nowhere"
    rows["sources"][0]["year"] = "?"
    write_folder(folder, rows)
    expected = [
        "attractions.csv:2:popularity", "attractions.csv:5:lat", "attractions.csv:5:category",
        "attractions.csv:5:opening_hours", "links.csv:2:to_id", "sources.csv:2:year",
    ]  # fmt: skip
    with pytest.raises(CatalogInvalid) as caught:
        load_catalog(folder)
    assert [problem.field for problem in caught.value.problems] == expected
    assert len(caught.value.message("zh").splitlines()) == len(expected)


# ---------------------------------------------------------------------------------------- rows and columns


def rewrite(folder: Path, name: str, change: Callable[[str], str | bytes]) -> None:
    path = folder / f"{name}.csv"
    changed = change(path.read_bytes().decode("utf-8"))
    path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())


FILES: list[tuple[str, Callable[[str], str | bytes], str, str]] = [
    ("hubs", lambda text: b"", "hubs.csv", "data_file_empty"),
    ("hubs", lambda text: " \n\n", "hubs.csv", "data_file_empty"),
    ("hubs", lambda text: ",,\n,,\n", "hubs.csv", "data_file_empty"),
    ("hubs", lambda text: text.splitlines()[0] + "\n", "hubs.csv", "data_no_rows"),
    ("hubs", lambda text: text.encode("gbk"), "hubs.csv", "data_encoding"),
    ("hubs", lambda text: text.encode("utf-16"), "hubs.csv", "data_encoding"),
    ("hubs", lambda text: text.encode()[:-10] + b"\xff\xff\n", "hubs.csv:3", "data_not_utf8"),
    ("hubs", lambda text: b"PK\x03\x04" + b"\x00" * 30, "hubs.csv", "data_workbook"),
    ("hubs", lambda text: text.replace("seat-pingyao", "seat\x00pingyao"), "hubs.csv:3", "data_control"),
    ("hubs", lambda text: text.replace("Pingyao town", "Pingyao\x1btown"), "hubs.csv:3", "data_control"),
    ("hubs", lambda text: text.replace("Pingyao town", '"Pingyao town'), "hubs.csv:3", "data_quotes"),
    ("hubs", lambda text: text.replace("Pingyao town", '"Ping"yao town'), "hubs.csv:3", "data_quotes"),
    ("hubs", lambda text: text.replace(",", ";"), "hubs.csv:1", "data_separator"),
    ("hubs", lambda text: text.replace(",", "\t"), "hubs.csv:1", "data_separator"),
    ("hubs", lambda text: text.replace("Pingyao town", "Pingyao, town"), "hubs.csv:3", "data_ragged"),
    ("hubs", lambda text: text.replace("37.19485,", ""), "hubs.csv:3", "data_ragged"),
    ("hubs", lambda text: text.replace(",lat,", ",latitude,"), "hubs.csv:1:lat", "data_column_missing"),
    ("hubs", lambda text: text.replace(",lat,", ",latitude,"), "hubs.csv:1:latitude", "data_column_unknown"),
    ("hubs", lambda text: text.replace(",name_en,", ",name_zh,"), "hubs.csv:1:name_zh", "data_column_twice"),
    ("hubs", lambda text: text.replace(",lat,", ",,"), "hubs.csv:1", "data_column_unnamed"),
    ("links", lambda text: text + text.splitlines(keepends=True)[1], "links.csv:5", "data_row_twice"),
    ("holidays", lambda text: text + text.splitlines(keepends=True)[1], "holidays.csv:3:date", "data_twice"),
    ("attractions", lambda text: text + text.splitlines(keepends=True)[3], "attractions.csv:7:id", "data_twice"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "field", "code"), FILES)
def test_a_damaged_file_is_named(
    folder: Path, name: str, change: Callable[[str], str | bytes], field: str, code: str
) -> None:
    rewrite(folder, name, change)
    assert (field, code) in found(folder)


@pytest.mark.parametrize(("name", "change", "field", "code"), [case for case in FILES if case[0] == "hubs"])
def test_what_hangs_on_a_damaged_file_is_not_blamed(
    folder: Path, name: str, change: Callable[[str], str | bytes], field: str, code: str
) -> None:
    rewrite(folder, name, change)
    blamed = {p.field.split(":")[0] for p in check_catalog(folder) if p.code != "data_unknown_place"}
    assert blamed == {"hubs.csv"}
    if code not in ("data_no_rows", "data_column_missing", "data_column_twice"):
        assert {p.field.split(":")[0] for p in check_catalog(folder)} == {"hubs.csv"}


def test_files_and_folders_that_are_not_there(folder: Path, tmp_path: Path) -> None:
    (folder / "closures.csv").unlink()
    (folder / "sources.csv").unlink()
    (folder / "sources.csv").mkdir()
    assert found(folder) == [("closures.csv", "data_file_missing"), ("sources.csv", "data_file_unreadable")]
    nowhere = tmp_path / "nowhere"
    assert [(p.field, p.code) for p in check_catalog(nowhere)] == [(str(nowhere), "data_folder_missing")]
    with pytest.raises(CatalogInvalid, match="nowhere"):
        load_catalog(nowhere)


@pytest.mark.parametrize("name", list(HEADERS))
def test_every_column_of_every_file_is_needed(folder: Path, name: str) -> None:
    header = HEADERS[name].split(",")
    for column in header:
        rows = good_rows()[name]
        kept = [c for c in header if c != column]
        text = "\n".join([",".join(kept), *(",".join("" for _ in kept) for _ in rows)])
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        assert (f"{name}.csv:1:{column}", "data_column_missing") in [(p.field, p.code) for p in check_catalog(folder)]


def test_a_row_is_named_by_the_line_on_which_it_begins(folder: Path) -> None:
    rows = good_rows()
    rows["attractions"][0]["description_zh"] = "一\n二\n三"
    rows["attractions"][1] |= {"checked_note": "甲\r\n乙", "checked_note_en": "A B"}
    rows["attractions"][2]["lat"] = "0"
    write_folder(folder, rows)
    assert found(folder) == [("attractions.csv:7:lat", "data_number")]
    lines = (folder / "attractions.csv").read_text(encoding="utf-8").split("\n")
    assert lines[6].startswith("pingyao-rishengchang")


def test_long_values_are_cut_and_stay_on_one_line(folder: Path) -> None:
    damage(folder, "attractions", 5, "popularity", "1\n2" * 100)
    problem = next(p for p in check_catalog(folder) if p.field == "attractions.csv:5:popularity")
    assert isinstance(problem, Problem)
    assert len(problem.value) <= 60
    assert "\n" not in problem.message("zh")


def test_blank_rows_at_the_end_say_nothing(folder: Path) -> None:
    rewrite(folder, "hubs", lambda text: text + "\n,,,\n" + "," * 10 + "\n")
    assert found(folder) == []


NOISE = (
    b"\x00",
    b"\xff",
    b'"',
    b",",
    b"\n",
    b"\r",
    b";",
    b"|",
    b"9",
    b"-",
    b"\xef\xbb\xbf",
    "“".encode(),
    "½".encode(),
    b"=",
)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_damaged_is_answered_with_problems_or_a_catalogue(folder: Path, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 4)):
        path = folder / f"{dice.choice(list(HEADERS))}.csv"
        data = path.read_bytes()
        at = dice.randint(0, len(data))
        path.write_bytes(data[:at] + dice.choice(NOISE) * dice.randint(0, 2) + data[at + dice.randint(0, 3) :])
    if found(folder):
        with pytest.raises(CatalogInvalid):
            load_catalog(folder)
    else:
        assert load_catalog(folder).attractions
