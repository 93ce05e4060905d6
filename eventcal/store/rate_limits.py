"""How often somebody asked, counted by all web nodes together. Knows no visitor: who it was is a key that tells nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from .database import ms

MAX_PURGED_PER_TRANSACTION = 10_000
"""So many are forgotten in one transaction."""


def increment(conn: Connection, key: str, amount: int, now: datetime, window: timedelta) -> int:
    """Add *more* under *key*; how many that makes in the *window* that the first of them opened."""
    if conn.dialect.name == "postgresql":
        # what a power cut may forget need not wait for the disk, nor keep a crowd of the same visitor's in a queue
        conn.exec_driver_sql("SET LOCAL synchronous_commit = off")
    count: int = conn.execute(
        text(
            "INSERT INTO rate_limit_window (key, count, expires_at) VALUES (:key, :more, :until) ON CONFLICT (key) DO UPDATE SET "
            "count = excluded.count + CASE WHEN rate_limit_window.expires_at > :now THEN rate_limit_window.count ELSE 0 END, "
            "expires_at = CASE WHEN rate_limit_window.expires_at > :now THEN rate_limit_window.expires_at ELSE excluded.expires_at END RETURNING count"
        ),
        {"key": key, "more": amount, "until": ms(now + window), "now": ms(now)},
    ).scalar_one()
    return count


def purge_expired(conn: Connection, now: datetime, limit: int = MAX_PURGED_PER_TRANSACTION) -> int:
    """Delete what is over at *now*; how many those were. Who comes again meanwhile is counted anew, and stays."""
    return conn.execute(
        text(
            "DELETE FROM rate_limit_window WHERE expires_at <= :now "
            "AND key IN (SELECT key FROM rate_limit_window WHERE expires_at <= :now LIMIT :most)"
        ),
        {"now": ms(now), "most": limit},
    ).rowcount
