"""Content features of places: what a place is, in numbers, without any visitor in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]

BLOCK_WEIGHTS: Final = {
    "category": 1.0, "tags": 0.9, "text_zh": 0.7, "text_en": 0.5, "grade": 0.35, "setting": 0.35, "popularity": 0.35,
    "visit": 0.3, "months": 0.2,
}  # fmt: skip
"""Length of each block's vector; its share of a cosine is the square of this, over the sum of the squares."""
LIKE_QUANTILE: Final = 0.98
"""Similarity between two places at which "alike" is complete: this quantile over all pairs."""


@dataclass(frozen=True)
class ContentFeatures:
    """Fitted features.

    Attributes
    ----------
    ids
        Place ids in the order of the frame.
    matrix
        (n, d) sparse float32, rows of length 1; the columns are blocks in the order of ``blocks``.
    blocks
        Block name → slice of columns.
    similarity
        (n, n) float32 in [0, 1]: cosine of rows, scaled so that the closest pairs are 1; 1 on the diagonal.
    """

    ids: tuple[str, ...]
    matrix: csr_matrix
    blocks: dict[str, slice]
    similarity: npt.NDArray[np.float32]


def content_features(frame: pd.DataFrame) -> ContentFeatures:
    """Fit and compute the content features of a frame of places.

    Parameters
    ----------
    frame
        Index: place id. Columns as ``fit`` names them; missing texts, tags or settings leave their block empty.

    Notes
    -----
    A scikit-learn ``ColumnTransformer``: one-hot category and setting, multi-hot tags (weighted by rarity), grades and best
    months, popularity and the logarithm of the visiting time as points on a quarter circle, TF-IDF of character pairs of the
    Chinese description and of words of the English one. Every block has length one before ``BLOCK_WEIGHTS``, so that long
    texts do not outweigh a category. County and area are left out: taste is about what a place is, not where.
    """
    from scipy.sparse import csr_matrix
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import normalize

    clean = _cleaned(frame)
    blocks = [(name, maker(), column) for name, column, maker in _blocks() if _says_something(clean, column, maker())]
    transformer = ColumnTransformer(
        blocks, transformer_weights={name: BLOCK_WEIGHTS[name] for name, _, _ in blocks}, sparse_threshold=1.0
    )
    matrix = csr_matrix(normalize(transformer.fit_transform(clean)), dtype=np.float32)
    ids = tuple(str(place) for place in frame.index)
    slices = {name: transformer.output_indices_[name] for name, _, _ in blocks}
    return ContentFeatures(ids, matrix, slices, _similarity(matrix))


def _similarity(matrix: csr_matrix) -> npt.NDArray[np.float32]:
    cosine = np.asarray((matrix @ matrix.T).todense(), dtype=np.float32)
    n = len(cosine)
    pairs = cosine[np.triu_indices(n, 1)]
    low, high = (float(np.median(pairs)), float(np.quantile(pairs, LIKE_QUANTILE))) if n > 2 else (0.0, 1.0)
    similarity: npt.NDArray[np.float32] = np.clip((cosine - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)
    np.fill_diagonal(similarity, 1)
    return similarity


Block = tuple[str, list[str] | str, Callable[[], Any]]


def _blocks() -> Sequence[Block]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, Normalizer, OneHotEncoder

    def one_hot() -> Any:
        return OneHotEncoder(handle_unknown="ignore", dtype=np.float32)

    def multi_hot() -> Any:
        return TfidfVectorizer(analyzer=_items, dtype=np.float32)

    def quarter_circle() -> Any:
        return make_pipeline(FunctionTransformer(_quarter_circle), Normalizer())

    return (
        ("category", ["category"], one_hot),
        ("tags", "tags", multi_hot),
        ("grade", "grade", multi_hot),
        ("setting", ["indoor"], one_hot),
        ("months", "best_months", multi_hot),
        ("popularity", ["popularity"], quarter_circle),
        ("visit", ["visit_min"], quarter_circle),
        ("text_zh", "description_zh", lambda: TfidfVectorizer(analyzer="char", ngram_range=(2, 2), dtype=np.float32)),
        ("text_en", "description_en", lambda: TfidfVectorizer(stop_words="english", dtype=np.float32)),
    )


def _cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """The same columns with unknown as an empty text or list, and both numbers in [0, 1]."""
    clean = frame.copy()
    for column in ("category", "indoor", "description_zh", "description_en"):
        clean[column] = [value if isinstance(value, str) else "" for value in frame[column]]
    for column in ("tags", "grade", "best_months"):
        clean[column] = [" ".join(_texts(value)) for value in frame[column]]
    clean["popularity"] = np.nan_to_num(frame["popularity"].to_numpy(dtype=float) / 100).clip(0, 1)
    visit = np.log1p(np.nan_to_num(frame["visit_min"].to_numpy(dtype=float)).clip(0))
    clean["visit_min"] = visit / max(float(visit.max(initial=0)), 1e-9)
    return clean


def _texts(value: object) -> list[str]:
    return [str(item).replace(" ", "_") for item in value] if isinstance(value, tuple | list) else []


def _items(text: str) -> list[str]:
    return text.split()


def _quarter_circle(values: Any) -> Floats:
    angle = np.asarray(values, dtype=float) * (np.pi / 2)
    return np.hstack([np.cos(angle), np.sin(angle)])


def _says_something(clean: pd.DataFrame, column: list[str] | str, vectorizer: Any) -> bool:
    """Whether a text block has any term at all: vectorizers refuse an empty vocabulary."""
    if isinstance(column, list):
        return True
    terms = vectorizer.build_analyzer()
    return any(terms(cell) for cell in clean[column])
