"""The pages without a browser: opened in a language, with what a visitor would read."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element
from streamlit.util import calc_hash

TODAY = dt.date(2027, 3, 1)
SATURDAY = "2027-04-17"
LOCALES = {"zh": "zh-CN", "en": "en-US"}
SCRIPT = Path(__file__).with_name("run_pages.py")


def fix_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every page believe that it is ``TODAY``."""
    from recommender.ui import explore, form, main, plan, plans, state

    for module in (explore, form, main, plan, plans, state):
        monkeypatch.setattr(module, "local_today", lambda: TODAY)


def open_page(browser: str, page: str = "plan", /, **params: str) -> AppTest:
    """A page as a browser of that language asks for it, drawn once."""
    test = AppTest.from_file(str(SCRIPT), default_timeout=120)
    test.context = {"locale": LOCALES[browser], "timezone": "Asia/Shanghai", "url": "http://127.0.0.1:8501/"}
    if page != "plan":
        test._page_hash = calc_hash(page)
    for name, value in params.items():
        test.query_params[name] = value
    return run(test)


def run(touched: Any) -> AppTest:
    """Draw once more after a widget was touched; a traceback on the page fails."""
    test: AppTest = touched.run()
    assert not test.exception, test.exception
    return test


def bodies(test: AppTest) -> str:
    """All HTML of ours on the page, that of the sheets included."""
    found = [str(element.proto.body) for element in test.get("html")]
    found += [str(data["html"]) for data in component_data(test) if "html" in data]
    return "\n".join(body for body in found if not body.startswith("<style"))


def component_data(test: AppTest) -> list[dict[str, Any]]:
    """What our own components were given."""
    return [json.loads(element.proto.json) for element in test.get("bidi_component")]


def words(test: AppTest) -> str:
    """Everything a visitor reads: our HTML without tags, labels, buttons and captions."""
    said = [html.unescape(re.sub(r"<[^>]+>", " ", bodies(test)))]
    for kind in ("button", "selectbox", "number_input", "multiselect", "toggle", "date_input", "text_input", "slider"):
        said += [str(element.label) for element in test.get(kind) if isinstance(element, Element)]
    said += [str(element.value) for element in test.caption]
    said += [str(option) for box in test.selectbox for option in box.options]
    said += [str(box.label) for box in test.expander]
    return "\n".join(said)


def problem_text(test: AppTest) -> str:
    """The text of the boxes that say what is wrong."""
    boxes = re.findall(r'<div class="problems".*?</div>', bodies(test), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", "\n".join(boxes)))


def has_plan(test: AppTest) -> bool:
    """Whether day cards are shown."""
    return '<article class="day day-0"' in bodies(test)


def address(test: AppTest) -> dict[str, str]:
    """The query parameters as the page left them."""
    return {name: value if isinstance(value, str) else value[-1] for name, value in test.query_params.items()}
