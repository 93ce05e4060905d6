"""Inserts deliveries: the one place that knows the columns of a new one. A delivery's key makes it once (idempotency key)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from ...states import DeliveryKind, DeliveryState
from ..database import ms
from ..json_rows import packed, rows_of
from ..recipients import DIGEST_CHANNEL

_COLUMNS = (
    "key, kind, subscription_id, reminder_id, change_id, payload, channel, address, priority, due_at, not_before, "
    "expires_at, created_at, state, reason, attempts, resend_count, fencing_token, owner"
)
_QUEUED = "'queued', '', 0, 0, 0, ''"  # the last six of them

# Few texts, executed many times: SQLAlchemy reads each once.
_sql = lru_cache(maxsize=64)(text)


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to be queued. *not_before* is when it may be sent, None: when it is due; *is_urgent*: before others."""

    key: str
    kind: DeliveryKind
    subscription: int
    channel: str
    address: str
    due_at: datetime
    expires_at: datetime
    payload: str = ""
    reminder: int | None = None
    change: int | None = None
    not_before: datetime | None = None
    is_urgent: bool = False


def insert_deliveries(conn: Connection, deliveries: Sequence[NewDelivery], now: datetime) -> int:
    """Queues *deliveries*, all of one kind, and returns how many of them were new."""
    if not deliveries:
        return 0
    rows = rows_of(
        conn, "rows", key="text", kind="text", subscription="int", reminder="int", change="int", payload="text",
        channel="text", address="text", priority="int", due="int", not_before="int", expires="int",
    )  # fmt: skip
    inserted = conn.execute(
        _sql(
            f"INSERT INTO delivery ({_COLUMNS}) SELECT r.key, r.kind, r.subscription, r.reminder, r.change, r.payload, "
            f"r.channel, r.address, r.priority, r.due, r.not_before, r.expires, :now, {_QUEUED} "
            f"FROM {rows} AS r WHERE true ON CONFLICT (key) DO NOTHING"
        ),
        {"now": ms(now), "rows": packed(_row(delivery) for delivery in deliveries)},
    ).rowcount
    kind = deliveries[0].kind
    if kind is not DeliveryKind.REMINDER:  # reminders count their own
        count_deliveries(conn, kind, inserted)
    return inserted


def _row(delivery: NewDelivery) -> list[object]:
    return [
        delivery.key,
        delivery.kind,
        delivery.subscription,
        delivery.reminder,
        delivery.change,
        delivery.payload,
        delivery.channel,
        delivery.address,
        0 if delivery.is_urgent else 1,
        ms(delivery.due_at),
        ms(delivery.not_before or delivery.due_at),
        ms(delivery.expires_at),
    ]


class GroupDelivery(NamedTuple):
    """What a reminder is to the subscriptions that share these preferences; times in milliseconds.

    *digest_at* is the digest that it waits for, None: it goes by itself.
    """

    filter: str
    leads: str
    zone: str
    digest: str
    expires_at: int
    digest_at: int | None


def insert_for_groups(
    conn: Connection,
    groups: Iterable[GroupDelivery],
    *,
    key: str,
    reminder: Row[*tuple[Any, ...]],
    after: int,
    last: int,
    confirmed_since: int,
    confirmed_until: int,
    only_uninformed: bool,
    now: datetime,
) -> int:
    """Queues *reminder* for each active subscription of *groups*, without reading one; returns how many were new.

    Subscriptions are those numbered over *after* up to *last* that were confirmed between the two moments;
    *only_uninformed* leaves out those that were told anything of the occurrence before. *key* begins each delivery's.
    """
    uninformed = (
        "AND NOT EXISTS (SELECT 1 FROM last_notified AS l WHERE l.subscription_id = s.id AND l.uid = :uid "
        "AND l.recurrence = :recurrence) "
    )
    rows = rows_of(conn, "groups", filter="text", leads="text", zone="text", digest="text", expires="int", held="int")
    return conn.execute(
        _sql(
            f"INSERT INTO delivery ({_COLUMNS}) SELECT :key || '-' || s.id, 'reminder', s.id, :id, NULL, '', "
            f"CASE WHEN g.held IS NULL THEN s.channel ELSE '{DIGEST_CHANNEL}' END, s.address, 1, "
            f"coalesce(g.held, :due), coalesce(g.held, :due), g.expires, :now, {_QUEUED} "
            f"FROM {rows} AS g JOIN subscription AS s "
            "ON s.filter = g.filter AND s.leads = g.leads AND s.zone = g.zone AND s.digest = g.digest "
            "WHERE s.id > :after AND s.id <= :last AND s.state = 'active' AND s.origin <> 'operator' "
            "AND s.confirmed_at BETWEEN :since AND :latest "
            f"{uninformed if only_uninformed else ''}ON CONFLICT (key) DO NOTHING"
        ),
        {
            "key": key,
            "id": reminder.id,
            "due": reminder.due_at,
            "uid": reminder.uid,
            "recurrence": reminder.recurrence,
            "now": ms(now),
            "after": after,
            "last": last,
            "since": confirmed_since,
            "latest": confirmed_until,
            "groups": packed(groups),
        },
    ).rowcount


def insert_test(
    conn: Connection, key: str, channel: str, address: str, state: DeliveryState, detail: str, now: datetime
) -> None:
    """Records a test message that is settled already, as SENT or DEAD."""
    conn.execute(
        _sql(
            f"INSERT INTO delivery ({_COLUMNS}, detail, settled_at) VALUES (:key, 'test', NULL, NULL, NULL, '', :channel, "
            ":address, 0, :now, :now, :now, :now, :state, :reason, 1, 0, 0, '', :detail, :now)"
        ),
        {
            "key": key,
            "channel": channel,
            "address": address,
            "state": state,
            "reason": "" if state is DeliveryState.SENT else "refused",
            "detail": "" if state is DeliveryState.SENT else detail,
            "now": ms(now),
        },
    )
    count_deliveries(conn, DeliveryKind.TEST, 1)


def count_deliveries(conn: Connection, kind: str, created: int) -> None:
    """Adds *created* to the deliveries of *kind* that were ever inserted."""
    conn.execute(
        _sql(
            "INSERT INTO delivery_counter (kind, delivery_count, erased_count) VALUES (:kind, :created, 0) ON CONFLICT (kind) "
            "DO UPDATE SET delivery_count = delivery_counter.delivery_count + excluded.delivery_count"
        ),
        {"kind": kind, "created": created},
    )
