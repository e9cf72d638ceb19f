"""Content features: what is alike, and what a learner can rely on."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from recommender.scoring import ContentFeatures, content_features

ROWS = [
    (
        "great-court",
        "courtyard",
        ("晋商", "砖雕"),
        ("4A", "NCH"),
        93,
        "mixed",
        (3, 4, 5),
        "清代晋商宅院，砖雕精美",
        "a Qing manor",
        180,
    ),
    (
        "red-court",
        "courtyard",
        ("晋商", "电影"),
        ("NCH",),
        92,
        "mixed",
        (3, 4, 5),
        "清代晋商宅院，红灯笼",
        "a Qing manor",
        150,
    ),
    ("old-temple", "temple", ("彩塑",), ("NCH",), 60, "mixed", (4, 5), "宋代寺院，彩塑", "a Song temple", 60),
    ("far-temple", "temple", ("彩塑", "小众"), ("NCH",), 10, "mixed", (4, 5), "元代村庙，彩塑", "a Yuan temple", 25),
    ("gorge", "nature", ("峡谷",), ("4A",), 60, "no", (5, 6, 7), "峡谷与瀑布", "a gorge with falls", 240),
    ("mall", "shopping", ("购物",), (), 50, "yes", tuple(range(1, 13)), "商场", "a mall", 120),
]


@pytest.fixture(scope="module")
def features() -> ContentFeatures:
    columns = ["id", "category", "tags", "grade", "popularity", "indoor", "best_months", "description_zh", "description_en",
               "visit_min"]  # fmt: skip
    return content_features(pd.DataFrame(ROWS, columns=columns).set_index("id"))


def test_rows_have_length_one_and_blocks_tile_the_columns(features: ContentFeatures) -> None:
    lengths = np.sqrt(np.asarray(features.matrix.multiply(features.matrix).sum(axis=1))).ravel()
    assert np.allclose(lengths, 1, atol=1e-5)
    edges = sorted((block.start, block.stop) for block in features.blocks.values())
    assert edges[0][0] == 0
    assert edges[-1][1] == features.matrix.shape[1]
    assert all(a[1] == b[0] for a, b in pairwise(edges))


def test_similarity_is_symmetric_in_the_unit_range_and_one_with_itself(features: ContentFeatures) -> None:
    similarity = features.similarity
    assert np.allclose(similarity, similarity.T, atol=1e-6)
    assert (similarity >= 0).all()
    assert (similarity <= 1).all()
    assert (np.diag(similarity) == 1).all()


def test_the_nearest_place_is_of_its_own_kind(features: ContentFeatures) -> None:
    for place, nearest in (("great-court", "red-court"), ("old-temple", "far-temple")):
        row = features.similarity[features.ids.index(place)].copy()
        row[features.ids.index(place)] = 0
        assert features.ids[int(row.argmax())] == nearest


def test_importing_the_room_does_not_import_scikit_learn() -> None:
    code = "import sys, recommender.scoring; sys.exit(bool({'sklearn', 'pandas', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
