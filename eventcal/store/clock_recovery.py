"""Takes back what a clock that was ahead did to the ledger, once it has been set back.

What has happened cannot have a time that is still to come, and what expires later has not expired: such rows can only be
the work of a wrong clock. Editions and versions keep their times, since what a feed has said never goes back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, and_, case, literal, or_, select, update

from ..states import DIGEST_CHANNEL, DeliveryKind, DeliveryState, Reason
from . import retention
from .tables import (
    INSTANT,
    IS_SENDING,
    IS_WAITING,
    alarm,
    attempt,
    change,
    circuit_breaker,
    delivery,
    last_notified,
    process,
    push_device,
    registry_check,
    reminder,
    subscription,
)

LONGEST_WAIT = timedelta(minutes=5)
"""How much longer a retry, a breaker or a lease set by the wrong clock may last: as long as the wait after an ambiguous attempt."""

_PAST_TIMES: tuple[Column[datetime], ...] = (
    change.c.recorded_at,
    *subscription.c["created_at", "confirmed_at", "ended_at", "bounced_at"],
    reminder.c.created_at,
    *delivery.c["created_at", "settled_at", "ambiguous_sent_at"],
    attempt.c.at,
    last_notified.c.notified_at,
    *push_device.c["created_at", "seen_at"],
    *alarm.c["since_at", "notified_at"],
    registry_check.c.checked_at,
    *process.c["started_at", "heartbeat_at"],
)


def undo_clock_ahead(conn: Connection, now: datetime) -> None:
    """Sets the times of past events that lie after *now* to *now*, and shortens the waits that were counted from there.

    What expired only by the wrong clock is queued again, and digests of channels that were scheduled by it are deleted, so
    that the next pass schedules them again.
    """
    _requeue_expired(conn, now)
    # a reminder's due time is that of its event; other messages are due from when they were written
    is_written_ahead = IS_WAITING & (delivery.c.created_at > now) & (delivery.c.due_at > now)
    is_written_ahead &= delivery.c.kind.not_in((DeliveryKind.REMINDER, DeliveryKind.DIGEST))
    conn.execute(update(delivery).where(is_written_ahead).values(due_at=now, not_before=now))
    is_schedule = (delivery.c.kind == DeliveryKind.DIGEST) & (delivery.c.channel == DIGEST_CHANNEL)
    scheduled = select(delivery.c.id).where(IS_WAITING, is_schedule, delivery.c.created_at > now)
    retention.delete_deliveries(conn, delivery.c.id, list(conn.execute(scheduled).scalars()))
    _shorten_waits(conn, now + LONGEST_WAIT)
    debounced = change.c.notify_after - change.c.recorded_at + literal(now, INSTANT)
    conn.execute(update(change).where(change.c.recorded_at > now).values(notify_after=debounced))
    for column in _PAST_TIMES:
        conn.execute(update(column.table).where(column > now).values({column: now}))


def _requeue_expired(conn: Connection, now: datetime) -> None:
    """Queues again what was ended as expired by the wrong clock, and has not expired at *now*."""
    is_of_wrong_clock = delivery.c.settled_at > now
    was_expired = or_(
        and_(delivery.c.state == DeliveryState.SKIPPED, delivery.c.reason == Reason.PAST),
        and_(delivery.c.state == DeliveryState.DEAD, delivery.c.reason == Reason.NO_TIME_LEFT),
    )
    conn.execute(
        update(delivery)
        .where(is_of_wrong_clock, was_expired, delivery.c.expires_at > now)
        .values(
            state=case((delivery.c.attempts > 0, DeliveryState.RETRY), else_=DeliveryState.QUEUED),
            reason=case((delivery.c.ambiguous_sent_at.is_not(None), Reason.AMBIGUOUS), else_=Reason.NONE),
            detail="",
            settled_at=None,
        )
    )


def _shorten_waits(conn: Connection, latest: datetime) -> None:
    """Ends at *latest* each wait for a try, a lease and an open breaker that the wrong clock set to end later."""
    is_tried_later = IS_WAITING & (delivery.c.not_before > latest)
    tried_at = case((delivery.c.due_at > latest, delivery.c.due_at), else_=literal(latest, INSTANT))
    conn.execute(update(delivery).where(is_tried_later).values(not_before=tried_at))
    for column in delivery.c["lease_expires_at", "not_before"]:  # what is being sent may be given back
        conn.execute(update(delivery).where(IS_SENDING, column > latest).values({column: latest}))
    conn.execute(update(circuit_breaker).where(circuit_breaker.c.open_until > latest).values(open_until=latest))
