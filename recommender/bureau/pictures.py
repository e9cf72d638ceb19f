"""Pictures that staff upload: read within bounds, drawn anew without what the camera wrote, and kept under their hash."""

from __future__ import annotations

import io
from typing import Final

from recommender.bureau.desk import Action, Person, acting
from recommender.errors import Problem, RequestError
from recommender.store import Database
from recommender.store.pictures import Image, count_bytes, put_picture

LARGEST_BYTES: Final = 12 * 1024**2
LARGEST_PX: Final = 50_000_000
"""Width times height."""
SMALLEST_PX: Final = 320
"""Of the longer side: less is a stamp."""
LONGEST_PX: Final = 1_280
QUALITY: Final = 82
MOST_BYTES: Final = 2 * 1024**3
"""All pictures together."""
FORMATS: Final = ("JPEG", "PNG", "WEBP")


def drawn_anew(data: bytes, name: str) -> Image:
    """A picture as it will be served: upright, at most `LONGEST_PX` long, JPEG, without position, camera or thumbnail.

    Raises
    ------
    RequestError
        It is too large or too small, is no JPEG, PNG or WebP picture, or is damaged.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps

    if len(data) > LARGEST_BYTES:
        raise _refused(name, "picture_large", limit=f"{LARGEST_BYTES // 1024**2} MB")
    try:
        with Pillow.open(io.BytesIO(data), formats=FORMATS) as opened:
            # Asked before a pixel is unpacked.
            if opened.width * opened.height > LARGEST_PX:
                raise _refused(name, "picture_large", limit=f"{LARGEST_PX // 1_000_000} MP")
            if max(opened.size) < SMALLEST_PX:
                raise _refused(name, "picture_small", limit=SMALLEST_PX)
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((LONGEST_PX, LONGEST_PX), Pillow.Resampling.LANCZOS)
            if picture.mode in ("RGBA", "LA", "P", "PA"):
                clear = picture.convert("RGBA")
                picture = Pillow.new("RGB", clear.size, "white")
                picture.paste(clear, mask=clear.getchannel("A"))
            out = io.BytesIO()
            picture.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        if isinstance(error, RequestError):
            raise
        raise _refused(name, "picture_unreadable") from error
    return Image("image/jpeg", picture.width, picture.height, out.getvalue())


def upload(person: Person, data: bytes, name: str, *, database: Database | None = None) -> Image:
    """Keep a picture; nobody sees it before a record that names it is published.

    Raises
    ------
    PermissionDenied, StoreUnavailable
        As `desk.acting`.
    RequestError
        As `drawn_anew`; or there is no room left.
    """
    image = drawn_anew(data, name)
    with acting(person, Action.EDIT, database) as desk:
        if count_bytes(desk.connection) + len(image.data) > MOST_BYTES:
            raise _refused(name, "picture_full")
        if put_picture(desk.connection, image, desk.now, desk.person.name):
            desk.note("picture", f"picture/{image.name}", {"bytes": len(image.data)})
    return image


def _refused(name: str, code: str, **values: object) -> RequestError:
    return RequestError([Problem(name[:80], "", code, values)])
