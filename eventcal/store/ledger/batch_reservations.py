"""Reserves due deliveries in batches for whichever machine sends them.

A reserved delivery stays queued, carries the batch's mark, and is hidden until a moment: if nobody has claimed it by
then, because the batch was lost on its way, it is simply due again. Nothing is swept, and nothing is believed of whatever
carries the batches. PostgreSQL only: on SQLite one process claims for itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, func, select, union_all, update

from ..database import json_ids, packed
from ..tables import IS_RESERVED, IS_SENDING, IS_WAITING, delivery
from .delivery_queue import CLAIMED, DUE_IDS, claim_moment


def reserve_batch(
    conn: Connection, channel: str, batch_id: str, now: datetime, hidden_until: datetime, limit: int
) -> list[int]:
    """Reserves up to *limit* due deliveries of *channel*, urgent ones first, and returns their ids."""
    values = {"owner": batch_id, "not_before": hidden_until}
    reserved = update(delivery).where(delivery.c.id.in_(DUE_IDS)).values(values).returning(delivery.c.id)
    return sorted(conn.execute(reserved, {"in_channel": channel, "now": now, "most": limit}).scalars())


def claim_batch(
    conn: Connection, batch_id: str, ids: Collection[int], owner: str, now: datetime, lease_expires_at: datetime
) -> int:
    """Claims under *owner* what still belongs to the batch: none if it came late and was reserved for somebody else."""
    values: dict[str, Any] = {**CLAIMED, "owner": owner, "lease_expires_at": lease_expires_at}
    values["not_before"] = claim_moment(now)
    return conn.execute(_update_batch(batch_id).values(values), {"ids": packed(ids)}).rowcount


def release_batch(conn: Connection, batch_id: str, ids: Collection[int], now: datetime) -> None:
    """Makes what still belongs to the batch due again, for any machine."""
    values = {"owner": "", "not_before": now}
    conn.execute(_update_batch(batch_id).values(values), {"ids": packed(ids)})


def _update_batch(batch_id: str) -> Update:
    return update(delivery).where(delivery.c.id.in_(json_ids()), delivery.c.owner == batch_id, IS_WAITING)


def in_flight(conn: Connection, now: datetime) -> dict[str, int]:
    """Returns how many deliveries of each channel are reserved and not yet claimed, or being sent."""
    count = func.count().label("n")
    reserved = select(delivery.c.channel, count).where(IS_RESERVED, delivery.c.not_before > now)
    sending = select(delivery.c.channel, count).where(IS_SENDING)
    counts = union_all(*(query.group_by(delivery.c.channel) for query in (reserved, sending))).subquery("counts")
    totals = select(counts.c.channel, func.sum(counts.c.n)).group_by(counts.c.channel)
    return {channel: int(total) for channel, total in conn.execute(totals)}
