"""Inserts deliveries, and reads and ends those that wait for a digest. A delivery's key makes it once (idempotency key)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import Insert

from ...ledger_rows import DeferredDelivery, DigestChannel, DueFanOut, GroupDelivery, NewDelivery, ReminderKey
from ...states import (
    DIGEST_CHANNEL,
    INVALIDATED,
    AttemptOutcome,
    DeliveryKind,
    DeliveryState,
    Reason,
    SubscriptionOrigin,
    SubscriptionState,
)
from ..database import INTEGER, TEXT, json_ids, json_table, json_texts, packed
from ..tables import (
    EPOCH,
    INSTANT,
    IS_SUBSCRIBED,
    IS_WAITING,
    PREFERENCES,
    attempt,
    delivery,
    delivery_counter,
    insert_or,
    last_notified,
    reminder,
    skipped_values,
    subscription,
)
from .overlaps import IS_TOLD, MESSAGE_KEY, PERSON, TWIN_DUE_AT
from .reminder_rows import SubscriptionPage

_QUEUED: Mapping[str, Any] = {
    "state": DeliveryState.QUEUED,
    "reason": Reason.NONE,
    "attempts": 0,
    "resend_count": 0,
    "fencing_token": 0,
    "owner": "",
}


def _insert_new(source: Select[Any]) -> Insert:
    """Builds the insertion of *source*, whose columns are named as a delivery's, where no row has its key yet."""
    names = [column.name for column in source.selected_columns]
    new = insert_or(delivery).from_select(names, source).on_conflict_do_nothing(index_elements=["key"])
    return new.execution_options(preserve_rowcount=True)  # else an insertion's is not read on PostgreSQL


def _queued_columns() -> list[Any]:
    values = [literal(value).label(name) for name, value in _QUEUED.items()]
    return [bindparam("now", type_=INSTANT).label("created_at"), *values]


# single deliveries


def insert_deliveries(conn: Connection, deliveries: Sequence[NewDelivery], now: datetime) -> int:
    """Queues *deliveries*, all of one kind, and returns how many of them were new."""
    if not deliveries:
        return 0
    rows = packed(_row(delivery) for delivery in deliveries)
    inserted = conn.execute(_INSERT_ROWS, {"now": now, "rows": rows}).rowcount
    kind = deliveries[0].kind
    if kind is not DeliveryKind.REMINDER:  # reminders count their own
        count_deliveries(conn, kind, inserted)
    return inserted


_NEW_ROWS = json_table(
    key=TEXT, kind=TEXT, subscription_id=INTEGER, reminder_id=INTEGER, change_id=INTEGER, payload=TEXT, channel=TEXT,
    address=TEXT, priority=INTEGER, due_at=INSTANT, not_before=INSTANT, expires_at=INSTANT,
)  # fmt: skip
_INSERT_ROWS = _insert_new(select(*_NEW_ROWS.c, *_queued_columns()).where(true()))  # SQLite reads FROM ... ON as a join


def _row(delivery: NewDelivery) -> list[object]:
    """Returns the values of `_NEW_ROWS`."""
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
        delivery.due_at,
        delivery.not_before or delivery.due_at,
        delivery.expires_at,
    ]


def schedule(conn: Connection, digests: Sequence[NewDelivery], now: datetime) -> None:
    """Queues the schedules *digests*, also those that were skipped because a channel was without its digest for a while.

    One that a digest was built from, by a clock that was ahead, has been said: what else waits comes in a digest of its own.
    """
    insert_deliveries(conn, digests, now)
    is_among = delivery.c.key.in_(json_texts("keys")) & (delivery.c.state == DeliveryState.SKIPPED)
    is_among &= delivery.c.reason != Reason.DIGEST
    again = {"state": DeliveryState.QUEUED, "reason": Reason.NONE, "settled_at": None, "not_before": delivery.c.due_at}
    conn.execute(update(delivery).where(is_among).values(again), {"keys": packed(digest.key for digest in digests)})


def record_test(
    conn: Connection, key: str, channel: str, address: str, state: DeliveryState, detail: str, now: datetime
) -> None:
    """Records a test message and its outcome, SENT or DEAD. It has no subscription and no due time."""
    is_sent = state is DeliveryState.SENT
    values = {
        "key": key,
        "kind": DeliveryKind.TEST,
        "payload": "",
        "channel": channel,
        "address": address,
        "priority": 0,
        **dict.fromkeys(("due_at", "not_before", "expires_at", "created_at", "settled_at"), now),
        **_QUEUED,
        "attempts": 1,
        "state": state,
        "reason": Reason.NONE if is_sent else Reason.REFUSED,
        "detail": "" if is_sent else detail,
    }
    id = conn.execute(insert(delivery).values(values).returning(delivery.c.id)).scalar_one()
    outcome = AttemptOutcome.SENT if is_sent else AttemptOutcome.PERMANENT
    conn.execute(insert(attempt).values(delivery_id=id, at=now, outcome=outcome, detail=detail))
    count_deliveries(conn, DeliveryKind.TEST, 1)


def count_deliveries(conn: Connection, kind: DeliveryKind, created: int) -> None:
    """Adds *created* to the deliveries of *kind* that were ever inserted."""
    conn.execute(_COUNT, {"kind": kind, "delivery_count": created, "erased_count": 0})


_new_count = insert_or(delivery_counter)
_COUNT = _new_count.on_conflict_do_update(
    index_elements=["kind"],
    set_={"delivery_count": delivery_counter.c.delivery_count + _new_count.excluded.delivery_count},
)


# fan-out


def insert_for_groups(
    conn: Connection,
    fan_out: DueFanOut,
    groups: Iterable[GroupDelivery],
    page: SubscriptionPage,
    *,
    message_key: str,
    confirmed_until: datetime,
    only_uninformed: bool,
    now: datetime,
) -> int:
    """Queues a reminder for the subscriptions of *page* in *groups*, without reading one; returns how many were new.

    *confirmed_until* leaves out those confirmed after it, *only_uninformed* those that were told anything of the
    occurrence before.
    """
    group_rows = [
        [*(getattr(recipients.group, name) for name in PREFERENCES), recipients.expires_at, recipients.digest_at]
        for recipients in groups
    ]
    parameters = {
        "key": f"{message_key}-",
        "reminder": fan_out.id,
        "due": fan_out.due,
        "now": now,
        "after": page.after_id,
        "last": page.last_id,
        "since": page.confirmed_since or EPOCH,
        "latest": confirmed_until,
        "groups": packed(group_rows),
    }
    is_recent = page.confirmed_since is not None
    if not only_uninformed:
        return conn.execute(_INSERT_FOR_GROUPS[is_recent], parameters).rowcount
    occurrence = {"uid": fan_out.key.uid, "recurrence": fan_out.key.recurrence}
    return conn.execute(_INSERT_FOR_UNINFORMED[is_recent], parameters | occurrence).rowcount


def _select_for_groups(*page: ColumnElement[bool]) -> Select[Any]:
    group = json_table("groups", filter=TEXT, leads=TEXT, zone=TEXT, digest=TEXT, expires=INSTANT, digest_at=INSTANT)
    person = subscription.c
    due_at = func.coalesce(group.c.digest_at, bindparam("due", type_=INSTANT))
    return (
        select(
            (bindparam("key", type_=TEXT) + cast(person.id, TEXT)).label("key"),
            literal(DeliveryKind.REMINDER, TEXT).label("kind"),
            person.id.label("subscription_id"),
            bindparam("reminder", type_=BigInteger).label("reminder_id"),
            literal("").label("payload"),
            case((group.c.digest_at.is_(None), person.channel), else_=DIGEST_CHANNEL).label("channel"),
            person.address,
            literal(1).label("priority"),
            due_at.label("due_at"),
            due_at.label("not_before"),
            group.c.expires.label("expires_at"),
            *_queued_columns(),
        )
        .join_from(group, subscription, and_(*(person[name] == group.c[name] for name in PREFERENCES)))
        .where(IS_SUBSCRIBED, *page)
    )


def _page(id: ColumnElement[int], confirmed_at: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    confirmed = confirmed_at.between(bindparam("since"), bindparam("latest"))
    return id > bindparam("after"), id <= bindparam("last"), confirmed


# A sum keeps an index out of a plan. PostgreSQL's plan of a prepared statement knows no bounds, and would take the index
# on confirmed_at for every page: all subscriptions, each time.
_PEOPLE = {  # by whether the page has only those confirmed since a moment
    False: _select_for_groups(*_page(subscription.c.id, type_coerce(subscription.c.confirmed_at + 0, INSTANT))),
    True: _select_for_groups(*_page(subscription.c.id + 0, subscription.c.confirmed_at)),
}
_TOLD = exists().where(
    last_notified.c.subscription_id == subscription.c.id,
    last_notified.c.uid == bindparam("uid"),
    last_notified.c.recurrence == bindparam("recurrence"),
    last_notified.c.notified_at.is_not(None),
)
_INSERT_FOR_GROUPS = {is_recent: _insert_new(people) for is_recent, people in _PEOPLE.items()}
_INSERT_FOR_UNINFORMED = {is_recent: _insert_new(people.where(~_TOLD)) for is_recent, people in _PEOPLE.items()}


def requeue_skipped(conn: Connection, fan_out: DueFanOut, limit: int) -> int:
    """Queues up to *limit* deliveries again that were skipped when their reminder ended; returns how many."""
    invalidated = (
        select(delivery.c.id)
        .where(
            delivery.c.reminder_id == fan_out.id,
            delivery.c.state == DeliveryState.SKIPPED,
            delivery.c.reason.in_(INVALIDATED),
        )
        .limit(limit)
    )
    # one that waits for a digest goes with it
    not_before = case((delivery.c.channel == DIGEST_CHANNEL, delivery.c.due_at), else_=literal(fan_out.due, INSTANT))
    values = {"state": DeliveryState.QUEUED, "reason": Reason.NONE, "detail": "", "not_before": not_before}
    requeued = update(delivery).where(delivery.c.id.in_(invalidated))
    return conn.execute(requeued.values(values | {"ambiguous_sent_at": None, "settled_at": None})).rowcount


# digests


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """A delivery that a digest replaces: of a reminder (*key*), of changes, or the schedule of a channel's digest (*payload*)."""

    kind: DeliveryKind
    key: ReminderKey | None
    due: datetime
    until: datetime
    created_at: datetime
    payload: str


_IS_DEFERRED = IS_WAITING & (delivery.c.channel == DIGEST_CHANNEL)
_IS_DUE_DIGEST = _IS_DEFERRED & delivery.c.priority.in_((0, 1)) & (delivery.c.not_before <= bindparam("now"))
_DEFERRED_DELIVERIES = (
    select(
        *delivery.c["id", "kind", "payload", "subscription_id", "address", "due_at", "expires_at"],
        subscription.c.channel,
        (MESSAGE_KEY + PERSON).label("personal_key"),
        or_(IS_TOLD, TWIN_DUE_AT.is_not(None)).label("is_told"),
    )
    .join_from(delivery, subscription)
    .where(
        _IS_DEFERRED,
        delivery.c.not_before <= bindparam("now"),
        delivery.c.subscription_id.in_(
            select(delivery.c.subscription_id).where(_IS_DUE_DIGEST).limit(bindparam("most"))
        ),
    )
    .order_by(delivery.c.subscription_id, delivery.c.id)
    .with_for_update(of=delivery, skip_locked=True)
)


def unscheduled_digests(conn: Connection) -> list[DigestChannel]:
    """Returns the configured subscriptions with a digest whose next one is not scheduled."""
    return [DigestChannel(*row) for row in conn.execute(_UNSCHEDULED_DIGESTS)]


_scheduled_digest = (
    select(delivery.c.id)
    .where(delivery.c.subscription_id == subscription.c.id, _IS_DEFERRED, delivery.c.kind == DeliveryKind.DIGEST)
    .exists()
)
_UNSCHEDULED_DIGESTS = (
    select(*subscription.c["id", "address", "digest"])
    .where(
        subscription.c.origin == SubscriptionOrigin.CONFIG,
        subscription.c.state == SubscriptionState.ACTIVE,
        subscription.c.digest != "",
        ~_scheduled_digest,
    )
    .order_by(subscription.c.id)
)


def has_due_digests(conn: Connection, now: datetime) -> bool:
    """Tells whether any digest is due at *now*: one probe of an index."""
    return conn.execute(_HAS_DUE_DIGEST, {"now": now}).first() is not None


_HAS_DUE_DIGEST = select(delivery.c.id).where(_IS_DUE_DIGEST).limit(1)


def deferred_deliveries(conn: Connection, now: datetime, limit: int) -> list[DeferredDelivery]:
    """Returns the deliveries of up to *limit* digests that are due at *now*, by subscription."""
    return [
        DeferredDelivery(
            id=row.id,
            kind=DeliveryKind(row.kind),
            payload=row.payload,
            subscription=row.subscription_id,
            channel=row.channel,
            address=row.address,
            due_at=row.due_at,
            expires_at=row.expires_at,
            personal_key=row.personal_key,
            is_told=bool(row.is_told),
        )
        for row in conn.execute(_DEFERRED_DELIVERIES, {"now": now, "most": limit})
    ]


def skip(conn: Connection, ids: Collection[int], reason: Reason, now: datetime) -> None:
    """Ends deliveries unsent."""
    skipped = update(delivery).where(delivery.c.id.in_(json_ids()))
    conn.execute(skipped.values(skipped_values(reason, now)), {"ids": packed(ids)})


def digest_entries(conn: Connection, payload: str) -> list[DigestEntry]:
    """Returns the deliveries that a digest's *payload* names, in the order in which they were queued."""
    query = (
        select(
            *delivery.c["kind", "due_at", "expires_at", "payload"],
            func.coalesce(reminder.c.created_at, delivery.c.created_at).label("created_at"),
            *reminder.c["uid", "recurrence", "start", "lead", "zone"],
        )
        .outerjoin_from(delivery, reminder, reminder.c.id == delivery.c.reminder_id)
        .where(delivery.c.id.in_(json_ids()))
        .order_by(delivery.c.id)
    )
    return [
        DigestEntry(
            kind=DeliveryKind(row.kind),
            key=None if row.uid is None else ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone),
            due=row.due_at,
            until=row.expires_at,
            created_at=row.created_at,
            payload=row.payload,
        )
        for row in conn.execute(query, {"ids": payload})
    ]
