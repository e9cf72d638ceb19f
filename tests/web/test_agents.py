"""Which browsers get the plain pages at the app's own address."""

from __future__ import annotations

import pytest

from recommender.web.agents import cannot_run_app, is_wechat

WECHAT_ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; HLK-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/78.0.3904.62"
    " XWEB/2691 MMWEBSDK/200901 Mobile Safari/537.36 MMWEBID/7754 MicroMessenger/7.0.19.1760(0x27001363) WeChat/arm64"
)
WECHAT_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
    " MicroMessenger/8.0.53(0x18003531) NetType/WIFI Language/zh_CN"
)
WEB_VIEW_2020 = (
    "Mozilla/5.0 (Linux; Android 10; M2006J10C; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99"
    " Mobile Safari/537.36"
)
SAFARI_14 = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 14_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.1"
    " Mobile/15E148 Safari/604.1"
)
SAFARI_15_3 = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.3 Safari/605.1.15"
)
SAFARI_18 = SAFARI_14.replace("14.0.1", "18.1")
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"


@pytest.mark.parametrize("agent", [WECHAT_ANDROID, WECHAT_IPHONE, WEB_VIEW_2020, SAFARI_14, SAFARI_15_3])
def test_browsers_that_are_known_to_fail(agent: str) -> None:
    assert cannot_run_app(agent)


@pytest.mark.parametrize("agent", [CHROME, SAFARI_18, FIREFOX, "", "curl/8.5.0", "Chrome/", "Version/x Safari/1"])
def test_everything_else_gets_the_app(agent: str) -> None:
    assert not cannot_run_app(agent)


def test_only_wechat_is_told_how_to_leave_it() -> None:
    assert is_wechat(WECHAT_IPHONE)
    assert not is_wechat(WEB_VIEW_2020)
