"""A picture with whose it is and on what terms; from our own address, and fetched only when it comes into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from recommender.i18n import text
from recommender.markup import tag, void

if TYPE_CHECKING:
    from recommender.catalog import Catalog


def figure(file: str, caption: str, credit: str, licence: str, lang: str) -> Markup:
    """A stored picture by its name."""
    terms = text(f"ui.licence.{licence}", lang)
    words = " · ".join(part for part in (caption, text("ui.photo.credit", lang, credit=credit, licence=terms)) if part)
    image = void("img", src=f"/pictures/{file}.jpg", alt=caption or text("ui.photo.alt", lang), loading="lazy", decoding="async")
    return tag("figure", image, tag("figcaption", words), class_="photo")


def photo_of(catalog: Catalog, place: str, lang: str) -> Markup | None:
    """The first picture of a place; None where there is none."""
    found = next(iter(catalog.pictures_of(place)), None)
    if found is None:
        return None
    caption = found.caption_zh if lang == "zh" else found.caption_en
    return figure(found.file, caption, found.credit, found.licence, lang)
