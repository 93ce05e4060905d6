"""Begins and ends subscriptions: of the channels of eventcal.toml and of people who signed up, as rows of one table."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, literal, or_, select, update

from ..history.compare import NOTICE_DEBOUNCE
from ..ledger_rows import BounceScore
from ..states import (
    DIGEST_CHANNEL,
    AttemptOutcome,
    DeliveryKind,
    DeliveryState,
    Reason,
    ReminderState,
    SubscriptionOrigin,
    SubscriptionState,
)
from ..when.zones import zone_or_default
from .database import json_ids, packed
from .ledger import reminder_rows
from .ledger.overlaps import SIBLING, SIGN_UPS_OF_ADDRESS
from .tables import (
    INSTANT,
    IS_BOUNCED,
    IS_WAITING,
    attempt,
    change,
    delivery,
    last_notified,
    reminder,
    skipped_values,
    subscription,
)

log = logging.getLogger(__name__)

ACTIVE: dict[str, Any] = {
    "state": SubscriptionState.ACTIVE,
    "reason": Reason.NONE,
    "detail": "",
    "ended_at": None,
    "bounce_score": 0,
    "bounced_at": None,
}
"""The columns of a subscription that becomes active; what ended it before is forgotten."""


@dataclass(frozen=True, slots=True)
class ConfiguredRecipient:
    """A recipient that the configuration names, of origin CONFIG or OPERATOR."""

    origin: SubscriptionOrigin
    channel: str
    address: str
    filter: str = ""
    digest: str = ""


def sync_configured(conn: Connection, wanted: Iterable[ConfiguredRecipient], now: datetime) -> None:
    """Syncs the configured subscriptions with *wanted*: adds new ones from now on, ends missing ones.

    A recipient is known by its channel's name and its address; its filter may change under it.
    """
    rows = conn.execute(select(subscription).where(_IS_CONFIGURED))
    existing_by_key = {(row.origin, row.channel, row.address): row for row in rows}
    for recipient in wanted:
        existing = existing_by_key.pop((recipient.origin, recipient.channel, recipient.address), None)
        if existing is None:
            conn.execute(subscription.insert().values(_subscription_row(recipient, now)))
            continue
        is_active = existing.state == SubscriptionState.ACTIVE
        if is_active and (existing.filter, existing.digest) == (recipient.filter, recipient.digest):
            continue
        changes = ACTIVE | {"filter": recipient.filter, "digest": recipient.digest}
        if not is_active:
            changes["confirmed_at"] = now  # what fell due meanwhile is not sent late
            requeue_ahead(conn, existing.id, now)
        conn.execute(subscription.update().where(subscription.c.id == existing.id).values(changes))
        if existing.digest != recipient.digest:
            release_deferred(conn, existing.id, now)
    missing = [row.id for row in existing_by_key.values() if row.state == SubscriptionState.ACTIVE]
    end(conn, missing, Reason.NOT_CONFIGURED, now)
    _reset_unknown_zones(conn)


def release_deferred(conn: Connection, id: int, now: datetime) -> None:
    """Makes due now what waits for a digest of subscription *id*: it comes with the next pass. Its schedule ends."""
    is_deferred = (
        (delivery.c.subscription_id == id)
        & (delivery.c.channel == DIGEST_CHANNEL)
        & (delivery.c.state == DeliveryState.QUEUED)
    )
    is_schedule = delivery.c.kind == DeliveryKind.DIGEST
    ended = update(delivery).where(is_deferred, is_schedule)
    conn.execute(ended.values(skipped_values(Reason.NOT_CONFIGURED, now)))
    conn.execute(update(delivery).where(is_deferred, ~is_schedule).values(not_before=now))


def _reset_unknown_zones(conn: Connection) -> None:
    """Gives subscriptions in a zone that newer zone data have lost each event's own zone."""
    for name in conn.execute(select(subscription.c.zone).distinct()).scalars().all():
        if zone_or_default(name) != name:
            rows_updated = conn.execute(
                subscription.update().where(subscription.c.zone == name).values(zone="")
            ).rowcount
            log.warning("time zone %s no longer exists: %d subscriptions now use each event's zone", name, rows_updated)
            reminder_rows.mark_preferences_changed(conn)


def end(conn: Connection, ids: Iterable[int], reason: Reason, now: datetime, detail: str = "") -> None:
    """Ends these subscriptions for *reason* and skips what is queued for them.

    What other subscriptions of the same addresses left to them, or waits for them, is queued to be decided anew.
    """
    parameters = {"ids": packed(ids)}
    ended = {"state": SubscriptionState.OFF, "reason": reason, "detail": detail, "ended_at": now}
    conn.execute(update(subscription).where(_IS_AMONG).values(ended), parameters)
    skipped = update(delivery).where(_IS_FOR_THEM, IS_WAITING)
    conn.execute(skipped.values(skipped_values(Reason.UNSUBSCRIBED, now)), parameters)
    # who comes back knows what is so then
    untold = last_notified.c.subscription_id.in_(json_ids()) & last_notified.c.notified_at.is_(None)
    conn.execute(delete(last_notified).where(untold), parameters)
    is_duplicate = (delivery.c.state == DeliveryState.SKIPPED) & (delivery.c.reason == Reason.DUPLICATE)
    is_waiting_for_them = (
        (delivery.c.state == DeliveryState.QUEUED) & (delivery.c.due_at <= now) & (delivery.c.channel != DIGEST_CHANNEL)
    )
    requeued = update(delivery).where(
        delivery.c.subscription_id.in_(_SIBLINGS), or_(is_duplicate, is_waiting_for_them), delivery.c.expires_at > now
    )
    conn.execute(requeued.values(_requeued_values(now)), parameters)


_IS_AMONG = subscription.c.id.in_(json_ids())
_IS_FOR_THEM = delivery.c.subscription_id.in_(json_ids())
_SIBLINGS = SIGN_UPS_OF_ADDRESS.where(
    _IS_AMONG, SIBLING.c.id != subscription.c.id, SIBLING.c.state == SubscriptionState.ACTIVE
)


def requeue_ahead(conn: Connection, id: int, now: datetime) -> None:
    """Queues again what was skipped when subscription *id* ended and is due after *now*: with a digest, or in its minute.

    The schedule of a channel's digest is made anew by the next pass.
    """
    was_ended = (delivery.c.state == DeliveryState.SKIPPED) & (delivery.c.reason == Reason.UNSUBSCRIBED)
    is_ahead = (delivery.c.due_at > now) & (delivery.c.kind != DeliveryKind.DIGEST)
    ahead = update(delivery).where(delivery.c.subscription_id == id, was_ended, is_ahead)
    conn.execute(ahead.values(_requeued_values(now)))


def _requeued_values(now: datetime) -> dict[str, Any]:
    """Returns the columns of a delivery that is queued again, for when it is due: with the digest that it waits for."""
    not_before = case((delivery.c.due_at > now, delivery.c.due_at), else_=literal(now, INSTANT))
    return {
        "state": DeliveryState.QUEUED,
        "reason": Reason.NONE,
        "detail": "",
        "settled_at": None,
        "not_before": not_before,
    }


def bounce_scores(conn: Connection, ids: Iterable[int]) -> list[BounceScore]:
    """Returns the scores of the active sign-ups among *ids*. Configured recipients have none: operators see their dead letters."""
    query = select(*subscription.c["id", "bounce_score", "bounced_at"]).where(_IS_AMONG, _IS_ACTIVE_SIGN_UP)
    return [BounceScore(*row) for row in conn.execute(query, {"ids": packed(ids)})]


def save_bounce_score(conn: Connection, score: BounceScore) -> None:
    """Writes the bounces of one subscription."""
    values = {"bounced_at": score.bounced_at, "bounce_score": score.score}
    conn.execute(update(subscription).where(subscription.c.id == score.subscription).values(values))


def record_returned_mail(conn: Connection, delivery_id: int, detail: str, now: datetime) -> int | None:
    """Records that the mail of a delivery came back, as an attempt, and returns the subscription that it was for.

    That of a configured recipient is dead from then on, as if the relay had refused it: the operator sees to it. None
    where the delivery was for no subscription, or is no longer stored.
    """
    row = conn.execute(select(delivery.c.subscription_id).where(delivery.c.id == delivery_id)).one_or_none()
    if row is None:
        return None
    returned = {"delivery_id": delivery_id, "at": now, "outcome": AttemptOutcome.PERMANENT, "detail": detail}
    conn.execute(insert(attempt).values(returned))
    conn.execute(_RETURN, {"delivery": delivery_id, "detail": detail, "now": now})
    subscription_id: int | None = row.subscription_id
    return subscription_id


_IS_CONFIGURED = subscription.c.origin.in_((SubscriptionOrigin.CONFIG, SubscriptionOrigin.OPERATOR))
_RETURN = (
    update(delivery)
    .where(
        delivery.c.id == bindparam("delivery"),
        delivery.c.state == DeliveryState.SENT,
        delivery.c.subscription_id.in_(select(subscription.c.id).where(_IS_CONFIGURED)),
    )
    .values(
        state=DeliveryState.DEAD,
        reason=Reason.REFUSED,
        detail=bindparam("detail"),
        settled_at=bindparam("now", type_=INSTANT),
    )
)
_IS_ACTIVE_SIGN_UP = (subscription.c.origin == SubscriptionOrigin.PEOPLE) & (
    subscription.c.state == SubscriptionState.ACTIVE
)


def list_bounced(conn: Connection, address: str = "") -> list[int]:
    """Returns the sign-ups that bounces ended: all, or those of one *address*."""
    query = select(subscription.c.id).where(IS_BOUNCED)
    if address:
        query = query.where(func.lower(subscription.c.address) == func.lower(address))
    return list(conn.execute(query.order_by(subscription.c.id)).scalars())


def restore(conn: Connection, ids: Iterable[int], now: datetime) -> int:
    """Makes subscriptions active again that have ended, with what they missed and is still of use; returns how many.

    What was queued for them, or was refused, is queued again; reminders that fell due meanwhile fan out once more, and
    changes of that time are looked through again: who knows the present state is told nothing.
    """
    parameters = {"ids": packed(ids)}
    is_off = _IS_AMONG & (subscription.c.state == SubscriptionState.OFF)
    earliest = conn.execute(select(func.min(subscription.c.ended_at)).where(is_off), parameters).scalar()
    restored = conn.execute(update(subscription).where(is_off).values(ACTIVE), parameters).rowcount
    was_unsubscribed = (delivery.c.state == DeliveryState.SKIPPED) & (delivery.c.reason == Reason.UNSUBSCRIBED)
    was_refused = (delivery.c.state == DeliveryState.DEAD) & (delivery.c.reason == Reason.GONE)
    is_missed = and_(_IS_FOR_THEM, delivery.c.expires_at > now, or_(was_unsubscribed, was_refused))
    first_change = select(func.min(change.c.recorded_at)).join_from(delivery, change).where(is_missed)
    missed_since = conn.execute(first_change, parameters).scalar()
    # a notice is made anew, with what changed meanwhile
    missed = update(delivery).where(is_missed, delivery.c.kind != DeliveryKind.CHANGE)
    anew = {"ambiguous_sent_at": None, "resend_count": delivery.c.resend_count + 1, "attempts": 0}
    conn.execute(missed.values(_requeued_values(now) | anew), parameters)
    if earliest is not None:
        # rows that exist already are left alone, and so is whoever confirmed after a reminder was due
        staged = update(reminder).where(
            reminder.c.state == ReminderState.STAGED,
            reminder.c.fan_out_at.is_(None),
            reminder.c.expires_at > now,
            reminder.c.due_at >= earliest,
        )
        conn.execute(staged.values(state=ReminderState.PLANNED, fan_out_at=now, fan_out_cursor=0))
        # a change that was recorded before may have settled after
        reopened = update(change).where(
            change.c.notify_after.is_(None),
            change.c.recorded_at >= min(earliest - NOTICE_DEBOUNCE, missed_since or earliest),
        )
        conn.execute(reopened.values(notify_after=now))
    reminder_rows.mark_preferences_changed(conn)
    return restored


def channels(conn: Connection) -> list[str]:
    """Returns the names of the channels that any subscription has."""
    query = select(subscription.c.channel).distinct().order_by(subscription.c.channel)
    return list(conn.execute(query).scalars())


def _subscription_row(recipient: ConfiguredRecipient, now: datetime) -> dict[str, Any]:
    unset = dict.fromkeys(("language", "zone", "leads", "change_kinds"), "")
    moments = {"created_at": now, "confirmed_at": now}
    return ACTIVE | unset | moments | asdict(recipient) | {"link_version": 0}
