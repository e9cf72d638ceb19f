"""The plan to take along: an itinerary in, the bytes of a file out, one module per format, nothing stored or sent.

The same itinerary gives the same bytes: no clock is read and nothing is counted across calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from recommender.model import Itinerary
    from recommender.region import Region

__all__ = ["FORMATS", "Credit", "Format", "file_name"]
CREDITED: Final = frozenset({"pdf", "ics"})
"""Formats that say through whom a plan was made."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Through whom a plan was made, and where it can be opened."""

    words: str
    link: str


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    name
        What it is asked for by, and the module that writes it.
    media_type
        With the charset where the file is text.
    suffix
        Of file names, with its dot.
    """

    name: str
    media_type: str
    suffix: str

    def write(self, itinerary: Itinerary, region: Region, lang: str, *, credit: Credit | None = None) -> bytes:
        """The file.

        Parameters
        ----------
        lang
            ``zh`` or ``en``.
        credit
            Through whom it was made; said where the format has room for it.

        Raises
        ------
        UnknownPlace
            The itinerary names a place that the region does not have.
        """
        # Imported late: some writers bring libraries of their own.
        writer = import_module(f"{__name__}.{self.name}")
        more = {"credit": credit} if credit is not None and self.name in CREDITED else {}
        written: bytes = writer.write(itinerary, region, lang, **more)
        return written


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        form.name: form
        for form in (
            Format("text", "text/plain; charset=utf-8", ".txt"),
            Format("html", "text/html; charset=utf-8", ".html"),
            Format("pdf", "application/pdf", ".pdf"),
            Format("png", "image/png", ".png"),
            Format("ics", "text/calendar; charset=utf-8", ".ics"),
            Format("gpx", "application/gpx+xml", ".gpx"),
            Format("kml", "application/vnd.google-earth.kml+xml", ".kml"),
            Format("geojson", "application/geo+json", ".geojson"),
            Format("jsonld", "application/ld+json", ".jsonld"),
        )
    }
)


def file_name(itinerary: Itinerary, form: Format) -> str:
    """``jinzhong-2027-04-17-2d.pdf``: ASCII, the same for the same dates."""
    return f"jinzhong-{itinerary.days[0].date}-{len(itinerary.days)}d{form.suffix}"
