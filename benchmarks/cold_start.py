"""From the start of the server to a page that can be used: ``python -m benchmarks.cold_start``.

Installed and warmed once before, as ``make run`` does. With chromium, the time until the form is there; always, the
time until the server answers, until the first run of the page is done, and until the first plan would be quick.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from typing import Final

from benchmarks.serving import Visitor, serving, wait_for

RUNS: Final = 5


async def _first_run_s(host: str) -> float:
    began = time.perf_counter()
    visitor = Visitor(host, "")
    await visitor.open()
    took = time.perf_counter() - began
    await visitor.close()
    return took


def _usable_s(host: str, chromium: str) -> float:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=chromium,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                  "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        )  # fmt: skip
        page = browser.new_page(viewport={"width": 390, "height": 844})
        began = time.perf_counter()
        page.goto(f"http://{host}/?lang=zh")
        page.wait_for_function(
            "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
            " && !!document.querySelector('[data-testid=stApp] button')"
        )
        took = time.perf_counter() - began
        browser.close()
    return took


def main() -> None:
    """Print the medians as Markdown."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    answers, runs, warms, browsers = [], [], [], []
    for _ in range(RUNS):
        began = time.perf_counter()
        with serving() as (host, _pid):
            answers.append(time.perf_counter() - began)
            runs.append(answers[-1] + asyncio.run(_first_run_s(host)))
            wait_for(f"http://{host}/healthz", b'"warm":true')
            warms.append(time.perf_counter() - began)
        if chromium:
            began = time.perf_counter()
            with serving() as (host, _pid):
                browsers.append(time.perf_counter() - began + _usable_s(host, chromium))
    print(f"| from `streamlit run app.py` to … | median s of {RUNS} |\n|---|---|")
    print(f"| the server answers | {statistics.median(answers):.2f} |")
    print(f"| the first run of the page is done | {statistics.median(runs):.2f} |")
    if browsers:
        print(f"| the form can be used in chromium | {statistics.median(browsers):.2f} |")
    print(f"| region built and solver ready | {statistics.median(warms):.2f} |")


if __name__ == "__main__":
    main()
