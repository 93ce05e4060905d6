"""Takes the pictures of docs/screenshots: `python -m tools.screenshots` (Chromium, Playwright, Pillow, and the tests' packages).

Pages come from the calendars of the tests, emails and sign-up pages from what their tests show.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot
from tests import calendars, sample
from tests.chromium import running_chromium
from tests.test_browser import started

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/screenshots"
BASE_URL = "https://events.example.org"
_BACKGROUND = "#e1e4e8"
_GAP = 14


@dataclass(frozen=True)
class _Page:
    """A page to take a picture of: its calendar and path, the size of the window, the colour scheme, and the button to press."""

    calendar: str
    path: str
    size: tuple[int, int] = (1100, 700)
    scheme: str = "light"
    button: str = ""


PAGES = {
    "home": _Page("university", "/"),
    "festival": _Page("festival", "/", (1100, 985)),
    "year": _Page("university", "/year/2026"),
    "month": _Page("seed", "/month/2021-09"),
    "month-dark": _Page("festival", "/month/2027-04", scheme="dark"),
    "event": _Page("seed", "/events/summit-2021", (1100, 640)),
    "subscribe": _Page("university", "/", (1100, 640), button=".open"),
    "phone": _Page("festival", "/month/2027-04", (390, 780), "dark"),
}
STRIPS = {
    "reminders-by-mail": tuple(
        f"{name}-dark" for name in ("form", "confirm", "confirmed", "preferences", "unsubscribe", "left")
    ),
    "mails": (
        "mail-confirmation-en-light",
        "mail-reminder-en-light",
        "mail-reminder-of-a-month-ru-light",
        "mail-change-en-dark",
        "mail-digest-zh-dark",
        "mail-already-en-light",
    ),
}
"""Pictures side by side, by the names that tests/test_people_browser.py gives them."""
_STRIP_WIDTH, _MAX_STRIP_HEIGHT = 300, 960
"""Pixels of one picture in a strip: its width, and the height that it is cut at."""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with running_chromium() as browser:
        roots = {name: _serve(*parts) for name, parts in _calendars().items()}
        for name, page in PAGES.items():
            _take(browser, roots[page.calendar] + page.path, page, FOLDER / f"{name}.png")
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "pytest", "-q", "tests/test_people_browser.py", "-k", "shut_out or each_mail_is_read"]
        environment = {**os.environ, "EVENTCAL_TEST_SCREENSHOTS": folder}
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
        for name, parts in STRIPS.items():
            _save(_side_by_side([Image.open(f"{folder}/{part}.png") for part in parts]), FOLDER / f"{name}.png")


def _calendars() -> dict[str, tuple[Snapshot, datetime]]:
    change = sample.moved_change(sample.SUMMIT, "2021-09", "2021-09-16/17", sample.ChangeKind.DAY_KNOWN)
    return {
        "university": (calendars.university(), calendars.UNIVERSITY_NOW),
        "festival": (calendars.festival(), calendars.FESTIVAL_NOW),
        "seed": (sample.snapshot(*sample.SEED, changes=(change,)), sample.NOW),
    }


def _serve(snapshot: Snapshot, now: datetime) -> str:
    server = started(create_app(lambda: snapshot, Settings(base_url=BASE_URL), clock=lambda: now))
    return f"http://127.0.0.1:{server.server_port}"


def _take(browser: Any, address: str, page: _Page, path: Path) -> None:
    width, height = page.size
    tab = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=page.scheme, timezone_id="Asia/Dushanbe"
    )
    tab.goto(address, wait_until="networkidle")
    if page.button:
        tab.click(page.button)
    tab.screenshot(path=str(path))
    tab.close()
    _save(Image.open(path), path)


def _side_by_side(pictures: list[Image.Image]) -> Image.Image:
    pictures = [picture.resize((_STRIP_WIDTH, picture.height * _STRIP_WIDTH // picture.width)) for picture in pictures]
    height = min(max(picture.height for picture in pictures), _MAX_STRIP_HEIGHT)
    width = sum(picture.width + _GAP for picture in pictures) + _GAP
    strip = Image.new("RGB", (width, height + 2 * _GAP), _BACKGROUND)
    left = _GAP
    for picture in pictures:
        strip.paste(picture.crop((0, 0, picture.width, min(picture.height, height))), (left, _GAP))
        left += picture.width + _GAP
    return strip


def _save(picture: Image.Image, path: Path) -> None:
    """Writes a picture with as many colours as its pages have, in a third of the octets."""
    picture.convert("RGB").quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
