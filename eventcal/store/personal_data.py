"""Everything stored about one address, for the person whose address it is (GDPR, article 15)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, select

from ..states import reason_text
from ..when import format_instant
from . import devices, subscribers
from .subscribers import Subscriber
from .tables import change, delivery, last_notified, reminder


def export_personal_data(conn: Connection, address: str) -> dict[str, Any]:
    """Returns everything stored about *address*, ready for JSON."""
    device = devices.find_device(conn, address)
    return {
        "address": address,
        **(
            {
                "endpoint": device.endpoint.url,
                "keys": {"p256dh": device.endpoint.p256dh, "auth": device.endpoint.auth},
                "since": format_instant(device.created_at),
                "seen": format_instant(device.seen_at),
            }
            if device
            else {}
        ),
        "subscriptions": [_export_row(conn, subscriber) for subscriber in subscribers.by_address(conn, address)],
    }


def _export_row(conn: Connection, subscriber: Subscriber) -> dict[str, Any]:
    preferences = subscriber.preferences
    return {
        "filter": preferences.filter,
        "language": preferences.language,
        "time_zone": preferences.zone or None,
        "reminders": list(preferences.lead_texts) if preferences.leads else None,
        "notices": list(preferences.notice_texts) if preferences.notices else None,
        "digest": preferences.digest or None,
        "stopped_for": devices.muted_events(conn, subscriber.id),
        "state": subscriber.state,
        "reason": subscriber.reason_text or None,
        "signed_up": format_instant(subscriber.created_at),
        "confirmed": format_instant(subscriber.confirmed_at) if subscriber.confirmed_at else None,
        "ended": format_instant(subscriber.ended_at) if subscriber.ended_at else None,
        "mails": _export_deliveries(conn, subscriber.id),
        "last_told": _export_last_notified(conn, subscriber.id),
    }


def _export_deliveries(conn: Connection, subscription_id: int) -> list[dict[str, Any]]:
    query = (
        select(
            *delivery.c["kind", "state", "reason", "detail", "due_at", "settled_at"],
            func.coalesce(reminder.c.event_id, change.c.event_id).label("event_id"),
            reminder.c.lead,
        )
        .outerjoin_from(delivery, reminder, reminder.c.id == delivery.c.reminder_id)
        .outerjoin(change, change.c.id == delivery.c.change_id)
        .where(delivery.c.subscription_id == subscription_id)
        .order_by(delivery.c.id)
    )
    return [
        {
            "kind": row.kind,
            "event": row.event_id,
            "lead": row.lead,
            "due": format_instant(row.due_at),
            "state": row.state,
            "reason": reason_text(row.reason, row.detail) or None,
            "settled": format_instant(row.settled_at) if row.settled_at is not None else None,
        }
        for row in conn.execute(query)
    ]


def _export_last_notified(conn: Connection, subscription_id: int) -> list[dict[str, Any]]:
    was_told = (last_notified.c.subscription_id == subscription_id) & last_notified.c.notified_at.is_not(None)
    query = select(last_notified).where(was_told)
    return [
        {
            "uid": row.uid,
            "recurrence": row.recurrence or None,
            "state": json.loads(row.state),
            "at": format_instant(row.notified_at),
        }
        for row in conn.execute(query.order_by(last_notified.c.notified_at))
    ]
