"""What was said long ago is kept no longer: deliveries leave, and the sums that they were part of stay true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from .database import ms
from .json_rows import ids_of, packed

DELIVERY_RETENTION = timedelta(days=400)
"""More than a year, so that last year's can be looked at beside this one's."""

MAX_PURGED_PER_TRANSACTION = 2_000  # deliveries in one transaction


def purge_old_deliveries(conn: Connection, now: datetime) -> int:
    """Delete deliveries that ended, and were last of use, more than 400 days ago; how many, `MOST` at the most.

    What is of use no more is never staged again, so that nothing that was sent can be forgotten and sent anew.
    """
    cutoff_ms = ms(now - DELIVERY_RETENTION)
    rows = conn.execute(
        text(
            "SELECT id FROM delivery WHERE id <= :last AND settled_at < :since AND expires_at < :since "
            "ORDER BY id LIMIT :most"
        ),
        {"last": _last_stored_before(conn, cutoff_ms), "since": cutoff_ms, "most": MAX_PURGED_PER_TRANSACTION},
    )
    ids = list(rows.scalars())
    if ids:
        delete_deliveries(conn, f"FROM delivery WHERE id IN {ids_of(conn, 'ids')}", {"ids": packed(ids)})
    return len(ids)


def delete_deliveries(conn: Connection, selection: str, parameters: Mapping[str, object]) -> None:
    """Delete the deliveries *gone*, "FROM delivery WHERE ...", and count them as erased where they were counted."""
    conn.execute(
        text(
            f"UPDATE reminder SET erased_count = erased_count + (SELECT count(*) {selection} AND reminder_id = reminder.id) "
            f"WHERE id IN (SELECT reminder_id {selection} AND reminder_id IS NOT NULL)"
        ),
        parameters,
    )
    conn.execute(
        text(
            f"UPDATE delivery_counter SET erased_count = erased_count + (SELECT count(*) {selection} AND kind = delivery_counter.kind)"
        ),
        parameters,
    )
    conn.execute(text(f"DELETE FROM attempt WHERE delivery_id IN (SELECT id {selection})"), parameters)
    conn.execute(text(f"DELETE {selection}"), parameters)


def _last_stored_before(conn: Connection, cutoff_ms: int) -> int:
    """The last delivery that was stored before *since*, by halves: their numbers grow as time does. 0: there is none."""
    low, high = 0, conn.execute(text("SELECT coalesce(max(id), 0) FROM delivery")).scalar_one()
    while low < high:
        row = conn.execute(
            text("SELECT id, created_at FROM delivery WHERE id > :middle ORDER BY id LIMIT 1"),
            {"middle": (low + high) // 2},
        ).one()
        low, high = (row.id, high) if row.created_at < cutoff_ms else (low, (low + high) // 2)
    return low
