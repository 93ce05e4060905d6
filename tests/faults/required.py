"""Programs that a test needs and the project does not bring: their tests are skipped, and fail in `make faults`."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(what: str, remedy: str) -> NoReturn:
    """Skips the test that needs *what*; fails it where EVENTCAL_TEST_REQUIRED is set."""
    if os.environ.get("EVENTCAL_TEST_REQUIRED"):
        pytest.fail(f"{what} is missing, and `make faults` skips nothing: {remedy}")
    pytest.skip(f"{what} is missing: {remedy}")
