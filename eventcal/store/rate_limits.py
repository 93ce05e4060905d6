"""Counts requests of one visitor in one window, for all web nodes together, under a key that identifies nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, case

from .database import dialect_of
from .tables import insert_or, rate_limit_window


def increment(conn: Connection, key: str, amount: int, now: datetime, window: timedelta) -> int:
    """Adds *amount* under *key* and returns the sum in the *window* that the first request opened.

    What a power cut may take back need not keep a crowd of requests waiting for the disk.
    """
    dialect_of(conn).allow_loss(conn)
    current = rate_limit_window.c
    # one that ends later was opened by a clock that was ahead
    is_open = (current.expires_at > now) & (current.expires_at <= now + window)
    new = insert_or(rate_limit_window).values(key=key, count=amount, expires_at=now + window)
    counted = new.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": new.excluded.count + case((is_open, current.count), else_=0),
            "expires_at": case((is_open, current.expires_at), else_=new.excluded.expires_at),
        },
    )
    return int(conn.execute(counted.returning(current.count)).scalar_one())
