"""Which browsers cannot run the app: told by what they call themselves, and only where that is certain."""

from __future__ import annotations

import re
from typing import Final

WEB_VIEWS: Final = ("micromessenger",)
"""WeChat's: links sent in a chat open there, mostly in an engine too old for the app."""
OLDEST_CHROME: Final = 93
OLDEST_SAFARI: Final = (15, 4)
"""The first with ``Object.hasOwn``, without which the app stays blank."""
_CHROME: Final = re.compile(r"Chrome/(\d+)")
_SAFARI: Final = re.compile(r"Version/(\d+)\.(\d+)[^ ]* (?:Mobile/\w+ )?Safari/")


def is_wechat(agent: str) -> bool:
    """WeChat's web-view or mini-program."""
    return any(name in agent.lower() for name in WEB_VIEWS)


def cannot_run_app(agent: str) -> bool:
    """Whether a browser of that ``User-Agent`` is known to fail; False for everything unknown."""
    if is_wechat(agent):
        return True
    chrome = _CHROME.search(agent)
    if chrome:
        return int(chrome[1]) < OLDEST_CHROME
    safari = _SAFARI.search(agent)
    return safari is not None and (int(safari[1]), int(safari[2])) < OLDEST_SAFARI
