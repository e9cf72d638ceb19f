"""A hotel's logo: whatever picture comes, what is kept is a small PNG drawn anew from its pixels."""

from __future__ import annotations

import base64
import io
from typing import Final

from recommender.errors import Problem, RequestError

LARGEST_BYTES: Final = 2_000_000
MOST_PIXELS: Final = 16_000_000
SIZE: Final = (320, 96)
MOST_KEPT: Final = 12_000
"""Bytes of the PNG: it travels inside every page."""
FORMATS: Final = ("PNG", "JPEG", "WEBP")
_COLOURS: Final = (256, 64, 32, 16)
_SHRINKS: Final = (1.0, 0.75, 0.5)


def encode(data: bytes) -> str:
    """A picture as the logo of a record: base64 of a PNG of at most `SIZE` and `MOST_KEPT` bytes.

    Raises
    ------
    RequestError
        It is too large, of another format, or no picture.
    """
    if len(data) > LARGEST_BYTES:
        raise RequestError([Problem("logo", str(len(data)), "partner_logo_large", {"limit": LARGEST_BYTES // 1000})])
    return base64.b64encode(_drawn(data)).decode("ascii")


def _drawn(data: bytes) -> bytes:
    from PIL import Image, UnidentifiedImageError

    wrong = RequestError([Problem("logo", "", "partner_logo_format", {"allowed": ", ".join(FORMATS)})])
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as given:
            # Told by the header, before a single pixel is unpacked.
            if given.width * given.height > MOST_PIXELS:
                raise RequestError([Problem("logo", f"{given.width}×{given.height}", "partner_logo_pixels")])
            pixels = given.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        if isinstance(error, RequestError):
            raise
        raise wrong from error
    for shrink in _SHRINKS:
        small = pixels.copy()
        small.thumbnail((int(SIZE[0] * shrink), int(SIZE[1] * shrink)))
        for colours in _COLOURS:
            out = io.BytesIO()
            small.quantize(colours, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
            if out.tell() <= MOST_KEPT:
                return out.getvalue()
    raise wrong
