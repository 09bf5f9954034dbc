"""A real Chromium, driven by Playwright, and axe's judgement of what it shows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
DRIVERS = ("playwright", "axe_playwright_python")
MISSING = [name for name in DRIVERS if find_spec(name) is None]
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or bool(MISSING),
    reason=f"no browser to look with: {', '.join([*MISSING, *(() if CHROMIUM else ['chromium'])])}",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Any]:
    """The installed Chromium, without a window; nothing is downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def flaws(page: Any) -> list[str]:
    """What breaks WCAG 2.2 AA on a page as it is shown now, each with where."""
    from axe_playwright_python.sync_playwright import Axe

    asked = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {"target-size": {"enabled": True}},
    }
    found = Axe().run(page, options=asked).response
    assert {one["id"] for one in found["passes"]} >= {"document-title", "html-has-lang"}
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
