"""How far ahead to speak: "1 week before at 09:00" becomes a value, and meets a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class WallClock:
    """Days, weeks or months back on the wall clock, at an hour of the day (None: the event's own, or 09:00)."""

    days: int = 0
    months: int = 0
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A stretch of elapsed time before the start."""

    length: timedelta


class Notice(StrEnum):
    """What is told when it happens, not ahead of it."""

    CHANGE = "on change"
    DAY_KNOWN = "on day known"
    CANCEL = "on cancel"


Lead = WallClock | Elapsed
