"""Chromium for the tests of pages; they are skipped where it is not installed, and fail where it has to be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

SCREENSHOT_FOLDER = os.environ.get("EVENTCAL_TEST_SCREENSHOTS", "")
"""The folder that screenshots are written to; "" writes none."""
EXPECT_TIMEOUT_MS = 30_000
"""How long Playwright's `expect` waits for what a page becomes after a click; its own 5 s are short on a busy machine."""


def require_chromium() -> str:
    """Returns the path of Chromium; without one skips the test, in CI fails it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium: install it (apt-get install chromium fonts-dejavu-core fonts-noto-cjk) for the tests of the pages"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@contextmanager
def running_chromium(flags: Sequence[str] = ("--no-sandbox", "--disable-gpu")) -> Iterator[Any]:
    """Starts a browser, a `playwright.sync_api.Browser`, and closes it at the end."""
    path = require_chromium()
    sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    sync_api.expect.set_options(timeout=EXPECT_TIMEOUT_MS)
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(flags))
        yield browser
        browser.close()


def check_accessible(page: Any, about: object, ignored_rules: Sequence[str] = ()) -> None:
    """Fails where axe finds a fault in *page*, which is called *about*; skips the test where axe is not installed."""
    axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    rules = {name: {"enabled": False} for name in ignored_rules}
    results = axe_api.Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    assert results.violations_count == 0, f"{about}: {results.generate_report()}"
