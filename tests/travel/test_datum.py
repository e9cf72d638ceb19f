from __future__ import annotations

import eviltransform
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from recommender.travel import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

LAT = st.floats(18.0, 53.0)
LON = st.floats(73.5, 134.5)
PINGYAO = (37.20372, 112.17904)


@given(LAT, LON)
def test_gcj02_there_and_back_is_the_same_point(lat: float, lon: float) -> None:
    assert gcj02_to_wgs84(*wgs84_to_gcj02(lat, lon)) == pytest.approx((lat, lon), abs=1e-9)


@given(LAT, LON)
def test_bd09_there_and_back_is_the_same_point(lat: float, lon: float) -> None:
    assert bd09_to_gcj02(*gcj02_to_bd09(lat, lon)) == pytest.approx((lat, lon), abs=1e-9)
    assert bd09_to_wgs84(*wgs84_to_bd09(lat, lon)) == pytest.approx((lat, lon), abs=1e-9)


@given(LAT, LON)
def test_gcj02_is_what_others_compute(lat: float, lon: float) -> None:
    assert wgs84_to_gcj02(lat, lon) == pytest.approx(eviltransform.wgs2gcj(lat, lon), abs=2e-6)
    # Their inverse searches for the point and ends metres off in places, so ours is held to their way there.
    assert eviltransform.wgs2gcj(*gcj02_to_wgs84(lat, lon)) == pytest.approx((lat, lon), abs=2e-6)


def test_outside_china_nothing_moves() -> None:
    assert wgs84_to_gcj02(48.8584, 2.2945) == (48.8584, 2.2945)
    assert gcj02_to_wgs84(-33.86, 151.21) == (-33.86, 151.21)


def test_offsets_in_pingyao_are_those_that_maps_show() -> None:
    gcj = wgs84_to_gcj02(*PINGYAO)
    assert 550 < geodesic(PINGYAO, gcj).m < 600
    assert 850 < geodesic(gcj, gcj02_to_bd09(*gcj)).m < 900
    assert 1_300 < geodesic(PINGYAO, wgs84_to_bd09(*PINGYAO)).m < 1_400
