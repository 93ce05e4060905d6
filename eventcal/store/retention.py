"""Deletes what is kept no longer, a bounded number of rows at a time; the ledger's sums stay true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from ..states import DeliveryState, SubscriptionOrigin, SubscriptionState
from . import devices
from .database import Store, json_ids, packed
from .edition_store import read_meta, read_meta_instant, write_meta, write_meta_instant
from .ledger.delivery_queue import channels_with_open, expire
from .ledger.health import ALL_CHANNELS, list_breakers
from .tables import (
    MetaKey,
    attempt,
    delivery,
    delivery_counter,
    last_notified,
    muted_event,
    push_device,
    rate_limit_window,
    reminder,
    subscription,
    zone_change,
)

DELIVERY_RETENTION = timedelta(days=400)
"""More than a year, so that last year's can be looked at beside this one's."""

UNCONFIRMED_RETENTION = timedelta(days=7)
"""A subscription that was never confirmed is deleted after so long."""

ENDED_RETENTION = timedelta(days=30)
"""An ended subscription is deleted after so long: until then nothing is sent twice to somebody who comes back."""

SILENCE_RETENTION = timedelta(days=400)
"""A device is deleted after so long without a visit and without a message that its push service took."""

RETENTION_INTERVAL = timedelta(hours=1)
CREDIBLE_GAP = timedelta(days=2)
"""Time since the last run after which the next one waits for another hour."""

# rows in one transaction
MAX_DELIVERIES_PURGED = 2_000
MAX_SUBSCRIPTIONS_PURGED = 500
MAX_EXPIRED_PER_TRANSACTION = 10_000
MAX_WINDOWS_PURGED = 10_000


def run_if_due(store: Store, now: datetime) -> None:
    """Runs retention, once, if the last complete run is an hour ago. Raises StoreBusy when the store cannot be written."""
    with store.read() as conn:
        last_run = read_meta_instant(conn, MetaKey.RETENTION_AT)
    if last_run is None or abs(now - last_run) >= RETENTION_INTERVAL:
        with store.write() as conn:
            run_retention(conn, now)


def run_retention(conn: Connection, now: datetime) -> None:
    """Deletes ended subscriptions, old deliveries and rate-limit windows, and expires what waits in paused channels.

    A run that reached a limit goes on at the next call. After a gap of `CREDIBLE_GAP` nothing is deleted before the next
    run: the clock may be wrong, and about to be corrected.
    """
    last_run = read_meta_instant(conn, MetaKey.RETENTION_AT)
    if last_run is not None and now - last_run > CREDIBLE_GAP:
        write_meta_instant(conn, MetaKey.RETENTION_AT, now)
        return
    ended_ids = _ended_subscriptions(conn, now)
    windows = purge_rate_limits(conn, now)
    expired = _expire_paused(conn, now)
    deliveries = purge_old_deliveries(conn, now)
    if (
        not ended_ids
        and deliveries < MAX_DELIVERIES_PURGED
        and windows < MAX_WINDOWS_PURGED
        and expired < MAX_EXPIRED_PER_TRANSACTION
    ):
        write_meta_instant(conn, MetaKey.RETENTION_AT, now)
    delete_subscriptions(conn, ended_ids)


def purge_old_deliveries(conn: Connection, now: datetime) -> int:
    """Deletes deliveries that ended, and expired, more than 400 days ago; returns how many, up to a limit.

    An expired reminder never fans out again, so that nothing that was sent can be forgotten and sent anew.
    """
    cutoff = now - DELIVERY_RETENTION
    old = (
        select(delivery.c.id)
        .where(
            delivery.c.id <= _last_stored_before(conn, cutoff),
            delivery.c.settled_at < cutoff,
            delivery.c.expires_at < cutoff,
        )
        .order_by(delivery.c.id)
        .limit(MAX_DELIVERIES_PURGED)
    )
    ids = list(conn.execute(old).scalars())
    delete_deliveries(conn, delivery.c.id, ids)
    return len(ids)


def delete_subscriptions(conn: Connection, ids: Sequence[int]) -> int:
    """Deletes subscriptions with all that was ever sent to them, and returns how many; the ledger's sums keep the count."""
    if not ids:
        return 0
    last_deleted = max(*ids, int(read_meta(conn, MetaKey.LAST_DELETED_ID) or 0))
    write_meta(conn, MetaKey.LAST_DELETED_ID, str(last_deleted))
    device_addresses = devices.addresses_of(conn, ids)
    delete_deliveries(conn, delivery.c.subscription_id, ids)
    parameters = {"ids": packed(ids)}
    for table in (last_notified, zone_change, muted_event):
        conn.execute(delete(table).where(table.c.subscription_id.in_(json_ids())), parameters)
    deleted = conn.execute(delete(subscription).where(subscription.c.id.in_(json_ids())), parameters).rowcount
    devices.delete_unused(conn, device_addresses)
    return deleted


def delete_deliveries(conn: Connection, column: ColumnElement[int], ids: Sequence[int]) -> None:
    """Deletes the deliveries whose *column* is one of *ids*, and counts them as erased where they were counted."""
    if not ids:
        return
    parameters = {"ids": packed(ids)}
    leaving = column.in_(json_ids())
    # on PostgreSQL, who settles one of them just now writes its attempt first
    conn.execute(select(delivery.c.id).where(leaving).with_for_update(), parameters).all()
    leaving_count = select(func.count()).select_from(delivery).where(leaving)
    of_reminder = leaving_count.where(delivery.c.reminder_id == reminder.c.id).scalar_subquery()
    affected = select(delivery.c.reminder_id).where(leaving, delivery.c.reminder_id.is_not(None))
    conn.execute(
        update(reminder).where(reminder.c.id.in_(affected)).values(erased_count=reminder.c.erased_count + of_reminder),
        parameters,
    )
    of_kind = leaving_count.where(delivery.c.kind == delivery_counter.c.kind).scalar_subquery()
    conn.execute(update(delivery_counter).values(erased_count=delivery_counter.c.erased_count + of_kind), parameters)
    conn.execute(delete(attempt).where(attempt.c.delivery_id.in_(select(delivery.c.id).where(leaving))), parameters)
    conn.execute(delete(delivery).where(leaving), parameters)


def _ended_subscriptions(conn: Connection, now: datetime) -> list[int]:
    """Returns sign-ups not confirmed in a week or ended a month ago, and silent devices, up to a limit of each."""
    is_unconfirmed = (subscription.c.state == SubscriptionState.PENDING) & (
        subscription.c.created_at <= now - UNCONFIRMED_RETENTION
    )
    has_ended = (subscription.c.state == SubscriptionState.OFF) & (subscription.c.ended_at <= now - ENDED_RETENTION)
    query = select(subscription.c.id).where(
        subscription.c.origin == SubscriptionOrigin.PEOPLE, or_(is_unconfirmed, has_ended)
    )
    ended = conn.execute(query.order_by(subscription.c.id).limit(MAX_SUBSCRIPTIONS_PURGED)).scalars()
    return [*ended, *silent_devices(conn, now)]


def silent_devices(conn: Connection, now: datetime) -> list[int]:
    """Returns subscriptions of devices that are to be deleted: not seen for SILENCE_RETENTION, and sent nothing in that time."""
    cutoff = now - SILENCE_RETENTION
    other = subscription.alias("o")
    was_sent = (
        select(delivery.c.id)
        .join_from(other, delivery, delivery.c.subscription_id == other.c.id)
        .where(
            devices.is_device(other),
            other.c.address == push_device.c.address,
            delivery.c.state == DeliveryState.SENT,
            delivery.c.settled_at > cutoff,
        )
        .correlate(push_device)
        .exists()
    )
    silent = (
        select(subscription.c.id)
        .join_from(push_device, subscription, subscription.c.address == push_device.c.address)
        .where(devices.is_device(subscription), push_device.c.seen_at <= cutoff, ~was_sent)
        .order_by(subscription.c.id)
        .limit(MAX_SUBSCRIPTIONS_PURGED)
    )
    return list(conn.execute(silent).scalars())


def purge_rate_limits(conn: Connection, now: datetime, limit: int = MAX_WINDOWS_PURGED) -> int:
    """Deletes up to *limit* windows of rate limits that are over at *now*, and returns how many; a reopened one stays."""
    is_over = rate_limit_window.c.expires_at <= now
    keys = select(rate_limit_window.c.key).where(is_over).limit(limit)
    return conn.execute(delete(rate_limit_window).where(is_over, rate_limit_window.c.key.in_(keys))).rowcount


def _last_stored_before(conn: Connection, cutoff: datetime) -> int:
    """Finds the last delivery stored before a moment by bisection, since ids grow as time does; 0 if there is none."""
    low, high = 0, conn.execute(select(func.coalesce(func.max(delivery.c.id), 0))).scalar_one()
    while low < high:
        after_middle = select(*delivery.c["id", "created_at"]).where(delivery.c.id > (low + high) // 2)
        row = conn.execute(after_middle.order_by(delivery.c.id).limit(1)).one()
        low, high = (row.id, high) if row.created_at < cutoff else (low, (low + high) // 2)
    return low


def _expire_paused(conn: Connection, now: datetime) -> int:
    """Expires what waits in paused channels, which no sender claims; returns how many, up to a limit."""
    paused = [breaker.name for breaker in list_breakers(conn).values() if breaker.is_paused]
    expired = 0
    for name in channels_with_open(conn) if ALL_CHANNELS in paused else paused:
        if expired < MAX_EXPIRED_PER_TRANSACTION:
            expired += expire(conn, name, now, MAX_EXPIRED_PER_TRANSACTION - expired)
    return expired
