"""Settings: one environment variable each, refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.settings import Settings, SettingsInvalid


def test_nothing_has_to_be_set() -> None:
    assert Settings.from_environment({"PATH": "/bin"}) == Settings()
    assert Settings().data_dir.name == "data"


def test_a_variable_sets_its_setting(tmp_path: Path) -> None:
    read = Settings.from_environment(
        {
            "JINZHONG_DATA_DIR": str(tmp_path),
            "JINZHONG_FRAME_ANCESTORS": "https://hotel.example  https://*.partner.example:8443",
            "JINZHONG_MAX_BODY_BYTES": "1000",
            "JINZHONG_ICP_NUMBER": "晋ICP备00000000号",
        }
    )
    assert read.data_dir == tmp_path
    assert read.max_body_bytes == 1000
    assert read.icp_number == "晋ICP备00000000号"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JINZHONG_DATA_DIR", "/no/such/folder"),
        ("JINZHONG_FRAME_ANCESTORS", "hotel.example"),
        ("JINZHONG_FRAME_ANCESTORS", "https://hotel.example; script-src *"),
        ("JINZHONG_MAX_BODY_BYTES", "many"),
        ("JINZHONG_MAX_BODY_BYTES", "0"),
        ("JINZHONG_PLAN_QUEUE", "-1"),
        ("JINZHONG_MAP_TILES_URL", "https://tiles.example/"),
        ("JINZHONG_MAP_TILES_URL", "javascript:{z}{x}{y}"),
        ("JINZHONG_ICP_NUMBER", "a\nb"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_in_both_languages(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({name: value})
    assert name in [problem.field for problem in caught.value.problems]
    for lang in ("zh", "en"):
        assert name in caught.value.message(lang)


def test_tiles_need_their_attribution() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({"JINZHONG_MAP_TILES_URL": "https://tiles.example/{z}/{x}/{y}.png"})
    assert [problem.field for problem in caught.value.problems] == ["JINZHONG_MAP_TILES_ATTRIBUTION"]


def test_all_problems_come_at_once() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({"JINZHONG_PLAN_QUEUE": "x", "JINZHONG_DATA_DIR": "/no/such/folder"})
    assert len(caught.value.problems) == 2
