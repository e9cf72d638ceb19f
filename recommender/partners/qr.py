"""QR codes of links, as SVG and PNG."""

from __future__ import annotations

import io
from typing import Final

BORDER: Final = 4
"""Modules of white around the code: fewer, and some phones do not find it."""
SCALES: Final = (2, 40)
SCALE: Final = 12


def svg(link: str, *, inline: bool = False) -> str:
    """A code as an SVG of black on white; ``inline`` for a page of HTML, as wide as its box."""
    out = io.BytesIO()
    code = _code(link)
    if inline:
        return str(code.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True))
    code.save(out, kind="svg", border=BORDER, scale=SCALE, dark="#000", light="#fff", xmldecl=False)
    return out.getvalue().decode("utf-8")


def png(link: str, scale: int = SCALE) -> bytes:
    """A code as a PNG; ``scale`` is pixels a module."""
    out = io.BytesIO()
    _code(link).save(out, kind="png", border=BORDER, scale=min(max(scale, SCALES[0]), SCALES[1]))
    return out.getvalue()


def matrix(link: str) -> list[list[bool]]:
    """The modules row by row, dark ones true, without the white around them."""
    return [[bool(cell) for cell in row] for row in _code(link).matrix]


def _code(link: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - the library is imported when it is used
    import segno

    # Level M: a scratched or badly printed card can still be read.
    return segno.make(link, error="m", micro=False)
