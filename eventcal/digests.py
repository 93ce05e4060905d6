"""What is not urgent waits for its reader's morning: when that is, and what does not wait. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .when import local_to_utc

DIGEST_FREQUENCIES = ("daily", "weekly")
"""How often a digest may come; "" is not at all: everything at once."""

DIGEST_TIME = time(8)
"""The hour of a digest, on its reader's clock; a weekly one comes on Mondays."""

MIN_TIME_AFTER_DIGEST = timedelta(hours=12)
"""What begins sooner than this after a digest does not wait for it."""


def next_digest_at(frequency: str, zone: ZoneInfo, at: datetime) -> datetime:
    """The moment of the first digest not before *at*."""
    day = at.astimezone(zone).date()
    for days_ahead in range(9):
        candidate = day + timedelta(days=days_ahead)
        digest_at = local_to_utc(datetime.combine(candidate, DIGEST_TIME), zone)
        if digest_at >= at and (frequency == "daily" or candidate.weekday() == 0):
            return digest_at
    raise ValueError(f"not a digest: {frequency!r}")


def defer_until(
    frequency: str, zone: ZoneInfo, due: datetime, expires_at: datetime, start: datetime | None
) -> datetime | None:
    """The digest that something waits for that is due at *due* and worth saying until *until*; None: it goes at once.

    *start* is when its event begins, at the earliest; None: nobody knows.
    """
    if not frequency:
        return None
    digest_at = next_digest_at(frequency, zone, due)
    if expires_at <= digest_at or (start is not None and start < digest_at + MIN_TIME_AFTER_DIGEST):
        return None
    return digest_at
