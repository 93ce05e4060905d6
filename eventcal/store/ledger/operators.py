"""Reads the operator's recipients that have a digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ...states import SubscriptionState
from ..database import instant
from ..tables import subscription


@dataclass(frozen=True, slots=True)
class OperatorDigest:
    """An operator's recipient with a digest (`digest_schedule`), active since *confirmed_at*."""

    subscription: int
    channel: str
    address: str
    digest: str
    confirmed_at: datetime | None


def operator_digests(conn: Connection) -> list[OperatorDigest]:
    """Returns the operator's recipients that have a digest, in the order of the settings."""
    return [
        OperatorDigest(
            row.id,
            row.channel,
            row.address,
            row.digest,
            None if row.confirmed_at is None else instant(row.confirmed_at),
        )
        for row in conn.execute(_OPERATOR_DIGESTS)
    ]


_OPERATOR_DIGESTS = (
    select(*subscription.c["id", "channel", "address", "digest", "confirmed_at"])
    .where(
        subscription.c.origin == "operator",
        subscription.c.state == SubscriptionState.ACTIVE,
        subscription.c.digest != "",
    )
    .order_by(subscription.c.id)
)
