"""The HTML in which the pages live: Streamlit's own, with the visitor's language, our title and something to see at once.

Streamlit serves ``<html lang="en">`` and an empty page until its scripts have loaded; screen readers, translators and
people on slow lines need better.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from recommender.i18n import LANGUAGES, text
from recommender.web.answers import language

PAGES: Final = ("/", "/plan", "/explore")
HTML_LANG: Final[Mapping[str, str]] = {"zh": "zh-CN", "en": "en"}
SEAL: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32'"
    " rx='7' fill='%238c2f1b'/%3E%3Cpath d='M6 8h20M6 15h20M12 8v7M20 8v7M9 19h14v8H9zM9 23h14' fill='none'"
    " stroke='%23faf6ee' stroke-width='2'/%3E%3C/svg%3E"
)
_PAINT: Final = (
    "<style>#root>.first{min-height:100vh;display:flex;flex-direction:column;align-items:center;"
    "justify-content:center;gap:.5rem;font-family:'Songti SC','Noto Serif CJK SC',serif;background:#faf6ee;color:#2f353a}"
    "#root>.first b{font-size:1.75rem;color:#8c2f1b}#root>.first a{color:inherit;font-size:.85rem;padding:1rem}"
    "@media(prefers-color-scheme:dark){#root>.first{background:#15181b;color:#e9e4d9}#root>.first b{color:#d9694d}}"
    "</style>"
)
_BACKEND: Final = (
    "<script>window.__streamlit={BACKEND_BASE_URL:location.origin+location.pathname.replace(/(plan|explore|staff)\\/?$/,'')}</script>"
)
"""Where the server is: on a page other than the first, Streamlit's script would first ask below that page and get a 404."""

_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class ShellChanged(RuntimeError):
    """Streamlit's page is not built as this module expects: a new version needs a look here."""


def _replace(pattern: str, new: str, html: str) -> str:
    changed, count = re.subn(pattern, lambda _: new, html, count=1, flags=re.DOTALL)
    if count != 1:
        raise ShellChanged(pattern)
    return changed


def dress(html: str, lang: str) -> str:
    """Streamlit's page in a language of ours.

    Raises
    ------
    ShellChanged
        A part that has to be replaced is not there.
    """
    title, line = escape(text("web.title", lang)), escape(text("web.description", lang))
    html = _replace(r'<html lang="en">', f'<html lang="{HTML_LANG[lang]}">', html)
    html = _replace(
        r"<title>.*?</title>", f'<title>{title}</title>\n    <meta name="description" content="{line}" />', html
    )
    html = _replace(r"<head>", f"<head>{_BACKEND}", html)
    html = _replace(r'href="\./favicon\.png"', f'href="{SEAL}"', html)
    # Our themes use the fonts of the visitor's system.
    html = _replace(r'<link\s+rel="preload"[^>]*as="font"[^>]*/>', "", html)
    html = _replace(r"<!--\s+Machine-readable pointer.*?/>", "", html)
    html = _replace(
        r"<noscript>.*?</noscript>",
        f"<noscript><p>{escape(text('web.no_script', lang))} {_plain_link('web.plain', lang)}</p></noscript>",
        html,
    )
    first = (
        f'<div class="first"><b>{escape(text("web.brand", lang))}</b><span>{escape(text("web.opening", lang))}</span>'
        f"{_plain_link('web.plain_blank', lang)}</div>"
    )
    return _replace(r'<div id="root"></div>', f'{_PAINT}<div id="root">{first}</div>', html)


def _plain_link(key: str, lang: str) -> str:
    return f'<a href="/plain?lang={lang}">{escape(text(key, lang))}</a>'


@cache
def _undressed() -> str:
    found = find_spec("streamlit")
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "static" / "index.html").read_text(encoding="utf-8")


@cache
def _shells() -> dict[str, bytes]:
    return {lang: dress(_undressed(), lang).encode() for lang in LANGUAGES}


@cache
def script_hashes() -> tuple[str, ...]:
    """The scripts that stand in the page itself, ours and Streamlit's, as a content security policy names them."""
    pages = [_undressed(), *(page.decode() for page in _shells().values())]
    scripts = dict.fromkeys(script for page in pages for script in _INLINE.findall(page))
    return tuple(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)


def page(request: Request) -> Response:
    """The shell of any page, in the language of ``?lang=`` or of the browser."""
    headers = {"cache-control": "no-cache", "vary": "accept-language, accept-encoding, user-agent"}
    return HTMLResponse(_shells()[language(request)], headers=headers)
