"""Deliveries that are due are handed over in batches to whoever sends them, on this machine or another.

A delivery that is handed over stays queued, carries the batch's mark, and is out of sight until a moment: when nobody
has taken it by then, because the batch was lost on its way, it is simply due again. Nothing is swept, and nothing is
believed of whatever carries the batches. PostgreSQL only: on SQLite one process claims for itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, text

from ..database import ms
from ..json_rows import ids_of, packed
from .delivery_queue import due_by_priority


def reserve_batch(
    conn: Connection, channel: str, batch_id: str, now: datetime, hidden_until: datetime, limit: int
) -> list[int]:
    """Up to *most* due deliveries of *channel*, confirmations first, for the batch *mark*; out of sight *until* then."""
    rows = conn.execute(
        text(
            "UPDATE delivery SET owner = :mark, not_before = :until WHERE id IN "
            f"(SELECT id FROM ({due_by_priority(conn)}) AS due ORDER BY priority, not_before LIMIT :most) RETURNING id"
        ),
        {"channel": channel, "mark": batch_id, "now": ms(now), "until": ms(hidden_until), "most": limit},
    )
    return sorted(rows.scalars())


def claim_batch(
    conn: Connection, batch_id: str, ids: Collection[int], owner: str, now: datetime, lease_expires_at: datetime
) -> int:  # fmt: skip
    """Claim under *owner* what is still of the batch *mark*: none, when it was late and handed to somebody else."""
    return conn.execute(
        text(
            "UPDATE delivery SET state = 'sending', fencing_token = fencing_token + 1, owner = :owner, lease_expires_at = :lease, not_before = :now "
            f"WHERE id IN {ids_of(conn, 'ids')} AND owner = :mark AND state IN ('queued', 'retry')"
        ),
        {"ids": packed(ids), "mark": batch_id, "owner": owner, "now": ms(now), "lease": ms(lease_expires_at)},
    ).rowcount


def release_batch(conn: Connection, batch_id: str, ids: Collection[int], now: datetime) -> int:
    """What is still of the batch *mark* is due again, for anybody."""
    return conn.execute(
        text(
            "UPDATE delivery SET owner = '', not_before = :now "
            f"WHERE id IN {ids_of(conn, 'ids')} AND owner = :mark AND state IN ('queued', 'retry')"
        ),
        {"ids": packed(ids), "mark": batch_id, "now": ms(now)},
    ).rowcount


def in_flight(conn: Connection, now: datetime) -> dict[str, int]:
    """How many deliveries of each channel are handed over and not yet taken, or being sent."""
    rows = conn.execute(
        text(
            "SELECT channel, sum(n) AS n FROM (SELECT channel, count(*) AS n FROM delivery "
            "WHERE state IN ('queued', 'retry') AND owner <> '' AND not_before > :now GROUP BY channel UNION ALL "
            "SELECT channel, count(*) AS n FROM delivery WHERE state = 'sending' GROUP BY channel) AS found "
            "GROUP BY channel"
        ),
        {"now": ms(now)},
    )
    return {row.channel: int(row.n) for row in rows}
