"""What is not urgent waits for its reader's morning: when that is, and what does not wait. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .when import instant

DIGESTS = ("daily", "weekly")
"""How often a digest may come; "" is not at all: everything at once."""

MORNING = time(8)
"""The hour of a digest, on its reader's clock; a weekly one comes on Mondays."""

ROOM = timedelta(hours=12)
"""What begins sooner than this after a digest does not wait for it."""


def next_slot(digest: str, zone: ZoneInfo, at: datetime) -> datetime:
    """The moment of the first digest not before *at*."""
    day = at.astimezone(zone).date()
    for ahead in range(9):
        each = day + timedelta(days=ahead)
        slot = instant(datetime.combine(each, MORNING), zone)
        if slot >= at and (digest == "daily" or each.weekday() == 0):
            return slot
    raise ValueError(f"not a digest: {digest!r}")


def held_until(digest: str, zone: ZoneInfo, due: datetime, until: datetime, start: datetime | None) -> datetime | None:
    """The digest that something waits for that is due at *due* and worth saying until *until*; None: it goes at once.

    *start* is when its event begins, at the earliest; None: nobody knows.
    """
    if not digest:
        return None
    slot = next_slot(digest, zone, due)
    if until <= slot or (start is not None and start < slot + ROOM):
        return None
    return slot
