"""The pictures of the README: ``python -m benchmarks.screenshots`` writes ``docs/images/plan-*.png``.

The page itself, started as an owner would, photographed in chromium with the trip of ``TRIP`` on the first Saturday
of next month or later. Needs chromium and a Chinese font; run it again whenever the look has changed.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from benchmarks.serving import serving, wait_for

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
TRIP: Final = {"days": "2", "from": "taiyuan-south-station@0930", "party": "2,c8", "like": "courtyard,temple", "lang": "zh"}
SIZES: Final = {"plan-phone": (390, 1560), "plan-desk": (1280, 960)}
PHONE_PX: Final = 700
"""Narrower windows are phones."""


def first_saturday(today: dt.date) -> dt.date:
    """The first Saturday of next month."""
    start = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return start + dt.timedelta(days=(5 - start.weekday()) % 7)


def main() -> int:
    """Write the pictures; 1 if there is no chromium."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("chromium is needed (Debian: apt-get install chromium fonts-noto-cjk)", file=sys.stderr)
        return 1
    date = first_saturday(dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).date())
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serving() as (host, _pid), sync_playwright() as playwright:
        wait_for(f"http://{host}/healthz", b'"warm":true')
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for name, (width, height) in SIZES.items():
            phone = width < PHONE_PX
            context = browser.new_context(
                viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone, locale="zh-CN"
            )
            page = context.new_page()
            page.goto(f"http://{host}/?{urlencode({'date': str(date), **TRIP})}")
            page.locator("#day-1 .visit").first.wait_for()
            page.locator(".leaflet-marker-icon.pin").first.wait_for()
            page.locator("path.county").first.wait_for(state="attached")
            page.wait_for_timeout(800)
            page.screenshot(path=IMAGES / f"{name}.png")
            context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
