"""Every command of docs/http.md, run in order by a shell against a real server, prints what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "http.md"
_EXAMPLE = re.compile(r"```sh\n(.*?)```\n```json\n(.*?)```", re.DOTALL)
ANYTHING = "…"


def examples() -> list[tuple[str, Any]]:
    """Commands and what they print."""
    return [(command, json.loads(printed)) for command, printed in _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))]


def holds(shown: Any, got: Any) -> bool:
    """Whether an answer has all that is shown of it."""
    if shown == ANYTHING:
        return got is not None
    if isinstance(shown, dict):
        return isinstance(got, dict) and all(name in got and holds(one, got[name]) for name, one in shown.items())
    if isinstance(shown, list):
        enough = isinstance(got, list) and (len(got) >= len(shown) if shown else not got)
        return enough and all(holds(one, other) for one, other in zip(shown, got, strict=False))
    return bool(shown == got)


@pytest.mark.server
def test_every_example_prints_what_the_page_says(server: str, tmp_path: Path) -> None:
    found = examples()
    # The commands are curl's; who has no curl can still hold the page to the server.
    script = ['curl() { "$PYTHON" "$SENDER" "$@"; }', "set -e"]
    for k, (command, _) in enumerate(found):
        script.append(f"{{\n{command}\n}} > out.{k}")
    code = "\n".join(script).replace("http://127.0.0.1:8501", server)
    sender = Path(__file__).with_name("curl_of_tests.py")
    done = subprocess.run(
        ["bash", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHON": sys.executable, "SENDER": str(sender)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    for k, (command, shown) in enumerate(found):
        printed = (tmp_path / f"out.{k}").read_text(encoding="utf-8")
        assert holds(shown, json.loads(printed)), f"{command}\n{printed[:1500]}"


def test_every_route_of_the_api_has_an_example() -> None:
    from recommender.web.operations import OPERATIONS

    commands = "\n".join(command for command, _ in examples())
    for operation in OPERATIONS:
        if operation.path.startswith("/api/v1") and operation.name != "describe":
            path = re.sub(r"\{\w+\}", r"[$\\w-]+", operation.path)
            assert re.search(rf"{path}[?'\"]", commands), operation.name
    assert len(_EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))) == PAGE.read_text(encoding="utf-8").count("```sh")


@pytest.mark.parametrize(
    ("shown", "got", "wanted"),
    [
        ({"a": ANYTHING}, {"a": 1, "b": 2}, True), ({"a": ANYTHING}, {"a": None}, False), ({"a": 1}, {"a": 2}, False),
        ([{"a": 1}], [{"a": 1}, {}], True), ([{"a": 1}], [], False), ([], [1], False), ({"a": {}}, {"b": 1}, False),
    ],
)  # fmt: skip
def test_what_is_shown_is_compared(shown: Any, got: Any, wanted: bool) -> None:
    assert holds(shown, got) is wanted
