"""HTML that escapes by construction: text becomes markup only through ``tag``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from markupsafe import Markup, escape

Child = str | Markup | None

EMPTY = Markup("")


def tag(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """One element.

    Parameters
    ----------
    name
        Element name, written in our code.
    *children
        ``Markup`` is kept, any other text is escaped, None is left out.
    **attributes
        ``class_`` is ``class``; other underscores become hyphens. None and False are left out, True stands alone.
    """
    return Markup(f"<{name}{_attributes(attributes)}>{join(children)}</{name}>")


def void(name: str, /, **attributes: str | int | bool | None) -> Markup:
    """An element without an end, such as ``input``; attributes as of ``tag``."""
    return Markup(f"<{name}{_attributes(attributes)}>")


def _attributes(attributes: Mapping[str, str | int | bool | None]) -> str:
    shown = ""
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        shown += f" {label}" if value is True else f' {label}="{escape(str(value))}"'
    return shown


def join(children: Iterable[Child]) -> Markup:
    """Children one after another, text escaped."""
    return Markup("").join(escape(child) for child in children if child is not None)


def link(address: str, label: str) -> Markup:
    """A link to a web page; anything that is not http(s) stays plain text."""
    if urlsplit(address.strip()).scheme not in ("http", "https"):
        return escape(label)
    return tag("a", label, href=address.strip(), target="_blank", rel="noopener noreferrer nofollow")
