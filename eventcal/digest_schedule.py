"""Reads and writes when a digest comes, and finds its next moment. Pure.

A digest is written "daily", "weekly", "daily 07:30" or "friday 18:00"; "" is none. "daily" is at 08:00, "weekly" on Mondays
at 08:00, and their canonical texts stay these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .errors import GrammarError
from .when import local_to_utc
from .when.english_words import ENGLISH_WEEKDAYS

DIGEST_FREQUENCIES = ("daily", "weekly")
"""How often a digest may come; "" is not at all: everything at once."""

WEEKDAYS = tuple(day.lower() for day in ENGLISH_WEEKDAYS)

DIGEST_TIME = time(8)
"""The hour of a digest that names none, on its reader's clock."""


@dataclass(frozen=True, slots=True)
class DigestSchedule:
    """When a digest comes: every day, or on one *weekday* (0 is Monday), at *at* on its reader's clock."""

    weekday: int | None = None
    at: time = DIGEST_TIME

    @property
    def frequency(self) -> str:
        """Which of `DIGEST_FREQUENCIES` it is."""
        return DIGEST_FREQUENCIES[self.weekday is not None]

    def __str__(self) -> str:
        day = "daily" if self.weekday is None else WEEKDAYS[self.weekday]
        if self.at == DIGEST_TIME:
            return {"monday": "weekly"}.get(day, day)
        return f"{day} {self.at:%H:%M}"


_PATTERN = re.compile(
    rf"(?P<day>{'|'.join((*DIGEST_FREQUENCIES, *WEEKDAYS))})"
    r"(?:\s+(?:at\s+)?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d))?"
)


@lru_cache(maxsize=256)
def parse_digest(text: str) -> DigestSchedule | None:
    """Parses *text*; None for "".

    Raises:
        GrammarError: it is no schedule.
    """
    if not text.strip():
        return None
    match = _PATTERN.fullmatch(text.strip().lower())
    if match is None:
        raise GrammarError(f"digest: {text!r} is not understood; write daily, daily 07:30, or monday 08:00")
    day = match["day"]
    weekday = None if day == "daily" else 0 if day == "weekly" else WEEKDAYS.index(day)
    return DigestSchedule(weekday, time(int(match["hour"]), int(match["minute"])) if match["hour"] else DIGEST_TIME)


def canonical_digest(text: str) -> str:
    """Returns the canonical text of a digest, "" for none. Raises GrammarError as `parse_digest`."""
    schedule = parse_digest(text)
    return str(schedule) if schedule else ""


def next_digest_at(digest: str, zone: ZoneInfo, at: datetime) -> datetime:
    """Returns the moment of the first digest not before *at*. Raises ValueError if *digest* is none."""
    schedule = parse_digest(digest)
    if schedule is None:
        raise ValueError(f"not a digest: {digest!r}")
    day = at.astimezone(zone).date()
    candidates = (day + timedelta(days=days_ahead) for days_ahead in range(9))
    moments = (
        local_to_utc(datetime.combine(candidate, schedule.at), zone)
        for candidate in candidates
        if schedule.weekday in (None, candidate.weekday())
    )
    return next(moment for moment in moments if moment >= at)
