"""The page's HTML before any script has run."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from recommender.web.shell import PAGES, ShellChanged, dress, page


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route(path, page) for path in PAGES]))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("query", "browser", "html_lang", "title"),
    [
        ("", "zh-CN,zh;q=0.9", "zh-CN", "怡然见晋中"),
        ("", "en-US,en;q=0.9", "en", "Jinzhong, at ease"),
        ("", "fr-FR", "zh-CN", "怡然见晋中"),
        ("?lang=en", "zh-CN", "en", "Jinzhong, at ease"),
        ("?lang=zh", "en", "zh-CN", "怡然见晋中"),
        ("?lang=%3Cscript%3E", "en", "en", "Jinzhong, at ease"),
    ],
)
def test_language_and_title_are_the_visitors(
    client: TestClient, path: str, query: str, browser: str, html_lang: str, title: str
) -> None:
    answer = client.get(path + query, headers={"accept-language": browser})
    assert answer.status_code == 200
    assert f'<html lang="{html_lang}">' in answer.text
    assert re.search(r"<title>(.*?)</title>", answer.text)[1].startswith(title)  # type: ignore[index]
    assert "accept-language" in answer.headers["vary"]
    assert answer.headers["cache-control"] == "no-cache"


def test_there_is_something_to_see_before_any_script(client: TestClient) -> None:
    html = client.get("/?lang=en").text
    assert re.search(r'<div id="root"><div class="first"><b>Jinzhong, at ease</b>', html)
    assert "Streamlit app" not in html
    assert 'as="font"' not in html


def test_scripts_of_the_page_are_still_there(client: TestClient) -> None:
    html = client.get("/").text
    assert re.search(r'<script type="module"[^>]*src="\./static/js/', html)
    assert 'rel="stylesheet"' in html


def test_a_page_that_is_built_otherwise_is_noticed() -> None:
    with pytest.raises(ShellChanged):
        dress("<html><head><title>Streamlit</title></head></html>", "zh")
