"""Who moves to a zone where a reminder's hour is over already is told it at once: not twice, and not never.

Plans know zones and no people. Whoever changes theirs between a reminder's hour in the new one and its hour in the old
one would hear it in neither.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, text

from ... import occurrences, reminders
from ...history import Edition
from ...leads import lead_text
from ...reminders import EventLookup, ReminderAudience, ReminderKey, ScheduledReminder
from ...states import DeliveryKind
from .. import recipients
from ..database import ms
from ..recipients import SubscriptionGroup
from ..tables import reminder, subscription, zone_change
from .fan_out import delivery_key, matches_filter
from .new_deliveries import NewDelivery, insert_deliveries

MAX_ZONE_DIFFERENCE = timedelta(hours=28)
"""No two zones of the world are further apart."""


def enqueue(conn: Connection, subscription_id: int, old_zone: str) -> None:
    """Somebody lives in another zone than *left* from now on. What that crosses is said by the next pass."""
    conn.execute(
        text(
            "INSERT INTO zone_change (subscription_id, old_zone) VALUES (:id, :left) "
            "ON CONFLICT (subscription_id) DO NOTHING"
        ),
        {"id": subscription_id, "left": old_zone},
    )


def drain(conn: Connection, edition: Edition, now: datetime) -> int:
    """Make the deliveries that moves since the last pass would have lost; their number."""
    zone_changes = conn.execute(select(zone_change).order_by(zone_change.c.subscription_id)).all()
    rows_inserted = sum(
        _apply_zone_change(conn, EventLookup(edition), row.subscription_id, row.old_zone, now) for row in zone_changes
    )
    if zone_changes:
        conn.execute(zone_change.delete())
    return rows_inserted


def _apply_zone_change(
    conn: Connection, lookup: EventLookup, subscription_id: int, old_zone: str, now: datetime
) -> int:
    subscriber = conn.execute(select(subscription).where(subscription.c.id == subscription_id)).one_or_none()
    if subscriber is None or subscriber.state != "active":
        return 0
    group = SubscriptionGroup(subscriber.filter, subscriber.leads, subscriber.zone, subscriber.digest)
    passed_rows = conn.execute(
        select(reminder).where(
            reminder.c.zone == subscriber.zone, reminder.c.due_at <= ms(now), reminder.c.due_at > ms(now - MAX_ZONE_DIFFERENCE),
            reminder.c.expires_at > ms(now),
        )
    ).all()  # fmt: skip
    rows_inserted = 0
    for row in passed_rows:
        scheduled = _find_missed_reminder(
            lookup, ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone), group, old_zone, now
        )
        if scheduled is not None:
            rows_inserted += _insert_delivery(conn, row, subscriber, scheduled, now)
    return rows_inserted


def _find_missed_reminder(
    lookup: EventLookup, key: ReminderKey, group: SubscriptionGroup, old_zone: str, now: datetime
) -> ScheduledReminder | None:
    """What *key* is to them, when it was still ahead of them where they were and is over where they are."""
    event = lookup.event(key.uid)
    if event is None or reminders.invalidation_reason(key, event) or not matches_filter(group.filter, event):
        return None
    occurrence = occurrences.find(event, key.recurrence)
    if occurrence is None:
        return None
    in_new_zone, in_old_zone = (
        next(
            (
                scheduled
                for scheduled in reminders.schedule(event, occurrence.when, audience)
                if lead_text(scheduled.lead) == key.lead
            ),
            None,
        )
        for audience in (group.reader, ReminderAudience(recipients.zone_or_default(old_zone), group.reader.leads))
    )
    if (
        in_new_zone is None
        or in_old_zone is None
        or not in_new_zone.due <= now < min(in_new_zone.expires_at, in_old_zone.due)
    ):
        return None
    return in_new_zone


def _insert_delivery(
    conn: Connection,
    row: Row[*tuple[Any, ...]],
    subscriber: Row[*tuple[Any, ...]],
    scheduled: ScheduledReminder,
    now: datetime,
) -> int:
    key = delivery_key(ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone))
    delivery = NewDelivery(
        key=f"{key}-{subscriber.id}",
        kind=DeliveryKind.REMINDER,
        subscription=subscriber.id,
        reminder=row.id,
        channel=subscriber.channel,
        address=subscriber.address,
        due_at=now,
        expires_at=scheduled.expires_at,
    )
    rows_inserted = insert_deliveries(conn, [delivery], now)
    conn.execute(
        text("UPDATE reminder SET delivery_count = delivery_count + :created WHERE id = :id"),
        {"created": rows_inserted, "id": row.id},
    )
    return rows_inserted
