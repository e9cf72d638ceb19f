"""The typeface of the PDF: Noto Sans SC, cut down to the characters of one document.

The font comes with a package (``justmytype-intl-cjk``, SIL Open Font License 1.1), never from the system. It is one
variable TrueType font; what a document needs of it is cut out first and then set to a weight, which takes a second
instead of minutes.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from recommender.errors import FormatUnavailable

_log = logging.getLogger(__name__)
FONT: Final = Path("fonts", "ofl", "notosanssc", "NotoSansSC[wght].ttf")
REGULAR: Final = 400
BOLD: Final = 700
MISSING: Final = "□"
"""Stands for a character that the font does not have."""
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)
_LEFT_OUT: Final = ("GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "HVAR", "VVAR", "MVAR", "DSIG")


@cache
def font_path() -> Path:
    """Where the package keeps the font.

    Raises
    ------
    FormatUnavailable
        It is not there.
    """
    # Found, not imported: the package brings a registry of its own that is not needed.
    found = find_spec("justmytype_intl_cjk")
    path = Path(found.origin).parent / FONT if found is not None and found.origin is not None else FONT
    if not path.is_file():
        _log.error("the typeface of PDF and picture is not there: install justmytype-intl-cjk")
        raise FormatUnavailable
    return path


@cache
def characters() -> frozenset[int]:
    """All code points that the font has."""
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _glyphs() -> tuple[str, ...]:
    """Names of all glyphs of the font, which take as long to make as the rest of the cut."""
    from fontTools.ttLib import TTFont

    with TTFont(font_path(), lazy=True) as font:
        return tuple(font.getGlyphOrder())


def fit(words: str) -> str:
    """Words in characters that can be shown: joiners and marks of direction go, others unknown become ``□``."""
    known = characters()
    return "".join(c if ord(c) in known else MISSING for c in _UNSEEN.sub("", words.replace("\n", " ")))


def face(words: Iterable[str], weight: int) -> bytes:
    """A TrueType font of one weight with the characters of ``words`` and no others."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options(layout_features=[], name_IDs=[1, 2, 6], notdef_outline=True, recalc_timestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted({ord(c) for each in words for c in each} | {ord(c) for c in f" {MISSING}"}))
    out = io.BytesIO()
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        font.setGlyphOrder(list(_glyphs()))
        # Dropped before the cut, which would read them first.
        for table in _LEFT_OUT:
            if table in font:
                del font[table]
        cutter.subset(font)
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.save(out)
    return out.getvalue()
