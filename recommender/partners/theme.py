"""A hotel's two colours on our pages: held to the contrast of WCAG 2 AA, and all other tints made from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recommender.errors import Problem

LEAST: Final = 4.5
"""Contrast of text with what it stands on, WCAG 2.2, success criterion 1.4.3."""
LEAST_EDGE: Final = 3.0
"""The same of the edge of an input, 1.4.11."""
STEPS: Final = 100
COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_DARK: Final = "#2a2f33"
_BLACK: Final = "#000000"
_WHITE: Final = "#ffffff"
_AMBER: Final = {True: ("#7d5110", "#fdf3dc"), False: ("#e3b25a", "#33290f")}
"""Text and ground of what is not verified, on light and dark pages; theirs are not the hotel's to choose."""
_Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Colours:
    """``accent`` for what acts, ``ground`` for what everything stands on; ``#rrggbb``."""

    accent: str
    ground: str


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def problems(accent: str, ground: str) -> Iterator[Problem]:
    """What is wrong with a pair of colours, with a pair near it that would do; both empty are ours."""
    if not accent and not ground:
        return
    wrong = [(name, value) for name, value in (("accent", accent), ("ground", ground)) if not COLOUR.fullmatch(value)]
    yield from (Problem(name, value[:20], "partner_colour") for name, value in wrong)
    if wrong or reads_well(Colours(accent, ground)):
        return
    better = suggestion(Colours(accent, ground))
    found = f"{contrast(accent, ground):.1f}"
    args = {"found": found, "least": LEAST, "accent": better.accent, "ground": better.ground}
    yield Problem("accent", accent, "partner_contrast", args)


def reads_well(colours: Colours) -> bool:
    """Whether all text can be read: on the page, on cards, and on what acts."""
    return _carries_words(colours.ground) and _stands_out(colours)


def _carries_words(ground: str) -> bool:
    tints = tints_of(Colours(_BLACK, ground))
    return min(contrast(tints[name], tints[on]) for name in ("ink", "soft") for on in ("paper", "card")) >= LEAST


def _stands_out(colours: Colours) -> bool:
    # On any colour black or white reads well: what stands on the accent needs no look.
    return min(contrast(colours.accent, colours.ground), contrast(colours.accent, _card(colours.ground))) >= LEAST


def _card(ground: str) -> str:
    return mixed(ground, _WHITE, 0.55 if _is_light(ground) else 0.06)


def suggestion(colours: Colours) -> Colours:
    """The nearest pair of the same hues that can be read: the accent first, the ground too where that is not enough."""
    accents = [_toward(colours.accent, end, k) for k in range(STEPS + 1) for end in (_BLACK, _WHITE)]
    for k in range(STEPS + 1):
        for end in (_WHITE, _BLACK) if _luminance(colours.ground) > 0.18 else (_BLACK, _WHITE):
            ground = _toward(colours.ground, end, k)
            if not _carries_words(ground):
                continue
            for accent in accents:
                if _stands_out(Colours(accent, ground)):
                    return Colours(accent, ground)
    return Colours(_BLACK, _WHITE)


def tints_of(colours: Colours) -> dict[str, str]:
    """Every colour of the page, by the name of its variable; ``on`` is that of words on the accent."""
    ground = colours.ground
    light = _is_light(ground)
    ink = max((_DARK, _BLACK) if light else ("#eceae6", _WHITE), key=lambda end: contrast(end, ground) >= 9)
    if contrast(ink, ground) < LEAST:
        ink = _BLACK if light else _WHITE
    card = _card(ground)
    soft = _faded(ink, (ground, card), 0.32, LEAST + 0.1)
    edge = _faded(ink, (ground, card), 0.6, LEAST_EDGE + 0.1)
    amber, amber_ground = _AMBER[light]
    return {
        "paper": ground, "card": card, "ink": ink, "soft": soft, "line": mixed(ground, ink, 0.16), "edge": edge,
        "lacquer": colours.accent, "ochre": mixed(colours.accent, ground, 0.35), "glaze": colours.accent, "amber": amber,
        "amberbg": amber_ground, "on": max((_WHITE, _BLACK), key=lambda end: contrast(end, colours.accent)),
    }  # fmt: skip


def css(colours: Colours | None) -> str:
    """The style that puts a hotel's colours over ours, by day and by night; empty for ours."""
    if colours is None:
        return ""
    tints = tints_of(colours)
    on = tints.pop("on")
    names = "".join(f"--{name}:{colour};" for name, colour in tints.items())
    scheme = "light" if _is_light(colours.ground) else "dark"
    filled = f"background:{colours.accent};border-color:{colours.accent};color:{on}"
    # Said twice, so that it outweighs what the pages say of dark screens.
    return f":root:root{{{names}color-scheme:{scheme}}}a.go,button.go,.dot:not(.small):not(.eat){{{filled}}}"


def mixed(one: str, other: str, share: float) -> str:
    """A colour with a share of another in it."""
    parts = (round(a + (b - a) * share) for a, b in zip(_rgb(one), _rgb(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _toward(colour: str, end: str, step: int) -> str:
    return mixed(colour, end, step / STEPS)


def _faded(ink: str, grounds: tuple[str, ...], most: float, least: float) -> str:
    """Ink as pale as contrast allows, ``most`` at the most."""
    for k in range(20):
        colour = mixed(ink, grounds[0], most * (1 - k / 20))
        if min(contrast(colour, ground) for ground in grounds) >= least:
            return colour
    return ink


def _is_light(colour: str) -> bool:
    return contrast(colour, _BLACK) > contrast(colour, _WHITE)


def _rgb(colour: str) -> _Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in _rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
