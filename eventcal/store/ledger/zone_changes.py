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


def enqueue(conn: Connection, id: int, left: str) -> None:
    """Somebody lives in another zone than *left* from now on. What that crosses is said by the next pass."""
    conn.execute(
        text(
            "INSERT INTO zone_change (subscription_id, old_zone) VALUES (:id, :left) "
            "ON CONFLICT (subscription_id) DO NOTHING"
        ),
        {"id": id, "left": left},
    )


def drain(conn: Connection, edition: Edition, now: datetime) -> int:
    """Make the deliveries that moves since the last pass would have lost; their number."""
    moves = conn.execute(select(zone_change).order_by(zone_change.c.subscription_id)).all()
    made = sum(_apply(conn, EventLookup(edition), row.subscription_id, row.old_zone, now) for row in moves)
    if moves:
        conn.execute(zone_change.delete())
    return made


def _apply(conn: Connection, book: EventLookup, id: int, left: str, now: datetime) -> int:
    who = conn.execute(select(subscription).where(subscription.c.id == id)).one_or_none()
    if who is None or who.state != "active":
        return 0
    group = SubscriptionGroup(who.filter, who.leads, who.zone, who.digest)
    over = conn.execute(
        select(reminder).where(
            reminder.c.zone == who.zone, reminder.c.due_at <= ms(now), reminder.c.due_at > ms(now - MAX_ZONE_DIFFERENCE),
            reminder.c.expires_at > ms(now),
        )
    ).all()  # fmt: skip
    made = 0
    for row in over:
        slot = _reminder_missed_by_move(
            book, ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone), group, left, now
        )
        if slot is not None:
            made += _insert(conn, row, who, slot, now)
    return made


def _reminder_missed_by_move(
    book: EventLookup, key: ReminderKey, group: SubscriptionGroup, left: str, now: datetime
) -> ScheduledReminder | None:
    """What *key* is to them, when it was still ahead of them where they were and is over where they are."""
    event = book.event(key.uid)
    if event is None or reminders.invalidation_reason(key, event) or not matches_filter(group.filter, event):
        return None
    occurrence = occurrences.find(event, key.recurrence)
    if occurrence is None:
        return None
    here, there = (
        next(
            (each for each in reminders.schedule(event, occurrence.when, reader) if lead_text(each.lead) == key.lead),
            None,
        )
        for reader in (group.reader, ReminderAudience(recipients.zone_or_default(left), group.reader.leads))
    )
    if here is None or there is None or not here.due <= now < min(here.expires_at, there.due):
        return None
    return here


def _insert(
    conn: Connection, row: Row[*tuple[Any, ...]], who: Row[*tuple[Any, ...]], slot: ScheduledReminder, now: datetime
) -> int:
    key = delivery_key(ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone))
    delivery = NewDelivery(
        key=f"{key}-{who.id}",
        kind=DeliveryKind.REMINDER,
        subscription=who.id,
        reminder=row.id,
        channel=who.channel,
        address=who.address,
        due_at=now,
        expires_at=slot.expires_at,
    )
    made = insert_deliveries(conn, [delivery], now)
    conn.execute(
        text("UPDATE reminder SET delivery_count = delivery_count + :created WHERE id = :id"),
        {"created": made, "id": row.id},
    )
    return made
