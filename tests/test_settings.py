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
        ("JINZHONG_VAR_DIR", "/no/such/folder"),
        ("JINZHONG_PUBLIC_URL", "trip.example"),
        ("JINZHONG_PUBLIC_URL", "https://trip.example/"),
        ("JINZHONG_PUBLIC_URL", "https://trip.example/?x=<y>"),
        ("JINZHONG_DATABASE_URL", "plans.sqlite"),
        ("JINZHONG_DATABASE_URL", "mysql://host/plans"),
        ("JINZHONG_HOSTS", "https://trip.example"),
        ("JINZHONG_HOSTS", "trip.example:80"),
        ("JINZHONG_LOG_FORMAT", "xml"),
        ("JINZHONG_METRICS_TOKEN", "short"),
        ("JINZHONG_METRICS_FROM", "everywhere"),
        ("JINZHONG_REQUEST_SECONDS", "0"),
        ("JINZHONG_SCHEDULER_ADDRESS", "scheduler"),
        ("JINZHONG_SCHEDULER_ADDRESS", "http://scheduler:8786"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_in_both_languages(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({name: value})
    assert name in [problem.field for problem in caught.value.problems]
    for lang in ("zh", "en"):
        assert name in caught.value.message(lang)


@pytest.mark.parametrize("address", ["mysql://jz:topsecret@host/plans", "postgresql://jz:topsecret@host/pl\nans"])
def test_a_database_address_is_read_by_its_common_name_and_its_password_never_shown(address: str) -> None:
    good = "postgresql://jz:topsecret@host/plans"
    read = Settings.from_environment({"DATABASE_URL": good})
    assert read.database_url == good
    assert Settings.from_environment({"DATABASE_URL": "x", "JINZHONG_DATABASE_URL": good}).database_url == good
    assert "topsecret" not in repr(read)
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({"DATABASE_URL": address})
    assert "topsecret" not in str(caught.value)
    assert "topsecret" not in caught.value.message("zh")


def test_tiles_need_their_attribution() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({"JINZHONG_MAP_TILES_URL": "https://tiles.example/{z}/{x}/{y}.png"})
    assert [problem.field for problem in caught.value.problems] == ["JINZHONG_MAP_TILES_ATTRIBUTION"]


def test_all_problems_come_at_once() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({"JINZHONG_PLAN_QUEUE": "x", "JINZHONG_DATA_DIR": "/no/such/folder"})
    assert len(caught.value.problems) == 2
