"""Our own line drawings, 24 × 24, one per category, vehicle and kind of row."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

_PATHS: Final = {
    "ancient_city": "M3 20V9h3V7h2v2h2V7h4v2h2V7h2v2h3v11h-6v-4a3 3 0 0 0-6 0v4z",
    "temple": "M12 2v2M5 9c4 0 6-2 7-5 1 3 3 5 7 5M8 9v4M16 9v4M3 14.5c5 0 7-1 9-2.5 2 1.5 4 2.5 9 2.5"
    "M6 14.5V21h12v-6.5M10.5 21v-4h3v4",
    "courtyard": "M3 10l9-6 9 6M5 9v11h14V9M9.5 20v-6h5v6M5 13h4.5M14.5 13H19",
    "museum": "M3 9l9-5 9 5zM5.5 9v9M10 9v9M14 9v9M18.5 9v9M3 20h18",
    "nature": "M2 19l6-10 4 6 3-4 7 8zM17 6.5a1.5 1.5 0 1 0 .01 0",
    "village": "M3 20v-8l4-4 4 4v8M11 20V9l5-5 5 5v11M2 20h20M15 20v-5h3v5",
    "red_heritage": "M12 3l2.6 5.6 6 .7-4.4 4.2 1.1 6L12 16.6l-5.3 2.9 1.1-6L3.4 9.3l6-.7z",
    "show": "M12 2v3M8 5h8M8 17h8M8 5c-3.5 3-3.5 9 0 12M16 5c3.5 3 3.5 9 0 12M12 5v12M12 17v5M9.5 22h5",
    "shopping": "M5 8h14l1 12H4zM9 8a3 3 0 0 1 6 0",
    "food": "M3 11h18a9 9 0 0 1-5 8H8a9 9 0 0 1-5-8zM8.5 8c0-2 1.5-2 1.5-4M13.5 8c0-2 1.5-2 1.5-4",
    "hot_spring": "M3 14c0 4 4 6 9 6s9-2 9-6M7.5 12c-1.5-2 1.5-4 0-7M12 12c-1.5-2 1.5-4 0-7M16.5 12c-1.5-2 1.5-4 0-7",
    "theme_park": "M12 3a8 8 0 1 0 .01 0M12 3v16M4 11h16M6.3 5.3l11.4 11.4M17.7 5.3L6.3 16.7M12 11l-4 11M12 11l4 11",
    "workshop": "M9 3h6M10 3v3c-4 2-5 5-5 8a7 7 0 0 0 14 0c0-3-1-6-5-8V3M6 12h12",
    "square_park": "M12 21v-8M12 14a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11zM5 21h14",
    "walk": "M4 17c0-3 1-4 1-8h4c0 2 1 3 3 4l5 2c2 .8 3 1.5 3 4H4zM9 12l1.5-1M11.5 13.5L13 12",
    "rail": "M7 4h10a2 2 0 0 1 2 2v9a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V6a2 2 0 0 1 2-2z"
    "M5 11h14M9 14.5h.01M15 14.5h.01M8 18l-2 3M16 18l2 3",
    "bus": "M5 4h14a1 1 0 0 1 1 1v13H4V5a1 1 0 0 1 1-1zM4 12h16M7 18v2.5M17 18v2.5M8 15h.01M16 15h.01",
    "taxi": "M3 17v-5l2.5-5h13L21 12v5zM3 12h18M6 17v2M18 17v2M10 7V4.5h4V7M7 14.5h.01M17 14.5h.01",
    "drive": "M3 17v-5l2.5-5.5h13L21 12v5zM3 12h18M6 17v2M18 17v2M7 14.5h.01M17 14.5h.01",
    "charter": "M3 17V7h11l5 5h2v5zM14 7v5h5M7 17a2 2 0 1 0 .01 0M17 17a2 2 0 1 0 .01 0M8 7v5",
    "meal": "M3 11h18a9 9 0 0 1-5 8H8a9 9 0 0 1-5-8zM8.5 8c0-2 1.5-2 1.5-4M13.5 8c0-2 1.5-2 1.5-4",
    "rest": "M5 9h11v5a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 10h2a2.5 2.5 0 0 1 0 5h-2M8 3v3M12 3v3",
    "lodging": "M3 19V6M3 12h18v7M21 12v-1a3 3 0 0 0-3-3h-8v4M3 16h18M6.5 9a1.2 1.2 0 1 0 .01 0",
    "start": "M6 21V4M6 4h11l-2.5 4L17 12H6",
    "end": "M12 21s-6-6-6-11a6 6 0 0 1 12 0c0 5-6 11-6 11zM12 8a2 2 0 1 0 .01 0",
    "warning": "M12 4l9 16H3zM12 10v4M12 17h.01",
}  # fmt: skip

_UNKNOWN = "M12 4a8 8 0 1 0 .01 0M12 8v5M12 16h.01"


def pictogram(name: str, label: str | None = None) -> Markup:
    """An inline SVG; decorative (hidden from screen readers) unless labelled."""
    path = _PATHS.get(name, _UNKNOWN)
    role = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    return Markup(
        '<svg class="pic" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"{}><path d="{}"/></svg>'
    ).format(role, Markup(path))


def names() -> tuple[str, ...]:
    """Every pictogram there is."""
    return tuple(_PATHS)
