"""Backup, restore and integrity from a terminal: exit codes, one clear line, no half a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender import cli, store
from recommender.store import Database, FactReport, add_report, list_reports


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/kept.sqlite")
    monkeypatch.setattr(store, "database", lambda: opened)
    add_report(opened, FactReport("shuanglin-si", "hours", "周一不开", "r1", "zh"), 60)
    yield opened
    opened.close()


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str]:
    code = cli.main(argv)
    sys.stderr.flush()
    return code, capsys.readouterr().err


@pytest.mark.usefixtures("database")
def test_a_backup_is_written_whole_for_its_owner_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "deep" / "kept.zip"
    code, said = run(capsys, "backup", "--out", str(out), "--lang", "en")
    assert code == 0
    assert str(out) in said
    assert out.stat().st_mode & 0o077 == 0
    assert [path.name for path in out.parent.iterdir()] == ["kept.zip"]


def test_it_is_restored_only_into_what_is_empty_or_with_a_word(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = str(tmp_path / "kept.zip")
    assert run(capsys, "backup", "--out", out)[0] == 0
    add_report(database, FactReport("jinci", "hours", "后来的", "r1", "zh"), 60)
    code, said = run(capsys, "restore", out, "--lang", "en")
    assert code == 2
    assert "--replace" in said
    assert len(list_reports(database)) == 2
    assert run(capsys, "restore", out, "--replace")[0] == 0
    assert [kept.report.text for kept in list_reports(database)] == ["周一不开"]
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    monkeypatch.setattr(store, "database", lambda: empty)
    assert run(capsys, "restore", out)[0] == 0
    assert len(list_reports(empty)) == 1
    assert run(capsys, "integrity", "--lang", "zh") == (0, "完好，没有发现问题\n")
    empty.close()


@pytest.mark.usefixtures("database")
def test_a_file_that_is_none_is_bad_input_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04 cut off")
    for path in (bad, tmp_path / "none.zip"):
        code, said = run(capsys, "restore", str(path), "--replace", "--lang", "en")
        assert code == 2
        assert path.name in said
        assert said.count("\n") == 1


def test_integrity_names_what_is_wrong(capsys: pytest.CaptureFixture[str], database: Database) -> None:
    from sqlalchemy import text

    assert run(capsys, "integrity")[0] == 0
    with database.writing() as connection:
        connection.execute(text("INSERT INTO pictures VALUES ('aa', 'image/jpeg', 1, 1, x'00', '2027-01-01 00:00:00', 'x')"))
    assert cli.main(("integrity", "--lang", "en")) == 1
    assert "picture aa" in capsys.readouterr().out
