"""The plan as one picture, for a chat or as the card that a messenger shows of a link: a line a day, and the map sketch."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from recommender.exports.breaks import break_units
from recommender.exports.course import course
from recommender.exports.face import BOLD, REGULAR, face, fit
from recommender.exports.sheet import DAY_COLOURS, INK, LACQUER, PALE, SOFT, Colour
from recommender.exports.sketch import PIN_MM, Sketch, Spot, sketch
from recommender.i18n import text
from recommender.model import Itinerary
from recommender.settings import settings
from recommender.trip.narrate import date_words, day_idea

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

    from recommender.region import Region

SIZE: Final = (1200, 630)
"""Width and height in pixels: what messengers crop least."""
CANVAS: Final = (2 * SIZE[0], 2 * SIZE[1])
"""Drawn at twice the size, so that lines are smooth; all measures below are of this."""
GROUND: Final[Colour] = (250, 246, 238)
WHITE: Final[Colour] = (255, 255, 255)
COLOURS: Final = 64
LEFT, TOP, TEXT_WIDTH = 116, 96, 1080
MAP_LEFT: Final = 1280
DOTS_A_MM: Final = 10.0
SHOWN_DAYS: Final = 5
LINES_A_DAY: Final = 2
BRAND, TITLE, DAY, SMALL = 60, 92, 54, 38
"""Sizes of type."""


class _Card:
    """A picture that is being drawn."""

    def __init__(self, words: list[str]) -> None:
        from PIL import Image, ImageDraw

        self.image = Image.new("RGB", CANVAS, GROUND)
        self.pen = ImageDraw.Draw(self.image)
        self._faces = {weight: face(words, weight) for weight in (REGULAR, BOLD)}

    def type(self, size: int, weight: int = REGULAR) -> FreeTypeFont:
        """The typeface in a size."""
        from PIL import ImageFont

        return ImageFont.truetype(io.BytesIO(self._faces[weight]), size)

    def png(self) -> bytes:
        """The file."""
        from PIL import Image

        out = io.BytesIO()
        small = self.image.resize(SIZE, Image.Resampling.LANCZOS)
        small.quantize(COLOURS).save(out, "PNG", optimize=True)
        return out.getvalue()


def write(itinerary: Itinerary, region: Region, lang: str) -> bytes:
    """A PNG of `SIZE`."""
    days = course(itinerary, region)
    shape = sketch(days, region, lang, (CANVAS[0] - MAP_LEFT) / DOTS_A_MM, CANVAS[1] / DOTS_A_MM)
    brand = fit(text("trip.brand", lang))
    dates = fit(date_words(itinerary.days[0].date, lang, year=True))
    title = fit(text("exports.png.title", lang, days=len(days)))
    ideas = [fit(day_idea(itinerary, d, region, lang)) for d in range(len(days))]
    number = settings().map_approval
    note = fit(text("exports.pdf.approval", lang, number=number) if number else text("exports.pdf.approval_pending", lang))
    labels = [fit(name) for _, name in shape.hubs] + [pin.label for pin in shape.pins]
    card = _Card([brand, dates, title, note, *ideas, *labels, "0123456789…"])
    _map(card, shape, note)
    card.pen.rectangle((0, 0, 26, CANVAS[1]), fill=LACQUER)
    card.pen.text((LEFT, TOP), brand, LACQUER, card.type(BRAND, BOLD))
    card.pen.text((LEFT, TOP + 104), title, INK, card.type(TITLE, BOLD))
    card.pen.text((LEFT, TOP + 236), dates, SOFT, card.type(DAY))
    _days(card, ideas)
    return card.png()


def _days(card: _Card, ideas: list[str]) -> None:
    """What each day is about, beside its number in its colour."""
    plain, bold = card.type(DAY), card.type(SMALL + 4, BOLD)
    y = TOP + 360
    for d, idea in enumerate(ideas[:SHOWN_DAYS]):
        card.pen.ellipse((LEFT, y + 2, LEFT + 68, y + 70), fill=DAY_COLOURS[d % len(DAY_COLOURS)])
        card.pen.text((LEFT + 34, y + 36), str(d + 1), WHITE, bold, anchor="mm")
        for line in _wrapped(idea, plain, TEXT_WIDTH - 100):
            card.pen.text((LEFT + 96, y), line, INK, plain)
            y += DAY + 18
        y += 20
    if len(ideas) > SHOWN_DAYS:
        card.pen.text((LEFT + 96, y - 16), "…", SOFT, plain)


def _wrapped(words: str, font: FreeTypeFont, width: int) -> list[str]:
    """At most `LINES_A_DAY` lines; what does not fit ends in ``…``."""
    lines = [""]
    for unit in break_units(words):
        if lines[-1] and font.getlength(lines[-1] + unit.rstrip()) > width:
            lines.append("")
        lines[-1] += unit
    lines = [line.rstrip() for line in lines]
    if len(lines) > LINES_A_DAY:
        last = lines[LINES_A_DAY - 1]
        while font.getlength(f"{last}…") > width:
            last = last[:-1]
        lines = [*lines[: LINES_A_DAY - 1], f"{last.rstrip('，、, ')}…"]
    return lines


def _map(card: _Card, shape: Sketch, note: str) -> None:
    pen, small = card.pen, card.type(SMALL)
    pen.rectangle((MAP_LEFT, 0, *CANVAS), fill=WHITE)
    for ring in shape.outlines:
        pen.line([_dot(spot) for spot in ring], PALE, 3)
    for day, start, end in shape.ways:
        pen.line([_dot(start), _dot(end)], DAY_COLOURS[day % len(DAY_COLOURS)], 9)
    for spot, name in shape.hubs:
        x, y = _dot(spot)
        pen.rectangle((x - 11, y - 11, x + 11, y + 11), fill=INK)
        words = fit(name)
        room = x + 24 + small.getlength(words) < CANVAS[0]
        pen.text((x + 22 if room else x - 22, y), words, INK, small, anchor="lm" if room else "rm",
                 stroke_width=6, stroke_fill=WHITE)  # fmt: skip
    _pins(card, shape)
    # What crossed the frame on its left is covered again.
    pen.rectangle((0, 0, MAP_LEFT - 1, CANVAS[1]), fill=GROUND)
    pen.text((CANVAS[0] - 24, CANVAS[1] - 20), note, SOFT, card.type(SMALL - 6), anchor="rs", stroke_width=6, stroke_fill=WHITE)


def _pins(card: _Card, shape: Sketch) -> None:
    wide, tall = PIN_MM[0] * DOTS_A_MM / 2, PIN_MM[1] * DOTS_A_MM / 2
    bold = card.type(SMALL - 4, BOLD)
    for pin in shape.pins:
        card.pen.line([_dot(pin.spot), _dot(pin.plate)], INK, 2)
    for pin in shape.pins:
        x, y = _dot(pin.plate)
        colour = DAY_COLOURS[pin.day % len(DAY_COLOURS)]
        card.pen.rounded_rectangle((x - wide, y - tall, x + wide, y + tall), 14, fill=colour, outline=WHITE, width=4)
        card.pen.text((x, y), pin.label, WHITE, bold, anchor="mm")


def _dot(spot: Spot) -> tuple[float, float]:
    return MAP_LEFT + spot[0] * DOTS_A_MM, spot[1] * DOTS_A_MM
