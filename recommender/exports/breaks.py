"""Where a line of Chinese and Latin words may be broken.

The part of UAX 14 that these two scripts need: between Chinese characters and at blanks, never before a closing mark nor
after an opening one, never inside a Latin word, a number or an address.
"""

from __future__ import annotations

import re
from typing import Final

_HAN: Final = r"\u2e80-\u2fdf\u3003-\u3007\u3012-\u301c\u3021-\u9fff\uf900-\ufaff\uff0d-\uff19\uff21-\uff5a"
_OPENING: Final = r"（《〈「『【〔“‘(\[{¥"
_CLOSING: Final = r"，。、；：？！）》〉」』】〕”’…·%,.;:?!)\]}"
_UNIT: Final = re.compile(
    rf"[{_OPENING}]*(?:[{_HAN}]|[^\s{_HAN}{_OPENING}{_CLOSING}](?:[^\s{_HAN}（《〈「『【〔“‘，。、；：？！）》〉」』】〕”’…])*|)[{_CLOSING}]*\s*"
)


def break_units(words: str) -> list[str]:
    """The pieces between which a line may end; together they are ``words``."""
    return [unit for unit in _UNIT.findall(words) if unit]
