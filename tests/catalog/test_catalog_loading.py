"""What is read: values of cells, order, the revision, and the same again after an export."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.catalog import Attraction, Catalog, FieldSource, export_catalog, load_catalog
from recommender.catalog.cells import guard, unguard
from recommender.catalog.tables import TABLES
from recommender.errors import UnknownPlace
from tests.catalog.little_files import good_rows, text_of, write_folder

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "data", good_rows())


@pytest.fixture(scope="module")
def whole() -> Catalog:
    return load_catalog(DATA)


def test_cells_become_values(folder: Path) -> None:
    catalog = load_catalog(folder)
    town, temple, show = (catalog.attractions[i] for i in ("pingyao-gucheng", "shuanglin-si", "youjian-pingyao"))
    assert (town.grade, town.best_months, town.indoor, town.walled) == (
        ("UNESCO", "5A"),
        (4, 5, 6, 7, 8, 9, 10),
        "no",
        True,
    )
    assert (town.area_visit, town.stroll_min, town.visit_min, town.ticket_fen) == ("stroll", 120, 360, 0)
    assert (temple.ticket_fen, temple.tags, temple.booking_required) == (3500, ("彩塑", "明代"), False)
    assert temple.concessions == {"student": 0.5, "minor6-18": 0.5, "senior65": 0.0, "child1.2m": 0.0}
    assert temple.description_zh == '一处，含逗号,与"引号"'
    assert (show.opening_hours, show.hours_basis, show.ticket_fen, show.ticket_basis) == (None, "", None, "")
    assert (show.suggest, show.indoor, show.booking_required, show.walled) == (False, "yes", True, False)
    assert (show.booking_opens_days, show.booking_opens_min, town.booking_required) == (3, 420, None)
    bank = catalog.attractions["pingyao-rishengchang"]
    assert bank.field_sources == {
        "ticket_cny": FieldSource(("s-one", "s-Two"), "high"), "last_entry": FieldSource(("s-one",), "low"),
    }  # fmt: skip
    bus, coach = catalog.links[0], catalog.links[-1]
    assert (bus.minutes, bus.fare_fen, bus.first_departure, bus.last_departure) == (12, 300, 420, 1252)
    assert (coach.departures, coach.oneway, coach.fare_fen, coach.distance_km) == ((530, 790), True, 2850, None)
    assert catalog.events[0].months == (2, 3)
    assert [closure.to for closure in catalog.closures] == [dt.date(2027, 3, 5), None]
    assert catalog.routes["rt-night"].place_ids == ("pingyaogucheng-station", "pingyao-gucheng")
    assert (catalog.sources["s-Two"].url, catalog.sources["s-Two"].year) == (None, None)
    assert catalog.lodging["stay-inn"].phone == "+86 354 000"


def test_places_are_found_by_id(folder: Path) -> None:
    catalog = load_catalog(folder)
    assert catalog.get_place("stay-inn").name_en == "Little Inn"
    assert catalog.find_place("moon") is None
    with pytest.raises(UnknownPlace, match="moon"):
        catalog.get_place("moon")
    assert [a.id for a in catalog.areas()] == ["pingyao-gucheng"]
    assert [a.id for a in catalog.parts_of("pingyao-gucheng")] == ["pingyao-rishengchang", "pingyao-xianya"]


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_columns_and_line_endings_do_not_count(folder: Path, seed: int) -> None:
    first = load_catalog(folder)
    dice = random.Random(seed)
    rows = good_rows()
    for name, listed in rows.items():
        dice.shuffle(listed)
        text = text_of(name, listed)
        text = text.replace("\n", dice.choice(("\n", "\r\n", "\r"))).rstrip("\r\n") + dice.choice(
            ("", "\n", "\r\n\r\n")
        )
        bom = dice.choice((b"", b"\xef\xbb\xbf"))
        (folder / f"{name}.csv").write_bytes(bom + text.encode())
    again = load_catalog(folder)
    assert again.revision == first.revision
    assert again == first
    assert list(again.attractions) == sorted(again.attractions)


def test_how_a_value_is_spelt_does_not_count_and_what_it_says_does(folder: Path) -> None:
    first = load_catalog(folder).revision
    assert len(first) == 12
    rows = good_rows()
    rows["attractions"][3] |= {"lat": "37.16600", "ticket_cny": "35.00", "name_zh": " 双林寺 "}
    write_folder(folder, rows)
    assert load_catalog(folder).revision == first
    for change in ({"lat": "37.1661"}, {"checked_note": "x", "checked_note_en": "x"}, {"wheelchair": "no"}, {"ticket_cny": "36"}):
        changed = good_rows()
        changed["attractions"][3] |= change
        write_folder(folder, changed)
        assert load_catalog(folder).revision != first


def test_the_revision_does_not_depend_on_the_folder(folder: Path, tmp_path: Path) -> None:
    other = write_folder(tmp_path / "elsewhere", good_rows())
    assert load_catalog(other).revision == load_catalog(str(folder)).revision


# -------------------------------------------------------------------------------------------------- export


def test_what_is_exported_loads_as_the_same_revision(whole: Catalog, folder: Path, tmp_path: Path) -> None:
    for k, catalog in enumerate((whole, load_catalog(folder))):
        out = tmp_path / "deep" / f"out-{k}"
        export_catalog(catalog, out)
        again = load_catalog(out)
        assert again.revision == catalog.revision
        assert again == catalog
        assert sorted(path.name for path in out.iterdir()) == sorted(table.file for table in TABLES)


def test_an_export_replaces_an_older_one(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "hubs.csv").write_text("old", encoding="utf-8")
    (out / "notes.txt").write_text("kept", encoding="utf-8")
    export_catalog(load_catalog(folder), out)
    assert load_catalog(out).revision == load_catalog(folder).revision
    assert (out / "notes.txt").read_text(encoding="utf-8") == "kept"


def test_excel_takes_an_exported_file_for_utf8(folder: Path, tmp_path: Path) -> None:
    export_catalog(load_catalog(folder), tmp_path / "out")
    assert (tmp_path / "out" / "hubs.csv").read_bytes().startswith(b"\xef\xbb\xbfid,name_zh")


def test_a_workbook_holds_every_file_and_cell(whole: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "new" / "catalogue.XLSX"
    export_catalog(whole, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [table.name for table in TABLES]
    sheet = book["attractions"]
    header = [cell.value for cell in sheet[1]]
    assert sheet.max_row == len(whole.attractions) + 1
    for row in sheet.iter_rows(min_row=2, values_only=True):
        cells = dict(zip(header, row, strict=True))
        place = whole.attractions[str(cells["id"])]
        assert (cells["name_zh"], cells["lat"], cells["popularity"]) == (place.name_zh, place.lat, place.popularity)
        assert cells["opening_hours"] == place.opening_hours
        assert cells["ticket_cny"] == (None if place.ticket_fen is None else place.ticket_fen / 100)


FORMULAS = ["=1+1", "+86 354 000", "-5", "@SUM(A1)", '=HYPERLINK("http://example.org")', "'=1", "''+1", "＝1"]


def _with_formulas(folder: Path) -> Catalog:
    rows = good_rows()
    rows["attractions"][0] |= {"name_en": FORMULAS[0], "checked_note": FORMULAS[4], "ticket_note": FORMULAS[2]}
    rows["attractions"][0] |= {"checked_note_en": "A", "ticket_note_en": "B"}
    rows["attractions"][1] |= {"name_en": FORMULAS[7], "checked_note": FORMULAS[3], "ticket_note": FORMULAS[1]}
    rows["attractions"][1] |= {"checked_note_en": "A", "ticket_note_en": "B"}
    write_folder(folder, rows)
    return load_catalog(folder)


def test_nothing_in_a_workbook_is_a_formula(folder: Path, tmp_path: Path) -> None:
    catalog = _with_formulas(folder)
    export_catalog(catalog, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    marked = {str(cell.value) for cell in cells if cell.quotePrefix}
    assert {FORMULAS[k] for k in (0, 1, 2, 3, 4, 7)} <= marked


def test_nothing_in_exported_csv_begins_a_formula(folder: Path, tmp_path: Path) -> None:
    catalog = _with_formulas(folder)
    export_catalog(catalog, tmp_path / "out")
    text = (tmp_path / "out" / "attractions.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert "'@SUM(A1)" in text
    assert load_catalog(tmp_path / "out") == catalog


@settings(deadline=None)
@given(st.text())
def test_guarding_is_undone(text: str) -> None:
    guarded = guard(text)
    assert not guarded or guarded[0] not in "=+-@\t＝＋－＠"
    assert unguard(guarded) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_guarded(text: str) -> None:
    assert guard(text) == f"'{text}"


WORDS = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda text: text and unguard(text) == text)
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=WORDS,
    note=st.lists(WORDS, max_size=3).map("\n".join),
    lat=st.floats(34.5, 40.8),
    fen=st.integers(0, 10**8) | st.none(),
    tags=st.lists(WORDS.filter(lambda t: ";" not in t), unique=True, max_size=4),
    months=st.integers(1, 12).flatmap(lambda a: st.tuples(st.just(a), st.integers(1, 12))),
    terms=st.dictionaries(st.sampled_from(("student", "senior60", "senior65", "child1.2m")), st.floats(0, 1)),
)
def test_any_value_survives_export_and_loading(
    tmp_path: Path,
    *,
    name: str,
    note: str,
    lat: float,
    fen: int | None,
    tags: list[str],
    months: tuple[int, int],
    terms: dict[str, float],
) -> None:
    rows = good_rows()
    rows["attractions"][3] |= {
        "name_zh": name,
        "checked_note": note,
        "checked_note_en": note,
        "lat": f"{lat:.6f}",
        "ticket_cny": "" if fen is None else f"{fen // 100}.{fen % 100:02d}",
        "ticket_basis": "" if fen is None else "sourced",
        "tags": ";".join(tags),
        "best_months": f"{months[0]}-{months[1]}",
        "concessions": ";".join(f"{group}:{factor:.4f}" for group, factor in terms.items()),
    }
    catalog = load_catalog(write_folder(tmp_path / "in", rows))
    place = catalog.attractions["shuanglin-si"]
    assert isinstance(place, Attraction)
    assert (place.name_zh, place.ticket_fen, place.tags) == (name, fen, tuple(tags))
    assert (place.best_months[0], place.best_months[-1]) == months
    export_catalog(catalog, tmp_path / "out")
    assert load_catalog(tmp_path / "out") == catalog
