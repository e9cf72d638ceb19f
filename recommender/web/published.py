"""What ``docs/`` says about the doors and is made from code: ``python -m recommender.web.published`` writes it.

A test holds the files to what this module would write, so a change of the public shapes is always a visible one.
"""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any, Final

from recommender.jsontext import write_json
from recommender.settings import ROOT, Settings, variable
from recommender.web import openapi

DOCS: Final = ROOT / "docs"
_BLOCK: Final = "<!-- made from code: {name} -->\n"
_END: Final = "<!-- end -->"


def request_table() -> str:
    """Every field of a request: its type, default, and whether it acts yet."""
    schema = openapi.request_schema()
    rows = ["| field | type | default |", "|---|---|---|"]
    for name, field in schema["properties"].items():
        default = "required" if name in schema["required"] else f"`{_plain(field.get('default'))}`"
        rows.append(f"| `{name}` | {_type(field, schema['$defs'])} | {default} |")
    return "\n".join(rows) + "\n"


def settings_table() -> str:
    """Every setting: variable, default and its sentence."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for field in dataclasses.fields(Settings):
        default = field.default
        shown = default.relative_to(ROOT).as_posix() + "/" if isinstance(default, Path) else str(default)
        rows.append(
            f"| `{variable(field.name)}` | {f'`{shown}`' if shown else 'empty'} | {field.metadata['sentence']} |"
        )
    return "\n".join(rows) + "\n"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _type(field: dict[str, Any], shapes: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        return _type(shapes[name], shapes) if "properties" not in shapes[name] else f"`{name}`"
    if "enum" in field:
        return " · ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        return " or ".join(_type(option, shapes) for option in field["anyOf"])
    kind = field.get("type", "anything")
    if kind == "array":
        return f"list of {_type(field['items'], shapes)}" if "items" in field else "list"
    if kind == "object":
        inner = field.get("additionalProperties")
        return f"map to {_type(inner, shapes)}" if isinstance(inner, dict) else "object"
    low, high = field.get("minimum"), field.get("maximum")
    bounds = (
        f" {low if low is not None else ''}–{high if high is not None else ''}" if (low, high) != (None, None) else ""
    )
    words = {"integer": "whole number", "string": "place id" if "{1,79}" in field.get("pattern", "") else "text"}
    if field.get("pattern", "").endswith("[0-5]\\d$"):
        return "`HH:MM`"
    return ("date" if field.get("format") == "date" else words.get(kind, kind)) + bounds


def fill(page: str, name: str, made: str) -> str:
    """A page with its made block replaced.

    Raises
    ------
    ValueError
        The page has no such block.
    """
    begin = _BLOCK.format(name=name)
    filled, count = re.subn(
        re.escape(begin) + ".*?" + re.escape(_END), lambda _: begin + made + _END, page, count=1, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(name)
    return filled


def files() -> dict[Path, str]:
    """Every made file as it should be."""
    interface, settings = DOCS / "interface.md", DOCS / "settings.md"
    return {
        DOCS / "schema" / "request.json": _document(openapi.request_schema()),
        DOCS / "schema" / "itinerary.json": _document(openapi.itinerary_schema()),
        DOCS / "schema" / "openapi.json": _document(openapi.document()),
        interface: fill(interface.read_text(encoding="utf-8"), "request", request_table()),
        settings: fill(settings.read_text(encoding="utf-8"), "settings", settings_table()),
    }


def _document(value: dict[str, Any]) -> str:
    return write_json(value, indent=1).decode() + "\n"


def main() -> None:
    """Write them all."""
    for path, content in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
