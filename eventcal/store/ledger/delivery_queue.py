"""Claims due deliveries, reads them again and settles them: each a single statement for a whole batch.

Claiming is one conditional update: the rows that carry its mark afterwards are the claim. Settling counts only while the
claim is valid (its *fencing_token*), so that a sender that was given up for dead cannot undo what another one did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from ...ledger_rows import Claim, DeliveryResult, ReminderKey, change_items
from ...states import AttemptOutcome, DeliveryKind, DeliveryState, Reason, SubscriptionOrigin, SubscriptionState
from ...web_push import PushEndpoint
from ...when.zones import zone_or_default
from ..database import INTEGER, TEXT, dialect_of, json_ids, json_table, json_texts, packed
from ..edition_store import add_to_meta
from ..tables import (
    INSTANT,
    IS_DEAD,
    IS_SENDING,
    IS_WAITING,
    MetaKey,
    attempt,
    delivery,
    last_notified,
    muted_event,
    one_of,
    push_device,
    reminder,
    subscription,
    upsert,
)
from .overlaps import HAS_SIBLINGS, IS_TOLD, PERSON, TWIN_DUE_AT

CLAIMED: Mapping[str, Any] = {"state": DeliveryState.SENDING, "fencing_token": delivery.c.fencing_token + 1}


def claim_moment(now: datetime) -> datetime:
    """Returns what `not_before` is while a delivery is being sent: its message is written for this moment, a whole second.

    Another process that sends it again, because the first one was killed, writes the same bytes.
    """
    return now.replace(microsecond=0)


# due


def _due_of(priority: int) -> Select[Any]:
    """Selects what is due of a channel and a priority: the near end of an index, whatever lies behind."""
    return (
        select(*delivery.c["id", "priority", "not_before"])
        .where(
            IS_WAITING,
            delivery.c.channel == bindparam("in_channel"),
            delivery.c.priority == priority,
            delivery.c.not_before <= bindparam("now"),
        )
        .order_by(delivery.c.not_before)
        .limit(bindparam("most"))
    )


# rows that another machine writes to just now are left to it
_due_rows = (_due_of(priority).with_for_update(skip_locked=True).subquery(f"p{priority}") for priority in (0, 1))
_due = union_all(*map(select, _due_rows)).subquery("due")
DUE_IDS = select(_due.c.id).order_by(_due.c.priority, _due.c.not_before).limit(bindparam("most"))
"""Selects up to :most deliveries of :in_channel that are due by :now, urgent ones first."""


def channels_with_due(conn: Connection, channels: Collection[str], now: datetime) -> list[str]:
    """Returns those of *channels* that have anything due by *now*."""
    return [
        channel
        for channel in channels
        if conn.execute(_HAS_DUE, {"in_channel": channel, "now": now, "most": 1}).first()
    ]


_HAS_DUE = union_all(*(select(_due_of(priority).subquery(f"p{priority}")) for priority in (0, 1)))


def channels_with_open(conn: Connection) -> list[str]:
    """Returns the channels in which anything waits: a probe of an index for each, however much it is."""
    names, last = list[str](), ""
    while True:
        following = select(func.min(delivery.c.channel)).where(IS_WAITING, delivery.c.channel > last)
        channel = conn.execute(following).scalar()
        if channel is None:
            return names
        names.append(channel)
        last = channel


# claims


def claim(conn: Connection, channel: str, owner: str, now: datetime, lease_expires_at: datetime, limit: int) -> int:
    """Claims up to *limit* due deliveries of *channel* under the mark *owner* (used once), urgent ones first."""
    parameters = {
        "in_channel": channel, "now": now, "most": limit, "mark": owner, "lease": lease_expires_at,
        "moment": claim_moment(now),
    }  # fmt: skip
    return conn.execute(_CLAIM, parameters).rowcount


_CLAIM = (
    update(delivery)
    .where(delivery.c.id.in_(DUE_IDS))
    .values(
        {
            **CLAIMED,
            "owner": bindparam("mark"),
            "lease_expires_at": bindparam("lease"),
            "not_before": bindparam("moment"),
        }
    )
)


def expire(conn: Connection, channel: str, now: datetime, limit: int | None = None) -> int:
    """Ends what waits in *channel* past its use, up to *limit*, so that no probe is spent on it; returns how many."""
    is_past = (
        IS_WAITING
        & (delivery.c.channel == channel)
        & delivery.c.priority.in_((0, 1))
        & (delivery.c.not_before <= now)
        & (delivery.c.expires_at <= now)
    )
    expired = update(delivery).where(is_past)
    if limit is not None:
        expired = expired.where(delivery.c.id.in_(select(delivery.c.id).where(is_past).limit(limit)))
    was_tried = delivery.c.attempts > 0
    values = {
        "state": case((was_tried, DeliveryState.DEAD), else_=DeliveryState.SKIPPED),
        "reason": case((was_tried, Reason.NO_TIME_LEFT), else_=Reason.PAST),
        "settled_at": now,
    }
    return conn.execute(expired.values(values)).rowcount


_CLAIMS = (
    select(
        *delivery.c[
            "id", "key", "resend_count", "fencing_token", "kind", "channel", "address", "attempts", "reason", "detail",
            "ambiguous_sent_at", "due_at", "not_before", "expires_at", "created_at", "owner", "state",
            "subscription_id", "reminder_id", "payload", "priority",
        ],
        subscription.c.state.label("subscription_state"),
        *subscription.c["language", "zone", "leads", "change_kinds", "filter", "origin", "link_version"],
        *push_device.c["endpoint", "p256dh", "auth", "vapid_key"],
        *reminder.c["uid", "recurrence", "start", "lead"],
        reminder.c.zone.label("reminder_zone"),
        reminder.c.created_at.label("planned_at"),
        PERSON.label("person"),
        HAS_SIBLINGS.label("has_siblings"),
        IS_TOLD.label("is_told"),
        TWIN_DUE_AT.label("twin_due_at"),
    )
    .join_from(delivery, subscription)
    .outerjoin(reminder, reminder.c.id == delivery.c.reminder_id)
    .outerjoin(push_device, push_device.c.address == delivery.c.address)
)  # fmt: skip
_CLAIMS_OF_OWNER = _CLAIMS.where(IS_SENDING, delivery.c.owner == bindparam("mark")).order_by(
    *delivery.c["priority", "due_at", "id"]
)
_CLAIMS_BY_ID = _CLAIMS.where(delivery.c.id.in_(json_ids()))


def read_claimed(conn: Connection, owner: str, now: datetime) -> list[Claim]:
    """Reads what `claim` claimed under *owner*, the most urgent first."""
    return _to_claims(conn, conn.execute(_CLAIMS_OF_OWNER, {"mark": owner, "now": now}), now)


def refresh_claims(conn: Connection, claims: Iterable[Claim], now: datetime) -> list[Claim]:
    """Reads *claims* again and leaves out those that another sender has taken over."""
    previous_by_id = {previous.id: previous for previous in claims}
    rows = conn.execute(_CLAIMS_BY_ID, {"ids": packed(previous_by_id), "now": now})
    current_by_id = {current.id: current for current in _to_claims(conn, rows, now)}
    return [
        current_by_id[id]
        for id, previous in previous_by_id.items()
        if id in current_by_id
        and current_by_id[id].is_sending
        and current_by_id[id].fencing_token == previous.fencing_token
    ]


_MUTED = select(*muted_event.c["subscription_id", "uid"]).where(muted_event.c.subscription_id.in_(json_ids()))


_UNDER_WAY = (
    select(
        *delivery.c["id", "kind", "payload", "priority", "not_before"],
        reminder.c.uid,
        PERSON.label("person"),
        TWIN_DUE_AT.label("twin_due_at"),
    )
    .join_from(delivery, subscription)
    .outerjoin(reminder, reminder.c.id == delivery.c.reminder_id)
    # what is being sent is little, what a channel was ever sent is much: by no index but that of the state
    .where(IS_SENDING, PERSON.in_(json_texts("persons")))
)


def _to_claims(conn: Connection, rows: Iterable[Row[*tuple[Any, ...]]], now: datetime) -> list[Claim]:
    rows = list(rows)
    muted_uids: dict[int, set[str]] = {}
    for id, uid in conn.execute(_MUTED, {"ids": packed({row.subscription_id for row in rows})}):
        muted_uids.setdefault(id, set()).add(uid)
    changes = [row for row in rows if row.kind in (DeliveryKind.CHANGE, DeliveryKind.DIGEST)]
    preceded_ids = _preceded_ids(conn, changes, now)
    return [
        _to_claim(row, frozenset(muted_uids.get(row.subscription_id, ())), row.id in preceded_ids, now) for row in rows
    ]


def _preceded_ids(conn: Connection, rows: Collection[Row[*tuple[Any, ...]]], now: datetime) -> set[int]:
    """Returns the ids of those of *rows*, notices and digests, whose reader is just being told of the same events."""
    if not rows:
        return set()
    under_way: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for other in conn.execute(_UNDER_WAY, {"persons": packed({row.person for row in rows}), "now": now}):
        if other.twin_due_at is None:  # else it waits itself, and they might wait for each other
            under_way.setdefault(other.person, []).append(other)
    return {row.id for row in rows if any(_precedes(other, row) for other in under_way.get(row.person, ()))}


def _precedes(other: Row[*tuple[Any, ...]], row: Row[*tuple[Any, ...]]) -> bool:
    """Tells whether *row*, a notice or digest, is to be written when it is known what became of *other* to the same reader.

    That is a reminder, which announces changes as well, or a notice or digest that was claimed before it, in the order of claims.
    """
    if other.kind == DeliveryKind.REMINDER:
        return row.kind == DeliveryKind.CHANGE and other.uid in _uids_told_by(row.payload)
    if other.kind not in (DeliveryKind.CHANGE, DeliveryKind.DIGEST) or _claim_order(other) >= _claim_order(row):
        return False
    if DeliveryKind.DIGEST in (other.kind, row.kind):
        return True
    return not _uids_told_by(row.payload).isdisjoint(_uids_told_by(other.payload))


def _claim_order(row: Row[*tuple[Any, ...]]) -> tuple[datetime, int, int]:
    return row.not_before, row.priority, row.id  # while it is being sent, `not_before` is when it was claimed


@lru_cache(maxsize=1000)  # of some hundreds that are under way, each is compared with each of a batch
def _uids_told_by(payload: str) -> frozenset[str]:
    return frozenset(item.uid for item in change_items(payload))


def _to_claim(row: Row[*tuple[Any, ...]], muted_uids: frozenset[str], is_preceded: bool, now: datetime) -> Claim:
    return Claim(
        id=row.id,
        delivery_key=row.key,
        resend_count=row.resend_count,
        fencing_token=row.fencing_token,
        kind=DeliveryKind(row.kind),
        channel=row.channel,
        address=row.address,
        attempts=row.attempts,
        reason=Reason(row.reason),
        detail=row.detail,
        ambiguous_sent_at=row.ambiguous_sent_at,
        due_at=row.due_at,
        claimed_at=row.not_before,
        expires_at=row.expires_at,
        created_at=row.planned_at or row.created_at,
        owner=row.owner,
        is_sending=row.state == DeliveryState.SENDING,
        subscription=row.subscription_id,
        language=row.language,
        zone=zone_or_default(row.zone),
        leads=row.leads,
        change_kinds=row.change_kinds,
        filter=row.filter,
        reminder=row.reminder_id,
        key=None if row.uid is None else ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.reminder_zone),
        payload=row.payload,
        read_at=now,
        subscription_state=SubscriptionState(row.subscription_state),
        origin=SubscriptionOrigin(row.origin),
        link_version=row.link_version,
        device=None if row.endpoint is None else PushEndpoint(row.endpoint, row.p256dh, row.auth, row.vapid_key),
        muted_uids=muted_uids,
        is_preceded=is_preceded,
        has_siblings=bool(row.has_siblings),
        is_told=bool(row.is_told),
        twin_due_at=row.twin_due_at,
    )


# results


def settle(conn: Connection, results: Sequence[DeliveryResult]) -> int:
    """Writes the results of a batch and returns how many were not fenced off (fencing token)."""
    settled = conn.execute(_SETTLE, {"rows": packed(_result_row(result) for result in results)}).rowcount
    if settled < len(results):
        _count_suppressed(conn, results)
    if attempted := [
        [result.claim.id, result.at, result.outcome, result.detail] for result in results if result.outcome
    ]:
        conn.execute(_INSERT_ATTEMPTS, {"rows": packed(attempted)})
    # the last state of each occurrence: PostgreSQL refuses to write a row twice in one statement
    states = {
        (notified.subscription, notified.uid, notified.recurrence): [notified.state, result.at]
        for result in results
        for notified in result.last_notified
    }
    if states:
        conn.execute(_RECORD_NOTIFIED, {"rows": packed([*key, *state] for key, state in states.items())})
    return settled


_results = json_table(
    id=INTEGER, fencing_token=INTEGER, state=TEXT, reason=TEXT, detail=TEXT, at=INSTANT, next=INSTANT, tried=INTEGER,
    ambiguous=INSTANT,
)  # fmt: skip
_SETTLE = (
    update(delivery)
    .where(delivery.c.id == _results.c.id, delivery.c.fencing_token == _results.c.fencing_token, IS_SENDING)
    .values(
        {
            "owner": "",
            "state": _results.c.state,
            "reason": _results.c.reason,
            "detail": _results.c.detail,
            "attempts": delivery.c.attempts + _results.c.tried,
            "ambiguous_sent_at": func.coalesce(_results.c.ambiguous, delivery.c.ambiguous_sent_at),
            "not_before": func.coalesce(_results.c.next, delivery.c.not_before),
            "settled_at": case(
                (one_of(_results.c.state, DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.SKIPPED), _results.c.at)
            ),
        }
    )
)
_attempts = json_table(delivery_id=INTEGER, at=INSTANT, outcome=TEXT, detail=TEXT)
_INSERT_ATTEMPTS = insert(attempt).from_select(
    [column.name for column in _attempts.c],
    # the delivery may have been deleted meanwhile, with its subscription
    select(*_attempts.c).where(exists().where(delivery.c.id == _attempts.c.delivery_id)),
)
_notified = json_table(subscription_id=INTEGER, uid=TEXT, recurrence=TEXT, state=TEXT, notified_at=INSTANT)
_is_there = exists().where(subscription.c.id == _notified.c.subscription_id)
_RECORD_NOTIFIED = upsert(last_notified, "state", "notified_at", source=select(*_notified.c).where(_is_there))
_tokens = json_table(id=INTEGER, fencing_token=INTEGER)
_COUNT_FENCED_OFF = (
    select(func.count())
    .join_from(delivery, _tokens, delivery.c.id == _tokens.c.id)
    .where(delivery.c.fencing_token != _tokens.c.fencing_token)
)


def _count_suppressed(conn: Connection, results: Sequence[DeliveryResult]) -> None:
    """Counts those of *results* that were fenced off by another sender's claim."""
    tokens = packed([result.claim.id, result.claim.fencing_token] for result in results)
    count = conn.execute(_COUNT_FENCED_OFF, {"rows": tokens}).scalar_one()
    if count:
        add_to_meta(conn, MetaKey.SUPPRESSED, count)


def _result_row(result: DeliveryResult) -> list[object]:
    return [
        result.claim.id,
        result.claim.fencing_token,
        result.state,
        result.reason,
        "" if result.state is DeliveryState.SENT else result.detail,
        result.at,
        result.not_before,
        int(bool(result.outcome)),
        result.ambiguous_sent_at,
    ]


# claims that end without a result


def release(conn: Connection, owner: str) -> int:
    """Gives back what was claimed under the mark *owner* and not read; returns how many."""
    state = case((delivery.c.attempts > 0, DeliveryState.RETRY), else_=DeliveryState.QUEUED)
    released = update(delivery).where(IS_SENDING, delivery.c.owner == owner).values(owner="", state=state)
    return conn.execute(released).rowcount


def recover(conn: Connection, now: datetime) -> int:
    """Queues again what a process that ended was sending, and returns how many.

    On SQLite that is everything, at once: whoever holds the store's lock knows that the process is gone. On PostgreSQL it
    is what nobody renewed the lease of. Whether those messages left is unknown: an attempt says so, and the next one
    carries the same id, and the same bytes if it follows soon.
    """
    abandoned = select(delivery.c.id).where(IS_SENDING)
    if dialect_of(conn).is_clustered:
        abandoned = abandoned.where(delivery.c.lease_expires_at <= now).with_for_update(skip_locked=True)
    parameters = {"ids": packed(conn.execute(abandoned).scalars())}
    among = delivery.c.id.in_(json_ids())
    attempts = select(
        delivery.c.id,
        literal(now, INSTANT),
        literal(AttemptOutcome.AMBIGUOUS),
        literal("the process ended while this was being sent"),
    ).where(among)
    conn.execute(insert(attempt).from_select(["delivery_id", "at", "outcome", "detail"], attempts), parameters)
    may_have_arrived = delivery.c.reason.in_((Reason.AMBIGUOUS, Reason.INTERRUPTED))
    values: dict[str, Any] = {
        "owner": "",
        "state": DeliveryState.RETRY,
        "reason": case((delivery.c.reason == Reason.AMBIGUOUS, Reason.AMBIGUOUS), else_=Reason.INTERRUPTED),
        "ambiguous_sent_at": case((may_have_arrived, delivery.c.ambiguous_sent_at), else_=delivery.c.not_before),
        "detail": "",
        "attempts": delivery.c.attempts + 1,
        "not_before": now,
    }
    return conn.execute(update(delivery).where(among).values(values), parameters).rowcount


def has_expired_leases(conn: Connection, now: datetime) -> bool:
    """Tells whether any claim's lease has expired: one probe of an index."""
    expired = select(delivery.c.id).where(IS_SENDING, delivery.c.lease_expires_at <= now).limit(1)
    return conn.execute(expired).first() is not None


def renew(conn: Connection, owners: Collection[str], now: datetime, lease_expires_at: datetime) -> int:
    """Extends the leases of what is being sent under the marks *owners*; lost claims stay lost."""
    own = (
        select(delivery.c.id)
        .where(IS_SENDING, delivery.c.lease_expires_at > now, delivery.c.owner.in_(json_texts("owners")))
        .with_for_update(skip_locked=True)  # one that is being settled needs none
    )
    renewed = update(delivery).where(delivery.c.id.in_(own)).values(lease_expires_at=lease_expires_at)
    return conn.execute(renewed, {"owners": packed(owners)}).rowcount


def requeue_dead(conn: Connection, ids: Collection[int], now: datetime) -> int:
    """Queues dead deliveries again, under the same key and a new resend_count; returns how many of *ids* were dead."""
    dead = update(delivery).where(delivery.c.id.in_(json_ids()), IS_DEAD, delivery.c.kind != DeliveryKind.TEST)
    values = {
        "state": DeliveryState.QUEUED,
        "reason": Reason.NONE,
        "detail": "",
        "ambiguous_sent_at": None,
        "resend_count": delivery.c.resend_count + 1,
        "attempts": 0,
        "not_before": now,
        "settled_at": None,
    }
    return conn.execute(dead.values(values), {"ids": packed(ids)}).rowcount


def retry_now(conn: Connection, ids: Collection[int], now: datetime) -> int:
    """Makes deliveries due at once whose next attempt is later than *now*; returns how many of *ids* waited for one."""
    waiting = update(delivery).where(
        delivery.c.id.in_(json_ids()),
        delivery.c.state == DeliveryState.RETRY,
        delivery.c.owner == "",  # not on its way to a worker
        delivery.c.not_before > now,
    )
    return conn.execute(waiting.values(not_before=now), {"ids": packed(ids)}).rowcount
