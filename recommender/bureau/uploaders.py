"""Pages of staff who came through an identity provider, and the tokens of their sessions, which no cookie brings along.

Files are sent to the process that holds the page, so that this process's memory is enough.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

MOST: Final = 1000
"""Pages that are remembered; those seen longest ago are forgotten."""
_tokens: Final[OrderedDict[str, str]] = OrderedDict()


def remember(page: str, token: str) -> None:
    """Say whose page it is.

    Parameters
    ----------
    page
        The id that Streamlit gave it.
    """
    _tokens[page] = token
    _tokens.move_to_end(page)
    if len(_tokens) > MOST:
        _tokens.popitem(last=False)


def find_token(page: str) -> str | None:
    """The token of the session that a page belongs to; whether it is still good is for `logins.find_person` to say."""
    return _tokens.get(page)
