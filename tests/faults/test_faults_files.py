"""Files that are half written, damaged, or not there: data, compiled code, typeface; and a process out of file descriptors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender.bureau import keeping
from recommender.bureau.outcomes import Outcome
from recommender.errors import CatalogInvalid, FormatUnavailable
from recommender.exports import FORMATS, face
from recommender.i18n import LANGUAGES, text
from recommender.orienteering import compiling
from recommender.region import FilesSource
from recommender.settings import settings
from recommender.web import routes
from tests.trip.little_region import good_trip, little_region, trip_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from recommender.orienteering.compiling import compiled
import source
print(compiled(source.double)(21))
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(settings().data_dir, folder)
    return folder


# ------------------------------------------------------------------------------------------------- data files


@pytest.mark.parametrize("damage", ["half", "garbage", "gone", "folder"])
def test_what_was_read_last_holds_while_the_files_cannot_be_read(
    data: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    source = FilesSource(data)
    revision = source.revision()
    file = data / "attractions.csv"
    whole = file.read_bytes()
    if damage == "half":
        file.write_bytes(whole[: len(whole) // 2 + 7])
    elif damage == "garbage":
        file.write_bytes(os.urandom(4096))
    elif damage == "gone":
        file.unlink()
    else:
        shutil.rmtree(data)
    assert source.revision() == revision
    assert "cannot be used" in caplog.text
    if damage != "folder":
        file.write_bytes(whole.replace("双林寺".encode(), "双林古寺".encode()))
        assert source.revision() != revision, "mended files are taken up"


def test_files_that_were_never_good_are_refused_with_every_problem(data: Path) -> None:
    (data / "attractions.csv").write_bytes(b"id,name_zh\n")
    source = FilesSource(data)
    for _ in range(2):
        with pytest.raises(CatalogInvalid):
            source.revision()


# ---------------------------------------------------------------------------------------------- compiled code


def _run(folder: Path, cache: Path | str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", "NUMBA_CACHE_DIR": str(cache)}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, env=environment, cwd=folder
    )


@pytest.mark.parametrize(
    "damage", ["index cut", "code", *(pytest.param(damage, marks=pytest.mark.heavy) for damage in ("index", "code cut"))]
)
def test_damaged_compiled_code_is_made_anew(tmp_path: Path, damage: str) -> None:
    (tmp_path / "source.py").write_text("def double(x):\n    return 2 * x\n")
    cache = tmp_path / "cache"
    assert _run(tmp_path, cache).stdout == "42\n"
    kept = list(cache.rglob("*.nbi" if damage.startswith("index") else "*.nbc"))
    assert kept
    for file in kept:
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 3] if damage.endswith("cut") else os.urandom(len(whole)))
    done = _run(tmp_path, cache)
    assert done.stdout == "42\n", done.stderr
    assert "is damaged" in done.stderr
    again = _run(tmp_path, cache)
    assert (again.stdout, again.stderr) == ("42\n", ""), "the damage is mended"


def test_code_that_cannot_be_kept_is_compiled_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source.py").write_text("def double(x):\n    return 2 * x\n")
    assert _run(tmp_path, "/proc/nowhere").stdout == "42\n"
    from numba.core import caching

    def full(self: Any, *_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.FunctionCache, "save_overload", full)

    def triple(x: int) -> int:
        return 3 * x

    assert compiling.compiled(triple)(2) == 6


# --------------------------------------------------------------------------------------------------- typeface


@pytest.fixture
def no_typeface(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package of the typeface is not installed."""
    kept = (face.font_path, face.characters)
    for one in kept:
        one.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(face, "find_spec", lambda name: None)
        yield
    for one in kept:
        one.cache_clear()


def test_without_the_typeface_the_pdf_is_refused_by_name_and_other_files_are_written(no_typeface: None) -> None:
    trip, region = trip_of(good_trip()), little_region()
    for lang in LANGUAGES:
        with pytest.raises(FormatUnavailable) as caught:
            FORMATS["pdf"].write(trip, region, lang)
        assert text("errors.format_unavailable", lang) == caught.value.message(lang)
        for name in ("ics", "gpx", "kml", "geojson", "jsonld", "text", "html"):
            assert FORMATS[name].write(trip, region, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_asks_for_the_pdf_then_reads_what_else_there_is(
    no_typeface: None, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    from recommender import region, trip

    monkeypatch.setattr(region, "current", little_region)
    monkeypatch.setattr(trip.verify, "verify", lambda *_: [])
    with TestClient(Starlette(routes=routes.routes(), middleware=routes.MIDDLEWARE)) as client:
        answer = client.post(f"/api/v1/export/pdf?lang={lang}", content=trip_of(good_trip()).to_json().encode())
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == text("errors.format_unavailable", lang)


# ------------------------------------------------------------------------------------------- outcomes that are kept


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 999, bytes(range(256)) * 20, b"a" * 32 + b" {}\n", b"a" * 32 + b' {"heads": "x"}\n', b"[" * 9999],
)
def test_damaged_outcomes_are_no_outcomes(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "state.outcomes"
    good = Outcome(heads=2).model_dump_json().encode()
    file.write_bytes(data + b"\n" + b"b" * 32 + b" " + good + b"\n")
    found = keeping._read(file)
    assert found["b" * 32] == Outcome(heads=2), "what is whole is kept"
    assert keeping._read(tmp_path / "none") == {}
    assert keeping._read(tmp_path) == {}, "a folder where the file should be"
